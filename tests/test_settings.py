"""Settings: the daemon's parse rules, what takes precedence, and who refuses to start."""

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from ipam_model.catalogue import Kind, catalogue
from ipam_model.errors import InputError
from ipam_model.settings import (
    ALLOCATION_VARIABLES,
    DEFAULT_BACKING_STORE,
    Diagnostic,
    Mode,
    Settings,
    Severity,
    effective_mode,
    entry_gate,
    max_eni_diagnostics,
    parse_settings,
    refused,
    shipped_defaults,
    start_refusals,
)
from ipam_model.settings.go_text import (
    INT64_MAX,
    INT64_MIN,
    NotAnInteger,
    atoi,
    parse_bool,
    wrap_int64,
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

INTEGERS: dict[str, int | None] = {
    "0": 0,
    "1": 1,
    "7": 7,
    "+3": 3,
    "-1": -1,
    "-0": 0,
    "00": 0,
    "007": 7,
    str(INT64_MAX): INT64_MAX,
    str(INT64_MIN): INT64_MIN,
    "0" * 5000 + "5": 5,
    # Not integers to Go:
    "": None,
    "+": None,
    "-": None,
    "+-1": None,
    " 1": None,
    "1 ": None,
    "1\n": None,
    "1_0": None,
    "٣": None,  # an Arabic digit, which Python would accept
    "9" * 30: None,
    "9" * 5000: None,  # more digits than Python itself converts
    str(INT64_MAX + 1): None,
    str(INT64_MIN - 1): None,
    "0x10": None,
    "1.0": None,
    "1e3": None,
    "T": None,
    "yes": None,
    "abc": None,
}

TRUE_WORDS = ("1", "t", "T", "TRUE", "true", "True")
FALSE_WORDS = ("0", "f", "F", "FALSE", "false", "False")
NOT_BOOLEANS = ("", " true", "true ", "yes", "no", "on", "tRUE", "fALSE", "2", "00", "+1", "abc")

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

IPV4 = {"ENABLE_IPv4": "true"}
PREFIXES = {**IPV4, "ENABLE_PREFIX_DELEGATION": "true"}


def value_of(env: dict[str, str], name: str) -> object:
    return getattr(parse_settings(env).settings, name)


def codes(env: dict[str, str]) -> list[str]:
    return [found.code for found in parse_settings(env).diagnostics]


def only(env: dict[str, str], code: str) -> Diagnostic:
    (found,) = (found for found in parse_settings(env).diagnostics if found.code == code)
    return found


def message(variable: str, text: str) -> str:
    (found,) = parse_settings({variable: text}).diagnostics
    return found.message


# Text to values


@pytest.mark.parametrize(("text", "expected"), INTEGERS.items())
def test_atoi_reads_what_go_reads(text: str, expected: int | None) -> None:
    found = atoi(text)
    assert found == expected if expected is not None else isinstance(found, NotAnInteger)


def test_atoi_tells_a_number_too_large_from_no_number() -> None:
    assert atoi("9" * 30) is NotAnInteger.RANGE
    assert atoi("9" * 5000) is NotAnInteger.RANGE
    assert atoi("-" + "9" * 19) is NotAnInteger.RANGE
    assert atoi("9" * 30 + "x") is NotAnInteger.SYNTAX


def test_wrap_int64_keeps_what_fits_and_wraps_the_rest() -> None:
    assert [wrap_int64(value) for value in (0, -1, INT64_MAX, INT64_MIN)] == [
        0,
        -1,
        INT64_MAX,
        INT64_MIN,
    ]
    assert wrap_int64(INT64_MAX + 1) == INT64_MIN
    assert wrap_int64(INT64_MIN - 1) == INT64_MAX
    assert wrap_int64(2**64 + 5) == 5


@pytest.mark.parametrize("text", TRUE_WORDS)
def test_R35_true_words(text: str) -> None:
    assert parse_bool(text) is True


@pytest.mark.parametrize("text", FALSE_WORDS)
def test_R35_false_words(text: str) -> None:
    assert parse_bool(text) is False


@pytest.mark.parametrize("text", NOT_BOOLEANS)
def test_R35_other_words_are_no_booleans(text: str) -> None:
    assert parse_bool(text) is None


@pytest.mark.parametrize("variable", FLAGS)
def test_R35_every_flag_reads_the_words_and_else_keeps_its_default(variable: str) -> None:
    name, default = FLAGS[variable]
    assert value_of({}, name) is default
    for text in TRUE_WORDS:
        assert value_of({variable: text}, name) is True
    for text in FALSE_WORDS:
        assert value_of({variable: text}, name) is False
    for text in NOT_BOOLEANS:
        assert value_of({variable: text}, name) is default
        found = only({variable: text}, "not-a-boolean")
        assert (found.severity, found.variable, found.value, found.rule) == (
            Severity.COERCED,
            variable,
            text,
            "R35",
        )


def test_R35_a_flag_changes_no_other_field() -> None:
    untouched = {name for name, _ in FLAGS.values()}
    for variable, (name, default) in FLAGS.items():
        env = {variable: "false" if default else "true"}
        changed = {other for other in untouched if value_of(env, other) is not value_of({}, other)}
        implied = {"provisioning_disabled"} if name == "imds_only" else set()
        assert changed == {name} | implied


@pytest.mark.parametrize("variable", TARGETS)
@pytest.mark.parametrize(("text", "parsed"), INTEGERS.items())
def test_R37_R38_R40_targets_are_integers_of_at_least_zero_or_their_default(
    variable: str, text: str, parsed: int | None
) -> None:
    name, default = TARGETS[variable]
    usable = parsed is not None and parsed >= 0
    assert value_of({variable: text}, name) == (parsed if usable else default)
    coerced = [
        found
        for found in parse_settings({variable: text}).diagnostics
        if found.severity is Severity.COERCED
    ]
    assert [(found.variable, found.value) for found in coerced] == (
        [] if usable else [(variable, text)]
    )


def test_targets_not_set_have_the_defaults_of_the_code() -> None:
    assert {name: value_of({}, name) for name, _ in TARGETS.values()} == dict(TARGETS.values())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("abc", "not-an-integer"),
        ("", "not-an-integer"),
        ("9" * 30, "integer-out-of-range"),
        ("-1", "negative-target"),
        (str(2**31), "target-beyond-the-model"),
    ],
)
def test_target_diagnostics_name_the_reason(text: str, code: str) -> None:
    assert codes({"WARM_IP_TARGET": text}) == [code]
    assert codes({"WARM_IP_TARGET": str(2**31 - 1)}) == []


