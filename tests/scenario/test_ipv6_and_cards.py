"""Documents of IPv6 nodes, of several cards with EFA-only ENIs, and of pods with branch ENIs."""

import pytest

from ipam_model.errors import InputError
from ipam_model.limits import InstanceLimits
from ipam_model.nodes import NodeSetup
from ipam_model.scenario.meaning import EventError
from ipam_model.scenario.setup import describe, describe_pod_object, world_of
from ipam_model.scenario.tables import calls_text
from ipam_model.state import IPV6_BLOCK, Network
from ipam_model.subnets import CounterSubnet
from tests.scenario.test_running import START, run, stopped, written

IPV6 = {"ENABLE_IPv6": "true", "ENABLE_PREFIX_DELEGATION": "true"}
POD_ENI = {"ENABLE_IPv4": "true", "ENABLE_POD_ENI": "true", "WARM_IP_TARGET": "2"}
ADD = {"kind": "pod_add", "pod": "a"}
TWO_CARDS = {
    "max_enis": 3,
    "ipv4_per_eni": 6,
    "cards": [{"index": 0, "max_enis": 3}, {"index": 1, "max_enis": 3}],
}
FIRST = 0x2001_0DB8_0000_0001 << 64


def on_start(**fields: object) -> dict[str, object]:
    return START | {"calls": [fields]}


# -- IPv6 ----------------------------------------------------------------------------------------


def test_a_bare_ipv6_node_is_the_one_that_commands_start_from() -> None:
    document = written(START, ADD, {"kind": "loop_pass"}, env=IPV6)
    world = world_of(document.node, document.ec2)
    limits = InstanceLimits.simple(3, 6)
    subnet = CounterSubnet(id="subnet-1", free=500)
    node = NodeSetup(name="x", limits=limits, env=IPV6, max_pods=20, subnets=(subnet,))
    assert world.ec2.enis == node.world().ec2.enis
    assert describe(world) == (document.node, document.ec2)
    steps, _ = run(document)
    assert steps[1].reply == {"success": True, "ip": "2001:db8:0:1:1::", "device": 0}
    assert calls_text(steps[0].calls).endswith("assign eni-1 +1 IPv6 prefix")
    assert steps[0].quantities.ec2_calls == 6


@pytest.mark.parametrize(
    ("eni", "first"),
    [
        ({"primary_ipv6": "2001:db8:0:1::7"}, "2001:db8:0:1:8::"),
        ({"prefixes": ["2001:db8:0:1:4::/80"]}, "2001:db8:0:1:4::"),
        ({"primary_ipv6": "2001:db8:5::7"}, "2001:db8:0:1:1::"),
    ],
)
def test_new_ipv6_numbers_come_after_those_in_use(eni: dict[str, object], first: str) -> None:
    """A node that has a prefix uses it."""
    enis = [{"primary": True, **eni}]
    steps, _ = run(written(START, ADD, env=IPV6, ec2={"enis": enis}))
    assert steps[1].reply["ip"] == first


def test_the_prefix_granted_is_prescribed() -> None:
    start = on_start(call="AssignIpv6Prefixes", prefixes=["2001:db8:9::/80"])
    steps, runner = run(written(start, ADD, env=IPV6))
    assert steps[1].reply["ip"] == "2001:db8:9::"
    assert runner.ec2.enis[0].ipv6_prefixes == (Network(0x2001_0DB8_0009 << 80, IPV6_BLOCK),)


def test_the_order_of_listed_prefixes_is_prescribed() -> None:
    prefixes = ["2001:db8:0:1:4::/80", "2001:db8:0:1:5::/80"]
    enis = [{"primary": True, "prefixes": prefixes}]
    for order in (prefixes, prefixes[::-1]):
        start = on_start(call="GetIPv6PrefixesFromEC2", prefixes=order)
        steps, _ = run(written(start, ADD, env=IPV6, ec2={"enis": enis}))
        assert steps[0].reply == {"ok": True}
    wrong = on_start(call="GetIPv6PrefixesFromEC2", prefixes=prefixes[:1])
    error = stopped(written(wrong, env=IPV6, ec2={"enis": enis}))
    assert "the ENI has 2001:db8:0:1:4::/80 2001:db8:0:1:5::/80" in str(error)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ({"prefixes": ["10.1.0.0/28"]}, "EC2 grants a /80 of IPv6"),
        ({"prefixes": ["2001:db8::1"]}, "EC2 grants a /80 of IPv6"),
        ({"prefixes": []}, "prefixes cannot be nothing: EC2 grants more"),
        ({"prefixes": ["2001:db8:0:1::/80"]}, "2001:db8:0:1::/80: eni-1 has it"),
        ({"prefixes": ["2001:db8:3::/80", "2001:db8:4::/80"]}, "prefixes had no effect"),
        ({"ipv6": "2001:db8::1"}, "ipv6 had no effect"),
    ],
)
def test_ipv6_prefixes_that_cannot_be_are_refused(call: dict[str, object], expected: str) -> None:
    start = on_start(call="AssignIpv6Prefixes", **call)
    assert expected in str(stopped(written(start, env=IPV6)))


