"""Candidates: plans of many kinds, long ones mostly."""

from collections.abc import Iterator
from functools import cache
from typing import Final

from attrs import evolve

from ipam_model.conformance.plan import DaemonPlan
from ipam_model.rules.capacity import BLOCK
from ipam_model.scenario.document import Event, LoopPass, PodDel, Scenario
from ipam_model.scenario.reading import read_scenario
from ipam_model.scenario.running import ANYTHING
from ipam_model.testing.events import PODS
from ipam_model.testing.scenarios import RecordedTeller, with_passes
from ipam_model.testing.story import Story
from ipam_model.testing.telling import tell
from tests.shared import ROOT
from tools.directed.made import MADE
from tools.directed.made_meanwhile import MADE_MEANWHILE
from tools.kill_matrix.groups import examples
from tools.kill_matrix.record import load
from tools.kill_matrix.trial import world_of

FOLDERS: Final = ("scenarios", "regressions")
"""Of `examples/`."""


@cache
def candidates() -> tuple[DaemonPlan, ...]:
    """All of them, the same in every run, short ones first."""
    plans = [
        *MADE,
        *MADE_MEANWHILE,
        *_of_examples(),
        *(plan_of_story(each.story) for each in examples()),
    ]
    return tuple(sorted(plans, key=lambda plan: len(plan.events)))


def likely(bug: str) -> tuple[DaemonPlan, ...]:
    """Those in which the kill matrix saw a wrong model, and the daemon left alone after them."""
    record = load().models.get(bug)
    if record is None:
        return ()
    named = {(first.group, first.number) for first in record.kills.values()}
    told = [plan_of_story(e.story) for e in examples() if (e.group, e.number) in named]
    quiet = [evolve(plan, events=(*plan.events, LoopPass(times=30))) for plan in told]
    drain = [PodDel(pod=pod) for pod in PODS]
    drained = [evolve(p, events=(*p.events, *drain, LoopPass(times=30))) for p in told]
    return (*told, *quiet, *drained)


def plan_of_story(story: Story) -> DaemonPlan:
    """A story without what is chosen and what happens inside calls, and with real prefixes."""
    story = evolve(story, config=evolve(story.config, block=BLOCK, quirks=frozenset()))
    teller = RecordedTeller(world_of(story))
    tell(teller, story)
    return _open(teller.scenario())


def _of_examples() -> Iterator[DaemonPlan]:
    for folder in FOLDERS:
        for path in sorted((ROOT / "examples" / folder).glob("*.json")):
            if path.name == "index.json":
                continue
            scenario = read_scenario(path)[0]
            if scenario.node.version in ("v1.23", "v1.7") and scenario.node.block == BLOCK:
                yield _open(scenario)


def _open(scenario: Scenario) -> DaemonPlan:
    """Nothing is prescribed."""
    events = [_bare(each) for each in scenario.events]
    node = evolve(scenario.node, no_quirks=())
    return DaemonPlan(node=node, ec2=scenario.ec2, events=tuple(with_passes(events)))


def _bare(event: Event) -> Event:
    return evolve(event, calls=(), choices=(), note="", expect=ANYTHING)
