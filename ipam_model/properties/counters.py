"""Counters and sums."""

from ipam_model.properties.aggregates import size
from ipam_model.properties.ownership import stores
from ipam_model.properties.registry import Verdict, Violated, every_state, holds
from ipam_model.world import World


@every_state(
    "I13",
    "The counters are what they count: `total` the addresses, `allocatedPrefix` the prefixes.",
    source="R21, R24-R26",
)
def counters_do_not_drift(world: World) -> Verdict:
    """The model keeps the counters as sums and a drift beside them (R26)."""
    for store in stores(world):
        if store.total_drift or store.prefix_drift:
            return Violated(
                f"card {store.card}: total is off by {store.total_drift}, "
                f"allocatedPrefix by {store.prefix_drift}"
            )
    return holds(bool(stores(world)))


@every_state(
    "P-S4",
    "Counters equal the sums they stand for, and 0 ≤ A ≤ T.",
    source="#2041, #3544",
)
def counters_equal_sums(world: World) -> Verdict:
    """`total` and `allocatedPrefix` as the daemon has them, the addresses in use, U per card."""
    for store in stores(world):
        total = sum(cidr.network.size for eni in store.enis for cidr in eni.cidrs)
        prefixes = sum(cidr.network.size != 1 for eni in store.enis for cidr in eni.cidrs)
        if store.counter_total() != total:
            return Violated(f"card {store.card}: total is {store.counter_total()}, not {total}")
        if store.counter_prefixes() != prefixes:
            return Violated(
                f"card {store.card}: allocatedPrefix is {store.counter_prefixes()}, not {prefixes}"
            )
        counted = size(store)
        if not 0 <= counted.assigned <= counted.total:
            return Violated(f"{counted.assigned} of {counted.total} addresses are assigned")
        if len(store.holdings) > total:
            return Violated(f"{len(store.holdings)} pods hold {total} addresses")
    if world.node is not None and any(count < 0 for _, count in world.node.unmanaged_counts):
        return Violated("a negative number of unmanaged ENIs")
    return holds(bool(stores(world)))
