"""Drives one node through an example: start, pods that come and go, passes of the loop, silence.

What the daemon leaves to map order is drawn from a seed, so that an example can be run under many
orders; `seed=None` is the model's own deterministic order.
"""

import random
from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from attrs import evolve, frozen

from ipam_model import ec2, others
from ipam_model.choosing import draw_option
from ipam_model.config import Config
from ipam_model.daemon import datastore
from ipam_model.daemon.init import Started
from ipam_model.daemon.pods import AssignableSpots, Spot
from ipam_model.daemon.procedure import Call, Choice
from ipam_model.ec2 import Ec2, Ec2Eni
from ipam_model.limits import Catalogue, InstanceLimits
from ipam_model.requests import (
    AllocENI,
    AssignPrivateIpAddresses,
    EniTags,
    Failed,
    FreeENI,
    Request,
    UnassignPrivateIpAddresses,
)
from ipam_model.settings import parse_settings
from ipam_model.state import Pod, PodKey, Store, totals
from ipam_model.subnets import CounterSubnet, Subnet, SubnetTags
from ipam_model.world import Runner, World

SHORT_NAMES: Final[Mapping[str, str]] = {"p3dn": "p3dn.24xlarge"}
"""As the specification abbreviates them."""

FALLBACK_MAX_PODS: Final = 110
"""P of made-up limits (R42)."""

CHANGES: Final = (AssignPrivateIpAddresses, UnassignPrivateIpAddresses, AllocENI, FreeENI)
"""The requests that change what is attached."""

QUIET_PASSES: Final = 26
"""A node is at rest after so many passes without a change: 130 s, more than any of its clocks."""

RESTLESS_PASSES: Final = 1000
"""An example that is not at rest after so many passes never will be."""


# -- nodes ---------------------------------------------------------------------------------------


class RestlessError(AssertionError):
    """Something goes on changing for ever."""


class Outcome(NamedTuple):
    """What an example looks at, in the columns of the tables."""

    enis: int
    """ENIs in the store."""
    cidrs: tuple[int, ...]
    """Secondary addresses, or prefixes, per ENI; largest first."""
    total: int
    """T."""
    free: int
    """V = T - A: available addresses, cooling ones included."""


@frozen
class Made:
    """A call that the daemon made."""

    at: float
    """Seconds since the node was set up."""
    request: Request[object]
    ok: bool


class ExampleNode(Runner):
    """A node whose daemon makes its choices at random, and which remembers its calls."""

    def __init__(self, world: World, seed: int | None = None) -> None:
        super().__init__(world)
        self.draw = None if seed is None else random.Random(seed)
        self.made: list[Made] = []
        self.waiting: list[Pod] = []
        """Pods that want an address; each asks before every pass."""
        self._named = 0

    # -- choices and calls --

    def choose(self, choice: Choice) -> object:
        if self.draw is None:
            return super().choose(choice)
        if isinstance(choice.options, AssignableSpots):
            return self.any_spot(choice, self.draw)
        return draw_option(choice, self.draw)

    def any_spot(self, choice: Choice, draw: random.Random) -> Spot:
        """Go's walk through its maps: any ENI, any CIDR, the first that has an address (R112)."""
        store = choice.node.stores[0]
        for eni in draw.sample(store.enis, len(store.enis)):
            if eni.excluded or not eni.cidrs:
                continue
            start = draw.randrange(len(eni.cidrs))
            for cidr in (*eni.cidrs[start:], *eni.cidrs[:start]):
                if not store.relevant(cidr):
                    continue
                addresses = datastore.assignable(cidr, self.now, self.config.cooldown)
                if addresses:
                    return Spot(eni, cidr, draw.choice(addresses))
        raise AssertionError("a pod was promised an address, and there is none")

    def answer(self, ask: Call) -> object:
        at = self.now / 1000
        answer = super().answer(ask)
        if isinstance(ask.request, CHANGES):
            self.made.append(Made(at, ask.request, not isinstance(answer, Failed)))
        return answer

    # -- pods --

    def want(self, pods: int) -> None:
        """So many more pods want an address."""
        for _ in range(pods):
            self._named += 1
            name = f"p{self._named}"
            self.waiting.append(Pod(PodKey(name), name=name))

    def serve(self) -> int:
        """Waiting pods ask in turn, until one is refused: at one instant a refusal holds for all.

        Gives how many got an address.
        """
        served = 0
        for pod in self.waiting:
            if not self.add_pod(pod).success:
                break
            served += 1
        del self.waiting[:served]
        return served

    def running(self) -> list[PodKey]:
        """The pods with an address, oldest first."""
        return sorted(self.store.holdings, key=lambda key: int(key.container[1:]))

    def drop(self, keys: Iterable[PodKey]) -> None:
        """Delete these pods, all at this instant."""
        for key in list(keys):
            assert self.delete_pod(key).success

    def drop_down_to(self, pods: int) -> None:
        """Delete pods until so many run: any of them, or without a seed the oldest."""
        running = self.running()
        gone = len(running) - pods
        self.drop(running[:gone] if self.draw is None else self.draw.sample(running, gone))

    # -- time --

    def pass_by(self, passes: int = 1) -> None:
        """Passes of the loop, 5 s each; before each one every waiting pod asks again."""
        for _ in range(passes):
            self.serve()
            self.loop_pass()

    def settle(self) -> None:
        """Passes until nothing has changed for a long time; pods that wait then wait for ever."""
        quiet = 0
        for _ in range(RESTLESS_PASSES):
            calls = len(self.made)
            served = self.serve()
            self.loop_pass()
            quiet = 0 if served or len(self.made) > calls else quiet + 1
            if quiet == QUIET_PASSES:
                return
        raise RestlessError("the node does not come to rest")

    # -- looking --

    @property
    def store(self) -> Store:
        """The data store of the only card."""
        return self.memory().store(0)

    @property
    def seconds(self) -> float:
        """Seconds since the node was set up."""
        return self.now / 1000

    def outcome(self) -> Outcome:
        """The node in the columns of the tables."""
        store = self.store
        pool = totals(store)
        cidrs = sorted((len(eni.cidrs) for eni in store.enis), reverse=True)
        return Outcome(len(cidrs), tuple(cidrs), pool.total, pool.available)

    def calls(self, since: float = 0, until: float = float("inf")) -> list[str]:
        """The changing calls made from `since` up to, not at, `until`: seconds, call, size."""
        return [describe(made) for made in self.made if since <= made.at < until]


