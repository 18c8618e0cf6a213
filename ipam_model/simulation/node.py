"""A node under observation: its pods, its calls, its choices."""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from attrs import define, evolve

from ipam_model.choosing import draw_option
from ipam_model.config import Version
from ipam_model.daemon.init import Exited
from ipam_model.daemon.procedure import Call, Choice
from ipam_model.nodes import NodeSetup
from ipam_model.quantities import Quantities, quantities, reaches_ec2
from ipam_model.requests import (
    AllocENI,
    AssignIPv6Prefixes,
    AssignPrivateIpAddresses,
    Code,
    CreateENI,
    Failed,
    FreeENI,
    UnassignPrivateIpAddresses,
)
from ipam_model.rules.timing import SECOND
from ipam_model.simulation.choices import Choices
from ipam_model.simulation.conditions import Conditions
from ipam_model.simulation.profiles import Leave
from ipam_model.simulation.rows import Launch, Rest, Row
from ipam_model.simulation.warm_target import wanted_addresses
from ipam_model.state import Pod, PodKey
from ipam_model.world import Runner

CHANGES: Final = (
    AllocENI,
    AssignIPv6Prefixes,
    AssignPrivateIpAddresses,
    CreateENI,
    FreeENI,
    UnassignPrivateIpAddresses,
)
"""Requests that change what is attached."""


@define
class Guest:
    """A pod on the node."""

    pod: Pod
    arrived: int
    served: int | None = None
    left: int | None = None
    requests: int = 0


