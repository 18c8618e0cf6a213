"""The pictures: states are placed by hand, what leads from one to another is the table's.

Each picture brings its own background, so that it is readable on any page, light or dark.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final

from attrs import frozen

from tools.life_cycles.observing import State
from tools.life_cycles.states import Address, EniState
from tools.life_cycles.transitions import ADDRESSES, ENIS, Transition


@frozen
class Place:
    """Where a state stands."""

    x: float
    """Of its middle, from the left."""
    y: float
    """Of its middle, from the top."""
    group: str = ""
    """How it is coloured: `outside`, `pool`, `pod`, `wrong`."""


@frozen
class Course:
    """How an arrow runs."""

    bend: float = 0
    """By how much its middle is moved to the left, seen in its direction."""
    at: float = 0.5
    """Where its label stands, from 0 at its beginning to 1 at its end."""
    dx: float = 0
    dy: float = 0
    """By how much the label is moved."""


@frozen(kw_only=True)
class Picture:
    """A state diagram."""

    name: str
    """The file, below `docs/pictures`."""
    title: str
    height: int
    panel: tuple[float, float, float, float]
    """Left, top, width and height of the part that is inside the daemon's store."""
    places: Mapping[State, Place]
    courses: Mapping[tuple[State, State], Course]
    of: Sequence[Transition]
    """What could be drawn."""

    @property
    def transitions(self) -> Sequence[Transition]:
        """What is drawn."""
        return [each for each in self.of if (each.before, each.after) in self.courses]

    @property
    def left_out(self) -> Sequence[Transition]:
        """What is not, because it would say the same once more."""
        return [each for each in self.of if (each.before, each.after) not in self.courses]


_ADDRESS_PLACES: Final[Mapping[State, Place]] = {
    Address.SUBNET: Place(120, 275, "outside"),
    Address.UNKNOWN: Place(370, 275, "outside"),
    Address.FRESH: Place(690, 275, "pool"),
    Address.ASSIGNED: Place(1020, 165, "pod"),
    Address.COOLING: Place(1020, 410, "pool"),
    Address.EXPIRED: Place(770, 410, "pool"),
    Address.LOST: Place(800, 590, "wrong"),
}
_ENI_PLACES: Final[Mapping[State, Place]] = {
    EniState.NONE: Place(120, 275, "outside"),
    EniState.OUTSIDE: Place(390, 275, "outside"),
    EniState.YOUNG: Place(690, 165, "pool"),
    EniState.USED: Place(1000, 165, "pod"),
    EniState.COOLING: Place(1000, 400, "pool"),
    EniState.IDLE: Place(690, 400, "pool"),
    EniState.UNATTACHED: Place(390, 500, "wrong"),
    EniState.LEFT_ALONE: Place(390, 115, "outside"),
    EniState.LOST: Place(850, 590, "wrong"),
}

ADDRESS: Final = Picture(
    name="life-of-an-address.svg",
    title="The life of a pod address",
    height=520,
    panel=(560, 84, 590, 406),
    places=_ADDRESS_PLACES,
    courses={
        (Address.SUBNET, Address.FRESH): Course(bend=112, dy=-16),
        (Address.SUBNET, Address.UNKNOWN): Course(bend=26, dx=26, dy=-16),
        (Address.UNKNOWN, Address.SUBNET): Course(bend=30, dy=20),
        (Address.UNKNOWN, Address.FRESH): Course(bend=20, dy=-16, at=0.36),
        (Address.FRESH, Address.UNKNOWN): Course(bend=20, dy=21, at=0.6),
        (Address.FRESH, Address.ASSIGNED): Course(bend=40, dx=-26, dy=-18),
        (Address.EXPIRED, Address.ASSIGNED): Course(dx=-42, dy=-14, at=0.5),
        (Address.ASSIGNED, Address.COOLING): Course(dx=58),
        (Address.COOLING, Address.EXPIRED): Course(dy=20),
        (Address.EXPIRED, Address.UNKNOWN): Course(bend=52, at=0.6, dx=-20, dy=22),
    },
    of=[each for each in ADDRESSES if each.usual],
)

