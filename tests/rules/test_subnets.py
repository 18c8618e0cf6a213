"""Subnets in two precisions (R195, and what AWS documents about /28 blocks)."""

import pytest
from attrs import evolve, fields

from ipam_model.errors import InputError
from ipam_model.state import Network
from ipam_model.subnets import CidrSubnet, CounterSubnet, Subnet, SubnetTags
from tests.rules.scenes import make_subnet

FIRST = 0x0A000000  # 10.0.0.0


def addresses(*numbers: int) -> tuple[Network, ...]:
    return tuple(Network(FIRST + number, 1) for number in numbers)


# -- the counter ---------------------------------------------------------------------------------


def test_a_counter_that_is_written_out_anew_is_written_out_in_full() -> None:
    """No field has its default here, so that a new one that is forgotten shows."""
    counter = CounterSubnet(
        id="subnet-1",
        free=9,
        tags=SubnetTags(role="1"),
        listed=False,
        first=7,
        next_address=2,
        next_prefix=3,
        returned=addresses(4),
        reissue=True,
    )
    for each in fields(CounterSubnet):
        assert getattr(counter, each.name) != each.default, each.name
    assert counter.take(()) == counter


def test_a_counter_offers_all_or_nothing() -> None:
    subnet = make_subnet(free=3)
    offered = subnet.offer_addresses(3)
    assert offered is not None
    assert len(set(offered)) == 3
    assert subnet.offer_addresses(4) is None


@pytest.mark.parametrize(("free", "possible"), [(15, False), (16, True), (31, False), (32, True)])
def test_a_prefix_takes_sixteen_addresses_of_a_counter(free: int, possible: bool) -> None:
    count = 1 if free < 20 else 2
    offered = make_subnet(free=free).offer_prefixes(count)
    assert (offered is not None) is possible
    if offered is not None:
        assert all(network.size == 16 for network in offered)
        assert make_subnet(free=free).take(offered).free == free - 16 * count


def test_addresses_and_prefixes_of_a_counter_never_overlap() -> None:
    subnet: Subnet = make_subnet()
    taken: list[Network] = []
    for _ in range(3):
        for offer in (subnet.offer_addresses(5), subnet.offer_prefixes(2)):
            assert offer is not None
            taken += offer
            subnet = subnet.take(offer)
    assert len({a for n in taken for a in range(n.address, n.address + n.size)}) == 3 * (5 + 32)
    assert subnet.free == 8000 - 3 * 37


def test_a_counter_hands_out_returned_addresses_only_if_it_reissues() -> None:
    for reissue in (False, True):
        subnet = evolve(CounterSubnet(id="s", free=100), reissue=reissue)
        first = subnet.offer_addresses(2)
        blocks = subnet.offer_prefixes(1)
        assert first is not None
        assert blocks is not None
        subnet = subnet.take((*first, *blocks)).give_back((*first, *blocks))
        assert subnet.free == 100
        again, more = subnet.offer_addresses(3), subnet.offer_prefixes(2)
        assert again is not None
        assert more is not None
        assert (again[:2] == first) is reissue
        assert (more[0] == blocks[0]) is reissue
        assert subnet.take((*again, *more)).returned == ()


# -- every address known -------------------------------------------------------------------------


def test_aws_keeps_five_addresses_of_a_subnet() -> None:
    subnet = CidrSubnet.parse("s", "10.0.0.0/28")
    assert subnet.free == 11
    assert subnet.offer_addresses(11) == addresses(*range(4, 15))
    assert subnet.offer_addresses(12) is None


def test_a_prefix_needs_an_aligned_block_that_is_entirely_free() -> None:
    subnet = CidrSubnet.parse("s", "10.0.0.0/26")
    # The first block holds reserved addresses, the last one the broadcast address.
    assert subnet.offer_prefixes(2) == (Network(FIRST + 16, 16), Network(FIRST + 32, 16))
    assert subnet.offer_prefixes(3) is None


def test_fragmentation_refuses_a_prefix_although_addresses_abound() -> None:
    subnet = CidrSubnet.parse("s", "10.0.0.0/26").take(addresses(20, 40))
    assert subnet.free == 64 - 5 - 2
    assert subnet.offer_prefixes(1) is None
    assert subnet.give_back(addresses(40)).offer_prefixes(1) == (Network(FIRST + 32, 16),)


def test_small_blocks_are_aligned_to_their_size() -> None:
    subnet = CidrSubnet.parse("s", "10.0.0.0/28").take(addresses(9))
    assert subnet.offer_prefixes(1, block=4) == (Network(FIRST + 4, 4),)
    assert subnet.offer_prefixes(2, block=4) is None
    odd = CidrSubnet(id="s", network=Network(FIRST + 2, 16))
    assert odd.offer_prefixes(1, block=4) == (Network(FIRST + 8, 4),)


def test_single_addresses_come_lowest_first() -> None:
    subnet = CidrSubnet.parse("s", "10.0.0.0/28").take(addresses(4, 6))
    assert subnet.offer_addresses(3) == addresses(5, 7, 8)
    assert subnet.offer_addresses(0) == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("10.0.0.0/29", "/29 is outside"),
        ("10.0.0.0/15", "/15 is outside"),
        ("10.0.0.1/24", "not an IPv4 network"),
        ("nonsense", "not an IPv4 network"),
        ("fd00::/64", "not an IPv4 network"),
    ],
)
def test_a_subnet_that_aws_would_refuse_is_bad_input(text: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        CidrSubnet.parse("s", text)


def test_tags_are_empty_unless_given() -> None:
    assert CidrSubnet.parse("s", "10.0.0.0/24").tags == SubnetTags()
    tags = SubnetTags(role="1", clusters=frozenset({"c"}))
    assert CidrSubnet.parse("s", "10.0.0.0/24", tags).tags == tags
