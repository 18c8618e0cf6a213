"""No vector is vacuous: for each rule that vectors cover, a daemon that breaks it fails one."""

import json
from typing import cast

import pytest
from attrs import evolve, frozen

from ipam_model.vectors.files import MODELS, suite
from ipam_model.wrong_models import WrongModel
from tests.shared import ROOT
from tools.mutants.catalogue import by_name
from tools.mutants.in_place import NotInPlaceError, changes, in_place
from tools.vectors import hunting
from tools.vectors.failing import WRONG
from tools.vectors.hunting import Hunted, Killer, can_be_in_place, changed, changes_of
from tools.vectors.kills import (
    RECORD,
    by_rule,
    events,
    explanations,
    failing,
    killed_by,
    summary,
)

VERSIONS = tuple(MODELS)
KINDS = {"mistake", "wrong model", "mutant", "change", "explained"}


def record(version: str) -> dict[str, Killer]:
    return cast("dict[str, Killer]", json.loads(RECORD.read_text("utf-8"))[version])


def recorded(version: str, kind: str) -> list[tuple[str, str, Hunted]]:
    """Rules with killers of a kind, the killer, and the vector that it fails."""
    known = {each.id: each for each in events(version)}
    return [
        (rule, killer[kind], known[killer["vector"]])
        for rule, killer in record(version).items()
        if kind in killer
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_the_record_is_of_these_vectors(version: str) -> None:
    covering = by_rule(version)
    assert record(version).keys() == covering.keys()
    for rule, killer in record(version).items():
        if "explained" not in killer:
            assert killer["vector"] in covering[rule]


@frozen
class Shown:
    """Found by one wrong model; another makes it loop, a third makes the tool fail."""

    by: str
    loops: str
    fails: str = ""
    rules: frozenset[str] = frozenset({"R113", "R17"})

    def shows(self, model: WrongModel) -> bool:
        while model.id == self.loops:
            pass
        assert model.id != self.fails
        return model.id == self.by

    def deviates(self, *, or_breaks_down: bool) -> bool:
        raise NotImplementedError


def test_a_wrong_model_that_loops_holds_no_hunt_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hunting, "LONGEST", 0.2)
    first, second, *_ = (each.id for each in WRONG.values() if "R113" in each.breaks)
    shown = Shown(by=second, loops=first)
    vector = Hunted("v", shown.rules, shown)
    found = hunting.by_wrong_models([vector], ["R113"])
    assert found == {"R113": {"wrong model": second, "vector": "v"}}
    failing = evolve(vector, found=Shown(by=second, loops="", fails=first))
    with pytest.raises(RuntimeError, match=f"{first} could not be tried"):
        hunting.by_wrong_models([failing], ["R113"])


@pytest.mark.parametrize("version", VERSIONS)
def test_every_rule_has_a_killer_or_a_reason(version: str) -> None:
    for rule, killer in record(version).items():
        assert len(KINDS & killer.keys()) == 1, rule
    reasons = {
        rule: each["explained"] for rule, each in record(version).items() if "explained" in each
    }
    assert reasons == explanations(version)
    assert len(reasons) <= len(record(version)) / 10
    assert summary(version, record(version)).endswith(" 0 open")


@pytest.mark.parametrize("version", VERSIONS)
def test_wrong_models_fail_the_vectors_on_record(version: str) -> None:
    found = recorded(version, "wrong model")
    assert found
    for rule, name, vector in found:
        assert rule in WRONG[name].breaks
        assert vector.found.shows(WRONG[name]), (rule, name)


@pytest.mark.parametrize("version", VERSIONS)
def test_mutants_in_place_fail_the_vectors_on_record(version: str) -> None:
    found = [each for each in recorded(version, "mutant") if can_be_in_place(by_name()[each[1]])]
    assert found
    for rule, name, vector in found:
        assert rule in by_name()[name].rules
        assert not vector.found.deviates(or_breaks_down=True)
        with in_place(by_name()[name]):
            assert vector.found.deviates(or_breaks_down=True), (rule, name)


@pytest.mark.parametrize("version", VERSIONS)
def test_changes_fail_the_vectors_on_record(version: str) -> None:
    for rule, name, vector in recorded(version, "change"):
        change = next(each for each in changes_of(rule, explanations(version)) if each.name == name)
        with changed(change):
            assert vector.found.deviates(or_breaks_down=False), (rule, name)
        assert not vector.found.deviates(or_breaks_down=False)


def test_mutants_elsewhere_fail_the_vectors_on_record() -> None:
    """One of them: each needs a copy of the package. `tools.vectors.kills` hunts them all."""
    found = [
        (version, by_name()[name], vector)
        for version in VERSIONS
        for _, name, vector in recorded(version, "mutant")
        if not can_be_in_place(by_name()[name])
    ]
    version, mutant, vector = found[0]
    assert killed_by(mutant, version, [vector.id]) == vector.id


def test_the_model_itself_fails_nothing() -> None:
    for version in VERSIONS:
        ids = [str(each["id"]) for each in suite(version).vectors]
        assert list(failing(version, ids)) == []


def test_a_mutant_in_place_is_what_its_text_says_and_goes_again() -> None:
    mutant = by_name()["starts_after_all"]
    ((function, code),) = changes(mutant)
    whole = function.__code__
    with in_place(mutant):
        assert function.__code__ is code is not whole
    assert function.__code__ is whole
    with pytest.raises(NotInPlaceError):
        changes(by_name()["set_up_is_tried_once"])


def test_the_page_has_the_figures() -> None:
    page = (ROOT / "docs" / "vectors.md").read_text("utf-8")
    for version in VERSIONS:
        killers = record(version)
        explained = sum("explained" in each for each in killers.values())
        row = f"| {version} | {len(suite(version).vectors)} |"
        assert row in page
        assert f"| {len(killers)} | {len(killers) - explained} | {explained} |" in page
