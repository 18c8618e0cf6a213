"""Perturbed states: counts, clocks, released CIDRs, the store, EC2's truth, delta markers."""

from collections.abc import Iterator
from random import Random
from typing import Any

from tests.trace.lines import Line
from tests.trace.perturbations.base import (
    Base,
    Change,
    Legal,
    Malformed,
    RejectedAt,
    by_card,
    copied,
    kind,
    unused_address,
    with_state,
)


def _change(base: Base, seq: int, state: Line, what: str) -> Change:
    return Change(what, with_state(base, seq, state), RejectedAt(seq))


def _count(base: Base, seq: int, rng: Random, group: str, *, negative: bool) -> Change | None:
    state = copied(base.after(seq))
    if not state.get(group):
        return None
    numbers = state[group]
    if by_card(base) and group != "subnet_free":
        numbers = numbers[rng.choice(sorted(numbers))]
    key = rng.choice(sorted(numbers))
    numbers[key] += rng.choice((-1, 1)) if negative or numbers[key] else 1
    return _change(base, seq, state, f"{group}.{key} {numbers[key]}")


@kind
def statistic_off_by_one(base: Base, seq: int, rng: Random) -> Change | None:
    return _count(base, seq, rng, "stats", negative=True)


@kind
def counter_off_by_one(base: Base, seq: int, rng: Random) -> Change | None:
    return _count(base, seq, rng, "counters", negative=True)


@kind
def subnet_free_off_by_one(base: Base, seq: int, rng: Random) -> Change | None:
    return _count(base, seq, rng, "subnet_free", negative=False)


@kind
def subnet_missing_or_extra(base: Base, seq: int, rng: Random) -> Change | None:
    state = copied(base.after(seq))
    if rng.random() < 0.5:
        del state["subnet_free"][rng.choice(sorted(state["subnet_free"]))]
    else:
        state["subnet_free"]["subnet-9"] = 100
    return _change(base, seq, state, f"free {state['subnet_free']}")


@kind
def clock_changed(base: Base, seq: int, rng: Random) -> Change | None:
    state = copied(base.after(seq))
    if "clocks" not in state:
        return None
    clocks = state["clocks"]
    name = rng.choice(sorted(clocks))
    known = clocks[name] is not None
    values = [clocks[name] + 2.5, None, abs(clocks[name] - 0.5)] if known else [0, 2.5]
    clocks[name] = rng.choice(values)
    return _change(base, seq, state, f"clock {name} {clocks[name]}")


@kind
def clock_dropped(base: Base, seq: int, rng: Random) -> Change | None:
    state = copied(base.after(seq))
    if "clocks" not in state:
        return None
    name = rng.choice(sorted(state["clocks"]))
    if state["clocks"].pop(name) is None:
        lines = with_state(base, seq, state)
        return Change(f"no clock {name}", lines, Legal("an absent clock was never set, as null"))
    return _change(base, seq, state, f"no clock {name}")


@kind
def released_expiry_changed(base: Base, seq: int, rng: Random) -> Change | None:
    state = copied(base.after(seq))
    if not state.get("released"):
        return None
    network = rng.choice(sorted(state["released"]))
    state["released"][network] += rng.choice((-2.5, 0.001, 60))
    return _change(base, seq, state, f"{network} released until {state['released'][network]}")


@kind
def released_entry_missing(base: Base, seq: int, rng: Random) -> Change | None:
    state = copied(base.after(seq))
    if not state.get("released"):
        return None
    network = rng.choice(sorted(state["released"]))
    del state["released"][network]
    return _change(base, seq, state, f"{network} not remembered as released")


@kind
def released_entry_added(base: Base, seq: int, rng: Random) -> Change | None:
    state = copied(base.after(seq))
    networks = [cidr["cidr"] for _, cidr in _cidrs(state)]
    fresh = sorted(set(networks) - set(state.get("released", {})))
    if not fresh:
        return None
    network = rng.choice(fresh)
    state["released"][network] = base.events[seq]["time"] + 60
    return _change(base, seq, state, f"{network} remembered as released")


# -- the store -----------------------------------------------------------------------------------


def _cidrs(state: Line) -> Iterator[tuple[Line, Line]]:
    for eni in state.get("enis", []):
        for cidr in eni["cidrs"]:
            yield eni, cidr


