"""`lint`: all that is wrong with a node's settings, or worth knowing."""

from collections.abc import Iterator
from typing import Final, TypeAlias

from attrs import evolve

from ipam_model.config import Version
from ipam_model.errors import InputError
from ipam_model.inspection.counted import counted
from ipam_model.linting import checks_of_max_pods, checks_of_release, checks_of_targets
from ipam_model.linting.checks import CHECKS, Check, Complaint, Remedy
from ipam_model.linting.finding import MAX_PODS, LintFinding, Report, Severity, Status, Suggestion
from ipam_model.linting.remarks import remarks
from ipam_model.linting.remarks import remedies as remedies_of_remark
from ipam_model.linting.search import Shown, search, shown_on_own_limits
from ipam_model.linting.subject import Subject, subject_of
from ipam_model.linting.suggesting import as_suggestion, changed, helps
from ipam_model.nodes import NodeSetup, default_max_pods

MODULES: Final = (checks_of_targets, checks_of_release, checks_of_max_pods)
"""The modules that state the checks."""


def lint(node: NodeSetup, *, peak_pods: int | None = None) -> Report:
    """Check the settings of a node.

    Args:
        node: Limits, environment, max pods, version and quirks; its subnets are taken for ample.
        peak_pods: The most pods with an address of their own at once, if that is known; without it
            as many as max pods allows.

    Returns:
        Findings, the most severe first, each with a counter-example or the rule that decides it.

    Raises:
        InputError: The node's policy is the article's, which is no daemon; or a target is out of
            the model's range.
    """
    if node.version is Version.ARTICLE_2021:
        raise InputError(
            "the article's policy is no daemon whose settings could be linted; "
            "--version must be v1.23 or v1.7"
        )
    subject = subject_of(node, peak_pods)
    findings = [_with_suggestion(each, subject) for each in remarks(subject)]
    undecided: list[str] = []
    for check, complaint in _complaints(subject):
        found = _demonstrated(check, complaint, subject)
        if found is None:
            undecided.append(check.id)
        else:
            findings.append(found)
    findings.sort(key=lambda each: tuple(Severity).index(each.severity), reverse=True)
    return Report(
        node=node,
        findings=tuple(findings),
        undecided=tuple(undecided),
        capacity=subject.capacity if subject.has_pool and not subject.exits else 0,
        formula=default_max_pods(node.limits),
        checked=tuple(each.id for each in _checks(subject)),
        exits=subject.has_pool and subject.exits,
    )


def _checks(subject: Subject) -> Iterator[Check]:
    """Those that are made: of a daemon that exits none of what a running one does."""
    if subject.has_pool:
        yield from (each for each in CHECKS.values() if each.of_exits is subject.exits)


def _complaints(subject: Subject) -> Iterator[tuple[Check, Complaint]]:
    """The checks whose condition is met."""
    for check in _checks(subject):
        complaint = check.condition(subject)
        if complaint is not None:
            yield check, complaint


def _demonstrated(check: Check, complaint: Complaint, subject: Subject) -> LintFinding | None:
    shown = search(check, subject)
    if shown is None:
        return None
    status, evidence = _status(check, subject, shown)
    node = subject.node
    if complaint.variable == MAX_PODS:
        origin = node.origin
    else:
        origin = node.origins.get(complaint.variable, node.origin)
    return LintFinding(
        id=check.id,
        severity=complaint.severity or check.severity,
        message=complaint.message,
        variable=complaint.variable,
        origin=origin,
        rules=check.rules,
        upstream=check.upstream,
        status=status,
        evidence=evidence,
        counter_example=shown.counter_example,
        suggestion=_suggestion(check, subject, shown),
    )


def _status(check: Check, subject: Subject, shown: Shown) -> tuple[Status, str]:
    limits = subject.node.limits
    own = f"{counted(limits.max_enis, 'ENI')} × {limits.ipv4_per_eni} addresses"
    smaller = f"{shown.counter_example.enis} × {shown.counter_example.addresses}"
    if shown.counter_example.own_limits:
        return Status.PROVED, f"a run of this very node, {own}"
    if shown_on_own_limits(check, subject):
        return (
            Status.PROVED,
            f"a run of this very node, {own}; the counter-example is of a smaller one, {smaller}",
        )
    run, bound = f"a run of a smaller node, {smaller}", check.demonstration.compared
    if bound and subject.plain:
        return Status.EXHAUSTIVE, f"{run}; the condition was compared with all runs of {bound}"
    return Status.TESTED, run


# -- suggestions ---------------------------------------------------------------------------------


def _suggestion(check: Check, subject: Subject, shown: Shown) -> Suggestion | None:
    for remedy in check.remedies(subject):
        if _leaves_nothing_worse(remedy, (check.id, ""), subject) and helps(
            remedy, subject, shown, check.demonstration
        ):
            return as_suggestion(remedy)
    return None


def _with_suggestion(finding: LintFinding, subject: Subject) -> LintFinding:
    if finding.severity is Severity.NOTE:
        return finding
    for remedy in remedies_of_remark(finding):
        if _leaves_nothing_worse(remedy, (finding.id, finding.variable), subject):
            return evolve(finding, suggestion=as_suggestion(remedy))
    return finding


Told: TypeAlias = tuple[str, str]
"""What is told: the id of a check, or of a remark and its variable, each of which may have it."""


def _leaves_nothing_worse(remedy: Remedy, told: Told, subject: Subject) -> bool:
    """It is told no more with the remedy, and no other warning or error has come."""
    after = Subject(node=changed(subject.node, remedy), peak=subject.peak)
    before_it, after_it = (_told(each, Severity.WARNING) for each in (subject, after))
    return told not in _told(after, Severity.NOTE) and after_it <= before_it


def _told(subject: Subject, level: Severity) -> frozenset[Told]:
    """What would be found, without the search."""
    found = {(each.id, each.variable) for each in remarks(subject) if each.severity.reaches(level)}
    for check, complaint in _complaints(subject):
        if (complaint.severity or check.severity).reaches(level):
            found.add((check.id, ""))
    return frozenset(found)
