"""Reconcile with IMDS and EC2 (R146-R161)."""

from collections.abc import Sequence

from attrs import frozen

from ipam_model.arithmetic import INTS
from ipam_model.catalogue import Kind, Label, part_of, rule
from ipam_model.config import Config, Quirk
from ipam_model.daemon import datastore, measure
from ipam_model.daemon.procedure import OneOf, Procedure, call, choose
from ipam_model.daemon.setup import classify, managed_enis, set_up_eni
from ipam_model.daemon.shrink import forget_release
from ipam_model.records import evolve
from ipam_model.requests import (
    AttachedEni,
    DescribeAllENIs,
    Described,
    Failed,
    GetAddressesFromEC2,
    GetAttachedENIs,
    TagENI,
    WriteCheckpoint,
)
from ipam_model.rules import timing
from ipam_model.state import Network, Node, Store


@frozen
class Reconciled:
    """What a reconcile came to."""

    due: bool
    completed: bool = False
    """Not aborted by an error; meaningless unless due."""


@part_of("R146")
def due(config: Config, node: Node, now: int) -> bool:
    """Whether reconcile runs now; a pool clock that was never set is long ago."""
    return node.last_pool_action is None or timing.reconcile_due(
        INTS, now, node.last_pool_action, measure.awaiting_trunk(config, node)
    )


@rule(
    "R147",
    "Reconcile is aborted if IMDS fails or lists no ENI; the pool clock stays, so the next pass "
    "tries again.",
    source="ipamd:1584-1595",
    kind=Kind.STEP,
)
@rule(
    "R148",
    "Reconcile filters the attached ENIs with the classification it already knows.",
    source="ipamd:1597-1598",
    kind=Kind.STEP,
)
@rule(
    "R149",
    "An attached ENI that a store does not know makes reconcile describe the ENIs, once; for that "
    "card the classification is redone and only ENIs that EC2 confirms are used. A failure aborts.",
    source="ipamd:1608-1643",
    kind=Kind.STEP,
)
@rule(
    "R151",
    "ENIs of the store that are no longer attached, or now unmanaged, are removed by force with "
    "their pods; at the end the pool clock is set.",
    source="ipamd:1684-1703",
    kind=Kind.STEP,
)
def reconcile(config: Config, node: Node, now: int) -> Procedure[tuple[Reconciled, Node]]:
    """Compare the store with what is attached; never in IPv6 mode (R162)."""
    if config.ipv6 or not due(config, node, now):
        return Reconciled(False), node
    listed, node, now = yield from call(node, GetAttachedENIs(), "R147")
    if isinstance(listed, Failed) or not listed:
        return Reconciled(True), node
    attached, node = managed_enis(node, listed)
    answered: Described | None = None
    for card in [store.card for store in node.stores]:
        before = {eni.id for eni in node.store(card).enis}
        on_card = [eni for eni in attached if eni.card == card]
        described: Described | None = None
        if any(eni.id not in before for eni in on_card):
            if answered is None:
                answer, node, now = yield from call(node, DescribeAllENIs(), "R149")
                if isinstance(answer, Failed):
                    return Reconciled(True), node
                answered = answer
            described = answered
            confirmed, node = managed_enis(classify(config, node, described), described.enis)
            on_card = [eni for eni in confirmed if eni.card == card]
        node, now = yield from mark(config, node, now, on_card, before, described)
        for eni_id in sorted(before - {eni.id for eni in on_card}):
            store = node.store(card)
            gone = store.eni(eni_id)
            if gone is not None:
                without = datastore.remove_eni_by_force(config, store, gone)
                node, now = yield from put_forced(node, now, without)
    return Reconciled(True, True), evolve(node, last_pool_action=now)


@rule(
    "R150",
    "Attached ENIs in the store have their addresses and prefixes compared; others are tagged "
    "(not a trunk, not with provisioning disabled; a failure skips the ENI) and set up.",
    source="ipamd:1645-1682",
    kind=Kind.STEP,
)
def mark(
    config: Config,
    node: Node,
    now: int,
    attached: Sequence[AttachedEni],
    before: set[str],
    described: Described | None,
) -> Procedure[tuple[Node, int]]:
    """Go through the attached ENIs: in IMDS order, or in any order once EC2 described them."""
    remaining = {eni.id: eni for eni in attached}
    while remaining:
        chosen = next(iter(remaining))
        if described is not None and len(remaining) > 1:
            chosen, node, now = yield from choose(node, OneOf(tuple(remaining)), "R192")
        eni = remaining.pop(chosen)
        if eni.id in before:
            pools = [stored_networks(node, eni, prefixes=kind) for kind in (False, True)]
            for kind, pool in zip((False, True), pools, strict=True):
                node, now = yield from compare(config, node, now, eni, pool, prefixes=kind)
        elif described is not None:
            node, now = yield from adopt(config, node, now, eni, described)
    return node, now


@part_of("R23", "R24")
def put_forced(node: Node, now: int, store: Store) -> Procedure[tuple[Node, int]]:
    """Put a store back after a forced removal; if that took pods, the checkpoint is rewritten.

    A failure of that write is only logged.
    """
    lost_pods = store.holdings is not node.store(store.card).holdings
    node = datastore.put_store(node, store)
    if lost_pods:
        request = WriteCheckpoint(store.card, store.holdings)
        _, node, now = yield from call(node, request, "R23")
    return node, now


def adopt(
    config: Config, node: Node, now: int, eni: AttachedEni, described: Described
) -> Procedure[tuple[Node, int]]:
    """Tag and set up an ENI that appeared; failures skip it."""
    trunk = eni.id == described.trunk
    if not trunk and measure.provisions(config):
        tagged, node, now = yield from call(node, TagENI(eni.id), "R150")
        if isinstance(tagged, Failed):
            return node, now
    _, node, now = yield from set_up_eni(
        config, node, now, eni, trunk=trunk, efa=eni.id in described.efas
    )
    return node, now


