"""Growth and start of v1.7 (H3-H10, H18, H19, H23)."""

import pytest
from attrs import evolve

from ipam_model.arithmetic import INTS
from ipam_model.requests import (
    AssignPrivateIpAddresses,
    Code,
    CreateENI,
    DescribeAllENIs,
    FreeENI,
    GetAddressesFromEC2,
    GetAttachedENIs,
    NodeCordoned,
    SetupENINetwork,
    Sleep,
    TagENI,
)
from ipam_model.rules.growth import target_unmet, too_low
from ipam_model.state import Network
from tests.rules.scenes import (
    CUSTOM,
    NO_PROVISIONING,
    POD_ENI,
    SECOND,
    Scene,
    make_eni,
    warm,
)
from tests.rules.scenes_v1_7 import NOW, fresh, idle, running, used

AWS_CALLS = (
    "CreateENI",
    "AssignPrivateIpAddresses",
    "GetAddressesFromEC2",
    "GetAttachedENIs",
    "SetupENINetwork",
)


def aws_calls(scene: Scene) -> list[str]:
    return [name for name in scene.calls() if name in AWS_CALLS]


def asked(scene: Scene) -> list[int]:
    return [request.count for request in scene.requests(AssignPrivateIpAddresses)]


# -- H3: no cap ----------------------------------------------------------------------------------


@pytest.mark.parametrize("total", [0, 4, 110, 10_000])
def test_H3_the_pool_is_low_whatever_is_owned(total: int) -> None:
    assert target_unmet(INTS, False, 0, 2, 1, 3)
    assert too_low(INTS, total, 110, False, 0, 2, 1, 3) == (total < 110)


def test_H3_growth_goes_on_beyond_max_pods() -> None:
    scene = fresh()
    scene.max_pods = 2
    scene.begin()
    scene.add_many(3)
    scene.passes(1)
    assert scene.totals().total == 6


def test_H3_today_stops_at_max_pods() -> None:
    assert not too_low(INTS, 3, 3, False, 0, 0, 1, 3)


# -- H4: how much is asked for -------------------------------------------------------------------


def test_H4_an_existing_eni_is_filled_although_little_is_short() -> None:
    scene = running(warm(ip=1), used("eni-1", 1))
    scene.tick()
    assert asked(scene) == [2]
    assert scene.totals().total == 3


def test_H4_a_new_eni_gets_what_is_short() -> None:
    scene = running(warm(ip=2), used("eni-1", 1, 2, 3))
    scene.tick()
    assert asked(scene) == [2]


@pytest.mark.parametrize(("env", "count"), [(warm(ip=9), 3), (warm(eni=1), 3)])
def test_H4_a_new_eni_gets_at_most_its_slots(env: dict[str, str], count: int) -> None:
    scene = running(env, used("eni-1", 1, 2, 3))
    scene.tick()
    assert asked(scene) == [count]


def test_H4_the_size_is_measured_after_the_creation() -> None:
    scene = running(warm(ip=2), used("eni-1", 1, 2, 3))
    scene.during(CreateENI, lambda: scene.delete("p1"))
    scene.tick()
    assert asked(scene) == [1]


def test_H4_H7_a_new_eni_is_asked_for_nothing_if_nothing_is_short_any_more() -> None:
    scene = running(warm(ip=1), used("eni-1", 1, 2, 3))
    scene.during(CreateENI, lambda: scene.delete("p1"))
    scene.tick()
    assert asked(scene) == []
    assert scene.sizes() == [3, 0]


def test_H4_an_eni_is_filled_and_the_surplus_released_later() -> None:
    scene = fresh(warm(ip=1), addresses=30).begin()
    assert scene.totals().total == 29
    scene.passes(1)
    assert scene.totals().total == 1


# -- H5, H18: the start --------------------------------------------------------------------------


def test_H5_a_start_fills_an_eni_although_the_pool_is_not_low() -> None:
    scene = running(warm(eni=0), idle("eni-1", 1))
    scene.start()
    assert asked(scene) == [2]
    assert scene.mind.last_pool_action == scene.now


def test_H5_a_start_creates_no_eni() -> None:
    scene = running(warm(eni=2), idle("eni-1", 1, 2, 3))
    scene.start()
    assert not scene.count(CreateENI)
    assert not scene.count(AssignPrivateIpAddresses)
    assert scene.mind.last_pool_action is None


