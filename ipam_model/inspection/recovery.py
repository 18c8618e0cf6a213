"""What a restart recovers from a checkpoint file, and what the file cannot tell (R61, R62)."""

from collections import Counter

from attrs import frozen

from ipam_model.addresses import format_address
from ipam_model.config import Config
from ipam_model.daemon import datastore
from ipam_model.daemon.init import recover
from ipam_model.daemon.procedure import Call
from ipam_model.ec2 import new_instance
from ipam_model.environment import Veth
from ipam_model.inspection.checkpoint import VERSION, StoredAssignments
from ipam_model.inspection.instants import ZERO_TIME, format_instant
from ipam_model.nodes import NodeSetup
from ipam_model.requests import ReadCheckpoint
from ipam_model.state import Eni, Network, Node, Store
from ipam_model.world import Runner, World


@frozen(kw_only=True)
class EntryReport:
    """One entry of the file."""

    address: str
    pod: str
    """`namespace/name`; empty if the file does not tell."""
    container: str
    since: str | None
    recovered: str
    """On which condition a restart recovers it."""


@frozen(kw_only=True)
class RecoveryReport:
    """What a restart makes of the file."""

    assignments: int
    recoverable: int
    """How many of them come back if every host veth and every address is still there."""
    fails: str | None
    """Why the start ends, `None` if it does not."""
    least_enis: int
    """ENIs these addresses need at least."""
    max_enis: int
    entries: tuple[EntryReport, ...]
    ipv6: int
    unknown: tuple[str, ...]


UNKNOWN = (
    (
        "ENIs, CIDRs and free addresses: the file has assigned addresses only (R34); a restart "
        "reads the others from IMDS"
    ),
    (
        "whether the host veths of the pods still exist: entries of named pods without one are "
        "dropped, those without a name are kept unchecked (R61)"
    ),
    "cooling addresses: a restart forgets every cooldown, they are assignable at once (R62a)",
    "ages of ENIs: they begin anew, so none is deleted for 60 s (R62b)",
    "the loop's clocks and remembered releases: the first pass may release at once (R143)",
)
"""What the file cannot tell."""


def recovery(stored: StoredAssignments, setup: NodeSetup) -> RecoveryReport:
    """The model's own recovery, on a node that has all addresses and all host veths."""
    config = setup.config
    fails, held = _run(stored, config, setup)
    addresses = len({entry.address for entry in stored.entries})
    return RecoveryReport(
        assignments=len(stored.entries) + len(stored.ipv6),
        recoverable=held,
        fails=fails,
        least_enis=-(-addresses // config.addresses_per_eni) if config.addresses_per_eni else 1,
        max_enis=config.max_enis,
        entries=tuple(
            EntryReport(
                address=format_address(entry.address),
                pod=entry.pod.name,
                container=entry.pod.key.container,
                since=format_instant(entry.assigned_at) if entry.assigned_at > ZERO_TIME else None,
                recovered=(
                    "if the pod's host veth exists"
                    if entry.pod.name
                    else "unchecked: the file does not name the pod"
                )
                + " and IMDS still lists the address",
            )
            for entry in stored.entries
        ),
        ipv6=len(stored.ipv6),
        unknown=UNKNOWN,
    )


def _run(stored: StoredAssignments, config: Config, setup: NodeSetup) -> tuple[str | None, int]:
    if stored.version != VERSION:
        return f"its version is {stored.version!r}, not {VERSION!r} (R61, R180)", 0
    eni = Eni("eni-unknown", False, 1, "", 0, 0)
    store = datastore.add_eni(Store(0, prefix_mode=False), eni)
    singles = tuple(Network(entry.address, 1) for entry in stored.entries)
    store = datastore.add_cidrs(store, eni.id, singles, prefix=False)
    node = Node(stores=(store,))
    world = World(
        config=config,
        ec2=new_instance(setup.limits, setup.subnets),
        node=node,
        veths=frozenset(Veth(entry.pod.key, entry.pod.name) for entry in stored.entries),
    )
    error, node, _ = _Recoverer(world, stored).run(recover(node, 0))
    if error is not None:
        times = Counter(entry.address for entry in stored.entries)
        twice = ", ".join(format_address(each) for each in sorted(times) if times[each] > 1)
        return f"{twice} stands in it more than once ({error.code}; R61, R180)", 0
    return None, len(node.store(0).holdings)


class _Recoverer(Runner):
    """Reads the file's entries as they stand there, equal ones too."""

    def __init__(self, world: World, stored: StoredAssignments) -> None:
        super().__init__(world)
        self.stored = stored

    def answer(self, ask: Call) -> object:
        if isinstance(ask.request, ReadCheckpoint):
            return self.stored.entries
        return super().answer(ask)
