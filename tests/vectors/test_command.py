"""`ipam-model vectors`, as a user meets it."""

import json
import sys
from pathlib import Path

import pytest

from ipam_model.cli.main import main
from ipam_model.vectors.files import shipped, suite
from ipam_model.vectors.running import NOT_ASKED
from ipam_model.vectors.states import Json
from tests.conformance.programs import left_running

REGRESSION = "examples/regressions/730-as-is.json"

OWN = """
import json, sys
rights = {each["id"]: each for each in json.load(open(sys.argv[1]))["vectors"]}
for line in sys.stdin:
    asked = json.loads(line)
    assert "output" not in asked and "post" not in asked
    right = rights[asked["id"]]
    BODY
    print(json.dumps(answer), flush=True)
"""


def program(tmp_path: Path, body: str, name: str = "decisions.json") -> str:
    """A program that knows the answers of a file, and does `body` with them."""
    code, answers = tmp_path / "own.py", tmp_path / name
    code.write_text(OWN.replace("BODY", body), "utf-8")
    answers.write_text(shipped("v1.23")[name], "utf-8")
    return f"{sys.executable} {code} {answers}"


RIGHT = 'answer = {"id": asked["id"], "output": right["output"]}'


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["vectors", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "list", "--rule", "r136", "--kind", "decision")
    assert code == 0
    assert out.splitlines()[-1].endswith("vectors of amazon-vpc-cni-k8s v1.23.1")
    assert "May the ENI be deleted? No." in out
    code, out, _ = run(capsys, "list", "--json", "--flag", "known-upstream-bug")
    listed = json.loads(out)["vectors"]
    assert listed
    assert all("known-upstream-bug" in each["flags"] for each in listed)
    _, out, _ = run(capsys, "list", "--json", "--full", "--id", listed[0]["id"])
    assert "post" in json.loads(out)["vectors"][0]


def test_copy(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = run(capsys, "copy", str(tmp_path / "here"), "--json")
    assert code == 0
    assert all(Path(each).is_file() for each in json.loads(out)["files"])
    code, out, _ = run(capsys, "copy", str(tmp_path / "here"))
    assert "files with vectors of amazon-vpc-cni-k8s v1.23.1" in out


def test_a_right_program_passes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    command = program(tmp_path, RIGHT)
    code, out, _ = run(capsys, "run", "--kind", "decision", "--exec", command)
    assert code == 0
    assert " 0 failed, 0 skipped" in out.splitlines()[-1]


def test_a_wrong_one_fails_and_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    body = f'{RIGHT}\n    if asked["decision"] == "cooling": answer["output"] = True'
    command = program(tmp_path, body)
    code, out, _ = run(capsys, "run", "--kind", "decision", "--exec", command, "--json")
    report = json.loads(out)
    assert code == 1
    assert report["rules"]["R17"]["failed"] == report["counts"]["failed"] > 0
    assert report["rules"]["R136"]["failed"] == 0
    assert all("expected false, got true" in each["reason"] for each in report["judgements"])
    code, out, _ = run(capsys, "run", "--kind", "decision", "--exec", command)
    assert code == 1
    assert "FAILED cooling-" in out


def test_all_skipped_is_inconclusive(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    command = program(tmp_path, 'answer = {"id": asked["id"], "skipped": "not yet"}')
    code, out, _ = run(capsys, "run", "--rule", "R17", "--kind", "decision", "--exec", command)
    assert code == 3
    assert " 0 failed, " in out


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("sys.exit(7)", "the program ended with exit code 7"),
        ("print('hello'); continue", "'hello' is not JSON"),
        ("print('[1]'); continue", 'no object with an "id"'),
        ('answer = {"id": "other", "output": 1}', "an answer to other"),
        ("sys.stdout.buffer.write(b'\\xff\\n'); continue", "not UTF-8"),
        ("print('x' * 2_000_000); continue", "wrote no answer: a line of more than"),
        ("import time; time.sleep(60)", "the program gave no answer within 1.5 s"),
        ("sys.exit('out of order')", "exit code 1; its standard error ends: out of order"),
    ],
)
def test_a_broken_program_fails_the_rest(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, body: str, reason: str
) -> None:
    command = program(tmp_path, body)
    arguments = ("--kind", "decision", "--rule", "R17", "--timeout", "1.5")
    code, out, _ = run(capsys, "run", *arguments, "--exec", command, "--json")
    report = json.loads(out)
    assert code == 1
    assert report["counts"]["failed"] == report["vectors"]
    assert reason in report["judgements"][0]["reason"]
    assert {each["reason"] for each in report["judgements"][1:]} == {NOT_ASKED}


