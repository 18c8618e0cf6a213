"""`ipam-model simulate`: a node at work, over pods or over time."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Final

from ipam_model.cli import simulate_output
from ipam_model.cli.commands import summary
from ipam_model.cli.complaints import complain
from ipam_model.cli.exit_codes import ACCEPTED, INCONCLUSIVE
from ipam_model.cli.html_page import add_html_option, html_asked
from ipam_model.cli.node_options import add_node_options, nodes, positive_number, whole_number
from ipam_model.cli.node_templates import EVERY_TYPE
from ipam_model.cli.progress import progress
from ipam_model.cli.remarks import print_remarks
from ipam_model.cli.simulate_films import UNWATCHED, Makers, Reels
from ipam_model.cli.simulate_output import (
    CsvPrinter,
    JsonPrinter,
    Printer,
    Show,
    Task,
    TextPrinter,
)
from ipam_model.cli.simulate_picture import Picture
from ipam_model.cli.teaching import Example, teach
from ipam_model.errors import InputError
from ipam_model.inspection.counted import counted
from ipam_model.nodes import NodeSetup
from ipam_model.rules.timing import SECOND
from ipam_model.simulation.choices import Choices
from ipam_model.simulation.conditions import (
    KUBELET_RETRY,
    LONGEST_RETRY,
    SHORTEST_RETRY,
    Conditions,
)
from ipam_model.simulation.latencies import CALLS, PRESETS, read_latencies
from ipam_model.simulation.numbers import milliseconds, number_text
from ipam_model.simulation.over_pods import Path as PodPath
from ipam_model.simulation.over_pods import over_pods
from ipam_model.simulation.over_time import (
    MOST_ROWS,
    over_time,
    usual_duration,
    usual_interval,
)
from ipam_model.simulation.profiles import (
    COUNT_FORMS,
    FORMS,
    LONGEST,
    SCENARIO,
    Leave,
    Profile,
    parse_counts,
    parse_profile,
)
from ipam_model.simulation.rows import LaunchTimes, NodeRun, Row

CHURN_DURATION: Final = 600 * SECOND
"""Milliseconds, where nobody says for how long."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `simulate` to the command line."""
    parser = subparsers.add_parser(
        "simulate",
        help=summary("simulate"),
        description="Run one node or several and show what they hold: at rest for each number of "
        "pods (--pods), or over time under a profile (--profile). "
        f"--instance-type {EVERY_TYPE} takes every known type.",
    )
    add_node_options(parser)
    work = parser.add_argument_group("the pods")
    kind = work.add_mutually_exclusive_group()
    kind.add_argument(
        "--pods",
        metavar="COUNTS",
        help=f"numbers of pods: {COUNT_FORMS}; without --profile 0 to max pods",
    )
    kind.add_argument("--profile", help=f"pods over time: {FORMS}")
    work.add_argument(
        "--path",
        choices=[path.value for path in PodPath],
        help="with --pods: how a count is reached: one node that climbs from count to count "
        "(default), a fresh node for each, or one that drains down from the highest",
    )
    work.add_argument(
        "--leave",
        choices=[leave.value for leave in Leave],
        help="with --path drain or a profile in which pods leave: which go; those without an "
        f"address before all others (default: {Leave.NEWEST.value})",
    )
    work.add_argument(
        "--duration",
        type=_seconds,
        metavar="SECONDS",
        help="with --profile: for how long (default: 600, or 300 after the last change)",
    )
    work.add_argument(
        "--every",
        type=_seconds,
        metavar="SECONDS",
        help="with --profile: between two rows (default: 5, more from an hour on)",
    )
    assumed = parser.add_argument_group("what is assumed")
    assumed.add_argument(
        "--choices",
        choices=[choices.value for choices in Choices],
        default=Choices.FIRST.value,
        help="what the daemon leaves to Go's map order: the first option, or any, from --seed "
        "(default: %(default)s)",
    )
    assumed.add_argument(
        "--seed",
        type=whole_number,
        metavar="N",
        help="of everything random, if anything is (default: 1)",
    )
    assumed.add_argument(
        "--latencies",
        metavar="PRESET|FILE",
        help=f"how long calls take: {' or '.join(PRESETS)}, or a JSON file of seconds by call "
        "(default: none)",
    )
    assumed.add_argument(
        "--latency",
        action="append",
        default=[],
        metavar="CALL=SECONDS",
        help=f"the same for one call; may be given several times; calls: {', '.join(CALLS)}",
    )
    assumed.add_argument(
        "--retry",
        type=_retry,
        metavar="SECONDS",
        help="with --profile: until a refused pod asks again "
        f"(default: {number_text(KUBELET_RETRY)}, as kubelet does)",
    )
    assumed.add_argument(
        "--most-passes",
        type=positive_number,
        metavar="N",
        help="with --pods: passes of the daemon's loop after which a count is given up "
        f"(exit code 3; default: {Conditions().most_passes})",
    )
    output = parser.add_argument_group("output")
    form = output.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    form.add_argument("--csv", action="store_true", help="print CSV instead of text")
    output.add_argument(
        "--plot", type=Path, metavar="FILE", help="also draw a picture: FILE.svg or FILE.png"
    )
    add_html_option(output, "each node with its slots, with a slider over pods or time")
    teach(
        parser,
        Example(
            "what does a node hold at rest, for each number of pods?",
            "ipam-model simulate --instance-type m5.large --pods 0..29",
        ),
        Example(
            "a burst of pods, how long each waits for its address, and a picture",
            "ipam-model simulate --instance-type m3.2xlarge --set WARM_IP_TARGET=10 \\\n"
            "    --profile burst:3@0,15@60,-18@300 --latencies typical --plot node.svg",
        ),
        Example(
            "all instance types at once, as a table for other programs",
            "ipam-model simulate --instance-type all --pods 20 --csv > nodes.csv",
        ),
        exit_codes="0 done; 2 bad input; 3 a node did not come to rest within --most-passes",
    )
    parser.set_defaults(func=run_simulate)


