"""Daemons that treat several network cards wrongly (R8, R9, R34, R49, R120-R125, R191)."""

from attrs import evolve

from ipam_model.config import Config
from ipam_model.daemon import init, measure, pods, pool
from ipam_model.daemon.measure import Decision
from ipam_model.daemon.pods import PodReply
from ipam_model.daemon.procedure import Procedure
from ipam_model.environment import Environment
from ipam_model.state import Holding, Node, Pod, PodKey, Store
from ipam_model.wrong_models.registry import wrong_model
from ipam_model.wrong_models.replacing import Replacing

Update = Procedure[tuple[bool, Node, int]]


@wrong_model(breaks=("R49", "R72"))
def only_card_0_is_updated(replacing: Replacing) -> None:
    """The pool update looks after card 0 alone."""
    original = pool.update_card

    def wrong(config: Config, node: Node, now: int, decision: Decision) -> Update:
        if decision.card > 0:
            yield from ()
            return False, node, now
        return (yield from original(config, node, now, decision))

    replacing.function(original, wrong)


@wrong_model(breaks=("R8", "R9"))
def unmanaged_cards_are_used(replacing: Replacing) -> None:
    """Every card gets a data store, those that are to be left alone too."""
    original = init.create_stores

    def wrong(config: Config, node: Node) -> Node:
        made = original(config, evolve(node, unmanaged_cards=frozenset()))
        return evolve(made, unmanaged_cards=node.unmanaged_cards)

    replacing.function(original, wrong)


@wrong_model(breaks=("R34", "R114"))
def cards_share_a_checkpoint(replacing: Replacing) -> None:
    """The checkpoint of every card is written to the file of card 0."""
    original = Environment.write_checkpoint

    def wrong(environment: Environment, _card: int, holdings: dict[PodKey, Holding]) -> None:
        original(environment, 0, holdings)

    replacing.method(Environment, "write_checkpoint", wrong)


@wrong_model(breaks=("R120", "R121"))
def one_address_for_every_card(replacing: Replacing) -> None:
    """A pod that asks for an address on every card gets one, and is told that this is all."""
    original = pods.add

    def wrong(
        config: Config, node: Node, now: int, pod: Pod, *, multi: bool = False
    ) -> Procedure[tuple[PodReply, Node]]:
        return original(config, node, now, pod, multi=multi and not config.settings.multi_nic)

    replacing.function(original, wrong)


@wrong_model(breaks=("R121",))
def only_card_0_serves(replacing: Replacing) -> None:
    """A pod is refused if card 0 has no address, whatever the other cards have."""
    replacing.function(pods.is_last, lambda *_: True)


@wrong_model(breaks=("R125",))
def freed_on_one_card_only(replacing: Replacing) -> None:
    """DEL frees a pod's address on one card, and leaves it those on the others."""
    original = pods.unassign

    def wrong(
        node: Node, now: int, card: int, key: PodKey
    ) -> Procedure[tuple[Holding | str, Node, int]]:
        freed, node, now = yield from original(node, now, card, key)
        if isinstance(freed, Holding):
            freed = freed._replace(pod=evolve(freed.pod, interfaces=1))
        return freed, node, now

    replacing.function(original, wrong, within=pods)


@wrong_model(breaks=("R33", "R49"))
def enis_of_all_cards_counted(replacing: Replacing) -> None:
    """The limit of one card's ENIs is compared with the ENIs of all cards."""
    original = measure.room_for_eni

    def wrong(config: Config, node: Node, store: Store) -> bool:
        enis = tuple(eni for each in node.stores for eni in each.enis)
        return original(config, node, evolve(store, enis=enis))

    replacing.function(original, wrong)
