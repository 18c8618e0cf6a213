"""What takes precedence among settings, and what is said of those that are wrong or do nothing."""

import pytest

from ipam_model.settings import (
    ALLOCATION_VARIABLES,
    Mode,
    Settings,
    Severity,
    entry_gate,
    parse_settings,
)
from tests.environments import FLAGS, IPV4, PREFIXES, TARGETS, codes, only

WITHOUT_EFFECT = [
    "ADDITIONAL_ENI_TAGS",
    "ANNOTATE_POD_IP",
    "AWS_CLUSTER_ID",
    "AWS_EC2_ENDPOINT",
    "AWS_EXTERNAL_SERVICE_CIDRS",
    "AWS_REGION",
    "AWS_VPC_CNI_NODE_PORT_SUPPORT",
    "AWS_VPC_ENI_MTU",
    "AWS_VPC_K8S_CNI_CONFIGURE_RPFILTER",
    "AWS_VPC_K8S_CNI_CONNMARK",
    "AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS",
    "AWS_VPC_K8S_CNI_EXTERNALSNAT",
    "AWS_VPC_K8S_CNI_LOGLEVEL",
    "AWS_VPC_K8S_CNI_LOG_FILE",
    "AWS_VPC_K8S_CNI_RANDOMIZESNAT",
    "AWS_VPC_K8S_CNI_VETHPREFIX",
    "AWS_VPC_K8S_EGRESS_V4_PLUGIN_LOG_FILE",
    "AWS_VPC_K8S_EGRESS_V6_PLUGIN_LOG_FILE",
    "AWS_VPC_K8S_PLUGIN_LOG_FILE",
    "AWS_VPC_K8S_PLUGIN_LOG_LEVEL",
    "CLUSTER_ENDPOINT",
    "DISABLE_INTROSPECTION",
    "DISABLE_METRICS",
    "DISABLE_POD_V6",
    "DISABLE_TCP_EARLY_DEMUX",
    "ENABLE_BANDWIDTH_PLUGIN",
    "ENABLE_NFTABLES",
    "ENABLE_V4_EGRESS",
    "ENABLE_V6_EGRESS",
    "ENI_CONFIG_ANNOTATION_DEF",
    "ENI_CONFIG_LABEL_DEF",
    "HOST_CNI_BIN_PATH",
    "HOST_CNI_CONFDIR_PATH",
    "HTTP_TIMEOUT",
    "INTROSPECTION_BIND_ADDRESS",
    "METRIC_UPDATE_INTERVAL",
    "MY_NODE_NAME",
    "MY_POD_NAME",
    "NETWORK_POLICY_ENFORCING_MODE",
    "POD_MTU",
    "POD_SECURITY_GROUP_ENFORCING_MODE",
    "USE_CLOUDWATCH",
    "USE_PROMETHEUS",
    "VPC_CNI_VERSION",
]
"""What else the project reads or documents."""


