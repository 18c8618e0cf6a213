"""The reference model as a judge sees it: worlds, and all that an event can lead to."""

from collections.abc import Hashable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import TypeVar

from attrs import evolve, field, frozen

from ipam_model.choosing import ways
from ipam_model.config import Quirk
from ipam_model.conformance.following import Follower, GivenUpError
from ipam_model.conformance.observation import Precision
from ipam_model.conformance.observed import Known, observation_of
from ipam_model.conformance.spec import Outcome, Said
from ipam_model.conformance.subject import DaemonSetup, Reply
from ipam_model.daemon import measure
from ipam_model.differing.pair_key import key_of_names
from ipam_model.errors import InputError
from ipam_model.firing import Fired, rules_fired
from ipam_model.rules import timing
from ipam_model.scenario.document import (
    Advance,
    AwaitTrunk,
    CallPart,
    Event,
    Happening,
    LoopPass,
    PodAdd,
    PodDel,
    PodsAdd,
    PodsDel,
    Reconcile,
    Tick,
)
from ipam_model.scenario.happening import happen
from ipam_model.scenario.running import ANYTHING
from ipam_model.scenario.setup import world_of
from ipam_model.world import Runner, World


@frozen(kw_only=True)
class DaemonSpec:
    """`Spec` of a daemon: `World`, `DaemonSetup`, `Event`."""

    precision: Precision = Precision.EXACT
    """How precisely the subject is seen: nothing is told apart that cannot show."""
    quirks: frozenset[Quirk] = frozenset()
    """Suspected bugs that the model has too; none, so that what is intended is expected."""
    nameless: bool = False
    """Neither calls nor events name ENIs and addresses: states that differ in names alone are one.
    """
    watch_rules: bool = False
    """Say which rules each outcome executed."""

    _known: Known = field(factory=dict, init=False, eq=False, repr=False)
    """What the last worlds looked like."""

    def initial(self, setup: DaemonSetup) -> World:
        """The world before the first start; `MeaningError` if the setup contradicts itself."""
        world = world_of(setup.node, setup.ec2)
        quirks = self.quirks & world.config.quirks
        return evolve(world, config=evolve(world.config, quirks=quirks))

    def outcomes(
        self, state: World, event: Event, said: Said | None
    ) -> Iterator[Outcome[World] | None]:
        """See `Spec.outcomes`."""
        tried: set[Hashable] = set()
        fired = Fired()

        def follower(world: World) -> Follower:
            return Follower(
                world, event, said, self.precision, tried, nameless=self.nameless, known=self._known
            )

        def attempt(runner: Runner) -> Reply | None:
            nonlocal fired
            assert isinstance(runner, Follower), "it was made here"
            watching: AbstractContextManager[Fired] = (
                rules_fired() if self.watch_rules else nullcontext(fired)
            )
            try:
                with watching as fired:
                    reply = happen(runner, event)
                runner.finished()
            except GivenUpError:
                return None
            return reply

        for way in ways(state, attempt, follower):
            if way.result is None:
                yield None
                continue
            assert isinstance(way.runner, Follower), "it was made here"
            after = way.runner.world
            told = Said(
                way.result,
                observation_of(after, self._known),
                tuple(way.runner.made),
                tuple(way.runner.meanwhile),
            )
            yield Outcome(told, after, fired.rules if self.watch_rules else frozenset())

    def key(self, state: World) -> Hashable:
        """See `Spec.key`."""
        return _key_without_names(state) if self.nameless else state


def _key_without_names(world: World) -> Hashable:
    known = {key for key, _ in world.sandboxes} | {veth.sandbox for veth in world.veths}
    known |= {entry.pod.key for _, file in world.checkpoints for entry in file.entries}
    if world.node is not None:
        known |= {key for store in world.node.stores for key in store.holdings}
    pods = tuple(sorted(known | world.gone_pods))
    return (pods, key_of_names(world, pods))


def parts(event: Event, world: World) -> tuple[Event, ...]:
    """What an event consists of, as a subject is told it: one pod, one pool update at a time.

    Raises `InputError` if its time is over.
    """
    if event.at_ms is not None:
        return (*_wait(event, event.at_ms - world.now), *parts(evolve(event, at_ms=None), world))
    match event:
        case PodsAdd():
            return tuple(PodAdd(pod=f"p{n}") for n in _numbers(event))
        case PodsDel():
            return tuple(PodDel(pod=f"p{n}") for n in _numbers(event))
        case LoopPass():
            return _loop_pass(world) * event.times
        case _:
            return (_bare(event),)


EventT = TypeVar("EventT", bound=Happening)


def _bare(event: EventT) -> EventT:
    """Without what a document says of choices, and of what comes of it."""
    if not (event.calls or event.choices or event.note or event.expect != ANYTHING):
        return event
    calls = tuple([_bare_call(part) for part in event.calls])
    return evolve(event, calls=calls, choices=(), note="", expect=ANYTHING)


def _bare_call(part: CallPart) -> CallPart:
    before, after = (tuple([_bare(each) for each in some]) for some in (part.before, part.after))
    return evolve(part, before=before, after=after)


def _wait(event: Event, milliseconds: int) -> tuple[Event, ...]:
    if milliseconds < 0:
        raise InputError(f"at_ms of {event.kind} is {event.at_ms}, {-milliseconds} ms ago")
    return (Advance(ms=milliseconds),) if milliseconds else ()


def _numbers(event: PodsAdd | PodsDel) -> range:
    return range(event.first, event.first + event.count)


def _loop_pass(world: World) -> tuple[Event, ...]:
    """R69, and R70 for IPv6."""
    sleep = Advance(ms=timing.LOOP_SLEEP)
    if world.config.ipv6:
        return (AwaitTrunk(), Advance(ms=2 * timing.LOOP_SLEEP))
    if measure.provisions(world.config):
        return (sleep, Tick(), sleep, Reconcile())
    return (sleep, Reconcile())
