"""Replies as a trace records them."""

from ipam_model.addresses import format_address
from ipam_model.daemon.measure import Decision
from ipam_model.daemon.pods import UNKNOWN_POD, PodReply
from ipam_model.daemon.reconcile import Reconciled
from ipam_model.trace.document import Json


def pod_reply(reply: PodReply) -> dict[str, Json]:
    """What the caller of a pod add or delete saw."""
    shown: dict[str, Json] = {"success": reply.success}
    if reply.success and reply.given:
        shown["ip"] = format_address(reply.given[0].address)
        shown["device"] = reply.given[0].device
    if reply.error == UNKNOWN_POD:
        shown["error"] = reply.error
    return shown


def tick_reply(decisions: tuple[Decision, ...]) -> dict[str, Json]:
    """What a pool update found before it acted; empty if it did not run."""
    if not decisions:
        return {}
    decision = decisions[0]
    shown: dict[str, Json] = {
        "low": decision.low,
        "high": decision.high,
        "want_fewer_enis": decision.wants_fewer_enis,
    }
    if decision.warm_ip:
        shown["short"] = decision.balance.short
        shown["over"] = decision.balance.over
    return shown


def reconcile_reply(outcome: Reconciled) -> dict[str, Json]:
    """Whether a reconcile was due, and completed."""
    shown: dict[str, Json] = {"due": outcome.due}
    if outcome.due:
        shown["completed"] = outcome.completed
    return shown
