"""The picture at the top of the README: three moments of a node, and its addresses over time.

    python -m tools.make_picture            # write docs/pictures/m5.large-over-a-burst.svg
    python -m tools.make_picture --check    # is it current?

It is drawn from the film of a simulation, which `ipam-model simulate --html` shows in full, and is
light or dark as its reader has it.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from typing import Final

from ipam_model.film.frames import Film, FilmedEni, Frame, Held
from ipam_model.film.of_simulation import Reel
from ipam_model.inspection.counted import counted
from ipam_model.limits import Catalogue
from ipam_model.nodes import NodeSetup, default_max_pods
from ipam_model.page.markup import element, text
from ipam_model.simulation import TYPICAL, Conditions, bursts, over_time
from tests.shared import ROOT

FILE: Final = ROOT / "docs" / "pictures" / "m5.large-over-a-burst.svg"
TYPE: Final = "m5.large"
TARGET: Final = 5
MOMENTS: Final = ((3, 0), (15, 60_000), (-13, 240_000))
"""How many come, or go, and when, in milliseconds."""
DURATION: Final = 360_000
SHOWN: Final = (
    (50_000, "at rest with {pods}"),
    (75_000, "{waiting} wait, the pool grows"),
    (242_000, "13 pods have left"),
)
"""Instants in milliseconds, and what is to be seen."""

WIDTH: Final = 960
MARGIN: Final = 28
CELL: Final = 22
GAP: Final = 4
COLUMN: Final = (WIDTH - 2 * MARGIN) // 3
TOP: Final = 84
CHART_TOP: Final = 256
CHART_BOTTOM: Final = 430
HEIGHT: Final = 478
LEFT: Final = MARGIN + 26
RIGHT: Final = WIDTH - 150
LINES: Final = (("reserved", "reserved"), ("assigned", "assigned"), ("available", "warm"))
LEGEND: Final = (
    (Held.PRIMARY, "primary"),
    (Held.ASSIGNED, "assigned to a pod"),
    (Held.WARM, "warm"),
    (Held.COOLING, "cooling"),
)

STYLE: Final = """
.paper{fill:#fff;stroke:#d9d9d4}
text{font:12px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;fill:#565b66}
.h{font-size:17px;font-weight:650;fill:#1b1d22}.b{font-weight:600;fill:#1b1d22;font-size:13px}
.d{font-size:10px;text-anchor:middle}
.e{fill:none;stroke:#d9d9d4;stroke-dasharray:3 2.5}.p{fill:#53585f}.a{fill:#009e73}
.f{fill:#e3f2fb;stroke:#2b8fc9;stroke-width:1.3}.c{fill:url(#stripes);stroke:#d99a12}
.ld,.pd,.ad{fill:#fff}.ad{font-weight:600}.fd{fill:#0b4a72}.cd{fill:#4a3600;font-weight:600}
.s0{fill:#f6c65b}.s1{stroke:#fdf3d8}
.grid{stroke:#ebebe6}.at{stroke:#0060a0;stroke-width:1.2;stroke-dasharray:2 3}.n{fill:#0060a0}
path{fill:none;stroke-width:2;stroke-linejoin:round}
.reserved{stroke:#1b1d22}.assigned{stroke:#008a64;stroke-width:2.5}
.available{stroke:#1f7fb8;stroke-dasharray:6 4}
.reserved-t{fill:#1b1d22}.assigned-t{fill:#008a64}.available-t{fill:#1f7fb8}
.reserved-t,.assigned-t,.available-t{font-weight:600}
@media(prefers-color-scheme:dark){
.paper{fill:#1c1f25;stroke:#393e48}text{fill:#a6acb8}.h,.b{fill:#ecedef}
.e{stroke:#393e48}.p{fill:#8b919c}.a{fill:#14a67d}.f{fill:#132c3d;stroke:#56b4e9}
.c{stroke:#c9931a}.s0{fill:#c9931a}.s1{stroke:#4d3c12}
.pd,.ad{fill:#0b1513}.fd{fill:#bfe3f8}.cd{fill:#fff3d1}.grid{stroke:#282c34}
.at{stroke:#6cb8f0}.n{fill:#6cb8f0}.reserved{stroke:#ecedef}.assigned{stroke:#2fc49a}
.available{stroke:#5fb6ea}.reserved-t{fill:#ecedef}.assigned-t{fill:#2fc49a}
.available-t{fill:#5fb6ea}}
""".strip()

STRIPES: Final = (
    '<defs><pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="6" height="6" class="s0"/>'
    '<line x1="0" y1="0" x2="0" y2="6" class="s1" stroke-width="5"/></pattern></defs>'
)


def film() -> Film:
    """The simulation, filmed."""
    limits = Catalogue.bundled().get(TYPE)
    setup = NodeSetup(
        name=TYPE,
        limits=limits,
        env={"ENABLE_IPv4": "true", "WARM_IP_TARGET": str(TARGET)},
        max_pods=default_max_pods(limits),
    )
    reel = Reel("time")
    try:
        over_time(
            setup,
            bursts(list(MOMENTS)),
            Conditions(latencies=TYPICAL),
            duration=DURATION,
            make=reel.over_time,
        )
    finally:
        reel.close()
    return reel.film(setup)


def frame_at(shown: Film, instant: int) -> Frame:
    """What the film shows then."""
    return next(frame for frame in reversed(shown.frames) if frame.now <= instant)


def picture() -> str:
    """The picture as SVG."""
    shown = film()
    pods = sum(change for change, _ in MOMENTS if change > 0)
    parts = [
        f"<style>{STYLE}</style>",
        STRIPES,
        _rect("paper", 0.5, 0.5, WIDTH - 1, HEIGHT - 1, 12),
        _text(MARGIN, 36, f"{TYPE}, WARM_IP_TARGET={TARGET}, a burst of pods", "h"),
        *_legend(),
    ]
    for number, (instant, words) in enumerate(SHOWN):
        parts += _moment(shown, number, instant, words)
    parts += _chart(shown)
    label = (
        f"A node of type {TYPE} with WARM_IP_TARGET={TARGET}: its ENIs and their addresses at "
        "three moments, and below them the addresses reserved, assigned and warm over time, while "
        f"{pods} pods come and 13 of them go."
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{text(label)}">\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _rect(kind: str, x: float, y: float, width: float, height: float, round_: float = 4) -> str:
    return (
        f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" '
        f'rx="{round_:g}"/>'
    )


def _text(x: float, y: float, words: str, kind: str = "", anchor: str | None = None) -> str:
    return element(
        "text", text(words), x=f"{x:g}", y=f"{y:g}", class_=kind or None, text_anchor=anchor
    )


def _legend() -> Iterator[str]:
    x: float = WIDTH - MARGIN - 352
    for held, words in LEGEND:
        yield _rect(held.value, x, 25, 13, 13, 3)
        yield _text(x + 19, 36, words)
        x += 42 + 6.2 * len(words)


def _moment(shown: Film, number: int, instant: int, words: str) -> Iterator[str]:
    frame = frame_at(shown, instant)
    x = MARGIN + number * COLUMN
    told = words.format(
        pods=counted(frame.extra["pods"], "pod"),
        waiting=counted(frame.extra["waiting"], "pod"),
    )
    yield _text(x, TOP - 10, f"{number + 1}", "b n")
    yield _text(x + 14, TOP - 10, f"{instant // 1000} s: {told}", "b")
    rows = shown.max_enis or len(frame.enis)
    for row in range(rows):
        eni = frame.enis[row] if row < len(frame.enis) else None
        yield from _eni(eni, shown.slots, x, TOP + 4 + row * (CELL + 12))
    numbers = frame.quantities
    yield _text(
        x,
        TOP + 4 + rows * (CELL + 12) + 14,
        f"{numbers.reserved} reserved, {numbers.assigned} assigned, {numbers.available} warm",
    )


def _eni(eni: FilmedEni | None, slots: int, x: float, y: float) -> Iterator[str]:
    for slot in range(slots):
        cell = eni.cells[slot] if eni is not None and slot < len(eni.cells) else None
        at = x + slot * (CELL + GAP)
        kind = "e" if cell is None else cell.held[0].value
        if eni is not None or slot == 0:
            yield _rect(kind, at, y, CELL, CELL)
        if cell is not None:
            last = cell.label.rpartition(".")[2]
            yield _text(at + CELL / 2, y + 15, last, f"d {kind}d")
    if eni is None:
        yield _text(x + CELL + 8, y + 15, "no ENI")


def _chart(shown: Film) -> Iterator[str]:
    most = max(frame.quantities.reserved for frame in shown.frames)

    def across(instant: float) -> float:
        return LEFT + instant / DURATION * (RIGHT - LEFT)

    def up(number: float) -> float:
        return CHART_BOTTOM - number / most * (CHART_BOTTOM - CHART_TOP)

    for number in range(0, most + 1, 10):
        y = f"{up(number):g}"
        yield f'<line class="grid" x1="{LEFT}" x2="{RIGHT}" y1="{y}" y2="{y}"/>'
        yield _text(LEFT - 8, up(number) + 4, str(number), anchor="end")
    for instant in range(0, DURATION + 1, 60_000):
        yield _text(across(instant), CHART_BOTTOM + 20, f"{instant // 1000}", anchor="middle")
    yield _text(RIGHT + 24, CHART_BOTTOM + 20, "seconds")
    for number, (instant, _) in enumerate(SHOWN, start=1):
        x = f"{across(instant):g}"
        yield f'<line class="at" x1="{x}" x2="{x}" y1="{CHART_TOP - 4}" y2="{CHART_BOTTOM}"/>'
        yield _text(across(instant), CHART_TOP - 8, str(number), "b n", anchor="middle")
    last = shown.frames[-1].quantities
    for name, words in LINES:
        path = ""
        for frame in shown.frames:
            x, y = f"{across(frame.now):g}", f"{up(getattr(frame.quantities, name)):g}"
            path += f"H{x}V{y}" if path else f"M{x} {y}"
        yield f'<path class="{name}" d="{path}H{across(DURATION):g}"/>'
        low = 14 if name == "available" and last.available == last.assigned else 0
        yield _text(RIGHT + 8, up(getattr(last, name)) + 4 + low, words, f"{name}-t")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 1 if `--check` finds the picture out of date."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.make_picture", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--check", action="store_true", help="is the picture current?")
    options = parser.parse_args(arguments)
    drawn = picture()
    if options.check:
        current = FILE.is_file() and FILE.read_text("utf-8") == drawn
        if not current:
            print(f"{FILE.relative_to(ROOT)}: run python -m tools.make_picture", file=sys.stderr)
        return int(not current)
    FILE.write_text(drawn, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
