"""A failing scenario without the events that it does not need.

Hypothesis shrinks what it draws. An event that changes nothing may stay, where leaving it out would
make it draw something else afterwards; in a scenario nothing comes after but what is written there.
"""

from attrs import evolve

from ipam_model.errors import InputError
from ipam_model.scenario.document import Advance, LoopPass, Scenario
from ipam_model.scenario.judging import JudgedRunner
from ipam_model.scenario.running import StoppedError
from ipam_model.scenario.setup import world_of


def minimal(scenario: Scenario, of: str) -> Scenario:
    """The scenario without the events, last ones first, that a violation of `of` does not need.

    Time passes as before: what only waits stays. What a finding explains is no violation here.
    Where the events alone violate nothing (a node left alone afterwards may), all of them stay.
    """
    if not violates(scenario, of):
        return scenario
    for number in reversed(range(len(scenario.events))):
        events = scenario.events
        if isinstance(events[number], Advance | LoopPass):
            continue
        shorter = evolve(scenario, events=(*events[:number], *events[number + 1 :]))
        if violates(shorter, of):
            scenario = shorter
    return scenario


def violates(scenario: Scenario, of: str) -> bool:
    """The events violate the property of this id in a way that no finding explains."""
    runner = JudgedRunner(world_of(scenario.node, scenario.ec2))
    try:
        for _ in runner.steps(scenario.events):
            if any(each.of == of and not each.known for each in runner.violations()):
                return True
    except (InputError, StoppedError):
        pass  # An event that was left out is needed by a later one.
    return False
