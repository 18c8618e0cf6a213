"""What a step vector is about, in English."""

from collections.abc import Callable, Mapping
from typing import Final

from ipam_model.scenario.document import Advance, Event, PodAdd, PodDel, Start
from ipam_model.scenario.tables import reply_text, seconds
from ipam_model.vectors.outcomes import Outcome
from ipam_model.vectors.states import Json
from ipam_model.vectors.steps import Judged, refused


def title(event: Event, judged: Judged) -> str:
    """The event, and how it goes; of several outcomes the first."""
    what = _what(event, running=judged.before.node is not None)
    if not judged.intended:
        return f"{what} while the daemon does not run: refused"
    first = judged.intended[0]
    if refused(judged):
        return f"{what}: refused"
    others = len(judged.intended) - 1
    several = f", or {others} other outcome{'s' if others > 1 else ''}" if others else ""
    return f"{what}: {_how(first)}{several}"


def _what(event: Event, *, running: bool) -> str:
    match event:
        case Start():
            return "The daemon starts again" if running else "The daemon starts"
        case PodAdd():
            return f"Pod {event.pod} asks for an address{' on every card' if event.multi else ''}"
        case PodDel():
            return f"Pod {event.pod} gives its address back"
        case Advance():
            return f"{seconds(event.ms)} go by"
    return _KINDS.get(event.kind, event.kind)


_KINDS: Final[Mapping[str, str]] = {
    "await_trunk": "The daemon looks for a trunk ENI",
    "clean_leaked_enis": "The job against leaked ENIs",
    "loop_pass": "The loop goes round",
    "tick": "Pool update",
    "reconcile": "Store and EC2 are compared",
    "terminate": "The daemon is told to stop",
}


def _how(outcome: Outcome) -> str:
    shown = reply_text(outcome.reply) if outcome.reply else ""
    return "; ".join([*([shown] if shown else []), *map(_call, outcome.calls)]) or "done"


def _call(call: Json) -> str:
    words = [_WORDS.get(str(call["call"]), str(call["call"]))]
    for key, describe in _ARGUMENTS.items():
        if key in call:
            words.append(describe(call[key]))
    if "error" in call:
        words.append(f"fails with {call['error']}")
    return " ".join(words)


_WORDS: Final[Mapping[str, str]] = {
    "AssignPrivateIpAddresses": "more for",
    "AssignIpv6Prefixes": "IPv6 prefixes for",
    "CreateNetworkInterface+Attach": "a new ENI",
    "FreeENI": "frees",
    "UnassignPrivateIpAddresses": "takes from",
}
_ARGUMENTS: Final[Mapping[str, Callable[[object], str]]] = {
    "eni": str,
    "count": lambda count: f"({count})",
    "ips": lambda ips: f"({_number(ips)})",
    "prefixes": lambda prefixes: f"({_number(prefixes)} prefixes)",
}


def _number(listed: object) -> int:
    return len(listed) if isinstance(listed, list) else 0
