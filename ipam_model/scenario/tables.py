"""What a replay shows: a numbered table for people, the same as JSON for programs."""

import textwrap
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from ipam_model.quantities import reaches_ec2
from ipam_model.requests import (
    AllocENI,
    AssignIPv6Prefixes,
    AssignPrivateIpAddresses,
    CreateENI,
    DescribeAllENIs,
    FreeENI,
    GetAddressesFromEC2,
    GetIPv6Prefixes,
    IsSubnetExcluded,
    TagENI,
    UnassignPrivateIpAddresses,
)
from ipam_model.rules.timing import SECOND
from ipam_model.scenario.document import Event, Start, own_fields
from ipam_model.scenario.happening import Reply
from ipam_model.scenario.running import QUANTITIES, InsideStep, Made, Step
from ipam_model.scenario.writing import Json, one_line, to_json

HEAD: Final = (
    "#",
    "time",
    "event",
    "reply",
    "EC2 calls",
    "ENIs",
    "owned",
    "assigned",
    "cooling",
    "idle",
    "reserved",
)
NUMBERS: Final = ("enis", "owned", "assigned", "cooling", "idle", "reserved")
WIDEST: Final = {"event": 44, "reply": 30, "EC2 calls": 46}
"""Characters after which a text goes on in the next line."""
_RIGHT: Final = {"#", "time", "ENIs", "owned", "assigned", "cooling", "idle", "reserved"}


def table(steps: Iterable[Step]) -> str:
    """One row for each event; times in seconds."""
    rows = [list(HEAD)]
    for step in steps:
        rows.append(cells(step))
        rows.extend(inside_cells(each) for each in step.inside)
    return columns(rows, widest=WIDEST, right=_RIGHT)


def columns(
    rows: Sequence[Sequence[str]], *, widest: Mapping[str, int], right: Collection[str] = ()
) -> str:
    """Texts in columns, the first row being their heads.

    A column goes on in the next line after as many characters as `widest` says of its head, and
    stands to the right if its head is in `right`.
    """
    head = rows[0]
    limits = [widest.get(name, 99) for name in head]
    wrapped = [
        [textwrap.wrap(cell, width) or [""] for cell, width in zip(row, limits, strict=True)]
        for row in rows
    ]
    widths = [
        max(len(line) for row in wrapped for line in row[column]) for column in range(len(head))
    ]
    aligned = [name in right for name in head]
    return "\n".join(line for row in wrapped for line in _lines(row, widths, aligned))


def _lines(
    row: Sequence[Sequence[str]], widths: Sequence[int], right: Sequence[bool]
) -> Iterator[str]:
    for number in range(max(map(len, row))):
        here = [cell[number] if number < len(cell) else "" for cell in row]
        yield "  ".join(
            text.rjust(width) if aligned else text.ljust(width)
            for text, width, aligned in zip(here, widths, right, strict=True)
        ).rstrip()


def cells(step: Step) -> list[str]:
    """The row of an event."""
    return [
        str(step.number),
        seconds(step.now),
        event_text(step.event),
        reply_text(step.reply),
        calls_text(step.calls),
        *(str(getattr(step.quantities, name)) for name in NUMBERS),
    ]


def inside_cells(inside: InsideStep) -> list[str]:
    """The row of what happened inside a call or before a choice."""
    row = [""] * len(HEAD)
    row[HEAD.index("event")] = f"{inside.place}: {event_text(inside.event)}"
    row[HEAD.index("reply")] = reply_text(inside.reply)
    return row


def seconds(milliseconds: int) -> str:
    """Milliseconds in seconds, without needless digits."""
    return f"{milliseconds / SECOND:.3f}".rstrip("0").rstrip(".") + " s"


def event_text(event: Event) -> str:
    """An event in few words; an asterisk where it prescribes answers or choices."""
    words: list[str] = [event.kind]
    shown = to_json(event)
    for name in own_fields(type(event)):
        value = shown.get(name)
        if value is None:
            continue
        if name == "ms":
            words.append(seconds(int(str(value))))
        elif isinstance(value, dict):
            words.append(" ".join(f"{key}={_word(each)}" for key, each in value.items()))
        elif isinstance(value, bool) or name in _SAID:
            words.append(f"{name}={_word(value)}")
        else:
            words.append(_word(value))
    if isinstance(event, Start) and event.env is not None:
        words[1:2] = ["with env", *words[1:2]]
    return " ".join(words) + (" *" if event.calls or event.choices else "")


