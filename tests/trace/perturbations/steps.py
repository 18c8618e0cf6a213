"""Missing, repeated and extra events; the events after them are numbered anew."""

from random import Random

from tests.trace.lines import Line
from tests.trace.perturbations.base import (
    AmbiguousError,
    Base,
    Change,
    Legal,
    Prediction,
    RejectedAt,
    assignments,
    by_card,
    kind,
    renumbered,
    sparse,
)
from tests.trace.perturbations.oracles import (
    GROWTH,
    calls_of,
    cordons,
    first_cordon_conflict,
    first_fault_conflict,
    first_tag_conflict,
    natural_failures,
)

_START = ("init", "restart")


def _conflict(
    base: Base, lines: list[Line], states: list[Line], recorded: list[bool], argument: str
) -> Prediction:
    """What becomes of a trace whose visible states all fit: what shows first of the invisible."""
    natural = natural_failures(base.events)
    found = [
        first_fault_conflict(lines[1:], natural),
        first_tag_conflict(lines[0], lines[1:], states),
        first_cordon_conflict(lines[0], lines[1:], states, recorded),
    ]
    seqs = [seq for seq in found if seq is not None]
    return RejectedAt(min(seqs)) if seqs else Legal(argument)


def _restart_forgets(before: Line, after: Line) -> bool:
    """Whether two states differ only in what a restart reads anew."""
    lasting = ("running", "attached", "subnet_free")
    return all(before.get(key) == after.get(key) for key in lasting) and assignments(
        before
    ) == assignments(after)


def _stretched(base: Base, seq: int) -> tuple[list[Line], list[bool]]:
    """States and recorded cordons with one more event after `seq`, which leaves them."""
    states, cordoned = base.states, cordons(base.events)
    return [*states[: seq + 1], *states[seq:]], [*cordoned[: seq + 1], *cordoned[seq:]]


@kind
def event_missing(base: Base, seq: int, _: Random) -> Change | None:
    gone = base.events[seq]
    lines = list(base.lines)
    del lines[seq + 1]
    what = f"without event {seq} ({gone['event']['kind']})"
    if seq + 1 == len(base.events):
        return Change(what, lines, Legal("a trace may end at any event"))
    following = dict(base.events[seq + 1])
    lines[seq + 1] = following | {"state": base.after(seq + 1)}
    return Change(what, renumbered(lines), _of_missing(base, seq, renumbered(lines)))


def _of_missing(base: Base, seq: int, lines: list[Line]) -> Prediction:
    gone, following = base.events[seq], base.events[seq + 1]
    before, after = base.before(seq), base.after(seq)
    time = base.events[seq - 1]["time"] if seq else 0
    if gone["event"]["kind"] == "init" or gone["time"] != time:
        return RejectedAt(seq)
    if before != after:
        again = ("kind", "sandbox")
        if (
            gone["event"]["kind"] == "pod_add"
            and gone["reply"] == following["reply"]
            and all(gone["event"][key] == following["event"].get(key) for key in again)
        ):
            return Legal("the next event does the same")
        if following["event"]["kind"] == "restart" and _restart_forgets(before, after):
            return Legal("the restart that follows forgets it")
        return RejectedAt(seq)
    if gone["event"]["kind"] == "restart":
        raise AmbiguousError("what a restart forgets invisibly")
    states = [*base.states[:seq], *base.states[seq + 1 :]]
    cordoned = cordons(base.events)
    recorded = [*cordoned[:seq], *cordoned[seq + 1 :]]
    return _conflict(base, lines, states, recorded, "the event changed nothing")


@kind
def event_missing_and_not_renumbered(base: Base, seq: int, _: Random) -> Change | None:
    if seq + 1 == len(base.events):
        return None
    lines = list(base.lines)
    del lines[seq + 1]
    return Change(f"without event {seq}", lines, RejectedAt(seq + 1))


@kind
def event_repeated(base: Base, seq: int, _: Random) -> Change | None:
    line = base.events[seq]
    again = line | {"state": base.after(seq)}
    lines = renumbered([*base.lines[: seq + 2], again, *base.lines[seq + 2 :]])
    what = f"{line['event']['kind']} twice"
    return Change(what, lines, _of_repeated(base, seq, lines))