@pytest.mark.parametrize(
    ("call", "times"), [("AssignPrivateIpAddresses", 2), ("GetIPv4sFromEC2", 1)]
)
def test_H5_an_error_of_the_filling_ends_the_start(call: str, times: int) -> None:
    scene = fresh()
    scene.fault(call, Code.THROTTLED, times)
    assert scene.fail_to_begin() == Code.THROTTLED


def test_H5_without_provisioning_a_start_fills_an_eni_all_the_same() -> None:
    scene = fresh(NO_PROVISIONING).begin()
    assert scene.totals().total == 3
    scene.forget()
    scene.add_many(3)
    scene.tick()
    assert not scene.calls() or set(scene.calls()) == {"WriteCheckpoint"}


def test_H5_a_failed_description_ends_the_start() -> None:
    scene = fresh()
    scene.fault("DescribeAllENIs")
    assert scene.fail_to_begin() == "RequestLimitExceeded"
    assert scene.calls() == ["DescribeAllENIs"]


def test_H5_nothing_is_tagged_and_no_subnet_looked_up() -> None:
    scene = fresh().begin()
    assert not scene.count(TagENI)
    assert scene.calls()[0] == DescribeAllENIs.__name__
    assert "IsSubnetExcluded" not in scene.calls()


def test_H5_a_label_that_cannot_be_set_ends_the_start() -> None:
    scene = fresh()
    scene.fault("SetNodeLabel", "Unauthorized")
    assert scene.fail_to_begin() == "Unauthorized"


@pytest.mark.parametrize(("stored", "count"), [((1, 2), []), ((1,), [2])])
def test_H18_with_address_targets_a_start_fills_only_if_short(
    stored: tuple[int, ...], count: list[int]
) -> None:
    scene = running(warm(ip=2), idle("eni-1", *stored))
    scene.start()
    assert asked(scene) == count


# -- H6, H8: one candidate, no waiting -----------------------------------------------------------


def test_H6_a_failing_eni_is_followed_by_a_new_one_in_the_same_step() -> None:
    scene = running(None, used("eni-1", 1), idle("eni-2"))
    scene.fault("AssignPrivateIpAddresses", Code.INSUFFICIENT_ADDRESSES, 2)
    scene.tick()
    assert asked(scene) == [2, 1, 3]
    assert [request.eni for request in scene.requests(AssignPrivateIpAddresses)] == [
        "eni-1",
        "eni-1",
        "eni-3",
    ]


def test_H6_without_room_nothing_else_is_tried() -> None:
    scene = running(None, used("eni-1", 1), idle("eni-2"), enis=2)
    scene.fault("AssignPrivateIpAddresses", Code.THROTTLED, 2)
    scene.tick()
    assert aws_calls(scene) == ["AssignPrivateIpAddresses"] * 2
    assert scene.mind.last_pool_action is None


def test_H6_any_eni_with_a_free_slot_may_be_the_one() -> None:
    scene = running(None, used("eni-1", 1), idle("eni-2"))
    scene.tick()
    assert scene.choices("R188") == [("eni-1", "eni-2")]


def test_H6_a_cordoned_node_grows() -> None:
    scene = running(None, used("eni-1", 1, 2, 3))
    scene.cordoned = True
    scene.tick()
    assert scene.count(CreateENI) == 1
    assert not scene.count(NodeCordoned)


def test_H6_a_terminating_daemon_does_not_grow() -> None:
    scene = running(None, used("eni-1", 1, 2, 3))
    scene.terminate()
    scene.tick()
    assert aws_calls(scene) == []


def test_H8_the_next_tick_tries_again() -> None:
    scene = running(None, used("eni-1", 1, 2, 3))
    scene.fault("CreateNetworkInterface+Attach", Code.INSUFFICIENT_ADDRESSES)
    scene.tick()
    assert scene.mind.last_insufficient is None
    scene.advance(5 * SECOND)
    scene.tick()
    assert scene.count(CreateENI) == 2
    assert scene.sizes() == [3, 3]


# -- H7, H19: assigning --------------------------------------------------------------------------


