"""What a node holds, what is over or short, and which rule keeps each ENI and each CIDR.

The records are what `ipam-model show --json` prints: plain values, instants as RFC 3339.
"""

from collections.abc import Iterator
from typing import Final

from attrs import frozen

from ipam_model.addresses import format_address, format_network
from ipam_model.config import Config
from ipam_model.daemon import measure
from ipam_model.daemon.measure import Decision, WarmTargets
from ipam_model.daemon.shrink import releasable
from ipam_model.inspection.counted import counted
from ipam_model.inspection.hindrances import Hindrance, hindrances
from ipam_model.inspection.instants import ZERO_TIME, format_instant
from ipam_model.inspection.predicates import Predicate, predicates, room_for_eni
from ipam_model.inspection.reconstruction import Reconstruction
from ipam_model.inspection.retention import Fate, retention
from ipam_model.state import AddressRecord, Cidr, Eni, Store, Totals

_SANDBOX: Final = 13
"""How much of a sandbox id is shown, as container tools do."""


@frozen(kw_only=True)
class ReasonReport:
    """Why something stays."""

    rule: str
    code: str
    text: str
    certain: bool = True
    until: str | None = None


@frozen(kw_only=True)
class AddressReport:
    """An address with a history; those never used have none and are only counted."""

    address: str
    state: str
    """`assigned`, `cooling` or `expired` (R18)."""
    pod: str | None
    """`namespace/name`, or `sandbox` and the beginning of its id if the name is not known."""
    since: str | None
    """When it was assigned or unassigned; `None` if not told."""
    cooling_until: str | None


@frozen(kw_only=True)
class CidrReport:
    """A /32 or a prefix."""

    cidr: str
    prefix: bool
    counted: bool
    """Whether it enters T, A and V (R28)."""
    assigned: int
    cooling: int
    expired: int
    never_used: int
    surplus: bool
    """The next release may take it."""
    kept_by: tuple[ReasonReport, ...]
    addresses: tuple[AddressReport, ...]


@frozen(kw_only=True)
class EniReport:
    """An ENI."""

    id: str
    primary: bool
    trunk: bool
    efa: bool
    excluded: bool
    device: int
    subnet: str
    slots: int
    """CIDRs it may hold."""
    addresses: int
    assigned: int
    cooling: int
    fate: str
    may_go_from: str | None
    reasons: tuple[ReasonReport, ...]
    cidrs: tuple[CidrReport, ...]


@frozen(kw_only=True)
class CardReport:
    """The store of one network card; letters as in the rules (R28, R30, R33)."""

    card: int
    total: int
    assigned: int
    available: int
    cooling: int
    assignable: int
    """What pods can get at this moment: available and not cooling."""
    prefixes: int
    free_prefixes: int
    enis: int
    max_enis: int
    addresses_per_eni: int
    room: bool
    max_pods: int
    short: int
    over: int
    unit: str
    """What short and over count."""
    low: bool
    high: bool
    wants_fewer_enis: bool
    release: int
    """CIDRs the next release takes."""
    hindrances: tuple[Hindrance, ...]
    predicates: tuple[Predicate, ...]
    eni_reports: tuple[EniReport, ...]


def explain(state: Reconstruction) -> tuple[CardReport, ...]:
    """Every store explained."""
    decisions = state.decisions()
    return tuple(_card(state, store, decisions[store.card]) for store in state.node.stores)


def _card(state: Reconstruction, store: Store, decision: Decision) -> CardReport:
    config, now = state.world.config, state.world.now
    pool = decision.totals
    cooling = store.cooldown_count(now, config.cooldown)
    judge = _Judge(state, store, decision)
    return CardReport(
        card=store.card,
        total=pool.total,
        assigned=pool.assigned,
        available=pool.available,
        cooling=cooling,
        assignable=pool.available - cooling,
        prefixes=pool.allocated_prefixes,
        free_prefixes=pool.free_prefixes,
        enis=len(store.enis),
        max_enis=config.max_enis,
        addresses_per_eni=config.addresses_per_eni,
        room=room_for_eni(config, state.node, store),
        max_pods=state.node.max_pods,
        short=decision.balance.short,
        over=decision.balance.over,
        unit="prefixes" if config.prefix_mode and store.card == 0 else "addresses",
        low=decision.low,
        high=decision.high,
        wants_fewer_enis=decision.wants_fewer_enis,
        release=judge.release,
        hindrances=hindrances(state, store, decision),
        predicates=predicates(config, state.node, store, decision),
        eni_reports=tuple(_eni(state, store, eni, judge) for eni in store.enis),
    )


def _eni(state: Reconstruction, store: Store, eni: Eni, judge: "_Judge") -> EniReport:
    config, now = state.world.config, state.world.now
    kept = retention(state, store, eni)
    return EniReport(
        id=eni.id,
        primary=eni.primary,
        trunk=eni.trunk,
        efa=eni.efa,
        excluded=eni.excluded,
        device=eni.device,
        subnet=eni.subnet,
        slots=config.slots,
        addresses=sum(cidr.network.size for cidr in eni.cidrs),
        assigned=sum(cidr.assigned() for cidr in eni.cidrs),
        cooling=sum(cidr.cooling(now, config.cooldown) for cidr in eni.cidrs),
        fate=kept.fate.value,
        may_go_from=_told(kept.from_instant) if kept.fate is not Fate.KEPT else None,
        reasons=tuple(
            ReasonReport(
                rule=each.rule,
                code=each.code,
                text=each.text,
                certain=each.certain,
                until=_told(each.ends),
            )
            for each in kept.reasons
        ),
        cidrs=tuple(_cidr(config, now, store, eni, cidr, judge) for cidr in eni.cidrs),
    )


