"""Which state follows which in a story, and which rules fired in the step between."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, TypeVar

from attrs import evolve, frozen

from ipam_model.catalogue import catalogue
from ipam_model.config import Version
from ipam_model.daemon.procedure import Call
from ipam_model.firing import Fired, rules_fired
from ipam_model.properties.evidence import Step
from ipam_model.properties.watching import Watched
from ipam_model.scenario.reading import read_scenario
from ipam_model.scenario.running import ScenarioRunner
from ipam_model.scenario.setup import world_of
from ipam_model.testing.events import During
from ipam_model.testing.happenings import wide_event_lists
from ipam_model.testing.stories import stories
from ipam_model.testing.telling import Teller, tell
from ipam_model.world import World
from tools.drawing import drawn
from tools.life_cycles import states
from tools.life_cycles.states import Address, EniState, Snapshot

T = TypeVar("T")
State = Address | EniState

LAGS: Final = (0, 0, 30_000)
"""For how long IMDS still lists what left an ENI, in milliseconds."""


@frozen
class Seen:
    """A transition, once or several times."""

    before: State
    after: State
    kind: str
    """The kind of the step, as `Step.kind`."""
    call: str
    """The request that was answered meanwhile, if one was."""
    rules: frozenset[str]
    """The rules that fired in the step."""


class Observer(Watched):
    """Notes every transition; goes before the runner whose events it is to see."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:  # noqa: ANN401 - those of the other
        self.seen: set[Seen] = set()
        self._fired: list[Fired] = []
        super().__init__(*arguments, **keywords)

    def on_step(self, step: Step) -> None:
        """Compare what was before with what is after it, and with what was between."""
        if step.nested:  # What is due to which step could not be told.
            return
        fired = self._fired[-1].functions if self._fired else ()
        rules = frozenset(rule for name in fired for rule in _rules_of().get(name, ()))
        for before, after, call in _moments(step):
            for one, other in _between(before, after):
                self.seen.add(Seen(one, other, step.kind, call, rules))

    def _step(
        self, kind: str, subject: object, act: Callable[[], T], *, every_card: bool = False
    ) -> T:
        with rules_fired() as fired:
            self._fired.append(fired)
            try:
                return super()._step(kind, subject, act, every_card=every_card)
            finally:
                self._fired.pop()


class OfStory(Observer, Teller):
    """Lives through a random story."""


class OfScenario(Observer, ScenarioRunner):
    """Replays a document, but for events during which something else happens."""

    def on_step(self, step: Step) -> None:
        """Note what changed."""
        if not self._meanwhile:
            super().on_step(step)


@cache
def _rules_of() -> Mapping[str, tuple[str, ...]]:
    """The rules that each function is the text of, or a part of."""
    found: dict[str, tuple[str, ...]] = {}
    for rule in catalogue().values():
        for name in rule.where:
            found[name] = (*found.get(name, ()), rule.id)
    return found


def _moments(step: Step) -> Iterator[tuple[Snapshot, Snapshot, str]]:
    """Each pair of instants that follow each other, and the call between.

    A start is one step: what the daemon knew before ends with it.
    """
    ends = [_of_world(step.before), _of_world(step.after)]
    if step.kind == "start":
        yield ends[0], ends[1], ""
        return
    between = [
        Snapshot(step.before.config, each.ask.node, each.ec2, each.now) for each in step.asked
    ]
    calls = [_name(each.ask) for each in step.asked]
    for (one, other), call in zip(
        pairwise([ends[0], *between, ends[1]]), ["", *calls], strict=True
    ):
        yield one, other, call


def _name(ask: Any) -> str:  # noqa: ANN401 - a call of any answer, or a choice
    return type(ask.request).__name__ if isinstance(ask, Call) else ""


def _of_world(world: World) -> Snapshot:
    return Snapshot(world.config, world.node, world.ec2, world.now)


def _between(before: Snapshot, after: Snapshot) -> Iterator[tuple[State, State]]:
    """The transitions of all addresses and ENIs."""
    yield from _changes(states.addresses(before), states.addresses(after), Address.SUBNET)
    yield from _changes(states.enis(before), states.enis(after), EniState.NONE)


K = TypeVar("K", bound=Hashable)
S = TypeVar("S", Address, EniState)


def _changes(before: Mapping[K, S], after: Mapping[K, S], nowhere: S) -> Iterator[tuple[S, S]]:
    for key in before.keys() | after.keys():
        one, other = before.get(key, nowhere), after.get(key, nowhere)
        if one is not other:
            yield one, other


def observed(count: int, *, seed: int) -> frozenset[Seen]:
    """What so many random stories of v1.23 show."""
    found: set[Seen] = set()
    # Small nodes of one card with IPv4, and everything that can happen to them.
    for story in drawn(stories(events=wide_event_lists(), lags=LAGS), count, seed=seed):
        alone = tuple(event for event in story.events if not isinstance(event, During))
        observer = OfStory(story.world(), story.choices)
        tell(observer, evolve(story, events=alone))
        found |= observer.seen
    return frozenset(found)


def replayed(paths: Iterable[Path]) -> frozenset[Seen]:
    """What scenario documents show, but for those of other versions and of IPv6."""
    found: set[Seen] = set()
    for path in paths:
        scenario, _ = read_scenario(path)
        world = world_of(scenario.node, scenario.ec2)
        if world.config.version is not Version.V1_23 or world.config.ipv6:
            continue
        observer = OfScenario(world)
        for _ in observer.steps(scenario.events):
            pass
        found |= observer.seen
    return frozenset(found)