def test_H7_a_failed_assignment_is_repeated_for_one() -> None:
    scene = running(None, used("eni-1", 1))
    scene.fault("AssignPrivateIpAddresses", Code.THROTTLED)
    scene.tick()
    assert asked(scene) == [2, 1]
    assert scene.totals().total == 2
    assert scene.mind.last_pool_action == NOW


def test_H7_too_many_addresses_counts_as_success() -> None:
    scene = running(None, used("eni-1", 1))
    scene.others_add("eni-1", *(idle("eni-9", 7).cidrs[0].network,))
    scene.tick()
    assert aws_calls(scene) == ["AssignPrivateIpAddresses", "GetAddressesFromEC2"]
    assert scene.totals().total == 2
    assert scene.mind.last_pool_action == NOW


def test_H7_the_store_learns_what_ec2_says_not_what_was_granted() -> None:
    scene = running(None, used("eni-1", 1))

    def take_one() -> None:
        scene.others_remove("eni-1", Network(scene.true_eni("eni-1").addresses[-1], 1))

    scene.during(GetAddressesFromEC2, take_one)
    scene.tick()
    assert scene.totals().total == 2
    assert {c.network.address for c in scene.eni().cidrs} == set(scene.true_eni("eni-1").addresses)


def test_H19_an_unread_assignment_counts_as_growth() -> None:
    scene = running(None, used("eni-1", 1))
    scene.fault("GetIPv4sFromEC2", Code.THROTTLED)
    scene.tick()
    assert aws_calls(scene) == ["AssignPrivateIpAddresses", "GetAddressesFromEC2"]
    assert scene.mind.last_pool_action == NOW
    assert scene.totals().total == 1
    assert len(scene.true_eni("eni-1").addresses) == 3


# -- H9: a new ENI -------------------------------------------------------------------------------


def test_H9_created_bare_then_assigned_then_looked_for_then_set_up() -> None:
    scene = running(None, used("eni-1", 1, 2, 3))
    scene.tick()
    assert aws_calls(scene) == [
        "CreateENI",
        "AssignPrivateIpAddresses",
        "GetAttachedENIs",
        "SetupENINetwork",
    ]
    assert scene.sizes() == [3, 3]
    assert scene.true_eni("eni-2").tags.instance_id is not None


def test_H9_a_failed_assignment_does_not_matter() -> None:
    scene = running(None, used("eni-1", 1, 2, 3))
    scene.fault("AssignPrivateIpAddresses", Code.THROTTLED)
    scene.tick()
    assert asked(scene) == [3]
    assert scene.sizes() == [3, 0]
    assert scene.mind.last_pool_action == NOW


@pytest.mark.parametrize(("lag", "looks"), [(0, 1), (10, 2), (11, 3), (50, 6)])
def test_H9_imds_is_looked_at_every_10_s_until_it_lists_the_eni(lag: int, looks: int) -> None:
    scene = fresh(eni_lag=lag * SECOND).begin()
    scene.add("p1")
    scene.forget()
    scene.tick()
    assert scene.count(GetAttachedENIs) == looks
    assert scene.count(Sleep) == looks - 1
    assert scene.now == (looks - 1) * 10 * SECOND
    assert scene.sizes() == [3, 3]
    assert scene.mind.last_pool_action == scene.now


def test_H9_after_six_looks_the_eni_stays_attached_outside_the_store() -> None:
    scene = fresh(eni_lag=51 * SECOND).begin()
    scene.add("p1")
    scene.forget()
    scene.tick()
    assert scene.count(GetAttachedENIs) == 6
    assert scene.count(SetupENINetwork) == 0
    assert scene.sizes() == [3]
    assert scene.mind.last_pool_action == 0
    scene.advance(70 * SECOND)
    scene.reconcile()
    assert scene.sizes() == [3, 3]


def test_H9_a_failed_look_counts_like_one_in_vain() -> None:
    scene = running(None, used("eni-1", 1, 2, 3))
    scene.fault("GetAttachedENIs", "MetadataError", 2)
    scene.tick()
    assert scene.count(GetAttachedENIs) == 3
    assert scene.now == NOW + 20 * SECOND


