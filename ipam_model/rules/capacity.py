"""How many ENIs, addresses and prefixes a node may have (R3-R5, R33)."""

from typing import Final

from ipam_model.arithmetic import B, I, Logic, positive
from ipam_model.catalogue import Label, rule

BLOCK: Final = 16
"""Addresses in a prefix (a /28); smaller blocks serve exhaustive checks."""


@rule(
    "R3",
    "ipamd uses at most K ENIs per card: the instance's limit, lowered by MAX_ENI when that is at "
    "least 1 and below the limit; any other MAX_ENI has no effect.",
    source="ipamd:1406-1421",
    label=Label.DOCUMENTED,
)
def max_enis(k: Logic[I, B], eni_limit: I, max_eni: I) -> I:
    """K. `max_eni` is the parsed MAX_ENI, 0 where it is unset or unparsable."""
    return k.ite(k.all(k.ge(max_eni, 1), k.lt(max_eni, eni_limit)), max_eni, eni_limit)


@rule(
    "R4",
    "In secondary-address mode an ENI offers M = L - 1 addresses, in prefix mode Q = L - 1 "
    "prefixes and M = 16 Q addresses: one of the L addresses is the ENI's primary.",
    source="ipamd:2570-2584",
    label=Label.DOCUMENTED,
)
def usable_addresses(k: Logic[I, B], slots: I, prefix_mode: B, block: I | int) -> I:
    """M: pod addresses one ENI can hold. `slots` = L - 1, `block` = addresses per prefix (16)."""
    return k.ite(prefix_mode, slots * block, slots)


@rule(
    "R5",
    "An ENI has room while its CIDR records, prefixes and single addresses counted alike, are "
    "fewer than L - 1.",
    source="ds:1118-1139",
)
def free_slots(k: Logic[I, B], slots: I, cidrs: I) -> I:
    """CIDRs that may still be added to an ENI holding `cidrs`; never negative."""
    return positive(k, slots - cidrs)


@rule(
    "R33",
    "A card has room for another ENI while the ENIs in its store, its unmanaged ENIs and the slot "
    "kept for a trunk ENI together stay below K.",
    source="ipamd:2592-2621",
)
def has_room(k: Logic[I, B], enis: I, limit: I, unmanaged: I, trunk_slot: I) -> B:
    """room(c): n < K - U - r."""
    return k.lt(enis, limit - unmanaged - trunk_slot)


@rule(
    "R48",
    "With ENABLE_POD_ENI one ENI slot of card 0 stays free for a trunk ENI until the store has "
    "one, unless the type is known not to support trunks; ipamd never attaches the trunk itself.",
    source="ipamd:2593-2596, ipamd:1467-1482",
)
def trunk_slot(
    k: Logic[I, B], pod_eni: B, trunk_compatible: B, first_card: B, has_trunk: B, unit: I | int
) -> I:
    """r: slots kept for a trunk, 0 or `unit` (1)."""
    return k.ite(k.all(pod_eni, trunk_compatible, first_card, k.no(has_trunk)), unit, 0)
