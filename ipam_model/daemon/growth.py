"""Growth: one existing ENI is extended, or one ENI is created (R96-R101)."""

from attrs import frozen

from ipam_model.arithmetic import INTS
from ipam_model.catalogue import Kind, part_of, rule
from ipam_model.config import Config
from ipam_model.daemon import datastore, measure
from ipam_model.daemon.procedure import OneOf, Procedure, call, choose
from ipam_model.daemon.setup import set_up_eni
from ipam_model.records import evolve, quick
from ipam_model.requests import (
    OUT_OF_ADDRESSES,
    AllocENI,
    AssignPrivateIpAddresses,
    Code,
    Failed,
    GetAddressesFromEC2,
    NodeCordoned,
    ReadEniConfig,
    WaitForENI,
)
from ipam_model.rules import capacity, eligibility, growth, timing
from ipam_model.state import Network, Node, totals


@rule(
    "R96",
    "A growth step: not on a frozen node nor within 120 s of an insufficient-address error; "
    "extend an existing ENI; insufficient: back off; other errors: give up; else create an ENI if "
    "there is room.",
    source="ipamd:968-1009",
    kind=Kind.STEP,
)
def increase(
    config: Config, node: Node, now: int, card: int
) -> Procedure[tuple[Failed | None, Node, int]]:
    """One growth step on a card; the error is fatal at init and ignored by the loop."""
    frozen_enis, node, now = yield from enis_frozen(config, node, now)
    if frozen_enis:
        return None, node, now
    if node.last_insufficient is not None and timing.backing_off(INTS, now, node.last_insufficient):
        return None, node, now
    outcome, node, now = yield from extend_existing_eni(config, node, now, card)
    if outcome.error is not None:
        if outcome.error.code in OUT_OF_ADDRESSES:
            return None, evolve(node, last_insufficient=now), now
        return outcome.error, node, now
    if outcome.grew:
        return None, evolve(node, last_pool_action=now), now
    if measure.room_for_eni(config, node, node.store(card)):
        error, node, now = yield from try_new_eni(config, node, now, card)
        if error is None:
            node = evolve(node, last_pool_action=now)
    return None, node, now


@part_of("R51")
def enis_frozen(config: Config, node: Node, now: int) -> Procedure[tuple[bool, Node, int]]:
    """Whether growth and ENI deletion are suppressed; an unreadable node counts as schedulable."""
    manage_anyway = config.settings.manage_enis_non_schedulable
    cordoned: bool | Failed = False
    if not (node.terminating or manage_anyway):  # Otherwise the daemon does not look.
        cordoned, node, now = yield from call(node, NodeCordoned(), "R51")
    suppressed = eligibility.enis_frozen(INTS, node.terminating, cordoned is True, manage_anyway)
    return suppressed, node, now


@quick
@frozen(weakref_slot=False)
class Outcome:
    """Result of trying existing ENIs."""

    grew: bool
    error: Failed | None = None


@rule(
    "R98",
    "Existing ENIs with a free slot are tried in any order: ask for what is wanted, on failure for "
    "1; the first success counts as growth. Out of addresses moves on to the next ENI with subnet "
    "discovery; other failures end the step; address limit exceeded resynchronises from EC2.",
    source="ipamd:1115-1175",
    kind=Kind.STEP,
)
@rule(
    "R99",
    "In prefix mode the same with prefixes: wanted is what R108 says, without a test for zero.",
    source="ipamd:1217-1260",
    kind=Kind.STEP,
)
def extend_existing_eni(
    config: Config, node: Node, now: int, card: int
) -> Procedure[tuple[Outcome, Node, int]]:
    """Extend one ENI of the card's store."""
    wanted = wanted_on_existing_eni(config, node, card)
    if wanted == 0:
        return Outcome(False), node, now
    candidates = growable_enis(config, node, card)
    return (yield from extend_one_of(config, node, now, card, candidates, wanted))


def extend_one_of(
    config: Config, node: Node, now: int, card: int, candidates: tuple[str, ...], wanted: int
) -> Procedure[tuple[Outcome, Node, int]]:
    """Ask for `wanted` CIDRs on one of these ENIs after the other (R98, R99)."""
    while candidates:
        eni, node, now = yield from choose(node, OneOf(candidates), "R188", live=(card, wanted))
        candidates = tuple([each for each in candidates if each != eni])
        answer, node, now = yield from assign_or_one(config, node, card, eni, wanted)
        if isinstance(answer, Failed):
            if answer.code == Code.ADDRESS_LIMIT:
                outcome, node, now = yield from resynchronise(config, node, card, eni)
                return outcome, node, now
            if config.settings.subnet_discovery and answer.code in OUT_OF_ADDRESSES:
                continue
            return Outcome(False, answer), node, now
        node = _add(config, node, card, eni, answer)
        return Outcome(True), node, now
    return Outcome(False), node, now


