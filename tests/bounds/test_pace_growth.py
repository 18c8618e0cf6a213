"""How long growth lasts and bursts wait: sums against all distributions, orders and states."""

import itertools
from collections import Counter
from collections.abc import Iterator

import pytest

from ipam_model.bounds import burst as bursts
from ipam_model.bounds import growth_steps
from ipam_model.bounds.growth_steps import Ground, most_steps
from tests.bounds.pace_brute_force import compared, longest_growth, prefixes, secondary, with_pods


def grounds(every: int = 1) -> Iterator[tuple[Ground, int]]:
    """Small grounds, with each gain that fits."""
    found = (
        (
            Ground(enis=enis, most_enis=most, slots=slots, cidrs=cidrs, least=least, step=step),
            gain,
        )
        for slots, most in itertools.product((1, 2, 3, 4, 6), (1, 2, 3))
        for enis in range(1, most + 1)
        for step in range(1, slots + 2)
        for least in {0, 1, slots}
        for cidrs in range(enis * slots + 1)
        for gain in range(most * slots - cidrs + 1)
    )
    return itertools.islice(found, 0, None, every)


def test_growth_takes_as_long_as_over_all_distributions_and_orders() -> None:
    compared_with = Counter[bool]()
    for ground, gain in grounds(every=3):
        found = most_steps(ground, gain)
        expected = longest_growth(ground, gain)
        assert (None if found is None else found.steps) == expected, (ground, gain, found)
        compared_with[found is None] += 1
        if found is not None:
            assert len(found.shape) == ground.enis, (ground, gain)
            assert sum(found.shape) == ground.cidrs, (ground, gain)
            assert sum(held < ground.least for held in found.shape) <= 1, (ground, gain)
            assert 0 <= min(found.shape) <= max(found.shape) <= ground.slots, (ground, gain)
    assert compared_with[False] > 2_000
    assert compared_with[True]


def relations(*, every: int) -> Counter[str]:
    """How answers relate to the truth, over a part of the small nodes of each mode."""
    found = Counter[str]()
    for nodes in (secondary(), prefixes()):
        for each in with_pods(nodes, every=every):
            found.update(compared(*each))
    return found


def test_bursts_never_wait_longer_than_is_said_and_nearly_always_as_long() -> None:
    found = relations(every=41)
    assert not [relation for relation in found if relation.endswith("wrong")], found
    assert found["ticks equal"] > 5_000
    assert found["ticks above"] <= found["ticks equal"] / 500
    assert found["unserved above"] <= found["unserved equal"] / 50


WRONG = {
    "a step gains a whole ENI": (bursts, "step_size", lambda targets: targets.slots),
    "ENIs are filled without loss": (
        growth_steps,
        "_spread",
        lambda rooms, lack, _step: growth_steps._packed(rooms, lack),
    ),
    "growth never stops": (bursts, "growth_stops", lambda _burst: None),
    "at rest only what there was at the peak": (
        bursts,
        "cidrs_wanted",
        lambda targets, _pods: targets.slots * targets.max_enis,
    ),
    "one ENI at rest": (
        bursts,
        "most_cidrs",
        lambda _burst: 1,
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_sums_are_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, function, wrong = WRONG[name]
    monkeypatch.setattr(module, function, wrong)
    found = relations(every=301)
    assert [relation for relation in found if relation.endswith("wrong")], found
