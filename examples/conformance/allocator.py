"""A small allocator that is checked against the model: copy this, and put your own in its place.

It manages single IPv4 addresses by WARM_IP_TARGET and MINIMUM_IP_TARGET, or by WARM_ENI_TARGET, and
says of everything else that it does not support it. It knows nothing of the model: of `ipam_model`
it uses the words in which it is asked and answers.

    ipam-model conform --python examples.conformance.allocator:Allocator
    ipam-model conform --exec 'python examples/conformance/serve.py'
    ipam-model conform --exec 'python examples/conformance/serve.py Careless'    # has a bug
"""

from dataclasses import dataclass, field

from ipam_model.addresses import format_address
from ipam_model.conformance.observation import Observation, Precision, SeenCard, SeenEni
from ipam_model.conformance.subject import (
    Capabilities,
    DaemonSetup,
    Feature,
    Reply,
    UnsupportedError,
)
from ipam_model.requests import (
    OUT_OF_ADDRESSES,
    AllocENI,
    AssignPrivateIpAddresses,
    AttachedEni,
    Code,
    DescribeAllENIs,
    Failed,
    FreeENI,
    GetAddressesFromEC2,
    IsSubnetExcluded,
    TagENI,
    UnassignPrivateIpAddresses,
    WaitForENI,
)
from ipam_model.scenario.document import Advance, Event, OnEc2, PodAdd, PodDel, Start, Tick
from ipam_model.state import Network

SECOND = 1000
"""Time is the kit's, in milliseconds."""
BACK_OFF, SHRINK_INTERVAL, ENI_LIFE = 120 * SECOND, 30 * SECOND, 60 * SECOND
NOT_HERE = (
    "ENABLE_PREFIX_DELEGATION",
    "ENABLE_IPv6",
    "ENABLE_MULTI_NIC",
    "ENABLE_POD_ENI",
    "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG",
    "DISABLE_NETWORK_RESOURCE_PROVISIONING",
)


@dataclass
class Address:
    """An address of the pool."""

    number: int
    pod: str = ""
    freed: int | None = None
    """When a pod last gave it back."""


@dataclass
class Eni:
    """An ENI of the pool."""

    id: str
    primary: bool
    device: int
    created: int
    addresses: list[Address] = field(default_factory=list)

    def used(self) -> int:
        """How many addresses pods have."""
        return sum(bool(each.pod) for each in self.addresses)

    def free(self) -> int:
        """How many addresses no pod has."""
        return len(self.addresses) - self.used()


