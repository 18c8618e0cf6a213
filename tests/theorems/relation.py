"""What the transition relation and the counting model say of the same state, in the same words.

The relation sees of a state what all ENIs hold together and what one of them holds. So do these
sets of successors: one is what the relation allows, the other what the counting model does.
"""

import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

from attrs import evolve

from ipam_model.arithmetic import INTS
from ipam_model.counting.decisions import Pool
from ipam_model.counting.model import CountingModel, Eni, Kind, State, pods_on
from ipam_model.theorems import machine
from ipam_model.theorems.moments import Mode, read

Numbers: TypeAlias = tuple[int, int, int]
"""CIDRs, pods and CIDRs without pods."""
Values: TypeAlias = dict[str, int]


class Successor(NamedTuple):
    """Where a step leads, as the relation tells it: `eni` is the ENI that takes it."""

    kind: Kind
    enis: int
    node: Numbers
    eni: Numbers


class Taken(NamedTuple):
    """A step of the relation with one choice made."""

    guard: bool
    sums: bool
    successor: Successor


Reading: TypeAlias = Callable[[Kind, Mode, Values], Taken]
"""The relation on some kind of number."""


def mode_of(model: CountingModel) -> Mode:
    """The mode that is about the same CIDRs."""
    return Mode(
        name="", holds=_anything, block=model.targets.block, capped=model.max_pods is not None
    )


def _anything(k: object, parameters: object) -> dict[str, Any]:
    del k, parameters
    return {}


def of_eni(eni: Eni) -> Numbers:
    """The numbers of an ENI."""
    return sum(eni), pods_on(eni), eni[0]


def _of_pool(pool: Pool[int]) -> Numbers:
    return pool.cidrs, pool.assigned, pool.free_cidrs


def values(model: CountingModel, state: State, position: int) -> Values:
    """The unknowns of a moment, but for `whole` and `share`; no ENI but the one at `position`."""
    eni, targets = state[position], model.targets
    assert eni is not None
    pool, own = model.pool(state), of_eni(eni)
    return {
        "warm": targets.warm_ip,
        "minimum": targets.minimum,
        "warm_eni": targets.warm_eni,
        "warm_prefix": targets.warm_prefix,
        "prefix_mode": targets.prefix_mode,
        "max_enis": targets.max_enis,
        "slots": targets.slots,
        "peak": model.most_pods if model.pods is None else model.pods,
        "max_pods": model.max_pods or 0,
        "enis": sum(each is not None for each in state),
        **dict(zip(("cidrs", "assigned", "free_cidrs"), _of_pool(pool), strict=True)),
        **dict(zip(("eni_cidrs", "eni_assigned", "eni_free_cidrs"), own, strict=True)),
        "primary": position == 0,
        "whole": False,
        "share": 0,
    }


def on_integers(module: types.ModuleType = machine) -> Reading:
    """The relation as it runs."""

    def reading(kind: Kind, mode: Mode, given: Values) -> Taken:
        step = module.step(INTS, kind, read(INTS, mode, given))
        return Taken(
            INTS.all(*step.guard.values()),
            INTS.all(*step.sums.values()),
            Successor(kind, step.node.enis, _of_pool(step.node.pool), _of_pool(step.eni.pool)),
        )

    return reading


def on_terms(module: types.ModuleType = machine) -> Reading:
    """The relation as it is proved about: terms, into which the numbers are put."""
    from ipam_model.symbolic import TERMS, evaluate, unknowns

    terms: dict[tuple[Kind, int, bool], Any] = {}

    def reading(kind: Kind, mode: Mode, given: Values) -> Taken:
        key = (kind, mode.block, mode.capped)
        if key not in terms:
            named = unknowns(machine.UNKNOWNS)
            terms[key] = named, module.step(TERMS, kind, read(TERMS, mode, named))
        named, step = terms[key]

        def value(term: Any) -> Any:  # noqa: ANN401 - a number or a truth value
            return evaluate(term, named, given)

        def numbers(pool: Pool[Any]) -> Numbers:
            return value(pool.cidrs), value(pool.assigned), value(pool.free_cidrs)

        return Taken(
            all(value(each) for each in step.guard.values()),
            all(value(each) for each in step.sums.values()),
            Successor(kind, value(step.node.enis), numbers(step.node.pool), numbers(step.eni.pool)),
        )

    return reading


