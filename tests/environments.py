"""Environments of a daemon, and what parsing says of them."""

from ipam_model.settings import (
    Diagnostic,
    parse_settings,
)

FLAGS = {
    "ENABLE_PREFIX_DELEGATION": ("prefix_delegation", False),
    "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG": ("custom_networking", False),
    "ENABLE_POD_ENI": ("pod_eni", False),
    "ENABLE_SUBNET_DISCOVERY": ("subnet_discovery", True),
    "DISABLE_NETWORK_RESOURCE_PROVISIONING": ("provisioning_disabled", False),
    "ENABLE_IMDS_ONLY_MODE": ("imds_only", False),
    "DISABLE_LEAKED_ENI_CLEANUP": ("leaked_eni_cleanup_disabled", False),
    "AWS_MANAGE_ENIS_NON_SCHEDULABLE": ("manage_enis_non_schedulable", False),
    "MANAGE_UNTAGGED_ENI": ("manage_untagged_eni", True),
    "ENABLE_IPv4": ("ipv4", False),
    "ENABLE_IPv6": ("ipv6", False),
    "ENABLE_MULTI_NIC": ("multi_nic", False),
}
"""Variable: field of `Settings`, default in the daemon's code."""

TARGETS = {
    "WARM_ENI_TARGET": ("warm_eni_target", 1),
    "WARM_IP_TARGET": ("warm_ip_target", 0),
    "MINIMUM_IP_TARGET": ("minimum_ip_target", 0),
    "WARM_PREFIX_TARGET": ("warm_prefix_target", 0),
}

TRUE_WORDS = ("1", "t", "T", "TRUE", "true", "True")

FALSE_WORDS = ("0", "f", "F", "FALSE", "false", "False")

NOT_BOOLEANS = ("", " true", "true ", "yes", "no", "on", "tRUE", "fALSE", "2", "00", "+1", "abc")

IPV4 = {"ENABLE_IPv4": "true"}

PREFIXES = {**IPV4, "ENABLE_PREFIX_DELEGATION": "true"}


def codes(env: dict[str, str]) -> list[str]:
    return [found.code for found in parse_settings(env).diagnostics]


def only(env: dict[str, str], code: str) -> Diagnostic:
    (found,) = (found for found in parse_settings(env).diagnostics if found.code == code)
    return found
