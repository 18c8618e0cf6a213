"""`ipam-model bound`: the worst case of a quantity, with what certifies it."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ipam_model.bounds.answer import BUDGET, Basis, Bound, Level, Question, Status
from ipam_model.bounds.asking import ask
from ipam_model.bounds.index import KNOWN, quantity
from ipam_model.cli.bound_pace import add_pace_options, with_burst
from ipam_model.cli.complaints import complain
from ipam_model.cli.exit_codes import ACCEPTED, INCONCLUSIVE, REJECTED
from ipam_model.cli.node_json import node_as_json
from ipam_model.cli.node_options import add_node_options, nodes, positive_number, whole_number
from ipam_model.cli.node_text import governing_values, quirks_text, size_text
from ipam_model.cli.remarks import remark_lines
from ipam_model.counting.exploration import Budget
from ipam_model.errors import InputError
from ipam_model.scenario.document import Scenario
from ipam_model.scenario.writing import to_json, write_scenario

EXAMPLES: Final = (
    "examples: ipam-model bound reserved --instance-type m5.large --set WARM_IP_TARGET=1; "
    "ipam-model bound reserved-after-churn --instance-type m5.large --pods 27 --pods-now 2 "
    "--scenario worst.json; ipam-model bound reserved --manifest aws-node.yaml --at-most 60. Exit "
    "codes: 0 every value is exact or an upper bound, and none above --at-most; 1 a node reaches "
    "more than --at-most; 2 bad input; 3 of some node no upper bound is known, or none that low"
)


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `bound` to the command line."""
    parser = subparsers.add_parser(
        "bound",
        help="the worst case of a quantity over everything a node can reach",
        description="The most that a node ever has of something, or keeps at rest: a number with "
        "the theorem or the search that says it is never passed, and a scenario that reaches it.",
        epilog=EXAMPLES,
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
    parser.add_argument(
        "--at-most",
        type=whole_number,
        metavar="N",
        help="for merge checks: exit with 1 if a node reaches more, in the quantity's unit",
    )
    effort = parser.add_argument_group("how it is found and shown")
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
        default=BUDGET.seconds,
        metavar="N",
        help="time for the same (default: %(default)s)",
    )
    effort.add_argument(
        "--scenario",
        type=Path,
        metavar="FILE",
        help="write the witness as a scenario document; of one node only",
    )
    effort.add_argument(
        "--witness", action="store_true", help="with --json: put the scenario into the answer"
    )
    effort.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Answer the question for every node."""
    if arguments.list:
        width = max(map(len, KNOWN))
        for each in KNOWN.values():
            print(f"{each.name:{width}}  {each.unit} {each.meaning}")
        return ACCEPTED
    if arguments.quantity is None:
        raise InputError(f"say which quantity; there are: {', '.join(KNOWN)}")
    asked = quantity(arguments.quantity)
    described = nodes(arguments)
    file: Path | None = arguments.scenario
    if file is not None and len(described) > 1:
        raise InputError(f"--scenario writes one witness, and there are {len(described)} nodes")
    if arguments.counting and (file is not None or arguments.witness):
        raise InputError("a witness of the counting model is no scenario; leave out --counting")
    if arguments.witness and not arguments.json:
        raise InputError("--witness goes with --json; --scenario FILE writes the same to a file")
    if arguments.cordoned and asked.name != "floor":
        raise InputError("--cordoned goes with the quantity `floor` only")
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
                    budget=Budget(states=arguments.states, seconds=arguments.seconds),
                    record=file is not None or arguments.witness,
                ),
                arguments,
            )
        )
        for node in described
    ]
    if file is not None:
        file.write_text(write_scenario(_scenario(bounds[0])), encoding="utf-8")
    if arguments.json:
        answers = [as_json(each, with_scenario=arguments.witness) for each in bounds]
        shown = answers[0] if len(answers) == 1 else {"bounds": answers}
        print(json.dumps(shown, indent=2, ensure_ascii=False))
    else:
        print("\n".join(lines(bounds)))
    return _exit_code(bounds, arguments.at_most)


def _exit_code(bounds: Sequence[Bound], at_most: int | None) -> int:
    if at_most is not None:
        above = [each for each in bounds if each.lower is not None and each.lower > at_most]
        for each in above:
            complain(f"{each.node.name}: {each.quantity} reaches {each.lower}, above {at_most}")
        if above:
            return REJECTED
        if any(each.upper is None or each.upper > at_most for each in bounds):
            return INCONCLUSIVE
    known = all(each.status in (Status.EXACT, Status.UPPER) for each in bounds)
    return ACCEPTED if known else INCONCLUSIVE


def _scenario(bound: Bound) -> Scenario:
    if bound.witness is None or bound.witness.scenario is None:
        raise InputError(f"{bound.node.name}: there is no witness to write; nothing was reached")
    return bound.witness.scenario


def as_json(bound: Bound, *, with_scenario: bool = False) -> dict[str, object]:
    """An answer as the contract of the command line has it."""
    proof, witness = bound.proof, bound.witness
    return {
        "quantity": bound.quantity,
        "unit": bound.unit,
        "value": bound.value,
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
        "parts": dict(bound.parts),
        "assumptions": list(bound.assumptions),
        "node": node_as_json(bound.node),
    }


def lines(bounds: Sequence[Bound]) -> list[str]:
    """One line for each node, and below them what all rest on."""
    rows = [_cells(each) for each in bounds]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    text = []
    for bound, row in zip(bounds, rows, strict=True):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        text.append("  ".join(cells).rstrip())
        if bound.parts:
            terms = ", ".join(f"{name} {number}" for name, number in bound.parts.items())
            text.append(f"    {terms}")
    shared = set(bounds[0].assumptions).intersection(*(each.assumptions for each in bounds))
    text += ["", f"assumed: {'; '.join(each for each in bounds[0].assumptions if each in shared)}"]
    for bound in bounds:
        own = [each for each in bound.assumptions if each not in shared]
        if own:
            text.append(f"assumed of {bound.node.name}: {'; '.join(own)}")
    text += remark_lines(each.node for each in bounds)
    text += [f"on paper: {each}" for each in _papers(bounds)]
    return text


def _papers(bounds: Sequence[Bound]) -> list[str]:
    found = (paper for each in bounds if each.proof is not None for paper in each.proof.modulo)
    return list(dict.fromkeys(found))


def _cells(bound: Bound) -> tuple[str, ...]:
    node = bound.node
    settings = ", ".join((*governing_values(node), *filter(None, (quirks_text(node),))))
    value = "unknown" if bound.value is None else f"{bound.value} {bound.unit}"
    status = bound.status.value
    if bound.lower != bound.upper and None not in (bound.lower, bound.upper):
        status += f", {bound.lower} reached"
    return (
        node.name,
        f"{size_text(node)}, max pods {node.max_pods}",
        settings,
        f"{bound.quantity} {value}",
        status,
        f"{_above(bound)}; {_below(bound)}",
    )


def _above(bound: Bound) -> str:
    proof = bound.proof
    if proof is None:
        return "no upper bound is known"
    if proof.basis is Basis.SEARCH:
        return f"{proof.name}: {proof.states:,} in depth {proof.depth}, {proof.verdict}"
    if proof.basis is Basis.THEOREM:
        return f"{proof.name}: proved{' modulo paper' if proof.modulo else ''}"
    return f"never above {proof.name}"


def _below(bound: Bound) -> str:
    witness = bound.witness
    if witness is None:
        return "no witness"
    where = "events replayed" if witness.level is Level.REFERENCE else "steps counted"
    note = f" ({witness.note})" if witness.note else ""
    return f"witness of {witness.steps} {where}{note}"
