"""What must never happen, whatever the settings, events, failures and choices.

Every property of a state, a question, a step or a run is checked (`ipam_model.properties`); a
violation passes only in the circumstances of a finding.
"""

from collections.abc import Callable
from typing import Final

import pytest
from attrs import evolve
from hypothesis import event, given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ipam_model.config import Config
from ipam_model.daemon import datastore, growth, pods, pool, reconcile, setup
from ipam_model.daemon.procedure import Procedure
from ipam_model.environment import Environment
from ipam_model.requests import AttachedEni, Failed
from ipam_model.rules import capacity, eligibility, shrink, timing
from ipam_model.rules import growth as growth_rules
from ipam_model.state import Cidr, Eni, Network, Node, Store
from ipam_model.testing.events import Arrive, Break, Leave, Loop, OthersAttach, OthersGive
from ipam_model.testing.happenings import event_lists, pod_events
from ipam_model.testing.nodes import configs
from ipam_model.testing.stories import directed, stories
from ipam_model.testing.story import Story
from tests.assign_the_first import assign_the_first
from tests.properties.refutation import assert_refuted
from tests.properties.retelling import retold
from tests.properties.watcher import Watcher, watch

pytestmark = pytest.mark.unmeasured

SAFETY: Final[SearchStrategy[Story]] = stories(
    events=event_lists(), enforce_limits=False, lags=(0, 0, 0, 60_000)
)


def check(story: Story) -> Watcher:
    """The whole story under watch; a failure comes with the scenario that shows it."""
    try:
        return watch(story)
    except AssertionError as failure:
        failure.add_note(retold(story))
        raise


@given(SAFETY)
def test_safety_holds_for_all_settings_events_failures_and_choices(story: Story) -> None:
    for name in check(story).judge.exercised:
        event(name)


# -- the property can fail: wrong rules, by invariant --------------------------------------------

Patch = pytest.MonkeyPatch


def pool_the_primary(patch: Patch) -> None:
    """I2: an ENI's primary address becomes a pod address."""
    original = datastore.add_eni

    def wrong(store: Store, eni: Eni) -> Store:
        return original(store, evolve(eni, cidrs=(Cidr(Network(eni.primary_address, 1), False),)))

    patch.setattr(datastore, "add_eni", wrong)


def free_enis_with_pods(patch: Patch) -> None:
    """I3: pods do not protect their ENI."""
    patch.setattr(Eni, "has_pods", lambda _eni: False)


def free_young_enis(patch: Patch) -> None:
    """I4: sixty seconds are not waited for."""
    patch.setattr(timing, "eni_too_young", lambda *_: False)


def free_cooling_enis(patch: Patch) -> None:
    """I4: cooling addresses do not protect their ENI."""
    patch.setattr(Eni, "cooling", lambda *_: False)


def no_cooldown(patch: Patch) -> None:
    """I5: an address is given again at once."""

    def wrong(cidr: Cidr, _now: int, _cooldown: int) -> tuple[int, ...]:
        idle = [record.address for record in cidr.records if record.pod is None]
        used = {record.address for record in cidr.records}
        first, size = cidr.network
        return tuple(idle or [a for a in range(first, first + size) if a not in used][:1])

    patch.setattr(datastore, "assignable", wrong)


def release_by_force(patch: Patch) -> None:
    """I6: CIDRs with pods are released."""
    original = datastore.delete_cidr

    def wrong(store: Store, eni_id: str, network: Network, *, force: bool) -> Store | None:
        return original(store, eni_id, network, force=force or True)

    patch.setattr(datastore, "delete_cidr", wrong)
    patch.setattr(Eni, "unused", lambda eni: eni.cidrs)


def release_one_too_many(patch: Patch) -> None:
    """I7: the warm target is undercut."""
    original = shrink.release_size
    patch.setattr(shrink, "release_size", lambda *given: original(*given) + 1)


def nothing_need_be_left(patch: Patch) -> None:
    """I8: the other ENIs need not carry the targets."""
    patch.setattr(shrink, "enough_without", lambda *_: True)


def fewer_enis_too_soon(patch: Patch) -> None:
    """I8 with WARM_ENI_TARGET: an ENI goes with less than one ENI's worth to spare."""
    patch.setattr(shrink, "wants_fewer_enis", lambda *_: True)


def always_room(patch: Patch) -> None:
    """I9: the limit on ENIs is not looked at."""
    patch.setattr(capacity, "has_room", lambda *_: True)


def no_trunk_slot(patch: Patch) -> None:
    """I9: the trunk's slot is not kept."""
    patch.setattr(capacity, "trunk_slot", lambda *_: 0)


