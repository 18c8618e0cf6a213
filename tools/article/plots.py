"""The pictures of the page: reserved addresses over the article's story, and over pods.

The only module here that imports matplotlib. Colours are those of Okabe and Ito, and every version
has a line style of its own. A picture carries the digest of what it shows, and equal versions of
matplotlib give equal bytes.
"""

import hashlib
import io
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Final, Literal

from ipam_model.config import Version
from ipam_model.extras import missing_extra
from tools.article.claims import RESERVED
from tools.article.study import (
    BURST,
    DAEMON_VERSIONS,
    HOLD,
    POLICY,
    SETTINGS,
    STEPS,
    climb,
    timeline,
)

try:
    import matplotlib as mpl
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
except ImportError as error:
    raise missing_extra("matplotlib", "plots") from error

MOST_PODS: Final = 60
VERMILLION: Final = "#D55E00"
BLUE: Final = "#0072B2"
BLACK: Final = "#000000"
GREY: Final = "#767676"

Dashes = Literal["-"] | tuple[float, tuple[float, ...]]
STYLES: Final[tuple[tuple[str, float, Dashes], ...]] = (
    (BLUE, 5.0, "-"),
    (VERMILLION, 2.5, "-"),
    (BLACK, 1.2, (0, (4, 2))),
)
"""The newest daemon, the policy, the older daemon: a broad line under a narrow one under a dashed
one, so that all can be seen where they agree."""

Points = tuple[tuple[float, float], ...]


def styled() -> list[tuple[Version, tuple[str, float, Dashes]]]:
    """The versions in the order in which they are drawn."""
    oldest, newest = DAEMON_VERSIONS
    return list(zip((newest, POLICY, oldest), STYLES, strict=True))


def styling() -> AbstractContextManager[None]:
    """What all pictures have in common; the salt makes their bytes repeatable."""
    return mpl.rc_context(
        {
            "svg.hashsalt": "ipam_model",
            "font.family": ["DejaVu Sans"],
            "font.size": 10,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "axes.axisbelow": True,
            "grid.color": "#DDDDDD",
        }
    )


def over_time() -> dict[str, dict[str, Points]]:
    """Reserved addresses over the article's story, by setting and version; and the pods."""
    return {
        setting.name: {
            **{
                version.value: tuple((m.second, m.reserved) for m in timeline(version, setting))
                for version, _ in styled()
            },
            "pods": tuple((m.second, m.pods) for m in timeline(POLICY, setting)),
        }
        for setting in SETTINGS
    }


def over_pods() -> dict[str, dict[str, Points]]:
    """Reserved addresses at rest, pod by pod, by setting and version."""
    return {
        setting.name: {
            version.value: tuple(
                (stage.pods, stage.quantities.reserved)
                for stage in climb(version, setting, MOST_PODS)
            )
            for version, _ in styled()
        }
        for setting in SETTINGS
    }


def digest(data: dict[str, dict[str, Points]]) -> str:
    """What identifies the data of a picture."""
    return hashlib.sha256(repr(data).encode()).hexdigest()[:16]


def draw_time() -> bytes:
    """The picture over time, as SVG."""
    data = over_time()
    with styling():
        title = f"{STEPS[0]} pods, then {BURST} and {STEPS[2]} more, then none"
        figure, panels = _panels(title, 65)
        ends = {sum(STEPS[: step + 1]): HOLD * (step + 1) for step in range(len(STEPS))}
        for axes, setting in zip(panels, SETTINGS, strict=True):
            lines = data[setting.name]
            axes.fill_between(*_columns(lines["pods"]), step="post", color="#E5E5E5", zorder=0)
            _lines(axes, lines)
            said = [
                (ends[pods], reserved)
                for pods, reserved in RESERVED[setting].items()
                if pods in ends
            ]
            _marks(axes, said)
            axes.set_xlabel("seconds since the daemon started")
            axes.set_xticks(range(0, 601, 120))
        return _svg(figure, digest(data), pods=True)


def draw_pods() -> bytes:
    """The picture over pods, as SVG."""
    data = over_pods()
    with styling():
        figure, panels = _panels("at rest, pod by pod", 128)
        for axes, setting in zip(panels, SETTINGS, strict=True):
            _lines(axes, data[setting.name])
            _marks(axes, list(RESERVED[setting].items()))
            axes.set_xlabel("pods")
            axes.set_xticks(range(0, MOST_PODS + 1, 10))
        return _svg(figure, digest(data), pods=False)


def _panels(title: str, top: int) -> tuple[Figure, Sequence[Axes]]:
    figure = Figure(figsize=(11, 4.6), layout="constrained")
    figure.suptitle(f"Addresses reserved by an m3.2xlarge: {title}", fontsize=12)
    panels: Sequence[Axes] = figure.subplots(1, len(SETTINGS), sharey=True)
    for axes, setting in zip(panels, SETTINGS, strict=True):
        axes.set_title(setting.name.replace(", ", "\n"), fontsize=10)
        axes.set_ylim(0, top)
        axes.set_yticks(range(0, top, 10 if top < 100 else 30))
    panels[0].set_ylabel("addresses reserved, primaries included")
    return figure, panels


def _columns(points: Points) -> tuple[list[float], list[float]]:
    return [x for x, _ in points], [y for _, y in points]


def _lines(axes: Axes, lines: dict[str, Points]) -> None:
    for version, (colour, width, dashes) in styled():
        axes.plot(
            *_columns(lines[version.value]),
            color=colour,
            linewidth=width,
            linestyle=dashes,
            drawstyle="steps-post",
        )


def _marks(axes: Axes, points: Sequence[tuple[float, float]]) -> None:
    axes.plot(
        *_columns(tuple(points)),
        linestyle="none",
        marker="D",
        markersize=8,
        markerfacecolor="white",
        markeredgecolor=VERMILLION,
        markeredgewidth=2,
        zorder=5,
    )


def _svg(figure: Figure, shows: str, *, pods: bool) -> bytes:
    keys = [
        Line2D([], [], color=colour, linewidth=width, linestyle=dashes, label=version.value)
        for version, (colour, width, dashes) in styled()
    ]
    keys.append(
        Line2D(
            [],
            [],
            linestyle="none",
            marker="D",
            markersize=8,
            markerfacecolor="white",
            markeredgecolor=VERMILLION,
            markeredgewidth=2,
            label="the article's number",
        )
    )
    if pods:
        keys.append(Line2D([], [], color="#D0D0D0", linewidth=8, label="pods"))
    figure.legend(handles=keys, loc="outside lower center", ncols=len(keys), frameon=False)
    out = io.BytesIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Description": f"data {shows}"})
    return out.getvalue()
