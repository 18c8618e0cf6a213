"""The fidelity page says what the catalogue and the table of mutants say."""

from ipam_model.catalogue import TAG, TAG_V1_7, catalogue
from tools.make_fidelity import (
    FROM_SOURCE,
    IN_CODE,
    IN_FULL,
    IN_PART,
    PAGE,
    evidence_of,
    in_aws_layer,
    page,
)


def test_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == page(), "run python -m tools.make_fidelity"


def test_every_rule_has_a_row_and_every_rule_in_code_its_evidence() -> None:
    rules = catalogue(TAG, TAG_V1_7)
    rows = [line for line in page().splitlines() if line.startswith(("| R", "| H"))]
    assert [row.split()[1] for row in rows] == list(rules)
    assert len(catalogue(TAG)) == 196
    assert set(evidence_of(rules)) == {r.id for r in rules.values() if r.kind in IN_CODE}
    assert {each.group for each in evidence_of(rules).values()} == {IN_FULL, IN_PART, FROM_SOURCE}


def test_a_replayed_rule_says_how_much_of_it_is_and_what_only_tests_decide() -> None:
    """R60: two of its mutants, on failures and on the trunk, are noticed by no recording."""
    evidence = evidence_of(catalogue())["R60"]
    assert evidence.group == IN_PART
    assert f"replayed ({evidence.replayed} of {evidence.mutants} mutants)" in evidence.text
    assert 0 < evidence.replayed < evidence.mutants
    for part in ("a trunk ENI gets no prefix", "a failure of either call ends the set-up"):
        assert part in evidence.by_tests
        assert part in evidence.text


def test_the_aws_layer_is_told_by_modules_and_no_rule_of_it_was_missed() -> None:
    """Every rule whose source is the AWS layer alone, and no other, counts as inside it."""
    rules = [rule for rule in catalogue(TAG, TAG_V1_7).values() if rule.kind in IN_CODE]
    by_source = {
        rule.id
        for rule in rules
        if all(place.strip().startswith("aws:") for place in rule.source.split(","))
    }
    assert {rule.id for rule in rules if in_aws_layer(rule)} == by_source


def test_what_no_recording_of_v1_7_shows_is_read_from_source() -> None:
    shown = {line.split(" | ")[0][2:]: line for line in page().splitlines() if line[:3] == "| H"}
    assert list(shown) == list(catalogue(TAG_V1_7))
    assert FROM_SOURCE in shown["H10"]
    assert "the order create, attach, tag" in shown["H9"]
    assert "replayed" in shown["H4"]


def test_what_no_recording_shows_says_so() -> None:
    evidence = evidence_of(catalogue())
    aws_layer = {"R14", "R54", "R102", "R103", "R104", "R105", "R106", "R109", "R182", "R183"}
    assert {rule for rule in aws_layer | {"R70"} if evidence[rule].text != FROM_SOURCE} == set()
    (row,) = [line for line in page().splitlines() if line.startswith("| R78 ")]
    assert FROM_SOURCE in row
