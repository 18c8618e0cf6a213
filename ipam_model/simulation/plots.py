"""Pictures of runs: addresses above, ENIs below, a pair of panels per node.

The only module that imports matplotlib; without it importing this one raises `InputError` naming
the extra `plots`. Colours are those of Okabe and Ito, which colour-blind readers can tell apart,
and every line has a style of its own as well. Equal runs give equal bytes.
"""

import io
import textwrap
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Final, Literal

from attrs import frozen

from ipam_model.errors import InputError
from ipam_model.extras import missing_extra
from ipam_model.inspection.counted import counted
from ipam_model.simulation.rows import Ending, NodeRun, Row

try:
    import matplotlib as mpl
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch
    from matplotlib.ticker import MaxNLocator
except ImportError as error:
    raise missing_extra("matplotlib", "plots") from error

Format = Literal["svg", "png"]
Style = Literal["-"] | tuple[float, tuple[float, ...]]
"""A line: solid, or lengths of dashes and gaps."""

MOST_PANELS: Final = 12
"""Nodes in one picture of curves."""
MOST_BARS: Final = 60
"""Nodes in one picture of bars."""
COLUMNS: Final = 3
LINE: Final = 0.16
"""Inches from one line below the title to the next."""

BLACK: Final = "#000000"
BLUE: Final = "#0072B2"
SKY: Final = "#56B4E9"
GREEN: Final = "#009E73"
VERMILLION: Final = "#D55E00"
PURPLE: Final = "#CC79A7"
ORANGE: Final = "#E69F00"
GREY: Final = "#666666"


@frozen
class Series:
    """A line of the upper panel."""

    label: str
    of: Callable[[Row], int]
    swings: str
    """Its name in `Rest.lowest`; empty if it does not swing."""
    colour: str
    style: Style
    width: float
    always: bool = True
    """Drawn even if it is 0 throughout."""
    ipv4_only: bool = False
    """Not drawn if all are IPv6 nodes, about which it says nothing."""


SERIES: Final = (
    Series("reserved", lambda row: row.quantities.reserved, "reserved", BLACK, "-", 1.4),
    Series("owned", lambda row: row.quantities.owned, "owned", BLUE, "-", 2.2, ipv4_only=True),
    Series(
        "wanted (warm target)",
        lambda row: row.warm_target,
        "",
        VERMILLION,
        (0, (5, 2)),
        1.4,
        ipv4_only=True,
    ),
    Series(
        "assigned",
        lambda row: row.quantities.assigned,
        "assigned",
        GREEN,
        (0, (6, 1.2, 1.2, 1.2)),
        2.0,
    ),
    Series(
        "cooling",
        lambda row: row.quantities.cooling,
        "cooling",
        SKY,
        (0, (1, 1)),
        1.6,
        always=False,
    ),
    Series(
        "pods waiting",
        lambda row: row.waiting,
        "",
        PURPLE,
        (0, (3, 1, 1, 1, 1, 1)),
        1.6,
        always=False,
    ),
)


def check_number(nodes: int, *, bars: bool) -> None:
    """Refuse, with `InputError`, more nodes than can be read in one picture."""
    most = MOST_BARS if bars else MOST_PANELS
    if nodes > most:
        raise InputError(
            f"a picture of {nodes} nodes cannot be read; at most {most} "
            f"{'bars' if bars else 'pairs of panels'} are drawn: choose fewer --instance-type"
        )


def draw(
    runs: Sequence[NodeRun], *, over: Literal["pods", "time"], title: str, kind: Format
) -> bytes:
    """A picture of runs as the bytes of a file.

    Several nodes become small multiples; nodes with a single number of pods become bars.

    Raises `InputError` if there are too many nodes for one picture, or nothing to draw.
    """
    shown = [run for run in runs if run.rows]
    if not shown:
        raise InputError("nothing to plot: no daemon started")
    bars = over == "pods" and all(len(run.rows) == 1 for run in shown)
    check_number(len(shown), bars=bars)
    with _style():
        figure = _bars(shown, title) if bars else _panels(shown, over, title)
        buffer = io.BytesIO()
        metadata = {"Date": None, "Creator": "ipam-model"} if kind == "svg" else {"Software": None}
        figure.savefig(buffer, format=kind, metadata=metadata)
    return buffer.getvalue()


def _style() -> AbstractContextManager[None]:
    return mpl.rc_context(
        {
            "font.family": ["DejaVu Sans", "sans-serif"],
            "font.size": 9,
            "axes.titlesize": 10,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "grid.color": "#E5E5E5",
            "grid.linewidth": 0.6,
            "axes.axisbelow": True,
            "legend.frameon": False,
            "svg.fonttype": "none",
            "svg.hashsalt": "ipam-model",
            "figure.dpi": 100,
            "savefig.dpi": 150,
        }
    )


# -- curves --------------------------------------------------------------------------------------


