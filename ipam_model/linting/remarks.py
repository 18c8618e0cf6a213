"""What `ipam_model.settings` says of a node's settings, as findings.

Those remarks are rules about text and precedence: no run is needed to show them. Remarks that a
check demonstrates are left to it.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from ipam_model.linting.checks import Remedy
from ipam_model.linting.finding import ENV_FROM, IMAGE, LintFinding, Severity, Status
from ipam_model.linting.subject import Subject
from ipam_model.settings import INEFFECTIVE, PlacedDiagnostic, shipped_defaults
from ipam_model.settings import Severity as Becomes

DEMONSTRATED: Final = frozenset(
    {"minimum-is-a-ceiling", "prefix-targets-all-zero", "warm-prefix-target-still-vetoes"}
)
"""Codes of remarks that checks make with a counter-example: not when the node's size and its pods
rule it out."""

_SEVERITIES: Final[Mapping[Becomes, Severity]] = {
    Becomes.INFO: Severity.NOTE,
    Becomes.IGNORED: Severity.WARNING,
    Becomes.COERCED: Severity.WARNING,
    Becomes.REFUSED: Severity.ERROR,
}

_OTHERWISE: Final = {
    "unknown-variable": Severity.WARNING,  # The variable that was meant is not set.
    "overridden-by-option": Severity.NOTE,  # Whoever lints asked for it.
}
"""What matters more, or less, here than where settings are merely read."""

_ABOUT: Final = {"other-version": IMAGE, "unknown-source": ENV_FROM}
"""What those remarks are about that are about no variable."""


def remarks(subject: Subject) -> Iterator[LintFinding]:
    """The remarks on the node's settings, but for what goes without saying."""
    for placed in subject.node.placed_diagnostics():
        found = placed.diagnostic
        if found.code in DEMONSTRATED or placed.goes_without_saying:
            continue
        yield LintFinding(
            id=found.code,
            severity=_OTHERWISE.get(found.code, _SEVERITIES[found.severity]),
            message=found.message,
            variable=found.variable or _ABOUT[found.code],
            origin=placed.origin,
            rules=(found.rule,) if found.rule else (),
            status=Status.PROVED,
            evidence=_evidence(placed),
        )


def remedies(finding: LintFinding) -> Iterator[Remedy]:
    """The variable as it is shipped, or left out."""
    shipped = shipped_defaults().get(finding.variable)
    if finding.id == "gate-refuses-prefix-targets":
        yield Remedy(changes={"WARM_PREFIX_TARGET": "1"})
    if finding.variable not in _ABOUT.values():
        yield Remedy(changes={finding.variable: shipped})
        yield Remedy(changes={finding.variable: None})


def _evidence(placed: PlacedDiagnostic) -> str:
    found = placed.diagnostic
    if not found.rule:
        return "the text alone says it"
    rule = f"rule {found.rule}"
    if found.code in INEFFECTIVE:
        return f"{rule} reads the variable in no state of a node with these settings"
    if found.severity is Becomes.REFUSED:
        return f"{rule} decides it before the daemon has any state"
    return f"{rule} decides it from the text alone"
