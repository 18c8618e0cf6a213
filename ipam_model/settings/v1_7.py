"""The settings of v1.7.0: nine variables of today's twenty, most of them read as today."""

from collections.abc import Iterator, Mapping
from typing import Final

from ipam_model.catalogue import Kind, rule
from ipam_model.settings.diagnostics import Diagnostic, Severity
from ipam_model.settings.parse import ParsedSettings, check_text, parse_settings
from ipam_model.settings.variables import ALLOCATION_VARIABLES

KNOWN_TO_V1_7: Final = frozenset(
    {
        "WARM_ENI_TARGET",
        "WARM_IP_TARGET",
        "MINIMUM_IP_TARGET",
        "MAX_ENI",
        "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG",
        "ENABLE_POD_ENI",
        "DISABLE_NETWORK_RESOURCE_PROVISIONING",
        "CLUSTER_NAME",
        "AWS_VPC_K8S_CNI_BACKING_STORE",
    }
)
"""Those of `ALLOCATION_VARIABLES` that v1.7.0 reads (ipamd:60-126, aws:65)."""

_FIXED: Final[Mapping[str, str]] = {
    "ENABLE_IPv4": "true",
    "ENABLE_SUBNET_DISCOVERY": "false",
}
"""What v1.7.0 does without asking, in today's words; the rest are today's defaults."""


@rule(
    "H11",
    "Any address that is neither assigned nor cooling, on any ENI, may serve a pod; the cooldown "
    "is fixed at 30 s, and so is everything else that later versions made a setting.",
    source="ds:34, ds:436-463",
    kind=Kind.STEP,
)
def parse_settings_v1_7(env: Mapping[str, str]) -> ParsedSettings:
    """The settings a daemon v1.7.0 started with `env` holds, and what it ignores of them.

    Raises `InputError` if a value is not text.
    """
    check_text(env)
    later = tuple(name for name in ALLOCATION_VARIABLES if name not in KNOWN_TO_V1_7)
    read = {name: text for name, text in env.items() if name not in later}
    parsed = parse_settings({**read, **_FIXED})
    return ParsedSettings(
        settings=parsed.settings,
        diagnostics=(*parsed.diagnostics, *_not_known(env, later)),
    )


def _not_known(env: Mapping[str, str], later: tuple[str, ...]) -> Iterator[Diagnostic]:
    for variable in later:
        if variable in env:
            yield Diagnostic(
                code="not-known-to-v1.7",
                severity=Severity.IGNORED,
                variable=variable,
                value=env[variable],
                message=f"{variable} is not known to v1.7, which never reads it; leave it out, "
                "or choose a later version",
                rule="H11",
            )
