"""Nodes and stories of a certain shape, and the events of the directed groups."""

from collections.abc import Callable
from typing import Final, cast

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ipam_model.config import Config
from ipam_model.limits import InstanceLimits
from ipam_model.testing.events import Arrive, Event, Leave, Loop
from ipam_model.testing.nodes import configs
from ipam_model.testing.story import Story

SEVERAL: Final = st.integers(1, 12)
ONE_OF_MANY: Final = st.integers(0, 7)
PLAIN: Final = configs(zero_targets=False, special=False)
COME: Final = st.builds(Arrive, SEVERAL)
GO: Final = st.builds(Leave, SEVERAL)
PASSES: Final = st.builds(Loop, st.sampled_from([1, 2, 14]))
LATER: Final = st.just(Loop(14))
SPECIAL: Final = configs(zero_targets=False)


def event_of(kind: Callable[..., object], *drawn: SearchStrategy[int]) -> SearchStrategy[Event]:
    """Events that only this tool knows."""
    return cast("SearchStrategy[Event]", st.builds(kind, *drawn))


def governed(
    prefix_modes: tuple[bool, ...] = (False, True), discovery: tuple[bool, ...] = (True, False)
) -> SearchStrategy[Config]:
    """Plain nodes with a warm IP target."""

    def with_target(config: Config, warm: int, minimum: int) -> Config:
        settings = config.settings
        chosen = evolve(settings, warm_ip_target=warm, minimum_ip_target=minimum)
        return evolve(config, settings=chosen)

    plain = configs(
        prefix_modes=prefix_modes, discovery=discovery, zero_targets=False, special=False
    )
    return st.builds(with_target, plain, st.integers(0, 6), st.integers(1, 9))


def with_branch_enis(config: SearchStrategy[Config]) -> SearchStrategy[Config]:
    """Nodes with ENABLE_POD_ENI."""
    return config.map(lambda each: evolve(each, settings=evolve(each.settings, pod_eni=True)))


def with_custom_networking(config: SearchStrategy[Config]) -> SearchStrategy[Config]:
    """Nodes whose pods live in the subnet of an ENIConfig."""
    return config.map(
        lambda each: evolve(each, settings=evolve(each.settings, custom_networking=True))
    )


def lagging(told: SearchStrategy[Story]) -> SearchStrategy[Story]:
    """Stories in which IMDS may be a minute behind."""
    return st.builds(
        lambda story, lag: evolve(story, imds_lag=lag), told, st.sampled_from([60_000, 0])
    )


def after(told: SearchStrategy[Story], *events: object) -> SearchStrategy[Story]:
    """Stories before which these events happen."""
    first = cast("tuple[Event, ...]", events)
    return told.map(lambda story: evolve(story, events=(*first, *story.events)))


def two_subnets(told: SearchStrategy[Story]) -> SearchStrategy[Story]:
    """Stories with a second subnet that is open to new ENIs."""
    return told.map(lambda story: evolve(story, second_subnet=True))


def with_room(
    config: SearchStrategy[Config], *, enis: int = 3, addresses: int = 4
) -> SearchStrategy[Config]:
    """Nodes of these limits, without MAX_ENI."""

    def roomy(each: Config) -> Config:
        limits = InstanceLimits.simple(enis, addresses, cards=each.cards)
        return evolve(each, settings=evolve(each.settings, max_eni=None), limits=limits)

    return config.map(roomy)


def warm_ip(config: SearchStrategy[Config], target: int) -> SearchStrategy[Config]:
    """Nodes with WARM_IP_TARGET, without MINIMUM_IP_TARGET, and with a warm prefix target of 1."""

    def governed_by_it(each: Config) -> Config:
        settings = each.settings
        chosen = evolve(settings, warm_ip_target=target, minimum_ip_target=0, warm_prefix_target=1)
        return evolve(each, settings=chosen)

    return config.map(governed_by_it)


def multi_nic(config: SearchStrategy[Config]) -> SearchStrategy[Config]:
    """Nodes with ENABLE_MULTI_NIC."""
    return config.map(lambda each: evolve(each, settings=evolve(each.settings, multi_nic=True)))


def two_warm_enis(config: SearchStrategy[Config]) -> SearchStrategy[Config]:
    """Nodes with WARM_ENI_TARGET 2."""
    return config.map(lambda each: evolve(each, settings=evolve(each.settings, warm_eni_target=2)))


def three_warm_prefixes(config: SearchStrategy[Config]) -> SearchStrategy[Config]:
    """Nodes with WARM_PREFIX_TARGET 3 and no warm IP target."""

    def chosen(each: Config) -> Config:
        settings = evolve(
            each.settings, warm_prefix_target=3, warm_ip_target=0, minimum_ip_target=0
        )
        return evolve(each, settings=settings)

    return config.map(chosen)


def behind(told: SearchStrategy[Story], *, left: int = 0, came: int = 0) -> SearchStrategy[Story]:
    """Stories in which IMDS lists for so long what left, and not yet what came; milliseconds."""
    return told.map(lambda story: evolve(story, imds_lag=left, arrival_lag=came))


def with_many_pods(told: SearchStrategy[Story]) -> SearchStrategy[Story]:
    """Stories of a node whose max pods nobody reaches."""
    return told.map(lambda story: evolve(story, max_pods=110))


SINGLE: Final = configs(prefix_modes=(False,), zero_targets=False, special=False)
"""Plain nodes without prefixes."""
WITHOUT_BUGS: Final = configs(zero_targets=False, special=False, quirks=(frozenset(),))
"""Plain nodes whose daemon has no suspected bug."""
PREFIXES: Final = configs(prefix_modes=(True,), zero_targets=False, special=False)
"""Plain nodes in prefix mode."""