def run_simulate(arguments: argparse.Namespace) -> int:
    """Run every node, print the rows, draw the picture."""
    plot: Path | None = arguments.plot
    task = read_task(arguments)
    _require_startable(task.setups, arguments.subnet_free)
    with html_asked(arguments) as page:
        reels = None if page is None else Reels(task)
        if plot is None:
            code, runs = _run_and_print(arguments, task, reels)
        else:
            picture = Picture(plot)
            try:
                picture.check(task)
                # What was found is printed before anything can go wrong with the picture.
                code, runs = _run_and_print(arguments, task, reels)
                picture.draw(runs, task)
            finally:
                picture.discard()
        if page is not None and reels is not None:
            page.write(reels.page(runs))
    return code


def _run_and_print(
    arguments: argparse.Namespace, task: Task, reels: "Reels | None"
) -> tuple[int, list[NodeRun]]:
    if not arguments.json:  # There they are in the document.
        print_remarks(task.setups)
    runs: list[NodeRun] = []
    total = sum(task.rows(setup) for setup in task.setups)
    with progress(total, "row") as bar:

        def show(text: str) -> None:
            bar.clear()
            print(text, flush=True)

        printer = _printer(arguments, task, show)
        printer.begin()
        try:
            for run in _runs(task, lambda _: bar.update(1), reels):
                runs.append(run)
                printer.node(run)
        finally:  # Also if it is interrupted: nothing that was found is lost.
            printer.end(runs)
            for remark in simulate_output.remarks(runs, task):
                bar.clear()
                complain(remark)
        if runs and runs[-1].interrupted:
            raise KeyboardInterrupt
    return (INCONCLUSIVE if any(run.cut for run in runs) else ACCEPTED), runs


def _printer(arguments: argparse.Namespace, task: Task, show: Show) -> Printer:
    if arguments.json:
        return JsonPrinter(task, show)
    return CsvPrinter(show) if arguments.csv else TextPrinter(task, show)


# -- what is asked for ---------------------------------------------------------------------------


def read_task(arguments: argparse.Namespace) -> Task:
    """What the options ask for; `InputError` if they do not fit together."""
    setups = tuple(each.with_eni_config() for each in nodes(arguments))
    usual = Conditions()
    conditions = Conditions(
        choices=Choices(arguments.choices),
        seed=usual.seed if arguments.seed is None else arguments.seed,
        latencies=read_latencies(arguments.latencies, arguments.latency),
        retry=usual.retry if arguments.retry is None else arguments.retry,
        leave=usual.leave if arguments.leave is None else Leave(arguments.leave),
        most_passes=usual.most_passes if arguments.most_passes is None else arguments.most_passes,
    )
    if arguments.profile is not None:
        _refuse(arguments, "path", "goes with --pods; a profile says how pods come and go")
        _refuse(arguments, "most_passes", "goes with --pods; a profile ends with its --duration")
        task = _over_time(arguments, setups, conditions)
    else:
        _refuse(arguments, "duration", "goes with --profile; over pods each row is at rest")
        _refuse(arguments, "every", "goes with --profile; over pods each row is at rest")
        _refuse(arguments, "retry", "goes with --profile; over pods waiting pods ask all the time")
        task = Task(
            setups=setups,
            conditions=conditions,
            counts=None if arguments.pods is None else parse_counts(arguments.pods),
            path=PodPath(arguments.path or PodPath.CLIMB.value),
        )
    if not task.somebody_leaves:
        _refuse(arguments, "leave", "has no effect: it decides nothing about the pods given here")
    if not _is_random(arguments, task):
        _refuse(arguments, "seed", "has no effect: nothing is random without --choices random, "
                "--leave random or a churn")  # fmt: skip
    return task


