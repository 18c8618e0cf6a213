"""Of which nodes the counting model speaks, as far as their description tells.

What a world says besides, once the daemon runs, is `counting.abstraction.obstacles`.
"""

from collections.abc import Iterator

from ipam_model.config import Quirk, Version
from ipam_model.daemon import measure
from ipam_model.nodes import NodeSetup


def outside_of_the_model(node: NodeSetup) -> tuple[str, ...]:
    """Why the counting model and the theorems do not speak of a node; empty: they do.

    Addresses that run out are another matter.
    """
    return tuple(_reasons(node))


def _reasons(node: NodeSetup) -> Iterator[str]:
    config = node.config
    settings = config.settings
    if config.version is not Version.V1_23:
        yield f"the theorems speak of {Version.V1_23.value}, not of {config.version.value}"
    if settings.multi_nic and config.cards > 1:
        yield "several cards share the clocks (R49)"
    if config.limits.default_card:
        yield "the primary ENI is not on card 0, of which the theorems speak (R8)"
    if config.max_enis > config.limits.enis_on(0):
        yield "EC2 attaches fewer ENIs to card 0 than the daemon counts on (R2)"
    if settings.custom_networking:
        yield "custom networking does not extend the primary ENI (R50)"
    if config.keeps_trunk_slot:
        yield "a slot may be kept for a trunk ENI (R33)"
    if not measure.provisions(config):
        yield "provisioning is disabled (R78)"
    if Quirk.COOLING_RELEASED not in node.quirks:
        yield "a release passes over cooling addresses (R139, repaired)"
    if len(node.subnets) > 1:
        yield "several subnets"
