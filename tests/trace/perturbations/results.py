"""Perturbed results of calls: addresses, ENIs, devices, errors, the subnets tried."""

from random import Random

from tests.trace.lines import Line
from tests.trace.perturbations.base import (
    Base,
    Change,
    Legal,
    Malformed,
    RejectedAt,
    RejectedOrMalformed,
    copy_of,
    kind,
    unused_address,
    with_event,
)

_CODES = (
    "RequestLimitExceeded",
    "UnauthorizedOperation",
    "InsufficientFreeAddressesInSubnet",
    "PrivateIpAddressLimitExceeded",
    "Timeout",
)


def _result_with(line: Line, rng: Random, *keys: str) -> tuple[Line, str] | None:
    fitting = [
        (call["result"], key)
        for call in line["ec2"]
        for key in keys
        if key in call.get("result", {})
    ]
    return rng.choice(fitting) if fitting else None


def _change(base: Base, seq: int, line: Line, what: str) -> Change:
    return Change(what, with_event(base, seq, line), RejectedAt(seq))


@kind
def result_with_other_address(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    found = _result_with(line, rng, "ips", "prefixes")
    if found is None or not found[0][found[1]]:
        return None
    result, key = found
    other = unused_address(base) if key == "ips" else "10.99.99.0/28"
    result[key][rng.randrange(len(result[key]))] = other
    return _change(base, seq, line, f"result {key} with {other}")


@kind
def result_with_other_number_of_addresses(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    found = _result_with(line, rng, "ips", "prefixes")
    if found is None:
        return None
    result, key = found
    if result[key] and rng.random() < 0.5:
        del result[key][rng.randrange(len(result[key]))]
    else:
        result[key].append(unused_address(base) if key == "ips" else "10.99.99.0/28")
    return _change(base, seq, line, f"result {key} of {len(result[key])}")


@kind
def result_names_an_address_twice(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    found = _result_with(line, rng, "ips", "prefixes")
    if found is None or not found[0][found[1]]:
        return None
    result, key = found
    result[key].append(result[key][0])
    lines = with_event(base, seq, line)
    return Change(f"result {key} with a duplicate", lines, Malformed(seq + 2))


@kind
def result_grants_a_used_address(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    used = [
        address
        for eni in base.before(seq).get("attached", {}).values()
        for address in (eni["primary"], *eni["ips"])
    ]
    granted = [
        call["result"]["ips"]
        for call in line["ec2"]
        if call["call"] in ("AssignPrivateIpAddresses", "CreateNetworkInterface+Attach")
        and call.get("result", {}).get("ips")
    ]
    if not granted or not used:
        return None
    addresses = rng.choice(granted)
    addresses[0] = rng.choice(used)
    return _change(base, seq, line, f"granted {addresses[0]}, which is in use")


@kind
def result_in_other_order(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    found = _result_with(line, rng, "ips", "prefixes", "enis")
    if found is None or len(found[0][found[1]]) < 2:
        return None
    result, key = found
    result[key].reverse()
    lines = with_event(base, seq, line)
    return Change(f"result {key} reversed", lines, Legal("what EC2 lists is a set"))


@kind
def result_with_other_eni(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    found = _result_with(line, rng, "eni")
    if found is None:
        return None
    result, key = found
    result[key] = rng.choice(("eni-99", *sorted(base.before(seq).get("attached", ()))))
    return _change(base, seq, line, f"created {result[key]}")


@kind
def result_with_other_device(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    found = _result_with(line, rng, "device")
    if found is None:
        return None
    found[0]["device"] += rng.choice((-1, 1))
    return _change(base, seq, line, f"device {found[0]['device']}")


@kind
def result_with_other_primary(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    found = _result_with(line, rng, "primary")
    if found is None:
        return None
    found[0]["primary"] = unused_address(base)
    return _change(base, seq, line, "another primary address")


@kind
def result_with_other_subnet(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    found = _result_with(line, rng, "subnet")
    if found is None:
        return None
    found[0]["subnet"] = "subnet-9"
    return _change(base, seq, line, "created in subnet-9")


@kind
def result_lists_other_enis(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    found = _result_with(line, rng, "enis")
    if found is None:
        return None
    enis = found[0]["enis"]
    if rng.random() < 0.5:
        del enis[rng.randrange(len(enis))]
    else:
        enis.append("eni-99")
    return _change(base, seq, line, f"lists {enis}")


@kind
def result_excluded_flipped(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    found = _result_with(line, rng, "excluded")
    if found is None:
        return None
    found[0]["excluded"] = not found[0]["excluded"]
    return _change(base, seq, line, f"excluded {found[0]['excluded']}")


@kind
def result_with_other_stale_addresses(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    found = _result_with(line, rng, "enis")
    if found is None:
        return None
    result = found[0]
    if "stale" in result and rng.random() < 0.7:
        return None
    eni = rng.choice(sorted(base.after(seq)["attached"]))
    result["stale"] = {eni: {"ips": [unused_address(base)], "prefixes": []}}
    return _change(base, seq, line, f"IMDS still lists an address on {eni} that never was there")


@kind
def error_changed(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    found = _result_with(line, rng, "error")
    if found is None:
        return None
    result = found[0]
    result["error"] = rng.choice([code for code in _CODES if code != result["error"]])
    return _change(base, seq, line, f"error {result['error']}")


@kind
def error_removed(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    found = _result_with(line, rng, "error")
    if found is None:
        return None
    code = found[0].pop("error")
    # Success without what success returns.
    prediction = RejectedOrMalformed(seq)
    return Change(f"success instead of {code}", with_event(base, seq, line), prediction)


@kind
def error_added(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    calls = [call for call in line["ec2"] if "error" not in call.get("result", {})]
    if not calls:
        return None
    call = rng.choice(calls)
    call["result"] = {"error": rng.choice(_CODES)}
    return _change(base, seq, line, f"{call['call']} fails with {call['result']['error']}")


@kind
def attempts_changed(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    calls = [call for call in line["ec2"] if call.get("attempts")]
    if not calls:
        return None
    call = rng.choice(calls)
    attempts = call["attempts"]
    match rng.choice(("none", "twice", "subnet", "error")):
        case "none":
            attempts.pop()
        case "twice":
            attempts.append(attempts[-1])
        case "subnet":
            attempts[0]["subnet"] = "subnet-9"
        case _:
            attempts[-1]["error"] = "RequestLimitExceeded"
    return _change(base, seq, line, f"attempts {attempts}")
