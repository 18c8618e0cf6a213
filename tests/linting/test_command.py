"""`ipam-model lint`: text, JSON, SARIF, scenarios, exit codes, bad input."""

import json
import os
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import jsonschema_rs
import pytest

from ipam_model.linting import Report, Severity, linter
from ipam_model.linting.checks import CHECKS
from ipam_model.linting.sarif import as_sarif
from tests.linting.nodes import described
from tests.linting.sarif_schema import SARIF
from tests.manifests.texts import CLUSTER, daemon_set
from tests.shared import shared_dir
from tests.trace.command import Result, run

IMAGE = """\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: aws-node, namespace: kube-system}
spec:
  template:
    spec:
      containers:
        - name: aws-node
          image: amazon/amazon-k8s-cni:v1.12.0
          env: [{name: ENABLE_IPv4, value: "true"}]
"""
Capture = pytest.CaptureFixture[str]

CEILING = ("--limits", "2,4", "--set", "MINIMUM_IP_TARGET=2")
SOUND = ("--limits", "1,4")
IPV4 = {"ENABLE_IPv4": "true"}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lint(capsys: Capture, *arguments: object) -> Result:
    return run(capsys, "lint", *arguments)


def test_a_finding_is_told_in_full(capsys: Capture) -> None:
    result = lint(capsys, *CEILING)
    assert result.code == 1
    for part in (
        "2x4: 2 ENIs × 4 addresses, max pods 8 (assumed: ENIs × (addresses − 1) + 2)",
        "error: minimum-alone-is-a-ceiling: MINIMUM_IP_TARGET (--set)",
        "rules R40, R110; issues #2650, #3685",
        "counter-example: 1 ENI × 4 addresses, max pods 5: start; 2 pods come",
        "P-L3: card 0 owns 2 and has 0 available",
        "suggestion, checked: WARM_IP_TARGET=1",
        "1 node: 1 error, 0 warnings, 0 notes",
    ):
        assert part in result.out
    assert result.err == ""


def test_nothing_to_tell(capsys: Capture) -> None:
    result = lint(capsys, *SOUND)
    assert result.code == 0
    assert "nothing found" in result.out


@pytest.mark.parametrize(
    ("level", "settings", "code"),
    [
        ("note", (), 1),
        ("warning", (), 0),
        ("error", ("--set", "MAX_ENI=9"), 0),
        ("warning", ("--set", "MAX_ENI=9"), 1),
        ("error", ("--set", "WARM_ENI_TARGET=0"), 1),
    ],
)
def test_fail_on(capsys: Capture, level: str, settings: tuple[str, ...], code: int) -> None:
    assert lint(capsys, "--limits", "2,3", *settings, "--fail-on", level).code == code


def test_a_given_max_pods_stands_beside_the_formula(capsys: Capture) -> None:
    assert "max pods 7 (ENIs × (addresses − 1) + 2 is 8)" in (
        lint(capsys, "--limits", "2,4", "--max-pods", 7).out
    )


def test_every_group_of_a_manifest(capsys: Capture, here: Path) -> None:
    (here / "cluster.yaml").write_text(CLUSTER.replace("WARM_IP", "MINIMUM_IP"), encoding="utf-8")
    result = lint(capsys, "--manifest", "cluster.yaml", "--node-group", "small", "--json")
    (node,) = json.loads(result.out)["nodes"]
    assert node["name"] == "small/t3.medium"
    found = next(f for f in node["findings"] if f["id"] == "minimum-alone-is-a-ceiling")
    assert (found["source"], found["line"]) == ("cluster.yaml", 10)
    every = json.loads(lint(capsys, "--manifest", "cluster.yaml", "--json").out)["nodes"]
    assert {each["name"].split("/")[0] for each in every} == {"small", "big", "mixed"}


