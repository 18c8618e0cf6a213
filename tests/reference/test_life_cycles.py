"""The life cycles are those of the model: what is drawn was seen, and what is seen is drawn."""

from xml.etree import ElementTree as ET

import pytest
from attrs import evolve

from ipam_model.catalogue import catalogue
from tests.shared import ROOT
from tools.life_cycles import drawing, record, transitions
from tools.life_cycles.__main__ import built, main
from tools.life_cycles.observing import Seen, replayed
from tools.life_cycles.states import Address, EniState
from tools.life_cycles.transitions import ADDRESSES, ENIS, disagreements

RICH = (
    "regressions/1127-as-is.json",
    "regressions/1775-repaired.json",
    "regressions/3105-as-is.json",
    "scenarios/a-drained-node-keeps-its-enis.json",
    "scenarios/cooling-addresses-are-released.json",
    "scenarios/nearly-empty-subnet.json",
    "scenarios/restart-forgets-the-cooldown.json",
    "scenarios/stale-imds-at-a-restart.json",
    "scenarios/warm-eni-target-zero-flaps.json",
)
"""Restarts, failing calls, growth and shrinking."""


def test_page_and_pictures_are_current() -> None:
    assert main(["--check"]) == 0, "run python -m tools.life_cycles"


def test_what_was_seen_and_what_is_stated_agree() -> None:
    assert disagreements(record.recorded()) == []


def scenarios_again() -> frozenset[Seen]:
    return replayed(ROOT / "examples" / name for name in RICH)


def test_scenarios_show_nothing_else() -> None:
    """A part of the record, run again: each transition is stated, and of the record."""
    seen = scenarios_again()
    missing = [line for line in disagreements(seen) if "no rule is stated" in line]
    assert missing == []
    assert frozenset(record.in_short(seen)) <= record.recorded()
    pairs = {(each.before, each.after) for each in seen}
    assert {
        (Address.FRESH, Address.ASSIGNED),
        (Address.ASSIGNED, Address.COOLING),
        (Address.COOLING, Address.FRESH),  # forgotten by a restart (R62)
        (EniState.YOUNG, EniState.IDLE),
        (EniState.IDLE, EniState.OUTSIDE),  # deleted (R136)
    } <= pairs


def test_a_deleted_eni_was_idle() -> None:
    """R136 in one line: no ENI that is new, in use or cooling leaves the store in a pool update."""
    gone = {
        each.before
        for each in record.recorded()
        if each.kind == "tick" and each.after is EniState.OUTSIDE and "R136" in each.rules
    }
    assert gone == {EniState.IDLE}


def test_an_arrow_too_many_and_one_too_few_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = record.recorded()
    first = next(each for each in seen if each.before is Address.FRESH)
    other = evolve(first, before=Address.FRESH, after=Address.COOLING)
    assert any("fresh -> cooling" in line for line in disagreements({*seen, other}))
    silent = evolve(
        next(each for each in seen if each.after is Address.ASSIGNED), rules=frozenset()
    )
    assert any("-> assigned" in line for line in disagreements({*seen, silent}))
    never = transitions.Transition(
        Address.COOLING, Address.ASSIGNED, (transitions.Cause("no", ("add_pod",), ("R113",)),)
    )
    monkeypatch.setattr(transitions, "ADDRESSES", (*ADDRESSES, never))
    assert disagreements(seen) == ["cooling -> assigned, no: never seen"]


def test_every_rule_of_an_arrow_is_in_the_catalogue() -> None:
    assert set(transitions.mentioned()) <= set(catalogue())


@pytest.mark.parametrize("picture", drawing.PICTURES, ids=lambda each: each.name)
def test_pictures_are_whole_and_readable_without_colours(picture: drawing.Picture) -> None:
    root = ET.fromstring(drawing.draw(picture))
    texts = ["".join(each.itertext()) for each in root.iter("{http://www.w3.org/2000/svg}text")]
    shown = {end for each in picture.transitions for end in (each.before, each.after)}
    for state in shown:
        assert any(state.value.startswith(text.rstrip(",")) for text in texts), state
    arrows = list(root.iter("{http://www.w3.org/2000/svg}path"))
    assert len(arrows) == len(picture.transitions) + 2  # and two tips
    assert (root.get("role"), root.find("{http://www.w3.org/2000/svg}title") is not None) == (
        "img",
        True,
    )


def test_pictures_leave_out_only_what_says_the_same_again() -> None:
    left_out = [each for picture in drawing.PICTURES for each in picture.left_out]
    assert {(each.before, each.after) for each in left_out} == {
        (Address.COOLING, Address.SUBNET),
        (Address.EXPIRED, Address.SUBNET),
    }
    drawn = [each for picture in drawing.PICTURES for each in picture.transitions]
    assert len(drawn) + len(left_out) == len(ADDRESSES) + len(ENIS)


def test_files_are_where_the_page_looks_for_them() -> None:
    page = (ROOT / "docs" / "life-cycles.md").read_text("utf-8")
    for path in built():
        assert path.suffix == ".md" or f"(pictures/{path.name})" in page
