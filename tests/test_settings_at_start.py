"""With which settings the entry point or the daemon refuses to start, and else the mode it has."""

from itertools import product

import pytest

from ipam_model.settings import (
    Mode,
    Settings,
    Severity,
    effective_mode,
    entry_gate,
    refused,
    start_refusals,
)
from ipam_model.settings.go_text import (
    INT64_MAX,
)
from tests.environments import FALSE_WORDS, IPV4, NOT_BOOLEANS, PREFIXES, TRUE_WORDS

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