_SAID: Final = {"count", "first", "times", "free", "partial", "next_ips", "next_prefixes", "name"}


def _word(value: Json) -> str:
    if isinstance(value, list):
        return " ".join(map(_word, value))
    return value if isinstance(value, str) and value else one_line(value)


def reply_text(reply: Reply) -> str:
    """What the caller saw, in few words."""
    if "ok" in reply:
        return "runs" if reply["ok"] else f"exits: {reply.get('error')}"
    if "succeeded" in reply:
        return f"{reply['succeeded']} succeeded, {reply['refused']} refused"
    if "success" in reply:
        return (
            str(reply.get("ip", "done")) if reply["success"] else f"refused: {reply.get('error')}"
        )
    if "due" in reply:
        if not reply["due"]:
            return "not due"
        return "completed" if reply["completed"] else "given up"
    return _decision(reply)


def _decision(reply: Reply) -> str:
    words: list[str] = []
    for key, value in reply.items():
        if isinstance(value, dict):
            words.append(f"card {key}: {_decision(value)}")
        elif value is True:
            words.append(key.replace("_", " "))
        elif value is not False and value:
            words.append(f"{key} {value}")
    return ", ".join(words) or ("content" if reply else "")


def calls_text(calls: Iterable[Made]) -> str:
    """The requests to EC2, and whatever else failed."""
    shown = [call_text(made) for made in calls if made.error or reaches_ec2(made.request)]
    groups = ((text, len(list(same))) for text, same in groupby(shown))
    return "; ".join(text if count == 1 else f"{text} ({count}×)" for text, count in groups)


def call_text(made: Made) -> str:
    """A call in few words; its error code after an exclamation mark."""
    request, got = made.request, made.answer
    match request:
        case AssignPrivateIpAddresses(eni, count, prefixes):
            granted = len(got) if isinstance(got, tuple) else count
            number = f"{granted} of {count}" if granted != count else str(count)
            text = f"assign {eni} +{number}{_kind(count, prefixes)}"
        case AssignIPv6Prefixes(eni, count):
            text = f"assign {eni} +{count} IPv6{_kind(count, True)}"
        case AllocENI(count, prefixes, _, _, ipv6):
            name = f" {got}" if isinstance(got, str) and got else ""
            text = f"create{name} +{count}{' IPv6' if ipv6 else _kind(count, prefixes)}"
        case CreateENI():
            text = f"create {got}" if isinstance(got, str) else "create"
        case FreeENI(eni):
            text = f"free {eni}"
        case UnassignPrivateIpAddresses(eni, networks, prefixes):
            text = f"unassign {eni} -{len(networks)}{_kind(len(networks), prefixes)}"
        case TagENI(eni):
            text = f"tag {eni}"
        case DescribeAllENIs():
            text = "describe"
        case IsSubnetExcluded(subnet):
            text = f"excluded? {subnet}"
        case GetAddressesFromEC2(eni, _) | GetIPv6Prefixes(eni):
            text = f"read {eni}"
        case _:
            text = made.name
    return f"{text} !{made.error}" if made.error else text


def _kind(count: int, prefixes: bool) -> str:
    """Of what so many were asked for; addresses go without saying."""
    return (" prefix" if count == 1 else " prefixes") if prefixes else ""


def step_json(step: Step) -> dict[str, Json]:
    """A step with everything the table shows, and the choices made."""
    return {
        "number": step.number,
        "time_ms": step.now,
        "event": to_json(step.event),
        "running": step.running,
        "reply": step.reply,
        "calls": [call_json(made) for made in step.calls],
        "choices": [to_json(chosen.part) for chosen in step.choices],
        "inside": [
            {"place": each.place, "event": to_json(each.event), "reply": each.reply}
            for each in step.inside
        ],
        **{name: getattr(step.quantities, name) for name in QUANTITIES},
        "violations": [
            {"expectation": ".".join(each.path), "message": str(each)} for each in step.violations
        ],
    }


def call_json(made: Made) -> dict[str, Json]:
    """A call by name, in words, and how it went."""
    shown: dict[str, Json] = {"call": made.name, "text": call_text(made)}
    return shown | ({"error": made.error} if made.error else {})
