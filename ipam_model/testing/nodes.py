"""Small nodes: settings, limits, versions."""

from collections.abc import Sequence

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ipam_model.config import ALL_QUIRKS, Config, Quirk, Version
from ipam_model.limits import InstanceLimits
from ipam_model.settings import parse_settings


@st.composite
def configs(
    draw: st.DrawFn,
    *,
    prefix_modes: Sequence[bool] = (False, True),
    discovery: Sequence[bool] = (True, False),
    zero_targets: bool = True,
    special: bool = True,
    quirks: Sequence[frozenset[Quirk]] = (ALL_QUIRKS,),
    cards: Sequence[int] = (1,),
    ipv6: Sequence[bool] = (False,),
) -> Config:
    """A small node: up to 4 ENIs of up to 4 slots on each card, prefixes of 4 addresses.

    `zero_targets`: also WARM_ENI_TARGET or WARM_PREFIX_TARGET 0, which may oscillate (R81, R82).
    `special`: also ENABLE_POD_ENI, unmanaged untagged ENIs, cordon override and other cooldowns.
    """
    family = draw(st.sampled_from(ipv6))
    prefix_mode = family or draw(st.sampled_from(prefix_modes))
    card_count = draw(st.sampled_from(cards))
    targets = [1, 1, 2, 3, 0] if zero_targets else [1, 1, 2, 3]
    env = {
        "ENABLE_IPv4": str(not family).lower(),
        "ENABLE_IPv6": str(family).lower(),
        "ENABLE_MULTI_NIC": str(card_count > 1 and draw(st.integers(0, 5)) > 0).lower(),
        "ENABLE_PREFIX_DELEGATION": str(prefix_mode).lower(),
        "ENABLE_SUBNET_DISCOVERY": str(draw(st.sampled_from(discovery))).lower(),
        "WARM_ENI_TARGET": str(draw(st.sampled_from(targets))),
        "WARM_PREFIX_TARGET": str(draw(st.sampled_from(targets))),
    }
    if draw(st.booleans()):
        env["WARM_IP_TARGET"] = str(draw(st.integers(0, 7)))
        env["MINIMUM_IP_TARGET"] = str(draw(st.integers(0, 9)))
    env["MAX_ENI"] = draw(st.sampled_from(["", "", "", "", "2", "1", "3"]))
    if special:
        env["ENABLE_POD_ENI"] = draw(st.sampled_from(["false", "false", "false", "true"]))
        env["MANAGE_UNTAGGED_ENI"] = draw(st.sampled_from(["true", "false"]))
        env["AWS_MANAGE_ENIS_NON_SCHEDULABLE"] = draw(st.sampled_from(["false", "true"]))
        env["IP_COOLDOWN_PERIOD"] = draw(st.sampled_from(["30", "0", "90"]))
    return Config(
        settings=parse_settings(env).settings,
        limits=InstanceLimits.simple(
            draw(st.sampled_from([3, 3, 4, 4, 2, 1])),
            draw(st.sampled_from([4, 3, 2, 5])),
            cards=card_count,
        ),
        quirks=draw(st.sampled_from(quirks)),
        block=4,
    )


def several(quirks: Sequence[frozenset[Quirk]] = (ALL_QUIRKS,)) -> SearchStrategy[Config]:
    """Any node: mostly of one card and IPv4, but also of several cards, and of IPv6."""
    return configs(cards=(1, 1, 1, 2, 3), ipv6=(False, False, False, True), quirks=quirks)


def configs_v1_7() -> SearchStrategy[Config]:
    """Small nodes of v1.7."""
    chosen = configs(prefix_modes=(False,), discovery=(False,), special=False)
    return chosen.map(lambda config: evolve(config, version=Version.V1_7))


def of_both_versions() -> SearchStrategy[Config]:
    """Any node of v1.23, or one of v1.7."""
    return st.one_of(several(), configs_v1_7())
