"""Mutants of IPv6 nodes (R13, R24, R29, R31, R56, R58, R60, R68, R70, R102, R107, R109, R116)."""

from typing import Final

from tools.mutants.mutant import Mutant

MUTANTS: Final = (
    Mutant(
        name="ipv6_enis_are_marked_as_excluded",
        rules=("R13",),
        file="daemon/setup.py",
        old="if excluded and not config.ipv6:",
        new="if excluded:",
        why="in IPv6 mode no record is ever marked",
    ),
    Mutant(
        name="removed_ipv6_prefix_leaves_the_counters",
        rules=("R24",),
        file="daemon/datastore.py",
        old="never = config.quirk(Quirk.IPV6_NEVER_SUBTRACTED)",
        new="never = not config.quirk(Quirk.IPV6_NEVER_SUBTRACTED)",
        why="IPv6 CIDRs of a removed ENI are never subtracted",
    ),
    Mutant(
        name="ipv6_statistics_count_cooling_addresses",
        rules=("R29",),
        file="state.py",
        old="if not (eni.excluded or cidr.network.ipv6) and self.relevant(cidr)",
        new="if not eni.excluded and self.relevant(cidr)",
        why="IPv6 statistics do not count cooling addresses",
    ),
    Mutant(
        name="ipv6_prefix_counts_as_free_prefix",
        rules=("R29", "R30"),
        file="state.py",
        old="""\
if not cidr.network.ipv6:
                free += 1""",
        new="""\
if True:
                free += 1""",
        why="only IPv4 prefixes are free prefixes",
    ),
    Mutant(
        name="pods_with_ipv6_addresses_hold_an_eni",
        rules=("R31",),
        file="state.py",
        old="if cidr.in_use() and not cidr.network.ipv6:",
        new="if cidr.in_use():",
        why="IPv6 CIDRs are not looked at",
    ),
    Mutant(
        name="ipv6_enis_in_excluded_subnets_are_set_up",
        rules=("R56",),
        file="daemon/init.py",
        old="    left = tuple(eni for eni in attached if eni.id not in dropped)\n",
        new="    left = attached\n",
        why="an ENI in an excluded subnet is dropped",
    ),
    Mutant(
        name="subnets_of_ipv6_enis_are_looked_up_without_discovery",
        rules=("R56",),
        file="daemon/init.py",
        old="    if config.ipv6 and config.settings.subnet_discovery:\n",
        new="    if config.ipv6:\n",
        why="without subnet discovery nothing is looked up",
    ),
    Mutant(
        name="failed_look_up_keeps_an_ipv6_eni",
        rules=("R56",),
        file="daemon/init.py",
        old="""\
        if isinstance(excluded, Failed):
            return excluded, node, now
        if excluded:
            dropped.add(eni.id)
""",
        new="""\
        if excluded is True:
            dropped.add(eni.id)
""",
        why="a failed lookup ends the start",
    ),
    Mutant(
        name="ipv6_node_without_usable_eni_stays_so",
        rules=("R56",),
        file="daemon/init.py",
        old="    if not left:\n",
        new="    if not attached:\n",
        why="one ENI is created if none is left",
    ),
    Mutant(
        name="failed_creation_of_the_only_ipv6_eni_is_ignored",
        rules=("R56",),
        file="daemon/init.py",
        old="""\
        error, node, now = yield from try_new_eni(config, node, now, 0)
        if error is not None:
            return error, node, now
""",
        new="""\
        _, node, now = yield from try_new_eni(config, node, now, 0)
""",
        why="a failed creation ends the start",
    ),
    Mutant(
        name="secondary_addresses_enter_the_ipv6_store",
        rules=("R58",),
        file="daemon/setup.py",
        old="""\
    if config.ipv6:
        return None, node, now
""",
        new="",
        why="IPv4 addresses are for IPv4 nodes",
    ),
    Mutant(
        name="trunk_eni_gets_an_ipv6_prefix",
        rules=("R58", "R60"),
        file="daemon/setup.py",
        old="    if config.ipv6 and not trunk:\n",
        new="    if config.ipv6:\n",
        why="a trunk ENI gets no prefix",
    ),
    Mutant(
        name="ipv6_prefix_is_always_assigned",
        rules=("R60",),
        file="daemon/setup.py",
        old="    if not prefixes:\n        prefixes, node",
        new="    if True:\n        prefixes, node",
        why="a prefix that is there is used",
    ),
    Mutant(
        name="every_ipv6_prefix_of_an_eni_is_used",
        rules=("R60",),
        file="daemon/setup.py",
        old="eni.id, prefixes[:1], prefix=True)",
        new="eni.id, prefixes, prefix=True)",
        why="only the first is used",
    ),
    Mutant(
        name="last_ipv6_prefix_of_an_eni_is_used",
        rules=("R60",),
        file="daemon/setup.py",
        old="eni.id, prefixes[:1], prefix=True)",
        new="eni.id, prefixes[-1:], prefix=True)",
        why="the first one listed is used",
    ),
    Mutant(
        name="failed_ipv6_prefix_does_not_fail_the_set_up",
        rules=("R60",),
        file="daemon/setup.py",
        old="""\
        error, node, now = yield from take_ipv6_prefix(node, now, eni)
        if error is not None:
            return error, node, now
""",
        new="""\
        _, node, now = yield from take_ipv6_prefix(node, now, eni)
""",
        why="a failure of either call ends the set-up",
    ),
    Mutant(
        name="empty_cards_of_ipv6_nodes_stay_empty",
        rules=("R68",),
        file="daemon/init.py",
        old="        if not store.enis and measure.room_for_eni(config, node, store):\n",
        new="        if store.enis and measure.room_for_eni(config, node, store):\n",
        why="a managed card above 0 whose store is empty gets an ENI",
    ),
    Mutant(
        name="card_0_of_ipv6_nodes_is_filled_too",
        rules=("R68",),
        file="daemon/init.py",
        old="for card in [store.card for store in node.stores if store.card > 0]:",
        new="for card in [store.card for store in node.stores]:",
        why="card 0 is not touched",
        tests=("tests/rules/test_ipv6.py",),
    ),
    Mutant(
        name="ipv6_cards_are_filled_without_room",
        rules=("R68", "R33"),
        file="daemon/init.py",
        old="        if not store.enis and measure.room_for_eni(config, node, store):\n",
        new="        if not store.enis:\n",
        why="the card must have room",
    ),
    Mutant(
        name="cordoned_ipv6_node_grows_at_init",
        rules=("R68", "R51"),
        file="daemon/init.py",
        old="""\
    suppressed, node, now = yield from enis_frozen(config, node, now)
    if suppressed:
        return node, now
    for card""",
        new="    for card",
        why="a frozen node grows nothing",
    ),
    Mutant(
        name="ipv6_node_is_updated",
        rules=("R70",),
        file="daemon/pool.py",
        old="    if config.ipv6 or not measure.provisions(config):\n",
        new="    if not measure.provisions(config):\n",
        why="the loop ends: no growth, no shrink",
    ),
    Mutant(
        name="ipv6_node_is_reconciled",
        rules=("R70",),
        file="daemon/reconcile.py",
        old="    if config.ipv6 or not due(config, node, now):\n",
        new="    if not due(config, node, now):\n",
        why="the loop ends: no reconcile",
    ),
    Mutant(
        name="ipv6_node_waits_for_a_trunk_for_ever",
        rules=("R70",),
        file="daemon/pool.py",
        old="""\
    if not node.awaits_trunk:
        return node
""",
        new="",
        why="the wait ends when a trunk is set up, and is not begun without ENABLE_POD_ENI",
    ),
    Mutant(
        name="trunk_of_an_ipv6_node_is_not_set_up",
        rules=("R70",),
        file="daemon/pool.py",
        old="        if eni.id == described.trunk and eni.card in cards:\n",
        new="        if eni.id == described.trunk and eni.card not in cards:\n",
        why="the trunk ENI that is found is set up",
    ),
    Mutant(
        name="trunk_on_another_card_does_not_end_the_wait",
        rules=("R70",),
        file="daemon/pool.py",
        old="        if eni.id == described.trunk and eni.card in cards:\n",
        new="        if eni.id == described.trunk and eni.card == 0:\n",
        why="the trunk ENI may be on any card",
        tests=("tests/rules/test_ipv6.py",),
    ),
    Mutant(
        name="record_of_a_trunk_ends_the_wait_of_an_ipv6_node",
        rules=("R70",),
        file="daemon/pool.py",
        old="            return evolve(node, awaits_trunk=error is not None)\n",
        new="            return evolve(node, awaits_trunk=not node.store(eni.card).trunk())\n",
        why="only a set-up without an error ends the wait",
        tests=("tests/rules/test_ipv6.py",),
    ),
    Mutant(
        name="new_ipv6_eni_gets_no_address",
        rules=("R102",),
        file="aws_layer.py",
        old="    if ipv6 and count:\n",
        new="    if ipv6 and not count:\n",
        why="an ENI for IPv6 is created with one IPv6 address",
    ),
    Mutant(
        name="new_ipv6_eni_takes_prefixes_of_the_subnet",
        rules=("R102",),
        file="aws_layer.py",
        old="offer(ec2, subnet, 0 if ipv6 else count, grants, prefixes=prefixes)",
        new="offer(ec2, subnet, count, grants, prefixes=prefixes)",
        why="IPv6 addresses do not come out of the subnet's IPv4 addresses",
    ),
    Mutant(
        name="new_ipv6_eni_is_as_large_as_an_ipv4_one",
        rules=("R107",),
        file="daemon/growth.py",
        old="    if config.ipv6:\n        return 1\n",
        new="",
        why="in IPv6 mode one address is asked for",
    ),
    Mutant(
        name="wait_for_an_ipv6_eni_looks_for_ipv4_addresses",
        rules=("R109",),
        file="aws_layer.py",
        old="            if request.ipv6:\n",
        new="            if request.ipv6 and request.prefixes:\n",
        why="the IPv6 address is what is waited for",
    ),
    Mutant(
        name="ipv6_pods_do_not_get_the_lowest_address",
        rules=("R113", "R116"),
        file="daemon/datastore.py",
        old="    if not records:\n        return (network.address,)\n",
        new="    if not records:\n        return (network.address + (network.size > 16),)\n",
        why="the lowest address without a record is given, the prefix's own first",
    ),
    Mutant(
        name="ipv6_prefixes_serve_no_pods",
        rules=("R116",),
        file="daemon/pods.py",
        old="                if cidr.is_prefix == prefix_mode:\n",
        new="                if cidr.is_prefix == prefix_mode and not cidr.network.ipv6:\n",
        why="an IPv6 address is chosen among the IPv6 prefixes",
    ),
    Mutant(
        name="ipv6_node_with_several_unusable_enis_stays_so",
        rules=("R56",),
        file="daemon/init.py",
        old="    if not left:\n",
        new="    if not left and len(attached) < 2:\n",
        why="one ENI is created if none is left, however many there were",
        tests=("tests/rules/test_ipv6.py",),
    ),
)
