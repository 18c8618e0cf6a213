"""Small nodes: limits, settings, versions."""

from collections.abc import Sequence

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ipam_model.config import ALL_QUIRKS, Config, Quirk, Version, parse_settings_of
from ipam_model.limits import InstanceLimits
from ipam_model.settings import Settings, parse_settings
from ipam_model.settings.environment import environment_of

ENIS = (3, 3, 4, 4, 2, 1)
ADDRESSES = (4, 3, 2, 5)


def limits(
    *,
    enis: Sequence[int] = ENIS,
    addresses: Sequence[int] = ADDRESSES,
    cards: Sequence[int] = (1,),
) -> SearchStrategy[InstanceLimits]:
    """Made-up limits of a Nitro instance: ENIs per card, addresses per ENI, cards.

    Small by default, so that limits are reached: up to 4 ENIs of up to 4 slots on each card. Left
    out: Xen, bare metal, cards of different sizes.
    """
    return st.builds(
        InstanceLimits.simple,
        st.sampled_from(enis),
        st.sampled_from(addresses),
        cards=st.sampled_from(cards),
    )


@st.composite
def environments(
    draw: st.DrawFn,
    *,
    ipv6: bool = False,
    prefix_mode: bool = False,
    multi_nic: bool = False,
    custom: bool = False,
    discovery: Sequence[bool] = (True, False),
    zero_targets: bool = True,
    special: bool = True,
) -> dict[str, str]:
    """The daemon's environment, as variables: warm targets of 0 to 9 and the switches of pools.

    `zero_targets`: also WARM_ENI_TARGET or WARM_PREFIX_TARGET 0, which may oscillate (R81, R82).
    `special`: also ENABLE_POD_ENI, unmanaged untagged ENIs, cordon override and other cooldowns.
    Left out: malformed values, DISABLE_NETWORK_RESOURCE_PROVISIONING, IMDS-only mode, cluster
    names.
    """
    targets = [1, 1, 2, 3, 0] if zero_targets else [1, 1, 2, 3]
    env = {
        "ENABLE_IPv4": _switch(not ipv6),
        "ENABLE_IPv6": _switch(ipv6),
        "ENABLE_MULTI_NIC": _switch(multi_nic),
        "ENABLE_PREFIX_DELEGATION": _switch(prefix_mode),
        "ENABLE_SUBNET_DISCOVERY": _switch(draw(st.sampled_from(discovery))),
        "WARM_ENI_TARGET": str(draw(st.sampled_from(targets))),
        "WARM_PREFIX_TARGET": str(draw(st.sampled_from(targets))),
    }
    if draw(st.booleans()):
        env["WARM_IP_TARGET"] = str(draw(st.integers(0, 7)))
        env["MINIMUM_IP_TARGET"] = str(draw(st.integers(0, 9)))
    env["MAX_ENI"] = draw(st.sampled_from(["", "", "", "", "2", "1", "3"]))
    if custom:
        env["AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG"] = "true"
    if special:
        env["ENABLE_POD_ENI"] = draw(st.sampled_from(["false", "false", "false", "true"]))
        env["MANAGE_UNTAGGED_ENI"] = draw(st.sampled_from(["true", "false"]))
        env["AWS_MANAGE_ENIS_NON_SCHEDULABLE"] = draw(st.sampled_from(["false", "true"]))
        env["IP_COOLDOWN_PERIOD"] = draw(st.sampled_from(["30", "0", "90"]))
    return env


def _switch(on: bool) -> str:
    return str(on).lower()


def settings(
    *, prefix_mode: bool = False, custom: bool = False, zero_targets: bool = True
) -> SearchStrategy[Settings]:
    """Settings of an IPv4 node of v1.23 with one card, from `environments`."""
    drawn = environments(prefix_mode=prefix_mode, custom=custom, zero_targets=zero_targets)
    return drawn.map(lambda env: parse_settings(env).settings)


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
    custom: Sequence[bool] = (False,),
) -> Config:
    """A small node: `limits` and `environments` together, prefixes of 4 addresses.

    `cards`, `ipv6` and `custom` (custom networking, never with IPv6) are drawn from what is given.
    """
    family = draw(st.sampled_from(ipv6))
    prefix_mode = family or draw(st.sampled_from(prefix_modes))
    count = draw(st.sampled_from(cards))
    env = draw(
        environments(
            ipv6=family,
            prefix_mode=prefix_mode,
            multi_nic=count > 1 and draw(st.integers(0, 5)) > 0,
            custom=draw(st.sampled_from(custom)) and not family,
            discovery=discovery,
            zero_targets=zero_targets,
            special=special,
        )
    )
    return Config(
        settings=parse_settings(env).settings,
        limits=draw(limits(cards=(count,))),
        quirks=draw(st.sampled_from(quirks)),
        block=4,
    )


def several(
    *,
    quirks: Sequence[frozenset[Quirk]] = (ALL_QUIRKS,),
    custom: Sequence[bool] = (False,),
) -> SearchStrategy[Config]:
    """Any node of v1.23: mostly of one card and IPv4, but also of several cards, and of IPv6."""
    return configs(
        cards=(1, 1, 1, 2, 3), ipv6=(False, False, False, True), quirks=quirks, custom=custom
    )


def configs_v1_7(
    *, quirks: Sequence[frozenset[Quirk]] = (ALL_QUIRKS,), custom: Sequence[bool] = (False,)
) -> SearchStrategy[Config]:
    """Small nodes of v1.7, with the settings that it knows."""
    chosen = configs(
        prefix_modes=(False,), discovery=(False,), special=False, quirks=quirks, custom=custom
    )
    return chosen.map(as_v1_7)


def as_v1_7(config: Config) -> Config:
    """The same node with the daemon of v1.7, and of its settings those that this one knows."""
    parsed = parse_settings_of(Version.V1_7, environment_of(config.settings))
    return evolve(config, version=Version.V1_7, settings=parsed.settings)


def of_both_versions(
    *, quirks: Sequence[frozenset[Quirk]] = (ALL_QUIRKS,), custom: Sequence[bool] = (False,)
) -> SearchStrategy[Config]:
    """Any node of v1.23, or one of v1.7."""
    return st.one_of(
        several(quirks=quirks, custom=custom), configs_v1_7(quirks=quirks, custom=custom)
    )
