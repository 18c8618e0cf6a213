"""Mutants of what v1.7 does differently (H3-H27): today's behaviour, and plain mistakes."""

from typing import Final

from tools.mutants.mutant import Mutant

_MEASURE: Final = "daemon/v1_7/measure.py"
_GROWTH: Final = "daemon/v1_7/growth.py"
_INIT: Final = "daemon/v1_7/init.py"
_POOL: Final = "daemon/v1_7/pool.py"
_SHRINK: Final = "daemon/v1_7/shrink.py"
_SETUP: Final = "daemon/v1_7/setup.py"
_RECONCILE: Final = "daemon/v1_7/reconcile.py"
_RECOVERY: Final = "daemon/v1_7/recovery.py"
_PODS: Final = "daemon/v1_7/pods.py"
_BRANCH_ENIS: Final = ("tests/rules/test_branch_enis.py",)

_FILL_LIMITS: Final = "    count = free_slots(config, eni) if eni is not None else 0\n"
_UNREAD: Final = """\
    if isinstance(found, Failed):
        return Outcome(True, found), node, now
"""
_FILL: Final = "    outcome, node, now = yield from fill_existing_eni(config, node, now)\n"
_AFTER_FILLING: Final = """\
    if outcome.grew:
        return evolve(node, last_pool_action=now), now
"""
_SECOND_TRY: Final = (
    "        error, node, now = yield from assign_addresses(config, node, now, eni_id, 1)\n"
)
_IMDS_FAILED: Final = """\
    if isinstance(listed, Failed):
        return Reconciled(True), node
"""
_RECENT: Final = """\
        if recently_released(config, node, network, now, pool):
            continue
"""
_LINK_FAILED: Final = """\
        if isinstance(linked, Failed):
            return linked, node, now
"""
_DECREASE_DONE: Final = "return evolve(node, last_decrease=began, last_pool_action=began), now"

