"""Findings about pods: what they are answered, and what they leave behind.

See `findings_of_addresses` for what a finding is.
"""

from ipam_model.config import Quirk
from ipam_model.daemon.procedure import Call
from ipam_model.properties.evidence import Step
from ipam_model.properties.ownership import also_migrated, stores
from ipam_model.properties.registry import finding
from ipam_model.properties.warm_target import assignable
from ipam_model.state import Pod, PodKey
from ipam_model.world import World


@finding(
    "success-without-an-address",
    "The last store is told by its card's number: with a gap between the cards an exhausted node "
    "answers ADD with success and no address.",
    seen_in=World,
    violates=("I12",),
    rules=("R121", "R126"),
    quirk="R121b",
)
def cards_have_gaps(world: World) -> bool:
    """The stores' cards are not numbered without gaps from 0, and none has an address to give."""
    cards = [store.card for store in stores(world)]
    return (
        world.config.quirk(Quirk.LAST_BY_NUMBER)
        and cards != list(range(len(cards)))
        and any(not assignable(world, store) for store in stores(world))
    )


@finding(
    "entry-outlives-its-sandbox",
    "A checkpoint entry without the pod's name, or of a pod that was created again under the same "
    "name, is kept at a restart although its sandbox is gone.",
    seen_in=World,
    violates=("P-L6",),
    rules=("R61", "R62"),
    upstream=("#1411",),
)
def a_gone_sandbox_cannot_be_told(world: World) -> bool:
    """A pod that holds an address and has no veth has no name, or one that another veth has."""
    names = {veth.pod for veth in world.veths}
    sandboxes = also_migrated(veth.sandbox for veth in world.veths)
    gone = [
        held.pod.name
        for store in stores(world)
        for key, held in store.holdings.items()
        if key not in sandboxes
    ]
    return any(not name or name in names for name in gone)


@finding(
    "repeated-add-leaks",
    "A pod that lives on a higher card and asks again gets a second address on a lower one; DEL "
    "frees that alone.",
    seen_in=Step,
    violates=("I1-repeated", "P-L6-acknowledged"),
    rules=("R121", "R125"),
    quirk="R121d",
    also=("finding-repeated-add-leaks-deleted.json",),
)
def one_interface_on_two_cards(step: Step) -> bool:
    """The pod that is added or deleted holds addresses on two cards as one of one interface."""
    if not step.after.config.quirk(Quirk.REPEATED_ADD_AGAIN):
        return False
    key = step.subject.key if isinstance(step.subject, Pod) else step.subject
    assert isinstance(key, PodKey), "both properties are of pods that come or go"
    for world in (step.before, step.after):
        held = [store.holdings[key] for store in stores(world) if key in store.holdings]
        if len(held) > 1 and any(each.pod.interfaces <= 1 for each in held):
            return True
    return False


@finding(
    "one-address-then-all-leak",
    "A pod that has one address and asks again, now for one on every card, keeps the record of the "
    "first: DEL reads there that it has one, frees that alone, and the others stay.",
    seen_in=Step,
    violates=("P-L6-acknowledged",),
    rules=("R111", "R120", "R125"),
)
def one_interface_became_several(step: Step) -> bool:
    """The first store that knows the pod knows it with one interface, a later one with several."""
    key = step.subject
    if step.kind != "delete_pod" or not isinstance(key, PodKey):
        return False
    held = [store.holdings[key] for store in stores(step.before) if key in store.holdings]
    several = any(each.pod.interfaces > 1 for each in held[1:])
    return several and held[0].pod.interfaces <= 1


@finding(
    "gone-pod-of-a-higher-card-leaks",
    "With ENABLE_POD_ENI a DEL whose pod is not in the first store asks for the pod object; where "
    "that has gone, success is told at once, and the other stores are not searched.",
    seen_in=Step,
    violates=("P-L6-acknowledged",),
    rules=("R125",),
)
def a_gone_pod_lives_on_a_higher_card(step: Step) -> bool:
    """The pod that is deleted has no object any more, and no address in the first store."""
    key, config, held = step.subject, step.after.config, stores(step.before)
    return (
        step.kind == "delete_pod"
        and isinstance(key, PodKey)
        and config.settings.pod_eni
        and len(held) > 1
        and key not in held[0].holdings
        and any(isinstance(asked.ask, Call) and asked.answer is None for asked in step.asked)
    )
