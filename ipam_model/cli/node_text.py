"""What an answer about a node rests on, in words: its size, its settings, its quirks."""

from collections.abc import Iterator
from typing import Final

from ipam_model.config import ALL_QUIRKS, QUIRKS_OF, Quirk
from ipam_model.daemon import measure
from ipam_model.inspection.counted import counted
from ipam_model.nodes import NodeSetup
from ipam_model.settings import CODE

_SWITCHES: Final = {
    "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG": "custom_networking",
    "ENABLE_POD_ENI": "pod_eni",
    "ENABLE_MULTI_NIC": "multi_nic",
}
"""Off unless somebody switches them on; then they change how many ENIs there may be."""


def governing_settings(node: NodeSetup) -> str:
    """The settings that decide how large a node's pool is, and where each was written.

    For instance `WARM_IP_TARGET=5 (--set), MAX_ENI=2 (aws-node.yaml:31)`. A value is the one that
    the daemon holds; text that it reads otherwise is added to its place.
    """
    return ", ".join(
        f"{name}={_held(node, name)} ({_place(node, name)})" for name in governing_variables(node)
    )


def governing_values(node: NodeSetup) -> tuple[str, ...]:
    """The same without their places, one by one: `WARM_IP_TARGET=5`."""
    return tuple(f"{name}={_held(node, name)}" for name in governing_variables(node))


def governing_variables(node: NodeSetup) -> tuple[str, ...]:
    """Their names: the targets that are in force, and the switches that are on.

    MAX_ENI, and the second of the two address targets, are among them if they are set.
    """
    return tuple(_governing(node))


def _governing(node: NodeSetup) -> Iterator[str]:
    config = node.config
    if config.ipv6:
        yield "ENABLE_IPv6"
    elif config.prefix_mode:
        yield "ENABLE_PREFIX_DELEGATION"
    if not measure.provisions(config):
        yield "DISABLE_NETWORK_RESOURCE_PROVISIONING"
    elif not config.ipv6:
        if measure.warm_targets(config, 0).defined:
            yield from (
                name for name in ("WARM_IP_TARGET", "MINIMUM_IP_TARGET") if node.env.get(name)
            )
        else:
            yield "WARM_PREFIX_TARGET" if config.prefix_mode else "WARM_ENI_TARGET"
        if node.env.get("MAX_ENI"):
            yield "MAX_ENI"
    for name, switched in _SWITCHES.items():
        if getattr(config.settings, switched):
            yield name


_FIELDS: Final = _SWITCHES | {
    "ENABLE_IPv6": "ipv6",
    "ENABLE_PREFIX_DELEGATION": "prefix_delegation",
    "DISABLE_NETWORK_RESOURCE_PROVISIONING": "provisioning_disabled",
}
"""Fields of `Settings` that are not called like their variable."""


def _held(node: NodeSetup, name: str) -> str:
    value = getattr(node.config.settings, _FIELDS.get(name, name.lower()))
    if value is None:
        return "none"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _place(node: NodeSetup, name: str) -> str:
    text = node.env.get(name)
    place = str(node.origins.get(name, CODE if text is None else "given"))
    if text and text.lower() not in (_held(node, name), "none"):
        return f"{place}: {text[:40]!r}"
    return place


def quirks_off(node: NodeSetup) -> tuple[str, ...]:
    """The quirks of the node's version that are off, by the names that `--no-quirk` takes."""
    return tuple(quirk.name.lower() for quirk in _off(node))


def quirks_text(node: NodeSetup) -> str:
    """That quirks are switched off and which, with their rules; empty if none is."""
    off = [f"{quirk.name.lower()} ({quirk.value})" for quirk in _off(node)]
    return f"without {'quirk' if len(off) == 1 else 'quirks'} {', '.join(off)}" if off else ""


def _off(node: NodeSetup) -> list[Quirk]:
    missing = QUIRKS_OF.get(node.version, ALL_QUIRKS) - node.quirks
    return sorted(missing, key=lambda quirk: quirk.name)


def size_text(node: NodeSetup) -> str:
    """ENIs and addresses of each: `3 ENIs × 10 addresses`."""
    limits = node.limits
    return f"{counted(limits.max_enis, 'ENI')} × {limits.ipv4_per_eni} addresses"
