"""Step vectors: a state of the whole node, an event, and everything that may come of it.

The state is given twice: whole, for who can load one, and as the events that lead to it from a
node on which the daemon has not run yet, for who can only be driven. The second is a scenario.

`post` is intended behaviour. Where a suspected bug of the daemon (a quirk) makes a difference, the
vector says so, and what the daemon does instead stands under `upstream`.
"""

from collections import deque
from collections.abc import Hashable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from itertools import islice
from typing import Final

from attrs import evolve, frozen

from ipam_model.catalogue import catalogue
from ipam_model.config import ALL_QUIRKS, QUIRKS_OF, Quirk, Version
from ipam_model.errors import InputError
from ipam_model.firing import rules_fired
from ipam_model.scenario.document import Ec2Part, Event, NodePart, Start
from ipam_model.scenario.meaning import ImpossibleError
from ipam_model.scenario.running import ScenarioRunner
from ipam_model.scenario.setup import world_of
from ipam_model.scenario.writing import to_json
from ipam_model.strict_json import JsonValue
from ipam_model.vectors.outcomes import Outcome, outcomes
from ipam_model.vectors.states import Json, state_json
from ipam_model.world import World

MOST_OUTCOMES: Final = 8
"""A vector lists no more; an event that can go in more ways is none."""


@frozen(kw_only=True)
class StepCase:
    """What a step vector is about; all else follows from the model."""

    title: str
    node: NodePart
    """Without `no_quirks`."""
    ec2: Ec2Part
    history: tuple[Event, ...]
    event: Event
    flags: tuple[str, ...] = ()
    """`boundary`, `regression`; the other flags follow."""
    source: str = ""
    """Where it comes from: an upstream issue."""


@frozen(kw_only=True)
class Judged:
    """What the model says of a case."""

    before: World
    intended: tuple[Outcome, ...]
    """Without quirks; empty if the event makes no sense and must be refused."""
    upstream: tuple[Outcome, ...]
    """With all quirks of the version."""
    quirks: tuple[Quirk, ...]
    """Those that make a difference, each on its own."""
    rules: frozenset[str]
    """Executed during the event."""


class QuirkBeforeError(InputError):
    """A quirk makes a difference before the event already."""


def judge(case: StepCase) -> Judged:
    """What the model says.

    Raises `InputError` if the history cannot be, if a quirk shows in it, or if there are too many
    outcomes.
    """
    quirks = QUIRKS_OF.get(Version(case.node.version), ALL_QUIRKS)
    none = before(case, frozenset())
    with_all = before(case, quirks)
    if evolve(with_all, config=none.config) != none:
        raise QuirkBeforeError("a suspected bug shows before the event")
    return judge_from(none, case.event)


def judge_from(none: World, event: Event) -> Judged:
    """What the model says of an event in a state of a daemon without quirks."""
    quirks = QUIRKS_OF.get(none.config.version, ALL_QUIRKS)
    with rules_fired() as fired:
        intended = _outcomes(none, event)
        upstream = _outcomes(_with(none, quirks), event)
    different: tuple[Quirk, ...] = ()
    if not same(intended, upstream):
        ordered = sorted(quirks, key=lambda each: each.value)
        different = tuple(
            each
            for each in ordered
            if not same(intended, _outcomes(_with(none, frozenset({each})), event))
        )
    return Judged(
        before=none,
        intended=intended,
        upstream=upstream,
        quirks=different,
        rules=frozenset(rule for name in fired.functions for rule in rules_by_function()[name]),
    )


