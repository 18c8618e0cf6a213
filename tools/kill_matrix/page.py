"""`docs/kill-matrix.md`, written from the catalogue and the matrix."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

from ipam_model.properties.registry import all_properties
from ipam_model.properties.suite import PROPERTIES
from ipam_model.wrong_models import WRONG_MODELS, WrongModel
from ipam_model.wrong_models.upstream import WITHOUT_MODEL
from tests.shared import ROOT
from tools.kill_matrix.groups import GROUPS
from tools.kill_matrix.record import Matrix, order

PAGE: Final = ROOT / "docs" / "kill-matrix.md"
MOST_NAMED: Final = 8
"""Wrong models that the table of properties names."""

OUT_OF_REACH: Final = {
    "P-M2-beyond-max-pods": "none can: the daemon as specified violates it, and each violation is "
    "that finding (`max-pods-stops-growth`)",
}
"""Properties that no wrong model violates, and why none can."""


def page(matrix: Matrix) -> str:
    """The whole page."""
    return "\n".join(_lines(matrix)) + "\n"


def out_of_date(matrix: Matrix, path: Path = PAGE) -> Iterator[str]:
    """What the page or the matrix lacks."""
    for model_id in WRONG_MODELS.keys() - matrix.models.keys():
        yield f"{model_id} was never judged"
    for model_id in matrix.models.keys() - WRONG_MODELS.keys():
        yield f"{model_id} is in the matrix, but not in the catalogue"
    for group in GROUPS:
        if matrix.stories.get(group.name) != group.count:
            told = matrix.stories.get(group.name)
            yield f"{group.name}: {told} stories were told, not {group.count}"
    yield from unexplained(matrix)
    if not path.is_file() or path.read_text("utf-8") != page(matrix):
        yield f"{path.name} is not what the matrix says"


def unexplained(matrix: Matrix) -> Iterator[str]:
    """Survivors without an explanation, and explanations of what does not survive."""
    for model in WRONG_MODELS.values():
        survives = model.id in matrix.models and not matrix.killers(model.id)
        if survives and not model.survives:
            yield f"{model.id} survives, and the catalogue does not say why"
        if model.survives and matrix.killers(model.id):
            yield f"{model.id} is said to survive, but {matrix.killers(model.id)[0]} notices it"
    if WRONG_MODELS.keys() - matrix.models.keys():
        return  # Others may yet violate what none violates so far.
    for property_id in all_properties():
        killed = matrix.killed_by(property_id)
        if not killed and property_id not in OUT_OF_REACH:
            yield f"{property_id} notices no wrong model, and nothing says why"


def _lines(matrix: Matrix) -> Iterator[str]:
    judged = [m for m in WRONG_MODELS.values() if m.id in matrix.models]
    survivors = [m for m in judged if not matrix.killers(m.id)]
    idle = [each for each in sorted(PROPERTIES, key=order) if not matrix.killed_by(each)]
    killed = len(judged) - len(survivors)
    control = "violates nothing but the listed findings."
    if matrix.control:
        told = "; ".join(f"{what} in {where}" for where, what in matrix.control.items())
        control = f"violates, with no finding listed: {told}."
    yield f"""# Kill matrix: which property notices which wrong model

Written by `python -m tools.kill_matrix`; `--check` says whether it is current.

A property that no broken daemon violates is a check that cannot fail. So the catalogue
`ipam_model.wrong_models` has daemons with one bug each, from upstream issues and from edits of
every family of rules. Each is told the same {sum(matrix.stories.values())} stories, judged by
all properties; some were told only the groups that stand behind *of*, and those not judged anew
since groups and properties were added may be noticed by more than is said.
What a finding explains does not count, nor what the daemon as specified violates
in the same story.

- {len(WRONG_MODELS)} wrong models, {len(judged)} of them judged: {killed} noticed by a property,
  {len(survivors)} not, each with its explanation.
- {len(PROPERTIES)} properties: {len(PROPERTIES) - len(idle)} notice a wrong model, {len(idle)}
  none.
- Half of the wrong models are noticed within {_median(matrix)} stories.
- Control: the daemon as specified {control}

## Wrong models

*After* counts the stories up to the first violation, that one included, with their processor time;
*falls over*: the broken daemon also runs into an assertion of the model."""
    for family, models in groupby(WRONG_MODELS.values(), key=lambda model: model.family):
        yield from ("", f"### {family}", "")
        yield "| wrong model | what it does | rules | upstream | noticed by | after |"
        yield "|---|---|---|---|---|---|"
        for model in models:
            yield _row(model, matrix)
    yield from ("", "## Properties", "", "| property | holds | notices | for instance |")
    yield "|---|---|---|---|"
    for property_id in sorted(PROPERTIES, key=order):
        noticed = matrix.killed_by(property_id)
        named = ", ".join(f"`{each}`" for each in noticed[:MOST_NAMED])
        more = f", and {len(noticed) - MOST_NAMED} more" if len(noticed) > MOST_NAMED else ""
        name = PROPERTIES[property_id].name
        shown = f"{named}{more}" if noticed else OUT_OF_REACH.get(property_id, "**nothing**")
        yield f"| {property_id} | `{name}` | {len(noticed)} | {shown} |"
    yield from ("", "## Wrong models that no property notices", "")
    yield "By `--others`: the first recorded trace that the broken daemon cannot explain."
    yield ""
    yield "| wrong model | why | recorded trace that it cannot explain |"
    yield "|---|---|---|"
    for model in survivors:
        record = matrix.models[model.id]
        trace = record.trace.partition(": ")[0]
        others = f"`{trace}`" if trace else "none"
        yield f"| `{model.id}` | {model.survives or '**unexplained**'} | {others} |"
    yield from ("", "## Upstream bugs without a wrong model", "")
    yield from ("| issue | why |", "|---|---|")
    for issue, why in WITHOUT_MODEL.items():
        yield f"| {issue} | {why} |"
    yield from ("", "## The stories", "", "| group | stories | what happens | and then |")
    yield "|---|---|---|---|"
    for group in GROUPS:
        endings = "; ".join(dict.fromkeys(each.value for each in group.endings))
        yield f"| {group.name} | {group.count} | {group.what} | {endings} |"


def _median(matrix: Matrix) -> int:
    counts = sorted(record.examples for record in matrix.models.values() if record.kills)
    return counts[len(counts) // 2] if counts else 0


def _row(model: WrongModel, matrix: Matrix) -> str:
    record = matrix.models.get(model.id)
    killers = ", ".join(matrix.killers(model.id)) or ("–" if record else "never judged")
    after = ""
    if record is not None and record.kills:
        after = f"{record.examples} ({record.seconds:.1f} s)"
        after += f" of {record.only}" if record.only else ""
    if record is not None and record.breaks is not None:
        after += ", falls over" if after else "falls over"
    cells = (
        f"`{model.id}`",
        model.statement.replace("|", "\\|"),
        ", ".join(model.breaks),
        ", ".join(model.upstream) or "–",
        killers,
        after,
    )
    return f"| {' | '.join(cells)} |"
