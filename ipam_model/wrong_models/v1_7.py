"""Daemons of v1.7 with bugs in what only they do (H3-H24)."""

from ipam_model.config import Config
from ipam_model.daemon import datastore, measure
from ipam_model.daemon.pods import PodReply
from ipam_model.daemon.procedure import Ask, Call, Procedure
from ipam_model.daemon.reconcile import Reconciled, put_forced
from ipam_model.daemon.v1_7 import growth, init, pods, reconcile, recovery
from ipam_model.daemon.v1_7 import measure as measure_v1_7
from ipam_model.requests import Failed, GetAddressesFromEC2, GetAttachedENIs
from ipam_model.state import Eni, Node, Totals
from ipam_model.wrong_models.interposing import with_answers
from ipam_model.wrong_models.registry import wrong_model
from ipam_model.wrong_models.replacing import Replacing

Reconciling = Procedure[tuple[Reconciled, Node]]


@wrong_model(breaks=("H24",), upstream=("#1967",))
def v1_7_failed_look_empties_the_store(replacing: Replacing) -> None:
    """In v1.7 a failing answer of IMDS empties the store, as an empty list does."""
    original = reconcile.reconcile

    def wrong(config: Config, node: Node, now: int) -> Reconciling:
        seen: list[object] = []

        def noted(ask: Ask, answer: object) -> object:
            if isinstance(ask, Call) and isinstance(ask.request, GetAttachedENIs):
                seen.append(answer)
            return answer

        outcome, node = yield from with_answers(original(config, node, now), noted)
        if seen and isinstance(seen[0], Failed):
            for eni in node.store(measure_v1_7.CARD).enis:
                store = node.store(measure_v1_7.CARD)
                without = datastore.remove_eni_by_force(config, store, eni)
                node, now = yield from put_forced(node, now, without)
        return outcome, node

    replacing.function(original, wrong)


@wrong_model(breaks=("H12",), upstream=("#711",))
def v1_7_sandboxes_not_asked(replacing: Replacing) -> None:
    """In v1.7 a start does not ask the container runtime which pods there are."""

    def wrong(node: Node, now: int) -> Procedure[tuple[Failed | None, Node, int]]:
        yield from ()
        return None, node, now

    replacing.function(recovery.recover, wrong)


@wrong_model(breaks=("H4",), upstream=("#989",))
def v1_7_full_request_to_a_used_eni(replacing: Replacing) -> None:
    """In v1.7 an existing ENI is asked to take as many addresses as a new one."""

    def wrong(config: Config, _eni: Eni) -> int:
        return config.slots

    replacing.function(measure.free_slots, wrong, within=growth)


@wrong_model(breaks=("H3",))
def v1_7_never_low(replacing: Replacing) -> None:
    """In v1.7 the pool is never too low: only starts fetch addresses."""

    def wrong(_config: Config, _pool: Totals) -> bool:
        return False

    replacing.function(measure_v1_7.too_low, wrong)


@wrong_model(breaks=("H7",), upstream=("#1204",))
def v1_7_granted_addresses_not_read(replacing: Replacing) -> None:
    """In v1.7 granted addresses enter the store only when reconcile finds them."""
    original = growth.fill_existing_eni

    def wrong(config: Config, node: Node, now: int) -> Procedure[tuple[object, Node, int]]:
        def unread(ask: Ask, answer: object) -> object:
            asks = isinstance(ask, Call) and isinstance(ask.request, GetAddressesFromEC2)
            return () if asks and not isinstance(answer, Failed) else answer

        return (yield from with_answers(original(config, node, now), unread))

    replacing.function(original, wrong)


@wrong_model(
    breaks=("H5",),
    survives="The first tick fetches it, 2.5 s later: no property asks for a pool before.",
)
def v1_7_start_creates_no_pool(replacing: Replacing) -> None:
    """In v1.7 a start fetches nothing."""

    def wrong(_config: Config, node: Node, now: int) -> Procedure[tuple[Failed | None, Node, int]]:
        yield from ()
        return None, node, now

    replacing.function(init.fill_one_eni, wrong)


@wrong_model(breaks=("H11",))
def v1_7_deleted_pods_keep_their_address(replacing: Replacing) -> None:
    """In v1.7 a DEL is answered with success, and the address stays with the pod."""

    def wrong(
        _config: Config, node: Node, _now: int, _key: object
    ) -> Procedure[tuple[PodReply, Node]]:
        yield from ()
        return PodReply(True), node

    replacing.function(pods.delete, wrong)
