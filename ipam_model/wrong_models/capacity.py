"""Daemons that miscount the ENIs and addresses a node may have (R3-R10, R33, R48)."""

from attrs import evolve

from ipam_model.arithmetic import INTS
from ipam_model.config import Config
from ipam_model.daemon import measure, setup
from ipam_model.requests import AttachedEni
from ipam_model.rules import capacity, growth
from ipam_model.state import Node, Store
from ipam_model.wrong_models.registry import wrong_model
from ipam_model.wrong_models.replacing import Replacing


@wrong_model(breaks=("R33",), upstream=("#547",))
def always_room(replacing: Replacing) -> None:
    """Creates an ENI whenever it wants one: the limit on ENIs is not looked at."""
    replacing.function(capacity.has_room, lambda *_: True)


@wrong_model(breaks=("R33",), upstream=("#547",))
def one_eni_too_many(replacing: Replacing) -> None:
    """Takes one ENI more than the limit."""

    def wrong(_k: object, enis: int, limit: int, unmanaged: int, trunk_slot: int) -> bool:
        return enis <= limit - unmanaged - trunk_slot

    replacing.function(capacity.has_room, wrong)


@wrong_model(breaks=("R33",))
def one_eni_too_few(replacing: Replacing) -> None:
    """Takes one ENI less than the limit."""

    def wrong(_k: object, enis: int, limit: int, unmanaged: int, trunk_slot: int) -> bool:
        return enis < limit - 1 - unmanaged - trunk_slot

    replacing.function(capacity.has_room, wrong)


@wrong_model(breaks=("R33",))
def unmanaged_take_no_slot(replacing: Replacing) -> None:
    """Unmanaged ENIs take no slot."""

    def wrong(_k: object, enis: int, limit: int, _unmanaged: int, trunk_slot: int) -> bool:
        return enis < limit - trunk_slot

    replacing.function(capacity.has_room, wrong)


@wrong_model(breaks=("R10",), upstream=("#3544", "#3568", "#3660"))
def unmanaged_counted_for_ever(replacing: Replacing) -> None:
    """The number of unmanaged ENIs only grows.

    Every look adds those it sees, until no slot is
    left.
    """
    original = setup.managed_enis

    def wrong(
        node: Node, attached: tuple[AttachedEni, ...]
    ) -> tuple[tuple[AttachedEni, ...], Node]:
        managed, seen = original(node, attached)
        counts = dict(node.unmanaged_counts)
        for card, count in seen.unmanaged_counts:
            counts[card] = counts.get(card, 0) + count
        return managed, evolve(seen, unmanaged_counts=tuple(sorted(counts.items())))

    replacing.function(original, wrong)


@wrong_model(breaks=("R48",))
def no_trunk_slot(replacing: Replacing) -> None:
    """No slot is kept for a trunk ENI."""
    replacing.function(capacity.trunk_slot, lambda *_: 0)


@wrong_model(breaks=("R48",), upstream=("#3094", "#3250", "#3238"))
def trunk_slot_on_every_type(replacing: Replacing) -> None:
    """A slot is kept for a trunk ENI although the instance type cannot have one."""
    original = capacity.trunk_slot

    def wrong(
        _k: object, pod_eni: bool, _compatible: bool, first: bool, has_trunk: bool, unit: int
    ) -> int:
        return original(INTS, pod_eni, True, first, has_trunk, unit)

    replacing.function(original, wrong)


@wrong_model(breaks=("R48",), upstream=("#3094",))
def trunk_slot_kept_beside_the_trunk(replacing: Replacing) -> None:
    """The slot kept for a trunk ENI stays empty once the trunk is there, which takes another."""
    original = capacity.trunk_slot

    def wrong(
        _k: object, pod_eni: bool, compatible: bool, first: bool, _has_trunk: bool, unit: int
    ) -> int:
        return original(INTS, pod_eni, compatible, first, False, unit)

    replacing.function(original, wrong)


@wrong_model(breaks=("R3",))
def max_eni_ignored(replacing: Replacing) -> None:
    """MAX_ENI is ignored."""
    original = measure.room_for_eni

    def wrong(config: Config, node: Node, store: Store) -> bool:
        unlimited = evolve(config, settings=evolve(config.settings, max_eni=None))
        return original(unlimited, node, store)

    replacing.function(original, wrong)


@wrong_model(breaks=("R33",))
def trunk_not_counted(replacing: Replacing) -> None:
    """A trunk ENI is not counted among the ENIs."""
    original = measure.room_for_eni

    def wrong(config: Config, node: Node, store: Store) -> bool:
        others = tuple(eni for eni in store.enis if not eni.trunk)
        room = original(config, node, evolve(store, enis=others))
        return room if not store.trunk() else room or len(others) < config.max_enis

    replacing.function(original, wrong)


@wrong_model(breaks=("R4", "R5"), upstream=("#177",))
def one_address_too_many(replacing: Replacing) -> None:
    """The primary address is taken for a slot.

    An ENI is asked to hold one address more than it
    can.
    """
    free_slots, new_eni_size = capacity.free_slots, growth.new_eni_size

    def wrong_slots(_k: object, slots: int, cidrs: int) -> int:
        return free_slots(INTS, slots + 1, cidrs)

    def wrong_size(
        _k: object, prefix_mode: bool, warm_ip: bool, needed: int, short: int, slots: int
    ) -> int:
        return new_eni_size(INTS, prefix_mode, warm_ip, needed, short, slots + 1)

    replacing.function(free_slots, wrong_slots)
    replacing.function(new_eni_size, wrong_size)


@wrong_model(breaks=("R5",))
def one_slot_unused(replacing: Replacing) -> None:
    """An ENI is full with one slot still free."""
    original = capacity.free_slots
    replacing.function(original, lambda _k, slots, cidrs: original(INTS, slots - 1, cidrs))


@wrong_model(breaks=("R98", "R99"), upstream=("#989",))
def all_slots_free(replacing: Replacing) -> None:
    """The full request goes to an ENI that already holds addresses."""
    replacing.function(growth.extension_size, lambda _k, wanted, _free: wanted)
