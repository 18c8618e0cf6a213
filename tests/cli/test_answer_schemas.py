"""The schemas of what commands print: well made, told by `--schema`, and one with the code."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator

from ipam_model.config import Quirk, Version
from ipam_model.limits import MOST
from ipam_model.settings import Severity
from tests.answer_schemas import FILES, NAMES, Json, answered, definition, options, problems
from tests.remark_codes import codes, codes_in, makers, remarking
from tests.shared import ROOT
from tests.trace.command import run

Capture = pytest.CaptureFixture[str]
COMMANDS = ("bound", "lint", "diff")
ASKED = {
    "bound": ("reserved", "--limits", "2,4", "--witness"),
    "lint": ("--limits", "2,4", "--set", "MINIMUM_IP_TARGET=2"),
    "diff": ("--right-set", "MAX_ENI=1"),
}
EXAMPLES = ROOT / "examples"


@pytest.mark.parametrize("name", NAMES)
def test_they_are_draft_2020_12_schemas_with_versioned_names(name: str) -> None:
    Draft202012Validator.check_schema(FILES[name])
    assert FILES[name]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert FILES[name]["$id"] == f"urn:ipam-model:{name}:1"
    assert FILES[name]["title"]


def undescribed(name: str) -> list[str]:
    """Parts and fields of a schema of which neither they nor what they refer to says a word."""
    parts = {"the whole": FILES[name], **FILES[name]["$defs"]}

    def described(field: Json) -> bool:
        reference = field.get("$ref", "")
        inside = reference.startswith("#/") and parts[reference.rpartition("/")[2]]
        return bool(field.get("description") or (inside and described(inside)))

    fields = [
        f"{place}.{key}"
        for place, part in parts.items()
        for key, field in part.get("properties", {}).items()
        if not described(field)
    ]
    return fields + [place for place, part in parts.items() if not part.get("description")]


@pytest.mark.parametrize("name", NAMES)
def test_every_field_is_described(name: str) -> None:
    assert undescribed(name) == []


def test_a_field_without_a_description_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    properties = FILES["diff"]["$defs"]["row"]["properties"]
    monkeypatch.setitem(properties, "owned", {"type": "integer"})
    assert undescribed("diff") == ["row.owned"]


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_printed_needs_no_other_file(command: str, capsys: Capture) -> None:
    """It is the file that is shipped, with those it refers to inside it, for two validators."""
    result = run(capsys, command, "--schema")
    assert (result.code, result.err) == (0, "")
    printed = json.loads(result.out)
    inside = {FILES[name]["$id"]: FILES[name] for name in ("node", "scenario")}
    assert printed["$defs"] == {**FILES[command]["$defs"], **inside}
    assert {**printed, "$defs": 0} == {**FILES[command], "$defs": 0}
    alone = Draft202012Validator(printed)
    other = jsonschema_rs.Draft202012Validator(printed)
    answer = answered(capsys, command, *ASKED[command])
    assert alone.is_valid(answer)
    assert other.is_valid(answer)
    text = json.dumps(answer)
    for said, wrong in (('"kind": "start"', '"kind": "begin"'), ('"name": "', '"nam": "')):
        assert said in text
        broken = json.loads(text.replace(said, wrong))
        assert not alone.is_valid(broken)
        assert not other.is_valid(broken)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_checker_of_files_takes_it(command: str, capsys: Capture, tmp_path: Path) -> None:
    schema, answer = tmp_path / "schema.json", tmp_path / "answer.json"
    schema.write_text(run(capsys, command, "--schema").out, encoding="utf-8")
    answer.write_text(json.dumps(answered(capsys, command, *ASKED[command])), encoding="utf-8")

    def checked(*files: Path) -> subprocess.CompletedProcess[str]:
        asked = ("-m", "check_jsonschema", "--schemafile", str(schema), *map(str, files))
        return subprocess.run([sys.executable, *asked], capture_output=True, text=True, check=False)

    assert checked(answer).returncode == 0
    answer.write_text("{}", encoding="utf-8")
    assert "is a required property" in checked(answer).stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_json_and_schema_exclude_each_other(command: str, capsys: Capture) -> None:
    assert run(capsys, command, "--json", "--schema").code == 2


# -- nodes -----------------------------------------------------------------------------------------


def test_every_command_writes_nodes_as_the_schema_says(capsys: Capture, tmp_path: Path) -> None:
    given = ("--instance-type", "m5.large", "--set", "WARM_IP_TARGET=two", "--no-quirk", "R24")
    file = EXAMPLES / "scenarios" / "warm-eni-target-zero-flaps.json"
    told = {
        "replay": (file,),
        "show": (EXAMPLES / "nodes" / "ipam.json", *given, "--at", "2026-03-01T09:10:00Z"),
        "settings": given,
        "simulate": (*given, "--pods", "1"),
    }
    known = definition("node", "described")["properties"]
    for command, arguments in told.items():
        shown = json.loads(run(capsys, command, *arguments, "--json").out)
        for place in ("scenarios", "nodes"):
            shown = shown[place][0] if place in shown else shown
        node = shown.get("node", shown)
        assert problems("node", {key: node[key] for key in known}) == [], command


def test_words_of_nodes_are_those_of_the_code() -> None:
    node = definition("node", "described")["properties"]
    assert node["version"]["enum"] == [each.value for each in Version]
    assert node["no_quirks"]["items"]["enum"] == [each.name.lower() for each in Quirk]
    assert options("node", "diagnostic", "severity") == [each.value for each in Severity]
    limits = definition("node", "limits")["properties"]
    assert {each["maximum"] for each in limits.values()} == {MOST}


# -- remarks ---------------------------------------------------------------------------------------


def test_codes_of_remarks_are_those_of_the_code() -> None:
    assert options("node", "code") == sorted(codes())


def test_a_code_that_is_new_is_found() -> None:
    modules = remarking()
    known = makers(modules)
    place = "ipam_model.settings.spelling"
    text = modules[place].replace('code="unknown-variable"', 'code="quite-unknown"')
    assert set(codes_in(text, known)) == {"quite-unknown"}
    both = modules[place].replace('code="unknown-variable"', 'code="a-b" if name else "c-d"')
    assert set(codes_in(both, known)) == {"a-b", "c-d"}
    assert len(known) > 3


def test_a_code_that_cannot_be_read_off_is_no_code() -> None:
    with pytest.raises(AssertionError, match="is no text"):
        list(codes_in("Diagnostic(code=f'{name}-unknown')", makers({})))
