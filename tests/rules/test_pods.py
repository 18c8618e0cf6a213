"""Pod add and delete (R111-R127)."""

from collections.abc import Mapping

import pytest
from attrs import evolve

from ipam_model.config import Quirk
from ipam_model.daemon import pods
from ipam_model.daemon.pods import Given, PodReply
from ipam_model.errors import InputError
from ipam_model.requests import (
    CheckpointEntry,
    ReadPod,
    ReadVpcCidrs,
    UnassignPrivateIpAddresses,
    WriteCheckpoint,
)
from ipam_model.state import Cleanup, Eni, Pod, PodKey, Store
from tests.rules.scenes import (
    CUSTOM,
    MULTI_NIC,
    POD_ENI,
    PREFIXES,
    SECOND,
    Scene,
    address,
    cidr,
    key,
    make_config,
    make_eni,
    make_node,
    make_store,
    placed,
    pod,
    prefix,
    single,
)

COOLDOWN = 30 * SECOND


def scene_with(
    *enis: Eni, prefix_mode: bool = False, now: int = 0, env: Mapping[str, str] | None = None
) -> Scene:
    config = make_config({**(PREFIXES if prefix_mode else {}), **(env or {})})
    return placed(config, make_node(make_store(*enis, prefix_mode=prefix_mode)), now)


def cards(*stores: Store, env: Mapping[str, str] | None = None) -> Scene:
    """A daemon with several network cards; EC2 is not asked."""
    return placed(make_config(env), make_node(*stores))


def card(number: int, *addresses: int) -> Store:
    eni = make_eni(f"eni-{number + 1}", *(cidr(single(each)) for each in addresses))
    return make_store(eni, card=number)


# -- which address (R111-R115, R122) -------------------------------------------------------------


def test_R111_a_repeated_add_gets_the_same_address_and_changes_nothing() -> None:
    scene = scene_with(make_eni("eni-1", cidr(single(1)), cidr(single(2))))
    first = scene.add("p1")
    before, written = scene.mind, scene.checkpoint(0)
    scene.forget()
    scene.advance(5 * SECOND)
    again = scene.add_pod(Pod(key("p1"), name="other/name"))
    assert again == first == PodReply(True, (Given(address(1), 0),))
    assert scene.mind == before
    assert scene.checkpoint(0) == written
    assert scene.count(WriteCheckpoint) == 0


def test_R111_the_known_key_is_found_on_an_excluded_eni() -> None:
    excluded = make_eni("eni-2", cidr(single(9), "p1"), excluded=True)
    scene = scene_with(make_eni("eni-1", cidr(single(1))), excluded)
    assert scene.add("p1").given == (Given(address(9), 1),)


def test_R111_the_known_key_is_found_on_a_cidr_of_the_other_kind() -> None:
    scene = scene_with(make_eni("eni-1", cidr(single(1)), cidr(prefix(0), {3: "p1"})))
    assert scene.add("p1").given == (Given(prefix(0).address + 3, 0),)


def test_R112_R187_any_eni_and_cidr_may_serve_a_pod_but_no_excluded_one() -> None:
    scene = scene_with(
        make_eni("eni-1", cidr(single(1)), cidr(single(2), "p9"), cidr(prefix(0))),
        make_eni("eni-2", cidr(single(3)), excluded=True),
        make_eni("eni-3", cidr(single(4)), trunk=True),
        make_eni("eni-4", cidr(single(5)), efa=True),
    )
    scene.prefer("R112", lambda spots: spots[-1])
    assert scene.add("p1").given == (Given(address(5), 3),)
    offered = scene.choices("R112")[0]
    assert [spot.address for spot in offered if isinstance(spot, pods.Spot)] == [
        address(1),
        address(4),
        address(5),
    ]


def test_R112_R187_any_expired_address_of_a_prefix_may_be_recycled() -> None:
    expired = cidr(prefix(0), {0: "p0"}, {4: 0, 7: 0})
    scene = scene_with(make_eni("eni-1", expired), prefix_mode=True, now=COOLDOWN + 1)
    scene.prefer("R112", lambda spots: spots[-1])
    assert scene.add("p1").given[0].address == prefix(0).address + 7
    assert len(scene.choices("R112")[0]) == 2


def test_R27_R112_only_the_modes_kind_serves_pods() -> None:
    mixed = make_eni("eni-1", cidr(single(1)), cidr(prefix(0)))
    assert scene_with(mixed).add("p1").given[0].address == address(1)
    scene = scene_with(mixed, prefix_mode=True)
    assert scene.add("p1").given[0].address == prefix(0).address


