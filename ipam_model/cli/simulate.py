"""`ipam-model simulate`: a node at work, over pods or over time."""

import argparse
import math
import sys
from pathlib import Path
from typing import Final

from ipam_model.cli import simulate_output
from ipam_model.cli.node_options import add_node_options, nodes, whole_number
from ipam_model.cli.progress import progress
from ipam_model.cli.remarks import print_remarks
from ipam_model.cli.simulate_output import Task
from ipam_model.errors import InputError
from ipam_model.limits import Catalogue
from ipam_model.nodes import NodeSetup
from ipam_model.rules.timing import SECOND
from ipam_model.simulation.choices import Choices
from ipam_model.simulation.conditions import KUBELET_RETRY, Conditions
from ipam_model.simulation.latencies import CALLS, PRESETS, read_latencies
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
from ipam_model.simulation.rows import NodeRun

DONE: Final = 0
INCONCLUSIVE: Final = 3

EVERY_TYPE: Final = "all"
CHURN_DURATION: Final = 600 * SECOND
"""Milliseconds, where nobody says for how long."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `simulate` to the command line."""
    parser = subparsers.add_parser(
        "simulate",
        help="ENIs and addresses of a node, by pods or over time",
        description="Run one node or several and show what they hold: at rest for each number of "
        "pods (--pods), or over time under a profile (--profile). "
        f"--instance-type {EVERY_TYPE} takes every known type.",
        epilog="examples: ipam-model simulate --instance-type m5.large --pods 0..29; "
        "ipam-model simulate --instance-type m3.2xlarge --set WARM_IP_TARGET=10 "
        "--profile burst:3@0,15@60,-18@300 --latencies typical --plot node.svg",
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
        default=Leave.NEWEST.value,
        help="which pods go when some go; those without an address before all others "
        "(default: %(default)s)",
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
        default=1,
        metavar="N",
        help="of everything random (default: 1)",
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
        type=_seconds,
        default=KUBELET_RETRY,
        metavar="SECONDS",
        help="until a refused pod asks again (default: %(default)g, as kubelet does)",
    )
    assumed.add_argument(
        "--most-passes",
        type=whole_number,
        default=Conditions().most_passes,
        metavar="N",
        help="with --pods: passes of the daemon's loop after which a count is given up "
        "(exit code 3; default: %(default)s)",
    )
    output = parser.add_argument_group("output")
    form = output.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    form.add_argument("--csv", action="store_true", help="print CSV instead of text")
    output.add_argument(
        "--plot", type=Path, metavar="FILE", help="also draw a picture: FILE.svg or FILE.png"
    )
    parser.set_defaults(func=run_simulate)


def run_simulate(arguments: argparse.Namespace) -> int:
    """Run every node, print the rows, draw the picture."""
    plot: Path | None = arguments.plot
    if plot is not None:
        simulate_output.check_plot(plot)
    task = read_task(arguments)
    if plot is not None:
        simulate_output.check_picture(task)
    _require_startable(task.setups)
    print_remarks(task.setups)
    runs = _run(task)
    if plot is not None:
        simulate_output.draw(plot, runs, task)
    if arguments.json:
        print(simulate_output.as_json(runs, task))
    elif arguments.csv:
        print(simulate_output.as_csv(runs), end="")
    else:
        print(simulate_output.as_text(runs, task))
    sys.stdout.flush()
    for remark in simulate_output.remarks(runs, task):
        _tell(remark)
    return INCONCLUSIVE if any(run.cut for run in runs) else DONE


def _tell(message: str) -> None:
    print(f"ipam-model: {' '.join(message.split())}", file=sys.stderr)


# -- what is asked for ---------------------------------------------------------------------------


def read_task(arguments: argparse.Namespace) -> Task:
    """What the options ask for; `InputError` if they do not fit together."""
    if EVERY_TYPE in arguments.instance_types:
        arguments.instance_types = list(Catalogue.bundled().types())
    setups = nodes(arguments)
    conditions = Conditions(
        choices=Choices(arguments.choices),
        seed=arguments.seed,
        latencies=read_latencies(arguments.latencies, arguments.latency),
        retry=arguments.retry,
        leave=Leave(arguments.leave),
        most_passes=arguments.most_passes,
    )
    if arguments.profile is not None:
        return _over_time(arguments, setups, conditions)
    for option in ("duration", "every"):
        if getattr(arguments, option) is not None:
            raise InputError(f"--{option} goes with --profile; over pods each row is at rest")
    return Task(
        setups=setups,
        conditions=conditions,
        counts=None if arguments.pods is None else parse_counts(arguments.pods),
        path=PodPath(arguments.path or PodPath.CLIMB.value),
    )


def _over_time(
    arguments: argparse.Namespace, setups: tuple[NodeSetup, ...], conditions: Conditions
) -> Task:
    if arguments.path is not None:
        raise InputError("--path goes with --pods; a profile says itself how pods come and go")
    given = None if arguments.duration is None else math.floor(arguments.duration * SECOND)
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
        every = math.floor(arguments.every * SECOND)
    if duration < 1 or every < 1:
        raise InputError("--duration and --every must be at least 0.001 s")
    if duration // every > MOST_ROWS:
        raise InputError(
            f"{arguments.profile[:40]}: {duration // every:,} rows; at most {MOST_ROWS:,}: "
            "raise --every or lower --duration"
        )
    return Task(
        setups=setups, conditions=conditions, profile=profile, duration=duration, every=every
    )


def _scenario(text: str) -> Profile:
    from ipam_model.simulation.scenario_profile import read_profile

    profile, left_out = read_profile(Path(text.removeprefix(SCENARIO)), text)
    if left_out:
        _tell(
            f"{text}: only its pods are taken; {left_out} events about something else, its node "
            "and what it prescribes are left out (ipam-model replay runs all of it)"
        )
    return profile


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= LONGEST:
        raise argparse.ArgumentTypeError(
            f"{text[:40]!r} is not a number of seconds from 0 to {LONGEST:,}"
        )
    return seconds


def _require_startable(setups: tuple[NodeSetup, ...]) -> None:
    """Raise `InputError` if a node agent would not start with its settings."""
    for setup in setups:
        for found in setup.refusals():
            raise InputError(
                f"{setup.name}: the node agent does not start with these settings: {found}"
            )


# -- running -------------------------------------------------------------------------------------


def _run(task: Task) -> list[NodeRun]:
    total = sum(task.rows(setup) for setup in task.setups)
    runs = []
    with progress(total, "row") as bar:
        for setup in task.setups:
            if task.profile is None:
                run = over_pods(
                    setup,
                    task.counts_of(setup),
                    task.conditions,
                    path=task.path,
                    on_row=lambda: bar.update(1),
                )
            else:
                run = over_time(
                    setup,
                    task.profile,
                    task.conditions,
                    duration=task.duration,
                    every=task.every,
                    on_row=lambda: bar.update(1),
                )
            runs.append(run)
    return runs
