"""JSON text decoded strictly, and where in it a value stands.

Python's decoder reads what is no JSON, or no good JSON: NaN and infinities, and objects in which a
key stands twice, of which it drops one. Here these are errors, as are numbers and nesting beyond
reason. Whoever reads a file adds its name and what would be right.

Lines are looked up only when there is something to complain about. The text is then known to be
valid JSON; values that are of no interest are skipped by the decoder of the standard library.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final, NoReturn, TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
"""What a JSON text means."""


# -- decoding ------------------------------------------------------------------------------------


class RefusedError(ValueError):
    """Python could read it; `str` says in a few words why it is refused."""


class DuplicateKeyError(RefusedError):
    """A key stands twice in one object."""


class ConstantError(RefusedError):
    """NaN or an infinity stands where a number should be."""


class NestingError(RefusedError):
    """Lists and objects inside one another, deeper than Python follows."""


class DigitsError(RefusedError):
    """A whole number of more digits than Python converts."""


def decode(
    text: str | bytes, *, parse_float: Callable[[str], int | float] | None = None
) -> JsonValue:
    """What a text means; bytes are UTF-8, or UTF-16 or UTF-32 with zero bytes that tell so.

    Raises `RefusedError`, `json.JSONDecodeError` for what is no JSON, or `UnicodeDecodeError`.
    """
    try:
        value: JsonValue = json.loads(
            text,
            object_pairs_hook=_distinct,
            parse_constant=refuse_constant,
            parse_float=parse_float,
        )
    except (json.JSONDecodeError, UnicodeDecodeError, RefusedError):
        raise
    except RecursionError:
        raise NestingError("nested too deeply") from None
    except ValueError:  # Python refuses to convert them.
        raise DigitsError("a number has thousands of digits") from None
    return value


def whole_if_so(text: str) -> int | float:
    """A `parse_float` to which 2.0 is a whole number, as it is to JSON Schema."""
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def refuse_constant(name: str) -> NoReturn:
    """The `parse_constant` of decoders that refuse NaN and infinities."""
    raise ConstantError(f"{name} is not a JSON number")


def _distinct(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise DuplicateKeyError(f"key {twice!r} stands twice in one object")
    return found


# -- places --------------------------------------------------------------------------------------

Path: TypeAlias = tuple[str | int, ...]
"""Keys and positions from the outermost value inwards."""

_DECODER: Final = json.JSONDecoder()
_SPACE: Final = " \t\n\r"


def line_at(text: str, offset: int) -> int:
    """The line, from 1, of a character."""
    return text.count("\n", 0, offset) + 1


def line_of(text: str, path: Path) -> int:
    """The line, from 1, on which the value at `path` starts; of a key that is missing, its object.

    What the path names beyond the text's own depth is ignored.
    """
    offset = 0
    for found, start in values(text, into=lambda here: path[: len(here)] == here):
        if path[: len(found)] == found:
            offset = start
    return line_at(text, offset)


def refused_at(text: str, error: RefusedError) -> tuple[int, Path] | None:
    """Line and path of what `decode` refused; `None` without one place, or too deep."""
    # The walk through the text needs more of the stack than the decoder.
    with suppress(RecursionError):
        if isinstance(error, DuplicateKeyError):
            path = _duplicate_key(text)
            offsets = [start for found, start in values(text) if found == path]
            return line_at(text, offsets[1]), path
        if isinstance(error, ConstantError):
            path = next(path for path, start in values(text) if text.startswith(_CONSTANTS, start))
            return line_of(text, path), path
    return None


def _duplicate_key(text: str) -> Path:
    """The first key that stands a second time in one object."""
    seen: set[Path] = set()
    for path, _ in values(text):
        if path in seen:
            return path
        seen.add(path)
    raise AssertionError("the decoder met one")


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