def _of_repeated(base: Base, seq: int, lines: list[Line]) -> Prediction:
    line, before, after = base.events[seq], base.before(seq), base.after(seq)
    event, calls = line["event"], list(calls_of(line))
    states, recorded = _stretched(base, seq)
    rejected = RejectedAt(seq + 1)
    match event["kind"]:
        case "init":
            raise AmbiguousError("a second init")
        case "restart":
            if calls and any(
                call["call"] in GROWTH or "error" in call.get("result", {}) for call in calls
            ):
                raise AmbiguousError("a restart that grew or met errors")
            if any(call["call"] == "UnassignPrivateIpAddresses" for call in calls):
                return rejected
            if line["time"] != (base.events[seq - 1]["time"]):
                raise AmbiguousError("a restart that took time")
            return _conflict(
                base, lines, states, recorded, "a second restart finds what the first left"
            )
        case "advance":
            return rejected if event["seconds"] else Legal("no time passed")
        case "pod_add":
            same = (
                "a repeated ADD answers as before" if line["reply"]["success"] else "refused again"
            )
            return Legal(same)
        case "pod_del":
            return rejected if line["reply"]["success"] else Legal("unknown again")
        case "external":
            return Legal("the tags are set again") if event["what"] == "set_tags" else rejected
        case "tick":
            if any("error" not in call.get("result", {}) for call in calls):
                return rejected
            if before["clocks"].get("insufficient") != after["clocks"].get("insufficient"):
                return rejected
            if before.get("enis") != after.get("enis"):
                return rejected
            if calls and any(call["result"]["error"].startswith("Insuff") for call in calls):
                raise AmbiguousError("shortage")
            return _conflict(base, lines, states, recorded, "a second update finds the same")
        case "reconcile":
            reply = line["reply"]
            if not reply["due"]:
                return Legal("still not due")
            if reply["completed"]:
                if base.environment(seq).get("ENABLE_POD_ENI") in ("true", "1", "T"):
                    raise AmbiguousError("due again while a trunk is awaited")
                return rejected
            if before != after:
                return rejected
            return _conflict(base, lines, states, recorded, "aborted again")
    return _conflict(base, lines, states, recorded, "said twice")


# -- extra events --------------------------------------------------------------------------------


def _with_extra(base: Base, seq: int, event: Line, reply: Line) -> list[Line]:
    """The trace with an event after `seq` that leaves everything as it is."""
    line = {
        "seq": 0,
        "time": base.events[seq]["time"],
        "event": event,
        "reply": reply,
        "ec2": [],
        "state": {},
    }
    return renumbered([*base.lines[: seq + 2], line, *base.lines[seq + 2 :]])


def _prefix_mode(base: Base, seq: int) -> bool:
    flag = base.environment(seq).get("ENABLE_PREFIX_DELEGATION", "false")
    return flag in ("true", "1", "T")


def _ipv6(base: Base, seq: int) -> bool:
    return base.environment(seq).get("ENABLE_IPv6", "false") in ("true", "1", "T")


def _assignable(base: Base, seq: int) -> bool:
    """Whether a pod could get an address after this event."""
    size, kind = (16, "/28") if _prefix_mode(base, seq) else (1, "/32")
    if _ipv6(base, seq):
        size, kind = 2**48, "/80"
    for eni in base.after(seq)["enis"]:
        for cidr in eni["cidrs"]:
            used = len(cidr.get("assigned", ())) + len(cidr.get("cooling", ()))
            if not eni.get("excluded") and cidr["cidr"].endswith(kind) and used < size:
                return True
    return False


@kind
def extra_refused_add(base: Base, seq: int, _: Random) -> Change | None:
    if not base.after(seq)["running"]:
        return None
    event = {"kind": "pod_add", "sandbox": "p-other"}
    lines = _with_extra(base, seq, event, {"success": False})
    full = Legal("no address was assignable")
    wrong = _assignable(base, seq) or (by_card(base) and sparse(base.after(seq)))
    prediction = RejectedAt(seq + 1) if wrong else full
    return Change("an extra ADD refused", lines, prediction)


@kind
def extra_delete_of_unknown_pod(base: Base, seq: int, _: Random) -> Change | None:
    if not base.after(seq)["running"]:
        return None
    event = {"kind": "pod_del", "sandbox": "p-other"}
    reply: Line = {"success": False, "error": "UnknownPod"}
    if by_card(base):
        told: Line = {"success": True} if sparse(base.after(seq)) else reply
        reply = told | {"addresses": []}
    lines = _with_extra(base, seq, event, reply)
    return Change("an extra DEL", lines, Legal("nobody knows this sandbox"))


