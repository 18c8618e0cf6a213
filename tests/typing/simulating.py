"""A user who simulates nodes and asks for bounds. See `tests/test_typing_of_users.py`."""

from typing import assert_type

from ipam_model.bounds.answer import Bound, Question, Status
from ipam_model.bounds.asking import ask
from ipam_model.limits import Catalogue, InstanceLimits
from ipam_model.nodes import NodeSetup
from ipam_model.simulation import over_pods
from ipam_model.state import Pod, PodKey, totals
from ipam_model.world import Runner

catalogue = Catalogue.bundled()
setup = NodeSetup(
    name="m5.large",
    limits=catalogue.get("m5.large"),
    env={"ENABLE_IPv4": "true", "WARM_IP_TARGET": "3"},
    max_pods=29,
)
for row in over_pods(setup, [0, 12]).rows:
    assert_type(row.quantities.reserved, int)

node = Runner(setup.world())
node.start()
node.add_pod(Pod(PodKey("pod-1"), name="default/pod-1"))
node.loop_pass()
assert_type(totals(node.memory().store(0)).available, int)


def fits(types: list[str], most: int) -> dict[str, bool]:
    """Which types never reserve more than that."""
    found: dict[str, bool] = {}
    for name in types:
        bound = ask(Question(quantity="reserved", node=setup, pods=10))
        assert_type(bound, Bound)
        assert_type(bound.upper, int | None)
        found[name] = (
            bound.status is Status.EXACT and bound.upper is not None and bound.upper <= most
        )
    return found


made_up = InstanceLimits.simple(3, 10)
assert_type(made_up.max_enis, int)

# What must be an error.
InstanceLimits.simple("3", 10)  # type: ignore[arg-type]
NodeSetup(name="x", limits=made_up, env={"WARM_IP_TARGET": 3}, max_pods=29)  # type: ignore[dict-item]
over_pods(setup, 12)  # type: ignore[arg-type]
node.add_pod("default/pod-1")  # type: ignore[arg-type]
setup.max_pods = 3  # type: ignore[misc]
print(ask(Question(quantity="reserved", node=setup)).upper + 1)  # type: ignore[operator]
Question(quantity="reserved")  # type: ignore[call-arg]
catalogue.fetch("m5.large")  # type: ignore[attr-defined]