class SimulatedNode(Runner):
    """A node with pods that come, wait, run and leave; the daemon's waits take their time."""

    def __init__(self, setup: NodeSetup, conditions: Conditions) -> None:
        super().__init__(setup.world())
        self.conditions = conditions
        self.latencies = conditions.latencies
        if self.config.version is Version.V1_7:  # It looks at IMDS itself, and sleeps (H9).
            lagging = evolve(self.ec2.arrivals, eni_lag=self.latencies.imds_lag())
            self.ec2 = evolve(self.ec2, arrivals=lagging)
        self.calls: Counter[str] = Counter()
        """Requests to EC2 by name."""
        self.changes = 0
        """Requests to change what is attached, successful or not."""
        self.choices_made = 0
        self.refused = 0
        self.guests: list[Guest] = []
        """Every pod there ever was, by arrival."""
        self.waiting: dict[PodKey, Guest] = {}
        """Pods without an address, by arrival."""
        self.running: dict[PodKey, Guest] = {}
        """Pods with one, in the order in which they got it."""
        self._draw = random.Random(f"daemon {conditions.seed}")
        self._leaving = random.Random(f"leaving {conditions.seed}")

    def launch(self) -> str:
        """Start the daemon; why it exited, or nothing."""
        outcome = self.start()
        return outcome.reason.code if isinstance(outcome, Exited) else ""

    # -- choices and calls -----------------------------------------------------------------------

    def choose(self, choice: Choice) -> object:
        """Decide as the conditions say."""
        self.choices_made += 1
        if self.conditions.choices is Choices.FIRST:
            return choice.options.first
        return draw_option(choice, self._draw)

    def answer(self, ask: Call) -> object:
        """Answer once the latency has passed; EC2 acts at the end of it."""
        request = ask.request
        if reaches_ec2(request):
            self.calls[type(request).__name__] += 1
            self.changes += isinstance(request, CHANGES)
        if self.latencies.by_call:
            latency = self.latencies.of(request)
            if latency:
                self.wait(latency, locked=request.under_lock)
            if self.latencies.outlasts_the_wait(request):
                return Failed(Code.TIMEOUT)
        return super().answer(ask)

    def wait(self, milliseconds: int, *, locked: bool) -> None:
        """Time passes while an answer is awaited; nothing happens to a locked or starting daemon.

        The store is locked while it writes a checkpoint, and during the start there is none yet.
        """
        if locked or self.starting:
            self.now += milliseconds
        else:
            self.advance(milliseconds)

    @property
    def ec2_calls(self) -> int:
        """Requests to EC2 so far."""
        return self.calls.total()

    # -- pods ------------------------------------------------------------------------------------

    @property
    def pods(self) -> int:
        """Pods on the node, with an address or without."""
        return len(self.waiting) + len(self.running)

    @property
    def present(self) -> frozenset[str]:
        """The names of the pods on the node."""
        return frozenset(key.container for each in (self.waiting, self.running) for key in each)

    def welcome(self, pods: int | Sequence[str | None], *, at: int | None = None) -> list[Guest]:
        """New pods, come now or at the instant given; they have not asked yet.

        Args:
            pods: How many, or their names; `None` for one that needs none.
            at: When they came, if not now.
        """
        arrived = []
        for given in [None] * pods if isinstance(pods, int) else pods:
            name = given or f"p{len(self.guests) + 1}"
            guest = Guest(Pod(PodKey(name), name=f"default/{name}"), self.now if at is None else at)
            self.guests.append(guest)
            self.waiting[guest.pod.key] = guest
            arrived.append(guest)
        return arrived

    def request(self, guest: Guest) -> bool:
        """A waiting pod asks for its address; whether it got one."""
        guest.requests += 1
        if not self.add_pod(guest.pod).success:
            self.refused += 1
            return False
        guest.served = self.now
        del self.waiting[guest.pod.key]
        self.running[guest.pod.key] = guest
        return True

    def serve(self) -> int:
        """Waiting pods ask in turn; how many were served.

        The first refusal stands for all: at one instant there is an address or there is none.
        """
        served = 0
        for guest in list(self.waiting.values()):
            if not self.request(guest):
                break
            served += 1
        return served

    def dismiss(self, number: int, *, whichever: bool = False) -> None:
        """So many pods leave, or all there are: `whichever`, or those that `Leave` says."""
        if whichever:
            present = [*self.waiting.values(), *self.running.values()]
            gone = self._leaving.sample(present, min(number, len(present)))
        else:
            # Whoever has no address goes first, the youngest before the others.
            gone = list(self.waiting.values())[::-1][:number]
            gone += self._preferred(number - len(gone))
        for guest in gone:
            self._remove(guest)

    def dismiss_named(self, names: Iterable[str]) -> None:
        """These pods leave, those of them that are there."""
        for name in names:
            key = PodKey(name)
            guest = self.waiting.get(key) or self.running.get(key)
            if guest is not None:
                self._remove(guest)

    def _preferred(self, number: int) -> Iterable[Guest]:
        leave = self.conditions.leave
        present = sorted(self.running.values(), key=lambda guest: guest.arrived)
        number = min(number, len(present))
        if leave is Leave.RANDOM:
            return self._leaving.sample(present, number)
        return present[:number] if leave is Leave.OLDEST else present[::-1][:number]

    def _remove(self, guest: Guest) -> None:
        guest.left = self.now
        key = guest.pod.key
        if self.waiting.pop(key, None) is None:
            del self.running[key]
            self.delete_pod(key)

    # -- looking ---------------------------------------------------------------------------------

    def quantities(self) -> Quantities:
        """The node now."""
        return quantities(self, ec2_calls=self.ec2_calls)

    def row(self, *, at: int | None = None, rest: Rest | None = None) -> Row:
        """The node now, as a row; `at` if the row is about an earlier instant."""
        return Row(
            at=(self.now if at is None else at) / SECOND,
            pods=self.pods,
            waiting=len(self.waiting),
            refused=0 if rest is not None else self.refused,
            warm_target=0 if self.node is None else wanted_addresses(self.config, self.node),
            quantities=self.quantities(),
            calls=dict(sorted(self.calls.items())),
            rest=rest,
        )

    def launches(self, until: int) -> tuple[Launch, ...]:
        """Every pod that arrived by then, and what had become of it by then."""
        return tuple(
            Launch(
                pod=guest.pod.key.container,
                arrived=guest.arrived / SECOND,
                served=_by(guest.served, until),
                left=_by(guest.left, until),
                requests=guest.requests,
            )
            for guest in self.guests
            if guest.arrived <= until
        )


def _by(instant: int | None, until: int) -> float | None:
    return None if instant is None or instant > until else instant / SECOND
