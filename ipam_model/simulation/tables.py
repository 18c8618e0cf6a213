"""Runs as text for a reader, as CSV and as JSON."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Literal

from attrs import frozen

from ipam_model.inspection.counted import counted, few
from ipam_model.simulation.numbers import number_text
from ipam_model.simulation.rows import Ending, LaunchTimes, NodeRun, Row

Over = Literal["pods", "time"]
Json = dict[str, object]

MOST_NAMES: Final = 8
"""Pods named in a line of text; JSON names all."""


@frozen
class Column:
    """A column of the table for readers."""

    heading: str
    of: Callable[[Row], int | float]
    swings: str = ""
    """Its name in `Rest.lowest`, of a node that does not rest."""
    only_if_used: bool = False
    """Left out where it is 0 in every row."""
    ipv4_only: bool = False
    """Left out where every node is an IPv6 node, for it says nothing about one."""

    def text(self, row: Row) -> str:
        """The cell: a number, or least and most."""
        rest = row.rest
        if (
            self.swings
            and rest is not None
            and rest.lowest is not None
            and rest.highest is not None
        ):
            low, high = rest.lowest[self.swings], rest.highest[self.swings]
            if low != high:
                return f"{low}–{high}"
        return number_text(self.of(row))


_POOL: Final = (
    Column("waiting", lambda row: row.waiting, only_if_used=True),
    Column("ENIs", lambda row: row.quantities.enis, "enis"),
    Column("reserved", lambda row: row.quantities.reserved, "reserved"),
    Column("owned", lambda row: row.quantities.owned, "owned", ipv4_only=True),
    Column("prefixes", lambda row: row.quantities.prefixes, "prefixes", only_if_used=True),
    Column("wanted", lambda row: row.warm_target, ipv4_only=True),
    Column("assigned", lambda row: row.quantities.assigned, "assigned"),
    Column("idle", lambda row: row.quantities.idle, "idle", ipv4_only=True),
    Column("cooling", lambda row: row.quantities.cooling, "cooling", only_if_used=True),
    Column("leaked ENIs", lambda row: row.quantities.leaked, only_if_used=True),
    Column("refused", lambda row: row.refused, only_if_used=True),
    Column("EC2 calls", lambda row: row.quantities.ec2_calls),
)
COLUMNS: Final[dict[Over, tuple[Column, ...]]] = {
    "pods": (Column("pods", lambda row: row.pods), *_POOL),
    "time": (Column("time (s)", lambda row: row.at), Column("pods", lambda row: row.pods), *_POOL),
}


# -- for readers ---------------------------------------------------------------------------------


def node_table(run: NodeRun, over: Over) -> str:
    """The rows of one node; over time, rows that say the same as the one before are left out."""
    columns = _used(COLUMNS[over], [run])
    rows = list(run.rows if over == "pods" else _changes(run.rows))
    lines = [[column.text(row) for column in columns] + [_remark(row)] for row in rows]
    return _aligned([[*(column.heading for column in columns), ""], *lines], left=())


def one_count_table(runs: Sequence[NodeRun]) -> str:
    """One row per node, where each node has a single number of pods."""
    shown = [run for run in runs if run.rows]
    rows = [run.rows[0] for run in shown]
    columns = _used(COLUMNS["pods"], shown)
    lines = [
        [
            run.setup.name,
            f"{run.setup.max_pods}{'*' if run.setup.max_pods_assumed else ''}",
            *(column.text(row) for column in columns),
            _remark(row),
        ]
        for run, row in zip(shown, rows, strict=True)
    ]
    heading = ["node", "max pods", *(column.heading for column in columns), ""]
    return _aligned([heading, *lines], left=(0,))


def launch_text(launches: LaunchTimes) -> str:
    """When the pods of a run got their addresses, in a line or two."""
    taken = [number_text(each) for each in _middle_and_ends(launches)]
    late, gone = launches.unserved, launches.gave_up
    served, pods = len(launches.taken()), len(launches.launches)
    asked = f"launch times: {served} of {counted(pods, 'pod')} got an address"
    if taken:
        median, most, longest = taken
        asked += f"; from arrival to address median {median} s, p95 {most} s, max {longest} s"
    lines = [asked]
    if late:
        lines.append(f"without an address at the end: {few(late, MOST_NAMES)}")
    if gone:
        lines.append(f"left without ever having had one: {few(gone, MOST_NAMES)}")
    return "\n".join(lines)


def _middle_and_ends(launches: LaunchTimes) -> list[float]:
    """Median, 95th percentile and maximum; nothing if no pod got an address."""
    found = (launches.median, launches.percentile(95), launches.maximum)
    return [each for each in found if each is not None]


def _used(columns: Sequence[Column], runs: Sequence[NodeRun]) -> list[Column]:
    pools = not all(run.setup.config.ipv6 for run in runs)
    return [
        column
        for column in columns
        if (pools or not column.ipv4_only)
        and (not column.only_if_used or any(column.of(row) for run in runs for row in run.rows))
    ]


def _changes(rows: Sequence[Row]) -> Iterator[Row]:
    before = None
    for row in rows:
        now = (row.pods, row.waiting, row.refused, row.warm_target, row.quantities)
        if now != before or row is rows[-1]:
            yield row
        before = now


def _remark(row: Row) -> str:
    rest = row.rest
    if rest is None or rest.ending is Ending.RESTS:
        return ""
    if rest.ending is Ending.RESTLESS:
        if rest.lowest == rest.highest:
            return (
                f"asks EC2 in vain for ever: the same again every {number_text(rest.period or 0)} s"
            )
        return f"never rests: the same again every {number_text(rest.period or 0)} s"
    return f"cut after {number_text(rest.settling)} s: neither at rest nor the same again"


def _aligned(lines: Sequence[Sequence[str]], left: Sequence[int]) -> str:
    """Columns of numbers to the right, those in `left` and the remarks to the left."""
    last = len(lines[0]) - 1
    widths = [max(len(line[column]) for line in lines) for column in range(last)]
    return "\n".join(
        "  ".join(
            [
                cell.ljust(width) if column in left else cell.rjust(width)
                for column, (cell, width) in enumerate(zip(line[:last], widths, strict=True))
            ]
            + [line[last]]
        ).rstrip()
        for line in lines
    )


# -- for programs --------------------------------------------------------------------------------

CSV_HEADINGS: Final = (
    "node",
    "max_pods",
    "time_s",
    "pods",
    "waiting",
    "refused",
    "enis",
    "reserved",
    "owned",
    "prefixes",
    "wanted",
    "assigned",
    "idle",
    "cooling",
    "available",
    "leaked",
    "ec2_calls",
    "ending",
    "period_s",
)


def csv_headings() -> str:
    """The first line."""
    return ",".join(CSV_HEADINGS)


def csv_rows(run: NodeRun) -> str:
    """Every row of a node, a line each; `ending` and `period_s` are empty over time."""
    text = io.StringIO()
    writer = csv.DictWriter(text, CSV_HEADINGS, lineterminator="\n")
    for row in run.rows:
        rest = row.rest
        writer.writerow(
            {
                "node": run.setup.name,
                "max_pods": run.setup.max_pods,
                **_numbers(row),
                "ending": "" if rest is None else rest.ending.value,
                "period_s": "" if rest is None or rest.period is None else rest.period,
            }
        )
    return text.getvalue().removesuffix("\n")


def _numbers(row: Row) -> Json:
    found = row.quantities
    return {
        "time_s": row.at,
        "pods": row.pods,
        "waiting": row.waiting,
        "refused": row.refused,
        "enis": found.enis,
        "reserved": found.reserved,
        "owned": found.owned,
        "prefixes": found.prefixes,
        "wanted": row.warm_target,
        "assigned": found.assigned,
        "idle": found.idle,
        "cooling": found.cooling,
        "available": found.available,
        "leaked": found.leaked,
        "ec2_calls": found.ec2_calls,
    }


def run_as_json(run: NodeRun) -> Json:
    """What came of one node: its subnets, its rows, its launches."""
    return {
        "subnets": [{"id": subnet.id, "free": subnet.free} for subnet in run.setup.subnets],
        "exited": run.exited or None,
        "interrupted": run.interrupted,
        "pods_not_placed": run.not_placed,
        "rows": [_row_as_json(row) for row in run.rows],
        "launches": _launches_as_json(run.launches),
    }


def _row_as_json(row: Row) -> Json:
    rest = row.rest
    found = _numbers(row) | {"ec2_calls_by_kind": dict(row.calls)}
    if rest is not None:
        found["rest"] = {
            "ending": rest.ending.value,
            "settling_s": rest.settling,
            "period_s": rest.period,
            "lowest": None if rest.lowest is None else dict(rest.lowest),
            "highest": None if rest.highest is None else dict(rest.highest),
        }
    return found


def _launches_as_json(launches: LaunchTimes) -> Json:
    return {
        "served": len(launches.taken()),
        "median_s": launches.median,
        "p95_s": launches.percentile(95),
        "max_s": launches.maximum,
        "unserved": list(launches.unserved),
        "gave_up": list(launches.gave_up),
        "pods": [
            {
                "pod": each.pod,
                "arrived_s": each.arrived,
                "served_s": each.served,
                "left_s": each.left,
                "requests": each.requests,
            }
            for each in launches.launches
        ],
    }
