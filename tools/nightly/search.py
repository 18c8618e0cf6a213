"""Looking for a story that shows something, and for a short one that shows the same."""

import time
from collections import Counter
from collections.abc import Collection

from attrs import define, evolve, field, frozen
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis.strategies import SearchStrategy

from ipam_model.config import Quirk
from ipam_model.properties.judging import Violation
from ipam_model.properties.registry import QUIET
from ipam_model.properties.witnesses import WITNESSES
from ipam_model.testing.profiles import draw_the_same_whatever_is_imported
from ipam_model.testing.story import Story
from ipam_model.testing.watched_node import WatchedNode, live
from tools.nightly.directions import OWN


@frozen(kw_only=True)
class Effort:
    """How long to look."""

    examples: int
    """Stories at most."""
    shrinking: float
    """Seconds to spend on a shorter one."""
    seed: int


@frozen(kw_only=True)
class Found:
    """A quirk's consequence."""

    quirk: Quirk
    violated: str
    """The id of the property."""
    what: str
    examples: int
    """Stories until the first one that shows it."""
    seconds: float
    story: Story
    """The shortest that was found."""

    @property
    def events(self) -> int:
        """Events of the shortest story, the first start not counted."""
        return len(self.story.events)


def with_quirks(story: Story, *quirks: Quirk) -> Story:
    """The story on a daemon with these quirks alone."""
    return evolve(story, config=evolve(story.config, quirks=frozenset(quirks)))


@define
class Run:
    """A node that lived through a story, and what its events came to."""

    node: WatchedNode
    replies: list[object]

    def parts_from(self, other: "Run") -> bool:
        """Whether another run of the story went another way."""
        mine, theirs = self.node.world, other.node.world
        return evolve(mine, config=theirs.config) != theirs or self.replies != other.replies

    def beyond(self, other: "Run", own: Collection[str]) -> Violation | None:
        """A property among `own` that this run violates and the other one does not."""
        spared = {each.of for each in other.node.violations}
        found = (each for each in self.node.violations if each.of in own and each.of not in spared)
        return next(found, None)


def lived(story: Story) -> Run:
    """The story, whatever is violated on the way."""
    node = WatchedNode(story.world(), story.choices)
    replies: list[object] = [type(node.start())]
    replies.extend(node.happen(event) for event in story.events)
    return Run(node, replies)


def consequence(story: Story, quirk: Quirk) -> Violation | None:
    """What is violated with the quirk and not without it, of what is the quirk's own: `OWN`.

    A quiet period, the longer part, is looked at only where the two runs part, and for properties
    of one. A witness of the quirk's own counts if it is reached with the quirk alone.
    """
    own = OWN[quirk]
    plain, quirky = lived(with_quirks(story)), lived(with_quirks(story, quirk))
    if not quirky.parts_from(plain):
        return None
    if quirky.beyond(plain, own) is None and not QUIET.keys().isdisjoint(own):
        plain.node.rest()
        quirky.node.rest()
    return quirky.beyond(plain, own) or _witnessed(plain, quirky, own)


def _witnessed(plain: Run, quirky: Run, own: Collection[str]) -> Violation | None:
    reached = quirky.node.judge.witnessed.keys() - plain.node.judge.witnessed.keys()
    for each in sorted(reached & set(own)):
        return Violation(each, f"witness: {WITNESSES[each].statement}")
    return None


class _ShownError(Exception):
    """The story shows it."""


def find_consequence(quirk: Quirk, stories: SearchStrategy[Story], effort: Effort) -> Found | int:
    """The consequence of a quirk, or how many stories did not show any."""
    shown: dict[Story, Violation] = {}
    tried = 0
    first = 0
    began = time.perf_counter()
    found_at = 0.0
    draw_the_same_whatever_is_imported()

    @seeded(effort.seed)
    @settings(
        max_examples=effort.examples,
        phases=(Phase.generate, Phase.shrink),
        database=None,
        derandomize=False,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(stories)
    def search(story: Story) -> None:
        nonlocal tried, first, found_at
        tried += 1
        if story not in shown:
            if first and time.perf_counter() - found_at > effort.shrinking:
                return  # Enough: no story shows it any more but those known to.
            violation = consequence(story, quirk)
            if violation is None:
                return
            shown[story] = violation
            if not first:
                first, found_at = tried, time.perf_counter()
        last.append(story)
        raise _ShownError

    last: list[Story] = []
    try:
        search()
    except _ShownError:
        story = last[-1]
        return _found(quirk, story, shown[story], examples=first, seconds=found_at - began)
    return tried


def _found(
    quirk: Quirk, story: Story, violation: Violation, *, examples: int, seconds: float
) -> Found:
    """The same with every event dropped that is not needed: lists are drawn long."""
    position = 0
    while position < len(story.events):
        events = story.events[:position] + story.events[position + 1 :]
        shorter = evolve(story, events=events)
        shown = consequence(shorter, quirk)
        if shown is not None and shown.of == violation.of:
            story, violation = shorter, shown
        else:
            position += 1
    return Found(
        quirk=quirk,
        violated=violation.of,
        what=violation.what,
        examples=examples,
        seconds=seconds,
        story=story,
    )


@define
class Plain:
    """What stories told to a daemon without quirks violated."""

    stories: int = 0
    seconds: float = 0.0
    known: Counter[str] = field(factory=Counter)
    """Findings by id: in how many stories."""
    unexplained: dict[str, Story] = field(factory=dict)
    """Properties by id, with the first story that violates them and that no finding explains."""
    counts: Counter[str] = field(factory=Counter)
    """In how many stories a property was violated without explanation."""


def without_quirks(stories: SearchStrategy[Story], effort: Effort) -> Plain:
    """Tell stories to a daemon without quirks."""
    seen = Plain()
    began = time.perf_counter()

    @seeded(effort.seed)
    @settings(
        max_examples=effort.examples,
        phases=(Phase.generate,),
        database=None,
        derandomize=False,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(stories)
    def tell(story: Story) -> None:
        plain = with_quirks(story)
        node = live(plain)
        seen.stories += 1
        seen.known.update({f.id for each in node.violations for f in each.findings})
        for violated in {each.of for each in node.violations if not each.known}:
            seen.counts[violated] += 1
            seen.unexplained.setdefault(violated, plain)

    tell()
    seen.seconds = time.perf_counter() - began
    return seen
