"""Questions about bursts."""

from collections.abc import Mapping

from ipam_model.bounds import (
    Bound,
)
from ipam_model.bounds.index import KNOWN
from ipam_model.bounds.pace_question import PaceQuestion
from ipam_model.limits import InstanceLimits
from ipam_model.nodes import NodeSetup
from ipam_model.scenario.running import ScenarioRunner
from ipam_model.scenario.setup import world_of
from ipam_model.simulation.latencies import NONE, Latencies
from ipam_model.world import World

COOLING = "shortfall-while-cooling"

SLOW = Latencies.of_seconds(
    {
        "AllocENI": 2.3,
        "WaitForENI": 1.1,
        "AssignPrivateIpAddresses": 0.7,
        "UnassignPrivateIpAddresses": 0.6,
        "FreeENI": 5.0,
        "IsSubnetExcluded": 0.13,
        "NodeCordoned": 0.011,
        "GetAttachedENIs": 0.17,
        "FindRouteTable": 0.019,
        "SetupENINetwork": 0.23,
        "WriteCheckpoint": 0.003,
    }
)


def node(enis: int, addresses: int, env: Mapping[str, str], *, max_pods: int = 250) -> NodeSetup:
    return NodeSetup(
        name=f"{enis}x{addresses}",
        limits=InstanceLimits.simple(enis, addresses),
        env={"ENABLE_IPv4": "true", **env},
        max_pods=max_pods,
    )


def question(
    quantity: str,
    setup: NodeSetup,
    *,
    pods: int | None = None,
    now: int = 0,
    burst: int | None = None,
    latencies: Latencies = NONE,
) -> PaceQuestion:
    return PaceQuestion(
        quantity=quantity,
        node=setup,
        pods=pods,
        pods_now=now if KNOWN[quantity].with_pods_now else None,
        burst=burst,
        latencies=latencies,
        record=True,
    )


def replay(found: Bound) -> tuple[World, int]:
    """Where the witness ends if it is run anew, and the calls it made."""
    assert found.witness is not None
    scenario = found.witness.scenario
    assert scenario is not None
    runner = ScenarioRunner(world_of(scenario.node, scenario.ec2))
    steps = list(runner.steps(scenario.events))
    assert len(steps) == len(scenario.events)
    assert [each for step in steps for each in step.violations] == []
    assert scenario.events[-1].expect.reserved is not None
    return runner.world, runner.ec2_calls