class SpreadingNode(ExampleNode):
    """A node that gives each pod an address of the CIDR with the fewest pods."""

    def choose(self, choice: Choice) -> object:
        options = choice.options
        if isinstance(options, AssignableSpots):
            return min(options, key=lambda spot: spot.cidr.assigned())
        return super().choose(choice)


def describe(made: Made) -> str:
    """A call in one word each: when, what, how many, and whether it failed."""
    request = made.request
    what = type(request).__name__
    if isinstance(request, AssignPrivateIpAddresses):
        what = f"assign {request.count}"
    elif isinstance(request, UnassignPrivateIpAddresses):
        what = f"unassign {len(request.networks)}"
    elif isinstance(request, AllocENI):
        what = f"new ENI with {request.count}"
    elif isinstance(request, FreeENI):
        what = "free ENI"
    return f"{made.at:g} {what}{'' if made.ok else ' fails'}"


# -- building ------------------------------------------------------------------------------------


def limits_of(instance: str) -> InstanceLimits:
    """Limits by type name, or made-up ones written as ENIs x addresses ("3x10")."""
    instance = SHORT_NAMES.get(instance, instance)
    if instance.replace("x", "").isdigit():
        enis, addresses = instance.split("x")
        return InstanceLimits.simple(int(enis), int(addresses))
    return Catalogue.bundled().get(instance)


def usual_max_pods(limits: InstanceLimits) -> int:
    """P where a row gives none: as EKS computes it for a type, and R42's fallback without one."""
    if limits.instance_type is None:
        return FALLBACK_MAX_PODS
    return limits.max_enis * (limits.ipv4_per_eni - 1) + 2


