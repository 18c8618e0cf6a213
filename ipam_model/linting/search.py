"""The search for a counter-example: the smallest node, the fewest pods, the fewest events."""

from collections.abc import Iterator
from heapq import heappop, heapreplace
from itertools import islice
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
MOST_SIZES: Final = 20_000
"""Nodes smaller than the subject that are looked at; 64 ENIs × 50 addresses, more than EC2 has, are
3,200. Of a larger one its own size is looked at in the end."""
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
    own = (limits.max_enis, limits.ipv4_per_eni)
    for size in islice(_by_addresses(*own), MOST_SIZES):
        if size == own:
            break
        node = subject.resized(*size)
        if check.condition(node) is not None:
            yield node
    yield subject


def _by_addresses(enis: int, addresses: int) -> Iterator[tuple[int, int]]:
    """ENIs and addresses of each, up to these, by the addresses in all; one at a time."""
    heap = [(each * LEAST_ADDRESSES, each, LEAST_ADDRESSES) for each in range(LEAST_ENIS, enis + 1)]
    while heap:  # It is made in ascending order, and so is a heap.
        _, most, per = heap[0]
        yield most, per
        if per < addresses:
            heapreplace(heap, (most * (per + 1), most, per + 1))
        else:
            heappop(heap)


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
