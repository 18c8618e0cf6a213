"""`ipam-model diff`: whether two nodes behave alike, and if not, the smallest scenario."""

import argparse
import json
from copy import copy
from pathlib import Path
from typing import Final

from ipam_model.cli.answer_schemas import add_schema_option, schema_text
from ipam_model.cli.commands import summary
from ipam_model.cli.diff_text import as_json, result_text, task_text
from ipam_model.cli.durations import duration
from ipam_model.cli.exit_codes import ACCEPTED, INCONCLUSIVE, REJECTED
from ipam_model.cli.html_page import HtmlFile, add_html_option, html_asked
from ipam_model.cli.node_options import add_node_options, nodes, whole_number
from ipam_model.cli.progress import progress
from ipam_model.cli.remarks import print_remarks
from ipam_model.cli.teaching import Example, teach
from ipam_model.config import Version
from ipam_model.differing.comparison import Comparison, Side, usual_waits
from ipam_model.differing.events import OTHERS
from ipam_model.differing.naming import labels
from ipam_model.differing.observation import ASPECTS, USUAL
from ipam_model.differing.search import USUAL_DEPTH, Status, compare
from ipam_model.differing.witness import Witness, witness_of
from ipam_model.errors import InputError
from ipam_model.explore.scope import JUST_OVER, MOST_PODS
from ipam_model.explore.search import Budget
from ipam_model.nodes import NodeSetup
from ipam_model.rules.timing import SECOND
from ipam_model.scenario.writing import write_scenario

