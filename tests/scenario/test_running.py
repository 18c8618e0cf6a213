"""Running: defaults, what an event prescribes, what cannot happen, what is expected."""

import json
from collections.abc import Sequence

import pytest

from ipam_model.config import Version
from ipam_model.errors import InputError
from ipam_model.scenario.document import Scenario
from ipam_model.scenario.meaning import EventError
from ipam_model.scenario.running import ScenarioRunner, Step, StoppedError
from ipam_model.scenario.setup import world_of
from tests.scenario.small import scenario

ENV = {"ENABLE_IPv4": "true", "WARM_IP_TARGET": "2"}
PREFIXES = {"ENABLE_IPv4": "true", "ENABLE_PREFIX_DELEGATION": "true", "WARM_PREFIX_TARGET": "1"}
START = {"kind": "start"}
TICK = {"kind": "tick"}


def written(
    *events: object,
    env: dict[str, str] | None = None,
    ec2: dict[str, object] | None = None,
    enis: int = 3,
    addresses: int = 6,
    **node: object,
) -> Scenario:
    subnets = {"subnets": [{"id": "subnet-1", "free": 500}]}
    limits = {"max_enis": enis, "ipv4_per_eni": addresses}
    document = {
        "schema": "ipam-scenario/1",
        "node": {"limits": limits, "env": env or ENV, "max_pods": 20, **node},
        "ec2": subnets | (ec2 or {}),
        "events": events,
    }
    return scenario(json.dumps(document))


def run(document: Scenario) -> tuple[list[Step], ScenarioRunner]:
    runner = ScenarioRunner(world_of(document.node, document.ec2))
    return list(runner.steps(document.events)), runner


def stopped(document: Scenario) -> StoppedError:
    with pytest.raises(StoppedError) as caught:
        run(document)
    return caught.value


def addresses(runner: ScenarioRunner, eni: str = "eni-1") -> list[str]:
    found = runner.ec2.eni(eni)
    assert found is not None
    return [f"{address >> 16 & 255}.{address & 255}" for address in found.addresses]


def test_without_prescriptions_ec2_hands_out_the_next_free_and_the_first_option_is_taken() -> None:
    steps, runner = run(written(START, {"kind": "pod_add", "pod": "a"}))
    assert addresses(runner) == ["1.5", "1.6"]
    assert steps[1].reply == {"success": True, "ip": "10.1.0.5", "device": 0}
    assert [(step.quantities.owned, step.quantities.reserved) for step in steps] == [(2, 3), (2, 3)]


def test_at_ms_lets_time_pass_before_an_event() -> None:
    steps, _ = run(written({"kind": "start", "at_ms": 7}, {"kind": "tick", "at_ms": 1_000}))
    assert [step.now for step in steps] == [7, 1_000]


def test_pods_have_the_sandbox_as_name_unless_they_are_given_one() -> None:
    adds = [{"kind": "pod_add", "pod": "a"}, {"kind": "pod_add", "pod": "b", "name": ""}]
    _, runner = run(written(START, *adds, {"kind": "start", "vanished": ["a", "b"]}))
    assert [key.container for key in runner.memory().stores[0].holdings] == ["b"]


# -- EC2's choices -------------------------------------------------------------------------------


def special(call: str, **what: object) -> dict[str, object]:
    return {"kind": "tick", "calls": [{"call": call, **what}]}


GROW: Sequence[object] = (START, {"kind": "pods_add", "count": 2})
"""Two addresses are missing."""


def test_granted_addresses_are_those_named() -> None:
    _, runner = run(
        written(*GROW, special("AssignPrivateIpAddresses", ips=["10.1.0.9", "10.1.0.7"]))
    )
    assert addresses(runner) == ["1.5", "1.6", "1.7", "1.9"]


def test_a_new_eni_has_the_id_and_addresses_named() -> None:
    create = {"eni": "eni-7", "primary": "10.1.0.30", "ips": ["10.1.0.41", "10.1.0.40"]}
    events = [*GROW, special("CreateNetworkInterface+Attach", **create)]
    _, runner = run(written(*events, addresses=3))
    assert addresses(runner, "eni-7") == ["1.40", "1.41"]
    assert runner.ec2.enis[1].primary_address & 255 == 30


def test_granted_prefixes_are_those_named() -> None:
    events = [START, {"kind": "pods_add", "count": 1}]
    events.append(special("AssignPrivateIpAddresses", prefixes=["10.9.0.16/28"]))
    steps, runner = run(written(*events, env=PREFIXES))
    assert runner.ec2.enis[0].prefixes[1] == (0x0A090010, 16)
    assert steps[2].quantities.owned == 32


