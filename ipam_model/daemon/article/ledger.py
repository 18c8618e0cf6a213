"""A store as the article counts it, primary addresses included, and what it lacks or has too much.

MINIMUM_IP_TARGET and max pods do not occur in the article: this policy does not read them.
"""

from typing import Final

from attrs import field, frozen

from ipam_model.arithmetic import INTS
from ipam_model.catalogue import Kind, Label, part_of, rule
from ipam_model.config import Config
from ipam_model.daemon import measure
from ipam_model.rules import article, capacity, eligibility, shrink, timing
from ipam_model.state import Eni, Node

CARD: Final = 0
"""The only network card that the policy knows."""


@frozen
class EniUse:
    """One ENI of the pool."""

    record: Eni
    size: int
    """Addresses, the primary included."""
    pods: int
    """Addresses held by pods."""
    room: int
    """Addresses that may still be added."""

    @property
    def free(self) -> int:
        """Secondary addresses without a pod, cooling ones included."""
        return self.size - 1 - self.pods

    @property
    def serving(self) -> bool:
        """The primary ENI, or one with pods; the others are in standby."""
        return self.record.primary or self.pods > 0


@frozen
class Extend:
    """Add `count` addresses to an ENI."""

    eni: str
    count: int


@frozen
class Attach:
    """Attach an ENI with `count` secondary addresses."""

    count: int


@frozen
class Release:
    """Take up to `count` free addresses off an ENI."""

    eni: str
    count: int


@frozen(kw_only=True)
class Ledger:
    """What the policy's decisions read of a store."""

    enis: tuple[EniUse, ...]
    """In the order in which they are filled: the primary, then by device number."""
    warm_ip: int
    warm_eni: int
    per_eni: int
    """L: addresses an ENI holds, the primary included."""
    may_attach: bool
    """Whether the instance has room for another ENI (R33)."""
    block: int = field(init=False)
    by_blocks: bool = field(init=False)

    @block.default
    def _block(self) -> int:
        return article.block(INTS, self.warm_ip, self.per_eni)

    @by_blocks.default
    def _by_blocks(self) -> bool:
        return article.by_blocks(INTS, self.warm_ip, self.warm_eni)

    @property
    def pods(self) -> int:
        """Addresses held by pods."""
        return sum(eni.pods for eni in self.enis)

    @property
    def reserved(self) -> int:
        """Addresses of all ENIs, primaries included."""
        return sum(eni.size for eni in self.enis)

    @property
    def without_pods(self) -> int:
        """ENIs without pods, the primary ENI like any other."""
        return sum(eni.pods == 0 for eni in self.enis)

    def open_to_pods(self, *, full: bool | None = None) -> tuple[EniUse, ...]:
        """The ENIs that may serve pods (B6); `full` = the serving ENIs have nothing to give.

        Unless told, an ENI is full that has no room and no address without a pod, cooling or not.
        """
        if full is None:
            full = all(eni.room == eni.free == 0 for eni in self.serving())
        return tuple(
            eni for eni in self.enis if article.may_serve(INTS, self.by_blocks, eni.serving, full)
        )

    def serving(self) -> tuple[EniUse, ...]:
        """The ENIs that serve pods now."""
        return tuple(eni for eni in self.enis if eni.serving)


def read(config: Config, node: Node) -> Ledger:
    """The ledger of a node; ENIs in excluded subnets do not belong to the pool (R13)."""
    store = node.store(CARD)
    ordered = sorted(store.enis, key=lambda eni: (not eni.primary, eni.device))
    return Ledger(
        enis=tuple(_use(config, eni) for eni in ordered if not eni.excluded),
        warm_ip=config.settings.warm_ip_target,
        warm_eni=config.settings.warm_eni_target,
        per_eni=config.limits.ipv4_per_eni,
        may_attach=measure.room_for_eni(config, node, store),
    )


