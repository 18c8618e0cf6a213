"""From text to a scenario: the published schema decides what is one, then what makes no sense.

Validation is jsonschema-rs's: of the maintained validators the only one that knows draft 2020-12,
is typed, says what is wrong as data (kind of error, path), and takes 0.1 s for 30,000 events
(jsonschema 15 s; fastjsonschema stops at draft 7 and rejects valid documents where `default` meets
`if`). cattrs turns the JSON into records.
"""

import difflib
import json
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path as File
from typing import Any, Final, cast

from attrs import frozen

from ipam_model.errors import InputError
from ipam_model.extras import missing_extra
from ipam_model.scenario.document import Event, Happening, Inside, Scenario
from ipam_model.scenario.meaning import EventError, MeaningError
from ipam_model.scenario.schema import schema_text
from ipam_model.scenario.setup import world_of
from ipam_model.scenario.writing import Json, one_line
from ipam_model.strict_json import (
    DuplicateKeyError,
    Path,
    RefusedError,
    decode,
    half_character,
    line_of,
    path_text,
    refused_at,
)

try:
    import jsonschema_rs
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
        value = decode(text, parse_float=_number)
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


def _number(text: str) -> int | float:
    """2.0 is a whole number, to JSON Schema as here."""
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


# -- the schema ----------------------------------------------------------------------------------


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(json.loads(schema_text()))


def _validate(value: Json, source: Source) -> None:
    version = value.get("schema") if isinstance(value, dict) else None
    if isinstance(version, str) and version != "ipam-scenario/1":
        kind = "scenario" if version.startswith("ipam-scenario/") else "document"
        raise SchemaError(
            f"{source.place(('schema',))}: {version[:60]!r} is another {kind}; this reads {_NAME}"
        )
    try:
        error = next(_validator().iter_errors(value), None)
    except (ValueError, RecursionError) as failure:
        raise SchemaError(f"{source.name}: nested too deeply: {failure}") from None
    if error is None:
        return
    path = tuple(error.instance_path)
    if isinstance(error.kind, _Kinds.AdditionalProperties):
        path = (*path, min(error.kind.unexpected))
    raise SchemaError(f"{source.place(path)}: {_problem(error, _value_at(value, path))}")


def _value_at(value: Json, path: Path) -> Json:
    for step in path:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int):
            value = value[step]
    return value


_Kinds = jsonschema_rs.ValidationErrorKind


def _problem(error: jsonschema_rs.ValidationError, value: Json) -> str:
    """What is wrong and what would be right, in few words."""
    shown = _shortened(value)
    match error.kind:
        case _Kinds.AdditionalProperties(unexpected):
            known = _known_keys(error)
            similar = _similar(min(unexpected), known)
            return f"unknown key{similar or '; there are: ' + ', '.join(known)}"
        case _Kinds.Required(missing):
            return f"{missing} is missing"
        case _Kinds.FalseSchema():
            return "has no place here beside the other keys"
        case _Kinds.Enum(options):
            names = [str(each) for each in options]
            similar = _similar(str(value), names)
            return f"{shown} is none of the allowed ones{similar or ': ' + ', '.join(names)}"
        case _Kinds.Constant(expected):
            return f"{shown} must be {_shortened(cast(Json, expected))}"
        case _Kinds.Type(types):
            return f"{shown} must be {' or '.join(_TYPES.get(each, each) for each in types)}"
        case _Kinds.Minimum(limit):
            return f"{shown} must be at least {limit}"
        case _Kinds.Maximum(limit):
            return f"{shown} must be at most {limit}"
        case _Kinds.Pattern():
            return f"{shown} {_expected_text(error)}"
        case _Kinds.UniqueItems():
            return "names something twice"
    return _shortened(error.message)


_TYPES: Final = {
    "integer": "a whole number",
    "string": "text",
    "boolean": "true or false",
    "object": "an object",
    "array": "a list",
    "null": "null",
    "number": "a number",
}


def _shortened(value: Json) -> str:
    text = value if isinstance(value, str) and len(value) > 200 else one_line(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _similar(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else ""


def _subschema(error: jsonschema_rs.ValidationError) -> Mapping[str, Any]:
    """The schema whose keyword failed."""
    found: Any = json.loads(schema_text())
    for step in error.schema_path[:-1]:
        found = found[step]
    return found if isinstance(found, Mapping) else {}


def _known_keys(error: jsonschema_rs.ValidationError) -> list[str]:
    return list(_subschema(error).get("properties", {}))


def _expected_text(error: jsonschema_rs.ValidationError) -> str:
    schema = _subschema(error)
    examples = schema.get("examples", [])
    if examples:
        return f"is not such a text as {' or '.join(map(str, examples))}"
    description = str(schema.get("description", "")).split(".")[0]
    return f"must be: {description[:1].lower()}{description[1:]}" if description else "is malformed"


# -- records -------------------------------------------------------------------------------------


def _tag(kind: type) -> str:
    return cast("type[Happening]", kind).kind


@cache
def _converter() -> Converter:
    converter = Converter(detailed_validation=False)
    converter.register_structure_hook_func(lambda kind: kind is object, lambda value, _: value)
    for union in (Event, Inside):
        configure_tagged_union(union, converter, tag_name="kind", tag_generator=_tag)
    return converter
