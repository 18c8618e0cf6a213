"""The page of `ipam-model bound`: the answer, what it rests on, and the witness as a film."""

from collections.abc import Sequence

from ipam_model.bounds.answer import Bound, Level, Status
from ipam_model.cli.bound_text import above, amount, below, shared_assumptions, value_text
from ipam_model.cli.html.parts import beyond, node_facts
from ipam_model.film.frames import Film
from ipam_model.film.of_scenario import film_of_scenario
from ipam_model.inspection.counted import counted
from ipam_model.page.document import Exhibit, Fact, Page, Table, Tone, Verdict

TONES: dict[Status, Tone] = {
    Status.EXACT: "good",
    Status.UPPER: "open",
    Status.LOWER: "open",
    Status.NEVER: "open",
    Status.UNKNOWN: "open",
}
MEANING = {
    Status.EXACT: "exact: never more, and reached",
    Status.UPPER: "an upper bound: never more; whether so many are reached is open",
    Status.LOWER: "a lower bound: reached; whether there is more is open",
    Status.NEVER: "never: a search saw every state, and none is such",
    Status.UNKNOWN: "unknown: neither side is certified",
}


def page_of(bounds: Sequence[Bound], meaning: str) -> Page:
    """The page of some answers about one quantity, which `meaning` explains."""
    shared = shared_assumptions(bounds)
    exhibits, notes = beyond([_exhibit(each, shared) for each in bounds], "nodes")
    only = bounds[0] if len(bounds) == 1 else None
    return Page(
        command=f"ipam-model bound {bounds[0].quantity}",
        title=f"{bounds[0].quantity} of {counted(len(bounds), 'node')}"
        if only is None
        else f"Worst case of {only.quantity}, {only.node.name}: {value_text(only)}",
        paragraphs=(f"{bounds[0].quantity}: {meaning}.",),
        tables=() if only is not None else (_table(bounds),),
        exhibits=exhibits,
        notes=(f"Assumed: {'; '.join(shared)}.", *notes),
    )


def _table(bounds: Sequence[Bound]) -> Table:
    return Table(
        caption="All nodes",
        headings=("", "node", "worst case", "reached"),
        rows=[
            (
                each.status.value,
                each.node.name,
                value_text(each),
                "" if each.lower is None else amount(each.lower, each.unit),
            )
            for each in bounds
        ],
        tones=[TONES[each.status] for each in bounds],
    )


def _exhibit(bound: Bound, shared: Sequence[str]) -> Exhibit:
    proof = bound.proof
    assumed = tuple(f"Assumed: {each}." for each in bound.assumptions if each not in shared)
    on_paper = () if proof is None else tuple(f"On paper: {each}." for each in proof.modulo)
    sides = [Fact("never more, because", above(bound)), Fact("reached by", below(bound))]
    if proof is not None and proof.statement:
        sides.append(Fact("what is claimed", proof.statement))
    if bound.parts:
        terms = ", ".join(f"{name} {number}" for name, number in bound.parts.items())
        sides.append(Fact("of which", terms))
    film = _film(bound)
    return Exhibit(
        title=bound.node.name,
        verdict=Verdict(TONES[bound.status], f"{value_text(bound)}, {MEANING[bound.status]}"),
        paragraphs=(_told(bound, film), *assumed, *on_paper),
        facts=(*node_facts(bound.node, name=False), *sides),
        films=() if film is None else (film,),
        start=-1,
    )


def _told(bound: Bound, film: Film | None) -> str:
    if bound.witness is None:
        return "There is no run to show: no witness is known."
    if film is None:
        return "There is no run to show: its witness is of the counting model."
    reached = amount(bound.witness.value, bound.unit)
    if not film.frames:
        return f"There is no run to show: {reached} are there before anything happens."
    return f"The run below comes to {reached} in its last step."


def _film(bound: Bound) -> Film | None:
    witness = bound.witness
    if witness is None or witness.scenario is None or witness.level is not Level.REFERENCE:
        return None
    return film_of_scenario(witness.scenario, judged=False)
