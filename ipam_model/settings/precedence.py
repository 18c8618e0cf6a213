"""Settings that parse well and yet do not do what they seem to, because others come first."""

from collections.abc import Iterator, Mapping

from ipam_model.arithmetic import INTS
from ipam_model.rules.capacity import max_enis
from ipam_model.rules.warm_pool import warm_ip_defined
from ipam_model.settings.diagnostics import Diagnostic, Severity
from ipam_model.settings.values import Settings
from ipam_model.settings.variables import TARGET_VARIABLES, shipped_defaults

_SHIPPED = shipped_defaults()

INEFFECTIVE = frozenset(
    {
        "max-eni-without-effect",
        "not-known-to-the-article",
        "not-known-to-v1.7",
        "prefixes-on-unsupported-instance",
        "provisioning-disabled-by-imds-only",
        "target-without-pool",
        "warm-eni-target-in-prefix-mode",
        "warm-eni-target-overridden",
        "warm-prefix-target-without-prefixes",
    }
)
"""Codes of the remarks that say of a variable that it has no effect at all."""


def precedence(env: Mapping[str, str], settings: Settings) -> Iterator[Diagnostic]:
    """What of `env` is not in effect, given the `settings` parsed from it.

    A prefix flag that the instance type cannot honour must be off in them.
    """
    yield from _imds_only(env, settings)
    if settings.ipv6 and not settings.ipv4:
        yield from _without_targets(env, "in IPv6 mode the pool neither grows nor shrinks", "R70")
    elif settings.provisioning_disabled:
        yield from _without_targets(
            env, "without provisioning the pool neither grows nor shrinks", "R52"
        )
    else:
        if settings.prefix_delegation:
            yield from _prefix_mode(env, settings)
        else:
            yield from _secondary_mode(env, settings)
        yield from _only_minimum(env, settings)
        yield from _other_cards(env, settings)


def max_eni_diagnostics(settings: Settings, *, eni_limit: int) -> tuple[Diagnostic, ...]:
    """Whether MAX_ENI is lost on an instance of `eni_limit` ENIs per card, at least 1 (R3).

    Values below 1 never have an effect and are reported by `parse_settings` already.
    """
    wanted = settings.max_eni
    if wanted is None or wanted < 1 or max_enis(INTS, eni_limit, wanted) < eni_limit:
        return ()
    return (
        Diagnostic(
            code="max-eni-without-effect",
            severity=Severity.IGNORED,
            variable="MAX_ENI",
            value=str(wanted),
            message=f"MAX_ENI is {wanted}, but the instance's limit is {eni_limit} already; "
            "only a smaller value changes anything",
            rule="R3",
        ),
    )


def _imds_only(env: Mapping[str, str], settings: Settings) -> Iterator[Diagnostic]:
    if not settings.imds_only:
        return
    switch = "DISABLE_NETWORK_RESOURCE_PROVISIONING"
    if switch in env:
        yield _ignored(
            env,
            "provisioning-disabled-by-imds-only",
            switch,
            f"{switch} has no effect: ENABLE_IMDS_ONLY_MODE disables provisioning anyway",
            "R52",
        )
    if settings.subnet_discovery:
        yield Diagnostic(
            code="imds-only-still-describes-subnets",
            severity=Severity.INFO,
            variable="ENABLE_SUBNET_DISCOVERY",
            value=env.get("ENABLE_SUBNET_DISCOVERY", ""),
            message="ENABLE_IMDS_ONLY_MODE with subnet discovery on: the set-up of every ENI "
            "still calls DescribeSubnets; set ENABLE_SUBNET_DISCOVERY to false to avoid it",
            rule="R52",
        )


def _without_targets(env: Mapping[str, str], why: str, rule_id: str) -> Iterator[Diagnostic]:
    for variable in TARGET_VARIABLES:
        if variable in env:
            yield _ignored(
                env, "target-without-pool", variable, f"{variable} has no effect: {why}", rule_id
            )


