"""What a plan starts from, in one line: what a divergence may be due to before any step is."""

from collections.abc import Iterator, Mapping
from typing import Final

from ipam_model.conformance.datastore_events import DatastorePart
from ipam_model.conformance.plan import DaemonPlan, Plan
from ipam_model.inspection.counted import counted
from ipam_model.scenario.document import Ec2Part, Limits, NodePart
from ipam_model.scenario.writing import Json, one_line, to_json
from ipam_model.settings import parse_settings, shipped_defaults

_COOLDOWN: Final = "IP_COOLDOWN_PERIOD"
_OWN_WORDS: Final = {"limits", "env", "instance_type"}


def setup_words(plan: Plan) -> str:
    """What is not default, in the plan's own names, and the cooldown in any case."""
    if isinstance(plan, DaemonPlan):
        parts = [*_node(plan.node), *_ec2(plan.ec2)]
    else:
        parts = list(_datastore(plan.datastore))
    return f"set-up: {', '.join(parts)}"


def _datastore(part: DatastorePart) -> Iterator[str]:
    yield f"cooldown_ms={part.cooldown_ms}"
    yield from _fields(to_json(part), without={"cooldown_ms"})


def _node(part: NodePart) -> Iterator[str]:
    if part.instance_type is not None:
        yield part.instance_type
    if part.limits is not None:
        yield from _limits(part.limits)
    held = parse_settings(part.env).settings
    yield f"{_COOLDOWN}={part.env.get(_COOLDOWN, held.ip_cooldown_period)}"
    for name, text in sorted(part.env.items()):
        if name != _COOLDOWN and not _goes_without_saying(name, text, part.env):
            yield f"{name}={text}"
    yield from _fields(to_json(part), without=_OWN_WORDS)


def _limits(part: Limits) -> Iterator[str]:
    yield f"{counted(part.max_enis, 'ENI')} × {counted(part.ipv4_per_eni, 'address')}"
    yield from _fields(to_json(part), without={"max_enis", "ipv4_per_eni"})


def _goes_without_saying(name: str, text: str, env: Mapping[str, str]) -> bool:
    """As shipped, and the daemon holds the same without it; every daemon of IPv4 says so."""
    if shipped_defaults().get(name) != text:
        return False
    others = {each: value for each, value in env.items() if each != name}
    return name == "ENABLE_IPv4" or parse_settings(others).settings == parse_settings(env).settings


def _ec2(part: Ec2Part) -> Iterator[str]:
    for subnet in part.subnets:
        rest = _fields(to_json(subnet), without={"id"})
        yield " ".join([subnet.id, *rest])
    yield from _fields(to_json(part), without={"subnets"})


def _fields(values: Mapping[str, Json], *, without: set[str]) -> Iterator[str]:
    """Fields that are not at their defaults."""
    for name, value in values.items():
        if name not in without:
            shown = value if isinstance(value, str) else one_line(value)
            yield f"{name}={shown}"
