"""The decisions of a pool update, each with its formula in numbers."""

from collections.abc import Iterator

from attrs import evolve, frozen

from ipam_model.config import Config, Version
from ipam_model.daemon import measure
from ipam_model.daemon.measure import Decision
from ipam_model.daemon.v1_7 import measure as measure_v1_7
from ipam_model.daemon.versions import DAEMONS
from ipam_model.inspection.counted import counted
from ipam_model.state import Node, Store


@frozen(kw_only=True)
class Predicate:
    """A value the update computes."""

    name: str
    rule: str
    value: int | bool
    text: str
    """The formula, the formula in numbers, and the value; or `yes` or `no` and the comparison."""


def predicates(
    config: Config, node: Node, store: Store, decision: Decision
) -> tuple[Predicate, ...]:
    """short and over if in force, tooLow, tooHigh, wantFewerENIs, and room for an ENI."""
    return (
        *_balance(config, store, decision),
        _low(config, node, decision),
        _high(config, decision),
        _fewer(config, store, decision),
        _room(config, node, store),
    )


def _balance(config: Config, store: Store, decision: Decision) -> Iterator[Predicate]:
    if not decision.warm_ip:
        return
    pool = decision.totals
    targets = measure.warm_targets(config, store.card)
    warm, minimum = targets.warm, targets.minimum
    total, available = pool.total, pool.available
    missing = f"max({warm} - {available}, {minimum} - {total}, 0)"
    if config.prefix_mode and store.card == 0:
        block, assigned, prefixes = config.block, pool.assigned, pool.allocated_prefixes
        short = f"ceil(max(Wi - V, m - T, 0)/{block}) = ceil({missing}/{block})"
        over = (
            f"max(min(F, X - ceil((A + Wi)/{block}), X - ceil(m/{block})), 0) = "
            f"max(min({pool.free_prefixes}, {prefixes} - ceil(({assigned} + {warm})/{block}), "
            f"{prefixes} - ceil({minimum}/{block})), 0)"
        )
        rules, unit = ("R93", "R93"), " prefixes"
    else:
        short = f"max(Wi - V, m - T, 0) = {missing}"
        over = (
            f"max(min(V - Wi, T - m), 0) = max(min({available} - {warm}, {total} - {minimum}), 0)"
        )
        rules = ("R87", "R88")
        unit = " addresses, taken for prefixes (R94)" if config.prefix_mode else ""
    balance = decision.balance
    for name, rule, value, text in (
        ("short", rules[0], balance.short, short),
        ("over", rules[1], balance.over, over),
    ):
        yield Predicate(name=name, rule=rule, value=value, text=f"{text} = {value}{unit}")


def _low(config: Config, node: Node, decision: Decision) -> Predicate:
    pool, settings = decision.totals, config.settings
    if capped(config, node, decision):
        text = f"T = {pool.total} >= max pods = {node.max_pods}: no growth"
    elif decision.warm_ip:
        text = f"short = {decision.balance.short} {_more(decision.low)} 0"
    else:
        target, name, unit = settings.warm_eni_target, "M*We", config.addresses_per_eni
        if config.prefix_mode:
            target, name, unit = settings.warm_prefix_target, f"{config.block}*Wp", config.block
        text = f"V = {pool.available} {_less(decision.low)} {name} = {unit}*{target}"
        if target == 0:
            text = f"target 0 and V = {pool.available} {'=' if decision.low else '>'} 0"
    return _yes_or_no("tooLow", "R79", decision.low, text)


def capped(config: Config, node: Node, decision: Decision) -> bool:
    """Only because as many addresses as max pods are owned the pool is not too low (R80).

    Never of a version to which max pods mean nothing (H3).
    """
    if decision.low or not DAEMONS[config.version].heeds_max_pods:
        return False
    uncapped = evolve(node, max_pods=decision.totals.total + 1)
    return measure.too_low(config, uncapped, decision.card, decision.totals)


def _high(config: Config, decision: Decision) -> Predicate:
    if decision.warm_ip:
        text = f"over = {decision.balance.over} {_more(decision.high)} 0"
    elif config.prefix_mode:
        target = config.settings.warm_prefix_target
        text = f"F = {decision.totals.free_prefixes} {_more(decision.high)} Wp = {target}"
    else:
        text = "single addresses are never released under WARM_ENI_TARGET (R130)"
    return _yes_or_no("tooHigh", "R131", decision.high, text)


def _fewer(config: Config, store: Store, decision: Decision) -> Predicate:
    if decision.warm_ip:
        text = "always, with warm IP targets; R136 decides"
    else:
        settings = config.settings
        target, name = settings.warm_eni_target, "We"
        if config.prefix_mode:
            target, name = settings.warm_prefix_target, "Wp"
        available, least = decision.totals.available, (target + 1) * config.addresses_per_eni
        text = (
            f"V = {available} {_less(available < least)} ({name} + 1)*M = "
            f"({target} + 1)*{config.addresses_per_eni}"
        )
        if config.prefix_mode:
            idle = sum(
                not (eni.primary or eni.trunk or eni.efa or eni.has_pods()) for eni in store.enis
            )
            text += f", {counted(idle, 'ordinary ENI')} without pods"
    return _yes_or_no("wantFewerENIs", "R133", decision.wants_fewer_enis, text)


def _room(config: Config, node: Node, store: Store) -> Predicate:
    unmanaged = node.unmanaged_on(store.card)
    room = room_for_eni(config, node, store)
    text = (
        f"{counted(len(store.enis), 'ENI')} {_less(room)} K - U = {config.max_enis} - {unmanaged}"
    )
    awaited = store.card == 0 and measure.awaiting_trunk(config, node)
    if awaited and config.keeps_trunk_slot:
        text = text.replace("K - U", "K - U - trunk slot") + " - 1"
    return _yes_or_no("room for an ENI", "R33", room, text)


def room_for_eni(config: Config, node: Node, store: Store) -> bool:
    """Whether the daemon of this version sees room for another ENI on the card (R33)."""
    if config.version is Version.V1_7:
        return measure_v1_7.room_for_eni(config, node)
    return measure.room_for_eni(config, node, store)


def _less(holds: bool) -> str:
    return "<" if holds else ">="


def _more(holds: bool) -> str:
    return ">" if holds else "<="


def _yes_or_no(name: str, rule: str, value: bool, text: str) -> Predicate:
    return Predicate(name=name, rule=rule, value=value, text=f"{'yes' if value else 'no'}: {text}")
