"""Mutants of the start of the daemon (R9, R42, R53-R66)."""

from typing import Final

from tools.mutants.mutant import Mutant

_RECOVER = "    if error is None:\n        error, node, now = yield from recover(node, now)\n"
_CLEAN = (
    "        node, now = yield from clean_excluded(config, node, now)\n"
    "        node, now = yield from clean_other_mode(config, node, now)\n"
)

MUTANTS: Final = (
    Mutant(
        name="init_creates_a_second_store",
        rules=("R9",),
        file="daemon/init.py",
        old="for card in range(config.cards) if",
        new="for card in range(config.cards + 1) if",
        why="one data store per managed card",
    ),
    Mutant(
        name="store_mode_is_the_prefix_flag",
        rules=("R9", "R27"),
        file="daemon/init.py",
        old="""\
    prefixes = config.prefix_mode or config.ipv6
""",
        new="""\
    prefixes = config.ipv6
""",
        why="the store takes the mode at its creation",
    ),
    Mutant(
        name="max_pods_is_always_110",
        rules=("R42",),
        file="daemon/init.py",
        old="return evolve(node, max_pods=max_pods)",
        new="return evolve(node, max_pods=110)",
        why="the node's pod capacity counts",
    ),
    Mutant(
        name="starts_after_all",
        rules=("R53",),
        file="daemon/init.py",
        old="return Started(node) if error is None else Exited(error)",
        new="return Started(node)",
        why="an error that is not expressly ignored ends the process",
    ),
    Mutant(
        name="refused_settings_start",
        rules=("R53", "R43"),
        file="daemon/init.py",
        old="""\
    if refused(config):
        return Exited(Failed(REFUSED))
""",
        new="",
        why="validity is asked before anything is touched",
    ),
    Mutant(
        name="clean_ups_come_before_recovery",
        rules=("R53", "R63", "R64"),
        file="daemon/init.py",
        old="""\
    if error is None:
        error, node, now = yield from recover(node, now)
    if error is None:
        if not config.ipv6:
            node, now = yield from clean_excluded(config, node, now)
            node, now = yield from clean_other_mode(config, node, now)
""",
        new="""\
    if error is None:
        if not config.ipv6:
            node, now = yield from clean_excluded(config, node, now)
            node, now = yield from clean_other_mode(config, node, now)
    if error is None:
        error, node, now = yield from recover(node, now)
    if error is None:
""",
        why="assignments are recovered first, so that CIDRs of running pods are not cleaned up",
    ),
    Mutant(
        name="init_uses_unmanaged_enis",
        rules=("R55",),
        file="daemon/init.py",
        old="node = evolve(classify(config, node, described), efa_only=described.efa_only)",
        new="node = evolve(node, efa_only=described.efa_only)",
        why="the ENIs are classified before they are filtered",
    ),
    Mutant(
        name="init_tags_the_trunk_eni",
        rules=("R57",),
        file="daemon/init.py",
        old="""\
        if not trunk and measure.provisions(config):
""",
        new="""\
        if measure.provisions(config):
""",
        why="a trunk ENI is not tagged",
    ),
    Mutant(
        name="init_tags_without_provisioning",
        rules=("R57", "R52"),
        file="daemon/init.py",
        old="""\
        if not trunk and measure.provisions(config):
""",
        new="""\
        if not trunk:
""",
        why="nothing is tagged with provisioning disabled",
    ),
    Mutant(
        name="failed_tagging_at_init_is_ignored",
        rules=("R57",),
        file="daemon/init.py",
        old="""\
            if isinstance(tagged, Failed):
                return tagged, node, now
""",
        new="""\
            if isinstance(tagged, Failed):
                continue
""",
        why="a failure to tag ends the start",
    ),
    Mutant(
        name="set_up_is_tried_once",
        rules=("R57",),
        file="rules/timing.py",
        old="SETUP_ATTEMPTS: Final = 6",
        new="SETUP_ATTEMPTS: Final = 1",
        why="up to 6 attempts",
    ),
    Mutant(
        name="set_up_is_tried_seven_times",
        rules=("R57",),
        file="rules/timing.py",
        old="SETUP_ATTEMPTS: Final = 6",
        new="SETUP_ATTEMPTS: Final = 7",
        why="up to 6 attempts",
    ),
    Mutant(
        name="set_up_attempts_are_5_s_apart",
        rules=("R57",),
        file="rules/timing.py",
        old="SETUP_RETRY_DELAY: Final = 10 * SECOND",
        new="SETUP_RETRY_DELAY: Final = 5 * SECOND",
        why="10 s between two attempts",
    ),
    Mutant(
        name="missing_link_is_waited_for",
        rules=("R57",),
        file="daemon/init.py",
        old="""\
        if error is None or error.code == Code.LINK_NOT_FOUND:
""",
        new="""\
        if error is None:
""",
        why="a missing host link ends the attempts at once",
    ),
    Mutant(
        name="eni_that_cannot_be_set_up_ends_the_start",
        rules=("R57",),
        file="daemon/init.py",
        old="""\
        node, now = yield from set_up_with_retry(node, now, eni, set_up)
    return None, node, now
""",
        new="""\
        node, now = yield from set_up_with_retry(node, now, eni, set_up)
        if node.store(eni.card).eni(eni.id) is None:
            return Failed(Code.TIMEOUT), node, now
    return None, node, now
""",
        why="init goes on with the next ENI",
    ),
    Mutant(
        name="eni_without_route_table_enters_the_store",
        rules=("R58",),
        file="daemon/setup.py",
        old="""\
    if isinstance(found, Failed):
        return Failed(Code.NO_ROUTE_TABLE), node, now
""",
        new="",
        why="without a route table nothing is stored",
    ),
    Mutant(
        name="failed_exclusion_test_removes_the_record",
        rules=("R58",),
        file="daemon/setup.py",
        old="""\
        if isinstance(excluded, Failed):
            return excluded, node, now
""",
        new="""\
        if isinstance(excluded, Failed):
            store = datastore.remove_eni(node.store(eni.card), eni.id)
            return excluded, datastore.put_store(node, store), now
""",
        why="a failing exclusion test leaves the bare record",
    ),
    Mutant(
        name="failed_exclusion_test_is_ignored",
        rules=("R58",),
        file="daemon/setup.py",
        old="""\
        if isinstance(excluded, Failed):
            return excluded, node, now
        if excluded and not config.ipv6:
""",
        new="""\
        if excluded is True and not config.ipv6:
""",
        why="a failing exclusion test ends the set-up",
    ),
    Mutant(
        name="exclusion_is_tested_without_discovery",
        rules=("R58", "R13"),
        file="daemon/setup.py",
        old="""\
    if config.settings.subnet_discovery:
        excluded, node""",
        new="""\
    if config.settings.ipv4:
        excluded, node""",
        why="the exclusion test belongs to subnet discovery",
    ),
    Mutant(
        name="host_networking_of_the_primary_eni_is_set_up",
        rules=("R58",),
        file="daemon/setup.py",
        old="""\
    if not eni.primary:
        linked, node""",
        new="""\
    if not trunk:
        linked, node""",
        why="host networking is that of secondary ENIs",
    ),
    Mutant(
        name="failed_host_networking_keeps_the_record",
        rules=("R58",),
        file="daemon/setup.py",
        old="""\
            if known is not None:
                store = datastore.remove_eni_by_force(config, store, known)
            return linked""",
        new="            return linked",
        why="a failure of host networking removes the record",
    ),
    Mutant(
        name="failed_host_networking_is_ignored",
        rules=("R58",),
        file="daemon/setup.py",
        old="""\
        if isinstance(linked, Failed):
""",
        new="""\
        if isinstance(linked, Failed) and linked.code == "":
""",
        why="a failure of host networking ends the set-up",
    ),
    Mutant(
        name="set_up_takes_only_the_kind_of_the_mode",
        rules=("R58",),
        file="daemon/setup.py",
        old="""\
    store = datastore.add_cidrs(store, eni.id, eni.prefixes, prefix=True)
""",
        new="""\
    if config.prefix_mode:
        store = datastore.add_cidrs(store, eni.id, eni.prefixes, prefix=True)
""",
        why="addresses and prefixes enter the store whatever the mode",
    ),
    Mutant(
        name="primary_address_becomes_a_pod_address",
        rules=("R58",),
        file="daemon/setup.py",
        old="tuple(Network(address, 1) for address in eni.addresses)",
        new="tuple(Network(address, 1) for address in (eni.primary_address, *eni.addresses))",
        why="only secondary addresses enter the store",
    ),
    Mutant(
        name="unreadable_checkpoint_counts_as_empty",
        rules=("R61",),
        file="daemon/init.py",
        old="""\
        if isinstance(entries, Failed):
            return entries, node, now
""",
        new="""\
        if isinstance(entries, Failed):
            continue
""",
        why="an unreadable checkpoint ends the start",
    ),
    Mutant(
        name="vanished_pods_are_recovered",
        rules=("R61",),
        file="daemon/init.py",
        old="""\
                if not exists:
                    continue
""",
        new="",
        why="entries of named pods without host veth are dropped",
    ),
    Mutant(
        name="nameless_entries_are_dropped",
        rules=("R61",),
        file="daemon/init.py",
        old="""\
            if entry.pod.name:
                exists""",
        new="""\
            if not entry.pod.name:
                continue
            if entry.pod.name:
                exists""",
        why="entries without pod name are kept unchecked",
        tests=("tests/rules",),
    ),
    Mutant(
        name="nameless_entries_need_a_veth",
        rules=("R61",),
        file="daemon/init.py",
        old="""\
            if entry.pod.name:
                exists""",
        new="""\
            if entry is not None:
                exists""",
        why="entries without pod name are kept unchecked",
        tests=("tests/rules",),
    ),
    Mutant(
        name="excluded_enis_are_not_searched",
        rules=("R61",),
        file="daemon/init.py",
        old="""\
for eni, cidr in store.cidrs() if entry.address in cidr.network
""",
        new="""\
for eni, cidr in store.cidrs()
        if entry.address in cidr.network and not eni.excluded
""",
        why="an address is looked for in any CIDR, excluded ENIs included",
    ),
    Mutant(
        name="recovery_looks_in_the_first_cidr_only",
        rules=("R61",),
        file="daemon/init.py",
        old='choose(node, OneOf(homes), "R61"',
        new='choose(node, OneOf(homes[-1:]), "R61"',
        why="any CIDR that contains the address may be the home",
        tests=("tests/rules",),
    ),
    Mutant(
        name="doubly_assigned_address_is_ignored",
        rules=("R61",),
        file="daemon/init.py",
        old="""\
        return Failed(DUPLICATE_ADDRESS), node, now
""",
        new="""\
        return None, node, now
""",
        why="an address that already has a record ends the start",
        tests=("tests/rules",),
    ),
    Mutant(
        name="address_in_no_cidr_ends_the_start",
        rules=("R61",),
        file="daemon/init.py",
        old="""\
    if not homes:
        return None, node, now
""",
        new="""\
    if not homes:
        return Failed(DUPLICATE_ADDRESS), node, now
""",
        why="addresses in no CIDR are dropped",
    ),
    Mutant(
        name="checkpoint_is_not_rewritten",
        rules=("R61",),
        file="daemon/init.py",
        old="""\
        _, node, now = yield from call(node, WriteCheckpoint(card, holdings), "R61")
""",
        new="""\
        del holdings
""",
        why="after recovery the checkpoint is rewritten: dropped entries are gone for good",
        tests=("tests/rules",),
    ),
    Mutant(
        name="recovered_assignment_starts_now",
        rules=("R61",),
        file="daemon/init.py",
        old="datastore.recover(store, eni, cidr, entry.address, entry.pod, entry.assigned_at)",
        new="datastore.recover(store, eni, cidr, entry.address, entry.pod, now)",
        why="an entry keeps its instant",
        tests=("tests/rules",),
    ),
    Mutant(
        name="excluded_enis_keep_their_cidrs_at_start",
        rules=("R63",),
        file="daemon/init.py",
        old="""\
        node, now = yield from clean_excluded(config, node, now)
""",
        new="",
        why="excluded ENIs lose their unassigned CIDRs at start",
    ),
    Mutant(
        name="clean_up_of_excluded_enis_takes_the_other_kind",
        rules=("R63",),
        file="daemon/cleanup.py",
        old='_clean(node, now, card, ids, prefixes=config.prefix_mode, rule="R63")',
        new='_clean(node, now, card, ids, prefixes=not config.prefix_mode, rule="R63")',
        why="CIDRs of the mode's kind are cleaned up",
    ),
    Mutant(
        name="clean_up_of_excluded_enis_takes_all_enis",
        rules=("R63",),
        file="daemon/cleanup.py",
        old="ids = [eni.id for eni in node.store(card).enis if eni.excluded]",
        new="ids = [eni.id for eni in node.store(card).enis if eni.excluded or not eni.primary]",
        why="only excluded ENIs are cleaned up",
    ),
    Mutant(
        name="other_mode_is_not_cleaned_up",
        rules=("R64",),
        file="daemon/init.py",
        old="""\
        node, now = yield from clean_other_mode(config, node, now)
""",
        new="",
        why="at start every ENI loses the unassigned CIDRs of the other mode",
    ),
    Mutant(
        name="prefixes_are_not_cleaned_up_in_secondary_address_mode",
        rules=("R64",),
        file="daemon/cleanup.py",
        old='node, now, card, ids, prefixes=not config.prefix_mode, rule="R64"',
        new='node, now, card, ids, prefixes=False, rule="R64"',
        why="the other mode's kind is cleaned up, whichever that is",
    ),
    Mutant(
        name="clean_ups_are_remembered_like_releases",
        rules=("R64", "R63"),
        file="daemon/cleanup.py",
        old="""\
    request = UnassignPrivateIpAddresses(eni_id, networks, prefixes)
""",
        new="""\
    from ipam_model.daemon.shrink import remember_releases

    node = remember_releases(node, list(networks), now)
    request = UnassignPrivateIpAddresses(eni_id, networks, prefixes)
""",
        why="clean-ups do not enter the memory of released CIDRs",
    ),
    Mutant(
        name="cleaned_up_cidrs_stay_in_the_store",
        rules=("R64", "R63", "R127"),
        file="daemon/cleanup.py",
        old="""\
        store = datastore.delete_cidr(store, eni_id, network, force=False) or store
""",
        new="""\
        assert network
""",
        why="clean-ups take the CIDRs from the store and from EC2",
    ),
    Mutant(
        name="failed_refresh_of_security_groups_is_ignored",
        rules=("R65",),
        file="daemon/init.py",
        old="""\
        if isinstance(refreshed, Failed):
            return refreshed, node, now
""",
        new="",
        why="a failure to refresh the security groups ends the start",
    ),
    Mutant(
        name="security_groups_are_refreshed_without_provisioning",
        rules=("R65", "R52"),
        file="daemon/init.py",
        old="""\
    if measure.provisions(config):
        refreshed, node""",
        new="""\
    if config.settings.ipv4:
        refreshed, node""",
        why="not with provisioning disabled",
        tests=("tests/rules",),
    ),
    Mutant(
        name="failed_announcement_of_custom_networking_is_ignored",
        rules=("R65",),
        file="daemon/init.py",
        old="""\
        if isinstance(announced, Failed):
            return announced, node, now
""",
        new="",
        why="where branch ENIs are on, a failure to announce custom networking ends the start",
    ),
    Mutant(
        name="trunk_is_announced_without_a_free_slot",
        rules=("R48", "R65"),
        file="daemon/measure.py",
        old="return awaiting_trunk(config, node) and (config.ipv6 or free)",
        new="return awaiting_trunk(config, node)",
        why="a missing trunk ENI is announced only while a slot is free for it",
    ),
    Mutant(
        name="trunk_of_an_ipv6_node_needs_a_free_slot",
        rules=("R48",),
        file="daemon/measure.py",
        old="return awaiting_trunk(config, node) and (config.ipv6 or free)",
        new="return awaiting_trunk(config, node) and free",
        why="in IPv6 mode the trunk ENI is announced whether or not a slot is free",
        tests=("tests/rules/test_ipv6.py",),
    ),
    Mutant(
        name="veths_are_found_by_their_sandbox",
        rules=("R61",),
        file="environment.py",
        old="return request.pod.name in world.veths.values()",
        new="return request.pod.key in world.veths",
        why="a host veth is named after the pod, whichever sandbox it was made for",
        tests=("tests/rules",),
    ),
    Mutant(
        name="unreadable_max_pods_counts_as_110",
        rules=("R65", "R42"),
        file="daemon/init.py",
        old="""\
    if isinstance(max_pods, Failed):
        return max_pods, node, now
""",
        new="""\
    if isinstance(max_pods, Failed):
        max_pods = 110
""",
        why="a failure to read max pods ends the start",
    ),
    Mutant(
        name="full_pool_grows_at_init",
        rules=("R66",),
        file="daemon/init.py",
        old="""\
        if measure.too_low(config, node, store.card, totals(store))
""",
        new="",
        why="only a low card grows",
    ),
    Mutant(
        name="nothing_grows_at_init",
        rules=("R66",),
        file="daemon/init.py",
        old="""\
            error, node, now = yield from (first_growth or grow_once)(config, node, now)
""",
        new="""\
            error = None
""",
        why="every low card grows once before the node is ready",
    ),
    Mutant(
        name="failed_first_growth_is_ignored",
        rules=("R66",),
        file="daemon/init.py",
        old="""\
        if error is not None:
            return error, node, now
        if config.settings.custom_networking and""",
        new="        if config.settings.custom_networking and",
        why="an error of the first growth step ends the start",
    ),
    Mutant(
        name="custom_networking_starts_with_an_empty_pool",
        rules=("R66",),
        file="daemon/init.py",
        old="""\
            return Failed(EMPTY_POOL), node, now
""",
        new="""\
            return None, node, now
""",
        why="an empty pool with custom networking ends the start",
    ),
    Mutant(
        name="init_grows_to_the_target",
        rules=("R66",),
        file="daemon/init.py",
        old="""\
        low = tuple(each for each in low if each != card)
""",
        new="""\
        low = tuple(each for each in low if each != card)
        _, node, now = yield from increase(config, node, now, card)
""",
        why="one growth step per card",
    ),
)
