"""Perturbed calls: removed, repeated, renamed, moved, with another ENI, count or address list."""

from collections.abc import Sequence
from itertools import permutations
from random import Random

from tests.trace.lines import Line
from tests.trace.perturbations.base import (
    AmbiguousError,
    Base,
    Change,
    Legal,
    Prediction,
    RejectedAt,
    by_card,
    copy_of,
    kind,
    unused_address,
    with_event,
)
from tests.trace.perturbations.oracles import first_fault_conflict, natural_failures

NAMES = (
    "AssignPrivateIpAddresses",
    "CreateNetworkInterface+Attach",
    "WaitForENIAndIPsAttached",
    "FreeENI",
    "UnassignPrivateIpAddresses",
    "DescribeAllENIs",
    "GetAttachedENIs",
    "GetIPv4sFromEC2",
    "GetIPv4PrefixesFromEC2",
    "GetIPv6PrefixesFromEC2",
    "AssignIpv6Prefixes",
    "IsSubnetExcluded",
    "TagENI",
    "SetupENINetwork",
)

_UNASSIGN = "UnassignPrivateIpAddresses"


def pick_call(line: Line, rng: Random, *keys: str) -> int | None:
    """The position of a call that has one of these arguments (any call, if none is named)."""
    fitting = [
        position
        for position, call in enumerate(line["ec2"])
        if not keys or any(key in call for key in keys)
    ]
    return rng.choice(fitting) if fitting else None


def call_change(base: Base, seq: int, line: Line, what: str, prediction: Prediction) -> Change:
    """One changed event line."""
    return Change(what, with_event(base, seq, line), prediction)


