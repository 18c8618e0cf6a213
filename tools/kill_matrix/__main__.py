"""The command line: see `tools.kill_matrix`."""

import argparse
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache

from ipam_model.wrong_models import WRONG_MODELS, wrong
from tools.kill_matrix import page, record
from tools.kill_matrix.grouping import Example
from tools.kill_matrix.groups import GROUPS, examples
from tools.kill_matrix.others import noticed_by_a_trace, noticed_by_an_example, traces
from tools.kill_matrix.record import Matrix
from tools.kill_matrix.trial import ONE_IN, Outcome, Record, control_of, judge


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge the wrong models; exit code 1 if something survives unexplained or is out of date."""
    parsed = _parser().parse_args(arguments)
    if parsed.check:
        return _check()
    unknown = [name for name in parsed.only if name not in WRONG_MODELS]
    if unknown:
        print(
            f"no wrong model is called {', '.join(unknown)}; see docs/kill-matrix.md",
            file=sys.stderr,
        )
        return 2
    known, names = record.load(), parsed.only or list(WRONG_MODELS)
    if not (parsed.only or parsed.resume):
        known.models.clear()
    begun = time.perf_counter()
    violated = _violated_by_the_control(tuple(parsed.group))
    for where, what in violated.items():
        print(f"the daemon as specified violates {what} in {where}")
    deadline = begun + parsed.budget if parsed.budget else None
    if parsed.resume:
        names = [name for name in names if name not in known.models]
    for name, found in _judged(names, parsed, deadline):
        kept = known.models.get(name, Record())
        found.trace = found.trace or kept.trace
        found.example = found.example or kept.example
        known.models[name] = found
        print(f"{name}: {_shown(found)}", flush=True)
        record.store(_current(known, violated))
    survivors = [name for name in names if name in known.models and not known.models[name].kills]
    print(
        f"{len(names)} wrong models in {time.perf_counter() - begun:.0f} s: "
        f"{len(survivors)} noticed by no property"
    )
    missed = [name for name in names if name not in known.models]
    if missed:
        print(f"the budget ended before {len(missed)} of them: run again with --resume")
        return 3
    matrix = _current(known, violated)
    record.store(matrix)
    page.PAGE.write_text(page.page(matrix), "utf-8")
    problems = list(page.unexplained(matrix))
    for line in problems:
        print(line)
    return int(bool(problems or violated))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.kill_matrix",
        description="Judge every wrong model by every property, and write docs/kill-matrix.md.",
    )
    parser.add_argument(
        "--only",
        metavar="ID",
        action="append",
        default=[],
        help="judge this one again, and keep what is known of the others (repeatable)",
    )
    parser.add_argument(
        "--group",
        metavar="NAME",
        action="append",
        default=[],
        help="tell the stories of this group only (repeatable)",
    )
    parser.add_argument("--check", action="store_true", help="is the page current? judges nothing")
    parser.add_argument("--budget", metavar="SECONDS", type=float, help="stop after so long")
    parser.add_argument("--resume", action="store_true", help="only those that were never judged")
    parser.add_argument("--processes", metavar="N", type=int, default=1, help="at the same time")
    parser.add_argument(
        "--all",
        action="store_true",
        help=f"tell all stories; else one in {ONE_IN} once something is noticed",
    )
    parser.add_argument(
        "--first", action="store_true", help="tell no more once something is noticed"
    )
    parser.add_argument(
        "--others",
        action="store_true",
        help="ask recorded traces and numeric examples about what no property notices",
    )
    return parser


def _check() -> int:
    found = list(page.out_of_date(record.load()))
    for line in found:
        print(line)
    print(f"{page.PAGE}: {'out of date' if found else 'current'}")
    return int(bool(found))


def told(groups: tuple[str, ...]) -> tuple[Example, ...]:
    """The stories of these groups; of all if none is named."""
    return tuple(each for each in examples() if not groups or each.group in groups)


@cache
def control(groups: tuple[str, ...] = ()) -> Mapping[str, Outcome]:
    """What the daemon as specified violates, by story."""
    return control_of(told(groups))


def _violated_by_the_control(groups: tuple[str, ...]) -> dict[str, str]:
    return {
        where: ", ".join(sorted(outcome.violated)) or outcome.broke
        for where, outcome in control(groups).items()
        if outcome.violated or outcome.broke
    }


def _current(known: Matrix, violated: Mapping[str, str]) -> Matrix:
    models = {name: known.models[name] for name in WRONG_MODELS if name in known.models}
    counts = {group.name: group.count for group in GROUPS}
    return Matrix(models=models, stories=counts, control=dict(violated))


def _judged(
    names: Sequence[str], parsed: argparse.Namespace, deadline: float | None
) -> Iterator[tuple[str, Record]]:
    one_in = 1 if parsed.all else 0 if parsed.first else ONE_IN
    asked = (one_in, parsed.others, tuple(parsed.group))
    if parsed.processes == 1:
        for name in names:
            if deadline is not None and time.perf_counter() > deadline:
                return
            yield name, try_out(name, *asked)
        return
    with ProcessPoolExecutor(parsed.processes) as pool:
        repeated = ([each] * len(names) for each in asked)
        for name, found in zip(names, pool.map(try_out, names, *repeated), strict=True):
            yield name, found
            if deadline is not None and time.perf_counter() > deadline:
                pool.shutdown(cancel_futures=True)
                return


def try_out(name: str, one_in: int, by_others: bool, groups: tuple[str, ...]) -> Record:
    """Everything that is to be known of one wrong model."""
    before = control(groups)
    with wrong(WRONG_MODELS[name]):
        found = judge(told(groups), before, one_in=one_in)
        found.only = ", ".join(groups)
        if by_others and not found.kills:
            found.trace = noticed_by_a_trace(traces())
            found.example = noticed_by_an_example()
    return found


def _shown(found: Record) -> str:
    if not found.kills:
        also = " ".join(filter(None, (found.trace, found.example)))
        return f"no property{'; ' + also if also else ''}"
    first = next(iter(found.kills.values()))
    noticed = ", ".join(sorted(found.kills, key=record.order))
    return f"{noticed}; after {found.examples} stories, {found.seconds:.1f} s: {first.what}"


if __name__ == "__main__":
    sys.exit(main())
