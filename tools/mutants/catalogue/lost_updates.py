"""Mutants that go on with the memory from before a call: what pods did meanwhile is lost.

The daemon's store is shared with the pod requests, which are served while the pool manager waits
(R71, R194). Each mutant drops the node that a `yield` returns and keeps the old one.
"""

from typing import Final

from tools.mutants.mutant import Mutant

_WHY = "pods that come and go during the call are forgotten"

MUTANTS: Final = (
    Mutant(
        name="lost_update_while_addresses_are_assigned",
        rules=("R98", "R99"),
        file="daemon/growth.py",
        old="""\
    answer, node, now = yield from call(
        node, AssignPrivateIpAddresses(eni_id, count, prefixes), "R98"
    )
""",
        new="""\
    answer, _, now = yield from call(
        node, AssignPrivateIpAddresses(eni_id, count, prefixes), "R98"
    )
""",
        why=_WHY,
    ),
    Mutant(
        name="lost_update_while_one_address_is_assigned",
        rules=("R98",),
        file="daemon/growth.py",
        old="""\
        answer, node, now = yield from call(
            node, AssignPrivateIpAddresses(eni_id, 1, prefixes), "R98"
        )
""",
        new="""\
        answer, _, now = yield from call(
            node, AssignPrivateIpAddresses(eni_id, 1, prefixes), "R98"
        )
""",
        why=_WHY,
    ),
    Mutant(
        name="lost_update_while_addresses_are_resynchronised",
        rules=("R98",),
        file="daemon/growth.py",
        old="""\
    answer, node, now = yield from call(node, GetAddressesFromEC2(eni, config.prefix_mode), "R98")
""",
        new="""\
    answer, _, now = yield from call(node, GetAddressesFromEC2(eni, config.prefix_mode), "R98")
""",
        why=_WHY,
    ),
    Mutant(
        name="lost_update_while_an_eni_is_created",
        rules=("R101",),
        file="daemon/growth.py",
        old="""\
    created, node, now = yield from call(node, request, "R101")
""",
        new="""\
    created, _, now = yield from call(node, request, "R101")
""",
        why=_WHY,
    ),
    Mutant(
        name="lost_update_while_waiting_for_an_eni",
        rules=("R101",),
        file="daemon/growth.py",
        old="""\
    attached, node, now = yield from call(node, shown, "R109")
""",
        new="""\
    attached, _, now = yield from call(node, shown, "R109")
""",
        why=_WHY,
    ),
    Mutant(
        name="lost_update_while_exclusion_is_tested",
        rules=("R58",),
        file="daemon/setup.py",
        old="        excluded, node, now = yield from call(",
        new="        excluded, _, now = yield from call(",
        why=_WHY,
    ),
    Mutant(
        name="lost_update_while_host_networking_is_set_up",
        rules=("R58",),
        file="daemon/setup.py",
        old="        linked, node, now = yield from call(",
        new="        linked, _, now = yield from call(",
        why=_WHY,
    ),
    Mutant(
        name="lost_update_while_an_eni_is_freed",
        rules=("R135",),
        file="daemon/shrink.py",
        old="""\
    _, node, now = yield from call(node, FreeENI(chosen), "R135")
""",
        new="""\
    _, _, now = yield from call(node, FreeENI(chosen), "R135")
""",
        why=_WHY,
    ),
    Mutant(
        name="lost_update_while_addresses_are_released",
        rules=("R141",),
        file="daemon/shrink.py",
        old="""\
            _, node, now = yield from call(
                node, Unassign""",
        new="""\
            _, _, now = yield from call(
                node, Unassign""",
        why=_WHY,
    ),
    Mutant(
        name="lost_update_while_imds_lists_the_enis",
        rules=("R147",),
        file="daemon/reconcile.py",
        old="    listed, node, now = yield from call(",
        new="    listed, _, now = yield from call(",
        why=_WHY,
    ),
    Mutant(
        name="lost_update_while_enis_are_described",
        rules=("R149",),
        file="daemon/reconcile.py",
        old="""\
    answer, node, now = yield from call(node, DescribeAllENIs(), "R149")
""",
        new="""\
    answer, _, now = yield from call(node, DescribeAllENIs(), "R149")
""",
        why=_WHY,
    ),
    Mutant(
        name="lost_update_while_an_eni_is_tagged",
        rules=("R150",),
        file="daemon/reconcile.py",
        old="""\
        tagged, node, now = yield from call(node, TagENI(eni.id), "R150")
""",
        new="""\
        tagged, _, now = yield from call(node, TagENI(eni.id), "R150")
""",
        why=_WHY,
    ),
    Mutant(
        name="lost_update_while_ec2_lists_the_addresses",
        rules=("R152", "R153"),
        file="daemon/reconcile.py",
        old="""\
        fetched, node, now = yield from call(
            node, GetAddressesFromEC2(eni.id, prefixes), "R153" if""",
        new="""\
        fetched, _, now = yield from call(
            node, GetAddressesFromEC2(eni.id, prefixes), "R153" if""",
        why=_WHY,
    ),
    Mutant(
        name="lost_update_while_a_release_is_confirmed",
        rules=("R154",),
        file="daemon/reconcile.py",
        old="""\
                fetched, node, now = yield from call(
                    node, GetAddressesFromEC2(eni.id, prefixes), "R154"
""",
        new="""\
                fetched, _, now = yield from call(
                    node, GetAddressesFromEC2(eni.id, prefixes), "R154"
""",
        why=_WHY,
        tests=("tests/rules",),
    ),
    Mutant(
        name="release_uses_the_list_from_before_the_calls",
        rules=("R138",),
        file="daemon/shrink.py",
        old="""\
    while over > 0:
        free = {
            eni.id: releasable(config, eni, now)
            for eni in node.store(card).enis
""",
        new="""\
    start = node.store(card)
    while over > 0:
        free = {
            eni.id: releasable(config, eni, now)
            for eni in start.enis
""",
        why="the CIDRs without pods are looked up when each ENI's turn comes",
        tests=("tests/rules",),
    ),
)
