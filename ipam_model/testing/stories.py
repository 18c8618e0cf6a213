"""Stories: a small node, its events, and its open choices."""

from collections.abc import Sequence

from attrs import asdict
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ipam_model.config import ALL_QUIRKS, Config, Quirk
from ipam_model.testing.events import Event
from ipam_model.testing.happenings import event_lists, wide_event_lists
from ipam_model.testing.nodes import configs, of_both_versions
from ipam_model.testing.story import Beginning, Story
from ipam_model.testing.weighing import weighted

MAX_PODS = (110, 110, 110, 11, 6, 2)


def stories(
    *,
    config: SearchStrategy[Config] | None = None,
    events: SearchStrategy[tuple[Event, ...]] | None = None,
    enforce_limits: bool = True,
    lags: Sequence[int] = (0,),
    least_pods: int = 2,
    excluded: Sequence[bool] = (False, False, False, True),
    sparse: Sequence[bool] = (False,),
) -> SearchStrategy[Story]:
    """A node of v1.23 with one card and IPv4, its events, and its open choices.

    The defaults leave out what `wide_stories` adds. Max pods is 110, 11, 6 or 2, but at least
    `least_pods`; a second subnet is there or not; `lags` are those of what left, in milliseconds.
    """
    return st.builds(
        Story,
        config=configs() if config is None else config,
        max_pods=st.sampled_from([n for n in MAX_PODS if n >= least_pods]),
        events=event_lists() if events is None else events,
        choices=st.lists(st.integers(0, 5), max_size=20).map(tuple),
        enforce_limits=st.just(enforce_limits),
        reissue=st.booleans(),
        second_subnet=st.booleans(),
        excluded=st.sampled_from(excluded),
        imds_lag=st.sampled_from(lags),
        sparse=st.sampled_from(sparse),
    )


def beginnings(
    *,
    quirks: Sequence[frozenset[Quirk]] = (ALL_QUIRKS,),
    enforce_limits: Sequence[bool] = (True, False),
) -> SearchStrategy[Beginning]:
    """Any small node before its daemon's first start.

    Both versions, one to three cards, IPv6, custom networking, subnets that count and subnets that
    know their addresses, excluded subnets, lags of IMDS in both directions, EFA-only ENIs. EC2
    enforces its limits or not: one that does hides a daemon that asks for too much.
    Left out: instance types of the real table (limits are small and made up), blocks of 16,
    security groups, and clusters' subnet tags.
    """
    return st.builds(
        Beginning,
        config=of_both_versions(custom=(False, False, False, True), quirks=quirks),
        max_pods=st.sampled_from(MAX_PODS),
        enforce_limits=st.sampled_from(enforce_limits),
        reissue=st.booleans(),
        second_subnet=st.booleans(),
        excluded=st.sampled_from((False, False, False, True)),
        known_addresses=st.booleans(),
        imds_lag=st.sampled_from((0, 0, 0, 2_500, 60_000)),
        arrival_lag=st.sampled_from((0, 0, 0, 2_500, 60_000)),
        sparse=st.sampled_from((False, False, False, True)),
        eni_config=st.sampled_from((True, True, True, False)),
    )


def wide_stories(
    *,
    quirks: Sequence[frozenset[Quirk]] = (ALL_QUIRKS,),
    enforce_limits: Sequence[bool] = (True, False),
) -> SearchStrategy[Story]:
    """Everything that `beginnings` and `wide_event_lists` draw."""
    return st.builds(
        _continued,
        beginnings(quirks=quirks, enforce_limits=enforce_limits),
        events=wide_event_lists(),
        choices=st.lists(st.integers(0, 5), max_size=20).map(tuple),
    )


def _continued(
    beginning: Beginning, *, events: tuple[Event, ...], choices: tuple[int, ...]
) -> Story:
    return Story(**asdict(beginning, recurse=False), events=events, choices=choices)


def directed(
    *kinds: SearchStrategy[Event],
    config: SearchStrategy[Config] | None = None,
    excluded: Sequence[bool] = (False,),
    enforce_limits: bool = True,
) -> SearchStrategy[Story]:
    """Stories of few kinds of events: for what is rare otherwise."""
    events = st.lists(weighted(*((1, kind) for kind in kinds)), min_size=8, max_size=16)
    return stories(
        config=config, events=events.map(tuple), excluded=excluded, enforce_limits=enforce_limits
    )
