"""Mutants of release and of ENI deletion (R133-R143)."""

from typing import Final

from tools.mutants.mutant import Mutant

_LEFT_WARM = "        keeps_warm(k, warm, prefix_mode, others_available, block),\n"
_LEFT_MINIMUM = "        keeps_minimum(k, minimum, prefix_mode, others_total, block),\n"
_LEFT_PREFIXES = "keeps_free_cidrs(k, warm_prefix, prefix_mode, others_free_cidrs),"
_DELETABLE = (
    "return k.all(k.no(protected), k.no(too_young), k.no(cooling), k.no(has_pods), enough_left)"
)

MUTANTS: Final = (
    Mutant(
        name="target_alone_makes_an_eni_too_many",
        rules=("R133",),
        file="rules/shrink.py",
        old="enough = k.ge(available, (target + 1) * addresses_per_eni)",
        new="enough = k.ge(available, target * addresses_per_eni)",
        why="one ENI's worth more than the target",
    ),
    Mutant(
        name="exactly_one_eni_more_is_kept",
        rules=("R133",),
        file="rules/shrink.py",
        old="enough = k.ge(available, (target + 1) * addresses_per_eni)",
        new="enough = k.gt(available, (target + 1) * addresses_per_eni)",
        why="reaching the target and one ENI's worth is enough",
    ),
    Mutant(
        name="warm_ip_targets_do_not_free_enis",
        rules=("R133",),
        file="rules/shrink.py",
        old="return k.any(warm_ip, enough, k.all(prefix_mode, some_eni_without_pods))",
        new="return k.any(k.all(k.no(warm_ip), enough), k.all(prefix_mode, some_eni_without_pods))",
        why="under a warm IP target fewer ENIs are always wanted",
    ),
    Mutant(
        name="idle_enis_stay_in_prefix_mode",
        rules=("R133",),
        file="rules/shrink.py",
        old="return k.any(warm_ip, enough, k.all(prefix_mode, some_eni_without_pods))",
        new="return k.any(warm_ip, enough)",
        why="in prefix mode an ordinary ENI without pods is enough",
    ),
    Mutant(
        name="idle_enis_go_in_secondary_address_mode",
        rules=("R133",),
        file="daemon/measure.py",
        old="""\
    idle = prefix_mode and any(
""",
        new="""\
    prefix_mode, idle = True, any(
""",
        why="only in prefix mode an ENI without pods decides; else the surplus does",
    ),
    Mutant(
        name="trunk_eni_without_pods_counts_as_idle",
        rules=("R133",),
        file="daemon/measure.py",
        old="not (eni.primary or eni.trunk or eni.efa or eni.has_pods()) for eni",
        new="not (eni.primary or eni.efa or eni.has_pods()) for eni",
        why="a trunk ENI is no ordinary ENI",
    ),
    Mutant(
        name="efa_eni_without_pods_counts_as_idle",
        rules=("R133",),
        file="daemon/measure.py",
        old="not (eni.primary or eni.trunk or eni.efa or eni.has_pods()) for eni",
        new="not (eni.primary or eni.trunk or eni.has_pods()) for eni",
        why="an EFA ENI is no ordinary ENI",
    ),
    Mutant(
        name="frozen_node_frees_enis",
        rules=("R134", "R51"),
        file="daemon/shrink.py",
        old="""\
    if suppressed:
        return node, now
    deletable""",
        new="    deletable",
        why="a cordoned node keeps its ENIs",
    ),
    Mutant(
        name="lowest_eni_is_freed_first",
        rules=("R134",),
        file="daemon/shrink.py",
        old='choose(node, OneOf(deletable), "R189"',
        new='choose(node, OneOf(deletable[:1]), "R189"',
        why="any deletable ENI may be the one",
    ),
    Mutant(
        name="every_deletable_eni_is_freed_at_once",
        rules=("R134",),
        file="daemon/shrink.py",
        old="""\
    _, node, now = yield from call(node, FreeENI(chosen), "R135")
    return node, now
""",
        new="""\
    _, node, now = yield from call(node, FreeENI(chosen), "R135")
    return (yield from free_one_eni(config, node, now, card))
""",
        why="at most one ENI is freed per pool update",
    ),
    Mutant(
        name="eni_that_cannot_be_freed_stays_in_the_store",
        rules=("R135",),
        file="daemon/shrink.py",
        old="""\
    node = datastore.put_store(node, datastore.remove_eni(node.store(card), chosen))
    _, node, now = yield from call(node, FreeENI(chosen), "R135")
""",
        new="""\
    freed, node, now = yield from call(node, FreeENI(chosen), "R135")
    if not hasattr(freed, "code"):
        store = datastore.remove_eni(node.store(card), chosen)
        node = datastore.put_store(node, store)
""",
        why="a failure is not repaired",
    ),
    Mutant(
        name="freeing_an_eni_is_a_pool_action",
        rules=("R135",),
        file="daemon/shrink.py",
        old="""\
    _, node, now = yield from call(node, FreeENI(chosen), "R135")
""",
        new="""\
    _, node, now = yield from call(node, FreeENI(chosen), "R135")
    node = evolve(node, last_pool_action=now)
""",
        why="the pool clock is not touched",
    ),
    Mutant(
        name="addresses_of_a_freed_eni_are_remembered",
        rules=("R135",),
        file="daemon/shrink.py",
        old="""\
    node = datastore.put_store(node, datastore.remove_eni(node.store(card), chosen))
""",
        new="""\
    for each in node.store(card).eni(chosen).cidrs:
        node = remember_releases(node, [each.network], now)
    node = datastore.put_store(node, datastore.remove_eni(node.store(card), chosen))
""",
        why="the memory of released CIDRs is not touched",
    ),
    Mutant(
        name="young_enis_are_freed",
        rules=("R136",),
        file="rules/shrink.py",
        old=_DELETABLE,
        new=_DELETABLE.replace("k.no(too_young), ", ""),
        why="item 2: at least 60 s old",
    ),
    Mutant(
        name="eni_of_60_s_is_too_young",
        rules=("R136",),
        file="rules/timing.py",
        old="return k.lt(now - created, MINIMUM_ENI_LIFE)",
        new="return k.le(now - created, MINIMUM_ENI_LIFE)",
        why="item 2: too young only below 60 s",
    ),
    Mutant(
        name="cooling_enis_are_freed",
        rules=("R136",),
        file="rules/shrink.py",
        old=_DELETABLE,
        new=_DELETABLE.replace("k.no(cooling), ", ""),
        why="item 3: without cooling addresses",
    ),
    Mutant(
        name="enis_with_pods_are_freed",
        rules=("R136",),
        file="rules/shrink.py",
        old=_DELETABLE,
        new=_DELETABLE.replace("k.no(has_pods), ", ""),
        why="item 4: without pods",
    ),
    Mutant(
        name="freed_eni_leaves_the_warm_target_unmet",
        rules=("R136",),
        file="rules/shrink.py",
        old=_LEFT_WARM,
        new="",
        why="item 5: the others keep Wi available",
    ),
    Mutant(
        name="others_must_keep_more_than_the_warm_target",
        rules=("R136",),
        file="rules/shrink.py",
        old="k.ge(others_available, ",
        new="k.gt(others_available, ",
        why="item 5: exactly Wi available is enough",
    ),
    Mutant(
        name="warm_target_of_the_others_is_not_rounded_up",
        rules=("R136",),
        file="rules/shrink.py",
        old="in_whole_prefixes(k, warm, prefix_mode, block)",
        new="warm",
        why="item 5: Wi is rounded up to prefixes in prefix mode",
    ),
    Mutant(
        name="freed_eni_leaves_the_minimum_unmet",
        rules=("R136",),
        file="rules/shrink.py",
        old=_LEFT_MINIMUM,
        new="",
        why="item 6: the others keep m addresses",
    ),
    Mutant(
        name="others_must_keep_more_than_the_minimum",
        rules=("R136",),
        file="rules/shrink.py",
        old="k.ge(others_total, ",
        new="k.gt(others_total, ",
        why="item 6: exactly m addresses are enough",
    ),
    Mutant(
        name="minimum_of_the_others_is_not_rounded_up",
        rules=("R136",),
        file="rules/shrink.py",
        old="in_whole_prefixes(k, minimum, prefix_mode, block)",
        new="k.ite(prefix_mode, k.floor_div(minimum, block) * block, minimum)",
        why="item 6: m is rounded up to prefixes in prefix mode",
    ),
    Mutant(
        name="warm_prefixes_do_not_keep_an_eni",
        rules=("R136",),
        file="rules/shrink.py",
        old=_LEFT_PREFIXES,
        new="",
        why="item 7: the others keep Wp CIDRs without pods",
    ),
    Mutant(
        name="warm_ip_targets_override_the_prefix_veto",
        rules=("R136",),
        file="rules/shrink.py",
        old=_LEFT_PREFIXES,
        new=f"k.any(k.ne(warm, 0), {_LEFT_PREFIXES[:-1]}),",
        why="item 7 holds also where warm IP targets are in force",
    ),
    Mutant(
        name="prefix_veto_counts_prefixes_only",
        rules=("R136",),
        file="daemon/measure.py",
        old="total, others.unused())",
        new="total, others.unused_prefixes)",
        why="item 7 counts CIDRs of either kind",
    ),
    Mutant(
        name="trunk_eni_is_freed",
        rules=("R136",),
        file="daemon/measure.py",
        old="""\
    protected = eni.primary or eni.trunk or eni.efa
""",
        new="""\
    protected = eni.primary or eni.efa
""",
        why="item 8: no trunk ENI",
    ),
    Mutant(
        name="efa_eni_is_freed",
        rules=("R136",),
        file="daemon/measure.py",
        old="""\
    protected = eni.primary or eni.trunk or eni.efa
""",
        new="""\
    protected = eni.primary or eni.trunk
""",
        why="item 9: no EFA ENI",
    ),
    Mutant(
        name="primary_eni_is_freed",
        rules=("R136",),
        file="daemon/measure.py",
        old="""\
    protected = eni.primary or eni.trunk or eni.efa
""",
        new="""\
    protected = eni.trunk or eni.efa
""",
        why="item 1: not the primary ENI",
    ),
    Mutant(
        name="addresses_of_excluded_enis_keep_the_targets",
        rules=("R136",),
        file="daemon/measure.py",
        old="""\
    others, _ = store.tallies()
    if not eni.excluded:  # An excluded one is not in the sums.
""",
        new="""\
    ordinary, excluded = store.tallies()
    others = ordinary.plus(excluded)
    if True:
""",
        why="items 5-7 count the other non-excluded ENIs",
    ),
    Mutant(
        name="own_addresses_of_the_eni_keep_the_targets",
        rules=("R136",),
        file="daemon/measure.py",
        old="        others = others.minus(eni.tally())\n",
        new="        pass\n",
        why="items 5-7 count the other ENIs",
    ),
    Mutant(
        name="addresses_with_pods_count_as_available_on_the_others",
        rules=("R136",),
        file="daemon/measure.py",
        old="return Others(total - others.pods(prefix_mode=store.prefix_mode), total,",
        new="return Others(total, total,",
        why="item 5 counts available addresses",
    ),
    Mutant(
        name="surplus_is_released_from_every_eni",
        rules=("R138",),
        file="daemon/shrink.py",
        old="    return over - released\n",
        new="    return over\n",
        why="what one ENI released is no longer over on the next",
    ),
    Mutant(
        name="release_stops_after_one_eni",
        rules=("R138",),
        file="daemon/shrink.py",
        old="    return over - released\n",
        new="    return 0\n",
        why="the next ENI releases what is still over",
    ),
    Mutant(
        name="release_takes_cidrs_that_got_a_pod",
        rules=("R138", "R23"),
        file="daemon/shrink.py",
        old="without = datastore.delete_cidr(store, eni_id, network, force=False)",
        new="without = datastore.delete_cidr(store, eni_id, network, force=True)",
        why="a CIDR that got a pod meanwhile is skipped",
        tests=("tests/rules",),
    ),
    Mutant(
        name="release_takes_cidrs_in_use",
        rules=("R138",),
        file="state.py",
        old="return tuple(cidr for cidr in self.cidrs if not cidr.in_use())",
        new="""\
return tuple(
            cidr for cidr in self.cidrs if cidr.assigned() < max(cidr.network.size, 2) - 1
        )""",
        why="only CIDRs without pods are released",
    ),
    Mutant(
        name="release_spares_the_other_kind",
        rules=("R138",),
        file="daemon/shrink.py",
        old="""\
    unused = eni.unused()
""",
        new="""\
    unused = tuple(c for c in eni.unused() if c.is_prefix == config.prefix_mode)
""",
        why="CIDRs of either kind are released",
    ),
    Mutant(
        name="release_skips_excluded_enis",
        rules=("R138",),
        file="daemon/shrink.py",
        old="""\
    unvisited = frozenset(eni.id for eni in node.store(card).enis)
""",
        new="""\
    unvisited = frozenset(e.id for e in node.store(card).enis if not e.excluded)
""",
        why="every ENI of the store gives, excluded ones too",
    ),
    Mutant(
        name="release_takes_whole_enis",
        rules=("R138",),
        file="daemon/shrink.py",
        old="Subsets(free, min(over, len(free)))",
        new="Subsets(free, len(free))",
        why="at most as many as are still over",
    ),
    Mutant(
        name="release_ignores_warm_prefix_target",
        rules=("R138",),
        file="rules/shrink.py",
        old="above_target = positive(k, free_prefixes - warm_prefix)",
        new="above_target = free_prefixes",
        why="the prefixes above Wp are released",
    ),
    Mutant(
        name="release_follows_the_prefix_target_under_warm_ip_targets",
        rules=("R138",),
        file="rules/shrink.py",
        old="return k.ite(warm_ip, over, k.ite(prefix_mode, above_target, 0))",
        new="return k.ite(prefix_mode, above_target, k.ite(warm_ip, over, 0))",
        why="over decides where a warm IP target is in force",
    ),
    Mutant(
        name="release_spares_cooling_addresses",
        rules=("R139",),
        file="daemon/shrink.py",
        old="""\
    if not config.quirk(Quirk.COOLING_RELEASED):
""",
        new="""\
    if config.quirk(Quirk.COOLING_RELEASED):
""",
        why="release does not look at the cooldown",
    ),
    Mutant(
        name="releases_are_not_remembered",
        rules=("R141",),
        file="daemon/shrink.py",
        old="""\
    if cidrs:
        node = remember_releases(node, [cidr.network for cidr in cidrs], now)
""",
        new="",
        why="released CIDRs are remembered",
    ),
    Mutant(
        name="failed_releases_are_not_remembered",
        rules=("R141",),
        file="daemon/shrink.py",
        old="""\
            _, node, now = yield from call(
                node, UnassignPrivateIpAddresses(eni, networks, prefixes), "R141"
            )
""",
        new="""\
            done, node, now = yield from call(
                node, UnassignPrivateIpAddresses(eni, networks, prefixes), "R141"
            )
            for network in networks if hasattr(done, 'code') else ():
                node = forget_release(node, network)
""",
        why="a failure is only logged, the CIDRs stay remembered",
    ),
    Mutant(
        name="prefixes_and_addresses_are_released_in_one_call",
        rules=("R141",),
        file="daemon/shrink.py",
        old="""\
        networks = tuple(cidr.network for cidr in cidrs if cidr.is_prefix == prefixes)
""",
        new="""\
        networks = tuple(cidr.network for cidr in cidrs if prefixes or not cidrs)
""",
        why="one call for the prefixes and one for the addresses",
    ),
    Mutant(
        name="first_release_waits",
        rules=("R143",),
        file="daemon/pool.py",
        old="return node.last_decrease is None or timing",
        new="return node.last_decrease is not None and timing",
        why="the first release may come in the first tick",
    ),
    Mutant(
        name="release_after_exactly_30_s",
        rules=("R143", "R72"),
        file="rules/timing.py",
        old="return k.gt(now - last_decrease, SHRINK_INTERVAL)",
        new="return k.ge(now - last_decrease, SHRINK_INTERVAL)",
        why="more than 30 s after the last",
    ),
    Mutant(
        name="release_in_every_tick",
        rules=("R143", "R72"),
        file="rules/timing.py",
        old="return k.gt(now - last_decrease, SHRINK_INTERVAL)",
        new="return k.ge(now - last_decrease, 0)",
        why="more than 30 s after the last",
    ),
)
