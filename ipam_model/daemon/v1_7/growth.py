"""Growth in v1.7: an existing ENI is filled, or an ENI is created and then filled (H4-H9, H19)."""

from ipam_model.arithmetic import INTS
from ipam_model.catalogue import Kind, part_of, rule
from ipam_model.config import Config
from ipam_model.daemon import datastore, measure
from ipam_model.daemon.growth import Outcome
from ipam_model.daemon.measure import free_slots
from ipam_model.daemon.procedure import OneOf, Procedure, call, choose
from ipam_model.daemon.v1_7.measure import CARD, growable_enis, room_for_eni, targets_met
from ipam_model.daemon.v1_7.setup import set_up_eni
from ipam_model.records import evolve
from ipam_model.requests import (
    AssignPrivateIpAddresses,
    AttachedEni,
    Code,
    CreateENI,
    Failed,
    GetAddressesFromEC2,
    GetAttachedENIs,
    ReadEniConfig,
    Sleep,
)
from ipam_model.rules import growth, timing
from ipam_model.state import Node, totals


@rule(
    "H6",
    "A growth step tries one ENI with a free slot; whatever keeps it from growing, an ENI is "
    "created in the same step if there is room.",
    source="ipamd:623-662",
    kind=Kind.STEP,
)
@rule(
    "H8",
    "A growth step follows every low tick: running out of addresses is no reason to wait.",
    source="ipamd:623-662",
    kind=Kind.STEP,
)
def increase(config: Config, node: Node, now: int) -> Procedure[tuple[Node, int]]:
    """One growth step; its errors are only logged."""
    if targets_met(config, node) or node.terminating:
        return node, now
    outcome, node, now = yield from fill_existing_eni(config, node, now)
    if outcome.grew:
        return evolve(node, last_pool_action=now), now
    if room_for_eni(config, node):
        error, node, now = yield from try_new_eni(config, node, now)
        if error is None:
            node = evolve(node, last_pool_action=now)
    return node, now


@rule(
    "H4",
    "An existing ENI is asked to take all its free slots, however little is short; a new one gets "
    "min(short, M), or M without a warm IP target.",
    source="ipamd:727-744, ipamd:698-702",
    kind=Kind.STEP,
)
@rule(
    "H19",
    "If the addresses were assigned but cannot be read back from EC2 the step counts as growth, "
    "with an error and without addresses.",
    source="ipamd:753-758",
    kind=Kind.STEP,
)
def fill_existing_eni(config: Config, node: Node, now: int) -> Procedure[tuple[Outcome, Node, int]]:
    """Extend any one ENI; what EC2 then has on it enters the store."""
    candidates = () if targets_met(config, node) else growable_enis(config, node)
    if not candidates:
        return Outcome(False), node, now
    eni_id, node, now = yield from choose(node, OneOf(candidates), "R188", live=(CARD,))
    eni = node.store(CARD).eni(eni_id)
    count = free_slots(config, eni) if eni is not None else 0
    error, node, now = yield from assign_or_one(config, node, now, eni_id, count)
    if error is not None:
        return Outcome(False, error), node, now
    found, node, now = yield from call(node, GetAddressesFromEC2(eni_id, False), "H7")
    if isinstance(found, Failed):
        return Outcome(True, found), node, now
    store = datastore.add_cidrs(node.store(CARD), eni_id, found, prefix=False)
    return Outcome(True), datastore.put_store(node, store), now


@rule(
    "H7",
    "Assigning addresses is tried again with 1 if it fails; PrivateIpAddressLimitExceeded is "
    "success; and EC2 is always asked what the ENI has then.",
    source="ipamd:739-759, aws:1199-1238",
    kind=Kind.STEP,
)
def assign_or_one(
    config: Config, node: Node, now: int, eni_id: str, count: int
) -> Procedure[tuple[Failed | None, Node, int]]:
    """Ask for `count` addresses, and if that fails for one."""
    error, node, now = yield from assign_addresses(config, node, now, eni_id, count)
    if error is not None:
        error, node, now = yield from assign_addresses(config, node, now, eni_id, 1)
    return error, node, now


@part_of("H7")
def assign_addresses(
    config: Config, node: Node, now: int, eni_id: str, count: int
) -> Procedure[tuple[Failed | None, Node, int]]:
    """AllocIPAddresses of the AWS layer: at most L - 1; nothing is asked for 0."""
    count = min(count, config.slots)
    if count < 1:
        return None, node, now
    request = AssignPrivateIpAddresses(eni_id, count, False)
    answer, node, now = yield from call(node, request, "H7")
    if isinstance(answer, Failed) and answer.code != Code.ADDRESS_LIMIT:
        return answer, node, now
    return None, node, now


@rule(
    "H9",
    "A new ENI is created bare and attached, then asked to take addresses, whose failure does not "
    "matter; then IMDS is looked at up to 6 times, 10 s apart, until it lists the ENI, with or "
    "without addresses; then the ENI is set up. Not listed: it stays attached, outside the store.",
    source="ipamd:671-725, aws:648-690",
    kind=Kind.STEP,
)
def try_new_eni(config: Config, node: Node, now: int) -> Procedure[tuple[Failed | None, Node, int]]:
    """Create, fill, await and set up an ENI."""
    subnet: str | None = None
    if config.settings.custom_networking:
        eni_config, node, now = yield from call(node, ReadEniConfig(), "H9")
        if isinstance(eni_config, Failed):
            return eni_config, node, now
        subnet = eni_config
    created, node, now = yield from call(node, CreateENI(subnet), "H9")
    if isinstance(created, Failed):
        return created, node, now
    count = size_of_new_eni(config, node)
    _, node, now = yield from assign_addresses(config, node, now, created, count)
    attached, node, now = yield from wait_until_listed(node, now, created)
    if isinstance(attached, Failed):
        return attached, node, now
    return (yield from set_up_eni(node, now, attached))


@part_of("H4")
def size_of_new_eni(config: Config, node: Node) -> int:
    """Addresses to ask for on a new ENI, on fresh totals."""
    short = measure.balance(config, CARD, totals(node.store(CARD))).short
    defined = measure.warm_targets(config, CARD).defined
    return growth.new_eni_size(INTS, False, defined, 0, short, config.slots)


@part_of("H9")
def wait_until_listed(
    node: Node, now: int, eni_id: str
) -> Procedure[tuple[AttachedEni | Failed, Node, int]]:
    """Look for the ENI in IMDS; a failed look counts like one in vain."""
    for look in range(timing.SETUP_ATTEMPTS):
        if look:
            _, node, now = yield from call(node, Sleep(timing.SETUP_RETRY_DELAY), "H9")
        listed, node, now = yield from call(node, GetAttachedENIs(), "H9")
        if isinstance(listed, Failed):
            continue
        for eni in listed:
            if eni.id == eni_id:
                return eni, node, now
    return Failed(Code.TIMEOUT), node, now