@pytest.mark.parametrize(
    ("address", "expected"),
    [("2001:db8::77", ""), ("10.1.0.77", "an IPv6 address"), ("2001:db8:0:1::", "eni-1 has it")],
)
def test_the_ipv6_address_of_a_new_eni_is_prescribed(address: str, expected: str) -> None:
    start = on_start(call="CreateNetworkInterface+Attach", ipv6=address)
    document = written(start, env=IPV6 | {"ENABLE_MULTI_NIC": "true"}, limits=TWO_CARDS)
    if expected:
        assert expected in str(stopped(document))
        return
    steps, runner = run(document)
    assert runner.ec2.enis[1].primary_ipv6 == (0x2001_0DB8 << 96) + 0x77
    assert "create eni-2 +1 IPv6;" in calls_text(steps[0].calls)


def test_others_assign_and_take_ipv6_prefixes() -> None:
    prefix = "2001:db8:7::/80"
    give = {"kind": "others_assign", "eni": "eni-1", "prefixes": [prefix]}
    take = {"kind": "others_unassign", "eni": "eni-1", "prefixes": [prefix]}
    attach = {"kind": "others_attach_eni", "eni": {"primary_ipv6": "2001:db8:8::1"}}
    _, runner = run(written(give, attach, env=IPV6))
    assert runner.ec2.enis[0].ipv6_prefixes == (Network(0x2001_0DB8_0007 << 80, IPV6_BLOCK),)
    assert runner.ec2.enis[1].primary_ipv6 == (0x2001_0DB8_0008 << 80) + 1
    assert runner.ec2.subnets[0].free == 500 - 1, "IPv6 takes nothing from it"
    _, runner = run(written(give, take, env=IPV6))
    assert runner.ec2.enis[0].ipv6_prefixes == ()
    refused: list[tuple[list[object], str]] = [
        ([give, give], "eni-1 has them"),
        ([take], "eni-1 has no 2001:db8:7::/80"),
        ([attach, attach], "eni-3 cannot have its addresses: eni-2 has one of them"),
    ]
    for events, expected in refused:
        with pytest.raises(EventError, match=expected):
            run(written(*events, env=IPV6))


def test_the_trunk_eni_of_an_ipv6_node_is_awaited() -> None:
    trunk = {"kind": "others_attach_eni", "eni": {"trunk": True, "primary_ipv6": "2001:db8:8::1"}}
    look = {"kind": "await_trunk"}
    steps, _ = run(written(START, look, trunk, look, look, env=IPV6 | {"ENABLE_POD_ENI": "true"}))
    described = [sum(made.name == "DescribeAllENIs" for made in step.calls) for step in steps]
    assert described == [1, 1, 0, 1, 0]


# -- the family of an address --------------------------------------------------------------------

V4, V6, BLOCK = "10.1.0.9", "2001:db8::9", "2001:db8::/80"


@pytest.mark.parametrize(
    ("ec2", "path", "expected"),
    [
        ({"enis": [{"primary": True, "ips": [V6]}]}, "enis[0].ips[0]", "is of IPv6"),
        ({"enis": [{"primary": True, "primary_address": V6}]}, "primary_address", "for IPv4"),
        ({"enis": [{"primary": True, "primary_ipv6": V4}]}, "primary_ipv6", "for IPv6"),
        ({"enis": [{"primary": True, "prefixes": ["2001:db8::/64"]}]}, "prefixes[0]", "nor a /80"),
        ({"subnets": [{"id": "a", "free": 5, "first": V6}]}, "first", "for IPv4"),
        ({"subnets": [{"id": "a", "free": 5, "returned": [BLOCK]}]}, "returned[0]", "for IPv4"),
        ({"subnets": [{"id": "a", "cidr": "10.0.0.0/24", "taken": [BLOCK]}]}, "taken[0]", "IPv4"),
        ({"subnets": [{"id": "a", "cidr": "10.0.0.0/24", "taken": ["0.0.0.0/0"]}]}, "taken", "/16"),
        ({"enis": [{"primary": True}, {"primary_address": "10.1.0.4"}, {"ips": ["10.1.0.4"]}]},
         "enis[2]", "eni-3 cannot have its addresses"),
    ],
)  # fmt: skip
def test_addresses_of_the_wrong_family_are_refused_with_their_place(
    ec2: dict[str, object], path: str, expected: str
) -> None:
    with pytest.raises(InputError) as caught:
        written(ec2=ec2)
    assert path in str(caught.value)
    assert expected in str(caught.value)


