"""`ipam-model conform`: verdicts, exit codes, and one line for what makes no sense."""

import json
import shlex
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from ipam_model.cli.main import main
from ipam_model.conformance.datastore_events import DatastoreEvent
from ipam_model.conformance.datastore_reference import ReferenceDatastore
from ipam_model.conformance.reference import ReferenceDaemon
from ipam_model.conformance.subject import Capabilities, Reply, UnsupportedError
from ipam_model.wrong_models import WRONG_MODELS
from tests.conformance.programs import at
from tests.shared import ROOT

PLAN = str(ROOT / "examples" / "scenarios" / "cooling-addresses-are-released.json")
HERE = "tests.conformance.test_conform_command"
SAMPLE = ROOT / "examples" / "conformance" / "serve.py"


class Talkative(ReferenceDatastore):
    """It prints, which is no business of the report's."""

    def apply(self, event: DatastoreEvent) -> Reply:
        print("printed", event.kind)  # noqa: T201 - what is tested
        return super().apply(event)


class Unwilling(ReferenceDatastore):
    def apply(self, event: DatastoreEvent) -> Reply:
        raise UnsupportedError(f"no {event.kind} today")


class Leaving(ReferenceDatastore):
    """It ends the process instead of answering."""

    def apply(self, event: DatastoreEvent) -> Reply:
        sys.exit(0 if event.kind else "never")


class LeavingEarly:
    @property
    def capabilities(self) -> Capabilities:
        sys.exit(0)


def wrong() -> ReferenceDaemon:
    return ReferenceDaemon(wrong_model=WRONG_MODELS["no-cooldown"])


def quoted(command: list[str]) -> str:
    return shlex.join(command)


def sample(name: str) -> str:
    return quoted([sys.executable, str(SAMPLE), name])


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    try:
        code = main(["conform", *arguments])
    except SystemExit as error:  # of the argument parser
        code = error.code if isinstance(error.code, int) else 1
    said = capsys.readouterr()
    return code, said.out, said.err