def _cidr(
    config: Config, now: int, store: Store, eni: Eni, cidr: Cidr, judge: "_Judge"
) -> CidrReport:
    addresses = tuple(_address(config, now, cidr, record) for record in cidr.records)
    assigned, cooling = cidr.assigned(), cidr.cooling(now, config.cooldown)
    surplus = judge.surplus(cidr)
    return CidrReport(
        cidr=format_network(cidr.network),
        prefix=cidr.is_prefix,
        counted=store.relevant(cidr) and not eni.excluded,
        assigned=assigned,
        cooling=cooling,
        expired=len(cidr.records) - assigned - cooling,
        never_used=cidr.network.size - len(cidr.records),
        surplus=surplus,
        kept_by=tuple(judge.kept_by(eni, cidr)),
        addresses=addresses,
    )


def _address(config: Config, now: int, cidr: Cidr, record: AddressRecord) -> AddressReport:
    pod = record.pod
    one = Cidr(cidr.network, cidr.is_prefix, (record,))
    cooling = bool(one.cooling(now, config.cooldown))
    return AddressReport(
        address=format_address(record.address),
        state="assigned" if pod is not None else "cooling" if cooling else "expired",
        pod=None if pod is None else pod.name or f"sandbox {pod.key.container[:_SANDBOX]}",
        since=_told(record.since),
        cooling_until=_told(record.since + config.cooldown) if cooling else None,
    )


def _told(instant: int | None) -> str | None:
    return None if instant in (None, ZERO_TIME) else format_instant(instant)


class _Judge:
    """Says of each CIDR of a store why it stays, or that a release may take it."""

    def __init__(self, state: Reconstruction, store: Store, decision: Decision) -> None:
        self.config = state.world.config
        self.store = store
        self.pool: Totals = decision.totals
        self.decision = decision
        self.idle = {
            network
            for eni in store.enis
            for network in releasable(self.config, eni, state.world.now)
        }
        self.release = 0
        if decision.high and measure.provisions(self.config):
            over = measure.release_size(self.config, store.card, decision.totals)
            self.release = min(over, len(self.idle))
        self.binding = tuple(self._targets()) if not self.release else ()

    def surplus(self, cidr: Cidr) -> bool:
        """Whether the next release may take it."""
        return self.release > 0 and cidr.network in self.idle

    def kept_by(self, eni: Eni, cidr: Cidr) -> Iterator[ReasonReport]:
        """The reasons for which a CIDR stays."""
        if cidr.in_use():
            yield ReasonReport(rule="R138", code="pods", text="a pod holds an address of it")
            return
        if self.surplus(cidr):
            return
        counted = self.store.relevant(cidr) and not eni.excluded
        if not counted:
            why = "its ENI is excluded" if eni.excluded else "it is of the other mode's kind"
            yield ReasonReport(
                rule="R13" if eni.excluded else "R27",
                code="not-counted",
                text=f"{why}: it counts for no target, and is not given to pods",
            )
        elif not measure.provisions(self.config):
            yield ReasonReport(
                rule="R52", code="no-provisioning", text="nothing is released: not provisioning"
            )
        else:
            yield from self.binding

    def _targets(self) -> Iterator[ReasonReport]:
        """The targets without which there would be a surplus, or the mode that never has one."""
        card, settings = self.store.card, self.config.settings
        targets = measure.warm_targets(self.config, card)
        if not targets.defined and self.config.prefix_mode:
            yield ReasonReport(
                rule="R131",
                code="warm-prefix-target",
                text=f"counts for WARM_PREFIX_TARGET={settings.warm_prefix_target}: "
                f"{counted(self.pool.free_prefixes, 'prefix')} without pods",
            )
        elif not targets.defined:
            yield ReasonReport(
                rule="R130",
                code="never-single",
                text="single addresses are never released under WARM_ENI_TARGET; it goes with "
                "its ENI",
            )
        else:
            yield from self._warm_ip(targets)

    def _warm_ip(self, targets: WarmTargets) -> Iterator[ReasonReport]:
        rule = "R93" if self.config.prefix_mode and self.store.card == 0 else "R88"
        warm = ReasonReport(
            rule=rule,
            code="warm-ip-target",
            text=f"counts for WARM_IP_TARGET={targets.warm}",
        )
        minimum = ReasonReport(
            rule=rule,
            code="minimum-ip-target",
            text=f"counts for MINIMUM_IP_TARGET={targets.minimum}",
        )
        without_warm = WarmTargets(0, targets.minimum, defined=True)
        without_minimum = WarmTargets(targets.warm, 0, defined=True)
        over_without_warm = self._over(without_warm)
        over_without_minimum = self._over(without_minimum)
        if over_without_warm or not over_without_minimum:
            yield warm
        if over_without_minimum or not over_without_warm:
            yield minimum

    def _over(self, targets: WarmTargets) -> int:
        return measure.balance_under(targets, self.config, self.store.card, self.pool).over