@pytest.mark.parametrize(
    ("ips", "expected"),
    [
        (["10.1.0.9"], "ips cannot be 10.1.0.9: EC2 grants 2 different ones of 1 addresses each"),
        (["10.1.0.4", "10.1.0.9"], "ips cannot be 10.1.0.4 10.1.0.9: eni-1 has them"),
    ],
)
def test_grants_that_cannot_be_are_refused(ips: list[str], expected: str) -> None:
    error = stopped(written(*GROW, special("AssignPrivateIpAddresses", ips=ips)))
    assert (error.number, error.event.kind, str(error)) == (2, "tick", expected)


def test_grants_outside_of_what_a_known_subnet_has_free_are_refused() -> None:
    subnet = {"id": "subnet-1", "cidr": "10.0.0.0/26", "taken": ["10.0.0.9"]}
    tick = special("AssignPrivateIpAddresses", ips=["10.0.0.8", "10.0.0.9"])
    error = stopped(written(*GROW, tick, ec2={"subnets": [subnet]}))
    assert str(error) == "ips cannot be 10.0.0.8 10.0.0.9: not free in subnet-1"
    elsewhere = special("AssignPrivateIpAddresses", ips=["10.0.1.8", "10.0.1.9"])
    error = stopped(written(*GROW, elsewhere, ec2={"subnets": [subnet]}))
    assert "ips had no effect" in str(error)


def test_an_eni_id_in_use_is_refused() -> None:
    tick = special("CreateNetworkInterface+Attach", eni="eni-1")
    error = stopped(written(*GROW, tick, addresses=3))
    assert str(error) == "the new ENI cannot be eni-1: there is one"


def test_a_call_can_fail_or_grant_a_part_by_itself() -> None:
    fails = special("AssignPrivateIpAddresses", fail="RequestLimitExceeded")
    steps, runner = run(written(*GROW, fails))
    assert [made.error for made in steps[2].calls if made.name.startswith("Assign")] == [
        "RequestLimitExceeded",
        "",
    ]
    assert len(addresses(runner)) == 3
    _, runner = run(written(*GROW, special("AssignPrivateIpAddresses", partial=1)))
    assert len(addresses(runner)) == 3
    assert not runner.ec2.faults


def test_a_step_inside_a_call_can_fail() -> None:
    create = "CreateNetworkInterface+Attach"
    tick = special(create, fail="AttachmentLimitExceeded", step="AttachNetworkInterface")
    steps, runner = run(written(*GROW, tick, addresses=3))
    assert [made.error for made in steps[2].calls if made.name == create] == [
        "AttachmentLimitExceeded"
    ]
    assert len(runner.ec2.enis) == 1
    wrong = special(create, fail="X", step="FreeENI")
    assert "has no step FreeENI" in str(stopped(written(*GROW, wrong, addresses=3)))


def test_a_prescribed_failure_comes_before_armed_ones_and_leaves_them() -> None:
    armed = {"kind": "fault", "call": "AssignPrivateIpAddresses", "code": "Armed"}
    fails = special("AssignPrivateIpAddresses", fail="Prescribed")
    steps, _ = run(written(*GROW, armed, fails))
    errors = [made.error for made in steps[3].calls if made.name.startswith("Assign")]
    assert errors == ["Prescribed", "Armed"]


def test_what_comes_never_is_noticed() -> None:
    error = stopped(written(*GROW, special("AssignPrivateIpAddresses", nth=2, fail="X")))
    assert str(error) == "AssignPrivateIpAddresses number 2 does not come: 1 came"
    error = stopped(written(*GROW, {"kind": "tick", "choices": [{"rule": "R189", "eni": "eni-1"}]}))
    assert str(error) == "R189 number 1 does not come: 0 came"
    trunk = special("AssignPrivateIpAddresses", trunk="eni-1")
    assert "trunk had no effect" in str(stopped(written(*GROW, trunk)))


LAG: dict[str, object] = {"imds_lag_ms": 60_000}
RELEASED: Sequence[object] = (
    START,
    {"kind": "start", "env": {"ENABLE_IPv4": "true", "WARM_IP_TARGET": "1"}},
    TICK,  # 10.1.0.5 is released
)


