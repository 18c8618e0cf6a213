"""The same memory under other names, whose order says nothing, and tiny memories full of ties."""

from collections.abc import Iterator, Mapping
from itertools import permutations, product
from random import Random

from attrs import evolve, frozen
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ipam_model.daemon import datastore
from ipam_model.state import AddressRecord, Cidr, Cleanup, Eni, Network, Node, Pod, PodKey, Store

NOW = 1_000_000


@frozen
class Renaming:
    """Other names for all there are."""

    enis: Mapping[str, str]
    networks: Mapping[Network, Network]
    containers: Mapping[str, str]

    def node(self, node: Node) -> Node:
        """The memory, in canonical order again."""
        return evolve(
            node,
            stores=tuple(self._store(store) for store in node.stores),
            released=tuple(sorted((self.networks[network], at) for network, at in node.released)),
            unmanaged=frozenset(self.enis[each] for each in node.unmanaged),
            efa_only=frozenset(self.enis[each] for each in node.efa_only),
            primaries=frozenset(self.enis[each] for each in node.primaries),
            cleanups=tuple(
                evolve(each, eni=self.enis[each.eni], network=self.networks[each.network])
                for each in node.cleanups
            ),
        )

    def _store(self, store: Store) -> Store:
        enis = tuple(sorted((self._eni(eni) for eni in store.enis), key=lambda eni: eni.id))
        return evolve(store, enis=enis, holdings=datastore.index(enis))

    def _eni(self, eni: Eni) -> Eni:
        cidrs = sorted((self._cidr(cidr) for cidr in eni.cidrs), key=lambda cidr: cidr.network)
        return evolve(eni, id=self.enis[eni.id], cidrs=tuple(cidrs))

    def _cidr(self, cidr: Cidr) -> Cidr:
        moved = self.networks[cidr.network]
        by = moved.address - cidr.network.address
        records = (
            AddressRecord(each.address + by, each.pod and self._pod(each.pod), each.since)
            for each in cidr.records
        )
        return Cidr(moved, cidr.is_prefix, tuple(records))

    def _pod(self, pod: Pod) -> Pod:
        return evolve(pod, key=pod.key._replace(container=self.containers[pod.key.container]))


def names_of(node: Node) -> tuple[list[str], list[Network], list[str]]:
    """Every ENI, network and container that the memory mentions."""
    stored = [eni for store in node.stores for eni in store.enis]
    cidrs = [cidr for eni in stored for cidr in eni.cidrs]
    enis = {eni.id for eni in stored} | node.unmanaged | node.efa_only | node.primaries
    networks = {cidr.network for cidr in cidrs} | {network for network, _ in node.released}
    pods = {record.pod.key.container for cidr in cidrs for record in cidr.records if record.pod}
    return (
        sorted(enis | {each.eni for each in node.cleanups}),
        sorted(networks | {each.network for each in node.cleanups}),
        sorted(pods),
    )


def shuffled(node: Node, seed: int) -> Node:
    """The memory under new names in a random order; addresses keep their family."""
    random = Random(seed)
    enis, networks, containers = names_of(node)
    for names in (enis, networks, containers):
        random.shuffle(names)
    return Renaming(
        {old: f"eni-{number:03}" for number, old in enumerate(enis)},
        {
            old: Network((2**100 if old.ipv6 else 2**24) + number * max(old.size, 2**8), old.size)
            for number, old in enumerate(networks)
        },
        {old: f"c{number:03}" for number, old in enumerate(containers)},
    ).node(node)


def same_but_for_names(one: Node, other: Node) -> bool:
    """Whether some renaming makes one of the other; all are tried."""
    theirs = names_of(other)
    if [len(each) for each in names_of(one)] != [len(each) for each in theirs]:
        return False
    return any(_tidy(renaming.node(one)) == _tidy(other) for renaming in _all(one, other))


