"""The judge: the set of states that explain a stream of observations so far.

Between two observations lies whatever is not logged: pods, passes of the loop as the elapsed time
allows, reconciles (which change nothing unless something went wrong). The set is closed under all
of it, then only the states remain that show what is seen next. If none remains the stream is
rejected, unless the user said that as much goes wrong unseen: then the set begins anew.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from attrs import define, evolve, field, frozen

from ipam_model.config import Config, Version
from ipam_model.counting.model import counting_model
from ipam_model.errors import InputError
from ipam_model.inspection.counted import counted
from ipam_model.partial.decisions import Decider
from ipam_model.partial.memory import Forgotten, forgotten
from ipam_model.partial.passes import (
    NEVER,
    SHORTEST_PAUSE,
    Moment,
    Node,
    Pods,
    Span,
    State,
    passes,
)
from ipam_model.partial.sample import Kind, Sample, Stream
from ipam_model.partial.shape import Shape, Size, Sizes, Sums, possible, sums
from ipam_model.rules.timing import INSUFFICIENT_BACKOFF, SECOND

MOST_STATES: Final = 20_000
"""States between two observations before the verdict is left open."""
DEVIATIONS: Final = 2
"""A fault may show twice: when it happens, and when a reconcile puts it right."""
_MOST_NAMED: Final = 8


@frozen(kw_only=True)
class Unseen:
    """What may happen without being told."""

    faults: int = 0
    """Failing calls, restarts, changes by others: how many in all."""
    pod_events: int | None = None
    """Pods that come and go between two observations, beyond what these show; `None` = none where
    cooling addresses are shown and observations are no further apart than the cooldown, and
    elsewhere any number."""
    may_be_cordoned: bool = False
    set_aside: int = 0
    """ENIs that are not managed, or whose subnet is excluded."""
    longest_pause: int = 120 * SECOND
    """Two passes of the loop begin no further apart, in milliseconds."""


@frozen(kw_only=True)
class Rejected:
    """The first observation that no behaviour of the model explains."""

    line: int
    number: int
    """Of the observation, from 1."""
    rule: str
    seen: str
    before: str
    """The last explained observation; empty if there was none."""
    allowed: tuple[str, ...]
    """What the states could have come to, some of it."""
    undecided: bool = False


@frozen(kw_only=True)
class Followed:
    """What became of a stream."""

    name: str
    kind: Kind
    samples: int
    """Explained observations."""
    seconds: float
    """From the first to the last of them."""
    states: int
    """How many states explain all of them."""
    most_states: int
    """The most at one time, those between observations included."""
    deviations: int
    """How often the set began anew, because something went wrong unseen."""
    skipped: int
    """Lines that were no observations."""
    rejected: Rejected | None = None

    @property
    def verdict(self) -> str:
        """`accepted`, `rejected` or `undecided`."""
        if self.rejected is None:
            return "accepted"
        return "undecided" if self.rejected.undecided else "rejected"


def watched(config: Config, max_pods: int, unseen: Unseen) -> Node:
    """What is fixed of a node.

    Raises:
        InputError: nothing can be concluded from its sums.
    """
    if config.version is not Version.V1_23:
        raise InputError(
            f"observations of {config.version.value} cannot be followed; --version must be "
            f"{Version.V1_23.value}"
        )
    if config.ipv6:
        raise InputError(
            "an IPv6 node has no pool that grows and shrinks; there is nothing to follow"
        )
    if unseen.longest_pause < SHORTEST_PAUSE:
        raise InputError(
            f"--longest-pause {unseen.longest_pause / SECOND:g} s: two passes of the loop begin at "
            f"least {SHORTEST_PAUSE / SECOND:g} s apart, so give that or more"
        )
    settings = config.settings
    trunk = 1 if settings.pod_eni else 0
    set_aside = unseen.set_aside + trunk
    return Node(
        decider=Decider(counting_model(config, max_pods=max_pods), loose=unseen.set_aside > 0),
        set_aside=set_aside,
        may_be_cordoned=unseen.may_be_cordoned,
        manages_cordoned=settings.manage_enis_non_schedulable,
        several_cards=settings.multi_nic and config.cards > 1,
        custom_networking=settings.custom_networking,
        provisions=not settings.provisioning_disabled,
        cooldown=config.cooldown,
        longest_pause=unseen.longest_pause,
    )


def follow(
    stream: Stream,
    config: Config,
    max_pods: int,
    unseen: Unseen,
    *,
    explained: Callable[[Sample], None] = lambda _: None,
) -> Followed:
    """Follow a stream to its end, or to the first observation that nothing explains."""
    judge = Judge(
        config, watched(config, max_pods, unseen), stream.kind, unseen.faults, unseen.pod_events
    )
    first: Sample | None = None
    rejected: Rejected | None = None
    for sample in stream.samples:
        rejected = judge.see(sample)
        if rejected is not None:
            break
        first = first or sample
        explained(sample)
    return judge.verdict(stream, first, rejected)


class _TooManyError(Exception):
    """More states than can be followed."""


@define
class Judge:
    """The states that explain what was seen so far."""

    config: Config
    node: Node
    kind: Kind
    faults: int
    hidden_pods: int | None
    states: Mapping[Shape, State] = field(factory=dict, init=False)
    last: Sample | None = field(default=None, init=False)
    count: int = field(default=0, init=False)
    most_states: int = field(default=0, init=False)
    deviations: int = field(default=0, init=False)

    def see(self, sample: Sample) -> Rejected | None:
        """Take the next observation; `None` if something explains it."""
        wrong = self._impossible(sample)
        if wrong is not None:
            return self._rejected(sample, "R28", (wrong,))
        if self.kind is Kind.LOG and not self.node.provisions:
            return self._rejected(sample, "R78", ("no pass of the pool update at all",))
        if self.last is None or sample.begins:
            return self._begin(sample)
        try:
            reached = self._closure(self.last, sample)
        except _TooManyError:
            return self._rejected(sample, "", (f"more than {MOST_STATES} states",), undecided=True)
        self.most_states = max(self.most_states, len(reached))
        memory = forgotten(self.last, sample, self.config)
        kept = {} if memory is not None else self._kept(reached, sample)
        if kept:
            self._take(sample, kept)
            return None
        if self.deviations < DEVIATIONS * self.faults:
            self.deviations += 1
            return self._begin(sample)
        if memory is not None:
            return self._rejected(sample, memory.rule, (memory.allowed,), memory)
        return self._rejected(sample, self._rule(self.last, sample), _named(reached, self._block))

    def verdict(self, stream: Stream, first: Sample | None, rejected: Rejected | None) -> Followed:
        """What became of the stream."""
        spent = 0 if first is None or self.last is None else self.last.time - first.time
        return Followed(
            name=stream.name,
            kind=stream.kind,
            samples=self.count,
            seconds=spent / 1000,
            states=len(self.states),
            most_states=self.most_states,
            deviations=self.deviations,
            skipped=stream.skipped[0],
            rejected=rejected,
        )

    @property
    def _block(self) -> int:
        return self.node.decider.model.targets.block

    def _impossible(self, sample: Sample) -> str | None:
        if sample.total % self._block:
            return f"a total that is a multiple of {self._block}"
        if sample.assigned + (sample.cooling or 0) > sample.total:
            return "no more assigned and cooling addresses than there are"
        return None

    def _begin(self, sample: Sample) -> Rejected | None:
        states = {state.shape: state for state in self._initial(sample)}
        if not states:
            targets = self.node.decider.model.targets
            most = (
                f"{counted(targets.max_enis, 'ENI')} of "
                f"{counted(targets.slots * self._block, 'address')} at most"
            )
            return self._rejected(sample, "R33", (most,))
        self._take(sample, states)
        return None

    def _initial(self, sample: Sample) -> Iterator[State]:
        """Whatever the node may be in, if nothing is known but this."""
        targets = self.node.decider.model.targets
        known = Span(NEVER, sample.time)
        began_anew = self.last is not None
        lenient = sample.time + INSUFFICIENT_BACKOFF if began_anew else NEVER
        cidrs = sample.total // self._block
        some = range(1, targets.max_enis + 1)
        for enis in some if sample.enis is None else (sample.enis,):
            shape: Shape = Sums(enis, cidrs)
            if not possible(sums(shape), targets.slots) or enis > max(some):
                continue
            shape = _sizes(sample) if sample.seen else shape
            yield State(shape, known, known, (), sample.time, lenient)

    def _take(self, sample: Sample, states: Mapping[Shape, State]) -> None:
        self.states, self.last = states, sample
        self.count += 1
        self.most_states = max(self.most_states, len(states))

    # -- between two observations ----------------------------------------------------------------

    def _closure(self, before: Sample, after: Sample) -> dict[Shape, tuple[State, str]]:
        pods = self._pods(before, after)
        still = before.cooling == after.cooling == 0 and pods.most == 0
        if self.kind is Kind.LOG:
            measured = Pods(before.assigned, before.assigned)
            when = Span(before.time, before.time)
            nothing_cools = before.cooling == 0 and pods.most == 0
            moment = Moment(
                when=when, measured=measured, later=pods, nothing_cools=nothing_cools, cordoned=None
            )
            found: dict[Shape, tuple[State, str]] = {}
            for state in self.states.values():
                self._add(found, passes(self.node, state, moment))
            return found
        same = before.cordoned == after.cordoned
        moment = Moment(
            when=Span(before.time, after.time),
            measured=pods,
            later=pods,
            nothing_cools=still,
            cordoned=after.cordoned if same else None,
        )
        return self._closed(before, after, moment, toggled=not same)

    def _closed(
        self, before: Sample, after: Sample, moment: Moment, *, toggled: bool
    ) -> dict[Shape, tuple[State, str]]:
        found = {shape: (state, "no pass") for shape, state in self.states.items()}
        frontier = dict(self.states) if self.node.provisions else {}
        while frontier:
            further: dict[Shape, State] = {}
            for state in frontier.values():
                earliest = max(before.time, state.passed.earliest + SHORTEST_PAUSE)
                if earliest > after.time:
                    continue
                there = evolve(moment, when=Span(earliest, after.time))
                steps = list(passes(self.node, state, there))
                if toggled:  # Cordoned or not, whichever it was at that moment.
                    for cordoned in (False, True):
                        steps += passes(self.node, state, evolve(there, cordoned=cordoned))
                further |= self._add(found, iter(steps))
            frontier = further
        return found

    def _add(
        self,
        found: dict[Shape, tuple[State, str]],
        steps: Iterator[tuple[State, str]],
    ) -> dict[Shape, State]:
        """Add where the steps lead; what is new of it."""
        slots = self.node.decider.model.targets.slots
        new: dict[Shape, State] = {}
        for state, how in steps:
            if not possible(sums(state.shape), slots):
                continue
            known = found.get(state.shape)
            if known is None:
                found[state.shape] = (state, how)
                new[state.shape] = state
                continue
            joined = known[0].joined(state)
            if joined != known[0]:
                found[state.shape] = (joined, known[1])
                new[state.shape] = joined
        if len(found) > MOST_STATES:
            raise _TooManyError
        return new

    def _pods(self, before: Sample, after: Sample) -> Pods:
        """How many pods there may have been in between.

        An address that a pod left cools for a while, so whoever went is seen, unless the address
        has left the store too.
        """
        elapsed = after.time - before.time
        shown = after.cooling is not None and elapsed <= self.node.cooldown
        went = max(0, before.assigned - after.assigned)
        if shown:
            went = max(went, (after.cooling or 0) + max(0, before.total - after.total))
            if elapsed == 0 and before.cooling is not None:
                went = max(0, went - before.cooling)
        if self.hidden_pods is not None:
            went += self.hidden_pods
        elif not shown:
            return Pods(0, max(before.total, after.total))
        return Pods(max(0, before.assigned - went), after.assigned + went)

    # -- an observation ----------------------------------------------------------------------------

    def _kept(
        self, reached: Mapping[Shape, tuple[State, str]], sample: Sample
    ) -> dict[Shape, State]:
        kept: dict[Shape, State] = {}
        sizes = _sizes(sample) if sample.seen else None
        for shape, (state, _) in reached.items():
            if shape.cidrs * self._block != sample.total:
                continue
            if sample.enis is not None and shape.enis != sample.enis:
                continue
            if sizes is not None and isinstance(shape, Sizes) and shape != sizes:
                continue
            if self._paused_too_long(state, sample):
                continue
            now = state if sizes is None else state._replace(shape=sizes)
            known = kept.get(now.shape)
            kept[now.shape] = now if known is None else known.joined(now)
        return kept

    def _paused_too_long(self, state: State, sample: Sample) -> bool:
        if self.kind is Kind.LOG or not self.node.provisions:
            return False
        return sample.time - state.passed.latest > self.node.longest_pause

    def _rule(self, before: Sample, after: Sample) -> str:
        if after.total > before.total:
            return "R98"
        if after.total < before.total:
            fewer = None not in (before.enis, after.enis) and before.enis != after.enis
            return "R136" if fewer else "R138"
        cidrs = after.total // self._block
        summary = self.node.decider.summary(cidrs, after.assigned, after.assigned)
        return "R79" if summary.may_be_low else "R131" if summary.may_be_high else "R133"

    def _rejected(
        self,
        sample: Sample,
        rule: str,
        allowed: tuple[str, ...],
        memory: Forgotten | None = None,
        *,
        undecided: bool = False,
    ) -> Rejected:
        return Rejected(
            line=sample.place.line,
            number=self.count + 1,
            rule=rule,
            seen=str(sample) if memory is None else memory.seen,
            before="" if self.last is None else self._told(self.last, sample),
            allowed=allowed,
            undecided=undecided,
        )

    def _told(self, before: Sample, sample: Sample) -> str:
        return f"{before}, {(sample.time - before.time) / 1000:g} s before"


def _sizes(sample: Sample) -> Sizes:
    return Sizes(tuple(sorted(Size(eni.cidrs, eni.grows, eni.goes) for eni in sample.seen)))


def _named(reached: Mapping[Shape, tuple[State, str]], block: int) -> tuple[str, ...]:
    named = dict.fromkeys(
        f"{counted(shape.cidrs * block, 'address')} on {counted(shape.enis, 'ENI')} ({how})"
        for shape, (_, how) in reached.items()
    )
    some = tuple(named)[:_MOST_NAMED]
    more = len(named) - len(some)
    return (*some, f"{more} more") if more else some
