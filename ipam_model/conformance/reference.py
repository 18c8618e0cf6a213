"""The model itself as a subject: it conforms, and with a bug in force it should not.

It says as much as it is told to, asks the kit for EC2 or has one of its own, and decides by a seed
what a daemon may choose, so that a judge cannot rely on first options.
"""

from contextlib import AbstractContextManager, nullcontext
from random import Random
from typing import Final

from attrs import evolve

from ipam_model.choosing import draw_option
from ipam_model.config import Quirk
from ipam_model.conformance.cloud import CHANGES, READS, Cloud
from ipam_model.conformance.observation import Observation, Precision
from ipam_model.conformance.observed import Known, observation_of
from ipam_model.conformance.subject import (
    ALL_FEATURES,
    Calls,
    Capabilities,
    DaemonSetup,
    Reply,
    UnsupportedError,
)
from ipam_model.daemon.procedure import Call, Choice
from ipam_model.errors import InputError
from ipam_model.requests import Sleep
from ipam_model.scenario.document import ArmFault, ClearFaults, Event, OnEc2
from ipam_model.scenario.happening import happen
from ipam_model.scenario.setup import world_of
from ipam_model.world import Runner, World
from ipam_model.wrong_models import WrongModel, wrong

ELSEWHERE: Final = tuple(set(OnEc2.__args__) - {ArmFault, ClearFaults})
"""What happens to the kit's EC2 alone; calls of the host can be made to fail, too."""


class ReferenceDaemon:
    """A daemon subject that is the model.

    `wrong_model` is in force only while it runs. `seed` decides its choices; without one it takes
    the first options.
    """

    def __init__(
        self,
        precision: Precision = Precision.EXACT,
        calls: Calls = Calls.CHANGES,
        *,
        seed: int | None = None,
        quirks: frozenset[Quirk] = frozenset(),
        wrong_model: WrongModel | None = None,
    ) -> None:
        name = "the model" if wrong_model is None else f"the model with {wrong_model.id}"
        self.capabilities = Capabilities(
            precision=precision, calls=calls, features=ALL_FEATURES, name=name
        )
        self._seed = seed
        self._quirks = quirks
        self._wrong_model = wrong_model
        self._runner: _Daemon | None = None
        self._known: Known = {}
        self._applying = False

    def reset(self, setup: DaemonSetup) -> None:
        """See `Subject`."""
        with self._in_force():
            world = world_of(setup.node, setup.ec2)
            quirks = self._quirks & world.config.quirks
            world = evolve(world, config=evolve(world.config, quirks=quirks))
        cloud = setup.cloud if self.capabilities.calls is Calls.CHANGES else None
        self._known = {}
        chance = None if self._seed is None else Random(self._seed)
        self._runner = _Daemon(world, cloud, chance)

    def apply(self, event: Event) -> Reply:
        """See `Subject`."""
        if self.capabilities.calls is Calls.CHANGES and isinstance(event, ELSEWHERE):
            return {}
        runner = self._running()
        # While one of its calls is pending a pod comes, and what is in force is so already.
        nested, self._applying = self._applying, True
        with nullcontext() if nested else self._in_force():
            try:
                return happen(runner, event)
            except InputError as error:
                # With an EC2 of its own, the ENIs that a plan names need not be there.
                raise UnsupportedError(f"{event.kind}: {error}") from None
            finally:
                self._applying = nested

    def observe(self) -> Observation:
        """See `Subject`."""
        seen = observation_of(self._running().world, self._known)
        if self.capabilities.precision is Precision.COUNTS:
            return evolve(seen, enis=())
        return seen

    def _running(self) -> "_Daemon":
        if self._runner is None:
            raise InputError("reset comes first")
        return self._runner

    def _in_force(self) -> AbstractContextManager[object]:
        return nullcontext() if self._wrong_model is None else wrong(self._wrong_model)


class _Daemon(Runner):
    """The model with somebody else's EC2, and a will of its own."""

    def __init__(self, world: World, cloud: Cloud | None, chance: Random | None) -> None:
        super().__init__(world)
        self._cloud = cloud
        self._chance = chance

    def choose(self, choice: Choice) -> object:
        """At random, if at all."""
        if self._chance is None:
            return choice.options.first
        return draw_option(choice, self._chance)

    def answer(self, ask: Call) -> object:
        """The kit's EC2 answers what reaches EC2, the model's surroundings the rest."""
        if self._cloud is not None and type(ask.request) in (*CHANGES, *READS):
            if isinstance(ask.request, Sleep):
                self.now += ask.request.milliseconds
            return self._cloud.ask(ask.request)
        return self.reply_to(ask.request)