def environment(
    we: int | None = None,
    wi: int | None = None,
    m: int | None = None,
    wp: int | None = None,
    *,
    prefixes: bool = False,
    more: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The environment of a row; `None` leaves a target unset."""
    targets = {
        "WARM_ENI_TARGET": we,
        "WARM_IP_TARGET": wi,
        "MINIMUM_IP_TARGET": m,
        "WARM_PREFIX_TARGET": wp,
    }
    env = {"ENABLE_IPv4": "true"}
    env.update({name: str(value) for name, value in targets.items() if value is not None})
    if prefixes:
        env["ENABLE_PREFIX_DELEGATION"] = "true"
    return env | dict(more or {})


def new_node(
    instance: str | InstanceLimits,
    env: Mapping[str, str],
    *,
    max_pods: int | None = None,
    scene: "Scene | None" = None,
    seed: int | None = None,
    kind: type[ExampleNode] = ExampleNode,
) -> ExampleNode:
    """A node that has just been launched; its daemon has not started."""
    limits = limits_of(instance) if isinstance(instance, str) else instance
    scene = scene or Scene()
    if max_pods is None:
        max_pods = usual_max_pods(limits)
    config = Config(
        settings=parse_settings({**env, **scene.env}).settings,
        limits=limits,
        trunk_compatible=scene.trunk_compatible,
    )
    return node_of(config, max_pods=max_pods, scene=scene, seed=seed, kind=kind)


def node_of(
    config: Config,
    *,
    max_pods: int,
    scene: "Scene | None" = None,
    seed: int | None = None,
    kind: type[ExampleNode] = ExampleNode,
) -> ExampleNode:
    """The same with the daemon's configuration given; the scene's settings are not read."""
    scene = scene or Scene()
    instance = ec2.new_instance(config.limits, scene.subnets, block=config.block)
    world = World(
        config=config,
        ec2=scene.prepare(instance),
        eni_config_subnet=scene.eni_config_subnet,
        max_pods=max_pods,
    )
    return kind(world, seed)


def started(node: ExampleNode) -> ExampleNode:
    """The node with its daemon running."""
    assert isinstance(node.start(), Started)
    return node


# -- scenes: what else a row says about the node ---------------------------------------------------


def _as_launched(instance: Ec2) -> Ec2:
    return instance


SUBNET: Final = CounterSubnet(id="subnet-1", free=8000)
"""Where the primary ENI is."""
OTHER_SUBNET: Final = CounterSubnet(id="subnet-2", free=8000, first=0x0A030004)
"""A second subnet, far enough from the first for its addresses not to overlap."""


@frozen(kw_only=True)
class Scene:
    """Settings and surroundings beyond the targets."""

    env: Mapping[str, str] = {}
    subnets: tuple[Subnet, ...] = (SUBNET,)
    prepare: Callable[[Ec2], Ec2] = _as_launched
    """What happened to the instance before the daemon starts."""
    eni_config_subnet: str | None = None
    trunk_compatible: bool = True


def with_unmanaged_eni(instance: Ec2) -> Ec2:
    """An ENI tagged not to be managed is attached."""
    offered = instance.subnet("subnet-1").offer_addresses(1)
    assert offered is not None
    eni = Ec2Eni(
        id="eni-2",
        device=1,
        subnet="subnet-1",
        primary_address=offered[0].address,
        tags=EniTags(no_manage="true"),
    )
    return others.attach_by_other(instance, eni)


def with_empty_eni(instance: Ec2) -> Ec2:
    """A second ENI without secondary addresses or prefixes is attached."""
    offered = instance.subnet("subnet-1").offer_addresses(1)
    assert offered is not None
    eni = Ec2Eni(id="eni-2", device=1, subnet="subnet-1", primary_address=offered[0].address)
    return others.attach_by_other(instance, eni)


def with_addresses(count: int, *, eni: str = "eni-1") -> Callable[[Ec2], Ec2]:
    """An ENI comes with so many secondary addresses."""

    def prepare(instance: Ec2) -> Ec2:
        target = instance.eni(eni)
        offered = instance.subnet("subnet-1").offer_addresses(count)
        assert target is not None
        assert offered is not None
        return others.add_by_other(instance, target, offered)

    return prepare


def with_prefixes(count: int) -> Callable[[Ec2], Ec2]:
    """The primary ENI comes with so many prefixes."""

    def prepare(instance: Ec2) -> Ec2:
        offered = instance.subnet("subnet-1").offer_prefixes(count)
        assert offered is not None
        return others.add_by_other(instance, instance.primary(), offered)

    return prepare


SCENES: Final[Mapping[str, Scene]] = {
    "": Scene(),
    "MAX_ENI=1": Scene(env={"MAX_ENI": "1"}),
    "MAX_ENI=2": Scene(env={"MAX_ENI": "2"}),
    "ENIConfig": Scene(
        env={"AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG": "true"},
        subnets=(SUBNET, OTHER_SUBNET),
        eni_config_subnet="subnet-2",
    ),
    "unmanaged ENI": Scene(prepare=with_unmanaged_eni),
    "trunk slot": Scene(env={"ENABLE_POD_ENI": "true"}),
    "no trunk slot": Scene(env={"ENABLE_POD_ENI": "true"}, trunk_compatible=False),
    "excluded": Scene(
        subnets=(
            evolve(SUBNET, tags=SubnetTags(role="0")),
            evolve(OTHER_SUBNET, tags=SubnetTags(role="1")),
        ),
        prepare=with_addresses(2),
    ),
}
"""The column `other` of the tables."""
