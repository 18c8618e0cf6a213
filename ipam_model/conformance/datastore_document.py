"""Plans for a data store as JSON documents, `ipam-datastore/1`, in both directions.

What each field means stands in the published schema, `data/datastore-1.schema.json`; fields at
their defaults are left out when a plan is written, and every event has a line of its own.
"""

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final, cast

from ipam_model.conformance.datastore_events import (
    EVENTS,
    AddCidr,
    DatastoreEvent,
    DatastorePart,
    DelCidr,
)
from ipam_model.conformance.datastore_happening import network_of
from ipam_model.conformance.plan import DatastorePlan
from ipam_model.errors import InputError
from ipam_model.json_schema import Schema
from ipam_model.scenario.json_document import Format, Source
from ipam_model.scenario.meaning import MeaningError
from ipam_model.scenario.reading import structured
from ipam_model.scenario.writing import one_line, to_json
from ipam_model.strict_json import JsonValue

SCHEMA: Final = "ipam-datastore/1"
NAME: Final = "datastore-1.schema.json"


@cache
def schema_text() -> str:
    """The schema: draft 2020-12, `$id` urn:ipam-model:datastore:1."""
    return files("ipam_model").joinpath("data", NAME).read_text(encoding="utf-8")


@cache
def _schema() -> Schema:
    return Schema(schema_text())


DATASTORE: Final = Format(SCHEMA, "plan of a data store", _schema)


def read_datastore_plan(file: Path) -> DatastorePlan:
    """A plan from a file, `-` being the standard input.

    Raises `InputError`: file, line, JSON path, what is wrong and what would be right.
    """
    return _plan(*DATASTORE.read(file))


def parse_datastore_plan(text: str, name: str = "<text>") -> DatastorePlan:
    """A plan from its text; `InputError` as `read_datastore_plan`."""
    return _plan(*DATASTORE.parse(text, name))


_RECORDS: Final = {each.kind: each for each in EVENTS}


def event_of(value: dict[str, JsonValue]) -> DatastoreEvent:
    """The event that a valid object stands for."""
    record: type[DatastoreEvent] = _RECORDS[str(value["kind"])]
    return structured({key: each for key, each in value.items() if key != "kind"}, record)


def event_json(event: DatastoreEvent) -> dict[str, JsonValue]:
    """An event as a JSON object: its kind first, nothing at its default."""
    return {"kind": event.kind, **to_json(event)}


def _plan(value: JsonValue, source: Source) -> DatastorePlan:
    fields = cast("dict[str, JsonValue]", value)
    events = cast("list[dict[str, JsonValue]]", fields["events"])
    plan = DatastorePlan(
        datastore=structured(fields.get("datastore", {}), DatastorePart),
        events=tuple(map(event_of, events)),
    )
    for number, event in enumerate(plan.events):
        if isinstance(event, AddCidr | DelCidr):
            try:
                network_of(event.cidr)
            except InputError as error:
                wrong = MeaningError(("events", number, "cidr"), str(error))
                raise source.explain(wrong) from None
    return plan


def write_datastore_plan(plan: DatastorePlan, title: str = "") -> str:
    """The canonical text, with a line feed at its end."""
    return "\n".join(_lines(plan, title)) + "\n"


def _lines(plan: DatastorePlan, title: str) -> Iterator[str]:
    yield "{"
    yield f'  "schema": {json.dumps(SCHEMA)},'
    if title:
        yield f'  "title": {one_line(title)},'
    yield f'  "datastore": {one_line(dict(to_json(plan.datastore)))},'
    if not plan.events:
        yield '  "events": []'
    else:
        yield '  "events": ['
        shown = [f"    {one_line(event_json(each))}" for each in plan.events]
        yield ",\n".join(shown)
        yield "  ]"
    yield "}"
