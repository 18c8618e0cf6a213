"""The film of a plan of the conformance kit: what the model does in it, of its options the first.

The quirks that are not expected of a subject are off, as they are where it is judged.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from attrs import evolve

from ipam_model.config import Quirk
from ipam_model.conformance.course import NEEDS_DAEMON
from ipam_model.conformance.daemon_spec import parts
from ipam_model.conformance.datastore_happening import happen, new_state
from ipam_model.conformance.plan import DaemonPlan, DatastorePlan, Plan
from ipam_model.conformance.words import event_words, reply_words
from ipam_model.errors import InputError
from ipam_model.film.cells import Seats
from ipam_model.film.frames import Film, Frame, Mark
from ipam_model.film.of_scenario import FilmedRunner, film_of_run
from ipam_model.film.shutter import Shutter
from ipam_model.film.taking import frame_of, with_marks
from ipam_model.quantities import quantities
from ipam_model.scenario.document import Advance, Event
from ipam_model.scenario.setup import world_of
from ipam_model.world import Runner


def film_of_plan(
    plan: Plan,
    title: str,
    *,
    quirks: frozenset[Quirk] = frozenset(),
    marks: Sequence[Mark] = (),
    steps: int | None = None,
) -> Film:
    """What the model does in a plan, or in its first `steps` as a subject is told them.

    `marks` are what is to be said of the last of them.
    """
    if isinstance(plan, DatastorePlan):
        film = _of_store(plan, title, quirks, steps)
    else:
        world = world_of(plan.node, plan.ec2)
        config = evolve(world.config, quirks=world.config.quirks & quirks)
        runner = FilmedRunner(evolve(world, config=config), judged=False)
        film = film_of_run(runner, islice(_told(plan, runner), steps), title)
    if not film.frames:
        return film
    *before, last = film.frames
    return evolve(film, frames=(*before, with_marks(last, marks)))


def _told(plan: DaemonPlan, runner: Runner) -> Iterator[Event]:
    """What a subject is told one after the other; what finds no daemon is no step of the model."""
    for event in plan.events:
        for part in parts(event, runner.world):
            finds_none = isinstance(part, NEEDS_DAEMON) and runner.node is None
            yield Advance(ms=0) if finds_none else part


def _of_store(plan: DatastorePlan, title: str, quirks: frozenset[Quirk], steps: int | None) -> Film:
    state, seats, shutter = new_state(plan.datastore, quirks), Seats(store_only=True), Shutter()
    frames: list[Frame] = []
    stopped = ""
    for number, event in enumerate(plan.events[:steps]):
        runner = Runner(state.world)
        shutter.open()
        try:
            reply, running = happen(runner, event, running=state.running)
        except InputError as error:
            stopped = str(error)
            break
        finally:
            rules = shutter.close()
        state = evolve(state, world=runner.world, running=running)
        frames.append(
            frame_of(
                state.world,
                seats,
                quantities(state.world),
                words=event_words(event),
                event=number,
                reply=reply_words(reply),
                rules=rules,
            )
        )
    slots = max((len(eni.cells) for frame in frames for eni in frame.enis), default=0)
    note = "A store alone: EC2 is not part of it, and reserved is 0."
    return Film(
        title=title,
        frames=tuple(frames),
        slots=slots,
        max_enis=None,
        note="; ".join(filter(None, (note, stopped))),
    )
