"""Reading `ipam-trace/1`: JSON lines, streamed, every complaint with file and line."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Final, NoReturn, TypeAlias

from attrs import evolve, frozen

from ipam_model.errors import InputError
from ipam_model.strict_json import JsonValue, NestingError, decode
from ipam_model.trace.dialect import DIALECTS, V1_23, Dialect

SCHEMA: Final = "ipam-trace/1"
LONGEST_LINE: Final = 8 * 1024 * 1024
"""Bytes; a state of the largest instance takes less than 1 MiB."""
LONGEST_TIME: Final = 10**9
"""Seconds."""

Json: TypeAlias = JsonValue


class PlacedError(InputError):
    """Bad input whose message starts with file and line."""


@frozen
class Place:
    """Where something was read."""

    path: str
    line: int

    def fail(self, message: str) -> NoReturn:
        """Raise the one-line complaint."""
        raise PlacedError(f"{self.path}:{self.line}: {message}")


class Fields:
    """A JSON object whose fields are read with a type; complaints name the place."""

    __slots__ = ("place", "values", "what")

    def __init__(self, values: Json, place: Place, what: str) -> None:
        if not isinstance(values, dict):
            place.fail(f"{what} must be a JSON object, not {_kind(values)}")
        self.values: Mapping[str, Json] = values
        self.place = place
        self.what = what

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def fail(self, message: str) -> NoReturn:
        """Complain about this object."""
        self.place.fail(f"{self.what}: {message}")

    def text(self, key: str, default: str | None = None) -> str:
        """A string field."""
        value = self.values.get(key, default)
        if not isinstance(value, str):
            self.fail(f"{key!r} must be a string, not {_kind(value)}")
        return value

    def flag(self, key: str, default: bool | None = None) -> bool:
        """A boolean field."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            self.fail(f"{key!r} must be true or false, not {_kind(value)}")
        return value

    def count(
        self, key: str, default: int | None = None, *, least: int = 0, most: int = 2**48
    ) -> int:
        """A whole number from `least` to `most`."""
        value = self.values.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.fail(f"{key!r} must be a whole number from {least} to {most}, not {_kind(value)}")
        return value

    def number(self, key: str) -> int:
        """A whole number of either sign."""
        value = self.values.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 2**63:
            self.fail(f"{key!r} must be a whole number, not {_kind(value)}")
        return value

    def instant(self, key: str, default: int | None = None) -> int:
        """Seconds, as milliseconds."""
        if key not in self.values and default is not None:
            return default
        return self.milliseconds(self.values.get(key), key)

    def milliseconds(self, value: Json, key: str) -> int:
        """A number of seconds, 0 to `LONGEST_TIME`, at most three decimals, in milliseconds."""
        usable = isinstance(value, int | float) and not isinstance(value, bool)
        if not usable or not isinstance(value, int | float) or not 0 <= value <= LONGEST_TIME:
            self.fail(f"{key!r} must be seconds from 0 to {LONGEST_TIME}, not {_kind(value)}")
        exact = round(value * 1000)
        if abs(exact - value * 1000) > 1e-4:
            self.fail(f"{key!r} is {value}, finer than a millisecond")
        return exact

    def items(self, key: str, *, optional: bool = False) -> list[Json]:
        """A list field."""
        value = self.values.get(key, [] if optional else None)
        if not isinstance(value, list):
            self.fail(f"{key!r} must be a list, not {_kind(value)}")
        return value

    def texts(self, key: str, *, optional: bool = False) -> tuple[str, ...]:
        """A list of distinct strings."""
        found: list[str] = []
        for value in self.items(key, optional=optional):
            if not isinstance(value, str):
                self.fail(f"{key!r} must hold strings, not {_kind(value)}")
            found.append(value)
        if len(set(found)) != len(found):
            self.fail(f"{key!r} names something twice")
        return tuple(found)

    def child(self, key: str, *, optional: bool = False) -> "Fields":
        """An object field."""
        value = self.values.get(key, {} if optional else None)
        return Fields(value, self.place, f"{self.what}, {key!r}")

    def objects(self, key: str, *, optional: bool = False) -> Iterator["Fields"]:
        """A list of objects."""
        for position, value in enumerate(self.items(key, optional=optional)):
            yield Fields(value, self.place, f"{self.what}, {key}[{position}]")

    def table(self, key: str) -> Mapping[str, str]:
        """An object whose values are strings."""
        fields = self.child(key)
        return {name: fields.text(name) for name in fields.values}


