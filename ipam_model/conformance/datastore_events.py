"""What can be done to a daemon's store alone, without anybody deciding anything.

The operations of the daemon's data store package, by the rules that state them: R11 (ENIs), R22 and
R23 (CIDRs), R24 (removal by force), R111 to R114 (assignment), R124 (deletion), R127c (excluded
ENIs), R131 to R137 (which ENI may go), R27 to R30 (statistics), R34 and R61 (the checkpoint).

A reply has `success` for every event but `Pass`, whose reply is empty. The further keys stand in
the docstrings; a subject may leave them out, and says `error` only if `success` is false. All
numbers are whole, addresses are text such as `10.0.0.5`, CIDRs such as `10.0.0.5/32` or
`10.0.0.16/28`.

After a recovery that failed no store runs, and an observation says so. Then nothing succeeds
(`NotRunning`) but another recovery, which finds the same ENIs, CIDRs and checkpoint.
"""

from typing import ClassVar, Final, TypeAlias

from attrs import frozen

DUPLICATE_ENI: Final = "DuplicateENI"
UNKNOWN_ENI: Final = "UnknownENI"
ENI_IN_USE: Final = "ENIInUse"
DUPLICATE_CIDR: Final = "DuplicateCIDR"
UNKNOWN_CIDR: Final = "UnknownCIDR"
CIDR_IN_USE: Final = "CIDRInUse"
NO_DELETABLE_ENI: Final = "NoDeletableENI"
NOT_RUNNING: Final = "NotRunning"


@frozen(kw_only=True)
class DatastorePart:
    """An empty store, without a checkpoint."""

    prefix_delegation: bool = False
    """Pods get addresses of prefixes (/28), not single ones (/32); both kinds may be there."""
    cooldown_ms: int = 30_000
    """Whole seconds, as `IP_COOLDOWN_PERIOD` has it: a multiple of 1000, at least 0."""


@frozen(kw_only=True)
class AddEni:
    """An ENI enters the store, without CIDRs (R11). `error`: `DuplicateENI`.

    It is there from now on: its age counts from here (R136).
    """

    kind: ClassVar[str] = "add_eni"
    eni: str
    device: int
    primary: bool = False
    trunk: bool = False
    efa: bool = False
    excluded: bool = False
    """From serving pods."""


@frozen(kw_only=True)
class ExcludeEni:
    """An ENI no longer serves pods, or does again (R13). `error`: `UnknownENI`.

    What its pods have they keep. Of an excluded ENI, a CIDR that its last pod leaves is itself gone
    5 s later, if it is empty and excluded then (R127c).
    """

    kind: ClassVar[str] = "exclude_eni"
    eni: str
    excluded: bool = True


@frozen(kw_only=True)
class AddCidr:
    """An address (/32) or prefix (/28) enters (R22). `error`: `UnknownENI`, `DuplicateCIDR`.

    Only what the same ENI has is a duplicate.
    """

    kind: ClassVar[str] = "add_cidr"
    eni: str
    cidr: str


@frozen(kw_only=True)
class DelCidr:
    """An address or prefix leaves (R23). `error`: `UnknownENI`, `UnknownCIDR`, `CIDRInUse`.

    By force its pods lose their addresses, and the checkpoint knows.
    """

    kind: ClassVar[str] = "del_cidr"
    eni: str
    cidr: str
    force: bool = False


@frozen(kw_only=True)
class Assign:
    """A pod sandbox gets an address, or again the one it has (R111-R114).

    `ip`, and `device`, the device number of its ENI. `error`: `NoAvailable`.
    """

    kind: ClassVar[str] = "assign"
    pod: str
    """The container's id, the rest of the key being the same for all; not empty."""


@frozen(kw_only=True)
class Unassign:
    """A pod sandbox gives its address back (R124). `ip`, `device`; `error`: `UnknownPod`."""

    kind: ClassVar[str] = "unassign"
    pod: str


@frozen(kw_only=True)
class RemoveEni:
    """An ENI leaves by name (R24). `error`: `UnknownENI`, `ENIInUse` (it has pods, no force).

    By force its pods lose their addresses, and the checkpoint knows.
    """

    kind: ClassVar[str] = "remove_eni"
    eni: str
    force: bool = False


@frozen(kw_only=True)
class RemoveUnusedEni:
    """Any one ENI that may go does, if there is one (R136).

    `eni`: which; null, with `success` false and the `error` `NoDeletableENI`, if none.
    """

    kind: ClassVar[str] = "remove_unused_eni"
    warm_ip: int = 0
    """`WARM_IP_TARGET`; 0: not set. So for the others."""
    minimum_ip: int = 0
    warm_prefix: int = 0
    """Only looked at with prefix delegation."""


@frozen(kw_only=True)
class Stats:
    """The statistics are asked for; nothing changes (R27-R30).

    Of the CIDRs of the mode's kind on ENIs that are not excluded: `total`, `assigned` and
    `cooling`, in addresses. `prefixes`: the running counter of prefixes. `free_prefixes`: those
    without pods, on any ENI.
    """

    kind: ClassVar[str] = "stats"


@frozen(kw_only=True)
class Freeable:
    """Which CIDRs of an ENI no pod uses is asked for (R138, R139). `error`: `UnknownENI`.

    `cidrs`: of either kind, cooling or not, sorted by address, an address before a prefix that
    begins with it.
    """

    kind: ClassVar[str] = "freeable"
    eni: str


@frozen(kw_only=True)
class Pass:
    """Time passes: at least 0 ms."""

    kind: ClassVar[str] = "advance"
    ms: int


@frozen(kw_only=True)
class Recover:
    """The daemon is gone. A new, empty store gets the ENIs and CIDRs, then the checkpoint (R61).

    The ENIs are new again, with their flags; nothing cools; what the old store had still to do is
    not done. An address that stands in several CIDRs may come to any of them: `success` is false if
    that one is taken. `error`: `CheckpointAddressAlreadyAssigned`.
    """

    kind: ClassVar[str] = "recover"


DatastoreEvent: TypeAlias = (
    AddEni
    | ExcludeEni
    | AddCidr
    | DelCidr
    | Assign
    | Unassign
    | RemoveEni
    | RemoveUnusedEni
    | Stats
    | Freeable
    | Pass
    | Recover
)
EVENTS: Final = (
    AddEni,
    ExcludeEni,
    AddCidr,
    DelCidr,
    Assign,
    Unassign,
    RemoveEni,
    RemoveUnusedEni,
    Stats,
    Freeable,
    Pass,
    Recover,
)
"""The same, as classes."""