def _addresses(state: Line, key: str) -> list[tuple[Line, str]]:
    return [(cidr, address) for _, cidr in _cidrs(state) for address in cidr.get(key, ())]


def _take(cidr: Line, key: str, address: str) -> Any:  # noqa: ANN401 - a sandbox or nothing
    sandbox = None
    if isinstance(cidr[key], dict):
        sandbox = cidr[key].pop(address)
    else:
        cidr[key].remove(address)
    if not cidr[key]:
        del cidr[key]
    return sandbox


@kind
def address_of_cidr_changed(base: Base, seq: int, rng: Random) -> Change | None:
    state = copied(base.after(seq))
    unused = [cidr for _, cidr in _cidrs(state) if len(cidr) == 1]
    if not unused:
        return None
    cidr = rng.choice(unused)
    single = cidr["cidr"].endswith("/32")
    cidr["cidr"] = f"{unused_address(base)}/32" if single else "10.99.99.0/28"
    return _change(base, seq, state, f"{cidr['cidr']} in the store")


@kind
def cidr_missing(base: Base, seq: int, rng: Random) -> Change | None:
    state = copied(base.after(seq))
    enis = [eni for eni in state.get("enis", []) if eni["cidrs"]]
    if not enis:
        return None
    eni = rng.choice(enis)
    gone = eni["cidrs"].pop(rng.randrange(len(eni["cidrs"])))
    return _change(base, seq, state, f"{gone['cidr']} not on {eni['id']}")


@kind
def cidr_on_other_eni(base: Base, seq: int, rng: Random) -> Change | None:
    state = copied(base.after(seq))
    enis = state.get("enis", [])
    givers = [eni for eni in enis if eni["cidrs"]]
    if len(enis) < 2 or not givers:
        return None
    giver = rng.choice(givers)
    taker = rng.choice([eni for eni in enis if eni is not giver])
    cidr = giver["cidrs"].pop(rng.randrange(len(giver["cidrs"])))
    if any(each["cidr"] == cidr["cidr"] for each in taker["cidrs"]):
        return None
    taker["cidrs"].append(cidr)
    return _change(base, seq, state, f"{cidr['cidr']} on {taker['id']}")


@kind
def cidr_twice_on_an_eni(base: Base, seq: int, rng: Random) -> Change | None:
    state = copied(base.after(seq))
    enis = [eni for eni in state.get("enis", []) if eni["cidrs"]]
    if not enis:
        return None
    eni = rng.choice(enis)
    eni["cidrs"].append(eni["cidrs"][0])
    lines = with_state(base, seq, state)
    return Change("a CIDR twice on an ENI", lines, Malformed(seq + 2))


@kind
def assigned_address_moved(base: Base, seq: int, rng: Random) -> Change | None:
    state = copied(base.after(seq))
    held = _addresses(state, "assigned")
    if not held:
        return None
    cidr, address = rng.choice(held)
    homes = [each for _, each in _cidrs(state) if each is not cidr and "assigned" not in each]
    if not homes:
        return None
    home = rng.choice(homes)
    home["assigned"] = {home["cidr"].split("/")[0]: _take(cidr, "assigned", address)}
    return _change(base, seq, state, f"{address} free, {home['cidr']} assigned instead")


@kind
def assigned_to_other_sandbox(base: Base, seq: int, rng: Random) -> Change | None:
    state = copied(base.after(seq))
    held = _addresses(state, "assigned")
    if not held:
        return None
    cidr, address = rng.choice(held)
    cidr["assigned"][address] = "p-other"
    return _change(base, seq, state, f"{address} assigned to p-other")


@kind
def assignment_missing(base: Base, seq: int, rng: Random) -> Change | None:
    state = copied(base.after(seq))
    held = _addresses(state, "assigned")
    if not held:
        return None
    cidr, address = rng.choice(held)
    _take(cidr, "assigned", address)
    return _change(base, seq, state, f"{address} not assigned")


@kind
def cooling_and_expired_exchanged(base: Base, seq: int, rng: Random) -> Change | None:
    state = copied(base.after(seq))
    found = [(*each, "cooling", "expired") for each in _addresses(state, "cooling")]
    found += [(*each, "expired", "cooling") for each in _addresses(state, "expired")]
    if not found:
        return None
    cidr, address, old, new = rng.choice(found)
    _take(cidr, old, address)
    cidr.setdefault(new, []).append(address)
    return _change(base, seq, state, f"{address} {new}, not {old}")