def test_a_broken_program_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "run", "--exec", "true")
    asked = len(suite().vectors)
    assert code == 1
    assert out.count("FAILED") == out.count("ended with exit code 0") == 1
    assert f"and {asked - 1} more, which the program was not asked after that" in out
    assert f", {asked} failed, " in out.splitlines()[-1]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="what runs is looked up in /proc")
@pytest.mark.parametrize("end", ["sleep 7777", "exit"], ids=["it hangs", "it has ended"])
def test_nothing_of_a_program_is_left(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, end: str
) -> None:
    group = tmp_path / "group"
    command = f"sh -c 'echo $$ > {group}; sleep 7777 > /dev/null 2>&1 & {end}'"
    code, _, _ = run(capsys, "run", "--rule", "R17", "--timeout", "0.5", "--exec", command)
    assert code == 1
    assert left_running([int(group.read_text("utf-8"))]) == []


def test_results_in_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    chosen = suite().select(rules=["R17"], kinds=["decision"])
    answers: list[Json] = [{"id": each["id"], "output": each["output"]} for each in chosen]
    file = tmp_path / "answers.jsonl"
    arguments = ("run", "--rule", "R17", "--kind", "decision", "--results", str(file))

    def write(lines: list[Json]) -> None:
        file.write_text("".join(json.dumps(each) + "\n\n" for each in lines), "utf-8")

    write(answers[::-1])
    assert run(capsys, *arguments)[0] == 0
    write(answers[1:])
    code, out, _ = run(capsys, *arguments)
    assert code == 0
    assert "1 skipped" in out
    write([*answers, answers[0]])
    code, _, err = run(capsys, *arguments)
    assert (code, "a second answer to" in err) == (2, True)
    write([{"id": "tick-00000000"}])
    code, _, err = run(capsys, *arguments)
    assert code == 2
    assert "answers.jsonl:1: 'tick-00000000' is none of" in err


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("list", "--rule", "R999"), "no rule 'R999'"),
        (("list", "--id", "tick-1"), "no vector of v1.23 is called 'tick-1'"),
        (("list", "--full"), "--full needs --json"),
        (
            ("run", "--exec", "/no/such/program"),
            "program: cannot be started: No such file",
        ),
        (("run", "--exec", "'"), "No closing quotation"),
        (("run", "--exec", ""), "--exec needs a command"),
        (("run", "--results", "/no/such/file"), "/no/such/file: cannot be read"),
        (("run", "--rule", "R1", "--results", "x"), "no vector is left to run"),
        (("emit", "--from", "/no/such/file"), "/no/such/file: cannot be read"),
        (("copy", "/proc/nowhere"), "cannot be written"),
    ],
)
def test_wrong_input_gets_one_line(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], reason: str
) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert reason in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [("run",), ("emit",), ("list", "--flag", "x"), ("run", "--exec", "x", "--timeout", "0"), ()],
)
def test_wrong_usage(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as error:
        main(["vectors", *arguments])
    assert error.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_vectors_of_a_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "emit", "--from", REGRESSION)
    assert code == 0
    made = json.loads(out)
    assert made["version"] == "v1.7"
    assert [each["event"]["kind"] for each in made["vectors"]] == [
        "start",
        "pod_add",
        "tick",
        "loop_pass",
    ]


def test_emit_to_a_folder(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(capsys, "emit", "--version", "v1.7", "--to", str(tmp_path))[0] == 0
    assert {each.name: each.read_text("utf-8") for each in tmp_path.iterdir()} == shipped("v1.7")


def test_emit_check(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, _ = run(capsys, "emit", "--version", "v1.7", "--check")
    assert (code, out) == (0, "vectors of v1.7: current\n")
    changed = {**shipped("v1.7"), "more.json": "{}"}
    changed["starts.json"] += " "
    monkeypatch.setattr("ipam_model.cli.vectors.shipped", lambda _: changed)
    code, out, _ = run(capsys, "emit", "--version", "v1.7", "--check")
    assert code == 1
    assert out.splitlines() == [
        "v1.7/more.json: one too many",
        "v1.7/starts.json: differs",
        "vectors of v1.7: out of date",
    ]
