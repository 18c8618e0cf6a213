"""The picture: how many times as fast as the goal each benchmark is."""

from collections.abc import Iterator, Sequence
from html import escape
from math import log2
from typing import Final

NAME: Final = "benchmarks.svg"

WIDTH: Final = 1180
ROW: Final = 30
TOP: Final = 108
MIDDLE: Final = 500
"""Where the goal is."""
PER_DOUBLING: Final = 56
"""Pixels for twice as fast."""
LEAST: Final = -3
MOST: Final = 10
"""Doublings that have room."""

_STYLE: Final = """
 svg { --back: #ffffff; --ink: #1f2933; --faint: #7c8795; --grid: #dde3ea; --good: #2e8b66;
  --bad: #d9722e;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif }
 @media (prefers-color-scheme: dark) { svg { --back: #14181e; --ink: #e6eaf0; --faint: #8d98a8;
  --grid: #2b333f; --good: #3fa37b; --bad: #e08a4d } }
 .back { fill: var(--back) } .title { font-size: 21px; font-weight: 650; fill: var(--ink) }
 .note, .tick { font-size: 13px; fill: var(--faint) } .tick { text-anchor: middle }
 .grid { stroke: var(--grid) } .goal { stroke: var(--ink); stroke-width: 1.6 }
 .name { font-size: 14px; fill: var(--ink); text-anchor: end }
 .value { font-size: 13px; font-weight: 600; fill: var(--ink) } .left { text-anchor: end }
 .good { fill: var(--good) } .bad { fill: var(--bad) }
"""


def draw(ratios: Sequence[tuple[str, float]], note: str) -> str:
    """The chart of names with how many times as fast as the goal each is, and a note above."""
    return "\n".join(_lines(ratios, note)) + "\n"


def _lines(ratios: Sequence[tuple[str, float]], note: str) -> Iterator[str]:
    height = TOP + ROW * len(ratios) + 30
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" role="img" aria-labelledby="title desc">'
    )
    yield '<title id="title">Benchmarks against their goals</title>'
    said = "; ".join(f"{name}: {ratio:.2f} times" for name, ratio in ratios)
    yield f'<desc id="desc">{escape(said)}</desc>'
    yield f"<style>{_STYLE}</style>"
    yield f'<rect class="back" width="{WIDTH}" height="{height}" rx="14"/>'
    yield '<text class="title" x="28" y="42">How many times as fast as the goal</text>'
    yield f'<text class="note" x="28" y="64">{escape(note)}</text>'
    bottom = TOP + ROW * len(ratios)
    for doublings in range(LEAST, MOST + 1):
        x = MIDDLE + PER_DOUBLING * doublings
        label = "goal" if doublings == 0 else f"{2.0**doublings:g}×"
        kind = "goal" if doublings == 0 else "grid"
        yield f'<line class="{kind}" x1="{x}" y1="{TOP - 6}" x2="{x}" y2="{bottom}"/>'
        yield f'<text class="tick" x="{x}" y="{TOP - 14}">{label}</text>'
    for number, (name, ratio) in enumerate(ratios):
        yield _bar(name, ratio, TOP + ROW * number)
    yield "</svg>"


def _bar(name: str, ratio: float, y: float) -> str:
    length = PER_DOUBLING * max(LEAST - 0.3, min(log2(ratio), MOST + 0.3))
    left, kind = (MIDDLE + min(length, 0), "good" if ratio >= 1 else "bad")
    side = "value" if length >= 0 else "value left"
    gap = 8 if length >= 0 else -8
    names = MIDDLE + PER_DOUBLING * LEAST - 90
    shown = f"{ratio:.2f}" if ratio < 10 else f"{ratio:,.0f}"
    return (
        f'<text class="name" x="{names}" y="{y + 20}">{escape(name)}</text>'
        f'<rect class="{kind}" x="{left:.1f}" y="{y + 5}" width="{abs(length):.1f}" height="20" '
        f'rx="4"/><text class="{side}" x="{MIDDLE + length + gap:.1f}" y="{y + 20}">{shown}×</text>'
    )
