"""Each finding: its scenario violates a property just as said, and without its circumstances none.

The tests are strict: a finding whose scenario no longer violates its property is an error, and so
is a finding that would excuse a violation where its circumstances are gone.
"""

from collections.abc import Callable, Mapping
from typing import Final

import pytest
from attrs import evolve

from ipam_model.config import Quirk
from ipam_model.errors import IpamModelError
from ipam_model.properties.evidence import Quiet, Step
from ipam_model.properties.registry import FINDINGS, Finding
from ipam_model.properties.suite import PROPERTIES
from ipam_model.requests import AllocENI
from ipam_model.scenario.document import (
    Advance,
    ArmFault,
    CallPart,
    Card,
    ChoicePart,
    Ec2Part,
    Event,
    Limits,
    LoopPass,
    NodePart,
    OthersAssign,
    OthersAttach,
    OthersUnassign,
    PodAdd,
    PodDel,
    Reconcile,
    Scenario,
    Start,
    SubnetFree,
    SubnetPart,
    SubnetTag,
    Tick,
)
from ipam_model.scenario.judging import JudgedRun, JudgedRunner
from ipam_model.scenario.reading import read_scenario
from ipam_model.scenario.running import ScenarioRunner
from ipam_model.scenario.setup import world_of
from tests.shared import ROOT

pytestmark = pytest.mark.unmeasured

FOLDER: Final = ROOT / "examples" / "regressions"
HALF_A_MINUTE: Final = Advance(ms=30_001)

Change = Callable[[Scenario], Scenario]


def without_event(*numbers: int) -> Change:
    def change(scenario: Scenario) -> Scenario:
        kept = (each for n, each in enumerate(scenario.events) if n not in numbers)
        return evolve(scenario, events=tuple(kept))

    return change


def with_event(number: int, event: Event) -> Change:
    def change(scenario: Scenario) -> Scenario:
        events = scenario.events
        return evolve(scenario, events=(*events[:number], event, *events[number:]))

    return change


def with_env(**env: str) -> Change:
    def change(scenario: Scenario) -> Scenario:
        return evolve(scenario, node=evolve(scenario.node, env={**scenario.node.env, **env}))

    return change


def instead(number: int, replace: Callable[[Event], Event]) -> Change:
    def change(scenario: Scenario) -> Scenario:
        events = list(scenario.events)
        events[number] = replace(events[number])
        return evolve(scenario, events=tuple(events))

    return change


def without_quirk(quirk: str) -> Change:
    return lambda scenario: evolve(scenario, node=evolve(scenario.node, no_quirks=(quirk,)))


def with_max_pods(scenario: Scenario) -> Scenario:
    return evolve(scenario, node=evolve(scenario.node, max_pods=110))


def nobody_takes(scenario: Scenario) -> Scenario:
    """Nobody takes the address, so EC2 cannot grant it either."""
    events = [evolve(e, calls=()) if isinstance(e, Tick) else e for e in scenario.events]
    return without_event(2)(evolve(scenario, events=tuple(events)))


def all_listed(event: Event) -> Event:
    assert isinstance(event, Reconcile)
    return evolve(event, calls=())


def no_trunk(event: Event) -> Event:
    assert isinstance(event, OthersAttach)
    return evolve(event, eni=evolve(event.eni, trunk=False))


def named(event: Event) -> Event:
    assert isinstance(event, PodAdd)
    return evolve(event, name=None)


def of_one_interface(event: Event) -> Event:
    assert isinstance(event, PodAdd)
    return evolve(event, multi=False)