def test_one_that_conforms(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    reports = [tmp_path / f"report{suffix}" for suffix in (".md", ".jsonl", ".xml")]
    code, out, _ = run(
        capsys,
        "--python",
        "ipam_model.conformance.reference:ReferenceDaemon",
        "--plan",
        PLAN,
        *(f"--report={each}" for each in reports),
    )
    assert code == 0
    assert out.startswith("the model conforms to ")
    assert "1 plan (1 conforms)" in out
    assert all(each.stat().st_size > 100 for each in reports)


def test_one_that_does_not(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, _ = run(capsys, "--python", f"{HERE}:wrong", "--plan", PLAN)
    assert code == 1
    assert "R112 at step 16" in out
    assert f"ipam-model conform --python {HERE}:wrong --plan " in out


def test_the_sample_over_the_wire(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    wide = ("--examples", "2", "--area", "warm-ip", "--timeout", "60", "--json")
    code, out, _ = run(capsys, "--exec", sample("Allocator"), *wide)
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert lines[-1]["conforms"] is True
    assert lines[0]["address"] == f"exec:{sample('Allocator')}"


def test_the_wrong_sample_is_caught_over_the_wire(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, _ = run(
        capsys,
        "--exec",
        sample("Careless"),
        "--area",
        "warm-ip",
        "--timeout",
        "60",
        "--examples=60",
    )
    assert code == 1
    assert out.startswith("R136 at step ")
    assert f"--exec '{sample('Careless')}'" in out


def test_what_a_subject_prints_is_no_part_of_the_report(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(
        capsys, "--python", f"{HERE}:Talkative", "--json", "--examples=2", "--area=assignment"
    )
    assert code == 0
    assert all(line.startswith("{") for line in out.splitlines())
    assert "printed add_eni" in err


def test_nothing_is_decided_where_nothing_is_supported(capsys: pytest.CaptureFixture[str]) -> None:
    few = ("--examples=2", "--area=assignment")
    code, out, _ = run(capsys, "--python", f"{HERE}:Unwilling", *few)
    assert code == 3
    assert "nothing is decided: the subject supports none of 2 plans to its end" in out
    assert out.splitlines()[-1].startswith("it is not decided whether ")
    assert " conforms to " in out.splitlines()[-1]
    code, out, _ = run(capsys, "--python", f"{HERE}:Unwilling", *few, "--json")
    assert code == 3
    assert json.loads(out.splitlines()[-1])["conforms"] is None


def test_a_known_divergence_that_does_not_occur_is_no_divergence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, _ = run(
        capsys,
        "--python",
        "ipam_model.conformance.datastore_reference:ReferenceDatastore",
        "--examples=2",
        "--area=assignment",
        "--known=R24",
        "--seed=5",
    )
    assert code == 1
    assert "strike it off the list, or search more (seed 5)" in out
    assert "does not conform" not in out
    assert "no longer occurs (R24): 2 plans (2 conform)" in out.splitlines()[-1]


def test_a_subject_that_ends_the_process_has_not_passed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    few = ("--examples=2", "--area=assignment")
    code, out, _ = run(capsys, "--python", f"{HERE}:Leaving", *few)
    assert code == 1
    assert "apply raised SystemExit: 0" in out
    code, out, err = run(capsys, "--python", f"{HERE}:LeavingEarly", *few)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1


def test_a_program_that_breaks_the_protocol_is_named_in_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    silent = quoted(at("start", "print('hello', flush=True)"))
    code, out, err = run(capsys, "--exec", silent)
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert 'start: a line that is not JSON (Expecting value at column 1): "hello"' in err
    assert "--smoke" in err


def test_a_smoke_test(capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--exec", sample("Careless"), "--smoke", "--timeout", "60")
    code, out, _ = run(capsys, *options)
    assert code == 0
    assert [line[:10] for line in out.splitlines()[1:15]] == [f"{n:3} ok    " for n in range(1, 15)]
    code, out, _ = run(capsys, *options, "--json")
    assert code == 0
    found = json.loads(out)
    assert found["passed"] is True
    assert len(found["steps"]) == 14


def test_a_smoke_test_that_fails_shows_what_the_program_wrote(
    capsys: pytest.CaptureFixture[str],
) -> None:
    crash = quoted(at("apply", "print('no such event', file=sys.stderr)\nsys.exit(3)"))
    code, out, _ = run(capsys, "--exec", crash, "--smoke", "--timeout", "60")
    assert code == 1
    assert "  4 FAILED  gets two addresses into its pool" in out
    assert "look at the harness" in out
    assert out.splitlines()[-2:] == ["the last of its standard error:", "  | no such event"]


def shown_in_the_protocol() -> list[list[str]]:
    """The arguments of `conform` in the first block of commands of docs/protocol.md."""
    lines = (ROOT / "docs" / "protocol.md").read_text("utf-8").splitlines()
    shown = [line for line in lines if line.startswith("    ipam-model conform ")]
    return [shlex.split(line, comments=True)[2:] for line in shown]


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [("Allocator", 0, "sample allocator 1 conforms to "), ("Careless", 1, "R136 at step ")],
)
def test_the_plan_that_the_protocol_shows_tells_right_from_wrong(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    name: str,
    code: int,
    told: str,
) -> None:
    (pinned,) = [each for each in shown_in_the_protocol() if "--plan" in each]
    program, plan = pinned.index("./my-harness"), pinned.index("--plan") + 1
    pinned[program], pinned[plan] = sample(name), str(ROOT / pinned[plan])
    monkeypatch.chdir(tmp_path)
    found, out, _ = run(capsys, *pinned, "--timeout=60")
    assert found == code
    assert out.startswith(told)


def test_the_commands_of_the_protocol_are_understood(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no such program here, and nothing else to complain of."""
    monkeypatch.chdir(ROOT)
    shown = shown_in_the_protocol()
    assert len(shown) >= 5
    for arguments in shown:
        code, out, err = run(capsys, *arguments)
        if "--protocol-schema" in arguments:
            assert code == 0
        else:
            assert (code, "./my-harness: cannot be started" in out + err) == (2, True)


@pytest.mark.parametrize("which", ["kit", "subject"])
def test_the_schemas_are_printed(capsys: pytest.CaptureFixture[str], which: str) -> None:
    code, out, _ = run(capsys, "--protocol-schema", which)
    assert code == 0
    Draft202012Validator.check_schema(json.loads(out))


REFERENCE = ("--python", "ipam_model.conformance.reference:ReferenceDaemon")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((), "no implementation; give --exec CMD or --python PKG.MOD:FACTORY"),
        (("--exec", ""), "the command is empty"),
        (("--exec", "'abc"), "No closing quotation"),
        (("--exec", "./nope"), "--exec: ./nope: cannot be started: No such file or directory"),
        (("--exec", "./nope", "--timeout", "0"), "'0' is not a number of seconds above 0"),
        (("--exec", "./nope", "--timeout", "soon"), "'soon' is not a number of seconds above 0"),
        ((*REFERENCE, "--timeout", "3"), "--timeout is for --exec"),
        ((*REFERENCE, "--smoke"), "--smoke is about a harness; it goes with --exec"),
        ((*REFERENCE, "--examples", "0"), "--examples 0 without a --plan checks nothing"),
        ((*REFERENCE, "--report", "r.pdf"), "one of .jsonl, .md, .xml"),
        ((*REFERENCE, "--plan", "no.json"), "no.json: cannot be read: No such file or directory"),
        ((*REFERENCE, "--known", "R999"), "'R999' is neither a rule nor a quirk"),
        (
            (*REFERENCE, "--known", "known.txt"),
            "known.txt: cannot be read: No such file",
        ),
        ((*REFERENCE, "--area", "nope"), "no area is called 'nope'; there are directed"),
        (
            ("--exec", "false", "--area", "grwoth"),
            "no area is called 'grwoth'; did you mean growth?",
        ),
        ((*REFERENCE, "--area", "removal"), "no area of a daemon is called removal; there are"),
        (
            (*REFERENCE, "--known", __file__[:-3] + ".md"),
            ".md: cannot be read: No such file or dir",
        ),
        (("--exec", "false", "--plan", PLAN, "--area=growth"), "--area is of random plans; give"),
        (("--exec", "false", "--known", "R999 see issue 1.2"), "'R999' is neither a rule nor"),
        (("--exec", "false", "--plan", "no.json"), "no.json: cannot be read: No such file"),
        (("--exec", "false", "--known", "R999"), "'R999' is neither a rule nor a quirk"),
        (("--exec", "false", "--known=R24", "--known=R24"), "R24 is listed twice"),
        (("--exec", "false", "--report", f"{__file__}/r.md"), "r.md: there is no folder"),
        (("--exec", "false", "--smoke", "--plan", "no.json"), "leave out --plan"),
        (("--exec", "false", "--smoke", "--seed", "0"), "leave out --seed"),
        (("--exec", "false", "--smoke", "--report=r.md"), "leave out --report"),
        (("--exec", "false", "--smoke", "--known=R24"), "leave out --known"),
        (("--exec", "false", "--smoke", "--area=growth"), "leave out --area"),
        (("--exec", "false", "--smoke", "--examples=0"), "leave out --examples"),
        (("--exec", "false", "--smoke", "--quirks"), "leave out --quirks"),
        (("--python", "nope:X"), "nope cannot be imported"),
        (("--python", f"{HERE}:Nope"), f"{HERE} has no Nope"),
        ((*REFERENCE, "--exec", "x"), "not allowed with argument"),
        (
            ("--exec", sample("Allocator"), "--timeout=60", "--precision", "exact"),
            "the subject shows per-eni",
        ),
        (
            (*REFERENCE, "--plan", str(ROOT / "examples/scenarios/nearly-empty-subnet.json")),
            "nearly-empty-subnet.json: event 2 (tick) prescribes a call",
        ),
    ],
)
def test_what_makes_no_sense_is_told_in_one_line(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], complaint: str
) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert complaint in err


def test_a_plan_that_cannot_be_kept_loses_no_verdict(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".ipam-model").touch()
    code, out, err = run(capsys, "--python", f"{HERE}:wrong", "--plan", PLAN)
    assert code == 1
    assert "R112 at step 16" in out
    assert '"schema": "ipam-scenario/1"' in out
    assert "ipam-model replay" not in out
    assert err.splitlines() == [
        "ipam-model: the failing plan could not be kept in .ipam-model/failures: Not a directory"
    ]
