"""Sums over CIDRs: what a store remembers of its ENIs, from whichever store they came."""

from collections.abc import Sequence
from typing import Final

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ipam_model.daemon import datastore
from ipam_model.state import IPV4_END, AddressRecord, Cidr, Eni, Network, Pod, PodKey, Store
from ipam_model.tallies import NOTHING, Tally
from tests.properties.refutation import assert_refuted


def written_out(enis: Sequence[Eni]) -> Tally:
    """The sums over ENIs, number by number."""
    singles = [cidr for eni in enis for cidr in eni.cidrs if not cidr.is_prefix]
    prefixes = [cidr for eni in enis for cidr in eni.cidrs if cidr.is_prefix]
    pods = [len([r for r in cidr.records if r.pod is not None]) for cidr in prefixes]
    idle = [cidr for cidr, held in zip(prefixes, pods, strict=True) if not held]
    return Tally(
        singles=len(singles),
        unused_singles=len([c for c in singles if all(r.pod is None for r in c.records)]),
        prefixes=len(prefixes),
        prefix_addresses=sum(cidr.network.size for cidr in prefixes),
        prefix_pods=sum(pods),
        unused_prefixes=len(idle),
        free_prefixes=len([cidr for cidr in idle if not cidr.network.ipv6]),
    )


POD: Final = Pod(PodKey("p"))


@st.composite
def cidrs(draw: st.DrawFn, number: int) -> Cidr:
    """A CIDR of either kind, with or without pods and cooling addresses."""
    size = draw(st.sampled_from([1, 1, 2, 16]))
    base = IPV4_END if size == 2 else 0
    holders = draw(st.lists(st.sampled_from([None, POD]), max_size=min(size, 2)))
    first = base + 16 * number
    records = tuple(AddressRecord(first + at, pod, 0) for at, pod in enumerate(holders))
    return Cidr(Network(first, size), size != 1, records)


@st.composite
def eni_rows(draw: st.DrawFn) -> tuple[Eni, ...]:
    """The ENIs of a store; of the same ids again and again, so that most rows share some."""
    ids = sorted(draw(st.sets(st.integers(1, 4), max_size=4)))
    return tuple(draw(st.sampled_from(POOL[each])) for each in ids)


def _pool() -> dict[int, list[Eni]]:
    """Three states of each of four ENIs."""
    busy = AddressRecord(1, POD, 0)
    states = (
        (Cidr(Network(1, 1), False, (busy,)), Cidr(Network(2, 1), False)),
        (Cidr(Network(16, 16), True), Cidr(Network(IPV4_END, 2), True)),
        (Cidr(Network(32, 16), True, (AddressRecord(33, POD, 0), AddressRecord(34, None, 0))),),
    )
    return {
        number: [
            Eni(f"eni-{number}", number == 1, 0, "subnet-a", 0, 9, excluded=at == 2, cidrs=held)
            for at, held in enumerate(states)
        ]
        for number in range(1, 5)
    }


POOL: Final = _pool()


def check_sums(rows: list[tuple[tuple[Eni, ...], bool]]) -> None:
    """Each store is made from the one before; some are asked, some never."""
    stores = [Store(0, True)]
    for enis, asked in rows:
        stores.append(stores[-1].with_enis(enis, {}))
        if asked:
            stores[-1].tallies()
    for store in stores:
        assert store.tallies() == (
            written_out([eni for eni in store.enis if not eni.excluded]),
            written_out([eni for eni in store.enis if eni.excluded]),
        )


ROWS: Final = st.lists(st.tuples(eni_rows(), st.booleans()), max_size=6)


@given(rows=ROWS)
def test_sums_of_a_store(rows: list[tuple[tuple[Eni, ...], bool]]) -> None:
    check_sums(rows)


@pytest.mark.parametrize("name", ["plus", "minus"])
@pytest.mark.parametrize("field", Tally._fields)
def test_every_number_is_summed(name: str, field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sum that forgets one of them is noticed."""
    original = getattr(Tally, name)

    def forgetful(one: Tally, other: Tally) -> Tally:
        found: Tally = original(one, other)
        return found._replace(**{field: getattr(one, field)})

    monkeypatch.setattr(Tally, name, forgetful)
    assert_refuted(check_sums, ROWS)


@given(
    held=st.lists(st.integers(0, 9), max_size=5, unique=True).flatmap(
        lambda numbers: st.tuples(*(cidrs(number) for number in sorted(numbers)))
    )
)
def test_sums_of_an_eni(held: tuple[Cidr, ...]) -> None:
    held = tuple(sorted(held, key=lambda cidr: cidr.network))
    eni = Eni("eni-1", True, 0, "subnet-a", 0, 9, cidrs=held)
    sums = eni.tally()
    assert sums == written_out([eni])
    assert sums.cidrs() == len(held)
    assert sums.all_pods() == sum(cidr.assigned() for cidr in held)
    assert sums.unused() == len(eni.unused())
    assert sums.minus(sums) == NOTHING
    assert NOTHING.plus(sums) == sums


def test_sums_do_not_survive_a_change() -> None:
    """Nor do they where a store is changed in another way than by its ENIs alone."""
    (one, other, *_) = POOL[1]
    store = Store(0, True).with_enis((one,), {})
    assert store.tallies()[0].cidrs() == 2
    assert evolve(store, enis=(one, POOL[2][0])).tallies()[0].cidrs() == 4
    assert evolve(store, total_drift=1).tallies() == store.tallies()
    assert store.with_enis((other,), {}).tallies()[0].prefixes == 2


def test_a_cidr_that_is_not_there_is_not_replaced() -> None:
    """It is a mistake of the caller, which must not pass in silence."""
    with pytest.raises(AssertionError, match="the ENI has no such CIDR"):
        datastore.put_cidr(POOL[1][0], Cidr(Network(1, 2), True))
