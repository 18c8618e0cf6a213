"""`ipam-model trace check`: recorded behaviour of a daemon against the model."""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

from attrs import evolve

from ipam_model.cli.commands import summary
from ipam_model.cli.complaints import complain
from ipam_model.cli.coverage import (
    add_coverage_option,
    coverage_as_json,
    coverage_asked,
    coverage_lines,
    noted_in,
)
from ipam_model.cli.exit_codes import ACCEPTED, BAD_INPUT, INCONCLUSIVE, REJECTED
from ipam_model.cli.html_page import HtmlFile, add_html_option, html_asked
from ipam_model.cli.interruption import UntilInterrupted
from ipam_model.cli.observations import (
    add_observation_options,
    add_thin_parser,
    refuse_without_observations,
    run_observations,
)
from ipam_model.cli.progress import progress
from ipam_model.cli.teaching import Example, teach
from ipam_model.cli.trace_films import TraceFilms
from ipam_model.errors import InputError
from ipam_model.inspection.counted import counted
from ipam_model.scenario.from_trace import scenario_of
from ipam_model.scenario.writing import write_scenario
from ipam_model.trace.check import Rejection, Verdict, check, check_file, config_of, trace_files
from ipam_model.trace.document import STDIN, Event, read_trace
from ipam_model.trace.record import RecordedRunner


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `trace` to the command line."""
    parser = subparsers.add_parser(
        "trace",
        help=summary("trace"),
        description="Recorded behaviour of a daemon against the model.",
    )
    commands = parser.add_subparsers(
        dest="trace_command", required=True, metavar="COMMAND", help="what to do"
    )
    check = commands.add_parser(
        "check",
        help="replay ipam-trace/1 files: is every event one the model allows?",
        description="Replay ipam-trace/1 files and folders. The model carries its own state from "
        "the first event to the last; calls, replies and states must be ones it allows. A "
        "rejection names file, event, rule, what was seen and what was allowed. The standard input "
        "is followed: the first mismatch ends it at once, Ctrl-C or its end otherwise.",
    )
    check.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="a trace file, or a folder searched for *.jsonl; - is the standard input",
    )
    check.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    check.add_argument(
        "-v", "--verbose", action="store_true", help="name the accepted traces as well"
    )
    add_coverage_option(check)
    add_html_option(check, "each recording as the model has it, up to where it is rejected")
    add_observation_options(check)
    teach(
        check,
        Example(
            "does the model allow what the daemon was recorded to do?",
            "ipam-model trace check examples/traces",
        ),
        Example(
            "which rules did the recordings exercise?",
            "ipam-model trace check --coverage examples/traces examples/traces-v1.7",
        ),
        Example(
            "a node in use, by its log: stops at the first line that is not allowed",
            "tail -F ipamd.log | ipam-model trace check --observations log \\\n"
            "    --instance-type m5.large --set WARM_IP_TARGET=5 -",
        ),
        exit_codes="0 all accepted; 1 one rejected; 2 bad input; 3 one is undecided",
    )
    check.set_defaults(func=run_check)
    scenario = commands.add_parser(
        "scenario",
        help="turn an ipam-trace/1 file into a scenario",
        description="Prints the scenario (ipam-scenario/1) of a recording: its events with the "
        "choices and grants that explain it, and its replies as expectations.",
    )
    scenario.add_argument(
        "path", type=Path, metavar="FILE", help="a trace file; - is the standard input"
    )
    scenario.add_argument(
        "--json", action="store_true", help="as everywhere; a scenario is JSON in any case"
    )
    teach(
        scenario,
        Example(
            "a recording as a story that can be replayed and changed",
            "ipam-model trace scenario examples/traces/drain-143.jsonl > drain.json",
        ),
        Example(
            "watch it",
            "ipam-model trace scenario examples/traces/drain-143.jsonl | \\\n"
            "    ipam-model replay -",
        ),
        exit_codes="0 written; 1 the model does not allow the recording; 2 bad input; 3 undecided",
    )
    scenario.set_defaults(func=run_scenario)
    add_thin_parser(commands)


def run_check(arguments: argparse.Namespace) -> int:
    """Check every trace; a file that cannot be read does not keep the others from being checked."""
    if arguments.observations is not None:
        if arguments.html is not None:
            raise InputError("trace: --html is for recordings; leave out --observations")
        return run_observations(arguments)
    refuse_without_observations(arguments)
    paths: list[Path] = arguments.paths
    if paths.count(STDIN) > 1:
        raise InputError("trace: - is given more than once, and the standard input is read once")
    if arguments.html is not None and STDIN in paths:
        raise InputError("trace: --html is for recordings that end; the standard input is followed")
    with html_asked(arguments) as page:
        return _check_all(arguments, page)


def _check_all(arguments: argparse.Namespace, page: HtmlFile | None) -> int:
    verdicts: list[Verdict] = []
    unreadable: list[str] = []
    fired = coverage_asked(arguments)
    films = None if page is None else TraceFilms()
    total = sum(1 for _ in _files(arguments.paths, []))
    # A bar would be in the way of what is followed.
    with progress(total, " traces", hidden=STDIN in arguments.paths) as bar:
        for path in _files(arguments.paths, unreadable):
            bar.update(1)
            try:
                with noted_in(fired):
                    if path == STDIN:
                        verdict = _followed(quiet=arguments.json)
                    else:
                        verdict = check_file(path) if films is None else films.check(path)
            except InputError as error:
                unreadable.append(str(error))
                continue
            verdicts.append(verdict)
            if not arguments.json:
                bar.clear()
                _print_verdict(verdict, verbose=arguments.verbose)
    if arguments.json:
        coverage = {} if fired is None else {"coverage": coverage_as_json(fired)}
        print(json.dumps(_report(verdicts, unreadable) | coverage, indent=2))
    else:
        print(_summary(verdicts, unreadable))
        for line in () if fired is None else coverage_lines(fired):
            print(line)
    for message in unreadable:
        complain(message)
    if page is not None and films is not None and verdicts:
        page.write(films.page(unreadable))
    return _exit_code(verdicts, unreadable)


def _followed(*, quiet: bool) -> Verdict:
    """Check the standard input until it ends, the model rejects it, or Ctrl-C ends it."""
    trace = read_trace(STDIN)
    if not quiet:
        limits = config_of(trace).limits
        print(
            f"{trace.path}: checking {trace.id}, {trace.dialect.models}, "
            f"{counted(limits.max_enis, 'ENI')} × "
            f"{limits.ipv4_per_eni} addresses",
            flush=True,
        )
    events = UntilInterrupted(trace.events)
    explained = 0

    def count(_event: Event, _way: RecordedRunner) -> None:
        nonlocal explained
        explained += 1

    try:
        verdict = check(evolve(trace, events=events), explained=count)
    except InputError:
        if explained or not events.interrupted:
            raise
        verdict = Verdict(id=trace.id, path=trace.path, events=0)
    if events.interrupted and not quiet:
        print(f"{trace.path}: interrupted")
    return verdict


def run_scenario(arguments: argparse.Namespace) -> int:
    """Print the scenario of a recording; 1 if the model does not allow the recording."""
    path: Path = arguments.path
    found = scenario_of(path)
    if isinstance(found, Rejection):
        word = "undecided" if found.undecided else "rejected"
        name = "standard input" if path == STDIN else path
        complain(f"{name}:{found.line}: {word}, rule {found.rule}: {found.reason}")
        return INCONCLUSIVE if found.undecided else REJECTED
    print(write_scenario(found), end="")
    return ACCEPTED


def _files(paths: list[Path], unreadable: list[str]) -> Iterable[Path]:
    for path in paths:
        try:
            yield from trace_files([path])
        except InputError as error:
            unreadable.append(str(error))


def _print_verdict(verdict: Verdict, *, verbose: bool) -> None:
    rejected = verdict.rejected
    if rejected is None:
        if verbose:
            print(f"{verdict.path}: accepted, {counted(verdict.events, 'event')}")
        return
    word = "undecided" if rejected.undecided else "rejected"
    print(
        f"{verdict.path}:{rejected.line}: {word} at event {rejected.seq} ({rejected.kind}), "
        f"rule {rejected.rule}\n    saw:     {rejected.seen}\n    allowed: {rejected.allowed}"
    )


def _summary(verdicts: list[Verdict], unreadable: list[str]) -> str:
    accepted = sum(verdict.rejected is None for verdict in verdicts)
    undecided = sum(
        verdict.rejected is not None and verdict.rejected.undecided for verdict in verdicts
    )
    rejected = len(verdicts) - accepted - undecided
    events = sum(verdict.events for verdict in verdicts)
    parts = [f"{accepted} accepted", f"{rejected} rejected"]
    parts += [f"{undecided} undecided"] if undecided else []
    parts += [f"{len(unreadable)} unreadable"] if unreadable else []
    return (
        f"{counted(len(verdicts) + len(unreadable), 'trace')}: {', '.join(parts)}; "
        f"{counted(events, 'event')} explained"
    )


def _report(verdicts: list[Verdict], unreadable: list[str]) -> dict[str, object]:
    rejected = [
        _rejection(verdict, verdict.rejected)
        for verdict in verdicts
        if verdict.rejected is not None
    ]
    return {
        "traces": len(verdicts),
        "accepted": len(verdicts) - len(rejected),
        "events": sum(verdict.events for verdict in verdicts),
        "rejected": rejected,
        "unreadable": unreadable,
    }


def _rejection(verdict: Verdict, rejected: Rejection) -> dict[str, object]:
    return {
        "id": verdict.id,
        "path": verdict.path,
        "seq": rejected.seq,
        "rule": rejected.rule,
        "reason": rejected.reason,
        "line": rejected.line,
        "event": rejected.kind,
        "seen": rejected.seen,
        "allowed": rejected.allowed,
        "undecided": rejected.undecided,
    }


def _exit_code(verdicts: list[Verdict], unreadable: list[str]) -> int:
    if unreadable:
        return BAD_INPUT
    rejected = [verdict.rejected for verdict in verdicts if verdict.rejected is not None]
    if any(not each.undecided for each in rejected):
        return REJECTED
    return INCONCLUSIVE if rejected else ACCEPTED
