"""Daemons whose sums do not add up (R21-R30)."""

from attrs import evolve

from ipam_model import state
from ipam_model.config import Config
from ipam_model.daemon import datastore
from ipam_model.state import Eni, Network, Store, Totals
from ipam_model.wrong_models.registry import wrong_model
from ipam_model.wrong_models.replacing import Replacing


@wrong_model(breaks=("R23",), upstream=("#2041", "#2042"))
def deleted_cidr_subtracted_twice(replacing: Replacing) -> None:
    """The addresses of a deleted CIDR are subtracted twice."""
    original = datastore.delete_cidr

    def wrong(store: Store, eni_id: str, network: Network, *, force: bool) -> Store | None:
        without = original(store, eni_id, network, force=force)
        if without is None:
            return None
        prefixes = int(network.size > 1)
        return evolve(
            without,
            total_drift=without.total_drift - network.size,
            prefix_drift=without.prefix_drift - prefixes,
        )

    replacing.function(original, wrong)


@wrong_model(breaks=("R21", "R135"))
def freed_eni_never_subtracted(replacing: Replacing) -> None:
    """The addresses of a freed ENI are never subtracted."""
    original = datastore.remove_eni

    def wrong(store: Store, eni_id: str) -> Store:
        eni = store.eni(eni_id)
        cidrs = () if eni is None else eni.cidrs
        without = original(store, eni_id)
        return evolve(
            without,
            total_drift=without.total_drift + sum(cidr.network.size for cidr in cidrs),
            prefix_drift=without.prefix_drift + sum(cidr.is_prefix for cidr in cidrs),
        )

    replacing.function(original, wrong)


@wrong_model(breaks=("R22",))
def known_cidr_counted_again(replacing: Replacing) -> None:
    """A CIDR that is added again is counted again."""
    original = datastore.add_cidr

    def wrong(store: Store, eni_id: str, network: Network, *, prefix: bool) -> Store:
        eni = store.eni(eni_id)
        known = eni is not None and eni.find(network) is not None
        added = original(store, eni_id, network, prefix=prefix)
        drift = network.size if known else 0
        return evolve(added, total_drift=added.total_drift + drift)

    replacing.function(original, wrong)


@wrong_model(
    breaks=("R11",),
    survives="An ENI is set up again only while its record is bare, so that it has nothing to "
    "lose but its age.",
)
def known_eni_added_again(replacing: Replacing) -> None:
    """An ENI that is added again loses its addresses and its age."""
    original = datastore.add_eni

    def wrong(store: Store, eni: Eni) -> Store:
        return original(datastore.remove_eni(store, eni.id), eni)

    replacing.function(original, wrong)


@wrong_model(breaks=("R28",))
def excluded_enis_counted(replacing: Replacing) -> None:
    """Addresses of excluded ENIs count towards the targets."""
    original = state.totals

    def wrong(store: Store) -> Totals:
        enis = tuple(evolve(eni, excluded=False) for eni in store.enis)
        return original(evolve(store, enis=enis))

    replacing.function(original, wrong)


@wrong_model(breaks=("R27", "R28"))
def other_kind_counted(replacing: Replacing) -> None:
    """Addresses of the kind the mode does not use count towards the targets."""
    original = state.totals

    def wrong(store: Store) -> Totals:
        enis = tuple(
            eni.with_cidrs(tuple(evolve(cidr, is_prefix=store.prefix_mode) for cidr in eni.cidrs))
            for eni in store.enis
        )
        counted = original(evolve(store, enis=enis))
        return evolve(original(store), total=counted.total, assigned=counted.assigned)

    replacing.function(original, wrong)


@wrong_model(breaks=("R28",), upstream=("#3753",))
def primaries_counted(replacing: Replacing) -> None:
    """Each ENI's primary address is counted as owned."""
    original = state.totals

    def wrong(store: Store) -> Totals:
        counted = original(store)
        return evolve(counted, total=counted.total + len(store.enis))

    replacing.function(original, wrong)


@wrong_model(breaks=("R30",))
def once_used_prefixes_not_free(replacing: Replacing) -> None:
    """Free prefixes are those without any address ever used."""
    original = state.totals

    def wrong(store: Store) -> Totals:
        free = sum(cidr.is_prefix and not cidr.records for _, cidr in store.cidrs())
        return evolve(original(store), free_prefixes=free)

    replacing.function(original, wrong)


@wrong_model(breaks=("R24",), upstream=("#2041", "#2042"))
def forced_removal_subtracted_twice(replacing: Replacing) -> None:
    """Counters drop twice when an ENI without pods is removed by force."""
    original = datastore.remove_eni_by_force

    def wrong(config: Config, store: Store, eni: Eni) -> Store:
        without = original(config, store, eni)
        if eni.has_pods():
            return without
        size = sum(cidr.network.size for cidr in eni.cidrs)
        return evolve(without, total_drift=without.total_drift - size)

    replacing.function(original, wrong)
