"""Every example of every `--help` does what it says, given the files that it names."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from ipam_model.cli.main import main
from ipam_model.vectors.files import suite
from tests.cli.parsers import examples, helps
from tests.shared import ROOT

EXAMPLES: Final = list(dict.fromkeys(each for text in helps().values() for each in examples(text)))

REFUTED: Final = {
    "ipam-model lint --instance-type m5.large --set MINIMUM_IP_TARGET=10",
    "ipam-model lint --limits 3,10 --max-pods 110 --scenario found",
    "ipam-model diff --left-version v1.7",
    "ipam-model diff --limits 3,4",
    "ipam-model diff --right-no-quirk",
}
"""What the examples that end with 1 begin with: they find something."""

LONG: Final[dict[str, tuple[str, str]]] = {
    "conform --exec './my-harness' --report": ("--report", "--examples 1 --report"),
    "conform --python my_ipam:Allocator --area": ("--area", "--examples 1 --area"),
    "ipam-model prove\n": ("prove", "prove never_short_and_over"),
    "ipam-model explore\n": ("explore", "explore --pods 1 --faults 0 --restarts 0"),
    "ipam-model simulate --instance-type all": ("all", "m5.large"),
    "trace check --coverage": ("examples/traces ", ""),
}
"""Examples that take long, and what is replaced in them here."""

AWS_NODE: Final = """\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: aws-node, namespace: kube-system}
spec:
  template:
    spec:
      containers:
        - name: aws-node
          image: registry.example/amazon-k8s-cni:v1.23.1
          env: [{name: ENABLE_IPv4, value: "true"}, {name: WARM_IP_TARGET, value: "1"}]
"""
CLUSTER: Final = """\
apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: {name: prod, region: eu-west-1}
managedNodeGroups:
  - {name: workers, instanceType: m5.large}
"""
LOG: Final = """\
{"level": "info", "ts": "1970-01-01T00:00:00Z", "msg": "Starting L-IPAMD v1.23.1  ..."}
{"ts": "1970-01-01T00:00:02.500Z", "msg": "IP stats for Network Card 0 - total IPs: 5, \
assigned IPs: 0, cooldown IPs: 0"}
{"ts": "1970-01-01T00:00:07.500Z", "msg": "IP stats for Network Card 0 - total IPs: 5, \
assigned IPs: 2, cooldown IPs: 0"}
{"ts": "1970-01-01T00:00:12.500Z", "msg": "IP stats for Network Card 0 - total IPs: 7, \
assigned IPs: 2, cooldown IPs: 0"}
"""
ANSWERS: Final = """\
import json, sys
right = {each["id"]: each for each in map(json.loads, open("answers.jsonl"))}
for line in sys.stdin:
    print(json.dumps(right[json.loads(line)["id"]]), flush=True)
"""


def program(file: Path, text: str) -> None:
    file.write_text(text, "utf-8")
    file.chmod(0o755)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with everything that the examples name."""
    made = tmp_path_factory.mktemp("examples")
    (made / "examples").symlink_to(ROOT / "examples")
    (made / "aws-node.yaml").write_text(AWS_NODE, "utf-8")
    (made / "cluster.yaml").write_text(CLUSTER, "utf-8")
    (made / "ipamd.log").write_text(LOG, "utf-8")
    nodes = ROOT / "examples" / "nodes"
    shutil.copy(nodes / "warm-ip.json", made / "enis.json")
    shutil.copy(nodes / "ipam.json", made)
    conformance = ROOT / "examples" / "conformance"
    shutil.copy(conformance / "allocator.py", made / "my_ipam.py")
    shutil.copy(conformance / "the-minimum-keeps-an-eni.json", made / "failing.json")
    decisions = suite().select(kinds=["decision"])
    answers = [{"id": each["id"], "output": each["output"]} for each in decisions]
    (made / "answers.jsonl").write_text("\n".join(map(json.dumps, answers)), "utf-8")
    (made / "answer.py").write_text(ANSWERS, "utf-8")
    serve = conformance / "serve.py"
    program(made / "my-harness", f"#!/bin/sh\nexec {sys.executable} {serve}\n")
    program(made / "answer-vectors", f"#!/bin/sh\nexec {sys.executable} answer.py\n")
    for name in ("bin", ".zfunc", ".config/fish/completions"):
        (made / name).mkdir(parents=True)
    # What is not ours, as it would answer.
    program(made / "bin" / "helm", "#!/bin/sh\ncat aws-node.yaml\n")
    program(made / "bin" / "curl", "#!/bin/sh\ncat enis.json\n")
    program(made / "bin" / "tail", "#!/bin/sh\ncat ipamd.log\n")
    program(made / "bin" / "ipam-model", f'#!/bin/sh\nexec {sys.executable} -m ipam_model "$@"\n')
    return made


ELSEWHERE: Final = ("ipam-model doctor --json > doctor.json",)
"""Examples that test_doctor.py runs."""

SHELL: Final = set("|<>*~;")
"""What makes an example one for a shell."""


@pytest.mark.parametrize("example", [each for each in EXAMPLES if each not in ELSEWHERE])
def test_it_runs(
    folder: Path,
    example: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    script = example
    for begins, (old, new) in LONG.items():
        if begins in f"{example}\n":
            assert old in example
            script = example.replace(old, new, 1)
    code = 1 if example.startswith(tuple(REFUTED)) else 0
    commands = script.replace("\\\n", " ")
    if not SHELL & set(commands) and "\n" not in commands:
        monkeypatch.chdir(folder)
        assert main(shlex.split(commands)[1:]) == code
        assert capfd.readouterr().out
        return
    done = subprocess.run(
        ["bash", "-uo", "pipefail", "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == code, f"{done.stdout}\n{done.stderr}"
    wrote = [part.split()[0] for part in example.split("> ")[1:]]
    for name in wrote:
        file = Path(name.replace("~", str(folder)))
        assert (folder / file).stat().st_size > 0
    assert wrote or done.stdout or example.startswith("source ")


def test_what_is_replaced_is_there() -> None:
    for begins in LONG:
        assert [each for each in EXAMPLES if begins in f"{each}\n"], begins
    for begins in REFUTED:
        assert [each for each in EXAMPLES if each.startswith(begins)], begins
