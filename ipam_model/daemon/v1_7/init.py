"""Start of v1.7 (H5, H18)."""

from functools import partial

from ipam_model.catalogue import Kind, rule
from ipam_model.config import Config, Quirk
from ipam_model.daemon.init import Exited, Started, confirmed_by_ec2, set_up_with_retry
from ipam_model.daemon.procedure import OneOf, Procedure, call, choose
from ipam_model.daemon.setup import managed_enis
from ipam_model.daemon.v1_7.growth import fill_existing_eni
from ipam_model.daemon.v1_7.measure import CARD
from ipam_model.daemon.v1_7.pool import announce_trunk
from ipam_model.daemon.v1_7.recovery import recover
from ipam_model.daemon.v1_7.setup import classify, set_up_eni
from ipam_model.records import evolve
from ipam_model.requests import (
    AttachedEni,
    DescribeAllENIs,
    Described,
    Failed,
    SetNodeLabel,
)
from ipam_model.state import Node, Store

ENI_CONFIG_LABEL = "vpc.amazonaws.com/eniConfig"


def start(config: Config, now: int) -> Procedure[Started | Exited]:
    """Start the daemon with empty memory (ipamd:344-457)."""
    node = Node()
    described, node, now = yield from call(node, DescribeAllENIs(), "R54")
    if isinstance(described, Failed):
        return Exited(described)
    attached, node = managed_enis(classify(node, described), described.enis)
    node = evolve(node, stores=(Store(CARD, False),))
    node, now = yield from set_up_all(config, node, now, described, attached)
    error, node, now = yield from recover(node, now)
    if error is None:
        error, node, now = yield from label_node(config, node, now, described)
    if error is None:
        error, node, now = yield from fill_one_eni(config, node, now)
    return Started(node) if error is None else Exited(error)


def set_up_all(
    config: Config,
    node: Node,
    now: int,
    described: Described,
    attached: tuple[AttachedEni, ...],
) -> Procedure[tuple[Node, int]]:
    """Set up the managed ENIs in any order; none is tagged, and no failure is fatal (R57)."""
    remaining = {eni.id: eni for eni in attached}
    while remaining:
        chosen = next(iter(remaining))
        if len(remaining) > 1:
            chosen, node, now = yield from choose(node, OneOf(tuple(remaining)), "R192")
        eni = remaining.pop(chosen)
        if not config.quirk(Quirk.STALE_ADDRESSES_ADOPTED):
            eni, node, now = yield from confirmed_by_ec2(node, now, eni)
        set_up = partial(set_up_eni, trunk=eni.id == described.trunk)
        node, now = yield from set_up_with_retry(node, now, eni, set_up)
    return node, now


def label_node(
    config: Config, node: Node, now: int, described: Described
) -> Procedure[tuple[Failed | None, Node, int]]:
    """Label the node for the VPC resource controller; a failure ends the start, save one.

    The label that asks for a trunk ENI is asked for again in every pool update.
    """
    labelled, node, now = yield from call(node, SetNodeLabel(ENI_CONFIG_LABEL), "R65")
    if isinstance(labelled, Failed):
        return labelled, node, now
    if described.trunk is None:
        node, now = yield from announce_trunk(config, node, now)
        return None, node, now
    labelled, node, now = yield from call(node, SetNodeLabel("has-trunk-attached"), "R65")
    return (labelled if isinstance(labelled, Failed) else None), node, now


@rule(
    "H5",
    "A start fills one existing ENI, even if the pool is not low, without provisioning and while "
    "terminating; it never creates an ENI, and any error ends it.",
    source="ipamd:445-451",
    kind=Kind.STEP,
)
@rule(
    "H18",
    "With a warm IP target in force a start fills an ENI only if addresses are short.",
    source="ipamd:727-732",
    kind=Kind.STEP,
)
def fill_one_eni(
    config: Config, node: Node, now: int
) -> Procedure[tuple[Failed | None, Node, int]]:
    """The first growth."""
    outcome, node, now = yield from fill_existing_eni(config, node, now)
    if outcome.error is None and outcome.grew:
        node = evolve(node, last_pool_action=now)
    return outcome.error, node, now
