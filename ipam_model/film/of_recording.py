"""The film of a recording: a frame for each event that the model explains, as the model has it."""

from pathlib import Path
from typing import Any

from attrs import define, evolve, field

from ipam_model.daemon.procedure import Call
from ipam_model.film.cells import Seats
from ipam_model.film.cutting import cut
from ipam_model.film.frames import Film, Frame, Mark, Tone
from ipam_model.film.shutter import Shutter
from ipam_model.film.taking import frame_of, most_enis
from ipam_model.quantities import quantities, reaches_ec2
from ipam_model.scenario.prescription import call_name
from ipam_model.scenario.running import Made
from ipam_model.scenario.tables import reply_text
from ipam_model.scenario.writing import Json, one_line
from ipam_model.trace.check import Rejection, Verdict, check
from ipam_model.trace.document import Event, Trace, read_trace
from ipam_model.trace.record import RecordedRunner
from ipam_model.world import World


@define
class _Reel:
    """What was taken so far."""

    frames: list[Frame] = field(factory=list)
    last: World | None = None
    ec2_calls: int = 0
    _seats: Seats = field(factory=Seats)

    def take(self, event: Event, runner: "_FilmedRecord", rules: tuple[str, ...]) -> None:
        self.ec2_calls += sum(reaches_ec2(made.request) for made in runner.made)
        self.last = runner.world
        self.frames.append(
            frame_of(
                runner,
                self._seats,
                quantities(runner, ec2_calls=self.ec2_calls),
                words=event_words(event),
                reply=reply_text(dict(event.reply.values)),
                event=event.seq,
                calls=runner.made,
                rules=rules,
            )
        )


class _FilmedRecord(RecordedRunner):
    """Runs one event of a recording, and remembers what was asked."""

    shutter: Shutter

    def __init__(self, *arguments: Any) -> None:  # noqa: ANN401 - those of the other
        super().__init__(*arguments)
        self.made: list[Made] = []
        self.shutter.open()  # Of several ways through an event the last one counts.

    def answer(self, ask: Call) -> object:
        """See `RecordedRunner.answer`."""
        answer = super().answer(ask)
        request = ask.request
        self.made.append(Made(name=call_name(request), request=request, answer=answer))
        return answer


def film_of_recording(path: Path) -> tuple[Verdict, Film]:
    """Check a recording and film it, up to the first event that the model does not allow.

    Raises `InputError` if it is not a readable trace.
    """
    return film_of_trace(read_trace(path))


def film_of_trace(trace: Trace) -> tuple[Verdict, Film]:
    """The same for a trace that is open."""
    reel, shutter = _Reel(), Shutter()

    class Filmed(_FilmedRecord):
        pass

    Filmed.shutter = shutter

    def explained(event: Event, runner: RecordedRunner) -> None:
        assert isinstance(runner, _FilmedRecord), "the checker was told which one to take"
        reel.take(event, runner, shutter.close())

    try:
        verdict = check(trace, runner=Filmed, explained=explained)
    finally:
        shutter.close()
    frames = tuple(reel.frames)
    if verdict.rejected is not None:
        frames = (*frames, *_rejected(frames, verdict.rejected))
    last = reel.last
    limits = None if last is None else last.config.limits
    return verdict, cut(
        Film(
            title=trace.id,
            frames=frames,
            slots=0 if limits is None else limits.ipv4_per_eni,
            max_enis=None if limits is None else most_enis(limits),
        )
    )


def _rejected(frames: tuple[Frame, ...], rejected: Rejection) -> tuple[Frame, ...]:
    """The frame of the event that was refused: the node before it, what was seen and allowed."""
    if not frames:
        return ()
    word = "undecided" if rejected.undecided else "rejected"
    tone: Tone = "open" if rejected.undecided else "wrong"
    return (
        evolve(
            frames[-1],
            event=rejected.seq,
            words=rejected.kind,
            reply=f"{word}, rule {rejected.rule}",
            calls=(),
            rules=(rejected.rule,) if rejected.rule[1:].isdigit() else (),
            marks=(
                Mark(tone, f"saw: {rejected.seen}"),
                Mark("good", f"allowed: {rejected.allowed}"),
            ),
        ),
    )


def event_words(event: Event) -> str:
    """A recorded event in few words."""
    told = (f"{key}={_word(value)}" for key, value in event.event.values.items() if key != "kind")
    return " ".join((event.kind, *told))


def _word(value: Json) -> str:
    return value if isinstance(value, str) else one_line(value)
