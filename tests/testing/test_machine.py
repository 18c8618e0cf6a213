"""The state machine finds nothing on the model as it is, and something on a wrong one."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import Rule, RuleBasedStateMachine, run_state_machine_as_test

from ipam_model.properties import registry
from ipam_model.properties.registry import VACUOUS, Verdict, Violated, holds
from ipam_model.rules import capacity
from ipam_model.scenario.reading import read_scenario
from ipam_model.scenario.running import run_scenario
from ipam_model.testing.events import Event
from ipam_model.testing.failures import PropertyViolatedError
from ipam_model.testing.machine import NodeMachine
from ipam_model.world import World

TestNodeMachine = NodeMachine.TestCase


SEARCH = settings(
    max_examples=200,
    stateful_step_count=20,
    phases=(Phase.generate, Phase.shrink),
    derandomize=True,
    database=None,
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


def test_every_kind_of_event_has_a_rule_of_its_own() -> None:
    """So that Hypothesis may leave out any kind of event from a run (swarm testing)."""
    rules: list[Rule] = NodeMachine.rules()
    used = set(re.findall(r"self\.happen\((\w+)\(", Path(machine_file()).read_text("utf-8")))
    kinds = {kind.__name__ for kind in Event.__args__}
    assert kinds - used == {"Break"}, "drawn whole by `calls_fail`"
    assert len(rules) >= len(kinds)


def machine_file() -> str:
    from ipam_model.testing import machine

    return str(machine.__file__)
