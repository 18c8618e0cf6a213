"""One pass of the pool update (R72) over what is known of a node.

Everything that the daemon may do, given the intervals in which its numbers lie, is a step; so a
legal behaviour always is one of the steps. What limits them: the decisions, the sizes of ENIs, the
30 s between releases (R143), and the age an ENI must have to be freed (R136).
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from attrs import frozen

from ipam_model.arithmetic import INTS
from ipam_model.partial import shape as shapes
from ipam_model.partial.decisions import Decider
from ipam_model.partial.shape import Shape
from ipam_model.rules import timing
from ipam_model.rules.timing import SECOND

NEVER: Final = -(10**15)
SHORTEST_PAUSE: Final = 2 * timing.LOOP_SLEEP
"""Two passes of the loop begin no closer (R69)."""
LONGEST_CALLS: Final = 10 * SECOND
"""A release is over so long after it began; its end is what the next one waits for (R72)."""


class Span(NamedTuple):
    """Between two instants, both included; in milliseconds."""

    earliest: int
    latest: int

    def hull(self, other: "Span") -> "Span":
        """The shortest span around both."""
        return Span(min(self.earliest, other.earliest), max(self.latest, other.latest))


class Pods(NamedTuple):
    """How many pods there are at a hidden moment: from `least` to `most`."""

    least: int
    most: int


class State(NamedTuple):
    """A way in which the node may have come to what was seen so far."""

    shape: Shape
    passed: Span
    """When the last pass began."""
    decreased: Span
    """When the last release ended."""
    young: tuple[int, ...] = ()
    """Of ENIs that came a moment ago, the earliest instants; the oldest first."""
    newest: int = NEVER
    """No ENI came later than this."""
    lenient: int = NEVER
    """Until then growth may fail unseen: EC2 had no addresses."""

    def joined(self, other: "State") -> "State":
        """A state that allows whatever either allows; of the same shape."""
        young = min(len(self.young), len(other.young))
        mine, theirs = self.young[len(self.young) - young :], other.young[-young or None :]
        return State(
            self.shape,
            self.passed.hull(other.passed),
            self.decreased.hull(other.decreased),
            tuple(map(min, mine, theirs)) if young else (),
            max(self.newest, other.newest),
            max(self.lenient, other.lenient),
        )


@frozen(kw_only=True)
class Node:
    """What does not change while a node is watched."""

    decider: Decider
    set_aside: int = 0
    """ENIs that may be there and neither grow nor make room: unmanaged, excluded, trunk ENIs."""
    may_be_cordoned: bool = False
    """Whether growth and freeing may rest unseen (R51)."""
    manages_cordoned: bool = False
    """AWS_MANAGE_ENIS_NON_SCHEDULABLE: a cordon changes nothing."""
    several_cards: bool = False
    """Another card's release may keep this one from releasing (R75)."""
    custom_networking: bool = False
    provisions: bool = True
    """Whether the pool update runs at all (R78)."""
    cooldown: int = 30 * SECOND
    longest_pause: int = 120 * SECOND
    """Two passes of the loop begin no further apart."""

    @property
    def fixed(self) -> int:
        """ENIs that may be such as never grow."""
        return self.set_aside + self.custom_networking


@frozen(kw_only=True)
class Moment:
    """When a pass happens, and what is known of its numbers."""

    when: Span
    measured: Pods
    """How many pods there are when the pass measures the pool."""
    later: Pods
    """How many there are at its other looks."""
    nothing_cools: bool
    cordoned: bool | None


class Step(NamedTuple):
    """What a pass may do."""

    after: State
    how: str


def passes(node: Node, state: State, moment: Moment) -> Iterator[Step]:
    """Everything that a pass may do."""
    when = moment.when
    begun = state._replace(passed=when)
    summary = node.decider.summary(state.shape.cidrs, *moment.measured)
    for grown in _first_half(node, begun, moment):
        if summary.may_want_fewer and not _rests(node, moment, certainly=True):
            yield from _frees(node, grown, moment)
        if not (summary.must_want_fewer and _must_free(node, grown.after, moment)):
            yield grown