@kind
def call_removed(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    position = pick_call(line, rng)
    if position is None:
        return None
    gone = line["ec2"].pop(position)
    return call_change(base, seq, line, f"without {gone['call']}", RejectedAt(seq))


@kind
def call_repeated(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    position = pick_call(line, rng)
    if position is None:
        return None
    line["ec2"].insert(position, line["ec2"][position])
    return call_change(base, seq, line, f"call {position} twice", RejectedAt(seq))


@kind
def call_added(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    enis = sorted(base.after(seq).get("attached", {}))
    eni = rng.choice(enis)
    extra: Line = rng.choice(
        (
            {"call": "TagENI", "eni": eni},
            {"call": "FreeENI", "eni": eni},
            {"call": "DescribeAllENIs", "result": {"enis": enis}},
            {"call": "GetAttachedENIs", "result": {"enis": enis}},
            {"call": "SetupENINetwork", "eni": eni},
            {"call": "AssignPrivateIpAddresses", "eni": eni, "count": 1, "result": {"ips": []}},
        )
    )
    line["ec2"].insert(rng.randint(0, len(line["ec2"])), extra)
    return call_change(base, seq, line, f"with {extra['call']}", RejectedAt(seq))


@kind
def call_renamed(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    position = pick_call(line, rng)
    if position is None:
        return None
    call = line["ec2"][position]
    call["call"] = rng.choice([name for name in NAMES if name != call["call"]])
    return call_change(base, seq, line, f"named {call['call']}", RejectedAt(seq))


@kind
def call_on_other_eni(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    position = pick_call(line, rng, "eni")
    if position is None:
        return None
    call = line["ec2"][position]
    others = {*base.before(seq).get("attached", {}), *base.after(seq).get("attached", {})}
    call["eni"] = rng.choice(sorted({*others, "eni-99"} - {call["eni"]}))
    return call_change(base, seq, line, f"{call['call']} on {call['eni']}", RejectedAt(seq))


@kind
def call_with_other_subnet(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    position = pick_call(line, rng, "subnet")
    if position is None:
        return None
    call = line["ec2"][position]
    known = {subnet["id"] for subnet in base.header["subnets"]}
    call["subnet"] = rng.choice(sorted({*known, "subnet-9"} - {call["subnet"]}))
    if "error" in call.get("result", {}) and base.environment(seq).get("ENABLE_IPv6") == "true":
        raise AmbiguousError("which ENI is looked up first is open")
    return call_change(base, seq, line, f"{call['call']} of {call['subnet']}", RejectedAt(seq))


@kind
def call_with_other_count(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    position = pick_call(line, rng, "count")
    if position is None:
        return None
    call = line["ec2"][position]
    call["count"] += rng.choice([-1, 1, 2]) if call["count"] else 1
    return call_change(base, seq, line, f"count {call['count']}", RejectedAt(seq))


@kind
def call_without_argument(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    position = pick_call(line, rng, "eni", "count", "subnet", "ips", "prefixes")
    if position is None:
        return None
    call = line["ec2"][position]
    key = rng.choice([k for k in ("eni", "count", "subnet", "ips", "prefixes") if k in call])
    del call[key]
    return call_change(base, seq, line, f"{call['call']} without {key}", RejectedAt(seq))


@kind
def call_with_other_addresses(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    position = pick_call(line, rng, "ips", "prefixes")
    if position is None:
        return None
    call = line["ec2"][position]
    key = "ips" if "ips" in call else "prefixes"
    addresses = call[key]
    held = base.before(seq).get("attached", {}).get(call["eni"], {}).get(key, [])
    spare = sorted(set(held) - set(addresses)) or [
        unused_address(base) if key == "ips" else "10.99.99.0/28"
    ]
    where = rng.randrange(len(addresses))
    match rng.choice(("replaced", "added", "dropped")):
        case "replaced":
            addresses[where] = rng.choice(spare)
        case "added":
            addresses.append(rng.choice(spare))
        case _:
            del addresses[where]
    return call_change(base, seq, line, f"{key} {addresses}", RejectedAt(seq))


@kind
def call_addresses_in_other_order(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    fitting = [
        (call, key)
        for call in line["ec2"]
        for key in ("ips", "prefixes")
        if len(call.get(key, ())) > 1
    ]
    if not fitting:
        return None
    call, key = rng.choice(fitting)
    call[key].reverse()
    return call_change(base, seq, line, f"{key} reversed", Legal("the addresses are a set"))


@kind
def calls_swapped(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    calls = line["ec2"]
    if len(calls) < 2:
        return None
    if any("during" in call for call in calls):
        raise AmbiguousError("nested events would move along")
    if by_card(base) and base.events[seq]["event"]["kind"] in ("tick", "init", "restart"):
        raise AmbiguousError("calls of different cards may change places")
    first = rng.randrange(len(calls) - 1)
    calls[first], calls[first + 1] = calls[first + 1], calls[first]
    what = f"{calls[first + 1]['call']} after {calls[first]['call']}"
    prediction = _of_swap(base, seq, calls, first)
    if isinstance(prediction, Legal):
        events = with_event(base, seq, line)[1:]
        natural = {id(call) for call in calls if "error" in call.get("result", {})}
        conflict = first_fault_conflict(events, natural | natural_failures(base.events))
        prediction = prediction if conflict is None else RejectedAt(conflict)
    return call_change(base, seq, line, what, prediction)


def _of_swap(base: Base, seq: int, calls: Sequence[Line], first: int) -> Prediction:
    one, other = calls[first], calls[first + 1]
    if one == other:
        return Legal("two equal calls changed places")
    if base.environment(seq).get("ENABLE_IPv6") == "true":
        if len(base.before(seq).get("attached", "1")) > 1:
            raise AmbiguousError("the ENIs may come in another order")
        return RejectedAt(seq)
    event = base.events[seq]["event"]["kind"]
    both_release = one["call"] == other["call"] == _UNASSIGN and one["eni"] != other["eni"]
    if both_release and event in ("init", "restart"):
        return Legal("the order of ENIs in a start-up clean-up is open")
    if both_release and event == "tick" and _release_fits(base, seq, calls):
        return Legal("the order in which ENIs release is open")
    if calls in _orders_of_enis(base.events[seq]["ec2"]):
        return Legal("the order in which described ENIs are treated is open")
    return RejectedAt(seq)


def _release_fits(base: Base, seq: int, calls: Sequence[Line]) -> bool:
    """Whether every ENI but the last releases all it can, up to what is still over."""
    calls = [call for call in calls if call["call"] == _UNASSIGN]
    over = sum(len(call.get("ips", [])) + len(call.get("prefixes", [])) for call in calls)
    stores = {eni["id"]: eni for eni in base.before(seq)["enis"]}
    taken: dict[str, int] = {}
    for call in calls:
        size = len(call.get("ips", [])) + len(call.get("prefixes", []))
        if call["eni"] in taken and list(taken)[-1] != call["eni"]:
            return False
        taken[call["eni"]] = taken.get(call["eni"], 0) + size
    for eni, size in taken.items():
        free = sum(not cidr.get("assigned") for cidr in stores[eni]["cidrs"])
        if size != min(over, free):
            return False
        over -= size
    return True


_TREATMENT = (
    "TagENI",
    "IsSubnetExcluded",
    "SetupENINetwork",
    "GetIPv4sFromEC2",
    "GetIPv4PrefixesFromEC2",
)


def _orders_of_enis(calls: Sequence[Line]) -> list[list[Line]]:
    """The calls with the ENIs that follow a description treated in other orders."""
    names = [call["call"] for call in calls]
    if "DescribeAllENIs" not in names:
        return []
    start = end = names.index("DescribeAllENIs") + 1
    while end < len(calls) and names[end] in _TREATMENT:
        end += 1
    blocks = _treatments(calls[start:end])
    if len(blocks) > 6:
        raise AmbiguousError("too many orders to try")
    head, tail = list(calls[:start]), list(calls[end:])
    return [
        [*head, *(call for block in order for call in block), *tail]
        for order in permutations(blocks)
    ]


def _treatments(calls: Sequence[Line]) -> list[list[Line]]:
    """Consecutive calls cut where the next ENI begins."""
    blocks: list[list[Line]] = []
    for call in calls:
        last = blocks[-1] if blocks else []
        enis = {each["eni"] for each in last if "eni" in each}
        failed = bool(last) and "error" in last[-1].get("result", {})
        match call["call"]:
            case "TagENI":
                begins = True
            case "IsSubnetExcluded":
                looked_up = any(each["call"] == "IsSubnetExcluded" for each in last)
                begins = not last or (looked_up and not failed) or bool(enis & _compared(last))
            case _:
                begins = not last or bool(enis - {call["eni"]})
        if begins:
            blocks.append([call])
        else:
            last.append(call)
    return blocks


def _compared(block: Sequence[Line]) -> set[str]:
    return {call["eni"] for call in block if call["call"].startswith("GetIPv4")}
