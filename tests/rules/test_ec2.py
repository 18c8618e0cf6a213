"""EC2's truth and its IMDS view (R59, R98a, R184, R195; the traces' description of EC2)."""

import pytest
from attrs import evolve

from ipam_model import ec2, exclusion, others
from ipam_model.ec2 import NEXT_FREE, Ec2, Ec2Eni, Fault
from ipam_model.errors import InputError
from ipam_model.limits import InstanceLimits
from ipam_model.requests import DONE, Code, Failed, Ownership
from ipam_model.state import Network
from ipam_model.subnets import CidrSubnet, Subnet, SubnetTags
from tests.rules.scenes import address, foreign_eni, make_subnet, prefix, single

LIMITS = InstanceLimits.simple(3, 4)


def instance(*subnets: Subnet) -> Ec2:
    return ec2.new_instance(LIMITS, subnets or (make_subnet(free=101),))


def assigned(state: Ec2, count: int, *, prefixes: bool = False) -> Ec2:
    answer, state = ec2.assign(state, "eni-1", count, NEXT_FREE, prefixes=prefixes)
    assert not isinstance(answer, Failed)
    assert len(answer) == count
    return state


def primary(state: Ec2) -> Ec2Eni:
    return state.primary()


# -- an instance ---------------------------------------------------------------------------------


def test_a_new_instance_has_a_bare_primary_eni_in_its_first_subnet() -> None:
    state = instance(make_subnet(free=10), make_subnet("subnet-2", free=20, first=1))
    assert [(eni.id, eni.primary, eni.device, eni.subnet) for eni in state.enis] == [
        ("eni-1", True, 0, "subnet-1")
    ]
    assert [subnet.free for subnet in state.subnets] == [9, 20]
    assert state.reserved() == 1


def test_a_full_subnet_cannot_carry_an_instance() -> None:
    with pytest.raises(InputError, match="no free address"):
        instance(make_subnet(free=0))


def test_an_unknown_subnet_is_bad_input() -> None:
    with pytest.raises(InputError, match=r"subnet-9.*there are: subnet-1"):
        instance().subnet("subnet-9")


def test_several_subnets_are_replaced_at_once_and_each_in_its_place() -> None:
    state = instance(make_subnet(free=10), make_subnet("subnet-2", free=20, first=1))
    changed = [each.take([single(60), single(61)]) for each in reversed(state.subnets)]
    after = state.with_eni(primary(state), *changed)
    assert [(each.id, each.free) for each in after.subnets] == [("subnet-1", 7), ("subnet-2", 18)]


# -- AssignPrivateIpAddresses --------------------------------------------------------------------


def test_what_an_eni_has_it_has_once_and_in_order() -> None:
    eni = primary(instance()).with_networks([single(5), single(3), prefix(2), prefix(1)])
    again = eni.with_networks([single(4), single(3), single(9), prefix(2), prefix(0)])
    assert again.addresses == tuple(address(each) for each in (3, 4, 5, 9))
    assert again.prefixes == (prefix(0), prefix(1), prefix(2))


def test_assigned_addresses_leave_the_subnet() -> None:
    state = assigned(instance(), 2)
    assert len(primary(state).addresses) == 2
    assert state.subnets[0].free == 98
    assert state.reserved() == 3


def test_assigned_prefixes_take_sixteen_each() -> None:
    state = assigned(instance(), 2, prefixes=True)
    assert len(primary(state).prefixes) == 2
    assert state.subnets[0].free == 100 - 32
    assert state.reserved() == 33


def test_R98a_a_count_above_the_slots_is_cut_to_them() -> None:
    answer, state = ec2.assign(instance(), "eni-1", 9, NEXT_FREE, prefixes=False)
    assert not isinstance(answer, Failed)
    assert len(answer) == 3
    assert len(primary(state).addresses) == 3


@pytest.mark.parametrize("prefixes", [False, True])
def test_R5_the_limit_counts_addresses_and_prefixes_together(prefixes: bool) -> None:
    state = assigned(assigned(instance(), 2), 1, prefixes=True)
    answer, after = ec2.assign(state, "eni-1", 1, NEXT_FREE, prefixes=prefixes)
    assert answer == Failed(Code.ADDRESS_LIMIT)
    assert after == state


