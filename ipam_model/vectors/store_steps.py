"""Vectors of a data store alone: what is in it, what is done to it, and what may come of that.

For projects that implement the store and not the daemon. Nothing is decided here and EC2 is not
asked: an outcome is a reply and a state.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Final

from attrs import evolve, frozen

from ipam_model.config import Quirk
from ipam_model.conformance.datastore_document import event_json
from ipam_model.conformance.datastore_events import (
    AddCidr,
    AddEni,
    Assign,
    DatastoreEvent,
    DatastorePart,
    DelCidr,
    ExcludeEni,
    Freeable,
    Pass,
    Recover,
    RemoveEni,
    RemoveUnusedEni,
    Stats,
    Unassign,
)
from ipam_model.conformance.datastore_happening import DatastoreState
from ipam_model.conformance.datastore_spec import DATASTORE_QUIRKS, DatastoreSpec
from ipam_model.conformance.spec import Outcome
from ipam_model.scenario.tables import seconds
from ipam_model.strict_json import JsonValue
from ipam_model.vectors.outcomes import TooManyError
from ipam_model.vectors.states import Json, changed, store_json
from ipam_model.vectors.steps import QuirkBeforeError

MOST_OUTCOMES: Final = 16
"""As many as a prefix has addresses; an event that can go in more ways is no vector."""
QUIRKS: Final = frozenset(DATASTORE_QUIRKS)
"""Suspected bugs that a store alone can have."""

RULES: Final[Mapping[type[DatastoreEvent], tuple[str, ...]]] = {
    AddEni: ("R11",),
    ExcludeEni: ("R13",),
    AddCidr: ("R22",),
    DelCidr: ("R23",),
    Assign: ("R111",),
    Unassign: ("R124",),
    RemoveEni: ("R24",),
    RemoveUnusedEni: ("R136",),
    Stats: ("R27",),
    Freeable: ("R139",),
    Pass: (),
    Recover: ("R61",),
}
"""What states an operation; it is asked about also where it is refused before the rule's text."""

StoreOutcome = Outcome[DatastoreState]


@frozen(kw_only=True)
class StoreCase:
    """What a vector is about; all else follows from the model."""

    setup: DatastorePart
    history: tuple[DatastoreEvent, ...]
    event: DatastoreEvent


@frozen(kw_only=True)
class StoreJudged:
    """What the model says of a case."""

    event: DatastoreEvent
    before: DatastoreState
    intended: tuple[StoreOutcome, ...]
    """Without quirks."""
    upstream: tuple[StoreOutcome, ...]
    """With all quirks."""
    quirks: tuple[Quirk, ...]
    """Those that make a difference, each on its own."""

    @property
    def rules(self) -> frozenset[str]:
        """The one that states the operation, and those executed during the event."""
        executed = (each.rules for each in (*self.intended, *self.upstream))
        return frozenset(RULES[type(self.event)]).union(*executed)

    @property
    def refused(self) -> bool:
        """Whether the event is refused: a failure is replied, and nothing changes."""
        return all(
            each.said.reply.get("success") is False and each.state == self.before
            for each in self.intended
        )


def judge(case: StoreCase) -> StoreJudged:
    """What the model says.

    Raises `InputError` if the case makes no sense with any store, if a quirk shows in its history,
    or if there are too many outcomes.
    """
    none = before(case, frozenset())
    if with_quirks(before(case, QUIRKS), frozenset()) != none:
        raise QuirkBeforeError("a suspected bug shows before the event")
    return judge_from(none, case.event)


def judge_from(none: DatastoreState, event: DatastoreEvent) -> StoreJudged:
    """What the model says of an event in a state of a store without quirks."""
    intended, upstream = (outcomes(none, event, quirks) for quirks in (frozenset(), QUIRKS))
    different: tuple[Quirk, ...] = ()
    if not same(intended, upstream):
        different = tuple(
            each
            for each in sorted(QUIRKS, key=lambda each: each.value)
            if not same(intended, outcomes(none, event, frozenset({each})))
        )
    return StoreJudged(
        event=event, before=none, intended=intended, upstream=upstream, quirks=different
    )


def outcomes(
    state: DatastoreState, event: DatastoreEvent, quirks: frozenset[Quirk]
) -> tuple[StoreOutcome, ...]:
    """Every outcome of an event, that of the first options first; none twice.

    Raises `InputError` if the event makes no sense, `TooManyError` if there are too many.
    """
    spec = DatastoreSpec(quirks, watch_rules=True)
    found: dict[Hashable, StoreOutcome] = {}
    for each in spec.outcomes(with_quirks(state, quirks), event):
        plain = evolve(each, state=with_quirks(each.state, frozenset()))
        found.setdefault(key(plain), plain)
        if len(found) > MOST_OUTCOMES:
            raise TooManyError(f"{event.kind} can go in more than {MOST_OUTCOMES} ways")
    return tuple(found.values())


