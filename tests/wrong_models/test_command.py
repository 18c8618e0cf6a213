"""`python -m tools.kill_matrix`."""

from pathlib import Path

import pytest

from ipam_model.wrong_models import WRONG_MODELS
from tools.kill_matrix import page, record
from tools.kill_matrix.__main__ import main
from tools.kill_matrix.record import Matrix
from tools.kill_matrix.trial import First, Record


def test_an_unknown_wrong_model_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "no-such-bug"]) == 2
    assert "no wrong model is called no-such-bug" in capsys.readouterr().err


def test_a_matrix_is_read_as_it_was_written(tmp_path: Path) -> None:
    first = First("anything", 3, "two pods hold 10.1.0.4")
    judged = Record(kills={"I1": first}, breaks=first, examples=4, seconds=0.25, trace="a: b")
    matrix = Matrix(models={"no-cooldown": judged}, stories={"anything": 40}, control={})
    record.store(matrix, tmp_path / "matrix.json")
    assert record.load(tmp_path / "matrix.json") == matrix
    assert record.load(tmp_path / "none.json") == Matrix()


def test_what_a_matrix_lacks_is_said(tmp_path: Path) -> None:
    found = list(page.out_of_date(Matrix(), tmp_path / "none.md"))
    assert "no-cooldown was never judged" in found
    assert "anything: None stories were told, not 40" in found
    assert "none.md is not what the matrix says" in found


def test_survivors_must_be_explained_and_nothing_else() -> None:
    killed = Record(kills={"I1": First("anything", 0, "")})
    told = {name: killed if model.survives else Record() for name, model in WRONG_MODELS.items()}
    found = list(page.unexplained(Matrix(models=told)))
    assert "no-cooldown survives, and the catalogue does not say why" in found
    assert any("is said to survive, but I1 notices it" in line for line in found)
    assert "P-S1 notices no wrong model, and nothing says why" in found


def test_properties_are_listed_in_the_order_of_their_numbers() -> None:
    assert sorted(["P-L1", "I10", "I2", "I12-refused", "I12"], key=record.order) == [
        "I2",
        "I10",
        "I12",
        "I12-refused",
        "P-L1",
    ]
