"""`ipam-model conform`: drives an implementation, in Python or any other language."""

import argparse
import json
import re
import signal
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from ipam_model.cli.commands import summary
from ipam_model.cli.complaints import complain
from ipam_model.cli.conform_text import report_text, smoke_as_json, smoke_text
from ipam_model.cli.exit_codes import ACCEPTED, BAD_INPUT, INCONCLUSIVE, REJECTED
from ipam_model.cli.html_page import HtmlFile, add_html_option, html_asked
from ipam_model.cli.node_options import whole_number
from ipam_model.cli.progress import progress
from ipam_model.cli.teaching import Example, teach
from ipam_model.conformance.observation import Precision
from ipam_model.conformance.subject import SubjectError
from ipam_model.errors import InputError

if TYPE_CHECKING:  # what needs an extra comes where it is needed
    from ipam_model.conformance.known import Known, KnownLike
    from ipam_model.conformance.report import ConformanceReport
    from ipam_model.conformance.wire.smoke import SmokeReport

KIT: Final = "kit"
SUBJECT: Final = "subject"

SEED: Final = 0
_ID: Final = re.compile(r"[A-Z]\d+[a-z]?(-\w+)?(\s|$)")
"""A rule or quirk, and perhaps a reason."""
NOT_FOR_SMOKE: Final = (
    ("plans", "--plan"),
    ("examples", "--examples"),
    ("steps", "--steps"),
    ("areas", "--area"),
    ("no_directed", "--no-directed"),
    ("seed", "--seed"),
    ("known", "--known"),
    ("precision", "--precision"),
    ("quirks", "--quirks"),
    ("some_quirks", "--quirk"),
    ("reports", "--report"),
    ("html", "--html"),
)
"""What steps that are fixed, and that no model judges, have no use for."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `conform` to the command line."""
    parser = subparsers.add_parser(
        "conform",
        help=summary("conform"),
        description="Drives an address manager, or its data store alone, through plans: time, "
        "pods, answers of EC2 and failures. What it may choose, such as an ENI or an address, is "
        "accepted if the model allows it. Says that it conforms, or shows the smallest plan in "
        "which it does not, and keeps it in .ipam-model/failures. A program is spoken to by JSON "
        "lines (docs/protocol.md); one that hangs, crashes or writes something else ends in a "
        "verdict that says so.",
    )
    subject = parser.add_argument_group("the implementation")
    where = subject.add_mutually_exclusive_group()
    where.add_argument(
        "--exec",
        metavar="CMD",
        dest="program",
        help="a program that speaks the protocol, with its arguments; no shell is between",
    )
    where.add_argument(
        "--python",
        metavar="PKG.MOD:FACTORY",
        help="a class or function in Python that makes a subject; modules are looked for in the "
        "current folder, too",
    )
    where.add_argument(
        "--protocol-schema",
        choices=(KIT, SUBJECT),
        help="print the JSON Schema of what the kit, or what a program, says; run nothing",
    )
    subject.add_argument(
        "--smoke",
        action="store_true",
        help="only the fixed steps that tell a wrong harness from a wrong implementation",
    )
    subject.add_argument(
        "--timeout",
        type=_seconds,
        metavar="SECONDS",
        help="in which a program must answer (default: 10; three times as long at its start)",
    )
    _add_plan_options(parser)
    _add_output_options(parser)
    teach(
        parser,
        Example(
            "does my harness speak the protocol?",
            "ipam-model conform --exec './my-harness' --smoke",
        ),
        Example(
            "does my implementation behave like the model? the report is by rule",
            "ipam-model conform --exec './my-harness' --report report.md",
        ),
        Example(
            "the same for a class in Python, and only the cooldown of its addresses",
            "ipam-model conform --python my_ipam:Allocator --area cooldown",
        ),
        Example(
            "run a plan that failed before",
            "ipam-model conform --python my_ipam:Allocator --plan failing.json",
        ),
        exit_codes="0 it conforms; 1 it does not, or a known divergence no longer occurs; 2 bad "
        "input; 3 the subject supports none of the plans, or some are undecided",
    )
    parser.set_defaults(func=run)


