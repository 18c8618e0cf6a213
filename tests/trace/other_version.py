"""A recording of one version of the daemon in the form of the other's: what it shows, not does.

Only the format is translated: what the other version's states show besides, with the values they
have where nothing of it exists. Calls, replies and everything both versions show stay as recorded.
"""

from tests.trace.lines import Line, decoded_states

V1_23 = "amazon-vpc-cni-k8s v1.23.1"
V1_7 = "amazon-vpc-cni-k8s v1.7.0"

_THEN = {"ENABLE_IPv4": "true", "ENABLE_SUBNET_DISCOVERY": "false"}
"""What v1.7 does without being asked, in settings of today."""


def as_of_v1_23(lines: list[Line]) -> list[Line]:
    """A recording of v1.7 as if it were of v1.23."""
    header = lines[0] | {"models": V1_23, "env": lines[0]["env"] | _THEN}
    header = {key: value for key, value in header.items() if key != "imds_new_lag_s"}
    states = [_state_of_v1_23(state) for state in decoded_states(lines)]
    return [header, *_with_states(lines, states)]


_ONLY_TODAY = {"TagENI", "IsSubnetExcluded", "WaitForENIAndIPsAttached"}
"""Calls that v1.7 never makes."""


def as_of_v1_7(lines: list[Line]) -> list[Line]:
    """A recording of v1.23 as if it were of v1.7.

    Calls that only today's daemon makes are left out, and the look at EC2 that v1.7 takes after
    every growth of an ENI is put in, so that both may agree on more than the first start.
    """
    states = decoded_states(lines)
    header = _without(lines[0], "imds_lag_s") | {"models": V1_7}
    told = _with_states(lines, [_state_of_v1_7(state) for state in states])
    befores = [{}, *(state["attached"] for state in states)]
    calls = [
        _calls_of_v1_7(line["ec2"], before)
        for line, before in zip(lines[1:], befores[: len(told)], strict=True)
    ]
    return [header, *(line | {"ec2": made} for line, made in zip(told, calls, strict=True))]


def _calls_of_v1_7(calls: list[Line], before: Line) -> list[Line]:
    made: list[Line] = []
    on_eni = {eni: set(shown["ips"]) for eni, shown in before.items()}
    for each in calls:
        if each["call"] in _ONLY_TODAY:
            continue
        made.append(each)
        granted = each.get("result", {}).get("ips")
        if each["call"] == "AssignPrivateIpAddresses" and granted is not None:
            there = on_eni.setdefault(each["eni"], set())
            there |= set(granted)
            look = {"call": "GetIPv4sFromEC2", "eni": each["eni"], "result": {"ips": sorted(there)}}
            made.append(look)
    return made


def _with_states(lines: list[Line], states: list[Line]) -> list[Line]:
    return [line | {"state": state} for line, state in zip(lines[1:], states, strict=True)]


def _state_of_v1_23(state: Line) -> Line:
    shown = state | {
        "attached": {eni: {"prefixes": [], **each} for eni, each in state["attached"].items()}
    }
    if not state["running"]:
        return shown
    cidrs = [cidr for eni in state["enis"] for cidr in eni["cidrs"]]
    total, assigned = state["stats"]["total"], state["stats"]["assigned"]
    return shown | {
        "enis": [
            {"subnet": state["attached"][eni["id"]]["subnet"], "excluded": False, **eni}
            if eni["id"] in state["attached"]
            else {"subnet": "subnet-1", "excluded": False, **eni}
            for eni in state["enis"]
        ],
        "stats": {
            "total": total,
            "assigned": assigned,
            "cooldown": sum(len(cidr.get("cooling", ())) for cidr in cidrs),
            "prefixes": 0,
            "free_prefixes": 0,
        },
        "counters": {"total": total, "assigned": assigned, "allocated_prefixes": 0},
        "clocks": state["clocks"] | {"insufficient": None},
    }


def _state_of_v1_7(state: Line) -> Line:
    shown = {key: value for key, value in state.items() if key != "counters"}
    shown["attached"] = {eni: _without(each, "prefixes") for eni, each in shown["attached"].items()}
    if state["running"]:
        shown["clocks"] = _without(shown["clocks"], "insufficient")
        shown["stats"] = _without(shown["stats"], "cooldown", "prefixes", "free_prefixes")
        shown["enis"] = [_without(eni, "subnet", "excluded") for eni in shown["enis"]]
    return shown


def _without(shown: Line, *keys: str) -> Line:
    return {key: value for key, value in shown.items() if key not in keys}