def test_types_of_a_daemon_set(capsys: Capture, here: Path) -> None:
    (here / "ds.yaml").write_text(daemon_set({**IPV4, "WARM_ENI_TARGET": "0"}), encoding="utf-8")
    types = ("--instance-type", "t3.small", "--instance-type", "m5.large")
    result = lint(capsys, "--manifest", "ds.yaml", *types)
    assert result.out.count("error: warm-eni-target-zero: WARM_ENI_TARGET (ds.yaml:") == 2


def test_the_shipped_manifest_is_clean(capsys: Capture) -> None:
    manifest = shared_dir() / "data/manifests/aws-k8s-cni.yaml"
    assert lint(capsys, "--manifest", manifest, "--instance-type", "m5.large").code == 0


def test_scenarios_are_written_and_replay(capsys: Capture, here: Path) -> None:
    result = lint(capsys, *CEILING, "--scenario", "found", "--json")
    (node,) = json.loads(result.out)["nodes"]
    files = [f["counter_example"]["file"] for f in node["findings"] if f["counter_example"]]
    assert sorted(files) == sorted(str(file.relative_to(here)) for file in here.glob("found/*"))
    replayed = run(capsys, "replay", *files)
    assert replayed.code == 0, "known findings are no failures of the model"
    assert "known: minimum-alone-is-a-ceiling" in replayed.out
    for each, file in zip(node["findings"], files, strict=True):
        text = Path(file).read_text(encoding="utf-8")
        assert json.loads(text) == each["counter_example"]["scenario"]


def test_a_disappointed_expectation_fails_its_replay(capsys: Capture, here: Path) -> None:
    assert lint(capsys, "--limits", "2,3", "--max-pods", 9, "--scenario", here / "found").code == 1
    replayed = run(capsys, "replay", *here.glob("found/*above-capacity.json"))
    assert replayed.code == 1
    assert "expected 0, got 1" in replayed.out


def test_two_groups_of_one_name_have_two_files(capsys: Capture, here: Path) -> None:
    types = ("--instance-type", "t3.small", "--instance-type", "t3.micro")
    lint(capsys, *types, "--set", "WARM_ENI_TARGET=0", "--scenario", here)
    assert len(list(here.glob("*warm-eni-target-zero.json"))) == 2


