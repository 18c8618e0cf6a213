"""What `lint --json` prints is what its schema says, and nothing else is."""

import json
from pathlib import Path

import jsonschema_rs
import pytest
from attrs import fields

from ipam_model.cli.lint import LEVELS
from ipam_model.cli.node_json import node_as_json
from ipam_model.linting import LintFinding, Severity, linter
from ipam_model.linting.checks import CHECKS
from ipam_model.linting.finding import Status
from tests.answer_schemas import (
    Json,
    accepted_damage,
    answered,
    definition,
    options,
    problems,
)
from tests.linting.nodes import described
from tests.linting.sarif_schema import SARIF
from tests.manifests.texts import CLUSTER, KARPENTER, config_map, daemon_set, documents
from tests.remark_codes import lint_codes
from tests.trace.command import run

Capture = pytest.CaptureFixture[str]
SMALL = ("--limits", "2,4")
TYPE = ("--instance-type", "m5.large")
PREFIXES = ("--set", "ENABLE_PREFIX_DELEGATION=true")
CEILING = (*SMALL, "--set", "MINIMUM_IP_TARGET=2")
CUSTOM = "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG=true"

SHOWN: dict[str, tuple[str, ...]] = {
    "max-pods-above-capacity": (*SMALL, "--max-pods", "20"),
    "warm-prefix-target-still-vetoes": (
        *(*SMALL, *PREFIXES, "--max-pods", "60"),
        *("--set", "WARM_IP_TARGET=2", "--set", "WARM_PREFIX_TARGET=1"),
    ),
    "cordoned-node-keeps-its-enis": TYPE,
    "no-eni-for-pods": (*SMALL, "--set", CUSTOM, "--set", "MAX_ENI=1"),
    "minimum-alone-is-a-ceiling": CEILING,
    "warm-eni-target-zero": (*SMALL, "--set", "WARM_ENI_TARGET=0"),
    "warm-prefix-target-zero": (*SMALL, *PREFIXES, "--set", "WARM_PREFIX_TARGET=00"),
    "idle-card-flaps": (
        *("--instance-type", "p4d.24xlarge", *PREFIXES, "--set", "ENABLE_MULTI_NIC=true"),
    ),
    "target-above-capacity": (*SMALL, "--set", "WARM_IP_TARGET=9"),
    "max-pods-stops-growth": (
        *("--instance-type", "m4.4xlarge", "--max-pods", "110", "--set", "WARM_ENI_TARGET=5"),
    ),
    "reserves-beyond-max-pods": (*TYPE, *PREFIXES, "--set", "WARM_PREFIX_TARGET=9"),
}
"""Options with which each check finds something."""

REMARKED: dict[str, tuple[str, ...]] = {
    "not-an-integer": (*SMALL, "--set", "MAX_ENI=x", "--set", "WARM_IP_TARGET=1.5"),
    "negative-target": (*SMALL, "--set", "MINIMUM_IP_TARGET=-3"),
    "both-address-families": (*SMALL, "--set", "ENABLE_IPv6=true"),
    "gate-refuses-prefix-targets": (*SMALL, *PREFIXES, "--set", "WARM_PREFIX_TARGET=0"),
    "gate-refuses-cooldown": (*SMALL, "--set", "IP_COOLDOWN_PERIOD=x"),
    "not-known-to-v1.7": (*SMALL, "--version", "v1.7", *PREFIXES),
    "prefixes-on-unsupported-instance": ("--instance-type", "m4.large", *PREFIXES),
    "provisioning-disabled-by-imds-only": (
        *(*SMALL, "--set", "ENABLE_IMDS_ONLY_MODE=true"),
        *("--set", "DISABLE_NETWORK_RESOURCE_PROVISIONING=true"),
    ),
    "max-eni-without-effect": (*SMALL, "--set", "MAX_ENI=9"),
}
"""The same of some remarks."""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def findings(report: Json) -> list[Json]:
    return [found for node in report["nodes"] for found in node["findings"]]


@pytest.mark.parametrize("found", SHOWN | REMARKED)
def test_every_check_and_many_remarks(found: str, capsys: Capture) -> None:
    report = answered(capsys, "lint", *(SHOWN | REMARKED)[found])
    examples = [each["counter_example"] for each in findings(report) if each["id"] == found]
    assert examples
    assert all((example is None) == (found in REMARKED) for example in examples)


def test_nothing_found(capsys: Capture) -> None:
    report = answered(capsys, "lint", "--limits", "1,4", "--fail-on", "note")
    assert (report["fail_on"], findings(report)) == ("note", [])


