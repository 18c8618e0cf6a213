"""Whether a pod is served while there is something to serve it with."""

from ipam_model.daemon.pods import NO_AVAILABLE, NO_DEVICE, PodReply
from ipam_model.properties.aggregates import may_grow, of_the_article
from ipam_model.properties.evidence import Step
from ipam_model.properties.registry import VACUOUS, Verdict, Violated, every_step, holds
from ipam_model.properties.warm_target import assignable
from ipam_model.records import evolve
from ipam_model.state import Pod, Store
from ipam_model.world import World


@every_step(
    "P-L3-served",
    "A pod is served at once while every card has an address for it, however short the pool is.",
    source="R112, R113, R121",
    kinds=("add_pod",),
)
def free_addresses_are_given(step: Step) -> Verdict:
    """P-L3-refused is about what a pool may lack; this one about a daemon that keeps what it has.

    Of every card, because a pod on several needs an address of each. v4 and v6 alike. The article
    holds its standby ENIs back (B6): what these have does not count.
    """
    node, reply = step.before.node, step.reply
    if node is None or step.nested or not isinstance(reply, PodReply) or not node.stores:
        return VACUOUS
    if not all(assignable(step.before, _open(step.before, store)) for store in node.stores):
        return VACUOUS
    if reply.error == NO_AVAILABLE:
        return Violated("a pod is refused, though every card has an address that it could get")
    return holds(reply.success)


def _open(world: World, store: Store) -> Store:
    """The store without the ENIs that are held back: with blocks, until the others are full."""
    config = world.config
    settings = config.settings
    in_blocks = settings.warm_ip_target == 0 or settings.warm_eni_target > 0
    if not of_the_article(config) or not in_blocks:
        return store
    serving = [eni for eni in store.enis if eni.primary or eni.has_pods()]
    without_standby = evolve(store, enis=tuple(serving))
    growing = any(may_grow(config, eni) and len(eni.cidrs) < config.slots for eni in serving)
    return without_standby if growing or assignable(world, without_standby) else store


@every_step(
    "P-L3-every-card",
    "An ADD that asks for an address on every card and succeeds gives one of each managed card.",
    source="R120, R121",
    kinds=("add_pod",),
)
def every_card_gives_an_address(step: Step) -> Verdict:
    """In the order of the cards, and each store remembers it; a pod of a branch ENI has none."""
    node, reply, pod = step.after.node, step.reply, step.subject
    if not step.every_card or node is None or not isinstance(reply, PodReply):
        return VACUOUS
    assert isinstance(pod, Pod)
    if not reply.success or step.nested or any(each.device == NO_DEVICE for each in reply.given):
        return VACUOUS
    held = [store.holdings.get(pod.key) for store in node.stores]
    for store, each in zip(node.stores, held, strict=True):
        if each is None:
            return Violated(
                f"the pod is to have an address on every card, and none on {store.card}"
            )
    if [each.address for each in reply.given] != [each.address for each in held if each]:
        return Violated("the pod is told of other addresses than the cards hold for it")
    return holds(len(held) > 1)