@pytest.mark.parametrize(
    "event",
    [
        {"kind": "others_assign", "eni": "eni-1", "ips": [V6]},
        {"kind": "subnet_take", "subnet": "subnet-1", "cidrs": [BLOCK]},
    ],
)
def test_so_are_they_in_events(event: dict[str, object]) -> None:
    subnets = [{"id": "subnet-1", "cidr": "10.0.0.0/24"}]
    with pytest.raises(EventError, match="for IPv4"):
        run(written(event, ec2={"subnets": subnets}))


def test_so_are_they_in_grants() -> None:
    start = on_start(call="AssignPrivateIpAddresses", ips=[V6, "2001:db8::8"])
    assert "2 different ones of 1 addresses" in str(stopped(written(start)))


# -- cards ---------------------------------------------------------------------------------------


def test_an_efa_only_eni_carries_no_pods() -> None:
    env = {"ENABLE_IPv4": "true", "ENABLE_MULTI_NIC": "true", "WARM_IP_TARGET": "1"}
    enis = [{"primary": True}, {"card": 1, "device": 0, "efa_only": True}]
    asking = ADD | {"multi": True}
    steps, _ = run(written(START, asking, env=env, limits=TWO_CARDS, ec2={"enis": enis}))
    assert steps[1].reply["addresses"] == [{"ip": "10.1.0.6", "device": 0}]
    plain = [enis[0], {"card": 1, "device": 0, "efa": True}]
    steps, _ = run(written(START, asking, env=env, limits=TWO_CARDS, ec2={"enis": plain}))
    assert len(steps[1].reply["addresses"]) == 2  # type: ignore[arg-type]  # a list, as above


# -- branch ENIs ---------------------------------------------------------------------------------


def test_a_pod_object_gives_the_address_of_the_branch_eni() -> None:
    wants = {"kind": "pod_object", "pod": "a", "branch_eni": True}
    trunk = [{"primary": True}, {"trunk": True}]
    events = [START, wants, ADD, wants | {"branch_address": "10.9.0.9"}, ADD]
    steps, runner = run(written(*events, env=POD_ENI, ec2={"enis": trunk}))
    assert [steps[number].reply.get("ip") for number in (2, 4)] == [None, "10.9.0.9"]
    assert steps[4].quantities.assigned == 0
    assert runner.branch_pods
    _, runner = run(written(wants, {"kind": "pod_object", "pod": "a"}, env=POD_ENI))
    assert not runner.branch_pods


@pytest.mark.parametrize(
    ("said", "error"),
    [({"unusable_annotation": True}, "UnusableBranchENIAnnotation"), ({"same_uid": False}, "PodU")],
)
def test_a_delete_fails_by_an_object_of_no_use(said: dict[str, bool], error: str) -> None:
    known = {"kind": "pod_object", "pod": "a", **said}
    scenario = written(START, known, {"kind": "pod_del", "pod": "a"}, env=POD_ENI)
    steps, runner = run(scenario)
    assert steps[-1].reply["success"] is False
    assert str(steps[-1].reply["error"]).startswith(error)
    told = describe_pod_object(*runner.world.branch_pods[0], exists=True)
    assert (told.unusable_annotation, told.same_uid) == (error[0] == "U", error[0] != "P")


def test_an_annotation_with_an_address_is_not_unusable() -> None:
    known = {"kind": "pod_object", "pod": "a", "branch_address": "10.9.0.9"}
    with pytest.raises(InputError, match="is usable"):
        run(written(START, known | {"unusable_annotation": True}))


def test_a_pod_without_an_object_is_refused_with_pod_enis() -> None:
    gone = {"kind": "pod_object", "pod": "a", "exists": False}
    asking: list[tuple[object, bool]] = [(ADD | {"pod_object": False}, False), (ADD, True)]
    for add, success in asking:
        steps, _ = run(written(START, gone, add, env=POD_ENI))
        assert steps[-1].reply["success"] is success


def test_the_annotation_may_come_while_the_daemon_reads_the_pod() -> None:
    comes = {"kind": "pod_object", "pod": "a", "branch_eni": True, "branch_address": "10.9.0.9"}
    enis = [{"primary": True}, {"trunk": True}]
    for place, ip in [("before", "10.9.0.9"), ("after", "10.1.0.6")]:
        add = ADD | {"calls": [{"call": "ReadPod", place: [comes]}]}
        steps, _ = run(written(START, add, env=POD_ENI, ec2={"enis": enis}))
        assert steps[1].reply["ip"] == ip
        assert steps[1].inside[0].event.kind == "pod_object"
