"""What must be reachable: states and steps without which a suite would prove little.

A witness is a predicate on a step, the world after it included. Those of the findings say that
their circumstances are met; those of the quirks say that what the quirk does was seen.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final, TypeAlias

from attrs import frozen

from ipam_model.daemon.init import Exited, Started
from ipam_model.errors import ModelError
from ipam_model.properties.aggregates import (
    heeds_max_pods,
    protected,
    room,
    size,
    stale_places,
)
from ipam_model.properties.evidence import Step
from ipam_model.properties.growing import requested, store_of
from ipam_model.properties.ownership import stores
from ipam_model.properties.pace import BACK_OFF
from ipam_model.properties.warm_target import target_met
from ipam_model.requests import (
    AllocENI,
    AssignPrivateIpAddresses,
    Code,
    CreateENI,
    Failed,
    FreeENI,
    GetAddressesFromEC2,
    UnassignPrivateIpAddresses,
)
from ipam_model.state import Holding, PodKey

Reached: TypeAlias = Callable[[Step], bool]


@frozen(kw_only=True)
class Witness:
    """A state or step that must be reachable."""

    id: str
    """`W1`, `W2` …"""
    name: str
    """What it reaches, in words joined by underscores."""
    statement: str
    reached: Reached


WITNESSES: Final[dict[str, Witness]] = {}
"""Every witness by id."""
_BY_KIND: Final[dict[str, list[Witness]]] = {}
KINDS: Final = (
    "start",
    "add_pod",
    "delete_pod",
    "tick",
    "reconcile",
    "advance",
    "await_trunk",
    "terminate",
    "outside",
)


def witness(
    witness_id: str, statement: str, *, kinds: tuple[str, ...] = KINDS
) -> Callable[[Reached], Reached]:
    """Register the decorated predicate, of steps of these kinds."""

    def register(reached: Reached) -> Reached:
        if witness_id in WITNESSES:
            raise ModelError(f"witness {witness_id} is stated twice")
        found = Witness(id=witness_id, name=reached.__name__, statement=statement, reached=reached)
        WITNESSES[witness_id] = found
        for kind in kinds:
            _BY_KIND.setdefault(kind, []).append(found)
        return reached

    return register


def reached(step: Step) -> Iterator[str]:
    """The witnesses that a step reaches."""
    for each in _BY_KIND.get(step.kind, ()):
        if each.reached(step):
            yield each.id


def assigned_more(step: Step) -> dict[PodKey, Holding]:
    """What pods got in the step."""
    if step.before.node is None:
        return {}
    old = {key for store in step.before.node.stores for key in store.holdings}
    return {k: h for s in stores(step.after) for k, h in s.holdings.items() if k not in old}


def failed(step: Step, kind: type[object], *codes: str) -> bool:
    """Whether a request of this kind failed in the step, with one of the codes if any are given."""
    return any(
        isinstance(requested(asked), kind)
        and isinstance(asked.answer, Failed)
        and (not codes or asked.answer.code in codes)
        for asked in step.asked
    )


def asks(step: Step, kind: type[object]) -> bool:
    """Whether a request of this kind was made in the step."""
    return any(isinstance(requested(asked), kind) for asked in step.asked)


# -- limits --------------------------------------------------------------------------------------


@witness("W1", "A card has as many ENIs as it has room for.", kinds=("tick", "start"))
def reaches_eni_limit(step: Step) -> bool:
    """After a growth step."""
    node = step.after.node
    if node is None or not (asks(step, AllocENI) or asks(step, CreateENI)):
        return False
    return any(len(s.enis) >= room(step.after.config, node, s.card) for s in node.stores)


@witness("W2", "An ENI has all its slots filled.", kinds=("tick", "start"))
def reaches_address_limit(step: Step) -> bool:
    """After a growth step."""
    if not (asks(step, AllocENI) or asks(step, AssignPrivateIpAddresses)):
        return False
    return any(
        len(eni.cidrs) == step.after.config.slots for s in stores(step.after) for eni in s.enis
    )


@witness("W3", "A slot is kept for a trunk ENI, and used for nothing else.", kinds=("tick",))
def keeps_a_slot_for_the_trunk(step: Step) -> bool:
    """The card is full but for that slot."""
    node, config = step.after.node, step.after.config
    if node is None or not config.settings.pod_eni or config.ipv6:
        return False
    store = node.stores[0]
    full = config.max_enis - room(config, node, store.card) > 0
    return full and len(store.enis) == room(config, node, store.card)


@witness(
    "W4", "Max pods stops growth: the target is missed at max pods' addresses.", kinds=("tick",)
)
def max_pods_stops_growth(step: Step) -> bool:
    """With nothing asked of EC2 to grow."""
    node = step.after.node
    return (
        node is not None
        and heeds_max_pods(step.after.config)
        and any(
            size(s).total >= node.max_pods and not target_met(step.after.config, s)
            for s in node.stores
        )
    )


# -- shortage ------------------------------------------------------------------------------------


@witness("W5", "A subnet without addresses starts the back-off.", kinds=("tick", "start"))
def backs_off(step: Step) -> bool:
    """The clock of the back-off is set."""
    node, before = step.after.node, step.before.node
    return (
        node is not None
        and node.last_insufficient is not None
        and (before is None or node.last_insufficient != before.last_insufficient)
    )


@witness("W6", "A low pool asks for nothing while the back-off lasts.", kinds=("tick",))
def waits_for_the_back_off(step: Step) -> bool:
    """In a pool update."""
    node = step.before.node
    if node is None or node.last_insufficient is None:
        return False
    if asks(step, AllocENI) or asks(step, AssignPrivateIpAddresses):
        return False
    low = any(not target_met(step.before.config, store) for store in node.stores)
    return low and step.before.now - node.last_insufficient <= BACK_OFF


@witness("W7", "No aligned block is left although addresses are free.", kinds=("tick", "start"))
def prefixes_are_exhausted(step: Step) -> bool:
    """EC2 has no prefix, and at least a prefix's worth of addresses."""
    unit = step.after.config.block
    return failed(step, AssignPrivateIpAddresses, Code.INSUFFICIENT_PREFIXES) and any(
        subnet.free >= unit for subnet in step.after.ec2.subnets
    )