def all_slots_free(patch: Patch) -> None:
    """I10: an ENI is asked to take more than it can."""
    patch.setattr(growth_rules, "extension_size", lambda _k, wanted, _free: wanted)


def no_pod_cap(patch: Patch) -> None:
    """I11: growth goes on at max pods."""
    original = growth_rules.too_low
    patch.setattr(
        growth_rules,
        "too_low",
        lambda k, total, _most, *rest: original(k, total, total + 1, *rest),
    )


def write_no_checkpoint(patch: Patch) -> None:
    """I12: the file is not replaced."""
    patch.setattr(Environment, "write_checkpoint", lambda *_: None)


def keep_on_failed_write(patch: Patch) -> None:
    """I12: an assignment whose write failed is not undone."""
    patch.setattr(datastore, "forget", lambda store, _held: store)


def grow_twice(patch: Patch) -> None:
    """I14: two growth steps in one tick."""
    original = growth.increase

    def wrong(
        config: Config, node: Node, now: int, card: int
    ) -> Procedure[tuple[Failed | None, Node, int]]:
        _, node, now = yield from original(config, node, now, card)
        return (yield from original(config, node, now, card))

    patch.setattr(pool, "increase", wrong)


def manage_everything(patch: Patch) -> None:
    """I15: unmanaged ENIs are treated like the others."""

    def wrong(
        node: Node, attached: tuple[AttachedEni, ...]
    ) -> tuple[tuple[AttachedEni, ...], Node]:
        return attached, node

    patch.setattr(reconcile, "managed_enis", wrong)
    patch.setattr(setup, "managed_enis", wrong)


def grow_excluded_enis(patch: Patch) -> None:
    """I16: an ENI in an excluded subnet is extended."""
    original = eligibility.growable
    patch.setattr(
        eligibility,
        "growable",
        lambda k, custom, primary, trunk, _excluded, free: original(
            k, custom, primary, trunk, False, free
        ),
    )


def serve_from_excluded_enis(patch: Patch) -> None:
    """I16: a new pod gets an address of an excluded ENI."""
    original = pods.AssignableSpots

    def wrong(store: Store, now: int, cooldown: int) -> pods.AssignableSpots:
        enis = tuple(evolve(eni, excluded=False) for eni in store.enis)
        return original(evolve(store, enis=enis), now, cooldown)

    patch.setattr(pods, "AssignableSpots", wrong)


LATER = st.just(Loop(14))
POOL_TURNS: Final = directed(
    st.builds(Arrive, st.integers(1, 12)),
    st.builds(Leave, st.integers(1, 12)),
    st.builds(Loop, st.sampled_from([1, 2, 14])),
    config=configs(special=False),
)
OTHERS: Final = directed(
    st.just(OthersAttach(no_manage=True, trunk=False)), LATER, st.builds(Arrive, st.integers(1, 12))
)
EXCLUDED: Final = directed(
    st.just(OthersAttach(no_manage=False, trunk=False)),
    st.builds(OthersGive, st.integers(0, 3), st.booleans()),
    LATER,
    st.just(Arrive(2)),
    excluded=(True,),
    config=configs(special=False, discovery=(True,)),
)
REFUSED_WRITES: Final = directed(
    st.just(Break("WriteCheckpoint", "EIO", 1)), pod_events(), st.just(Loop(1))
)

WRONG: Final[tuple[tuple[Callable[[Patch], None], SearchStrategy[Story]], ...]] = (
    (assign_the_first, SAFETY),
    (pool_the_primary, SAFETY),
    (free_enis_with_pods, POOL_TURNS),
    (free_young_enis, POOL_TURNS),
    (free_cooling_enis, POOL_TURNS),
    (no_cooldown, SAFETY),
    (release_by_force, POOL_TURNS),
    (release_one_too_many, POOL_TURNS),
    (nothing_need_be_left, POOL_TURNS),
    (fewer_enis_too_soon, POOL_TURNS),
    (always_room, SAFETY),
    (no_trunk_slot, SAFETY),
    (all_slots_free, SAFETY),
    (no_pod_cap, SAFETY),
    (write_no_checkpoint, SAFETY),
    (keep_on_failed_write, REFUSED_WRITES),
    (grow_twice, SAFETY),
    (manage_everything, OTHERS),
    (grow_excluded_enis, EXCLUDED),
    (serve_from_excluded_enis, EXCLUDED),
)


@pytest.mark.parametrize(("wrong", "drawn"), WRONG, ids=[each.__name__ for each, _ in WRONG])
def test_a_wrong_rule_is_caught(
    wrong: Callable[[Patch], None],
    drawn: SearchStrategy[Story],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong(monkeypatch)
    assert_refuted(check, drawn)