def _add_plan_options(parser: argparse.ArgumentParser) -> None:
    plans = parser.add_argument_group("what is tried and expected")
    plans.add_argument(
        "--plan",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        dest="plans",
        help="a scenario, or a plan for a data store, to run instead of random ones; may be given "
        "several times",
    )
    plans.add_argument(
        "--examples",
        type=whole_number,
        metavar="N",
        help="random plans for each area (default: 25; 0 with --plan)",
    )
    plans.add_argument(
        "--steps", type=whole_number, metavar="N", help="about how much happens in each"
    )
    plans.add_argument(
        "--area",
        action="append",
        metavar="NAME",
        dest="areas",
        help="only this corner of the specification; may be given several times",
    )
    plans.add_argument(
        "--no-directed",
        action="store_true",
        help="leave out the directed plans, which come first: small ones for rules that random "
        "plans seldom reach; they are the area `directed`",
    )
    plans.add_argument(
        "--seed",
        type=whole_number,
        metavar="N",
        help="the same seed, the same plans (default: 0)",
    )
    plans.add_argument(
        "--known",
        action="append",
        default=[],
        metavar="ID|FILE",
        help="a divergence that is known, by rule or suspected bug, or a file that lists such "
        "ones; may be given several times. One that does not occur is an error",
    )
    plans.add_argument(
        "--precision",
        choices=[each.value for each in Precision],
        help="compare no more than this (default: all that the subject shows)",
    )
    plans.add_argument(
        "--quirks",
        action="store_true",
        help="expect the daemon's suspected bugs, instead of what is meant",
    )
    plans.add_argument(
        "--quirk",
        action="append",
        default=[],
        metavar="ID",
        dest="some_quirks",
        help="expect this one of them, such as R24; may be given several times",
    )


def _add_output_options(parser: argparse.ArgumentParser) -> None:
    output = parser.add_argument_group("output")
    output.add_argument(
        "--report",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        dest="reports",
        help="write a report per rule and property: .md, .jsonl or .xml (JUnit); may be given "
        "several times",
    )
    output.add_argument("--json", action="store_true", help="print JSON lines")
    add_html_option(
        output, "verdicts per rule and property, and what the model does in each diverging plan"
    )


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 86_400:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return seconds


def run(arguments: argparse.Namespace) -> int:
    """Check the implementation, or only its harness; told to end, end the program first."""
    before = signal.signal(signal.SIGTERM, _end)
    try:
        return _run(arguments)
    finally:
        signal.signal(signal.SIGTERM, before)


def _end(_number: int, _frame: object) -> NoReturn:
    # Not SystemExit, which Hypothesis takes for a failure of what it tests.
    raise KeyboardInterrupt


def _run(arguments: argparse.Namespace) -> int:
    if arguments.protocol_schema:
        return _print_schema(arguments.protocol_schema)
    if arguments.program is None and arguments.python is None:
        raise InputError("conform: no implementation; give --exec CMD or --python PKG.MOD:FACTORY")
    if arguments.program is None and arguments.timeout is not None:
        raise InputError("conform: --timeout is for --exec: nothing stops a call in this process")
    if arguments.smoke:
        return _smoke(arguments)
    with html_asked(arguments) as page:
        return _checked_and_told(arguments, page)


def _checked_and_told(arguments: argparse.Namespace, page: HtmlFile | None) -> int:
    try:
        # What a subject in this process prints is none of ours.
        with redirect_stdout(sys.stderr):
            report = _checked(arguments)
    except SubjectError as error:
        return _not_started(str(error), error, arguments)
    except SystemExit as error:  # Of the subject: it must not end the check as if it had passed.
        raise InputError(
            f"{arguments.python}: it ends the process it runs in (sys.exit({error.code!r}))"
        ) from error
    code = _told(report, arguments)
    if page is not None:
        from ipam_model.cli.html.of_conform import page_of

        page.write(page_of(report))
    return code


def _print_schema(which: str) -> int:
    from ipam_model.conformance.wire.protocol import Direction, schema_text

    print(schema_text(Direction.COMMANDS if which == KIT else Direction.MESSAGES), end="")
    return ACCEPTED


# -- the harness ---------------------------------------------------------------------------------


def _smoke(arguments: argparse.Namespace) -> int:
    if arguments.program is None:
        raise InputError("conform: --smoke is about a harness; it goes with --exec")
    for name, option in NOT_FOR_SMOKE:
        given = getattr(arguments, name)
        if given is not None and given is not False and given != []:
            raise InputError(f"conform: --smoke takes fixed steps and no model; leave out {option}")
    from ipam_model.conformance.wire.smoke import smoke

    report = smoke(_program(arguments)())
    if arguments.json:
        print(json.dumps(smoke_as_json(report), ensure_ascii=False))
    else:
        print(smoke_text(report, arguments.program))
    return _smoke_code(report)


