"""JSON documents of published formats: from text to a valid value, and where in it something is.

A document says in `schema` which format it has. Whoever reads one gets one line about the first
thing that is wrong: file, line, JSON path, what is wrong and what would be right.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path as File
from typing import Final

from attrs import frozen

from ipam_model.errors import InputError
from ipam_model.json_schema import NestingError, Schema
from ipam_model.scenario.meaning import EventError, MeaningError
from ipam_model.strict_json import (
    DuplicateKeyError,
    JsonValue,
    Path,
    RefusedError,
    decode,
    half_character,
    line_of,
    path_text,
    refused_at,
    whole_if_so,
)

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


@frozen
class Format:
    """A published format of documents."""

    name: str
    """With its version, as `ipam-scenario/1`."""
    noun: str
    """What such a document is called."""
    schema: Callable[[], Schema]

    def read(self, file: File) -> tuple[JsonValue, Source]:
        """A valid document from a file, `-` being the standard input; raises `InputError`."""
        return self.parse(*self._text_of(file))

    def parse(self, text: str, name: str) -> tuple[JsonValue, Source]:
        """A valid document from its text; `name` is where it comes from; raises `InputError`."""
        source = Source(name, text)
        value = self._decode(source)
        self._validate(value, source)
        return value, source

    def _text_of(self, file: File) -> tuple[str, str]:
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
            raise SchemaError(
                f"{name}: more than {LARGEST // 2**20} MiB; this is not a {self.noun}"
            )
        try:
            return raw.decode("utf-8-sig"), name
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            raise SchemaError(f"{name}:{line}: not UTF-8 text; a {self.noun} is JSON") from None

    def _decode(self, source: Source) -> JsonValue:
        text = source.text
        try:
            value = decode(text, parse_float=whole_if_so)
        except json.JSONDecodeError as error:
            problem = f"not JSON: {error.msg} at column {error.colno}"
            if not text.strip():
                problem = (
                    f'empty; a {self.noun} is a JSON object, starting with "schema": "{self.name}"'
                )
            raise SchemaError(f"{source.name}:{error.lineno}: {problem}") from None
        except RefusedError as error:
            raise SchemaError(self._refusal(source, error)) from None
        half = half_character(text) if "\\u" in text else None
        if half is not None:
            place = source.place(half).encode("utf-8", "backslashreplace").decode("utf-8")
            raise SchemaError(f"{place}: half of a surrogate pair; write the character itself")
        return value

    def _refusal(self, source: Source, error: RefusedError) -> str:
        found = refused_at(source.text, error)
        if found is None:
            return f"{source.name}: {error}; this is not a {self.noun}"
        line, path = found
        problem = f"{error}; write digits"
        if isinstance(error, DuplicateKeyError):
            problem = "stands twice in one object; leave one of them out"
        return f"{source.name}:{line}: {path_text(path)}: {problem}"

    def _validate(self, value: JsonValue, source: Source) -> None:
        version = value.get("schema") if isinstance(value, dict) else None
        if isinstance(version, str) and version != self.name:
            family = self.name.partition("/")[0]
            kind = self.noun if version.startswith(f"{family}/") else "document"
            raise SchemaError(
                f"{source.place(('schema',))}: {version[:60]!r} is another {kind}; "
                f'this reads "{self.name}"'
            )
        try:
            problem = self.schema().first_problem(value)
        except NestingError as failure:
            raise SchemaError(f"{source.name}: {failure}") from None
        if problem is not None:
            raise SchemaError(f"{source.place(problem.path)}: {problem.text}")
