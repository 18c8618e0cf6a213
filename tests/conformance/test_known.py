from pathlib import Path

import pytest

from ipam_model.config import Quirk
from ipam_model.conformance.known import Known, known_of, read_known
from ipam_model.conformance.verdict import Result, Verdict
from ipam_model.errors import InputError


def diverges(*rules: str, quirk: str = "") -> Verdict:
    return Verdict(result=Result.DIVERGES, steps=(), rules=frozenset(rules), quirk=quirk)


def test_a_known_divergence_is_a_rule_or_quirk_with_a_reason() -> None:
    assert known_of(["R79", "R24 see issue 1", ("R139", "why"), Known("R94")]) == (
        Known("R79"),
        Known("R24", "see issue 1"),
        Known("R139", "why"),
        Known("R94"),
    )
    assert Known("R24").quirk is Quirk.DOUBLE_DECREMENT
    assert Known("R24-ipv6").quirk is Quirk.IPV6_NEVER_SUBTRACTED
    assert Known("R79").quirk is None


@pytest.mark.parametrize(
    ("listed", "complaint"),
    [
        (["R999"], "neither a rule nor a quirk"),
        ([""], "neither a rule nor a quirk"),
        (["R79", "R79 again"], "listed twice"),
    ],
)
def test_what_is_neither_is_refused(listed: list[str], complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        known_of(listed)


def test_a_quirk_explains_what_it_explains_and_a_rule_what_nothing_else_does() -> None:
    assert Known("R24").explains(diverges(quirk="R24"))
    assert Known("R79").explains(diverges("R79", "R80"))
    assert not Known("R79").explains(diverges("R80"))
    assert not Known("R79").explains(diverges("R79", quirk="R24"))
    assert not Known("R79").explains(
        Verdict(result=Result.BROKEN, steps=(), rules=frozenset({"R79"}))
    )


def test_a_file_lists_one_a_line(tmp_path: Path) -> None:
    file = tmp_path / "known.txt"
    file.write_text("# ours\n\nR24  counted twice\nR139\n", "utf-8")
    assert read_known(file) == (Known("R24", "counted twice"), Known("R139"))


@pytest.mark.parametrize(
    ("text", "place"), [("R24\nR999\n", ":2: "), ("R24\n\nR24\n", ":3: "), (None, "cannot be read")]
)
def test_a_file_that_makes_no_sense_is_refused_with_its_line(
    tmp_path: Path, text: str | None, place: str
) -> None:
    file = tmp_path / "known.txt"
    if text is not None:
        file.write_text(text, "utf-8")
    with pytest.raises(InputError, match=place):
        read_known(file)