def describe_with(stale: dict[str, list[str]], at_ms: int) -> dict[str, object]:
    call = {"call": "DescribeAllENIs", "stale": stale}
    return {"kind": "start", "at_ms": at_ms, "calls": [call]}


def test_at_the_very_end_of_the_lag_imds_may_show_either() -> None:
    for stale, owned in (({"eni-1": ["10.1.0.5"]}, 2), ({}, 1)):
        steps, _ = run(written(*RELEASED, describe_with(stale, 60_000), ec2=LAG))
        assert steps[3].quantities.owned == owned


def test_what_imds_cannot_show_is_refused() -> None:
    error = stopped(written(*RELEASED, describe_with({}, 59_999), ec2=LAG))
    assert "lists 10.1.0.5 for certain" in str(error)
    error = stopped(written(*RELEASED, describe_with({"eni-1": ["10.1.0.7"]}, 60_000), ec2=LAG))
    assert "IMDS cannot list 10.1.0.7 too much on eni-1" in str(error)


def test_imds_may_fail_to_list_an_eni_once() -> None:
    attached = {"kind": "others_attach_eni", "eni": {"ips": ["10.1.0.99"]}}
    call = {"call": "DescribeAllENIs", "omits": ["eni-2"]}
    steps, _ = run(written(attached, {"kind": "start", "calls": [call]}, START))
    assert steps[2].quantities.owned == steps[1].quantities.owned + 1
    assert steps[1].quantities.enis == 2
    wrong = {"kind": "start", "calls": [call | {"omits": ["eni-9"]}]}
    assert "cannot omit eni-9: it lists eni-1 eni-2" in str(stopped(written(attached, wrong)))
    wrong["calls"] = [{"call": "ReadMaxPods", "omits": ["eni-1"]}]
    assert "ReadMaxPods does not list ENIs" in str(stopped(written(attached, wrong)))
    listing = {"kind": "reconcile", "at_ms": 60_001}
    steps, _ = run(
        written(
            attached, START, listing | {"calls": [{"call": "GetAttachedENIs", "omits": ["eni-2"]}]}
        )
    )
    assert steps[2].quantities.owned == steps[1].quantities.owned - 1


def test_one_of_several_trunks_is_named() -> None:
    trunks = [{"kind": "others_attach_eni", "eni": {"trunk": True}} for _ in range(2)]
    env = ENV | {"ENABLE_POD_ENI": "true"}
    for named, expected in ((None, "eni-3"), ("eni-2", "eni-2"), ("eni-3", "eni-3")):
        call = {"call": "DescribeAllENIs"} | ({"trunk": named} if named else {})
        _, runner = run(written(*trunks, {"kind": "start", "calls": [call]}, env=env))
        found = [eni.id for eni in runner.memory().stores[0].enis if eni.trunk]
        assert found == [expected]
    wrong = {"kind": "start", "calls": [{"call": "DescribeAllENIs", "trunk": "eni-1"}]}
    error = stopped(written(*trunks, wrong, env=env))
    assert str(error) == "trunk cannot be eni-1; it is one of eni-2 eni-3"


def test_one_of_several_reasons_is_named() -> None:
    """EC2 has neither room on the ENI, on which others put addresses, nor addresses."""
    full = {"kind": "others_assign", "eni": "eni-1", "next_ips": 3}
    empty = {"kind": "subnet_free", "subnet": "subnet-1", "free": 1}
    for reason in ("PrivateIpAddressLimitExceeded", "InsufficientFreeAddressesInSubnet"):
        tick = special("AssignPrivateIpAddresses", reason=reason)
        steps, _ = run(written(*GROW, full, empty, tick))
        assert next(made.error for made in steps[4].calls if made.error) == reason


# -- the daemon's choices ------------------------------------------------------------------------


def test_the_address_of_a_pod_is_chosen_by_content() -> None:
    choice = {"rule": "R112", "eni": "eni-1", "address": "10.1.0.6"}
    steps, _ = run(written(START, {"kind": "pod_add", "pod": "a", "choices": [choice]}))
    assert steps[1].reply["ip"] == "10.1.0.6"
    by_number = {"rule": "R112", "option": 1}
    steps, _ = run(written(START, {"kind": "pod_add", "pod": "a", "choices": [by_number]}))
    assert steps[1].reply["ip"] == "10.1.0.6"


