"""Answers of `ipam-model bound` as text."""

from collections.abc import Sequence

from ipam_model.bounds.answer import MILLISECONDS, Basis, Bound, Level, Status
from ipam_model.cli.node_text import governing_values, quirks_text, size_text
from ipam_model.inspection.counted import counted
from ipam_model.rules import timing


def lines(bounds: Sequence[Bound]) -> list[str]:
    """One line for each node, and below them what all rest on."""
    rows = [_cells(each) for each in bounds]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    text = []
    for bound, row in zip(bounds, rows, strict=True):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        text.append("  ".join(cells).rstrip())
        if bound.parts:
            terms = ", ".join(f"{name} {number}" for name, number in bound.parts.items())
            text.append(f"    {terms}")
    shared = shared_assumptions(bounds)
    text += ["", *_listed("assumed", shared)]
    for bound in bounds:
        own = [each for each in bound.assumptions if each not in shared]
        text += _listed(f"assumed of {bound.node.name}", own)
    text += [f"on paper: {each}" for each in _papers(bounds)]
    return text


def shared_assumptions(bounds: Sequence[Bound]) -> list[str]:
    """What is assumed of all nodes."""
    return [
        each
        for each in bounds[0].assumptions
        if all(each in other.assumptions for other in bounds[1:])
    ]


def _listed(heading: str, assumptions: Sequence[str]) -> list[str]:
    """A heading and an assumption a line; nothing if there are none."""
    return [f"{heading}:", *(f"  - {each}" for each in assumptions)] if assumptions else []


def unit_text(unit: str) -> str:
    """A unit for people: times are shown in seconds."""
    return "s" if unit == MILLISECONDS else unit


def amount(value: int, unit: str) -> str:
    """So many of a unit, for people."""
    if unit == MILLISECONDS:
        return f"{value / timing.SECOND:,.10g} s"
    noun = unit.removesuffix("es") if unit.endswith("sses") else unit.removesuffix("s")
    return counted(value, noun) if unit else str(value)


def _papers(bounds: Sequence[Bound]) -> list[str]:
    found = (paper for each in bounds if each.proof is not None for paper in each.proof.modulo)
    return list(dict.fromkeys(found))


def _cells(bound: Bound) -> tuple[str, ...]:
    node = bound.node
    settings = ", ".join((*governing_values(node), *filter(None, (quirks_text(node),))))
    value = value_text(bound)
    status = bound.status.value
    if bound.lower != bound.upper and bound.lower is not None and bound.upper is not None:
        status += f", {amount(bound.lower, bound.unit)} reached"
    return (
        node.name,
        f"{size_text(node)}, max pods {node.max_pods}",
        settings,
        f"{bound.quantity} {value}",
        status,
        f"{above(bound)}; {below(bound)}",
    )


def value_text(bound: Bound) -> str:
    """The value for people, or that there is none, or none known."""
    if bound.value is not None:
        return amount(bound.value, bound.unit)
    return "none" if bound.status is Status.NEVER else "unknown"


def above(bound: Bound) -> str:
    """What its upper side rests on."""
    proof = bound.proof
    if proof is None:
        return "no upper bound is known"
    if proof.basis is Basis.SEARCH:
        return f"{proof.name}: {proof.states:,} in depth {proof.depth}, {proof.verdict}"
    if proof.basis is Basis.THEOREM:
        return f"{proof.name}: proved{' modulo paper' if proof.modulo else ''}"
    return f"never above {proof.name}"


def below(bound: Bound) -> str:
    """What its lower side rests on."""
    witness = bound.witness
    if witness is None:
        return f"no witness ({bound.unwitnessed})" if bound.unwitnessed else "no witness"
    noun, how = ("event", "replayed") if witness.level is Level.REFERENCE else ("step", "counted")
    note = f" ({witness.note})" if witness.note else ""
    return f"witness of {counted(witness.steps, noun)} {how}{note}"
