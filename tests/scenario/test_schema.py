"""The published schema: valid, fully described, the records' mirror, and one with the reader."""

import json

import pytest
from attrs import NOTHING, fields, has
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from ipam_model.errors import InputError
from ipam_model.scenario import document
from ipam_model.scenario.document import EVENTS, Happening
from ipam_model.scenario.reading import SchemaError, parse_scenario
from ipam_model.scenario.writing import to_json, write_scenario
from tests.scenario.documents import DEFS, SCHEMA, Json, damaged_documents, valid_documents

PARTS = {
    "node": document.NodePart,
    "limits": document.Limits,
    "subnet": document.SubnetPart,
    "eni": document.EniPart,
    "tags": document.TagsPart,
    "ec2": document.Ec2Part,
    "call": document.CallPart,
    "choice": document.ChoicePart,
    "expect": document.Expect,
    **{kind.kind: kind for kind in EVENTS},
}


def test_it_is_a_draft_2020_12_schema_with_a_versioned_name() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["$id"] == "urn:ipam-model:scenario:1"


def test_every_field_is_described() -> None:
    def described(schema: Json) -> bool:
        if "$ref" in schema:
            return described(DEFS[schema["$ref"].rsplit("/", 1)[1]])
        return len(schema.get("description", "")) > 5

    missing = [
        (name, key)
        for name, schema in {"scenario": SCHEMA, **DEFS}.items()
        for key, each in schema.get("properties", {}).items()
        if isinstance(each, dict) and not described(each) and name != "event"
    ]
    assert not missing
    assert all("description" in schema for schema in DEFS.values())


@pytest.mark.parametrize("name", [*PARTS, "scenario"])
def test_records_and_schema_have_the_same_fields(name: str) -> None:
    schema = SCHEMA if name == "scenario" else DEFS[name]
    record: type = document.Scenario if name == "scenario" else PARTS[name]
    names = {each.name: each for each in fields(record)}
    shown = list(schema["properties"])
    if issubclass(record, Happening):
        shown.remove("kind")
        assert schema["properties"]["kind"]["const"] == record.kind
    assert set(shown) == set(names)
    if name != "scenario":
        required = set(schema.get("required", ())) - {"kind"}
        assert required == {key for key, each in names.items() if each.default is NOTHING}
    for key, each in names.items():
        published = schema["properties"][key]
        if each.default in (NOTHING, None) or "const" in published:
            continue
        default = to_json(each.default) if has(type(each.default)) else each.default
        if isinstance(default, tuple):
            default = list(default)
        told = published
        while "default" not in told and "$ref" in told:
            told = DEFS[told["$ref"].rsplit("/", 1)[1]]
        assert told["default"] == default, key


def test_kinds_of_events_are_those_of_the_records() -> None:
    kinds = [kind.kind for kind in EVENTS]
    assert set(DEFS["event"]["properties"]["kind"]["enum"]) == set(kinds)
    assert len(set(kinds)) == len(kinds)
    inside = DEFS["inside"]["allOf"][0]["properties"]["kind"]["enum"]
    assert set(inside) == {kind.kind for kind in document.Inside.__args__}


_VALIDATOR = Draft202012Validator(SCHEMA)


def reader_says(value: Json) -> bool:
    """Whether the text fits the schema, for the reader; what it means is another matter."""
    try:
        scenario, _ = parse_scenario(json.dumps(value))
    except SchemaError:
        return False
    except InputError:
        return True
    again, _ = parse_scenario(write_scenario(scenario))
    assert again == scenario
    return True


@given(valid_documents())
def test_the_reader_accepts_what_the_schema_allows(value: Json) -> None:
    assert _VALIDATOR.is_valid(value)
    assert reader_says(value)


@given(damaged_documents())
def test_reader_and_schema_agree_on_damaged_documents(value: Json) -> None:
    assert reader_says(value) == _VALIDATOR.is_valid(value)


def test_damage_is_noticed_often_enough() -> None:
    """Not vacuous: the damaged documents are of both kinds."""
    verdicts: list[bool] = []

    @settings(max_examples=100, database=None, derandomize=True)
    @given(damaged_documents())
    def collect(value: Json) -> None:
        verdicts.append(_VALIDATOR.is_valid(value))

    collect()
    assert 5 < sum(verdicts) < len(verdicts) - 30
