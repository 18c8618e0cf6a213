"""The article's node, an m3.2xlarge, under the article's settings and every modelled version."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from attrs import frozen

from ipam_model.config import Version
from ipam_model.daemon.versions import DAEMONS
from ipam_model.limits import Catalogue, InstanceLimits
from ipam_model.nodes import NodeSetup, default_max_pods
from ipam_model.quantities import Quantities, quantities
from tests.examples.driver import ExampleNode, describe

INSTANCE: Final = "m3.2xlarge"
POLICY: Final = Version.ARTICLE_2021
DAEMON_VERSIONS: Final = tuple(
    sorted(
        (version for version in DAEMONS if version is not POLICY),
        key=lambda version: [int(part) for part in version.value.removeprefix("v").split(".")],
    )
)
"""The daemon's, oldest first."""
VERSIONS: Final = (POLICY, *DAEMON_VERSIONS)

BEFORE: Final = 3
"""Pods that run before the article's first burst."""
BURST: Final = 15
MORE: Final = 5
"""Pods that the article adds to the burst."""
STEPS: Final = (BEFORE, BURST, MORE)
SEEDS: Final = range(12)
"""Orders in which the daemon may walk its ENIs, where one run does not tell."""


@frozen(eq=False)
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
    calls_waited_for: tuple[str, ...]
    """The calls that changed something until then."""
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


def look(
    node: ExampleNode, served_at_once: int = 0, updates: int = 0, calls: tuple[str, ...] = ()
) -> Stage:
    """The node as it is now."""
    enis = sorted(node.ec2.enis, key=lambda eni: eni.device)
    sizes = tuple(1 + len(eni.addresses) for eni in enis)
    pods = len(node.running())
    return Stage(pods, served_at_once, updates, calls, sizes, quantities(node))


def add_and_settle(node: ExampleNode, more: int) -> Stage:
    """So many pods more arrive at once; refused ones ask again before every pass of the loop."""
    node.want(more)
    at_once = node.serve()
    made, updates = len(node.made), 0
    while node.waiting and updates < 20:
        node.loop_pass()
        updates += 1
        node.serve()
    calls = tuple(describe(call).partition(" ")[2] for call in node.made[made:])
    node.settle()
    return look(node, at_once, updates, calls)


@cache
def story(
    version: Version, setting: Setting, steps: tuple[int, ...], *, drain: bool = False
) -> tuple[Stage, ...]:
    """The node at rest without pods, then after each step, and drained again in the end."""
    node = launched(version, setting.env)
    node.settle()
    stages = [look(node), *(add_and_settle(node, more) for more in steps)]
    if drain:
        node.drop_down_to(0)
        node.settle()
        stages.append(look(node))
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


# -- over time -----------------------------------------------------------------------------------

HOLD: Final = 120
"""Seconds that the article's node is left alone after each step."""
DRAIN: Final = 240
"""Seconds after its pods are gone."""


@frozen
class Moment:
    """The node at an instant of its story."""

    second: float
    pods: int
    """That want an address."""
    reserved: int
    assigned: int


@cache
def timeline(version: Version, setting: Setting) -> tuple[Moment, ...]:
    """The article's story from the first start on, looked at after every event and pool update."""
    node = launched(version, setting.env)
    moments: list[Moment] = []

    def see() -> None:
        wanted = len(node.running()) + len(node.waiting)
        seen = quantities(node)
        moments.append(Moment(node.seconds, wanted, seen.reserved, seen.assigned))

    def hold(seconds: int) -> None:
        for _ in range(seconds // 5):
            node.serve()
            see()
            node.loop_pass()
            see()

    see()
    for more in STEPS:
        node.want(more)
        hold(HOLD)
    node.drop_down_to(0)
    hold(DRAIN)
    return tuple(moments)
