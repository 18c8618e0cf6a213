"""Why pods get no address, and why a pool that is low does not grow."""

from collections.abc import Iterator

from attrs import evolve, frozen

from ipam_model.daemon import measure
from ipam_model.daemon.measure import Decision
from ipam_model.inspection.forecast import Forecaster
from ipam_model.inspection.instants import format_instant
from ipam_model.inspection.predicates import capped
from ipam_model.inspection.reconstruction import Reconstruction
from ipam_model.state import Store
from ipam_model.world import World


@frozen
class Hindrance:
    """Something that an operator should know about a card."""

    code: str
    text: str
    rules: str


def hindrances(state: Reconstruction, store: Store, decision: Decision) -> tuple[Hindrance, ...]:
    """Nothing to give to pods, or nothing to grow with."""
    return (*_starved(state, store, decision), *_stuck(state, decision))


def _starved(state: Reconstruction, store: Store, decision: Decision) -> Iterator[Hindrance]:
    config, now, pool = state.world.config, state.world.now, decision.totals
    cooling = store.cooldown_count(now, config.cooldown)
    if pool.available > cooling:
        return
    if cooling:
        yield Hindrance(
            "all-cooling",
            "no address can be given to pods: all available ones are cooling, the first until "
            f"{format_instant(_first_cooled(state, store))}"
            + ("" if decision.low else "; they count as warm, so none is fetched"),
            "R84, R122",
        )
    else:
        yield Hindrance("none-available", "no address can be given to pods", "R122")
    if decision.low or cooling or not measure.provisions(config):
        return
    if capped(config, state.node, decision):
        yield Hindrance(
            "max-pods-owned", "as many addresses as max pods are owned: no more are fetched", "R80"
        )
    elif decision.warm_ip:
        yield Hindrance(
            "minimum-only",
            "MINIMUM_IP_TARGET without WARM_IP_TARGET is met: the pool never grows beyond it",
            "R110",
        )


def _first_cooled(state: Reconstruction, store: Store) -> int:
    cooldown = state.world.config.cooldown
    return min(
        record.since + cooldown
        for eni, cidr in store.cidrs()
        if not eni.excluded and store.relevant(cidr)
        for record in cidr.records
        if record.pod is None and record.since + cooldown >= state.world.now
    )


def _tries_to_grow(world: World, card: int) -> bool:
    runner = Forecaster(world)
    runner.tick()
    return any(
        action.card == card and action.kind in ("assign", "create") for action in runner.taken()
    )


def _stuck(state: Reconstruction, decision: Decision) -> Iterator[Hindrance]:
    config = state.world.config
    if not decision.low or not measure.provisions(config):
        return
    if state.cordon_counts:
        yield Hindrance("cordoned", "the pool is low, but a cordoned node does not grow", "R51")
    if not _tries_to_grow(evolve(state.world, cordoned=False), decision.card):
        yield Hindrance(
            "full",
            "the pool is low, but every ENI is full and there is no room for another",
            "R110",
        )
