"""What can be done to a daemon's store alone, without anybody deciding anything.

The operations of the daemon's data store package, by the rules that state them: R11 (ENIs), R22 and
R23 (CIDRs), R24 (removal by force), R113 and R114 (assignment), R124 (deletion), R131 to R137
(which ENI may go), R34 and R61 (the checkpoint).
"""

from typing import ClassVar, TypeAlias

from attrs import frozen


@frozen(kw_only=True)
class DatastorePart:
    """An empty store."""

    prefix_delegation: bool = False
    cooldown_ms: int = 30_000
    card: int = 0


@frozen(kw_only=True)
class AddEni:
    """An ENI enters the store, without CIDRs. `success` unless it is there already (R11)."""

    kind: ClassVar[str] = "add_eni"
    eni: str
    device: int
    primary: bool = False
    trunk: bool = False
    efa: bool = False
    excluded: bool = False


@frozen(kw_only=True)
class AddCidr:
    """An address or prefix enters (R22). `success` unless the ENI is unknown or has it."""

    kind: ClassVar[str] = "add_cidr"
    eni: str
    cidr: str


@frozen(kw_only=True)
class DelCidr:
    """An address or prefix leaves (R23). `success` unless unknown, or in use and not forced."""

    kind: ClassVar[str] = "del_cidr"
    eni: str
    cidr: str
    force: bool = False


@frozen(kw_only=True)
class Assign:
    """A pod sandbox gets an address, or again the one it has (R113). `success`, `ip`, `device`."""

    kind: ClassVar[str] = "assign"
    pod: str


@frozen(kw_only=True)
class Unassign:
    """A pod sandbox gives its address back (R124). `success`, `ip`, `device`."""

    kind: ClassVar[str] = "unassign"
    pod: str


@frozen(kw_only=True)
class RemoveEni:
    """An ENI leaves by name (R24). `success` unless unknown, or it has pods and is not forced."""

    kind: ClassVar[str] = "remove_eni"
    eni: str
    force: bool = False


@frozen(kw_only=True)
class RemoveUnusedEni:
    """Any ENI that is not needed leaves, if there is one (R131-R137). `eni`, null if none."""

    kind: ClassVar[str] = "remove_unused_eni"
    warm_ip: int = 0
    """0: not set; as the daemon passes it."""
    minimum_ip: int = 0
    warm_prefix: int = 0


@frozen(kw_only=True)
class Pass:
    """Time passes."""

    kind: ClassVar[str] = "advance"
    ms: int


@frozen(kw_only=True)
class Recover:
    """The daemon is gone. A new, empty store gets the ENIs and CIDRs, then the checkpoint (R61)."""

    kind: ClassVar[str] = "recover"


DatastoreEvent: TypeAlias = (
    AddEni | AddCidr | DelCidr | Assign | Unassign | RemoveEni | RemoveUnusedEni | Pass | Recover
)