def test_messages_say_what_is_used_instead() -> None:
    assert "which is not a decimal integer: 1 is used" in message("WARM_ENI_TARGET", "x")
    assert "negative target counts as not set, 1 is used" in message("WARM_ENI_TARGET", "-1")
    assert "it is as if not set" in message("MAX_ENI", "x")
    assert "true is used" in message("ENABLE_SUBNET_DISCOVERY", "x")


@pytest.mark.parametrize(("text", "parsed"), INTEGERS.items())
def test_R3_max_eni_is_held_as_parsed(text: str, parsed: int | None) -> None:
    env = {"MAX_ENI": text}
    assert value_of(env, "max_eni") == parsed
    if parsed is None:
        assert codes(env)[0] in ("not-an-integer", "integer-out-of-range")
    else:
        assert codes(env) == (["max-eni-without-effect"] if parsed < 1 else [])


def test_R3_max_eni_not_set_is_none() -> None:
    assert value_of({}, "max_eni") is None


@pytest.mark.parametrize(("max_eni", "lost"), [(1, False), (2, False), (3, True), (4, True)])
def test_R3_max_eni_at_or_above_the_limit_is_reported(max_eni: int, lost: bool) -> None:
    found = max_eni_diagnostics(Settings(max_eni=max_eni), eni_limit=3)
    assert [(each.code, each.severity, each.variable, each.value, each.rule) for each in found] == (
        [("max-eni-without-effect", Severity.IGNORED, "MAX_ENI", str(max_eni), "R3")]
        if lost
        else []
    )


def test_R3_max_eni_of_one_is_lost_on_a_type_with_one_eni() -> None:
    assert len(max_eni_diagnostics(Settings(max_eni=1), eni_limit=1)) == 1


