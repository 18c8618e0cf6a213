"""The registry of checks: what lint looks for, by id.

A check is a condition on a node's settings, with how to demonstrate that it matters: stories among
which the search looks for one that shows the symptom. A condition that is met and never
demonstrated is no finding: it is reported as undecided.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from attrs import field, frozen

from ipam_model.errors import ModelError
from ipam_model.linting.finding import Severity
from ipam_model.linting.subject import Subject
from ipam_model.linting.trial import Story, Symptom
from ipam_model.nodes import NodeSetup


@frozen(kw_only=True)
class Complaint:
    """The condition of a check is met."""

    message: str
    """One line: what happens."""
    variable: str
    """The variable to which the finding is due, or `MAX_PODS`."""
    severity: Severity | None = None
    """None: that of the check."""


@frozen(kw_only=True)
class Remedy:
    """A change that may help; it is tried before it is suggested."""

    changes: Mapping[str, str | None] = field(factory=dict)
    """Variables with their new texts; None: leave it out."""
    max_pods: int | None = None


Condition: TypeAlias = Callable[[Subject], Complaint | None]


def no_remedy(subject: Subject) -> Iterator[Remedy]:
    """Nothing that lint knows of helps."""
    del subject
    return iter(())


def always(*remedies: Remedy) -> Callable[[Subject], Iterator[Remedy]]:
    """These remedies, whatever the node."""

    def offered(subject: Subject) -> Iterator[Remedy]:
        del subject
        return iter(remedies)

    return offered


def setting(**changes: str) -> Remedy:
    """A remedy that sets variables."""
    return Remedy(changes=changes)


def no_contrast(subject: Subject) -> NodeSetup | None:
    """The symptom speaks for itself."""
    del subject
    return None


@frozen(kw_only=True)
class Demonstration:
    """How a check is shown to matter."""

    stories: Callable[[Subject], Iterator[Story]]
    """Candidates for a node, simplest first."""
    symptom: Symptom
    contrast: Callable[[Subject], NodeSetup | None] = no_contrast
    """A node that must not show the symptom in the same story."""
    shrinks: bool = True
    """Smaller nodes are tried first; otherwise the node itself, which is cheap without pods."""
    restated: bool = False
    """What the stories expect depends on the settings: they are told anew for a suggestion."""
    compared: str = ""
    """The bound up to which condition and symptom were compared on every node and setting."""


@frozen(kw_only=True)
class Check:
    """One thing that lint looks for."""

    id: str
    severity: Severity
    statement: str
    """What is wrong, in general."""
    rules: tuple[str, ...]
    upstream: tuple[str, ...]
    condition: Condition
    demonstration: Demonstration
    remedies: Callable[[Subject], Iterator[Remedy]]
    of_exits: bool = False
    """It is about daemons that exit when they start, of which no other check says anything."""


CHECKS: Final[dict[str, Check]] = {}
"""Every check by id, as far as the modules that state them are loaded."""


def check(
    check_id: str,
    severity: Severity,
    statement: str,
    *,
    rules: Iterable[str],
    upstream: Iterable[str] = (),
    shown_by: Demonstration,
    remedies: Callable[[Subject], Iterator[Remedy]] = no_remedy,
    of_exits: bool = False,
) -> Callable[[Condition], Condition]:
    """Register a check; the decorated function says whether its condition is met.

    Raises `ModelError` if there is a check of that id.
    """

    def register(condition: Condition) -> Condition:
        if check_id in CHECKS:
            raise ModelError(f"check {check_id} is stated twice")
        CHECKS[check_id] = Check(
            id=check_id,
            severity=severity,
            statement=statement,
            rules=tuple(rules),
            upstream=tuple(upstream),
            condition=condition,
            demonstration=shown_by,
            remedies=remedies,
            of_exits=of_exits,
        )
        return condition

    return register
