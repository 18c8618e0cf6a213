"""Daemons that give back too much, too little, the wrong things or in vain (R131-R143)."""

from collections.abc import Callable

from attrs import evolve

from ipam_model.arithmetic import INTS
from ipam_model.config import Config
from ipam_model.daemon import datastore, measure, pool, shrink
from ipam_model.daemon.growth import enis_frozen
from ipam_model.daemon.procedure import Procedure
from ipam_model.daemon.shrink import Manner
from ipam_model.requests import FreeENI, UnassignPrivateIpAddresses
from ipam_model.rules import shrink as shrink_rules
from ipam_model.rules import timing, warm_pool
from ipam_model.state import Eni, Network, Node, Store, totals
from ipam_model.wrong_models.interposing import without_asking
from ipam_model.wrong_models.registry import wrong_model
from ipam_model.wrong_models.replacing import Replacing

Shrinking = Procedure[tuple[Node, int]]

# -- when ----------------------------------------------------------------------------------------


@wrong_model(breaks=("R131",))
def never_high(replacing: Replacing) -> None:
    """The pool is never too high: no address is given back."""
    replacing.function(shrink_rules.too_high, lambda *_: False)


@wrong_model(
    breaks=("R143",),
)
def release_in_every_tick(replacing: Replacing) -> None:
    """Addresses are given back in every tick, not at least 30 s apart."""
    replacing.function(timing.release_allowed, lambda *_: True)


@wrong_model(breaks=("R143",))
def release_once(replacing: Replacing) -> None:
    """Addresses are given back once, and never again."""
    replacing.function(timing.release_allowed, lambda *_: False)


@wrong_model(breaks=("R51",), upstream=("#2265", "#2296", "#1927", "#3263"))
def cordon_stops_releases(replacing: Replacing) -> None:
    """A cordoned node keeps its surplus addresses too."""
    original = shrink.release_cidrs

    def wrong(
        config: Config, node: Node, now: int, card: int, manner: Manner | None = None
    ) -> Shrinking:
        frozen, node, now = yield from enis_frozen(config, node, now)
        if frozen:
            return node, now
        return (yield from original(config, node, now, card, manner))

    replacing.function(original, wrong)


# -- how much ------------------------------------------------------------------------------------


@wrong_model(breaks=("R138",))
def release_one_too_many(replacing: Replacing) -> None:
    """One address or prefix too many is given back."""
    original = shrink_rules.release_size
    replacing.function(original, lambda *given: original(*given) + 1)


@wrong_model(breaks=("R138",))
def release_one_too_few(replacing: Replacing) -> None:
    """One address or prefix too few is given back."""
    original = shrink_rules.release_size
    replacing.function(original, lambda *given: max(original(*given) - 1, 0))


@wrong_model(breaks=("R88",))
def surplus_ignores_the_minimum(replacing: Replacing) -> None:
    """MINIMUM_IP_TARGET is not looked at when addresses are given back."""

    def wrong(_k: object, warm: int, _minimum: int, _total: int, available: int) -> int:
        return max(available - warm, 0)

    replacing.function(warm_pool.surplus, wrong)


@wrong_model(breaks=("R88",))
def surplus_ignores_the_warm_target(replacing: Replacing) -> None:
    """WARM_IP_TARGET is not looked at when addresses are given back."""

    def wrong(_k: object, _warm: int, minimum: int, total: int, available: int) -> int:
        return max(min(available, total - minimum), 0)

    replacing.function(warm_pool.surplus, wrong)


@wrong_model(breaks=("R93",))
def surplus_ignores_assigned_addresses(replacing: Replacing) -> None:
    """Prefixes are given back that the present pods need."""
    original = warm_pool.over_prefixes

    def wrong(
        _k: object, warm: int, minimum: int, _assigned: int, free: int, allocated: int, block: int
    ) -> int:
        return original(INTS, warm, minimum, 0, free, allocated, block)

    replacing.function(original, wrong)


