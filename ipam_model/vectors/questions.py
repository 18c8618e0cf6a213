"""The decisions of the daemon as questions to an implementation: operands, meaning and range.

Every formula of the catalogue that v1.23 or v1.7 decides by is here, and nothing else; a test
compares. Numbers are not negative. Where operands depend on each other (no more assigned than
total), only inputs that a node can show are asked.
"""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from attrs import frozen

from ipam_model.config import Version
from ipam_model.operands import Operand, operands
from ipam_model.rules import capacity, eligibility, growth, shrink, timing, warm_pool
from ipam_model.rules.capacity import BLOCK

Inputs = Mapping[str, int | bool]
"""Operands by name."""


@frozen(kw_only=True)
class Question:
    """One decision."""

    formula: Callable[..., int | bool]
    asks: str
    """In English."""
    rules: tuple[str, ...]
    """Ids of the rules that it is the text of, or a part of."""
    versions: frozenset[Version]
    """Of the daemon, that decide by it."""
    fixed: Inputs
    """Operands that are always the same."""

    @property
    def name(self) -> str:
        """The name of the formula, by which vectors call it."""
        return self.formula.__name__

    def operands(self) -> tuple[Operand, ...]:
        """What it takes."""
        return operands(self.formula)


NOW: Final = 600_000
"""The instant at which all questions about time are asked, in milliseconds."""

MEANING: Final[Mapping[str, str]] = {
    "addresses_per_eni": "addresses for pods that one ENI can hold (M)",
    "allocated_prefixes": "prefixes in the store, by the daemon's counter (X)",
    "assigned": "addresses held by pods (A)",
    "available": "addresses owned and not held by a pod, cooling ones included (V = T - A)",
    "awaiting_trunk": "ENABLE_POD_ENI is on and the node has no trunk ENI yet",
    "block": "addresses in a prefix",
    "cidrs": "secondary addresses and prefixes on the ENI",
    "cluster_named": "CLUSTER_NAME is set",
    "cooling": "an address of the ENI is in its cooldown",
    "cordoned": "the node is cordoned",
    "created": "instant at which the ENI entered the store, ms",
    "custom_networking": "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG is on",
    "eni_limit": "ENIs that the instance's network card can have",
    "enis": "ENIs in the card's store",
    "enough_left": "the other ENIs keep the targets (enough_without)",
    "excluded": "the ENI's subnet is excluded from pod addressing",
    "expiry": "instant until which the release of the CIDR is remembered, ms",
    "first_card": "it is network card 0",
    "for_other_clusters_only": "the subnet's cluster tags shut this cluster out",
    "free": "CIDRs that may still be added to the ENI",
    "free_prefixes": "prefixes without pods (F)",
    "free_slots": "CIDRs that may still be added to the ENI",
    "has_cluster_tags": "the subnet has a tag of some cluster",
    "has_efa_only": "the card carries an EFA-only ENI",
    "has_other_managed": "the card carries another ENI that is managed",
    "has_own_tag": "the subnet has the tag of this cluster",
    "has_pods": "an address of the ENI is held by a pod",
    "has_trunk": "the store has a trunk ENI",
    "last_decrease": "instant of the last decrease of the pool, ms",
    "last_insufficient": "instant at which EC2 was last out of addresses, ms",
    "last_pool_action": "instant of the last growth or decrease of the pool, ms",
    "limit": "ENIs that the card may have (max_enis)",
    "listed": "the subnet is listed for the node's zone",
    "manage_anyway": "AWS_MANAGE_ENIS_NON_SCHEDULABLE is on",
    "manage_untagged": "MANAGE_UNTAGGED_ENI is on",
    "max_eni": "MAX_ENI, 0 if unset",
    "max_pods": "the most pods that the node takes (P)",
    "minimum": "MINIMUM_IP_TARGET, 0 if unset (m)",
    "multi_nic": "ENABLE_MULTI_NIC is on",
    "needed_prefixes": "prefixes needed (prefixes_needed)",
    "no_manage_present": "the ENI has the no_manage tag",
    "no_manage_true": 'the value of that tag is "true"',
    "now": "the present instant, ms",
    "of_primary": "it is the subnet of the primary ENI",
    "others_available": "available addresses on the other ENIs that are not excluded",
    "others_free_cidrs": "CIDRs without pods on the other ENIs that are not excluded",
    "others_total": "addresses on the other ENIs that are not excluded",
    "over": "surplus, in addresses or in prefixes as the mode counts",
    "period": "IP_COOLDOWN_PERIOD, ms",
    "pod_eni": "ENABLE_POD_ENI is on",
    "prefix_mode": "ENABLE_PREFIX_DELEGATION is on",
    "prefixes": "the ENI was asked for with prefixes",
    "primary": "it is the primary ENI",
    "protected": "the ENI is primary, trunk or EFA",
    "role_empty": "the subnet has no role tag",
    "role_zero": 'the value of the role tag is "0"',
    "short": "missing, in addresses or in prefixes as the mode counts",
    "shown": "CIDRs that IMDS shows on the new ENI at the end of the wait",
    "slots": "addresses of an ENI, its primary one left out (L - 1)",
    "some_eni_without_pods": "an ENI that is neither primary nor trunk carries no pod",
    "tagged_own": "the ENI has the instance_id tag of this instance",
    "target": "WARM_ENI_TARGET, in prefix mode WARM_PREFIX_TARGET",
    "terminating": "the daemon has been told to stop",
    "too_young": "the ENI is younger than 60 s (eni_too_young)",
    "total": "addresses owned (T)",
    "trunk": "it is a trunk ENI",
    "trunk_compatible": "the instance type is not known to lack trunk ENIs",
    "trunk_slot": "ENIs kept free for a trunk (trunk_slot)",
    "unassigned": "instant at which the pod gave the address back, ms",
    "unit": "addresses that one of the target means",
    "unmanaged": "unmanaged ENIs on the card",
    "wanted": "CIDRs that are wanted",
    "warm": "WARM_IP_TARGET, 0 if unset (Wi)",
    "warm_ip": "a warm IP target is in force (warm_ip_defined)",
    "warm_prefix": "WARM_PREFIX_TARGET, 0 if unset (Wp)",
}
"""What each operand is, wherever it stands."""