@kind
def extra_delete_of_running_pod(base: Base, seq: int, rng: Random) -> Change | None:
    pods = sorted({pod for _, pod in assignments(base.after(seq))})
    if not pods:
        return None
    event = {"kind": "pod_del", "sandbox": rng.choice(pods)}
    reply = {"success": False, "error": "UnknownPod"}
    return Change("an extra DEL", _with_extra(base, seq, event, reply), RejectedAt(seq + 1))


@kind
def extra_reconcile_not_due(base: Base, seq: int, _: Random) -> Change | None:
    if not base.after(seq)["running"]:
        return None
    if base.environment(seq).get("ENABLE_POD_ENI", "false") in ("true", "1", "T"):
        raise AmbiguousError("due always while a trunk is awaited")
    lines = _with_extra(base, seq, {"kind": "reconcile"}, {"due": False})
    last = base.after(seq)["clocks"]["pool_action"]
    due = last is None or base.events[seq]["time"] - last > 60
    soon = Legal("the last pool action is at most 60 s old")
    return Change("an extra reconcile", lines, RejectedAt(seq + 1) if due else soon)


@kind
def extra_reconcile_without_calls(base: Base, seq: int, _: Random) -> Change | None:
    reply = {"due": True, "completed": True}
    lines = _with_extra(base, seq, {"kind": "reconcile"}, reply)
    return Change("an extra reconcile without calls", lines, RejectedAt(seq + 1))


@kind
def extra_restart_without_calls(base: Base, seq: int, _: Random) -> Change | None:
    lines = _with_extra(base, seq, {"kind": "restart"}, {"ok": True})
    return Change("an extra restart without calls", lines, RejectedAt(seq + 1))


@kind
def extra_advance_without_time(base: Base, seq: int, _: Random) -> Change | None:
    lines = _with_extra(base, seq, {"kind": "advance", "seconds": 2.5}, {})
    return Change("2.5 s that did not pass", lines, RejectedAt(seq + 1))


@kind
def extra_advance_by_nothing(base: Base, seq: int, _: Random) -> Change | None:
    lines = _with_extra(base, seq, {"kind": "advance", "seconds": 0}, {})
    return Change("0 s", lines, Legal("no time passed"))


@kind
def extra_event_while_stopped(base: Base, seq: int, rng: Random) -> Change | None:
    if base.after(seq)["running"]:
        return None
    event = rng.choice(({"kind": "tick"}, {"kind": "pod_add", "sandbox": "p1"}))
    reply = {"success": False} if "sandbox" in event else {}
    return Change(
        "an event while stopped", _with_extra(base, seq, event, reply), RejectedAt(seq + 1)
    )


@kind
def extra_fault(base: Base, seq: int, rng: Random) -> Change | None:
    calls = ("AssignPrivateIpAddresses", "GetAttachedENIs", "FreeENI", "TagENI")
    event = {"kind": "ec2_fault", "call": rng.choice(calls), "code": "Timeout", "times": 1}
    lines = _with_extra(base, seq, event, {})
    states, recorded = _stretched(base, seq)
    if not base.after(seq)["running"]:
        return None
    prediction = _conflict(base, lines, states, recorded, "the fault is not used")
    return Change(f"an extra fault of {event['call']}", lines, prediction)


@kind
def extra_cordon(base: Base, seq: int, _: Random) -> Change | None:
    if not base.after(seq)["running"]:
        return None
    lines = _with_extra(base, seq, {"kind": "cordon"}, {})
    states, recorded = _stretched(base, seq)
    conflict = first_cordon_conflict(base.header, lines[1:], states, recorded)
    idle = Legal("nothing grows or is freed afterwards")
    return Change("an extra cordon", lines, idle if conflict is None else RejectedAt(conflict))


@kind
def events_swapped(base: Base, seq: int, _: Random) -> Change | None:
    """Two events in the other order, each with its own record."""
    if not seq or seq + 2 >= len(base.events):
        return None
    first, second = base.events[seq], base.events[seq + 1]
    kinds = {first["event"]["kind"], second["event"]["kind"]}
    if not kinds & {"advance"} or base.after(seq) == base.before(seq) or kinds == {"advance"}:
        return None
    if base.after(seq) == base.after(seq + 1) and first["event"]["kind"] == "advance":
        return None
    lines = renumbered(
        [
            *base.lines[: seq + 1],
            second | {"state": base.after(seq + 1)},
            first | {"state": base.after(seq)},
            base.events[seq + 2] | {"state": base.after(seq + 2)},
            *base.lines[seq + 4 :],
        ]
    )
    return Change(f"event {seq + 1} before {seq}", lines, RejectedAt(seq))