WITHOUT: Final[Mapping[str, Change]] = {
    "stale-imds-at-reconcile-in-v1.7": without_event(1, 2),
    "reissued-address": without_event(1),
    "forgotten-sandbox-shares-its-address": without_event(2),
    "forgotten-sandbox-loses-its-address": without_event(2),
    "eni-omitted-by-imds-is-removed": instead(4, all_listed),
    "trunk-serves-pods": instead(0, no_trunk),
    "primary-address-in-the-pool-of-v1.7": without_event(1),
    "reissued-address-is-released": without_event(6),
    "primary-address-flaps-in-v1.7": without_event(2),
    "primary-address-keeps-the-store-wrong-in-v1.7": without_event(1),
    "cooling-counts-as-warm": with_event(3, HALF_A_MINUTE),
    "cooldown-forgotten-by-a-restart": with_event(4, HALF_A_MINUTE),
    "granted-again-while-cooling": with_event(7, HALF_A_MINUTE),
    "two-records-cool-apart": without_event(3),
    "one-address-then-all-leak": instead(2, of_one_interface),
    "gone-pod-of-a-higher-card-leaks": with_env(ENABLE_POD_ENI="false"),
    "entry-outlives-its-sandbox": instead(1, named),
    "minimum-alone-is-a-ceiling": with_env(WARM_IP_TARGET="1"),
    "warm-eni-target-zero": with_env(WARM_ENI_TARGET="1"),
    "warm-prefix-target-zero": with_env(WARM_PREFIX_TARGET="1"),
    "hidden-addresses-starve-growth": without_event(1),
    "left-over-address-makes-an-eni-flap": without_event(1, 4),
    "excluded-prefixes-make-prefixes-flap": without_event(2),
    "reissued-address-crashes-every-start": nobody_takes,
    "cordoned-node-keeps-its-enis": without_event(3),
    "max-pods-stops-growth": with_max_pods,
    "asks-for-what-is-taken-unseen": without_event(1),
    "full-node-asks-without-back-off": with_env(ENABLE_SUBNET_DISCOVERY="false"),
    "tags-are-read-too-late": without_event(3),
    "of-two-trunks-one-is-known": instead(1, no_trunk),
    "excluded-ipv6-node-asks-without-room": with_env(ENABLE_SUBNET_DISCOVERY="false"),
    "unmanaged-trunk-of-an-ipv6-node": instead(0, no_trunk),
    "untagged-eni-leaks-in-v1.7": without_event(2),
    "leak-clean-up-is-off": with_env(DISABLE_LEAKED_ENI_CLEANUP="false"),
}
"""What takes the circumstances away, where that is not a quirk."""


def judged(scenario: Scenario) -> JudgedRun:
    run = JudgedRun(scenario)
    assert list(run.steps())
    assert not run.unexplained()
    return run


def scenario_of(finding: Finding) -> Scenario:
    return read(finding.scenario)


def read(name: str) -> Scenario:
    return read_scenario(FOLDER / name)[0]


def names(finding: Finding) -> str:
    return finding.id


class Listener(JudgedRunner):
    """Notes whether a finding applies where one of its properties held, and not vacuously."""

    finding: Finding
    excuses = False

    def held(self) -> int:
        return sum(self.judge.exercised[each] for each in self.finding.violates)

    def on_step(self, step: Step) -> None:
        before = self.held()
        super().on_step(step)
        self.excuses |= self.held() > before and self.finding.applies(step)

    def leave_alone(self, passes: int, *, stays: int | None = None) -> Quiet:
        quiet = super().leave_alone(passes, stays=stays)
        self.excuses |= self.finding.applies(quiet)
        return quiet


def would_excuse(finding: Finding, scenario: Scenario) -> bool:
    """Whether it applies to a step in which its property held, or to the quiet period."""
    runner = Listener(world_of(scenario.node, scenario.ec2))
    runner.finding = finding
    for _ in runner.steps(scenario.events):
        pass
    runner.settle()
    return runner.excuses


EVERY: Final = tuple(FINDINGS.values())


@pytest.mark.parametrize("finding", EVERY, ids=names)
def test_its_scenario_violates_the_property(finding: Finding) -> None:
    run = judged(scenario_of(finding))
    violated = {each.of for each in run.violations() if finding in each.findings}
    assert violated
    assert violated <= set(finding.violates)


def shown(run: JudgedRun, finding: Finding) -> set[str]:
    """The properties whose violations in the run the finding explains."""
    return {each.of for each in run.violations() if finding in each.findings}


@pytest.mark.parametrize("finding", EVERY, ids=names)
def test_its_scenarios_violate_each_property_that_it_names(finding: Finding) -> None:
    """Between them; and each of them shows the finding."""
    seen: set[str] = set()
    for name in finding.scenarios:
        here = shown(judged(read(name)), finding)
        assert here, f"{name} does not show it"
        seen |= here
    assert seen == set(finding.violates)


ALSO: Final = [
    (each, name)
    for each in EVERY
    for name in each.also
    if name.startswith("finding-") and name not in {other.scenario for other in EVERY}
]
"""Further scenarios that are the finding's own."""


@pytest.mark.parametrize(("finding", "name"), ALSO, ids=[name for _, name in ALSO])
def test_a_further_scenario_is_minimal(finding: Finding, name: str) -> None:
    """Without an event it no longer shows what is new in it, or if nothing is, what it shows."""
    before = finding.scenarios[: finding.scenarios.index(name)]
    known = {of for each in before for of in shown(judged(read(each)), finding)}
    scenario = read(name)
    here = shown(judged(scenario), finding)
    wanted = here - known or here
    for number in range(len(scenario.events)):
        shorter = without_event(number)(scenario)
        assert not wanted <= shown_if_possible(shorter, finding), f"event {number} is not needed"


