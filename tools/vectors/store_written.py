"""What is done to data stores in one go, written down: each operation of it is a case."""

from collections.abc import Iterator
from typing import Final

from ipam_model.conformance.datastore_events import (
    AddCidr,
    AddEni,
    Assign,
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
from ipam_model.vectors.store_steps import StoreCase
from tools.vectors.store_walks import Begin

SINGLES: Final = DatastorePart()
PREFIXES: Final = DatastorePart(prefix_delegation=True)
FIRST: Final = AddEni(eni="eni-1", device=0)
SECOND: Final = AddEni(eni="eni-2", device=1)
ONE: Final = AddCidr(eni="eni-1", cidr="10.0.0.5/32")
TWO: Final = AddCidr(eni="eni-1", cidr="10.0.0.6/32")
OTHER: Final = AddCidr(eni="eni-2", cidr="10.0.0.7/32")
BLOCK: Final = AddCidr(eni="eni-1", cidr="10.0.1.0/28")
OTHER_BLOCK: Final = AddCidr(eni="eni-2", cidr="10.0.1.16/28")
COME, GO = Assign(pod="p1"), Unassign(pod="p1")
AGAIN: Final = Assign(pod="p2")


def stories() -> Iterator[Begin]:
    """All of them."""
    for wait in (29_999, 30_000, 30_001):
        yield Begin(SINGLES, (FIRST, ONE, COME, Pass(ms=1_000), GO, Pass(ms=wait), AGAIN))
    for wait in (4_999, 5_000, 5_001):
        short = DatastorePart(cooldown_ms=5_000)
        yield Begin(short, (FIRST, ONE, COME, Pass(ms=9_000), GO, Pass(ms=wait), AGAIN))
    # Of two addresses on one ENI, one was used.
    used = (FIRST, ONE, COME, GO, Pass(ms=30_001))
    yield Begin(SINGLES, (*used, TWO, AGAIN, Unassign(pod="p2")))
    yield Begin(SINGLES, (FIRST, ONE, COME, TWO, AGAIN, Stats(), Unassign(pod="p2"), GO))
    yield Begin(SINGLES, (FIRST, ONE, COME, GO, ONE, AGAIN))
    yield Begin(SINGLES, (FIRST, ONE, COME, GO, Freeable(eni="eni-1")))
    cidr = ONE.cidr
    yield Begin(SINGLES, (FIRST, ONE, COME, GO, DelCidr(eni="eni-1", cidr=cidr)))
    for force in (False, True):
        leave = DelCidr(eni="eni-1", cidr=cidr, force=force)
        yield Begin(SINGLES, (FIRST, ONE, COME, leave, Stats(), GO, ONE, COME))
        gone = RemoveEni(eni="eni-1", force=force)
        yield Begin(SINGLES, (FIRST, ONE, COME, gone, Stats(), Recover(), GO))
        yield Begin(PREFIXES, (FIRST, BLOCK, COME, gone, Stats(), Recover()))
    # An excluded ENI loses what its last pod leaves, if it is excluded still.
    excluded = (FIRST, ONE, COME, ExcludeEni(eni="eni-1"), AGAIN, GO)
    back = ExcludeEni(eni="eni-1", excluded=False)
    yield Begin(SINGLES, (*excluded, Pass(ms=4_999), Pass(ms=1), Stats()))
    yield Begin(SINGLES, (*excluded, back, Pass(ms=5_000), Stats()))
    # Which ENI may go.
    full = (FIRST, ONE, SECOND, OTHER)
    both = (FIRST, BLOCK, SECOND, OTHER_BLOCK)
    for wait in (59_999, 60_000, 60_001):
        yield Begin(SINGLES, (FIRST, ONE, Pass(ms=wait), RemoveUnusedEni(), Stats()))
    for targets in (
        RemoveUnusedEni(warm_ip=1),
        RemoveUnusedEni(warm_ip=2),
        RemoveUnusedEni(minimum_ip=1),
        RemoveUnusedEni(minimum_ip=2),
    ):
        yield Begin(SINGLES, (*full, Pass(ms=60_001), targets, Stats(), targets))
    for targets in (
        RemoveUnusedEni(warm_prefix=1),
        RemoveUnusedEni(warm_prefix=2),
        RemoveUnusedEni(warm_ip=16),
        RemoveUnusedEni(warm_ip=17),
        RemoveUnusedEni(minimum_ip=17),
    ):
        yield Begin(PREFIXES, (*both, Pass(ms=60_001), targets, Stats(), targets))
    old = (FIRST, ONE, Pass(ms=60_001))
    yield Begin(SINGLES, (*old, COME, RemoveUnusedEni(), GO, RemoveUnusedEni()))
    yield Begin(SINGLES, (*old, COME, GO, Pass(ms=30_001), RemoveUnusedEni()))
    for kind in ("primary", "trunk", "efa", "excluded"):
        kept = AddEni(eni="eni-1", device=0, **{kind: True})
        yield Begin(SINGLES, (kept, ONE, COME, Stats(), Pass(ms=60_001), RemoveUnusedEni()))
    # A prefix fills up to its last address; who is there already gets what it has.
    for number in (14, 15, 16):
        several = tuple(Assign(pod=f"p{each}") for each in range(1, number + 1))
        yield Begin(PREFIXES, (FIRST, BLOCK, *several, Assign(pod="p1"), Assign(pod="p17")))
    yield Begin(PREFIXES, (FIRST, BLOCK, ONE, COME, Freeable(eni="eni-1"), GO, Stats()))
    # Of a prefix, what was used before goes first, and what else was is forgotten.
    left = (FIRST, BLOCK, COME, AGAIN, GO, Unassign(pod="p2"))
    yield Begin(PREFIXES, (*left, Pass(ms=30_001), Assign(pod="p3"), Stats()))
    # After a crash.
    yield Begin(SINGLES, (FIRST, ONE, COME, Recover(), Assign(pod="p1"), GO, Recover(), AGAIN))
    yield Begin(SINGLES, (FIRST, ONE, TWO, COME, AGAIN, Recover(), Stats()))
    put_back = (DelCidr(eni="eni-1", cidr=cidr, force=True), ONE, Recover())
    yield Begin(SINGLES, (FIRST, ONE, COME, *put_back))
    yield Begin(
        SINGLES, (FIRST, ONE, COME, SECOND, AddCidr(eni="eni-2", cidr=cidr), AGAIN, Recover())
    )


def cases() -> Iterator[StoreCase]:
    """Each operation of the stories, after those before it."""
    for story in stories():
        for number, event in enumerate(story.events):
            yield StoreCase(setup=story.setup, history=story.events[:number], event=event)
