"""What commands print with `--json`, judged by the published schemas, and damaged."""

import copy
import json
from collections.abc import Iterator
from typing import Any, Final, TypeAlias

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from tests.shared import ROOT
from tests.trace.command import run

Json: TypeAlias = Any
Path: TypeAlias = tuple[str | int, ...]

NAMES: Final = ("node", "bound", "lint", "diff")
FILES: Final[dict[str, Json]] = {
    name: json.loads((ROOT / f"ipam_model/data/{name}-1.schema.json").read_text("utf-8"))
    for name in (*NAMES, "scenario")
}
"""The schemas as they are shipped."""
_REGISTRY: Registry[Any] = Registry().with_resources(
    [(each["$id"], Resource.from_contents(each)) for each in FILES.values()]
)
VALIDATORS: Final = {
    name: Draft202012Validator(schema, registry=_REGISTRY) for name, schema in FILES.items()
}
"""Another implementation than the package's reader of scenarios uses."""

FREE: Final = {"env", "parts", "set"}
"""Objects whose keys are names that users or quantities bring."""
EMPTY: Final = {"statement", "note", "unwitnessed", "diagnostics", "env", "set"}
"""Texts that may be empty, or are what users bring."""
ELSEWHERE: Final = {"scenario", "reply"}
"""What the schema of scenarios describes."""


def problems(name: str, document: Json) -> list[str]:
    """What the schema has against a document, each with its place."""
    return [f"{each.json_path}: {each.message}" for each in VALIDATORS[name].iter_errors(document)]


def answered(capsys: pytest.CaptureFixture[str], command: str, *arguments: object) -> Json:
    """What a command prints with `--json`, once its schema has accepted it."""
    result = run(capsys, command, *arguments, "--json")
    assert result.code in (0, 1, 3), result.err
    document = json.loads(result.out)
    assert problems(command, document) == []
    return document


def definition(name: str, place: str = "") -> Json:
    """A part of a schema: of its `$defs`, or the whole."""
    return FILES[name]["$defs"][place] if place else FILES[name]


def options(name: str, place: str, field: str = "") -> list[Json]:
    """The values that a field of a part may have, or the part itself."""
    part = definition(name, place)
    found: list[Json] = (part["properties"][field] if field else part)["enum"]
    return found


def places(document: Json, path: Path = ()) -> Iterator[tuple[Path, Json]]:
    """Every value of a document with the way to it; what is described elsewhere as a whole."""
    yield path, document
    if path and path[-1] in ELSEWHERE:
        return
    entries: list[tuple[str | int, Json]] = []
    if isinstance(document, dict):
        entries = list(document.items())
    elif isinstance(document, list):
        entries = list(enumerate(document[:1]))
    for key, value in entries:
        yield from places(value, (*path, key))


def damaged(document: Json, optional: frozenset[str]) -> Iterator[tuple[str, Json]]:
    """The document with one thing wrong at a time, and what it is.

    A value of a wrong type everywhere; numbers below 0; texts that are empty and may not be; a key
    too many in every object; a key too few, but for those that are `optional`.
    """
    for path, value in places(document):
        yield f"type of {path}", _with(document, path, "x" if isinstance(value, float) else 0.5)
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield f"sign of {path}", _with(document, path, -1)
        if isinstance(value, str) and not EMPTY & set(path):
            yield f"nothing at {path}", _with(document, path, "")
        if not isinstance(value, dict) or FREE & set(path[-1:]):
            continue
        yield f"surplus key at {path}", _with(document, path, {**value, "no such key": 1})
        if ELSEWHERE & set(path[-1:]):
            continue
        for key in value.keys() - optional:
            rest = {name: each for name, each in value.items() if name != key}
            yield f"no {key} at {path}", _with(document, path, rest)


def _with(document: Json, path: Path, value: Json) -> Json:
    if not path:
        return value
    changed = copy.deepcopy(document)
    parent = changed
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = value
    return changed


def accepted_damage(name: str, document: Json, *optional: str) -> list[str]:
    """Damages that the schema does not notice."""
    tried = list(damaged(document, frozenset(optional)))
    assert len(tried) > 50
    return [what for what, broken in tried if not problems(name, broken)]
