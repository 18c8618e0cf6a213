"""Films of the conformance kit's plans: what the model does up to the step that diverges."""

from pathlib import Path

import pytest

from ipam_model.cli.html.of_conform import page_of
from ipam_model.conformance.datastore_events import AddCidr, AddEni, Assign, DatastorePart, Unassign
from ipam_model.conformance.plan import DatastorePlan, plan_of
from ipam_model.film.frames import Held, Mark
from ipam_model.film.of_plan import film_of_plan
from ipam_model.scenario.reading import parse_scenario
from ipam_model.testing.conformance.checking import check_conformance
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
    (exhibit,) = page_of(report, quirks=False).exhibits
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