def test_sarif(capsys: Capture, here: Path) -> None:
    (here / "my set.yaml").write_text(
        daemon_set({**IPV4, "MINIMUM_IP_TARGET": "5", "WARM_ENI_TARGET": "3"}), encoding="utf-8"
    )
    result = lint(capsys, "--manifest", "my set.yaml", "--instance-type", "t3.small", "--sarif")
    assert result.code == 1
    log = json.loads(result.out)
    jsonschema_rs.validator_for(SARIF, validate_formats=True).validate(log)
    (ran,) = log["runs"]
    driver = ran["tool"]["driver"]
    assert driver["version"] == driver["semanticVersion"] == version("ipam-model")
    rules = [rule["id"] for rule in driver["rules"]]
    assert rules == sorted(set(rules))
    for each in ran["results"]:
        assert rules[each["ruleIndex"]] == each["ruleId"]
    found = next(r for r in ran["results"] if r["ruleId"] == "minimum-alone-is-a-ceiling")
    assert found["level"] == "error"
    place = found["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "my%20set.yaml"
    line = (here / "my set.yaml").read_text().splitlines()[place["region"]["startLine"] - 1]
    assert "MINIMUM_IP_TARGET" in line


def test_sarif_of_the_command_line_names_the_variable(capsys: Capture) -> None:
    log = json.loads(lint(capsys, *CEILING, "--sarif").out)
    (location,) = log["runs"][0]["results"][0]["locations"]
    assert location == {
        "logicalLocations": [
            {"name": "MINIMUM_IP_TARGET", "fullyQualifiedName": "2x4/MINIMUM_IP_TARGET"}
        ]
    }


def test_in_sarif_of_a_file_every_result_has_a_place_in_it(capsys: Capture, here: Path) -> None:
    """GitHub refuses the whole log for one result without: of a default, or the command line."""
    (here / "values.yaml").write_text(
        "env:\n  ENABLE_PREFIX_DELEGATION: 'true'\n  WARM_IP_TARGET: '5'\n"
    )
    given = ("--instance-type", "m5.4xlarge", "--max-pods", "500", "--set", "MAX_ENI=x", "--sarif")
    for file in ("values.yaml", str(here / "values.yaml")):
        log = json.loads(lint(capsys, "--manifest", file, *given).out)
        found = {each["ruleId"]: each for each in log["runs"][0]["results"]}
        assert {"warm-prefix-target-still-vetoes", "not-an-integer"} <= set(found)
        for each in found.values():
            place = each["locations"][0]["physicalLocation"]
            assert place["region"] == {"startLine": 1, "startColumn": 1}
            uri = file if file == "values.yaml" else (here / file).as_uri()
            assert place["artifactLocation"]["uri"] == uri


def test_what_github_compares_tells_nodes_apart_and_not_lines(capsys: Capture, here: Path) -> None:
    def hashes(text: str) -> list[str]:
        (here / "values.yaml").write_text(text)
        types = ("--instance-type", "m5.large", "--instance-type", "t3.medium")
        log = json.loads(lint(capsys, "--manifest", "values.yaml", *types, "--sarif").out)
        found = log["runs"][0]["results"]
        return [each["partialFingerprints"]["primaryLocationLineHash"] for each in found]

    before = hashes("env: {WARM_IP_TARGET: soon}\n")
    assert len(before) == len(set(before)) == 4
    assert hashes("# Moved.\nenv:\n  WARM_IP_TARGET: soon\n") == before


def test_sarif_tells_what_is_undecided() -> None:
    report = Report(node=described("2x4"), findings=(), undecided=("idle-card-flaps",))
    log = as_sarif([report], version="1.0.0")
    jsonschema_rs.validator_for(SARIF, validate_formats=True).validate(json.loads(json.dumps(log)))
    assert "idle-card-flaps is undecided" in json.dumps(log)


def test_no_two_results_have_one_fingerprint(capsys: Capture, here: Path) -> None:
    """Services would show one of them only."""
    text = 'env: {MAX_ENI: "x", WARM_IP_TARGET: "soon", MINIMUM_IP_TARGET: "1.5"}\n'
    (here / "values.yaml").write_text(text)
    types = ("--instance-type", "m5.large", "--instance-type", "t3.small")
    log = json.loads(lint(capsys, "--manifest", "values.yaml", *types, "--sarif").out)
    results = log["runs"][0]["results"]
    (known,) = {tuple(sorted(each["partialFingerprints"])) for each in results}
    prints = [each["partialFingerprints"][known[0]] for each in results]
    assert len(prints) == len(set(prints)) > 6
    assert "t3.small:not-an-integer:MAX_ENI" in prints


def test_the_sarif_schema_refuses_what_is_misspelt() -> None:
    validator = jsonschema_rs.validator_for(SARIF, validate_formats=True)
    assert not validator.is_valid({"version": "2.1.0", "runs": [{"tols": {}}]})
    assert not validator.is_valid({"version": "2.0.0", "runs": []})


def test_a_search_without_success_is_inconclusive(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linter, "search", lambda *_: None)
    result = lint(capsys, *CEILING)
    assert result.code == 3
    assert "undecided: minimum-alone-is-a-ceiling" in result.out
    assert "1 check undecided" in result.out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((), "no instance"),
        (("--limits", "0,4"), "--limits 0,4"),
        (("--limits", "3"), "two whole numbers"),
        (("--limits", "2,4", "--subnet-free", "9"), "--subnet-free has no say"),
        (("--instance-type", "m5.huge"), "m5.huge"),
        (("--limits", "2,4", "--set", "WARM"), "NAME=VALUE"),
        (("--limits", "2,4", "--version", "article-2021"), "article"),
        (("--manifest", "no.yaml", "--limits", "2,4"), "no.yaml"),
        ((*CEILING, "--scenario", "taken/deeper"), "taken"),
        ((*CEILING, "--scenario", "taken"), "--scenario is taken, which is a file"),
    ],
)
def test_bad_input_is_one_line(
    capsys: Capture, here: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    (here / "taken").write_text("")
    assert complaint in lint(capsys, *arguments).complaint


@pytest.mark.parametrize(
    "arguments", [("--fail-on", "never"), ("--pods", "-1"), ("--pods", "x"), ("--json", "--sarif")]
)
def test_bad_options_are_refused(capsys: Capture, arguments: tuple[str, ...]) -> None:
    result = lint(capsys, "--limits", "2,4", *arguments)
    assert result.code == 2
    assert len(result.err.splitlines()) == 1


def test_json_of_each_finding(capsys: Capture) -> None:
    told = json.loads(lint(capsys, *CEILING, "--json").out)
    assert told["fail_on"] == "warning"
    (node,) = told["nodes"]
    assert node["capacity"] == 6
    assert node["max_pods_formula"] == 8
    assert node["max_pods_assumed"] is True
    assert node["checked"] == [each.id for each in CHECKS.values() if not each.of_exits]
    (found,) = node["findings"]
    assert found["severity"] == Severity.ERROR.value
    assert found["suggestion"] == {"set": {"WARM_IP_TARGET": "1"}, "max_pods": None}
    assert found["counter_example"]["limits"] == {"enis": 1, "ipv4_per_eni": 4}


def test_nothing_heavy_is_imported() -> None:
    """And a node is linted in well under a second of processor time, imports included."""
    text = (
        "import sys; from ipam_model.cli.main import main; code = main(sys.argv[1:]); "
        "heavy = {'z3', 'hypothesis', 'numba', 'numpy', 'cattrs'} & set(sys.modules); "
        "sys.exit(f'{heavy} imported' if heavy else code)"
    )
    before = os.times()
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", text, "lint", "--instance-type", "m5.large"],
        capture_output=True,
        text=True,
        check=False,
    )
    after = os.times()
    assert done.returncode == 0, done.stderr
    used = after.children_user - before.children_user
    assert used < 3, f"{used:.2f} s of processor, {time.perf_counter() - begin:.2f} s in all"


