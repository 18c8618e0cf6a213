"""Between documents and worlds: what is filled in, what is left out, what cannot be described."""

import json

import pytest
from attrs import evolve
from hypothesis import given

from ipam_model.config import Quirk
from ipam_model.ec2 import Ec2, arm
from ipam_model.ec2 import Fault as ArmedFault
from ipam_model.errors import InputError
from ipam_model.limits import Catalogue
from ipam_model.others import attach_by_other
from ipam_model.scenario.differences import differences
from ipam_model.scenario.document import NodePart, Scenario
from ipam_model.scenario.recording import Recorder
from ipam_model.scenario.running import ScenarioRunner
from ipam_model.scenario.setup import describe, in_full, world_of
from ipam_model.settings import Settings, parse_settings
from ipam_model.settings.environment import environment_of
from ipam_model.state import Network, Pod, PodKey
from ipam_model.subnets import CidrSubnet
from ipam_model.testing.stories import stories
from ipam_model.testing.story import Story
from ipam_model.world import World
from tests.rules.scenes import foreign_eni, make_config, make_scene, single, warm
from tests.scenario.small import SMALL, scenario


def world(**changes: object) -> World:
    document = json.loads(SMALL)
    for path, value in changes.items():
        document[path.split("__")[0]][path.split("__")[1]] = value
    found = scenario(json.dumps(document))
    return world_of(found.node, found.ec2)


# -- settings ------------------------------------------------------------------------------------


@given(stories())
def test_settings_become_an_environment_that_means_them(story: Story) -> None:
    settings = story.config.settings
    assert parse_settings(environment_of(settings)).settings == settings


def test_every_setting_is_written() -> None:
    odd = Settings(
        warm_eni_target=2,
        warm_ip_target=3,
        minimum_ip_target=4,
        warm_prefix_target=5,
        max_eni=6,
        prefix_delegation=True,
        ip_cooldown_period=7,
        custom_networking=True,
        pod_eni=True,
        subnet_discovery=False,
        provisioning_disabled=True,
        imds_only=True,
        leaked_eni_cleanup_disabled=True,
        manage_enis_non_schedulable=True,
        manage_untagged_eni=False,
        ipv4=True,
        ipv6=True,
        multi_nic=True,
        cluster_name="c",
        backing_store="/x",
    )
    assert len(environment_of(odd)) == 20
    assert parse_settings(environment_of(odd)).settings == odd
    assert environment_of(Settings()) == {}


# -- what is filled in ---------------------------------------------------------------------------


def test_without_enis_there_is_a_bare_primary_and_free_is_counted_after_it() -> None:
    ec2 = world().ec2
    (eni,) = ec2.enis
    assert (eni.id, eni.primary, eni.device, eni.slots_used()) == ("eni-1", True, 0, 0)
    assert eni.primary_address == 0x0A010004
    assert (ec2.subnets[0].free, ec2.next_eni, ec2.reserved()) == (500, 2, 1)


def test_attached_enis_take_the_next_free_numbers_and_addresses() -> None:
    enis = [{}, {"primary": True, "primary_address": "10.1.0.9"}, {"card": 1}, {"id": "eni-x"}]
    shown = {eni.id: eni for eni in world(ec2__enis=enis).ec2.enis}
    assert sorted(shown) == ["eni-1", "eni-2", "eni-3", "eni-x"]
    assert shown["eni-1"].primary
    assert [shown[eni].device for eni in ("eni-2", "eni-3", "eni-x")] == [1, 1, 2]
    addresses = [eni.primary_address & 255 for eni in shown.values()]
    assert len(set(addresses)) == 4
    assert shown["eni-1"].primary_address & 255 == 9


def test_the_instance_type_gives_the_limits_and_the_name() -> None:
    document = json.loads(SMALL)
    del document["node"]["limits"]
    document["node"] |= {"instance_type": "m5.large"}
    del document["node"]["max_pods"]
    found = scenario(json.dumps(document))
    made = world_of(found.node, found.ec2)
    assert made.config.limits == Catalogue.bundled().get("m5.large")
    assert made.max_pods == 29


@pytest.mark.parametrize(
    ("instance_type", "said", "may"),
    [
        ("m5.large", None, True),
        ("m5.large", False, False),
        ("t3.medium", None, False),
        ("t3.medium", True, True),
        (None, None, True),
    ],
)
def test_whether_a_trunk_may_come_is_told_by_the_type_where_nobody_says(
    instance_type: str | None, said: bool | None, may: bool
) -> None:
    document = json.loads(SMALL)
    document["node"] |= {"env": {"ENABLE_IPv4": "true", "ENABLE_POD_ENI": "true"}}
    if instance_type is not None:
        document["node"]["instance_type"] = instance_type
    if said is not None:
        document["node"]["trunk_compatible"] = said
    found = scenario(json.dumps(document))
    made = world_of(found.node, found.ec2)
    assert made.config.trunk_compatible is may
    assert world_of(*describe(made)) == made, "and back"
    assert in_full(found.node, found.ec2).trunk_compatible is may, "subjects need not know types"


# -- there and back ------------------------------------------------------------------------------