@cache
def rules_by_function() -> Mapping[str, tuple[str, ...]]:
    """The ids of the rules that a function is the text of, or a part of."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in catalogue().values():
        for name in entry.where:
            found[name] = (*found.get(name, ()), entry.id)
    return found


def before(case: StepCase, quirks: frozenset[Quirk]) -> World:
    """The state before the event, of a daemon with these quirks."""
    runner = ScenarioRunner(_with(world_of(case.node, case.ec2), quirks))
    deque(runner.steps(case.history), maxlen=0)
    return runner.world


def certain(case: StepCase) -> bool:
    """Whether the history leads to the state whatever the daemon chooses: it never has a choice."""
    runner = ScenarioRunner(_with(world_of(case.node, case.ec2), frozenset()))
    return not any(
        len(tuple(islice(chosen.choice.options, 2))) > 1
        for step in runner.steps(case.history)
        for chosen in step.choices
    )


def _with(world: World, quirks: frozenset[Quirk]) -> World:
    return evolve(world, config=evolve(world.config, quirks=quirks))


def _outcomes(world: World, event: Event) -> tuple[Outcome, ...]:
    """None if the event makes no sense, because the daemon does not run."""
    if world.node is None and event.kind in NEED_A_DAEMON:
        return ()
    return outcomes(world, event, MOST_OUTCOMES)


NEED_A_DAEMON: Final = frozenset(
    {"pod_add", "pod_del", "tick", "reconcile", "loop_pass", "terminate", "await_trunk"}
)
"""Kinds of events that must be refused while the daemon does not run."""


def same(some: tuple[Outcome, ...], others: tuple[Outcome, ...]) -> bool:
    """Whether these are the same outcomes, whatever quirks led to them."""
    return {*map(_key, some)} == {*map(_key, others)}


def _key(outcome: Outcome) -> Hashable:
    after = outcome.after
    return (
        repr(outcome.reply),
        repr(outcome.calls),
        evolve(after, config=evolve(after.config, quirks=frozenset())),
    )


def refused(judged: Judged) -> bool:
    """Whether the event is refused: a failure is replied, and nothing changes but time."""
    return all(
        not each.reply.get("success", each.reply.get("ok", True))
        and not each.calls
        and evolve(each.after, now=0) == evolve(judged.before, now=0)
        for each in judged.intended
    )


# -- as JSON -------------------------------------------------------------------------------------


def step_json(case: StepCase, judged: Judged) -> Json:
    """The members of a step vector that are its own."""
    state = state_json(judged.before)
    history: list[JsonValue] = [to_json(each) for each in case.history]
    pre: Json = {
        "node": to_json(case.node),
        "ec2": to_json(case.ec2),
        "history": history,
        "certain": certain(case),
        "env": {**_env(case)},
        "state": state,
    }
    shown: Json = {"pre": pre, "event": to_json(evolve(case.event, choices=()))}
    if not refused(judged):
        shown["post"] = [each.as_json(state) for each in judged.intended]
    elif judged.intended:
        shown["refusal"] = judged.intended[0].reply
    if judged.quirks:
        shown["upstream"] = {
            "quirks": [each.value for each in judged.quirks],
            "post": [each.as_json(state) for each in judged.upstream],
        }
    return shown


def flags(case: StepCase, judged: Judged) -> tuple[str, ...]:
    """What the vector is flagged with."""
    found = [*case.flags, *(("known-upstream-bug",) if judged.quirks else ())]
    return tuple(sorted(found)) or ("normal",)


def may(judged: Judged) -> bool:
    """Whether the daemon leaves a choice to chance."""
    return len(judged.intended) > 1


def _env(case: StepCase) -> dict[str, JsonValue]:
    """The environment with which the daemon was started last."""
    env = case.node.env
    for each in case.history:
        if isinstance(each, Start) and each.env is not None:
            env = each.env
    return dict(sorted(env.items()))


def moments(case: StepCase) -> Iterator[tuple[StepCase, Judged]]:
    """A case for each event of the history that can be one, the event itself last.

    A pass of the loop is one only at the end, for the things of which it consists are told better.

    Ends where a quirk has made a difference: what is intended then, no daemon has shown.
    """
    quirks = QUIRKS_OF.get(Version(case.node.version), ALL_QUIRKS)
    start = world_of(case.node, case.ec2)
    none, upstream = (ScenarioRunner(_with(start, each)) for each in (frozenset(), quirks))
    events = (*case.history, case.event)
    for number, event in enumerate(events):
        if evolve(upstream.world, config=none.config) != none.world:
            return
        if event.kind in TOLD and (event.kind != "loop_pass" or number + 1 == len(events)):
            found = evolve(case, history=events[:number], event=event)
            # Others: too many outcomes, or prescribed answers that fit some of them only.
            with suppress(InputError, ImpossibleError):
                yield found, judge_from(none.world, event)
        try:
            for runner in (none, upstream):
                deque(runner.steps((event,)), maxlen=0)
        except (
            InputError,
            ImpossibleError,
        ):  # Prescribed is what only a daemon with the quirk does.
            return


TOLD: Final = NEED_A_DAEMON | {"start", "advance", "clean_leaked_enis"}
"""Kinds of events of which vectors are made: what the daemon does; not what happens to it."""
