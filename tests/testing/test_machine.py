"""The state machine finds nothing on the model as it is."""

import re
from pathlib import Path

import pytest

from ipam_model.testing import machine
from ipam_model.testing.events import Event
from ipam_model.testing.machine import NodeMachine

pytestmark = pytest.mark.unmeasured


TestNode = NodeMachine.TestCase


def test_every_kind_of_event_has_a_rule_of_its_own() -> None:
    """So that Hypothesis may leave any kind of event out of a run (swarm testing)."""
    source = Path(machine.__file__).read_text("utf-8")
    used = set(re.findall(r"self\.happen\((\w+)\(", source))
    kinds = {kind.__name__ for kind in Event.__args__}
    assert kinds - used == {"Break"}
    assert "self.happen(fault)" in source  # drawn whole, and that is `Break`
