"""Which rule makes each transition; what was seen must agree, in both directions."""

from collections.abc import Iterable, Iterator
from typing import Final

from attrs import frozen

from ipam_model.catalogue import catalogue
from tools.life_cycles.observing import Seen, State
from tools.life_cycles.states import Address, EniState

POD: Final = ("add_pod",)
GONE: Final = ("delete_pod",)
UPDATE: Final = ("tick",)
COMPARE: Final = ("reconcile",)
START: Final = ("start",)
TIME: Final = ("advance",)
OTHERS: Final = ("outside",)


@frozen
class Cause:
    """One way in which a transition comes about."""

    words: str
    kinds: tuple[str, ...]
    """The kinds of steps in which it does."""
    rules: tuple[str, ...] = ()
    """The rules that make it, one of which must have fired if it is code; none if others do it."""
    beside: tuple[str, ...] = ()
    """Rules to read beside it: facts, hazards, and conditions that merely time changes."""


@frozen
class Transition:
    """From one state to another."""

    before: State
    after: State
    causes: tuple[Cause, ...]
    usual: bool = False
    """Part of an ordinary life, in which nothing fails and nobody interferes."""

    @property
    def rules(self) -> tuple[str, ...]:
        """Of each cause the rules that make it, or else those to read about it, once."""
        found = (rule for each in self.causes for rule in each.rules or each.beside)
        return tuple(dict.fromkeys(found))


