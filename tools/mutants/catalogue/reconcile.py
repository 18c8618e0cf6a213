"""Mutants of reconcile (R146-R158)."""

from typing import Final

from tools.mutants.mutant import Mutant

_TRUSTED = "trusted = len(pool) != len(listed) or not set(pool).issuperset(listed)"
_RECENT = "        if recently_released(config, node, network, now, pool):\n            continue\n"

MUTANTS: Final = (
    Mutant(
        name="reconcile_after_exactly_60_s",
        rules=("R146",),
        file="rules/timing.py",
        old="k.any(k.gt(now - last_pool_action, RECONCILE_INTERVAL), awaiting_trunk)",
        new="k.any(k.ge(now - last_pool_action, RECONCILE_INTERVAL), awaiting_trunk)",
        why="due when the last pool action is more than 60 s old",
    ),
    Mutant(
        name="missing_trunk_does_not_make_reconcile_due",
        rules=("R146",),
        file="daemon/reconcile.py",
        old="INTS, now, node.last_pool_action, measure.awaiting_trunk(config, node)",
        new="INTS, now, node.last_pool_action, False",
        why="due in every pass while ENABLE_POD_ENI waits for a trunk ENI",
    ),
    Mutant(
        name="reconcile_waits_for_a_first_pool_action",
        rules=("R146",),
        file="daemon/reconcile.py",
        old="    return node.last_pool_action is None or timing",
        new="    return node.last_pool_action is not None and timing",
        why="a pool clock that was never set is long ago",
    ),
    Mutant(
        name="aborted_reconcile_sets_the_pool_clock",
        rules=("R147",),
        file="daemon/reconcile.py",
        old="""\
    if isinstance(listed, Failed) or not listed:
        return Reconciled(True), node
""",
        new="""\
    if isinstance(listed, Failed) or not listed:
        return Reconciled(True), evolve(node, last_pool_action=now)
""",
        why="the pool clock stays, so the next pass tries again",
    ),
    Mutant(
        name="failing_imds_counts_as_no_eni",
        rules=("R147",),
        file="daemon/reconcile.py",
        old="""\
    if isinstance(listed, Failed) or not listed:
        return Reconciled(True), node
""",
        new="""\
    if isinstance(listed, Failed):
        listed = ()
""",
        why="reconcile is aborted if IMDS fails",
    ),
    Mutant(
        name="reconcile_does_not_filter_unmanaged_enis",
        rules=("R148",),
        file="daemon/reconcile.py",
        old="""\
    attached, node = managed_enis(node, listed)
""",
        new="""\
    attached = listed
""",
        why="the attached ENIs are filtered with the known classification",
    ),
    Mutant(
        name="classification_is_not_redone",
        rules=("R149",),
        file="daemon/reconcile.py",
        old="managed_enis(classify(config, node, described), described.enis)",
        new="managed_enis(node, described.enis)",
        why="an unknown ENI makes reconcile classify anew",
    ),
    Mutant(
        name="enis_are_described_in_every_reconcile",
        rules=("R149",),
        file="daemon/reconcile.py",
        old="""\
        if any(eni.id not in before for eni in on_card):
""",
        new="""\
        if on_card:
""",
        why="only an ENI that the store does not know makes reconcile describe the ENIs",
    ),
    Mutant(
        name="failing_description_counts_as_reconciled",
        rules=("R149",),
        file="daemon/reconcile.py",
        old="""\
                if isinstance(answer, Failed):
                    return Reconciled(True), node
""",
        new="""\
                if isinstance(answer, Failed):
                    return Reconciled(True, True), evolve(node, last_pool_action=now)
""",
        why="a failure aborts",
    ),
    Mutant(
        name="described_enis_are_not_filtered_again",
        rules=("R149",),
        file="daemon/reconcile.py",
        old="on_card = [eni for eni in confirmed if eni.card == card]",
        new="on_card = [eni for eni in described.enis if eni.card == card]",
        why="after the description the new classification filters",
    ),
    Mutant(
        name="reconcile_tags_the_trunk_eni",
        rules=("R150",),
        file="daemon/reconcile.py",
        old="""\
    if not trunk and measure.provisions(config):
""",
        new="""\
    if measure.provisions(config):
""",
        why="a trunk ENI is not tagged",
    ),
    Mutant(
        name="reconcile_tags_without_provisioning",
        rules=("R150", "R52"),
        file="daemon/reconcile.py",
        old="""\
    if not trunk and measure.provisions(config):
""",
        new="""\
    if not trunk:
""",
        why="nothing is tagged with provisioning disabled",
    ),
    Mutant(
        name="eni_that_cannot_be_tagged_is_adopted",
        rules=("R150",),
        file="daemon/reconcile.py",
        old="""\
        if isinstance(tagged, Failed):
            return node, now
""",
        new="",
        why="a failure to tag skips the ENI",
    ),
    Mutant(
        name="adopted_trunk_eni_is_ordinary",
        rules=("R150",),
        file="daemon/reconcile.py",
        old="config, node, now, eni, trunk=trunk, efa=eni.id in described.efas",
        new="config, node, now, eni, trunk=False, efa=eni.id in described.efas",
        why="a new ENI is set up with the flags EC2 reports",
    ),
    Mutant(
        name="prefixes_are_compared_before_addresses",
        rules=("R150",),
        file="daemon/reconcile.py",
        old="for kind, pool in zip((False, True), pools, strict=True):",
        new="for kind, pool in zip((True, False), pools[::-1], strict=True):",
        why="addresses first, then prefixes",
        tests=("tests/rules",),
    ),
    Mutant(
        name="unknown_enis_are_not_adopted",
        rules=("R150",),
        file="daemon/reconcile.py",
        old="""\
        elif described is not None:
""",
        new="""\
        elif described is None:
""",
        why="ENIs the store does not know are tagged and set up",
    ),
    Mutant(
        name="detached_enis_stay_in_the_store",
        rules=("R151",),
        file="daemon/reconcile.py",
        old="""\
            if gone is not None:
""",
        new="""\
            if gone is not None and gone.primary:
""",
        why="ENIs that are no longer attached are removed",
    ),
    Mutant(
        name="detached_enis_with_pods_stay_in_the_store",
        rules=("R151",),
        file="daemon/reconcile.py",
        old="""\
            if gone is not None:
""",
        new="""\
            if gone is not None and not gone.has_pods():
""",
        why="they are removed by force with their pods",
    ),
    Mutant(
        name="reconcile_is_no_pool_action",
        rules=("R151",),
        file="daemon/reconcile.py",
        old="""\
    return Reconciled(True, True), evolve(node, last_pool_action=now)
""",
        new="""\
    return Reconciled(True, True), node
""",
        why="at the end the pool clock is set",
    ),
    Mutant(
        name="addresses_are_compared_by_number_only",
        rules=("R152", "R153"),
        file="daemon/reconcile.py",
        old=_TRUSTED,
        new="trusted = len(pool) != len(listed)",
        why="the lists must be the same, not only as long",
    ),
    Mutant(
        name="addresses_are_compared_by_content_only",
        rules=("R152", "R153"),
        file="daemon/reconcile.py",
        old=_TRUSTED,
        new="trusted = not set(pool).issuperset(listed)",
        why="addresses that IMDS lacks are a difference too",
    ),
    Mutant(
        name="imds_is_trusted",
        rules=("R152",),
        file="daemon/reconcile.py",
        old="""\
        listed = fetched
    elif""",
        new="""\
        listed = listed or fetched
    elif""",
        why="where the lists differ EC2's is used instead",
    ),
    Mutant(
        name="failed_look_at_ec2_falls_back_to_imds",
        rules=("R152", "R153"),
        file="daemon/reconcile.py",
        old="""\
        if isinstance(fetched, Failed):
            return node, now
        listed = fetched
""",
        new="""\
        listed = listed if isinstance(fetched, Failed) else fetched
""",
        why="if the fetch fails the ENI's addresses are left alone",
    ),
    Mutant(
        name="ec2_is_asked_about_every_eni",
        rules=("R152",),
        file="daemon/reconcile.py",
        old=_TRUSTED,
        new="trusted = not prefixes or len(pool) != len(listed)",
        why="EC2 is asked only where the lists differ",
    ),
    Mutant(
        name="cidrs_that_left_during_reconcile_are_not_put_back",
        rules=("R155",),
        file="daemon/reconcile.py",
        old="elif not node.released and stored_networks(node, eni, prefixes=prefixes) == pool:",
        new="elif not node.released:",
        why="a listed CIDR that left the store meanwhile enters it again",
        tests=("tests/rules",),
    ),
    Mutant(
        name="prefixes_are_not_compared",
        rules=("R153",),
        file="daemon/reconcile.py",
        old="for kind, pool in zip((False, True), pools, strict=True):",
        new="for kind, pool in zip((False,), pools[:1], strict=True):",
        why="prefixes are compared as well",
    ),
    Mutant(
        name="prefixes_are_compared_in_prefix_mode_only",
        rules=("R153",),
        file="daemon/reconcile.py",
        old="for kind, pool in zip((False, True), pools, strict=True):",
        new="for kind, pool in list(zip((False, True), pools))[: 1 + config.prefix_mode]:",
        why="both kinds are compared in both modes",
    ),
    Mutant(
        name="recently_released_addresses_come_back",
        rules=("R154", "R158"),
        file="daemon/reconcile.py",
        old=_RECENT,
        new="",
        why="a CIDR released less than 60 s ago is skipped",
    ),
    Mutant(
        name="old_releases_are_not_confirmed",
        rules=("R154",),
        file="daemon/reconcile.py",
        old="""\
                if network not in confirmed:
                    # No prefix at all""",
        new="""\
                if network not in confirmed and network not in pool:
                    # No prefix at all""",
        why="one released earlier counts only if EC2 has it",
        tests=("tests/rules",),
    ),
    Mutant(
        name="old_releases_never_come_back",
        rules=("R154",),
        file="daemon/reconcile.py",
        old="""\
            node = forget_release(node, network)
        store""",
        new="""\
            continue
        store""",
        why="one that EC2 confirms enters the store again",
    ),
    Mutant(
        name="memory_of_a_confirmed_release_stays",
        rules=("R154",),
        file="daemon/reconcile.py",
        old="""\
            node = forget_release(node, network)
""",
        new="",
        why="the memory of a confirmed release is dropped",
    ),
    Mutant(
        name="memory_of_all_releases_is_dropped",
        rules=("R154", "R20"),
        file="daemon/shrink.py",
        old="released=tuple(entry for entry in node.released if entry[0] != network)",
        new="released=()",
        why="only the confirmed CIDR is forgotten",
    ),
    Mutant(
        name="unconfirmed_release_is_not_seen",
        rules=("R154",),
        file="daemon/reconcile.py",
        old="""\
                if isinstance(fetched, Failed):
                    seen |= {network}
                    continue
""",
        new="""\
                if isinstance(fetched, Failed):
                    continue
""",
        why="if the check fails the CIDR counts as seen",
        tests=("tests/rules",),
    ),
    Mutant(
        name="trusted_list_is_confirmed_again",
        rules=("R154",),
        file="daemon/reconcile.py",
        old="confirmed: frozenset[Network] | None = frozenset(listed) if trusted else None",
        new="confirmed: frozenset[Network] | None = None",
        why="EC2 is not asked again where the list is its own",
    ),
    Mutant(
        name="new_addresses_are_seen_but_not_stored",
        rules=("R155",),
        file="daemon/reconcile.py",
        old="""\
        store = datastore.add_cidr(node.store(eni.card), eni.id, network, prefix=prefixes)
""",
        new="""\
        store = node.store(eni.card)
""",
        why="every other listed CIDR enters the store",
    ),
    Mutant(
        name="stored_addresses_are_not_seen",
        rules=("R155", "R156"),
        file="daemon/reconcile.py",
        old="""\
        node = datastore.put_store(node, store)
        seen |= {network}
    return seen""",
        new="""\
        node = datastore.put_store(node, store)
        seen |= {network} if network not in pool else set()
    return seen""",
        why="every listed CIDR counts as seen",
    ),
    Mutant(
        name="unseen_cidrs_stay_in_the_store",
        rules=("R156",),
        file="daemon/reconcile.py",
        old="""\
        if network not in seen:
""",
        new="""\
        if network not in seen and not pool:
""",
        why="CIDRs that were not seen are deleted",
    ),
    Mutant(
        name="unseen_cidrs_with_pods_stay_in_the_store",
        rules=("R156",),
        file="daemon/reconcile.py",
        old="without = datastore.delete_cidr(store, eni.id, network, force=True)",
        new="without = datastore.delete_cidr(store, eni.id, network, force=False)",
        why="they are deleted by force, pods included",
    ),
    Mutant(
        name="empty_answer_about_prefixes_is_remembered",
        rules=("R154",),
        file="daemon/reconcile.py",
        old="confirmed = confirmed if confirmed or not prefixes else None",
        new="assert confirmed is not None",
        why="an ENI without any prefix in EC2 is asked about again for the next doubtful one",
        tests=("tests/rules",),
    ),
    Mutant(
        name="forced_removal_does_not_rewrite_the_checkpoint",
        rules=("R23", "R24"),
        file="daemon/reconcile.py",
        old="""\
    if lost_pods:
        request""",
        new="""\
    if lost_pods and not store.enis:
        request""",
        why="a forced removal that takes pods rewrites the checkpoint",
        tests=("tests/rules",),
    ),
    Mutant(
        name="re_issued_addresses_are_kept",
        rules=("R158",),
        file="daemon/reconcile.py",
        old="return config.quirk(Quirk.RECENT_FORGOTTEN) or network not in pool",
        new="return not config.quirk(Quirk.RECENT_FORGOTTEN) or network not in pool",
        why="a recently released CIDR that EC2 handed back is deleted, even under a pod",
    ),
)