def test_R50_N22_the_primary_serves_pods_also_in_custom_networking() -> None:
    scene = scene_with(make_eni("eni-1", cidr(single(1))), env=CUSTOM)
    assert scene.add("p1").given == (Given(address(1), 0),)


def test_R84_R122_cooling_addresses_count_as_available_but_serve_nobody() -> None:
    scene = scene_with(make_eni("eni-1", cidr(single(1), idle=0)))
    assert scene.totals().available == 1
    assert scene.add("p1") == PodReply(False, (), pods.NO_AVAILABLE)
    scene.advance(COOLDOWN)
    assert not scene.add("p1").success
    scene.advance(1)
    assert scene.add("p1").success


def test_R122_a_refused_add_does_not_make_the_pool_grow() -> None:
    scene = scene_with(make_eni("eni-1"))
    before = scene.mind
    assert not scene.add("p1").success
    assert scene.calls() == []
    assert scene.mind == before


def test_I5_an_address_is_not_given_again_while_it_cools() -> None:
    scene = scene_with(make_eni("eni-1", cidr(single(1)), cidr(single(2))))
    scene.add("p1")
    scene.delete("p1")
    assert scene.add("p2").given[0].address == address(2)


# -- ADD: errors and checkpoint ------------------------------------------------------------------


def test_R114_the_checkpoint_is_written_before_the_reply() -> None:
    scene = scene_with(make_eni("eni-1", cidr(single(1))), now=7_000)
    scene.add("p1")
    assert scene.calls() == ["WriteCheckpoint", "ReadVpcCidrs"]
    assert scene.checkpoint(0).entries == {CheckpointEntry(pod("p1"), address(1), 7_000)}


def test_R114_R179_a_failed_write_undoes_the_assignment_and_refuses() -> None:
    scene = scene_with(make_eni("eni-1", cidr(single(1)), cidr(single(2))))
    scene.fault("WriteCheckpoint", "EIO")
    assert scene.add("p1") == PodReply(False, (), pods.CHECKPOINT_FAILED)
    assert scene.count(WriteCheckpoint) == 1  # no other address is tried
    assert scene.store().holdings == {}
    assert scene.eni().cidrs == (cidr(single(1)), cidr(single(2)))  # no cooldown either


def test_R113_R114_a_failed_write_does_not_bring_forgotten_records_back() -> None:
    scene = scene_with(
        make_eni("eni-1", cidr(prefix(0), {0: "p0"}, {4: 0, 7: 0})),
        prefix_mode=True,
        now=COOLDOWN + 1,
    )
    scene.fault("WriteCheckpoint", "EIO")
    assert not scene.add("p1").success
    assert scene.eni().cidrs == (cidr(prefix(0), {0: "p0"}),)


@pytest.mark.parametrize("empty", ["container", "network", "interface"])
def test_R120_an_incomplete_key_is_refused(empty: str) -> None:
    scene = scene_with(make_eni("eni-1", cidr(single(1))))
    incomplete = PodKey("p1", "aws-cni", "eth0")._replace(**{empty: ""})
    assert scene.add_pod(Pod(incomplete)) == PodReply(False, (), pods.INCOMPLETE_KEY)
    assert scene.store().holdings == {}
    assert scene.calls() == []


def test_R120_several_cards_need_the_setting() -> None:
    scene = cards(card(0, 1), card(1, 2))
    assert scene.add_pod(pod("p1"), multi=True) == PodReply(False, (), pods.MULTI_NIC_OFF)
    assert scene.store().holdings == {}


def test_R123_an_unreadable_vpc_refuses_but_keeps_the_address() -> None:
    scene = scene_with(make_eni("eni-1", cidr(single(1))))
    scene.fault("ReadVpcCidrs", "MetadataError")
    assert scene.add("p1") == PodReply(False, (), "MetadataError")
    assert scene.store().holdings[key("p1")].address == address(1)
    assert scene.checkpoint(0).entries
    scene.forget()
    assert scene.add("p1").given == (Given(address(1), 0),)  # R111
    assert scene.calls() == ["ReadVpcCidrs"]


# -- ADD on several cards (R121) -----------------------------------------------------------------


def test_R121_a_single_address_may_come_from_a_later_card() -> None:
    scene = cards(card(0), card(1, 2))
    assert scene.add("p1").given == (Given(address(2), 1),)