def test_a_node_beyond_all_that_ec2_has_is_refused(capsys: Capture) -> None:
    result = lint(capsys, "--limits", "10000,10000", "--set", "MINIMUM_IP_TARGET=10")
    assert result.code == 2
    assert "up to 1000 ENIs × 1000 addresses" in result.complaint


def test_an_image_of_another_version_is_named(capsys: Capture, here: Path) -> None:
    (here / "min.yaml").write_text(IMAGE)
    told = lint(capsys, "--manifest", "min.yaml", "--instance-type", "m5.large").out
    assert "note: other-version: image (min.yaml:9)" in told
    assert "rules none" not in told


def test_variables_from_a_source_that_is_not_there_are_no_image(
    capsys: Capture, here: Path
) -> None:
    source = "          envFrom: [{secretRef: {name: tuning}}]\n"
    (here / "min.yaml").write_text(IMAGE + source)
    node = ("--manifest", "min.yaml", "--instance-type", "m5.large")
    assert "warning: unknown-source: envFrom (min.yaml:11)" in lint(capsys, *node).out
    (told,) = json.loads(lint(capsys, *node, "--json").out)["nodes"]
    found = {each["id"]: each for each in told["findings"]}
    assert found["other-version"]["variable"] == "image"
    assert found["unknown-source"]["variable"] == "envFrom"
    assert found["unknown-source"]["suggestion"] is None


def test_nothing_is_looked_for_that_cannot_be_written(
    capsys: Capture, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With all types that would be minutes, and no verdict after them."""
    (here / "taken").touch()

    def never(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr("ipam_model.linting.lint", never)
    result = lint(capsys, *CEILING, "--scenario", "taken/deeper")
    assert result.code == 2
    assert "taken" in result.err
