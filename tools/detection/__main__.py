"""The command line: see `tools.detection`."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeAlias

from ipam_model.conformance.subject import Kind
from ipam_model.inspection.counted import counted
from tools.detection import holdout, page
from tools.detection.record import Record, load, store
from tools.detection.subjects import CATALOGUES
from tools.detection.trial import TRANSPORTS, Trial, by_random_plans, trials

Job: TypeAlias = tuple[Kind, str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge wrong subjects; exit code 1 if one is missed, or the page out of date."""
    parsed = _parser().parse_args(arguments)
    record = load()
    if parsed.check:
        return _check(record)
    known = {bug for catalogue in CATALOGUES.values() for bug in catalogue}
    unknown = [name for name in parsed.only if name not in known]
    if unknown:
        print(f"no wrong model is called {', '.join(unknown)}", file=sys.stderr)
        return 2
    if parsed.hold_out:
        _judge_mutants(record, resume=parsed.resume)
    else:
        jobs = [(kind, bug) for kind in Kind for bug in _chosen(kind, parsed, record)]
        for (kind, bug), found, random in _judged(jobs, parsed.jobs):
            record.trials[kind][bug], record.random[kind][bug] = found, random
            for transport, one in found.items():
                print(f"{kind.value} {bug}, {transport}: {_shown(one)}", flush=True)
            store(record)
    record = load()
    page.PAGE.write_text(page.page(record), "utf-8")
    return _said(page.unexplained(record))


def _chosen(kind: Kind, parsed: argparse.Namespace, record: Record) -> Iterator[str]:
    for bug in CATALOGUES[kind]:
        judged = len(record.trials[kind].get(bug, {})) == len(TRANSPORTS)
        if (not parsed.only or bug in parsed.only) and not (parsed.resume and judged):
            yield bug


def _judged(jobs: Sequence[Job], processes: int) -> Iterator[tuple[Job, dict[str, Trial], int]]:
    with ProcessPoolExecutor(processes) as pool:
        for job, (found, random) in zip(jobs, pool.map(_judge, jobs), strict=True):
            yield job, found, random


def _judge(job: Job) -> tuple[dict[str, Trial], int]:
    kind, bug = job
    return trials(kind, bug), by_random_plans(kind, bug)


def _judge_mutants(record: Record, *, resume: bool) -> None:
    sample = holdout.sample()
    names = {mutant.name for mutant in sample}
    kept = record.holdout if resume else {}
    record.holdout = {name: each for name, each in kept.items() if name in names}
    for name, found in holdout.judge_all(m for m in sample if m.name not in record.holdout):
        record.holdout[name] = found
        print(f"{name}: {found.by or 'not noticed'}", flush=True)
        store(record)


def _shown(one: Trial) -> str:
    where = f"by {one.by} ({one.aspect})" if one.by else "not noticed"
    return f"{where}, {counted(one.plans, 'plan')}, {one.seconds:.1f} s"


def _check(record: Record) -> int:
    problems = list(page.unexplained(record))
    if not page.PAGE.exists() or page.PAGE.read_text("utf-8") != page.page(record):
        problems.append(f"{page.PAGE.name} is out of date: run python -m tools.detection")
    return _said(problems)


def _said(problems: Iterator[str] | Sequence[str]) -> int:
    lines = list(problems)
    for line in lines:
        print(line)
    return int(bool(lines))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.detection", description=__doc__)
    parser.add_argument("--only", nargs="+", default=[], metavar="ID", help="judge these alone")
    parser.add_argument("--hold-out", action="store_true", help="judge the mutants instead")
    parser.add_argument("--resume", action="store_true", help="judge what is not on record")
    parser.add_argument("--check", action="store_true", help="judge nothing: is the page current?")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time")
    return parser


if __name__ == "__main__":
    sys.exit(main())
