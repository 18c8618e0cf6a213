"""Pods and their recovery in v1.7 (H1, H2, H11, H12, H16, H21, H27)."""

from random import Random

import pytest

from ipam_model.arithmetic import INTS
from ipam_model.daemon.init import Exited, Started
from ipam_model.daemon.pods import MIGRATED_NETWORK, UNKNOWN_POD, Given, PodReply
from ipam_model.daemon.procedure import Choice
from ipam_model.requests import ReadCheckpoint, ReadPod, ReadSandboxes, WriteCheckpoint
from ipam_model.rules.warm_pool import missing, surplus
from ipam_model.state import Network, PodKey, totals
from tests.rules.scenes import POD_ENI, SECOND, Scene, cidr, key, make_eni, pod, single, warm
from tests.rules.scenes_v1_7 import NOW, config_v1_7, fresh, idle, running, used


def held_by(scene: Scene, name: str) -> list[int]:
    """The addresses that the store gives to a sandbox, under whatever key."""
    return [held.address for each, held in scene.store().holdings.items() if each.container == name]


# -- H1, H2, H16: as today -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("warm_ip", "minimum", "total", "assigned", "short", "over"),
    [(5, 0, 0, 0, 5, 0), (5, 0, 2, 0, 3, 0), (2, 5, 9, 0, 0, 4), (1, 1, 3, 3, 1, 0)],
)
def test_H1_the_targets_are_computed_as_today(
    warm_ip: int, minimum: int, total: int, assigned: int, short: int, over: int
) -> None:
    available = total - assigned
    stored = idle("eni-1", *range(available))
    taken = used("eni-2", *range(100, 100 + assigned))
    scene = running(warm(ip=warm_ip, minimum=minimum), stored, taken, enis=2)
    (decision,) = scene.tick()
    assert (decision.balance.short, decision.balance.over) == (short, over)
    assert decision.balance.short == missing(INTS, warm_ip, minimum, total, available)
    assert decision.balance.over == surplus(INTS, warm_ip, minimum, total, available)


def test_H1_an_eni_goes_after_60_s_and_not_before() -> None:
    for age, left in ((59_999, 2), (60_000, 1)):
        young = idle("eni-2", 2, 3, 4, created=NOW - age)
        scene = running(warm(eni=0), used("eni-1", 1), young)
        scene.tick()
        assert len(scene.store().enis) == left


@pytest.mark.parametrize("seed", range(5))
def test_H2_the_totals_are_the_counters(seed: int) -> None:
    random = Random(seed)
    scene = fresh(random.choice([{}, warm(ip=2), warm(ip=1, minimum=4)])).begin()
    for number in range(60):
        if random.random() < 0.5:
            scene.add(f"p{number}")
        elif scene.store().holdings:
            scene.delete_pod(random.choice(sorted(scene.store().holdings)))
        scene.loop_pass()
        pool = totals(scene.store())
        assert pool.total == scene.store().counter_total()
        assert pool.assigned == len(scene.store().holdings)
        assert not any(eni.excluded for eni in scene.store().enis)
        assert not any(each.is_prefix for _, each in scene.store().cidrs())


@pytest.mark.parametrize(("pods", "attached"), [(0, 5), (3, 8), (10, 15)])
def test_H16_the_formulas_give_other_numbers_than_the_documents_rows(
    pods: int, attached: int
) -> None:
    # WARM_IP_TARGET=5, MINIMUM_IP_TARGET=2; the document has 5, 5 and 12.
    scene = fresh(warm(ip=5, minimum=2), enis=15, addresses=50).begin()
    scene.passes(1)
    scene.add_many(pods)
    scene.passes(20)
    scene.add_many(pods)
    scene.passes(20)
    assert (scene.totals().assigned, scene.totals().total) == (pods, attached)


# -- H11: any address ----------------------------------------------------------------------------


def test_H11_used_and_unused_addresses_of_all_enis_are_equal() -> None:
    first = make_eni("eni-1", cidr(single(1)), cidr(single(2), idle=0))
    scene = running(None, first, idle("eni-2", 3))
    scene.add("p1")
    ((*spots,),) = scene.choices("R112")
    assert len(spots) == 3


@pytest.mark.parametrize(("age", "served"), [(30_000, False), (30_001, True)])
def test_H11_an_address_cools_for_30_s(age: int, served: bool) -> None:
    scene = running(
        {"IP_COOLDOWN_PERIOD": "5"}, make_eni("eni-1", cidr(single(1), idle=1_000_000 - age))
    )
    assert scene.add("p1").success == served


def test_H11_a_running_sandbox_gets_its_address_again() -> None:
    scene = running(None, idle("eni-1", 1, 2))
    assert scene.add("p1") == scene.add("p1")
    assert len(scene.store().holdings) == 1


def test_H11_without_checkpoint_the_address_is_as_before() -> None:
    scene = running(None, make_eni("eni-1", cidr(single(1), idle=0)))
    before = scene.store()
    scene.fault("WriteCheckpoint", "ReadOnlyFileSystem")
    assert not scene.add("p1").success
    assert scene.store() == before
    assert scene.store().holdings == {}


def test_H11_no_pod_is_served_without_a_key() -> None:
    assert not running(None, idle("eni-1", 1)).add_pod(pod("")).success


def test_H11_nothing_knows_of_several_cards() -> None:
    one, other = running(None, idle("eni-1", 1)), running(None, idle("eni-1", 1))
    assert one.add_pod(pod("p1"), multi=True) == other.add_pod(pod("p1"))
    assert one.mind == other.mind


