"""Lists of events: pods, the loop, others, waves of pods."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ipam_model.testing.events import (
    PODS,
    Add,
    Advance,
    Arrive,
    Cordon,
    Delete,
    Event,
    Leave,
    Loop,
    OthersAttach,
    OthersDetach,
    OthersGive,
    OthersTake,
    Reconcile,
    Restart,
    SubnetHas,
    SubnetRole,
    Tick,
)
from ipam_model.testing.faults import faults
from ipam_model.testing.weighing import weighted


def instants() -> SearchStrategy[int]:
    """Durations around the thresholds, most often those of the loop."""
    edges = [0, 1, 2_500, 2_500, 2_500, 5_000, 10_000, 30_000, 30_001, 60_000, 60_001, 120_001]
    return st.sampled_from(edges)


def pod_events() -> SearchStrategy[Event]:
    """Pods come and go; twelve names, so that they meet again."""
    names, several = st.sampled_from(PODS), st.integers(1, 12)
    return weighted(
        (3, st.builds(Add, names)),
        (3, st.builds(Delete, names)),
        (1, st.builds(Arrive, several)),
        (1, st.builds(Leave, several)),
    )


def outsiders(*, subnets: bool = True) -> SearchStrategy[Event]:
    """What others do to the instance behind the daemon's back."""
    numbers = st.integers(0, 7)
    acts: list[tuple[int, SearchStrategy[Event]]] = [
        (1, st.builds(OthersAttach, st.booleans(), st.booleans())),
        (1, st.builds(OthersDetach, numbers)),
        (1, st.builds(OthersTake, numbers)),
        (1, st.builds(OthersGive, numbers, st.booleans())),
    ]
    if subnets:
        acts.append((1, st.builds(SubnetHas, st.sampled_from([500, 20, 5, 3, 1, 0]))))
        acts.append((1, st.builds(SubnetRole, st.sampled_from(["", "0"]))))
    return weighted(*acts)


def card_events() -> SearchStrategy[tuple[Event, ...]]:
    """What happens on a node with several cards, pods that ask for all of them included."""
    attach = st.builds(OthersAttach, st.booleans(), st.just(False), st.integers(0, 2))
    multi = st.builds(Add, st.sampled_from(PODS[-4:]), st.just(True))
    kinds = weighted(
        (6, event_lists(most=4)),
        (1, attach.map(lambda event: (event,))),
        (2, multi.map(lambda event: (event,))),
    )
    return st.lists(kinds, max_size=5).map(lambda lists: tuple(e for some in lists for e in some))


def event_lists(
    *, broken: bool = True, others: bool = True, subnets: bool = True, most: int = 20
) -> SearchStrategy[tuple[Event, ...]]:
    """Events, mostly pods and ticks; `broken` with failing calls, `others` with outsiders."""
    restart, cordon = st.just(Restart()), st.builds(Cordon, st.booleans())
    rare: list[tuple[int, SearchStrategy[Event]]] = [(1, restart), (1, cordon)]
    if broken:
        rare.append((2, faults()))
    if others:
        rare.append((3, outsiders(subnets=subnets)))
    one = weighted((4, pod_events()), (4, loop_events()), (2, weighted(*rare)))
    single = one.map(lambda event: (event,))
    # Lists of a fixed length get somewhere; to shrink, an event turns into nothing.
    nothing: SearchStrategy[tuple[Event, ...]] = st.just(())
    kinds = weighted((1, nothing), (8, single), (1, waves()))
    slots = st.lists(kinds, min_size=most, max_size=most)
    return slots.map(lambda lists: tuple(each for some in lists for each in some))


def loop_events() -> SearchStrategy[Event]:
    """The pool manager at work, and time."""
    return weighted(
        (2, st.just(Tick())),
        (1, st.just(Reconcile())),
        (2, st.builds(Advance, instants())),
        (2, st.builds(Loop, st.sampled_from([1, 2, 14]))),
    )


def waves() -> SearchStrategy[tuple[Event, ...]]:
    """Many pods come, the pool follows, they go again, and an ENI may go with them."""
    several, passes = st.integers(1, 12), st.sampled_from([1, 2, 14])
    return st.tuples(
        st.builds(Arrive, several),
        st.builds(Loop, passes),
        st.builds(Arrive, several),
        st.builds(Loop, passes),
        st.builds(Leave, several),
        st.builds(Loop, passes),
    )