def test_the_limit_is_all_or_nothing() -> None:
    state = assigned(instance(), 2)
    answer, after = ec2.assign(state, "eni-1", 2, NEXT_FREE, prefixes=False)
    assert answer == Failed(Code.ADDRESS_LIMIT)
    assert after == state


def test_limits_may_be_left_unenforced() -> None:
    state = evolve(assigned(instance(), 3), enforce_limits=False)
    assert len(primary(assigned(state, 3)).addresses) == 6


@pytest.mark.parametrize(
    ("prefixes", "free", "code"),
    [
        (False, 2, Code.INSUFFICIENT_ADDRESSES),
        (True, 16, Code.INSUFFICIENT_PREFIXES),
    ],
)
def test_a_short_subnet_gives_nothing(prefixes: bool, free: int, code: str) -> None:
    state = instance(make_subnet(free=free))
    answer, after = ec2.assign(state, "eni-1", 2, NEXT_FREE, prefixes=prefixes)
    assert answer == Failed(code)
    assert after == state


def test_a_fragmented_subnet_gives_no_prefix() -> None:
    subnet = CidrSubnet.parse("subnet-1", "10.1.0.0/27")
    answer, _ = ec2.assign(instance(subnet), "eni-1", 1, NEXT_FREE, prefixes=True)
    assert answer == Failed(Code.INSUFFICIENT_PREFIXES)


def test_an_unknown_eni_is_not_found() -> None:
    not_found = Failed(Code.ENI_NOT_FOUND)
    state = instance()
    assert ec2.assign(state, "eni-9", 1, NEXT_FREE, prefixes=False) == (not_found, state)
    assert ec2.unassign(state, "eni-9", (), 0) == (not_found, state)
    assert ec2.true_networks(state, "eni-9", prefixes=True) == (not_found, state)


# -- UnassignPrivateIpAddresses ------------------------------------------------------------------


def test_unassigned_cidrs_return_to_the_subnet() -> None:
    state = assigned(assigned(instance(), 2), 1, prefixes=True)
    gone = (Network(primary(state).addresses[0], 1), primary(state).prefixes[0])
    answer, after = ec2.unassign(state, "eni-1", gone, 0)
    assert answer is DONE
    assert len(primary(after).addresses) == 1
    assert primary(after).prefixes == ()
    assert after.subnets[0].free == 99


def test_unassigning_is_all_or_nothing() -> None:
    state = assigned(instance(), 2)
    wanted = (Network(primary(state).addresses[0], 1), single(999))
    assert ec2.unassign(state, "eni-1", wanted, 0) == (Failed(Code.INVALID_PARAMETER), state)


def test_the_primary_address_cannot_be_unassigned() -> None:
    state = instance()
    wanted = (Network(primary(state).primary_address, 1),)
    assert ec2.unassign(state, "eni-1", wanted, 0)[0] == Failed(Code.INVALID_PARAMETER)


# -- faults --------------------------------------------------------------------------------------


def test_faults_are_used_up_in_the_order_they_were_armed() -> None:
    state = instance()
    for fault in (Fault("TagENI", "1", 2), Fault("FreeENI", "2"), Fault("TagENI", "3")):
        state = ec2.arm(state, fault)
    codes = []
    for name in ("TagENI", "FreeENI", "TagENI", "TagENI", "TagENI"):
        found, state = ec2.take_fault(state, name)
        codes.append(None if found is None else found.code)
    assert codes == ["1", "2", "1", "3", None]
    assert state.faults == ()


def test_a_fault_is_for_one_call_or_more() -> None:
    with pytest.raises(InputError, match="1 call or more"):
        ec2.arm(instance(), Fault("TagENI", "one", 0))


def test_a_fault_of_an_unknown_call_is_refused() -> None:
    with pytest.raises(InputError, match=r"no call 'TagEni' can fail; known: .*TagENI"):
        ec2.arm(instance(), Fault("TagEni", "one"))