@pytest.mark.parametrize("given", [CEILING, REMARKED["not-an-integer"], ("--limits", "1,4")])
def test_nothing_that_is_damaged(given: tuple[str, ...], capsys: Capture) -> None:
    assert accepted_damage("lint", answered(capsys, "lint", *given)) == []


def test_every_status(capsys: Capture) -> None:
    settings = ("--set", "MINIMUM_IP_TARGET=10")
    large = answered(capsys, "lint", "--instance-type", "m5.24xlarge", *settings)
    cards = answered(capsys, "lint", *SHOWN["idle-card-flaps"])
    seen = {each["status"] for each in (*findings(large), *findings(cards))}
    assert seen == {each.value for each in Status}


def test_undecided_checks(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linter, "search", lambda *_: None)
    (node,) = answered(capsys, "lint", *CEILING)["nodes"]
    assert node["undecided"] == ["minimum-alone-is-a-ceiling"]


@pytest.mark.parametrize("text", [CLUSTER.replace("WARM_IP", "MINIMUM_IP"), KARPENTER])
def test_several_node_groups(text: str, capsys: Capture, here: Path) -> None:
    (here / "nodes.yaml").write_text(text, encoding="utf-8")
    report = answered(capsys, "lint", "--manifest", "nodes.yaml", "--scenario", "found")
    assert len(report["nodes"]) > 1
    files = [each["counter_example"]["file"] for each in findings(report)]
    assert all(file is None or Path(file).is_file() for file in files)
    assert any(files)


def test_places_in_files(capsys: Capture, here: Path) -> None:
    """Lines, columns, remarks on how a file sets its variables, an option that overrides one."""
    source = "envFrom: [{configMapRef: {name: tuning}}, {secretRef: {name: gone}}]"
    env = {"ENABLE_IPv4": "true", "WARM_IP_TARGET": "3", "MAX_ENI": "2", "WARM_IP_TARGE": "4"}
    text = documents(
        config_map({"MAX_ENI": "x", "WARM_IP_TARGET": "9"}), daemon_set(env, container=source)
    )
    (here / "cni.yaml").write_text(text, encoding="utf-8")
    given = ("--manifest", "cni.yaml", *TYPE, "--set", "MAX_ENI=1")
    report = answered(capsys, "lint", *given)
    seen = {each["id"]: each for each in findings(report)}
    assert {"unknown-source", "unknown-variable", "overridden-by-option"} <= set(seen)
    assert seen["unknown-variable"]["column"] > 1
    assert seen["unknown-source"]["variable"] == "envFrom"


def test_sarif_is_what_it_was(capsys: Capture) -> None:
    log = json.loads(run(capsys, "lint", *CEILING, "--sarif").out)
    jsonschema_rs.validator_for(SARIF, validate_formats=True).validate(log)
    assert problems("lint", log)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"id": "minimum-is-a-ceilling"}, "is not valid under any"),
        ({"id": "minimum-is-a-ceiling"}, "is not valid under any"),
        ({"id": "not-an-integer"}, "is not of type 'null'"),
        ({"severity": "fatal"}, "'fatal' is not one of"),
        ({"status": "proven"}, "'proven' is not one of"),
        ({"variable": None}, "None is not of type 'string'"),
        ({"line": 0}, "0 is less than the minimum"),
        ({"rules": "R40"}, "'R40' is not of type 'array'"),
        ({"rules": ["R40", "R40"]}, "has non-unique elements"),
        ({"upstream": ["2650"]}, "'2650' does not match"),
        ({"counter_example": None}, "None is not of type 'object'"),
        ({"suggestion": {"set": {"MAX_ENI": 3}, "max_pods": None}}, "is not valid under any"),
    ],
)
def test_what_is_wrong_is_refused(changes: Json, said: str, capsys: Capture) -> None:
    report = answered(capsys, "lint", *CEILING)
    findings(report)[0].update(changes)
    found = problems("lint", report)
    assert any(said in each for each in found), found


# -- schema and code -------------------------------------------------------------------------------


def test_words_are_those_of_the_code() -> None:
    assert options("lint", "check") == list(CHECKS)
    assert options("lint", "remark") == sorted(lint_codes())
    assert options("lint", "severity") == list(LEVELS)
    assert set(LEVELS) == {each.value for each in Severity}
    assert options("lint", "finding", "status") == [each.value for each in Status]
    assert set(SHOWN) == set(CHECKS)


def test_fields_are_those_of_the_code() -> None:
    names = {each.name for each in fields(LintFinding)} - {"origin"}
    assert definition("lint", "finding")["properties"].keys() == names | {
        *("source", "line", "column")
    }
    of_node = definition("node", "described")["properties"]
    assert list(of_node) == list(node_as_json(described("2x4")))
    assert not of_node.keys() & definition("lint", "node")["properties"].keys()
