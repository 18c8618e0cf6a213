"""Whether what is wrong with a daemon, or a data store, makes it fail a vector.

The state before the event is given, so that nothing but the event itself is asked.
"""

from collections.abc import Iterator
from typing import Final, Protocol

from attrs import evolve, frozen

from ipam_model.choosing import Chooser
from ipam_model.config import ALL_QUIRKS, QUIRKS_OF
from ipam_model.conformance.datastore_happening import DatastoreState, happen, observe
from ipam_model.conformance.observation import Precision, canonical
from ipam_model.conformance.wrong_datastores import WRONG_DATASTORES
from ipam_model.errors import IpamModelError
from ipam_model.vectors import store_steps
from ipam_model.vectors.outcomes import Outcome, first_outcome, outcomes
from ipam_model.vectors.steps import Judged, StepCase, same
from ipam_model.vectors.store_steps import StoreCase, StoreJudged
from ipam_model.world import World
from ipam_model.wrong_models import WRONG_MODELS, WrongModel, wrong

BREAKDOWN: Final = (AssertionError, LookupError, TypeError, ValueError, AttributeError)
"""What a daemon raises that breaks down."""


MOST_TRIED: Final = 64
"""Outcomes of what is wrong; it may have more than a vector lists."""


class Found(Protocol):
    """A case, and what the model says of it."""

    @property
    def rules(self) -> frozenset[str]:
        """Executed during the event."""

    def shows(self, model: WrongModel) -> bool:
        """Whether a daemon with the bug, taking first options, does what is not allowed."""

    def deviates(self, *, or_breaks_down: bool) -> bool:
        """Whether the model as it is now can do what is not allowed.

        With all suspected bugs of its version or with none, whatever it chooses.
        """


@frozen
class FoundStep:
    """A step of a whole node."""

    case: StepCase
    judged: Judged

    @property
    def rules(self) -> frozenset[str]:
        """As `Found`."""
        return self.judged.rules

    def shows(self, model: WrongModel) -> bool:
        """As `Found`."""
        if not self.judged.intended:
            return False
        with wrong(model):
            try:
                done = first_outcome(self.judged.before, self.case.event)
            except IpamModelError:
                return False
            except BREAKDOWN:
                return True
        return not self._allowed(done)

    def deviates(self, *, or_breaks_down: bool) -> bool:
        """As `Found`."""
        if not self.judged.intended:
            return False
        try:
            done = [
                each
                for world in self._worlds()
                for each in outcomes(world, self.case.event, MOST_TRIED)
            ]
        except IpamModelError:
            return False
        except Exception:  # noqa: BLE001 - whatever a mutant breaks
            return or_breaks_down
        return not all(map(self._allowed, done))

    def _worlds(self) -> Iterator[World]:
        world = self.judged.before
        yield world
        quirks = QUIRKS_OF.get(world.config.version, ALL_QUIRKS)
        yield evolve(world, config=evolve(world.config, quirks=quirks))

    def _allowed(self, done: Outcome) -> bool:
        allowed = (*self.judged.intended, *self.judged.upstream)
        return any(same((done,), (right,)) for right in allowed)


@frozen
class FoundStore:
    """Something that is done to a data store."""

    case: StoreCase
    judged: StoreJudged

    @property
    def rules(self) -> frozenset[str]:
        """As `Found`."""
        return self.judged.rules

    def shows(self, model: WrongModel) -> bool:
        """As `Found`; what is wrong may also be what is seen."""
        before = self.judged.before
        allowed = [
            (repr(each.said.reply), canonical(each.said.seen, Precision.EXACT), each.state)
            for each in (*self.judged.intended, *self.judged.upstream)
        ]
        with wrong(model):
            runner = Chooser(before.world)
            try:
                reply, running = happen(runner, self.case.event, running=before.running)
                after = DatastoreState(runner.world, running)
                seen = canonical(observe(after), Precision.EXACT)
            except IpamModelError:
                return False
            except BREAKDOWN:
                return True
        return (repr(reply), seen, after) not in allowed

    def deviates(self, *, or_breaks_down: bool) -> bool:
        """As `Found`."""
        event = self.case.event
        try:
            done = [
                each
                for quirks in (frozenset(), store_steps.QUIRKS)
                for each in store_steps.outcomes(self.judged.before, event, quirks)
            ]
        except IpamModelError:
            return False
        except Exception:  # noqa: BLE001 - whatever a mutant breaks
            return or_breaks_down
        allowed = {*map(store_steps.key, (*self.judged.intended, *self.judged.upstream))}
        return not {*map(store_steps.key, done)} <= allowed


WRONG: Final = {**WRONG_MODELS, **WRONG_DATASTORES}
"""Daemons and data stores with one bug each, by id."""


def caught(found: Found) -> frozenset[str]:
    """The wrong models that do what is not allowed; of daemons, if they break a rule executed."""
    if isinstance(found, FoundStore):
        return frozenset(each.id for each in WRONG_DATASTORES.values() if found.shows(each))
    return frozenset(
        each.id
        for each in WRONG_MODELS.values()
        if found.rules & set(each.breaks) and found.shows(each)
    )
