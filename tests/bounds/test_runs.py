"""The runs that plans are written for take steps of the models, and no others."""

from collections.abc import Sequence
from itertools import islice

import pytest
from attrs import evolve

from ipam_model.bounds import Level, Status, bound, counts, nodes_of, plans
from ipam_model.bounds.runs import ANY, CountingRun
from ipam_model.bounds.subject import Subject
from ipam_model.config import Version
from ipam_model.counting.model import CountingModel, State
from ipam_model.nodes import NodeSetup
from ipam_model.proving.witness import replayed
from ipam_model.scenario.judging import JudgedRun
from tests.bounds.grid import MODES, subject_of


class Checked(CountingRun):
    """Compares every change with the steps of the counting model."""

    def _states(self) -> set[State]:
        return {self._sorted(self.state)}

    @staticmethod
    def _sorted(state: Sequence[tuple[int, ...]]) -> State:
        return (state[0], *sorted(state[1:]))

    def _reachable(self, before: State, kinds: Sequence[str], steps: int) -> set[State]:
        model: CountingModel = self.model
        level = {before}
        for _ in range(steps):
            level = {
                step.after
                for state in level
                for step in model.transitions(state)
                if step.kind.value in kinds
            }
        return level

    def _require(self, before: State, kinds: Sequence[str], steps: int) -> None:
        after = self._sorted(self.state)
        assert after in self._reachable(before, kinds, steps), (before, kinds, after)

    def add(self, pods: int, eni: int = ANY, *, alone: bool = False) -> int:
        total = 0
        while total < pods:
            before = self._sorted(self.state)
            if not super().add(1, eni, alone=alone):
                break
            total += 1
            self._require(before, ("add",), 1)
        return total

    def delete(self, pods: int, eni: int) -> int:
        total = 0
        while total < pods:
            before = self._sorted(self.state)
            if not super().delete(1, eni):
                break
            total += 1
            self._require(before, ("delete",), 1)
        return total

    def thin_out(self, pods: int, eni: int) -> int:
        total = 0
        while total < pods:
            before = self._sorted(self.state)
            if not super().thin_out(1, eni):
                break
            total += 1
            self._require(before, ("delete",), 1)
        return total

    def grow(self) -> bool:
        before = self._sorted(self.state)
        grown = super().grow()
        self._require(before, ("extend", "attach"), int(grown))
        return grown

    def release(self, order: Sequence[int]) -> bool:
        before = self._sorted(self.state)
        released = super().release(order)
        self._require(before, ("release",), int(released))
        return released

    def _free_one(self) -> bool:
        before = self._sorted(self.state)
        freed = super()._free_one()
        self._require(before, ("free",), int(freed))
        return freed


@pytest.mark.parametrize(("mode", "every"), [("secondary", 331), ("prefix", 3001)])
def test_every_step_is_one_of_the_counting_model(mode: str, every: int) -> None:
    taken = 0
    for parameters in islice(MODES[mode](), 0, None, every):
        about: Subject = subject_of(parameters)
        for climb in (*plans.climbs(about), *islice(plans.climbs(about, 1), 1)):
            for pods in (0, parameters.peak // 2):
                run = Checked(about.model)
                climb(run)
                plans.descend(run, pods)
                if run.at_rest:
                    assert about.model.quiet(run._sorted(run.state))
                taken += run.steps
    assert taken > 1000


ENVIRONMENTS = (
    {"WARM_IP_TARGET": "1"},
    {"WARM_IP_TARGET": "5", "MINIMUM_IP_TARGET": "10"},
    {"MINIMUM_IP_TARGET": "12"},
    {"WARM_ENI_TARGET": "1"},
    {"ENABLE_PREFIX_DELEGATION": "true", "WARM_PREFIX_TARGET": "1"},
    {"ENABLE_PREFIX_DELEGATION": "true", "WARM_IP_TARGET": "5"},
)


def node(env: dict[str, str], instance_type: str = "m5.large") -> NodeSetup:
    (found,) = nodes_of([instance_type], [{"ENABLE_IPv4": "true", **env}])
    return found


@pytest.mark.parametrize("name", [each.name for each in counts.QUANTITIES])
@pytest.mark.parametrize("env", ENVIRONMENTS, ids=lambda env: ",".join(map("=".join, env.items())))
def test_worst_case_is_exact_and_its_scenario_replays(env: dict[str, str], name: str) -> None:
    """The document, run anew, ends with what the witness claims; at rest, nothing follows it."""
    found = bound(name, node(env), record=True)
    assert found.status is Status.EXACT
    assert found.level is Level.REFERENCE
    assert found.witness is not None
    assert found.witness.scenario is not None
    world, steps = replayed(found.witness.scenario)
    there = steps[-1].quantities
    measured = {
        "reserved": there.reserved,
        "owned": there.owned,
        "enis": there.enis,
        "overshoot": max(there.owned - world.max_pods, 0),
        "reserved-after-churn": there.reserved,
        "idle": there.idle,
        "floor": there.reserved,
    }
    assert measured.get(name, found.value) == found.value


@pytest.mark.parametrize(("version", "most"), [(Version.V1_7, 2), (Version.V1_23, 3)])
def test_the_slot_of_a_trunk_is_kept_as_the_version_has_it(version: Version, most: int) -> None:
    """On a type without trunk ENIs by v1.7 alone (R48); and no property asks for more."""
    env = {"ENABLE_IPv4": "true", "ENABLE_POD_ENI": "true"}
    (setup,) = nodes_of(["t3.medium"], [env])
    found = bound("enis", evolve(setup, version=version), record=True)
    assert found.lower == most
    assert found.witness is not None
    assert found.witness.scenario is not None
    run = JudgedRun(found.witness.scenario)
    assert [*run.steps()]
    assert not [each for each in run.violations() if not each.findings]


def test_a_witness_at_rest_brings_no_more_enis_than_can_stay() -> None:
    """With three addresses there are four ENIs at most, and so the node need not be full."""
    found = bound(
        "reserved-after-churn",
        node({"WARM_IP_TARGET": "1"}, "m5.24xlarge"),
        pods_now=2,
        level=Level.COUNTING,
    )
    assert found.exact
    assert found.witness is not None
    three_enis = 3 * 49
    assert 2 * three_enis < found.witness.steps < 4 * three_enis