VALUES: Final[Mapping[str, tuple[int, ...]]] = {
    "block": (BLOCK,),
    "created": tuple(NOW - age for age in (0, 59_999, 60_000, 60_001, 300_000)),
    "eni_limit": (1, 2, 3, 4, 8, 15),
    "expiry": tuple(NOW + left for left in (-60_000, -1, 0, 1, 60_000)),
    "last_decrease": tuple(NOW - age for age in (0, 29_999, 30_000, 30_001, 300_000)),
    "last_insufficient": tuple(NOW - age for age in (0, 119_999, 120_000, 120_001, 300_000)),
    "last_pool_action": tuple(NOW - age for age in (0, 59_999, 60_000, 60_001, 300_000)),
    "max_pods": (5, 6, 7, 28, 29, 30, 110),
    "now": (NOW,),
    "period": (0, 10_000, 30_000),
    "slots": (1, 2, 5, 9, 14, 29),
    "target": (0, 1, 2, 3),
    "trunk_slot": (0, 1),
    "unassigned": tuple(
        NOW - age for age in (0, 1, 9_999, 10_000, 10_001, 29_999, 30_000, 30_001, 90_000)
    ),
    "unmanaged": (0, 1, 2),
    "addresses_per_eni": (5, 14, 29),
}
"""What is tried for an operand, where it is not a plain count."""
COUNTS: Final = (0, 1, 2, 3, 5, 7, 14, 15, 16, 17, 29, 32, 33)
"""What is tried for a count."""

AT_MOST: Final = (
    ("available", "total"),
    ("assigned", "total"),
    ("others_available", "others_total"),
    ("free_prefixes", "allocated_prefixes"),
    ("cidrs", "slots"),
)
"""The first is never more than the second, where both are operands."""
NEVER_BOTH: Final = (
    ("role_empty", "role_zero"),
    ("primary", "trunk"),
)
"""Not true at the same time."""
ONLY_IF: Final = (
    ("no_manage_true", "no_manage_present"),
    ("has_own_tag", "has_cluster_tags"),
)
"""The first is true only if the second is."""


def possible(inputs: Inputs) -> bool:
    """Whether a node can show these operands together."""
    return (
        all(inputs[low] <= inputs[high] for low, high in AT_MOST if {low, high} <= inputs.keys())
        and not any(inputs.get(one) and inputs.get(two) for one, two in NEVER_BOTH)
        and all(inputs[two] for one, two in ONLY_IF if inputs.get(one))
    )


_ONE_UNIT: Final[Inputs] = {"unit": 1}


def _v1_23(
    formula: Callable[..., int | bool],
    asks: str,
    *rules: str,
    versions: tuple[Version, ...] = (Version.V1_23,),
    fixed: Inputs = MappingProxyType({}),
) -> Question:
    return Question(
        formula=formula, asks=asks, rules=rules, versions=frozenset(versions), fixed=fixed
    )