def _panels(runs: Sequence[NodeRun], over: Literal["pods", "time"], title: str) -> Figure:
    columns = min(len(runs), COLUMNS)
    lines = -(-len(runs) // columns)
    width = 7.2 if columns == 1 else 1.2 + 3.9 * columns
    more = LINE * (len(_below_title(title, width)) - 1)
    height = 0.95 + 4.1 * lines + more
    figure = Figure(figsize=(width, height))
    outer = figure.add_gridspec(
        lines,
        columns,
        left=0.74 / width,
        right=1 - 0.2 / width,
        top=1 - ((0.82 if len(runs) > 1 else 0.62) + more) / height,
        bottom=0.92 / height,
        hspace=0.34,
        wspace=0.2,
    )
    scale = _TimeScale.of(runs) if over == "time" else None
    drawn = [series for series in SERIES if _is_drawn(series, runs)]
    ceiling = _common_ceiling(runs, drawn)
    for position, run in enumerate(runs):
        line, column = divmod(position, columns)
        inner = outer[line, column].subgridspec(2, 1, height_ratios=(3.4, 1), hspace=0.1)
        above = figure.add_subplot(inner[0])
        below = figure.add_subplot(inner[1], sharex=above)
        x = [row.pods if scale is None else row.at / scale.seconds for row in run.rows]
        _addresses(above, run, x, drawn, ceiling, over_time=scale is not None)
        _enis(below, run, x, over_time=scale is not None)
        if len(runs) > 1:
            above.set_title(run.setup.name, loc="left", fontweight="bold")
        above.tick_params(labelbottom=False)
        below.set_xlabel("pods" if scale is None else f"time since launch ({scale.unit})")
        if column == 0:
            waiting = any(series.label == "pods waiting" for series in drawn)
            above.set_ylabel("addresses, pods" if waiting else "addresses")
            below.set_ylabel("ENIs")
        below.xaxis.set_major_locator(MaxNLocator(integer=scale is None, nbins=8))
    handles = [
        Line2D(
            [], [], color=each.colour, linestyle=each.style, linewidth=each.width, label=each.label
        )
        for each in drawn
    ]
    handles.append(Line2D([], [], color=ORANGE, linewidth=2, label="ENIs attached"))
    extra = [Patch(color=GREY, alpha=0.25, label="never rests: range")] if _restless(runs) else []
    _heading(figure, title)
    figure.legend(
        handles=[*handles, *extra],
        loc="lower center",
        ncols=len(handles) + len(extra) if columns > 1 else min(len(handles) + len(extra), 4),
        bbox_to_anchor=(0.5, 0.0),
        handlelength=3.2,
        columnspacing=1.6,
    )
    return figure


def _below_title(title: str, width: float) -> list[str]:
    """The second line of a title, as several if the figure is too narrow for it."""
    _, _, rest = title.partition("\n")
    return textwrap.wrap(rest, int(width * 15)) or [""]


def _heading(figure: Figure, title: str) -> None:
    first, _, _ = title.partition("\n")
    height, width = figure.get_figheight(), figure.get_figwidth()
    left = 0.12 / width
    most = int(width * 9.5)
    shown = first if len(first) <= most else f"{first[: most - 1]}…"
    figure.text(left, 1 - 0.12 / height, shown, va="top", fontsize=12, fontweight="bold")
    for number, line in enumerate(_below_title(title, width)):
        place = 1 - (0.36 + LINE * number) / height
        figure.text(left, place, line, va="top", fontsize=8.5, color=GREY)


def _addresses(
    axes: Axes,
    run: NodeRun,
    x: Sequence[float],
    drawn: Sequence[Series],
    ceiling: float | None,
    *,
    over_time: bool,
) -> None:
    for series in drawn:
        y = [series.of(row) for row in run.rows]
        if series.label == "assigned":
            axes.fill_between(
                x,
                y,
                step=_fill(over_time=over_time),
                color=series.colour,
                alpha=0.12,
                linewidth=0,
            )
        _curve(axes, x, y, series, over_time=over_time)
        if series.swings in ("reserved", "owned"):
            _swing(axes, run, x, series.swings, series.colour)
    axes.set_ylim(0, ceiling)
    axes.margins(x=0.01)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=7))


def _curve(
    axes: Axes, x: Sequence[float], y: Sequence[int], series: Series, *, over_time: bool
) -> None:
    axes.plot(
        x,
        y,
        color=series.colour,
        linestyle=series.style,
        linewidth=series.width,
        drawstyle=_steps(over_time=over_time),
        marker="o" if len(x) <= 16 and not over_time else "",
        markersize=3.5,
        solid_joinstyle="miter",
    )


