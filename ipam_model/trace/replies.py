"""Replies as a trace records them."""

from ipam_model.addresses import format_address
from ipam_model.daemon.measure import Decision
from ipam_model.daemon.pods import UNKNOWN_POD, Given, PodReply
from ipam_model.daemon.reconcile import Reconciled
from ipam_model.trace.document import Json


def pod_reply(reply: PodReply, *, by_card: bool = False, deleted: bool = False) -> dict[str, Json]:
    """What the caller of a pod add or delete saw; `by_card` = where cards are told apart."""
    shown: dict[str, Json] = {"success": reply.success}
    if by_card and (reply.success or deleted):
        shown["addresses"] = [_given(each) for each in reply.given]
    if reply.given:
        shown |= _given(reply.given[0])
    if reply.error == UNKNOWN_POD:
        shown["error"] = reply.error
    return shown


def _given(given: Given) -> dict[str, Json]:
    return {"ip": format_address(given.address), "device": given.device}


def tick_reply(decisions: tuple[Decision, ...], *, by_card: bool = False) -> dict[str, Json]:
    """What a pool update found before it acted; empty if it did not run."""
    if by_card:
        return {str(decision.card): _decision(decision) for decision in decisions}
    return _decision(decisions[0]) if decisions else {}


def _decision(decision: Decision) -> dict[str, Json]:
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
