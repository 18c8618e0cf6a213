"""The predicates of v1.7 on its one store (H2, H3, H10)."""

from ipam_model.arithmetic import INTS
from ipam_model.catalogue import Kind, part_of, rule
from ipam_model.config import Config
from ipam_model.daemon import measure
from ipam_model.daemon.measure import Decision
from ipam_model.rules import capacity, eligibility, growth
from ipam_model.state import Node, Store, Totals, totals

CARD = 0
"""The only store there is."""


def decide(config: Config, node: Node) -> Decision:
    """The predicates on the current totals."""
    store = node.store(CARD)
    pool = totals(store)
    return Decision(
        CARD,
        pool,
        too_low(config, pool),
        measure.too_high(config, CARD, pool),
        measure.wants_fewer_enis(config, store, pool),
        measure.balance(config, CARD, pool),
        measure.warm_targets(config, CARD).defined,
    )


@part_of("H3")
def too_low(config: Config, pool: Totals) -> bool:
    """Whether the governing target is not met, whatever the node's max pods."""
    return growth.target_unmet(
        INTS,
        measure.warm_targets(config, CARD).defined,
        measure.balance(config, CARD, pool).short,
        pool.available,
        config.settings.warm_eni_target,
        config.addresses_per_eni,
    )


def targets_met(config: Config, node: Node) -> bool:
    """A warm IP target is in force and nothing is short of it, on fresh totals."""
    pool = totals(node.store(CARD))
    met = measure.balance(config, CARD, pool).short == 0
    return measure.warm_targets(config, CARD).defined and met


@rule(
    "H10",
    "Any ENI with a free slot may be extended, a trunk ENI too; with custom networking not the "
    "primary.",
    source="ds:650-666",
    kind=Kind.STEP,
)
def growable_enis(config: Config, node: Node) -> tuple[str, ...]:
    """ENIs that may be extended."""
    return tuple(
        [
            eni.id
            for eni in node.store(CARD).enis
            if eligibility.growable(
                INTS,
                config.settings.custom_networking,
                eni.primary,
                False,
                False,
                measure.free_slots(config, eni),
            )
        ]
    )


def room_for_eni(config: Config, node: Node) -> bool:
    """Another ENI may be created; a slot is kept for a trunk on any instance type (R33, R48)."""
    store: Store = node.store(CARD)
    slot = capacity.trunk_slot(INTS, config.settings.pod_eni, True, True, store.trunk(), 1)
    unmanaged = sum(count for _, count in node.unmanaged_counts)
    return capacity.has_room(INTS, len(store.enis), config.max_enis, unmanaged, slot)
