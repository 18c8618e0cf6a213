"""Long films: neighbouring frames become one, and the film says so."""

from collections.abc import Iterator, Sequence
from typing import Final

from attrs import evolve

from ipam_model.film.frames import Film, Frame

MOST_FRAMES: Final = 2_000
"""Of one film."""
MOST_CALLS: Final = 40
"""Shown of one frame that stands for several."""


def cut(film: Film, most: int = MOST_FRAMES) -> Film:
    """The film in about so many frames, each for as many steps at most, with a note that says so.

    Of several steps the last one's picture is kept, with the calls and rules of all. A marked step
    is the last of its frame, so that each mark stands on the picture it is about: `most` frames,
    and at most one more for each that is marked.
    """
    frames = film.frames
    if len(frames) <= most:
        return film
    size = -(-len(frames) // most)
    groups = _groups(frames, size)
    note = (
        f"{len(frames):,} steps: each frame stands for up to {size} of them, with the calls and "
        "rules of all and the picture after the last"
    )
    joined = tuple(map(_joined, groups))
    return evolve(film, frames=joined, note="; ".join(filter(None, (film.note, note))))


def _groups(frames: Sequence[Frame], size: int) -> Iterator[tuple[Frame, ...]]:
    """Neighbours, at most `size` of them, none after one that is marked."""
    group: list[Frame] = []
    for frame in frames:
        group.append(frame)
        if len(group) == size or frame.marks:
            yield tuple(group)
            group.clear()
    if group:
        yield tuple(group)


def _joined(group: tuple[Frame, ...]) -> Frame:
    last = group[-1]
    calls = tuple(call for frame in group for call in frame.calls)
    fired = {rule: None for frame in group for rule in frame.rules}
    return evolve(
        last,
        calls=calls[:MOST_CALLS],
        rules=tuple(sorted(fired, key=lambda rule: (rule[0], int(rule[1:])))),
        words=last.words if len(group) == 1 else f"{last.words} (last of {len(group)} steps)",
        steps=sum(frame.steps for frame in group),
    )
