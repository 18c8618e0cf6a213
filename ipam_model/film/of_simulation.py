"""The film of a simulation: a frame for each row of its table."""

from collections.abc import Iterable, Iterator
from typing import Final

from attrs import field, frozen

from ipam_model.daemon.procedure import Call
from ipam_model.film.cells import Seats
from ipam_model.film.cutting import cut
from ipam_model.film.frames import Axis, Film, Frame
from ipam_model.film.shutter import Shutter
from ipam_model.film.taking import frame_of, most_enis, shown_calls
from ipam_model.inspection.counted import counted
from ipam_model.nodes import NodeSetup
from ipam_model.scenario.prescription import call_name
from ipam_model.scenario.running import Made
from ipam_model.simulation.agenda import ScheduledNode
from ipam_model.simulation.conditions import Conditions
from ipam_model.simulation.node import SimulatedNode
from ipam_model.simulation.profiles import Profile
from ipam_model.simulation.rows import Ending, Rest, Row

ASKING: Final = "the daemon asks EC2"
NOTHING: Final = "nothing but time passes"


@frozen
class Reel:
    """Takes a frame of each row of the nodes it makes; `close` it in any case."""

    axis: Axis
    frames: list[Frame] = field(factory=list)
    _idle: list[Frame] = field(factory=list)
    """The last row, if it says the same as the one before."""
    _made: list[Made] = field(factory=list)
    _seats: Seats = field(factory=Seats)
    _shutter: Shutter = field(factory=Shutter)

    def over_pods(self, setup: NodeSetup, conditions: Conditions) -> SimulatedNode:
        """A node for `simulation.over_pods`."""
        node = _FilmedNode(setup, conditions)
        node.reel = self
        self._begin()
        return node

    def over_time(
        self, setup: NodeSetup, conditions: Conditions, profile: Profile, looks: Iterable[int]
    ) -> ScheduledNode:
        """A node for `simulation.over_time`."""
        node = _FilmedSchedule(setup, conditions, profile, looks)
        node.reel = self
        self._begin()
        return node

    def close(self) -> None:
        """No rules are noted any more."""
        self._shutter.close()

    def film(self, setup: NodeSetup) -> Film:
        """What was taken."""
        limits = setup.limits
        return cut(
            Film(
                title=setup.name,
                frames=(*self.frames, *self._idle),
                slots=limits.ipv4_per_eni,
                max_enis=most_enis(limits),
                axis=self.axis,
            )
        )

    def _begin(self) -> None:
        self._made.clear()
        self._shutter.open()

    def note(self, call: Call, answer: object) -> None:
        """A request was answered."""
        request = call.request
        self._made.append(Made(name=call_name(request), request=request, answer=answer))

    def take(self, node: SimulatedNode, row: Row) -> None:
        """The frame of a row."""
        rules = self._shutter.close()
        last = self.frames[-1] if self.frames else None
        shown = frame_of(
            node,
            self._seats,
            row.quantities,
            words=self._words(row, last) or (ASKING if shown_calls(self._made) else NOTHING),
            reply="" if row.rest is None else rest_text(row.rest),
            calls=self._made,
            rules=rules,
            extra={
                "pods": row.pods,
                "waiting": row.waiting,
                "refused": row.refused,
                "wanted": row.warm_target,
            },
            at=round(row.at * 1000),
        )
        self._made.clear()
        self._shutter.open()
        if self.axis == "time" and last is not None and _same(last, shown):
            self._idle[:] = [shown]  # Told only if it is the end.
        else:
            self._idle.clear()
            self.frames.append(shown)

    def _words(self, row: Row, last: Frame | None) -> str:
        if self.axis == "pods":
            return counted(row.pods, "pod")
        return "; ".join(_told(row, last))


def _told(row: Row, last: Frame | None) -> Iterator[str]:
    """What changed since the row before."""
    if last is None:
        yield "the daemon has started"
    came = row.pods - (0 if last is None else last.extra["pods"])
    if came:
        yield counted(abs(came), "pod") + (" more" if came > 0 else " fewer")
    served = row.quantities.assigned - (0 if last is None else last.quantities.assigned)
    if served > 0:
        yield f"{served} got an address"
    if row.waiting:
        yield f"{row.waiting} {'waits' if row.waiting == 1 else 'wait'} for an address"


def _same(one: Frame, other: Frame) -> bool:
    """Nothing happened from one row to the next, and nothing changed."""
    return (
        not other.calls
        and one.enis == other.enis
        and one.quantities == other.quantities
        and one.extra == other.extra
    )


def rest_text(rest: Rest) -> str:
    """How a run towards rest ended."""
    match rest.ending:
        case Ending.RESTS:
            return f"rests after {rest.settling:g} s"
        case Ending.RESTLESS:
            return f"never rests: the same again every {rest.period or 0:g} s"
        case Ending.CUT:
            return f"cut after {rest.settling:g} s: neither at rest nor the same again"


class _FilmedNode(SimulatedNode):
    """A node whose rows are filmed."""

    reel: Reel

    def answer(self, ask: Call) -> object:
        """See `SimulatedNode.answer`."""
        answer = super().answer(ask)
        self.reel.note(ask, answer)
        return answer

    def row(self, *, at: int | None = None, rest: Rest | None = None) -> Row:
        """See `SimulatedNode.row`."""
        row = super().row(at=at, rest=rest)
        self.reel.take(self, row)
        return row


class _FilmedSchedule(_FilmedNode, ScheduledNode):
    """The same under a profile."""
