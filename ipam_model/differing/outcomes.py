"""Everything that an event can lead to on one side, whatever the daemon chooses."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ipam_model.choosing import Decisions, ways
from ipam_model.differing.events import Event
from ipam_model.differing.observation import Moment, Observation, observe
from ipam_model.world import World


class Outcome(NamedTuple):
    """One way in which an event can go."""

    seen: Observation
    world: World
    decisions: Decisions


def outcomes(world: World, event: Event, watched: Sequence[str]) -> Iterator[Outcome]:
    """Every outcome of an event, that of the first options first."""
    for way in ways(world, event.happen):
        after = way.runner.world
        moment = Moment(way.result, after, tuple(way.runner.asked))
        yield Outcome(observe(moment, tuple(watched)), after, way.decisions)
