"""The page of `ipam-model simulate`: each node as a film, over pods or over time."""

from collections.abc import Mapping, Sequence

from ipam_model.cli.html.parts import beyond, node_facts
from ipam_model.cli.simulate_output import Task, assumptions, headline, remarks
from ipam_model.film.frames import Film
from ipam_model.inspection.counted import counted
from ipam_model.page.document import Exhibit, Page, Table, Verdict
from ipam_model.simulation import tables
from ipam_model.simulation.rows import Ending, NodeRun


def page_of(runs: Sequence[NodeRun], films: Mapping[int, Film], task: Task) -> Page:
    """The page of some runs; `films` by the number of the run, of as many as there are."""
    exhibits, notes = beyond(
        [_exhibit(run, films.get(number), task) for number, run in enumerate(runs)], "nodes"
    )
    only = runs[0].setup.name if len(runs) == 1 else counted(len(runs), "node")
    told = "each number of pods" if task.profile is None else task.profile.text
    together = task.one_count and len(runs) > 1
    return Page(
        command="ipam-model simulate",
        title=f"{only} {'at rest, with' if task.profile is None else 'under'} {told}",
        paragraphs=(headline(task).partition(", " if task.profile else "; ")[2],),
        tables=(_together(runs),) if together else (),
        exhibits=exhibits,
        notes=(f"Assumed: {'; '.join(assumptions(task))}.", *remarks(runs, task), *notes),
    )


def _exhibit(run: NodeRun, film: Film | None, task: Task) -> Exhibit:
    launches = () if task.profile is None or not run.rows else (tables.launch_text(run.launches),)
    return Exhibit(
        title=run.setup.name,
        verdict=_verdict(run),
        paragraphs=launches,
        facts=node_facts(run.setup, name=False),
        films=() if film is None or not film.frames else (film,),
    )


def _verdict(run: NodeRun) -> Verdict | None:
    if run.exited:
        return Verdict("wrong", f"the daemon exits at its start: {run.exited}")
    endings = [row.rest.ending for row in run.rows if row.rest is not None]
    restless = endings.count(Ending.RESTLESS)
    if restless:
        return Verdict("wrong", f"never rests with {restless} of {len(endings)} numbers of pods")
    if run.cut:
        return Verdict("open", "cut: some rows are neither at rest nor known to go round")
    return None


def _together(runs: Sequence[NodeRun]) -> Table:
    columns = tables.COLUMNS["pods"]
    shown = [run for run in runs if run.rows]
    return Table(
        caption="All nodes",
        headings=("node", "max pods", *(column.heading for column in columns)),
        rows=[
            (
                run.setup.name,
                str(run.setup.max_pods),
                *(column.text(run.rows[0]) for column in columns),
            )
            for run in shown
        ],
    )