@kind
def unassigned_address_forgotten(base: Base, seq: int, rng: Random) -> Change | None:
    state = copied(base.after(seq))
    found = [(*each, "cooling") for each in _addresses(state, "cooling")]
    found += [(*each, "expired") for each in _addresses(state, "expired")]
    if not found:
        return None
    cidr, address, key = rng.choice(found)
    _take(cidr, key, address)
    return _change(base, seq, state, f"{address} not {key}")


@kind
def assigned_address_cools(base: Base, seq: int, rng: Random) -> Change | None:
    state = copied(base.after(seq))
    held = _addresses(state, "assigned")
    if not held:
        return None
    cidr, address = rng.choice(held)
    _take(cidr, "assigned", address)
    cidr.setdefault("cooling", []).append(address)
    return _change(base, seq, state, f"{address} cooling, not assigned")


@kind
def fresh_address_used(base: Base, seq: int, rng: Random) -> Change | None:
    state = copied(base.after(seq))
    fresh = [cidr for _, cidr in _cidrs(state) if len(cidr) == 1]
    if not fresh:
        return None
    cidr = rng.choice(fresh)
    address = cidr["cidr"].split("/")[0]
    key = rng.choice(("assigned", "cooling", "expired"))
    cidr[key] = {address: "p-other"} if key == "assigned" else [address]
    return _change(base, seq, state, f"{address} {key}")


@kind
def eni_field_changed(base: Base, seq: int, rng: Random) -> Change | None:
    state = copied(base.after(seq))
    if not state.get("enis"):
        return None
    eni = rng.choice(state["enis"])
    shown = [key for key in ("excluded", "subnet") if key in eni]
    key = rng.choice(["primary", "device", "created", "trunk", *shown])
    match key:
        case "primary" | "excluded" | "trunk":
            eni[key] = not eni.get(key, False)
        case "device":
            eni[key] += 1
        case "created":
            eni[key] += 2.5
        case _:
            eni[key] = "subnet-9"
    return _change(base, seq, state, f"{eni['id']} {key} {eni[key]}")


@kind
def eni_missing_from_store(base: Base, seq: int, rng: Random) -> Change | None:
    state = copied(base.after(seq))
    if not state.get("enis"):
        return None
    gone = state["enis"].pop(rng.randrange(len(state["enis"])))
    return _change(base, seq, state, f"{gone['id']} not in the store")


@kind
def eni_renamed_in_store(base: Base, seq: int, rng: Random) -> Change | None:
    state = copied(base.after(seq))
    if not state.get("enis"):
        return None
    eni = rng.choice(state["enis"])
    eni["id"] = "eni-99"
    return _change(base, seq, state, "eni-99 in the store")


@kind
def eni_twice_in_store(base: Base, seq: int, rng: Random) -> Change | None:
    state = copied(base.after(seq))
    if not state.get("enis"):
        return None
    state["enis"].append(rng.choice(state["enis"]))
    lines = with_state(base, seq, state)
    return Change("an ENI twice in the store", lines, Malformed(seq + 2))


@kind
def store_in_other_order(base: Base, seq: int, _: Random) -> Change | None:
    state = copied(base.after(seq))
    if not state.get("enis"):
        return None
    state["enis"].reverse()
    for eni in state["enis"]:
        eni["cidrs"].reverse()
    lines = with_state(base, seq, state)
    return Change("ENIs and CIDRs reversed", lines, Legal("the store is a set of ENIs and CIDRs"))


# -- EC2's truth ---------------------------------------------------------------------------------


@kind
def attached_field_changed(base: Base, seq: int, rng: Random) -> Change | None:
    if not seq:
        return None  # The first state is also where the primary ENI is learnt from.
    state = copied(base.after(seq))
    name = rng.choice(sorted(state["attached"]))
    eni = state["attached"][name]
    key = rng.choice(
        [key for key in ("primary", "subnet", "device", "ips", "prefixes") if key in eni]
    )
    match key:
        case "primary":
            eni[key] = unused_address(base)
        case "subnet":
            eni[key] = "subnet-9"
        case "device":
            eni[key] += 1
        case _ if eni[key] and rng.random() < 0.5:
            eni[key].pop()
        case _:
            eni[key].append(unused_address(base) if key == "ips" else "10.99.99.0/28")
    return _change(base, seq, state, f"{name} attached with {key} {eni[key]}")


