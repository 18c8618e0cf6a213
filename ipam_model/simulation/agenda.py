"""A node with appointments: pods that come, ask again and go, and instants at which one looks.

Appointments are kept whenever time passes, also while the loop waits for EC2 (R71, R186). Two
cases keep pods waiting: while the daemon starts nobody serves them, and while the store is locked
for a checkpoint they queue.
"""

import heapq
import random
from collections.abc import Iterable
from enum import IntEnum

from attrs import field, frozen

from ipam_model.daemon.procedure import Call
from ipam_model.nodes import NodeSetup
from ipam_model.requests import DONE, Sleep
from ipam_model.simulation.choices import Choices
from ipam_model.simulation.conditions import KUBELET_JITTER, Conditions
from ipam_model.simulation.node import Guest, SimulatedNode
from ipam_model.simulation.profiles import Moment, Profile
from ipam_model.simulation.rows import Row


class Turn(IntEnum):
    """The order of appointments at one instant."""

    MOMENT = 0
    RETRY = 1
    LOOK = 2


@frozen(order=True)
class Appointment:
    """Something to do at an instant."""

    at: int
    turn: Turn
    number: int
    """Of those equal so far, first made, first kept."""
    what: Moment | Guest | None = field(order=False)


class ScheduledNode(SimulatedNode):
    """A node with a profile, looked at from time to time."""

    def __init__(
        self, setup: NodeSetup, conditions: Conditions, profile: Profile, looks: Iterable[int]
    ) -> None:
        super().__init__(setup, conditions)
        self.rows: list[Row] = []
        """What was seen, a row per look."""
        self.not_placed = 0
        """Pods that found max pods of them on the node."""
        self._agenda: list[Appointment] = []
        self._made = 0
        self._jitter = random.Random(f"kubelet {conditions.seed}")
        for moment in profile.moments:
            self._appoint(moment.at, Turn.MOMENT, moment)
        for look in looks:
            self._appoint(look, Turn.LOOK, None)

    # -- time ------------------------------------------------------------------------------------

    def advance(self, milliseconds: int) -> None:
        """Let time pass; appointments are kept at their instants, after the clean-ups then due."""
        end = self.now + milliseconds
        while self._agenda and self._agenda[0].at <= end:
            appointment = heapq.heappop(self._agenda)
            super().advance(max(appointment.at - self.now, 0))
            self._keep(appointment)
        super().advance(max(end - self.now, 0))

    def wait(self, milliseconds: int, *, locked: bool) -> None:
        """The same while an answer is awaited.

        Under a lock one can only look. During the start pods come, and will ask once it is over.
        """
        if not (locked or self.starting):
            self.advance(milliseconds)
            return
        end = self.now + milliseconds
        late = []
        while self._agenda and self._agenda[0].at <= end:
            appointment = heapq.heappop(self._agenda)
            if appointment.turn is Turn.LOOK or (appointment.turn is Turn.MOMENT and self.starting):
                self.now = max(self.now, appointment.at)
                self._keep(appointment)
            else:
                late.append(appointment)
        for appointment in late:
            heapq.heappush(self._agenda, appointment)
        self.now = end

    def answer(self, ask: Call) -> object:
        """The daemon's own pauses are time that passes, too."""
        if isinstance(ask.request, Sleep):
            self.wait(ask.request.milliseconds, locked=False)
            return DONE
        return super().answer(ask)

    @property
    def next_appointment(self) -> int | None:
        """When the next one is."""
        return self._agenda[0].at if self._agenda else None

    # -- appointments ----------------------------------------------------------------------------

    def _appoint(self, at: int, turn: Turn, what: Moment | Guest | None) -> None:
        self._made += 1
        heapq.heappush(self._agenda, Appointment(at, turn, self._made, what))

    def _keep(self, appointment: Appointment) -> None:
        match appointment.what:
            case None:
                self.rows.append(self.row(at=appointment.at))
            case Moment() as moment:
                self._change(moment)
            case Guest() as guest:
                if guest.pod.key in self.waiting:
                    self._ask(guest)

    def _change(self, moment: Moment) -> None:
        if moment.leave:
            self.dismiss(moment.leave, whichever=moment.whichever)
        self.dismiss_named(moment.going)
        coming = [name for name in moment.coming if name not in self.present]
        wanted = len(coming) + moment.arrive
        room = max(self.max_pods - self.pods, 0)
        self.not_placed += max(wanted - room, 0)
        names = [*coming, *[None] * moment.arrive][:room]
        for guest in self.welcome(names, at=moment.at):
            if self.starting:
                self._appoint(moment.at, Turn.RETRY, guest)
            else:
                self._ask(guest)

    def _ask(self, guest: Guest) -> None:
        if self.request(guest):
            return
        pause = self.conditions.retry_milliseconds
        if self.conditions.choices is Choices.RANDOM:
            pause += round(pause * KUBELET_JITTER * self._jitter.random())
        self._appoint(self.now + pause, Turn.RETRY, guest)
