"""The page `docs/bugs.md`."""

import posixpath
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final

from tools.bugs.bug import Bug, Known, Regression, TableCheck, Verdict, WrongModel
from tools.bugs.hunt import Catch
from tools.bugs.measured import key
from tools.mutants.mutant import ROOT
from tools.regressions.index import Regression as Entry
from tools.regressions.index import read_index

PAGE: Final = ROOT / "docs" / "bugs.md"
SECTIONS: Final = {
    "A1": "Wrong owner, lost or stolen addresses",
    "A2": "Counters and limits",
    "A3": "Leaks and missed deletes",
    "A4": "Warm targets not met, starvation, stuck states",
    "A5": "Loops, over-allocation, exhaustion, throttling",
}


def page(bugs: Sequence[Bug], caught: Mapping[str, Catch]) -> str:
    """The whole page."""
    regressions = {each.id: each for each in read_index()}
    verdicts = Counter(verdict(bug, caught, regressions) for bug in bugs)
    counts = "; ".join(f"{verdicts[each]} {each.value}" for each in Verdict)
    parts = [_HEAD.format(rows=len(bugs), counts=counts)]
    for section, title in SECTIONS.items():
        rows = [_row(bug, caught, regressions) for bug in bugs if bug.section == section]
        parts.append("\n".join([f"## {section} {title}\n", *_TABLE_HEAD, *rows]))
    return "\n\n".join([*parts, _TAIL]) + "\n"


def verdict(bug: Bug, caught: Mapping[str, Catch], regressions: Mapping[str, Entry]) -> Verdict:
    """What became of a bug: as stated, or as the hunts and the regressions came out."""
    if bug.verdict is not None:
        return bug.verdict
    if any(caught[key(prey)].found for prey in bug.hunted):
        return Verdict.FOUND
    if any(caught[key(prey)].directed for prey in bug.hunted):
        return Verdict.DIRECTED
    told_by = {regressions[e.id].by for e in bug.evidence if isinstance(e, Regression)}
    if "property" in told_by:
        return Verdict.BY_HAND
    return Verdict.SHOWN if told_by else Verdict.NOT_FOUND


_HEAD: Final = """# Bugs of upstream, and whether the suite would have found them

The {rows} rows of the survey of bugs reported for amazon-vpc-cni-k8s, by the properties of this
model: {counts}.

Written by `python -m tools.make_bugs`; `--check` compares the page with its table.

*Wrong model*: a daemon with the bug (`ipam_model.wrong_models`). *Finding*: the daemon of today has
it ([findings](findings.md)). Both are hunted for with the same random stories of any kind of node,
none of them made for a bug: until a property is violated that holds of the daemon as specified in
the same story, or that the finding explains. *Stories* and *seconds* are what that took.
*Scenario*: one written by hand, in
[examples/regressions](../examples/regressions), that shows the bug beside the same without it, or
the circumstance in which the daemon of today does right and a wrong model does not.

*Found if directed*: these stories did not show it, and those of the [kill matrix](kill-matrix.md)
did, which are random, too, but of few kinds of events. *Found by hand*: neither did, and in a
scenario a property tells. *Shown by hand*: there its quantities alone do, no property.
*Later*: `P-B1` to `P-B7` are bounds (worst case of addresses, calls, time), which this suite does
not have; until then the scenarios show the quantities. Nothing here was run on the real daemon."""

_TABLE_HEAD: Final = (
    "| bug | property | verdict | how, and time to find |",
    "|---|---|---|---|",
)

_TAIL: Final = """## Time

Stories are told in a fixed order, so that a hunt comes out the same everywhere. Each row is as it
was measured last (`--only`, `--again`): a change of the strategies or properties moves it.
Seconds are those of a processor on the machine on which that was."""


def _row(bug: Bug, caught: Mapping[str, Catch], regressions: Mapping[str, Entry]) -> str:
    how = [_evidence(each, caught, regressions) for each in bug.evidence]
    if bug.why:
        how.append(f"*{bug.why}*")
    cells = (
        f"{bug.issues}: {bug.symptom}",
        ", ".join(bug.checks),
        verdict(bug, caught, regressions).value,
        "<br>".join(how),
    )
    return f"| {' | '.join(cells)} |"


def _evidence(
    evidence: WrongModel | Known | Regression | TableCheck,
    caught: Mapping[str, Catch],
    regressions: Mapping[str, Entry],
) -> str:
    match evidence:
        case WrongModel():
            return f"wrong model `{evidence.id}`: {_time(caught[key(evidence)])}"
        case Known():
            return f"finding `{evidence.finding}`: {_time(caught[key(evidence)])}"
        case Regression():
            return _scenario(regressions[evidence.id])
        case TableCheck():
            return f"test `{evidence.test}`"


def _time(catch: Catch) -> str:
    stories = f"{catch.examples} stor{'y' if catch.examples == 1 else 'ies'}"
    if not catch.found:
        vain = f"not in {stories} ({catch.seconds:.1f} s)"
        return f"{vain}; {catch.directed}" if catch.directed else vain
    seconds = f"{catch.seconds:.1f} s" if catch.seconds < 10 else f"{catch.seconds:.0f} s"
    return f"{', '.join(catch.by)} after {stories}, {seconds}"


def _scenario(entry: Entry) -> str:
    links = " and ".join(_links(entry))
    if entry.by == "quantities":
        return f"scenario {links}: by its quantities"
    return f"scenario {links}: {entry.at_stake}"


def _links(entry: Entry) -> Iterator[str]:
    for name in entry.scenarios:
        path = PurePosixPath(posixpath.normpath(f"../examples/regressions/{name}"))
        yield f"[{path.stem}]({path})"