@pytest.mark.parametrize(
    ("named", "what"),
    [
        ({"eni": "eni-1", "address": "10.1.0.7"}, "10.1.0.7 of eni-1"),
        ({"eni": "eni-1"}, "eni-1"),
        ({"cidr": "10.1.0.5"}, "10.1.0.5"),
        ({"cidrs": ["10.1.0.5"]}, "10.1.0.5"),
        ({"card": 1}, "card 1"),
        ({"nothing": True}, "nothing"),
        ({"option": 2}, "option 2"),
    ],
)
def test_a_choice_that_is_none_of_the_options_is_refused(
    named: dict[str, object], what: str
) -> None:
    add = {"kind": "pod_add", "pod": "a", "choices": [{"rule": "R112", **named}]}
    assert str(stopped(written(START, add))) == (
        f"choice 1 of R112 cannot be {what}; there are: 10.1.0.5 of eni-1, 10.1.0.6 of eni-1"
    )


# -- what happens meanwhile ----------------------------------------------------------------------


def test_pods_inside_a_call_come_before_or_after_ec2_acts() -> None:
    call = "AssignPrivateIpAddresses"
    gone, taken = {"kind": "pod_del", "pod": "p1"}, {"kind": "subnet_free", "subnet": "subnet-1"}
    early = special(call, before=[gone, taken | {"free": 1}])
    late = special(call, after=[gone, taken | {"free": 1}])
    steps, runner = run(written(*GROW, early))
    assert [made.error for made in steps[2].calls if made.name == call] == [
        "InsufficientFreeAddressesInSubnet",
        "",
    ]
    assert steps[2].inside[0].reply["success"] is True
    assert (steps[2].quantities.assigned, len(addresses(runner))) == (1, 3)
    steps, runner = run(written(*GROW, late))
    assert (steps[2].quantities.assigned, len(addresses(runner))) == (1, 4)


def test_no_pod_comes_while_the_store_is_locked_or_the_daemon_starts() -> None:
    add = {"kind": "pod_add", "pod": "b"}
    locked = {
        "kind": "pod_add",
        "pod": "a",
        "calls": [{"call": "WriteCheckpoint", "before": [add]}],
    }
    assert "cannot come here: the store is locked" in str(stopped(written(START, locked)))
    early = {"kind": "start", "calls": [{"call": "DescribeAllENIs", "after": [add]}]}
    assert "cannot come here: the daemon is starting" in str(stopped(written(early)))


# -- what makes no sense -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "number", "expected"),
    [
        ([TICK], 0, "the daemon is not running"),
        ([START, {"kind": "tick", "at_ms": 5}, {"kind": "tick", "at_ms": 4}], 2, "it is 5 already"),
        ([{"kind": "subnet_free", "subnet": "x", "free": 1}], 0, "no subnet 'x'"),
        ([{"kind": "others_detach_eni", "eni": "eni-9"}], 0, "no ENI 'eni-9' is attached"),
        ([{"kind": "subnet_take", "subnet": "subnet-1", "cidrs": []}], 0, "use subnet_free"),
        ([{"kind": "eni_config", "subnet": "x"}], 0, "no subnet 'x'"),
        (
            [{"kind": "others_unassign", "eni": "eni-1", "ips": ["10.1.0.9"]}],
            0,
            "eni-1 has no 10.1",
        ),
        ([{"kind": "others_assign", "eni": "eni-1", "ips": ["10.1.0.4"]}], 0, "eni-1 has them"),
        ([{"kind": "others_assign", "eni": "eni-1", "next_ips": 600}], 0, "not enough free"),
        ([{"kind": "others_attach_eni", "eni": {"id": "eni-1"}}], 0, "eni-1 is attached already"),
        ([{"kind": "others_attach_eni", "eni": {"subnet": "x"}}], 0, "no subnet 'x'"),
        (
            [{"kind": "others_attach_eni", "eni": {"primary_address": "10.1.0.4"}}],
            0,
            "eni-1 has one of them",
        ),
        ([START, special("FreeENI") | {"calls": [{"call": "X"}, {"call": "X"}]}], 1, "two entries"),
    ],
)
def test_events_that_make_no_sense_are_the_callers_fault(
    events: list[object], number: int, expected: str
) -> None:
    with pytest.raises(EventError, match=expected) as caught:
        run(written(*events))
    assert caught.value.number == number


def test_an_unknown_quirk_is_refused() -> None:
    with pytest.raises(InputError, match="'R1' is not a quirk; there are: R24, R24-ipv6"):
        written(START, no_quirks=["R1"])


