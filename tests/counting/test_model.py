"""States and steps of the counting model, and what the notes on it say of them."""

from collections.abc import Mapping
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ipam_model.config import Config
from ipam_model.counting.model import (
    CountingModel,
    Kind,
    State,
    any_shares,
    canonical,
    counting_model,
    eni_by_eni,
)
from ipam_model.errors import InputError
from ipam_model.limits import InstanceLimits
from ipam_model.settings import parse_settings
from tests.counting.models import prefixes, secondary


def steps(model: CountingModel, state: State, kind: Kind) -> set[State]:
    return {step.after for step in model.transitions(state) if step.kind is kind}


def test_at_first_the_primary_eni_is_empty_and_grows_to_the_target() -> None:
    model = secondary(3, 9, warm_ip=2)
    assert model.initial == ((0, 0),)
    assert steps(model, model.initial, Kind.EXTEND) == {((2, 0),)}
    assert model.reserved(((2, 0),)) == 3


def test_a_new_eni_comes_only_when_those_attached_are_full() -> None:
    model = secondary(2, 3, warm_ip=1)
    assert steps(model, ((0, 2), (0, 3)), Kind.EXTEND) == {((1, 2), (0, 3))}
    assert not steps(model, ((0, 2),), Kind.ATTACH)
    assert steps(model, ((0, 3),), Kind.ATTACH) == {((0, 3), (1, 0))}
    assert not list(model.pool_steps(((0, 3), (0, 3))))
    assert not model.stranded(((0, 3), (0, 3)))  # there is no room at all


def test_a_release_goes_eni_by_eni() -> None:
    model = secondary(3, 5, warm_ip=1)
    state = ((3, 0), (2, 1), (1, 1))
    assert steps(model, state, Kind.RELEASE) == {
        canonical(each)
        for each in (
            ((0, 0), (0, 1), (1, 1)),
            ((0, 0), (1, 1), (0, 1)),
            ((1, 0), (0, 1), (0, 1)),
        )
    }


@given(free=st.lists(st.integers(0, 4), max_size=4).map(tuple), over=st.integers(0, 10))
def test_shares_come_to_what_is_over(free: tuple[int, ...], over: int) -> None:
    some, every = eni_by_eni(free, over), any_shares(free, over)
    assert some <= every
    assert bool(some) == bool(every) == (over <= sum(free))
    for shares in every:
        assert sum(shares) == over
        assert all(0 <= share <= here for share, here in zip(shares, free, strict=True))
    for shares in some:  # no ENI but the last one keeps anything back
        assert sum(0 < share < here for share, here in zip(shares, free, strict=True)) <= 1


def test_a_warm_eni_is_a_full_one() -> None:
    model = secondary(3, 4, warm_eni=1)
    assert steps(model, ((0, 0),), Kind.EXTEND) == {((4, 0),)}
    assert steps(model, ((3, 1),), Kind.ATTACH) == {((3, 1), (4, 0))}
    assert steps(model, ((4, 0), (4, 0)), Kind.FREE) == {((4, 0),)}


def test_R82_a_target_of_no_warm_eni_flaps_between_two_states() -> None:
    model = secondary(2, 2, warm_eni=0)
    full, spare = ((0, 2),), ((0, 2), (2, 0))
    assert steps(model, full, Kind.ATTACH) == {spare}
    assert steps(model, spare, Kind.FREE) == {full}


def test_R80_max_pods_stop_growth_but_cap_no_request() -> None:
    model = secondary(2, 9, warm_ip=3, max_pods=2)
    assert steps(model, ((0, 0),), Kind.EXTEND) == {((3, 0),)}
    assert not steps(model, ((0, 3),), Kind.EXTEND)
    assert model.stranded(((0, 3),))
    assert steps(evolve(model, max_pods=None), ((0, 3),), Kind.EXTEND) == {((3, 3),)}


def test_prefixes_hold_pods_one_by_one() -> None:
    model = prefixes(2, 2, 2, warm_prefix=1)
    assert steps(model, ((0, 0, 0),), Kind.EXTEND) == {((1, 0, 0),)}
    assert steps(model, ((1, 1, 0),), Kind.ADD) == {((0, 2, 0),), ((1, 0, 1),)}
    assert steps(model, ((0, 1, 1),), Kind.DELETE) == {((1, 0, 1),), ((0, 2, 0),)}
    assert steps(model, ((0, 0, 2),), Kind.ATTACH) == {((0, 0, 2), (1, 0, 0))}
    assert steps(model, ((2, 0, 0),), Kind.RELEASE) == {((1, 0, 0),)}


