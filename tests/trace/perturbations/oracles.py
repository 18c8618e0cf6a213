"""What the recording alone says about armed faults, cordons and subnet tags.

They are invisible when they change and show later. Each oracle reads a trace, holds the recorded
outcome of every call against what is armed, cordoned or tagged at that moment, and names the first
event that cannot be.
"""

from collections.abc import Iterator, Mapping, Sequence

from tests.trace.lines import Line
from tests.trace.perturbations.base import AmbiguousError

_NEVER_NATURAL = frozenset(
    {
        "RequestLimitExceeded",
        "UnauthorizedOperation",
        "Timeout",
        "MetadataError",
        "LinkError",
        "AttachmentIdNotFound",
        "UnableToDetach",
        "DeleteFailed",
    }
)
"""Codes with which the simulated EC2 fails only when a fault is armed."""


def reads_tags_and_taints(header: Line) -> bool:
    """Whether the recorded daemon looks at subnet tags and at the cordon; v1.7 does not."""
    return bool(header.get("models") != "amazon-vpc-cni-k8s v1.7.0")


GROWTH = frozenset({"AssignPrivateIpAddresses", "CreateNetworkInterface+Attach"})


def calls_of(line: Line) -> Iterator[Line]:
    """The calls of an event in the order in which they were answered, nested ones included."""
    for call in line["ec2"]:
        for nested in call.get("during", ()):
            yield from nested.get("ec2", ())
        yield call


class Faults:
    """The faults armed so far."""

    def __init__(self) -> None:
        self._armed: dict[str, list[str]] = {}

    def arm(self, event: Line) -> None:
        """An `ec2_fault` event."""
        if event.get("clear"):
            self._armed.clear()
        else:
            queue = self._armed.setdefault(event["call"], [])
            queue.extend([event["code"]] * event.get("times", 1))

    def take(self, call: Line) -> str | None:
        """The code with which this call has to fail."""
        queue = self._armed.get(call["call"])
        return queue.pop(0) if queue else None


def natural_failures(events: Sequence[Line]) -> set[int]:
    """The calls (by identity) of a legal trace that failed without an armed fault."""
    faults = Faults()
    found: set[int] = set()
    for line in events:
        if line["event"]["kind"] == "ec2_fault":
            faults.arm(line["event"])
        for call in calls_of(line):
            if faults.take(call) is None and "error" in call.get("result", {}):
                found.add(id(call))
    return found


def first_fault_conflict(events: Sequence[Line], natural: set[int]) -> int | None:
    """The first event with a call that contradicts the armed faults; `None` if there is none."""
    faults = Faults()
    for seq, line in enumerate(events):
        if line["event"]["kind"] == "ec2_fault":
            faults.arm(line["event"])
        for call in calls_of(line):
            due, error = faults.take(call), call.get("result", {}).get("error")
            if due is None and error is not None and id(call) not in natural:
                if error in _NEVER_NATURAL:
                    return seq
                raise AmbiguousError(f"{error} could also be natural")
            if due is not None and due != error:
                return seq
    return None


# -- cordons -------------------------------------------------------------------------------------


def cordons(events: Sequence[Line]) -> list[bool]:
    """Whether the node is cordoned, during each event."""
    found: list[bool] = []
    cordoned = False
    for line in events:
        if line["event"]["kind"] in ("cordon", "uncordon"):
            cordoned = line["event"]["kind"] == "cordon"
        found.append(cordoned)
    return found


def first_cordon_conflict(
    header: Line, events: Sequence[Line], states: Sequence[Line], recorded: Sequence[bool]
) -> int | None:
    """The first event that does what a cordoned daemon does not, or the other way round.

    `recorded` says for each event whether the node was cordoned when it was recorded: where that
    is as now, nothing can differ.
    """
    if not reads_tags_and_taints(header):
        return None
    env: Mapping[str, str] = header["env"]
    for seq, (line, cordoned) in enumerate(zip(events, cordons(events), strict=True)):
        kind = line["event"]["kind"]
        env = line["event"].get("env", env)
        if cordoned is recorded[seq]:
            continue
        override = env.get("AWS_MANAGE_ENIS_NON_SCHEDULABLE", "false") not in ("false", "0", "F")
        suppressed = cordoned and not override
        made = {call["call"] for call in line["ec2"]}
        if suppressed and kind in ("tick", "init", "restart") and made & {*GROWTH, "FreeENI"}:
            return seq
        if suppressed or kind not in ("tick", "init", "restart"):
            continue
        if kind != "tick":
            raise AmbiguousError("whether the pool was low at the start is not recorded")
        reply, before = line["reply"], states[seq - 1]
        if reply["low"] and not made & GROWTH and _could_grow(header, env, before, line["time"]):
            return seq
        # ENIs leave the store last: what the event released was gone before.
        idle = reply["want_fewer_enis"] and not made & {*GROWTH, "FreeENI"}
        if idle and _deletable(env, states[seq], line["time"]):
            return seq
    return None


