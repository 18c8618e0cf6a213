"""What pods keep, whatever else happens while they come and go."""

from typing import TypeAlias

from ipam_model.addresses import format_address
from ipam_model.properties.evidence import Step
from ipam_model.properties.growing import store_of
from ipam_model.properties.ownership import also_migrated, stores
from ipam_model.properties.registry import VACUOUS, Verdict, Violated, every_step, holds
from ipam_model.state import Holding, Node, Pod, PodKey
from ipam_model.world import World

Assignments: TypeAlias = frozenset[tuple[int, Holding]]
"""What pods hold, each with its card."""


@every_step(
    "P-S1-kept",
    "While the daemon runs, an address stays with its pod from the pod's own ADD to its own DEL, "
    "unless a reconcile takes the CIDR: what pods do while an answer is awaited is neither lost "
    "nor undone.",
    source="R23, R71, R114, R124, R194",
    kinds=("add_pod", "delete_pod", "tick", "reconcile", "advance", "await_trunk"),
)
def what_pods_do_lasts(step: Step) -> Verdict:
    """Assignment by assignment; whether a reconcile may take the CIDR is for P-S6."""
    before, after = step.before.node, step.after.node
    if before is None or after is None:
        return VACUOUS
    if after.stores is before.stores and not step.nested:
        return VACUOUS
    at_first, at_last = _assignments(step.before), _assignments(step.after)
    expected = at_first
    for inner in step.nested:
        old, new = _assignments(inner.before), _assignments(inner.after)
        expected = expected - (old - new) | (new - old)
    ends, begins = _own(step)
    for card, held in _in_order(expected - at_last):
        taken = step.kind == "reconcile" and not _has(after, card, held)
        if held.pod.key not in ends and not taken:
            return Violated(f"{_shown(held)} is lost, and the pod did not give it back")
    for _, held in _in_order(at_last - expected):
        if held.pod.key not in begins:
            return Violated(f"{_shown(held)} is there, and the pod does not have it")
    return holds(any(held.pod.key not in ends for _, held in at_first | expected))


def _assignments(world: World) -> Assignments:
    return frozenset(
        (store.card, held) for store in stores(world) for held in store.holdings.values()
    )


def _in_order(assignments: Assignments) -> list[tuple[int, Holding]]:
    """By address; two stores may have the same one, so by all that tells assignments apart."""

    def place(each: tuple[int, Holding]) -> tuple[int, int, str, PodKey]:
        card, held = each
        return held.address, card, held.eni, held.pod.key

    return sorted(assignments, key=place)


def _own(step: Step) -> tuple[frozenset[PodKey], frozenset[PodKey]]:
    """Whose assignments the event itself may end, and whose it may begin."""
    subject = step.subject
    if isinstance(subject, Pod):
        return frozenset(), frozenset({subject.key})
    if isinstance(subject, PodKey):
        return also_migrated({subject}), frozenset()
    return frozenset(), frozenset()


def _has(node: Node, card: int, held: Holding) -> bool:
    """Whether the store has the CIDR of an assignment."""
    home = store_of(node, held.eni)
    return home is not None and home[0].card == card and home[1].find(held.network) is not None


def _shown(held: Holding) -> str:
    return f"{format_address(held.address)} of {held.pod.key.container}"