def _smoke_code(report: "SmokeReport") -> int:
    from ipam_model.conformance.wire.smoke import Fault

    last = report.checks[-1]
    if last.skipped:
        return INCONCLUSIVE
    if last.fault is Fault.COMMAND:
        return BAD_INPUT
    return ACCEPTED if report.passed else REJECTED


def _not_started(message: str, error: SubjectError, arguments: argparse.Namespace) -> int:
    from ipam_model.conformance.wire.errors import StartError

    if isinstance(error, StartError):
        raise InputError(f"--exec: {message}") from None
    complain(f"{message}; try ipam-model conform --exec {arguments.program!r} --smoke")
    return REJECTED


# -- the implementation --------------------------------------------------------------------------


def _checked(arguments: argparse.Namespace) -> "ConformanceReport":
    from ipam_model.testing.conformance.checking import check_conformance
    from ipam_model.testing.conformance.options import EXAMPLES, STEPS

    known = _files_read(arguments)
    examples = arguments.examples
    if examples is None:
        examples = 0 if arguments.plans else EXAMPLES
    if not examples and not arguments.plans:
        raise InputError("conform: --examples 0 without a --plan checks nothing")
    if not examples and arguments.areas:
        raise InputError("conform: --area is of random plans; give --examples N, too, or no --plan")
    precision = None if arguments.precision is None else Precision(arguments.precision)
    with progress(None, " plans") as bar:
        return check_conformance(
            _factory(arguments),
            examples=examples,
            steps=STEPS if arguments.steps is None else arguments.steps,
            seed=SEED if arguments.seed is None else arguments.seed,
            known=known,
            plans=arguments.plans,
            areas=arguments.areas,
            directed=not arguments.no_directed,
            precision=precision,
            quirks=arguments.quirks or arguments.some_quirks,
            only_report=True,
            on_run=lambda: bar.update(1),
        )


def _files_read(arguments: argparse.Namespace) -> "tuple[Known, ...]":
    """The known divergences; complains of every file before anything is started."""
    from ipam_model.conformance.known import known_of, read_known
    from ipam_model.conformance.plan_document import read_plan
    from ipam_model.conformance.report_formats import require_writable

    for path in arguments.reports:
        if not path.parent.is_dir():
            raise InputError(f"--report {path}: there is no folder {path.parent}")
        require_writable(path)
    for path in arguments.plans:
        if not path.is_fifo():  # A pipe can be read only once.
            read_plan(path)
    known: list[KnownLike] = []
    for each in arguments.known:
        known += read_known(Path(each)) if _is_file(each) else [each]
    return known_of(known)


def _is_file(text: str) -> bool:
    if _ID.match(text):
        return False
    return Path(text).suffix != "" or "/" in text or Path(text).is_file()


def _factory(arguments: argparse.Namespace) -> Any:  # noqa: ANN401 - a factory or where it is
    if arguments.program is not None:
        return _program(arguments)
    if "" not in sys.path:
        sys.path.insert(0, "")
    return arguments.python


def _program(arguments: argparse.Namespace) -> Any:  # noqa: ANN401 - its module needs an extra
    from ipam_model.conformance.wire.program import Program

    made = Program(arguments.program, **_given(timeout=arguments.timeout))
    _ = made.command  # Complains at once.
    return made


def _given(**options: Any) -> dict[str, Any]:  # noqa: ANN401 - of any type
    return {name: value for name, value in options.items() if value is not None}


def _told(report: "ConformanceReport", arguments: argparse.Namespace) -> int:
    from ipam_model.conformance.report_formats import json_lines, write_report

    for path in arguments.reports:
        write_report(report, path)
    print(json_lines(report) if arguments.json else report_text(report), end="")
    unkept = [each.unkept for each in report.failures] + [each.unkept for each in report.known]
    for each in dict.fromkeys(filter(None, unkept)):
        complain(f"the failing plan could not be kept in {each}")
    return _code(report)


def _code(report: "ConformanceReport") -> int:
    from ipam_model.conformance.report import Conclusion

    match report.conclusion:
        case Conclusion.CONFORMS:
            return ACCEPTED
        case Conclusion.UNDECIDED:
            return INCONCLUSIVE
        case Conclusion.DIVERGES | Conclusion.GONE:
            return REJECTED
