"""What a restart makes of a node is what the model's start makes of it."""

from attrs import evolve
from hypothesis import assume, event, given

from ipam_model.environment import Checkpoint
from ipam_model.inspection.checkpoint import StoredAssignments
from ipam_model.inspection.forecast import NewEnis
from ipam_model.inspection.restart import restart
from ipam_model.requests import CheckpointEntry
from ipam_model.state import Pod, PodKey, totals
from ipam_model.testing.happenings import event_lists
from ipam_model.testing.stories import stories
from ipam_model.testing.story import Story
from ipam_model.testing.telling import Teller
from ipam_model.world import Runner
from tests.inspection.observed import EPOCH, NODES, observed, running


class Plain(Runner):
    grants = NewEnis()


def file_of(teller: Teller) -> StoredAssignments:
    entries = sorted(teller.checkpoint(0).entries, key=lambda each: (each.address, each.pod.key))
    return StoredAssignments(
        version="vpc-cni-ipam/1",
        entries=tuple(evolve(each, assigned_at=each.assigned_at + EPOCH) for each in entries),
    )


@given(NODES)
def test_a_restart_ends_where_the_start_ends(story: Story) -> None:
    teller = running(story)
    state = observed(story, teller, blanked=False)
    stored = file_of(teller)
    told = restart(state, stored)
    runner = Plain(evolve(state.world, checkpoints=((0, Checkpoint(frozenset(stored.entries))),)))
    runner.veths = {entry.pod.key: entry.pod.name for entry in stored.entries}
    runner.start()
    event(f"exits: {told.exits}")
    assert (told.exits is None) == (runner.node is not None)
    if runner.node is not None:
        store = runner.memory().store(0)
        assert (told.total, told.available) == (totals(store).total, totals(store).available)
        assert (told.recovered, told.enis) == (len(store.holdings), len(store.enis))
        assert told.recovered + len(told.dropped) == len(stored.entries)


@given(stories(events=event_lists(broken=False, others=False)))
def test_without_failures_nothing_is_lost(story: Story) -> None:
    teller = running(story)
    told = restart(observed(story, teller, blanked=False), file_of(teller))
    assert (told.exits, told.dropped, told.forgotten) == (None, (), ())


@given(stories(events=event_lists(broken=False, others=False)))
def test_what_the_file_lacks_is_forgotten_and_what_it_has_too_much_is_dropped(
    story: Story,
) -> None:
    teller = running(story)
    stored = file_of(teller)
    assume(stored.entries)
    stranger = CheckpointEntry(Pod(PodKey("gone"), "ns/gone"), 0x0A636363, EPOCH)
    other = evolve(stored, entries=(*stored.entries[1:], stranger))
    told = restart(observed(story, teller, blanked=False), other)
    assert told.dropped == ("10.99.99.99 (ns/gone)",)
    assert len(told.forgotten) == 1
    twice = evolve(stored, entries=(*stored.entries, stored.entries[0]))
    assert restart(observed(story, teller), twice).exits == "CheckpointAddressAlreadyAssigned"