# Precedence


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        # R37: in secondary-address mode Wi and m leave We unread.
        ({"WARM_ENI_TARGET": "2"}, []),
        ({"WARM_ENI_TARGET": "2", "WARM_IP_TARGET": "3"}, ["warm-eni-target-overridden"]),
        ({"WARM_IP_TARGET": "3"}, []),
        (
            {"WARM_ENI_TARGET": "2", "MINIMUM_IP_TARGET": "3", "WARM_IP_TARGET": "1"},
            ["warm-eni-target-overridden"],
        ),
        # R40: an explicit zero, also an odd one, is no target.
        ({"WARM_ENI_TARGET": "2", "WARM_IP_TARGET": "0"}, ["explicit-zero-is-unset"]),
        ({"MINIMUM_IP_TARGET": "00"}, ["explicit-zero-is-unset"]),
        ({"MINIMUM_IP_TARGET": "-0"}, ["explicit-zero-is-unset"]),
        ({"MINIMUM_IP_TARGET": "4"}, ["minimum-is-a-ceiling"]),
        ({"MINIMUM_IP_TARGET": "1"}, ["minimum-is-a-ceiling"]),
        ({"MINIMUM_IP_TARGET": "4", "WARM_IP_TARGET": "1"}, []),
        (
            {"MINIMUM_IP_TARGET": "4", "WARM_IP_TARGET": "0"},
            ["explicit-zero-is-unset", "minimum-is-a-ceiling"],
        ),
        ({"MINIMUM_IP_TARGET": "4", "WARM_IP_TARGET": "-2"}, [
            "negative-target", "minimum-is-a-ceiling"]),
        ({"WARM_ENI_TARGET": "0", "WARM_PREFIX_TARGET": "0"}, [
            "warm-prefix-target-without-prefixes"]),
        # R52
        ({"DISABLE_NETWORK_RESOURCE_PROVISIONING": "true"}, []),
        (
            {"DISABLE_NETWORK_RESOURCE_PROVISIONING": "true", "MINIMUM_IP_TARGET": "4",
             "WARM_ENI_TARGET": "3", "MAX_ENI": "2"},
            ["target-without-pool", "target-without-pool"],
        ),
        ({"ENABLE_IMDS_ONLY_MODE": "true"}, ["imds-only-still-describes-subnets"]),
        ({"ENABLE_IMDS_ONLY_MODE": "true", "ENABLE_SUBNET_DISCOVERY": "false"}, []),
        (
            {"ENABLE_IMDS_ONLY_MODE": "true", "ENABLE_SUBNET_DISCOVERY": "false",
             "DISABLE_NETWORK_RESOURCE_PROVISIONING": "false"},
            ["provisioning-disabled-by-imds-only"],
        ),
        # R39
        ({"ENABLE_MULTI_NIC": "true"}, []),
        ({"ENABLE_MULTI_NIC": "true", "WARM_IP_TARGET": "5"}, ["fixed-targets-on-other-cards"]),
        ({"ENABLE_MULTI_NIC": "true", "WARM_ENI_TARGET": "2"}, ["fixed-targets-on-other-cards"]),
    ],
)  # fmt: skip
def test_precedence_with_single_addresses(env: dict[str, str], expected: list[str]) -> None:
    assert codes({**IPV4, **env}) == expected


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        # R38: We is never read with prefixes; Wp is, unless Wi or m come first.
        ({"WARM_PREFIX_TARGET": "1"}, []),
        ({"WARM_PREFIX_TARGET": "1", "WARM_ENI_TARGET": "2"}, ["warm-eni-target-in-prefix-mode"]),
        (
            {"WARM_ENI_TARGET": "2", "WARM_IP_TARGET": "2"},
            ["warm-eni-target-in-prefix-mode"],
        ),
        # R136 item 7: Wp keeps a say in the deletion of ENIs.
        ({"WARM_PREFIX_TARGET": "1", "WARM_IP_TARGET": "2"}, ["warm-prefix-target-still-vetoes"]),
        ({"WARM_PREFIX_TARGET": "0", "WARM_IP_TARGET": "2"}, []),
        ({"WARM_IP_TARGET": "2"}, []),
        ({"MINIMUM_IP_TARGET": "20"}, ["minimum-is-a-ceiling"]),
        # R81: what the entry point's text comparison may let through.
        ({}, ["prefix-targets-all-zero"]),
        ({"WARM_PREFIX_TARGET": "00"}, ["prefix-targets-all-zero"]),
        ({"WARM_PREFIX_TARGET": "abc"}, ["not-an-integer", "prefix-targets-all-zero"]),
    ],
)
def test_precedence_with_prefixes(env: dict[str, str], expected: list[str]) -> None:
    assert codes({**PREFIXES, **env}) == expected


def test_R70_targets_mean_nothing_in_ipv6() -> None:
    env = {
        "ENABLE_IPv6": "true",
        "ENABLE_PREFIX_DELEGATION": "true",
        "ENABLE_MULTI_NIC": "true",
        "WARM_PREFIX_TARGET": "1",
        "WARM_IP_TARGET": "3",
        "MAX_ENI": "2",
    }
    found = parse_settings(env).diagnostics
    assert [(each.code, each.variable, each.severity, each.rule) for each in found] == [
        ("target-without-pool", "WARM_IP_TARGET", Severity.IGNORED, "R70"),
        ("target-without-pool", "WARM_PREFIX_TARGET", Severity.INFO, "R70"),  # as shipped
    ]
    assert codes({**env, "ENABLE_IPv4": "true"}) != codes(env)