RARER_ADDRESS: Final = Picture(
    name="life-of-an-address-rarer.svg",
    title="A pod address, when something fails, restarts or interferes",
    height=670,
    panel=(560, 84, 590, 406),
    places=_ADDRESS_PLACES,
    courses={
        (Address.ASSIGNED, Address.FRESH): Course(dy=-20, dx=-30, at=0.5),
        (Address.COOLING, Address.FRESH): Course(at=0.32, dx=42, dy=-18),
        (Address.EXPIRED, Address.FRESH): Course(bend=-6, dx=-2, at=0.5),
        (Address.ASSIGNED, Address.EXPIRED): Course(bend=-8, at=0.3, dx=70, dy=16),
        (Address.ASSIGNED, Address.UNKNOWN): Course(bend=-76, at=0.6, dy=-16),
        (Address.COOLING, Address.UNKNOWN): Course(bend=84, at=0.74, dx=30, dy=-26),
        (Address.FRESH, Address.SUBNET): Course(bend=-76, at=0.72, dy=-16),
        (Address.FRESH, Address.LOST): Course(bend=-62, dx=-58, at=0.78),
        (Address.ASSIGNED, Address.LOST): Course(bend=190, at=0.72, dx=22, dy=18),
        (Address.LOST, Address.ASSIGNED): Course(at=0.25, dx=58, dy=4),
        (Address.LOST, Address.SUBNET): Course(at=0.5, dx=-74, dy=16),
        (Address.SUBNET, Address.LOST): Course(bend=-80, at=0.5, dx=-30, dy=22),
    },
    of=[each for each in ADDRESSES if not each.usual],
)

ENI: Final = Picture(
    name="life-of-an-eni.svg",
    title="The life of a secondary ENI",
    height=510,
    panel=(570, 84, 580, 396),
    places=_ENI_PLACES,
    courses={
        (EniState.NONE, EniState.OUTSIDE): Course(bend=26, dx=24, dy=-16),
        (EniState.OUTSIDE, EniState.NONE): Course(bend=28, dy=20),
        (EniState.NONE, EniState.YOUNG): Course(bend=106, dx=-20, dy=-18, at=0.42),
        (EniState.OUTSIDE, EniState.YOUNG): Course(dx=10, dy=26, at=0.5),
        (EniState.YOUNG, EniState.USED): Course(dy=-16),
        (EniState.YOUNG, EniState.IDLE): Course(dx=-46),
        (EniState.USED, EniState.COOLING): Course(bend=26, dx=52),
        (EniState.COOLING, EniState.USED): Course(bend=26, dx=-50),
        (EniState.COOLING, EniState.IDLE): Course(dy=20),
        (EniState.IDLE, EniState.USED): Course(at=0.5, dx=-44, dy=-14),
        (EniState.IDLE, EniState.OUTSIDE): Course(bend=20, dx=-20, dy=22),
    },
    of=[each for each in ENIS if each.usual],
)

RARER_ENI: Final = Picture(
    name="life-of-an-eni-rarer.svg",
    title="A secondary ENI, when something fails, restarts or interferes",
    height=670,
    panel=(570, 84, 580, 396),
    places=_ENI_PLACES,
    courses={
        (EniState.OUTSIDE, EniState.LEFT_ALONE): Course(dx=-112),
        (EniState.OUTSIDE, EniState.UNATTACHED): Course(dx=-76),
        (EniState.YOUNG, EniState.OUTSIDE): Course(dx=-6, dy=-24),
        (EniState.COOLING, EniState.YOUNG): Course(at=0.3, dx=20, dy=-24),
        (EniState.USED, EniState.OUTSIDE): Course(bend=30, at=0.7, dx=16, dy=22),
        (EniState.IDLE, EniState.YOUNG): Course(dx=-66, at=0.2),
        (EniState.IDLE, EniState.LOST): Course(at=0.5, dx=-56),
        (EniState.USED, EniState.LOST): Course(at=0.8, dx=58),
        (EniState.YOUNG, EniState.LOST): Course(at=0.5, dx=56),
        (EniState.LOST, EniState.NONE): Course(bend=150, at=0.42, dy=22),
    },
    of=[each for each in ENIS if not each.usual],
)

