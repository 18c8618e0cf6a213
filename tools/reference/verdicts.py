"""What solvers said of the theorems when they were last asked: `docs/theorems.json`.

python -m tools.reference.verdicts      asks anew (about two minutes of a free processor)
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from benchmarks.report import machine
from tools.mutants.mutant import ROOT

RECORD: Final = ROOT / "docs" / "theorems.json"
COMMAND: Final = ("prove", "--tier", "full", "--mutants", "--json")
Json: TypeAlias = dict[str, Any]


def main() -> int:
    """Ask the solvers and write the record; the exit code of the command."""
    # A process of its own: the command forks, and is what the reader is told to run.
    done = subprocess.run(
        [sys.executable, "-m", "ipam_model", *COMMAND],
        stdout=subprocess.PIPE,
        check=False,
        cwd=ROOT,
    )
    if done.returncode == 0:
        RECORD.write_text(as_text(json.loads(done.stdout)), "utf-8")
    return done.returncode


def as_text(answer: Json) -> str:
    """The record of an answer of `ipam-model prove --mutants --json`, one theorem a line."""
    lines = [
        f"  {json.dumps(each['theorem'])}: {json.dumps(_entry(each), ensure_ascii=False)}"
        for each in answer["theorems"]
    ]
    known = {key: value for key, value in machine().items() if key != "load average"}
    head = json.dumps({"command": ["ipam-model", *COMMAND], "machine": known})
    return f'{{"asked": {head},\n "theorems": {{\n' + ",\n".join(lines) + "\n }\n}\n"


def _entry(theorem: Json) -> Json:
    obligations = theorem["obligations"]
    return {
        "verdict": theorem["verdict"],
        "milliseconds": round(1000 * sum(each["seconds"] for each in obligations)),
        "obligations": len(obligations),
        "cvc5": all(each["cvc5"] is not None for each in obligations),
        "mutants": {
            each["name"]: (each["refutation"] or {}).get("values", {})
            for each in theorem["mutants"]
            if each["verdict"] == "refuted"
        },
    }


def recorded() -> Mapping[str, Json]:
    """What was said, by theorem."""
    found: Mapping[str, Json] = json.loads(RECORD.read_text("utf-8"))["theorems"]
    return found


def asked() -> Json:
    """What was run, and where."""
    found: Json = json.loads(RECORD.read_text("utf-8"))["asked"]
    return found


if __name__ == "__main__":
    sys.exit(main())
