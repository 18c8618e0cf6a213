"""Daemons that treat an IPv6 node wrongly (R56, R60, R116, R162)."""

from attrs import evolve

from ipam_model.config import Config
from ipam_model.daemon import datastore, init, pods, reconcile, setup
from ipam_model.daemon.procedure import Procedure
from ipam_model.daemon.reconcile import Reconciled
from ipam_model.requests import AttachedEni, Failed
from ipam_model.state import Cidr, Node, Pod
from ipam_model.wrong_models.registry import wrong_model
from ipam_model.wrong_models.replacing import Replacing

SetUp = Procedure[tuple[Failed | None, Node, int]]


@wrong_model(breaks=("R60",))
def no_ipv6_prefix_taken(replacing: Replacing) -> None:
    """An IPv6 node's ENI is set up without a prefix."""

    def wrong(node: Node, now: int, _eni: AttachedEni) -> SetUp:
        yield from ()
        return None, node, now

    replacing.function(setup.take_ipv6_prefix, wrong)


@wrong_model(breaks=("R162",))
def ipv6_node_reconciled(replacing: Replacing) -> None:
    """An IPv6 node is reconciled like any other: IMDS lists none of its prefixes."""
    original = reconcile.reconcile

    def wrong(config: Config, node: Node, now: int) -> Procedure[tuple[Reconciled, Node]]:
        like_any = evolve(config, settings=evolve(config.settings, ipv6=False))
        return original(like_any, node, now)

    replacing.function(original, wrong)


@wrong_model(breaks=("R56",))
def ipv6_start_without_an_eni(replacing: Replacing) -> None:
    """With subnet discovery no ENI of an IPv6 node is left to use, and the start ends."""
    replacing.function(init.drop_excluded, _nothing_left)


def _nothing_left(
    _config: Config, node: Node, now: int, _attached: tuple[AttachedEni, ...]
) -> Procedure[tuple[Failed, Node, int]]:
    yield from ()
    return Failed("NoENI"), node, now


@wrong_model(breaks=("R116",))
def ipv6_pods_share_the_first_address(replacing: Replacing) -> None:
    """Every pod of an IPv6 node gets the first address of the prefix."""
    original = datastore.assignable

    def wrong(cidr: Cidr, now: int, cooldown: int) -> tuple[int, ...]:
        return (cidr.network.address,) if cidr.network.ipv6 else original(cidr, now, cooldown)

    replacing.function(original, wrong)


@wrong_model(breaks=("R116",))
def ipv6_pods_refused(replacing: Replacing) -> None:
    """An IPv6 node has no address for any pod."""
    original = pods.assign

    def wrong(
        config: Config, node: Node, now: int, card: int, pod: Pod
    ) -> Procedure[tuple[pods.Given | str, Node, int]]:
        if config.ipv6:
            yield from ()
            return pods.NO_AVAILABLE, node, now
        return (yield from original(config, node, now, card, pod))

    replacing.function(original, wrong)
