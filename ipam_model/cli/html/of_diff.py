"""The page of `ipam-model diff`: the answer, and both runs side by side up to where they part."""

from ipam_model.cli.diff_text import (
    ASPECT_TEXT,
    choices_text,
    compared_text,
    happening_text,
    status_text,
)
from ipam_model.cli.html.parts import node_facts
from ipam_model.differing.comparison import Side
from ipam_model.differing.search import Result, Status
from ipam_model.differing.witness import Witness
from ipam_model.film.of_sides import films_of_difference
from ipam_model.page.document import Exhibit, Fact, Page, Table, Tone, Verdict

TONES: dict[Status, Tone] = {
    Status.DIFFERENT: "wrong",
    Status.EQUIVALENT: "good",
    Status.EQUIVALENT_TO_DEPTH: "good",
    Status.UNKNOWN: "open",
}


def page_of(result: Result, found: Witness | None) -> Page:
    """The page of a comparison; `found` is the difference, if there is one."""
    comparison = result.comparison
    left, right = comparison.left, comparison.right
    return Page(
        command="ipam-model diff",
        title=f"{left.label} and {right.label}",
        verdict=Verdict(TONES[result.status], status_text(result)),
        facts=(
            Fact("what may happen", happening_text(comparison)),
            Fact("compared after each event", compared_text(comparison)),
            Fact("searched", f"{result.pairs:,} pairs of sets of states, {result.states:,} states"),
        ),
        tables=(_sides(left, right),),
        exhibits=() if found is None else (_parting(found),),
    )


def _sides(left: Side, right: Side) -> Table:
    shown = [{fact.name: fact.text for fact in node_facts(side.setup)} for side in (left, right)]
    names = dict.fromkeys(name for facts in shown for name in facts)
    return Table(
        caption="The two sides",
        headings=("", f"left: {left.label}", f"right: {right.label}"),
        rows=[(name, *(facts.get(name, "") for facts in shown)) for name in names],
    )


def _parting(found: Witness) -> Exhibit:
    differ = ", ".join(ASPECT_TEXT[name] for name in found.differ)
    told = (
        f"In the last step they differ in {differ}: {choices_text(found)}. In all steps before it "
        "nothing that is compared tells them apart."
    )
    return Exhibit(
        title="Where they part",
        paragraphs=(told,),
        films=films_of_difference(found, differ),
        start=-1,
    )
