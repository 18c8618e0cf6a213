"""The command line: see `tools.directed`."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from typing import Final

from ipam_model.conformance.plan import DaemonPlan, DatastorePlan
from ipam_model.conformance.subject import Calls, Kind
from ipam_model.inspection.counted import counted
from ipam_model.testing.datastore_plans import datastore_plans
from tools.directed import corpus as on_file
from tools.directed.bugs import Bug, daemon_bugs, datastore_bugs
from tools.directed.candidates import candidates, likely
from tools.directed.corpus import Corpus, Kept
from tools.directed.rehearsal import Rehearsal, differs_at
from tools.directed.search import noticed, rehearsals, smaller, smallest
from tools.drawing import drawn

STORE_PLANS: Final = 1_500
"""Candidates for stores."""
SEED: Final = 11


def main(arguments: Sequence[str] | None = None) -> int:
    """Look for what the corpus lacks; exit code 1 if it is out of date."""
    parsed = _parser().parse_args(arguments)
    if parsed.check:
        return _check()
    for kind in Kind:
        corpus = on_file.load(kind)
        with ProcessPoolExecutor(parsed.jobs) as pool:
            _complete(corpus, parsed.only, pool)
        on_file.store(corpus)
        print(f"{counted(len(corpus.covered()), 'plan')} for a {kind.value}")
    return 0


def _complete(corpus: Corpus, only: Sequence[str], pool: ProcessPoolExecutor) -> None:
    """Add a plan for each bug that shows in none; says of which there is none."""
    missed = [bug for bug, shown in _shown(corpus, pool) if not shown]
    wanted = [bug for bug in missed if not only or bug.id in only]
    found = pool.map(_searched, [corpus.kind] * len(wanted), [bug.id for bug in wanted])
    for bug, plan in zip(wanted, found, strict=True):
        kept = first_to_show(bug, corpus)  # Perhaps one that was added meanwhile.
        if kept is None and plan is not None:
            kept = corpus.add(plan, bug.rules)
            print(f"{bug}: {kept.name}, {counted(len(plan.events), 'event')}", flush=True)
        if kept is None:
            print(f"{bug} shows in no plan", flush=True)
        else:
            corpus.credit(kept, bug.rules)


def _shown(corpus: Corpus, pool: ProcessPoolExecutor) -> Iterator[tuple[Bug, bool]]:
    """Each bug, and whether it shows in the corpus, which is credited for it."""
    bugs = _bugs(corpus.kind).values()
    names = pool.map(_name_of_first, [bug.id for bug in bugs], [corpus] * len(bugs), chunksize=8)
    kept = {each.name: each for each in corpus.plans}
    for bug, name in zip(bugs, names, strict=True):
        if name is not None:
            corpus.credit(kept[name], bug.rules)
        yield bug, name is not None


def _name_of_first(bug_id: str, corpus: Corpus) -> str | None:
    kept = first_to_show(_bugs(corpus.kind)[bug_id], corpus)
    return None if kept is None else kept.name


def first_to_show(bug: Bug, corpus: Corpus) -> Kept | None:
    """The first plan of the corpus in which a bug is noticed, the likely ones first."""
    for kept in corpus.likely(bug.rules):
        plan = kept.plan
        if isinstance(plan, DaemonPlan):
            rehearsal = _rehearsed(kept.name, plan, bug.calls)
            if rehearsal is None or differs_at(rehearsal, bug.make()) is None:
                continue
        if noticed(bug, plan):
            return kept
    return None


def _searched(kind: Kind, bug_id: str) -> DaemonPlan | DatastorePlan | None:
    bug = _bugs(kind)[bug_id]
    if bug.kind is Kind.DAEMON:
        first = rehearsals(likely(bug.id), bug.calls)
        return smallest(bug, first) or smallest(bug, _rehearsals(bug.calls))
    found = next((plan for plan in _store_plans() if noticed(bug, plan)), None)
    return None if found is None else smaller(bug, found)


@cache
def _bugs(kind: Kind) -> dict[str, Bug]:
    """By id; not to be sent to another process, which has its own."""
    bugs = daemon_bugs() if kind is Kind.DAEMON else datastore_bugs()
    return {bug.id: bug for bug in bugs}


_LAZY: Final[dict[Calls, tuple[list[Rehearsal], Iterator[Rehearsal]]]] = {}


def _rehearsals(calls: Calls) -> Iterator[Rehearsal]:
    """The candidates, each rehearsed when it is needed first."""
    done, more = _LAZY.setdefault(calls, ([], rehearsals(candidates(), calls)))
    yield from done
    for each in more:
        done.append(each)
        yield each


_REHEARSED: Final[dict[tuple[str, Calls], Rehearsal | None]] = {}


def _rehearsed(name: str, plan: DaemonPlan, calls: Calls) -> Rehearsal | None:
    if (name, calls) not in _REHEARSED:
        _REHEARSED[name, calls] = next(rehearsals([plan], calls), None)
    return _REHEARSED[name, calls]


@cache
def _store_plans() -> tuple[DatastorePlan, ...]:
    plans = drawn(datastore_plans(), STORE_PLANS, seed=SEED)
    return tuple(sorted(plans, key=lambda plan: len(plan.events)))


def _check() -> int:
    wrong: list[str] = []
    with ProcessPoolExecutor(2) as pool:
        for kind in Kind:
            corpus = on_file.load(kind)
            wrong += [
                f"{kind.value} {bug} shows in no plan"
                for bug, shown in _shown(corpus, pool)
                if not shown
            ]
            wrong += on_file.wrong_index(corpus)
    for line in wrong:
        print(line)
    print(f"the directed plans are {'out of date' if wrong else 'current'}")
    return int(bool(wrong))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.directed", description=__doc__)
    parser.add_argument("--only", nargs="+", default=[], metavar="BUG", help="search for these")
    parser.add_argument("--check", action="store_true", help="search nothing: is it current?")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time")
    return parser


if __name__ == "__main__":
    sys.exit(main())
