"""The line that says what a plan starts from."""

import pytest

from ipam_model.conformance.datastore_events import DatastorePart
from ipam_model.conformance.plan import DaemonPlan, DatastorePlan, Plan
from ipam_model.conformance.setup_words import setup_words
from ipam_model.scenario.document import Ec2Part, Limits, NodePart, SubnetPart


def daemon(**env: str) -> DaemonPlan:
    node = NodePart(
        limits=Limits(max_enis=2, ipv4_per_eni=4),
        env={"ENABLE_IPv4": "true", **env},
        max_pods=110,
    )
    return DaemonPlan(
        node=node, ec2=Ec2Part(subnets=(SubnetPart(id="subnet-a", free=9),)), events=()
    )


@pytest.mark.parametrize(
    ("plan", "line"),
    [
        (DatastorePlan(events=()), "set-up: cooldown_ms=30000"),
        (
            DatastorePlan(
                datastore=DatastorePart(cooldown_ms=0, prefix_delegation=True), events=()
            ),
            "set-up: cooldown_ms=0, prefix_delegation=true",
        ),
        (
            daemon(WARM_ENI_TARGET="1"),
            "set-up: 2 ENIs × 4 addresses, IP_COOLDOWN_PERIOD=30, max_pods=110, subnet-a free=9",
        ),
        (
            daemon(IP_COOLDOWN_PERIOD="0", WARM_IP_TARGET="1", ENABLE_PREFIX_DELEGATION="true"),
            (
                "set-up: 2 ENIs × 4 addresses, IP_COOLDOWN_PERIOD=0, "
                "ENABLE_PREFIX_DELEGATION=true, WARM_IP_TARGET=1, max_pods=110, subnet-a free=9"
            ),
        ),
    ],
)
def test_it_names_what_is_not_default_and_the_cooldown(plan: Plan, line: str) -> None:
    assert setup_words(plan) == line
