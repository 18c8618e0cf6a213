"""Mutants of targets, short, over, too low and too high (R36-R40, R73-R94, R131)."""

from typing import Final

from tools.mutants.mutant import Mutant

_ZERO_TARGET = "        k.all(k.eq(target, 0), k.eq(available, 0)),\n"

MUTANTS: Final = (
    Mutant(
        name="minimum_alone_is_not_in_force",
        rules=("R36",),
        file="rules/warm_pool.py",
        old="return k.any(k.ne(warm, 0), k.ne(minimum, 0))",
        new="return k.ne(warm, 0)",
        why="MINIMUM_IP_TARGET alone switches to counting addresses",
    ),
    Mutant(
        name="both_warm_ip_targets_are_needed",
        rules=("R36",),
        file="rules/warm_pool.py",
        old="return k.any(k.ne(warm, 0), k.ne(minimum, 0))",
        new="return k.all(k.ne(warm, 0), k.ne(minimum, 0))",
        why="one of the two is enough",
    ),
    Mutant(
        name="other_cards_use_the_targets_of_card_0",
        rules=("R39", "R86"),
        file="daemon/measure.py",
        old="""\
    if card > 0:
        warm = minimum = 1
""",
        new="",
        why="cards above 0 always use (1, 1)",
    ),
    Mutant(
        name="warm_and_minimum_targets_are_swapped",
        rules=("R86",),
        file="daemon/measure.py",
        old="warm, minimum = settings.warm_ip_target, settings.minimum_ip_target",
        new="minimum, warm = settings.warm_ip_target, settings.minimum_ip_target",
        why="(w, t) is (Wi, m)",
    ),
    Mutant(
        name="pool_at_max_pods_still_grows",
        rules=("R79",),
        file="rules/growth.py",
        old="return k.all(k.lt(total, max_pods), unmet)",
        new="return k.all(k.le(total, max_pods), unmet)",
        why="low only while fewer than max-pods addresses are owned",
    ),
    Mutant(
        name="max_pods_does_not_cap_the_pool",
        rules=("R79",),
        file="rules/growth.py",
        old="return k.all(k.lt(total, max_pods), unmet)",
        new="return unmet",
        why="growth ends at max pods",
    ),
    Mutant(
        name="target_just_met_is_low",
        rules=("R79",),
        file="rules/growth.py",
        old="k.lt(available, unit * target)",
        new="k.le(available, unit * target)",
        why="low only below the target's worth",
    ),
    Mutant(
        name="zero_target_never_grows",
        rules=("R79",),
        file="rules/growth.py",
        old=_ZERO_TARGET,
        new="",
        why="with a zero target nothing available is low",
    ),
    Mutant(
        name="empty_pool_is_always_low",
        rules=("R79",),
        file="rules/growth.py",
        old="k.choose(warm_ip, k.gt(short, 0), below_target)",
        new="k.any(k.eq(available, 0), k.choose(warm_ip, k.gt(short, 0), below_target))",
        why="with only a minimum in force an empty pool is not low once T reaches it",
    ),
    Mutant(
        name="prefix_target_is_measured_in_enis",
        rules=("R79",),
        file="daemon/measure.py",
        old="config.block if prefix_mode else config.addresses_per_eni,",
        new="config.addresses_per_eni,",
        why="Wp prefixes' worth is 16 Wp",
    ),
    Mutant(
        name="warm_eni_target_governs_prefix_mode",
        rules=("R79",),
        file="daemon/measure.py",
        old="""\
        settings.warm_prefix_target if prefix_mode else settings.warm_eni_target,
        config.block""",
        new="""\
        settings.warm_eni_target,
        config.block""",
        why="We is never read in prefix mode",
    ),
    Mutant(
        name="short_decides_without_warm_ip_targets",
        rules=("R89", "R79"),
        file="daemon/measure.py",
        old="""\
        node.max_pods,
        warm_ip,
""",
        new="""\
        node.max_pods,
        True,
""",
        why="where the warm IP targets are not in force We or Wp decides",
    ),
    Mutant(
        name="short_is_defined_without_warm_ip_targets",
        rules=("R89",),
        file="daemon/measure.py",
        old="""\
    if not targets.defined:
        return Balance(0, 0)
""",
        new="",
        why="short and over are undefined, here 0, where the warm IP targets are not in force",
    ),
    Mutant(
        name="minimum_is_compared_with_available_addresses",
        rules=("R87",),
        file="rules/warm_pool.py",
        old="return k.max(positive(k, warm - available), minimum - total)",
        new="return k.max(positive(k, warm - available), minimum - available)",
        why="the minimum is about owned addresses, T",
    ),
    Mutant(
        name="minimum_is_not_asked_for",
        rules=("R87",),
        file="rules/warm_pool.py",
        old="return k.max(positive(k, warm - available), minimum - total)",
        new="return positive(k, warm - available)",
        why="the larger of Wi - V and m - T is missing",
    ),
    Mutant(
        name="warm_ip_target_is_compared_with_owned_addresses",
        rules=("R87",),
        file="rules/warm_pool.py",
        old="return k.max(positive(k, warm - available), minimum - total)",
        new="return k.max(positive(k, warm - total), minimum - total)",
        why="the warm target is about available addresses, V",
    ),
    Mutant(
        name="surplus_ignores_the_minimum",
        rules=("R88",),
        file="rules/warm_pool.py",
        old="return positive(k, k.min(positive(k, available - warm), total - minimum))",
        new="return positive(k, available - warm)",
        why="T never falls below m",
    ),
    Mutant(
        name="surplus_ignores_the_warm_target",
        rules=("R88",),
        file="rules/warm_pool.py",
        old="return positive(k, k.min(positive(k, available - warm), total - minimum))",
        new="return positive(k, k.min(available, total - minimum))",
        why="V never falls below Wi",
    ),
    Mutant(
        name="surplus_is_the_larger_of_the_two",
        rules=("R88",),
        file="rules/warm_pool.py",
        old="return positive(k, k.min(positive(k, available - warm), total - minimum))",
        new="return positive(k, k.max(positive(k, available - warm), total - minimum))",
        why="both targets must stay met",
    ),
    Mutant(
        name="surplus_leaves_one_more",
        rules=("R88", "R91"),
        file="rules/warm_pool.py",
        old="return positive(k, k.min(positive(k, available - warm), total - minimum))",
        new="return positive(k, k.min(positive(k, available - warm), total - minimum) - 1)",
        why="everything above the targets is over",
    ),
    Mutant(
        name="short_addresses_are_rounded_up_to_one",
        rules=("R91",),
        file="rules/warm_pool.py",
        old="""\
    return missing(k, warm, minimum, total, available)
""",
        new="""\
    return k.max(missing(k, warm, minimum, total, available), 1)
""",
        why="a pool that meets its targets is short of nothing",
    ),
    Mutant(
        name="secondary_address_mode_counts_in_blocks",
        rules=("R91",),
        file="daemon/measure.py",
        old="    if config.prefix_mode and (card == 0 or",
        new="    if True and (card == 0 or",
        why="short and over are addresses in secondary-address mode",
    ),
    Mutant(
        name="missing_addresses_are_rounded_down_to_prefixes",
        rules=("R93",),
        file="rules/warm_pool.py",
        old="return k.ceil_div(missing(k, warm, minimum, total, available), block)",
        new="return k.floor_div(missing(k, warm, minimum, total, available), block)",
        why="missing addresses are rounded up",
    ),
    Mutant(
        name="prefixes_needed_for_warm_addresses_are_rounded_down",
        rules=("R93",),
        file="rules/warm_pool.py",
        old="needed_for_warm = k.ceil_div(assigned + warm, block)",
        new="needed_for_warm = k.floor_div(assigned + warm, block)",
        why="what A + Wi addresses need is rounded up",
    ),
    Mutant(
        name="prefixes_with_pods_are_over",
        rules=("R93",),
        file="rules/warm_pool.py",
        old="return positive(k, k.min(free_prefixes, spare))",
        new="return positive(k, spare)",
        why="only prefixes without pods can be over",
    ),
    Mutant(
        name="minimum_keeps_no_prefixes",
        rules=("R93",),
        file="rules/warm_pool.py",
        old="spare = k.min(allocated_prefixes - needed_for_warm, allocated_prefixes - "
        "needed_for_minimum)",
        new="spare = allocated_prefixes - needed_for_warm + 0 * needed_for_minimum",
        why="the prefixes that m addresses need stay",
    ),
    Mutant(
        name="warm_target_keeps_no_prefixes",
        rules=("R93",),
        file="rules/warm_pool.py",
        old="spare = k.min(allocated_prefixes - needed_for_warm, allocated_prefixes - "
        "needed_for_minimum)",
        new="spare = allocated_prefixes - needed_for_minimum + 0 * needed_for_warm",
        why="the prefixes that A + Wi addresses need stay",
    ),
    Mutant(
        name="other_cards_convert_to_prefixes",
        rules=("R94",),
        file="daemon/measure.py",
        old="(card == 0 or not config.quirk(Quirk.UNCONVERTED_CARDS))",
        new="(card == 0 or config.quirk(Quirk.UNCONVERTED_CARDS))",
        why="on cards above 0 short and over stay in addresses",
    ),
    Mutant(
        name="pool_without_surplus_is_too_high",
        rules=("R131",),
        file="rules/shrink.py",
        old="k.choose(warm_ip, k.gt(over, 0), k.all(prefix_mode,",
        new="k.choose(warm_ip, k.ge(over, 0), k.all(prefix_mode,",
        why="too high only if over > 0",
    ),
    Mutant(
        name="warm_prefixes_are_too_many",
        rules=("R131",),
        file="rules/shrink.py",
        old="k.all(prefix_mode, k.gt(free_prefixes, warm_prefix)))",
        new="k.all(prefix_mode, k.ge(free_prefixes, warm_prefix)))",
        why="only more than Wp prefixes without pods are too many",
    ),
    Mutant(
        name="left_over_prefixes_make_the_pool_too_high",
        rules=("R131",),
        file="rules/shrink.py",
        old="k.all(prefix_mode, k.gt(free_prefixes, warm_prefix)))",
        new="k.gt(free_prefixes, warm_prefix))",
        why="in secondary-address mode without warm IP targets the pool never is too high",
    ),
)
