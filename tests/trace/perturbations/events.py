"""Perturbed events: their kind, arguments, time and number."""

from ipaddress import ip_address, ip_network
from random import Random

from tests.trace.lines import Line
from tests.trace.perturbations.base import (
    AmbiguousError,
    Base,
    Change,
    Legal,
    Malformed,
    Prediction,
    RejectedAt,
    assignments,
    copy_of,
    kind,
    unused_address,
    with_event,
    with_state,
)
from tests.trace.perturbations.oracles import (
    cordons,
    first_cordon_conflict,
    first_fault_conflict,
    first_tag_conflict,
    natural_failures,
)

_PASSIVE = ("cordon", "uncordon", "ec2_fault", "subnet_free", "subnet_tag")


def changed(base: Base, seq: int, line: Line, what: str) -> Change:
    """A changed event that must be rejected where it stands."""
    return Change(what, with_event(base, seq, line), RejectedAt(seq))


@kind
def event_time_changed(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    line["time"] = abs(line["time"] + rng.choice((-2.5, -0.001, 0.001, 1, 60)))
    if line["time"] == base.events[seq]["time"]:
        return None
    return changed(base, seq, line, f"time {line['time']}")


@kind
def event_time_malformed(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    line["time"] = rng.choice((-1, None, "0", True, 10**400, 1e300, 0.00001))
    lines = with_event(base, seq, line)
    return Change(f"time {line['time']!r:.20}", lines, Malformed(seq + 2))


@kind
def event_number_changed(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    line["seq"] = abs(line["seq"] + rng.choice((-1, 1, 10)))
    if line["seq"] == base.events[seq]["seq"]:
        return None
    # The number reported is the one that stands there; the line is what counts.
    return Change(f"seq {line['seq']}", with_event(base, seq, line), RejectedAt(line["seq"]))


@kind
def seconds_changed(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    if line["event"]["kind"] != "advance":
        return None
    line["event"]["seconds"] += rng.choice((-0.5, 0.001, 2.5))
    return changed(base, seq, line, f"advance {line['event']['seconds']}")


@kind
def sandbox_renamed(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    event = line["event"]
    if event["kind"] not in ("pod_add", "pod_del"):
        return None
    running = _sandboxes(base.before(seq))
    old = event["sandbox"]
    event["sandbox"] = rng.choice(("p-other", *sorted(running - {old})))
    refused = not line["reply"]["success"] or line["reply"].get("addresses") == []
    prediction: Prediction = RejectedAt(seq)
    if event.get("multi") and refused:
        if base.environment(seq).get("ENABLE_MULTI_NIC", "false") not in ("true", "1", "T"):
            argument = "several addresses are refused to all without ENABLE_MULTI_NIC"
            return Change(
                f"pod_add {event['sandbox']}", with_event(base, seq, line), Legal(argument)
            )
        if {old, event["sandbox"]} & running or base.before(seq) != base.after(seq):
            raise AmbiguousError("a sandbox that had, or got, some of its addresses")
    if refused and event["sandbox"] == "p-other":
        prediction = Legal(f"a refused {event['kind']} leaves no trace of its sandbox")
    what = f"{event['kind']} {event['sandbox']}"
    return Change(what, with_event(base, seq, line), prediction)


def _sandboxes(state: Line) -> set[str]:
    return {sandbox for _, sandbox in assignments(state)}


def _in_ec2(state: Line, address: str) -> bool:
    return any(
        address in eni["ips"]
        or any(ip_address(address) in ip_network(prefix) for prefix in eni.get("prefixes", ()))
        for eni in state["attached"].values()
    )


@kind
def event_kind_changed(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    event = line["event"]
    old = event["kind"]
    exchange = {
        "tick": "reconcile",
        "reconcile": "tick",
        "pod_add": "pod_del",
        "pod_del": "pod_add",
        "advance": rng.choice(("tick", "reconcile", "restart")),
        "init": "restart",
        "restart": rng.choice(("tick", "reconcile")),
    }
    if old not in exchange:
        return None
    event["kind"] = exchange[old]
    if old == "advance" and not event["seconds"]:
        return None
    return changed(base, seq, line, f"{event['kind']} instead of {old}")


@kind
def event_kind_unknown(base: Base, seq: int, _: Random) -> Change | None:
    line = copy_of(base, seq)
    line["event"]["kind"] = "nap"
    prediction: Prediction = Malformed(seq + 2) if seq else RejectedAt(0)
    return Change("nap", with_event(base, seq, line), prediction)


@kind
def subnet_free_argument_changed(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    if line["event"]["kind"] != "subnet_free":
        return None
    line["event"]["free"] += rng.choice((1, 7))
    return changed(base, seq, line, f"free {line['event']['free']}")


@kind
def subnet_argument_unknown(base: Base, seq: int, _: Random) -> Change | None:
    line = copy_of(base, seq)
    if line["event"]["kind"] not in ("subnet_free", "subnet_tag"):
        return None
    line["event"]["subnet"] = "subnet-9"
    return Change("subnet-9", with_event(base, seq, line), Malformed(seq + 2))


@kind
def external_argument_changed(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    event = line["event"]
    if event["kind"] != "external":
        return None
    others = sorted({*base.before(seq)["attached"], "eni-99"} - {event.get("eni")})
    match event["what"]:
        case "detach_eni" | "add_ip" | "add_prefix":
            event["eni"] = rng.choice(others)
        case "remove_ip" | "remove_prefix":
            key = event["what"].removeprefix("remove_")
            if rng.random() < 0.5:
                event["eni"] = rng.choice(others)
            else:
                event[key] = unused_address(base) if key == "ip" else "10.99.99.0/28"
        case "attach_eni" if "tags" not in event and not event.get("trunk"):
            event["no_manage"] = not event.get("no_manage", False)
        case _:
            return None
    return changed(base, seq, line, f"external {event}")


@kind
def external_answer_changed(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    reply = line["reply"]
    keys = [key for key in ("ip", "prefix", "eni", "ips") if reply.get(key)]
    if line["event"]["kind"] != "external" or not keys:
        return None
    key = rng.choice(keys)
    match key:
        case "prefix":
            reply[key] = "10.99.99.0/28"
        case "eni":
            reply[key] = "eni-99"
        case "ips":
            reply[key][0] = unused_address(base)
        case _:
            reply[key] = unused_address(base)
    return changed(base, seq, line, f"external answer {key} {reply[key]}")


@kind
def vanished_sandbox_missing(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    if not line["event"].get("vanished") or not line["reply"]["ok"]:
        return None
    if not base.before(seq)["running"]:
        return None
    gone = rng.choice(line["event"]["vanished"])
    line["event"]["vanished"].remove(gone)
    lines = with_event(base, seq, line)
    held = [address for address, pod in assignments(base.before(seq)) if pod == gone]
    if not held:
        return Change(f"{gone} still there", lines, Legal("it held no address"))
    if not any(_in_ec2(base.before(seq), address) for address in held):
        if "imds_lag_s" in base.header:
            raise AmbiguousError("IMDS may still have listed the address")
        return Change(f"{gone} still there", lines, Legal("its address was in no CIDR any more"))
    return changed(base, seq, line, f"{gone} still there")


@kind
def sandbox_vanishes_too(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    if line["event"]["kind"] != "restart":
        return None
    kept = sorted(_sandboxes(base.after(seq)))
    if not kept:
        return None
    gone = rng.choice(kept)
    line["event"].setdefault("vanished", []).append(gone)
    return changed(base, seq, line, f"{gone} vanished")


# -- what shows later ----------------------------------------------------------------------------


def _of_conflict(conflict: int | None, argument: str) -> Prediction:
    return Legal(argument) if conflict is None else RejectedAt(conflict)


@kind
def fault_changed(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    event = line["event"]
    if event["kind"] != "ec2_fault" or event.get("clear"):
        return None
    match rng.choice(("call", "code", "more", "fewer", "kind")):
        case "call":
            event["call"] = "FreeENI" if event["call"] != "FreeENI" else "TagENI"
        case "code":
            event["code"] = "Timeout" if event["code"] != "Timeout" else "RequestLimitExceeded"
        case "more":
            event["times"] += 1
        case "fewer" if event["times"] > 1:
            event["times"] -= 1
        case _:
            line["event"] = {"kind": "advance", "seconds": 0}
    lines = with_event(base, seq, line)
    conflict = first_fault_conflict(lines[1:], natural_failures(base.events))
    return Change(f"event {line['event']}", lines, _of_conflict(conflict, "the fault is not used"))


@kind
def cordon_changed(base: Base, seq: int, _: Random) -> Change | None:
    line = copy_of(base, seq)
    event = line["event"]
    if event["kind"] not in ("cordon", "uncordon"):
        return None
    event["kind"] = "uncordon" if event["kind"] == "cordon" else "cordon"
    lines = with_event(base, seq, line)
    recorded = cordons(base.events)
    conflict = first_cordon_conflict(base.header, lines[1:], base.states, recorded)
    argument = "nothing grows or is freed before the next change"
    return Change(event["kind"], lines, _of_conflict(conflict, argument))


@kind
def subnet_tag_changed(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    event = line["event"]
    if event["kind"] != "subnet_tag":
        return None
    event["role"] = rng.choice([role for role in ("0", "1", "") if role != event["role"]])
    lines = with_event(base, seq, line)
    conflict = first_tag_conflict(base.header, lines[1:], base.states)
    argument = "no look-up or creation depends on the tag"
    return Change(f"role {event['role']!r}", lines, _of_conflict(conflict, argument))


@kind
def header_free_changed(base: Base, seq: int, rng: Random) -> Change | None:
    if seq:
        return None
    header = dict(base.header)
    header["subnets"] = [dict(subnet) for subnet in header["subnets"]]
    rng.choice(header["subnets"])["free"] += rng.choice((1, 16))
    return Change("a subnet with more free addresses", [header, *base.events], RejectedAt(0))


@kind
def header_primary_subnet_changed(base: Base, seq: int, _: Random) -> Change | None:
    if seq or "attached" not in base.header:
        return None
    attached = {name: dict(eni) for name, eni in base.header["attached"].items()}
    primary = next(eni for eni in attached.values() if eni["device"] == 0)
    primary["primary"] = unused_address(base)
    header = base.header | {"attached": attached}
    return Change("another primary address", [header, *base.events], RejectedAt(0))


# -- nested events -------------------------------------------------------------------------------


@kind
def nested_event_missing(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    calls = [call for call in line["ec2"] if call.get("during")]
    if not calls:
        return None
    call = rng.choice(calls)
    gone = call["during"].pop(rng.randrange(len(call["during"])))
    sandbox = gone["event"]["sandbox"]
    others = [nested for each in line["ec2"] for nested in each.get("during", [])]
    if any(nested["event"]["sandbox"] == sandbox for nested in others):
        return None
    prediction: Prediction = RejectedAt(seq)
    if not gone["reply"]["success"] or (
        gone["event"]["kind"] == "pod_add" and sandbox in _sandboxes(base.before(seq))
    ):
        prediction = Legal("the nested event changed nothing")
    return Change(f"without nested {gone['event']}", with_event(base, seq, line), prediction)


@kind
def nested_reply_exchanged(base: Base, seq: int, rng: Random) -> Change | None:
    """A nested success told as a refusal."""
    line = copy_of(base, seq)
    nested = [
        each for call in line["ec2"] for each in call.get("during", []) if each["reply"]["success"]
    ]
    if not nested:
        return None
    rng.choice(nested)["reply"] = {"success": False}
    return changed(base, seq, line, "a nested event refused")


@kind
def nested_reply_changed(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    nested = [
        each["reply"]
        for call in line["ec2"]
        for each in call.get("during", [])
        if "ip" in each["reply"]
    ]
    if not nested:
        return None
    rng.choice(nested)["ip"] = unused_address(base)
    return changed(base, seq, line, "a nested reply with another address")


# -- states of the event line --------------------------------------------------------------------


@kind
def state_of_line_before(base: Base, seq: int, _: Random) -> Change | None:
    """An event that left the state as it was."""
    if not seq:
        return None
    before, after = base.before(seq), base.after(seq)
    lines = with_state(base, seq, before)
    if before == after:
        return Change("state as before", lines, Legal("the state had not changed"))
    return Change("state as before", lines, RejectedAt(seq))
