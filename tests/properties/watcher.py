"""A runner that checks, at every question and after every event, what must never happen.

The invariants are those of the specification (I1-I16), on what the daemon asks for and stores;
EC2 is told not to enforce its limits, because an EC2 that does would hide a daemon that does not.
Pods come and go between events only.
"""

from collections import Counter

from ipam_model.config import Config
from ipam_model.daemon.init import Exited, Started
from ipam_model.daemon.measure import Decision
from ipam_model.daemon.pods import PodReply
from ipam_model.daemon.procedure import Call, Choice
from ipam_model.daemon.reconcile import Reconciled
from ipam_model.requests import (
    AllocENI,
    AssignPrivateIpAddresses,
    Failed,
    FreeENI,
    GetAddressesFromEC2,
    SetupENINetwork,
    TagENI,
    UnassignPrivateIpAddresses,
    WaitForENI,
    WriteCheckpoint,
)
from ipam_model.state import Eni, Holding, Node, Pod, PodKey, Store
from ipam_model.testing.telling import Teller
from ipam_model.world import World

MINUTE = 60_000


def size(store: Store, *, without: str = "") -> tuple[int, int]:
    """Total and available addresses that count (R28), an ENI left out."""
    total = assigned = 0
    for eni in store.enis:
        if eni.excluded or eni.id == without:
            continue
        for cidr in eni.cidrs:
            if (cidr.network.size != 1) == store.prefix_mode:
                total += cidr.network.size
                assigned += sum(record.pod is not None for record in cidr.records)
    return total, total - assigned


