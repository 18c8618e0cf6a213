"""Hunting for a bug: random stories, judged by every property, until one is violated.

The stories are general ones, drawn once and the same on every machine: nothing in them is made for
a bug. After each the node is left alone, every other time without its pods, some of those cordoned.
"""

import time
from collections.abc import Mapping
from functools import cache
from typing import Final

from attrs import evolve, field, frozen
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ipam_model import others
from ipam_model.properties.pace import ticks_to_settle
from ipam_model.testing.happenings import event_lists
from ipam_model.testing.nodes import configs, configs_v1_7, several
from ipam_model.testing.stories import stories
from ipam_model.testing.story import Story
from ipam_model.wrong_models import WRONG_MODELS, wrong
from tools.bugs.bug import Known, WrongModel
from tools.drawing import drawn
from tools.kill_matrix.grouping import Ending
from tools.kill_matrix.groups import examples
from tools.kill_matrix.trial import PLENTY, Seen

OF_A_KIND: Final = 200
MOST: Final = 2 * OF_A_KIND
"""Stories that there are to tell."""
SEED: Final = int(
    "55203581945089346655026492848315436566673389110144747781739"
    "67727734208226251653352543874202767193656411587541424815"
)
"""Any number would do; the table was measured with the stories of this one."""


def anything() -> SearchStrategy[Story]:
    """Any node, of either version, and whatever may happen to it."""
    config = st.one_of(several(), several(), several(), configs_v1_7())
    return stories(config=config, enforce_limits=False, lags=(0, 0, 0, 60_000))


def undisturbed() -> SearchStrategy[Story]:
    """An ordinary node, pods, time and restarts, and nothing that goes wrong."""
    events = event_lists(broken=False, others=False, most=8)
    return stories(config=configs(special=False), events=events, excluded=(False,))


@cache
def told_stories() -> tuple[Story, ...]:
    """The stories in the order in which they are told: half of them anything, then undisturbed."""
    return (*drawn(anything(), OF_A_KIND, seed=SEED), *drawn(undisturbed(), OF_A_KIND, seed=SEED))


@frozen(kw_only=True)
class Outcome:
    """What a story showed."""

    unexplained: frozenset[str] = field(factory=frozenset)
    """Properties violated without a finding that explains it."""
    known: Mapping[str, str] = field(factory=dict)
    """By finding, the first property that it explains."""
    broke: str = ""
    """How the daemon fell over, if it did."""


@cache
def usual(number: int) -> tuple[Outcome, float]:
    """What the daemon as specified shows in a story, and the seconds it took."""
    begun = time.process_time()
    return outcome(number), time.process_time() - begun


def outcome(number: int) -> Outcome:
    """What a story violates, and if that is nothing new, what a quiet period after it does."""
    ending = (Ending.QUIET, Ending.DRAINED, Ending.QUIET, Ending.CORDONED)[number % 4]
    return _told(told_stories()[number], ending)


@cache
def findings_if_directed() -> Mapping[str, tuple[str, str]]:
    """What the daemon as specified shows in the kill matrix's stories.

    By finding, the property whose violation it explains, and the group of the story.
    """
    found: dict[str, tuple[str, str]] = {}
    for example in examples():
        for finding, of in _told(example.story, example.ending).known.items():
            found.setdefault(finding, (of, example.group))
    return found


def _told(story: Story, ending: Ending) -> Outcome:
    seen = Seen(story.world(), story.choices)
    broke = ""
    try:
        seen.start()
        for event in story.events:
            seen.happen(event)
        if ending is not Ending.NONE and all(each.known for each in seen.violations):
            _leave_alone(seen, ending)
    except Exception as error:  # noqa: BLE001 - whatever a broken daemon raises
        broke = type(error).__name__
    known: dict[str, str] = {}
    for violation in seen.violations:
        for finding in violation.findings:
            known.setdefault(finding.id, violation.of)
    unexplained = frozenset(each.of for each in seen.violations if not each.known)
    return Outcome(unexplained=unexplained, known=known, broke=broke)


def _leave_alone(seen: Seen, ending: Ending) -> None:
    seen.ec2 = others.set_free(evolve(seen.ec2, faults=()), "subnet-1", PLENTY)
    seen.cordoned = ending is Ending.CORDONED
    if seen.node is None:
        seen.start()
    if seen.node is None:
        return
    if ending is not Ending.QUIET:
        for key in sorted({key for s in seen.memory().stores for key in s.holdings}):
            seen.delete_pod(key)
    seen.left_alone(ticks_to_settle(seen.config))


@frozen(kw_only=True)
class Catch:
    """How a hunt ended."""

    examples: int
    """Stories told, the last one included."""
    seconds: float
    """Of a processor, that took."""
    by: tuple[str, ...] = ()
    """The properties violated in the last story; none: not found."""
    directed: str = ""
    """By which property, and among which directed stories, the kill matrix has it found."""

    @property
    def found(self) -> bool:
        """Whether a property was violated."""
        return bool(self.by)


def hunt(prey: WrongModel | Known, *, most: int = MOST) -> Catch:
    """Tell stories until one shows the bug, `most` of them at most.

    A wrong model is found by a property that it violates, unexplained, and the daemon as specified
    does not in the same story; a finding by a property whose violation it explains.
    """
    seconds = 0.0
    for number in range(most):
        by, took = _hunted(prey, number)
        seconds += took
        if by:
            return Catch(examples=number + 1, seconds=round(seconds, 2), by=by)
    return Catch(examples=most, seconds=round(seconds, 2))


def _hunted(prey: WrongModel | Known, number: int) -> tuple[tuple[str, ...], float]:
    """The properties by which a story shows the bug, and the seconds it took."""
    if isinstance(prey, Known):
        seen, took = usual(number)
        of = seen.known.get(prey.finding)
        return (() if of is None else (of,)), took
    begun = time.process_time()
    with wrong(WRONG_MODELS[prey.id]):
        seen = outcome(number)
    took = time.process_time() - begun
    if not seen.unexplained:
        return (), took
    return tuple(sorted(seen.unexplained - usual(number)[0].unexplained)), took
