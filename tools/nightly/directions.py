"""Where each quirk shows: stories of the few kinds of events that lead there."""

from collections.abc import Mapping
from itertools import chain
from typing import Final

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ipam_model.config import Config, Quirk
from ipam_model.limits import InstanceLimits
from ipam_model.testing.events import (
    PODS,
    Add,
    Advance,
    Arrive,
    Break,
    Delete,
    Event,
    Leave,
    Loop,
    OthersAttach,
    OthersDetach,
    OthersGive,
    OthersTake,
    Reconcile,
    Restart,
    SubnetRole,
    SwitchMode,
    Tick,
)
from ipam_model.testing.nodes import configs
from ipam_model.testing.stories import directed, stories
from ipam_model.testing.story import Story

ARRIVE: Final = st.builds(Arrive, st.integers(1, 12))
LEAVE: Final = st.builds(Leave, st.integers(1, 12))
LOOP: Final = st.builds(Loop, st.sampled_from([1, 2, 14]))
SOON: Final = st.just(Loop(1))
TICK: Final = st.just(Tick())
RECONCILE: Final = st.just(Reconcile())
LATER: Final = st.builds(Advance, st.sampled_from([30_001, 60_001]))
DETACH: Final = st.builds(OthersDetach, st.integers(0, 3))
TAKE: Final = st.builds(OthersTake, st.integers(0, 7))
RESTART: Final = st.just(Restart())
EXCLUDE: Final = st.just(SubnetRole("0"))
SWITCH: Final = st.just(SwitchMode())
SAME_PODS: Final = st.builds(Add, st.sampled_from(PODS[:4]))
ONE_GOES: Final = st.builds(Delete, st.sampled_from(PODS[:4]))
EVERY_CARD: Final = st.builds(Add, st.sampled_from(PODS[-4:]), st.just(True))


def tiny(config: Config) -> Config:
    """One ENI of two slots on each card: twelve pods fill it."""
    return evolve(config, limits=InstanceLimits.simple(1, 3, cards=config.cards))


def awaiting_a_trunk(config: Config) -> Config:
    """A node whose reconcile is due in every pass (R146), and that releases single addresses."""
    settings = evolve(
        config.settings,
        pod_eni=True,
        warm_ip_target=1,
        minimum_ip_target=0,
        ip_cooldown_period=0,
        max_eni=None,
    )
    return evolve(config, settings=settings)


def rounds() -> SearchStrategy[tuple[Event, ...]]:
    """A pod comes or goes, the pool follows, and a pod may take what it got before a reconcile."""
    return st.builds(
        _round,
        st.sampled_from([2_500, 30_001]),
        st.sampled_from((Arrive(1), Leave(1))),
        st.sampled_from((Arrive(1), Tick())),
    )


def _round(pause: int, first: Event, then: Event) -> tuple[Event, ...]:
    return (Advance(pause), first, Tick(), then, Reconcile())


def _stories(
    *kinds: SearchStrategy[Event],
    config: SearchStrategy[Config] | None = None,
    imds_lag: int = 0,
    reissue: bool = False,
    sparse: bool = False,
) -> SearchStrategy[Story]:
    """EC2 enforces its limits here, as the real one does."""
    drawn = directed(*kinds, config=configs(special=False) if config is None else config)
    return drawn.map(
        lambda story: evolve(story, max_pods=110, imds_lag=imds_lag, reissue=reissue, sparse=sparse)
    )


OWN: Final[Mapping[Quirk, tuple[str, ...]]] = {
    Quirk.DOUBLE_DECREMENT: ("I13", "P-S4"),
    Quirk.IPV6_NEVER_SUBTRACTED: ("I13", "P-S4"),
    Quirk.CLEANUP_DRIFT: ("I13", "P-S4"),
    Quirk.STALE_ADDRESSES_ADOPTED: ("P-S2",),
    Quirk.FIRST_CARD_CLEANED: ("W36",),
    Quirk.UNCONVERTED_CARDS: ("P-L1", "P-L2"),
    Quirk.LAST_BY_NUMBER: ("I12",),
    Quirk.REPEATED_ADD_AGAIN: ("I1-repeated", "P-L6-acknowledged"),
    Quirk.SINGLE_ADDRESS_LEFT: ("W40",),
    Quirk.COOLING_RELEASED: ("P-S6-cooling",),
    Quirk.RECENT_FORGOTTEN: ("P-S6",),
}
"""The properties that the quirk violates by itself, or its witness where it violates none.

Whatever else a story violates is a side effect: once two runs part, much can be different.
"""

DIRECTIONS: Final[Mapping[Quirk, SearchStrategy[Story]]] = {
    Quirk.DOUBLE_DECREMENT: _stories(ARRIVE, LOOP, DETACH),
    Quirk.IPV6_NEVER_SUBTRACTED: _stories(
        st.just(OthersAttach(no_manage=False, trunk=False, card=1)),
        st.just(Break("SetupENINetwork", "LinkError", 1)),
        RESTART,
        ARRIVE,
        config=configs(ipv6=(True,), cards=(2,), special=False),
    ),
    Quirk.CLEANUP_DRIFT: _stories(
        ARRIVE, LEAVE, LATER, EXCLUDE, RESTART, config=configs(discovery=(True,), special=False)
    ),
    Quirk.STALE_ADDRESSES_ADOPTED: _stories(
        TAKE,
        RESTART,
        ARRIVE,
        SOON,
        imds_lag=60_000,
        reissue=True,
        config=configs(special=False, discovery=(False,)),
    ),
    Quirk.FIRST_CARD_CLEANED: _stories(
        LOOP,
        EXCLUDE,
        RESTART,
        st.just(OthersAttach(no_manage=False, trunk=False, card=1)),
        st.builds(OthersGive, st.integers(0, 7), st.booleans()),
        config=configs(cards=(2,), discovery=(True,), special=False),
    ),
    Quirk.UNCONVERTED_CARDS: _stories(
        ARRIVE, EVERY_CARD, LOOP, LEAVE, config=configs(cards=(2,), prefix_modes=(True,))
    ),
    Quirk.LAST_BY_NUMBER: _stories(
        ARRIVE,
        RESTART,
        st.just(OthersAttach(no_manage=False, trunk=False, card=2)),
        config=configs(cards=(3,), special=False).map(tiny),
        sparse=True,
    ),
    Quirk.REPEATED_ADD_AGAIN: _stories(
        SAME_PODS,
        SAME_PODS,
        ONE_GOES,
        LATER,
        config=configs(cards=(2,), prefix_modes=(False,), special=False).map(tiny),
    ),
    Quirk.SINGLE_ADDRESS_LEFT: _stories(ARRIVE, LEAVE, LOOP, SWITCH),
    Quirk.COOLING_RELEASED: _stories(ARRIVE, LEAVE, LOOP),
    Quirk.RECENT_FORGOTTEN: stories(
        events=st.lists(rounds(), min_size=4, max_size=6).map(lambda turns: tuple(chain(*turns))),
        config=configs(prefix_modes=(False,), discovery=(False,)).map(awaiting_a_trunk),
        excluded=(False,),
        least_pods=110,
    ).map(lambda story: evolve(story, reissue=True)),
}
"""Every quirk, and where to look for it."""
