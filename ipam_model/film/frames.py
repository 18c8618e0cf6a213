"""What a film consists of: frames, ENIs, cells."""

from collections.abc import Mapping
from enum import Enum, unique
from typing import Final, Literal

from attrs import field, frozen

from ipam_model.quantities import Quantities


@unique
class Held(Enum):
    """The state of one address; the value is its letter in the JSON of a page."""

    PRIMARY = "p"
    """The ENI's own address, which no pod gets (R6)."""
    WARM = "f"
    """In the store, held by nobody, and may be given out at once."""
    ASSIGNED = "a"
    """Held by a pod."""
    COOLING = "c"
    """In the store, and not yet given out again after a pod left it (R17)."""
    EXCLUDED = "x"
    """In the store on an ENI of an excluded subnet, held by nobody: given to no pod (R13)."""
    UNKNOWN = "u"
    """On the ENI in EC2's eyes, and not in the store: an ENI of others, a daemon that does not run,
    an address that it does not know of."""
    GHOST = "g"
    """In the store, but no longer on the ENI in EC2's eyes."""
    STRANDED = "s"
    """The same, and held by a pod, which cannot be reached then."""
    LEAKED = "l"
    """Of an ENI that is attached to nothing: it still takes addresses of the subnet."""


@frozen
class Cell:
    """A slot of an ENI that holds something: an address or a prefix."""

    label: str
    """The address, or the prefix in CIDR notation."""
    held: tuple[Held, ...]
    """One for each address; of a /80 of IPv6 one for each address that was ever given out."""
    pods: tuple[str, ...] = ()
    """Who holds the assigned ones, in order."""

    @property
    def is_prefix(self) -> bool:
        """It is a prefix, not a single address."""
        return "/" in self.label

    @property
    def is_ipv6_prefix(self) -> bool:
        """Its addresses are not enumerated."""
        return self.is_prefix and ":" in self.label


@frozen(kw_only=True)
class FilmedEni:
    """An ENI at a moment: a row of the picture."""

    id: str
    card: int
    device: int
    subnet: str
    roles: tuple[str, ...]
    """What is to be said of it besides: primary, trunk, EFA, excluded, of others, leaked …"""
    cells: tuple[Cell | None, ...]
    """By slot; `None`: free. A CIDR keeps its slot as long as it stays on the ENI."""


@frozen
class ShownCall:
    """A request to the world, as tables show it."""

    text: str
    error: str = ""
    """The code with which it failed; empty if it did not."""


Tone = Literal["wrong", "known", "open", "good", "plain"]


@frozen
class Mark:
    """Something to be said of a frame: an expectation that does not hold, a violated property."""

    tone: Tone
    text: str


@frozen(kw_only=True)
class Frame:
    """The node after a step, and what happened in it."""

    now: int
    """Milliseconds, after the step."""
    event: int | None
    """The event of the scenario, or recording, that the step belongs to; `None` if to none."""
    words: str
    """What happened, in few words."""
    reply: str = ""
    """What it came to."""
    calls: tuple[ShownCall, ...] = ()
    """Requests to EC2 in order, and whatever else failed."""
    rules: tuple[str, ...] = ()
    """Ids of the rules of the catalogue whose code was executed, in its order."""
    marks: tuple[Mark, ...] = ()
    running: bool
    """Whether the daemon runs after it."""
    cordoned: bool = False
    quantities: Quantities
    extra: Mapping[str, int] = field(factory=dict)
    """Numbers that only this kind of run has, such as pods that wait."""
    enis: tuple[FilmedEni, ...]
    steps: int = 1
    """How many steps this frame stands for, where a film was too long to show each."""


Axis = Literal["time", "pods"]


@frozen(kw_only=True)
class Film:
    """A run, frame by frame."""

    title: str
    frames: tuple[Frame, ...]
    slots: int
    """Of an ENI, the one of its primary address included."""
    max_enis: int | None
    """ENIs that the instance allows; `None` if there is no instance, and so no limit."""
    axis: Axis = "time"
    """What passes from frame to frame."""
    note: str = ""
    """What a reader should know of how it was made; empty if nothing."""


QUANTITIES: Final = (
    "enis",
    "reserved",
    "owned",
    "assigned",
    "available",
    "cooling",
    "idle",
    "leaked",
    "prefixes",
    "ec2_calls",
)
"""Fields of `Quantities` that a film tells, in the order of its JSON."""