ADDRESSES: Final = (
    Transition(
        Address.SUBNET,
        Address.FRESH,
        (
            Cause("growth extends an ENI", UPDATE, ("R98", "R99")),
            Cause("growth at the start of the daemon", START, ("R66",)),
        ),
        usual=True,
    ),
    Transition(
        Address.SUBNET,
        Address.UNKNOWN,
        (
            Cause("a new ENI is made with it", UPDATE, ("R102",)),
            Cause("others assign it", OTHERS, beside=("R161",)),
        ),
        usual=True,
    ),
    Transition(
        Address.UNKNOWN,
        Address.FRESH,
        (
            Cause("its ENI is set up", (*UPDATE, *COMPARE, *START), ("R58",)),
            Cause("the ENI is full already: what EC2 has is taken", UPDATE, ("R98", "R99")),
            Cause("reconcile finds it", COMPARE, ("R155",)),
        ),
        usual=True,
    ),
    Transition(
        Address.FRESH, Address.ASSIGNED, (Cause("a pod comes", POD, ("R113",)),), usual=True
    ),
    Transition(
        Address.EXPIRED,
        Address.ASSIGNED,
        (Cause("a pod comes: cooled-down addresses go first", POD, ("R113",)),),
        usual=True,
    ),
    Transition(
        Address.ASSIGNED, Address.COOLING, (Cause("the pod goes", GONE, ("R124",)),), usual=True
    ),
    Transition(
        Address.ASSIGNED,
        Address.EXPIRED,
        (Cause("the pod goes, without a cooldown", GONE, ("R124",)),),
    ),
    Transition(
        Address.COOLING,
        Address.EXPIRED,
        (Cause("the cooldown is over", TIME, beside=("R17",)),),
        usual=True,
    ),
    Transition(
        Address.FRESH,
        Address.UNKNOWN,
        (
            Cause("it is surplus", UPDATE, ("R138",)),
            Cause("its ENI is deleted", UPDATE, ("R135",)),
            Cause("reconcile drops its ENI", COMPARE, ("R151",)),
            Cause("its ENI cannot be set up at a restart", START, ("R57",), ("R173",)),
            Cause("its prefix has no more pods, and is of the other mode", GONE, ("R127",)),
            Cause("the emptied CIDR of an excluded ENI is dropped", TIME, ("R25",), ("R127",)),
        ),
        usual=True,
    ),
    Transition(
        Address.EXPIRED,
        Address.UNKNOWN,
        (
            Cause("it is surplus", UPDATE, ("R138",)),
            Cause("its ENI is deleted", UPDATE, ("R135",)),
            Cause("its prefix has no more pods, and is of the other mode", GONE, ("R127",)),
        ),
        usual=True,
    ),
    Transition(
        Address.COOLING,
        Address.UNKNOWN,
        (
            Cause("it is surplus: release does not wait", UPDATE, ("R139",)),
            Cause("its prefix has no more pods, and is of the other mode", GONE, ("R127",)),
            Cause("the emptied CIDR of an excluded ENI is dropped", TIME, ("R25",), ("R127",)),
        ),
    ),
    Transition(
        Address.UNKNOWN,
        Address.SUBNET,
        (
            Cause("EC2 takes it back", UPDATE, ("R141",)),
            Cause("EC2 deletes its ENI", UPDATE, ("R182",)),
            Cause("its prefix is released after a DEL", GONE, ("R127",)),
        ),
        usual=True,
    ),
    Transition(
        Address.ASSIGNED,
        Address.FRESH,
        (
            Cause("a restart finds its pod gone", START, ("R61",)),
            Cause("the checkpoint cannot be written: undone", POD, ("R114",)),
        ),
    ),
    Transition(
        Address.COOLING,
        Address.FRESH,
        (Cause("a restart forgets cooldowns", START, ("R61",), ("R62",)),),
    ),
    Transition(
        Address.EXPIRED,
        Address.FRESH,
        (
            Cause("another one is recycled", POD, ("R113",)),
            Cause("a restart forgets it was used", START, ("R61",)),
        ),
    ),
    Transition(
        Address.ASSIGNED,
        Address.UNKNOWN,
        (
            Cause("reconcile drops its ENI, pods and all", COMPARE, ("R151",)),
            Cause("its ENI is missing or fails at a restart", START, ("R57",), ("R62",)),
        ),
    ),
    Transition(
        Address.FRESH,
        Address.SUBNET,
        (Cause("clean-up at a restart", START, ("R63", "R64")),),
    ),
    Transition(
        Address.COOLING, Address.SUBNET, (Cause("clean-up at a restart", START, ("R63", "R64")),)
    ),
    Transition(
        Address.EXPIRED, Address.SUBNET, (Cause("clean-up at a restart", START, ("R63", "R64")),)
    ),
    Transition(Address.FRESH, Address.LOST, (Cause("others take it away", OTHERS),)),
    Transition(Address.ASSIGNED, Address.LOST, (Cause("others take it away", OTHERS),)),
    Transition(
        Address.LOST,
        Address.SUBNET,
        (
            Cause("reconcile notices, pods or not", COMPARE, ("R151", "R156")),
            Cause("it is released as surplus", UPDATE, ("R135", "R138")),
        ),
    ),
    Transition(
        Address.LOST,
        Address.ASSIGNED,
        (Cause("EC2 hands it to the node again", UPDATE, ("R98", "R99", "R102"), ("R195",)),),
    ),
    Transition(
        Address.SUBNET,
        Address.LOST,
        (Cause("a restart believes a stale IMDS", START, ("R58",), ("R62",)),),
    ),
)

