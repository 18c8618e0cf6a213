"""Mutants of pod add and delete (R111-R127)."""

from typing import Final

from tools.mutants.mutant import Mutant

_TESTS = ("tests/rules",)

MUTANTS: Final = (
    Mutant(
        name="repeated_add_takes_a_second_address",
        rules=("R111",),
        file="daemon/pods.py",
        old="""\
    if held is not None:
        return given_by(held, _eni(store, held)), node, now
""",
        new="",
        why="a key that has an address gets that address again",
    ),
    Mutant(
        name="excluded_eni_serves_pods",
        rules=("R112",),
        file="daemon/pods.py",
        old="""\
            if eni.excluded:
                continue
""",
        new="",
        why="an excluded ENI gives no addresses",
    ),
    Mutant(
        name="cidrs_of_the_other_kind_serve_pods",
        rules=("R112",),
        file="daemon/pods.py",
        old="""\
                if cidr.is_prefix == prefix_mode:
""",
        new="""\
                if cidr.network.size:
""",
        why="only CIDRs of the mode's kind serve pods",
    ),
    Mutant(
        name="pods_come_from_the_first_eni",
        rules=("R112",),
        file="daemon/pods.py",
        old="for eni in self._store.enis:",
        new="for eni in self._store.enis[:1]:",
        why="any ENI and any CIDR may serve the pod",
    ),
    Mutant(
        name="primary_eni_serves_no_pods",
        rules=("R112", "R50"),
        file="daemon/pods.py",
        old="""\
            if eni.excluded:
                continue
""",
        new="""\
            if eni.excluded or eni.primary:
                continue
""",
        why="any ENI that is not excluded serves pods, the primary too",
    ),
    Mutant(
        name="fresh_addresses_come_before_expired_ones",
        rules=("R113",),
        file="daemon/datastore.py",
        old="""\
    if expired or len(records) == network.size:
""",
        new="""\
    if len(records) == network.size:
""",
        why="an expired address comes first",
    ),
    Mutant(
        name="expired_records_are_kept",
        rules=("R113",),
        file="daemon/datastore.py",
        old="""\
            if old.pod is not None or timing.cooling(INTS, now, old.since, cooldown)
""",
        new="""\
            if old.address != address
""",
        why="all expired records of the CIDR are forgotten when one is given out",
    ),
    Mutant(
        name="cooling_addresses_are_given_out",
        rules=("R113",),
        file="daemon/datastore.py",
        old="""\
        if record.pod is None and not timing.cooling(INTS, now, record.since, cooldown)
    ]
""",
        new="""\
        if record.pod is None
    ]
""",
        why="cooling addresses are never given out",
    ),
    Mutant(
        name="first_address_of_a_prefix_is_not_used",
        rules=("R113",),
        file="daemon/datastore.py",
        old="""\
    if not records:
        return (network.address,)
""",
        new="""\
    if not records:
        return (network.address + (network.size > 1),)
""",
        why="the lowest address without a record, the network address included",
    ),
    Mutant(
        name="fresh_address_is_the_one_after_the_last_used",
        rules=("R113",),
        file="daemon/datastore.py",
        old="""\
        if record.address != address:
            break
        address += 1
""",
        new="""\
        address = record.address + 1
""",
        why="the lowest address without a record",
    ),
    Mutant(
        name="assignment_without_checkpoint_stands",
        rules=("R114",),
        file="daemon/pods.py",
        old="""\
        return CHECKPOINT_FAILED, datastore.put_store(node, undone), now
""",
        new="""\
        del undone
        return CHECKPOINT_FAILED, node, now
""",
        why="if the checkpoint cannot be written the assignment is undone",
    ),
    Mutant(
        name="undone_assignment_cools_down",
        rules=("R114",),
        file="daemon/pods.py",
        old="undone = datastore.forget(node.store(card), store.holdings[pod.key])",
        new="undone = datastore.unassign(node.store(card), store.holdings[pod.key], now)",
        why="an undone assignment leaves no record",
    ),
    Mutant(
        name="failed_checkpoint_write_is_ignored",
        rules=("R114",),
        file="daemon/pods.py",
        old="""\
    if isinstance(written, Failed):
        undone""",
        new="""\
    if isinstance(written, Failed) and written.code == "":
        undone""",
        why="an address is not given out before the checkpoint is written",
    ),
    Mutant(
        name="reply_names_the_wrong_device",
        rules=("R117",),
        file="daemon/pods.py",
        old="""\
    return Given(held.address, eni.device)
""",
        new="""\
    return Given(held.address, eni.device + 1)
""",
        why="the device number is that of the address's ENI",
    ),
    Mutant(
        name="repeated_add_names_device_0",
        rules=("R117",),
        file="daemon/pods.py",
        old="""\
        return given_by(held, _eni(store, held)), node, now
""",
        new="""\
        return Given(held.address, 0), node, now
""",
        why="the device number is that of the address's ENI",
    ),
    Mutant(
        name="incomplete_key_gets_an_address",
        rules=("R120",),
        file="daemon/pods.py",
        old="""\
    if not all(pod.key):
""",
        new="""\
    if not any(pod.key):
""",
        why="an ADD with an incomplete key is refused",
    ),
    Mutant(
        name="several_cards_without_multi_nic",
        rules=("R120",),
        file="daemon/pods.py",
        old="""\
    if multi and not config.settings.multi_nic:
""",
        new="""\
    if multi and config.settings.multi_nic:
""",
        why="ENABLE_MULTI_NIC must allow several addresses",
    ),
    Mutant(
        name="multi_nic_pod_gets_one_address",
        rules=("R120", "R121"),
        file="daemon/pods.py",
        old="""\
    needed = len(node.stores) if multi else 1
""",
        new="""\
    needed = 1
""",
        why="a pod that asks for several cards needs one address per data store",
        tests=_TESTS,
    ),
    Mutant(
        name="interface_count_is_not_recorded",
        rules=("R120", "R125"),
        file="daemon/pods.py",
        old="""\
    if needed != pod.interfaces:
        pod = evolve(pod, interfaces=needed)
""",
        new="",
        why="the assignment says how many addresses the pod has",
        tests=_TESTS,
    ),
    Mutant(
        name="exhausted_node_answers_success",
        rules=("R121",),
        file="daemon/pods.py",
        old="needed == 1 and not is_last(config, node, card)):",
        new="needed == 1):",
        why="the last store without an address ends the request",
    ),
    Mutant(
        name="exhausted_store_ends_the_request",
        rules=("R121",),
        file="daemon/pods.py",
        old="""\
        elif not (got == NO_AVAILABLE and needed == 1 and not is_last(config, node, card)):
""",
        new="""\
        else:
""",
        why="a single-address pod passes over a store without an address",
        tests=_TESTS,
    ),
    Mutant(
        name="single_address_pod_takes_one_per_store",
        rules=("R121",),
        file="daemon/pods.py",
        old="""\
        if len(given) == needed:
            break
        got""",
        new="        got",
        why="the stores are asked until the pod has what it needs",
        tests=_TESTS,
    ),
    Mutant(
        name="deleted_address_does_not_cool_down",
        rules=("R124",),
        file="daemon/datastore.py",
        old="""\
    freed = cidr.with_record(AddressRecord(holding.address, None, now))
""",
        new="""\
    freed = evolve(cidr, records=tuple(
        record for record in cidr.records if record.address != holding.address
    ))
""",
        why="the cooldown starts when an address is taken back",
    ),
    Mutant(
        name="cooldown_starts_with_the_assignment",
        rules=("R124",),
        file="daemon/datastore.py",
        old="""\
    freed = cidr.with_record(AddressRecord(holding.address, None, now))
""",
        new="""\
    freed = cidr.with_record(AddressRecord(holding.address, None, holding.since))
""",
        why="the cooldown starts when an address is taken back",
    ),
    Mutant(
        name="delete_without_checkpoint_stands",
        rules=("R124",),
        file="daemon/pods.py",
        old="""\
        return CHECKPOINT_FAILED, datastore.put_store(node, store), now
""",
        new="""\
        return CHECKPOINT_FAILED, node, now
""",
        why="a failed write restores the assignment",
    ),
    Mutant(
        name="migrated_sandbox_is_unknown",
        rules=("R124",),
        file="daemon/pods.py",
        old="""\
        held = store.holdings.get(PodKey(key.container, MIGRATED_NETWORK, MIGRATED_INTERFACE))
""",
        new="""\
        held = None
""",
        why="the record of the same container migrated from the CRI is found",
        tests=_TESTS,
    ),
    Mutant(
        name="delete_of_a_gone_pod_is_unknown",
        rules=("R125",),
        file="daemon/pods.py",
        old="""\
    if pod is None:
        return PodReply(True), node, now
    if compare_uid""",
        new="""\
    if pod is None:
        return None, node, now
    if compare_uid""",
        why="with ENABLE_POD_ENI an unknown pod whose object is gone is deleted successfully",
    ),
    Mutant(
        name="every_unknown_pod_counts_as_gone",
        rules=("R125",),
        file="daemon/pods.py",
        old="""\
    if pod is None:
        return PodReply(True), node, now
    if compare_uid""",
        new="""\
    if not isinstance(pod, Failed):
        return PodReply(True), node, now
    if compare_uid""",
        why="only if the pod's object is gone",
    ),
    Mutant(
        name="gone_pods_are_looked_up_without_pod_eni",
        rules=("R125",),
        file="daemon/pods.py",
        old="""\
            if config.settings.pod_eni:
                told""",
        new="""\
            if config.settings.ipv4:
                told""",
        why="the pod's object is only read with ENABLE_POD_ENI",
    ),
    Mutant(
        name="unreadable_pod_object_counts_as_unknown_pod",
        rules=("R125",),
        file="daemon/pods.py",
        old="""\
        return PodReply(False, (), pod.code), node, now
""",
        new="""\
        return None, node, now
""",
        why="a pod object that cannot be read fails the request",
    ),
    Mutant(
        name="delete_frees_one_address_of_a_multi_nic_pod",
        rules=("R125",),
        file="daemon/pods.py",
        old="""\
            to_find = max(freed.pod.interfaces, 1)
""",
        new="""\
            to_find = 1
""",
        why="as many addresses as the first hit says",
        tests=_TESTS,
    ),
    Mutant(
        name="delete_searches_card_0_only",
        rules=("R125", "R126"),
        file="daemon/pods.py",
        old="""\
            if not is_last(config, node, card):
                continue
""",
        new="""\
            if not is_last(config, node, card):
                return PodReply(False, given, freed), node
""",
        why="the stores are searched in card order",
        tests=_TESTS,
    ),
    Mutant(
        name="delete_of_an_unknown_pod_succeeds",
        rules=("R126",),
        file="daemon/pods.py",
        old="""\
    return PodReply(not error, given, error), node
""",
        new="""\
    return PodReply(True, given, error), node
""",
        why="DEL succeeds exactly if no error was collected",
    ),
    Mutant(
        name="delete_matches_any_key_of_the_container",
        rules=("R124",),
        file="daemon/pods.py",
        old="""\
        held = store.holdings.get(PodKey(key.container, MIGRATED_NETWORK, MIGRATED_INTERFACE))
""",
        new="""\
        of_container = [each for each in store.holdings if each.container == key.container]
        held = store.holdings[of_container[0]] if of_container else None
""",
        why="besides the key itself only the migrated one is looked up",
        tests=("tests/rules/test_pods.py",),
    ),
)
