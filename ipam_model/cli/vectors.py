"""`ipam-model vectors`: test vectors, listed, copied, run against an implementation, made anew."""

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from ipam_model.catalogue import catalogue
from ipam_model.cli.commands import summary
from ipam_model.cli.exit_codes import ACCEPTED, INCONCLUSIVE, REJECTED
from ipam_model.cli.progress import followed
from ipam_model.cli.suggestions import did_you_mean
from ipam_model.cli.teaching import Example, teach
from ipam_model.cli.vectors_text import listing, report_json, report_text
from ipam_model.errors import InputError
from ipam_model.inspection.counted import counted
from ipam_model.vectors.answers import Result
from ipam_model.vectors.files import (
    FLAGS,
    KINDS,
    MODELS,
    NEWEST,
    SCHEMA,
    Suite,
    copy,
    shipped,
    suite,
)
from ipam_model.vectors.running import SECONDS, Report, ask_program, judge_file
from ipam_model.vectors.states import Json

LONGEST_WAIT: Final = 3600


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `vectors` to the command line."""
    parser = subparsers.add_parser(
        "vectors",
        help=summary("vectors"),
        description="JSON cases of what the daemon decides and does, checked against the model.",
    )
    commands = parser.add_subparsers(
        dest="action", required=True, metavar="ACTION", help="what to do"
    )
    _add_list(_action(commands, run_list, "the vectors, or some of them", _LIST))
    _add_copy(_action(commands, run_copy, "copy the files of one version into a folder", _COPY))
    _add_run(_action(commands, run_run, "judge what an implementation answers", _RUN))
    _add_emit(
        _action(commands, run_emit, "make the files anew from the model, or of a scenario", _EMIT)
    )


_LIST: Final = "Shows vectors, one a line."
_COPY: Final = """Copies the vectors of one version, their index, the JSON Schemas and a description
of the format."""
_RUN: Final = """Asks a program, one vector a line, or reads answers from a file, and judges them.
docs/vectors.md describes answers."""
_EMIT: Final = """Makes the files of a version anew and writes them into a folder, or says whether
those that are shipped are current. With --from: prints a vector for each event of a scenario
document that can be one."""


def _action(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    function: Callable[[argparse.Namespace], int],
    what: str,
    description: str,
) -> argparse.ArgumentParser:
    """A parser of `vectors ACTION`, called as the function that does it."""
    name = function.__name__.removeprefix("run_")
    parser = commands.add_parser(name, help=what, description=description)
    parser.set_defaults(func=function)
    return parser


def _add_list(parser: argparse.ArgumentParser) -> None:
    _add_filters(parser)
    parser.add_argument(
        "--json", action="store_true", help="print JSON; with --full the vectors themselves"
    )
    parser.add_argument("--full", action="store_true", help="with --json: everything in a vector")
    teach(
        parser,
        Example(
            "which cases are about rule R136?",
            "ipam-model vectors list --rule R136",
        ),
        Example(
            "one of them with everything that is in it",
            "ipam-model vectors list --rule R136 --kind decision --json --full",
        ),
        exit_codes="0 listed; 2 bad input",
    )


def _add_copy(parser: argparse.ArgumentParser) -> None:
    _add_version(parser)
    parser.add_argument("folder", metavar="DIR", type=Path, help="made if it is not there")
    parser.add_argument("--json", action="store_true", help="print JSON")
    teach(
        parser,
        Example(
            "the cases, their schema and how to read them, for my own test suite",
            "ipam-model vectors copy testdata/ipam-vectors",
        ),
        Example(
            "those of the older release",
            "ipam-model vectors copy --version v1.7 testdata/ipam-vectors-v1.7",
        ),
        exit_codes="0 copied; 2 bad input",
    )


def _add_run(parser: argparse.ArgumentParser) -> None:
    _add_filters(parser)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--exec", dest="command", metavar="CMD", help="a program that answers line by line"
    )
    source.add_argument(
        "--results", type=Path, metavar="FILE", help="answers that were written before, one a line"
    )
    parser.add_argument(
        "--timeout",
        type=_seconds,
        default=SECONDS,
        metavar="SECONDS",
        help="how long an answer may take (default: %(default)g)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    teach(
        parser,
        Example(
            "what does my program answer to the decisions?",
            "ipam-model vectors run --kind decision --exec './answer-vectors'",
        ),
        Example(
            "answers that were written before",
            "ipam-model vectors run --kind decision --results answers.jsonl",
        ),
        exit_codes="0 nothing failed; 1 something failed; 2 bad input; 3 all was skipped",
    )


def _add_emit(parser: argparse.ArgumentParser) -> None:
    _add_version(parser)
    task = parser.add_mutually_exclusive_group(required=True)
    task.add_argument("--check", action="store_true", help="are the shipped files current?")
    task.add_argument("--to", type=Path, metavar="DIR", help="write the files here")
    task.add_argument(
        "--from", dest="scenario", type=Path, metavar="FILE", help="a scenario; - is standard input"
    )
    teach(
        parser,
        Example(
            "vectors of a story of my own",
            "ipam-model vectors emit --from examples/regressions/3824-as-is.json",
        ),
        Example(
            "vectors of a recording",
            "ipam-model trace scenario examples/traces/drain-143.jsonl | \\\n"
            "    ipam-model vectors emit --from -",
        ),
        exit_codes="0 done, and current; 1 not current; 2 bad input",
    )


def _add_version(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--version",
        choices=tuple(MODELS),
        default=NEWEST,
        help="the modelled version (default: %(default)s)",
    )


def _add_filters(parser: argparse.ArgumentParser) -> None:
    _add_version(parser)
    parser.add_argument(
        "--rule", action="append", default=[], metavar="ID", help="covers this rule (repeatable)"
    )
    parser.add_argument(
        "--flag", action="append", default=[], choices=tuple(FLAGS), help="has it (repeatable)"
    )
    parser.add_argument(
        "--kind", action="append", default=[], choices=KINDS, help="asks that (repeatable)"
    )
    parser.add_argument(
        "--id", action="append", default=[], metavar="ID", dest="ids", help="this one (repeatable)"
    )


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds <= LONGEST_WAIT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds up to 3600")
    return seconds


def _chosen(arguments: argparse.Namespace) -> tuple[Suite, tuple[Json, ...]]:
    whole = suite(arguments.version)
    rules = [rule.upper() for rule in arguments.rule]
    unknown = [rule for rule in rules if rule not in catalogue()]
    if unknown:
        hint = did_you_mean(unknown[0], catalogue()) or "; `ipam-model rules` shows all"
        raise InputError(f"no rule {unknown[0][:40]!r}{hint}")
    chosen = whole.select(
        rules=rules, flags=arguments.flag, kinds=arguments.kind, ids=arguments.ids
    )
    return whole, chosen


def run_list(arguments: argparse.Namespace) -> int:
    """Print vectors; always 0."""
    if arguments.full and not arguments.json:
        raise InputError("--full needs --json")
    whole, chosen = _chosen(arguments)
    if arguments.json:
        kept = ("id", "kind", "title", "rules", "flags", "result")
        shown = [each if arguments.full else {key: each[key] for key in kept} for each in chosen]
        print(json.dumps({"schema": SCHEMA, "models": whole.models, "vectors": shown}, indent=2))
    else:
        print(listing(whole, chosen))
    return ACCEPTED


def run_copy(arguments: argparse.Namespace) -> int:
    """Copy the files of a version; 0."""
    copied = copy(arguments.version, arguments.folder)
    if arguments.json:
        print(json.dumps({"version": arguments.version, "files": [*map(str, copied)]}, indent=2))
    else:
        print(f"{counted(len(copied), 'file')} with vectors of {MODELS[arguments.version]}:")
        print("\n".join(f"  {each}" for each in copied))
    return ACCEPTED


def run_run(arguments: argparse.Namespace) -> int:
    """Judge answers; 1 if one is wrong, 3 if there are none."""
    whole, chosen = _chosen(arguments)
    if not chosen:
        raise InputError("no vector is left to run; ask for less")
    if arguments.command is not None:
        judged = ask_program(whole, chosen, arguments.command, arguments.timeout)
    else:
        judged = judge_file(chosen, arguments.results)
    report = Report(whole, tuple(followed(judged, " vectors", len(chosen))))
    print(json.dumps(report_json(report), indent=2) if arguments.json else report_text(report))
    counts = report.count()
    if counts[Result.FAILED]:
        return REJECTED
    return ACCEPTED if counts[Result.PASSED] or counts[Result.KNOWN] else INCONCLUSIVE


def run_emit(arguments: argparse.Namespace) -> int:
    """Make vectors; 1 if the shipped files are not current."""
    # Late, for it needs an extra that nothing else here needs.
    from ipam_model.scenario.reading import read_scenario
    from ipam_model.vectors.emitting import emit, vectors_of
    from ipam_model.vectors.files import file_text, header

    version: str = arguments.version
    if arguments.scenario is not None:
        scenario, source = read_scenario(arguments.scenario)
        if scenario.node.version not in MODELS:
            raise InputError(
                f"{source.name}: a node of {scenario.node.version}; there are vectors of "
                f"{', '.join(MODELS)}"
            )
        found = list(vectors_of(scenario))
        print(file_text(header(scenario.node.version, "step"), found), end="")
        return ACCEPTED
    made = emit(version)
    if arguments.to is not None:
        _write(arguments.to, made)
        print(f"{counted(len(made), 'file')} written to {arguments.to}")
        return ACCEPTED
    stale = _stale(made, version)
    print("\n".join([*stale, f"vectors of {version}: {'out of date' if stale else 'current'}"]))
    return REJECTED if stale else ACCEPTED


def _write(folder: Path, made: dict[str, str]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in made.items():
            (folder / name).write_text(text, "utf-8")
    except OSError as error:
        raise InputError(f"{folder}: cannot be written: {error.strerror}") from None


def _stale(made: dict[str, str], version: str) -> Sequence[str]:
    there = shipped(version)
    return [
        f"{version}/{name}: {'differs' if made.keys() & there.keys() >= {name} else 'one too many'}"
        for name in sorted(made.keys() | there.keys())
        if made.get(name) != there.get(name)
    ]
