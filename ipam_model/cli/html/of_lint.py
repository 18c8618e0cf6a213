"""The page of `ipam-model lint`: findings, each with the film of its counter-example."""

from collections.abc import Iterator, Sequence

from ipam_model.cli.html.parts import beyond, node_facts
from ipam_model.cli.lint_text import summary_line
from ipam_model.film.frames import Film
from ipam_model.film.of_scenario import film_of_scenario
from ipam_model.inspection.counted import counted
from ipam_model.linting.finding import CounterExample, LintFinding, Report, Severity
from ipam_model.page.document import Exhibit, Fact, Page, Table, Tone, Verdict

TONES: dict[Severity, Tone] = {
    Severity.ERROR: "wrong",
    Severity.WARNING: "known",
    Severity.NOTE: "plain",
}


def page_of(reports: Sequence[Report]) -> Page:
    """The page of some nodes."""
    several = len(reports) > 1
    exhibits, notes = beyond(
        [each for report in reports for each in _exhibits(report, several=several)], "findings"
    )
    worst = max(
        (found.severity for report in reports for found in report.findings),
        key=list(Severity).index,
        default=None,
    )
    only = reports[0].node if len(reports) == 1 else None
    return Page(
        command="ipam-model lint",
        title=f"Settings of {counted(len(reports), 'node') if only is None else only.name}",
        verdict=Verdict(_tone(reports, worst), summary_line(reports)),
        facts=() if only is None else node_facts(only, name=False),
        tables=(_table(reports, several=several),),
        exhibits=exhibits,
        notes=notes,
    )


def _tone(reports: Sequence[Report], worst: Severity | None) -> Tone:
    """Of reports whose worst finding is `worst`; an error alone outweighs what is undecided."""
    if worst is not Severity.ERROR and any(report.undecided for report in reports):
        return "open"
    return "good" if worst is None else TONES[worst]


def _table(reports: Sequence[Report], *, several: bool) -> Table:
    rows: list[Sequence[str]] = []
    tones: list[Tone] = []
    for report in reports:
        node = (report.node.name,) if several else ()
        for found in report.findings:
            rows.append((found.severity.value, *node, found.id, found.variable, found.message))
            tones.append(TONES[found.severity])
        for each in report.undecided:
            rows.append(("undecided", *node, each, "", "no counter-example within the budget"))
            tones.append("open")
        if not report.findings and not report.undecided:
            rows.append(("nothing", *node, "", "", "nothing found"))
            tones.append("good")
    heads = ("", *(("node",) if several else ()), "check", "about", "what happens")
    return Table(caption="Findings", headings=heads, rows=rows, tones=tones)


def _exhibits(report: Report, *, several: bool) -> Iterator[Exhibit]:
    for found in report.findings:
        example = found.counter_example
        film = None if example is None else film_of_scenario(example.scenario)
        yield Exhibit(
            title=f"{report.node.name}: {found.id}" if several else found.id,
            verdict=Verdict(TONES[found.severity], found.severity.value),
            paragraphs=(f"{found.message}.", *_told(example)),
            facts=tuple(_facts(found)),
            films=() if film is None else (film,),
            start=0 if film is None else first_wrong(film),
        )


def first_wrong(film: Film) -> int:
    """The first frame in which something is violated, known or not; the first of all if none."""
    for number, frame in enumerate(film.frames):
        if any(mark.tone in ("wrong", "known") for mark in frame.marks):
            return number
    return 0


def _told(example: CounterExample | None) -> Iterator[str]:
    if example is None:
        yield "A rule says it of every run, so there is none to show."
        return
    size = f"{counted(example.enis, 'ENI')} of {example.addresses} addresses"
    which = "the node's own size" if example.own_limits else "the smallest that shows it"
    yield f"Counter-example on a node of {size}, {which}: {'; '.join(example.violated)}."


def _facts(found: LintFinding) -> Iterator[Fact]:
    where = "" if found.origin is None else f" ({found.origin})"
    if found.variable:
        yield Fact("about", f"{found.variable}{where}")
    yield Fact("rules", ", ".join(found.rules) or "none")
    if found.upstream:
        yield Fact("upstream issues", ", ".join(found.upstream))
    yield Fact(found.status.value, found.evidence)
    if found.suggestion is not None:
        yield Fact("suggestion, checked", str(found.suggestion))
