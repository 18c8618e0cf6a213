"""Long films: neighbouring frames become one, and the film says so."""

from typing import Final

from attrs import evolve

from ipam_model.film.frames import Film, Frame

MOST_FRAMES: Final = 2_000
"""Of one film."""
MOST_CALLS: Final = 40
"""Shown of one frame that stands for several."""


def cut(film: Film, most: int = MOST_FRAMES) -> Film:
    """The film in at most so many frames, each for equally many steps, with a note that says so.

    Of several steps the last one's picture is kept, with the calls, rules and remarks of all. What
    is marked keeps its frame, so that nothing wrong hides among others.
    """
    frames = film.frames
    if len(frames) <= most:
        return film
    size = -(-len(frames) // most)
    groups = [frames[start : start + size] for start in range(0, len(frames), size)]
    note = (
        f"{len(frames):,} steps: each frame stands for {size} of them, with the calls and rules "
        "of all and the picture after the last"
    )
    joined = tuple(_joined(group) for group in groups)
    return evolve(film, frames=joined, note="; ".join(filter(None, (film.note, note))))


def _joined(group: tuple[Frame, ...]) -> Frame:
    last = group[-1]
    calls = tuple(call for frame in group for call in frame.calls)
    fired = {rule: None for frame in group for rule in frame.rules}
    return evolve(
        last,
        calls=calls[:MOST_CALLS],
        rules=tuple(sorted(fired, key=lambda rule: (rule[0], int(rule[1:])))),
        marks=tuple(mark for frame in group for mark in frame.marks),
        words=last.words if len(group) == 1 else f"{last.words} (last of {len(group)} steps)",
        steps=sum(frame.steps for frame in group),
    )