@frozen
class Event:
    """One line: what happened, what the caller saw, the calls made, and the changed state."""

    seq: int
    time: int
    kind: str
    event: Fields
    reply: Fields
    calls: tuple[Fields, ...]
    state: Fields

    @property
    def place(self) -> Place:
        """File and line."""
        return self.event.place


@frozen
class Trace:
    """An open trace: its header, and its events as a stream."""

    path: str
    header: Fields
    events: Iterator[Event]
    dialect: Dialect
    """What traces of this version of the daemon show."""

    @property
    def id(self) -> str:
        """The id in the header, or the path."""
        value = self.header.values.get("id")
        return " ".join(value.split()) if isinstance(value, str) else self.path


STDIN: Final = Path("-")


def read_trace(path: Path) -> Trace:
    """Open a trace, `STDIN` being the standard input; events are read as they are asked for.

    Raises `InputError`, at once or while events are read, naming file and line.
    """
    lines = _lines(path)
    first = next(lines, None)
    if first is None:
        raise InputError(f"{name_of(path)}: empty file; a trace starts with a header line")
    place, value = first
    header = Fields(value, place, "header")
    schema = header.values.get("schema")
    if schema != SCHEMA:
        header.fail(f"schema is {schema!r}; this checker reads {SCHEMA!r}")
    models = header.values.get("models", V1_23.models)
    dialect = DIALECTS.get(models) if isinstance(models, str) else None
    if dialect is None:
        known = " or ".join(map(repr, DIALECTS))
        header.fail(f"recorded from {models!r}; modelled are {known}")
    by_card = "network_cards" in header
    if by_card and dialect is not V1_23:
        header.fail(f"traces of {models!r} do not tell network cards apart")
    return Trace(name_of(path), header, _events(lines), evolve(dialect, by_card=by_card))


def _events(lines: Iterator[tuple[Place, Json]]) -> Iterator[Event]:
    for place, value in lines:
        fields = Fields(value, place, "event line")
        event = fields.child("event")
        yield Event(
            fields.count("seq"),
            fields.instant("time"),
            event.text("kind"),
            event,
            fields.child("reply", optional=True),
            tuple(fields.objects("ec2", optional=True)),
            fields.child("state", optional=True),
        )


def _lines(path: Path) -> Iterator[tuple[Place, Json]]:
    for place, raw in raw_lines(path):
        if not raw.strip():
            place.fail("blank line; every line of a trace is a JSON object")
        yield place, decode_line(raw, place)


def raw_lines(path: Path) -> Iterator[tuple[Place, bytes]]:
    """The lines of a file, `STDIN` being the standard input, as soon as they are there.

    Raises `InputError` if it cannot be read or a line has `LONGEST_LINE` bytes.
    """
    name, number = name_of(path), 0
    try:
        opened = nullcontext(sys.stdin.buffer) if path == STDIN else path.open("rb")
        with opened as stream:
            while raw := stream.readline(LONGEST_LINE):
                number += 1
                place = Place(name, number)
                if len(raw) >= LONGEST_LINE:
                    place.fail(f"line of {LONGEST_LINE} bytes or more; this is not a trace")
                yield place, raw
    except OSError as error:
        raise InputError(f"{name}: cannot be read: {error.strerror or error}") from None


def name_of(path: Path) -> str:
    """What messages call a file."""
    return "standard input" if path == STDIN else str(path)


def decode_line(raw: bytes, place: Place, what: str = "a trace") -> Json:
    """The JSON of a line; `InputError` with its place if it is none."""
    try:
        return decode(raw)
    except UnicodeDecodeError:
        place.fail(f"not UTF-8 text; {what} is JSON lines")
    except NestingError as error:
        place.fail(f"{error}; this is not {what}")
    except ValueError as error:
        if not raw.endswith(b"\n"):
            place.fail(f"the last line is cut off or not JSON ({error})")
        place.fail(f"not JSON ({error})")


def _kind(value: Json) -> str:
    match value:
        case None:
            return "absent or null"
        case list():
            return "a list"
        case dict():
            return "an object"
        case str():
            return ascii(value if len(value) <= 60 else f"{value[:57]}...")
    return str(value)[:60]