@wrong_model(breaks=("R93",))
def needed_prefixes_rounded_down(replacing: Replacing) -> None:
    """What prefixes are needed for is rounded down."""

    def wrong(
        _k: object, warm: int, minimum: int, assigned: int, free: int, allocated: int, block: int
    ) -> int:
        spare = min(allocated - (assigned + warm) // block, allocated - minimum // block)
        return max(min(free, spare), 0)

    replacing.function(warm_pool.over_prefixes, wrong)


@wrong_model(breaks=("R138",), upstream=("#2368",))
def surplus_from_every_eni(replacing: Replacing) -> None:
    """As many addresses as are over are taken from every ENI, not from all together."""
    original = shrink.release_cidrs

    def still_over(_config: Config, _node: Node, _card: int, over: int, _released: int) -> int:
        return over

    def wrong(
        config: Config, node: Node, now: int, card: int, _manner: Manner | None = None
    ) -> Shrinking:
        manner = Manner(still_over, shrink.release_in_ec2)
        return original(config, node, now, card, manner)

    replacing.function(original, wrong)


@wrong_model(breaks=("R138",), upstream=("#933", "#2368"))
def spread_surplus_kept(replacing: Replacing) -> None:
    """Only an ENI that has all the surplus gives it back: spread over several it stays."""
    original = shrink.release_cidrs

    def wrong(
        config: Config, node: Node, now: int, card: int, manner: Manner | None = None
    ) -> Shrinking:
        store = node.store(card)
        over = measure.release_size(config, card, totals(store))
        if all(len(shrink.releasable(config, eni, now)) < over for eni in store.enis):
            yield from ()
            return node, now
        return (yield from original(config, node, now, card, manner))

    replacing.function(original, wrong)


# -- what ----------------------------------------------------------------------------------------


@wrong_model(breaks=("R23", "R138"))
def release_by_force(replacing: Replacing) -> None:
    """Addresses are given back with the pods that use them."""
    original = datastore.delete_cidr

    def wrong(store: Store, eni_id: str, network: Network, *, force: bool) -> Store | None:
        return original(store, eni_id, network, force=force or True)

    replacing.function(original, wrong)
    replacing.method(Eni, "unused", lambda eni: eni.cidrs)


@wrong_model(breaks=("R139",))
def release_cooling_addresses(replacing: Replacing) -> None:
    """Cooling addresses are given back although the suspected bug that does so is mended."""

    def wrong(_config: Config, eni: Eni, _now: int) -> tuple[Network, ...]:
        return tuple(cidr.network for cidr in eni.unused())

    replacing.function(shrink.releasable, wrong)


@wrong_model(breaks=("R31", "R136"))
def free_enis_with_pods(replacing: Replacing) -> None:
    """An ENI is freed with its pods."""
    replacing.method(Eni, "has_pods", lambda _eni: False)


@wrong_model(breaks=("R136",))
def free_young_enis(replacing: Replacing) -> None:
    """An ENI younger than 60 s is freed."""
    replacing.function(timing.eni_too_young, lambda *_: False)


@wrong_model(breaks=("R32", "R136"))
def free_cooling_enis(replacing: Replacing) -> None:
    """An ENI is freed although some of its addresses are cooling."""
    replacing.method(Eni, "cooling", lambda *_: False)


@wrong_model(breaks=("R136",))
def free_the_primary(replacing: Replacing) -> None:
    """The primary ENI may be freed."""
    _unprotected(replacing, lambda eni: evolve(eni, primary=False))


@wrong_model(breaks=("R136",))
def free_the_trunk(replacing: Replacing) -> None:
    """The trunk ENI may be freed."""
    _unprotected(replacing, lambda eni: evolve(eni, trunk=False))


def _unprotected(replacing: Replacing, disguise: Callable[[Eni], Eni]) -> None:
    original = measure.deletable_enis

    def wrong(config: Config, store: Store, now: int) -> tuple[str, ...]:
        enis = tuple(disguise(eni) for eni in store.enis)
        return original(config, evolve(store, enis=enis), now)

    replacing.function(original, wrong)


@wrong_model(breaks=("R134", "R136"))
def keep_every_eni(replacing: Replacing) -> None:
    """No ENI is ever freed."""
    replacing.function(shrink_rules.deletable, lambda *_: False)


@wrong_model(breaks=("R136",))
def nothing_need_be_left(replacing: Replacing) -> None:
    """An ENI is freed although the others do not carry the targets."""
    replacing.function(shrink_rules.enough_without, lambda *_: True)


@wrong_model(breaks=("R136",))
def the_freed_eni_counts(replacing: Replacing) -> None:
    """The ENI to be freed counts among those that carry the targets."""
    original = measure.without

    def wrong(store: Store, eni: Eni) -> measure.Others:
        return original(store, eni.with_cidrs(()))

    replacing.function(original, wrong)


@wrong_model(breaks=("R136",))
def no_free_prefix_need_be_left(replacing: Replacing) -> None:
    """An ENI is freed that has the only free prefixes."""
    replacing.function(shrink_rules.keeps_free_cidrs, lambda *_: True)


@wrong_model(breaks=("R133",))
def fewer_enis_too_soon(replacing: Replacing) -> None:
    """An ENI goes with less than one ENI's worth to spare."""
    replacing.function(shrink_rules.wants_fewer_enis, lambda *_: True)


@wrong_model(breaks=("R133",))
def one_eni_to_spare_is_too_many(replacing: Replacing) -> None:
    """An ENI goes as soon as the warm ENI target is met."""
    original = shrink_rules.wants_fewer_enis

    def wrong(
        _k: object,
        warm_ip: bool,
        available: int,
        target: int,
        per_eni: int,
        prefix_mode: bool,
        idle: bool,
    ) -> bool:
        return original(INTS, warm_ip, available, target - 1, per_eni, prefix_mode, idle)

    replacing.function(original, wrong)


@wrong_model(breaks=("R133",))
def idle_enis_kept_under_a_warm_ip_target(replacing: Replacing) -> None:
    """Under a warm IP target ENIs are freed only by the warm ENI target."""
    original = shrink_rules.wants_fewer_enis

    def wrong(
        _k: object,
        _warm_ip: bool,
        available: int,
        target: int,
        per_eni: int,
        prefix_mode: bool,
        idle: bool,
    ) -> bool:
        return original(INTS, False, available, target + 9, per_eni, prefix_mode, idle and False)

    replacing.function(original, wrong)


@wrong_model(breaks=("R72", "R134"))
def free_all_at_once(replacing: Replacing) -> None:
    """All idle ENIs are freed in one tick."""
    original = shrink.free_one_eni

    def wrong(config: Config, node: Node, now: int, card: int) -> Shrinking:
        for _ in node.store(card).enis:
            node, now = yield from original(config, node, now, card)
        return node, now

    replacing.function(original, wrong)


# -- in the store and in EC2 ---------------------------------------------------------------------


@wrong_model(breaks=("R141",), upstream=("#2588",))
def release_in_the_store_only(replacing: Replacing) -> None:
    """Surplus addresses leave the store, but not the ENI."""
    original = shrink.release_cidrs

    def wrong(
        config: Config, node: Node, now: int, card: int, manner: Manner | None = None
    ) -> Shrinking:
        procedure = original(config, node, now, card, manner)
        return (yield from without_asking(procedure, now, UnassignPrivateIpAddresses))

    replacing.function(original, wrong)


@wrong_model(breaks=("R138", "R141"))
def release_in_ec2_only(replacing: Replacing) -> None:
    """Surplus addresses leave the ENI, but not the store."""
    original = datastore.delete_cidr

    def wrong(store: Store, eni_id: str, network: Network, *, force: bool) -> Store | None:
        without = original(store, eni_id, network, force=force)
        return without if force or without is None else store

    replacing.function(original, wrong)


@wrong_model(breaks=("R135",))
def free_in_the_store_only(replacing: Replacing) -> None:
    """A freed ENI leaves the store, but stays attached."""
    original = shrink.free_one_eni

    def wrong(config: Config, node: Node, now: int, card: int) -> Shrinking:
        procedure = original(config, node, now, card)
        return (yield from without_asking(procedure, now, FreeENI))

    replacing.function(original, wrong)


@wrong_model(breaks=("R135",), upstream=("#732", "#754", "#391"))
def serve_from_freed_enis(replacing: Replacing) -> None:
    """Pods get addresses of an ENI that was freed: its record stays in the store."""
    replacing.function(datastore.remove_eni, lambda store, _eni: store)


@wrong_model(breaks=("R20", "R141"), upstream=("#2588",))
def releases_not_remembered(replacing: Replacing) -> None:
    """Released addresses are not remembered, so that reconcile takes them back at once."""
    replacing.function(shrink.remember_releases, lambda node, _networks, _now: node)


@wrong_model(breaks=("R20",))
def releases_never_forgotten(replacing: Replacing) -> None:
    """A release is remembered for ever.

    Reconcile never takes the address back, even if EC2 gives it to the ENI again.
    """
    replacing.function(timing.recently_released, lambda *_: True)


@wrong_model(breaks=("R72",))
def release_sets_no_clock(replacing: Replacing) -> None:
    """A release does not set the pool clock, and the next comes when it likes."""
    original = pool.update_pool

    def wrong(
        config: Config, node: Node, now: int
    ) -> Procedure[tuple[tuple[measure.Decision, ...], Node]]:
        clocks = node.last_decrease
        decisions, node = yield from original(config, node, now)
        return decisions, evolve(node, last_decrease=clocks)

    replacing.function(original, wrong)
