"""`ipam-model prove`."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from ipam_model.cli.main import main
from ipam_model.proving import report
from ipam_model.proving.check import STANDARD, Checker, Solver, check, check_mutant
from ipam_model.scenario.reading import parse_scenario
from ipam_model.theorems import index
from tests.proving.claims import dividing_theorem, empty_theorem, false_theorem, true_theorem
from tests.shared import ROOT

pytest.importorskip("z3", reason="z3-solver, which the extra `solver` installs, is absent")

ONE: Final = "never_short_and_over"
LEMMA: Final = "sums_of_enis"


def run(code: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", f"import sys; {code}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_table(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("cvc5", reason="cvc5, which the extra `solver` installs, is absent")
    assert main(["prove", ONE, LEMMA, "--mutants", "--cores"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("    no claim needs: ") for line in lines)
    head, first, second, *more = [line for line in lines if not line.startswith(" ")]
    assert " ".join(head.split()) == "theorem verdict obligations z3 steps budget cvc5 mutants"
    assert first.split()[:3] == [ONE, "proved", "1"]
    assert first.endswith("2/2 refuted")
    assert "agrees" in first
    assert second.split()[:4] == [LEMMA, "proved", "modulo", "4"]
    assert more[-2].startswith("2 theorems, 5 obligations: 1 proved, 1 proved modulo; ")
    assert more[-1].startswith("on paper: induction over the list of ENIs")


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prove", ONE, "--json", "--solver", "z3"]) == 0
    said = json.loads(capsys.readouterr().out)
    (theorem,) = said["theorems"]
    assert (theorem["theorem"], theorem["verdict"], theorem["mutants"]) == (ONE, "proved", None)
    assert theorem["obligations"][0]["steps"]["claim"] > 0
    assert theorem["obligations"][0]["cvc5"] is None


def test_cvc5_alone(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("cvc5", reason="cvc5, which the extra `solver` installs, is absent")
    assert main(["prove", ONE, "--solver", "cvc5"]) == 0
    head, first, *_ = capsys.readouterr().out.splitlines()
    assert "z3" not in head
    assert first.split()[:3] == [ONE, "proved", "1"]


def test_list_and_table_need_no_solver() -> None:
    for option in ("--list", "--table"):
        found = run(
            "sys.modules['z3'] = None; from ipam_model.cli.main import main; "
            f"sys.exit(main(['prove', {ONE!r}, {option!r}]))"
        )
        assert (found.returncode, found.stderr) == (0, "")
        assert index.named([ONE])[0].statement in found.stdout


def test_seeds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prove", ONE, "--seeds", "3"]) == 0
    head, first = capsys.readouterr().out.splitlines()
    assert head.startswith("theorem")
    assert first.split()[0] == ONE
    assert "%" in first


def test_export(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prove", ONE, "--export", str(tmp_path / "new")]) == 0
    assert capsys.readouterr().out == f"2 files in {tmp_path}/new\n"
    assert len([*(tmp_path / "new").iterdir()]) == 2


def test_refutations_become_scenarios(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    theorem = "too_high_means_a_release"
    assert main(["prove", theorem, "--solver", "z3", "--mutants", "--scenario", str(tmp_path)]) == 0
    (file,) = tmp_path.iterdir()
    told = capsys.readouterr().out
    assert f"{theorem} with a mutant (too high already at the target): replayed" in told
    assert f"written to {file}" in told
    assert parse_scenario(file.read_text("utf-8"))[0].events


def test_scenarios_need_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "file"
    file.write_text("")
    theorem = "too_high_means_a_release"
    assert main(["prove", theorem, "--mutants", "--scenario", str(file)]) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert main(["prove", theorem, "--list", "--scenario", str(file)]) == 2


def test_certificate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("cvc5", reason="cvc5, which the extra `solver` installs, is absent")
    assert main(["prove", ONE, "--certificate", str(tmp_path), "--format", "alethe"]) == 0
    assert capsys.readouterr().out == f"1 file in {tmp_path}\n"


def test_unknown_theorem_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prove", "never_short"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("ipam-model: no theorem is called 'never_short'; did you mean never_sho")
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    "options",
    [["--seeds", "0"], ["--time-out", "0"], ["--solver", "yices"], ["--seeds=2", "--list"]],
)
def test_options_that_make_no_sense(options: list[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["prove", ONE, *options])
    assert refused.value.code == 2


def test_json_goes_with_verdicts_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prove", ONE, "--json", "--list"]) == 2
    assert "--json goes with the table of verdicts only" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("package", "solver", "named"),
    [("z3", "z3", "z3-solver"), ("cvc5", "both", "cvc5"), ("cvc5", "cvc5", "cvc5")],
)
def test_without_a_solver_one_line_names_the_extra(package: str, solver: str, named: str) -> None:
    found = run(
        f"sys.modules[{package!r}] = None; from ipam_model.cli.main import main; "
        f"sys.exit(main(['prove', {ONE!r}, '--solver', {solver!r}]))"
    )
    assert found.returncode == 2
    assert found.stderr == (
        f"ipam-model: {named} is not installed; it comes with the extra `solver`: "
        "pip install 'ipam-model[solver]'\n"
    )


def test_without_cvc5_the_theorems_are_still_checked() -> None:
    found = run(
        "sys.modules['cvc5'] = None; from ipam_model.cli.main import main; "
        f"sys.exit(main(['prove', {ONE!r}]))"
    )
    assert found.returncode == 0, found.stderr
    assert "not asked" in found.stdout


def test_the_command_itself_loads_no_solver() -> None:
    found = run(
        f"from ipam_model.cli.main import main; main(['prove', {ONE!r}]); "
        "sys.exit('z3' in sys.modules or 'cvc5' in sys.modules)"
    )
    assert found.returncode == 0, found.stderr


# Exit codes and lines.


def test_refuted() -> None:
    row = report.Row(result=check(false_theorem))
    assert row.exit_code() == report.REFUTED
    lines = report.Table([false_theorem], Solver.Z3, STANDARD, mutants=False).lines(row)
    assert lines[0].split()[:2] == ["false_theorem", "refuted"]
    assert lines[1:] == ["    not not 7", "    for example a = 7"]
    said = report.as_json([row], Solver.Z3, STANDARD)["theorems"][0]
    assert said["obligations"][0]["refutation"]["values"] == {"a": 7}


def test_unknown() -> None:
    row = report.Row(result=check(empty_theorem))
    assert row.exit_code() == report.INCONCLUSIVE
    table = report.Table([empty_theorem], Solver.Z3, STANDARD, mutants=False)
    assert "the premises contradict each other" in table.lines(row)[1]


def test_a_mutant_that_survives() -> None:
    dead, alive = (check_mutant(true_theorem, each) for each in true_theorem.mutants)
    proved = check(true_theorem, cores=True)
    assert report.Row(result=proved, mutants=(dead,)).exit_code() == report.HOLDS
    row = report.Row(result=proved, mutants=(dead, alive))
    assert row.exit_code() == report.REFUTED
    lines = report.Table([true_theorem], Solver.Z3, STANDARD, mutants=True).lines(row)
    assert lines[0].endswith("1/2 refuted")
    assert lines[1:] == [
        "    mutant proved: without the premise: there is a second",
        "    no claim needs: there is a second",
    ]


def test_solvers_that_contradict_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("cvc5", reason="cvc5, which the extra `solver` installs, is absent")
    from ipam_model.proving import second_solver

    for said, code in (("sat", report.REFUTED), ("too hard", report.INCONCLUSIVE)):
        monkeypatch.setattr(second_solver, "run", lambda _, said=said, **__: said)
        with Checker([true_theorem], solver=Solver.BOTH) as checker:
            row = report.Row(result=checker.check(true_theorem))
        assert row.exit_code() == code
        table = report.Table([true_theorem], Solver.BOTH, STANDARD, mutants=False)
        assert f"    cvc5 on claim: {said}" in table.lines(row)
        assert "does not agree" in table.lines(row)[0]


def test_contradictory_premises_found_by_the_core_are_a_warning() -> None:
    row = report.Row(result=check(empty_theorem, cores=True))
    assert row.warnings == (": the premises contradict each other, says the core",)


def test_refuted_outranks_inconclusive() -> None:
    rows = [report.Row(result=check(each)) for each in (dividing_theorem, false_theorem)]
    assert report.exit_code(rows) == report.REFUTED
    assert report.exit_code(rows[:1]) == report.INCONCLUSIVE
    assert report.exit_code([]) == report.HOLDS
