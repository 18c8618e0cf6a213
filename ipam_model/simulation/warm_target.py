"""How many addresses the daemon wants to own: the level at which it stops growing."""

from ipam_model.arithmetic import INTS
from ipam_model.config import Config, Version
from ipam_model.daemon import measure
from ipam_model.daemon.article import ledger
from ipam_model.rules import warm_pool
from ipam_model.state import Node, Store, totals


def wanted_addresses(config: Config, node: Node) -> int:
    """The fewest addresses in the pool for which it is not too low, with the pods of this moment.

    Assigned + WARM_IP_TARGET, or MINIMUM_IP_TARGET if that is more; without these, assigned +
    WARM_ENI_TARGET ENIs' or WARM_PREFIX_TARGET prefixes' worth (one address where the target is 0);
    whole prefixes in prefix mode (R79, R87, R93). Neither max pods nor the instance's limits are
    in it, so a full node may own less than it wants. 0 with provisioning disabled (R52). Under the
    article's policy: what its next steps lead to. 0 on an IPv6 node, whose pool no target governs.
    """
    if not measure.provisions(config) or config.ipv6:
        return 0
    if not node.stores:  # It is still starting.
        return 0
    if config.version is Version.ARTICLE_2021:
        return ledger.wanted_addresses(ledger.read(config, node))
    return sum(_wanted_on_card(config, store) for store in node.stores)


def _wanted_on_card(config: Config, store: Store) -> int:
    pool = totals(store)
    targets = measure.warm_targets(config, store.card)
    if targets.defined:
        counted = (targets.warm, targets.minimum, pool.total, pool.available)
        wanted = pool.total + warm_pool.missing(INTS, *counted) - warm_pool.surplus(INTS, *counted)
    elif config.prefix_mode:
        wanted = pool.assigned + max(config.settings.warm_prefix_target * config.block, 1)
    else:
        wanted = pool.assigned + max(config.settings.warm_eni_target * config.addresses_per_eni, 1)
    return INTS.ceil_div(wanted, config.block) * config.block if config.prefix_mode else wanted