def test_an_excluded_ipv6_node_with_room_asks_rightly() -> None:
    finding = FINDINGS["excluded-ipv6-node-asks-without-room"]
    full = scenario_of(finding)
    roomy = evolve(full, node=evolve(full.node, limits=Limits(max_enis=4, ipv4_per_eni=4)))
    assert would_ask(full)
    assert would_ask(roomy)
    assert not would_excuse(finding, roomy)


def would_ask(scenario: Scenario) -> bool:
    """Whether its daemon asks for an ENI."""
    runner = ScenarioRunner(world_of(scenario.node, scenario.ec2))
    calls = (call.request for step in runner.steps(scenario.events) for call in step.calls)
    return any(isinstance(each, AllocENI) for each in calls)


@pytest.mark.parametrize("finding", EVERY, ids=names)
def test_without_its_circumstances_the_property_holds(finding: Finding) -> None:
    change = without_quirk(finding.quirk) if finding.quirk else WITHOUT[finding.id]
    run = judged(change(scenario_of(finding)))
    assert not [each for each in run.violations() if finding in each.findings]
    assert not would_excuse(finding, change(scenario_of(finding)))


def test_findings_name_properties_and_quirks_that_exist() -> None:
    quirks = {quirk.value for quirk in Quirk}
    assert set(WITHOUT) == {each.id for each in EVERY if each.quirk is None}
    for finding in EVERY:
        assert set(finding.violates) <= set(PROPERTIES)
        assert finding.quirk is None or finding.quirk in quirks
        assert finding.rules
    named = {name for each in EVERY for name in each.scenarios}
    assert {path.name for path in FOLDER.glob("finding-*.json")} == {
        name for name in named if name.startswith("finding-")
    }


@pytest.mark.parametrize("finding", EVERY, ids=names)
def test_its_scenario_is_minimal(finding: Finding) -> None:
    """No event can be left out, and no loop be shorter."""
    scenario = scenario_of(finding)
    for number in range(len(scenario.events)):
        shorter = without_event(number)(scenario)
        assert not shows(shorter, finding), f"event {number} is not needed"


def shows(scenario: Scenario, finding: Finding) -> bool:
    """Whether the run is possible and the finding explains a violation in it."""
    return bool(shown_if_possible(scenario, finding))


def shown_if_possible(scenario: Scenario, finding: Finding) -> set[str]:
    run = JudgedRun(scenario)
    try:
        list(run.steps())
    except IpamModelError:  # What is prescribed cannot be.
        return set()
    return shown(run, finding)


@pytest.mark.parametrize(("cooldown", "known"), [("30", 0), ("60", 0), ("90", 1), ("120", 1)])
def test_a_cooldown_may_outlast_the_memory_of_a_release(cooldown: str, known: int) -> None:
    """The address comes again 80 s after its pod went: its release is forgotten by then."""
    env = {"ENABLE_IPv4": "true", "IP_COOLDOWN_PERIOD": cooldown}
    targets = {"MINIMUM_IP_TARGET": "3", "WARM_IP_TARGET": "1"}
    address = "10.1.0.5"
    given = (ChoicePart(rule="R112", eni="eni-1", address=address),)
    scenario = Scenario(
        node=NodePart(limits=Limits(max_enis=1, ipv4_per_eni=4), env=env | targets),
        ec2=Ec2Part(subnets=(SubnetPart(id="subnet-1", free=499, reissue=True),)),
        events=(
            Start(),
            LoopPass(times=30),
            PodAdd(pod="p1", choices=given),
            PodDel(pod="p1"),
            OthersUnassign(eni="eni-1", ips=(address,)),
            LoopPass(times=16),
            PodAdd(pod="p2", choices=given),
        ),
    )
    again = [each for each in judged(scenario).violations() if each.of == "P-S7"]
    assert [len(each.findings) for each in again] == [1] * known


def test_v1_7_need_not_know_the_prefixes_that_others_assign() -> None:
    scenario = Scenario(
        node=NodePart(version="v1.7", limits=Limits(max_enis=2, ipv4_per_eni=4), env={}),
        ec2=Ec2Part(subnets=(SubnetPart(id="subnet-1", free=499),)),
        events=(Start(), OthersAssign(eni="eni-1", prefixes=("10.2.0.0/28",)), Start()),
    )
    run = judged(evolve(scenario, ec2=evolve(scenario.ec2, enforce_limits=False)))
    assert "P-L5-taken-over" not in {each.of for each in run.violations()}
    assert run.judge.exercised["P-L5-taken-over"] == 2


