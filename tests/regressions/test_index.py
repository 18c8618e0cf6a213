"""The index names every scenario of the folder, and says truly in what the two of a pair differ."""

import re
from collections.abc import Iterable

import pytest

from ipam_model.catalogue import TAG, TAG_V1_7, catalogue
from ipam_model.properties.registry import FINDINGS
from ipam_model.properties.suite import PROPERTIES
from ipam_model.scenario.document import Scenario
from ipam_model.scenario.reading import read_scenario
from ipam_model.scenario.writing import write_scenario
from tools.regressions.index import FOLDER, INDEX, Regression, read_index, write_index
from tools.regressions.pairs import differences

REGRESSIONS = read_index()
PAIRS = [each for each in REGRESSIONS if each.as_is is not None]
BOUNDS = {f"P-B{number}" for number in range(1, 8)}
ISSUE = re.compile(r"(PR )?#[1-9][0-9]*")
EXAMPLE = re.compile(r"E\d+[a-z]?")


def named(regression: Regression) -> str:
    return regression.id


def scenario(name: str | None) -> Scenario:
    assert name is not None
    return read_scenario(FOLDER / name)[0]


def known_rules(rules: Iterable[str]) -> list[str]:
    """Rules by their number: R62c is part c of R62; E rows are numeric examples."""
    known = catalogue(TAG, TAG_V1_7)
    return [each for each in rules if each.rstrip("abcde") in known or EXAMPLE.fullmatch(each)]


def test_the_index_is_canonical_and_ids_are_unique() -> None:
    assert INDEX.read_text("utf-8") == write_index(REGRESSIONS)
    assert len({each.id for each in REGRESSIONS}) == len(REGRESSIONS) >= 35


def test_every_scenario_of_the_folder_is_named_once() -> None:
    """Findings have scenarios of their own, which pairs may refer to, and so do other pages."""
    files = {path.name for path in FOLDER.glob("*.json")} - {INDEX.name}
    of_issues = [name for each in REGRESSIONS for name in each.scenarios]
    assert len(set(of_issues)) == len(of_issues)
    elsewhere = {name for name in of_issues if name.startswith("../scenarios/")}
    assert all((FOLDER / name).is_file() for name in elsewhere)
    assert set(of_issues) - elsewhere <= files
    unnamed = files - set(of_issues)
    assert all(name.startswith("finding-") for name in unnamed), unnamed


@pytest.mark.parametrize("regression", REGRESSIONS, ids=named)
def test_an_entry_names_what_there_is(regression: Regression) -> None:
    assert regression.issues
    assert all(ISSUE.fullmatch(each) for each in regression.issues)
    assert known_rules(regression.rules) == list(regression.rules) != []
    assert regression.at_stake in {*PROPERTIES, *BOUNDS}
    assert {*regression.violates, *regression.remains} <= set(PROPERTIES)
    assert set(regression.findings) <= set(FINDINGS)
    if regression.as_is is None:
        assert regression.guarded is not None
        assert regression.repaired is None
        assert regression.wrong_models
    else:
        assert regression.repaired is not None
        assert regression.separation is not None
        assert not regression.wrong_models


@pytest.mark.parametrize("regression", REGRESSIONS, ids=named)
def test_scenarios_are_canonical_and_say_what_was_reported(regression: Regression) -> None:
    for name in regression.scenarios:
        read = scenario(name)
        assert (FOLDER / name).read_text("utf-8") == write_scenario(read)
        assert read.title
        assert read.source
        if not name.startswith(("finding-", "../")):
            assert read.description.startswith("Reported: ")
            numbers = {each.rpartition("#")[2] for each in regression.issues}
            assert numbers <= set(re.findall(r"\d+", read.source))


@pytest.mark.parametrize("regression", PAIRS, ids=named)
def test_a_pair_differs_in_nothing_else(regression: Regression) -> None:
    found = differences(scenario(regression.as_is), scenario(regression.repaired))
    assert found == regression.differs != ()
    where = {
        "quirk": {"node.no_quirks"},
        "version": {"node.version"},
        "setting": {path for path in found if path.startswith("node.env.")},
    }
    if regression.separation in where:
        assert set(found) == where[regression.separation]
