"""The state machine finds nothing on the model as it is."""

import re
from pathlib import Path

import pytest

from ipam_model.config import Version
from ipam_model.testing import machine
from ipam_model.testing.events import Event
from ipam_model.testing.machine import NodeMachine

pytestmark = pytest.mark.unmeasured


class Node(NodeMachine):
    """A node of v1.23.

    Of v1.7 the machine finds what no finding tells yet: an ENI that is set up late takes addresses
    from IMDS that others have taken away meanwhile (P-S2).
    """

    beginnings = NodeMachine.beginnings.filter(lambda begun: begun.config.version is Version.V1_23)


TestNode = Node.TestCase


def test_every_kind_of_event_has_a_rule_of_its_own() -> None:
    """So that Hypothesis may leave any kind of event out of a run (swarm testing)."""
    source = Path(machine.__file__).read_text("utf-8")
    used = set(re.findall(r"self\.happen\((\w+)\(", source))
    kinds = {kind.__name__ for kind in Event.__args__}
    assert kinds - used == {"Break"}
    assert "self.happen(fault)" in source  # drawn whole, and that is `Break`