def _first_half(node: Node, state: State, moment: Moment) -> Iterator[Step]:
    """Growth, or a release, or neither."""
    shape, when = state.shape, moment.when
    measured = node.decider.summary(shape.cidrs, *moment.measured)
    if measured.may_be_low:
        if not _rests(node, moment, certainly=True):
            yield from _growth(node, state, moment)
        if _rests(node, moment, certainly=False) or when.earliest <= state.lenient:
            yield Step(state, "a pass in which growth rests")
    if measured.may_be_high:
        if timing.release_allowed(INTS, when.latest, state.decreased.earliest):
            yield from _releases(node, state, moment)
        free_to = timing.release_allowed(INTS, when.earliest, state.decreased.latest)
        if node.several_cards or not free_to:
            yield Step(state, "a pass that waits before it releases")
    if measured.may_be_quiet:
        yield Step(state, "a pass that changes nothing")


def _rests(node: Node, moment: Moment, *, certainly: bool) -> bool:
    """Whether a cordon may (or, certainly, must) keep the daemon from growing and freeing."""
    if node.manages_cordoned:
        return False
    if moment.cordoned is None:
        return node.may_be_cordoned and not certainly
    return moment.cordoned


def _growth(node: Node, state: State, moment: Moment) -> Iterator[Step]:
    targets = node.decider.model.targets
    later = node.decider.summary(state.shape.cidrs, *moment.later)
    for wanted in later.wanted:
        if wanted <= 0:
            yield Step(state, "a pass that finds nothing short any more")
        for size, shape in shapes.grown(state.shape, wanted, targets.slots):
            yield Step(state._replace(shape=shape), f"{size} more on an ENI")
    if not shapes.may_be_full(state.shape, targets.slots, node.fixed):
        return
    if state.shape.enis >= targets.max_enis - node.set_aside:
        yield Step(state, "a pass that finds no room")
    if state.shape.enis < targets.max_enis:
        for size in later.new_eni:
            if size <= 0:
                yield Step(state, "a pass that finds nothing short any more")
                continue
            came = state._replace(
                shape=shapes.with_eni(state.shape, min(size, targets.slots)),
                young=(*_still_young(state, moment), moment.when.earliest),
                newest=moment.when.latest + LONGEST_CALLS,
            )
            yield Step(came, f"a new ENI with {size}")


def _releases(node: Node, state: State, moment: Moment) -> Iterator[Step]:
    when = moment.when
    ended = state._replace(decreased=Span(when.earliest, when.latest + LONGEST_CALLS))
    later = node.decider.summary(state.shape.cidrs, *moment.later)
    for size in range(min(later.released), max(later.released) + 1):
        if size <= state.shape.cidrs:
            shape = shapes.without_cidrs(state.shape, size)
            yield Step(ended._replace(shape=shape), f"{size} released")


def _frees(node: Node, step: Step, moment: Moment) -> Iterator[Step]:
    state = step.after
    young = _still_young(state, moment)
    if len(young) >= state.shape.enis - 1:
        return
    block = node.decider.model.targets.block
    for size, shape in shapes.freed(state.shape, node.decider.model.targets.slots):
        least, most = moment.later
        if least > shape.cidrs * block:
            continue  # The pods do not fit on the other ENIs.
        if node.decider.enough(shape.cidrs, least, most)[0]:
            left = state._replace(shape=shape, young=young)
            yield Step(left, f"{step.how}, then an ENI with {size} freed")


def _must_free(node: Node, state: State, moment: Moment) -> bool:
    """Whether an ENI is deletable for certain: no pods, nothing cools, none is young (R136)."""
    if moment.later.most > 0 or not moment.nothing_cools or node.set_aside:
        return False
    if _rests(node, moment, certainly=False):
        return False
    if timing.eni_too_young(INTS, moment.when.earliest, state.newest):
        return False
    going = list(shapes.freed(state.shape, node.decider.model.targets.slots))
    return bool(going) and all(node.decider.enough(left.cidrs, 0, 0)[1] for _, left in going)


def _still_young(state: State, moment: Moment) -> tuple[int, ...]:
    latest = moment.when.latest
    return tuple(each for each in state.young if timing.eni_too_young(INTS, latest, each))