def _refuse(arguments: argparse.Namespace, option: str, why: str) -> None:
    """Refuse an option that somebody gave although it has no effect."""
    if getattr(arguments, option) is not None:
        raise InputError(f"--{option.replace('_', '-')} {why}")


def _is_random(arguments: argparse.Namespace, task: Task) -> bool:
    conditions = task.conditions
    return (
        conditions.choices is Choices.RANDOM
        or (conditions.leave is Leave.RANDOM and task.somebody_leaves)
        or (arguments.profile or "").startswith("churn:")
    )


def _over_time(
    arguments: argparse.Namespace, setups: tuple[NodeSetup, ...], conditions: Conditions
) -> Task:
    given = None if arguments.duration is None else milliseconds(arguments.duration)
    if arguments.profile.startswith(SCENARIO):
        profile = _scenario(arguments.profile)
    else:
        profile = parse_profile(
            arguments.profile,
            milliseconds=CHURN_DURATION if given is None else given,
            seed=conditions.seed,
        )
    duration = usual_duration(profile) if given is None else given
    every = usual_interval(duration)
    if arguments.every is not None:
        every = milliseconds(arguments.every)
    for option, length in (("--duration", duration), ("--every", every)):
        if length < 1:
            raise InputError(f"{option} must be at least 0.001 s")
    if duration // every > MOST_ROWS:
        raise InputError(
            f"--profile {arguments.profile[:40]}: {duration // every:,} rows; "
            f"at most {MOST_ROWS:,}: raise --every or lower --duration"
        )
    return Task(
        setups=setups, conditions=conditions, profile=profile, duration=duration, every=every
    )


def _scenario(text: str) -> Profile:
    from ipam_model.simulation.scenario_profile import read_profile

    try:
        profile, left_out = read_profile(Path(text.removeprefix(SCENARIO)), text)
    except InputError as error:
        raise InputError(f"--profile: {error}") from None
    if left_out:
        complain(
            f"{text}: only its pods are taken; "
            f"{counted(left_out, 'event')} about something else, its node "
            "and what it prescribes are left out (ipam-model replay runs all of it)"
        )
    return profile


def _seconds(text: str) -> float:
    return _between(0, LONGEST, text)


def _retry(text: str) -> float:
    return _between(SHORTEST_RETRY, LONGEST_RETRY, text)


def _between(least: float, most: float, text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not least <= seconds <= most:
        raise argparse.ArgumentTypeError(
            f"{text[:40]!r} is not a number of seconds from {number_text(least)} to {most:,.0f}"
        )
    return seconds


def _require_startable(setups: tuple[NodeSetup, ...], subnet_free: int | None) -> None:
    """Raise `InputError` if a node agent would not start with its settings, or has no subnet."""
    for setup in setups:
        for found in setup.refusals():
            raise InputError(
                f"{setup.name}: the node agent does not start with these settings: {found}"
            )
        try:
            setup.world()
        except InputError as error:
            option = "" if subnet_free is None else f"--subnet-free {subnet_free}: "
            raise InputError(f"{option}{error}") from None


# -- running -------------------------------------------------------------------------------------


def _runs(task: Task, on_row: Callable[[Row], object], reels: "Reels | None") -> Iterator[NodeRun]:
    """The runs of all nodes, as they are done; the last may be interrupted."""
    for number, setup in enumerate(task.setups):
        rows: list[Row] = []

        def found(row: Row, rows: list[Row] = rows) -> None:
            rows.append(row)
            on_row(row)

        try:
            with nullcontext(UNWATCHED) if reels is None else reels.of(number) as makers:
                run = _run(task, setup, found, makers)
        except KeyboardInterrupt:
            yield NodeRun(setup=setup, rows=tuple(rows), launches=LaunchTimes(()), interrupted=True)
            return
        yield run


def _run(task: Task, setup: NodeSetup, on_row: Callable[[Row], object], makers: Makers) -> NodeRun:
    if task.profile is not None:
        return over_time(
            setup,
            task.profile,
            task.conditions,
            duration=task.duration,
            every=task.every,
            on_row=on_row,
            make=makers.over_time,
        )
    return over_pods(
        setup,
        task.counts_of(setup),
        task.conditions,
        path=task.path,
        on_row=on_row,
        make=makers.over_pods,
    )