def test_R121_the_last_of_contiguous_cards_refuses() -> None:
    scene = cards(card(0), card(1))
    assert scene.add("p1") == PodReply(False, (), pods.NO_AVAILABLE)
    assert scene.count(ReadVpcCidrs) == 0


def test_R121_N17_sparse_cards_succeed_without_an_address() -> None:
    scene = cards(card(0), card(2))
    assert scene.add("p1") == PodReply(True, ())


def test_R121_sparse_cards_notice_exhaustion_only_by_the_number() -> None:
    # Two stores, of cards 1 and 2: the first one's number is the number of stores - 1.
    scene = cards(card(1), card(2, 9))
    assert scene.add("p1") == PodReply(False, (), pods.NO_AVAILABLE)


def test_R121_a_pod_on_every_card_uses_one_key_and_knows_the_count() -> None:
    scene = cards(card(0, 1), card(1, 2), env=MULTI_NIC)
    reply = scene.add_pod(pod("p1"), multi=True)
    assert reply.given == (Given(address(1), 0), Given(address(2), 1))
    assert [scene.store(n).holdings[key("p1")].pod.interfaces for n in (0, 1)] == [2, 2]


def test_R121_a_partly_served_pod_is_refused_and_keeps_what_it_got() -> None:
    scene = cards(card(0, 1), card(1), env=MULTI_NIC)
    assert scene.add_pod(pod("p1"), multi=True) == PodReply(False, (), pods.NO_AVAILABLE)
    assert scene.store(0).holdings[key("p1")].address == address(1)


def test_R121_N18_a_repeated_add_may_take_a_second_address_and_leak_it() -> None:
    scene = cards(card(0), card(1, 2))
    scene.add("p1")
    scene.mind = evolve(scene.mind, stores=(card(0, 1), scene.store(1)))
    assert scene.add("p1").given == (Given(address(1), 0),)
    assert scene.delete("p1").given == (Given(address(1), 0),)
    assert scene.store(1).holdings[key("p1")].address == address(2)


def test_R121_a_checkpoint_failure_ends_the_search() -> None:
    scene = cards(card(0, 1), card(1, 2))
    scene.fault("WriteCheckpoint", "EIO")
    assert scene.add("p1") == PodReply(False, (), pods.CHECKPOINT_FAILED)
    assert all(not scene.store(n).holdings for n in (0, 1))


# -- DEL (R124-R126) -----------------------------------------------------------------------------


def test_R117_R124_R126_delete_returns_the_address_and_starts_the_cooldown() -> None:
    scene = scene_with(make_eni("eni-1"), make_eni("eni-2", cidr(single(1), "p1")), now=9_000)
    assert scene.delete("p1") == PodReply(True, (Given(address(1), 1),))
    assert scene.eni("eni-2").cidrs == (cidr(single(1), idle=9_000),)
    assert scene.store().holdings == {}
    assert scene.checkpoint(0).entries == frozenset()


def test_R124_the_record_migrated_from_the_cri_is_found_by_its_container() -> None:
    migrated = Pod(PodKey("p1", pods.MIGRATED_NETWORK, pods.MIGRATED_INTERFACE))
    scene = scene_with(make_eni("eni-1", cidr(single(1))))
    scene.add_pod(migrated)
    assert (migrated.key.network, migrated.key.interface) == ("_migrated-from-cri", "unknown")
    assert scene.delete("p2") == PodReply(False, (), pods.UNKNOWN_POD)
    assert scene.delete("p1") == PodReply(True, (Given(address(1), 0),))


def test_R124_the_key_itself_comes_before_the_migrated_one() -> None:
    scene = scene_with(make_eni("eni-1", cidr(single(1)), cidr(single(2))))
    scene.add_pod(Pod(PodKey("p1", pods.MIGRATED_NETWORK, pods.MIGRATED_INTERFACE)))
    scene.add("p1")
    assert scene.delete("p1").given[0].address == address(2)
    assert scene.delete("p1").given[0].address == address(1)


def test_R124_another_key_of_the_same_container_is_not_found() -> None:
    scene = scene_with(make_eni("eni-1", cidr(single(1))))
    other = Pod(PodKey("p1", "another-network", "eth1"))
    scene.add_pod(other)
    assert scene.delete("p1") == PodReply(False, (), pods.UNKNOWN_POD)
    assert set(scene.store().holdings) == {other.key}


