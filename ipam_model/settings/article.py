"""The settings as the article has them: both warm targets at once, and no MINIMUM_IP_TARGET."""

from collections.abc import Iterator, Mapping
from typing import Final

from ipam_model.settings.diagnostics import Diagnostic, Severity
from ipam_model.settings.parse import ParsedSettings, check_text, parse_settings
from ipam_model.settings.values import Settings

MINIMUM: Final = "MINIMUM_IP_TARGET"

_OTHERWISE: Final = frozenset({"warm-eni-target-overridden"})
"""Remarks that hold for the daemon and not for the article."""


def parse_settings_article(
    env: Mapping[str, str], *, prefixes_supported: bool = True
) -> ParsedSettings:
    """The settings the article's policy holds with `env`, and what it ignores of them.

    Raises `InputError` if a value is not text.
    """
    check_text(env)
    read = {name: text for name, text in env.items() if name != MINIMUM}
    parsed = parse_settings(read, prefixes_supported=prefixes_supported)
    kept = (each for each in parsed.diagnostics if each.code not in _OTHERWISE)
    return ParsedSettings(
        settings=parsed.settings,
        diagnostics=(*kept, *_not_known(env), *_used_up(env, parsed.settings)),
    )


def _not_known(env: Mapping[str, str]) -> Iterator[Diagnostic]:
    if MINIMUM in env:
        yield Diagnostic(
            code="not-known-to-the-article",
            severity=Severity.IGNORED,
            variable=MINIMUM,
            value=env[MINIMUM],
            message=f"{MINIMUM} does not occur in the article, whose policy never reads it; "
            "leave it out, or choose another version",
            rule="B3",
        )


def _used_up(env: Mapping[str, str], settings: Settings) -> Iterator[Diagnostic]:
    if settings.warm_ip_target == 1 and settings.warm_eni_target == 0:
        yield Diagnostic(
            code="target-used-up-by-the-primary",
            severity=Severity.INFO,
            variable="WARM_IP_TARGET",
            value=env.get("WARM_IP_TARGET", ""),
            message="WARM_IP_TARGET is 1 without a standby ENI: the primary address uses it up, "
            "and no pod gets an address; set it to 2 or more",
            rule="B13",
        )