@pytest.mark.parametrize("max_eni", [None, 0, -1])
def test_R3_max_eni_without_effect_anyway_is_not_reported_twice(max_eni: int | None) -> None:
    assert max_eni_diagnostics(Settings(max_eni=max_eni), eni_limit=3) == ()


@pytest.mark.parametrize(
    ("text", "seconds", "expected"),
    [
        (None, 30, []),
        ("0", 0, []),
        ("5", 5, []),
        ("+60", 60, []),
        ("9223372036", 9223372036, []),
        # Go: 9223372037 s in nanoseconds is 2^64 - 709551616 short of zero.
        ("9223372037", -9223372037, ["cooldown-overflows"]),
        ("18446744074", 0, ["cooldown-overflows"]),
        ("-9223372037", 9223372036, ["cooldown-overflows"]),
        ("-1", -1, ["negative-cooldown"]),
        ("", 30, ["not-an-integer"]),
        ("abc", 30, ["not-an-integer"]),
        ("30s", 30, ["not-an-integer"]),
        ("1.5", 30, ["not-an-integer"]),
        ("9" * 30, 30, ["integer-out-of-range"]),
    ],
)
def test_R17_cooldown_period_in_seconds(
    text: str | None, seconds: int, expected: list[str]
) -> None:
    env = {} if text is None else {"IP_COOLDOWN_PERIOD": text}
    assert value_of(env, "ip_cooldown_period") == seconds
    assert codes(env) == expected


def test_R34_backing_store_empty_is_the_default() -> None:
    variable = "AWS_VPC_K8S_CNI_BACKING_STORE"
    assert DEFAULT_BACKING_STORE == "/var/run/aws-node/ipam.json"
    assert value_of({}, "backing_store") == DEFAULT_BACKING_STORE
    assert value_of({variable: ""}, "backing_store") == DEFAULT_BACKING_STORE
    assert value_of({variable: "/tmp/x"}, "backing_store") == "/tmp/x"


def test_cluster_name_is_text() -> None:
    assert value_of({}, "cluster_name") == ""
    assert value_of({"CLUSTER_NAME": ""}, "cluster_name") == ""
    assert value_of({"CLUSTER_NAME": " a b"}, "cluster_name") == " a b"


def test_R52_imds_only_disables_provisioning_whatever_the_switch_says() -> None:
    switch = "DISABLE_NETWORK_RESOURCE_PROVISIONING"
    for text in ("true", "false", "abc"):
        env = {"ENABLE_IMDS_ONLY_MODE": "true", switch: text}
        assert value_of(env, "provisioning_disabled") is True
    assert value_of({"ENABLE_IMDS_ONLY_MODE": "true"}, "provisioning_disabled") is True
    assert value_of({"ENABLE_IMDS_ONLY_MODE": "false", switch: "1"}, "imds_only") is False


@pytest.mark.parametrize(
    ("env", "runs"),
    [
        ({}, True),
        ({"DISABLE_LEAKED_ENI_CLEANUP": "true"}, False),
        ({"DISABLE_NETWORK_RESOURCE_PROVISIONING": "true"}, False),
        ({"ENABLE_IMDS_ONLY_MODE": "true"}, False),
        ({"ENABLE_IPv6": "true"}, False),
        ({"DISABLE_LEAKED_ENI_CLEANUP": "abc", "ENABLE_IPv4": "true"}, True),
    ],
)
def test_R184_leaked_eni_cleanup_runs(env: dict[str, str], runs: bool) -> None:
    assert parse_settings(env).settings.leaked_eni_cleanup_runs is runs


# The record


def test_nothing_set_gives_the_defaults_of_the_code_silently() -> None:
    parsed = parse_settings({})
    assert parsed.settings == Settings()
    assert parsed.diagnostics == ()


def test_settings_are_hashable_and_immutable() -> None:
    settings = parse_settings(shipped_defaults()).settings
    assert {settings: 1}[parse_settings(shipped_defaults()).settings] == 1
    with pytest.raises(AttributeError):
        settings.ipv4 = False  # type: ignore[misc]  # the point of the test


