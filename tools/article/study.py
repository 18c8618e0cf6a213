"""The article's node, an m3.2xlarge, under the article's settings and every version of the model."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from attrs import frozen

from ipam_model.config import Version
from ipam_model.daemon.versions import DAEMONS
from ipam_model.limits import Catalogue, InstanceLimits
from ipam_model.nodes import NodeSetup, default_max_pods
from ipam_model.quantities import Quantities, quantities
from tests.examples.driver import ExampleNode

INSTANCE: Final = "m3.2xlarge"
POLICY: Final = Version.ARTICLE_2021
VERSIONS: Final = tuple(
    sorted(DAEMONS, key=lambda version: (version is not POLICY, list(Version).index(version)))
)
"""The article's policy first."""
DAEMON_VERSIONS: Final = tuple(version for version in VERSIONS if version is not POLICY)

BEFORE: Final = 3
"""Pods that run before the article's first burst."""
BURST: Final = 15
MORE: Final = 5
"""Pods that the article adds to the burst."""
STEPS: Final = (BEFORE, BURST, MORE)
SEEDS: Final = range(12)
"""Orders in which the daemon may walk its ENIs, where one run does not tell."""


@frozen
class Setting:
    """One of the article's three."""

    name: str
    env: Mapping[str, str]


DEFAULT: Final = Setting("WARM_ENI_TARGET=1", {"WARM_ENI_TARGET": "1"})
BOTH: Final = Setting(
    "WARM_ENI_TARGET=1, WARM_IP_TARGET=10", {"WARM_ENI_TARGET": "1", "WARM_IP_TARGET": "10"}
)
IP_ONLY: Final = Setting(
    "WARM_ENI_TARGET=0, WARM_IP_TARGET=10", {"WARM_ENI_TARGET": "0", "WARM_IP_TARGET": "10"}
)
SETTINGS: Final = (DEFAULT, BOTH, IP_ONLY)


def launched(
    version: Version,
    env: Mapping[str, str],
    limits: InstanceLimits | None = None,
    *,
    seed: int | None = None,
) -> ExampleNode:
    """A started node without pods; the daemon's free choices from a seed, or the first option."""
    limits = limits or Catalogue.bundled().get(INSTANCE)
    setup = NodeSetup(
        name=INSTANCE,
        limits=limits,
        env={"ENABLE_IPv4": "true", **env},
        max_pods=default_max_pods(limits),
        version=version,
    )
    node = ExampleNode(setup.world(), seed)
    node.start()
    return node


@frozen
class Stage:
    """A node at rest, and what it took to get there from the rest before."""

    pods: int
    served_at_once: int
    """Pods of this step that got an address before any pool update."""
    updates: int
    """Pool updates until every pod of this step had its address."""
    sizes: tuple[int, ...]
    """Addresses per ENI in EC2, the primary included, by device number."""
    quantities: Quantities

    @property
    def primaries(self) -> int:
        """Primary addresses: one per ENI."""
        return len(self.sizes)

    @property
    def secondaries(self) -> int:
        """Secondary addresses in EC2."""
        return sum(self.sizes) - len(self.sizes)

    def secondaries_on(self, position: int) -> int | None:
        """Secondary addresses of an ENI; `None` if there is no such ENI."""
        return self.sizes[position] - 1 if position < len(self.sizes) else None


def look(node: ExampleNode, pods: int, served_at_once: int, updates: int) -> Stage:
    """The node as it is now."""
    enis = sorted(node.ec2.enis, key=lambda eni: eni.device)
    sizes = tuple(1 + len(eni.addresses) for eni in enis)
    return Stage(pods, served_at_once, updates, sizes, quantities(node))


def add_and_settle(node: ExampleNode, more: int) -> Stage:
    """So many pods more arrive at once; refused ones ask again before every pass of the loop."""
    node.want(more)
    at_once = node.serve()
    updates = 0
    while node.waiting and updates < 20:
        node.loop_pass()
        updates += 1
        node.serve()
    node.settle()
    return look(node, len(node.running()), at_once, updates)


@cache
def story(
    version: Version, setting: Setting, steps: tuple[int, ...], *, drain: bool = False
) -> tuple[Stage, ...]:
    """The node at rest without pods, then after each step, and drained again in the end."""
    node = launched(version, setting.env)
    node.settle()
    stages = [look(node, 0, 0, 0), *(add_and_settle(node, more) for more in steps)]
    if drain:
        node.drop_down_to(0)
        node.settle()
        stages.append(look(node, 0, 0, 0))
    return tuple(stages)


def at(version: Version, setting: Setting, pods: int) -> Stage:
    """A fresh node at rest with so many pods, that came at once."""
    return story(version, setting, (pods,))[-1] if pods else story(version, setting, ())[0]


@cache
def climb(version: Version, setting: Setting, most: int) -> tuple[Stage, ...]:
    """The node at rest with 0, 1, ... pods, one more each time."""
    return story(version, setting, (1,) * most)


@cache
def drained(version: Version, setting: Setting) -> frozenset[tuple[int, int]]:
    """ENIs and reserved addresses after the article's pods are gone, by any order of the daemon."""
    ends = set()
    for seed in SEEDS:
        node = launched(version, setting.env, seed=seed)
        for more in STEPS:
            add_and_settle(node, more)
        node.drop_down_to(0)
        node.settle()
        ends.add((len(node.ec2.enis), node.ec2.reserved()))
    return frozenset(ends)


def article_story(version: Version, setting: Setting) -> tuple[Stage, ...]:
    """0, 3, 18, 23 and again 0 pods."""
    return story(version, setting, STEPS, drain=True)
