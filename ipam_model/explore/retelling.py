"""From a path to the scenario that replays it."""

from collections import deque
from collections.abc import Sequence
from typing import TypeVar

from attrs import evolve

from ipam_model.daemon.procedure import Call, Choice
from ipam_model.ec2 import Fault
from ipam_model.errors import ModelError
from ipam_model.explore.moves import Arrive, Begin, Depart, Kill, Move, Resume, Wait
from ipam_model.explore.scope import Scope
from ipam_model.explore.vertices import Turn
from ipam_model.scenario.document import Scenario
from ipam_model.scenario.recording import Recorder
from ipam_model.world import CrashedError, Runner, World

T = TypeVar("T")


class PathEndedError(Exception):
    """The path ends while a procedure waits."""


class Follower(Runner):
    """Moves a world along a path."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._moves: deque[Move] = deque()
        self._decisions: deque[object] = deque()
        self._ends = False
        self._killed = False

    def follow(self, moves: Sequence[Move]) -> None:
        """Make these moves; a path may end in the middle of a procedure."""
        self._moves.extend(moves)
        turn = Turn.START if self.node is None else Turn.WAIT
        while self._moves:
            move = self._moves.popleft()
            try:
                turn = self._top(move, turn)
            except CrashedError:
                self.crash()
                turn = Turn.START
            except PathEndedError:
                return

    def _top(self, move: Move, turn: Turn) -> Turn:
        match move:
            case Wait(milliseconds):
                self.advance(milliseconds)
                return Turn.TICK
            case Begin(decisions, ends):
                self._decisions, self._ends = deque(decisions), ends
                return self._begin(turn)
            case Kill():
                self.crash()
                return Turn.START
            case Arrive() | Depart():
                self._pod(move)
                return turn
            case Resume():
                raise ModelError("a path resumes what does not wait")

    def _begin(self, turn: Turn) -> Turn:
        if turn is Turn.START:
            self.start()
            return Turn.WAIT if self.node is not None else Turn.START
        if turn is Turn.TICK:
            self.tick()
            # The path itself says whether the reconcile is left out.
            return Turn.WAIT if self._moves and isinstance(self._moves[0], Wait) else Turn.RECONCILE
        self.reconcile()
        return Turn.WAIT

    def _pod(self, move: Arrive | Depart) -> None:
        outer = self._decisions, self._ends, self._killed
        self._decisions, self._ends, self._killed = deque(move.decisions), True, move.killed
        try:
            if isinstance(move, Arrive):
                self.add_pod(move.pod)
            else:
                self.delete_pod(move.key)
        finally:
            self._decisions, self._ends, self._killed = outer

    # -- questions -------------------------------------------------------------------------------

    def choose(self, choice: Choice) -> object:
        """The option of the path, and what happens before it is told."""
        wanted = self._decisions.popleft()
        if wanted not in choice.options:
            raise ModelError(f"{choice.rule} does not offer {wanted!r}")
        self._meanwhile()
        return wanted

    def answer(self, ask: Call) -> object:
        """The answer of the path, and what happens before it is told."""
        fault = self._decisions.popleft()
        if isinstance(fault, Fault):
            self.ec2 = evolve(self.ec2, faults=(fault,))
        answer = self.reply_to(ask.request)
        self._meanwhile()
        return answer

    def _meanwhile(self) -> None:
        if self._decisions:
            return
        if self._killed:
            raise CrashedError
        while not self._ends:
            if not self._moves:
                raise PathEndedError
            match self._moves.popleft():
                case Arrive() | Depart() as move:
                    self._pod(move)
                case Kill():
                    raise CrashedError
                case Resume(decisions, ends):
                    self._decisions, self._ends = deque(decisions), ends
                    if decisions:
                        return
                case move:
                    raise ModelError(f"{type(move).__name__} while a procedure waits")


class RecordedFollower(Recorder, Follower):
    """Writes the path down."""


def scenario_of(scope: Scope, path: Sequence[Move], *, title: str, source: str = "") -> Scenario:
    """The scenario of a path from the scope's beginning."""
    runner = RecordedFollower(scope.world())
    runner.follow(path)
    return runner.scenario(title=title, source=source, env=scope.node.env)
