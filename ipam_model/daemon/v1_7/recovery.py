"""Recovery of assignments in v1.7: from the container runtime, not from the file (H12)."""

from ipam_model.catalogue import Kind, rule
from ipam_model.daemon.init import restore
from ipam_model.daemon.pods import MIGRATED_INTERFACE, MIGRATED_NETWORK
from ipam_model.daemon.procedure import Procedure, call
from ipam_model.daemon.v1_7.measure import CARD
from ipam_model.requests import (
    CheckpointEntry,
    Failed,
    ReadSandboxes,
    Sandbox,
    WriteCheckpoint,
)
from ipam_model.state import Node, Pod, PodKey


@rule(
    "H12",
    "A start asks the container runtime for its sandboxes and gives each its address again, under "
    "a key with placeholders for network and interface; an address in no ENI is forgotten, one "
    "already assigned ends the start; then the checkpoint is written, which must succeed.",
    source="ds:286-374",
    kind=Kind.STEP,
)
def recover(node: Node, now: int) -> Procedure[tuple[Failed | None, Node, int]]:
    """Restore assignments from the running sandboxes."""
    sandboxes, node, now = yield from call(node, ReadSandboxes(), "H12")
    if isinstance(sandboxes, Failed):
        return sandboxes, node, now
    for sandbox in sandboxes:
        error, node, now = yield from restore(node, now, CARD, entry_of(sandbox, now))
        if error is not None:
            return error, node, now
    request = WriteCheckpoint(CARD, node.store(CARD).holdings)
    written, node, now = yield from call(node, request, "H12")
    return (written if isinstance(written, Failed) else None), node, now


def entry_of(sandbox: Sandbox, now: int) -> CheckpointEntry:
    """The sandbox as if it stood in a checkpoint."""
    key = PodKey(sandbox.container, MIGRATED_NETWORK, MIGRATED_INTERFACE)
    return CheckpointEntry(Pod(key), sandbox.address, now)