@pytest.mark.parametrize("migrated", [False, True])
def test_R124_R179_a_failed_write_restores_the_assignment(migrated: bool) -> None:
    scene = scene_with(make_eni("eni-1", cidr(single(1))))
    stored = PodKey("p1", pods.MIGRATED_NETWORK, pods.MIGRATED_INTERFACE) if migrated else key("p1")
    scene.add_pod(Pod(stored))
    before = scene.mind
    scene.fault("WriteCheckpoint", "EIO")
    assert scene.delete("p1") == PodReply(False, (), pods.CHECKPOINT_FAILED)
    assert scene.mind == before
    assert set(scene.store().holdings) == {stored}
    assert scene.checkpoint(0).entries  # the file still lists it


def test_R124_delete_finds_pods_on_excluded_enis() -> None:
    scene = scene_with(make_eni("eni-1"), make_eni("eni-2", cidr(single(1), "p1"), excluded=True))
    assert scene.delete("p1").success


def test_R126_an_unknown_sandbox_is_reported() -> None:
    scene = scene_with(make_eni("eni-1", cidr(single(1), "p1")))
    before = scene.mind
    assert scene.delete("p2") == PodReply(False, (), pods.UNKNOWN_POD)
    assert scene.mind == before
    assert scene.calls() == []


def test_R126_N17_sparse_cards_report_success_for_an_unknown_sandbox() -> None:
    assert cards(card(0), card(2)).delete("p1") == PodReply(True, ())
    assert cards(card(0), card(1)).delete("p1") == PodReply(False, (), pods.UNKNOWN_POD)


def test_R125_a_pod_on_every_card_is_freed_on_every_card() -> None:
    scene = cards(card(0, 1), card(1, 2), env=MULTI_NIC)
    scene.add_pod(pod("p1"), multi=True)
    assert scene.delete("p1").given == (Given(address(1), 0), Given(address(2), 1))
    assert all(not scene.store(n).holdings for n in (0, 1))


def test_R125_the_search_stops_at_the_first_address_of_a_single_pod() -> None:
    scene = cards(card(0, 1), card(1, 2))
    scene.add("p1")
    scene.forget()
    scene.delete("p1")
    assert [request.card for request in scene.requests(WriteCheckpoint)] == [0]


def test_R124_a_stored_interface_count_of_zero_means_one() -> None:
    old = make_store(make_eni("eni-1", cidr(single(1))))
    scene = cards(old, card(1, 2))
    scene.add_pod(pod("p1"))
    held = scene.store().holdings[key("p1")]
    zero = evolve(held.pod, interfaces=0)
    record = evolve(scene.eni().cidrs[0].records[0], pod=zero)
    eni = evolve(scene.eni(), cidrs=(evolve(scene.eni().cidrs[0], records=(record,)),))
    scene.mind = evolve(scene.mind, stores=(make_store(eni), scene.store(1)))
    assert scene.delete("p1") == PodReply(True, (Given(address(1), 0),))


def test_R126_a_pod_whose_last_address_is_missing_is_freed_but_unknown() -> None:
    scene = cards(card(0, 1), card(1), env=MULTI_NIC)
    scene.add_pod(pod("p1"), multi=True)
    assert scene.delete("p1") == PodReply(False, (Given(address(1), 0),), pods.UNKNOWN_POD)
    assert not scene.store(0).holdings


def test_R125_a_failed_write_is_collected_and_the_search_goes_on() -> None:
    scene = cards(card(0, 1), card(1, 2), env=MULTI_NIC)
    scene.add_pod(pod("p1"), multi=True)
    scene.fault("WriteCheckpoint", "EIO")
    reply = scene.delete("p1")
    assert reply == PodReply(False, (Given(address(2), 1),), pods.CHECKPOINT_FAILED)
    assert scene.store(0).holdings[key("p1")].address == address(1)


def test_R125_with_pod_enis_a_vanished_pod_is_deleted_at_once() -> None:
    scene = cards(card(0), card(1), env=POD_ENI)
    scene.gone_pods = frozenset({key("p1")})
    assert scene.delete("p1") == PodReply(True, ())
    assert scene.count(ReadPod) == 1  # the other card is not searched


def test_R125_with_pod_enis_an_existing_pod_is_searched_on_every_card() -> None:
    scene = cards(card(0), card(1), env=POD_ENI)
    assert scene.delete("p1") == PodReply(False, (), pods.UNKNOWN_POD)
    assert scene.count(ReadPod) == 2


