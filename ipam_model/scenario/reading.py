"""From text to a scenario: the published schema decides what is one, then what makes no sense.

cattrs turns the JSON into records.
"""

import json
import sys
from functools import cache
from pathlib import Path as File
from typing import Final, TypeVar, cast

from attrs import frozen

from ipam_model.errors import InputError
from ipam_model.extras import missing_extra
from ipam_model.json_schema import NestingError, Schema
from ipam_model.scenario.document import Event, Happening, Inside, Scenario
from ipam_model.scenario.meaning import EventError, MeaningError
from ipam_model.scenario.schema import schema_text
from ipam_model.scenario.setup import world_of
from ipam_model.scenario.writing import Json
from ipam_model.strict_json import (
    DuplicateKeyError,
    Path,
    RefusedError,
    decode,
    half_character,
    line_of,
    path_text,
    refused_at,
    whole_if_so,
)

try:
    from cattrs import Converter
    from cattrs.strategies import configure_tagged_union
except ImportError as error:
    raise missing_extra(str(error.name), "scenarios") from None

LARGEST: Final = 64 * 2**20
"""Bytes; a scenario of 100,000 events takes about 10 MB."""
STDIN: Final = "-"


class SchemaError(InputError):
    """The text does not fit the published schema, or is no JSON."""


@frozen
class Source:
    """A text and where it comes from."""

    name: str
    text: str

    def place(self, path: Path) -> str:
        """File, line and JSON path of a value."""
        return f"{self.name}:{line_of(self.text, path)}: {path_text(path)}"

    def explain(self, error: MeaningError | EventError) -> InputError:
        """The same complaint with its place."""
        path = ("events", error.number) if isinstance(error, EventError) else error.path
        return InputError(f"{self.place(path)}: {error}")


def read_scenario(file: File) -> tuple[Scenario, Source]:
    """A scenario from a file, `-` being the standard input.

    Raises `InputError`: file, line, JSON path, what is wrong and what would be right.
    """
    try:
        if str(file) == STDIN:
            raw, name = sys.stdin.buffer.read(LARGEST + 1), "<stdin>"
        else:
            name = str(file)
            with file.open("rb") as stream:
                raw = stream.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(f"{str(file)[:200]}: cannot be read: {reason}") from None
    if len(raw) > LARGEST:
        raise SchemaError(f"{name}: more than {LARGEST // 2**20} MiB; this is not a scenario")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SchemaError(f"{name}:{line}: not UTF-8 text; a scenario is JSON") from None
    return parse_scenario(text, name)


def parse_scenario(text: str, name: str = "<text>") -> tuple[Scenario, Source]:
    """A scenario from its text; `InputError` as `read_scenario`."""
    source = Source(name, text)
    value = _decode(source)
    _validate(value, source)
    scenario = _converter().structure(value, Scenario)
    try:
        world_of(scenario.node, scenario.ec2)
    except MeaningError as error:
        raise source.explain(error) from None
    return scenario, source


# -- JSON ----------------------------------------------------------------------------------------


def _decode(source: Source) -> Json:
    text = source.text
    try:
        value = decode(text, parse_float=whole_if_so)
    except json.JSONDecodeError as error:
        problem = f"not JSON: {error.msg} at column {error.colno}"
        if not text.strip():
            problem = f'empty; a scenario is a JSON object, starting with "schema": {_NAME}'
        raise SchemaError(f"{source.name}:{error.lineno}: {problem}") from None
    except RefusedError as error:
        raise SchemaError(_refusal(source, error)) from None
    half = half_character(text) if "\\u" in text else None
    if half is not None:
        place = source.place(half).encode("utf-8", "backslashreplace").decode("utf-8")
        raise SchemaError(f"{place}: half of a surrogate pair; write the character itself")
    return value


def _refusal(source: Source, error: RefusedError) -> str:
    found = refused_at(source.text, error)
    if found is None:
        return f"{source.name}: {error}; this is not a scenario"
    line, path = found
    problem = f"{error}; write digits"
    if isinstance(error, DuplicateKeyError):
        problem = "stands twice in one object; leave one of them out"
    return f"{source.name}:{line}: {path_text(path)}: {problem}"


_NAME: Final = '"ipam-scenario/1"'


# -- the schema ----------------------------------------------------------------------------------


@cache
def _schema() -> Schema:
    return Schema(schema_text())


def _validate(value: Json, source: Source) -> None:
    version = value.get("schema") if isinstance(value, dict) else None
    if isinstance(version, str) and version != "ipam-scenario/1":
        kind = "scenario" if version.startswith("ipam-scenario/") else "document"
        raise SchemaError(
            f"{source.place(('schema',))}: {version[:60]!r} is another {kind}; this reads {_NAME}"
        )
    try:
        problem = _schema().first_problem(value)
    except NestingError as failure:
        raise SchemaError(f"{source.name}: {failure}") from None
    if problem is not None:
        raise SchemaError(f"{source.place(problem.path)}: {problem.text}")


# -- records -------------------------------------------------------------------------------------


R = TypeVar("R")


def structured(value: Json, kind: type[R]) -> R:
    """The record that a valid part of a scenario stands for."""
    found: R = _converter().structure(value, kind)
    return found


def structured_event(value: Json) -> Event:
    """The event that a valid one stands for."""
    found: Event = _converter().structure(value, Event)
    return found


def _tag(kind: type) -> str:
    return cast("type[Happening]", kind).kind


@cache
def _converter() -> Converter:
    converter = Converter(detailed_validation=False)
    converter.register_structure_hook_func(lambda kind: kind is object, lambda value, _: value)
    for union in (Event, Inside):
        configure_tagged_union(union, converter, tag_name="kind", tag_generator=_tag)
    return converter
