"""From the environment to `Settings`, with exactly the daemon's parse rules."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from attrs import evolve, frozen

from ipam_model.catalogue import Kind, rule
from ipam_model.errors import InputError
from ipam_model.settings.diagnostics import Diagnostic, Severity, shown
from ipam_model.settings.go_text import NotAnInteger, atoi, parse_bool, wrap_int64
from ipam_model.settings.precedence import precedence
from ipam_model.settings.spelling import misspelt
from ipam_model.settings.values import DEFAULT_BACKING_STORE, Settings

Default = TypeVar("Default")
Report = Callable[[Diagnostic], None]

_CODE = Settings()
_NANOSECONDS = 10**9
_LARGEST_TARGET = 2**31 - 1
"""Targets above this are reported: the daemon multiplies them in 64 bits, the model does not."""


@frozen(kw_only=True)
class ParsedSettings:
    """What `parse_settings` found."""

    settings: Settings
    diagnostics: tuple[Diagnostic, ...]
    """Conversions first, then what is not in effect, then names that look misspelt."""


def parse_settings(env: Mapping[str, str], *, prefixes_supported: bool = True) -> ParsedSettings:
    """The settings a daemon started with `env` holds, and what it ignores or coerces of them.

    Parsing itself never fails: whether the node agent starts at all is asked of `entry_gate` and
    `start_refusals`. Where the instance type cannot have prefixes (`prefixes_supported`), the
    settings are the same, but other ones are not in effect (R45). Raises `InputError` if a value
    is not text.
    Source: ipamd:409-433@v1.23.1 and the functions named at each field of `Settings`.
    """
    check_text(env)
    found: list[Diagnostic] = []
    report = found.append

    def switch(variable: str, default: bool) -> bool:
        return flag(env, variable, default, report)

    imds_only = switch("ENABLE_IMDS_ONLY_MODE", _CODE.imds_only)
    no_provisioning = switch("DISABLE_NETWORK_RESOURCE_PROVISIONING", _CODE.provisioning_disabled)
    settings = Settings(
        warm_eni_target=target(env, "WARM_ENI_TARGET", _CODE.warm_eni_target, "R37", report),
        warm_ip_target=address_target(env, "WARM_IP_TARGET", report),
        minimum_ip_target=address_target(env, "MINIMUM_IP_TARGET", report),
        warm_prefix_target=target(
            env, "WARM_PREFIX_TARGET", _CODE.warm_prefix_target, "R38", report
        ),
        max_eni=max_eni(env, report),
        prefix_delegation=switch("ENABLE_PREFIX_DELEGATION", _CODE.prefix_delegation),
        ip_cooldown_period=cooldown_period(env, report),
        custom_networking=switch("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", _CODE.custom_networking),
        pod_eni=switch("ENABLE_POD_ENI", _CODE.pod_eni),
        subnet_discovery=switch("ENABLE_SUBNET_DISCOVERY", _CODE.subnet_discovery),
        provisioning_disabled=imds_only or no_provisioning,
        imds_only=imds_only,
        leaked_eni_cleanup_disabled=switch(
            "DISABLE_LEAKED_ENI_CLEANUP", _CODE.leaked_eni_cleanup_disabled
        ),
        manage_enis_non_schedulable=switch(
            "AWS_MANAGE_ENIS_NON_SCHEDULABLE", _CODE.manage_enis_non_schedulable
        ),
        manage_untagged_eni=switch("MANAGE_UNTAGGED_ENI", _CODE.manage_untagged_eni),
        ipv4=switch("ENABLE_IPv4", _CODE.ipv4),
        ipv6=switch("ENABLE_IPv6", _CODE.ipv6),
        multi_nic=switch("ENABLE_MULTI_NIC", _CODE.multi_nic),
        cluster_name=env.get("CLUSTER_NAME", _CODE.cluster_name),
        backing_store=env.get("AWS_VPC_K8S_CNI_BACKING_STORE") or DEFAULT_BACKING_STORE,
    )
    honoured = settings.prefix_delegation and prefixes_supported
    found.extend(precedence(env, evolve(settings, prefix_delegation=honoured)))
    found.extend(misspelt(env))
    return ParsedSettings(settings=settings, diagnostics=tuple(found))


def check_text(env: Mapping[str, object]) -> None:
    """Raise `InputError` if a name or value is not text, as happens with unquoted YAML."""
    for variable, value in env.items():
        if not isinstance(variable, str):
            raise InputError(f"{variable!r} is no name of an environment variable: it is no text")
        if not isinstance(value, str):
            raise InputError(
                f"{shown(variable)} is of type {type(value).__name__}: "
                "the value of an environment variable is text, put it in quotes"
            )


@rule(
    "R35",
    "A boolean variable holds one of Go's words for true (1 t T true TRUE True) or false (0 f F "
    "false FALSE False); any other text, also none at all, leaves the default. Variables are read "
    "once, when the process starts.",
    source="util:12, ipamd:2011",
    kind=Kind.STEP,
)
def flag(env: Mapping[str, str], variable: str, default: bool, report: Report) -> bool:
    """The boolean a variable holds; `default` if it is not set or not a boolean."""
    text = env.get(variable)
    if text is None:
        return default
    value = parse_bool(text)
    if value is not None:
        return value
    report(
        Diagnostic(
            code="not-a-boolean",
            severity=Severity.COERCED,
            variable=variable,
            value=text,
            message=f"{variable} is {shown(text)}, which is not a boolean: "
            f"{str(default).lower()} is used; write true or false",
            rule="R35",
        )
    )
    return default


def integer(
    env: Mapping[str, str], variable: str, default: Default, rule_id: str, report: Report
) -> int | Default:
    """The integer a variable holds; `default` if it is not set or not an integer."""
    text = env.get(variable)
    if text is None:
        return default
    value = atoi(text)
    if isinstance(value, int):
        return value
    used = "it is as if not set" if default is None else f"{default} is used"
    report(
        Diagnostic(
            code="not-an-integer" if value is NotAnInteger.SYNTAX else "integer-out-of-range",
            severity=Severity.COERCED,
            variable=variable,
            value=text,
            message=f"{variable} is {shown(text)}, which is {value.value}: "
            f"{used}; write decimal digits only",
            rule=rule_id,
        )
    )
    return default


def target(
    env: Mapping[str, str], variable: str, default: int, rule_id: str, report: Report
) -> int:
    """A pool target: an integer of at least 0; `default` if not set, not an integer or negative.

    Source: ipamd:1424, ipamd:1441, ipamd:2029, ipamd:2044.
    """
    value = integer(env, variable, default, rule_id, report)
    if value < 0:
        report(
            Diagnostic(
                code="negative-target",
                severity=Severity.COERCED,
                variable=variable,
                value=env[variable],
                message=f"{variable} is {value}: a negative target counts as not set, "
                f"{default} is used; write 0 or more",
                rule=rule_id,
            )
        )
        return default
    if value > _LARGEST_TARGET:
        report(
            Diagnostic(
                code="target-beyond-the-model",
                severity=Severity.INFO,
                variable=variable,
                value=env[variable],
                message=f"{variable} is {value}: the daemon's 64-bit products may overflow, which "
                "is not modelled; no node needs a target this large",
                rule=rule_id,
            )
        )
    return value


@rule(
    "R40",
    "WARM_IP_TARGET and MINIMUM_IP_TARGET are 0 when not set, not an integer or negative, and an "
    "explicit 0 is the same as not set. With only the minimum set the pool grows up to it and "
    "then never again.",
    source="ipamd:2029, ipamd:2044",
    kind=Kind.STEP,
)
def address_target(env: Mapping[str, str], variable: str, report: Report) -> int:
    """Wi or m, for which 0 means "not defined"."""
    value = target(env, variable, 0, "R40", report)
    if value == 0 and atoi(env.get(variable, "")) == 0:
        report(
            Diagnostic(
                code="explicit-zero-is-unset",
                severity=Severity.INFO,
                variable=variable,
                value=env[variable],
                message=f"{variable} is 0, which is the same as not set; "
                "give a positive number or leave it out",
                rule="R40",
            )
        )
    return value


def max_eni(env: Mapping[str, str], report: Report) -> int | None:
    """MAX_ENI as parsed; None if not set or not an integer (R3)."""
    value = integer(env, "MAX_ENI", None, "R3", report)
    if value is not None and value < 1:
        report(
            Diagnostic(
                code="max-eni-without-effect",
                severity=Severity.IGNORED,
                variable="MAX_ENI",
                value=env["MAX_ENI"],
                message=f"MAX_ENI is {value}: only values of at least 1 lower the instance's "
                "limit; the limit applies",
                rule="R3",
            )
        )
    return value


def cooldown_period(env: Mapping[str, str], report: Report) -> int:
    """IP_COOLDOWN_PERIOD in seconds, 30 if not set or not an integer (ds:243).

    The daemon converts it to nanoseconds in 64 bits. A product that wraps is returned as whole
    seconds, rounded down; every other value is exact.
    """
    variable = "IP_COOLDOWN_PERIOD"
    seconds = integer(env, variable, _CODE.ip_cooldown_period, "R47", report)
    held = wrap_int64(seconds * _NANOSECONDS) // _NANOSECONDS
    if held != seconds:
        report(
            Diagnostic(
                code="cooldown-overflows",
                severity=Severity.COERCED,
                variable=variable,
                value=env[variable],
                message=f"{variable} is {seconds} s, more than 64-bit nanoseconds hold: the "
                f"daemon's period is about {held} s; write a smaller number",
                rule="R17",
            )
        )
    elif seconds < 0:
        report(
            Diagnostic(
                code="negative-cooldown",
                severity=Severity.INFO,
                variable=variable,
                value=env[variable],
                message=f"{variable} is {seconds} s: no address would ever cool down, but the "
                "entry point refuses to start with it; write 0 or more",
                rule="R47",
            )
        )
    return held