ENIS: Final = (
    Transition(
        EniState.NONE,
        EniState.OUTSIDE,
        (
            Cause("growth makes one", UPDATE, ("R102",)),
            Cause("others attach one", OTHERS, beside=("R161",)),
        ),
        usual=True,
    ),
    Transition(
        EniState.NONE,
        EniState.YOUNG,
        (Cause("growth at the start of the daemon", START, ("R66",)),),
        usual=True,
    ),
    Transition(
        EniState.OUTSIDE,
        EniState.YOUNG,
        (
            Cause("it is set up", UPDATE, ("R101",)),
            Cause("reconcile takes it over", COMPARE, ("R150",)),
            Cause("a start takes it over", START, ("R57",)),
        ),
        usual=True,
    ),
    Transition(EniState.YOUNG, EniState.USED, (Cause("a pod comes", POD, ("R112",)),), usual=True),
    Transition(EniState.IDLE, EniState.USED, (Cause("a pod comes", POD, ("R112",)),), usual=True),
    Transition(
        EniState.COOLING, EniState.USED, (Cause("a pod comes", POD, ("R112",)),), usual=True
    ),
    Transition(
        EniState.USED, EniState.COOLING, (Cause("its last pod goes", GONE, ("R124",)),), usual=True
    ),
    Transition(
        EniState.COOLING, EniState.IDLE, (Cause("cooled down", TIME, beside=("R32",)),), usual=True
    ),
    Transition(
        EniState.COOLING,
        EniState.YOUNG,
        (
            Cause("cooled down, and not 60 s old", TIME, beside=("R32", "R136")),
            Cause("a restart forgets cooldowns and ages", START, ("R11",), ("R62",)),
        ),
    ),
    Transition(
        EniState.IDLE,
        EniState.YOUNG,
        (Cause("a restart forgets its age", START, ("R11",), ("R62",)),),
    ),
    Transition(
        EniState.YOUNG, EniState.IDLE, (Cause("60 s old", TIME, beside=("R136",)),), usual=True
    ),
    Transition(
        EniState.IDLE,
        EniState.OUTSIDE,
        (Cause("it is not needed", UPDATE, ("R136",), ("R134", "R135")),),
        usual=True,
    ),
    Transition(
        EniState.OUTSIDE,
        EniState.NONE,
        (Cause("it is detached and deleted", UPDATE, ("R182",)),),
        usual=True,
    ),
    Transition(
        EniState.OUTSIDE,
        EniState.UNATTACHED,
        (Cause("it cannot be deleted", UPDATE, ("R135",), ("R178", "R183")),),
    ),
    Transition(
        EniState.OUTSIDE,
        EniState.LEFT_ALONE,
        (Cause("tags say it is not the daemon's", (*COMPARE, *START), ("R7",)),),
    ),
    Transition(
        EniState.YOUNG,
        EniState.OUTSIDE,
        (Cause("its host networking fails", UPDATE, ("R58",), ("R174",)),),
    ),
    Transition(
        EniState.USED,
        EniState.OUTSIDE,
        (
            Cause("reconcile finds it is not managed any more", COMPARE, ("R151",)),
            Cause("it cannot be set up at a restart", START, ("R57",), ("R62",)),
        ),
    ),
    Transition(EniState.IDLE, EniState.LOST, (Cause("others detach it", OTHERS),)),
    Transition(EniState.USED, EniState.LOST, (Cause("others detach it", OTHERS),)),
    Transition(EniState.YOUNG, EniState.LOST, (Cause("others detach it", OTHERS),)),
    Transition(EniState.LOST, EniState.NONE, (Cause("reconcile notices", COMPARE, ("R151",)),)),
)


def disagreements(seen: Iterable[Seen]) -> list[str]:
    """What was seen and is not stated, and what is stated and was not seen."""
    table = {(each.before, each.after): each for each in (*ADDRESSES, *ENIS)}
    found: list[str] = []
    used: set[tuple[State, State, Cause]] = set()
    for each in sorted(seen, key=_order):
        stated = table.get((each.before, each.after))
        causes = [cause for cause in (stated.causes if stated else ()) if explains(cause, each)]
        if not causes:
            found.append(
                f"{each.before.value} -> {each.after.value} in a step {each.kind}"
                f" {each.call}: no rule is stated for it"
            )
        used.update((each.before, each.after, cause) for cause in causes)
    found += [
        f"{one.value} -> {other.value}, {cause.words}: never seen"
        for (one, other), stated in table.items()
        for cause in stated.causes
        if (one, other, cause) not in used
    ]
    return list(dict.fromkeys(found))


def explains(cause: Cause, seen: Seen) -> bool:
    """Whether the transition may have come about like this."""
    return seen.kind in cause.kinds and (not cause.rules or not seen.rules.isdisjoint(cause.rules))


def _order(seen: Seen) -> tuple[str, ...]:
    return (seen.before.value, seen.after.value, seen.kind, seen.call)


def mentioned() -> Iterator[str]:
    """Every rule of the tables; all are in the catalogue."""
    for transition in (*ADDRESSES, *ENIS):
        for cause in transition.causes:
            yield from (*cause.rules, *cause.beside)


assert set(mentioned()) <= set(catalogue())
