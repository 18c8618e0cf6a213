"""JSON as it comes from a terminal: found between other lines, and read with its place in mind."""

import json
import re
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Final

from attrs import frozen

from ipam_model.errors import InputError
from ipam_model.inspection.counted import counted
from ipam_model.strict_json import Path, line_at, line_of, refuse_constant

MOST_BYTES: Final = 200_000_000
"""More than 100 000 pods' worth; beyond, the file is something else."""
_LONGEST_SHOWN: Final = 60

Recognise = Callable[[object], str | None]
"""The kind of a JSON value, `None` if it is not one of those looked for."""


@frozen
class Found:
    """The JSON value that was looked for."""

    kind: str
    value: object
    name: str
    """Of the file, for messages."""
    text: str
    """From the value's first character on."""
    line: int
    """On which it begins."""
    remarks: tuple[str, ...] = ()
    """What stood around it."""
    sent: str | None = None
    """RFC 3339 instant of an HTTP `Date` header before it."""

    def cursor(self) -> "Cursor":
        """The whole value."""
        return Cursor(self, self.value, ())


def decode(name: str, data: bytes) -> str:
    """The text of a file: UTF-8, or UTF-16 as PowerShell writes it; `InputError` otherwise."""
    if len(data) > MOST_BYTES:
        raise InputError(f"{name}: {len(data)} bytes; no node's state is that long")
    coding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(coding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        hint = "; decompress it first" if data[:2] == b"\x1f\x8b" else ""
        raise InputError(
            f"{name}:{line}: not text (byte {error.start} is not UTF-8); expected JSON{hint}"
        ) from None


def find(name: str, text: str, recognise: Recognise, expected: str) -> Found:
    """The first JSON object in `text` that `recognise` knows.

    Other lines around it (HTTP headers, a prompt, log lines, which are JSON themselves) are passed
    over and remarked on. Raises `InputError` if there is none, or it is broken off.
    """
    if not text.strip():
        raise InputError(f"{name}: the file is empty; expected {expected}")
    decoder = json.JSONDecoder(parse_constant=refuse_constant)
    strangers: list[tuple[int, object]] = []
    failure: tuple[int, str] | None = None
    at = 0
    for start in _candidates(text):
        if start < at:
            continue  # Inside an object that was read already.
        try:
            value, end = decoder.raw_decode(text, start)
        except json.JSONDecodeError as error:
            # The deepest point that any attempt reached is where the text is broken.
            failure = max(failure or (-1, ""), (error.pos, error.msg))
            continue
        except (ValueError, RecursionError) as error:
            raise InputError(
                f"{name}:{line_at(text, start)}: JSON beyond reason ({error}); expected {expected}"
            ) from None
        kind = recognise(value)
        if kind is not None:
            return Found(
                kind,
                value,
                name,
                text[start:end],
                line_at(text, start),
                tuple(_surroundings(text, start, end)),
                _http_date(text[:start]),
            )
        strangers.append((start, value))
        at = end
    raise InputError(_complaint(name, text, failure, strangers, expected))


def _candidates(text: str) -> list[int]:
    """Where an object may begin: at the start of a line, else at the first brace of all."""
    starts = [match.end() - 1 for match in re.finditer(r"^[ \t]*\{", text, re.MULTILINE)]
    first = text.find("{")
    return sorted({first, *starts} - {-1})


def _complaint(
    name: str,
    text: str,
    failure: tuple[int, str] | None,
    strangers: list[tuple[int, object]],
    expected: str,
) -> str:
    if failure is not None:
        position, problem = failure
        if _broken_off(text, position, problem):
            last = line_at(text, len(text.rstrip()))
            return (
                f"{name}:{last}: the JSON breaks off here, the file is truncated; "
                f"expected {expected}"
            )
        place = f"{name}:{line_at(text, position)}"
        column = position - (text.rfind("\n", 0, position) + 1) + 1
        return f"{place}: not JSON at column {column} ({problem}); expected {expected}"
    if strangers:
        start, value = strangers[0]
        place = f"{name}:{line_at(text, start)}"
        keys = ", ".join(list(value)[:5]) if isinstance(value, dict) else ""
        if keys == "AvailableCommands":
            return f"{place}: this is the answer of / and not of /v1/enis; expected {expected}"
        what = f"an object with the keys {keys[:80]}" if keys else "an empty object"
        return f"{place}: {what}; expected {expected}"
    first = text.strip().splitlines()[0]
    return f"{name}:1: {shown(first)} is no JSON object; expected {expected}"


def _broken_off(text: str, position: int, problem: str) -> bool:
    """Whether the end of the text is what is wrong: within a string, a word, or between values."""
    rest = text[position:].rstrip()
    within_word = any(word.startswith(rest) for word in ("true", "false", "null"))
    return not rest or within_word or problem.startswith("Unterminated string")


def _surroundings(text: str, start: int, end: int) -> list[str]:
    remarks = []
    before, after = text[:start].strip(), text[end:].strip()
    if before:
        lines = len(before.splitlines())
        what = "HTTP headers" if re.match(r"HTTP/\d", before) else shown(before.splitlines()[0])
        remarks.append(f"passed over {counted(lines, 'line')} before the JSON: {what}")
    if after:
        lines = len(after.splitlines())
        remarks.append(
            f"passed over {counted(lines, 'line')} after it: {shown(after.splitlines()[0])}"
        )
    return remarks


def _http_date(before: str) -> str | None:
    header = re.search(r"^date:[ \t]*(.+?)[ \t\r]*$", before, re.MULTILINE | re.IGNORECASE)
    if header is None:
        return None
    try:
        return parsedate_to_datetime(header[1]).isoformat()
    except ValueError:
        return None


def shown(value: object) -> str:
    """A value for a message: one line, cut short if long."""
    text = ascii(value) if isinstance(value, str) else json.dumps(value, default=str)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


@frozen
class Cursor:
    """A value in the JSON, and the keys that lead to it."""

    found: Found
    value: object
    path: Path

    def wrong(self, must_be: str) -> InputError:
        """The error to raise where this value is not what it must be."""
        return self.complaint(f"is {shown(self.value)}; it must be {must_be}")

    def complaint(self, message: str) -> InputError:
        """An error about this value, with file, line and keys."""
        where = ".".join(map(str, self.path)) or "the JSON"
        line = self.found.line - 1 + line_of(self.found.text, self.path)
        return InputError(f"{self.found.name}:{line}: {where} {message}")

    def has(self, key: str) -> bool:
        """Whether the object has this key."""
        return isinstance(self.value, dict) and key in self.value

    def get(self, key: str) -> "Cursor":
        """A member of the object, which must be there."""
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        if key not in self.value:
            raise self.complaint(f"has no {key}")
        return Cursor(self.found, self.value[key], (*self.path, key))

    def members(self) -> "list[tuple[str, Cursor]]":
        """All members of the object; none if it is null, as Go writes an empty map."""
        if self.value is None:
            return []
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        return [(key, self.get(key)) for key in self.value]

    def items(self) -> "list[Cursor]":
        """All elements of the array; none if it is null."""
        if self.value is None:
            return []
        if not isinstance(self.value, list):
            raise self.wrong("an array")
        return [
            Cursor(self.found, each, (*self.path, position))
            for position, each in enumerate(self.value)
        ]

    def flag(self, key: str, *, absent: bool | None = None) -> bool:
        """A truth value; `absent` if given and the key is missing."""
        if absent is not None and not self.has(key):
            return absent
        member = self.get(key)
        if not isinstance(member.value, bool):
            raise member.wrong("true or false")
        return member.value

    def whole(self, key: str, *, absent: int | None = None) -> int:
        """A whole number; `absent` if given and the key is missing."""
        if absent is not None and not self.has(key):
            return absent
        member = self.get(key)
        if not isinstance(member.value, int) or isinstance(member.value, bool):
            raise member.wrong("a whole number")
        return member.value

    def text(self, key: str, *, absent: str | None = None) -> str:
        """A text; `absent` if given and the key is missing."""
        if absent is not None and not self.has(key):
            return absent
        member = self.get(key)
        if not isinstance(member.value, str):
            raise member.wrong("a text")
        return member.value