def _could_grow(header: Line, env: Mapping[str, str], state: Line, now: float) -> bool:
    since = state["clocks"]["insufficient"]
    if since is not None and now - since <= 120:
        return False
    slots = header["limits"]["ipv4_per_eni"] - 1
    custom = _on(env, "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG")
    for eni in state["enis"]:
        if eni["excluded"] or eni.get("trunk") or (custom and eni["primary"]):
            continue
        if len(eni["cidrs"]) < slots:
            return True
    if _on(env, "ENABLE_POD_ENI") or any(
        eni.get("no_manage") for eni in state["attached"].values()
    ):
        raise AmbiguousError("trunk slots and unmanaged ENIs are not looked at here")
    most, lowered = header["limits"]["max_enis"], env.get("MAX_ENI", "")
    if lowered.isdigit() and 1 <= int(lowered) < most:
        most = int(lowered)
    return len(state["enis"]) < int(most)


def _deletable(env: Mapping[str, str], state: Line, now: float) -> bool:
    """Whether some ENI may be freed: old enough, unused, not cooling, not needed."""
    prefixes = _on(env, "ENABLE_PREFIX_DELEGATION")
    warm, minimum = _target(env, "WARM_IP_TARGET"), _target(env, "MINIMUM_IP_TARGET")
    warm_prefix = _target(env, "WARM_PREFIX_TARGET", 1 if prefixes else 0)
    if prefixes:
        warm, minimum = -(-warm // 16) * 16, -(-minimum // 16) * 16
    for eni in state["enis"]:
        if eni["primary"] or eni.get("trunk") or now - eni["created"] < 60:
            continue
        if any(cidr.get("assigned") or cidr.get("cooling") for cidr in eni["cidrs"]):
            continue
        others = [
            cidr
            for other in state["enis"]
            if other is not eni and not other["excluded"]
            for cidr in other["cidrs"]
        ]
        pool = [cidr for cidr in others if cidr["cidr"].endswith("/28") == prefixes]
        total = len(pool) * (16 if prefixes else 1)
        available = total - sum(len(cidr.get("assigned", ())) for cidr in pool)
        idle = sum(not cidr.get("assigned") for cidr in others)
        if available >= warm and total >= minimum and (not prefixes or idle >= warm_prefix):
            return True
    return False


def _on(env: Mapping[str, str], name: str) -> bool:
    return env.get(name, "false") in ("true", "1", "T")


def _target(env: Mapping[str, str], name: str, default: int = 0) -> int:
    text = env.get(name, "")
    return int(text) if text.isdigit() else default


# -- subnet tags ---------------------------------------------------------------------------------


def first_tag_conflict(header: Line, events: Sequence[Line], states: Sequence[Line]) -> int | None:
    """The first look-up or creation that contradicts the role tags of the subnets."""
    if not reads_tags_and_taints(header):
        return None
    roles = {subnet["id"]: subnet.get("role", "") for subnet in header["subnets"]}
    home = header["subnets"][0]["id"]
    env: Mapping[str, str] = header["env"]
    faults = Faults()
    for seq, line in enumerate(events):
        event = line["event"]
        env = event.get("env", env)
        if event["kind"] == "subnet_tag":
            roles[event["subnet"]] = event["role"]
        if event["kind"] == "ec2_fault":
            faults.arm(event)
        for call in calls_of(line):
            failed = faults.take(call) is not None
            result = call.get("result", {})
            if failed:
                continue
            if call["call"] == "IsSubnetExcluded":
                if result["excluded"] is not (roles[call["subnet"]] == "0"):
                    return seq
                continue
            if call["call"] != "CreateNetworkInterface+Attach" or "subnet" in call:
                continue
            tried = [attempt["subnet"] for attempt in call.get("attempts", [])]
            order = _subnets_to_try(roles, home, env, states[seq - 1] if seq else {})
            last = call["attempts"][-1].get("error") if tried else "none valid"
            goes_on = last is not None and last != "AttachmentLimitExceeded"
            if tried != order[: len(tried)] or (goes_on and tried != order):
                return seq
    return None


def _subnets_to_try(
    roles: Mapping[str, str], home: str, env: Mapping[str, str], state: Line
) -> list[str]:
    if env.get("ENABLE_SUBNET_DISCOVERY", "true") not in ("true", "1", "T"):
        return [] if roles[home] == "0" else [home]
    if not state:
        raise AmbiguousError("the free addresses before the first event")
    valid = [
        subnet for subnet, role in roles.items() if role != "0" and (role != "" or subnet == home)
    ]
    free = state["subnet_free"]
    if len({free[subnet] for subnet in valid}) != len(valid):
        raise AmbiguousError("two subnets have equally many free addresses")
    return sorted(valid, key=lambda subnet: -int(free[subnet]))
