"""The film of a scenario: a frame for each step of each event in which something shows.

An event such as `loop_pass 60` is many steps. Of those in which nothing changes and no call is
made only the last one of an event has a frame, so that each event's last frame shows the node
after it.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

from attrs import evolve

from ipam_model.errors import InputError
from ipam_model.film.cells import Seats
from ipam_model.film.cutting import cut
from ipam_model.film.frames import Film, Frame, Mark, Tone
from ipam_model.film.shutter import Shutter
from ipam_model.film.taking import (
    every_call,
    frame_of,
    meanwhile,
    most_enis,
    reply_of,
    same_picture,
    with_marks,
    words_of,
)
from ipam_model.properties.evidence import Step as WatchedStep
from ipam_model.properties.judging import Violation
from ipam_model.quantities import quantities
from ipam_model.scenario.document import Event, Outside, Scenario
from ipam_model.scenario.judging import JudgedRunner
from ipam_model.scenario.meaning import EventError
from ipam_model.scenario.running import Step, StoppedError
from ipam_model.scenario.setup import world_of
from ipam_model.scenario.tables import event_text, reply_text
from ipam_model.world import World

T = TypeVar("T")

ALONE: Final = "left alone"
"""What the frames after the last event begin with."""


class FilmedRunner(JudgedRunner):
    """Runs scenarios under the eyes of a judge, and takes a film of it."""

    def __init__(self, world: World, *, judged: bool = True) -> None:
        super().__init__(world)
        self.frames: list[Frame] = []
        """Those of the events that are over."""
        self._judged = judged
        self._seats = Seats()
        self._taken: list[Frame] = []
        """Those of the present event."""
        self._shutter = Shutter()

    # -- steps -----------------------------------------------------------------------------------

    def _step(
        self, kind: str, subject: object, act: Callable[[], T], *, every_card: bool = False
    ) -> T:
        if self._frames:  # Inside another one, whose rules these are too.
            return super()._step(kind, subject, act, every_card=every_card)
        self._shutter.open()
        try:
            return super()._step(kind, subject, act, every_card=every_card)
        finally:
            self._shutter.close()

    def on_step(self, step: WatchedStep) -> None:
        """Judge it, and take its frame."""
        outermost = not self._frames
        rules = self._shutter.close() if outermost else ()
        before = set(self._found)
        if self._judged:
            super().on_step(step)
        if not outermost or step.kind == "outside":
            return  # Part of the step around it; or told by the event that was it.
        new = [each for key, each in self._found.items() if key not in before]
        self._take(
            frame_of(
                step.after,
                self._seats,
                quantities(step.after, ec2_calls=self.ec2_calls),
                words=words_of(step),
                reply=reply_of(step),
                calls=every_call(step),
                rules=rules,
                marks=(*meanwhile(step), *map(_told, new)),
            )
        )

    def _take(self, frame: Frame) -> None:
        last = self._taken[-1] if self._taken else None
        if last is not None and last.now <= frame.now and _is_quiet(last, self._before_last()):
            self._taken.pop()
        self._taken.append(frame)

    def _before_last(self) -> Frame | None:
        if len(self._taken) > 1:
            return self._taken[-2]
        return self.frames[-1] if self.frames else None

    # -- events ----------------------------------------------------------------------------------

    def steps(self, events: Iterable[Event]) -> Iterator[Step]:
        """See `ScenarioRunner.steps`; the film grows by each event."""
        try:
            for step in super().steps(events):
                self._end_event(step)
                yield step
        except (StoppedError, EventError) as error:
            self._end(error.number)
            raise

    def _end_event(self, step: Step) -> None:
        event, taken = step.event, self._taken
        if isinstance(event, Outside) or not taken:
            self._take(
                frame_of(
                    self,
                    self._seats,
                    step.quantities,
                    words=event_text(event),
                    reply=reply_text(step.reply),
                    calls=step.calls,
                )
            )
        marks = [Mark("wrong", f"expected otherwise: {each}") for each in step.violations]
        taken[-1] = with_marks(taken[-1], marks)
        self._end(step.number)

    def _end(self, number: int | None) -> None:
        self.frames.extend(evolve(each, event=number) for each in self._taken)
        self._taken.clear()

    def settle(self) -> tuple[int, tuple[Violation, ...]]:
        """See `JudgedRunner.settle`; what only the whole rest of the story shows is marked last."""
        passes, wrong = super().settle()
        told = {mark.text for frame in self._taken for mark in frame.marks}
        at_the_end = [mark for mark in map(_told, wrong) if mark.text not in told]
        if self._taken:
            self._taken[-1] = with_marks(self._taken[-1], at_the_end)
        elif self.frames:
            self.frames[-1] = with_marks(self.frames[-1], at_the_end)
        self._taken[:] = [evolve(each, words=f"{ALONE}: {each.words}") for each in self._taken]
        self._end(None)
        return passes, wrong

    # -- the film --------------------------------------------------------------------------------

    def film(self, title: str, *, stopped: str = "") -> Film:
        """What was taken; `stopped` says why it went no further."""
        frames = tuple(self.frames)
        if stopped and frames:
            frames = (*frames[:-1], with_marks(frames[-1], [Mark("wrong", stopped)]))
        limits = self.ec2.limits
        return cut(
            Film(
                title=title,
                frames=frames,
                slots=limits.ipv4_per_eni,
                max_enis=most_enis(limits),
            )
        )


def _told(violation: Violation) -> Mark:
    tone: Tone = "known" if violation.known else "wrong"
    return Mark(tone, f"violated: {violation}")


def _is_quiet(frame: Frame, before: Frame | None) -> bool:
    """Nothing happened in it that would be missed."""
    return (
        before is not None
        and not frame.calls
        and not frame.marks
        and same_picture(frame, before)
        and not frame.words.startswith("pod ")
    )


def film_of_scenario(scenario: Scenario, title: str = "", *, judged: bool = True) -> Film:
    """The film of a scenario, as far as it goes.

    With `judged` the properties of the model are checked meanwhile, and the node is left alone at
    the end for those of liveness.
    """
    runner = FilmedRunner(world_of(scenario.node, scenario.ec2), judged=judged)
    return film_of_run(runner, scenario.events, title or scenario.title, to_rest=judged)


def film_of_run(
    runner: FilmedRunner, events: Iterable[Event], title: str, *, to_rest: bool = False
) -> Film:
    """The film of some events, as far as they go; `to_rest`: the node is left alone at the end."""
    stopped = ""
    try:
        for _ in runner.steps(events):
            pass
        if to_rest:
            runner.settle()
    except (StoppedError, InputError) as error:
        stopped = f"the run stops here: {error}"
    return runner.film(title, stopped=stopped)