def test_R125_with_pod_enis_an_unreadable_pod_fails() -> None:
    scene = cards(card(0), card(1, 2), env=POD_ENI)
    scene.add("p1")
    scene.fault("ReadPod", "Timeout")
    assert scene.delete("p1") == PodReply(False, (), "Timeout")
    assert scene.store(1).holdings  # not reached


def test_R125_with_pod_enis_a_known_pod_is_not_looked_up() -> None:
    scene = scene_with(make_eni("eni-1", cidr(single(1), "p1")), env=POD_ENI)
    assert scene.delete("p1").success
    assert scene.count(ReadPod) == 0


# -- side effects of a delete (R127) -------------------------------------------------------------


def test_R127a_N15_every_unused_prefix_of_the_eni_goes_at_once() -> None:
    scene = scene_with(
        make_eni(
            "eni-1",
            cidr(single(1)),
            cidr(prefix(0), {3: "p1"}),
            cidr(prefix(1), idle={0: 0}),
            cidr(prefix(2), {0: "p2"}),
        ),
        make_eni("eni-2", cidr(prefix(3))),
    )
    assert scene.delete("p1").success
    assert [each.network for each in scene.eni().cidrs] == [single(1), prefix(2)]
    assert [each.network for each in scene.eni("eni-2").cidrs] == [prefix(3)]
    assert scene.requests(UnassignPrivateIpAddresses) == [
        UnassignPrivateIpAddresses("eni-1", (prefix(0), prefix(1)), True)
    ]
    assert scene.true_eni("eni-1").prefixes == (prefix(2),)
    assert scene.mind.released == ()  # R20: only a decrease remembers


def test_R127a_a_prefix_still_in_use_stays() -> None:
    scene = scene_with(make_eni("eni-1", cidr(prefix(0), {3: "p1", 4: "p2"})))
    scene.delete("p1")
    assert [each.network for each in scene.eni().cidrs] == [prefix(0)]
    assert scene.count(UnassignPrivateIpAddresses) == 0


def test_R127a_a_failing_release_is_only_logged() -> None:
    scene = scene_with(make_eni("eni-1", cidr(prefix(0), {3: "p1"})))
    scene.fault("UnassignPrivateIpAddresses")
    assert scene.delete("p1").success
    assert scene.eni().cidrs == ()
    assert scene.true_eni("eni-1").prefixes == (prefix(0),)


def test_R127a_needs_the_address_to_lie_in_a_prefix() -> None:
    scene = scene_with(make_eni("eni-1", cidr(single(1), "p1"), cidr(prefix(0))))
    scene.delete("p1")
    assert len(scene.eni().cidrs) == 2


def test_R127b_N15_in_prefix_mode_a_single_address_stays() -> None:
    scene = scene_with(make_eni("eni-1", cidr(single(1), "p1"), cidr(prefix(0))), prefix_mode=True)
    scene.delete("p1")
    assert [each.network for each in scene.eni().cidrs] == [single(1), prefix(0)]
    assert scene.count(UnassignPrivateIpAddresses) == 0


def test_R127b_without_the_quirk_the_single_address_goes() -> None:
    config = make_config(PREFIXES, without=[Quirk.SINGLE_ADDRESS_LEFT])
    eni = make_eni("eni-1", cidr(single(1), "p1"), cidr(prefix(0)))
    scene = placed(config, make_node(make_store(eni, prefix_mode=True)))
    scene.delete("p1")
    assert [each.network for each in scene.eni().cidrs] == [prefix(0)]
    assert scene.true_eni("eni-1").addresses == ()


def test_R127c_an_excluded_enis_emptied_cidr_is_marked_for_clean_up() -> None:
    excluded = make_eni("eni-2", cidr(prefix(0), {0: "p1", 1: "p2"}), excluded=True)
    scene = scene_with(make_eni("eni-1"), excluded, prefix_mode=True, now=1_000)
    scene.delete("p1")
    assert not scene.mind.cleanups  # not empty yet
    scene.delete("p2")
    assert scene.mind.cleanups == (Cleanup(6_000, 0, "eni-2", prefix(0)),)


def test_R127c_an_ordinary_enis_emptied_cidr_stays() -> None:
    scene = scene_with(make_eni("eni-1", cidr(single(1), "p1")))
    scene.delete("p1")
    assert not scene.mind.cleanups


def test_R128_pods_are_served_only_by_a_running_daemon() -> None:
    scene = scene_with(make_eni("eni-1", cidr(single(1), "p1")))
    scene.node = None
    with pytest.raises(InputError, match="not running"):
        scene.delete("p1")
