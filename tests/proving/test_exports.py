"""The questions on file: current, the same every time, and readable by any solver."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from ipam_model.errors import InputError, ModelError
from ipam_model.proving import exports, report
from ipam_model.theorems import index
from ipam_model.theorems.theorem import Tier
from tests.proving.claims import (
    deciding_theorem,
    false_theorem,
    of_texts,
    sleeping_theorem,
    true_theorem,
)
from tests.shared import ROOT

pytest.importorskip("z3", reason="z3-solver, which the extra `solver` installs, is absent")

THEOREMS: Final = tuple(each for each in index.theorems().values() if Tier.FULL.covers(each.tier))
FOLDER: Final = ROOT / "proofs" / "smt2"
RENEW: Final = "rm -r proofs/smt2; ipam-model prove --tier full --export proofs/smt2"


def kept() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in FOLDER.iterdir()}


@pytest.mark.unmeasured
@pytest.mark.parametrize("seed", ["0", "1"])
def test_files_are_up_to_date_whatever_the_hash_seed(tmp_path: Path, seed: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "ipam_model", "prove", "--tier=full", "--export", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    fresh = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert fresh.keys() == kept().keys(), RENEW
    assert [name for name in fresh if fresh[name] != kept()[name]] == [], RENEW


def test_files_say_what_they_are() -> None:
    for name, content in kept().items():
        text = content.decode("ascii")
        theorem = index.named([name.split("-")[0]])[0]
        about, statement, rules = text.splitlines()[:3]
        status = re.findall(r"^\(set-info :status (\w+)\)$", text, re.MULTILINE)
        assert about.startswith(f"; {theorem.name}")
        assert status == [about.rpartition(" ")[2]]
        assert status == ["sat" if name.endswith("-premises.smt2") else "unsat"]
        assert statement == f"; {theorem.statement}"
        assert rules == f"; Rules: {', '.join(theorem.rules)}."
        assert re.search(r"^\(set-logic QF_(LIA|NIA)\)$", text, re.MULTILINE)
        assert ("; On paper: " in text) == any(each.paper for each in theorem.basis())
        assert text.endswith("(check-sat)\n(exit)\n")


def test_files_declare_what_they_mention_and_nothing_else() -> None:
    for content in kept().values():
        text = re.sub("^;.*\n", "", content.decode("ascii"), flags=re.MULTILINE)
        declared = re.findall(r"^\(declare-fun (\w+) ", text, re.MULTILINE)
        asserted = re.findall(r"[^\s()]+", "".join(text.split("(assert ")[1:]))
        assert set(declared) <= set(asserted)
        assert len(set(declared)) == len(declared)


def test_every_obligation_has_its_files() -> None:
    names = kept()
    for theorem in THEOREMS:
        for obligation in theorem.obligations:
            assert f"{exports.stem(theorem, obligation)}-claim.smt2" in names


def test_two_questions_do_not_share_a_file(tmp_path: Path) -> None:
    text = false_theorem.obligations[0].text
    with pytest.raises(ModelError, match=r"two questions would be written to t-a_b-premises.smt2"):
        exports.export([of_texts("t", **{"a b": text, "a, b": text})], tmp_path)


def test_what_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", "utf-8")
    with pytest.raises(InputError, match="cannot write to"):
        exports.export([true_theorem], tmp_path / "taken")
    from ipam_model.proving.check import Budget

    with pytest.raises(ModelError, match="sleeping_theorem, sleeps: no answer within"):
        exports.export([sleeping_theorem], tmp_path, Budget(seconds=0.5))
    with pytest.raises(ModelError, match="Python decides by a term"):
        exports.export([deciding_theorem], tmp_path)


def test_values_found_by_one_solver_are_given_to_the_other() -> None:
    script = (
        "(declare-fun a () Int)\n(declare-fun p () Bool)\n(assert (< a 0))\n(check-sat)\n(exit)\n"
    )
    from ipam_model.proving.questions import with_values

    said = with_values(script, {"a": -3, "p": True, "q": 7})
    assert said.endswith(
        "(assert (< a 0))\n(assert (= a (- 3)))\n(assert (= p true))\n(check-sat)\n(exit)\n"
    )
    pytest.importorskip("cvc5", reason="cvc5, which the extra `solver` installs, is absent")
    from ipam_model.proving import second_solver

    assert second_solver.run(said) == "sat"
    assert second_solver.run(with_values(script, {"a": 3})) == "unsat"


# The script that asks any solver.


def solver(folder: Path, answer: str) -> Path:
    """A solver that always says the same, unless the expected answer is there to be read."""
    path = folder / "solver"
    path.write_text(f'#!/bin/sh\ngrep -q ":status" "$1" && echo leaked || echo {answer}\n', "utf-8")
    path.chmod(0o755)
    return path


def recheck(*arguments: str, path: str = os.defpath) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(ROOT / "proofs" / "recheck.sh"), *arguments],
        env={"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_recheck_compares_every_answer_and_withholds_the_expected_one(tmp_path: Path) -> None:
    found = recheck(str(solver(tmp_path, "unsat")))
    wrong = [name for name in kept() if name.endswith("-premises.smt2")]
    assert found.returncode == 1
    assert len(found.stdout.splitlines()) == len(wrong) + 1
    assert f"{wrong[0]}: expected sat, {tmp_path}/solver says unsat" in found.stdout
    assert "leaked" not in found.stdout
    assert f"{len(kept())} questions" in found.stdout


def test_recheck_needs_a_solver(tmp_path: Path) -> None:
    found = recheck("no-such-solver")
    assert found.returncode == 2
    assert "no solver no-such-solver is on the PATH" in found.stderr


# cvc5's proofs.


@pytest.mark.parametrize("form", exports.FORMATS)
def test_certificates(tmp_path: Path, form: str) -> None:
    pytest.importorskip("cvc5", reason="cvc5, which the extra `solver` installs, is absent")
    chosen = index.named(["never_short_and_over", "new_eni_size_fits"])
    files, complaints = exports.certificates(chosen, tmp_path, form)
    assert complaints == []
    assert [path.name for path in files] == [
        f"never_short_and_over-claim.{form}",
        f"new_eni_size_fits-claim.{form}",
    ]
    for path in files:
        text = path.read_text("utf-8")
        assert "assume" in text
        assert "step" in text


def test_there_is_no_certificate_of_what_is_false(tmp_path: Path) -> None:
    pytest.importorskip("cvc5", reason="cvc5, which the extra `solver` installs, is absent")
    files, complaints = exports.certificates([false_theorem], tmp_path, "cpc")
    assert files == []
    assert len(complaints) == 1
    assert complaints[0].startswith("false_theorem-claim: ")


# The page.


def test_page_lists_every_theorem() -> None:
    page = (ROOT / "proofs" / "README.md").read_text("utf-8")
    assert report.markdown(THEOREMS) in page, "ipam-model prove --tier full --table"
