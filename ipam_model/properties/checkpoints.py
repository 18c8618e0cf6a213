"""What is on disk when a pod is answered."""

from ipam_model.daemon.pods import NO_DEVICE, PodReply
from ipam_model.daemon.procedure import Call
from ipam_model.properties.evidence import Step
from ipam_model.properties.registry import (
    VACUOUS,
    Verdict,
    Violated,
    every_step,
    holds,
    over_run,
)
from ipam_model.requests import Failed, WriteCheckpoint
from ipam_model.state import Node, Pod, PodKey


def pod_key(step: Step) -> PodKey:
    """The sandbox of a pod's step."""
    subject = step.subject
    if isinstance(subject, Pod):
        return subject.key
    return subject if isinstance(subject, PodKey) else PodKey("")


def _writes(step: Step) -> dict[int, bool]:
    """By card: whether the last attempt to write its file succeeded."""
    return {
        asked.ask.request.card: not isinstance(asked.answer, Failed)
        for asked in step.asked
        if isinstance(asked.ask, Call) and isinstance(asked.ask.request, WriteCheckpoint)
    }


@every_step(
    "I12",
    "A checkpoint that was written lists exactly the assigned addresses, and a pod is told success "
    "only with an address, and after the write.",
    source="R34, R114, R124, R179",
    kinds=("start", "add_pod", "delete_pod", "advance", "reconcile"),
)
def success_is_on_disk(step: Step) -> Verdict:
    """The files after the step; where steps are nested, theirs is the last word."""
    node, before = step.after.node, step.before.node
    if node is None:
        return VACUOUS
    written = _writes(step)
    if not step.nested:
        files = dict(step.after.checkpoints)
        for store in node.stores:
            if not written.get(store.card):
                continue
            if store.card not in files:
                return Violated(
                    f"the checkpoint of card {store.card} was written, and is not there"
                )
            listed = {(each.pod.key, each.address) for each in files[store.card].entries}
            held = {(key, each.address) for key, each in store.holdings.items()}
            if listed != held:
                return Violated(f"the checkpoint of card {store.card} lists something else")
    if step.kind not in ("add_pod", "delete_pod") or before is None:
        return holds(any(written.values()))
    assert isinstance(step.reply, PodReply)
    return _answered(step, before, node, written)


def _answered(step: Step, before: Node, node: Node, written: dict[int, bool]) -> Verdict:
    reply = step.reply
    assert isinstance(reply, PodReply)
    if step.kind == "add_pod" and reply.success and not reply.given:
        return Violated("ADD succeeds without an address")
    if any(given.device == NO_DEVICE for given in reply.given):
        return VACUOUS  # A branch ENI's address is in no store.
    for old, new in zip(before.stores, node.stores, strict=True):
        key = pod_key(step)
        if step.nested or old.holdings.get(key) == new.holdings.get(key):
            continue
        if not written.get(new.card):
            return Violated(f"card {new.card} keeps a change that was not written")
    return holds(bool(written))


@every_step(
    "I12-refused",
    "An address is not kept by a pod whose assignment could not be written, and not freed where "
    "the release could not.",
    source="R114, R124, R179",
    kinds=("add_pod", "delete_pod"),
)
def refused_writes_change_nothing(step: Step) -> Verdict:
    """A failed write is told, and undone."""
    before, node = step.before.node, step.after.node
    if before is None or node is None or step.nested:
        return VACUOUS
    failed = {card for card, written in _writes(step).items() if not written}
    if not failed:
        return VACUOUS
    assert isinstance(step.reply, PodReply)
    if step.reply.success:
        return Violated("success is told although the checkpoint was not written")
    for old, new in zip(before.stores, node.stores, strict=True):
        if new.card in failed and dict(old.holdings) != dict(new.holdings):
            return Violated(f"card {new.card} keeps what could not be written")
    return holds(True)


@every_step(
    "P-L6-acknowledged",
    "After a DEL that succeeded no store holds an address for the pod.",
    source="#1411, #3109; R121, R125",
    kinds=("delete_pod",),
)
def acknowledged_deletes_free(step: Step) -> Verdict:
    """A pod on several cards is freed on all of them."""
    node, before = step.after.node, step.before.node
    assert isinstance(step.reply, PodReply)
    if node is None or before is None or not step.reply.success:
        return VACUOUS
    key = step.subject
    if any(key in store.holdings for store in node.stores):
        return Violated("the pod's DEL succeeded, and a store still holds an address for it")
    return holds(any(key in store.holdings for store in before.stores))


@over_run(
    "I1-repeated",
    "ADD repeated for a sandbox is answered with the address it has, and changes nothing.",
    source="R111, R121; #711",
    initial=frozenset[PodKey](),
)
def repeated_adds_change_nothing(
    served: frozenset[PodKey], step: Step
) -> tuple[frozenset[PodKey], Verdict]:
    """Remembers who was served, over restarts too."""
    key = pod_key(step)
    if step.kind == "delete_pod":
        return served - {key}, VACUOUS
    if step.kind != "add_pod" or not isinstance(step.reply, PodReply) or not step.reply.success:
        return served, VACUOUS
    before, after = step.before.node, step.after.node
    if key not in served or before is None or after is None or step.nested:
        return served | {key}, VACUOUS
    held = {s.card: s.holdings[key].address for s in before.stores if key in s.holdings}
    now = {s.card: s.holdings[key].address for s in after.stores if key in s.holdings}
    told = {given.address for given in step.reply.given}
    # A pod that asks for one interface and then for all of them rightly gets more.
    if held and not (held.items() <= now.items() and told & set(held.values())):
        return served, Violated("a repeated ADD is answered with another address")
    return served, holds(bool(held))