def _enis(axes: Axes, run: NodeRun, x: Sequence[float], *, over_time: bool) -> None:
    y = [row.quantities.enis for row in run.rows]
    axes.plot(
        x,
        y,
        color=ORANGE,
        linewidth=2,
        drawstyle=_steps(over_time=over_time),
        marker="o" if len(x) <= 16 and not over_time else "",
        markersize=3.5,
    )
    _swing(axes, run, x, "enis", ORANGE)
    top = max(
        *y, *(row.rest.highest["enis"] for row in run.rows if row.rest and row.rest.highest), 1
    )
    axes.set_ylim(0, top * 1.15)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=4))


def _steps(*, over_time: bool) -> Literal["steps-mid", "steps-post"]:
    """Nothing is known between two rows: over pods the step is in the middle between two counts."""
    return "steps-post" if over_time else "steps-mid"


def _fill(*, over_time: bool) -> Literal["mid", "post"]:
    return "post" if over_time else "mid"


def _swing(axes: Axes, run: NodeRun, x: Sequence[float], name: str, colour: str) -> None:
    """A bar from least to most at each count at which the node does not rest."""
    for position, row in zip(x, run.rows, strict=True):
        rest = row.rest
        if rest is not None and rest.lowest is not None and rest.highest is not None:
            axes.plot(
                [position, position],
                [rest.lowest[name], rest.highest[name]],
                color=colour,
                alpha=0.35,
                linewidth=5,
                solid_capstyle="butt",
            )


def _is_drawn(series: Series, runs: Sequence[NodeRun]) -> bool:
    if series.ipv4_only and all(run.setup.config.ipv6 for run in runs):
        return False
    return series.always or any(series.of(row) for run in runs for row in run.rows)


def _restless(runs: Sequence[NodeRun]) -> bool:
    return any(
        row.rest is not None and row.rest.ending is not Ending.RESTS
        for run in runs
        for row in run.rows
    )


def _common_ceiling(runs: Sequence[NodeRun], drawn: Sequence[Series]) -> float | None:
    """One height for all panels, unless that would flatten some of them."""
    tops = [_top(run, drawn) for run in runs]
    return max(tops) * 1.06 if max(tops) <= 4 * min(tops) else None


def _top(run: NodeRun, drawn: Sequence[Series]) -> int:
    highest = [row.rest.highest["reserved"] for row in run.rows if row.rest and row.rest.highest]
    return max(1, *highest, *(series.of(row) for series in drawn for row in run.rows))


@frozen
class _TimeScale:
    seconds: float
    unit: str

    @classmethod
    def of(cls, runs: Sequence[NodeRun]) -> "_TimeScale":
        """Units in which the longest run has few digits."""
        last = max(run.rows[-1].at for run in runs)
        if last <= 1200:
            return cls(1, "s")
        return cls(60, "min") if last <= 3 * 3600 else cls(3600, "h")


# -- bars ----------------------------------------------------------------------------------------


def _bars(runs: Sequence[NodeRun], title: str) -> Figure:
    width = 7.6
    more = LINE * (len(_below_title(title, width)) - 1)
    height = 1.75 + 0.3 * len(runs) + more
    figure = Figure(figsize=(width, height))
    axes = figure.subplots()
    figure.subplots_adjust(
        left=0.2, right=0.94, top=1 - (0.72 + more) / height, bottom=0.86 / height
    )
    rows = [run.rows[0] for run in runs]
    parts = (
        (
            "assigned",
            GREEN,
            "",  # Of the reserved: the addresses of pods on an IPv6 node are not among them.
            [min(row.quantities.assigned, row.quantities.owned) for row in rows],
        ),
        ("idle", SKY, "///", [row.quantities.idle for row in rows]),
        (
            "primary addresses",
            GREY,
            "",
            [max(row.quantities.reserved - row.quantities.owned, 0) for row in rows],
        ),
    )
    left = [0] * len(rows)
    places = range(len(rows))
    for label, colour, hatch, values in parts:
        axes.barh(
            places,
            values,
            left=left,
            color=colour,
            hatch=hatch,
            edgecolor="white",
            label=label,
            height=0.72,
        )
        left = [before + value for before, value in zip(left, values, strict=True)]
    for place, row, end in zip(places, rows, left, strict=True):
        remark = f"{counted(row.quantities.enis, 'ENI')}"
        if row.waiting:
            remark += f", {counted(row.waiting, 'pod')} wait{'s' if row.waiting == 1 else ''}"
        axes.text(end, place, f"  {remark}", va="center", fontsize=8)
    axes.set_yticks(places, [run.setup.name for run in runs])
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.set_xlim(0, max(left) * (1.3 if any(row.waiting for row in rows) else 1.12))
    axes.set_xlabel(f"addresses reserved with {_counts(rows)}")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    _heading(figure, title)
    figure.legend(loc="lower center", ncols=3, bbox_to_anchor=(0.5, 0.0))
    return figure


def _counts(rows: Sequence[Row]) -> str:
    counts = {row.pods for row in rows}
    if len(counts) == 1:
        return counted(counts.pop(), "pod")
    return f"{min(counts)} to {max(counts)} pods"
