"""Does the node agent start with these settings, and in which mode?

Two programs refuse one after the other: the container's entry point looks at the text of some
variables, then the daemon at its parsed settings and the instance type.
"""

from collections.abc import Iterator, Mapping
from enum import Enum

from ipam_model.catalogue import Kind, rule
from ipam_model.settings.diagnostics import Diagnostic, Severity, shown
from ipam_model.settings.go_text import NotAnInteger, atoi, parse_bool
from ipam_model.settings.parse import check_text
from ipam_model.settings.values import Settings


class Mode(Enum):
    """What the pool is made of."""

    SECONDARY_IP = "secondary-ip"
    """IPv4, single secondary addresses."""
    PREFIX_DELEGATION = "prefix-delegation"
    """IPv4, prefixes of 16 addresses."""
    IPV6 = "ipv6"
    """IPv6, one /80 prefix per ENI."""


@rule(
    "R47",
    "The entry point refuses to start the daemon unless IP_COOLDOWN_PERIOD is an integer of at "
    "least 0 (or not set); and, with the prefix flag on, when the texts of WARM_IP_TARGET, "
    'WARM_PREFIX_TARGET and MINIMUM_IP_TARGET all sort at or before "0", not set counting as "0".',
    source="entry:366-388",
    kind=Kind.STEP,
)
def entry_gate(env: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Why the container's entry point refuses to start the daemon; empty if it does not.

    Only the checks that concern addresses are modelled: it also refuses unusable log file, veth
    prefix, MTU and security-group settings. The family makes no difference: the check of the
    targets holds in IPv6 too. Raises `InputError` if a value is not text.
    """
    check_text(env)
    return (*_gate_cooldown(env), *_gate_prefix_targets(env))


def _gate_cooldown(env: Mapping[str, str]) -> Iterator[Diagnostic]:
    variable = "IP_COOLDOWN_PERIOD"
    if variable not in env:
        return
    text = env[variable]
    seconds = atoi(text)
    if isinstance(seconds, NotAnInteger) or seconds < 0:
        why = seconds.value if isinstance(seconds, NotAnInteger) else "negative"
        yield Diagnostic(
            code="gate-refuses-cooldown",
            severity=Severity.REFUSED,
            variable=variable,
            value=text,
            message=f"the entry point refuses {variable} {shown(text)}, which is {why}; "
            "write the seconds as decimal digits, or leave it out",
            rule="R47",
        )


def _gate_prefix_targets(env: Mapping[str, str]) -> Iterator[Diagnostic]:
    flag = "ENABLE_PREFIX_DELEGATION"
    if not parse_bool(env.get(flag, "")):
        return
    names = ("WARM_IP_TARGET", "WARM_PREFIX_TARGET", "MINIMUM_IP_TARGET")
    texts = {name: env.get(name, "0") for name in names}
    # Go compares bytes, which against "0" comes to the same: "00" and "abc" sort after it, "+3"
    # and the empty text before it.
    if all(text <= "0" for text in texts.values()):
        listed = ", ".join(f"{name} {shown(text)}" for name, text in texts.items())
        yield Diagnostic(
            code="gate-refuses-prefix-targets",
            severity=Severity.REFUSED,
            variable=flag,
            value=env[flag],
            message=f"the entry point refuses {flag} when no target sorts after '0' as text "
            f"({listed}); set one of them to a positive number without a sign",
            rule="R47",
        )


def start_refusals(settings: Settings, *, nitro_or_bare_metal: bool) -> tuple[Diagnostic, ...]:
    """What the daemon says to its settings before it touches anything (ipamd:2755-2782).

    It does not start if one of them is `REFUSED` (ask `refused`). The fallback to single addresses
    on a type that cannot delegate prefixes is `COERCED`. The daemon itself names only the first
    reason; here are all of them, in its order.
    """
    families = tuple(exactly_one_family(settings))
    if families:
        return families
    support = prefix_support(settings, nitro_or_bare_metal=nitro_or_bare_metal)
    return (*ipv6_requirements(settings), *support)


@rule(
    "R43",
    "The daemon does not start unless exactly one of ENABLE_IPv4 and ENABLE_IPv6 is on.",
    source="ipamd:2755",
    kind=Kind.STEP,
)
def exactly_one_family(settings: Settings) -> Iterator[Diagnostic]:
    """The refusal if the address families are not exactly one."""
    if settings.ipv4 and settings.ipv6:
        yield _refusal(
            "both-address-families",
            "ENABLE_IPv6",
            "true",
            "ENABLE_IPv4 and ENABLE_IPv6 are both on, and dual stack is not supported; "
            "turn one of them off",
            "R43",
        )
    elif not settings.ipv4 and not settings.ipv6:
        yield _refusal(
            "no-address-family",
            "ENABLE_IPv4",
            "false",
            "neither ENABLE_IPv4 nor ENABLE_IPv6 is on, and both are off unless set; "
            "turn one of them on",
            "R43",
        )


@rule(
    "R44",
    "In IPv6 the daemon does not start with custom networking, nor without the prefix flag.",
    source="ipamd:2765",
    kind=Kind.STEP,
)
def ipv6_requirements(settings: Settings) -> Iterator[Diagnostic]:
    """The refusals of settings that do not go with IPv6."""
    if settings.ipv6 and settings.custom_networking:
        yield _refusal(
            "ipv6-with-custom-networking",
            "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG",
            "true",
            "custom networking is not supported in IPv6; "
            "set AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG to false",
            "R44",
        )
    if settings.ipv6 and not settings.prefix_delegation:
        yield _refusal(
            "ipv6-without-prefix-delegation",
            "ENABLE_PREFIX_DELEGATION",
            "false",
            "IPv6 works with prefixes only; set ENABLE_PREFIX_DELEGATION to true",
            "R44",
        )


@rule(
    "R45",
    "With the prefix flag on and a type that is neither nitro nor bare metal, the daemon does not "
    "start in IPv6, and works with single addresses in IPv4.",
    source="ipamd:2771",
    kind=Kind.STEP,
)
def prefix_support(settings: Settings, *, nitro_or_bare_metal: bool) -> Iterator[Diagnostic]:
    """The refusal (IPv6) or the fallback (IPv4) on a type that cannot delegate prefixes."""
    if not settings.prefix_delegation or nitro_or_bare_metal:
        return
    if settings.ipv6:
        yield _refusal(
            "ipv6-on-unsupported-instance",
            "ENABLE_IPv6",
            "true",
            "this instance type is neither nitro nor bare metal and cannot delegate prefixes, "
            "which IPv6 needs; use a nitro type, or IPv4",
            "R45",
        )
    else:
        yield Diagnostic(
            code="prefixes-on-unsupported-instance",
            severity=Severity.COERCED,
            variable="ENABLE_PREFIX_DELEGATION",
            value="true",
            message="this instance type is neither nitro nor bare metal and cannot delegate "
            "prefixes: single secondary addresses are used, and WARM_PREFIX_TARGET is not; "
            "use a nitro type, or turn ENABLE_PREFIX_DELEGATION off",
            rule="R45",
        )


def effective_mode(settings: Settings, *, nitro_or_bare_metal: bool) -> Mode:
    """The mode a daemon that starts with these settings runs in (R45).

    Defined for refused settings too, so that a node can be described before it is asked whether
    it starts; there it means nothing. `Mode.IPV6` of accepted settings implies the prefix flag
    (R46).
    """
    if settings.ipv6:
        return Mode.IPV6
    if settings.prefix_delegation and nitro_or_bare_metal:
        return Mode.PREFIX_DELEGATION
    return Mode.SECONDARY_IP


def _refusal(code: str, variable: str, value: str, message: str, rule_id: str) -> Diagnostic:
    return Diagnostic(
        code=code,
        severity=Severity.REFUSED,
        variable=variable,
        value=value,
        message=message,
        rule=rule_id,
    )
