"""A small scenario as text, and the same with one thing changed."""

from typing import Final

from ipam_model.scenario.document import Scenario
from ipam_model.scenario.reading import parse_scenario
from ipam_model.scenario.running import ScenarioRunner, Step
from ipam_model.scenario.setup import world_of

SMALL: Final = """{
  "schema": "ipam-scenario/1",
  "node": {
    "limits": {"max_enis": 3, "ipv4_per_eni": 4},
    "env": {"ENABLE_IPv4": "true", "WARM_IP_TARGET": "2"},
    "max_pods": 10
  },
  "ec2": {
    "subnets": [
      {"id": "subnet-1", "free": 500}
    ]
  },
  "events": [
    {"kind": "start"},
    {"kind": "pods_add", "count": 2},
    {"kind": "tick"}
  ]
}
"""


def changed(old: str, new: str) -> str:
    assert SMALL.count(old) == 1, old
    return SMALL.replace(old, new)


def with_event(event: str) -> str:
    """The small scenario with another last event, on line 17."""
    return changed('{"kind": "tick"}', event)


def scenario(text: str) -> Scenario:
    return parse_scenario(text)[0]


def steps(text: str) -> list[Step]:
    return run(scenario(text))[0]


def run(document: Scenario) -> tuple[list[Step], ScenarioRunner]:
    runner = ScenarioRunner(world_of(document.node, document.ec2))
    return list(runner.steps(document.events)), runner
