"""The files that are shipped: current, valid, small, and none of them vacuous."""

import json
from collections import Counter
from pathlib import Path
from typing import Any, cast

import jsonschema
import pytest
from referencing import Registry, Resource

from ipam_model.catalogue import catalogue
from ipam_model.errors import InputError
from ipam_model.scenario.document import EVENTS
from ipam_model.vectors.emitting import emit
from ipam_model.vectors.files import (
    FLAGS,
    INDEX_FILE,
    MODELS,
    OTHER_SCHEMAS,
    SCHEMA_FILE,
    copy,
    document,
    folder,
    shipped,
    suite,
)
from ipam_model.vectors.files import schema as other_schema
from ipam_model.vectors.states import KEYS, STORE_KEYS
from tests.shared import ROOT

VERSIONS = tuple(MODELS)
MOST_BYTES = 1_700_000


def vectors_of(version: str) -> list[dict[str, Any]]:
    return [cast("dict[str, Any]", each) for each in suite(version).vectors]


def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(document(SCHEMA_FILE))
    others = [Resource.from_contents(json.loads(other_schema(name))) for name in OTHER_SCHEMAS]
    jsonschema.Draft202012Validator.check_schema(schema)
    registry = Registry().with_resources((str(each.id()), each) for each in others)
    return jsonschema.Draft202012Validator(schema, registry=registry)


@pytest.mark.parametrize("version", VERSIONS)
def test_files_are_what_the_model_says(version: str) -> None:
    made = emit(version)
    assert made.keys() == shipped(version).keys()
    assert [name for name, text in made.items() if shipped(version)[name] != text] == []


@pytest.mark.parametrize("version", VERSIONS)
def test_files_fit_the_schema(version: str) -> None:
    judge = validator()
    for name, text in shipped(version).items():
        kind = json.loads(text)["kind"] + ("" if name == INDEX_FILE else "s")
        one = judge.evolve(
            schema={**json.loads(document(SCHEMA_FILE)), "oneOf": [{"$ref": f"#/$defs/{kind}"}]}
        )
        problem = next(one.iter_errors(json.loads(text)), None)
        assert problem is None, f"{name}: {problem.message} at {problem.json_path}"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("id", "x"),
        ("flags", []),
        ("result", "perhaps"),
        ("rules", ["S1"]),
        ("output", "yes"),
        ("new", 1),
    ],
)
def test_the_schema_refuses(key: str, value: object) -> None:
    text = json.loads(shipped("v1.23")["decisions.json"])
    text["vectors"] = text["vectors"][:1]
    assert validator().is_valid(text)
    text["vectors"][0][key] = value
    assert not validator().is_valid(text)


def test_the_schema_knows_every_part_of_a_state() -> None:
    schema = json.loads(document(SCHEMA_FILE))
    assert tuple(schema["$defs"]["state"]["properties"]) == KEYS
    assert tuple(schema["$defs"]["store_state"]["properties"]) == STORE_KEYS


def test_files_are_small() -> None:
    sizes = [len(text.encode()) for version in VERSIONS for text in shipped(version).values()]
    assert sum(sizes) < MOST_BYTES


@pytest.mark.parametrize("version", VERSIONS)
def test_the_index_counts(version: str) -> None:
    index = json.loads(shipped(version)[INDEX_FILE])
    vectors = vectors_of(version)
    assert index["vectors"] == len(vectors) == sum(each["vectors"] for each in index["files"])
    assert {each["file"] for each in index["files"]} | {INDEX_FILE} == shipped(version).keys()
    rules = Counter(rule for each in vectors for rule in each["rules"])
    assert index["vectors_by_rule"] == rules
    assert index["flags"].keys() == index["vectors_by_flag"].keys() == FLAGS.keys()


@pytest.mark.parametrize("version", VERSIONS)
def test_ids_are_unique_and_rules_exist(version: str) -> None:
    ids = Counter(str(each["id"]) for each in suite(version).vectors)
    assert [name for name, number in ids.items() if number > 1] == []
    for each in vectors_of(version):
        assert set(each["rules"]) <= catalogue().keys()


def test_events_are_of_several_kinds() -> None:
    kinds = {each["event"]["kind"] for each in vectors_of("v1.23") if each["kind"] == "step"}
    assert {"start", "tick", "pod_add", "pod_del", "reconcile", "advance", "terminate"} <= kinds
    assert kinds <= {each.kind for each in EVENTS}


def test_a_copy_has_all_that_is_needed(tmp_path: Path) -> None:
    copied = {each.name: each for each in copy("v1.7", tmp_path / "new" / "folder")}
    assert {*shipped("v1.7"), *OTHER_SCHEMAS, SCHEMA_FILE, "README.md"} == copied.keys()
    assert copied[INDEX_FILE].read_text("utf-8") == shipped("v1.7")[INDEX_FILE]
    copy("v1.7", tmp_path / "new" / "folder")
    with pytest.raises(InputError, match=r"is not the index of vectors of v1\.23"):
        copy("v1.23", tmp_path / "new" / "folder")
    with pytest.raises(InputError, match="is not a folder"):
        copy("v1.23", copied[INDEX_FILE])


def test_versions_without_vectors() -> None:
    with pytest.raises(InputError, match=r"v1\.23, v1\.7, not of 'v1\.9'"):
        folder("v1.9")


def test_the_page_tells_every_flag() -> None:
    page = (ROOT / "docs" / "vectors.md").read_text("utf-8")
    assert [flag for flag in FLAGS if f"`{flag}`" not in page] == []