@rule(
    "R152",
    "If the store's addresses of an ENI are not exactly those IMDS lists, EC2's list is fetched, "
    "used instead and trusted; if the fetch fails the ENI's addresses are left alone.",
    source="ipamd:1710-1729",
    kind=Kind.STEP,
)
@rule(
    "R153",
    "The same with prefixes.",
    source="ipamd:1751-1771",
    kind=Kind.STEP,
)
@rule(
    "R156",
    "CIDRs of the store that were not seen are deleted by force, pods included.",
    source="ipamd:1731-1748, ipamd:1773-1794",
    kind=Kind.STEP,
)
def compare(
    config: Config,
    node: Node,
    now: int,
    eni: AttachedEni,
    pool: tuple[Network, ...],
    *,
    prefixes: bool,
) -> Procedure[tuple[Node, int]]:
    """Reconcile one ENI's /32s, or its prefixes, with `pool`: what the store had of them."""
    listed = eni.prefixes if prefixes else tuple(Network(a, 1) for a in eni.addresses)
    trusted = len(pool) != len(listed) or not set(pool).issuperset(listed)
    if trusted:
        fetched, node, now = yield from call(
            node, GetAddressesFromEC2(eni.id, prefixes), "R153" if prefixes else "R152"
        )
        if isinstance(fetched, Failed):
            return node, now
        listed = fetched
    elif not node.released and stored_networks(node, eni, prefixes=prefixes) == pool:
        return node, now  # The lists are equal and nothing was released: nothing can change.
    seen, node, now = yield from sight(config, node, now, eni, listed, trusted, pool, prefixes)
    for network in pool:
        if network not in seen:
            store = node.store(eni.card)
            without = datastore.delete_cidr(store, eni.id, network, force=True)
            if without is not None:
                node, now = yield from put_forced(node, now, without)
    return node, now


def stored_networks(node: Node, eni: AttachedEni, *, prefixes: bool) -> tuple[Network, ...]:
    """The addresses, or prefixes, that the store has on an ENI."""
    known = node.store(eni.card).eni(eni.id)
    cidrs = () if known is None else known.cidrs
    return tuple(cidr.network for cidr in cidrs if cidr.is_prefix == prefixes)


@rule(
    "R154",
    "A listed CIDR that was released less than 60 s ago is skipped; one released earlier is "
    "confirmed with EC2 unless the list is EC2's already, and then its memory is dropped; if that "
    "check fails it counts as seen.",
    source="ipamd:1799-1849, ipamd:1870-1923",
    kind=Kind.STEP,
)
@rule(
    "R155",
    "Every other listed CIDR enters the store if it is new there, and counts as seen.",
    source="ipamd:1851-1863, ipamd:1925-1935",
    kind=Kind.STEP,
)
def sight(
    config: Config,
    node: Node,
    now: int,
    eni: AttachedEni,
    listed: tuple[Network, ...],
    trusted: bool,
    pool: tuple[Network, ...],
    prefixes: bool,
) -> Procedure[tuple[frozenset[Network], Node, int]]:
    """Which of the listed CIDRs count as seen; new ones enter the store."""
    seen: frozenset[Network] = frozenset()
    confirmed: frozenset[Network] | None = frozenset(listed) if trusted else None
    remaining = listed
    while remaining:
        doubtful = tuple(n for n in remaining if released_earlier(node, n, now))
        network = remaining[0]
        if confirmed is None and len(doubtful) > 1:
            network, node, now = yield from choose(
                node, OneOf(doubtful), "R154", live=(eni.id, prefixes, seen, remaining)
            )
        elif confirmed is None and doubtful:
            network = doubtful[0]
        remaining = tuple(each for each in remaining if each != network)
        if recently_released(config, node, network, now, pool):
            continue
        if released_earlier(node, network, now):
            if confirmed is None:
                fetched, node, now = yield from call(
                    node, GetAddressesFromEC2(eni.id, prefixes), "R154"
                )
                if isinstance(fetched, Failed):
                    seen |= {network}
                    continue
                confirmed = frozenset(fetched)
                if network not in confirmed:
                    # No prefix at all counts as not fetched: the next doubtful one asks again.
                    confirmed = confirmed if confirmed or not prefixes else None
                    continue
            elif network not in confirmed:
                continue
            node = forget_release(node, network)
        store = datastore.add_cidr(node.store(eni.card), eni.id, network, prefix=prefixes)
        node = datastore.put_store(node, store)
        seen |= {network}
    return seen, node, now


@rule(
    "R158",
    "A recently released CIDR that EC2 has handed back is skipped and then deleted by force, even "
    "under a pod.",
    source="ipamd:1811-1815, ipamd:1731-1740",
    kind=Kind.STEP,
    label=Label.SUSPECTED_BUG,
)
def recently_released(
    config: Config, node: Node, network: Network, now: int, pool: tuple[Network, ...]
) -> bool:
    """Whether a listed CIDR is to be skipped because it was released less than 60 s ago."""
    expiry = node.released_until(network)
    if expiry is None or not timing.recently_released(INTS, now, expiry):
        return False
    return config.quirk(Quirk.RECENT_FORGOTTEN) or network not in pool


def released_earlier(node: Node, network: Network, now: int) -> bool:
    """Whether a CIDR's release is remembered although it is 60 s ago or more."""
    expiry = node.released_until(network)
    return expiry is not None and not timing.recently_released(INTS, now, expiry)