@pytest.mark.parametrize(
    "setting",
    ["IP_COOLDOWN_PERIOD=0", "ENABLE_PREFIX_DELEGATION=true", "ENABLE_SUBNET_DISCOVERY=true"],
)
def test_H11_later_settings_change_nothing(setting: str) -> None:
    name, _, value = setting.partition("=")
    assert config_v1_7({name: value}) == config_v1_7()


def test_H11_R194_an_address_is_chosen_under_the_lock_and_held_from_now_on() -> None:
    scene = running(None, idle("eni-1", 1, 2))
    scene.add("p1")
    assert scene.store().holdings[key("p1")].since == NOW
    chosen = [ask for ask in scene.asked if isinstance(ask, Choice)]
    assert [(ask.rule, ask.locked) for ask in chosen] == [("R112", True)]


def test_H27_without_branch_enis_the_object_is_not_read_and_del_tells_what_was_freed() -> None:
    scene = running(None, used("eni-1", 1))
    assert scene.delete("p1") == PodReply(True, (Given(single(1).address, 0),))
    assert scene.delete("p1") == PodReply(False, (), UNKNOWN_POD)
    assert scene.count(ReadPod) == 0


def test_H27_a_pod_whose_object_is_gone_keeps_its_address() -> None:
    scene = running(POD_ENI, used("eni-1", 1))
    scene.gone_pods = frozenset({key("p1")})
    reply = scene.delete("p1")
    assert reply.success
    assert reply.given == ()
    assert held_by(scene, "p1")
    scene.gone_pods = frozenset()
    scene.fault("ReadPod", "Unauthorized")
    assert scene.delete("p1").error == "Unauthorized"
    assert scene.count(ReadPod) == 2


# -- H12, H21: recovery --------------------------------------------------------------------------


def started(count: int = 2) -> Scene:
    scene = fresh(warm(eni=0)).begin()
    scene.add_many(count)
    return scene


def test_H12_assignments_come_from_the_container_runtime() -> None:
    scene = started()
    before = {name: held_by(scene, name) for name in ("p1", "p2")}
    scene.write_checkpoint(0, {})  # the file does not matter
    scene.forget()
    assert isinstance(scene.start(), Started)
    assert {name: held_by(scene, name) for name in ("p1", "p2")} == before
    assert scene.count(ReadSandboxes) == 1
    assert not scene.count(ReadCheckpoint)
    assert {each.network for each in scene.store().holdings} == {MIGRATED_NETWORK}


def test_H12_the_file_is_written_at_once_and_must_be() -> None:
    scene = started()
    scene.write_checkpoint(0, {})
    scene.start()
    assert {entry.pod.key.container for entry in scene.checkpoint(0).entries} == {"p1", "p2"}
    scene.fault("WriteCheckpoint", "ReadOnlyFileSystem")
    assert scene.fail_to_begin() == "ReadOnlyFileSystem"


def test_H12_a_sandbox_that_is_gone_is_not_recovered() -> None:
    scene = started()
    scene.remove_sandbox(key("p1"))
    scene.start()
    assert not held_by(scene, "p1")
    assert held_by(scene, "p2")


def test_H12_an_unknown_address_is_forgotten() -> None:
    scene = started()
    scene.others_remove("eni-1", Network(held_by(scene, "p1")[0], 1))
    scene.start()
    assert not held_by(scene, "p1")


def test_H12_without_runtime_there_is_no_start() -> None:
    scene = started()
    scene.fault("ReadSandboxes", "Unavailable")
    assert scene.fail_to_begin() == "Unavailable"


def test_H12_an_address_of_two_sandboxes_ends_the_start() -> None:
    scene = started(1)
    (address,) = held_by(scene, "p1")
    scene.sandboxes = {key("p1"): address, key("p2"): address}
    assert isinstance(scene.start(), Exited)


def test_H12_the_runtime_keeps_the_address_of_the_first_add() -> None:
    scene = started(1)
    (first,) = held_by(scene, "p1")
    scene.start()
    scene.add("p1")
    assert scene.sandboxes == {key("p1"): first}


def test_H21_a_repeated_add_takes_a_second_address_which_the_first_del_frees() -> None:
    scene = started(1)
    (first,) = held_by(scene, "p1")
    scene.start()
    second = scene.add("p1").given[0].address
    assert second != first
    assert sorted(held_by(scene, "p1")) == sorted((first, second))
    assert scene.delete("p1").given[0].address == second
    assert scene.delete("p1").given[0].address == first
    assert scene.delete("p1").error == UNKNOWN_POD


def test_H21_hidden_addresses_are_given_to_others_and_then_no_start_succeeds() -> None:
    scene = fresh(warm(eni=0), address_lag=60 * SECOND).begin()
    scene.add_many(3)
    addresses = {held_by(scene, f"p{n}")[0] for n in (1, 2, 3)}
    scene.start()
    assert scene.store().holdings == {}
    scene.advance(61 * SECOND)
    scene.reconcile()
    scene.passes(1)
    given = {scene.add(f"q{n}").given[0].address for n in (1, 2, 3)}
    assert given == addresses
    assert isinstance(scene.start(), Exited)


def test_H12_keys_are_whole() -> None:
    scene = started(1)
    scene.start()
    assert list(scene.store().holdings) == [PodKey("p1", MIGRATED_NETWORK, "unknown")]
    assert scene.count(WriteCheckpoint) >= 2
