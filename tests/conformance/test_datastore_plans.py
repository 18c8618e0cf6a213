"""Drawn plans get somewhere: each of these happens in some of them."""

from collections import Counter

from ipam_model.conformance.datastore_events import (
    CIDR_IN_USE,
    DUPLICATE_CIDR,
    DUPLICATE_ENI,
    ENI_IN_USE,
    NO_DELETABLE_ENI,
    NOT_RUNNING,
    UNKNOWN_CIDR,
    UNKNOWN_ENI,
    DelCidr,
    RemoveEni,
)
from ipam_model.conformance.datastore_reference import ReferenceDatastore
from ipam_model.conformance.plan import DatastorePlan
from ipam_model.daemon.pods import NO_AVAILABLE, UNKNOWN_POD
from tests.conformance.drawn_plans import NUMBER, drawn_plans

WANTED = {
    CIDR_IN_USE,
    DUPLICATE_CIDR,
    DUPLICATE_ENI,
    ENI_IN_USE,
    NO_DELETABLE_ENI,
    NOT_RUNNING,
    UNKNOWN_CIDR,
    UNKNOWN_ENI,
    NO_AVAILABLE,
    UNKNOWN_POD,
    "an address is given again after its cooldown",
    "cooling",
    "prefixes and single addresses",
    "a CIDR goes with its pods",
    "an ENI goes with its pods",
    "an unneeded ENI goes",
    "an emptied CIDR of an excluded ENI goes",
    "a recovery with pods",
    "a prefix is full",
}


def reached(plan: DatastorePlan) -> set[str]:
    found: set[str] = set()
    given: dict[str, str] = {}
    subject = ReferenceDatastore()
    subject.reset(plan.datastore)
    before = subject.observe()
    for event in plan.events:
        reply = subject.apply(event)
        now = subject.observe()
        found.add(str(reply.get("error", "")))
        pods = sum(each.assigned for each in before.cards)
        lost = pods - sum(each.assigned for each in now.cards)
        succeeded = reply.get("success") is True
        if event.kind == "assign" and succeeded:
            ip, pod = str(reply["ip"]), str(getattr(event, "pod", ""))
            if given.setdefault(ip, pod) != pod:
                found.add("an address is given again after its cooldown")
            given[ip] = pod
        if isinstance(event, DelCidr) and lost:
            found.add("a CIDR goes with its pods")
        if isinstance(event, RemoveEni) and lost:
            found.add("an ENI goes with its pods")
        if event.kind == "remove_unused_eni" and succeeded:
            found.add("an unneeded ENI goes")
        cidrs = [sum(len(each.cidrs) for each in seen.enis) for seen in (before, now)]
        if event.kind == "advance" and now.running and cidrs[1] < cidrs[0]:
            found.add("an emptied CIDR of an excluded ENI goes")
        if event.kind == "recover" and succeeded and pods:
            found.add("a recovery with pods")
        sizes = {cidr.cidr.endswith("/32") for eni in now.enis for cidr in eni.cidrs}
        if len(sizes) == 2:
            found.add("prefixes and single addresses")
        if any(len(cidr.assigned) == 16 for eni in now.enis for cidr in eni.cidrs):
            found.add("a prefix is full")
        if any(each.cooling for each in now.cards):
            found.add("cooling")
        before = now
    return found


def test_drawn_plans_reach_what_matters() -> None:
    times = Counter(each for plan in drawn_plans() for each in reached(plan))
    rare = {each: times[each] for each in WANTED if times[each] < NUMBER // 100}
    assert not rare
