"""What an answer about a node rests on, in words."""

import pytest
from attrs import evolve

from ipam_model.cli.node_text import governing_settings, quirks_off, quirks_text, size_text
from ipam_model.config import ALL_QUIRKS, Quirk, Version
from ipam_model.limits import InstanceLimits
from ipam_model.nodes import NodeSetup
from ipam_model.settings import SHIPPED, Origin, shipped_defaults

FILE = Origin("aws-node.yaml", 31, 5)


def node(env: dict[str, str] | None = None, *, shipped: bool = True) -> NodeSetup:
    usual = shipped_defaults() if shipped else {"ENABLE_IPv4": "true"}
    given = env or {}
    return NodeSetup(
        name="node",
        limits=InstanceLimits.simple(3, 10),
        env=usual | given,
        origins=dict.fromkeys(usual, SHIPPED) | dict.fromkeys(given, FILE),
        max_pods=29,
    )


@pytest.mark.parametrize(
    ("env", "told"),
    [
        ({}, "WARM_ENI_TARGET=1 (shipped default)"),
        ({"WARM_ENI_TARGET": "x"}, "WARM_ENI_TARGET=1 (aws-node.yaml:31: 'x')"),
        ({"WARM_IP_TARGET": "2"}, "WARM_IP_TARGET=2 (aws-node.yaml:31)"),
        ({"MINIMUM_IP_TARGET": "2"}, "MINIMUM_IP_TARGET=2 (aws-node.yaml:31)"),
        (
            {"WARM_IP_TARGET": "0", "MINIMUM_IP_TARGET": "2"},
            "WARM_IP_TARGET=0 (aws-node.yaml:31), MINIMUM_IP_TARGET=2 (aws-node.yaml:31)",
        ),
        ({"MAX_ENI": "2"}, "WARM_ENI_TARGET=1 (shipped default), MAX_ENI=2 (aws-node.yaml:31)"),
        (
            {"ENABLE_PREFIX_DELEGATION": "true"},
            (
                "ENABLE_PREFIX_DELEGATION=true (aws-node.yaml:31), "
                "WARM_PREFIX_TARGET=1 (shipped default)"
            ),
        ),
        (
            {"ENABLE_IPv6": "true", "ENABLE_IPv4": "false", "ENABLE_PREFIX_DELEGATION": "true"},
            "ENABLE_IPv6=true (aws-node.yaml:31)",
        ),
        (
            {"DISABLE_NETWORK_RESOURCE_PROVISIONING": "true"},
            "DISABLE_NETWORK_RESOURCE_PROVISIONING=true (aws-node.yaml:31)",
        ),
        (
            {"ENABLE_POD_ENI": "True"},
            "WARM_ENI_TARGET=1 (shipped default), ENABLE_POD_ENI=true (aws-node.yaml:31)",
        ),
    ],
)
def test_the_settings_that_govern_and_their_places(env: dict[str, str], told: str) -> None:
    assert governing_settings(node(env)) == told


def test_what_nobody_sets_is_the_codes() -> None:
    assert governing_settings(node(shipped=False)) == "WARM_ENI_TARGET=1 (code default)"


def test_quirks_that_are_off_are_named() -> None:
    assert quirks_text(node()) == ""
    one = evolve(node(), quirks=ALL_QUIRKS - {Quirk.COOLING_RELEASED})
    assert quirks_text(one) == "without quirk cooling_released (R139)"
    two = evolve(one, quirks=one.quirks - {Quirk.CLEANUP_DRIFT})
    assert quirks_text(two) == "without quirks cleanup_drift (R25), cooling_released (R139)"
    assert quirks_off(evolve(two, version=Version.V1_7)) == ("cooling_released",)


@pytest.mark.parametrize(
    ("enis", "addresses", "told"),
    [(3, 10, "3 ENIs × 10 addresses"), (1, 4, "1 ENI × 4 addresses")],
)
def test_sizes(enis: int, addresses: int, told: str) -> None:
    limits = InstanceLimits.simple(enis, addresses)
    assert size_text(evolve(node(), limits=limits)) == told
