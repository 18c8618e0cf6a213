"""Films of the conformance kit's plans: what the model does up to the step that diverges."""

from pathlib import Path

import pytest
from attrs import evolve

from ipam_model.cli.html.of_conform import page_of
from ipam_model.config import Quirk
from ipam_model.conformance.datastore_events import (
    AddCidr,
    AddEni,
    Assign,
    DatastorePart,
    ExcludeEni,
    Freeable,
    Pass,
    RemoveEni,
    Stats,
    Unassign,
)
from ipam_model.conformance.datastore_reference import ReferenceDatastore
from ipam_model.conformance.plan import DatastorePlan, plan_of
from ipam_model.film.frames import Held, Mark
from ipam_model.film.of_plan import film_of_plan
from ipam_model.scenario.reading import parse_scenario
from ipam_model.testing.conformance.checking import check_conformance
from tests.conformance.fakes import Real
from tests.scenario.small import with_event
from tests.shared import ROOT

PLAN = ROOT / "examples/conformance/the-minimum-keeps-an-eni.json"


def test_the_film_ends_where_the_subject_diverges(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(ROOT))
    report = check_conformance(
        "examples.conformance.allocator:Careless", examples=0, plans=[PLAN], only_report=True
    )
    (failure,) = report.failures
    assert failure.step == 11
    (exhibit,) = page_of(report).exhibits
    (film,) = exhibit.films
    last = film.frames[-1]
    assert last.event == failure.step - 1
    assert last.words == "pool update"
    assert [(mark.tone, mark.text) for mark in last.marks] == [
        *(("good", f"the model allows: {each}") for each in failure.expected),
        ("wrong", f"the subject has: {failure.found}"),
    ]


def test_a_plan_is_told_in_parts_and_cut_after_so_many() -> None:
    scenario, _ = parse_scenario(with_event('{"kind": "loop_pass", "times": 2}'))
    film = film_of_plan(plan_of(scenario), "all", marks=[Mark("wrong", "here")])
    assert film.frames[-1].event == 10  # a start, two pods, eight parts of two passes
    assert film.frames[-1].marks == (Mark("wrong", "here"),)
    assert film_of_plan(plan_of(scenario), "some", steps=5).frames[-1].event == 4


def test_a_store_alone_is_shown_without_ec2() -> None:
    plan = DatastorePlan(
        datastore=DatastorePart(),
        events=(
            AddEni(eni="eni-1", device=0),
            AddCidr(eni="eni-1", cidr="10.0.0.5/32"),
            AddCidr(eni="eni-1", cidr="10.0.0.6/32"),
            Assign(pod="p1"),
            Assign(pod="p2"),
            Unassign(pod="p1"),
        ),
    )
    film = film_of_plan(plan, "a store")
    shown = [
        sorted(held.name for cell in eni.cells if cell is not None for held in cell.held)
        for frame in film.frames
        for eni in frame.enis
    ]
    assert shown[0] == []
    assert shown[2] == [Held.WARM.name] * 2
    assert shown[4] == [Held.ASSIGNED.name] * 2
    assert shown[5] == [Held.ASSIGNED.name, Held.COOLING.name]
    assert "R111" in film.frames[3].rules
    assert len(film_of_plan(plan, "some of it", steps=3).frames) == 3


ENI = AddEni(eni="eni-1", device=0)
ADDRESS = AddCidr(eni="eni-1", cidr="10.0.0.1/32")


def test_a_store_alone_has_no_limit_of_enis() -> None:
    plan = DatastorePlan(events=(ENI, Assign(pod="p1")))
    assert film_of_plan(plan, "a store").max_enis is None


def test_a_failure_tells_the_quirks_that_were_expected_of_the_subject(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def quirks_of(**options: object) -> set[tuple[str, ...]]:
        report = check_conformance(
            Real,
            only_report=True,
            **{"areas": ["removal"], "examples": 15, **options},  # type: ignore[arg-type]  # handed on
        )
        return {each.quirks for each in report.failures if "suspected bug" in each.title}

    assert quirks_of(quirks=["R25"]) == {("R25",)}, "asked for"
    removed = DatastorePlan(
        events=(ENI, ADDRESS, Assign(pod="p1"), RemoveEni(eni="eni-1", force=True))
    )
    left = (ENI, ADDRESS, Assign(pod="p1"), ExcludeEni(eni="eni-1"), Unassign(pod="p1"))
    cleaned = DatastorePlan(events=(*left, Pass(ms=5_000), Stats()))
    met = quirks_of(known=["R24"], plans=[removed, cleaned], areas=None, examples=0)
    assert met == {("R24",)}, "known, and met before"


def releases_cooling() -> ReferenceDatastore:
    return ReferenceDatastore(quirks=frozenset({Quirk.COOLING_RELEASED}))


def test_a_film_has_the_quirks_that_were_expected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    events = (ENI, ADDRESS, Assign(pod="p1"), Unassign(pod="p1"), Freeable(eni="eni-1"))
    report = check_conformance(
        releases_cooling, plans=[DatastorePlan(events=events)], examples=0, only_report=True
    )
    (failure,) = report.failures
    assert failure.quirks == ()
    replies = []
    for quirks in ((), ("R139",)):
        shown = evolve(report, failures=(evolve(failure, quirks=quirks),))
        (exhibit,) = page_of(shown).exhibits
        (film,) = exhibit.films
        replies.append(film.frames[-1].reply)
        told = {fact.name: fact.text for fact in exhibit.facts}
        assert told.get("quirks expected", "") == ", ".join(quirks)
    assert replies[0] != replies[1]
