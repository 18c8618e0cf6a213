"""Plans as documents.

That of a daemon is a scenario, `ipam-scenario/1`, which `ipam-model replay` takes as well. That of
a datastore has its settings and its events:

    {
      "schema": "ipam-datastore-plan/1",
      "datastore": {"prefix_delegation": true},
      "events": [
        {"kind": "add_eni", "eni": "eni-1", "device": 1},
        {"kind": "assign", "pod": "p1"}
      ]
    }

Fields are those of `datastore_events`; what equals its default is left out.
"""

import difflib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeVar, get_args, get_type_hints

from attrs import NOTHING, fields

from ipam_model.conformance.datastore_events import DatastoreEvent, DatastorePart
from ipam_model.conformance.plan import DaemonPlan, DatastorePlan, Plan, plan_of
from ipam_model.errors import InputError
from ipam_model.scenario.writing import one_line, to_json, write_scenario
from ipam_model.strict_json import JsonValue, RefusedError, decode

SCHEMA: Final = "ipam-datastore-plan/1"
KINDS: Final[Mapping[str, Any]] = {each.kind: each for each in get_args(DatastoreEvent)}
"""Events of a datastore by kind."""
_NAMES: Final = {bool: "true or false", int: "a whole number", str: "a text"}

R = TypeVar("R")


def write_plan(plan: Plan, title: str = "") -> str:
    """The canonical text, with a line feed at its end."""
    if isinstance(plan, DaemonPlan):
        return write_scenario(plan.scenario(title))
    head = {"schema": SCHEMA, **({"title": title} if title else {})}
    rows = [f'  "{key}": {one_line(value)},' for key, value in head.items()]
    rows.append(f'  "datastore": {one_line(to_json(plan.datastore))},')
    events = [f"    {one_line({'kind': each.kind, **to_json(each)})}" for each in plan.events]
    listed = "[\n" + ",\n".join(events) + "\n  ]" if events else "[]"
    return "\n".join(["{", *rows, f'  "events": {listed}', "}"]) + "\n"


def read_plan(path: Path) -> Plan:
    """The plan of a file.

    Raises `InputError`: which file and event, what is wrong, and what would be right. A scenario
    needs the extra `scenarios` to be read.
    """
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: not UTF-8 text; a plan is JSON") from None
    return parse_plan(text, str(path))


def parse_plan(text: str, name: str = "<text>") -> Plan:
    """The plan of a text; `InputError` as `read_plan`."""
    try:
        value = decode(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{name}:{error.lineno}: not JSON: {error.msg}") from None
    except RefusedError as error:
        raise InputError(f"{name}: {error}") from None
    if not isinstance(value, dict) or value.get("schema") != SCHEMA:
        return _of_scenario(text, name)
    known = {"schema", "title", "datastore", "events"}
    for key in value.keys() - known:
        raise InputError(f"{name}: unknown key {key!r}; there are: {', '.join(sorted(known))}")
    part, events = value.get("datastore", {}), value.get("events", [])
    if not isinstance(part, dict) or not isinstance(events, list):
        raise InputError(f"{name}: datastore is an object, and events is a list")
    return DatastorePlan(
        datastore=_record(DatastorePart, part, f"{name}: datastore"),
        events=tuple(_event(each, f"{name}: events[{n}]") for n, each in enumerate(events)),
    )


def _of_scenario(text: str, name: str) -> DaemonPlan:
    # Needs packages of the extra `scenarios`, which a plan of a datastore does without.
    from ipam_model.scenario.reading import parse_scenario

    scenario, _ = parse_scenario(text, name)
    try:
        return plan_of(scenario)
    except InputError as error:
        raise InputError(f"{name}: {error}") from None


def _event(value: JsonValue, place: str) -> DatastoreEvent:
    if not isinstance(value, dict):
        raise InputError(f"{place}: an event is an object")
    kind = value.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise InputError(f"{place}: kind {kind!r} is none of {', '.join(KINDS)}")
    found: DatastoreEvent = _record(
        KINDS[kind], {key: each for key, each in value.items() if key != "kind"}, place
    )
    return found


def _record(kind: type[R], value: Mapping[str, JsonValue], place: str) -> R:
    hints = get_type_hints(kind)
    known: dict[str, Any] = {each.name: each for each in fields(kind)}  # type: ignore[arg-type]
    for key, each in value.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            right = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}"
            raise InputError(f"{place}: unknown key {key!r}; {right}")
        if type(each) is not hints[key]:
            raise InputError(f"{place}.{key}: {one_line(each)} is not {_NAMES[hints[key]]}")
    for key, attribute in known.items():
        if attribute.default is NOTHING and key not in value:
            raise InputError(f"{place}: {key} is missing")
    return kind(**value)