def test_R136_an_eni_without_prefixes_stays_if_the_target_is_rounded_up() -> None:
    """The rule asks for whole prefixes on the others: 2 free addresses of 3 are not enough."""
    model = prefixes(2, 2, 4, warm_ip=2, warm_prefix=0)
    assert not steps(model, ((0, 1, 0, 0, 0), (0, 0, 0, 0, 0)), Kind.FREE)
    assert steps(model, ((1, 1, 0, 0, 0), (0, 0, 0, 0, 0)), Kind.FREE) == {((1, 1, 0, 0, 0),)}


def test_no_more_pods_than_the_peak() -> None:
    model = secondary(1, 3, warm_ip=1, pods=1)
    assert steps(model, ((2, 0),), Kind.ADD) == {((1, 1),)}
    assert not steps(model, ((2, 1),), Kind.ADD)


@given(
    model=st.sampled_from(
        [
            secondary(3, 3, warm_ip=1, pods=5),
            secondary(3, 3, warm_ip=2, minimum=4, pods=5, symmetric=False),
            secondary(3, 2, warm_eni=1),
            prefixes(3, 2, 2, warm_ip=2, minimum=3),
            prefixes(2, 2, 3, warm_prefix=1, symmetric=False),
        ]
    ),
    choices=st.lists(st.integers(0, 30), max_size=40),
)
def test_on_every_walk_steps_are_distinct_and_keep_the_caps(
    model: CountingModel, choices: list[int]
) -> None:
    state = model.initial
    for choice in choices:
        possible = list(model.transitions(state))
        seen = [(step.kind, step.after) for step in possible]
        assert len(seen) == len(set(seen))
        assert model.within_caps(state)
        if model.symmetric:
            assert state == canonical(state)
        pool = model.pool(state)
        assert 0 <= pool.assigned <= pool.cidrs * model.targets.block
        assert model.quiet(state) == all(step.kind in (Kind.ADD, Kind.DELETE) for step in possible)
        state = possible[choice % len(possible)].after if possible else state


# -- models of nodes -------------------------------------------------------------------------------


def config(env: Mapping[str, str]) -> Config:
    settings = parse_settings({"ENABLE_IPv4": "true", **env}).settings
    return Config(settings=settings, limits=InstanceLimits.simple(3, 10))


def test_a_node_s_model_has_its_numbers() -> None:
    model = counting_model(
        config({"WARM_IP_TARGET": "5", "MINIMUM_IP_TARGET": "10", "MAX_ENI": "2"}), max_pods=29
    )
    numbers = secondary(2, 9, warm_ip=5, minimum=10, max_pods=29)
    assert model.max_pods == 29
    assert evolve(model.targets, warm_eni=0, warm_prefix=0) == numbers.targets
    in_prefixes = counting_model(config({"ENABLE_PREFIX_DELEGATION": "true"}))
    assert (in_prefixes.targets.block, in_prefixes.targets.prefix_mode) == (16, True)


def test_an_ipv6_node_has_no_counting_model() -> None:
    ipv6 = config(
        {"ENABLE_IPv4": "false", "ENABLE_IPv6": "true", "ENABLE_PREFIX_DELEGATION": "true"}
    )
    with pytest.raises(InputError, match="IPv6"):
        counting_model(ipv6)


@pytest.mark.parametrize(
    ("numbers", "complaint"),
    [
        ({"max_enis": 0}, "the number of ENIs is 0"),
        ({"slots": 0}, "CIDRs per ENI is 0"),
        ({"warm_ip": -1}, "WARM_IP_TARGET is -1"),
        ({"block": 4}, "without prefix mode"),
    ],
)
def test_senseless_parameters_are_refused(numbers: dict[str, Any], complaint: str) -> None:
    model = secondary(2, 2)
    with pytest.raises(InputError, match=complaint):
        evolve(model, targets=evolve(model.targets, **numbers))
