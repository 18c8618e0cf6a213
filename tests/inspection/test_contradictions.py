"""What cannot be is said, with the invariant or the option that is probably wrong."""

import json
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from hypothesis import event, given

from ipam_model.config import Version
from ipam_model.inspection import introspection
from ipam_model.inspection.contradictions import Contradiction, contradictions
from ipam_model.inspection.write import introspection as written
from ipam_model.limits import InstanceLimits
from ipam_model.nodes import NodeSetup
from ipam_model.testing.happenings import event_lists
from ipam_model.testing.stories import stories
from ipam_model.testing.story import Story
from tests.inspection.observed import EPOCH, NODES, found, running, setup_of
from tests.shared import ROOT

Card: TypeAlias = dict[str, Any]

PLAIN = (ROOT / "examples" / "nodes" / "warm-eni.json").read_text("utf-8")
PREFIXES = (ROOT / "examples" / "nodes" / "prefixes.json").read_text("utf-8")


@given(stories(events=event_lists(others=False)))
def test_what_the_daemon_does_alone_contradicts_nothing_but_counters(story: Story) -> None:
    store = running(story).memory().store(0)
    observation = introspection.read(found(written([store], epoch=EPOCH, blanked=False)))
    problems = [each for each in contradictions(observation, setup_of(story)) if each.invariant]
    drifted = {"I13"} if store.total_drift else set()
    assert {each.invariant for each in problems} == drifted
    event(f"drift: {bool(drifted)}")


@given(NODES)
def test_drift_is_told_exactly_where_there_is_some(story: Story) -> None:
    store = running(story).memory().store(0)
    observation = introspection.read(found(written([store], epoch=EPOCH)))
    told = [e for e in contradictions(observation, setup_of(story)) if e.invariant == "I13"]
    assert bool(told) == bool(store.total_drift)


def node(enis: int = 3, addresses: int = 10, max_pods: int = 29, **env: str) -> NodeSetup:
    return NodeSetup(
        name="m5.large",
        limits=InstanceLimits.simple(enis, addresses),
        env={"ENABLE_IPv4": "true", **env},
        max_pods=max_pods,
        version=Version.V1_23,
    )


def problems(text: str, setup: NodeSetup) -> list[Contradiction]:
    return list(contradictions(introspection.read(found(text)), setup))


def changed(change: Callable[[Card], object]) -> str:
    document = json.loads(PLAIN)
    change(document["0"])
    return json.dumps(document)


def twice(card: Card) -> None:
    first, second = card["ENIs"].values()
    name = next(iter(first["AvailableIPv4Cidrs"]))
    second["AvailableIPv4Cidrs"][name] = first["AvailableIPv4Cidrs"][name]
    second["AvailableIPv4Cidrs"].popitem()
    second["AvailableIPv4Cidrs"].popitem()
    second["AvailableIPv4Cidrs"][name] = first["AvailableIPv4Cidrs"][name]


def total(card: Card) -> None:
    card["TotalIPs"] += 9


def assigned(card: Card) -> None:
    card["AssignedIPs"] -= 1


def same_sandbox(card: Card) -> None:
    for eni in card["ENIs"].values():
        for cidr in eni["AvailableIPv4Cidrs"].values():
            for address in cidr["IPAddresses"].values():
                if address["IPAMKey"]["networkName"]:
                    address["IPAMKey"]["containerID"] = "abc"


@pytest.mark.parametrize(
    ("change", "setup", "invariant", "words"),
    [
        (twice, node(), "I1", "is on 2 ENIs"),
        (same_sandbox, node(), "I1", "sandbox abc holds 8 addresses"),
        (total, node(), "I13", "TotalIPs is 27 but its CIDRs have 18 addresses (+9)"),
        (assigned, node(), "I13", "AssignedIPs is 7 but 8 addresses are assigned"),
        (len, node(1), "I9", "probably --instance-type or --limits is wrong"),
        (len, node(MAX_ENI="1"), "I9", "probably MAX_ENI is wrong"),
        (len, node(3, 6), "I10", "an ENI of m5.large has room for 5"),
        (len, node(max_pods=7), "", "probably --max-pods is wrong"),
        (len, node(ENABLE_PREFIX_DELEGATION="true"), "", "ENABLE_PREFIX_DELEGATION=false is right"),
    ],
)
def test_each_contradiction(
    change: Callable[[Card], object], setup: NodeSetup, invariant: str, words: str
) -> None:
    found_ones = problems(changed(change), setup)
    assert any(each.invariant == invariant and words in each.message for each in found_ones)
    assert not problems(PLAIN, node())


def test_options_that_do_not_fit_the_output() -> None:
    (doubt,) = problems(PREFIXES, node(3, 4, 110))
    assert (doubt.invariant, "ENABLE_PREFIX_DELEGATION=true" in doubt.message) == ("", True)
    cards = (ROOT / "examples" / "nodes" / "two-cards.json").read_text("utf-8")
    messages = [each.message for each in problems(cards, node(15, 50, 737))]
    assert any("ENABLE_MULTI_NIC is off" in each for each in messages)
    assert any("store of network card 1, which the instance given has not" in m for m in messages)
