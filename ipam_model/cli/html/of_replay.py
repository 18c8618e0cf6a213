"""The page of `ipam-model replay`: each scenario as a film, with what does not hold."""

from collections.abc import Sequence

from attrs import frozen

from ipam_model.cli.html.parts import beyond, node_facts
from ipam_model.film.frames import Film
from ipam_model.film.of_scenario import FilmedRunner
from ipam_model.inspection.counted import counted
from ipam_model.nodes import NodeSetup
from ipam_model.page.document import Exhibit, Fact, Page, Table, Verdict
from ipam_model.properties.judging import Violation
from ipam_model.scenario.document import Scenario
from ipam_model.scenario.judging import JudgedRun


@frozen(kw_only=True)
class Replayed:
    """A scenario that was run."""

    name: str
    scenario: Scenario
    node: NodeSetup
    film: Film | None
    """`None` if nothing of it could be run."""
    problems: Sequence[str]
    """What does not hold, and where."""
    known: Sequence[str]
    """Violated properties that a finding explains."""
    verdict: str
    """The line that is printed at the end."""


def replayed(
    name: str,
    scenario: Scenario,
    node: NodeSetup,
    judged: JudgedRun | None,
    unmet: Sequence[str],
    violated: Sequence[tuple[str, Violation]],
    stopped: str,
    verdict: str,
) -> Replayed:
    """What a page keeps of a run, which a `FilmedRunner` made.

    Args:
        name: Of the file.
        scenario: What was run.
        node: Its node.
        judged: The run; `None` if it did not begin.
        unmet: Expectations that do not hold.
        violated: Properties that are violated, those explained by a finding included, each with the
            line that tells it.
        stopped: Why the run stopped; empty if it did not.
        verdict: The last line.
    """
    film = None
    if judged is not None and isinstance(judged.runner, FilmedRunner):
        film = judged.runner.film(scenario.title or name, stopped=stopped)
    return Replayed(
        name=name,
        scenario=scenario,
        node=node,
        film=film,
        problems=[
            *unmet,
            *([stopped] if stopped else []),
            *(line for line, each in violated if not each.known),
        ],
        known=[line for line, each in violated if each.known],
        verdict=verdict.removeprefix(f"{name}: "),
    )


def page_of(replays: Sequence[Replayed], unreadable: Sequence[str] = ()) -> Page:
    """The page of all of them; `unreadable` are complaints of files that could not be run."""
    exhibits, notes = beyond([_exhibit(each) for each in replays], "scenarios")
    failed = sum(bool(each.problems) for each in replays)
    only = replays[0] if len(replays) == 1 and not unreadable else None
    title = counted(len(replays), "scenario") if only is None else only.scenario.title or only.name
    parts = [f"{failed} of {len(replays)} fail"] if failed else []
    parts += [f"{len(unreadable)} could not be run"] if unreadable else []
    summary = Verdict("wrong", ", ".join(parts)) if parts else _HOLDS
    return Page(
        command="ipam-model replay",
        title=title,
        verdict=None if only is not None else summary,
        exhibits=exhibits,
        notes=(*unreadable, *notes),
    )


_HOLDS = Verdict("good", "all hold")


def _exhibit(run: Replayed) -> Exhibit:
    scenario = run.scenario
    tables = [
        Table(caption=caption, headings=("",), rows=[(each,) for each in lines])
        for caption, lines in (
            ("What does not hold", run.problems),
            ("What does not hold, and is known: a finding explains it", run.known),
        )
        if lines
    ]
    return Exhibit(
        title=scenario.title or run.name,
        verdict=Verdict("wrong" if run.problems else "good", run.verdict.partition(";")[0]),
        paragraphs=tuple(filter(None, (scenario.description, run.verdict.partition("; ")[2]))),
        facts=(
            *node_facts(run.node, name=False),
            Fact("file", run.name),
            *((Fact("source", scenario.source),) if scenario.source else ()),
        ),
        tables=tables,
        films=() if run.film is None else (run.film,),
    )
