"""Plausible bugs of a daemon v1.7: what today's daemon does, or a step forgotten."""

from functools import partial

from ipam_model.config import Version
from tests.trace.mutation import Mutant

_Mutant = partial(Mutant, version=Version.V1_7)

MUTANTS = (
    _Mutant(
        "H3",
        "stops at a cap",
        "daemon.v1_7.measure.too_low",
        "return growth.target_unmet(",
        "return pool.total < 8 and growth.target_unmet(",
        emphasis="pods",
    ),
    _Mutant(
        "H4",
        "extends by what is short",
        "daemon.v1_7.growth.fill_existing_eni",
        "if eni is not None else 0",
        "if eni is not None else 0\n    count = min(count, size_of_new_eni(config, node))",
        "warm_ip",
    ),
    _Mutant(
        "H4",
        "fills new ENIs",
        "daemon.v1_7.growth.size_of_new_eni",
        "False, defined,",
        "False, False,",
        "warm_ip",
    ),
    _Mutant(
        "H5",
        "start without filling",
        "daemon.v1_7.init.fill_one_eni",
        "outcome.error is None and outcome.grew",
        "False",
    ),
    _Mutant(
        "H6",
        "no new ENI after a failure",
        "daemon.v1_7.growth.increase",
        "if room_for_eni(config, node):",
        "if outcome.error is None and room_for_eni(config, node):",
        emphasis="faults",
    ),
    _Mutant(
        "H7",
        "no second try",
        "daemon.v1_7.growth.assign_or_one",
        "if error is not None:",
        "if False:",
        emphasis="faults",
    ),
    _Mutant(
        "H7",
        "limit exceeded is a failure",
        "daemon.v1_7.growth.assign_addresses",
        " and answer.code != Code.ADDRESS_LIMIT",
        "",
        emphasis="faults",
    ),
    _Mutant(
        "H8",
        "back-off after a shortage",
        "daemon.v1_7.growth.increase",
        "    outcome, node, now = yield from fill_existing_eni(config, node, now)",
        "    since = node.last_insufficient\n"
        "    if since is not None and timing.backing_off(INTS, now, since):\n"
        "        return node, now\n"
        "    outcome, node, now = yield from fill_existing_eni(config, node, now)\n"
        "    if outcome.error is not None and outcome.error.code == Code.INSUFFICIENT_ADDRESSES:\n"
        "        node = evolve(node, last_insufficient=now)",
        emphasis="faults",
    ),
    _Mutant(
        "H9",
        "one look only",
        "daemon.v1_7.growth.wait_until_listed",
        "timing.SETUP_ATTEMPTS",
        "1",
    ),
    _Mutant(
        "H9",
        "waits for addresses",
        "daemon.v1_7.growth.wait_until_listed",
        "if eni.id == eni_id:",
        "if eni.id == eni_id and eni.addresses:",
    ),
    _Mutant(
        "H12",
        "whole keys recovered",
        "daemon.v1_7.recovery.entry_of",
        "PodKey(sandbox.container, MIGRATED_NETWORK, MIGRATED_INTERFACE)",
        "PodKey(sandbox.container)",
        emphasis="restarts",
    ),
    _Mutant(
        "H12",
        "nothing recovered",
        "daemon.v1_7.recovery.recover",
        "for sandbox in sandboxes:",
        "for sandbox in ():",
        emphasis="restarts",
    ),
    _Mutant(
        "H13",
        "surplus released on every ENI",
        "daemon.v1_7.shrink.over_now",
        "return measure.release_size(config, card, totals(node.store(card)))",
        "return _over",
        "warm_ip",
        emphasis="drains",
    ),
    _Mutant(
        "H14",
        "cordoned node frees no ENI",
        "daemon.v1_7.shrink.free_one_eni",
        "if not deletable:",
        "if len(node.store(CARD).enis) == 2 or not deletable:",
        emphasis="drains",
    ),
    _Mutant(
        "H15",
        "releases in every tick",
        "daemon.v1_7.pool.decrease",
        "if last is not None and",
        "if False and",
        "warm_ip",
    ),
    _Mutant(
        "H20",
        "bare record removed",
        "daemon.v1_7.setup.set_up_eni",
        "            return linked, node, now",
        "            bare = datastore.remove_eni(node.store(CARD), eni.id)\n"
        "            return linked, datastore.put_store(node, bare), now",
        emphasis="faults",
    ),
    _Mutant(
        "H20",
        "primary address always known",
        "daemon.v1_7.setup.pod_addresses",
        "if eni.id not in node.primaries:",
        "if False:",
        emphasis="faults",
    ),
    _Mutant(
        "H24",
        "keeps pods that IMDS does not list",
        "daemon.v1_7.reconcile.compare",
        "force=True",
        "force=False",
        emphasis="others",
    ),
    _Mutant(
        "H25",
        "believes what was released before",
        "daemon.v1_7.reconcile.sight",
        "if released_earlier(node, network, now):",
        "if False:",
        "warm_ip",
    ),
)