@witness("W8", "EC2 says an ENI is full; its addresses are taken over.", kinds=("tick", "start"))
def resynchronises(step: Step) -> bool:
    """R98d."""
    return failed(step, AssignPrivateIpAddresses, Code.ADDRESS_LIMIT) and asks(
        step, GetAddressesFromEC2
    )


@witness("W9", "A refused request is repeated for a single address.", kinds=("tick", "start"))
def asks_for_one_instead(step: Step) -> bool:
    """R98b."""
    counts = [
        r.count for a in step.asked if isinstance(r := requested(a), AssignPrivateIpAddresses)
    ]
    return any(first > 1 and second == 1 for first, second in pairwise(counts))


# -- reuse and release ---------------------------------------------------------------------------


@witness("W10", "An address is given again after its cooldown.", kinds=("add_pod",))
def reuses_after_the_cooldown(step: Step) -> bool:
    """Its old record was there, and expired."""
    node = step.before.node
    if node is None:
        return False
    for held in assigned_more(step).values():
        found = store_of(node, held.eni)
        cidr = None if found is None else found[1].find(held.network)
        record = None if cidr is None else cidr.find(held.address)
        if record is not None and record.pod is None:
            return step.before.now - record.since > step.before.config.cooldown
    return False


@witness("W11", "A pod is refused while the only spare addresses are cooling.", kinds=("add_pod",))
def is_refused_while_cooling(step: Step) -> bool:
    """R122."""
    if getattr(step.reply, "error", "") != "NoAvailable":
        return False
    return any(size(store).available > 0 for store in stores(step.before))


@witness("W12", "After churn the pods sit on more ENIs than they need.", kinds=("delete_pod",))
def fragments(step: Step) -> bool:
    """One ENI could hold them all, and each of two has one."""
    config = step.after.config
    for store in stores(step.after):
        used = {held.eni for held in store.holdings.values()}
        if len(used) > 1 and len(store.holdings) <= config.addresses_per_eni:
            return True
    return False


@witness("W13", "An ENI is deleted.", kinds=("tick",))
def deletes_an_eni(step: Step) -> bool:
    """In a pool update."""
    return asks(step, FreeENI)


@witness("W14", "Surplus is released, and the ENI stays.", kinds=("tick",))
def releases_surplus(step: Step) -> bool:
    """In a pool update."""
    return asks(step, UnassignPrivateIpAddresses)


@witness("W15", "A pool grows and an ENI goes in the same update.", kinds=("tick",))
def grows_and_shrinks_at_once(step: Step) -> bool:
    """R74."""
    return asks(step, FreeENI) and (asks(step, AllocENI) or asks(step, AssignPrivateIpAddresses))


# -- restarts and disturbances -------------------------------------------------------------------


@witness("W16", "A restart recovers the pods that run.", kinds=("start",))
def restarts_with_pods(step: Step) -> bool:
    """A pod is assigned right after a start."""
    return any(store.holdings for store in stores(step.after))


@witness("W17", "A restart forgets a pod that runs.", kinds=("start",))
def restart_forgets_a_pod(step: Step) -> bool:
    """It is in a checkpoint before, and in no store after."""
    if not isinstance(step.reply, Started):
        return False
    known = {key for store in stores(step.after) for key in store.holdings}
    listed = {e.pod.key for _, file in step.before.checkpoints for e in file.entries}
    return bool({key for key, _ in step.before.sandboxes} & listed - known)