@pytest.mark.parametrize("prefixes", [False, True])
def test_reading_the_truth_may_fail(prefixes: bool) -> None:
    name = "GetIPv4PrefixesFromEC2" if prefixes else "GetIPv4sFromEC2"
    state = ec2.arm(assigned(assigned(instance(), 1), 1, prefixes=True), Fault(name, "Broken"))
    answer, state = ec2.true_networks(state, "eni-1", prefixes=prefixes)
    assert answer == Failed("Broken")
    answer, state = ec2.true_networks(state, "eni-1", prefixes=prefixes)
    assert not isinstance(answer, Failed)
    assert [network.size for network in answer] == [16 if prefixes else 1]


def test_a_partial_grant_gives_fewer() -> None:
    state = ec2.arm(instance(), Fault("AssignPrivateIpAddresses", "", grant=1))
    answer, state = ec2.assign(state, "eni-1", 3, NEXT_FREE, prefixes=False)
    assert not isinstance(answer, Failed)
    assert len(answer) == 1


# -- the IMDS view -------------------------------------------------------------------------------


def view(state: Ec2, now: int, *, hide: bool = False) -> dict[str, set[Network]]:
    shown = ec2.imds_view(state, now, NEXT_FREE, hide_primary_prefixes=hide)
    return {eni.id: set(eni.networks()) for eni in shown}


def test_imds_shows_every_attached_eni_with_its_cidrs() -> None:
    state = assigned(assigned(instance(), 1), 1, prefixes=True)
    state = others.attach_by_other(state, foreign_eni("eni-7", single(700)))
    shown = ec2.imds_view(state, 0, NEXT_FREE, hide_primary_prefixes=False)
    assert [(eni.id, eni.primary, eni.device) for eni in shown] == [
        ("eni-1", True, 0),
        ("eni-7", False, 6),
    ]
    assert shown[0].primary_address == primary(state).primary_address
    assert len(shown[0].networks()) == 2


def test_R59_custom_networking_hides_the_primarys_prefixes() -> None:
    state = assigned(assigned(instance(), 1), 1, prefixes=True)
    state = others.attach_by_other(state, foreign_eni("eni-7", prefix(70)))
    shown = view(state, 0, hide=True)
    assert {network.size for network in shown["eni-1"]} == {1}
    assert shown["eni-7"] == {prefix(70)}


def lagging() -> tuple[Ec2, Network]:
    """One of two addresses left the primary at instant 0; the lag is 10 s."""
    state = evolve(assigned(instance(), 2), imds_lag=10_000)
    gone = Network(primary(state).addresses[0], 1)
    answer, state = ec2.unassign(state, "eni-1", (gone,), 0)
    assert answer is DONE
    return state, gone


@pytest.mark.parametrize(
    ("now", "certain", "possible"),
    [(0, True, True), (9_999, True, True), (10_000, False, True), (10_001, False, False)],
)
def test_a_lagging_imds_still_lists_what_left(now: int, certain: bool, possible: bool) -> None:
    state, gone = lagging()
    surely, maybe = ec2.lingering(state, now)
    assert (gone in surely.get("eni-1", ())) is certain
    assert (gone in maybe.get("eni-1", ())) is possible
    assert (gone in view(state, now)["eni-1"]) is certain


def test_whether_a_reissued_cidr_still_lingers_is_open() -> None:
    state, gone = lagging()
    state = others.attach_by_other(state, foreign_eni("eni-7", gone))
    surely, maybe = ec2.lingering(state, 1_000)
    assert surely == {}
    assert maybe == {"eni-1": {gone}}


def test_a_cidr_that_came_back_or_whose_eni_left_does_not_linger() -> None:
    state, gone = lagging()
    back = others.add_by_other(state, primary(state), (gone,))
    assert ec2.lingering(back, 1_000) == ({}, {})
    detached = others.detach_by_other(state, primary(state))
    assert ec2.lingering(detached, 1_000) == ({}, {})


def test_without_lag_nothing_lingers() -> None:
    state = assigned(instance(), 1)
    _, state = ec2.unassign(state, "eni-1", (Network(primary(state).addresses[0], 1),), 0)
    assert state.departed == ()
    assert view(state, 0)["eni-1"] == set()