def _choices(kind: Kind, given: Values) -> Iterator[Values]:
    """All that can matter of what a step leaves open, and some that cannot be."""
    if kind in {Kind.ADD, Kind.DELETE}:
        yield from ({**given, "whole": whole} for whole in (False, True))
    elif kind is Kind.RELEASE:
        yield from ({**given, "share": share} for share in range(-1, given["cidrs"] + 2))
    else:
        yield given


def allowed(reading: Reading, model: CountingModel, state: State, position: int) -> set[Successor]:
    """What the relation allows this ENI to do.

    A new ENI comes if every ENI finds its guard true; what the relation then says of the sums must
    be so.
    """
    mode, found = mode_of(model), set()
    for kind in Kind:
        if kind is Kind.ATTACH:
            taken = [
                reading(kind, mode, values(model, state, each))
                for each, eni in enumerate(state)
                if eni is not None
            ]
            if all(each.guard for each in taken):
                assert all(each.sums for each in taken)
                assert len({each.successor for each in taken}) == 1
                found.add(taken[0].successor)
            continue
        for choice in _choices(kind, values(model, state, position)):
            one = reading(kind, mode, choice)
            if one.guard:
                assert one.sums
                found.add(one.successor)
    return found


def done(model: CountingModel, state: State, position: int) -> set[Successor]:
    """What the counting model lets this ENI do, of a raw state."""
    assert not model.symmetric
    found = set()
    for step in model.transitions(state):
        if step.kind in {Kind.ADD, Kind.DELETE, Kind.EXTEND, Kind.FREE} and step.eni != position:
            continue
        at = step.eni if step.kind is Kind.ATTACH else position
        eni = (state if step.kind is Kind.FREE else step.after)[at]
        assert eni is not None
        found.add(
            Successor(
                step.kind,
                sum(each is not None for each in step.after),
                _of_pool(model.pool(step.after)),
                of_eni(eni),
            )
        )
    return found


def alike(numbers: Numbers, block: int) -> Iterator[Eni]:
    """Every ENI of these numbers: CIDRs that are not free have 1 to `block` pods."""
    cidrs, pods, free = numbers

    def counts(used: int, left: int, most: int) -> Iterator[tuple[int, ...]]:
        if most == 0:
            if used == left == 0:
                yield ()
            return
        for full in range(min(used, left // most) + 1):
            for rest in counts(used - full, left - full * most, most - 1):
                yield (*rest, full)

    for rest in counts(cidrs - free, pods, block):
        yield (free, *rest)


def done_alike(model: CountingModel, state: State, position: int) -> set[Successor]:
    """The same, whichever of its pods share prefixes: of every ENI that has the same numbers."""
    eni = state[position]
    assert eni is not None
    return {
        successor
        for other in alike(of_eni(eni), model.targets.block)
        for successor in done(model, (*state[:position], other, *state[position + 1 :]), position)
    }


def positions(state: State) -> tuple[int, ...]:
    """Where ENIs are attached."""
    return tuple(at for at, eni in enumerate(state) if eni is not None)


def raw(model: CountingModel) -> CountingModel:
    """The model whose steps name the ENI that takes them, and release in any shares."""
    return evolve(model, symmetric=False, any_distribution=True)


SOURCE: Final = Path(machine.__file__).read_text(encoding="utf-8")


def changed(old: str, new: str) -> types.ModuleType:
    """The relation with another text in one place."""
    assert SOURCE.count(old) == 1, f"{SOURCE.count(old)} times in machine.py: {old}"
    module = types.ModuleType("changed_machine")
    exec(compile(SOURCE.replace(old, new), "changed machine.py", "exec"), vars(module))
    return module