def wanted_on_existing_eni(config: Config, node: Node, card: int) -> int:
    """CIDRs wanted on fresh totals; 0 = nothing (only in secondary-address mode)."""
    pool = totals(node.store(card))
    if config.prefix_mode:
        return measure.prefixes_needed(config, card, pool)
    targets = measure.warm_targets(config, card)
    short = measure.balance_under(targets, config, card, pool).short
    return growth.wanted_addresses(INTS, targets.defined, short, config.slots)


def growable_enis(config: Config, node: Node, card: int) -> tuple[str, ...]:
    """ENIs that may be extended (R98)."""
    custom_networking, slots = config.settings.custom_networking, config.slots
    return tuple(
        [
            eni.id
            for eni in node.store(card).enis
            if eligibility.growable(
                INTS,
                custom_networking,
                eni.primary,
                eni.trunk,
                eni.excluded,
                capacity.free_slots(INTS, slots, len(eni.cidrs)),
            )
        ]
    )


def assign_or_one(
    config: Config, node: Node, card: int, eni_id: str, wanted: int
) -> Procedure[tuple[tuple[Network, ...] | Failed, Node, int]]:
    """Ask EC2 for what is wanted on an ENI, and if that fails for one (R98a, R98b)."""
    eni = node.store(card).eni(eni_id)
    free = measure.free_slots(config, eni) if eni is not None else 0
    count = growth.extension_size(INTS, wanted, free)
    prefixes = config.prefix_mode
    answer, node, now = yield from call(
        node, AssignPrivateIpAddresses(eni_id, count, prefixes), "R98"
    )
    if isinstance(answer, Failed) and answer.code != Code.ADDRESS_LIMIT:
        answer, node, now = yield from call(
            node, AssignPrivateIpAddresses(eni_id, 1, prefixes), "R98"
        )
    return answer, node, now


def resynchronise(
    config: Config, node: Node, card: int, eni: str
) -> Procedure[tuple[Outcome, Node, int]]:
    """EC2 says the ENI is full: take over every address EC2 has on it (R98d)."""
    answer, node, now = yield from call(node, GetAddressesFromEC2(eni, config.prefix_mode), "R98")
    if isinstance(answer, Failed):
        return Outcome(True, answer), node, now
    return Outcome(True), _add(config, node, card, eni, answer), now


@rule(
    "R101",
    "A new ENI: read the ENIConfig with custom networking, ask for the size of R107, wait for "
    "IMDS, set it up. Any failure ends the step without clean-up; insufficient: back off.",
    source="ipamd:1050-1101",
    kind=Kind.STEP,
)
def try_new_eni(
    config: Config, node: Node, now: int, card: int, count: int | None = None
) -> Procedure[tuple[Failed | None, Node, int]]:
    """Create, attach and set up an ENI; success also if nothing was needed.

    A policy that decides otherwise than R107 gives the `count` of CIDRs itself.
    """
    subnet: str | None = None
    if config.settings.custom_networking:
        eni_config, node, now = yield from call(node, ReadEniConfig(), "R101")
        if isinstance(eni_config, Failed):
            return eni_config, node, now
        subnet = eni_config
    if count is None:
        count = size_of_new_eni(config, node, card)
        if count <= 0:
            return None, node, now
    prefixes = config.prefix_mode
    request = AllocENI(count, prefixes, card, subnet, config.ipv6)
    created, node, now = yield from call(node, request, "R101")
    if isinstance(created, Failed):
        if created.code in OUT_OF_ADDRESSES:
            node = evolve(node, last_insufficient=now)
        return created, node, now
    shown = WaitForENI(created, count, prefixes, config.ipv6)
    attached, node, now = yield from call(node, shown, "R109")
    if isinstance(attached, Failed):
        return attached, node, now
    return (yield from set_up_eni(config, node, now, attached))


def size_of_new_eni(config: Config, node: Node, card: int) -> int:
    """CIDRs to ask for with a new ENI, on fresh totals; in IPv6 mode one address (R107)."""
    if config.ipv6:
        return 1
    pool = totals(node.store(card))
    return growth.new_eni_size(
        INTS,
        config.prefix_mode,
        measure.warm_targets(config, card).defined,
        measure.prefixes_needed(config, card, pool),
        measure.balance(config, card, pool).short,
        config.slots,
    )


def _add(config: Config, node: Node, card: int, eni: str, networks: tuple[Network, ...]) -> Node:
    store = datastore.add_cidrs(node.store(card), eni, networks, prefix=config.prefix_mode)
    return datastore.put_store(node, store)
