"""The smallest scenario in which two versions differ, found by trying all of them in order of size.

A scenario is an instance (ENIs, addresses per ENI), WARM_ENI_TARGET, WARM_IP_TARGET and a number of
pods that arrive at once on a node at rest. Its size is the sum of these five numbers; scenarios of
one size are tried in the order of the pods, then of the instance, then of the targets. Compared is
what can be seen at rest: addresses per ENI, and how many pods have one. Two versions differ if that
is so whatever the daemon leaves open: the first option and a number of random orders are tried.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

from attrs import evolve, frozen

from ipam_model.config import Version
from ipam_model.limits import InstanceLimits
from ipam_model.world import World
from tests.examples.driver import ExampleNode, RestlessError
from tools.article.study import SEEDS, launched

ENIS: Final = range(1, 5)
ADDRESSES: Final = range(2, 8)
TARGETS: Final = range(5)
PODS: Final = range(7)
LARGEST: Final = 11
"""Sizes above this are not tried."""


@frozen
class Scenario:
    """A node and its work."""

    enis: int
    addresses: int
    """Per ENI, the primary included."""
    warm_eni: int
    warm_ip: int
    """0 = not set."""
    pods: int

    @property
    def size(self) -> int:
        """What the search goes by."""
        return self.enis + self.addresses + self.warm_eni + self.warm_ip + self.pods

    @property
    def by_exact_target(self) -> bool:
        """WARM_IP_TARGET without a standby ENI."""
        return self.warm_ip > 0 and self.warm_eni == 0

    @property
    def by_both(self) -> bool:
        """Both targets."""
        return self.warm_ip > 0 and self.warm_eni > 0

    @property
    def by_eni_target(self) -> bool:
        """WARM_ENI_TARGET alone."""
        return self.warm_ip == 0


@frozen
class Sight:
    """A node at rest, from outside."""

    sizes: tuple[int, ...]
    """Addresses per ENI, the primary included, by device number; empty if it never rests."""
    served: int
    """Pods with an address."""

    def __str__(self) -> str:
        return " + ".join(map(str, self.sizes)) or "never at rest"


@frozen
class Difference:
    """What a search found."""

    tried: int
    """Scenarios up to and with the one found."""
    scenario: Scenario | None
    """`None` if all were tried in vain."""


def scenarios() -> Iterator[Scenario]:
    """All of them, smallest first."""
    every = (
        Scenario(enis, addresses, warm_eni, warm_ip, pods)
        for pods in PODS
        for enis in ENIS
        for addresses in ADDRESSES
        for warm_eni in TARGETS
        for warm_ip in TARGETS
    )
    fitting = [each for each in every if each.size <= LARGEST]
    return iter(sorted(fitting, key=lambda each: each.size))


@cache
def outcome(version: Version, scenario: Scenario, seed: int | None = None) -> Sight:
    """The node at rest; the daemon's free choices from a seed, or the first option each time."""
    world = at_rest(version, evolve(scenario, pods=0), seed)
    if world is None:
        return Sight((), 0)
    node = ExampleNode(world, seed)
    node.want(scenario.pods)
    try:
        node.settle()
    except RestlessError:
        return Sight((), len(node.running()))
    enis = sorted(node.ec2.enis, key=lambda eni: eni.device)
    return Sight(tuple(1 + len(eni.addresses) for eni in enis), len(node.running()))


@cache
def at_rest(version: Version, scenario: Scenario, seed: int | None) -> World | None:
    """The node before any pod comes; `None` if an ENI comes and goes for ever (R82)."""
    env = {"WARM_ENI_TARGET": str(scenario.warm_eni)}
    if scenario.warm_ip:
        env["WARM_IP_TARGET"] = str(scenario.warm_ip)
    limits = InstanceLimits.simple(scenario.enis, scenario.addresses)
    node = launched(version, env, limits, seed=seed)
    try:
        node.settle()
    except RestlessError:
        return None
    return node.world


def outcomes(version: Version, scenario: Scenario) -> frozenset[Sight]:
    """The node at rest, by any order in which the daemon may walk its ENIs."""
    return frozenset(outcome(version, scenario, seed) for seed in (None, *SEEDS))


def differ(
    one: Version, other: Version, scenario: Scenario, seen: Callable[[Sight], object]
) -> bool:
    """Whether no order of one version ends like any order of the other."""
    if seen(outcome(one, scenario)) == seen(outcome(other, scenario)):
        return False
    ends = [{seen(sight) for sight in outcomes(each, scenario)} for each in (one, other)]
    return ends[0].isdisjoint(ends[1])


@cache
def smallest_difference(
    one: Version,
    other: Version,
    among: Callable[[Scenario], bool],
    seen: Callable[[Sight], object],
) -> Difference:
    """The first scenario of a kind after which the two are not alike in what is `seen` of them."""
    tried = 0
    for scenario in scenarios():
        if among(scenario):
            tried += 1
            if differ(one, other, scenario, seen):
                return Difference(tried, scenario)
    return Difference(tried, None)


def exact(scenario: Scenario) -> bool:
    """WARM_IP_TARGET alone."""
    return scenario.by_exact_target


def both(scenario: Scenario) -> bool:
    """Both targets."""
    return scenario.by_both


def standby(scenario: Scenario) -> bool:
    """WARM_ENI_TARGET alone, not zero."""
    return scenario.by_eni_target and scenario.warm_eni > 0


def neither(scenario: Scenario) -> bool:
    """WARM_ENI_TARGET=0 alone."""
    return scenario.by_eni_target and scenario.warm_eni == 0


def everything(sight: Sight) -> object:
    """All that can be seen."""
    return sight


def pods_served(sight: Sight) -> object:
    """Only whether pods have addresses."""
    return sight.served


def any_kind(_scenario: Scenario) -> bool:
    """Every scenario."""
    return True
