"""Trying a story on a node: does it do what it should not?

A *story* is a list of events after which the node is left alone. A *symptom* is what is looked for
in it. Only the properties of that symptom are judged here, which is much faster than judging all;
what is reported in the end has been judged in full, as `ipam-model replay` does it.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from attrs import evolve, frozen

from ipam_model.config import Config, parse_settings_of
from ipam_model.errors import InputError
from ipam_model.nodes import NodeSetup
from ipam_model.properties.evidence import Step as WatchedStep
from ipam_model.properties.judging import explanations
from ipam_model.properties.pace import TICK, ticks_to_settle
from ipam_model.properties.registry import QUIET, Violated
from ipam_model.properties.watching import Watched
from ipam_model.scenario.document import Event, PodAdd, PodDel, PodsAdd, PodsDel, Scenario
from ipam_model.scenario.judging import JudgedRun
from ipam_model.scenario.meaning import ImpossibleError
from ipam_model.scenario.running import ScenarioRunner
from ipam_model.scenario.setup import describe, world_of
from ipam_model.world import Runner, World

Story: TypeAlias = tuple[Event, ...]


@frozen
class Breaks:
    """A property of the quiet time after the story is violated, as a known finding explains."""

    properties: tuple[str, ...]
    """Any of these."""
    finding: str
    lasting: bool = False
    """It is seen in what happens for ever, and not in how the node settles."""


@frozen
class Disappoints:
    """An expectation of the story does not hold."""


Symptom: TypeAlias = Breaks | Disappoints


class _Alone(Watched, Runner):
    """Shows a node that is left alone, and judges nothing."""

    def on_step(self, step: WatchedStep) -> None:
        """Nobody looks."""


@frozen
class _Told:
    """Where a node is after the beginning of a story."""

    world: World
    ec2_calls: int = 0
    disappointed: bool = False
    """An expectation did not hold."""


class Stage:
    """A node on which stories are told: one that begins as another one did goes on from there."""

    def __init__(self, node: NodeSetup) -> None:
        self._story: Story = ()
        self._told = [_Told(node.world())]
        """After so many events of that story."""

    def remember(self, story: Story) -> None:
        """Stories that begin as this one does will be told; as far as it makes sense here."""
        same = self._in_common(story)
        del self._told[same + 1 :]
        try:
            for event in story[same:]:
                self._told.append(_go_on(self._told[-1], (event,)))
        except (InputError, ImpossibleError):
            pass
        self._story = story[: len(self._told) - 1]

    def tell(self, story: Story) -> _Told:
        """The whole story.

        Raises:
            InputError, ImpossibleError: It makes no sense.
        """
        same = self._in_common(story)
        return _go_on(self._told[same], story[same:])

    def _in_common(self, story: Story) -> int:
        """Events with which the story that is remembered begins, too."""
        for place, (mine, other) in enumerate(zip(self._story, story, strict=False)):
            if mine is not other:
                return place
        return min(len(self._story), len(story))


def _go_on(told: _Told, events: Story) -> _Told:
    runner = ScenarioRunner(told.world)
    runner.ec2_calls = told.ec2_calls
    broken = [each for step in runner.steps(events) for each in step.violations]
    return _Told(runner.world, runner.ec2_calls, told.disappointed or bool(broken))


def shows(node: NodeSetup, story: Story, symptom: Symptom, *, in_full: bool = False) -> bool:
    """Whether the node shows the symptom; a story that makes no sense shows nothing.

    After the story the node is given some passes of the loop to settle, and as many to show whether
    it does: in the search as few as a small node needs, `in_full` as many as a replay gives it.
    """
    return _shown_on(Stage(node), story, symptom, in_full=in_full)


def _shown_on(stage: Stage, story: Story, symptom: Symptom, *, in_full: bool = False) -> bool:
    try:
        told = stage.tell(story)
    except (InputError, ImpossibleError):
        return False
    if isinstance(symptom, Disappoints):
        return told.disappointed
    if told.world.node is None:
        return False
    runner = _Alone(told.world)
    full = ticks_to_settle(runner.config)
    passes = full if in_full else min(full, _hasty(runner.config))
    quiet = runner.leave_alone(passes, stays=passes if symptom.lasting else 0)
    return any(
        isinstance(QUIET[each].check(quiet), Violated)
        and symptom.finding in {found.id for found in explanations(each, quiet)}
        for each in symptom.properties
    )


def _hasty(config: Config) -> int:
    """Passes in which a small node settles that knows EC2: an age of 60 s, and an ENI per pass."""
    return 14 + config.cooldown // TICK + 2 * config.max_enis


def scenario_of(node: NodeSetup, story: Story, *, title: str, source: str) -> Scenario:
    """The document of a story on a node."""
    part, ec2 = describe(node.world(), env=telling(node))
    return Scenario(title=title, source=source, node=part, ec2=ec2, events=story)


def telling(node: NodeSetup) -> Mapping[str, str]:
    """The environment without the variables that say what holds without them."""
    env = dict(node.env)
    held = parse_settings_of(node.version, env).settings
    for name in node.env:
        less = {key: text for key, text in env.items() if key != name}
        if parse_settings_of(node.version, less).settings == held:
            env = less
    return env


def seen_in(scenario: Scenario, symptom: Symptom) -> tuple[str, ...]:
    """What a replay shows of the symptom; empty if it does not."""
    if isinstance(symptom, Disappoints):  # The node need not be left alone after that.
        return tuple(
            f"event {step.number} ({step.event.kind}), {each}"
            for step in ScenarioRunner(world_of(scenario.node, scenario.ec2)).steps(scenario.events)
            for each in step.violations
        )
    run = JudgedRun(scenario)
    deque(run.steps(), maxlen=0)
    return tuple(
        str(each)
        for each in run.violations()
        if symptom.finding in {finding.id for finding in each.findings}
    )


def most_pods_of(story: Story) -> int:
    """The most pods at once."""
    now = most = 0
    for event in story:
        match event:
            case PodsAdd():
                now += event.count
            case PodsDel():
                now -= event.count
            case PodAdd():
                now += 1
            case PodDel():
                now -= 1
            case _:
                pass
        most = max(most, now)
    return most


def simpler(story: Story) -> Iterator[Story]:
    """The story with one event less, or with one pod less in an event."""
    for place, event in enumerate(story):
        yield (*story[:place], *story[place + 1 :])
        if isinstance(event, PodsAdd | PodsDel) and event.count > 1:
            yield _with_count(story, place, event, event.count - 1)


def simplest(story: Story, works: "Works") -> Story:
    """A story that works, as this one does, and none simpler by one step does: see `simpler`."""
    found = story
    while True:
        before = found
        works.remember(found)
        for place in reversed(range(len(found))):
            found = _simplest_at(found, place, works)
        if found == before:
            return found


def _simplest_at(story: Story, place: int, works: "Works") -> Story:
    """Without the event if that works, or with fewer pods: one less, and then faster."""
    without = (*story[:place], *story[place + 1 :])
    if works(without):
        return without
    event = story[place]
    if not isinstance(event, PodsAdd | PodsDel):
        return story
    step, largest = 1, event.count
    while 0 < step < event.count:
        fewer = _with_count(story, place, event, event.count - step)
        if works(fewer):
            story, event = fewer, evolve(event, count=event.count - step)
            step = min(2 * step, largest // 2)
        elif step == 1:
            break
        else:
            step, largest = step // 2, step
    return story


def _with_count(story: Story, place: int, event: PodsAdd | PodsDel, count: int) -> Story:
    return (*story[:place], evolve(event, count=count), *story[place + 1 :])


class Works:
    """Whether a story shows a symptom on a node, and not on the one it is contrasted with."""

    def __init__(self, node: NodeSetup, symptom: Symptom, contrast: NodeSetup | None) -> None:
        self.runs = 0
        """Stories run so far."""
        self._symptom = symptom
        self._stage = Stage(node)
        self._contrast = None if contrast is None else Stage(contrast)
        self._known: dict[str, bool] = {}

    def __call__(self, story: Story) -> bool:
        """Whether it does."""
        key = repr(story)  # Events may hold mappings, which have no hash.
        if key not in self._known:
            self.runs += 1
            self._known[key] = self._shown(story)
        return self._known[key]

    def remember(self, story: Story) -> None:
        """A story that works is going to be made simpler."""
        self._stage.remember(story)
        if self._contrast is not None:
            self._contrast.remember(story)

    def _shown(self, story: Story) -> bool:
        if not _shown_on(self._stage, story, self._symptom):
            return False
        return self._contrast is None or not _shown_on(self._contrast, story, self._symptom)


def any_of(stories: Iterable[Story], works: Works, *, budget: int) -> Story | None:
    """The first story that works, of at most `budget`."""
    for story in stories:
        if works.runs >= budget:
            return None
        if works(story):
            return story
    return None
