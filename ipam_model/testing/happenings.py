"""Lists of events: pods, the loop, others, waves of pods."""

from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ipam_model.requests import UNUSABLE
from ipam_model.testing.events import (
    PODS,
    Add,
    Advance,
    Arrive,
    BranchEni,
    Choose,
    CleanLeaked,
    Cordon,
    Delete,
    During,
    EniConfig,
    Event,
    Fragment,
    Grant,
    Leave,
    Loop,
    Meanwhile,
    Mend,
    OthersAttach,
    OthersDetach,
    OthersGive,
    OthersTag,
    OthersTake,
    PodObjectGone,
    Reconcile,
    Restart,
    SubnetHas,
    SubnetRole,
    SwitchMode,
    Terminate,
    Tick,
)
from ipam_model.testing.faults import faults
from ipam_model.testing.steering import Kinds
from ipam_model.testing.weighing import weighted

FREE: Final = (500, 20, 5, 3, 1, 0)
"""What others leave of a subnet."""
BRANCH_ADDRESS: Final = 0x0A630001
"""The first address of a branch ENI, 10.99.0.1."""


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


def pods_during(*kinds: Kinds) -> SearchStrategy[Event]:
    """A pod comes or goes while a request of one of these kinds is pending, mostly the first one.

    If none comes in the next procedure it is one of a later procedure.
    """
    pod: SearchStrategy[Meanwhile] = weighted(
        (1, st.builds(Add, pods())), (1, st.builds(Delete, st.sampled_from(PODS[:4])))
    )
    return st.builds(During, st.sampled_from((0, 0, 1)), pod, st.sampled_from(kinds))


def outsiders(*, subnets: bool = True) -> SearchStrategy[Event]:
    """What others do to the instance behind the daemon's back."""
    which = st.integers(0, 7)
    acts: list[tuple[int, SearchStrategy[Event]]] = [
        (1, st.builds(OthersAttach, st.booleans(), st.booleans())),
        (1, st.builds(OthersDetach, which)),
        (1, st.builds(OthersTake, which)),
        (1, st.builds(OthersGive, which, st.booleans())),
    ]
    if subnets:
        acts.append((1, st.builds(SubnetHas, st.sampled_from(FREE))))
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


# -- everything ----------------------------------------------------------------------------------


def pods() -> SearchStrategy[str]:
    """One of twelve names of pods."""
    return st.sampled_from(PODS)


def indices() -> SearchStrategy[int]:
    """Which ENI, address or option is meant: taken modulo what there is."""
    return st.integers(0, 7)


def numbers() -> SearchStrategy[tuple[int, ...]]:
    """The next few open choices, by number."""
    return st.lists(st.integers(0, 5), min_size=1, max_size=4).map(tuple)


def annotations() -> SearchStrategy[int | str | None]:
    """What stands in a pod's annotation of its branch ENI."""
    return st.sampled_from((BRANCH_ADDRESS, BRANCH_ADDRESS + 1, None, UNUSABLE))


def outside_events() -> SearchStrategy[Meanwhile]:
    """Everything that can happen to what surrounds the daemon."""
    attach = st.builds(OthersAttach, st.booleans(), st.booleans(), st.integers(0, 2))
    return weighted(
        (3, faults()),
        (1, st.just(Mend())),
        (1, st.builds(Cordon, st.booleans())),
        (1, st.builds(SubnetHas, st.sampled_from(FREE))),
        (1, st.builds(SubnetRole, st.sampled_from(["", "0"]))),
        (1, st.just(Fragment())),
        (1, st.builds(EniConfig, st.none() | st.integers(0, 1))),
        (1, st.just(CleanLeaked())),
        (1, st.builds(BranchEni, pods(), annotations())),
        (1, st.builds(PodObjectGone, pods())),
        (1, attach),
        (1, st.builds(OthersDetach, indices())),
        (1, st.builds(OthersTake, indices())),
        (1, st.builds(OthersGive, indices(), st.booleans())),
        (1, st.builds(OthersTag, indices(), st.booleans(), st.booleans())),
    )


def meanwhile_events() -> SearchStrategy[Meanwhile]:
    """What may happen while the daemon waits for an answer, pods first."""
    return weighted(
        (2, st.builds(Add, pods())), (2, st.builds(Delete, pods())), (1, outside_events())
    )


def open_choices() -> SearchStrategy[Event]:
    """What the next procedures choose, what EC2 chooses, what happens meanwhile."""
    return weighted(
        (3, st.builds(During, st.integers(0, 9), meanwhile_events())),
        (1, st.builds(Choose, numbers())),
        (1, st.builds(Grant, numbers())),
    )


def wide_event_lists(*, most: int = 20) -> SearchStrategy[tuple[Event, ...]]:
    """`most` events of every kind, of which some may be waves and some nothing.

    Left out: a restart with other settings, vanished veths, pods on other networks or interfaces.
    """
    daemon: SearchStrategy[Event] = weighted(
        (4, st.just(Restart())),
        (1, st.just(SwitchMode())),
        (1, st.just(Terminate())),
        (1, st.builds(Add, pods(), st.just(True))),
    )
    one = weighted(
        (6, pod_events()),
        (6, loop_events()),
        (3, outside_events()),
        (2, open_choices()),
        (1, daemon),
    )
    nothing: SearchStrategy[tuple[Event, ...]] = st.just(())
    kinds = weighted((1, nothing), (8, one.map(lambda event: (event,))), (1, waves()))
    slots = st.lists(kinds, min_size=most, max_size=most)
    return slots.map(lambda lists: tuple(each for some in lists for each in some))
