"""Stories: a small node, its events, and its open choices."""

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ipam_model.config import Config
from ipam_model.testing.events import Event
from ipam_model.testing.happenings import event_lists
from ipam_model.testing.nodes import configs
from ipam_model.testing.story import Story
from ipam_model.testing.weighing import weighted


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
    """A small node, its events, and its open choices."""
    return st.builds(
        Story,
        config=configs() if config is None else config,
        max_pods=st.sampled_from([n for n in (110, 110, 110, 11, 6, 2) if n >= least_pods]),
        events=event_lists() if events is None else events,
        choices=st.lists(st.integers(0, 5), max_size=20).map(tuple),
        enforce_limits=st.just(enforce_limits),
        reissue=st.booleans(),
        second_subnet=st.booleans(),
        excluded=st.sampled_from(excluded),
        imds_lag=st.sampled_from(lags),
        sparse=st.sampled_from(sparse),
    )


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
