"""What is left out of a failing scenario."""

from attrs import evolve

from ipam_model.scenario.document import ChoicePart, PodAdd, PodDel, Scenario, Start
from ipam_model.scenario.reading import read_scenario
from ipam_model.testing.minimal import minimal, violates
from ipam_model.wrong_models import WRONG_MODELS, wrong
from tests.shared import ROOT

NODE, _ = read_scenario(ROOT / "examples/scenarios/warm-eni-target-zero-flaps.json")
COMES, GOES = PodAdd(pod="p1"), PodDel(pod="p1")


def scenario(*events: PodAdd | PodDel) -> Scenario:
    return evolve(NODE, events=(Start(), *events), title="", source="")


def test_what_a_violation_does_not_need_is_left_out() -> None:
    with wrong(WRONG_MODELS["no-cooldown"]):
        told = scenario(PodAdd(pod="p2"), COMES, GOES, COMES)
        assert violates(told, "I5")
        assert minimal(told, "I5") == scenario(COMES, GOES, COMES)


def test_a_scenario_that_cannot_go_on_violates_nothing() -> None:
    impossible = PodAdd(pod="p1", choices=(ChoicePart(rule="R112", address="10.9.9.9"),))
    assert not violates(scenario(impossible), "I5")