class Watcher(Teller):
    """Checks the safety properties; `seen` counts what made them worth checking."""

    def __init__(self, world: World, choices: tuple[int, ...] = ()) -> None:
        super().__init__(world, choices)
        self.seen: Counter[str] = Counter()
        self.before: Node | None = None
        """The daemon's memory when the present event began; `None` at its start."""
        self.answers: list[tuple[Call, object]] = []
        self.freed: dict[int, tuple[int, str]] = {}
        """Addresses given back while in the store: instant and ENI (I5)."""

    @property
    def pool(self) -> Store:
        return self.memory().stores[0]

    # -- questions -------------------------------------------------------------------------------

    def choose(self, choice: Choice) -> object:
        option = super().choose(choice)
        if choice.rule == "R189":
            for each in choice.options:
                assert isinstance(each, str)
                self.check_deletable(choice.node.stores[0], each)
        return option

    def answer(self, ask: Call) -> object:
        request = ask.request
        if ask.node.stores:
            store = ask.node.stores[0]
            if isinstance(request, AllocENI):
                self.check_new_eni(ask.node, store, request)
            elif isinstance(request, AssignPrivateIpAddresses):
                self.check_extension(ask.node, store, request)
            elif isinstance(request, UnassignPrivateIpAddresses):
                self.check_release(store, request)
        touched = getattr(request, "eni", None)
        kinds = AssignPrivateIpAddresses | UnassignPrivateIpAddresses | FreeENI | TagENI
        if isinstance(request, kinds | SetupENINetwork):
            assert touched not in ask.node.unmanaged, f"I15: {request}"
            self.seen["I15"] += bool(ask.node.unmanaged)
        answer = super().answer(ask)
        self.answers.append((ask, answer))
        return answer

    def check_new_eni(self, node: Node, store: Store, request: AllocENI) -> None:
        config = self.config
        trunk = any(eni.trunk for eni in store.enis)
        slot = int(config.settings.pod_eni and config.trunk_compatible and not trunk)
        room = config.max_enis - dict(node.unmanaged_counts).get(0, 0) - slot
        assert len(store.enis) < room, f"I9: {len(store.enis)} ENIs, room for {room}"
        assert 0 < request.count <= config.slots, f"I10: {request}"
        self.seen["I9: the last slot"] += len(store.enis) == room - 1
        self.check_growth(node, "an ENI")

    def check_extension(self, node: Node, store: Store, request: AssignPrivateIpAddresses) -> None:
        eni = store.eni(request.eni)
        assert eni is not None
        assert request.count > 0
        assert len(eni.cidrs) + request.count <= self.config.slots, f"I10: {request}"
        assert not eni.excluded, "I16: an excluded ENI grows"
        assert not eni.trunk, "R98: a trunk grows"
        assert not (eni.primary and self.config.settings.custom_networking), "R50"
        self.seen["I10: filled"] += len(eni.cidrs) + request.count == self.config.slots
        self.check_growth(node, "addresses")

    def check_growth(self, asking: Node, what: str) -> None:
        """I11: by the totals with which the step began."""
        node = asking if self.before is None else self.before
        total, _ = size(node.stores[0])
        assert total < node.max_pods, f"I11: {what} at {total} addresses"
        self.seen["I11"] += 1

    def check_release(self, store: Store, request: UnassignPrivateIpAddresses) -> None:
        eni = store.eni(request.eni)
        held = [each for each in store.holdings.values() if each.eni == request.eni]
        for network in request.networks:
            assert eni is None or eni.find(network) is None, "still in the store"
            assert all(each.address not in network for each in held), "I6"
        self.seen["I6"] += bool(held)

    def check_deletable(self, store: Store, eni_id: str) -> None:
        eni = store.eni(eni_id)
        assert eni is not None
        protected = eni.primary or eni.trunk or eni.efa
        assert not protected, "I3: protected"
        records = [record for cidr in eni.cidrs for record in cidr.records]
        assert all(record.pod is None for record in records), "I3: pods"
        assert self.now - eni.created >= MINUTE, "I4: young"
        cooling = [r for r in records if self.now - r.since <= self.config.cooldown]
        assert not cooling, "I4: cooling"
        self.check_enough_left(store, eni)
        self.seen["I3, I4, I8"] += 1

    def check_enough_left(self, store: Store, eni: Eni) -> None:
        settings, block = self.config.settings, self.config.block
        total, available = size(store, without=eni.id)
        unit = block if store.prefix_mode else 1
        spare = -(-settings.warm_ip_target // unit) * unit
        least = -(-settings.minimum_ip_target // unit) * unit
        if settings.warm_ip_target or settings.minimum_ip_target:
            assert available >= spare or not settings.warm_ip_target, "I8: spare"
            assert total >= least or not settings.minimum_ip_target, "I8: minimum"
        elif not store.prefix_mode and len(eni.cidrs) <= self.config.slots:
            assert available >= settings.warm_eni_target * self.config.slots, "I8: warm ENIs"
        if store.prefix_mode:
            idle = sum(
                all(record.pod is None for record in cidr.records)
                for other in store.enis
                for cidr in other.cidrs
                if other.id != eni.id and not other.excluded
            )
            assert idle >= settings.warm_prefix_target, "R136 item 7"

    # -- events ----------------------------------------------------------------------------------

    def start(self, config: Config | None = None) -> Started | Exited:
        self.before = None
        self.answers.clear()
        outcome = super().start(config)
        self.freed.clear()  # R62: a restart forgets every cooldown
        self.check_state()
        return outcome

    def tick(self) -> tuple[Decision, ...]:
        self.begin()
        decisions = super().tick()
        assert self.before is not None
        self.check_tick(self.before.stores[0])
        self.check_state()
        return decisions

    def reconcile(self) -> Reconciled:
        self.begin()
        outcome = super().reconcile()
        self.check_state()
        return outcome

    def advance(self, milliseconds: int) -> None:
        if self.node is not None:
            self.begin()
        super().advance(milliseconds)
        self.check_state()

    def add_pod(self, pod: Pod, *, multi: bool = False) -> PodReply:
        self.begin()
        reply = super().add_pod(pod, multi=multi)
        assert self.before is not None
        self.check_add(self.before.stores[0], pod.key, reply)
        self.check_state()
        return reply

    def delete_pod(self, key: PodKey) -> PodReply:
        self.begin()
        reply = super().delete_pod(key)
        assert self.before is not None
        self.check_delete(self.before.stores[0], key, reply)
        self.check_state()
        return reply

    def begin(self) -> None:
        self.before = self.node
        self.answers.clear()

    def remember_freed(self) -> None:
        """Keep the addresses whose cooldown is known; it goes with the record (R139)."""
        here = {
            record.address
            for eni in self.pool.enis
            for cidr in eni.cidrs
            for record in cidr.records
            if record.pod is None and self.freed.get(record.address, (0, ""))[1] == eni.id
        }
        self.freed = {each: at for each, at in self.freed.items() if each in here}

    def wrote(self) -> list[bool]:
        """Whether the checkpoint was written, per attempt of this event."""
        return [
            not isinstance(answer, Failed)
            for ask, answer in self.answers
            if isinstance(ask.request, WriteCheckpoint)
        ]

    def check_checkpoint(self) -> None:
        entries = self.checkpoint(0).entries
        found = {(entry.pod.key, entry.address) for entry in entries}
        held = {(key, each.address) for key, each in self.pool.holdings.items()}
        assert found == held, "I12: the checkpoint lists something else"
        self.seen["I12"] += 1

    def check_add(self, before: Store, key: PodKey, reply: PodReply) -> None:
        known, now = before.holdings.get(key), self.pool.holdings.get(key)
        if known is not None:
            assert now == known, "R111"
            return
        if self.wrote() == [False]:
            assert now is None, "I12: kept although the write failed"
            assert not reply.success
            self.seen["I12: refused"] += 1
        if not reply.success:
            return
        assert now is not None
        assert [each.address for each in reply.given] == [now.address]
        assert self.wrote() == [True], "I12: acknowledged without a write"
        self.check_checkpoint()
        eni = before.eni(now.eni)
        assert eni is not None
        assert not eni.excluded, "I16: a new pod on an excluded ENI"
        self.seen["I16"] += any(other.excluded for other in self.pool.enis)
        freed_at, freed_on = self.freed.pop(now.address, (0, ""))
        if freed_on == now.eni:
            assert self.now - freed_at > self.config.cooldown, "I5"
            self.seen["I5: recycled"] += 1

    def check_delete(self, before: Store, key: PodKey, reply: PodReply) -> None:
        held = before.holdings.get(key)
        if held is None:
            return
        if not reply.success:
            assert self.pool.holdings.get(key) == held, "R124"
            return
        assert key not in self.pool.holdings
        assert self.wrote() == [True], "I12: acknowledged without a write"
        self.check_checkpoint()
        self.freed[held.address] = self.now, held.eni

    def check_tick(self, before: Store) -> None:
        after = self.pool
        self.check_one_growth_step(before, after)
        assert dict(after.holdings) == dict(before.holdings), "I6: a tick moved or took pods"
        kinds = [type(ask.request) for ask, _ in self.answers]
        settings = self.config.settings
        governed = settings.warm_ip_target or settings.minimum_ip_target
        released = UnassignPrivateIpAddresses in kinds and FreeENI not in kinds
        if released and governed and not after.prefix_mode:
            (_, had), (total, available) = size(before), size(after)
            assert total >= settings.minimum_ip_target, "I7: minimum"
            assert available >= min(had, settings.warm_ip_target), "I7: spare"
            self.seen["I7"] += 1

    def check_one_growth_step(self, before: Store, after: Store) -> None:
        steps = []
        for eni in after.enis:
            old = before.eni(eni.id)
            new = {cidr.network for cidr in eni.cidrs}
            gained = new if old is None else new - {cidr.network for cidr in old.cidrs}
            if old is None or gained:
                steps.append(eni)
        assert len(steps) <= 1, "I14"
        kinds = Counter(type(ask.request) for ask, _ in self.answers)
        assert kinds[AllocENI] <= 1, "R77"
        assert kinds[FreeENI] <= 1, "R77"
        assert kinds[WaitForENI] <= kinds[AllocENI]
        self.seen["I14"] += bool(steps)
        if steps and not kinds[GetAddressesFromEC2]:  # R98d takes over whatever EC2 has
            assert len(steps[0].cidrs) <= self.config.slots, "I10: stored"
            new_eni = before.eni(steps[0].id) is None
            limit = self.config.max_enis - dict(self.memory().unmanaged_counts).get(0, 0)
            assert not new_eni or len(after.enis) <= limit, "I9: stored"

    def check_state(self) -> None:
        if self.node is None:
            return
        held: list[Holding] = []
        for eni in self.pool.enis:
            for cidr in eni.cidrs:
                for record in cidr.records:
                    if record.pod is not None:
                        network = cidr.network
                        held.append(
                            Holding(record.pod, record.address, eni.id, network, record.since)
                        )
        keys = [each.pod.key for each in held]
        assert len(keys) == len(set(keys)), "I1: two addresses"
        assert {each.pod.key: each for each in held} == dict(self.pool.holdings)
        if not self.ec2.imds_lag and not self.reissues():
            places = [each.address for each in held]
            assert len(places) == len(set(places)), "I1: two pods"
            primaries = {eni.primary_address for eni in self.ec2.enis}
            assert primaries.isdisjoint(places), "I2"
            self.seen["I1, I2"] += bool(held)
        if self.wrote() and self.wrote()[-1]:
            self.check_checkpoint()
        self.remember_freed()

    def reissues(self) -> bool:
        """EC2 hands addresses out again, that a store may still show where they were (R155)."""
        return any(getattr(subnet, "reissue", False) for subnet in self.ec2.subnets)
