"""Daemons that take over too much or too little of what is attached (R7-R10, R146-R161)."""

from collections.abc import Sequence

from attrs import evolve

from ipam_model.arithmetic import INTS
from ipam_model.config import Config
from ipam_model.daemon import datastore, reconcile, setup
from ipam_model.daemon.procedure import Ask, Call, Procedure
from ipam_model.daemon.reconcile import Reconciled
from ipam_model.requests import AttachedEni, Described, Failed, GetAddressesFromEC2, GetAttachedENIs
from ipam_model.rules import eligibility, timing
from ipam_model.state import Network, Node, Store
from ipam_model.wrong_models.interposing import with_answers
from ipam_model.wrong_models.registry import wrong_model
from ipam_model.wrong_models.replacing import Replacing

Reconciling = Procedure[tuple[Reconciled, Node]]
Marking = Procedure[tuple[Node, int]]

# -- when ----------------------------------------------------------------------------------------


@wrong_model(breaks=("R146",), upstream=("#377", "#1204"))
def never_due(replacing: Replacing) -> None:
    """Reconcile never runs."""
    replacing.function(timing.reconcile_due, lambda *_: False)
    replacing.function(reconcile.due, lambda *_: False)


@wrong_model(breaks=("R146",))
def always_due(replacing: Replacing) -> None:
    """Reconcile runs in every pass."""
    replacing.function(timing.reconcile_due, lambda *_: True)


# -- ENIs ----------------------------------------------------------------------------------------


@wrong_model(breaks=("R151",), upstream=("#732", "#754", "#391"))
def detached_enis_kept(replacing: Replacing) -> None:
    """ENIs that are no longer attached stay in the store, and pods get their addresses."""
    replacing.function(datastore.remove_eni_by_force, lambda _config, store, _eni: store)


@wrong_model(breaks=("R150",), upstream=("#66",))
def appearing_enis_ignored(replacing: Replacing) -> None:
    """An ENI that appeared is never taken over.

    Be it one that somebody attached, or one of a growth step that failed half way.
    """

    def wrong(_config: Config, node: Node, now: int, *_: object) -> Marking:
        yield from ()
        return node, now

    replacing.function(reconcile.adopt, wrong)


@wrong_model(breaks=("R150",), upstream=("#1967", "#3821", "#2834"))
def enis_set_up_again(replacing: Replacing) -> None:
    """A secondary ENI is set up anew in every reconcile: its pods are forgotten."""
    original = reconcile.mark

    def wrong(
        config: Config,
        node: Node,
        now: int,
        attached: Sequence[AttachedEni],
        before: set[str],
        described: Described | None,
    ) -> Marking:
        for eni in attached:
            store = node.store(eni.card)
            known = store.eni(eni.id)
            if known is not None and known.cidrs and not known.primary:
                store = datastore.remove_eni_by_force(config, store, known)
                store = datastore.add_eni(store, evolve(known, cidrs=()))
                node = datastore.put_store(node, store)
        return (yield from original(config, node, now, attached, before, described))

    replacing.function(original, wrong)


@wrong_model(breaks=("R147",), upstream=("#1967", "#3821", "#2834"))
def no_answer_means_no_eni(replacing: Replacing) -> None:
    """A failing answer of IMDS is taken for an empty one: every ENI is removed with its pods."""
    original = reconcile.reconcile

    def wrong(config: Config, node: Node, now: int) -> Reconciling:
        seen: list[object] = []

        def noted(ask: Ask, answer: object) -> object:
            if isinstance(ask, Call) and isinstance(ask.request, GetAttachedENIs):
                seen.append(answer)
            return answer

        outcome, node = yield from with_answers(original(config, node, now), noted)
        if seen and (isinstance(seen[0], Failed) or not seen[0]):
            for store in node.stores:
                for eni in store.enis:
                    without = datastore.remove_eni_by_force(config, node.store(store.card), eni)
                    node, now = yield from reconcile.put_forced(node, now, without)
        return outcome, node

    replacing.function(original, wrong)


@wrong_model(breaks=("R10",))
def manage_everything(replacing: Replacing) -> None:
    """Unmanaged ENIs are treated like the others."""

    def wrong(
        node: Node, attached: tuple[AttachedEni, ...]
    ) -> tuple[tuple[AttachedEni, ...], Node]:
        return attached, node

    replacing.function(setup.managed_enis, wrong)


@wrong_model(breaks=("R10",))
def unmanaged_are_used_too(replacing: Replacing) -> None:
    """Unmanaged ENIs are told from the others and counted, and then used like them."""
    original = setup.managed_enis

    def wrong(
        node: Node, attached: tuple[AttachedEni, ...]
    ) -> tuple[tuple[AttachedEni, ...], Node]:
        cards = {store.card for store in node.stores}
        _, counted = original(node, attached)
        return tuple(eni for eni in attached if not cards or eni.card in cards), counted

    replacing.function(original, wrong)


@wrong_model(breaks=("R7",))
def no_manage_ignored(replacing: Replacing) -> None:
    """The tag no_manage is ignored."""
    original = eligibility.managed

    def wrong(
        _k: object, primary: bool, _present: bool, _true: bool, own: bool, untagged: bool
    ) -> bool:
        return original(INTS, primary, False, False, own, untagged)

    replacing.function(original, wrong)


