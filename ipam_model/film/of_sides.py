"""The films of a difference: both sides, a frame for each event, so that they run side by side."""

from collections.abc import Sequence

from ipam_model.differing.witness import Run, Shown, Witness
from ipam_model.film.cells import Seats
from ipam_model.film.frames import Film, Frame, Mark
from ipam_model.film.shutter import rules_of
from ipam_model.film.taking import frame_of, most_enis
from ipam_model.quantities import quantities, reaches_ec2
from ipam_model.scenario.tables import reply_text


def films_of_difference(found: Witness, differ: str) -> tuple[Film, Film]:
    """The left run and the right one; `differ` says in words in what they end up differing."""
    events = [event.text for event in found.difference.events]
    return _film(found.left, events, differ), _film(found.right, events, differ)


def _film(run: Run, events: Sequence[str], differ: str) -> Film:
    seats, frames, calls = Seats(), list[Frame](), 0
    for number, (row, words) in enumerate(zip(run.rows, events, strict=True)):
        calls += sum(reaches_ec2(made.request) for made in row.calls)
        last = number == len(events) - 1
        marks = [Mark("wrong", f"here the sides part: {differ}")] if last else []
        frames.append(_frame(row, seats, words, number, calls, marks))
    limits = run.side.setup.limits
    return Film(
        title=run.side.label,
        frames=tuple(frames),
        slots=limits.ipv4_per_eni,
        max_enis=most_enis(limits),
    )


def _frame(
    row: Shown, seats: Seats, words: str, number: int, calls: int, marks: list[Mark]
) -> Frame:
    return frame_of(
        row.world,
        seats,
        quantities(row.world, ec2_calls=calls),
        words=words,
        event=number,
        reply=reply_text(row.reply),
        calls=row.calls,
        rules=rules_of(row.functions),
        marks=marks,
    )
