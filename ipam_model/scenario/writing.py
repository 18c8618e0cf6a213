"""From a scenario to text: the canonical form, the same bytes for the same scenario.

Keys stand in the order of the records' fields, names of variables and ENIs in alphabetical order,
whatever equals its default is left out, and every subnet, ENI and event has a line of its own.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from attrs import AttrsInstance, fields, has

from ipam_model.scenario.document import EVENTS, Scenario, own_fields
from ipam_model.strict_json import JsonValue

Json: TypeAlias = JsonValue

_FIRST: Final = ("at_ms",)
_LAST: Final = ("note", "calls", "choices", "expect")


def write_scenario(scenario: Scenario) -> str:
    """The canonical text, with a line feed at its end."""
    return "\n".join(_lines(to_json(scenario))) + "\n"


def to_json(part: AttrsInstance) -> dict[str, Json]:
    """A record as a JSON object."""
    found: dict[str, Json] = {}
    defaults: dict[str, Any] = {each.name: each.default for each in fields(type(part))}
    for name in _order(part, list(defaults)):
        if name == "kind" and isinstance(part, EVENTS):
            found[name] = part.kind
            continue
        value = getattr(part, name)
        if value != defaults[name] or name == "schema":
            found[name] = _plain(value)
    return found


def _order(part: AttrsInstance, names: list[str]) -> list[str]:
    if not isinstance(part, EVENTS):
        return names
    return [*_FIRST, "kind", *own_fields(type(part)), *_LAST]


def _plain(value: Any) -> Json:  # noqa: ANN401 - whatever a field holds
    if has(type(value)):
        return to_json(value)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {key: _plain(value[key]) for key in sorted(value)}
    assert value is None or isinstance(value, bool | int | float | str)
    return value


def one_line(value: Json) -> str:
    """JSON on one line, text as it is."""
    return json.dumps(value, ensure_ascii=False)


def _lines(scenario: dict[str, Json]) -> Iterator[str]:
    yield "{"
    members = list(scenario.items())
    for position, (key, value) in enumerate(members):
        comma = "," if position + 1 < len(members) else ""
        yield from _member(key, value, "  ", comma)
    yield "}"


def _member(key: str, value: Json, indent: str, comma: str) -> Iterator[str]:
    """An object over several lines, a list of objects with one element a line."""
    name = f"{indent}{one_line(key)}: "
    if key in _SPREAD and isinstance(value, dict):
        yield f"{name}{{"
        members = list(value.items())
        for position, (inner, each) in enumerate(members):
            yield from _member(
                inner, each, f"{indent}  ", "," if position + 1 < len(members) else ""
            )
        yield f"{indent}}}{comma}"
    elif key in _ROWS and isinstance(value, list) and value:
        yield f"{name}["
        for position, each in enumerate(value):
            last = position + 1 == len(value)
            yield f"{indent}  {one_line(each)}{'' if last else ','}"
        yield f"{indent}]{comma}"
    else:
        yield f"{name}{one_line(value)}{comma}"


_SPREAD: Final = ("node", "ec2")
_ROWS: Final = ("subnets", "enis", "events")
