"""Mutants of the data store: records, counters, totals (R11-R34)."""

from typing import Final

from tools.mutants.mutant import Mutant

MUTANTS: Final = (
    Mutant(
        name="eni_set_up_again_is_renewed",
        rules=("R11",),
        file="daemon/datastore.py",
        old="""\
    if store.eni(eni.id) is not None:
        return store
""",
        new="""\
    if store.eni(eni.id) is not None:
        return put_eni(store, eni)
""",
        why="inserting a known ENI changes nothing, its age stays",
    ),
    Mutant(
        name="eni_age_survives_a_restart",
        rules=("R11", "R136"),
        file="daemon/setup.py",
        old="created=now,",
        new="created=0,",
        why="an ENI's age starts with its insertion into the store",
    ),
    Mutant(
        name="primary_eni_is_never_excluded",
        rules=("R13",),
        file="daemon/setup.py",
        old="if excluded and not config.ipv6:",
        new="if excluded and not config.ipv6 and not eni.primary:",
        why="any ENI whose subnet is excluded at set-up is marked",
    ),
    Mutant(
        name="excluded_eni_is_not_marked",
        rules=("R13",),
        file="daemon/setup.py",
        old="evolve(known, excluded=True)",
        new="evolve(known, excluded=False)",
        why="the ENI of an excluded subnet stays marked while its record lives",
    ),
    Mutant(
        name="cooldown_ends_at_the_very_instant",
        rules=("R17",),
        file="rules/timing.py",
        old="return k.le(now - unassigned, period)",
        new="return k.lt(now - unassigned, period)",
        why="the boundary counts as cooling",
    ),
    Mutant(
        name="release_still_recent_at_its_expiry",
        rules=("R20",),
        file="rules/timing.py",
        old="return k.lt(now, expiry)",
        new="return k.le(now, expiry)",
        why="recent only while now < expiry",
    ),
    Mutant(
        name="release_is_remembered_for_30_s",
        rules=("R20", "R141"),
        file="rules/timing.py",
        old="RELEASED_MEMORY: Final = 60 * SECOND",
        new="RELEASED_MEMORY: Final = 30 * SECOND",
        why="released CIDRs are remembered for 60 s",
    ),
    Mutant(
        name="second_release_keeps_the_old_expiry",
        rules=("R20",),
        file="daemon/shrink.py",
        old="entries.update(dict.fromkeys(networks, now + timing.RELEASED_MEMORY))",
        new="entries = dict.fromkeys(networks, now + timing.RELEASED_MEMORY) | entries",
        why="releasing a CIDR again renews its entry",
    ),
    Mutant(
        name="address_is_stored_on_one_eni_only",
        rules=("R22",),
        file="daemon/datastore.py",
        old="""\
    if eni is None or eni.find(network) is not None:
        return store
""",
        new="""\
    if eni is None or any(c.network == network for _, c in store.cidrs()):
        return store
""",
        why="there is no check across ENIs: the same CIDR may stand on two",
    ),
    Mutant(
        name="cidr_is_stored_twice",
        rules=("R22", "R155"),
        file="daemon/datastore.py",
        old="""\
    if eni is None or eni.find(network) is not None:
        return store
""",
        new="""\
    if eni is None:
        return store
""",
        why="a CIDR the ENI already has changes nothing",
    ),
    Mutant(
        name="cooling_addresses_block_the_deletion_of_a_cidr",
        rules=("R23", "R138"),
        file="daemon/datastore.py",
        old="or (cidr.in_use() and not force):",
        new="or (cidr.records and not force):",
        why="only addresses held by pods block it",
    ),
    Mutant(
        name="forced_deletion_is_refused_under_pods",
        rules=("R23", "R156"),
        file="daemon/datastore.py",
        old="or (cidr.in_use() and not force):",
        new="or cidr.in_use():",
        why="a forced deletion unassigns",
    ),
    Mutant(
        name="forced_deletion_leaves_the_pod_its_assignment",
        rules=("R23",),
        file="daemon/datastore.py",
        old="return put_eni(store, eni.with_cidrs(kept), _without(store.holdings, (cidr,)))",
        new="return put_eni(store, eni.with_cidrs(kept), store.holdings)",
        why="the pods of a CIDR deleted by force lose their addresses",
    ),
    Mutant(
        name="forced_removal_counts_once",
        rules=("R24", "R151"),
        file="daemon/datastore.py",
        old="twice = eni.has_pods() and config.quirk(Quirk.DOUBLE_DECREMENT)",
        new="twice = eni.has_pods() and not config.quirk(Quirk.DOUBLE_DECREMENT)",
        why="the CIDRs of an ENI with pods are subtracted twice",
    ),
    Mutant(
        name="forced_removal_counts_twice_without_pods_too",
        rules=("R24",),
        file="daemon/datastore.py",
        old="twice = eni.has_pods() and config.quirk(Quirk.DOUBLE_DECREMENT)",
        new="twice = config.quirk(Quirk.DOUBLE_DECREMENT)",
        why="only an ENI with pods is subtracted twice",
    ),
    Mutant(
        name="forced_removal_spares_the_prefix_counter",
        rules=("R24", "R28"),
        file="daemon/datastore.py",
        old="store.prefix_drift - _prefixes(extra) + _prefixes(left),",
        new="store.prefix_drift + _prefixes(left),",
        why="allocatedPrefix is subtracted twice as well as total",
    ),
    Mutant(
        name="dropped_cidr_of_an_excluded_eni_is_subtracted",
        rules=("R25",),
        file="daemon/datastore.py",
        old="if not config.quirk(Quirk.CLEANUP_DRIFT):",
        new="if config.quirk(Quirk.CLEANUP_DRIFT):",
        why="the counters keep what was dropped",
    ),
    Mutant(
        name="dropped_prefix_of_an_excluded_eni_is_subtracted",
        rules=("R25",),
        file="daemon/datastore.py",
        old="dropped.prefix_drift + cidr.is_prefix,",
        new="dropped.prefix_drift,",
        why="the counter of prefixes keeps what was dropped",
    ),
    Mutant(
        name="cidrs_of_both_kinds_are_relevant",
        rules=("R27",),
        file="state.py",
        old="return cidr.is_prefix == self.prefix_mode",
        new="return True",
        why="only the kind of the store's mode is relevant",
    ),
    Mutant(
        name="totals_count_cidrs_of_both_kinds",
        rules=("R28", "R27"),
        file="state.py",
        old="""\
        ordinary.addresses(prefix_mode=prefix_mode),
        ordinary.pods(prefix_mode=prefix_mode),
""",
        new="""\
        ordinary.addresses(prefix_mode=True) + ordinary.addresses(prefix_mode=False),
        ordinary.pods(prefix_mode=True) + ordinary.pods(prefix_mode=False),
""",
        why="T and A sum the CIDRs of the mode's kind only",
    ),
    Mutant(
        name="totals_count_excluded_enis",
        rules=("R28",),
        file="state.py",
        old="""\
    ordinary, excluded = store.tallies()
    return Totals(
""",
        new="""\
    ordinary, excluded = store.tallies()
    ordinary, excluded = ordinary.plus(excluded), excluded.minus(excluded)
    return Totals(
""",
        why="addresses on excluded ENIs count towards no target",
    ),
    Mutant(
        name="cooling_addresses_of_excluded_enis_count",
        rules=("R28",),
        file="state.py",
        old="if not (eni.excluded or cidr.network.ipv6) and self.relevant(cidr)",
        new="if not cidr.network.ipv6 and self.relevant(cidr)",
        why="C leaves excluded ENIs out",
    ),
    Mutant(
        name="prefix_counter_does_not_drift",
        rules=("R28", "R24"),
        file="state.py",
        old="ordinary.prefixes + excluded.prefixes + store.prefix_drift,",
        new="ordinary.prefixes + excluded.prefixes,",
        why="X is the raw counter",
    ),
    Mutant(
        name="free_prefixes_leave_excluded_enis_out",
        rules=("R30",),
        file="state.py",
        old="ordinary.free_prefixes + excluded.free_prefixes,",
        new="ordinary.free_prefixes,",
        why="F counts the prefixes of all ENIs",
    ),
    Mutant(
        name="free_prefixes_count_those_in_use",
        rules=("R30",),
        file="state.py",
        old="if not held:",
        new="if held < cidr.network.size:",
        why="F counts prefixes without any assigned address",
    ),
    Mutant(
        name="pods_in_prefixes_do_not_hold_an_eni",
        rules=("R31", "R136"),
        file="state.py",
        old="if cidr.in_use() and not cidr.network.ipv6:",
        new="if cidr.in_use() and not cidr.is_prefix:",
        why="an ENI has pods if an address of either kind is assigned",
    ),
    Mutant(
        name="eni_cools_only_if_every_cidr_does",
        rules=("R32", "R136"),
        file="state.py",
        old="return any(cidr.cooling(now, period) for cidr in self.cidrs)",
        new="return all(cidr.cooling(now, period) for cidr in self.cidrs)",
        why="one cooling address is enough",
    ),
    Mutant(
        name="checkpoint_forgets_when_an_address_was_assigned",
        rules=("R34",),
        file="environment.py",
        old="CheckpointEntry(held.pod, held.address, held.since) for held",
        new="CheckpointEntry(held.pod, held.address, self.now) for held",
        why="the instant of the assignment is kept",
    ),
    Mutant(
        name="checkpoint_forgets_pod_names",
        rules=("R34", "R61"),
        file="environment.py",
        old="CheckpointEntry(held.pod, held.address, held.since) for held",
        new='CheckpointEntry(type(held.pod)(held.pod.key, ""), held.address, held.since) for held',
        why="the pod's name is kept, with which its host veth is found",
    ),
    Mutant(
        name="checkpoint_of_an_empty_node_is_not_written",
        rules=("R34",),
        file="environment.py",
        old="""\
        self._checkpoints[card] = holdings
""",
        new="""\
        if holdings:
            self._checkpoints[card] = holdings
""",
        why="the file lists exactly the assigned addresses, also when there are none",
    ),
)