@pytest.mark.parametrize("version", Version, ids=lambda version: version.value)
def test_every_version_is_one_of_the_format_and_runs(version: Version) -> None:
    assert isinstance(written(START, version=version.value), Scenario)


def test_a_scenario_of_the_articles_policy() -> None:
    env = {"WARM_ENI_TARGET": "0", "WARM_IP_TARGET": "1"}
    pod = {"kind": "pod_add", "pod": "p1"}
    replies = {}
    for version in Version:
        steps, _ = run(written(START, TICK, pod, env=ENV | env, version=version.value))
        replies[version] = steps[-1].reply["success"]
    served = {version for version, success in replies.items() if success}
    assert served == {Version.V1_7, Version.V1_23}, "the primary uses the article's target up"


# -- the surroundings ----------------------------------------------------------------------------


def test_each_change_by_others_does_what_it_says() -> None:
    subnets = [{"id": "subnet-1", "cidr": "10.0.0.0/26"}, {"id": "subnet-2", "free": 9}]
    _, runner = run(
        written(
            {"kind": "others_attach_eni", "eni": {"subnet": "subnet-2", "ips": ["10.17.0.99"]}},
            {"kind": "others_assign", "eni": "eni-2", "next_ips": 2},
            {"kind": "others_unassign", "eni": "eni-2", "ips": ["10.17.0.99"]},
            {"kind": "others_set_tags", "eni": "eni-2", "tags": {"no_manage": "true"}},
            {"kind": "subnet_take", "subnet": "subnet-1", "cidrs": ["10.0.0.32/28", "10.0.0.9"]},
            {"kind": "subnet_return", "subnet": "subnet-1", "cidrs": ["10.0.0.32/29"]},
            {"kind": "subnet_tag", "subnet": "subnet-2", "role": "1"},
            {"kind": "eni_config", "subnet": "subnet-2"},
            {"kind": "cordon"},
            {"kind": "fault", "call": "TagENI", "times": 2},
            {"kind": "fault", "call": "FreeENI", "partial": 1},
            {"kind": "advance", "ms": 9},
            ec2={"subnets": subnets},
        )
    )
    eni = runner.ec2.enis[1]
    assert (eni.device, eni.primary_address, eni.tags.no_manage) == (1, 0x0A110064, "true")
    assert addresses(runner, "eni-2") == ["17.101", "17.102"]
    assert [subnet.free for subnet in runner.ec2.subnets] == [64 - 5 - 1 - 9, 9 - 3]
    assert runner.ec2.subnets[1].tags.role == "1"
    assert (runner.cordoned, runner.eni_config_subnet, runner.now) == (True, "subnet-2", 9)
    assert [(f.call, f.code, f.times, f.grant) for f in runner.ec2.faults] == [
        ("TagENI", "RequestLimitExceeded", 2, None),
        ("FreeENI", "RequestLimitExceeded", 1, 1),
    ]


def test_leaked_enis_are_cleaned_up() -> None:
    leak = special("CreateNetworkInterface+Attach", fail="X", step="AttachNetworkInterface")
    delete = {"kind": "fault", "call": "DeleteNetworkInterface"}
    events = [*GROW, delete, leak, {"kind": "clean_leaked_enis"}, {"kind": "terminate"}]
    steps, runner = run(written(*events, addresses=3))
    assert [step.quantities.leaked for step in steps[3:5]] == [1, 0]
    assert runner.memory().terminating


# -- expectations --------------------------------------------------------------------------------

RIGHT: dict[str, object] = {
    "running": True,
    "reply": {"ok": True},
    "calls": {"AssignPrivateIpAddresses": 1, "FreeENI": 0},
    "enis": 1,
    "owned": 2,
    "assigned": 0,
    "cooling": 0,
    "available": 2,
    "idle": 2,
    "reserved": 3,
    "leaked": 0,
    "ec2_calls": 4,
}


def test_expectations_that_hold() -> None:
    steps, _ = run(written(START | {"expect": RIGHT}))
    assert steps[0].violations == ()


@pytest.mark.parametrize("name", RIGHT)
def test_each_expectation_can_be_violated(name: str) -> None:
    wrong: dict[str, object] = {
        "running": False,
        "reply": {"ok": True, "error": "x"},
        "calls": {"AssignPrivateIpAddresses": 2},
    }
    expect = RIGHT | {name: wrong.get(name, 77)}
    steps, _ = run(written(START | {"expect": expect}))
    assert [violation.path[0] for violation in steps[0].violations] == [name]
    assert "expected" in str(steps[0].violations[0])