def _secondary_mode(env: Mapping[str, str], settings: Settings) -> Iterator[Diagnostic]:
    if "WARM_PREFIX_TARGET" in env:
        yield _ignored(
            env,
            "warm-prefix-target-without-prefixes",
            "WARM_PREFIX_TARGET",
            "WARM_PREFIX_TARGET has no effect without prefixes (ENABLE_PREFIX_DELEGATION)",
            "R38",
        )
    if "WARM_ENI_TARGET" in env and _address_targets(settings):
        yield _ignored(
            env,
            "warm-eni-target-overridden",
            "WARM_ENI_TARGET",
            "WARM_ENI_TARGET has no effect: WARM_IP_TARGET or MINIMUM_IP_TARGET is in force; "
            "leave those out to use it",
            "R37",
        )


def _prefix_mode(env: Mapping[str, str], settings: Settings) -> Iterator[Diagnostic]:
    if "WARM_ENI_TARGET" in env:
        yield _ignored(
            env,
            "warm-eni-target-in-prefix-mode",
            "WARM_ENI_TARGET",
            "WARM_ENI_TARGET is never read in prefix mode; use WARM_PREFIX_TARGET, "
            "WARM_IP_TARGET or MINIMUM_IP_TARGET",
            "R38",
        )
    wanted = settings.warm_prefix_target
    if not _address_targets(settings):
        if wanted == 0:
            yield Diagnostic(
                code="prefix-targets-all-zero",
                severity=Severity.INFO,
                variable="WARM_PREFIX_TARGET",
                value=env.get("WARM_PREFIX_TARGET", ""),
                message="in prefix mode all targets are 0: an idle node attaches and releases a "
                "prefix for ever, unless the entry point refuses to start; "
                "set WARM_PREFIX_TARGET to 1 or more",
                rule="R81",
            )
    elif wanted > 0:
        yield Diagnostic(
            code="warm-prefix-target-still-vetoes",
            severity=Severity.INFO,
            variable="WARM_PREFIX_TARGET",
            value=env.get("WARM_PREFIX_TARGET", ""),
            message="WARM_IP_TARGET and MINIMUM_IP_TARGET override WARM_PREFIX_TARGET, except "
            f"that an ENI is deleted only if the others keep {wanted} unassigned; "
            "set it to 0 to let idle ENIs go",
            rule="R136",
        )


def _only_minimum(env: Mapping[str, str], settings: Settings) -> Iterator[Diagnostic]:
    minimum = settings.minimum_ip_target
    if minimum > 0 and settings.warm_ip_target == 0:
        yield Diagnostic(
            code="minimum-is-a-ceiling",
            severity=Severity.INFO,
            variable="MINIMUM_IP_TARGET",
            value=env["MINIMUM_IP_TARGET"],
            message=f"MINIMUM_IP_TARGET is {minimum} without WARM_IP_TARGET: the pool grows to "
            "that and never again, and further pods get no address; "
            "set WARM_IP_TARGET to 1 or more",
            rule="R40",
        )


def _other_cards(env: Mapping[str, str], settings: Settings) -> Iterator[Diagnostic]:
    if settings.multi_nic and (_address_targets(settings) or "WARM_ENI_TARGET" in env):
        yield Diagnostic(
            code="fixed-targets-on-other-cards",
            severity=Severity.INFO,
            variable="ENABLE_MULTI_NIC",
            value=env["ENABLE_MULTI_NIC"],
            message="the targets hold for network card 0 only: every other card uses "
            "WARM_IP_TARGET and MINIMUM_IP_TARGET 1",
            rule="R39",
        )


def _address_targets(settings: Settings) -> bool:
    return warm_ip_defined(INTS, settings.warm_ip_target, settings.minimum_ip_target)


def _ignored(
    env: Mapping[str, str], code: str, variable: str, message: str, rule_id: str
) -> Diagnostic:
    # Nobody chose what the manifest sets anyway, so losing it is hardly news.
    text = env[variable]
    as_shipped = text == _SHIPPED.get(variable)
    return Diagnostic(
        code=code,
        severity=Severity.INFO if as_shipped else Severity.IGNORED,
        variable=variable,
        value=text,
        message=message,
        rule=rule_id,
    )
