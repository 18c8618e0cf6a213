"""One partial observation of a node: a few numbers at an instant."""

from collections.abc import Iterator, Mapping
from enum import Enum, unique

from attrs import field, frozen

from ipam_model.inspection.counted import counted
from ipam_model.trace.document import Place


@unique
class Kind(Enum):
    """What a stream of observations shows of a node."""

    STATISTICS = "statistics"
    """The daemon's sums, at any instants: JSON lines."""
    INTROSPECTION = "introspection"
    """Answers of `/v1/enis`, at any instants: one a line, after its time."""
    LOG = "log"
    """ipamd's log: the statistics that each pass of the loop begins with."""


@frozen
class SeenRecord:
    """An address with a past, as introspection shows it."""

    pod: str | None
    """`None`: nobody has it now."""
    since: int
    """Assigned or, without a pod, unassigned at this instant, in milliseconds since 1970."""


@frozen(kw_only=True)
class SeenEni:
    """An ENI of the store, as introspection shows it."""

    id: str
    cidrs: int
    """CIDRs of the mode's kind."""
    grows: bool
    """It may be extended (R98): neither a trunk ENI nor excluded, nor primary in custom
    networking."""
    goes: bool
    """It may be freed (R136): neither primary nor a trunk or EFA ENI."""
    records: Mapping[int, SeenRecord]
    """By address."""


@frozen(kw_only=True)
class Sample:
    """What is seen of card 0 at one instant."""

    place: Place
    time: int
    """Milliseconds since 1970, or since whatever else the stream counts from."""
    total: int
    """T of R28, in addresses."""
    assigned: int
    """A of R28."""
    cooling: int | None = None
    """C of R28; `None` = not shown."""
    enis: int | None = None
    """ENIs in the store; `None` = not shown."""
    cordoned: bool | None = None
    """The node has the taint of R51; `None` = not shown."""
    seen: tuple[SeenEni, ...] = ()
    """Of introspection only."""
    begins: bool = False
    """The daemon started since the sample before: of its memory nothing is left (R61)."""

    def __str__(self) -> str:
        parts = [counted(self.total, "address"), f"{self.assigned} assigned"]
        parts += [] if self.cooling is None else [f"{self.cooling} cooling"]
        parts += [] if self.enis is None else [counted(self.enis, "ENI")]
        return ", ".join(parts)


@frozen
class Stream:
    """Observations of one kind, in the order of time; read as they are asked for."""

    name: str
    kind: Kind
    samples: Iterator[Sample]
    skipped: list[int] = field(factory=lambda: [0])
    """How many lines were none, as far as read: a log has many others."""