class Allocator:
    """A `DaemonSubject`."""

    capabilities = Capabilities(
        precision=Precision.PER_ENI,
        # Whatever it asks of the cloud, it is ready for pods: it goes on with what is there then.
        features=frozenset({Feature.PODS_MEANWHILE}),
        name="sample allocator",
        version="1",
    )

    # -- what the kit asks -----------------------------------------------------------------------

    def reset(self, setup: DaemonSetup) -> None:
        """A new node, whose daemon has not been started yet."""
        node, env = setup.node, setup.node.env
        foreign = [name for name in NOT_HERE if env.get(name, "").lower() in {"true", "1", "t"}]
        if foreign or node.version != "v1.23":
            raise UnsupportedError(f"no {' nor '.join(foreign or [node.version])}")
        if node.limits is None or node.max_pods is None:
            raise ValueError("the kit spells out limits and max pods")
        self.cloud = setup.cloud
        self.slots = node.limits.ipv4_per_eni - 1
        self.most_enis = node.limits.max_enis
        if int(env.get("MAX_ENI", "0")) > 0:
            self.most_enis = min(self.most_enis, int(env["MAX_ENI"]))
        self.max_pods = node.max_pods
        self.warm_ip = int(env.get("WARM_IP_TARGET", "0"))
        self.minimum = int(env.get("MINIMUM_IP_TARGET", "0"))
        self.warm_eni = int(env.get("WARM_ENI_TARGET", "1"))
        self.by_address = bool(self.warm_ip or self.minimum)
        self.cooldown = int(env.get("IP_COOLDOWN_PERIOD", "30")) * SECOND
        self.discovery = env.get("ENABLE_SUBNET_DISCOVERY", "true").lower() in {"true", "1", "t"}
        self.now = node.clock_ms
        self.running = False
        self.enis: list[Eni] = []
        self.last_release: int | None = None
        self.last_shortage: int | None = None

    def apply(self, event: Event) -> Reply:
        """One event; what its caller is told."""
        match event:
            case Start() if not self.running:
                return self.start()
            case PodAdd():
                return self.assign(event.pod)
            case PodDel():
                return self.unassign(event.pod)
            case Tick():
                self.tick()
            case Advance():
                self.now += event.ms
            case _ if not isinstance(event, OnEc2):  # What happens to EC2 is the kit's.
                raise UnsupportedError(f"no {event.kind}")
        return {}

    def observe(self) -> Observation:
        """Every ENI in numbers, and their sums."""
        if not self.running:
            return Observation(running=False)
        enis = tuple(
            SeenEni(
                primary=eni.primary,
                total=len(eni.addresses),
                assigned=eni.used(),
                cooling=sum(self.cools(each) for each in eni.addresses),
            )
            for eni in self.enis
        )
        card = SeenCard(
            enis=len(enis),
            total=sum(each.total for each in enis),
            assigned=sum(each.assigned for each in enis),
            cooling=sum(each.cooling for each in enis),
        )
        return Observation(cards=(card,), enis=enis)

    # -- the allocator ---------------------------------------------------------------------------

    def start(self) -> Reply:
        """Take over what is attached, and grow once if the pool is low."""
        described = self.cloud.ask(DescribeAllENIs())
        if isinstance(described, Failed):
            return {"ok": False, "error": described.code}
        for eni in described.enis:
            self.cloud.ask(TagENI(eni.id))
            if self.discovery and self.cloud.ask(IsSubnetExcluded(eni.subnet)) is True:
                raise UnsupportedError("no ENIs in excluded subnets")
            self.take_over(eni)
        self.running = True
        if self.low():
            self.grow()
        return {"ok": True}

    def take_over(self, eni: AttachedEni) -> None:
        """An ENI enters the pool."""
        addresses = [Address(each) for each in eni.addresses]
        self.enis.append(Eni(eni.id, eni.primary, eni.device, self.now, addresses))

    def assign(self, pod: str) -> Reply:
        """The address that the pod has, or any that is free and does not cool."""
        places = [(eni, each) for eni in self.enis for each in eni.addresses]
        ready = [(eni, each) for eni, each in places if not each.pod and not self.cools(each)]
        found = [(eni, each) for eni, each in places if each.pod == pod] or ready
        if not found:
            return {"success": False}
        eni, address = found[0]
        address.pod = pod
        return {"success": True, "ip": format_address(address.number), "device": eni.device}

    def unassign(self, pod: str) -> Reply:
        """The pod's address is free, and cools."""
        for eni in self.enis:
            for each in eni.addresses:
                if each.pod == pod:
                    each.pod, each.freed = "", self.now
                    ip = format_address(each.number)
                    return {"success": True, "ip": ip, "device": eni.device}
        return {"success": False}

    def cools(self, address: Address) -> bool:
        """Whether a pod left it less than a cooldown ago."""
        idle = not address.pod and address.freed is not None
        return idle and self.now - (address.freed or 0) <= self.cooldown

    # -- the warm pool ---------------------------------------------------------------------------

    def totals(self) -> tuple[int, int]:
        """Addresses of the pool, and those that no pod has."""
        return sum(len(eni.addresses) for eni in self.enis), sum(eni.free() for eni in self.enis)

    def short(self) -> int:
        """How many addresses are missing."""
        total, free = self.totals()
        return max(self.warm_ip - free, self.minimum - total, 0)

    def low(self) -> bool:
        """Whether the pool must grow."""
        total, free = self.totals()
        if total >= self.max_pods:
            return False
        if self.by_address:
            return self.short() > 0
        return free < self.warm_eni * self.slots or (self.warm_eni == 0 and free == 0)

    def tick(self) -> None:
        """One pool update; what is decided, is decided by the numbers at its beginning."""
        total, free = self.totals()
        over = max(min(free - self.warm_ip, total - self.minimum), 0) if self.by_address else 0
        fewer_enis = self.by_address or free >= (self.warm_eni + 1) * self.slots
        rested = self.last_release is None or self.now - self.last_release > SHRINK_INTERVAL
        if self.low():
            self.grow()
        elif over and rested:
            self.release(over)
            self.last_release = self.now
        if fewer_enis:
            self.free_an_eni()

    def grow(self) -> None:
        """Extend one ENI, or else attach one."""
        if self.last_shortage is not None and self.now - self.last_shortage <= BACK_OFF:
            return
        want = min(self.short(), self.slots) if self.by_address else self.slots
        for eni in self.enis:
            room = self.slots - len(eni.addresses)
            if room <= 0:
                continue
            code = self.extend(eni, min(room, want))
            if code in OUT_OF_ADDRESSES and self.discovery:
                continue
            if code in OUT_OF_ADDRESSES:
                self.last_shortage = self.now
            return
        if len(self.enis) < self.most_enis:
            self.attach(want)

    def extend(self, eni: Eni, count: int) -> str:
        """More addresses for an ENI, if not so many then one; the error, or nothing."""
        granted = self.cloud.ask(AssignPrivateIpAddresses(eni.id, count, prefixes=False))
        if isinstance(granted, Failed) and granted.code != Code.ADDRESS_LIMIT:
            granted = self.cloud.ask(AssignPrivateIpAddresses(eni.id, 1, prefixes=False))
        if isinstance(granted, Failed) and granted.code == Code.ADDRESS_LIMIT:
            granted = self.cloud.ask(GetAddressesFromEC2(eni.id, prefixes=False))
        if isinstance(granted, Failed):
            return granted.code
        known = {each.number for each in eni.addresses}
        eni.addresses += [Address(each.address) for each in granted if each.address not in known]
        return ""

    def attach(self, count: int) -> None:
        """One more ENI."""
        created = self.cloud.ask(AllocENI(count, prefixes=False))
        if isinstance(created, Failed):
            if created.code in OUT_OF_ADDRESSES:
                self.last_shortage = self.now
            return
        shown = self.cloud.ask(WaitForENI(created, count, prefixes=False))
        if not isinstance(shown, Failed):
            self.take_over(shown)

    def release(self, over: int) -> None:
        """Give back addresses that are neither needed nor cooling."""
        for eni in self.enis:
            idle = [each for each in eni.addresses if not each.pod and not self.cools(each)][:over]
            if idle:
                eni.addresses = [each for each in eni.addresses if each not in idle]
                networks = tuple(sorted(Network(each.number, 1) for each in idle))
                self.cloud.ask(UnassignPrivateIpAddresses(eni.id, networks, prefixes=False))
                over -= len(idle)

    def free_an_eni(self) -> None:
        """Detach one ENI that is not needed."""
        for eni in self.enis:
            young = self.now - eni.created < ENI_LIFE
            cools = any(self.cools(each) for each in eni.addresses)
            if not (eni.primary or young or cools or eni.used() or self.needed(eni)):
                self.enis.remove(eni)
                self.cloud.ask(FreeENI(eni.id))
                return

    def needed(self, eni: Eni) -> bool:
        """Whether the others alone would not be enough."""
        total, free = self.totals()
        return free - eni.free() < self.warm_ip or total - len(eni.addresses) < self.minimum


class Careless(Allocator):
    """The same with a bug: it detaches ENIs without a thought of MINIMUM_IP_TARGET."""

    def needed(self, eni: Eni) -> bool:
        """Whether the others alone would not be enough."""
        return self.totals()[1] - eni.free() < self.warm_ip