def test_long_departed_cidrs_are_dropped_from_the_records() -> None:
    state, gone = lagging()
    other = Network(primary(state).addresses[0], 1)
    _, state = ec2.unassign(state, "eni-1", (other,), 10_001)
    assert [each.network for each in state.departed] == [other]
    assert gone != other


# -- subnet exclusion (R14) ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "clusters", "name", "excluded"),
    [
        ("", [], "", False),
        ("", ["other"], "mine", False),
        ("0", [], "", True),
        ("0", ["mine"], "mine", True),
        ("1", [], "mine", False),
        ("1", ["other"], "", False),
        ("1", ["other"], "mine", True),
        ("1", ["other", "mine"], "mine", False),
    ],
)
def test_R14_exclusion(role: str, clusters: list[str], name: str, excluded: bool) -> None:
    tags = SubnetTags(role=role, clusters=frozenset(clusters))
    subnet = evolve(make_subnet(), tags=tags)
    state = instance(subnet)
    assert exclusion.is_subnet_excluded(state, "subnet-1", name) is excluded
    unlisted = state.with_subnet(evolve(subnet, listed=False))
    assert not exclusion.is_subnet_excluded(unlisted, "subnet-1", name)


# -- changes by others ---------------------------------------------------------------------------


def test_others_attach_and_detach() -> None:
    before = instance()
    eni = foreign_eni("eni-7", single(700), prefix(70))
    state = others.attach_by_other(before, eni)
    assert state.eni("eni-7") == eni
    assert state.subnets[0].free == 100 - 18
    assert state.next_eni == 8
    state = others.detach_by_other(state, eni)
    assert [each.id for each in state.enis] == ["eni-1"]
    assert state.subnets[0].free == 100


def test_an_eni_with_another_kind_of_id_does_not_disturb_the_numbering() -> None:
    eni = Ec2Eni(id="eni-0abc", device=4, subnet="subnet-1", primary_address=address(9))
    assert others.attach_by_other(instance(), eni).next_eni == 2


def test_others_take_and_return_addresses_of_a_counted_subnet_only() -> None:
    assert others.set_free(instance(), "subnet-1", 7).subnets[0].free == 7
    known = instance(CidrSubnet.parse("subnet-1", "10.1.0.0/24"))
    with pytest.raises(InputError, match="knows its addresses"):
        others.set_free(known, "subnet-1", 7)


def test_others_tag_subnets_and_enis() -> None:
    assert others.set_role(instance(), "subnet-1", "0").subnets[0].tags.role == "0"
    assert ec2.own(foreign_eni("eni-7")).tags.instance_id is Ownership.OWN


def test_networks_go_on_and_come_off_an_eni_sorted() -> None:
    eni = foreign_eni("eni-7", single(2), single(1), prefix(1), prefix(0))
    assert eni.addresses == (address(1), address(2))
    assert eni.prefixes == (prefix(0), prefix(1))
    assert eni.slots_used() == 4
    assert sum(network.size for network in eni.networks()) == 1 + 2 + 32
    left = eni.without_networks([single(2), prefix(0)])
    assert (left.addresses, left.prefixes) == ((address(1),), (prefix(1),))


def test_nothing_is_offered_when_nothing_is_asked() -> None:
    state = instance(make_subnet(free=1))
    assert ec2.offer(state, state.subnets[0], 0, NEXT_FREE, prefixes=True) == ()


def test_the_holder_of_an_address_may_be_a_leaked_eni() -> None:
    state = others.attach_by_other(instance(), foreign_eni("eni-7", single(700), prefix(70)))
    leaked = foreign_eni("eni-8", single(800))
    state = evolve(state, leaked=(leaked,))
    inside = Network(prefix(70).address + 3, 1)
    assert ec2.holder(state, [single(1), inside]) == state.eni("eni-7")
    assert ec2.holder(state, [single(800)]) == leaked
    assert ec2.holder(state, [single(1), prefix(71)]) is None
    primary_address = Network(primary(state).primary_address, 1)
    assert ec2.holder(state, [primary_address]) == primary(state)


def test_reserved_counts_leaked_enis_too() -> None:
    state = evolve(instance(), leaked=(foreign_eni("eni-7", single(1), prefix(0)),))
    assert state.reserved() == 1 + 18