MUTANTS: Final = (
    # H3
    Mutant(
        name="v1_7_stops_at_max_pods",
        rules=("H3",),
        file=_MEASURE,
        old="        too_low(config, pool),\n",
        new="        too_low(config, pool) and pool.total < 17,\n",
        why="growth does not stop at a number of addresses",
    ),
    Mutant(
        name="v1_7_zero_target_is_always_met",
        rules=("H3",),
        file=_MEASURE,
        old="        pool.available,\n        config.settings.warm_eni_target,\n",
        new="        pool.available + 1,\n        config.settings.warm_eni_target,\n",
        why="the available addresses are held against the target as they are",
    ),
    # H4
    Mutant(
        name="v1_7_extends_an_eni_by_what_is_short",
        rules=("H4",),
        file=_GROWTH,
        old=_FILL_LIMITS,
        new=_FILL_LIMITS + "    count = min(count, size_of_new_eni(config, node))\n",
        why="an existing ENI takes all its free slots; today it takes what is short",
    ),
    Mutant(
        name="v1_7_fills_a_new_eni",
        rules=("H4",),
        file=_GROWTH,
        old="    return growth.new_eni_size(INTS, False, defined, 0, short, config.slots)\n",
        new="    return growth.new_eni_size(INTS, False, False, 0, short, config.slots)\n",
        why="a new ENI gets what is short",
    ),
    Mutant(
        name="v1_7_sizes_a_new_eni_before_its_creation",
        rules=("H4",),
        file=_GROWTH,
        old="""\
    created, node, now = yield from call(node, CreateENI(subnet), "H9")
    if isinstance(created, Failed):
        return created, node, now
    count = size_of_new_eni(config, node)
""",
        new="""\
    count = size_of_new_eni(config, node)
    created, node, now = yield from call(node, CreateENI(subnet), "H9")
    if isinstance(created, Failed):
        return created, node, now
""",
        why="what is short is computed once the ENI is there",
    ),
    # H5, H18
    Mutant(
        name="v1_7_start_grows_only_a_low_pool",
        rules=("H5",),
        file=_INIT,
        old="        error, node, now = yield from fill_one_eni(config, node, now)\n",
        new="""\
        from ipam_model.daemon.v1_7.measure import decide

        if decide(config, node).low:
            error, node, now = yield from fill_one_eni(config, node, now)
""",
        why="a start fills an ENI even if the pool is not low",
    ),
    Mutant(
        name="v1_7_start_survives_a_failed_filling",
        rules=("H5",),
        file=_INIT,
        old="    return outcome.error, node, now\n",
        new="    return None, node, now\n",
        why="an error of the filling ends the start",
    ),
    Mutant(
        name="v1_7_start_forgets_the_clock",
        rules=("H5",),
        file=_INIT,
        old="    if outcome.error is None and outcome.grew:\n",
        new="    if outcome.error is not None:\n",
        why="filling an ENI sets the pool clock",
    ),
    Mutant(
        name="v1_7_start_fills_although_nothing_is_short",
        rules=("H18",),
        file=_GROWTH,
        old="candidates = () if targets_met(config, node) else growable_enis(config, node)",
        new="candidates = growable_enis(config, node)",
        why="with address targets an ENI is filled only if addresses are short",
    ),
    # H6, H8
    Mutant(
        name="v1_7_stops_after_a_failed_extension",
        rules=("H6",),
        file=_GROWTH,
        old=_AFTER_FILLING,
        new=_AFTER_FILLING + "    if outcome.error is not None:\n        return node, now\n",
        why="an ENI is created in the same step",
    ),
    Mutant(
        name="v1_7_creates_an_eni_beside_a_growing_one",
        rules=("H6",),
        file=_GROWTH,
        old=_AFTER_FILLING,
        new="""\
    if outcome.grew:
        node = evolve(node, last_pool_action=now)
""",
        why="an ENI is created only if the existing one did not grow",
    ),
    Mutant(
        name="v1_7_grows_while_terminating",
        rules=("H6",),
        file=_GROWTH,
        old="    if targets_met(config, node) or node.terminating:\n",
        new="    if targets_met(config, node):\n",
        why="a terminating daemon does not grow",
    ),
    Mutant(
        name="v1_7_waits_after_a_shortage",
        rules=("H8",),
        file=_GROWTH,
        old=_FILL,
        new="""\
    since = node.last_insufficient
    if since is not None and timing.backing_off(INTS, now, since):
        return node, now
"""
        + _FILL
        + """\
    if outcome.error is not None and outcome.error.code == Code.INSUFFICIENT_ADDRESSES:
        node = evolve(node, last_insufficient=now)
""",
        why="the next tick tries again",
    ),
    # H7, H19
    Mutant(
        name="v1_7_gives_up_after_one_failure",
        rules=("H7",),
        file=_GROWTH,
        old=_SECOND_TRY,
        new="        return error, node, now\n",
        why="a failed assignment is tried again with 1",
    ),
    Mutant(
        name="v1_7_asks_for_the_same_again",
        rules=("H7",),
        file=_GROWTH,
        old=_SECOND_TRY,
        new="        again = assign_addresses(config, node, now, eni_id, count)\n"
        "        error, node, now = yield from again\n",
        why="the second try asks for 1",
    ),
    Mutant(
        name="v1_7_limit_exceeded_is_a_failure",
        rules=("H7",),
        file=_GROWTH,
        old="    if isinstance(answer, Failed) and answer.code != Code.ADDRESS_LIMIT:\n",
        new="    if isinstance(answer, Failed):\n",
        why="PrivateIpAddressLimitExceeded counts as success",
    ),
    Mutant(
        name="v1_7_unread_addresses_are_no_growth",
        rules=("H19",),
        file=_GROWTH,
        old=_UNREAD,
        new=_UNREAD.replace("Outcome(True", "Outcome(False"),
        why="the step counts as growth, and no ENI is created",
    ),
    # H9
    Mutant(
        name="v1_7_looks_five_times",
        rules=("H9",),
        file=_GROWTH,
        old="    for look in range(timing.SETUP_ATTEMPTS):\n",
        new="    for look in range(timing.SETUP_ATTEMPTS - 1):\n",
        why="IMDS is looked at up to six times",
    ),
    Mutant(
        name="v1_7_waits_before_the_first_look",
        rules=("H9",),
        file=_GROWTH,
        old="        if look:\n",
        new="        if look + 1:\n",
        why="the first look is made at once",
    ),
    Mutant(
        name="v1_7_a_failed_look_ends_the_wait",
        rules=("H9",),
        file=_GROWTH,
        old="        if isinstance(listed, Failed):\n            continue\n",
        new="        if isinstance(listed, Failed):\n            return listed, node, now\n",
        why="a failed look counts like one in vain",
    ),
    Mutant(
        name="v1_7_waits_for_the_addresses_too",
        rules=("H9",),
        file=_GROWTH,
        old="            if eni.id == eni_id:\n",
        new="            if eni.id == eni_id and eni.addresses:\n",
        why="the ENI must be listed, not its addresses",
    ),
    Mutant(
        name="v1_7_gives_up_a_new_eni_without_addresses",
        rules=("H9",),
        file=_GROWTH,
        old="    _, node, now = yield from assign_addresses(config, node, now, created, count)\n",
        new="""\
    failed, node, now = yield from assign_addresses(config, node, now, created, count)
    if failed is not None:
        return failed, node, now
""",
        why="a failed assignment to a new ENI does not matter",
    ),
    Mutant(
        name="v1_7_looks_before_it_assigns",
        rules=("H9",),
        file=_GROWTH,
        old="""\
    _, node, now = yield from assign_addresses(config, node, now, created, count)
    attached, node, now = yield from wait_until_listed(node, now, created)
""",
        new="""\
    attached, node, now = yield from wait_until_listed(node, now, created)
    _, node, now = yield from assign_addresses(config, node, now, created, count)
""",
        why="addresses are assigned before IMDS is looked at",
    ),
    Mutant(
        name="v1_7_tags_before_it_attaches",
        rules=("H9",),
        file="aws_layer_v1_7.py",
        old="    answer, ec2 = attach_interface(ec2, evolve(created, tags=EniTags()))\n",
        new="    answer, ec2 = attach_interface(ec2, created)\n",
        why="an ENI is tagged once it is attached",
    ),
    Mutant(
        name="v1_7_marks_for_deletion_before_it_tags",
        rules=("H9",),
        file="aws_layer_v1_7.py",
        old="    answer, ec2 = delete_with_instance(ec2, eni.id)\n",
        new="    answer, ec2 = delete_with_instance(ec2.with_eni(eni), eni.id)\n",
        why="an ENI has its tags when it is marked for deletion with the instance",
        tests=("tests/rules/test_growth_v1_7.py",),
    ),
    Mutant(
        name="v1_7_untagged_enis_are_a_failure",
        rules=("H9",),
        file="aws_layer_v1_7.py",
        old="    if fault is None:\n        ec2 = ec2.with_eni(own(eni))\n",
        new="    if fault is not None:\n        return Failed(fault.code), ec2\n"
        "    ec2 = ec2.with_eni(own(eni))\n",
        why="failing to tag is ignored",
    ),
    # H10
    Mutant(
        name="v1_7_does_not_extend_trunk_enis",
        rules=("H10",),
        file=_MEASURE,
        old="                eni.primary,\n                False,\n",
        new="                eni.primary,\n                eni.trunk,\n",
        why="a trunk ENI may be extended",
    ),
    Mutant(
        name="v1_7_extends_the_primary_in_custom_networking",
        rules=("H10",),
        file=_MEASURE,
        old="                config.settings.custom_networking,\n",
        new="                False,\n",
        why="with custom networking the primary ENI is not extended",
    ),
    # H11, H12
    Mutant(
        name="v1_7_cooldown_can_be_set",
        rules=("H11",),
        file="settings/v1_7.py",
        old='        "WARM_ENI_TARGET",\n',
        new='        "WARM_ENI_TARGET",\n        "IP_COOLDOWN_PERIOD",\n',
        why="the cooldown is fixed at 30 s",
    ),
    Mutant(
        name="v1_7_undoes_an_add_by_forgetting_the_address",
        rules=("H11",),
        file=_PODS,
        old="return CHECKPOINT_FAILED, datastore.put_store(node, before), now",
        new="forgotten = datastore.forget(store, store.holdings[pod.key])\n"
        "            return CHECKPOINT_FAILED, datastore.put_store(node, forgotten), now",
        why="an address that could not be given out is as before",
    ),
    Mutant(
        name="v1_7_serves_a_running_sandbox_anew",
        rules=("H11",),
        file=_PODS,
        old="    held = store.holdings.get(pod.key)\n",
        new="    held = None\n",
        why="a running sandbox gets its address again",
    ),
    Mutant(
        name="v1_7_serves_branch_pods_from_the_pool",
        rules=("H11", "R119"),
        file=_PODS,
        old="yield from from_branch_eni(config, node, now, pod)",
        new="(None, node, now)",
        why="a pod with a branch ENI takes nothing from the pool, as today",
        tests=_BRANCH_ENIS,
    ),
    Mutant(
        name="v1_7_deletes_without_reading_the_pod",
        rules=("H27",),
        file=_PODS,
        old="    if config.settings.pod_eni:\n",
        new="    if config.settings.pod_eni is None:\n",
        why="the pod's object is read before the store",
    ),
    Mutant(
        name="v1_7_reads_the_pod_only_if_the_store_does_not_know_it",
        rules=("H27",),
        file=_PODS,
        old="    if config.settings.pod_eni:\n",
        new="    if config.settings.pod_eni and key not in node.store(CARD).holdings:\n",
        why="the pod's object is read before the store",
    ),
    Mutant(
        name="v1_7_compares_uids_at_delete",
        rules=("H27",),
        file=_PODS,
        old="compare_uid=False",
        new="compare_uid=True",
        why="an object of any UID answers",
    ),
    Mutant(
        name="v1_7_recovers_whole_keys",
        rules=("H12",),
        file=_RECOVERY,
        old="    key = PodKey(sandbox.container, MIGRATED_NETWORK, MIGRATED_INTERFACE)\n",
        new="    key = PodKey(sandbox.container)\n",
        why="network and interface are not known to the container runtime",
    ),
    Mutant(
        name="v1_7_recovers_nothing",
        rules=("H12",),
        file=_RECOVERY,
        old="    for sandbox in sandboxes:\n",
        new="    for sandbox in sandboxes[:0]:\n",
        why="every running sandbox gets its address again",
    ),
    Mutant(
        name="v1_7_starts_without_its_checkpoint",
        rules=("H12",),
        file=_RECOVERY,
        old="    return (written if isinstance(written, Failed) else None), node, now\n",
        new="    return None, node, now\n",
        why="the checkpoint must be written",
    ),
    Mutant(
        name="v1_7_recovers_before_it_sets_up_enis",
        rules=("H12",),
        file=_INIT,
        old="""\
    node, now = yield from set_up_all(config, node, now, described, attached)
    error, node, now = yield from recover(node, now)
""",
        new="""\
    error, node, now = yield from recover(node, now)
    node, now = yield from set_up_all(config, node, now, described, attached)
""",
        why="an address is recovered once its ENI is set up",
    ),
    # H13
    Mutant(
        name="v1_7_reckons_the_surplus_once",
        rules=("H13",),
        file=_SHRINK,
        old="REREAD = Manner(over_now, release_in_ec2)",
        new="REREAD = Manner(shrink.less_released, release_in_ec2)",
        why="what is over is computed again at every ENI",
    ),
    Mutant(
        name="v1_7_releases_the_whole_surplus_on_every_eni",
        rules=("H13",),
        file=_SHRINK,
        old="REREAD = Manner(over_now, release_in_ec2)",
        new="REREAD = Manner(lambda config, node, card, over, released: over, release_in_ec2)",
        why="what is over shrinks by what was released",
    ),
    Mutant(
        name="v1_7_remembers_a_release_before_it_asks",
        rules=("H13",),
        file=_SHRINK,
        old="REREAD = Manner(over_now, release_in_ec2)",
        new="REREAD = Manner(over_now, shrink.release_in_ec2)",
        why="releases are remembered after EC2 was asked",
    ),
    # H14
    Mutant(
        name="v1_7_keeps_an_eni_that_cannot_be_freed",
        rules=("H14",),
        file=_SHRINK,
        old="""\
    node = datastore.put_store(node, datastore.remove_eni(node.store(CARD), chosen))
    freed, node, now = yield from call(node, FreeENI(chosen), "H14")
""",
        new="""\
    freed, node, now = yield from call(node, FreeENI(chosen), "H14")
    if not hasattr(freed, "code"):
        node = datastore.put_store(node, datastore.remove_eni(node.store(CARD), chosen))
""",
        why="the ENI leaves the store whatever EC2 says",
    ),
    Mutant(
        name="v1_7_frees_enis_while_terminating",
        rules=("H14",),
        file=_SHRINK,
        old="    if node.terminating:\n",
        new="    if not node:\n",
        why="a terminating daemon frees no ENI",
    ),
    Mutant(
        name="v1_7_remembers_enis_that_are_freed",
        rules=("H14", "H20"),
        file=_SHRINK,
        old="    if not isinstance(freed, Failed):\n",
        new="    if freed is None:\n",
        why="of a freed ENI nothing is remembered",
    ),
    Mutant(
        name="v1_7_forgets_enis_that_could_not_be_freed",
        rules=("H14", "H20"),
        file=_SHRINK,
        old="    if not isinstance(freed, Failed):\n",
        new="    if freed is not None:\n",
        why="the primary address of an ENI that stays attached is remembered",
    ),
    # H15, H23
    Mutant(
        name="v1_7_releases_in_every_tick",
        rules=("H15",),
        file=_POOL,
        old="    if last is not None and not timing.release_allowed(INTS, now, last):\n",
        new="    if last is not None and now < last:\n",
        why="a release is skipped while the last one is at most 30 s old",
    ),
    Mutant(
        name="v1_7_a_release_is_no_pool_action",
        rules=("H15",),
        file=_POOL,
        old=_DECREASE_DONE,
        new="return evolve(node, last_decrease=began), now",
        why="a release sets both clocks",
    ),
    Mutant(
        name="v1_7_clocks_show_the_end_of_the_release",
        rules=("H15",),
        file=_POOL,
        old=_DECREASE_DONE,
        new="return evolve(node, last_decrease=now, last_pool_action=now), now",
        why="the clocks show when the release began",
    ),
    Mutant(
        name="v1_7_skipping_a_release_sets_the_clocks",
        rules=("H15",),
        file=_POOL,
        old="""\
    if last is not None and not timing.release_allowed(INTS, now, last):
        return node, now
""",
        new="""\
    if last is not None and not timing.release_allowed(INTS, now, last):
        return evolve(node, last_pool_action=now), now
""",
        why="a skipped release touches no clock",
    ),
    Mutant(
        name="v1_7_judges_surplus_enis_before_it_acts",
        rules=("H23",),
        file=_POOL,
        old="    if measure.wants_fewer_enis(config, store, totals(store)):\n",
        new="    if measure.wants_fewer_enis(config, store, decision.totals):\n",
        why="whether fewer ENIs are wanted is judged after the growth of the same tick",
    ),
    # H20
    Mutant(
        name="v1_7_drops_an_eni_without_host_networking",
        rules=("H20",),
        file=_SETUP,
        old=_LINK_FAILED,
        new="""\
        if isinstance(linked, Failed):
            bare = datastore.remove_eni(node.store(CARD), eni.id)
            return linked, datastore.put_store(node, bare), now
""",
        why="the bare record stays in the store",
    ),
    Mutant(
        name="v1_7_knows_primary_addresses_from_the_beginning",
        rules=("H20",),
        file=_SETUP,
        old="    if eni.id not in node.primaries:\n",
        new="    if not eni.id:\n",
        why="the primary address is remembered once set-up is complete",
    ),
    Mutant(
        name="v1_7_never_remembers_primary_addresses",
        rules=("H20",),
        file=_SETUP,
        old="    return None, evolve(node, primaries=node.primaries | {eni.id}), now\n",
        new="    return None, node, now\n",
        why="a completed set-up remembers the primary address",
    ),
    Mutant(
        name="v1_7_sets_up_the_primary_enis_host_networking",
        rules=("H20",),
        file=_SETUP,
        old="    if not eni.primary:\n",
        new="    if eni:\n",
        why="host networking is set up for secondary ENIs",
    ),
    Mutant(
        name="v1_7_all_enis_without_a_tag_are_unmanaged",
        rules=("H24",),
        file=_SETUP,
        old='        and described.tags[eni.id].no_manage == "true"\n',
        new="        and described.tags[eni.id].no_manage is not None\n",
        why="only no_manage=true makes an ENI unmanaged",
    ),
    # H24, H25
    Mutant(
        name="v1_7_aborts_without_any_eni",
        rules=("H24",),
        file=_RECONCILE,
        old=_IMDS_FAILED,
        new=_IMDS_FAILED.replace("Failed):", "Failed) or not listed:"),
        why="a list without any ENI empties the store",
    ),
    Mutant(
        name="v1_7_keeps_addresses_that_imds_does_not_list",
        rules=("H24",),
        file=_RECONCILE,
        old="        if network not in seen:\n",
        new="        if network in seen and False:\n",
        why="addresses that IMDS does not list are deleted",
    ),
    Mutant(
        name="v1_7_reconcile_keeps_what_pods_use",
        rules=("H24",),
        file=_RECONCILE,
        old="datastore.delete_cidr(node.store(CARD), eni.id, network, force=True)",
        new="datastore.delete_cidr(node.store(CARD), eni.id, network, force=False)",
        why="what IMDS does not list is deleted by force",
    ),
    Mutant(
        name="v1_7_reconcile_shows_when_it_ended",
        rules=("H24",),
        file=_RECONCILE,
        old="evolve(node, last_pool_action=began)",
        new="evolve(node, last_pool_action=now)",
        why="the pool clock shows when reconcile began",
    ),
    Mutant(
        name="v1_7_reconcile_leaves_the_clock",
        rules=("H24",),
        file=_RECONCILE,
        old="evolve(node, last_pool_action=began)",
        new="node",
        why="reconcile sets the pool clock",
    ),
    Mutant(
        name="v1_7_keeps_enis_that_are_gone",
        rules=("H24",),
        file=_RECONCILE,
        old="        if gone is not None:\n",
        new="        if gone is not None and not gone.has_pods():\n",
        why="an ENI that is not listed leaves the store with its pods",
    ),
    Mutant(
        name="v1_7_recent_releases_are_used",
        rules=("H25",),
        file=_RECONCILE,
        old=_RECENT,
        new="",
        why="an address released less than 60 s ago is skipped",
    ),
    Mutant(
        name="v1_7_earlier_releases_are_believed",
        rules=("H25",),
        file=_RECONCILE,
        old="            if isinstance(found, Failed) or network not in (*found, own):\n",
        new="            if isinstance(found, Failed):\n",
        why="EC2 must confirm the address",
    ),
    Mutant(
        name="v1_7_a_failed_confirmation_counts_as_seen",
        rules=("H25",),
        file=_RECONCILE,
        old="""\
            if isinstance(found, Failed) or network not in (*found, own):
                continue
""",
        new="""\
            if isinstance(found, Failed):
                seen |= {network}
                continue
            if network not in (*found, own):
                continue
""",
        why="an address that cannot be confirmed leaves the store",
    ),
    Mutant(
        name="v1_7_never_forgets_a_release",
        rules=("H25",),
        file=_RECONCILE,
        old="            node = forget_release(node, network)\n",
        new="",
        why="a confirmed address is no longer remembered as released",
    ),
    Mutant(
        name="v1_7_sets_an_appeared_trunk_up_like_any_eni",
        rules=("H24", "R48"),
        file=_RECONCILE,
        old="_, node, now = yield from set_up_eni(node, now, eni, trunk=eni.id == trunk)",
        new="_, node, now = yield from set_up_eni(node, now, eni, trunk=eni.id is None)",
        why="a trunk ENI that appeared is set up as trunk",
    ),
    Mutant(
        name="v1_7_reconciles_although_the_trunk_is_not_announced",
        rules=("H24", "R48"),
        file=_RECONCILE,
        old="""\
            if isinstance(labelled, Failed):
                return Reconciled(True), node
""",
        new="",
        why="a failed announcement of the trunk ends the reconcile",
    ),
    Mutant(
        name="v1_7_keeps_the_unmanaged_enis_if_no_tag_comes",
        rules=("H24", "R33"),
        file=_SETUP,
        old="    return evolve(node, unmanaged=unmanaged)\n",
        new="    return evolve(node, unmanaged=unmanaged or node.unmanaged)\n",
        why="every description classifies anew",
    ),
    Mutant(
        name="v1_7_does_not_count_unmanaged_enis",
        rules=("R33",),
        file=_MEASURE,
        old="config.max_enis, unmanaged, slot)",
        new="config.max_enis, 0 * unmanaged, slot)",
        why="unmanaged ENIs take room",
        tests=("tests/rules/test_growth_v1_7.py",),
    ),
    # H26
    Mutant(
        name="v1_7_counters_drift",
        rules=("H26",),
        file="config.py",
        old="        {Quirk.STALE_ADDRESSES_ADOPTED,",
        new="        {Quirk.DOUBLE_DECREMENT, Quirk.STALE_ADDRESSES_ADOPTED,",
        why="a forced removal subtracts once",
    ),
)