@witness("W18", "A start fails.", kinds=("start",))
def fails_to_start(step: Step) -> bool:
    """It is tried again by kubelet."""
    return isinstance(step.reply, Exited)


@witness("W19", "A pod comes or goes while a call is pending.")
def is_disturbed_in_a_call(step: Step) -> bool:
    """R194."""
    return any(each.kind in ("add_pod", "delete_pod") for each in step.nested)


@witness("W20", "An ENI that has gone is removed by force, with its pods.", kinds=("reconcile",))
def removes_by_force_with_pods(step: Step) -> bool:
    """R151."""
    if step.before.node is None or step.after.node is None:
        return False
    here = {eni.id for store in stores(step.after) for eni in store.enis}
    return any(held.eni not in here for s in stores(step.before) for held in s.holdings.values())


@witness("W21", "A CIDR that has gone is removed by force, with its pod.", kinds=("reconcile",))
def takes_a_lost_address_from_a_pod(step: Step) -> bool:
    """R156."""
    if step.before.node is None or step.after.node is None:
        return False
    here = {(e.id, c.network) for s in stores(step.after) for e in s.enis for c in e.cidrs}
    enis = {eni for eni, _ in here}
    return any(
        held.eni in enis and (held.eni, held.network) not in here
        for store in stores(step.before)
        for held in store.holdings.values()
    )


@witness("W22", "Reconcile adopts an ENI.", kinds=("reconcile",))
def adopts_an_eni(step: Step) -> bool:
    """R150."""
    before = {eni.id for store in stores(step.before) for eni in store.enis}
    return step.before.node is not None and any(
        eni.id not in before for store in stores(step.after) for eni in store.enis
    )


@witness("W23", "The store shows an address that EC2 has taken away.")
def is_stale(step: Step) -> bool:
    """After others acted, or a stale view was believed."""
    moved = step.after.ec2 is not step.before.ec2 or step.after.node is not step.before.node
    return moved and bool(stale_places(step.after))


@witness("W24", "An ENI in an excluded subnet has a pod.", kinds=("start", "reconcile", "add_pod"))
def excludes_an_eni_with_pods(step: Step) -> bool:
    """It keeps it."""
    return any(
        eni.excluded and any(cidr.in_use() for cidr in eni.cidrs)
        for store in stores(step.after)
        for eni in store.enis
    )


@witness("W25", "An unmanaged ENI takes room.", kinds=("start", "reconcile", "tick"))
def leaves_an_eni_alone(step: Step) -> bool:
    """It is counted."""
    node = step.after.node
    return node is not None and bool(node.unmanaged_counts)


@witness("W26", "A cordoned node is low, and asks for nothing.", kinds=("tick",))
def is_low_while_cordoned(step: Step) -> bool:
    """R51."""
    node = step.before.node
    return (
        node is not None
        and step.before.cordoned
        and any(not target_met(step.before.config, s) for s in node.stores)
        and not (asks(step, AllocENI) or asks(step, AssignPrivateIpAddresses))
    )


@witness("W27", "An ENI has leaked.")
def leaks_an_eni(step: Step) -> bool:
    """It was created or detached, and could not be deleted."""
    return bool(step.after.ec2.leaked) and step.after.ec2 is not step.before.ec2


@witness("W28", "A pod gets an address of a card above 0.", kinds=("add_pod",))
def serves_from_a_higher_card(step: Step) -> bool:
    """R121."""
    return any(
        store.card > 0 and set(store.holdings) & set(assigned_more(step))
        for store in stores(step.after)
    )


@witness("W29", "A pod gets an IPv6 address.", kinds=("add_pod",))
def serves_ipv6(step: Step) -> bool:
    """R116."""
    return any(held.network.ipv6 for held in assigned_more(step).values())


@witness("W30", "Both counters of a store have drifted, or one.")
def drifts(step: Step) -> bool:
    """R24, R25."""
    return step.after.node is not step.before.node and any(
        store.total_drift or store.prefix_drift for store in stores(step.after)
    )


@witness("W31", "A checkpoint cannot be written, and the pod is refused.", kinds=("add_pod",))
def is_refused_for_the_checkpoint(step: Step) -> bool:
    """R114."""
    return getattr(step.reply, "error", "") == "CheckpointWriteFailed"


@witness("W32", "A trunk ENI is in the store.", kinds=("start", "reconcile", "await_trunk"))
def has_a_trunk(step: Step) -> bool:
    """R48."""
    return any(eni.trunk for store in stores(step.after) for eni in store.enis)


@witness("W44", "A drained node keeps ENIs that it could give back.", kinds=("tick",))
def is_drained(step: Step) -> bool:
    """No pod, and ENIs that are not protected."""
    return step.after.node is not None and any(
        not store.holdings and any(not protected(eni) for eni in store.enis)
        for store in stores(step.after)
    )
