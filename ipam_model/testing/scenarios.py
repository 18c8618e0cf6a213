"""Scenario documents: stories lived through and written down."""

from collections.abc import Sequence
from itertools import groupby

from attrs import evolve
from hypothesis.strategies import SearchStrategy

from ipam_model.errors import InputError
from ipam_model.scenario.document import (
    Advance,
    Event,
    LoopPass,
    Reconcile,
    Scenario,
    Tick,
)
from ipam_model.scenario.recording import Recorder
from ipam_model.scenario.running import ScenarioRunner
from ipam_model.scenario.setup import world_of
from ipam_model.testing.stories import wide_stories
from ipam_model.testing.story import Story
from ipam_model.testing.telling import Teller, tell
from ipam_model.world import World

PASS = (Advance(ms=2_500), Tick(), Advance(ms=2_500), Reconcile())
"""A pass of the loop in single events (R69)."""


class RecordedTeller(Recorder, Teller):
    """Tells a story and writes it down."""


def scenarios(*, stories: SearchStrategy[Story] | None = None) -> SearchStrategy[Scenario]:
    """Scenarios that run: what became of `stories`, which are `wide_stories` by default.

    They prescribe what was chosen and granted, faults are events, and nothing is expected. They
    shrink as stories do: fewer events, first options, smaller numbers. Every event names ENIs and
    addresses that are there, so the model that wrote them down allows them; another model, with
    other rules or quirks, may find that one of them cannot happen.
    """
    return (wide_stories() if stories is None else stories).map(written_down)


def written_down(story: Story) -> Scenario:
    """A story as a scenario."""
    teller = RecordedTeller(story.world(), story.choices)
    tell(teller, story)
    return shortened(teller.scenario(source="drawn at random"))


def shortened(scenario: Scenario) -> Scenario:
    """The same run with plain passes of the loop written as such; as it was if that differs."""
    merged: list[Event] = []
    for plain, same in groupby(with_passes(scenario.events), key=lambda event: event == LoopPass()):
        run = list(same)
        merged.extend([LoopPass(times=len(run))] if plain else run)
    shorter = evolve(scenario, events=tuple(merged))
    return shorter if _end(shorter) == _end(scenario) else scenario


def with_passes(events: Sequence[Event]) -> list[Event]:
    """The events with what looks like a pass of the loop written as one."""
    found: list[Event] = []
    position = 0
    while position < len(events):
        if tuple(events[position : position + len(PASS)]) == PASS:
            found.append(LoopPass())
            position += len(PASS)
        else:
            found.append(events[position])
            position += 1
    return found


def _end(scenario: Scenario) -> World | None:
    runner = ScenarioRunner(world_of(scenario.node, scenario.ec2))
    try:
        for _ in runner.steps(scenario.events):
            pass
    except InputError:
        return None
    return runner.world
