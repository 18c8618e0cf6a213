"""Where a value stands in a JSON text: looked up when there is something to complain about.

The text is known to be valid JSON; values that are of no interest are skipped by the decoder of
the standard library.
"""

import json
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""Keys and positions from the outermost value inwards."""

_DECODER: Final = json.JSONDecoder()
_SPACE: Final = " \t\n\r"


def line_of(text: str, path: Path) -> int:
    """The line, from 1, on which the value at `path` starts; of a key that is missing, its object.

    What the path names beyond the text's own depth is ignored.
    """
    offset = 0
    for found, start in values(text, into=lambda here: path[: len(here)] == here):
        if path[: len(found)] == found:
            offset = start
    return text.count("\n", 0, offset) + 1


def duplicate_key(text: str) -> Path | None:
    """The first key that stands a second time in one object."""
    seen: set[Path] = set()
    for path, _ in values(text):
        if path in seen:
            return path
        seen.add(path)
    return None


def second_line_of(text: str, path: Path) -> int:
    """The line of the second value at `path`."""
    offsets = [start for found, start in values(text) if found == path]
    return text.count("\n", 0, offsets[1]) + 1


def constant(text: str) -> Path:
    """Where the first NaN or infinity stands, which Python reads and JSON does not have."""
    return next(path for path, start in values(text) if text.startswith(_CONSTANTS, start))


_CONSTANTS: Final = ("NaN", "Infinity", "-Infinity")


def half_character(text: str) -> Path | None:
    """The first text or key with half of a surrogate pair in it, which is no Unicode."""
    for path, start in values(text):
        words = [str(step) for step in path[-1:]]
        if text[start] == '"':
            words.append(_DECODER.raw_decode(text, start)[0])
        if any("\ud800" <= character <= "\udfff" for word in words for character in word):
            return path
    return None


def path_text(path: Path) -> str:
    """A path in JSONPath notation, such as `$.events[3].pod`."""
    steps = (
        f"[{step}]"
        if isinstance(step, int)
        else f".{step}"
        if step.isidentifier()
        else f"[{json.dumps(step, ensure_ascii=False)}]"
        for step in path
    )
    return "$" + "".join(steps)


def values(
    text: str, *, into: Callable[[Path], bool] = lambda _: True
) -> Iterator[tuple[Path, int]]:
    """Every value with the offset of its first character, in the order of the text.

    `into` says in which values to look for further ones.
    """
    reader = _Reader(text, into)
    yield from reader.value((), reader.space(0))


class _Reader:
    """Walks a text; `end` is where the value read last ended."""

    def __init__(self, text: str, into: Callable[[Path], bool]) -> None:
        self._text = text
        self._into = into
        self._end = 0

    def space(self, position: int) -> int:
        """The next position that is not white space."""
        while self._text[position] in _SPACE:
            position += 1
        return position

    def value(self, path: Path, start: int) -> Iterator[tuple[Path, int]]:
        """The value that starts here, and those inside it."""
        yield path, start
        opening = self._text[start]
        if opening not in "{[" or not self._into(path):
            self._end = _DECODER.raw_decode(self._text, start)[1]
            return
        position, number = self.space(start + 1), 0
        while self._text[position] not in "}]":
            step: str | int = number
            if opening == "{":
                step, position = _DECODER.raw_decode(self._text, position)
                position = self.space(self.space(position) + 1)  # past the colon
            yield from self.value((*path, step), position)
            position, number = self.space(self._end), number + 1
            if self._text[position] == ",":
                position = self.space(position + 1)
        self._end = position + 1
