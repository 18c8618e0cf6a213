"""The model's store as a subject: what the kit says of itself."""

from contextlib import AbstractContextManager, nullcontext
from random import Random

from ipam_model.choosing import draw_option
from ipam_model.config import ALL_QUIRKS, Quirk
from ipam_model.conformance.datastore_events import DatastoreEvent, DatastorePart
from ipam_model.conformance.datastore_happening import DatastoreState, happen, new_state, observe
from ipam_model.conformance.observation import Observation, Precision
from ipam_model.conformance.subject import Capabilities, Kind, Reply
from ipam_model.daemon.procedure import Choice
from ipam_model.errors import ModelError
from ipam_model.world import Runner, World
from ipam_model.wrong_models import WrongModel, wrong


class _Drawing(Runner):
    """Draws what the daemon leaves open."""

    def __init__(self, world: World, draws: Random) -> None:
        super().__init__(world)
        self._draws = draws

    def choose(self, choice: Choice) -> object:
        """Any option, each as likely."""
        return draw_option(choice, self._draws)


class ReferenceDatastore:
    """A `DatastoreSubject` that does as the model does, and draws what that leaves open."""

    def __init__(
        self,
        seed: int = 0,
        *,
        quirks: frozenset[Quirk] = frozenset(),
        wrong_model: WrongModel | None = None,
        precision: Precision = Precision.EXACT,
    ) -> None:
        """`quirks`: suspected bugs of the real one that this one has; `wrong_model`: another."""
        self._seed = seed
        self._quirks = quirks
        self._wrong_model = wrong_model
        self._draws = Random(seed)
        self._now: DatastoreState | None = None
        self.capabilities = Capabilities(
            kind=Kind.DATASTORE,
            precision=precision,
            name="reference datastore" if wrong_model is None else f"datastore, {wrong_model.id}",
        )

    def reset(self, setup: DatastorePart) -> None:
        """Begin anew, with the same draws."""
        self._draws = Random(self._seed)
        self._now = new_state(setup, self._quirks)

    def apply(self, event: DatastoreEvent) -> Reply:
        """Let an operation happen."""
        before = self._state
        runner = _Drawing(before.world, self._draws)
        with self._bug():
            reply, running = happen(runner, event, running=before.running)
        self._now = DatastoreState(runner.world, running)
        return reply

    def observe(self) -> Observation:
        """Everything, whatever the precision: who judges takes of it what it compares."""
        with self._bug():
            return observe(self._state)

    def _bug(self) -> AbstractContextManager[object]:
        return nullcontext() if self._wrong_model is None else wrong(self._wrong_model)

    @property
    def _state(self) -> DatastoreState:
        if self._now is None:
            raise ModelError("a subject is reset before anything else")
        return self._now


def as_it_is() -> ReferenceDatastore:
    """With all the suspected bugs of the real one."""
    return ReferenceDatastore(quirks=ALL_QUIRKS)
