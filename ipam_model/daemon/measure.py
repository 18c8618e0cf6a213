"""The aggregates the decision formulas read, taken from a store (R39, R86-R94, R108, R136)."""

from attrs import frozen

from ipam_model.arithmetic import INTS
from ipam_model.catalogue import Kind, Label, part_of, rule
from ipam_model.config import Config, Quirk
from ipam_model.records import quick
from ipam_model.rules import capacity, growth, shrink, timing, warm_pool
from ipam_model.state import Eni, Node, Store, Totals, totals


@rule(
    "R52",
    "With provisioning disabled there is no first growth, no pool update and no tagging; start-up "
    "clean-ups, subnet look-ups and reconcile go on.",
    source="ipamd:530, ipamd:658, ipamd:787, ipamd:1664",
    kind=Kind.STEP,
)
def provisions(config: Config) -> bool:
    """Whether the daemon grows, shrinks and tags."""
    return not config.settings.provisioning_disabled


@quick
@frozen(weakref_slot=False)
class WarmTargets:
    """The warm IP targets that govern a card (R39, R86)."""

    warm: int
    minimum: int
    defined: bool


@rule(
    "R39",
    "Cards above 0 always use WARM_IP_TARGET = MINIMUM_IP_TARGET = 1, whatever the environment.",
    source="ipamd:2181-2184, ipamd:862-865",
    kind=Kind.STEP,
)
@rule(
    "R86",
    "The targets (w, t) of card 0 are (Wi, m), those of every other card (1, 1).",
    source="ipamd:2178-2184",
    kind=Kind.STEP,
)
def warm_targets(config: Config, card: int) -> WarmTargets:
    """(Wi, m) of a card and whether they govern it."""
    settings = config.settings
    warm, minimum = settings.warm_ip_target, settings.minimum_ip_target
    if card > 0:
        warm = minimum = 1
    return WarmTargets(warm, minimum, warm_pool.warm_ip_defined(INTS, warm, minimum))


@quick
@frozen(weakref_slot=False)
class Balance:
    """short and over of a card, in addresses or prefixes as the mode counts; 0 if undefined."""

    short: int
    over: int


@rule(
    "R94",
    "On cards above 0 in prefix mode short and over stay in addresses although their users take "
    "them for prefixes.",
    source="ipamd:2209-2230",
    kind=Kind.STEP,
    label=Label.SUSPECTED_BUG,
)
@rule(
    "R89",
    "Where the warm IP targets are not in force short and over are undefined, here 0, and We or Wp "
    "decides instead.",
    source="ipamd:2185-2188",
    kind=Kind.STEP,
)
def balance(config: Config, card: int, pool: Totals) -> Balance:
    """short and over for the given totals (R91-R93)."""
    return balance_under(warm_targets(config, card), config, card, pool)


@part_of("R89", "R94")
def balance_under(targets: WarmTargets, config: Config, card: int, pool: Totals) -> Balance:
    """short and over as they would be under these targets."""
    if not targets.defined:
        return Balance(0, 0)
    warm, minimum = targets.warm, targets.minimum
    total, available = pool.total, pool.available
    if config.prefix_mode and (card == 0 or not config.quirk(Quirk.UNCONVERTED_CARDS)):
        return Balance(
            warm_pool.short_prefixes(INTS, warm, minimum, total, available, config.block),
            warm_pool.over_prefixes(
                INTS,
                warm,
                minimum,
                pool.assigned,
                pool.free_prefixes,
                pool.allocated_prefixes,
                config.block,
            ),
        )
    return Balance(
        warm_pool.short_addresses(INTS, warm, minimum, total, available),
        warm_pool.surplus(INTS, warm, minimum, total, available),
    )


def prefixes_needed(config: Config, card: int, pool: Totals) -> int:
    """Prefixes wanted by a growth step (R108)."""
    return growth.prefixes_needed(
        INTS,
        warm_targets(config, card).defined,
        balance(config, card, pool).short,
        config.settings.warm_prefix_target,
        pool.free_prefixes,
    )


@quick
@frozen(weakref_slot=False)
class Decision:
    """What one pool update finds for a card before it acts (R79, R131, R133)."""

    card: int
    totals: Totals
    low: bool
    high: bool
    wants_fewer_enis: bool
    balance: Balance
    warm_ip: bool
    """Whether `balance` is in force."""


def decide(config: Config, node: Node, store: Store) -> Decision:
    """The predicates of a card on its current totals."""
    pool = totals(store)
    targets = warm_targets(config, store.card)
    warm_ip = targets.defined
    found = balance_under(targets, config, store.card, pool)
    return Decision(
        store.card,
        pool,
        _too_low(config, node, pool, found, warm_ip=warm_ip),
        _too_high(config, pool, found, warm_ip=warm_ip),
        _wants_fewer_enis(config, store, pool, warm_ip=warm_ip),
        found,
        warm_ip,
    )


def too_low(config: Config, node: Node, card: int, pool: Totals) -> bool:
    """R79 for a card."""
    warm_ip = warm_targets(config, card).defined
    return _too_low(config, node, pool, balance(config, card, pool), warm_ip=warm_ip)