def test_settings_refuse_what_parsing_never_produces() -> None:
    with pytest.raises(InputError, match="warm_eni_target is -1"):
        Settings(warm_eni_target=-1)
    with pytest.raises(InputError, match="warm_ip_target is -1"):
        Settings(warm_ip_target=-1)
    with pytest.raises(InputError, match="minimum_ip_target is -1"):
        Settings(minimum_ip_target=-1)
    with pytest.raises(InputError, match="warm_prefix_target is -1"):
        Settings(warm_prefix_target=-1)
    with pytest.raises(InputError, match="imds_only implies provisioning_disabled"):
        Settings(imds_only=True)
    assert Settings(imds_only=True, provisioning_disabled=True).imds_only


@pytest.mark.parametrize("value", [1, True, None, 1.5, ["1"]])
def test_values_that_are_not_text_are_bad_input(value: object) -> None:
    env = json.loads(json.dumps({"WARM_IP_TARGET": value}))
    with pytest.raises(InputError, match=r"^'WARM_IP_TARGET' is of type .* in quotes$"):
        parse_settings(env)
    with pytest.raises(InputError, match="WARM_IP_TARGET"):
        entry_gate(env)


# Shipped values


def test_shipped_defaults_start_and_lose_nothing_anybody_chose() -> None:
    shipped = shipped_defaults()
    parsed = parse_settings(shipped)
    assert parsed.settings == Settings(ipv4=True, warm_eni_target=1, warm_prefix_target=1)
    assert [(found.code, found.severity) for found in parsed.diagnostics] == [
        ("warm-prefix-target-without-prefixes", Severity.INFO)
    ]
    assert entry_gate(shipped) == ()
    assert start_refusals(parsed.settings, nitro_or_bare_metal=True) == ()


def test_shipped_defaults_are_a_fresh_dictionary_of_known_variables() -> None:
    shipped_defaults().clear()
    assert set(shipped_defaults()) < set(ALLOCATION_VARIABLES)
    unset = set(ALLOCATION_VARIABLES) - set(shipped_defaults())
    assert {"WARM_IP_TARGET", "MINIMUM_IP_TARGET", "MAX_ENI", "IP_COOLDOWN_PERIOD"} <= unset


def test_every_allocation_variable_has_a_field() -> None:
    changed = dict.fromkeys(ALLOCATION_VARIABLES, "true")
    changed |= dict.fromkeys((*TARGETS, "MAX_ENI", "IP_COOLDOWN_PERIOD"), "7")
    changed |= {"ENABLE_SUBNET_DISCOVERY": "false", "MANAGE_UNTAGGED_ENI": "false"}
    moved = [name for name in ALLOCATION_VARIABLES if parse_settings({name: changed[name]}).settings
             != Settings()]  # fmt: skip
    assert moved == list(ALLOCATION_VARIABLES)


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


# The entry point


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        (None, True),
        ("0", True),
        ("+3", True),
        ("00", True),
        ("-0", True),
        ("30", True),
        (str(INT64_MAX), True),
        ("-1", False),
        ("", False),
        (" 1", False),
        ("1_0", False),
        ("٣", False),
        ("9" * 30, False),
        ("0x10", False),
        ("T", False),
        ("abc", False),
    ],
)
def test_R47_cooldown_must_be_an_integer_of_at_least_zero(text: str | None, passes: bool) -> None:
    env = {} if text is None else {"IP_COOLDOWN_PERIOD": text}
    found = entry_gate({**IPV4, **env})
    assert [(each.code, each.variable, each.value, each.rule) for each in found] == (
        [] if passes else [("gate-refuses-cooldown", "IP_COOLDOWN_PERIOD", text, "R47")]
    )
    assert refused(found) is not passes


@pytest.mark.parametrize("variable", ["WARM_IP_TARGET", "WARM_PREFIX_TARGET", "MINIMUM_IP_TARGET"])
@pytest.mark.parametrize(
    ("text", "passes"),
    [
        (None, False),
        ("0", False),
        ("", False),
        ("-1", False),
        ("-5", False),
        (" 1", False),  # a blank sorts before "0"
        ("+3", False),  # so does a sign, although the daemon would read 3
        ("/", False),
        ("1", True),
        ("10", True),
        ("00", True),  # longer than "0", so after it, although the daemon reads 0
        ("0x10", True),
        ("1_0", True),
        ("abc", True),
        ("T", True),
        ("yes", True),
        ("٣", True),
        ("9" * 30, True),
    ],
)
def test_R47_prefix_targets_are_compared_as_text(
    variable: str, text: str | None, passes: bool
) -> None:
    env = {**PREFIXES} if text is None else {**PREFIXES, variable: text}
    found = entry_gate(env)
    assert [each.code for each in found] == ([] if passes else ["gate-refuses-prefix-targets"])
    assert refused(found) is not passes