def _use(config: Config, eni: Eni) -> EniUse:
    free_slots = capacity.free_slots(INTS, config.slots, len(eni.cidrs))
    growable = eligibility.growable(
        INTS, config.settings.custom_networking, eni.primary, eni.trunk, False, free_slots
    )
    return EniUse(
        record=eni,
        size=1 + len(eni.cidrs),
        pods=sum(cidr.assigned() for cidr in eni.cidrs),
        room=free_slots if growable else 0,
    )


# -- growth --------------------------------------------------------------------------------------


@rule(
    "B10",
    "A growth step extends the first ENI, in filling order, that has room, else attaches one: "
    "addresses for pods first, then the blocks of standby ENIs, then a further standby ENI.",
    source="article:49-56, article:93, article:97",
    label=Label.DOCUMENTED,
    kind=Kind.STEP,
)
def growth_step(ledger: Ledger) -> Extend | Attach | None:
    """What is to be added next; `None` if there is nothing, or no room for it."""
    step = _next_block(ledger) if ledger.by_blocks else _what_is_missing(ledger)
    return None if isinstance(step, Attach) and not ledger.may_attach else step


def _what_is_missing(ledger: Ledger) -> Extend | Attach | None:
    short = article.missing(INTS, ledger.warm_ip, ledger.pods, ledger.reserved)
    if short == 0:
        return None
    for eni in ledger.enis:
        if eni.room:
            return Extend(eni.record.id, min(short, eni.room))
    return Attach(article.new_eni_size(INTS, short, ledger.per_eni) - 1)


def _next_block(ledger: Ledger) -> Extend | Attach | None:
    open_enis = ledger.open_to_pods()
    free = sum(eni.free for eni in open_enis)
    for eni in open_enis:
        count = article.next_block(INTS, eni.size, ledger.block, ledger.per_eni, free)
        if count and eni.room:
            return Extend(eni.record.id, min(count, eni.room))
    for eni in ledger.enis:
        count = article.to_full_block(INTS, eni.size, ledger.block)
        if not eni.serving and count and eni.room:
            return Extend(eni.record.id, min(count, eni.room))
    if free == 0 or article.wants_standby(INTS, ledger.warm_eni, ledger.without_pods):
        return Attach(article.to_full_block(INTS, 1, ledger.block))
    return None


# -- release -------------------------------------------------------------------------------------


def release_step(ledger: Ledger) -> Release | None:
    """What is to be released next, the ENI filled last first (B7, B8)."""
    for eni in reversed(ledger.enis):
        count = _releasable(ledger, eni)
        if count:
            return Release(eni.record.id, count)
    return None


@part_of("B7")
def _releasable(ledger: Ledger, eni: EniUse) -> int:
    if ledger.by_blocks:
        open_enis = ledger.open_to_pods()
        free = sum(each.free for each in open_enis)
        over = article.surplus_block(INTS, eni in open_enis, eni.size, ledger.block, eni.free, free)
    else:
        over = article.surplus(INTS, ledger.warm_ip, ledger.pods, ledger.reserved)
    return min(over, eni.free)


def wanted_addresses(ledger: Ledger) -> int:
    """Secondary addresses that the next steps lead to: what is missing more, what is over less."""
    step, over = growth_step(ledger), release_step(ledger)
    owned = ledger.reserved - len(ledger.enis)
    return owned + (step.count if step else 0) - (over.count if over else 0)


def deletable_eni(config: Config, ledger: Ledger, now: int) -> str | None:
    """The ENI that is given back next, the one filled last first (B9; the rest is R136)."""
    for eni in reversed(ledger.enis):
        record = eni.record
        others = [each for each in ledger.enis if each is not eni]
        enough_left = article.enough_without(
            INTS,
            ledger.by_blocks,
            ledger.warm_eni,
            ledger.without_pods,
            sum(each.free for each in others),
            sum(each.size + each.room for each in others),
            ledger.pods,
            ledger.warm_ip,
        )
        if shrink.deletable(
            INTS,
            record.primary or record.trunk or record.efa,
            timing.eni_too_young(INTS, now, record.created),
            record.cooling(now, config.cooldown),
            eni.pods > 0,
            enough_left,
        ):
            return record.id
    return None
