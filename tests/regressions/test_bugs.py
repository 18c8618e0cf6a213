"""The table of bugs is complete, its page says what was hunted, and hunts are repeatable."""

import re
from collections.abc import Iterator

import pytest
from attrs import evolve

from ipam_model.properties.registry import FINDINGS
from ipam_model.properties.suite import PROPERTIES
from ipam_model.wrong_models import WRONG_MODELS
from tests.shared import shared_dir
from tools.bugs import measured
from tools.bugs.bug import Bug, Known, Regression, TableCheck, Verdict, WrongModel
from tools.bugs.hunt import Catch, hunt
from tools.bugs.page import page, verdict
from tools.bugs.table import BUGS
from tools.make_bugs import main, out_of_date
from tools.mutants.mutant import ROOT
from tools.regressions.index import read_index

pytestmark = pytest.mark.unmeasured

REGRESSIONS = {each.id: each for each in read_index()}
CAUGHT = measured.read()
BOUNDS = {f"P-B{number}" for number in range(1, 8)}
NOTHING = Catch(examples=9, seconds=1.0)
QUICK = 8
"""Stories that a test can tell."""


def named(bug: Bug) -> str:
    return bug.id


def numbers(text: str) -> frozenset[str]:
    """The issue numbers in a text."""
    return frozenset(re.findall(r"#(\d+)", text))


def rows_of_the_survey() -> Iterator[frozenset[str]]:
    text = (shared_dir() / "spec" / "ipam-peers.md").read_text("utf-8")
    section = text.split("\n## A. ")[1].split("\n## B. ")[0]
    for line in section.splitlines():
        if line.startswith("| ") and numbers(line.split("|")[1]):
            yield numbers(line.split("|")[1])


def test_the_table_has_the_rows_of_the_survey_in_order() -> None:
    assert [numbers(bug.issues) for bug in BUGS] == list(rows_of_the_survey())
    assert len(BUGS) == 48


@pytest.mark.parametrize("bug", BUGS, ids=named)
def test_a_row_names_what_there_is_or_says_why_not(bug: Bug) -> None:
    assert set(bug.checks) <= {*PROPERTIES, *BOUNDS}
    assert bug.checks
    for each in bug.evidence:
        match each:
            case WrongModel():
                model = WRONG_MODELS[each.id]
                assert numbers(" ".join(model.upstream)) & numbers(bug.issues)
            case Known():
                assert each.finding in FINDINGS
            case Regression():
                entry = REGRESSIONS[each.id]
                assert numbers(" ".join(entry.issues)) & numbers(bug.issues)
            case TableCheck():
                path, _, test = each.test.partition("::")
                assert f"def {test}(" in (ROOT / path).read_text("utf-8")
    explained = (Verdict.INEXPRESSIBLE, Verdict.LATER, Verdict.NOT_FOUND, Verdict.SHOWN)
    if verdict(bug, CAUGHT, REGRESSIONS) in explained:
        assert bug.why


def test_the_page_is_current() -> None:
    assert out_of_date() == []
    assert main(["--check"]) == 0


def test_a_bug_is_found_only_if_a_property_was_violated() -> None:
    bug = next(each for each in BUGS if each.verdict is None and each.hunted)
    nothing = dict.fromkeys(CAUGHT, NOTHING)
    assert verdict(bug, nothing, REGRESSIONS) is Verdict.BY_HAND
    assert "not in 9 stories" in page([bug], nothing)
    prey = measured.key(bug.hunted[0])
    found = nothing | {prey: Catch(examples=1, seconds=0.25, by=("P-S1",))}
    assert verdict(bug, found, REGRESSIONS) is Verdict.FOUND
    assert "P-S1 after 1 story, 0.2 s" in page([bug], found)


def test_what_quantities_alone_show_no_property_found() -> None:
    bug = next(each for each in BUGS if each.id == "#2749")
    assert {REGRESSIONS[e.id].by for e in bug.evidence if isinstance(e, Regression)} == {
        "quantities"
    }
    assert verdict(bug, CAUGHT, REGRESSIONS) is Verdict.SHOWN
    assert verdict(evolve(bug, evidence=()), CAUGHT, REGRESSIONS) is Verdict.NOT_FOUND


def test_links_of_the_page_lead_to_files() -> None:
    links = re.findall(r"\]\((\.\./[^)]+)\)", page(BUGS, CAUGHT))
    assert len(links) > len(REGRESSIONS)
    assert all((ROOT / "docs" / each).exists() for each in links)
    assert not [each for each in links if "/../" in each.removeprefix("../")]


def test_a_page_that_lacks_a_hunt_is_out_of_date(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = dict(CAUGHT)
    name, _ = missing.popitem()
    monkeypatch.setattr(measured, "read", lambda: missing)
    assert out_of_date() == [f"{name} was not hunted for"]
    monkeypatch.setattr(measured, "read", lambda: CAUGHT | {"wrong no-such": NOTHING})
    assert out_of_date() == ["wrong no-such is kept, but not in the table"]


def quick_hunts() -> list[str]:
    return [name for name, each in CAUGHT.items() if each.found and each.examples <= QUICK][:4]


@pytest.mark.parametrize("name", quick_hunts())
def test_a_hunt_finds_again_and_comes_out_the_same_twice(name: str) -> None:
    """What is kept was measured once; properties that were added since may find sooner."""
    prey = measured.preys(BUGS)[name]
    first, second = (hunt(prey, most=CAUGHT[name].examples) for _ in range(2))
    assert first.found
    assert (first.examples, first.by) == (second.examples, second.by)


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "no-such-model"]) == 2
    assert "no-such-model" in capsys.readouterr().err
