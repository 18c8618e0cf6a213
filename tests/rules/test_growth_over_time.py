"""Growth: what many steps come to, one after the other."""

from ipam_model.requests import (
    AllocENI,
    Code,
)
from tests.rules.growth_scenes import asked, ec2_calls
from tests.rules.scenes import (
    NO_DISCOVERY,
    Scene,
    make_config,
    make_scene,
    make_subnet,
    warm,
)


def counts_over_time(scene: Scene, passes: int) -> list[list[int]]:
    """Per tick the counts asked for, with 0 for a new ENI."""
    log: list[list[int]] = []
    for _ in range(passes):
        scene.forget()
        scene.loop_pass()
        log.append(asked(scene) + [0] * scene.count(AllocENI))
    return log


def test_R163_R164_N8_E94_a_nearly_empty_subnet_yields_one_address_a_tick() -> None:
    scene = make_scene(make_config(addresses=10), make_subnet(free=5))
    scene.begin()
    assert asked(scene) == [9, 1]
    assert counts_over_time(scene, 4) == [[8, 1], [7, 1], [6, 1], [5, 1, 0]]
    assert scene.mind.last_insufficient == 17_500
    log = counts_over_time(scene, 25)
    assert log[:24] == [[]] * 24
    assert log[24] == [5, 1, 0]  # 125 s later


def test_R164_E94_a_second_subnet_takes_the_new_eni() -> None:
    other = make_subnet("subnet-2", free=500, role="1", first=1)
    scene = make_scene(make_config(addresses=10), make_subnet(free=5), other)
    scene.begin()
    log = counts_over_time(scene, 4)
    assert log[-1] == [5, 1, 0]
    assert scene.eni("eni-2").subnet == "subnet-2"
    assert scene.mind.last_insufficient is None


def test_R165_E95_without_discovery_no_new_eni_is_tried() -> None:
    scene = make_scene(make_config(NO_DISCOVERY, addresses=10), make_subnet(free=5))
    scene.begin()
    assert counts_over_time(scene, 4)[-1] == [5, 1]
    assert scene.mind.last_insufficient == 17_500


def test_R166_throttling_costs_two_calls_every_tick() -> None:
    scene = make_scene(make_config(warm(ip=1))).begin()
    scene.add("p1")
    scene.fault("AssignPrivateIpAddresses", Code.THROTTLED, times=100)
    assert counts_over_time(scene, 3) == [[1, 1]] * 3


def test_R169_N20_attach_failures_create_and_delete_every_tick() -> None:
    scene = make_scene(make_config(addresses=4)).begin()
    scene.add("p1")
    scene.fault("AttachNetworkInterface", Code.ATTACHMENT_LIMIT, times=100)
    before = scene.ec2.subnets[0].free
    assert counts_over_time(scene, 24) == [[0]] * 24
    assert scene.ec2.subnets[0].free == before
    assert scene.ec2.leaked == ()


def test_R40_R110_N4_only_a_minimum_is_a_ceiling() -> None:
    scene = make_scene(make_config(warm(minimum=5), addresses=4)).begin()
    scene.passes(2)
    replies = scene.add_many(6)
    assert [reply.success for reply in replies] == [True] * 5 + [False]
    scene.forget()
    scene.passes(3)
    assert ec2_calls(scene) == []
    assert not scene.add("p6").success


def test_R79_R110_I11_no_growth_at_max_pods() -> None:
    scene = make_scene(make_config(addresses=4), max_pods=3).begin()
    scene.add_many(3)
    scene.forget()
    scene.passes(3)
    assert ec2_calls(scene) == []
    assert scene.totals().total == 3


def test_R80_E23_the_last_step_may_overshoot_max_pods() -> None:
    scene = make_scene(make_config(addresses=4), max_pods=4).begin()
    scene.add("p1")
    scene.passes(1)
    assert scene.totals().total == 6
