"""Mutants of how many ENIs and addresses a node may have (R3-R5, R7, R10, R33, R48-R52)."""

from typing import Final

from tools.mutants.mutant import Mutant

MUTANTS: Final = (
    Mutant(
        name="max_eni_has_no_effect",
        rules=("R3",),
        file="rules/capacity.py",
        old="k.all(k.ge(max_eni, 1), k.lt(max_eni, eni_limit)), max_eni, eni_limit)",
        new="k.all(k.ge(max_eni, 1), k.lt(max_eni, eni_limit)), eni_limit, eni_limit)",
        why="a MAX_ENI below the instance's limit lowers it",
    ),
    Mutant(
        name="max_eni_raises_the_limit",
        rules=("R3",),
        file="rules/capacity.py",
        old="k.all(k.ge(max_eni, 1), k.lt(max_eni, eni_limit)), max_eni, eni_limit)",
        new="k.ge(max_eni, 1), max_eni, eni_limit)",
        why="a MAX_ENI above the instance's limit has no effect",
        tests=("tests/test_settings.py",),
    ),
    Mutant(
        name="max_eni_below_one_counts",
        rules=("R3",),
        file="rules/capacity.py",
        old="k.all(k.ge(max_eni, 1), k.lt(max_eni, eni_limit)), max_eni, eni_limit)",
        new="k.all(k.ne(max_eni, 0), k.lt(max_eni, eni_limit)), max_eni, eni_limit)",
        why="a negative MAX_ENI has no effect",
    ),
    Mutant(
        name="primary_address_is_usable",
        rules=("R4",),
        file="config.py",
        old="return self.limits.ipv4_per_eni - 1",
        new="return self.limits.ipv4_per_eni",
        why="one of the L addresses is the ENI's primary",
    ),
    Mutant(
        name="eni_in_prefix_mode_is_worth_its_prefixes",
        rules=("R4", "R133"),
        file="rules/capacity.py",
        old="return k.ite(prefix_mode, slots * block, slots)",
        new="return slots",
        why="M is 16 Q in prefix mode; an ENI's worth of addresses decides whether fewer ENIs are "
        "wanted",
    ),
    Mutant(
        name="full_eni_has_one_more_slot",
        rules=("R5", "R98"),
        file="rules/capacity.py",
        old="return positive(k, slots - cidrs)",
        new="return positive(k, slots - cidrs + 1)",
        why="room only while the CIDRs are fewer than L - 1",
    ),
    Mutant(
        name="cidrs_of_the_other_mode_take_no_slot",
        rules=("R5", "R98"),
        file="daemon/measure.py",
        old="return capacity.free_slots(INTS, config.slots, len(eni.cidrs))",
        new="""\
return capacity.free_slots(
        INTS, config.slots, sum(c.is_prefix == config.prefix_mode for c in eni.cidrs)
    )""",
        why="prefixes and left-over single addresses count alike",
    ),
    Mutant(
        name="any_no_manage_tag_means_unmanaged",
        rules=("R7",),
        file="rules/eligibility.py",
        old="k.choose(no_manage_present, k.no(no_manage_true), by_owner)",
        new="k.choose(no_manage_present, k.no(no_manage_present), by_owner)",
        why='a no_manage tag other than "true" means managed',
    ),
    Mutant(
        name="own_instance_tag_beats_no_manage",
        rules=("R7",),
        file="rules/eligibility.py",
        old="k.any(primary, k.choose(no_manage_present, k.no(no_manage_true), by_owner))",
        new="""\
k.any(
        primary, tagged_own, k.choose(no_manage_present, k.no(no_manage_true), by_owner)
    )""",
        why="no_manage is looked at first",
    ),
    Mutant(
        name="untagged_enis_are_always_managed",
        rules=("R7",),
        file="rules/eligibility.py",
        old="by_owner = k.any(tagged_own, manage_untagged)",
        new="by_owner = k.any(tagged_own, k.no(tagged_own))",
        why="MANAGE_UNTAGGED_ENI decides about them",
    ),
    Mutant(
        name="primary_eni_can_be_unmanaged",
        rules=("R7",),
        file="rules/eligibility.py",
        old="return k.any(primary, k.choose(",
        new="return k.any(k.choose(",
        why="the primary ENI is always managed",
    ),
    Mutant(
        name="enis_without_any_tags_are_classified_anew",
        rules=("R7",),
        file="daemon/setup.py",
        old="""\
    if not described.tags:
        return node
""",
        new="",
        why="without any tags, as in IMDS-only mode, the classification stays",
    ),
    Mutant(
        name="unmanaged_enis_are_not_counted",
        rules=("R10", "R33"),
        file="daemon/setup.py",
        old="counts[eni.card] = counts.get(eni.card, 0) + 1",
        new="counts[eni.card] = 0",
        why="U is the number of unmanaged ENIs",
    ),
    Mutant(
        name="unmanaged_count_accumulates",
        rules=("R10",),
        file="daemon/setup.py",
        old="counts: dict[int, int] = {}",
        new="counts: dict[int, int] = dict(node.unmanaged_counts)",
        why="U is counted anew at every call",
    ),
    Mutant(
        name="unmanaged_enis_are_used",
        rules=("R10",),
        file="daemon/setup.py",
        old="""\
        else:
            managed.append(eni)""",
        new="        managed.append(eni)",
        why="unmanaged ENIs are dropped from the list",
    ),
    Mutant(
        name="one_eni_too_many",
        rules=("R33",),
        file="rules/capacity.py",
        old="return k.lt(enis, limit - unmanaged - trunk_slot)",
        new="return k.le(enis, limit - unmanaged - trunk_slot)",
        why="the ENIs stay below K",
    ),
    Mutant(
        name="unmanaged_enis_leave_room",
        rules=("R33",),
        file="rules/capacity.py",
        old="return k.lt(enis, limit - unmanaged - trunk_slot)",
        new="return k.lt(enis, limit - trunk_slot)",
        why="unmanaged ENIs take room too",
    ),
    Mutant(
        name="trunk_slot_is_kept_for_ever",
        rules=("R48", "R33"),
        file="rules/capacity.py",
        old="k.all(pod_eni, trunk_compatible, first_card, k.no(has_trunk))",
        new="k.all(pod_eni, trunk_compatible, first_card)",
        why="the slot is free once the trunk ENI is there",
    ),
    Mutant(
        name="trunk_slot_is_kept_where_no_trunk_can_be",
        rules=("R48",),
        file="rules/capacity.py",
        old="k.all(pod_eni, trunk_compatible, first_card, k.no(has_trunk))",
        new="k.all(pod_eni, first_card, k.no(has_trunk))",
        why="no slot on types known not to support trunks",
    ),
    Mutant(
        name="no_slot_is_kept_for_the_trunk",
        rules=("R48",),
        file="rules/capacity.py",
        old="k.no(has_trunk)), unit, 0)",
        new="k.no(has_trunk)), 0, 0)",
        why="one ENI slot stays free for a trunk ENI",
    ),
    Mutant(
        name="custom_networking_grows_the_primary_eni",
        rules=("R50", "R98"),
        file="rules/eligibility.py",
        old="k.no(k.all(custom_networking, primary)), k.no(trunk)",
        new="k.no(trunk)",
        why="the primary ENI is never extended in custom networking",
    ),
    Mutant(
        name="primary_eni_never_grows",
        rules=("R50", "R98"),
        file="rules/eligibility.py",
        old="k.no(k.all(custom_networking, primary)), k.no(trunk)",
        new="k.no(primary), k.no(trunk)",
        why="only custom networking spares the primary ENI",
    ),
    Mutant(
        name="trunk_eni_is_extended",
        rules=("R98",),
        file="rules/eligibility.py",
        old="k.no(trunk), k.no(excluded), k.gt(free_slots, 0)",
        new="k.no(excluded), k.gt(free_slots, 0)",
        why="a trunk ENI is no candidate",
    ),
    Mutant(
        name="excluded_eni_is_extended",
        rules=("R98", "R13"),
        file="rules/eligibility.py",
        old="k.no(trunk), k.no(excluded), k.gt(free_slots, 0)",
        new="k.no(trunk), k.gt(free_slots, 0)",
        why="an ENI in an excluded subnet is no candidate",
    ),
    Mutant(
        name="cordoned_node_grows",
        rules=("R51", "R96", "R134"),
        file="rules/eligibility.py",
        old="return k.any(terminating, k.all(cordoned, k.no(manage_anyway)))",
        new="return terminating",
        why="growth and ENI deletion stop on a cordoned node",
    ),
    Mutant(
        name="override_of_cordon_is_ignored",
        rules=("R51",),
        file="rules/eligibility.py",
        old="return k.any(terminating, k.all(cordoned, k.no(manage_anyway)))",
        new="return k.any(terminating, cordoned)",
        why="AWS_MANAGE_ENIS_NON_SCHEDULABLE lifts the freeze",
    ),
    Mutant(
        name="terminating_daemon_grows",
        rules=("R51",),
        file="rules/eligibility.py",
        old="return k.any(terminating, k.all(cordoned, k.no(manage_anyway)))",
        new="return k.all(cordoned, k.no(manage_anyway))",
        why="growth and ENI deletion stop in a terminating daemon",
    ),
    Mutant(
        name="unreadable_node_counts_as_cordoned",
        rules=("R51",),
        file="daemon/growth.py",
        old="INTS, node.terminating, cordoned is True, manage_anyway",
        new="INTS, node.terminating, cordoned is not False, manage_anyway",
        why="a node object that cannot be read counts as schedulable",
    ),
    Mutant(
        name="provisioning_cannot_be_disabled",
        rules=("R52",),
        file="daemon/measure.py",
        old="return not config.settings.provisioning_disabled",
        new="return True",
        why="no growth, no pool update, no tagging with provisioning disabled",
    ),
    Mutant(
        name="no_start_up_clean_up_without_provisioning",
        rules=("R52", "R63"),
        file="daemon/init.py",
        old="""\
        if not config.ipv6:
            node, now = yield from clean_excluded(config, node, now)
""",
        new="""\
        if not config.ipv6 and measure.provisions(config):
            node, now = yield from clean_excluded(config, node, now)
""",
        why="the clean-ups at start go on with provisioning disabled, and max pods is read",
    ),
)
