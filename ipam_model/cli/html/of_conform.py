"""The page of `ipam-model conform`: verdicts, and what the model does where a subject diverges."""

from collections.abc import Iterator
from pathlib import Path

from ipam_model.cli.html.parts import MOST_FILMS
from ipam_model.config import Quirk
from ipam_model.conformance.plan_document import read_plan
from ipam_model.conformance.report import Conclusion, ConformanceReport, Failure, Line, Status
from ipam_model.conformance.report_words import dropped_words, gone_words, headline
from ipam_model.errors import InputError
from ipam_model.film.frames import Film, Mark
from ipam_model.film.of_plan import film_of_plan
from ipam_model.inspection.counted import counted
from ipam_model.page.document import Exhibit, Fact, Page, Table, Tone, Verdict

CONCLUSIONS: dict[Conclusion, Tone] = {
    Conclusion.CONFORMS: "good",
    Conclusion.DIVERGES: "wrong",
    Conclusion.GONE: "wrong",
    Conclusion.UNDECIDED: "open",
}
STATUSES: dict[Status, Tone] = {
    Status.FAILED: "wrong",
    Status.KNOWN: "known",
    Status.PASSED: "good",
    Status.SKIPPED: "plain",
}

WHAT_IS_SHOWN = (
    "What the model does in the smallest plan that shows it, of its options the first; what it "
    "allows and what the subject has stands at the last step."
)


def page_of(report: ConformanceReport) -> Page:
    """The page of a check."""
    checked = report.checked
    shown = report.failures[:MOST_FILMS]
    left = len(report.failures) - len(shown)
    return Page(
        command="ipam-model conform",
        title=checked.subject,
        verdict=Verdict(CONCLUSIONS[report.conclusion], headline(report)),
        facts=(
            Fact("compared", f"{checked.precision} of a {checked.kind.value}"),
            *((Fact("calls to EC2", checked.calls),) if checked.calls else ()),
            *((Fact("lacks", ", ".join(checked.lacks)),) if checked.lacks else ()),
            Fact("against", checked.models),
            Fact("seed", str(checked.seed)),
            *((Fact("dropped", dropped_words(report)),) if report.dropped else ()),
        ),
        tables=tuple(_tables(report)),
        exhibits=[_exhibit(each) for each in shown],
        notes=(f"Not shown: {counted(left, 'more divergence')}.",) if left else (),
    )


def _tables(report: ConformanceReport) -> Iterator[Table]:
    if report.known or report.gone:
        rows = [
            ("known", each.id, counted(each.times, "plan"), each.reason) for each in report.known
        ]
        rows += [("gone", each, "", gone_words(report, each)) for each in report.gone]
        tones: list[Tone] = ["known" for _ in report.known]
        tones += ["wrong" for _ in report.gone]
        yield Table(
            caption="Known divergences",
            headings=("", "id", "seen in", "reason"),
            rows=rows,
            tones=tones,
        )
    yield _lines("Properties", report.properties(), folded=False)
    rules = report.rules()
    reached = [line for line in rules if line.status is not Status.SKIPPED]
    reached.sort(key=lambda line: line.status is Status.PASSED)
    yield _lines(
        f"Rules: {len(reached)} of {len(rules)} exercised",
        tuple(reached),
        folded=report.conclusion is not Conclusion.CONFORMS,
    )


def _lines(caption: str, lines: tuple[Line, ...], *, folded: bool) -> Table:
    return Table(
        caption=caption,
        headings=("", "id", "passed", "failed", "known", "what"),
        rows=[
            (
                line.status.value,
                line.id,
                f"{line.passed:,}",
                str(line.failed),
                str(line.known),
                f"{line.statement} ({line.skipped})" if line.skipped else line.statement,
            )
            for line in lines
        ],
        tones=[STATUSES[line.status] for line in lines],
        folded=folded,
    )


def _exhibit(failure: Failure) -> Exhibit:
    film = _film(failure)
    return Exhibit(
        title=failure.title,
        verdict=Verdict("wrong", f"diverges: {failure.aspect}"),
        paragraphs=(WHAT_IS_SHOWN,),
        facts=(
            Fact("rules", ", ".join(failure.rules[:6]) or "none"),
            Fact("found in", failure.area),
            Fact("plan", failure.plan),
            *((Fact("quirks expected", ", ".join(failure.quirks)),) if failure.quirks else ()),
        ),
        films=() if film is None else (film,),
        quote=failure.text,
        start=-1,
    )


def _film(failure: Failure) -> Film | None:
    marks = [Mark("good", f"the model allows: {each}") for each in failure.expected]
    if failure.found:
        marks.append(Mark("wrong", f"the subject has: {failure.found}"))
    try:
        plan = read_plan(Path(failure.plan))
    except InputError:  # It was kept a moment ago, and somebody has taken it away.
        return None
    quirks = frozenset(map(Quirk, failure.quirks))
    return film_of_plan(plan, failure.title, quirks=quirks, marks=marks, steps=failure.step or None)