@kind
def attached_tag_flipped(base: Base, seq: int, rng: Random) -> Change | None:
    if not seq:
        return None  # The first state is also where the primary ENI is learnt from.
    state = copied(base.after(seq))
    name = rng.choice(sorted(state["attached"]))
    eni = state["attached"][name]
    if "tags" in eni:
        tags = eni["tags"]
        tags["instance_id"] = "other" if tags.get("instance_id") == "own" else "own"
    else:
        eni["no_manage"] = not eni.get("no_manage", False)
    return _change(base, seq, state, f"{name} with other tags")


@kind
def attached_eni_missing(base: Base, seq: int, rng: Random) -> Change | None:
    if not seq:
        return None  # The first state is also where the primary ENI is learnt from.
    state = copied(base.after(seq))
    name = rng.choice(sorted(state["attached"]))
    eni = state["attached"].pop(name)
    if rng.random() < 0.5:
        state["attached"]["eni-99"] = eni
    return _change(base, seq, state, f"{name} not attached")


@kind
def running_flipped(base: Base, seq: int, _: Random) -> Change | None:
    state = copied(base.after(seq))
    state["running"] = not state["running"]
    return _change(base, seq, state, f"running {state['running']}")


# -- delta coding --------------------------------------------------------------------------------


@kind
def state_key_dropped(base: Base, seq: int, rng: Random) -> Change | None:
    lines = list(base.lines)
    state = dict(lines[seq + 1]["state"])
    if not state:
        return None
    key = rng.choice(sorted(state))
    del state[key]
    lines = with_state(base, seq, state)
    what = f"no {key} in the state"
    if seq == 0:
        needed = key in ("attached", "subnet_free", "running")
        return Change(what, lines, Malformed(2) if needed else RejectedAt(0))
    if base.before(seq).get(key) == base.after(seq).get(key):
        return Change(what, lines, Legal(f"{key} was restated, not changed"))
    return Change(what, lines, RejectedAt(seq))


@kind
def changed_eni_marked_same(base: Base, seq: int, rng: Random) -> Change | None:
    state = copied(base.after(seq))
    before = {eni["id"]: eni for eni in base.before(seq).get("enis", [])}
    changed = [
        position
        for position, eni in enumerate(state.get("enis", []))
        if eni["id"] in before and before[eni["id"]] != eni
    ]
    if not changed:
        return None
    position = rng.choice(changed)
    eni = state["enis"][position]["id"]
    state["enis"][position] = {"id": eni, "same": True}
    return _change(base, seq, state, f"{eni} the same as before")


@kind
def unchanged_eni_marked_same(base: Base, seq: int, rng: Random) -> Change | None:
    state = copied(base.after(seq))
    before = {eni["id"]: eni for eni in base.before(seq).get("enis", [])}
    same = [
        position
        for position, eni in enumerate(state.get("enis", []))
        if before.get(eni["id"]) == eni
    ]
    if not same:
        return None
    position = rng.choice(same)
    eni = state["enis"][position]["id"]
    state["enis"][position] = {"id": eni, "same": True}
    lines = with_state(base, seq, state)
    return Change(f"{eni} the same as before", lines, Legal("it is the same as before"))


@kind
def changed_attachment_marked_same(base: Base, seq: int, rng: Random) -> Change | None:
    state = copied(base.after(seq))
    before = base.before(seq).get("attached", {})
    changed = [
        eni for eni, shown in state["attached"].items() if eni in before and before[eni] != shown
    ]
    if not changed:
        return None
    eni = rng.choice(changed)
    state["attached"][eni] = "same"
    return _change(base, seq, state, f"{eni} attached as before")


@kind
def unknown_eni_marked_same(base: Base, seq: int, rng: Random) -> Change | None:
    state = copied(base.after(seq))
    if "enis" in state and rng.random() < 0.5:
        state["enis"].append({"id": "eni-99", "same": True})
    else:
        state["attached"]["eni-99"] = "same"
    lines = with_state(base, seq, state)
    return Change("eni-99 the same as before", lines, Malformed(seq + 2))