PICTURES: Final = (ADDRESS, RARER_ADDRESS, ENI, RARER_ENI)
WIDTH: Final = 1180

HEIGHT: Final = 54
"""Of the box of a state."""
_RULES: Final = 3
"""Rules at an arrow; the page names all."""
_CHARACTER: Final = 7.4
"""Width of a character of a state's name."""

_STYLE: Final = """
 svg { --back: #ffffff; --ink: #1f2933; --faint: #8a94a3; --panel: #f3f6fa; --line: #c8d0da;
  --outside: #e7ebf0; --pool: #d3e8f7; --pod: #cfecdf; --wrong: #fbdfd2;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif }
 @media (prefers-color-scheme: dark) { svg { --back: #14181e; --ink: #e6eaf0; --faint: #8d98a8;
  --panel: #1c222b; --line: #3a4452; --outside: #2b333f; --pool: #17405c; --pod: #1b4d39;
  --wrong: #5c2f1d } }
 .back { fill: var(--back) } .panel { fill: var(--panel); stroke: var(--line) }
 .title { font-size: 21px; font-weight: 650; fill: var(--ink) }
 .note { font-size: 13px; fill: var(--faint) }
 .state rect { stroke: var(--ink); stroke-width: 1.2 }
 .state text { font-size: 14.5px; font-weight: 600; fill: var(--ink); text-anchor: middle }
 .outside rect { fill: var(--outside) } .pool rect { fill: var(--pool) }
 .pod rect { fill: var(--pod) } .wrong rect { fill: var(--wrong) }
 .usual { stroke: var(--ink); stroke-width: 1.9; fill: none }
 .rare { stroke: var(--faint); stroke-width: 1.2; fill: none; stroke-dasharray: 5 4 }
 .tip { fill: var(--ink) } .faint { fill: var(--faint) }
 .label { font-size: 12.5px; fill: var(--ink); text-anchor: middle; stroke: var(--panel);
  stroke-width: 7px; paint-order: stroke; stroke-linejoin: round }
 .free { stroke: var(--back) }
 .rules { font-weight: 650 }
"""


def draw(picture: Picture) -> str:
    """The picture as SVG."""
    return "\n".join(_lines(picture)) + "\n"


def _lines(picture: Picture) -> Iterator[str]:
    width, height = WIDTH, picture.height
    described = "; ".join(
        f"{each.before.value} to {each.after.value}: {each.causes[0].words}"
        for each in picture.transitions
    )
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" aria-labelledby="title desc">'
    )
    yield f'<title id="title">{escape(picture.title)}</title>'
    yield f'<desc id="desc">{escape(described)}</desc>'
    yield f"<style>{_STYLE}</style>"
    yield "<defs>"
    for name, kind in (("tip", "tip"), ("faint", "faint")):
        yield (
            f'<marker id="{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" '
            f'markerHeight="9" orient="auto-start-reverse" markerUnits="userSpaceOnUse">'
            f'<path class="{kind}" d="M0 0.8 L10 5 L0 9.2 z"/></marker>'
        )
    yield "</defs>"
    yield f'<rect class="back" width="{width}" height="{height}" rx="14"/>'
    left, top, across, down = picture.panel
    size = f'width="{across:g}" height="{down:g}"'
    yield f'<rect class="panel" x="{left:g}" y="{top:g}" {size} rx="16"/>'
    place = f'x="{left + 18:g}" y="{top + 24:g}"'
    yield f'<text class="note" {place}>inside the store of the daemon</text>'
    yield f'<text class="title" x="28" y="42">{escape(picture.title)}</text>'
    arrows = picture.transitions
    for each in arrows:
        yield _arrow(picture, each)
    shown = {end for each in arrows for end in (each.before, each.after)}
    for state, where in picture.places.items():
        if state in shown:
            yield _box(state, where)
    for each in arrows:
        yield _label(picture, each)
    yield "</svg>"


