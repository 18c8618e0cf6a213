"""What `diff` prints."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from ipam_model.cli.node_json import node_as_json
from ipam_model.cli.node_text import governing_settings, quirks_text, size_text
from ipam_model.differing.comparison import Comparison, Side
from ipam_model.differing.search import Result, Status
from ipam_model.differing.witness import Shown, Witness
from ipam_model.inspection.counted import counted
from ipam_model.scenario import tables
from ipam_model.scenario.writing import to_json

ASPECT_TEXT: Final[Mapping[str, str]] = {
    "reply": "replies",
    "enis": "EC2's ENIs and their addresses",
    "assigned": "pods with an address",
    "owned": "addresses owned",
    "calls": "requests to EC2",
}
NUMBERS: Final = ("enis", "owned", "assigned", "reserved")
COLUMNS: Final = ("reply", "EC2 calls", "ENIs", "owned", "assigned", "reserved")
WIDEST: Final = {"event": 30, "reply": 18, "EC2 calls": 34}
"""Characters after which a text goes on in the next line."""
RIGHT: Final = {"#", "time", "ENIs", "owned", "assigned", "reserved"}


def task_text(comparison: Comparison, depth: int | None) -> Iterator[str]:
    """What is compared."""
    for name, side in (("left", comparison.left), ("right", comparison.right)):
        node = side.setup
        parts = (f"{node.name}: {size_text(node)}", node.version.value, quirks_text(node))
        yield f"{name + ':':7}{side.label}"
        yield f"       {'; '.join(part for part in parts if part)}; {governing_settings(node)}"
    yield from (f"assumed: {each}" for each in _assumed(comparison))
    yield f"what may happen: {happening_text(comparison)}"
    yield f"compared after each event: {compared_text(comparison)}"
    yield "bound: " + ("any number of events" if depth is None else counted(depth, "event"))
    yield ""


def _assumed(comparison: Comparison) -> Iterator[str]:
    nodes = (comparison.left.setup, comparison.right.setup)
    yield from dict.fromkeys(each for node in nodes for each in node.eni_config_assumptions)


def happening_text(comparison: Comparison) -> str:
    """What may happen, in words."""
    waits = " or ".join(tables.seconds(each) for each in comparison.waits)
    parts = [
        counted(comparison.pods, "pod")
        + (", some on every card" if comparison.multi else "")
        + (", which may ask again" if comparison.again else ""),
        "pool updates",
        "reconciles",
        f"waits of {waits}" if waits else "",
        *(
            counted(number, name.removesuffix("s"))
            for name, number in (
                ("restarts", comparison.restarts),
                ("cordons", comparison.cordons),
                ("faults", comparison.faults),
            )
            if number
        ),
        *(() if not comparison.others else (_others_text(comparison),)),
    ]
    return ", ".join(part for part in parts if part)


def _others_text(comparison: Comparison) -> str:
    times = "once" if comparison.most_others == 1 else f"{comparison.most_others} times"
    return f"{times}: {' or '.join(each.text for each in comparison.others)}"


def compared_text(comparison: Comparison) -> str:
    """What is compared, in words."""
    return ", ".join(ASPECT_TEXT[name] for name in comparison.watched)


def result_text(result: Result, found: Witness | None, files: Sequence[Path]) -> Iterator[str]:
    """The answer, the two runs at its end."""
    effort = (
        f"{counted(result.pairs, 'pair')} of sets of states, {counted(result.states, 'state')}, "
        f"{result.seconds:.1f} s"
    )
    yield f"{status_text(result)} ({effort})"
    if found is None:
        return
    yield f"they differ in: {', '.join(ASPECT_TEXT[name] for name in found.differ)}"
    yield choices_text(found)
    yield ""
    yield from difference_table(found)
    for file in files:
        yield str(file)


def status_text(result: Result) -> str:
    """The answer in one sentence."""
    match result.status:
        case Status.DIFFERENT:
            if result.depth < 0:
                return "DIFFERENT: the first start already differs"
            return (
                f"DIFFERENT after {counted(result.depth + 1, 'event')}, "
                "and after no fewer of those allowed"
            )
        case Status.EQUIVALENT:
            return (
                "EQUIVALENT: exhaustive, whatever the daemons choose; no number of these events "
                f"tells them apart, and from {counted(result.depth, 'event')} on nothing new comes"
            )
        case Status.EQUIVALENT_TO_DEPTH:
            return (
                f"EQUIVALENT to depth {result.depth}: exhaustive, whatever the daemons choose; no "
                f"{counted(result.depth, 'event')} tell them apart, more may"
            )
        case Status.UNKNOWN:
            limit = {"states": "so many states", "seconds": "so much time"}[result.cut]
            if result.depth < 0:
                return f"UNKNOWN, only {limit} were allowed: not even the first start was compared"
            return (
                f"UNKNOWN, only {limit} were allowed: "
                f"no {counted(result.depth, 'event')} tell them apart, more may"
            )


def choices_text(found: Witness) -> str:
    """Whether the difference depends on what the daemons choose."""
    difference = found.difference
    left, right = found.left.side.label, found.right.side.label
    if not difference.left & difference.right:
        return "whatever the daemons choose in this last event, they differ"
    left_only, right_only = difference.only
    if left_only and right_only:
        return "each can show what the other cannot, whatever that one chooses; both can agree too"
    able, unable = (left, right) if left_only else (right, left)
    return f"{able} can show it, {unable} cannot, whatever it chooses; both can agree too"


def difference_table(found: Witness) -> Iterator[str]:
    """Both runs side by side, one row per event; they can be told apart in the last."""
    head = ["#", "time", "event", *COLUMNS, "|", *COLUMNS]
    rows = [head]
    events = found.difference.events
    for number, (event, left, right) in enumerate(
        zip(events, found.left.rows, found.right.rows, strict=True)
    ):
        here, there = _cells(left), _cells(right)
        rows.append([str(number), tables.seconds(left.now), event.text, *here, "|", *there])
    wrapped = [
        [
            textwrap.wrap(cell, WIDEST.get(name, 99)) or [""]
            for cell, name in zip(row, head, strict=True)
        ]
        for row in rows
    ]
    widths = [max(len(line) for row in wrapped for line in row[n]) for n in range(len(head))]
    before = sum(widths[:3]) + 3 * 2
    middle = sum(widths[3:9]) + 6 * 2
    left_label = f"left: {found.left.side.label}"[:middle]
    yield f"{'':{before}}{left_label:{middle}}|  right: {found.right.side.label}"
    for row in wrapped:
        for line in range(max(map(len, row))):
            texts = [
                "|" if name == "|" else (cell[line] if line < len(cell) else "")
                for cell, name in zip(row, head, strict=True)
            ]
            yield "  ".join(
                text.rjust(width) if name in RIGHT else text.ljust(width)
                for name, text, width in zip(head, texts, widths, strict=True)
            ).rstrip()


def _cells(shown: Shown) -> list[str]:
    return [
        tables.reply_text(shown.reply) if shown.reply else "",
        tables.calls_text(shown.calls),
        *(str(getattr(shown.quantities, name)) for name in NUMBERS),
    ]


def as_json(
    result: Result, found: Witness | None, files: Sequence[Path], bound: int | None
) -> Mapping[str, object]:
    """The same for programs; `bound` = the most events that were allowed, `None` = any number."""
    comparison = result.comparison
    return {
        "status": result.status.name.lower(),
        "depth": None if result.depth < 0 else result.depth,
        "cut": result.cut or None,
        "pairs": result.pairs,
        "states": result.states,
        "seconds": round(result.seconds, 3),
        "left": _side_json(comparison.left),
        "right": _side_json(comparison.right),
        "assumed": list(_assumed(comparison)),
        "scope": {
            "pods": comparison.pods,
            "waits_ms": list(comparison.waits),
            "restarts": comparison.restarts,
            "cordons": comparison.cordons,
            "faults": comparison.faults,
            "others": [each.text for each in comparison.others],
            "most_others": comparison.most_others,
            "compared": list(comparison.watched),
            "depth": bound,
        },
        "difference": None if found is None else _difference_json(found, files),
    }


def _side_json(side: Side) -> Mapping[str, object]:
    return {"label": side.label, "node": node_as_json(side.setup)}


def _difference_json(found: Witness, files: Sequence[Path]) -> Mapping[str, object]:
    difference = found.difference
    left_only, right_only = difference.only
    runs = {"left": found.left, "right": found.right}
    return {
        "events": [event.text for event in difference.events],
        "differ": list(found.differ),
        "left_alone_can": left_only,
        "right_alone_can": right_only,
        "whatever_is_chosen": not difference.left & difference.right,
        "files": [str(file) for file in files],
        **{
            name: {
                "rows": [_row_json(row) for row in run.rows],
                "scenario": to_json(run.scenario),
            }
            for name, run in runs.items()
        },
    }


def _row_json(row: Shown) -> Mapping[str, object]:
    return {
        "time_ms": row.now,
        "reply": row.reply,
        "calls": [tables.call_json(made) for made in row.calls],
        **{name: getattr(row.quantities, name) for name in NUMBERS},
    }