def test_H9_the_eni_is_set_up_with_what_imds_shows_of_it() -> None:
    scene = fresh(address_lag=5 * SECOND).begin()
    scene.add("p1")
    scene.tick()
    assert scene.sizes() == [3, 0]
    assert len(scene.true_eni("eni-2").addresses) == 3


def test_H9_attached_before_tagged_and_an_untagged_eni_is_no_failure() -> None:
    scene = running(None, used("eni-1", 1, 2, 3))
    scene.fault("CreateTags", Code.THROTTLED)
    scene.tick()
    assert scene.sizes() == [3, 3]
    assert scene.true_eni("eni-2").tags.instance_id is None


def test_H9_an_eni_that_cannot_be_attached_is_deleted_untagged() -> None:
    scene = running(None, used("eni-1", 1, 2, 3))
    scene.fault("AttachNetworkInterface", Code.ATTACHMENT_LIMIT)
    scene.fault("DeleteNetworkInterface", Code.THROTTLED)
    scene.fault("CreateTags", Code.THROTTLED)
    scene.tick()
    (leaked,) = scene.ec2.leaked
    assert leaked.tags.instance_id is None
    assert [fault.call for fault in scene.ec2.faults] == ["CreateTags"]  # never got that far
    assert aws_calls(scene) == ["CreateENI"]


def test_H9_an_eni_that_cannot_be_marked_for_deletion_has_its_tags() -> None:
    """So that the job against leaks finds it, where it cannot be deleted either."""
    scene = running(None, used("eni-1", 1, 2, 3))
    scene.fault("ModifyNetworkInterfaceAttribute", Code.THROTTLED)
    scene.fault("FreeENI", Code.DELETE_FAILED)
    scene.tick()
    (leaked,) = scene.ec2.leaked
    assert leaked.tags.instance_id is not None


def test_H9_custom_networking_names_the_subnet() -> None:
    scene = running(CUSTOM, used("eni-1", 1))
    scene.eni_config_subnet = "subnet-1"
    scene.tick()
    assert [request.subnet for request in scene.requests(CreateENI)] == ["subnet-1"]


def test_H9_a_missing_eni_config_ends_the_step() -> None:
    scene = running(CUSTOM, used("eni-1", 1))
    scene.tick()
    assert aws_calls(scene) == []
    assert scene.mind.last_pool_action is None


# -- H10: candidates -----------------------------------------------------------------------------


def test_H10_a_trunk_eni_is_extended() -> None:
    trunk = make_eni("eni-2", trunk=True)
    scene = running(POD_ENI, used("eni-1", 1, 2, 3), trunk)
    scene.tick()
    assert [request.eni for request in scene.requests(AssignPrivateIpAddresses)] == ["eni-2"]


def test_H10_with_custom_networking_the_primary_is_not() -> None:
    scene = running(CUSTOM, used("eni-1", 1), idle("eni-2", 4))
    scene.tick()
    assert [request.eni for request in scene.requests(AssignPrivateIpAddresses)] == ["eni-2"]


def test_H10_a_slot_is_kept_for_a_trunk_on_any_type() -> None:
    scene = running(POD_ENI, used("eni-1", 1, 2, 3), used("eni-2", 4, 5, 6))
    scene.tick()
    assert aws_calls(scene) == []


@pytest.mark.parametrize(("enis", "created"), [(2, 0), (3, 1)])
def test_R33_unmanaged_enis_take_room(enis: int, created: int) -> None:
    scene = running(None, used("eni-1", 1, 2, 3), enis=enis)
    scene.mind = evolve(scene.mind, unmanaged=frozenset({"eni-9"}), unmanaged_counts=((0, 1),))
    scene.tick()
    assert scene.count(CreateENI) == created


# -- H23: predicates in turn ---------------------------------------------------------------------


def test_H23_fewer_enis_are_wanted_after_the_growth_of_the_same_tick() -> None:
    # The last pod goes while the new ENI is created: judged before, no ENI would be too many.
    scene = running(warm(eni=0), used("eni-1", 1, 2, 3), idle("eni-2"))
    scene.fault("AssignPrivateIpAddresses", Code.THROTTLED, 2)
    (decision,) = scene.tick()
    assert decision.low
    assert not decision.wants_fewer_enis
    assert scene.count(CreateENI) == 1
    assert [request.eni for request in scene.requests(FreeENI)] == ["eni-2"]
