"""Mutants of growth on existing ENIs (R96-R99, R108, R66)."""

from typing import Final

from tools.mutants.mutant import Mutant

MUTANTS: Final = (
    Mutant(
        name="growth_does_not_back_off",
        rules=("R96",),
        file="daemon/growth.py",
        old="""\
    if node.last_insufficient is not None and timing.backing_off(INTS, now, node.last_insufficient):
        return None, node, now
""",
        new="",
        why="no growth within 120 s of an insufficient-address error",
    ),
    Mutant(
        name="back_off_ends_at_120_s_sharp",
        rules=("R96",),
        file="rules/timing.py",
        old="return k.le(now - last_insufficient, INSUFFICIENT_BACKOFF)",
        new="return k.lt(now - last_insufficient, INSUFFICIENT_BACKOFF)",
        why="blocked while the error is at most 120 s old",
    ),
    Mutant(
        name="shortage_on_existing_enis_sets_no_back_off",
        rules=("R96",),
        file="daemon/growth.py",
        old="return None, evolve(node, last_insufficient=now), now",
        new="return None, node, now",
        why="out of addresses backs off",
    ),
    Mutant(
        name="every_error_backs_off",
        rules=("R96",),
        file="daemon/growth.py",
        old="""\
        if outcome.error.code in OUT_OF_ADDRESSES:
""",
        new="""\
        if outcome.error.code:
""",
        why="only the two insufficient codes back off, other errors give up the step",
    ),
    Mutant(
        name="shortage_of_prefixes_does_not_back_off",
        rules=("R96", "R101"),
        file="requests.py",
        old="frozenset({Code.INSUFFICIENT_ADDRESSES, Code.INSUFFICIENT_PREFIXES})",
        new="frozenset({Code.INSUFFICIENT_ADDRESSES})",
        why="InsufficientCidrBlocks counts like InsufficientFreeAddressesInSubnet",
    ),
    Mutant(
        name="failed_extension_goes_on_to_a_new_eni",
        rules=("R96",),
        file="daemon/growth.py",
        old="""\
        return outcome.error, node, now
    if outcome.grew:""",
        new="    if outcome.grew:",
        why="other errors end the step",
    ),
    Mutant(
        name="extension_does_not_set_the_pool_clock",
        rules=("R96",),
        file="daemon/growth.py",
        old="""\
        return None, evolve(node, last_pool_action=now), now
    if measure""",
        new="""\
        return None, node, now
    if measure""",
        why="growth on an existing ENI is a pool action",
    ),
    Mutant(
        name="new_eni_does_not_set_the_pool_clock",
        rules=("R96",),
        file="daemon/growth.py",
        old="""\
        if error is None:
            node = evolve(node, last_pool_action=now)
""",
        new="",
        why="creating an ENI is a pool action",
    ),
    Mutant(
        name="failed_new_eni_sets_the_pool_clock",
        rules=("R96",),
        file="daemon/growth.py",
        old="""\
        if error is None:
            node = evolve(node, last_pool_action=now)
""",
        new="""\
        node = evolve(node, last_pool_action=now)
""",
        why="a failed growth step never changes the pool clock",
    ),
    Mutant(
        name="new_eni_is_tried_without_room",
        rules=("R96", "R33"),
        file="daemon/growth.py",
        old="""\
    if measure.room_for_eni(config, node, node.store(card)):
""",
        new="""\
    if node.store(card).enis:
""",
        why="an ENI is created only if there is room",
    ),
    Mutant(
        name="new_eni_follows_a_successful_extension",
        rules=("R96",),
        file="daemon/growth.py",
        old="""\
    if outcome.grew:
        return None, evolve(node, last_pool_action=now), now
""",
        new="""\
    if outcome.grew:
        node = evolve(node, last_pool_action=now)
""",
        why="one step extends an ENI or creates one, never both",
    ),
    Mutant(
        name="existing_enis_are_filled",
        rules=("R98",),
        file="rules/growth.py",
        old="return k.ite(warm_ip, short, slots)",
        new="return slots + 0 * short",
        why="only what is short is asked for under a warm IP target",
    ),
    Mutant(
        name="without_warm_ip_targets_one_address_is_wanted",
        rules=("R98",),
        file="rules/growth.py",
        old="return k.ite(warm_ip, short, slots)",
        new="return k.ite(warm_ip, short, slots - slots + 1)",
        why="a full ENI is wanted where no warm IP target is in force",
    ),
    Mutant(
        name="extension_asks_for_more_than_fits",
        rules=("R98", "R99"),
        file="rules/growth.py",
        old="return k.min(free, wanted)",
        new="return wanted",
        why="the free slots bound what is asked for",
    ),
    Mutant(
        name="failed_assignment_is_not_tried_again_with_one",
        rules=("R98",),
        file="daemon/growth.py",
        old="""\
    if isinstance(answer, Failed) and answer.code != Code.ADDRESS_LIMIT:
""",
        new="""\
    if isinstance(answer, Failed) and answer.code in (Code.THROTTLED,):
""",
        why="any failure but the address limit is followed by a call for 1",
    ),
    Mutant(
        name="address_limit_is_tried_again_with_one",
        rules=("R98",),
        file="daemon/growth.py",
        old="""\
    if isinstance(answer, Failed) and answer.code != Code.ADDRESS_LIMIT:
""",
        new="""\
    if isinstance(answer, Failed):
""",
        why="an exceeded address limit goes straight to the resynchronisation",
    ),
    Mutant(
        name="second_try_asks_for_the_same_again",
        rules=("R98", "R99"),
        file="daemon/growth.py",
        old="node, AssignPrivateIpAddresses(eni_id, 1, prefixes)",
        new="node, AssignPrivateIpAddresses(eni_id, count, prefixes)",
        why="the second call asks for 1",
    ),
    Mutant(
        name="shortage_moves_on_without_discovery",
        rules=("R98",),
        file="daemon/growth.py",
        old="if config.settings.subnet_discovery and answer.code in OUT_OF_ADDRESSES:",
        new="if answer.code in OUT_OF_ADDRESSES:",
        why="without discovery a shortage ends the step",
    ),
    Mutant(
        name="shortage_ends_the_step_with_discovery",
        rules=("R98",),
        file="daemon/growth.py",
        old="if config.settings.subnet_discovery and answer.code in OUT_OF_ADDRESSES:",
        new="if not config.settings.subnet_discovery and answer.code in OUT_OF_ADDRESSES:",
        why="with discovery a shortage moves on to the next ENI",
    ),
    Mutant(
        name="every_failure_moves_on_to_the_next_eni",
        rules=("R98",),
        file="daemon/growth.py",
        old="if config.settings.subnet_discovery and answer.code in OUT_OF_ADDRESSES:",
        new="if config.settings.subnet_discovery:",
        why="other failures end the step",
    ),
    Mutant(
        name="address_limit_ends_the_step",
        rules=("R98",),
        file="daemon/growth.py",
        old="""\
            if answer.code == Code.ADDRESS_LIMIT:
""",
        new="""\
            if answer.code == Code.ATTACHMENT_LIMIT:
""",
        why="an exceeded address limit takes over what EC2 has",
    ),
    Mutant(
        name="resynchronisation_is_no_growth",
        rules=("R98",),
        file="daemon/growth.py",
        old="return Outcome(True), _add(config, node, card, eni, answer), now",
        new="return Outcome(False), _add(config, node, card, eni, answer), now",
        why="taking over EC2's addresses counts as growth",
    ),
    Mutant(
        name="resynchronisation_takes_nothing_over",
        rules=("R98",),
        file="daemon/growth.py",
        old="return Outcome(True), _add(config, node, card, eni, answer), now",
        new="return Outcome(True), node, now",
        why="the addresses EC2 has enter the store",
    ),
    Mutant(
        name="satisfied_pool_asks_for_zero_addresses",
        rules=("R98",),
        file="daemon/growth.py",
        old="""\
    if wanted == 0:
        return Outcome(False), node, now
""",
        new="",
        why="nothing is asked for when short has become 0",
    ),
    Mutant(
        name="enis_are_extended_in_order_of_their_ids",
        rules=("R98",),
        file="daemon/growth.py",
        old='choose(node, OneOf(candidates), "R188"',
        new='choose(node, OneOf(candidates[:1]), "R188"',
        why="any ENI with a free slot may be tried first",
    ),
    Mutant(
        name="prefix_mode_wants_a_full_eni",
        rules=("R99",),
        file="daemon/growth.py",
        old="""\
    if config.prefix_mode:
        return measure.prefixes_needed(config, card, pool)
""",
        new="",
        why="in prefix mode R108 says how much is wanted",
    ),
    Mutant(
        name="prefix_mode_does_not_grow_when_short_is_zero",
        rules=("R99", "R108"),
        file="daemon/growth.py",
        old="""\
        return measure.prefixes_needed(config, card, pool)
    targets""",
        new="""\
        return measure.balance(config, card, pool).short
    targets""",
        why="in prefix mode at least 1 is wanted, without a test for zero",
    ),
    Mutant(
        name="free_prefixes_do_not_lower_the_need",
        rules=("R108",),
        file="rules/growth.py",
        old="positive(k, warm_prefix - free_prefixes)), 1)",
        new="warm_prefix + 0 * free_prefixes), 1)",
        why="Wp - F prefixes are needed",
    ),
    Mutant(
        name="no_prefix_is_needed_at_the_target",
        rules=("R108",),
        file="rules/growth.py",
        old="return k.max(k.ite(warm_ip, short, positive(k, warm_prefix - free_prefixes)), 1)",
        new="return k.ite(warm_ip, short, positive(k, warm_prefix - free_prefixes))",
        why="at least 1 either way",
    ),
    Mutant(
        name="warm_prefix_target_is_needed_under_a_warm_ip_target",
        rules=("R108",),
        file="rules/growth.py",
        old="return k.max(k.ite(warm_ip, short, positive(k, warm_prefix - free_prefixes)), 1)",
        new="return k.max(k.max(short, positive(k, warm_prefix - free_prefixes)), 1)",
        why="short decides where a warm IP target is in force",
    ),
)
