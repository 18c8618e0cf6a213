"""Configs, stores and running daemons for the tests, in as few words as possible.

Units are milliseconds. Single addresses are `10.1.0.0 + n`, prefixes the `n`-th block from
`10.2.0.0`. A pod is its sandbox name: `p1`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from attrs import evolve

from ipam_model import ec2, others
from ipam_model.config import ALL_QUIRKS, Config, Quirk, Version, parse_settings_of
from ipam_model.daemon import datastore
from ipam_model.daemon.init import Exited, Started
from ipam_model.daemon.pods import PodReply
from ipam_model.daemon.procedure import Ask, Call, Choice, Procedure
from ipam_model.ec2 import Ec2Eni, Fault
from ipam_model.limits import InstanceLimits
from ipam_model.requests import EniTags, Request
from ipam_model.state import (
    AddressRecord,
    Cidr,
    Eni,
    Network,
    Node,
    Pod,
    PodKey,
    Store,
    Totals,
    totals,
)
from ipam_model.subnets import CounterSubnet, Subnet, SubnetTags
from ipam_model.world import Runner, World

T = TypeVar("T")
R = TypeVar("R", bound=Request[object])

SECOND = 1000
PRIMARY = "eni-1"
"""The id of the primary ENI of a simulated instance; the next ENI is `eni-2`."""


# -- config --------------------------------------------------------------------------------------


def make_config(
    env: Mapping[str, str] | None = None,
    *,
    enis: int = 3,
    addresses: int = 10,
    cards: int = 1,
    without: Iterable[Quirk] = (),
    trunk_compatible: bool = True,
    block: int = 16,
    version: Version = Version.V1_23,
) -> Config:
    """A config on made-up limits, `enis` on each card; IPv4 unless `env` says otherwise."""
    return Config(
        settings=parse_settings_of(version, {"ENABLE_IPv4": "true", **(env or {})}).settings,
        limits=InstanceLimits.simple(enis, addresses, cards=cards),
        trunk_compatible=trunk_compatible,
        quirks=ALL_QUIRKS.difference(without),
        block=block,
        version=version,
    )


def warm(
    *,
    eni: int | None = None,
    ip: int | None = None,
    minimum: int | None = None,
    prefix: int | None = None,
) -> dict[str, str]:
    """The warm targets that are set: We, Wi, m, Wp."""
    targets = {
        "WARM_ENI_TARGET": eni,
        "WARM_IP_TARGET": ip,
        "MINIMUM_IP_TARGET": minimum,
        "WARM_PREFIX_TARGET": prefix,
    }
    return {name: str(value) for name, value in targets.items() if value is not None}


PREFIXES = {"ENABLE_PREFIX_DELEGATION": "true"}
CUSTOM = {"AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG": "true"}
POD_ENI = {"ENABLE_POD_ENI": "true"}
MULTI_NIC = {"ENABLE_MULTI_NIC": "true"}
IPV6 = {"ENABLE_IPv4": "false", "ENABLE_IPv6": "true", "ENABLE_PREFIX_DELEGATION": "true"}
NO_DISCOVERY = {"ENABLE_SUBNET_DISCOVERY": "false"}
NO_PROVISIONING = {"DISABLE_NETWORK_RESOURCE_PROVISIONING": "true"}


# -- stores by hand ------------------------------------------------------------------------------


def address(number: int) -> int:
    return 0x0A010000 + number


def single(number: int) -> Network:
    return Network(address(number), 1)


def prefix(number: int, block: int = 16) -> Network:
    return Network(0x0A020000 + number * block, block)


def key(name: str) -> PodKey:
    return PodKey(name)


def pod(name: str, *, named: bool = True, interfaces: int = 1) -> Pod:
    return Pod(PodKey(name), name=f"ns/{name}" if named else "", interfaces=interfaces)


def cidr(
    network: Network,
    held: Mapping[int, str] | str | None = None,
    idle: Mapping[int, int] | int | None = None,
) -> Cidr:
    """A CIDR; `held`: offset to pod, `idle`: offset to the instant of release (0 for a /32)."""
    by_pod = {0: held} if isinstance(held, str) else held or {}
    free = {0: idle} if isinstance(idle, int) else idle or {}
    records = [AddressRecord(network.address + n, pod(name), 0) for n, name in by_pod.items()]
    records += [AddressRecord(network.address + n, None, since) for n, since in free.items()]
    ordered = tuple(sorted(records, key=lambda record: record.address))
    return Cidr(network, network.size != 1, ordered)


def make_eni(
    eni_id: str,
    *cidrs: Cidr,
    created: int = -1_000_000,
    trunk: bool = False,
    efa: bool = False,
    excluded: bool = False,
) -> Eni:
    """An ENI record, old unless said otherwise; `eni-1` is the primary."""
    number = int(eni_id.removeprefix("eni-"))
    return Eni(
        id=eni_id,
        primary=eni_id == PRIMARY,
        device=number - 1,
        subnet="subnet-1",
        created=created,
        primary_address=address(60_000 + number),
        trunk=trunk,
        efa=efa,
        excluded=excluded,
        cidrs=tuple(sorted(cidrs, key=lambda each: each.network)),
    )


def make_store(
    *enis: Eni,
    card: int = 0,
    prefix_mode: bool = False,
    total_drift: int = 0,
    prefix_drift: int = 0,
) -> Store:
    return Store(card, prefix_mode, enis, total_drift, prefix_drift, datastore.index(enis))


def make_node(*stores: Store, max_pods: int = 110) -> Node:
    return Node(stores=stores or (make_store(make_eni(PRIMARY)),), max_pods=max_pods)


# -- a running daemon ----------------------------------------------------------------------------


class Scene(Runner):
    """A world in which every question and every answer is written down."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.asked: list[Ask] = []
        self.replies: list[object] = []
        self.preferred: dict[str, Callable[[tuple[object, ...]], object]] = {}
        self.pending: dict[type[Request[object]], Callable[[], object]] = {}

    def choose(self, choice: Choice) -> object:
        self.asked.append(choice)
        prefer = self.preferred.get(choice.rule)
        chosen = choice.options.first if prefer is None else prefer(tuple(choice.options))
        assert chosen in choice.options
        self.replies.append(chosen)
        return chosen

    def answer(self, ask: Call) -> object:
        self.asked.append(ask)
        act = self.pending.pop(type(ask.request), None)
        if act is not None:
            act()
        reply = super().answer(ask)
        self.replies.append(reply)
        return reply

    def prefer(self, rule: str, decide: Callable[[tuple[object, ...]], object]) -> None:
        """Make the choices of a rule by `decide` instead of taking the first option."""
        self.preferred[rule] = decide

    def during(self, kind: type[Request[object]], act: Callable[[], object]) -> None:
        """Do something while the next request of a kind is pending (R194)."""
        self.pending[kind] = act

    # -- what was asked --------------------------------------------------------------------------

    def forget(self) -> None:
        """Forget what was asked so far."""
        self.asked.clear()
        self.replies.clear()

    def calls(self) -> list[str]:
        """The names of the requests, in order."""
        return [type(ask.request).__name__ for ask in self.asked if isinstance(ask, Call)]

    def count(self, kind: type[Request[object]]) -> int:
        return self.calls().count(kind.__name__)

    def requests(self, kind: type[R]) -> list[R]:
        asked = [ask.request for ask in self.asked if isinstance(ask, Call)]
        return [request for request in asked if isinstance(request, kind)]

    def choices(self, rule: str) -> list[tuple[object, ...]]:
        """What there was to choose from, per choice of a rule."""
        asked = [ask for ask in self.asked if isinstance(ask, Choice)]
        return [tuple(ask.options) for ask in asked if ask.rule == rule]

    # -- the world -------------------------------------------------------------------------------

    def fault(self, call: str, code: str = "RequestLimitExceeded", times: int = 1) -> None:
        self.ec2 = ec2.arm(self.ec2, Fault(call, code, times))

    def no_faults(self) -> None:
        self.ec2 = evolve(self.ec2, faults=())

    def subnet_has(self, free: int, subnet: str = "subnet-1") -> None:
        self.ec2 = others.set_free(self.ec2, subnet, free)

    def exclude_subnet(self, subnet: str = "subnet-1") -> None:
        self.ec2 = others.set_role(self.ec2, subnet, "0")

    def others_attach(self, eni: Ec2Eni) -> None:
        self.ec2 = others.attach_by_other(self.ec2, eni)

    def others_detach(self, eni_id: str) -> None:
        self.ec2 = others.detach_by_other(self.ec2, self.true_eni(eni_id))

    def others_add(self, eni_id: str, *networks: Network) -> None:
        self.ec2 = others.add_by_other(self.ec2, self.true_eni(eni_id), networks)

    def others_remove(self, eni_id: str, *networks: Network) -> None:
        self.ec2 = ec2.remove_networks(self.ec2, self.true_eni(eni_id), networks, self.now)

    def others_detach_prefixes(self, eni_id: str) -> None:
        """Take the IPv6 prefixes off an ENI."""
        self.ec2 = self.ec2.with_eni(evolve(self.true_eni(eni_id), ipv6_prefixes=()))

    def true_eni(self, eni_id: str) -> Ec2Eni:
        eni = self.ec2.eni(eni_id)
        assert eni is not None, f"EC2 does not know {eni_id}"
        return eni

    # -- the daemon ------------------------------------------------------------------------------

    @property
    def mind(self) -> Node:
        """The daemon's memory."""
        assert self.node is not None, "the daemon does not run"
        return self.node

    @mind.setter
    def mind(self, node: Node) -> None:
        self.node = node

    def store(self, card: int = 0) -> Store:
        return self.mind.store(card)

    def eni(self, eni_id: str = PRIMARY) -> Eni:
        eni = self.store().eni(eni_id)
        assert eni is not None, f"the store does not have {eni_id}"
        return eni

    def totals(self) -> Totals:
        return totals(self.store())

    def sizes(self) -> list[int]:
        """CIDRs per ENI of the store, largest first."""
        return sorted((len(eni.cidrs) for eni in self.store().enis), reverse=True)

    def add(self, name: str, *, named: bool = True) -> PodReply:
        return self.add_pod(pod(name, named=named))

    def add_many(self, count: int, first: int = 1) -> list[PodReply]:
        return [self.add(f"p{number}") for number in range(first, first + count)]

    def delete(self, name: str) -> PodReply:
        return self.delete_pod(key(name))

    def delete_many(self, count: int, first: int = 1) -> list[PodReply]:
        return [self.delete(f"p{number}") for number in range(first, first + count)]

    def perform(self, procedure: Procedure[T]) -> T:
        """Run any procedure of the daemon; `node` follows."""
        return self.run(procedure)

    def passes(self, count: int) -> None:
        """So many passes of the pool manager's loop, 5 s each."""
        for _ in range(count):
            self.loop_pass()

    def begin(self) -> "Scene":
        outcome = self.start()
        assert isinstance(outcome, Started), f"the daemon did not start: {outcome}"
        return self

    def fail_to_begin(self) -> str:
        """Start in vain; why."""
        outcome = self.start()
        assert isinstance(outcome, Exited), "the daemon started"
        return outcome.reason.code


