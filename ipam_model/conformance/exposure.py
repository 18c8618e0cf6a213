"""Which rules a run could have shown to be broken.

That a rule was executed, and the subject agreed with the step, says nothing of the rule if the step
would have looked the same without it: beside the choice of an IPv4 address stands that of an IPv6
one, and the checkpoint is written whether or not anybody ever reads it. So each rule has conditions
(`CONDITIONS`): circumstances of which a run must have one, of each condition. Only then do its
agreed steps count as passed.

A condition is necessary, not sufficient. What is enough to notice a given bug is found out by
trying (docs/detection.md).
"""

from collections.abc import Iterable, Mapping
from enum import Enum, unique
from typing import Final, TypeAlias


@unique
class Circumstance(Enum):
    """Something about a run without which a rule cannot be seen to be broken, in words."""

    DAEMON = "a daemon instead of a store alone"
    OWN_EC2 = "a subject with an EC2 of its own"
    TELLS_DEVICE = "a reply that tells the device number (precision exact)"
    TELLS_DUE = "a reply that tells whether reconcile was due (precision exact)"
    TELLS_FREEABLE = "a reply that lists what can be freed (precision exact)"
    TELLS_STATISTICS = "a reply with statistics (precision exact)"
    IPV6 = "an IPv6 node"
    CARDS = "several network cards"
    POD_ENI = "ENABLE_POD_ENI"
    CUSTOM_NETWORKING = "custom networking"
    PREFIXES = "prefix delegation"
    NOT_PROVISIONING = "provisioning that is disabled"
    REFUSED_SETTINGS = "settings with which no daemon starts, or starts otherwise"
    SEVERAL_SUBNETS = "several subnets"
    EXCLUSION = "an ENI or subnet that is excluded"
    BOTH_KINDS = "addresses and prefixes side by side"
    FROZEN = "a cordoned node or a terminating daemon"
    FOREIGN_ENIS = "ENIs that somebody else attaches or tags"
    OTHERS = "something that others change, or IMDS lags behind"
    REPEATED_ADD = "a pod that asks again while it has an address"
    RESTART = "a restart with pods"
    UNWRITABLE = "a checkpoint that cannot be written"
    FAILING_CALLS = "calls that fail"
    FAILING_READS = "calls that fail and change nothing"


Condition: TypeAlias = tuple[Circumstance, ...]
"""One of these there must be."""

_RULES: Final[Mapping[Condition, tuple[str, ...]]] = {
    (Circumstance.DAEMON,): ("R3", "R4"),
    (Circumstance.DAEMON, Circumstance.TELLS_STATISTICS): ("R28", "R30"),
    (Circumstance.DAEMON, Circumstance.TELLS_FREEABLE): ("R139",),
    (Circumstance.OWN_EC2,): ("R54", "R109"),
    (Circumstance.TELLS_DEVICE,): ("R117",),
    (Circumstance.IPV6,): ("R29", "R44", "R56", "R60", "R68", "R70", "R116"),
    (Circumstance.CARDS,): ("R8", "R9", "R39", "R49", "R94", "R120", "R121", "R125", "R191"),
    (Circumstance.POD_ENI,): ("R48", "R119"),
    (Circumstance.CUSTOM_NETWORKING,): ("R50", "R59"),
    (Circumstance.PREFIXES,): ("R30", "R99", "R108"),
    (Circumstance.NOT_PROVISIONING,): ("R52",),
    (Circumstance.REFUSED_SETTINGS,): ("R43", "R45"),
    (Circumstance.SEVERAL_SUBNETS,): ("R103", "R105"),
    (Circumstance.EXCLUSION,): ("R13", "R14", "R63"),
    (Circumstance.BOTH_KINDS,): ("R27", "R64"),
    (Circumstance.BOTH_KINDS, Circumstance.EXCLUSION): ("R127",),
    (Circumstance.FROZEN,): ("R51",),
    (Circumstance.FOREIGN_ENIS,): ("R7", "R10", "R55", "R148", "R149"),
    (Circumstance.OTHERS, Circumstance.TELLS_DUE): ("R146",),
    (Circumstance.OTHERS,): ("R20", "R151", "R152", "R153", "R154", "R155", "R156", "R158"),
    (Circumstance.REPEATED_ADD,): ("R111",),
    (Circumstance.RESTART,): ("R34", "R61", "R62"),
    (Circumstance.RESTART, Circumstance.UNWRITABLE): ("R114",),
    (Circumstance.FAILING_CALLS,): ("R106", "R183"),
    (Circumstance.FAILING_READS,): ("R65", "R104", "R147"),
}


def _conditions() -> dict[str, tuple[Condition, ...]]:
    found: dict[str, tuple[Condition, ...]] = {}
    for condition, rules in _RULES.items():
        for rule in rules:
            found[rule] = (*found.get(rule, ()), condition)
    return found


CONDITIONS: Final[Mapping[str, tuple[Condition, ...]]] = _conditions()
"""By rule. One that is not listed shows in whatever executes it: in the verdict of a reply, in
numbers of ENIs and addresses, which every subject shows, or in what it asks EC2 for."""


def exposed(rules: Iterable[str], circumstances: frozenset[Circumstance]) -> frozenset[str]:
    """Those of the executed rules that could have been seen to be broken."""
    return frozenset(
        rule
        for rule in rules
        if all(not circumstances.isdisjoint(each) for each in CONDITIONS.get(rule, ()))
    )


def conditions_in_words(rule: str, met: frozenset[Circumstance] = frozenset()) -> str:
    """What a run must have that shows a rule to be broken, beyond what it has.

    Empty if nothing more is needed.
    """
    left = [each for each in CONDITIONS.get(rule, ()) if met.isdisjoint(each)]
    return ", and ".join(" or ".join(one.value for one in each) for each in left)
