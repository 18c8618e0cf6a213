"""Pages read back: the data in them, and the frames that were encoded."""

import json
from html.parser import HTMLParser
from typing import Any

from ipam_model.film.frames import QUANTITIES, Cell, FilmedEni, Frame, Held, Mark, ShownCall
from ipam_model.quantities import Quantities

VOID = {"meta", "link", "br", "input", "hr", "img"}


class Document(HTMLParser):
    """Complains of HTML whose elements are not closed in order; collects what a test looks at."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.text: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names), f"<{tag}> has an attribute twice"
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1] == tag, f"</{tag}> closes <{self.open[-1]}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.scripts[-1] += data
        elif self.open and self.open[-1] != "style":
            self.text.append(data)

    @property
    def data(self) -> Any:  # noqa: ANN401 - JSON
        """What the page's script is given."""
        return json.loads(self.scripts[0])


def decoded(film: Any) -> tuple[Frame, ...]:  # noqa: ANN401 - JSON
    """The frames of an encoded film."""
    frames: list[Frame] = []
    enis: dict[str, FilmedEni] = {}
    for each in film["frames"]:
        enis = _applied(enis, each.get("d", {}))
        numbers = dict(zip(film["quantities"], each["q"], strict=True))
        assert list(numbers) == list(QUANTITIES)
        idle = numbers.pop("idle")
        found = Quantities(**numbers)
        assert found.idle == idle
        frames.append(
            Frame(
                now=each["t"],
                event=each.get("e"),
                words=each["w"],
                reply=each.get("r", ""),
                calls=tuple(
                    ShownCall(call) if isinstance(call, str) else ShownCall(*call)
                    for call in each.get("c", ())
                ),
                rules=tuple(film["ruleSets"][each["f"]]),
                marks=tuple(Mark(*mark) for mark in each.get("m", ())),
                running="off" not in each,
                cordoned="cord" in each,
                quantities=found,
                extra=dict(zip(film["extra"], each["x"], strict=True)) if "x" in each else {},
                enis=tuple(enis.values()),
                steps=each.get("s", 1),
            )
        )
    return tuple(frames)


def _applied(before: dict[str, FilmedEni], changes: Any) -> dict[str, FilmedEni]:  # noqa: ANN401 - JSON
    enis = dict(before)
    for name, change in changes.items():
        if change is None:
            del enis[name]
            continue
        old = enis.get(name)
        head = change.get("h") or _head(old)
        cells = [] if old is None else list(old.cells)
        for slot, cell in change.get("s", {}).items():
            cells += [None] * (int(slot) + 1 - len(cells))
            cells[int(slot)] = None if cell is None else _cell(*cell)
        while cells and cells[-1] is None:
            cells.pop()
        card, device, subnet, roles = head
        enis[name] = FilmedEni(
            id=name,
            card=card,
            device=device,
            subnet=subnet,
            roles=tuple(roles),
            cells=tuple(cells),
        )
    return enis


def _cell(label: str, letters: str, pods: list[str] | None = None) -> Cell:
    return Cell(label, tuple(map(Held, letters)), tuple(pods or ()))


def _head(eni: FilmedEni | None) -> tuple[int, int, str, tuple[str, ...]]:
    """Card, device, subnet and roles, of an ENI of which they are not told again."""
    assert eni is not None, "of a new one they are told"
    return eni.card, eni.device, eni.subnet, eni.roles
