"""The search for a counter-example: the smallest node, the fewest pods, the fewest events."""

from collections.abc import Iterator
from typing import Final

from attrs import frozen

from ipam_model.limits import LEAST_ADDRESSES, LEAST_ENIS
from ipam_model.linting.checks import Check
from ipam_model.linting.finding import CounterExample
from ipam_model.linting.subject import Subject
from ipam_model.linting.trial import (
    Story,
    Works,
    any_of,
    scenario_of,
    seen_in,
    shows,
    simplest,
)

MOST_RUNS: Final = 60
"""Stories that are tried for a finding before it is given up as undecided."""
CHEAP: Final = 64
"""Up to so many pods a story is cheap on a node of any size."""


@frozen
class Shown:
    """A check was seen to matter."""

    subject: Subject
    """On this node."""
    story: Story
    counter_example: CounterExample


def search(check: Check, subject: Subject) -> Shown | None:
    """The smallest counter-example of a check whose condition is met; None if none was found."""
    shown_by = check.demonstration
    runs = 0
    for node in _sizes(check, subject):
        works = Works(node.node, shown_by.symptom, shown_by.contrast(node))
        story = any_of(shown_by.stories(node), works, budget=MOST_RUNS - runs)
        runs += works.runs
        if story is not None:
            shown = _confirmed(check, node, subject, simplest(story, works))
            if shown is not None:
                return shown
        if runs >= MOST_RUNS:
            return None
    return None


def shown_on_own_limits(check: Check, subject: Subject) -> bool:
    """Whether the node itself shows it, if that is cheap to see."""
    if subject.capacity > CHEAP:
        return False
    shown_by = check.demonstration
    works = Works(subject.node, shown_by.symptom, shown_by.contrast(subject))
    story = any_of(shown_by.stories(subject), works, budget=MOST_RUNS // 4)
    return story is not None and shows(subject.node, story, shown_by.symptom, in_full=True)


def _sizes(check: Check, subject: Subject) -> Iterator[Subject]:
    """Nodes on which the condition is met, smallest first, none larger than the subject's."""
    if not check.demonstration.shrinks:
        yield subject
        return
    limits = subject.node.limits
    sizes = [
        (enis, addresses)
        for enis in range(LEAST_ENIS, limits.max_enis + 1)
        for addresses in range(LEAST_ADDRESSES, limits.ipv4_per_eni + 1)
    ]
    for enis, addresses in sorted(sizes, key=lambda size: (size[0] * size[1], size)):
        own = (enis, addresses) == (limits.max_enis, limits.ipv4_per_eni)
        node = subject if own else subject.resized(enis, addresses)
        if check.condition(node) is not None:
            yield node


def _confirmed(check: Check, node: Subject, asked: Subject, story: Story) -> Shown | None:
    """The counter-example as a replay judges it, which gives the node more time to settle."""
    source = "; ".join(
        [", ".join(check.rules), *(f"aws/amazon-vpc-cni-k8s issue {n[1:]}" for n in check.upstream)]
    )
    scenario = scenario_of(node.node, story, title=check.id, source=source)
    violated = seen_in(scenario, check.demonstration.symptom)
    if not violated:
        return None
    limits = node.node.limits
    return Shown(
        node,
        story,
        CounterExample(
            scenario=scenario,
            violated=violated,
            enis=limits.max_enis,
            addresses=limits.ipv4_per_eni,
            own_limits=node is asked,
        ),
    )