def test_R47_the_gate_says_what_is_wrong_with_the_cooldown() -> None:
    said = {
        text: entry_gate({"IP_COOLDOWN_PERIOD": text})[0].message for text in ("-1", "x", "9" * 20)
    }
    assert "which is negative;" in said["-1"]
    assert "which is not a decimal integer;" in said["x"]
    assert "which is outside the 64-bit range;" in said["9" * 20]


def test_R47_one_target_above_zero_is_enough() -> None:
    names = ("WARM_IP_TARGET", "WARM_PREFIX_TARGET", "MINIMUM_IP_TARGET")
    for texts in product(("0", "1"), repeat=3):
        env = {**PREFIXES, **dict(zip(names, texts, strict=True))}
        assert refused(entry_gate(env)) is ("1" not in texts)


@pytest.mark.parametrize("flag", [*FALSE_WORDS, *NOT_BOOLEANS, None])
def test_R47_without_the_prefix_flag_zero_targets_pass(flag: str | None) -> None:
    env = {"WARM_PREFIX_TARGET": "0"} | ({} if flag is None else {"ENABLE_PREFIX_DELEGATION": flag})
    assert entry_gate(env) == ()


@pytest.mark.parametrize("flag", TRUE_WORDS)
def test_R47_the_flag_is_a_go_boolean_and_ipv6_makes_no_difference(flag: str) -> None:
    env = {"ENABLE_IPv6": "true", "ENABLE_PREFIX_DELEGATION": flag}
    (found,) = entry_gate(env)
    assert (found.severity, found.variable, found.value, found.rule) == (
        Severity.REFUSED,
        "ENABLE_PREFIX_DELEGATION",
        flag,
        "R47",
    )


def test_R47_both_checks_are_reported() -> None:
    found = entry_gate({**PREFIXES, "IP_COOLDOWN_PERIOD": "-1"})
    assert [each.code for each in found] == ["gate-refuses-cooldown", "gate-refuses-prefix-targets"]


# The daemon's own refusals and the mode


def settings_with(*, ipv4: bool, ipv6: bool, prefixes: bool, custom: bool) -> Settings:
    return Settings(ipv4=ipv4, ipv6=ipv6, prefix_delegation=prefixes, custom_networking=custom)


SWITCHES = list(product((False, True), repeat=5))


@pytest.mark.parametrize(("ipv4", "ipv6", "prefixes", "custom", "nitro"), SWITCHES)
def test_R43_R44_R45_start_is_refused_exactly_as_stated(
    ipv4: bool, ipv6: bool, prefixes: bool, custom: bool, nitro: bool
) -> None:
    settings = settings_with(ipv4=ipv4, ipv6=ipv6, prefixes=prefixes, custom=custom)
    found = start_refusals(settings, nitro_or_bare_metal=nitro)
    starts = ipv4 != ipv6 and not (ipv6 and (custom or not prefixes or not nitro))
    assert refused(found) is not starts
    if starts:
        fallback = prefixes and not nitro
        assert [each.code for each in found] == (
            ["prefixes-on-unsupported-instance"] if fallback else []
        )


NO_FAMILY = ("no-address-family", "R43", "ENABLE_IPv4", "false")
BOTH_FAMILIES = ("both-address-families", "R43", "ENABLE_IPv6", "true")
V6_CUSTOM = ("ipv6-with-custom-networking", "R44", "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "true")
V6_NO_PREFIX = ("ipv6-without-prefix-delegation", "R44", "ENABLE_PREFIX_DELEGATION", "false")
V6_UNSUPPORTED = ("ipv6-on-unsupported-instance", "R45", "ENABLE_IPv6", "true")


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (Settings(), [NO_FAMILY]),
        (Settings(ipv4=True, ipv6=True), [BOTH_FAMILIES]),
        (Settings(ipv6=True), [V6_NO_PREFIX]),
        (Settings(ipv6=True, custom_networking=True), [V6_CUSTOM, V6_NO_PREFIX]),
        (
            Settings(ipv6=True, custom_networking=True, prefix_delegation=True),
            [V6_CUSTOM, V6_UNSUPPORTED],
        ),
        (Settings(ipv6=True, prefix_delegation=True), [V6_UNSUPPORTED]),
    ],
)
def test_R43_R44_R45_refusals_name_every_reason(
    settings: Settings, expected: list[tuple[str, str, str, str]]
) -> None:
    found = start_refusals(settings, nitro_or_bare_metal=False)
    assert [(each.code, each.rule, each.variable, each.value) for each in found] == expected
    assert {each.severity for each in found} == {Severity.REFUSED}


