"""`ipam-model explore`: every state of a small scope, with its properties checked."""

import argparse
import json
from pathlib import Path

from attrs import evolve

from ipam_model.cli import explore_counting
from ipam_model.cli.commands import summary
from ipam_model.cli.coverage import add_coverage_option, coverage_asked, noted_in
from ipam_model.cli.durations import duration
from ipam_model.cli.exit_codes import ACCEPTED, INCONCLUSIVE, REJECTED
from ipam_model.cli.explore_text import report_as_json, report_text, scope_text
from ipam_model.cli.node_options import add_node_options, nodes, whole_number
from ipam_model.cli.progress import progress
from ipam_model.cli.remarks import print_remarks
from ipam_model.cli.teaching import Example, teach
from ipam_model.errors import InputError
from ipam_model.explore.presets import DEFAULT, PRESETS
from ipam_model.explore.report import Report, report_on
from ipam_model.explore.scope import MOST_PODS, Scope
from ipam_model.explore.search import Budget, explore
from ipam_model.scenario.writing import write_scenario


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `explore` to the command line."""
    parser = subparsers.add_parser(
        "explore",
        help=summary("explore"),
        description="Visits every state that a node can reach. Of the reference model (small "
        "nodes): whatever the daemon chooses, whichever call fails, whenever it is killed, and "
        "with pods coming and going at every moment, also while a call is pending; checks the "
        "properties, and whether an undisturbed node settles. Without a node it explores a scope "
        "by name. Of the counting model (nodes of real size, only how many addresses and pods "
        "each ENI has): the most addresses ever reserved, and at rest.",
    )
    add_node_options(parser)
    explore_counting.add_options(parser)
    scope = parser.add_argument_group("the scope", "of the reference model, but for --pods")
    scope.add_argument(
        "--scope",
        choices=list(PRESETS),
        metavar="NAME",
        help=f"a scope by name instead of a node: {', '.join(PRESETS)} (default without a node: "
        f"{DEFAULT})",
    )
    scope.add_argument(
        "--pods",
        type=whole_number,
        metavar="N",
        help=f"sandboxes at a time, they come and go without end; reference: at most {MOST_PODS} "
        "(default: 3); counting: default max pods",
    )
    scope.add_argument(
        "--faults",
        type=whole_number,
        metavar="N",
        help="calls that fail, any of them, in every way that makes a difference (default: 1)",
    )
    scope.add_argument(
        "--restarts",
        type=whole_number,
        metavar="N",
        help="how often the daemon is killed, also in the middle of a call (default: 1)",
    )
    scope.add_argument(
        "--time-step",
        action="append",
        default=[],
        type=duration,
        metavar="SECONDS",
        dest="time_steps",
        help="between two passes of the loop, instead of the daemon's 5 s; may be given several "
        "times: then any of them (default: 61)",
    )
    scope.add_argument(
        "--beyond-limits",
        action="store_false",
        dest="enforce_limits",
        help="EC2 grants what exceeds the instance's limits, too, so that a daemon that asks for "
        "too much is found out by what it gets; without it by its requests alone",
    )
    scope.add_argument(
        "--histories",
        action="store_true",
        help="tell states apart by how they came about as well: decides properties of whole runs, "
        "and those of questions and events on every way; several times the states",
    )
    budget = parser.add_argument_group("the budget")
    budget.add_argument(
        "--states", type=whole_number, metavar="N", help="give up after so many states"
    )
    budget.add_argument(
        "--seconds",
        type=duration,
        metavar="N",
        help="give up after so much time; reference: of the processor; counting: by the clock",
    )
    output = parser.add_argument_group("the output")
    output.add_argument("--json", action="store_true", help="print one JSON object")
    output.add_argument(
        "--save",
        type=Path,
        metavar="DIR",
        help="reference: write every counter-example as a scenario into this directory, for "
        "ipam-model replay",
    )
    add_coverage_option(output)
    teach(
        parser,
        Example(
            "everything that can happen to a small node, as shipped",
            "ipam-model explore",
        ),
        Example(
            "can these settings ever go wrong, or fail to settle?",
            "ipam-model explore --limits 2,3 --set WARM_ENI_TARGET=0 --pods 2 \\\n"
            "    --faults 0 --restarts 0",
        ),
        Example(
            "a node of real size, in counts: how many addresses does it reserve?",
            "ipam-model explore --model counting --instance-type m5.large \\\n"
            "    --set WARM_IP_TARGET=1 --pods 27",
        ),
        exit_codes="0 exhausted, and nothing unexplained found; 1 something unexplained found, "
        "or the limits exceeded; 2 bad input; 3 cut short, so nothing is known of the "
        "rest",
    )
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Explore one scope of either model."""
    if arguments.model == explore_counting.COUNTING:
        return explore_counting.run(arguments)
    explore_counting.refuse_options(arguments)
    scope = scope_of(arguments)
    seconds: int | None = arguments.seconds
    budget = Budget(states=arguments.states, seconds=None if seconds is None else seconds / 1000)
    if arguments.save is not None:  # Whoever cannot write there should not search first.
        arguments.save.mkdir(parents=True, exist_ok=True)
    if not arguments.json:
        print_remarks([scope.node])
        print("\n".join(scope_text(scope)), flush=True)
    fired = coverage_asked(arguments)
    with progress(arguments.states, " states") as bar:
        with noted_in(fired):
            exploration = explore(scope, budget, on_state=bar.update)
        bar.clear()
    report = report_on(exploration, fired)
    files = {} if arguments.save is None else save(report, arguments.save)
    if arguments.json:
        print(json.dumps(report_as_json(report, files), indent=2, ensure_ascii=False))
    else:
        print("\n".join(report_text(report, files)))
    if report.unexplained:
        return REJECTED
    return ACCEPTED if exploration.exhausted else INCONCLUSIVE


def scope_of(arguments: argparse.Namespace) -> Scope:
    """The scope that the options describe; `InputError` if they make no sense."""
    described = arguments.instance_types or arguments.limits or arguments.manifests
    if described and arguments.scope:
        raise InputError("--scope names a node with its limits; give either --scope or a node")
    if described:
        found = nodes(arguments)
        if len(found) != 1:
            names = ", ".join(each.name for each in found[:8])
            raise InputError(f"explore takes one node, not {len(found)}: {names}")
        scope = Scope(node=found[0])
    else:
        scope = PRESETS[arguments.scope or DEFAULT]
        given = arguments.assignments or arguments.repaired or arguments.node_groups
        if given or arguments.max_pods is not None or arguments.subnet_free is not None:
            raise InputError(
                "--set, --no-quirk, --max-pods, --subnet-free and --node-group describe a node; "
                "give --limits 2,3 or --instance-type too"
            )
    changes = {
        name: getattr(arguments, name)
        for name in ("pods", "faults", "restarts")
        if getattr(arguments, name) is not None
    }
    if arguments.time_steps:
        changes["time_steps"] = tuple(sorted(set(arguments.time_steps)))
    if not arguments.enforce_limits:
        changes["enforce_limits"] = False
    if arguments.histories:
        changes["histories"] = True
    scope = evolve(scope, **changes)
    scope.world()
    return scope


def save(report: Report, directory: Path) -> dict[int, Path]:
    """Write every counter-example; where each one went."""
    files = {}
    for number, example in enumerate(report.examples):
        file = directory / f"{number + 1:02}-{example.of}.json"
        file.write_text(write_scenario(example.scenario), encoding="utf-8")
        files[number] = file
    return files
