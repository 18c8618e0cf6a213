"""The plain explorer: its counts, its answers, and what it says when it gives up."""

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from ipam_model.counting.exploration import Budget, Ending, Exploration
from ipam_model.counting.explorer import explore
from ipam_model.counting.model import CountingModel, Kind
from tests.counting.closed_forms import most_at_rest, most_reserved
from tests.counting.models import prefixes, secondary

pytestmark = pytest.mark.unmeasured

TINY = secondary(3, 3, warm_ip=1, pods=9)


@pytest.mark.parametrize(
    ("model", "states", "transitions", "depth"),
    [
        (TINY, 658, 3_486, 26),
        (evolve(TINY, symmetric=False), 1_207, 6_855, 26),
        (secondary(3, 5, warm_ip=1, pods=15), 5_311, 34_273, 44),
        (secondary(3, 9, warm_eni=1, pods=27), 661, 3_279, 30),
        (secondary(3, 9, warm_eni=1, pods=27, symmetric=False), 1_211, 6_359, 30),
    ],
    ids=str,
)
def test_counts(model: CountingModel, states: int, transitions: int, depth: int) -> None:
    """The states are those that SPIN and another explorer counted."""
    found = explore(model)
    assert found.exhaustive
    assert (found.states, found.transitions, found.depth) == (states, transitions, depth)
    assert found.beyond_caps is None
    assert found.stranded is None


def small_models() -> st.SearchStrategy[CountingModel]:
    targets = st.sampled_from(
        [(w, m, 0) for w in range(4) for m in range(5) if w or m] + [(0, 0, e) for e in (1, 2, 3)]
    )
    return st.builds(
        lambda enis, slots, target, pods, any_distribution: secondary(
            enis,
            slots,
            warm_ip=target[0],
            minimum=target[1],
            warm_eni=target[2],
            pods=min(pods, enis * slots),
            any_distribution=any_distribution,
        ),
        st.integers(1, 3),
        st.integers(1, 3),
        targets,
        st.integers(0, 9),
        st.booleans(),
    )


@given(model=small_models())
def test_answers_equal_the_closed_forms(model: CountingModel) -> None:
    found = explore(model)
    peak = model.most_pods
    assert found.exhaustive
    assert found.most_reserved.value == most_reserved(model, peak)
    for pods, most in found.at_rest.items():
        assert most.value == most_at_rest(model, peak, pods)
    if model.targets.warm_ip or model.targets.warm_eni:
        assert list(found.at_rest) == list(range(peak + 1))
    assert found.stranded is None


def assert_shortest(found: Exploration) -> None:
    """Every answer's path leads there, and no answer of its value is nearer."""
    model = found.model
    for answer in (found.most_reserved, *found.at_rest.values()):
        state = model.initial
        for step in found.path(answer.state):
            assert step in list(model.transitions(state))
            state = step.after
        assert state == answer.state
        assert model.reserved(state) == answer.value


def test_paths_lead_to_the_answers() -> None:
    found = explore(TINY)
    assert_shortest(found)
    way = found.path(found.most_reserved.state)
    assert len(way) == 17
    assert [step.kind for step in way].count(Kind.ATTACH) == 2


def test_with_max_pods_a_target_may_stay_unmet() -> None:
    found = explore(secondary(2, 3, warm_ip=2, pods=4, max_pods=4))
    assert found.stranded is not None
    assert found.path(found.stranded)
    unlimited = explore(secondary(2, 3, warm_ip=2, pods=4))
    assert unlimited.stranded is None


def test_a_state_beyond_the_caps_is_found() -> None:
    class Boundless(CountingModel):
        def within_caps(self, state: object) -> bool:
            return state == self.initial

    found = explore(Boundless(targets=TINY.targets, pods=1))
    assert found.beyond_caps is not None


@pytest.mark.parametrize("budget", [1, 10, 657])
def test_a_budget_of_states_never_reads_as_exhaustive(budget: int) -> None:
    found = explore(TINY, Budget(states=budget))
    assert found.ending is Ending.STATES
    assert not found.exhaustive
    assert budget < found.states <= 658
    assert explore(TINY, Budget(states=658)).exhaustive


def test_a_budget_of_time_never_reads_as_exhaustive() -> None:
    found = explore(TINY, Budget(seconds=0))
    assert found.ending is Ending.SECONDS
    assert not found.exhaustive


def test_a_search_cut_short_may_miss_the_maximum() -> None:
    found = explore(TINY, Budget(states=50))
    assert found.most_reserved.value < explore(TINY).most_reserved.value


@settings(max_examples=25)
@given(
    enis=st.integers(1, 2),
    slots=st.integers(1, 2),
    block=st.integers(1, 3),
    warm=st.integers(1, 3),
    pods=st.integers(0, 6),
)
def test_prefix_mode_reaches_the_closed_form_of_q1(
    enis: int, slots: int, block: int, warm: int, pods: int
) -> None:
    found = explore(prefixes(enis, slots, block, warm_ip=warm, pods=pods))
    peak = min(pods, enis * slots * block)
    most = min(enis * slots, -(-(peak + warm) // block))
    assert found.most_reserved.value == most * block + max(1, -(-most // slots))
