"""Films as JSON: each frame as its difference from the one before, so that long ones stay small.

    {"title", "axis", "slots", "enis", "note", "quantities": [names], "extra": [names],
     "ruleSets": [[id, …], …],
     "frames": [{"t": ms, "w": words, "q": [numbers], …}, …]}

A frame has, where it is not what usually is: `e` event, `r` reply, `c` calls (text, or text and
error), `f` the number of its set of rules, `m` marks (tone and text), `x` extra numbers, `off` the
daemon does not run, `cord` the node is cordoned, `s` steps it stands for, and `d`, what changed of
the ENIs: by id `null` for one that is gone, or `h` card, device, subnet and roles, and `s`, by slot
`null` or label, letters of `Held`, and pods.
"""

from collections.abc import Sequence

from ipam_model.film.frames import QUANTITIES, Cell, Film, FilmedEni, Frame
from ipam_model.strict_json import JsonValue

Json = dict[str, JsonValue]


def encoded(film: Film) -> Json:
    """The film as JSON."""
    extra = sorted({name for frame in film.frames for name in frame.extra}, key=_EXTRA.index)
    rule_sets: dict[tuple[str, ...], int] = {}
    frames: list[JsonValue] = []
    before: tuple[FilmedEni, ...] = ()
    for frame in film.frames:
        number = rule_sets.setdefault(frame.rules, len(rule_sets))
        frames.append(_frame(frame, before, number, extra))
        before = frame.enis
    return {
        "title": film.title,
        "axis": film.axis,
        "slots": film.slots,
        "enis": film.max_enis,
        "note": film.note,
        "quantities": list(QUANTITIES),
        "extra": list(extra),
        "ruleSets": [list(rules) for rules in rule_sets],
        "frames": frames,
    }


_EXTRA = ("pods", "waiting", "refused", "wanted")
"""Names of numbers that only some runs have, in the order in which they are shown."""


def rules_of_films(films: Sequence[Film]) -> set[str]:
    """Every rule that fired in one of them."""
    return {rule for film in films for frame in film.frames for rule in frame.rules}


def _frame(
    frame: Frame, before: tuple[FilmedEni, ...], rule_set: int, extra: Sequence[str]
) -> Json:
    shown: Json = {"t": frame.now, "w": frame.words, "f": rule_set}
    shown["q"] = [getattr(frame.quantities, name) for name in QUANTITIES]
    optional: Json = {
        "e": frame.event,
        "r": frame.reply or None,
        "c": [[call.text, call.error] if call.error else call.text for call in frame.calls] or None,
        "m": [[mark.tone, mark.text] for mark in frame.marks] or None,
        "x": [frame.extra.get(name, 0) for name in extra] or None,
        "off": None if frame.running else 1,
        "cord": 1 if frame.cordoned else None,
        "s": frame.steps if frame.steps > 1 else None,
        "d": _changes(before, frame.enis) or None,
    }
    return shown | {key: value for key, value in optional.items() if value is not None}


def _changes(before: tuple[FilmedEni, ...], after: tuple[FilmedEni, ...]) -> Json:
    old = {eni.id: eni for eni in before}
    changes: Json = dict.fromkeys(old.keys() - {eni.id for eni in after})
    for eni in after:
        change = _change(old.get(eni.id), eni)
        if change:
            changes[eni.id] = change
    return changes


def _change(old: FilmedEni | None, eni: FilmedEni) -> Json:
    change: Json = {}
    if old is None or _head(old) != _head(eni):
        change["h"] = _head(eni)
    had = () if old is None else old.cells
    slots: Json = {}
    for slot in range(max(len(had), len(eni.cells))):
        was = had[slot] if slot < len(had) else None
        cell = eni.cells[slot] if slot < len(eni.cells) else None
        if was != cell:
            slots[str(slot)] = None if cell is None else _cell(cell)
    if slots:
        change["s"] = slots
    return change


def _head(eni: FilmedEni) -> list[JsonValue]:
    return [eni.card, eni.device, eni.subnet, [*eni.roles]]


def _cell(cell: Cell) -> list[JsonValue]:
    pods: list[JsonValue] = [[*cell.pods]] if cell.pods else []
    letters = "".join(each.value for each in cell.held)
    return [cell.label, letters, *pods]
