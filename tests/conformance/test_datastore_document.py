"""Plans of a data store as documents: what is written is read again, and nothing else is read."""

import json
from pathlib import Path
from typing import Any

import pytest
from attrs import NOTHING, fields
from hypothesis import given

from ipam_model.conformance.datastore_document import (
    event_json,
    event_of,
    parse_datastore_plan,
    read_datastore_plan,
    schema_text,
    write_datastore_plan,
)
from ipam_model.conformance.datastore_events import EVENTS, DatastorePart
from ipam_model.conformance.plan import DatastorePlan
from ipam_model.errors import InputError
from ipam_model.testing.datastore_plans import datastore_plans

WRITTEN = """\
{
  "schema": "ipam-datastore/1",
  "datastore": {"cooldown_ms": 5000},
  "events": [
    {"kind": "add_eni", "eni": "eni-1", "device": 0},
    {"kind": "add_cidr", "eni": "eni-1", "cidr": "10.0.0.1/32"},
    {"kind": "assign", "pod": "p1"},
    {"kind": "advance", "ms": 5001}
  ]
}
"""


@given(plan=datastore_plans())
def test_what_is_written_is_read_again(plan: DatastorePlan) -> None:
    text = write_datastore_plan(plan, "A plan")
    assert parse_datastore_plan(text) == plan
    assert [event_of(event_json(each)) for each in plan.events] == list(plan.events)


def test_the_canonical_text(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(WRITTEN)
    assert write_datastore_plan(read_datastore_plan(file)) == WRITTEN


def change(**members: object) -> str:
    return json.dumps({**json.loads(WRITTEN), **members})


def event(**members: object) -> str:
    return change(events=[members])


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", '1: empty; a plan of a data store is a JSON object, starting with "schema"'),
        ("{", "1: not JSON"),
        (WRITTEN.replace("assign", "asign"), "7: $.events[2].kind: .*did you mean assign?"),
        (WRITTEN.replace('"p1"', '"p1", "pods": 1'), "7: $.events[2].pods: unknown key"),
        (WRITTEN.replace(".1/32", ".1/28"), "6: $.events[1].cidr: '10.0.0.1/28' is not a CIDR"),
        (WRITTEN.replace(".1/32", ".0/24"), "6: $.events[1].cidr: .*is not such a text as"),
        (WRITTEN.replace("5001", "-1"), "8: $.events[3].ms: -1 must be at least 0"),
        (WRITTEN.replace("5000", "1500"), "3: $.datastore.cooldown_ms: 1500 must be a multiple"),
        (WRITTEN.replace("5000", "NaN"), "3: $.datastore.cooldown_ms: NaN is not a JSON number"),
        (WRITTEN.replace('"p1"', '""'), "7: $.events[2].pod: .*is not such a text as eni-1"),
        (change(schema="ipam-scenario/1"), "'ipam-scenario/1' is another document; this reads"),
        (change(node={}), "$.node: unknown key"),
        (event(kind="add_eni", eni="eni-1"), "$.events[0]: device is missing"),
        (event(kind="recover", eni="eni-1"), "$.events[0].eni: unknown key"),
    ],
)
def test_what_is_no_plan_is_refused_in_one_line(text: str, complaint: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_datastore_plan(text, "plan.json")
    message = str(caught.value)
    first, _, rest = complaint.partition(".*")
    assert message.startswith("plan.json:")
    assert first in message
    assert rest in message
    assert "\n" not in message


@pytest.mark.parametrize("record", [*EVENTS, DatastorePart])
def test_the_schema_says_what_the_records_have(record: type) -> None:
    part = json.loads(schema_text())["$defs"][getattr(record, "kind", "datastore")]
    properties: dict[str, Any] = {k: v for k, v in part["properties"].items() if k != "kind"}
    has = {each.name: each.default for each in fields(record)}
    assert list(properties) == list(has)
    needed = [name for name, default in has.items() if default is NOTHING]
    assert [each for each in part.get("required", []) if each != "kind"] == needed
    for name, default in has.items():
        if default is not NOTHING:
            assert properties[name]["default"] == default


def test_the_schema_knows_every_kind() -> None:
    event_part = json.loads(schema_text())["$defs"]["event"]
    assert event_part["properties"]["kind"]["enum"] == [each.kind for each in EVENTS]