SIDES: Final = ("left", "right")
USUAL_LIMITS: Final = "2,3"
USUAL_SECONDS: Final = 60


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `diff` to the command line."""
    parser = subparsers.add_parser(
        "diff",
        help=summary("diff"),
        description="Lets the same things happen to two nodes, in every order, and compares what "
        "can be seen from outside: replies to pods, EC2's ENIs and addresses, pods with an "
        "address. What a daemon leaves open is compared as a set: the nodes differ if one of them "
        "can show what the other cannot, whatever it chooses. Says that they are equivalent, to "
        "which bound, or shows the smallest scenario in which they differ.",
    )
    add_node_options(parser)
    for side in SIDES:
        _add_side_options(parser, side)
    scope = parser.add_argument_group("what may happen, to both in the same order")
    scope.add_argument(
        "--pods",
        type=whole_number,
        default=2,
        metavar="N",
        help=f"sandboxes at a time, at most {MOST_PODS}; they come and go without end "
        "(default: %(default)s)",
    )
    scope.add_argument(
        "--wait",
        action="append",
        default=[],
        type=duration,
        metavar="SECONDS",
        dest="waits",
        help="time that may pass between two events; may be given several times: then any of them "
        f"(default: {JUST_OVER // SECOND}, and a shorter one where the cooldowns differ)",
    )
    for name, what in (
        ("restarts", "how often the daemon is restarted"),
        ("cordons", "how often the node is cordoned or uncordoned"),
        ("faults", "calls that fail, any of them, in every way that makes a difference"),
    ):
        scope.add_argument(
            f"--{name}",
            type=whole_number,
            default=0,
            metavar="N",
            help=f"{what} (default: %(default)s)",
        )
    scope.add_argument(
        "--others",
        action="append",
        default=[],
        choices=list(OTHERS),
        help="what others do: detach a secondary ENI, take an address or prefix away or give one, "
        "tag the subnet so that the cluster must not use it, or again may; start the daemon in "
        "the other mode, prefix or secondary; may be given several times",
    )
    scope.add_argument(
        "--most-others",
        type=whole_number,
        metavar="N",
        help="how often any of --others happens (default: 1)",
    )
    scope.add_argument(
        "--compare-too",
        action="append",
        default=[],
        choices=[name for name in ASPECTS if name not in USUAL],
        dest="watched",
        help="also what pools the daemons believe to own, or each request to EC2",
    )
    budget = parser.add_argument_group("the bound and the budget")
    budget.add_argument(
        "--depth",
        type=whole_number,
        default=USUAL_DEPTH,
        metavar="N",
        help="events after the first start (default: %(default)s)",
    )
    budget.add_argument(
        "--any-depth",
        action="store_const",
        const=None,
        dest="depth",
        help="no bound on the events: go on until nothing new comes",
    )
    budget.add_argument(
        "--states", type=whole_number, metavar="N", help="give up after so many states"
    )
    budget.add_argument(
        "--seconds",
        type=duration,
        default=USUAL_SECONDS * SECOND,
        metavar="N",
        help=f"give up after so much time of the processor (default: {USUAL_SECONDS})",
    )
    output = parser.add_argument_group("the output")
    shown = output.add_mutually_exclusive_group()
    shown.add_argument("--json", action="store_true", help="print one JSON object")
    add_schema_option(shown)
    output.add_argument(
        "--scenario",
        type=Path,
        metavar="DIR",
        help="write the two runs there, left.json and right.json, for ipam-model replay",
    )
    add_html_option(output, "both runs side by side, up to where they part")
    teach(
        parser,
        Example(
            "where does v1.23 part from v1.7?",
            "ipam-model diff --left-version v1.7 --max-pods 2",
        ),
        Example(
            "does one more warm address make a difference?",
            "ipam-model diff --limits 3,4 --left-set WARM_IP_TARGET=1 \\\n"
            "    --right-set WARM_IP_TARGET=2",
        ),
        Example(
            "what does a suspected bug do to a node with these settings?",
            "ipam-model diff --right-no-quirk cooling_released --set WARM_IP_TARGET=1",
        ),
        exit_codes="0 equivalent, to the bound that is printed; 1 they differ; 2 bad input; 3 "
        "the budget ended first",
    )
    parser.set_defaults(func=run)


def _add_side_options(parser: argparse.ArgumentParser, side: str) -> None:
    group = parser.add_argument_group(f"the {side} side alone, stronger than the options of both")
    group.add_argument(
        f"--{side}-set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a variable of the daemon's environment",
    )
    group.add_argument(
        f"--{side}-version", choices=[version.value for version in Version], help="whose behaviour"
    )
    group.add_argument(
        f"--{side}-no-quirk",
        action="append",
        default=[],
        metavar="NAME",
        help="switch a suspected bug off, by name or rule id",
    )
    group.add_argument(
        f"--{side}-max-pods", type=whole_number, metavar="N", help="the node's pod capacity"
    )


def run(arguments: argparse.Namespace) -> int:
    """Compare two nodes."""
    if arguments.schema:
        print(schema_text("diff"), end="")
        return ACCEPTED
    comparison = comparison_of(arguments)
    with html_asked(arguments) as page:
        return _compared(comparison, arguments, page)


def _compared(comparison: Comparison, arguments: argparse.Namespace, page: HtmlFile | None) -> int:
    directory: Path | None = arguments.scenario
    if directory is not None and directory.exists() and not directory.is_dir():
        raise InputError(f"--scenario is {directory}, which is a file; give a directory")
    if directory is not None:  # Whoever cannot write there should not search first.
        directory.mkdir(parents=True, exist_ok=True)
    if not arguments.json:
        print_remarks([comparison.left.setup, comparison.right.setup])
        print("\n".join(task_text(comparison, arguments.depth)), flush=True)
    budget = Budget(states=arguments.states, seconds=arguments.seconds / SECOND)
    with progress(None, " pairs of states") as bar:
        result = compare(comparison, arguments.depth, budget, on_state=bar.update)
        bar.clear()
    found = None
    if result.difference is not None:
        found = witness_of(comparison, result.difference, firing=page is not None)
    files = () if directory is None or found is None else save(found, directory)
    if arguments.json:
        told = as_json(result, found, files, arguments.depth)
        print(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        print("\n".join(result_text(result, found, files)))
    if page is not None:
        from ipam_model.cli.html.of_diff import page_of

        page.write(page_of(result, found))
    return {Status.DIFFERENT: REJECTED, Status.UNKNOWN: INCONCLUSIVE}.get(result.status, ACCEPTED)


def comparison_of(arguments: argparse.Namespace) -> Comparison:
    """What the options ask for; `InputError` if they make no sense."""
    given = [
        name for name in _OF_ONE_SIDE for side in SIDES if getattr(arguments, f"{side}_{name}")
    ]
    if not given and arguments.left_max_pods is None and arguments.right_max_pods is None:
        raise InputError(
            "nothing makes the two sides differ: give e.g. --left-version v1.7, "
            "--right-set WARM_IP_TARGET=2 or --right-no-quirk cooling_released"
        )
    if arguments.most_others is not None and not arguments.others:
        raise InputError("--most-others says how often --others happen; give --others too")
    left, right = (_setup(arguments, side).with_eni_config() for side in SIDES)
    names = labels(left, right)
    comparison = Comparison(
        left=Side(label=names[0], setup=left),
        right=Side(label=names[1], setup=right),
        pods=arguments.pods,
        waits=tuple(sorted(set(arguments.waits))) or usual_waits(left, right),
        restarts=arguments.restarts,
        cordons=arguments.cordons,
        faults=arguments.faults,
        others=tuple(event for name in dict.fromkeys(arguments.others) for event in OTHERS[name]),
        most_others=1 if arguments.most_others is None else arguments.most_others,
        watched=(*USUAL, *dict.fromkeys(arguments.watched)),
    )
    comparison.require_sensible()
    return comparison


_OF_ONE_SIDE: Final = ("set", "version", "no_quirk")


def _setup(arguments: argparse.Namespace, side: str) -> NodeSetup:
    """A side's node: the options of both, then its own."""
    own = copy(arguments)
    if not (own.instance_types or own.limits or own.manifests):
        own.limits = USUAL_LIMITS
    try:
        own.assignments = [*own.assignments, *getattr(own, f"{side}_set")]
        own.version = getattr(own, f"{side}_version") or own.version
        own.repaired = [*own.repaired, *getattr(own, f"{side}_no_quirk")]
        max_pods = getattr(own, f"{side}_max_pods")
        own.max_pods = own.max_pods if max_pods is None else max_pods
        found = nodes(own)
    except InputError as error:
        raise InputError(f"the {side} side: {error}") from None
    if len(found) != 1:
        names = ", ".join(each.name for each in found[:8])
        raise InputError(f"diff compares two sides of one instance, not of {len(found)}: {names}")
    return found[0]


def save(found: Witness, directory: Path) -> tuple[Path, ...]:
    """Write the runs of both sides; where they went."""
    files = []
    for side, run_of in zip(SIDES, (found.left, found.right), strict=True):
        file = directory / f"{side}.json"
        file.write_text(write_scenario(run_of.scenario), encoding="utf-8")
        files.append(file)
    return tuple(files)