def same(some: Iterable[StoreOutcome], others: Iterable[StoreOutcome]) -> bool:
    """Whether these are the same outcomes, whatever quirks led to them."""
    return {*map(key, some)} == {*map(key, others)}


def key(outcome: StoreOutcome) -> Hashable:
    """Of an outcome, all but the rules that led to it."""
    return repr(outcome.said.reply), outcome.state


def with_quirks(state: DatastoreState, quirks: frozenset[Quirk]) -> DatastoreState:
    """The same state of a store with these suspected bugs."""
    world = state.world
    return evolve(state, world=evolve(world, config=evolve(world.config, quirks=quirks)))


def before(case: StoreCase, quirks: frozenset[Quirk]) -> DatastoreState:
    """The state before the event, of a store with these quirks that takes first options."""
    *_, (last, _) = _replayed(case, quirks)
    return last


def certain(case: StoreCase) -> bool:
    """Whether the history leads to the state whatever the store chooses: it never has a choice."""
    return all(alone for _, alone in _replayed(case, frozenset()))


def _replayed(case: StoreCase, quirks: frozenset[Quirk]) -> Iterator[tuple[DatastoreState, bool]]:
    """The states of the history, and whether each could only be that."""
    spec = DatastoreSpec(quirks)
    state = spec.initial(case.setup)
    yield state, True
    for event in case.history:
        ways = tuple(islice(spec.outcomes(state, event), 2))
        state = ways[0].state
        yield state, len(ways) == 1


# -- as JSON -------------------------------------------------------------------------------------


def store_step_json(case: StoreCase, judged: StoreJudged) -> Json:
    """The members of a vector that are its own."""
    state = state_json(judged.before)
    history: list[JsonValue] = [event_json(each) for each in case.history]
    pre: Json = {
        "datastore": {
            "prefix_delegation": case.setup.prefix_delegation,
            "cooldown_ms": case.setup.cooldown_ms,
        },
        "history": history,
        "certain": certain(case),
        "state": state,
    }
    shown: Json = {"pre": pre, "event": event_json(case.event)}
    if judged.refused:
        shown["refusal"] = judged.intended[0].said.reply
    else:
        shown["post"] = [outcome_json(each, state) for each in judged.intended]
    if judged.quirks:
        shown["upstream"] = {
            "quirks": [each.value for each in judged.quirks],
            "post": [outcome_json(each, state) for each in judged.upstream],
        }
    return shown


def state_json(state: DatastoreState) -> Json:
    """The state of a store."""
    return store_json(state.world, running=state.running)


def outcome_json(outcome: StoreOutcome, state: Json) -> Json:
    """Reply, and those parts of the state that are not as before."""
    return {"reply": outcome.said.reply, "state": changed(state, state_json(outcome.state))}


def title(judged: StoreJudged) -> str:
    """The event, and how it goes; of several outcomes the first."""
    reply = judged.intended[0].said.reply
    told = [_said(*each) for each in reply.items()]
    if not reply.get("success", True):
        told = ["refused" if judged.refused else "fails", *told]
    others = len(judged.intended) - 1
    several = f", or {others} other outcome{'s' if others > 1 else ''}" if others else ""
    return f"{_what(judged.event)}: {', '.join(filter(None, told)) or 'done'}{several}"


def _said(name: str, value: JsonValue) -> str:
    if name in ("success", "device") or value is None:
        return ""
    if isinstance(value, list):
        return " ".join(map(str, value)) or "nothing"
    return str(value) if isinstance(value, str) else f"{name} {value}"


def _what(event: DatastoreEvent) -> str:
    forced = " by force" if isinstance(event, DelCidr | RemoveEni) and event.force else ""
    match event:
        case AddEni():
            return f"ENI {event.eni} is added"
        case ExcludeEni():
            return f"ENI {event.eni} is excluded{'' if event.excluded else ' no longer'}"
        case AddCidr():
            return f"{event.cidr} is added to {event.eni}"
        case DelCidr():
            return f"{event.cidr} is deleted from {event.eni}{forced}"
        case Assign():
            return f"Pod {event.pod} asks for an address"
        case Unassign():
            return f"Pod {event.pod} gives its address back"
        case RemoveEni():
            return f"ENI {event.eni} is removed{forced}"
        case RemoveUnusedEni():
            return "An ENI that may go is removed"
        case Stats():
            return "Statistics"
        case Freeable():
            return f"What can be freed of {event.eni}"
        case Pass():
            return f"{seconds(event.ms)} go by"
        case Recover():
            return "The store is recovered from its checkpoint"
