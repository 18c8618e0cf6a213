"""Whether a pod is served while there is something to serve it with."""

from ipam_model.daemon.pods import NO_AVAILABLE, PodReply
from ipam_model.properties.evidence import Step
from ipam_model.properties.registry import VACUOUS, Verdict, Violated, every_step, holds
from ipam_model.properties.warm_target import assignable


@every_step(
    "P-L3-served",
    "A pod is served at once while every card has an address for it, however short the pool is.",
    source="peers §A L3; R112, R113, R121",
    kinds=("add_pod",),
)
def free_addresses_are_given(step: Step) -> Verdict:
    """P-L3-refused is about what a pool may lack; this one about a daemon that keeps what it has.

    Of every card, because a pod on several needs an address of each. v4 and v6 alike.
    """
    node, reply = step.before.node, step.reply
    if node is None or step.nested or not isinstance(reply, PodReply) or not node.stores:
        return VACUOUS
    if not all(assignable(step.before, store) for store in node.stores):
        return VACUOUS
    if reply.error == NO_AVAILABLE:
        return Violated("a pod is refused, though every card has an address that it could get")
    return holds(reply.success)