_both: Final = partial(_v1_23, versions=(Version.V1_23, Version.V1_7))

QUESTIONS: Final = (
    # -- how much may there be ----------------------------------------------------------------
    _both(capacity.max_enis, "How many ENIs may the card have?", "R3"),
    _both(capacity.usable_addresses, "How many addresses for pods can one ENI hold?", "R4"),
    _both(capacity.free_slots, "How many CIDRs may still be added to the ENI?", "R5"),
    _both(capacity.has_room, "Is there room for another ENI?", "R33"),
    _both(capacity.trunk_slot, "How many ENIs are kept free for a trunk?", "R48", fixed=_ONE_UNIT),
    # -- what is missing, what is too much ----------------------------------------------------
    _both(warm_pool.warm_ip_defined, "Is a warm IP target in force?", "R36"),
    _both(warm_pool.missing, "How many addresses are missing?", "R87"),
    _both(warm_pool.surplus, "How many addresses are too many?", "R88"),
    _both(
        warm_pool.short_addresses,
        "In secondary-address mode, how short is the pool, in addresses?",
        "R91",
    ),
    _v1_23(warm_pool.short_prefixes, "In prefix mode, how short is the pool, in prefixes?", "R93"),
    _v1_23(warm_pool.over_prefixes, "In prefix mode, how many prefixes are too many?", "R93"),
    # -- growth -------------------------------------------------------------------------------
    _v1_23(growth.too_low, "Is the pool too low?", "R79", "H3"),
    _both(growth.target_unmet, "Is the governing warm target not met?", "R79", "H3"),
    _v1_23(growth.prefixes_needed, "How many prefixes are needed?", "R108"),
    _both(growth.new_eni_size, "How many CIDRs are asked for with a new ENI?", "R107"),
    _both(growth.wanted_addresses, "How many addresses are wanted on an ENI that is there?", "R98"),
    _both(
        growth.extension_size, "How many CIDRs are asked for an ENI that is there?", "R98", "R99"
    ),
    _v1_23(eligibility.growable, "May this ENI get more CIDRs?", "R50", "R98", "R99"),
    _v1_23(eligibility.enis_frozen, "Do growth and the deletion of ENIs stop?", "R51"),
    _v1_23(
        eligibility.enough_attached,
        "Does the wait for a new ENI succeed with what IMDS shows at its end?",
        "R109",
    ),
    _v1_23(timing.backing_off, "Is it too early to ask EC2 for addresses again?", "R96"),
    # -- shrink -------------------------------------------------------------------------------
    _both(shrink.too_high, "Is the pool too high?", "R131"),
    _both(shrink.release_size, "How many CIDRs are to be released?", "R138"),
    _both(shrink.wants_fewer_enis, "Are fewer ENIs wanted?", "R133"),
    _both(shrink.deletable, "May the ENI be deleted?", "R136"),
    _both(shrink.enough_without, "Do the other ENIs keep all targets without this one?", "R136"),
    _both(shrink.keeps_warm, "Do the other ENIs keep WARM_IP_TARGET without this one?", "R136"),
    _both(
        shrink.keeps_minimum, "Do the other ENIs keep MINIMUM_IP_TARGET without this one?", "R136"
    ),
    _v1_23(
        shrink.keeps_free_cidrs,
        "Do the other ENIs keep WARM_PREFIX_TARGET without this one?",
        "R136",
    ),
    _v1_23(shrink.in_whole_prefixes, "How many addresses does the target mean?", "R136"),
    _both(timing.eni_too_young, "Is the ENI too young to be deleted?", "R136"),
    _both(timing.release_allowed, "Is it late enough to release again?", "R143", "R72"),
    # -- time ---------------------------------------------------------------------------------
    _both(timing.cooling, "Is the address still cooling?", "R17"),
    _both(timing.recently_released, "Is the release of the CIDR still remembered?", "R20"),
    _both(timing.reconcile_due, "Is a reconcile due?", "R146"),
    # -- what may be used ---------------------------------------------------------------------
    _both(eligibility.managed, "Is the ENI managed?", "R7"),
    _v1_23(eligibility.card_managed, "Is the network card managed?", "R8"),
    _v1_23(
        eligibility.for_other_clusters_only,
        "Do the subnet's tags shut this cluster out?",
        "R14",
        "R103",
    ),
    _v1_23(eligibility.subnet_excluded, "Is the subnet excluded from pod addressing?", "R14"),
    _v1_23(eligibility.subnet_valid, "May a new ENI go into the subnet?", "R103"),
)
