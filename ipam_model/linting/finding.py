"""What lint says: findings, with what they rest on and what would be right."""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from attrs import field, frozen

from ipam_model.nodes import NodeSetup
from ipam_model.scenario.document import Scenario
from ipam_model.settings import Origin

MAX_PODS: Final = "max pods"
"""What a finding is about that is about no variable, but about the node's pod capacity."""

IMAGE: Final = "image"
"""The same of one that is about the image of a manifest."""

ENV_FROM: Final = "envFrom"
"""The same of one that is about variables which a manifest takes from elsewhere, all at once."""


class Severity(Enum):
    """How much a finding matters, least first; the value is what `--fail-on` takes."""

    NOTE = "note"
    """Intended, and worth knowing; sound settings have notes too."""
    WARNING = "warning"
    """Something has no effect, is wasted, or is promised and not kept."""
    ERROR = "error"
    """The node agent does not start, pods get no address, or the pool never rests."""

    def reaches(self, level: "Severity") -> bool:
        """Whether this is as severe as `level`, or more."""
        return _RANKS.index(self) >= _RANKS.index(level)


_RANKS: Final = tuple(Severity)


class Status(Enum):
    """How well it is known that a finding holds of the node."""

    PROVED = "proved"
    """The counter-example was run with the node's own limits, or a rule says it of all states."""
    EXHAUSTIVE = "exhaustive"
    """The counter-example is of a smaller node; the condition under which the finding is told was
    compared with all that can happen on every node up to a bound."""
    TESTED = "tested"
    """The counter-example is of a smaller node, and nothing more was done."""


@frozen(kw_only=True)
class CounterExample:
    """A run in which a node with these settings does what it should not."""

    scenario: Scenario
    """What `ipam-model replay` takes."""
    violated: tuple[str, ...]
    """What the replay shows: properties by id and what was seen, or expectations."""
    enis: int
    """ENIs of the node it is shown on: the least with which it was found."""
    addresses: int
    """Addresses of each of its ENIs, the primary one included."""
    own_limits: bool
    """Whether that is the size of the node that was asked about."""


@frozen(kw_only=True)
class Suggestion:
    """Settings that were linted, and run through the counter-example, in the same way."""

    changes: Mapping[str, str | None]
    """Variables with their new texts; None: leave it out."""
    max_pods: int | None = None
    """Another max pods, if that is to be changed."""

    def __str__(self) -> str:
        parts = [
            f"leave {name} out" if text is None else f"{name}={text}"
            for name, text in self.changes.items()
        ]
        if self.max_pods is not None:
            parts.append(f"{MAX_PODS} {self.max_pods}")
        return ", ".join(parts)


@frozen(kw_only=True)
class LintFinding:
    """One thing that is wrong with the settings of one node, or worth knowing."""

    id: str
    """Stable, in kebab case; that of `ipam_model.properties`, or of a remark on settings, where it
    is the same thing."""
    severity: Severity
    message: str
    """One line: what happens."""
    variable: str
    """The environment variable that it is about; `MAX_PODS`, `IMAGE` or `ENV_FROM` if none."""
    origin: Origin | None
    """Where that is written; None if nowhere."""
    rules: tuple[str, ...]
    upstream: tuple[str, ...] = ()
    """Issues of the daemon's project, as `#1775`."""
    status: Status
    evidence: str
    """What the status rests on."""
    counter_example: CounterExample | None = None
    """None where a rule says it all, as of a variable that is not read."""
    suggestion: Suggestion | None = None
    """None if no change was found that leaves nothing worse."""

    @property
    def is_about_max_pods(self) -> bool:
        """It is about the node's pod capacity."""
        return self.variable == MAX_PODS


@frozen(kw_only=True)
class Report:
    """What lint says of one node."""

    node: NodeSetup
    findings: tuple[LintFinding, ...]
    """The most severe first."""
    undecided: tuple[str, ...] = ()
    """Ids of checks whose condition is met, and that found no counter-example in their budget."""
    capacity: int = 0
    """Pods with an address of their own that the node can serve at once; 0 without a pool, and
    where the daemon exits."""
    formula: int = 0
    """ENIs × (addresses − 1) + 2, what node images take for max pods."""
    checked: tuple[str, ...] = field(factory=tuple)
    """Ids of the checks that were made, remarks on the text of settings apart."""
    exits: bool = False
    """The daemon exits at every start, because no ENI can have addresses for pods."""

    def at_least(self, level: Severity) -> tuple[LintFinding, ...]:
        """The findings as severe as `level`, or more."""
        return tuple(each for each in self.findings if each.severity.reaches(level))
