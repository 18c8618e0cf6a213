"""What a state's past adds to its key, where properties that look back are to be decided.

A state's future does not depend on how it came about, and paths to it are merged. But what a
property says of an event depends on the world before it and on all that was asked since, and what
a property of runs says, on what it remembers. With `Scope.histories` states are told apart by
these as well: then every path to a state would be judged alike.
"""

from collections.abc import Hashable, Iterable, Iterator
from typing import TypeAlias

from attrs import fields, has

from ipam_model.daemon.procedure import Call
from ipam_model.errors import ModelError
from ipam_model.explore.world_key import WorldKey
from ipam_model.properties.evidence import Asked, Step
from ipam_model.properties.pace import BACK_OFF
from ipam_model.properties.registry import RUN, Verdict
from ipam_model.state import PodKey

Memories: TypeAlias = tuple[Hashable, ...]
"""What each property of runs remembers, in the order of `RUN`."""

LONG_AGO = BACK_OFF + 1
"""An age from which on no property of runs asks for more."""


def at_first() -> Memories:
    """What is remembered before the first event."""
    return tuple(each.check.initial for each in RUN.values())


def remembered(memories: Memories, step: Step) -> Memories:
    """What is remembered after an event."""
    return tuple(
        each.check.advance(memory, step)[0]
        for each, memory in zip(RUN.values(), memories, strict=True)
    )


def verdicts_of_runs(memories: Memories, step: Step) -> Iterator[tuple[str, Verdict]]:
    """What the properties of runs say of an event, by id."""
    for each, memory in zip(RUN.values(), memories, strict=True):
        yield each.id, each.check.advance(memory, step)[1]


def key_of_memories(names: WorldKey, memories: Memories) -> Hashable:
    """The memories without names, to be asked for after the key of the world."""
    return tuple([_memory(names, memory) for memory in memories])


def _memory(names: WorldKey, memory: Hashable) -> Hashable:
    """A set of pods, of ids of ENIs or of records of addresses, or an instant; -1 is none."""
    if isinstance(memory, int):
        return -1 if memory < 0 else names.age(memory, LONG_AGO)
    if isinstance(memory, frozenset):
        return tuple(
            sorted(_remembered(names, each) for each in memory if _may_return(names, each))
        )
    raise ModelError(f"a memory of {type(memory).__name__} has no canonical form")


def _may_return(names: WorldKey, item: object) -> bool:
    """An address that is nowhere any more never comes back: EC2 grants others."""
    address = getattr(item, "address", None)
    return address is None or names.knows(address)


def _remembered(names: WorldKey, item: object) -> tuple[Hashable, ...]:
    if isinstance(item, PodKey):
        return names.trace(item)
    if isinstance(item, str):
        return (names.value(item),)
    kind: type = type(item)
    if not has(kind):
        raise ModelError(f"a memory of a {kind.__name__} has no canonical form")
    found: list[Hashable] = []
    for each in fields(kind):
        value = getattr(item, each.name)
        match each.name:
            case "address":
                found.append(names.address(value))
            case "eni":
                found.append(names.eni(value))
            case "at":
                found.append(names.cooled(value))
            case "lost":
                found.append(value.value)
            case _:
                raise ModelError(f"a memory's {each.name} has no canonical form")
    return tuple(found)


def key_of_event(
    names: WorldKey, begun: WorldKey, asked: Iterable[Asked], nested: Iterable[Step]
) -> Hashable:
    """An event that is under way: the world before it, what was asked and what else happened.

    To be asked for after the key of the world. Of what happened meanwhile properties see that
    something did, and which pods came and went: who came is in the world, or went.
    """
    others = tuple(nested)
    gone = {each.subject for each in others if each.kind == "delete_pod"}
    questions: list[Hashable] = []
    ec2 = None
    for each in asked:
        if isinstance(each.ask, Call):
            questions.append((names.value(each.ask.request), names.value(each.answer)))
            if each.ec2 is not ec2:
                ec2 = each.ec2
                questions.append(tuple([names.placed(eni.id, eni.networks()) for eni in ec2.enis]))
    before = begun.canonical
    pods = begun.pods() | names.pods()
    return (
        before,
        names.numbers_of(*begun.described()),
        tuple(questions),
        bool(others),
        tuple(sorted((begun.trace(key), names.trace(key), key in gone) for key in pods)),
    )