@pytest.mark.parametrize(
    ("env", "code", "severity", "variable", "rule"),
    [
        ({"MAX_ENI": "0"}, "max-eni-without-effect", Severity.IGNORED, "MAX_ENI", "R3"),
        ({"MAX_ENI": "x"}, "not-an-integer", Severity.COERCED, "MAX_ENI", "R3"),
        (
            {"WARM_ENI_TARGET": "2", "WARM_IP_TARGET": "1"},
            "warm-eni-target-overridden",
            Severity.IGNORED,
            "WARM_ENI_TARGET",
            "R37",
        ),
        (
            {"WARM_ENI_TARGET": "1", "WARM_IP_TARGET": "1"},
            "warm-eni-target-overridden",
            Severity.INFO,  # "1" is what the manifest sets
            "WARM_ENI_TARGET",
            "R37",
        ),
        (
            {"WARM_IP_TARGET": "0"},
            "explicit-zero-is-unset",
            Severity.INFO,
            "WARM_IP_TARGET",
            "R40",
        ),
        (
            {"MINIMUM_IP_TARGET": "4"},
            "minimum-is-a-ceiling",
            Severity.INFO,
            "MINIMUM_IP_TARGET",
            "R40",
        ),
        (
            {"WARM_PREFIX_TARGET": "2"},
            "warm-prefix-target-without-prefixes",
            Severity.IGNORED,
            "WARM_PREFIX_TARGET",
            "R38",
        ),
        (
            {"ENABLE_PREFIX_DELEGATION": "1", "WARM_ENI_TARGET": "2"},
            "warm-eni-target-in-prefix-mode",
            Severity.IGNORED,
            "WARM_ENI_TARGET",
            "R38",
        ),
        (
            {"ENABLE_PREFIX_DELEGATION": "1"},
            "prefix-targets-all-zero",
            Severity.INFO,
            "WARM_PREFIX_TARGET",
            "R81",
        ),
        (
            {
                "ENABLE_PREFIX_DELEGATION": "1",
                "WARM_PREFIX_TARGET": "3",
                "WARM_IP_TARGET": "1",
            },
            "warm-prefix-target-still-vetoes",
            Severity.INFO,
            "WARM_PREFIX_TARGET",
            "R136",
        ),
        (
            {"DISABLE_NETWORK_RESOURCE_PROVISIONING": "1", "WARM_IP_TARGET": "3"},
            "target-without-pool",
            Severity.IGNORED,
            "WARM_IP_TARGET",
            "R52",
        ),
        (
            {"ENABLE_MULTI_NIC": "T", "WARM_IP_TARGET": "3"},
            "fixed-targets-on-other-cards",
            Severity.INFO,
            "ENABLE_MULTI_NIC",
            "R39",
        ),
        (
            {"ENABLE_IMDS_ONLY_MODE": "t"},
            "imds-only-still-describes-subnets",
            Severity.INFO,
            "ENABLE_SUBNET_DISCOVERY",
            "R52",
        ),
        (
            {"ENABLE_IMDS_ONLY_MODE": "t", "ENABLE_SUBNET_DISCOVERY": "true"},
            "imds-only-still-describes-subnets",
            Severity.INFO,
            "ENABLE_SUBNET_DISCOVERY",
            "R52",
        ),
        (
            {"ENABLE_IMDS_ONLY_MODE": "t", "DISABLE_NETWORK_RESOURCE_PROVISIONING": "F"},
            "provisioning-disabled-by-imds-only",
            Severity.IGNORED,
            "DISABLE_NETWORK_RESOURCE_PROVISIONING",
            "R52",
        ),
        (
            {"ENABLE_PREFIX_DELEGATION": "1", "WARM_PREFIX_TARGET": "0"},
            "prefix-targets-all-zero",
            Severity.INFO,
            "WARM_PREFIX_TARGET",
            "R81",
        ),
        (
            {"IP_COOLDOWN_PERIOD": "-1"},
            "negative-cooldown",
            Severity.INFO,
            "IP_COOLDOWN_PERIOD",
            "R47",
        ),
        (
            {"IP_COOLDOWN_PERIOD": "9223372037"},
            "cooldown-overflows",
            Severity.COERCED,
            "IP_COOLDOWN_PERIOD",
            "R17",
        ),
        (
            {"IP_COOLDOWN_PERIOD": "1m"},
            "not-an-integer",
            Severity.COERCED,
            "IP_COOLDOWN_PERIOD",
            "R47",
        ),
        ({"WARM_ENI_TARGET": "x"}, "not-an-integer", Severity.COERCED, "WARM_ENI_TARGET", "R37"),
        ({"WARM_IP_TARGET": "-1"}, "negative-target", Severity.COERCED, "WARM_IP_TARGET", "R40"),
        (
            {"WARM_PREFIX_TARGET": "9" * 30},
            "integer-out-of-range",
            Severity.COERCED,
            "WARM_PREFIX_TARGET",
            "R38",
        ),
        (
            {"WARM_ENI_TARGET": "9" * 12},
            "target-beyond-the-model",
            Severity.INFO,
            "WARM_ENI_TARGET",
            "R37",
        ),
    ],
)
def test_diagnostics_are_complete(
    env: dict[str, str], code: str, severity: Severity, variable: str, rule: str
) -> None:
    found = only({**IPV4, **env}, code)
    assert (found.severity, found.variable, found.rule) == (severity, variable, rule)
    assert found.value == env.get(variable, "")


