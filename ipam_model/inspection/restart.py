"""What a restart of the daemon makes of a node: the model's own start on it, with its checkpoint.

EC2 and IMDS are taken to show what the store shows, and every host veth to be there.
"""

from attrs import evolve, frozen

from ipam_model.addresses import format_address
from ipam_model.daemon.init import Exited
from ipam_model.daemon.procedure import Call
from ipam_model.environment import Checkpoint, Veth
from ipam_model.inspection.checkpoint import StoredAssignments
from ipam_model.inspection.forecast import Action, Forecaster
from ipam_model.inspection.reconstruction import Reconstruction
from ipam_model.requests import CheckpointEntry, ReadCheckpoint
from ipam_model.state import totals
from ipam_model.world import World

FIRST_CARD = 0
"""The checkpoint given is that of this card; others have files of their own (R34)."""


@frozen(kw_only=True)
class RestartReport:
    """What a restart would do."""

    exits: str | None
    """Why the start ends, `None` if it succeeds."""
    recovered: int
    dropped: tuple[str, ...]
    """Entries whose address no ENI has: presumed stale (R61)."""
    forgotten: tuple[str, ...]
    """Addresses that pods hold but the file does not list: free after a restart (R62)."""
    actions: tuple[Action, ...]
    """Clean-ups and the first growth (R63, R64, R66)."""
    total: int
    available: int
    enis: int


def restart(state: Reconstruction, stored: StoredAssignments) -> RestartReport:
    """Start the daemon anew."""
    before = {
        held.address: held.pod.name or held.pod.key.container
        for held in state.node.store(FIRST_CARD).holdings.values()
    }
    entries = stored.entries
    listed = {entry.address for entry in entries}
    runner = _Restarted(
        evolve(
            state.world,
            checkpoints=((FIRST_CARD, Checkpoint(frozenset(entries))),),
            veths=frozenset(Veth(entry.pod.key, entry.pod.name) for entry in entries),
        ),
        entries,
    )
    outcome = runner.start()
    forgotten = tuple(
        f"{format_address(address)} ({name})"
        for address, name in sorted(before.items())
        if address not in listed
    )
    if isinstance(outcome, Exited):
        return RestartReport(
            exits=outcome.reason.code,
            recovered=0,
            dropped=(),
            forgotten=forgotten,
            actions=runner.taken(),
            total=0,
            available=0,
            enis=0,
        )
    store = outcome.node.store(FIRST_CARD)
    held = {each.address for each in store.holdings.values()}
    pool = totals(store)
    return RestartReport(
        exits=None,
        recovered=len(held),
        dropped=tuple(
            f"{format_address(entry.address)} ({entry.pod.name or entry.pod.key.container[:13]})"
            for entry in entries
            if entry.address not in held
        ),
        forgotten=forgotten,
        actions=runner.taken(),
        total=pool.total,
        available=pool.available,
        enis=len(store.enis),
    )


class _Restarted(Forecaster):
    """Reads the file's entries as they stand there, equal ones too."""

    def __init__(self, world: World, entries: tuple[CheckpointEntry, ...]) -> None:
        super().__init__(world)
        self.entries = entries

    def answer(self, ask: Call) -> object:
        request = ask.request
        if isinstance(request, ReadCheckpoint) and request.card == FIRST_CARD:
            return self.entries
        return super().answer(ask)
