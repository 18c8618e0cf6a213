"""In what two scenarios differ is found wherever it stands."""

from collections.abc import Sequence

import pytest
from attrs import evolve

from ipam_model.scenario.document import (
    CallPart,
    Ec2Part,
    Event,
    Expect,
    Limits,
    NodePart,
    PodAdd,
    Scenario,
    Start,
    SubnetPart,
    Tick,
)
from tools.regressions.pairs import differences


def of(*events: Event, **env: str) -> Scenario:
    node = NodePart(limits=Limits(max_enis=2, ipv4_per_eni=4), env=env)
    return Scenario(
        node=node, ec2=Ec2Part(subnets=(SubnetPart(id="subnet-a", free=9),)), events=events
    )


START, TICK, ADD = Start(), Tick(), PodAdd(pod="p1")
FAILING = Tick(calls=(CallPart(call="FreeENI", fail="Timeout"),))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (of(START), of(START), ()),
        (of(START), of(evolve(START, note="n", expect=Expect(enis=1))), ()),
        (of(START, A="1"), of(START, A="2"), ("node.env.A",)),
        (of(START, A="1"), of(START), ("node.env.A",)),
        (of(START, ADD, TICK), of(START, TICK), ("events[1]",)),
        (of(START, TICK), of(START, ADD, TICK), ("events[1]",)),
        (of(START, FAILING), of(START, TICK), ("events[1].calls",)),
        (of(START, ADD), of(START, PodAdd(pod="p2")), ("events[1].pod",)),
        (of(START, ADD, A="1"), of(START, A="2"), ("events[1]", "node.env.A")),
    ],
)
def test_differences(one: Scenario, other: Scenario, expected: Sequence[str]) -> None:
    assert differences(one, other) == expected


def test_titles_do_not_count_and_the_node_does() -> None:
    one = of(START)
    assert differences(one, evolve(one, title="t", description="d", source="s")) == ()
    other = evolve(one, node=evolve(one.node, no_quirks=("R24",)))
    assert differences(one, other) == ("node.no_quirks",)
