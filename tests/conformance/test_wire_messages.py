"""What is said comes over the wire as it was meant, and fits the published schemas."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from ipam_model.conformance import datastore_events as store
from ipam_model.conformance.observation import (
    Observation,
    Precision,
    SeenCard,
    SeenCidr,
    SeenEni,
)
from ipam_model.conformance.subject import Calls, Capabilities, Feature, Kind
from ipam_model.conformance.wire.calls import (
    CALLS,
    decode_answer,
    decode_request,
    encode_answer,
    encode_request,
)
from ipam_model.conformance.wire.errors import BrokenProtocolError, MalformedMessageError
from ipam_model.conformance.wire.lines import decode_line, encode_line
from ipam_model.conformance.wire.messages import (
    Implementation,
    decode_capabilities,
    decode_daemon_event,
    decode_daemon_setup,
    decode_datastore_event,
    decode_datastore_setup,
    decode_observation,
    encode_capabilities,
    encode_daemon_setup,
    encode_datastore_setup,
    encode_event,
    encode_observation,
)
from ipam_model.conformance.wire.protocol import (
    FINISHES,
    Direction,
    Said,
    require_valid,
    schema_of,
    schema_of_commands,
    schema_text,
)
from ipam_model.errors import InputError
from ipam_model.requests import (
    DONE,
    AllocENI,
    AssignIPv6Prefixes,
    AssignPrivateIpAddresses,
    AttachedEni,
    CreateENI,
    DescribeAllENIs,
    Described,
    EniTags,
    Failed,
    FreeENI,
    GetAddressesFromEC2,
    GetAttachedENIs,
    GetIPv6Prefixes,
    IsSubnetExcluded,
    Ownership,
    Request,
    SetupENINetwork,
    TagENI,
    UnassignPrivateIpAddresses,
    WaitForENI,
)
from ipam_model.scenario import document as scenario
from ipam_model.scenario.schema import schema_text as scenario_schema
from ipam_model.scenario.setup import in_full, world_of
from ipam_model.state import Network
from ipam_model.strict_json import JsonValue

# -- a second opinion on the schemas -------------------------------------------------------------

REGISTRY: Registry[Any] = Registry().with_resources(
    (each["$id"], Resource.from_contents(each))
    for each in map(
        json.loads, [scenario_schema(), *(schema_text(direction) for direction in Direction)]
    )
)


def validator(direction: Direction) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema_text(direction)), registry=REGISTRY)


COMMANDS = validator(Direction.COMMANDS)
MESSAGES = validator(Direction.MESSAGES)


def said_by_kit(**fields: JsonValue) -> Mapping[str, Any]:
    """A command as it arrives, which must be valid to both validators."""
    message = decode_line(encode_line({"seq": 1, **fields}))
    COMMANDS.validate(message)
    require_valid(schema_of_commands(), message)
    return message


def said_by_subject(kind: Said, /, **fields: JsonValue) -> Mapping[str, Any]:
    """A message as it arrives, which must be valid to both validators."""
    message = decode_line(encode_line({"seq": 1, **fields}))
    MESSAGES.validate(message)
    require_valid(schema_of(kind), message)
    return message


# -- calls ---------------------------------------------------------------------------------------

ids = st.sampled_from(["eni-1", "eni-2", "subnet-a"])
singles = st.integers(0x0A010001, 0x0A0100FF).map(lambda number: Network(number, 1))
blocks = st.integers(0, 15).map(lambda number: Network(0x0A020000 + 16 * number, 16))
ipv6 = st.integers(0, 9).map(lambda number: Network((0x20010DB8 << 96) + (number << 48), 2**48))
counts = st.integers(0, 50)


def several(each: SearchStrategy[Network], least: int = 0) -> SearchStrategy[tuple[Network, ...]]:
    return st.lists(each, min_size=least, max_size=4, unique=True).map(
        lambda found: tuple(sorted(found))
    )


attached = st.builds(
    AttachedEni,
    id=ids,
    primary=st.booleans(),
    device=counts,
    card=st.integers(0, 2),
    subnet=ids,
    primary_address=st.just(0x0A010001),
    addresses=several(singles).map(lambda found: tuple(each.address for each in found)),
    prefixes=several(blocks),
    primary_ipv6=st.none() | st.just(0x20010DB8 << 96),
)
described = st.builds(
    Described,
    enis=st.lists(attached, max_size=2).map(tuple),
    tags=st.dictionaries(
        ids,
        st.builds(
            EniTags,
            st.none() | st.just("true"),
            st.none() | st.sampled_from(Ownership),
        ),
    ),
    trunk=st.none() | ids,
    efas=st.frozensets(ids),
    efa_only=st.frozensets(ids),
)


def asked(request: SearchStrategy[Any], answer: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return st.tuples(request, answer | st.just(Failed("RequestLimitExceeded")))


def granted(request: SearchStrategy[Any], each: SearchStrategy[Network]) -> SearchStrategy[Any]:
    return asked(request, several(each))


no, yes = st.just(False), st.just(True)
conversations: SearchStrategy[tuple[Request[object], object]] = st.one_of(
    asked(st.builds(DescribeAllENIs), described),
    asked(st.builds(GetAttachedENIs), st.lists(attached, max_size=2).map(tuple)),
    asked(st.builds(TagENI, ids), st.just(DONE)),
    asked(st.builds(FreeENI, ids), st.just(DONE)),
    asked(st.builds(IsSubnetExcluded, ids), st.booleans()),
    asked(
        st.builds(AllocENI, counts, st.booleans(), st.integers(0, 2), st.none() | ids, no)
        | st.builds(AllocENI, counts, no, st.just(0), st.none(), yes),
        ids,
    ),
    asked(st.builds(CreateENI, st.none() | ids), ids),
    asked(st.builds(WaitForENI, ids, counts, st.booleans(), st.booleans()), attached),
    granted(st.builds(AssignPrivateIpAddresses, ids, counts, no), singles),
    granted(st.builds(AssignPrivateIpAddresses, ids, counts, yes), blocks),
    granted(st.builds(GetAddressesFromEC2, ids, no), singles),
    granted(st.builds(GetAddressesFromEC2, ids, yes), blocks),
    granted(st.builds(GetIPv6Prefixes, ids), ipv6),
    granted(st.builds(AssignIPv6Prefixes, ids, counts), ipv6),
    asked(st.builds(UnassignPrivateIpAddresses, ids, several(singles, 1), no), st.just(DONE)),
    asked(st.builds(UnassignPrivateIpAddresses, ids, several(blocks, 1), yes), st.just(DONE)),
)


@given(conversations)
def test_a_call_and_its_answer_arrive_as_they_were_meant(
    conversation: tuple[Request[object], object],
) -> None:
    request, answer = conversation
    ask = said_by_subject(Said.ASK, ask=encode_request(request))["ask"]
    assert decode_request(ask) == request
    said = said_by_kit(answer=encode_answer(request, answer))["answer"]
    assert decode_answer(request, said) == answer


def test_every_call_of_the_schema_is_one_that_is_read() -> None:
    definition = json.loads(schema_text(Direction.MESSAGES))["$defs"]["request"]
    assert sorted(definition["properties"]["call"]["enum"]) == sorted(CALLS)


def test_what_no_subject_asks_for_has_no_form() -> None:
    with pytest.raises(InputError, match="SetupENINetwork is nothing that a subject asks"):
        encode_request(SetupENINetwork("eni-1"))


def test_addresses_and_prefixes_are_not_released_at_once() -> None:
    both: dict[str, JsonValue] = {
        "call": "UnassignPrivateIpAddresses",
        "eni": "eni-1",
        "ips": ["10.1.0.5"],
        "prefixes": ["10.1.0.16/28"],
    }
    with pytest.raises(InputError, match="ips or prefixes, not both"):
        decode_request(both)


# -- setups and events ---------------------------------------------------------------------------

NODE = scenario.NodePart(instance_type="m5.large", env={"ENABLE_IPv4": "true"})
EC2 = scenario.Ec2Part(
    subnets=(
        scenario.SubnetPart(id="subnet-a", free=50, role="1"),
        scenario.SubnetPart(id="subnet-b", cidr="10.3.0.0/24", taken=("10.3.0.9",)),
    ),
    enis=(scenario.EniPart(id="eni-1", primary=True, ips=("10.1.0.7",)),),
)


def test_a_node_arrives_spelt_out() -> None:
    said = said_by_kit(cmd="reset", **encode_daemon_setup(NODE, EC2))
    assert said["node"]["limits"]["max_enis"] == 3
    assert said["node"]["max_pods"] == 29
    node, ec2 = decode_daemon_setup(said)
    assert (node, ec2) == (in_full(NODE, EC2), EC2)
    assert world_of(node, ec2) == world_of(NODE, EC2)


def test_a_store_arrives_as_it_is() -> None:
    setup = store.DatastorePart(prefix_delegation=True, cooldown_ms=0)
    said = said_by_kit(cmd="reset", **encode_datastore_setup(setup))
    assert said["datastore"] == {"prefix_delegation": True, "cooldown_ms": 0}
    assert decode_datastore_setup(said) == setup


@pytest.mark.parametrize("more", [{"datastore": {"prefix_delegation": True, "cooldown_ms": 0}}, {}])
def test_a_reset_is_of_one_kind(more: dict[str, Any]) -> None:
    both = {"seq": 1, "cmd": "reset", **more, **({"node": {}, "ec2": {}} if more else {})}
    with pytest.raises(MalformedMessageError):
        require_valid(schema_of_commands(), both)


OF_DAEMONS: tuple[scenario.Event, ...] = (
    scenario.Start(),
    scenario.Start(env={"WARM_IP_TARGET": "2"}, vanished=("p1",)),
    scenario.Start(env={}),
    scenario.Terminate(),
    scenario.PodAdd(pod="p1"),
    scenario.PodAdd(pod="p1", name="", multi=True),
    scenario.PodDel(pod="p1", pod_object=False),
    scenario.PodObjectSet(pod="p1", branch_eni=True, branch_address="10.1.0.5"),
    scenario.Tick(),
    scenario.Reconcile(),
    scenario.AwaitTrunk(),
    scenario.Advance(ms=5000),
    scenario.Cordon(),
    scenario.Uncordon(),
    scenario.EniConfig(subnet="subnet-b"),
    scenario.EniConfig(),
    scenario.ArmFault(call="FreeENI", times=2),
    scenario.ArmFault(call="AssignPrivateIpAddresses", partial=1),
    scenario.ClearFaults(),
    scenario.SubnetFree(subnet="subnet-a", free=3),
    scenario.SubnetTake(subnet="subnet-b", cidrs=("10.3.0.5",)),
    scenario.SubnetReturn(subnet="subnet-b", cidrs=("10.3.0.5",)),
    scenario.SubnetTag(subnet="subnet-a", role=""),
    scenario.OthersAttach(eni=scenario.EniPart(id="eni-7", tags=scenario.TagsPart(no_manage="1"))),
    scenario.OthersDetach(eni="eni-7"),
    scenario.OthersAssign(eni="eni-7", next_ips=2),
    scenario.OthersUnassign(eni="eni-7", ips=("10.1.0.5",)),
    scenario.OthersTag(eni="eni-7", tags=scenario.TagsPart(instance_id="other")),
    scenario.CleanLeaked(),
)


@pytest.mark.parametrize("event", OF_DAEMONS, ids=lambda event: event.kind)
def test_an_event_of_a_daemon_arrives_as_it_is(event: scenario.Event) -> None:
    said = said_by_kit(cmd="apply", event=encode_event(event))
    assert decode_daemon_event(said["event"]) == event


def test_every_event_that_a_subject_is_told_was_tried() -> None:
    never = {scenario.PodsAdd, scenario.PodsDel, scenario.LoopPass}
    assert {type(each) for each in OF_DAEMONS} == set(scenario.EVENTS) - never


def test_an_instant_is_no_part_of_an_event() -> None:
    with pytest.raises(InputError, match="tick at 5000 ms: a subject's time passes by advance"):
        encode_event(scenario.Tick(at_ms=5000))


OF_STORES: tuple[store.DatastoreEvent, ...] = (
    store.AddEni(eni="eni-1", device=0, primary=True),
    store.AddEni(eni="eni-2", device=1, trunk=True, efa=True, excluded=True),
    store.ExcludeEni(eni="eni-1", excluded=False),
    store.AddCidr(eni="eni-1", cidr="10.0.0.16/28"),
    store.DelCidr(eni="eni-1", cidr="10.0.0.4/32", force=True),
    store.Assign(pod="p1"),
    store.Unassign(pod="p1"),
    store.RemoveEni(eni="eni-1", force=True),
    store.RemoveUnusedEni(warm_ip=1, minimum_ip=2, warm_prefix=3),
    store.Stats(),
    store.Freeable(eni="eni-1"),
    store.Pass(ms=30_000),
    store.Recover(),
)


@pytest.mark.parametrize("event", OF_STORES, ids=lambda event: event.kind)
def test_an_event_of_a_store_arrives_as_it_is(event: store.DatastoreEvent) -> None:
    said = said_by_kit(cmd="apply", event=encode_event(event))
    assert decode_datastore_event(said["event"]) == event


def test_every_event_of_a_store_was_tried() -> None:
    assert {type(each) for each in OF_STORES} == set(store.EVENTS)


# -- observations --------------------------------------------------------------------------------

few = st.integers(0, 30)
pods = st.dictionaries(
    st.sampled_from(["10.1.0.5", "10.1.0.6"]), st.sampled_from(["p1", "p2"]), max_size=2
)
cidrs = st.builds(
    SeenCidr,
    cidr=st.sampled_from(["10.1.0.5/32", "10.1.0.0/28"]),
    assigned=pods,
    cooling=st.lists(st.sampled_from(["10.1.0.7"]), max_size=1).map(tuple),
)
cards = st.builds(SeenCard, enis=few, total=few, assigned=few, cooling=few, card=st.integers(0, 2))
enis = st.builds(
    SeenEni,
    total=st.integers(1, 30),
    assigned=few,
    cooling=few,
    card=st.integers(0, 2),
    primary=st.booleans(),
    id=ids,
    cidrs=st.lists(cidrs, min_size=1, max_size=3).map(tuple),
)
nodes = st.builds(
    Observation,
    cards=st.lists(cards, min_size=1, max_size=2).map(tuple),
    enis=st.lists(enis, min_size=1, max_size=3).map(tuple),
)


@given(nodes)
def test_an_observation_arrives_as_it_is(seen: Observation) -> None:
    said = said_by_subject(Said.OBSERVED, observation=encode_observation(seen))
    assert decode_observation(said["observation"], Precision.EXACT) == seen


@given(nodes)
def test_an_observation_shows_what_its_precision_promises_and_no_more(seen: Observation) -> None:
    said = encode_observation(seen)
    assert decode_observation(said, Precision.COUNTS) == Observation(cards=seen.cards)
    per_eni = decode_observation(said, Precision.PER_ENI)
    assert [each.total for each in per_eni.enis] == [each.total for each in seen.enis]
    assert not any(each.id or each.cidrs for each in per_eni.enis)


def test_a_node_that_does_not_run_shows_nothing_else() -> None:
    said = encode_observation(Observation(running=False))
    assert said == {"running": False}
    assert decode_observation(said, Precision.EXACT) == Observation(running=False)


NUMBERS: dict[str, JsonValue] = {"total": 1, "assigned": 0, "cooling": 0}
ONE = {"enis": 1, **NUMBERS}


@pytest.mark.parametrize(
    ("seen", "complaint"),
    [
        ({"cards": [ONE]}, "enis is missing, and the precision is exact"),
        ({"cards": [ONE], "enis": [NUMBERS]}, r"enis\[0\]: id is missing"),
        ({"cards": [ONE], "enis": [{"id": "e", **NUMBERS}]}, r"enis\[0\]: cidrs is missing"),
        ({"enis": []}, "cards is missing, and the daemon runs"),
    ],
)
def test_less_than_the_precision_promises_is_a_fault(seen: dict[str, Any], complaint: str) -> None:
    with pytest.raises(MalformedMessageError, match=complaint):
        decode_observation(seen, Precision.EXACT)


def test_null_and_foreign_keys_are_left_out() -> None:
    """As a program in Go says it, with keys of its own."""
    text = (
        '{"seq": 1, "observation": {"running": null, "cards": [{"card": null, "enis": 1, "total": '
        '1.0, "assigned": 0, "cooling": 0, "x-note": "n"}], "enis": [{"id": "", "total": 1, '
        '"assigned": 0, "cooling": 0, "cidrs": null}], "x-took-ms": 3}, "x-more": null}'
    )
    message = decode_line(text.encode())
    MESSAGES.validate(message)
    require_valid(schema_of(Said.OBSERVED), message)
    said = message["observation"]
    assert isinstance(said, dict)
    seen = decode_observation(said, Precision.PER_ENI)
    assert seen == Observation(
        cards=(SeenCard(enis=1, total=1, assigned=0, cooling=0),),
        enis=(SeenEni(total=1, assigned=0, cooling=0),),
    )


# -- who it is -----------------------------------------------------------------------------------


@given(
    st.builds(
        Capabilities,
        kind=st.sampled_from(Kind),
        precision=st.sampled_from(Precision),
        calls=st.sampled_from(Calls),
        features=st.frozensets(st.sampled_from(Feature)),
        name=st.just("mine"),
        version=st.just("2"),
    ),
    st.sampled_from(["", "https://x/issues"]),
)
def test_capabilities_arrive_as_they_are(can: Capabilities, issues: str) -> None:
    who = Implementation(name="mine", language="Rust", version="2", issues=issues)
    said = said_by_subject(Said.STARTED, **encode_capabilities(can, who))
    assert decode_capabilities(said) == (can, who)


def test_calls_may_be_left_out() -> None:
    who = Implementation(name="mine", language="Rust", version="2")
    said = encode_capabilities(Capabilities(), who)
    del said["calls"]
    can, _ = decode_capabilities(said_by_subject(Said.STARTED, **said))
    assert can.calls is Calls.CHANGES


# -- the schemas themselves ----------------------------------------------------------------------


@pytest.mark.parametrize("direction", Direction)
def test_the_schemas_are_schemas_that_say_what_everything_means(direction: Direction) -> None:
    document = json.loads(schema_text(direction))
    Draft202012Validator.check_schema(document)
    assert document["$id"] == f"urn:ipam-model:subject:1:{direction.value}"
    for name, part in document["$defs"].items():
        assert "description" in part or "if" in part, name
        for key, value in part.get("properties", {}).items():
            assert "description" in value or "$ref" in value or value is False, (name, key)


def test_every_command_is_finished_by_something() -> None:
    document = json.loads(schema_text(Direction.COMMANDS))
    commands = {
        name for name, part in document["$defs"].items() if "cmd" in part.get("properties", {})
    }
    assert commands == set(FINISHES)
    assert {each.value for each in Said} <= set(
        json.loads(schema_text(Direction.MESSAGES))["$defs"]
    )


@pytest.mark.parametrize(
    "line", [b"\xff\xfe", b'{"a": 1', b"[]", b"", b'{"a": NaN}', b'{"a": 1, "a": 2}', b"3"]
)
def test_a_line_that_is_no_message_is_quoted(line: bytes) -> None:
    with pytest.raises(BrokenProtocolError):
        decode_line(line)


@given(st.binary(max_size=300))
def test_any_line_is_a_message_or_a_complaint_of_one_line(line: bytes) -> None:
    said = ""
    try:
        decode_line(line)
    except BrokenProtocolError as error:
        said = str(error)
    assert "\n" not in said
