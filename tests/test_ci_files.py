"""What other projects copy into their pipelines: valid in the eyes of linters, and it runs."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from ipam_model.cli.commands import COMMANDS
from tests.conformance.programs import program
from tests.shared import ROOT

ACTION = ROOT / "action.yml"
WORKFLOW = ROOT / "ci" / "github-workflow.yml"
GITLAB = ROOT / "ci" / "gitlab.yml"
BIN = Path(sys.executable).parent
CLUSTER = """\
apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: {name: prod, region: eu-west-1}
managedNodeGroups:
  - {name: workers, instanceType: m5.large}
"""


def read(path: Path) -> Any:  # noqa: ANN401 - a document of YAML
    return yaml.safe_load(path.read_text("utf-8"))


def run(
    *command: str, env: dict[str, str] | None = None, folder: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    searched = {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, **searched, **(env or {})},
        timeout=300,
    )


@pytest.mark.parametrize(
    ("path", "schema", "more"),
    [
        (ACTION, "github-actions", ()),
        (WORKFLOW, "github-workflows", ()),
        (GITLAB, "gitlab-ci", ("--data-transform", "gitlab-ci")),
    ],
    ids=["action", "workflow", "gitlab"],
)
def test_it_has_the_form_that_its_platform_publishes(
    path: Path, schema: str, more: tuple[str, ...]
) -> None:
    checked = run("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *more, str(path))
    assert checked.returncode == 0, checked.stdout


def test_the_linter_of_workflows_finds_nothing() -> None:
    checked = run("zizmor", "--offline", "--no-progress", str(ACTION), str(WORKFLOW))
    assert checked.returncode == 0, checked.stdout


def test_the_linter_would_find_something(tmp_path: Path) -> None:
    unpinned = tmp_path / "action.yml"
    unpinned.write_text(re.sub(r"@[0-9a-f]{40}", "@v5", ACTION.read_text("utf-8")), "utf-8")
    assert run("zizmor", "--offline", "--no-progress", str(unpinned)).returncode != 0


# -- the action runs -----------------------------------------------------------------------------


def step(
    command: str, *arguments: str, output: str = "", folder: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """The last step of the action, as its runner would run it."""
    script = read(ACTION)["runs"]["steps"][-1]["run"]
    env = {"COMMAND": command, "ARGUMENTS": "\n".join(arguments), "OUTPUT": output}
    return run(
        "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script, env=env, folder=folder
    )


def test_its_exit_code_is_that_of_the_command() -> None:
    question = ("reserved", "--instance-type", "m5.large", "--counting", "--at-most")
    assert step("bound", *question, "30").returncode == 0
    refused = step("bound", *question, "29")
    assert refused.returncode == 1
    assert "reaches 30 addresses, above 29 addresses" in refused.stderr


def test_its_arguments_are_lines_and_nothing_is_expanded() -> None:
    refused = step("bound", "reserved", "--instance-type", "$(touch pwned) *")
    assert refused.returncode == 2
    assert "$(touch pwned) *" in refused.stderr
    assert not (ROOT / "pwned").exists()


def test_its_output_goes_to_a_file_if_one_is_named(tmp_path: Path) -> None:
    found = tmp_path / "rules.txt"
    shown = step("rules", "R136", output=str(found))
    assert (shown.returncode, shown.stdout) == (0, "")
    assert "R136" in found.read_text("utf-8")


def test_a_suite_is_run_by_pytest(tmp_path: Path) -> None:
    (tmp_path / "test_nothing.py").write_text("def test_it() -> None:\n    assert True\n", "utf-8")
    shown = step("suite", "-q", "-c", os.devnull, str(tmp_path))
    assert "1 passed" in shown.stdout


SERVE = """
from ipam_model.conformance.datastore_reference import ReferenceDatastore
from ipam_model.conformance.wire.serve import serve
serve(ReferenceDatastore)
"""
RIGHT = [sys.executable, "-c", SERVE]
REFUSES_ALL = program()


@pytest.mark.parametrize(
    ("command", "code"), [(RIGHT, 0), (REFUSES_ALL, 1)], ids=["right", "refuses all"]
)
def test_the_suite_of_the_workflow_runs(tmp_path: Path, command: list[str], code: int) -> None:
    asked = read(WORKFLOW)["jobs"]["allocator"]["steps"][-1]["with"]
    arguments = asked["arguments"].splitlines()
    served = tmp_path / "allocator" / "serve-allocator"
    assert f"exec:./{served.relative_to(tmp_path)}" in arguments
    served.parent.mkdir()
    served.write_text(f"#!/bin/sh\nexec {shlex.join(command)}\n", "utf-8")
    served.chmod(0o755)
    little = ("--ipam-examples", "1", "-k", "cooldown")
    shown = step(asked["command"], *arguments, *little, folder=tmp_path)
    assert shown.returncode == code, shown.stdout
    verdict = "does not conform" if code else "conforms"
    report = (tmp_path / "ipam-conformance.md").read_text("utf-8")
    assert f"{verdict} to amazon-vpc-cni-k8s" in report


# -- what the files say is there -----------------------------------------------------------------


def test_the_jobs_of_gitlab_call_commands_that_exist() -> None:
    jobs = {name: job for name, job in read(GITLAB).items() if "script" in job}
    assert jobs
    for job in jobs.values():
        for line in job["script"]:
            for command in re.findall(r"ipam-model (\w+)", line):
                assert command in COMMANDS, line


@pytest.mark.parametrize("given", [None, "", "ipam-model[all] @ file:///copy"])
def test_a_job_of_gitlab_installs_what_it_is_told_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str | None
) -> None:
    job = read(GITLAB)[".ipam-model"]
    assert "IPAM_MODEL" not in job["variables"]
    installed = tmp_path / "installed"
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {installed}\n', "utf-8")
    python.chmod(0o755)
    monkeypatch.delenv("IPAM_MODEL", raising=False)
    env = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    if given is not None:
        env["IPAM_MODEL"] = given
    done = run("sh", "-ec", "\n".join(job["before_script"]), env=env)
    if given:
        assert done.returncode == 0
        assert installed.read_text("utf-8").splitlines()[-1] == given
    else:
        assert done.returncode != 0
        assert "IPAM_MODEL: is not set: say what pip shall install" in done.stderr
        assert not installed.exists()


def test_the_scripts_of_gitlab_run(tmp_path: Path) -> None:
    manifest = tmp_path / "cluster.yaml"
    manifest.write_text(CLUSTER, "utf-8")
    script = "\n".join(read(GITLAB)[".ipam-model-bound"]["script"])
    for at_most, code in (("100000", 0), ("1", 1)):
        env = {"MANIFEST": str(manifest), "AT_MOST": at_most, "ARGUMENTS": "--pods 27"}
        assert run("sh", "-ec", script, env=env).returncode == code
