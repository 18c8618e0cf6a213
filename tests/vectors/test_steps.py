"""Step vectors: complete states, every outcome, and no vector that no wrong model fails."""

from collections.abc import Iterator
from functools import cache

import pytest
from attrs import evolve, fields

from ipam_model.config import ALL_QUIRKS, Version
from ipam_model.errors import InputError
from ipam_model.requests import PodObject
from ipam_model.scenario.document import Advance, Ec2Part, NodePart, PodAdd, Start, SubnetPart, Tick
from ipam_model.scenario.document import Limits as LimitsPart
from ipam_model.state import Cleanup, Network, Node, PodKey, Store
from ipam_model.vectors.emitting import shipped_cases
from ipam_model.vectors.files import MODELS, line
from ipam_model.vectors.outcomes import TooManyError, outcomes
from ipam_model.vectors.states import state_json
from ipam_model.vectors.steps import (
    Judged,
    QuirkBeforeError,
    StepCase,
    before,
    flags,
    judge,
    may,
    refused,
)
from ipam_model.vectors.titles import title
from ipam_model.world import World

NODE = NodePart(
    limits=LimitsPart(max_enis=2, ipv4_per_eni=4),
    env={"ENABLE_IPv4": "true", "WARM_IP_TARGET": "2"},
)
EC2 = Ec2Part(subnets=(SubnetPart(id="subnet-a", free=50),))


def case(*history: object, event: object) -> StepCase:
    return StepCase(title="", node=NODE, ec2=EC2, history=history, event=event)  # type: ignore[arg-type]  # also none


@cache
def shipped_steps() -> tuple[tuple[StepCase, Judged], ...]:
    return tuple((each, judge(each)) for version in MODELS for each in shipped_cases(version))


def worlds() -> Iterator[World]:
    for _, judged in shipped_steps():
        yield judged.before
        for each in judged.intended:
            yield each.after


def test_every_outcome_is_listed() -> None:
    judged = judge(case(Start(), event=PodAdd(pod="p1")))
    assert may(judged)
    assert sorted(str(each.reply["ip"]) for each in judged.intended) == ["10.1.0.5", "10.1.0.6"]
    assert not refused(judged)
    assert title(PodAdd(pod="p1"), judged).endswith("or 1 other outcome")


def test_a_daemon_that_does_not_run_refuses() -> None:
    judged = judge(case(event=Tick()))
    assert refused(judged)
    assert judged.intended == ()
    assert title(Tick(), judged) == "Pool update while the daemon does not run: refused"


def test_a_full_store_refuses() -> None:
    history = (Start(), PodAdd(pod="p1"), PodAdd(pod="p2"))
    judged = judge(case(*history, event=PodAdd(pod="p3")))
    assert refused(judged)
    assert len(judged.intended) == 1


def test_what_is_a_matter_of_time_is_no_refusal() -> None:
    assert not refused(judge(case(Start(), event=Advance(ms=1))))


def test_too_many_outcomes_make_no_vector() -> None:
    node = evolve(NODE, limits=LimitsPart(max_enis=2, ipv4_per_eni=14), env={"ENABLE_IPv4": "true"})
    with pytest.raises(TooManyError, match="pod_add can go in more than 8 ways"):
        judge(evolve(case(Start(), event=PodAdd(pod="p1")), node=node))


def test_a_quirk_before_the_event_makes_no_vector() -> None:
    for found, judged in shipped_steps():
        if judged.quirks and found.event.kind != "start":
            later = evolve(found, history=(*found.history, found.event), event=Start())
            with pytest.raises(QuirkBeforeError):
                judge(later)
            return
    pytest.fail("no shipped vector shows a quirk")


def test_a_quirk_that_makes_a_difference_is_flagged() -> None:
    shown = {each for _, judged in shipped_steps() for each in judged.quirks}
    assert len(shown) >= 4
    for found, judged in shipped_steps():
        assert ("known-upstream-bug" in flags(found, judged)) == bool(judged.quirks)


def test_states_tell_worlds_apart() -> None:
    told: dict[str, World] = {}
    for world in worlds():
        # What is configured stands in `node` and `ec2`, not in the state.
        configured = f"{world.config} {world.max_pods} {world.ec2.enforce_limits}"
        key = f"{configured} {line(state_json(world))}"
        plain = evolve(world, ec2=evolve(world.ec2, limits=world.config.limits))
        assert told.setdefault(key, plain) == plain
    assert len(told) > 200


def test_states_show_every_field_of_the_memory() -> None:
    world = before(case(Start(), PodAdd(pod="p1"), event=Tick()), ALL_QUIRKS)
    node = world.node
    assert node is not None
    store = node.stores[0]
    network = Network(0x0A010009, 1)
    others: dict[str, object] = {
        "stores": (evolve(store, total_drift=1),),
        "max_pods": 7,
        "last_pool_action": 1,
        "last_decrease": 1,
        "last_insufficient": 1,
        "released": ((network, 5),),
        "unmanaged": frozenset({"eni-9"}),
        "unmanaged_counts": ((0, 1),),
        "unmanaged_cards": frozenset({1}),
        "efa_only": frozenset({"eni-9"}),
        "cleanups": (Cleanup(due=9, card=0, eni="eni-1", network=network),),
        "terminating": True,
        "awaits_trunk": True,
        "primaries": frozenset({"eni-1"}),
    }
    assert others.keys() == {each.name for each in fields(Node)}
    for name, value in others.items():
        changed = evolve(world, node=evolve(node, **{name: value}))  # type: ignore[arg-type]  # by name
        assert state_json(changed) != state_json(world), name
    for drift in ("total_drift", "prefix_drift"):
        other: Store = evolve(store, **{drift: 1})  # type: ignore[arg-type]  # the same
        changed = evolve(world, node=evolve(node, stores=(other,)))
        assert state_json(changed) != state_json(world), drift


def test_states_show_every_field_of_the_world() -> None:
    world = before(case(Start(), PodAdd(pod="p1"), event=Tick()), ALL_QUIRKS)
    others: dict[str, object] = {
        "ec2": evolve(world.ec2, leaked=world.ec2.enis),
        "node": None,
        "checkpoints": (),
        "veths": frozenset(),
        "sandboxes": frozenset(),
        "gone_pods": frozenset({PodKey("p1")}),
        "branch_pods": ((PodKey("p1"), PodObject(wants_branch_eni=True)),),
        "cordoned": True,
        "eni_config_subnet": "subnet-a",
        "now": world.now + 1,
    }
    # Both stand in `node`.
    assert others.keys() | {"config", "max_pods"} == {each.name for each in fields(World)}
    for name, value in others.items():
        changed = evolve(world, **{name: value})  # type: ignore[arg-type]  # by name
        assert state_json(changed) != state_json(world), name


def test_shipped_cases_name_no_quirks_and_no_choices() -> None:
    for found, _ in shipped_steps():
        assert found.node.no_quirks == ()
        assert found.event.choices == ()
        assert Version(found.node.version).value in MODELS


def test_what_makes_no_sense_is_bad_input() -> None:
    world = before(case(event=Start()), ALL_QUIRKS)
    with pytest.raises(InputError, match="the daemon is not running"):
        outcomes(world, PodAdd(pod="p1"), 8)
