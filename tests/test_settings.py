"""Settings: what the daemon reads into text, its defaults, and what recordings hold."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ipam_model.catalogue import Kind, catalogue
from ipam_model.errors import InputError
from ipam_model.settings import (
    ALLOCATION_VARIABLES,
    DEFAULT_BACKING_STORE,
    Settings,
    Severity,
    entry_gate,
    max_eni_diagnostics,
    parse_settings,
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
from tests.environments import (
    FALSE_WORDS,
    FLAGS,
    NOT_BOOLEANS,
    TARGETS,
    TRUE_WORDS,
    codes,
    only,
)

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


def value_of(env: dict[str, str], name: str) -> object:
    return getattr(parse_settings(env).settings, name)


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
