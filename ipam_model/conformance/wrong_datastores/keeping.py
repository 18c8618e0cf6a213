"""Stores that are wrong about what may go and what there is (R27-R30, R127, R136-R139)."""

from attrs import evolve

from ipam_model.config import Config
from ipam_model.conformance import datastore_happening
from ipam_model.conformance.datastore_events import (
    Freeable,
    RemoveUnusedEni,
)
from ipam_model.conformance.datastore_happening import CARD, done
from ipam_model.conformance.subject import Reply
from ipam_model.conformance.wrong_datastores.registry import replace_operation, wrong_datastore
from ipam_model.daemon import cleanup, datastore, pods, shrink
from ipam_model.daemon.procedure import Procedure
from ipam_model.rules import timing
from ipam_model.state import Holding, Node
from ipam_model.world import Runner
from ipam_model.wrong_models.replacing import Replacing


@wrong_datastore(breaks=("R127",))
def emptied_excluded_address_gone_at_once(replacing: Replacing) -> None:
    """The emptied CIDR of an excluded ENI leaves the store without delay."""
    original = pods.plan_cleanup

    def wrong(node: Node, now: int, card: int, held: Holding) -> Node:
        planned = original(node, now, card, held)
        if planned is node:
            return node
        eni = node.store(card).eni(held.eni)
        kept = node.cleanups
        assert eni is not None, "an address was held on an ENI of the store"
        without = datastore.delete_cidr(node.store(card), eni.id, held.network, force=False)
        assert without is not None, "what is planned is to delete a CIDR without pods"
        return evolve(datastore.put_store(node, without), cleanups=kept)

    replacing.function(original, wrong)


@wrong_datastore(breaks=("R127",))
def included_again_and_cleaned_up(replacing: Replacing) -> None:
    """The emptied CIDR of an ENI that is no longer excluded leaves the store, too."""
    original = cleanup.run_due_cleanups

    def wrong(config: Config, node: Node, now: int) -> Procedure[tuple[Node, int]]:
        due = {each.eni for each in node.cleanups if each.due <= now}
        excluded = {eni.id for store in node.stores for eni in store.enis if eni.excluded}
        node, now = yield from original(config, _excluding(node, due | excluded), now)
        return _excluding(node, excluded), now

    replacing.function(original, wrong)


def _excluding(node: Node, enis: set[str]) -> Node:
    for store in node.stores:
        changed = tuple(evolve(eni, excluded=eni.id in enis) for eni in store.enis)
        node = datastore.put_store(node, evolve(store, enis=changed))
    return node


@wrong_datastore(breaks=("R136",))
def efa_eni_removed(replacing: Replacing) -> None:
    """An EFA ENI may go."""
    original = datastore_happening.remove_unused_eni

    def wrong(runner: Runner, event: RemoveUnusedEni) -> Reply:
        store = runner.memory().store(CARD)
        plain = tuple(evolve(eni, efa=False) for eni in store.enis)
        efas = {eni.id for eni in store.enis if eni.efa}
        runner.node = datastore.put_store(runner.memory(), evolve(store, enis=plain))
        reply = original(runner, event)
        after = runner.memory().store(CARD)
        back = tuple(evolve(eni, efa=eni.id in efas) for eni in after.enis)
        runner.node = datastore.put_store(runner.memory(), evolve(after, enis=back))
        return reply

    replace_operation(replacing, original, wrong)


@wrong_datastore(breaks=("R136",))
def minimum_ignored(replacing: Replacing) -> None:
    """An ENI may go although the others have fewer addresses than MINIMUM_IP_TARGET."""
    original = datastore_happening.remove_unused_eni
    replace_operation(
        replacing,
        original,
        lambda runner, event: original(runner, evolve(event, minimum_ip=0)),
    )


@wrong_datastore(breaks=("R136",))
def warm_target_ignored(replacing: Replacing) -> None:
    """An ENI may go although the others have fewer free addresses than WARM_IP_TARGET."""
    original = datastore_happening.remove_unused_eni
    replace_operation(
        replacing, original, lambda runner, event: original(runner, evolve(event, warm_ip=0))
    )


@wrong_datastore(breaks=("R136",))
def old_eni_is_young_for_longer(replacing: Replacing) -> None:
    """An ENI of exactly 60 s is still too young to go."""
    replacing.function(
        timing.eni_too_young, lambda _k, now, created: now - created <= timing.MINIMUM_ENI_LIFE
    )


@wrong_datastore(breaks=("R138", "R139"))
def freeable_in_use(replacing: Replacing) -> None:
    """CIDRs with pods are called freeable."""
    replacing.function(
        shrink.releasable, lambda _config, eni, _now: tuple(each.network for each in eni.cidrs)
    )


@wrong_datastore(breaks=("R138", "R139"))
def freeable_of_one_kind(replacing: Replacing) -> None:
    """Only single addresses are called freeable."""
    original = datastore_happening.freeable

    def wrong(runner: Runner, event: Freeable) -> Reply:
        reply = original(runner, event)
        cidrs = reply.get("cidrs")
        if not isinstance(cidrs, list):
            return reply
        return done(cidrs=[each for each in cidrs if str(each).endswith("/32")])

    replace_operation(replacing, original, wrong)