@wrong_model(breaks=("R7",))
def untagged_the_other_way(replacing: Replacing) -> None:
    """An untagged ENI is managed only if MANAGE_UNTAGGED_ENI is off."""
    original = eligibility.managed

    def wrong(
        _k: object, primary: bool, present: bool, true: bool, own: bool, untagged: bool
    ) -> bool:
        return original(INTS, primary, present, true, own, not untagged)

    replacing.function(original, wrong)


@wrong_model(breaks=("R13", "R14"))
def exclusion_ignored(replacing: Replacing) -> None:
    """Subnets are never excluded from pod addressing."""
    replacing.function(setup.exclude, lambda node, _eni: node)


# -- addresses -----------------------------------------------------------------------------------


@wrong_model(breaks=("R152", "R153"), upstream=("#3019", "#3033"))
def compared_by_count(replacing: Replacing) -> None:
    """The store and IMDS are compared only by how many addresses they have."""
    original = reconcile.compare

    def wrong(
        config: Config,
        node: Node,
        now: int,
        eni: AttachedEni,
        pool: tuple[Network, ...],
        *,
        prefixes: bool,
    ) -> Marking:
        listed = eni.prefixes if prefixes else eni.addresses
        if len(listed) == len(pool):
            return node, now
        return (yield from original(config, node, now, eni, pool, prefixes=prefixes))

    replacing.function(original, wrong)


@wrong_model(breaks=("R152", "R153"), upstream=("#3887", "#2588"))
def imds_trusted(replacing: Replacing) -> None:
    """A difference between the store and IMDS is settled in favour of IMDS: EC2 is not asked."""
    original = reconcile.compare

    def wrong(
        config: Config,
        node: Node,
        now: int,
        eni: AttachedEni,
        pool: tuple[Network, ...],
        *,
        prefixes: bool,
    ) -> Marking:
        listed = eni.prefixes if prefixes else tuple(Network(a, 1) for a in eni.addresses)

        def from_imds(ask: Ask, answer: object) -> object:
            asks = isinstance(ask, Call) and isinstance(ask.request, GetAddressesFromEC2)
            return listed if asks else answer

        procedure = original(config, node, now, eni, pool, prefixes=prefixes)
        return (yield from with_answers(procedure, from_imds))

    replacing.function(original, wrong)


@wrong_model(breaks=("R152", "R153"), upstream=("#3824", "#3825"))
def unanswered_means_gone(replacing: Replacing) -> None:
    """If EC2 cannot be asked about a difference, the ENI's addresses are given up."""
    original = reconcile.compare

    def wrong(
        config: Config,
        node: Node,
        now: int,
        eni: AttachedEni,
        pool: tuple[Network, ...],
        *,
        prefixes: bool,
    ) -> Marking:
        def empty(ask: Ask, answer: object) -> object:
            asks = isinstance(ask, Call) and isinstance(ask.request, GetAddressesFromEC2)
            return () if asks and isinstance(answer, Failed) else answer

        procedure = original(config, node, now, eni, pool, prefixes=prefixes)
        return (yield from with_answers(procedure, empty))

    replacing.function(original, wrong)


@wrong_model(breaks=("R156",), upstream=("#377", "#3887"))
def vanished_addresses_kept(replacing: Replacing) -> None:
    """Addresses that are gone from an ENI stay in the store."""
    original = datastore.delete_cidr

    def wrong(store: Store, eni_id: str, network: Network, *, force: bool) -> Store | None:
        return None if force else original(store, eni_id, network, force=False)

    replacing.function(original, wrong)


@wrong_model(breaks=("R155",), upstream=("#1204",))
def appearing_addresses_ignored(replacing: Replacing) -> None:
    """Addresses that are on an ENI but not in the store never get there."""
    original = reconcile.sight

    def wrong(
        config: Config,
        node: Node,
        now: int,
        eni: AttachedEni,
        listed: tuple[Network, ...],
        trusted: bool,
        pool: tuple[Network, ...],
        prefixes: bool,
    ) -> Procedure[tuple[frozenset[Network], Node, int]]:
        known = tuple(network for network in listed if network in pool)
        return original(config, node, now, eni, known, trusted, pool, prefixes)

    replacing.function(original, wrong)


@wrong_model(breaks=("R152", "R154"), upstream=("#2588",))
def released_addresses_taken_back(replacing: Replacing) -> None:
    """Addresses released a moment ago are taken back.

    That a release is remembered is not looked at, and IMDS is believed.
    """
    replacing.function(reconcile.recently_released, lambda *_: False)
    replacing.function(reconcile.released_earlier, lambda *_: False)
    imds_trusted.break_daemon(replacing)


@wrong_model(breaks=("R23", "R24"))
def forced_removal_not_written(replacing: Replacing) -> None:
    """A pod whose address or ENI is gone stays in the checkpoint."""

    def wrong(node: Node, now: int, store: Store) -> Marking:
        yield from ()
        return datastore.put_store(node, store), now

    replacing.function(reconcile.put_forced, wrong)


@wrong_model(breaks=("R6", "R157"), upstream=("#3753",))
def primary_pooled_by_reconcile(replacing: Replacing) -> None:
    """Reconcile puts the primary address of an ENI into the pool."""
    original = reconcile.sight

    def wrong(
        config: Config,
        node: Node,
        now: int,
        eni: AttachedEni,
        listed: tuple[Network, ...],
        trusted: bool,
        pool: tuple[Network, ...],
        prefixes: bool,
    ) -> Procedure[tuple[frozenset[Network], Node, int]]:
        first = () if prefixes else (Network(eni.primary_address, 1),)
        return original(config, node, now, eni, (*listed, *first), trusted, pool, prefixes)

    replacing.function(original, wrong)