def _too_low(config: Config, node: Node, pool: Totals, found: Balance, *, warm_ip: bool) -> bool:
    settings = config.settings
    prefix_mode = config.prefix_mode
    return growth.too_low(
        INTS,
        pool.total,
        node.max_pods,
        warm_ip,
        found.short,
        pool.available,
        settings.warm_prefix_target if prefix_mode else settings.warm_eni_target,
        config.block if prefix_mode else config.addresses_per_eni,
    )


def too_high(config: Config, card: int, pool: Totals) -> bool:
    """R131 for a card."""
    warm_ip = warm_targets(config, card).defined
    return _too_high(config, pool, balance(config, card, pool), warm_ip=warm_ip)


def _too_high(config: Config, pool: Totals, found: Balance, *, warm_ip: bool) -> bool:
    return shrink.too_high(
        INTS,
        warm_ip,
        found.over,
        config.prefix_mode,
        pool.free_prefixes,
        config.settings.warm_prefix_target,
    )


def release_size(config: Config, card: int, pool: Totals) -> int:
    """How many CIDRs a release may take (R138)."""
    return shrink.release_size(
        INTS,
        warm_targets(config, card).defined,
        balance(config, card, pool).over,
        config.prefix_mode,
        pool.free_prefixes,
        config.settings.warm_prefix_target,
    )


def wants_fewer_enis(config: Config, store: Store, pool: Totals) -> bool:
    """R133 for a card: `pool` as measured when the update began, the ENIs as they are now."""
    warm_ip = warm_targets(config, store.card).defined
    return _wants_fewer_enis(config, store, pool, warm_ip=warm_ip)


def _wants_fewer_enis(config: Config, store: Store, pool: Totals, *, warm_ip: bool) -> bool:
    settings = config.settings
    prefix_mode = config.prefix_mode
    idle = prefix_mode and any(
        not (eni.primary or eni.trunk or eni.efa or eni.has_pods()) for eni in store.enis
    )
    return shrink.wants_fewer_enis(
        INTS,
        warm_ip,
        pool.available,
        settings.warm_prefix_target if prefix_mode else settings.warm_eni_target,
        config.addresses_per_eni,
        prefix_mode,
        idle,
    )


def free_slots(config: Config, eni: Eni) -> int:
    """CIDRs, addresses or prefixes, that an ENI may still take (R5)."""
    return capacity.free_slots(INTS, config.slots, len(eni.cidrs))


def room_for_eni(config: Config, node: Node, store: Store) -> bool:
    """R33 for a card."""
    slot = capacity.trunk_slot(
        INTS,
        config.settings.pod_eni,
        config.trunk_compatible,
        store.card == 0,
        store.trunk(),
        1,
    )
    return capacity.has_room(
        INTS, len(store.enis), config.max_enis, node.unmanaged_on(store.card), slot
    )


def deletable_enis(config: Config, store: Store, now: int) -> tuple[str, ...]:
    """The ENIs that may be freed now, in canonical order (R136)."""
    return tuple([eni.id for eni in store.enis if _deletable(config, store, eni, now)])


def _deletable(config: Config, store: Store, eni: Eni, now: int) -> bool:
    protected = eni.primary or eni.trunk or eni.efa
    has_pods = eni.has_pods()
    if protected or has_pods:  # Only to spare the sums below: the formula says the same.
        return False
    targets = warm_targets(config, store.card)
    others = without(store, eni)
    enough_left = shrink.enough_without(
        INTS,
        targets.warm,
        targets.minimum,
        config.settings.warm_prefix_target,
        config.prefix_mode,
        others.available,
        others.total,
        others.free_cidrs,
        config.block,
    )
    if not enough_left:  # Only to spare the look at every address: the formula says the same.
        return False
    return shrink.deletable(
        INTS,
        protected,
        timing.eni_too_young(INTS, now, eni.created),
        eni.cooling(now, config.cooldown),
        has_pods,
        enough_left,
    )


@frozen
class Others:
    """What the non-excluded ENIs of a store hold besides one of them (R136, items 5-7)."""

    available: int
    total: int
    free_cidrs: int
    """CIDRs without pods, of either kind."""


@part_of("R136")
def without(store: Store, eni: Eni) -> Others:
    """The sums that R136 compares with the targets; the ENI must be one of the store's."""
    others, _ = store.tallies()
    if not eni.excluded:  # An excluded one is not in the sums.
        others = others.minus(eni.tally())
    total = others.addresses(prefix_mode=store.prefix_mode)
    return Others(total - others.pods(prefix_mode=store.prefix_mode), total, others.unused())


@part_of("R48")
def may_announce_trunk(config: Config, node: Node) -> bool:
    """A trunk ENI is awaited and a slot is free for it; in IPv6 mode nobody looks for a slot."""
    store = node.store(0)
    free = capacity.has_room(INTS, len(store.enis), config.max_enis, node.unmanaged_on(0), 0)
    return awaiting_trunk(config, node) and (config.ipv6 or free)


def awaiting_trunk(config: Config, node: Node) -> bool:
    """ENABLE_POD_ENI is on and card 0 has no trunk ENI yet."""
    return config.settings.pod_eni and not node.store(0).trunk()
