"""One daemon on trial: which properties it violates, in which story first."""

import time
from collections.abc import Iterable, Mapping
from typing import Final

from attrs import define, evolve, field, frozen

from ipam_model import others
from ipam_model.properties.evidence import Step
from ipam_model.properties.judging import Judge, Violation
from ipam_model.properties.pace import ticks_to_settle
from ipam_model.properties.watching import Watched
from ipam_model.testing.story import Story
from ipam_model.testing.telling import Teller
from ipam_model.world import World
from tools.kill_matrix.grouping import Ending, Example

PLENTY: Final = 400
"""Addresses that the first subnet has when a node is left alone."""


class Seen(Watched, Teller):
    """Tells a story and has each step judged."""

    def __init__(self, world: World, choices: tuple[int, ...] = ()) -> None:
        self.judge = Judge()
        self.violations: list[Violation] = []
        self._judges_steps = True
        super().__init__(world, choices)

    def on_step(self, step: Step) -> None:
        """Judge it."""
        if self._judges_steps:
            self.violations.extend(self.judge.step(step))

    def left_alone(self, passes: int) -> None:
        """Nothing happens any more, and everything works.

        Its many steps are not judged one by one: that is half the time, and stories are for it.
        """
        self._judges_steps = False
        self.violations.extend(self.judge.quiet(self.leave_alone(passes)))
        self._judges_steps = True

    @property
    def violated(self) -> dict[str, str]:
        """What was seen first, by property: only what no finding explains."""
        found: dict[str, str] = {}
        for violation in self.violations:
            if not violation.known:
                found.setdefault(violation.of, violation.what)
        return found


@frozen
class Outcome:
    """What came of one story."""

    violated: Mapping[str, str]
    """By property, what was seen."""
    broke: str = ""
    """How the daemon fell over: an assertion of the model, or a procedure without end."""


def world_of(story: Story) -> World:
    """The node before its first start, with an ENIConfig if its settings ask for one."""
    world = story.world()
    if not story.config.settings.custom_networking:
        return world
    return evolve(world, eni_config_subnet=world.ec2.subnets[-1].id)


def tell(example: Example) -> Outcome:
    """The story, and what comes after it."""
    story = example.story
    seen = Seen(world_of(story), story.choices)
    try:
        seen.start()
        for event in story.events:
            seen.happen(event)
        if example.ending is not Ending.NONE:
            _end(seen, example.ending)
    except Exception as error:  # noqa: BLE001 - whatever a broken daemon raises
        return Outcome(seen.violated, f"{type(error).__name__}: {error}".partition("\n")[0])
    return Outcome(seen.violated)


def _end(seen: Seen, ending: Ending) -> None:
    seen.ec2 = evolve(seen.ec2, faults=())
    if ending is not Ending.STARVED:
        seen.ec2 = others.set_free(seen.ec2, "subnet-1", PLENTY)
    seen.cordoned = False
    if seen.node is None:
        seen.start()
    if seen.node is None:
        return  # Nothing runs; whether it should is for properties of starts.
    passes = ticks_to_settle(seen.config)
    if ending in (Ending.DRAINED, Ending.CORDONED):
        seen.cordoned = ending is Ending.CORDONED
        for key in sorted({key for store in seen.memory().stores for key in store.holdings}):
            seen.delete_pod(key)
    seen.left_alone(passes)


@frozen
class First:
    """Where something was seen first."""

    group: str
    number: int
    what: str


@define
class Record:
    """What is known of one daemon."""

    kills: dict[str, First] = field(factory=dict)
    """By property."""
    breaks: First | None = None
    """Where it fell over first."""
    examples: int = 0
    """Stories until the first violation, that one included; 0 if there was none."""
    seconds: float = 0.0
    """Of processor time, until then."""
    only: str = ""
    """The groups whose stories were told, if not all."""
    trace: str = ""
    """A recorded trace that the broken daemon cannot explain, if that was tried."""
    example: str = ""
    """A numeric example of the specification that fails, if that was tried."""


ONE_IN: Final = 12
"""Of the stories after the first violation."""


def judge(
    stories: Iterable[Example], control: Mapping[str, Outcome], *, one_in: int = ONE_IN
) -> Record:
    """Tell the stories to the daemon as it is now; what the control violates does not count.

    Once something is noticed only one in `one_in` of the stories left is told; of 0 none.
    """
    record, begun = Record(), time.process_time()
    for number, example in enumerate(stories, 1):
        if record.kills and not one_in:
            break
        if record.kills and number % one_in:
            continue
        outcome = tell(example)
        excused = control[str(example)].violated
        for property_id, what in outcome.violated.items():
            if property_id in excused:
                continue
            if not record.kills:
                record.examples, record.seconds = number, round(time.process_time() - begun, 2)
            record.kills.setdefault(property_id, First(example.group, example.number, what))
        if outcome.broke and record.breaks is None:
            record.breaks = First(example.group, example.number, outcome.broke)
    return record


def control_of(stories: Iterable[Example]) -> dict[str, Outcome]:
    """The same stories with the daemon as specified."""
    return {str(example): tell(example) for example in stories}
