"""`ipam-model bound`: the worst case of a quantity, with what certifies it."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from ipam_model.bounds.answer import (
    BUDGET,
    MILLISECONDS,
    REPLAY_SECONDS,
    Bound,
    Level,
    Question,
)
from ipam_model.bounds.asking import ask
from ipam_model.bounds.index import KNOWN, quantity
from ipam_model.bounds.registry import Quantity
from ipam_model.cli.answer_schemas import add_schema_option, schema_text
from ipam_model.cli.bound_limit import at_most, exit_code, limit_of
from ipam_model.cli.bound_pace import add_pace_options, with_burst
from ipam_model.cli.bound_text import lines, unit_text
from ipam_model.cli.commands import summary
from ipam_model.cli.exit_codes import ACCEPTED
from ipam_model.cli.html_page import HtmlFile, add_html_option, html_asked
from ipam_model.cli.node_json import node_as_json
from ipam_model.cli.node_options import add_node_options, nodes, positive_number, whole_number
from ipam_model.cli.progress import followed
from ipam_model.cli.remarks import print_remarks
from ipam_model.cli.teaching import Example, teach
from ipam_model.counting.exploration import Budget
from ipam_model.errors import InputError
from ipam_model.nodes import NodeSetup
from ipam_model.scenario.document import Scenario
from ipam_model.scenario.writing import to_json, write_scenario


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `bound` to the command line."""
    parser = subparsers.add_parser(
        "bound",
        help=summary("bound"),
        description="The most that a node ever has of something, or keeps at rest: a number with "
        "the theorem or the search that says it is never passed, and a scenario that reaches it.",
    )
    parser.add_argument(
        "quantity", nargs="?", metavar="QUANTITY", help=f"one of: {', '.join(KNOWN)}"
    )
    parser.add_argument("--list", action="store_true", help="say what each quantity means")
    add_node_options(parser)
    pods = parser.add_argument_group("the pods, and what goes wrong")
    pods.add_argument(
        "--pods",
        type=whole_number,
        metavar="N",
        help="the most pods there ever are (peak); without it as many as fit and max pods allow",
    )
    pods.add_argument(
        "--pods-now", type=whole_number, metavar="N", help="pods when the node is looked at"
    )
    pods.add_argument("--cordoned", action="store_true", help="floor: the node is cordoned")
    pods.add_argument(
        "--faults", type=whole_number, default=0, metavar="N", help="calls to EC2 that fail"
    )
    add_pace_options(parser)
    effort = parser.add_argument_group("how it is found")
    effort.add_argument(
        "--counting",
        action="store_true",
        help="answer about the counting model: fast, without time and cooldown",
    )
    effort.add_argument(
        "--states",
        type=positive_number,
        default=BUDGET.states,
        metavar="N",
        help="states to search where no theorem decides (default: %(default)s)",
    )
    effort.add_argument(
        "--seconds",
        type=positive_number,
        metavar="N",
        help="time for the same, and as much again for replaying the witness (default: "
        f"{BUDGET.seconds:g}, and {REPLAY_SECONDS:g} for the witness)",
    )
    output = parser.add_argument_group("output")
    output.add_argument(
        "--at-most",
        type=at_most,
        metavar="N",
        help="for merge checks: exit with 1 if a node reaches more, in the quantity's unit; a time "
        "is in ms, or has its unit: 130s, 130000ms",
    )
    output.add_argument(
        "--scenario",
        type=Path,
        metavar="FILE",
        help="write the witness as a scenario document; of one node only",
    )
    output.add_argument(
        "--witness", action="store_true", help="with --json: put the scenario into the answer"
    )
    shown = output.add_mutually_exclusive_group()
    shown.add_argument("--json", action="store_true", help="print one JSON object")
    add_schema_option(shown)
    add_html_option(output, "the answer, what it rests on, and the witness step by step")
    teach(
        parser,
        Example(
            "the most addresses that the node ever takes from its subnet",
            "ipam-model bound reserved --instance-type m5.large --set WARM_IP_TARGET=1",
        ),
        Example(
            "what it keeps for 2 pods after 27, and a scenario that shows it",
            "ipam-model bound reserved-after-churn --instance-type m5.large --pods 27 \\\n"
            "    --pods-now 2 --scenario worst.json",
        ),
        Example(
            "for merge checks: exit code 1 if a node reaches more than 60",
            "ipam-model bound reserved --manifest cluster.yaml --at-most 60",
        ),
        Example(
            "what else is there to ask?",
            "ipam-model bound --list",
        ),
        exit_codes="0 every value is exact or an upper bound, and none above --at-most; 1 a node "
        "reaches more than --at-most; 2 bad input; 3 of some node no upper bound is "
        "known, or none that low, or it is never in such a state",
    )
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Answer the question for every node."""
    if arguments.schema:
        print(schema_text("bound"), end="")
        return ACCEPTED
    if arguments.list:
        width = max(map(len, KNOWN))
        for each in KNOWN.values():
            print(f"{each.name:{width}}  {unit_text(each.unit)} {each.meaning}")
        return ACCEPTED
    if arguments.quantity is None:
        raise InputError(f"say which quantity; there are: {', '.join(KNOWN)}")
    asked = quantity(arguments.quantity)
    described = nodes(arguments)
    limit_of(arguments.at_most, asked)  # Complains before anything is searched.
    file: Path | None = arguments.scenario
    if file is not None and len(described) > 1:
        raise InputError(f"--scenario writes one witness, and there are {len(described)} nodes")
    if arguments.counting and (file is not None or arguments.witness):
        raise InputError("a witness of the counting model is no scenario; leave out --counting")
    if arguments.witness and not arguments.json:
        raise InputError("--witness goes with --json; --scenario FILE writes the same to a file")
    if file is not None:  # Whoever cannot write there should not search first.
        _require_writable(file)
    with html_asked(arguments) as page:
        return _answered(arguments, asked, described, page)


def _answered(
    arguments: argparse.Namespace,
    asked: Quantity,
    described: Sequence[NodeSetup],
    page: HtmlFile | None,
) -> int:
    file: Path | None = arguments.scenario
    seconds: int | None = arguments.seconds
    bounds = [
        ask(
            with_burst(
                Question(
                    quantity=asked.name,
                    node=node,
                    pods=arguments.pods,
                    pods_now=arguments.pods_now,
                    cordoned=arguments.cordoned,
                    faults=arguments.faults,
                    level=Level.COUNTING if arguments.counting else Level.REFERENCE,
                    budget=Budget(states=arguments.states, seconds=seconds or BUDGET.seconds),
                    replay_seconds=seconds or REPLAY_SECONDS,
                    record=file is not None or page is not None or arguments.witness,
                ),
                arguments,
            )
        )
        for node in followed(described, " nodes", len(described))
    ]
    if file is not None:
        file.write_text(write_scenario(_scenario(bounds[0])), encoding="utf-8")
    if arguments.json:
        answers = [as_json(each, with_scenario=arguments.witness) for each in bounds]
        shown = answers[0] if len(answers) == 1 else {"bounds": answers}
        print(json.dumps(shown, indent=2, ensure_ascii=False))
    else:
        print_remarks(each.node for each in bounds)
        print("\n".join(lines(bounds)))
    if page is not None:
        from ipam_model.cli.html.of_bound import page_of

        page.write(page_of(bounds, asked.meaning))
    return exit_code(bounds, limit_of(arguments.at_most, asked))


def _require_writable(file: Path) -> None:
    if not file.parent.is_dir():
        raise InputError(f"--scenario {file}: there is no folder {file.parent}")
    there_already = file.exists()
    try:
        with file.open("a", encoding="utf-8"):
            pass
    except OSError as error:
        raise InputError(f"--scenario {file}: {error.strerror or error}") from None
    if not there_already:
        file.unlink()


def _scenario(bound: Bound) -> Scenario:
    witness = bound.witness
    if witness is None or witness.scenario is None:
        why = bound.unwitnessed if witness is None else witness.note
        raise InputError(
            f"{bound.node.name}: there is no witness to write; {why or 'nothing was reached'}"
        )
    return witness.scenario


def as_json(bound: Bound, *, with_scenario: bool = False) -> dict[str, object]:
    """An answer as the contract of the command line has it."""
    proof, witness = bound.proof, bound.witness
    return {
        "quantity": bound.quantity,
        "unit": bound.unit,
        "value": bound.value,
        **({"value_ms": bound.value} if bound.unit == MILLISECONDS else {}),
        "status": bound.status.value,
        "lower": bound.lower,
        "upper": bound.upper,
        "level": bound.level.value,
        "proof": None
        if proof is None
        else {
            "basis": proof.basis.value,
            "name": proof.name,
            "verdict": proof.verdict,
            "statement": proof.statement,
            "modulo": list(proof.modulo),
            "states": proof.states,
            "depth": proof.depth,
            "exhausted": proof.exhausted,
        },
        "witness": None
        if witness is None
        else {
            "value": witness.value,
            "level": witness.level.value,
            "steps": witness.steps,
            "note": witness.note,
            **(
                {"scenario": to_json(witness.scenario)}
                if with_scenario and witness.scenario is not None
                else {}
            ),
        },
        "unwitnessed": bound.unwitnessed,
        "parts": dict(bound.parts),
        "assumptions": list(bound.assumptions),
        "node": node_as_json(bound.node),
    }
