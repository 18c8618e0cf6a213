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


def as_of_v1_7(lines: list[Line]) -> list[Line]:
    """A recording of v1.23 as if it were of v1.7."""
    states = [_state_of_v1_7(state) for state in decoded_states(lines)]
    return [lines[0] | {"models": V1_7}, *_with_states(lines, states)]


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
    if "clocks" in shown:
        shown["clocks"] = {k: v for k, v in shown["clocks"].items() if k != "insufficient"}
    return shown