def test_R45_ipv4_falls_back_to_single_addresses() -> None:
    settings = Settings(ipv4=True, prefix_delegation=True)
    (found,) = start_refusals(settings, nitro_or_bare_metal=False)
    assert (found.severity, found.variable, found.value, found.rule) == (
        Severity.COERCED,
        "ENABLE_PREFIX_DELEGATION",
        "true",
        "R45",
    )
    assert effective_mode(settings, nitro_or_bare_metal=False) is Mode.SECONDARY_IP
    assert effective_mode(settings, nitro_or_bare_metal=True) is Mode.PREFIX_DELEGATION


@pytest.mark.parametrize("nitro", [False, True])
def test_R45_without_the_flag_ipv4_uses_single_addresses(nitro: bool) -> None:
    assert effective_mode(Settings(ipv4=True), nitro_or_bare_metal=nitro) is Mode.SECONDARY_IP


def test_R46_accepted_ipv6_has_the_prefix_flag() -> None:
    seen = 0
    for ipv4, ipv6, prefixes, custom, nitro in SWITCHES:
        settings = settings_with(ipv4=ipv4, ipv6=ipv6, prefixes=prefixes, custom=custom)
        mode = effective_mode(settings, nitro_or_bare_metal=nitro)
        if mode is Mode.IPV6 and not refused(start_refusals(settings, nitro_or_bare_metal=nitro)):
            seen += 1
            assert settings.prefix_delegation
    assert seen == 1


# The catalogue


def test_rules_stated_by_the_settings_are_steps() -> None:
    found = {
        entry.id: entry.kind
        for entry in catalogue().values()
        if any(where.startswith("ipam_model.settings.") for where in entry.where)
    }
    stated = ("R35", "R40", "R43", "R44", "R45", "R47", "H11")
    assert found == dict.fromkeys(stated, Kind.STEP)


# Recorded environments


def recorded_environments(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        header = json.loads(next(lines))
        yield header["env"]
        for line in lines:
            if '"env"' in line:
                env = json.loads(line)["event"].get("env")
                if env is not None:
                    yield env


def expected_values(env: dict[str, str]) -> dict[str, object]:
    """The fields an ordinary environment sets, by a second, plainer reading."""
    expected: dict[str, object] = {}
    for variable, text in env.items():
        if variable in FLAGS:
            expected[FLAGS[variable][0]] = text in TRUE_WORDS
        elif variable in TARGETS:
            expected[TARGETS[variable][0]] = int(text)
        elif variable == "MAX_ENI":
            expected["max_eni"] = None if text == "abc" else int(text)
        else:
            assert variable == "IP_COOLDOWN_PERIOD"
            expected["ip_cooldown_period"] = int(text)
    return expected


@pytest.mark.parametrize("folder", ["traces", "traces-more", "traces-v1.7"])
def test_recorded_environments_parse(folder: str) -> None:
    from tests.shared import shared_dir

    paths = sorted((shared_dir() / folder).glob("*/*.jsonl"))
    assert paths
    distinct = {
        json.dumps(env, sort_keys=True): env
        for path in paths
        for env in recorded_environments(path)
    }
    for env in distinct.values():
        parsed = parse_settings(env)
        assert parsed.settings == Settings(**expected_values(env))  # type: ignore[arg-type]  # fields by name
        coerced = {
            found.variable
            for found in parsed.diagnostics
            if found.severity in (Severity.COERCED, Severity.REFUSED)
        }
        assert coerced == ({"MAX_ENI"} if env.get("MAX_ENI") == "abc" else set())
        assert "unknown-variable" not in {found.code for found in parsed.diagnostics}
