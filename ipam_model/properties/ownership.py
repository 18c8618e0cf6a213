"""Who holds which address: no address twice, none that is not there."""

from collections import Counter
from collections.abc import Iterable

from ipam_model.addresses import format_address
from ipam_model.config import Version
from ipam_model.daemon.pods import MIGRATED_INTERFACE, MIGRATED_NETWORK
from ipam_model.properties.aggregates import true_networks
from ipam_model.properties.evidence import Step
from ipam_model.properties.registry import (
    VACUOUS,
    Verdict,
    Violated,
    every_state,
    every_step,
    holds,
)
from ipam_model.state import PodKey, Store
from ipam_model.world import World


def stores(world: World) -> tuple[Store, ...]:
    """The stores of a running daemon."""
    return () if world.node is None else world.node.stores


def also_migrated(sandboxes: Iterable[PodKey]) -> frozenset[PodKey]:
    """Keys of these sandboxes, those included under which a restart of v1.7 files them (H12)."""
    keys = frozenset(sandboxes)
    return keys | {PodKey(key.container, MIGRATED_NETWORK, MIGRATED_INTERFACE) for key in keys}


def _twice(found: Iterable[int]) -> str:
    return ", ".join(format_address(n) for n, times in Counter(found).items() if times > 1)


@every_state(
    "I1",
    "An address record belongs to at most one pod, and a pod has at most one address in each "
    "store.",
    source="R16, R111, R121",
)
def one_address_per_store(world: World) -> Verdict:
    """Each store's records, and the index made of them."""
    for store in stores(world):
        held = [
            (record.pod.key, record.address, eni.id, cidr.network)
            for eni in store.enis
            for cidr in eni.cidrs
            for record in cidr.records
            if record.pod is not None
        ]
        if len({key for key, *_ in held}) < len(held):
            return Violated(f"card {store.card}: a pod has two addresses")
        index = {(k, each.address, each.eni, each.network) for k, each in store.holdings.items()}
        if index != set(held):
            return Violated(f"card {store.card}: the index and the records disagree")
        for eni in store.enis:
            for cidr in eni.cidrs:
                if len({record.address for record in cidr.records}) < len(cidr.records):
                    return Violated(f"{eni.id}: an address has two records")
    return holds(any(store.holdings for store in stores(world)))


@every_state(
    "P-S1",
    "An address has at most one live owner: no two pods hold it, in whatever stores, and no two "
    "sandboxes run with it.",
    source="#3019, #711, #3824",
)
def one_owner_per_address(world: World) -> Verdict:
    """Across cards and copies of the truth; a pod on several cards has as many addresses."""
    held = [each.address for store in stores(world) for each in store.holdings.values()]
    if len(set(held)) < len(held):
        return Violated(f"two pods hold {_twice(held)}")
    running = [address for _, address in world.sandboxes]
    if len(set(running)) < len(running):
        return Violated(f"two sandboxes run with {_twice(running)}")
    return holds(len(held) > 1 or len(running) > 1)


@every_state(
    "I2",
    "The primary address of an ENI is never a pod address.",
    source="R6, R157",
)
def primaries_serve_no_pod(world: World) -> Verdict:
    """As EC2 has the primaries, and as the store remembers them."""
    held = {each.address for store in stores(world) for each in store.holdings.values()}
    primaries = {eni.primary_address for eni in world.ec2.enis}
    primaries.update(eni.primary_address for store in stores(world) for eni in store.enis)
    both = held & primaries
    if both:
        return Violated(f"a pod holds the primary address {_twice([*both, *both])}")
    return holds(bool(held))


@every_step(
    "P-S2",
    "What enters the store is at that moment attached, and assigned in EC2, not only in a stale "
    "view of it.",
    source="#3887, #732, PR #2588; R62e, R152-R155",
    kinds=("start", "tick", "reconcile", "add_pod", "delete_pod", "advance", "await_trunk"),
)
def only_true_addresses_enter(step: Step) -> Verdict:
    """EC2's truth at any moment of the step will do: others may act while a call is pending."""
    before, after = step.before.node, step.after.node
    if after is None or after is before or (before and after.stores is before.stores):
        return VACUOUS
    if step.kind == "start":
        before = None  # A new memory: all of it enters.
    entered = 0
    for store in after.stores:
        old_store = (
            next((s for s in before.stores if s.card == store.card), None) if before else None
        )
        for eni in store.enis:
            old = None if old_store is None else old_store.eni(eni.id)
            if old is eni:
                continue
            known = frozenset() if old is None else frozenset(c.network for c in old.cidrs)
            new = {cidr.network for cidr in eni.cidrs} - known
            if not new:
                continue
            entered += len(new)
            untrue = new - true_networks(step.after.ec2, eni.id)
            for asked in step.asked:
                if untrue:
                    untrue -= true_networks(asked.ec2, eni.id)
            if untrue:
                shown = ", ".join(format_address(each.address) for each in sorted(untrue))
                return Violated(f"{shown} entered {eni.id}, but EC2 does not have it there")
    return holds(entered > 0)


@every_step(
    "P-S3",
    "Primary addresses, the trunk ENI, unmanaged and excluded ENIs give no pod an address.",
    source="#3753, #2792; R6, R10, R13",
    kinds=("add_pod",),
)
def only_ordinary_enis_serve(step: Step) -> Verdict:
    """Each address a pod gets for the first time."""
    before, after = step.before.node, step.after.node
    if before is None or after is None or after.stores is before.stores:
        return VACUOUS
    gained = 0
    for old, new in zip(before.stores, after.stores, strict=True):
        for key, held in new.holdings.items():
            if old is new or key in old.holdings:
                continue
            gained += 1
            eni = new.eni(held.eni)
            if eni is None or eni.primary_address == held.address:
                return Violated(f"{format_address(held.address)} is a primary address")
            if eni.trunk or eni.excluded or eni.id in after.unmanaged:
                what = "the trunk" if eni.trunk else "excluded" if eni.excluded else "unmanaged"
                return Violated(f"{key.container} gets an address of {eni.id}, which is {what}")
    return holds(gained > 0)


@every_step(
    "I16",
    "Excluded ENIs get no new pods and no new CIDRs; what pods already hold there stays.",
    source="R13, R98, R112",
    kinds=("add_pod", "tick"),
)
def excluded_enis_get_nothing(step: Step) -> Verdict:
    """New assignments, and what a pool update adds; v1.7 knows no excluded ENI."""
    before, after = step.before.node, step.after.node
    if before is None or after is None or step.after.config.version is Version.V1_7:
        return VACUOUS
    excluded = [eni for store in before.stores for eni in store.enis if eni.excluded]
    for eni in excluded:
        now = next((e for store in after.stores for e in store.enis if e.id == eni.id), None)
        if now is None or now is eni:
            continue
        if {c.network for c in now.cidrs} - {c.network for c in eni.cidrs}:
            return Violated(f"{eni.id} is excluded and got a CIDR")
        pods = {r.pod.key for c in eni.cidrs for r in c.records if r.pod is not None}
        new = {r.pod.key for c in now.cidrs for r in c.records if r.pod is not None} - pods
        if new and not step.nested:
            return Violated(f"{eni.id} is excluded and serves a new pod")
    return holds(bool(excluded) and after is not before)