def make_subnet(name: str = "subnet-1", free: int = 8000, role: str = "", first: int = 0) -> Subnet:
    """A counted subnet; `first` keeps the addresses of several subnets apart."""
    tags = SubnetTags(role=role)
    return CounterSubnet(id=name, free=free, tags=tags, first=0x0A010004 + (first << 20))


def make_scene(
    config: Config | None = None,
    *subnets: Subnet,
    attached: Iterable[Ec2Eni] = (),
    max_pods: int = 110,
    eni_config_subnet: str | None = None,
    imds_lag: int = 0,
    enforce_limits: bool = True,
) -> Scene:
    """A daemon that has not started yet, with a bare primary ENI and more, `attached` by others."""
    config = config or make_config()
    instance = evolve(
        ec2.new_instance(config.limits, subnets or (make_subnet(),), block=config.block),
        imds_lag=imds_lag,
        enforce_limits=enforce_limits,
    )
    for each in attached:
        instance = others.attach_by_other(instance, each)
    return Scene(
        World(config=config, ec2=instance, max_pods=max_pods, eni_config_subnet=eni_config_subnet)
    )


def placed(config: Config, node: Node, now: int = 0) -> Scene:
    """A daemon whose memory is given, on an EC2 that attaches exactly what its stores hold."""
    scene = make_scene(config)
    enis = tuple(true_copy(eni, store.card) for store in node.stores for eni in store.enis)
    taken = [network for eni in enis for network in eni.networks()]
    scene.ec2 = evolve(
        scene.ec2.with_subnet(make_subnet().take(taken)),
        enis=enis,
        next_eni=max((int(eni.id.removeprefix("eni-")) for eni in enis), default=1) + 1,
    )
    scene.node = node
    scene.now = now
    return scene


def true_copy(eni: Eni, card: int = 0) -> Ec2Eni:
    """EC2's record of an ENI that the store shows rightly."""
    return Ec2Eni(
        id=eni.id,
        primary=eni.primary,
        device=eni.device,
        card=card,
        subnet=eni.subnet,
        primary_address=eni.primary_address,
        addresses=tuple(c.network.address for c in eni.cidrs if not c.is_prefix),
        prefixes=tuple(c.network for c in eni.cidrs if c.is_prefix),
        trunk=eni.trunk,
        efa=eni.efa,
    )


def foreign_eni(
    eni_id: str,
    *networks: Network,
    tags: EniTags | None = None,
    trunk: bool = False,
    efa: bool = False,
    efa_only: bool = False,
    card: int = 0,
    subnet: str = "subnet-1",
) -> Ec2Eni:
    """An ENI that somebody else attaches."""
    number = int(eni_id.removeprefix("eni-"))
    bare = Ec2Eni(
        id=eni_id,
        device=number - 1,
        card=card,
        subnet=subnet,
        primary_address=address(50_000 + number),
        tags=tags or EniTags(),
        trunk=trunk,
        efa=efa,
        efa_only=efa_only,
    )
    return bare.with_networks(networks)