# Unknown and known names


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("WARM_IP_TARGETS", "WARM_IP_TARGET"),
        ("WARM_IPS_TARGET", "WARM_IP_TARGET"),
        ("MIN_IP_TARGET", "MINIMUM_IP_TARGET"),
        ("MINIMUM_IPS_TARGET", "MINIMUM_IP_TARGET"),
        ("MAX_ENIS", "MAX_ENI"),
        ("warm-eni-target", "WARM_ENI_TARGET"),
        ("ENABLE_IPV4", "ENABLE_IPv4"),
        ("ENABLE_IPV6", "ENABLE_IPv6"),
        ("ENABLE_PREFIX_DELEGATON", "ENABLE_PREFIX_DELEGATION"),
        ("AWS_VPC_CNI_CUSTOM_NETWORK_CFG", "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG"),
    ],
)
def test_misspelt_variables_name_the_nearest(name: str, meant: str) -> None:
    (found,) = parse_settings({name: "5"}).diagnostics
    assert (found.code, found.severity, found.variable) == (
        "unknown-variable",
        Severity.INFO,
        name,
    )
    assert found.message.endswith(f"did you mean {meant}?")
    assert parse_settings({name: "5"}).settings == Settings()


@pytest.mark.parametrize(
    "name",
    [
        *WITHOUT_EFFECT,
        "PATH",
        "HOME",
        "KUBERNETES_SERVICE_HOST",
        "AWS_DEFAULT_REGION",
        "AWS_ROLE_ARN",
        "WARM_IP_TARGET" * 10_000,
        "",
    ],
)
def test_variables_without_effect_are_passed_over(name: str) -> None:
    assert parse_settings({name: "anything"}).diagnostics == ()


def test_names_that_scripts_rely_on() -> None:
    assert [each.value for each in Severity] == ["info", "ignored", "coerced", "refused"]
    assert [each.value for each in Mode] == ["secondary-ip", "prefix-delegation", "ipv6"]


def test_long_texts_are_cut_in_messages_only() -> None:
    whole, cut = "x" * 40, "x" * 41
    (found,) = parse_settings({"MAX_ENI": whole}).diagnostics
    assert repr(whole) in found.message
    assert "characters" not in found.message
    (found,) = parse_settings({"MAX_ENI": cut}).diagnostics
    assert f"{whole!r}… (41 characters)" in found.message
    assert found.value == cut


def test_diagnostics_are_one_line_whatever_the_text() -> None:
    nasty = "a\nb\r\u2028\x1b[31m" + "x" * 100_000
    env = {**dict.fromkeys(ALLOCATION_VARIABLES, nasty), "WARM\nIP_TARGET": nasty}
    found = [*parse_settings(env).diagnostics, *entry_gate({**env, **PREFIXES})]
    assert len(found) >= len(FLAGS) + len(TARGETS) + 3
    for each in found:
        assert each.message.isprintable()
        assert len(each.message) < 400