def _words(state: State) -> list[str]:
    """The name of a state on one line or two."""
    name = state.value
    if len(name) <= 16:
        return [name]
    first, comma, rest = name.partition(", ")
    return [first + comma.rstrip(), rest] if comma else [name]


def _half_width(state: State) -> float:
    return max(len(line) for line in _words(state)) * _CHARACTER / 2 + 16


def _box(state: State, place: Place) -> str:
    half = _half_width(state)
    lines = _words(state)
    first = place.y + 5 - 9 * (len(lines) - 1)
    texts = "".join(
        f'<text x="{place.x:g}" y="{first + 18 * number:g}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    return (
        f'<g class="state {place.group}"><rect x="{place.x - half:g}" '
        f'y="{place.y - HEIGHT / 2:g}" width="{2 * half:g}" height="{HEIGHT}" rx="13"/>{texts}</g>'
    )


@frozen
class _Curve:
    start: tuple[float, float]
    control: tuple[float, float]
    end: tuple[float, float]

    def point(self, t: float) -> tuple[float, float]:
        """Where it is after this part of its way."""
        x, y = (
            (1 - t) ** 2 * one + 2 * t * (1 - t) * middle + t**2 * other
            for one, middle, other in zip(self.start, self.control, self.end, strict=True)
        )
        return x, y


def _curve(picture: Picture, transition: Transition) -> _Curve:
    one = picture.places[transition.before]
    other = picture.places[transition.after]
    bend = picture.courses[transition.before, transition.after].bend
    dx, dy = other.x - one.x, other.y - one.y
    length = (dx * dx + dy * dy) ** 0.5
    middle = (
        (one.x + other.x) / 2 + 2 * bend * dy / length,
        (one.y + other.y) / 2 - 2 * bend * dx / length,
    )
    return _Curve(
        _border(transition.before, one, middle), middle, _border(transition.after, other, middle)
    )


def _border(state: State, place: Place, towards: tuple[float, float]) -> tuple[float, float]:
    """Where a line from the middle of a box leaves it, and a little further."""
    dx, dy = towards[0] - place.x, towards[1] - place.y
    half, gap = _half_width(state), 4
    across = (half + gap) / abs(dx) if dx else float("inf")
    down = (HEIGHT / 2 + gap) / abs(dy) if dy else float("inf")
    part = min(across, down)
    return place.x + part * dx, place.y + part * dy


def _arrow(picture: Picture, transition: Transition) -> str:
    curve = _curve(picture, transition)
    kind, tip = ("usual", "tip") if transition.usual else ("rare", "faint")
    (x1, y1), (cx, cy), (x2, y2) = curve.start, curve.control, curve.end
    path = f"M{x1:.1f} {y1:.1f} Q{cx:.1f} {cy:.1f} {x2:.1f} {y2:.1f}"
    return f'<path class="{kind}" d="{path}" marker-end="url(#{tip})"/>'


def _label(picture: Picture, transition: Transition) -> str:
    course = picture.courses[transition.before, transition.after]
    x, y = _curve(picture, transition).point(course.at)
    x, y = x + course.dx, y + course.dy + 4
    left, top, across, down = picture.panel
    inside = left < x < left + across and top < y < top + down
    kind = "label" if inside else "label free"
    words = escape(transition.causes[0].words.partition(":")[0])
    ids = transition.rules
    rules = ", ".join((*ids[:_RULES], *["…"] * (len(ids) > _RULES)))
    if not rules:
        return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{words}</text>'
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y - 7:.1f}"><tspan x="{x:.1f}">'
        f"{words}</tspan>"
        f'<tspan class="rules" x="{x:.1f}" dy="15">{rules}</tspan></text>'
    )