@pytest.mark.parametrize("free", [0, 499])
def test_a_full_subnet_excuses_no_start_of_v1_7_that_fails_for_another_reason(free: int) -> None:
    """Two sandboxes run with one address; that the subnet is full alone is no violation."""
    name = "finding-reissued-address-crashes-every-start-in-v1.7.json"
    *before, start = (scenario := read(name)).events
    events = (*before, SubnetFree(subnet="subnet-a", free=free), start)
    violated = judged(evolve(scenario, events=events)).violations()
    assert [f.id for v in violated if v.of == "P-L5" for f in v.findings] == [
        "reissued-address-crashes-every-start"
    ]
    lacking = Scenario(
        node=NodePart(version="v1.7", limits=Limits(max_enis=3, ipv4_per_eni=4), env={}),
        ec2=Ec2Part(subnets=(SubnetPart(id="subnet-1", free=free),)),
        events=(Start(),),
    )
    run = judged(lacking)
    assert (run.world.node is None) == (free == 0)
    assert not run.violations()


def test_a_restart_of_v1_7_files_a_running_sandbox_under_another_key() -> None:
    """It does not leak there, whatever became of another pod, whose DEL could not be written."""
    scenario = Scenario(
        node=NodePart(version="v1.7", limits=Limits(max_enis=3, ipv4_per_eni=4), env={}),
        ec2=Ec2Part(subnets=(SubnetPart(id="subnet-1", free=499),)),
        events=(
            Start(),
            PodAdd(pod="p1"),
            PodAdd(pod="p2"),
            ArmFault(call="WriteCheckpoint", code="EIO"),
            PodDel(pod="p1"),
        ),
    )
    for events in (scenario.events, (*scenario.events, Start())):
        run = judged(evolve(scenario, events=events))
        assert "P-L6" not in {each.of for each in run.violations()}
        assert run.judge.exercised["P-L6"] == 1


def test_a_start_may_release_what_had_a_pod_before_it() -> None:
    """The pod went while the daemon was down, and its subnet is excluded (R63)."""
    scenario = Scenario(
        node=NodePart(limits=Limits(max_enis=3, ipv4_per_eni=4), env={"ENABLE_IPv4": "true"}),
        ec2=Ec2Part(subnets=(SubnetPart(id="subnet-1", free=499),)),
        events=(
            Start(),
            PodAdd(pod="p1", name="ns/p1"),
            SubnetTag(subnet="subnet-1", role="0"),
            Start(vanished=("p1",)),
        ),
    )
    run = judged(scenario)
    assert not run.violations()
    assert run.judge.exercised["I6"]


def test_a_delete_meanwhile_is_one_of_the_record_that_a_restart_made() -> None:
    """A restart of v1.7 files the sandbox under another key; its DEL frees that (R124)."""
    meanwhile = CallPart(call="GetAttachedENIs", nth=2, before=(PodDel(pod="p1"),))
    scenario = Scenario(
        node=NodePart(
            version="v1.7",
            limits=Limits(max_enis=4, ipv4_per_eni=2),
            env={"WARM_ENI_TARGET": "3"},
        ),
        ec2=Ec2Part(subnets=(SubnetPart(id="subnet-1", free=499),), imds_new_eni_lag_ms=2500),
        events=(Start(), PodAdd(pod="p1"), Start(), Advance(ms=2500), Tick(calls=(meanwhile,))),
    )
    run = judged(scenario)
    assert not run.violations()
    assert run.judge.exercised["P-S6"]


def test_a_pod_of_every_card_waits_for_the_one_that_cools() -> None:
    """A pod of one address would get it of card 0; one that asks for all is refused for card 1."""
    cards = (Card(index=0, max_enis=1), Card(index=1, max_enis=2))
    scenario = Scenario(
        node=NodePart(
            limits=Limits(max_enis=1, ipv4_per_eni=4, cards=cards),
            env={"ENABLE_IPv4": "true", "ENABLE_MULTI_NIC": "true", "WARM_IP_TARGET": "2"},
        ),
        ec2=Ec2Part(subnets=(SubnetPart(id="subnet-1", free=499),)),
        events=(
            Start(),
            LoopPass(times=10),
            PodAdd(pod="p1", multi=True),
            PodDel(pod="p1"),
            PodAdd(pod="p2", multi=True),
        ),
    )
    run = judged(scenario)
    refused = [each for each in run.violations() if each.of == "P-L3-refused"]
    assert [[finding.id for finding in each.findings] for each in refused] == [
        ["cooling-counts-as-warm"]
    ]