def _all(one: Node, other: Node) -> Iterator[Renaming]:
    enis, networks, containers = names_of(one)
    theirs = names_of(other)
    every = product(permutations(theirs[0]), permutations(theirs[1]), permutations(theirs[2]))
    for of_enis, of_networks, of_containers in every:
        yield Renaming(
            dict(zip(enis, of_enis, strict=True)),
            dict(zip(networks, of_networks, strict=True)),
            dict(zip(containers, of_containers, strict=True)),
        )


def _tidy(node: Node) -> Node:
    """Without the order of clean-ups, which the key leaves out."""
    return evolve(node, cleanups=tuple(sorted(node.cleanups, key=str)))


# -- tiny memories -------------------------------------------------------------------------------

ENIS = ("eni-1", "eni-2", "eni-3", "eni-4")
NETWORKS = tuple(Network(2**24 + number, 1) for number in range(3))
PARTS = ("stores", "released", "unmanaged", "efa_only", "primaries", "cleanups")
"""Parts of a memory that name ENIs, addresses or pods."""


def _subsets(names: tuple[str, ...]) -> SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(names), max_size=2)


def _cidrs() -> SearchStrategy[tuple[Cidr, ...]]:
    """Up to two addresses, unused or held by one of two pods."""
    holders = st.sampled_from([None, None, "a", "b"])
    chosen = st.dictionaries(st.sampled_from(NETWORKS), holders, max_size=2)
    return chosen.map(
        lambda found: tuple(
            Cidr(network, is_prefix=False, records=_records(network, found[network]))
            for network in sorted(found)
        )
    )


def _records(network: Network, holder: str | None) -> tuple[AddressRecord, ...]:
    return () if holder is None else (AddressRecord(network.address, Pod(PodKey(holder)), 0),)


def _eni(eni_id: str, cidrs: tuple[Cidr, ...]) -> Eni:
    return Eni(eni_id, False, 1, "subnet-1", 0, 0, cidrs=cidrs)


def _store(card: int, enis: Mapping[str, tuple[Cidr, ...]]) -> Store:
    records = tuple(_eni(each, enis[each]) for each in sorted(enis))
    return Store(card, False, records, holdings=datastore.index(records))


def tiny_nodes() -> SearchStrategy[Node]:
    """Two cards with up to two ENIs each, all alike; few names, so that they meet again.

    Some could not come about: an ENI on two cards, an address on two ENIs, a pod with two addresses
    on a card. The key is to be right for these too.
    """
    enis = st.dictionaries(st.sampled_from(ENIS), _cidrs(), max_size=2)
    cleanups = st.builds(
        Cleanup,
        st.just(NOW + 5),
        st.integers(0, 1),
        st.sampled_from(ENIS),
        st.sampled_from(NETWORKS),
    )
    return st.builds(
        lambda enis, **said: Node(
            stores=tuple(_store(card, each) for card, each in enumerate(enis)), **said
        ),
        enis=st.tuples(enis, enis),
        released=st.frozensets(st.sampled_from(NETWORKS), max_size=1).map(
            lambda found: tuple((network, NOW + 9) for network in found)
        ),
        unmanaged=_subsets(ENIS),
        efa_only=_subsets(ENIS),
        primaries=_subsets(ENIS),
        cleanups=st.lists(cleanups, max_size=2).map(tuple),
    )


def renamed_in_part(node: Node, part: str, seed: int) -> Node:
    """The memory in which one part speaks of other ENIs, addresses and pods of its own."""
    random = Random(seed)
    enis, networks, containers = names_of(node)
    renamed = Renaming(
        dict(zip(enis, random.sample(enis, len(enis)), strict=True)),
        dict(zip(networks, random.sample(networks, len(networks)), strict=True)),
        dict(zip(containers, random.sample(containers, len(containers)), strict=True)),
    ).node(node)
    if part == "stores":
        return evolve(node, stores=(node.stores[0], *renamed.stores[1:]))
    return evolve(node, **{part: getattr(renamed, part)})