ODD = {
    "node__limits": {
        "max_enis": 2,
        "ipv4_per_eni": 5,
        "cards": [{"index": 0, "max_enis": 2}, {"index": 1, "max_enis": 3}],
        "hypervisor": "xen",
        "bare_metal": True,
    },
    "node__no_quirks": ["R139", "R24"],
    "node__block": 4,
    "node__trunk_compatible": False,
    "node__cordoned": True,
    "node__clock_ms": 77,
    "node__eni_config_subnet": "subnet-2",
    "ec2__imds_lag_ms": 5,
    "ec2__imds_new_eni_lag_ms": 6,
    "ec2__imds_new_address_lag_ms": 7,
    "ec2__enforce_limits": False,
    "ec2__next_eni": 12,
    "ec2__subnets": [
        {"id": "subnet-1", "cidr": "10.0.0.0/25", "taken": ["10.0.0.64/26", "10.0.0.9"]},
        {"id": "subnet-2", "free": 9, "role": "1", "clusters": ["c"], "listed": False}
        | {"first": "10.9.0.4", "next_address": 5, "next_prefix": 2, "reissue": True}
        | {"returned": ["10.9.0.4", "10.10.0.0/30"]},
    ],
    "ec2__enis": [
        {"id": "eni-1", "primary": True, "ips": ["10.0.0.20"], "prefixes": ["10.0.0.32/30"]},
        {"id": "eni-5", "subnet": "subnet-2", "tags": {"no_manage": "true"}, "trunk": True},
        {"id": "eni-6", "tags": {"instance_id": "own"}, "efa": True, "device": 4},
    ],
}


def test_every_part_of_a_document_reaches_the_world_and_comes_back() -> None:
    made = world(**ODD)
    node, ec2 = describe(made)
    assert world_of(node, ec2) == made
    assert made.config.quirks.isdisjoint({Quirk.COOLING_RELEASED, Quirk.DOUBLE_DECREMENT})
    assert (made.now, made.cordoned, made.ec2.block, made.ec2.next_eni) == (77, True, 4, 12)
    assert made.ec2.subnets[0].free == 128 - 5 - (63 + 1) - (1 + 1 + 4) - 1
    plain = world()
    for key, value in ODD.items():
        if "subnet" not in key and key != "ec2__enis":
            assert world(**{key: value}) != plain, key


def test_what_is_filled_in_is_left_out_again() -> None:
    node, ec2 = describe(world())
    found = scenario(SMALL)
    assert (node, ec2) == (found.node, found.ec2)


def test_only_clean_instances_before_the_first_start_can_be_described() -> None:
    scene = make_scene(make_config(warm(ip=1))).begin()
    with pytest.raises(InputError, match="before the daemon's first start"):
        describe(scene.world)


# -- what others did -----------------------------------------------------------------------------


def check_difference(before: Ec2, after: Ec2, *kinds: str) -> None:
    events = differences(before, after, make_config(), 0)
    assert [event.kind for event in events] == list(kinds)


def test_changes_become_events() -> None:
    start = world().ec2
    more = attach_by_other(start, foreign_eni("eni-2", single(700)))
    check_difference(start, start)
    check_difference(start, more, "others_attach_eni")
    armed = arm(start, ArmedFault("TagENI", "y"))
    check_difference(start, arm(armed, ArmedFault("TagENI", "z", 2, 1)), "fault", "fault")
    check_difference(armed, start, "clear_faults")
    check_difference(armed, arm(start, ArmedFault("FreeENI", "y")), "clear_faults", "fault")


def test_changes_of_a_known_subnet_become_events() -> None:
    start = world(ec2__subnets=[{"id": "subnet-1", "cidr": "10.0.0.0/26"}]).ec2
    subnet = start.subnets[0]
    assert isinstance(subnet, CidrSubnet)
    block = Network(0x0A000010, 8)
    taken = start.with_subnet(subnet.take((block,)))
    check_difference(start, taken, "subnet_take")
    check_difference(taken, start, "subnet_return")


def test_a_change_that_no_event_makes_is_refused() -> None:
    start = world().ec2
    with pytest.raises(InputError, match="cannot describe"):
        differences(start, evolve(start, imds_lag=5), make_config(), 0)


class Recorded(Recorder, ScenarioRunner):
    """Any runner, recorded."""


def test_what_cannot_be_recorded_says_so() -> None:
    runner = Recorded(world())
    with pytest.raises(InputError, match="may change the environment and nothing else"):
        runner.start(evolve(runner.config, trunk_compatible=False))
    runner.start()
    with pytest.raises(InputError, match="before the daemon's first start"):
        Recorded(runner.world).scenario()


@pytest.mark.parametrize(
    ("network", "expected"), [("aws-cni", "while its sandbox runs"), ("other", "another network")]
)
def test_a_veth_that_vanished_alone_says_so(network: str, expected: str) -> None:
    runner = Recorded(world())
    runner.start()
    key = PodKey("a", network)
    runner.add_pod(Pod(key))
    runner.veths = {}
    with pytest.raises(InputError, match=expected):
        runner.start()


def test_recording_begins_with_the_faults_that_are_armed() -> None:
    made = world()
    armed = evolve(made, ec2=arm(made.ec2, ArmedFault("TagENI", "X", 2)))
    runner = Recorded(armed)
    runner.start()
    found = runner.scenario(env={"ENABLE_IPv4": "1", "WARM_IP_TARGET": "02"})
    assert [event.kind for event in found.events] == ["fault", "start"]
    assert found.node.env["ENABLE_IPv4"] == "1", "as it was written"
    assert isinstance(found, Scenario)
    assert isinstance(found.node, NodePart)
    replayed = ScenarioRunner(world_of(found.node, found.ec2))
    assert [step.reply["ok"] for step in replayed.steps(found.events) if step.reply] == [False]
    assert replayed.world == runner.world
