"""Names, limits and published schemas of the protocol; docs/protocol.md is its text."""

import json
from enum import Enum, unique
from functools import cache
from importlib.resources import files
from typing import Final

from ipam_model.conformance.wire.errors import MalformedMessageError
from ipam_model.json_schema import NestingError, Schema
from ipam_model.scenario.schema import schema_text as scenario_schema
from ipam_model.strict_json import JsonValue, path_text

PROTOCOL: Final = "ipam-subject/1"
LONGEST_LINE: Final = 8 * 2**20
"""Bytes of a line, the line feed included."""


@unique
class Direction(Enum):
    """Who sends a message."""

    COMMANDS = "commands"
    """The kit."""
    MESSAGES = "messages"
    """The program under test."""


@cache
def schema_text(direction: Direction) -> str:
    """The schema of one direction: draft 2020-12, `$id` urn:ipam-model:subject:1:<direction>."""
    name = f"subject-1-{direction.value}.schema.json"
    return files("ipam_model").joinpath("data", name).read_text(encoding="utf-8")


@unique
class Said(Enum):
    """The kinds of messages, as the schemas call them."""

    STARTED = "started"
    DONE = "done"
    APPLIED = "applied"
    OBSERVED = "observed"
    ASK = "ask"
    UNSUPPORTED = "unsupported"
    ERRORED = "errored"


FINISHES: Final = {
    "start": Said.STARTED,
    "reset": Said.DONE,
    "apply": Said.APPLIED,
    "observe": Said.OBSERVED,
    "stop": Said.DONE,
}
"""What finishes each command, unless the subject does not support it or failed."""


@cache
def schema_of(kind: Said) -> Schema:
    """The schema of one kind of message: complaints then name what that kind lacks."""
    document = json.loads(schema_text(Direction.MESSAGES))
    root = {key: value for key, value in document.items() if key not in {"if", "then", "else"}}
    return Schema(json.dumps(root | {"$ref": f"#/$defs/{kind.value}"}))


@cache
def schema_of_commands() -> Schema:
    """The schema of what the kit sends."""
    return Schema(schema_text(Direction.COMMANDS), also=[scenario_schema()])


def require_valid(schema: Schema, value: JsonValue) -> None:
    """Raises `MalformedMessageError`: where the message breaks its schema, and how."""
    try:
        problem = schema.likeliest_problem(value)
    except NestingError as error:
        raise MalformedMessageError(str(error)) from None
    if problem is not None:
        raise MalformedMessageError(f"{path_text(problem.path)}: {problem.text}")
