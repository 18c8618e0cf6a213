"""What is done to a data store, in every order, as long as it leads to something new."""

from collections.abc import Hashable, Iterator
from heapq import heappop, heappush
from typing import Final

from attrs import frozen

from ipam_model.addresses import format_network
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
from ipam_model.errors import InputError
from ipam_model.vectors import store_steps
from ipam_model.vectors.store_steps import StoreCase, StoreJudged
from tools.vectors.failing import FoundStore

MOST_STATES: Final = 60
"""Of one store, from which it is tried how to go on."""
OLD: Final = 3
"""What led to nothing new waits behind what is so many events longer."""
LONGEST: Final = 12
"""Events before the one that a vector is about."""
WAITS: Final = (4_999, 5_000, 29_999, 30_000, 30_001, 59_999, 60_000, 60_001)
"""Milliseconds to let pass: around each duration that a store compares with."""
TARGETS: Final = (
    RemoveUnusedEni(),
    RemoveUnusedEni(warm_ip=1),
    RemoveUnusedEni(warm_ip=2),
    RemoveUnusedEni(minimum_ip=1),
    RemoveUnusedEni(minimum_ip=2),
    RemoveUnusedEni(warm_ip=17),
    RemoveUnusedEni(minimum_ip=17),
    RemoveUnusedEni(warm_prefix=1),
    RemoveUnusedEni(warm_prefix=2),
)


@frozen
class Begin:
    """A store, and what is in it when a walk begins."""

    setup: DatastorePart
    events: tuple[DatastoreEvent, ...] = ()


def _eni(eni: str, *cidrs: str, kind: str = "") -> tuple[DatastoreEvent, ...]:
    flags = {kind: True} if kind else {}
    added = AddEni(eni=eni, device=int(eni[-1]) - 1, **flags)
    return (added, *(AddCidr(eni=eni, cidr=cidr) for cidr in cidrs))


def begins() -> Iterator[Begin]:
    """Stores of each kind."""
    singles, prefixes = DatastorePart(), DatastorePart(prefix_delegation=True)
    one, two = "10.0.0.5/32", "10.0.0.6/32"
    first, second = "10.0.1.0/28", "10.0.1.16/28"
    yield Begin(singles)
    yield Begin(singles, _eni("eni-1", one))
    yield Begin(singles, (*_eni("eni-1", kind="primary"), *_eni("eni-2", one)))
    yield Begin(singles, (*_eni("eni-1", one), *_eni("eni-2", two)))
    yield Begin(singles, (*_eni("eni-1", one), *_eni("eni-2", one)))
    yield Begin(singles, _eni("eni-1", one, first))
    for kind in ("primary", "trunk", "efa", "excluded"):
        yield Begin(singles, (*_eni("eni-1", one, kind=kind), *_eni("eni-2", two)))
    yield Begin(prefixes, _eni("eni-1", first))
    yield Begin(prefixes, (*_eni("eni-1", first), *_eni("eni-2", second)))
    yield Begin(prefixes, _eni("eni-1", one, first))
    for cooldown in (0, 60_000):
        yield Begin(DatastorePart(cooldown_ms=cooldown), _eni("eni-1", one))


def walk(begin: Begin) -> Iterator[FoundStore]:
    """Everything new that can be done to a store."""
    first = StoreCase(setup=begin.setup, history=begin.events, event=Stats())
    start = store_steps.before(first, frozenset())
    waiting: list[tuple[int, int, DatastoreState, tuple[DatastoreEvent, ...]]] = [
        (0, 0, start, begin.events)
    ]
    met: set[DatastoreState] = {start}
    known: set[Hashable] = set()
    for _ in range(MOST_STATES):
        if not waiting:
            return
        _, _, state, history = heappop(waiting)
        if len(history) > LONGEST:
            continue
        for event in menu(state):
            case = StoreCase(setup=begin.setup, history=history, event=event)
            try:
                judged = store_steps.judge_from(state, event)
            except InputError:
                continue
            signature = shape(event, judged)
            new = signature not in known
            if new:
                known.add(signature)
                yield FoundStore(case, judged)
            if judged.quirks or judged.intended[0].state in met:
                continue
            following = judged.intended[0].state
            met.add(following)
            urgency = len(history) + (0 if new else OLD)
            heappush(waiting, (urgency, len(met), following, (*history, event)))


def shape(event: DatastoreEvent, judged: StoreJudged) -> tuple[Hashable, ...]:
    """Kind, rules, outcomes and quirks of an event, without names and numbers."""
    outcomes = frozenset(
        (
            each.said.reply.get("success"),
            each.said.reply.get("error"),
            bool(each.said.reply.get("cidrs")),
            each.state == judged.before,
            each.state.running,
        )
        for each in (*judged.intended, *judged.upstream)
    )
    flags = tuple(getattr(event, name, None) for name in ("force", "excluded"))
    return event.kind, judged.rules, outcomes, judged.quirks, flags, len(judged.intended) > 1


def menu(state: DatastoreState) -> Iterator[DatastoreEvent]:
    """What may be done next."""
    store = state.store
    enis = [eni.id for eni in store.enis]
    pods = sorted({key.container for key in store.holdings})
    if len(enis) < 3:
        yield AddEni(eni=f"eni-{len(enis) + 1}", device=len(enis))
    yield from (AddEni(eni=eni, device=7, trunk=True) for eni in enis[:1])
    for eni in (*enis[:2], "eni-9"):
        for cidr in ("10.0.0.5/32", "10.0.0.7/32", "10.0.1.0/28"):
            yield AddCidr(eni=eni, cidr=cidr)
        yield Freeable(eni=eni)
        for force in (False, True):
            yield RemoveEni(eni=eni, force=force)
        yield ExcludeEni(eni=eni)
        yield ExcludeEni(eni=eni, excluded=False)
    for each in store.enis[:2]:
        for held in each.cidrs[:2]:
            for force in (False, True):
                yield DelCidr(eni=each.id, cidr=format_network(held.network), force=force)
    yield DelCidr(eni=enis[0] if enis else "eni-9", cidr="10.0.0.99/32")
    yield DelCidr(eni="eni-9", cidr="10.0.0.99/32")
    yield Assign(pod=f"p{len(pods) + 1}" if f"p{len(pods) + 1}" not in pods else "p7")
    yield from (Assign(pod=pod) for pod in pods[:1])
    yield from (Unassign(pod=pod) for pod in pods[:2])
    yield Unassign(pod="p9")
    yield from TARGETS
    yield Stats()
    yield Recover()
    yield from (Pass(ms=wait) for wait in WAITS)
