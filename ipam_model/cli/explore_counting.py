"""`ipam-model explore --model counting`: every state of a node's counting model.

The command itself belongs to `ipam_model.cli.explore`; this is what it does for that model.
"""

import argparse
import json
from collections.abc import Iterator, Mapping
from typing import Final

from ipam_model.cli.exit_codes import ACCEPTED, INCONCLUSIVE, REJECTED
from ipam_model.cli.node_json import node_as_json
from ipam_model.cli.node_options import nodes
from ipam_model.cli.node_text import governing_settings, quirks_text, size_text
from ipam_model.cli.remarks import print_remarks
from ipam_model.counting import explorer
from ipam_model.counting.abstraction import obstacles
from ipam_model.counting.exploration import Budget, Ending, Exploration
from ipam_model.counting.model import CountingModel, Kind, State, counting_model
from ipam_model.errors import InputError
from ipam_model.inspection.counted import counted
from ipam_model.nodes import NodeSetup

REFERENCE: Final = "reference"
COUNTING: Final = "counting"

OF_THE_REFERENCE_MODEL: Final[Mapping[str, str]] = {
    "scope": "--scope",
    "faults": "--faults",
    "restarts": "--restarts",
    "time_steps": "--time-step",
    "histories": "--histories",
    "save": "--save",
    "coverage": "--coverage",
}
"""Options of `explore`, by attribute, that say nothing about a counting model."""
OF_THE_COUNTING_MODEL: Final[Mapping[str, str]] = {
    "raw": "--raw",
    "ignore_max_pods": "--ignore-max-pods",
    "plain": "--plain",
}
"""Options, by attribute, that say nothing about the reference model."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose and describe a counting model.

    `run` also reads `pods`, `states`, `seconds` (in milliseconds) and `json`, and those of a node.
    """
    group = parser.add_argument_group("the model")
    group.add_argument(
        "--model",
        choices=(REFERENCE, COUNTING),
        default=REFERENCE,
        help="reference: addresses, time, failures; counting: only how many addresses and pods "
        "each ENI has, for nodes of real size (default: %(default)s)",
    )
    group.add_argument(
        "--raw",
        action="store_true",
        help="counting: tell ENIs apart that differ in nothing but their place",
    )
    group.add_argument(
        "--ignore-max-pods",
        action="store_true",
        help="counting: max pods does not stop growth (R79), as in v1.7 and in the closed forms",
    )
    group.add_argument(
        "--plain",
        action="store_true",
        help="counting: the plain explorer, which needs no extra and takes a hundred times as long",
    )


def refuse_options(arguments: argparse.Namespace) -> None:
    """Raises `InputError` if an option of a counting model is given for the reference model."""
    for name, option in OF_THE_COUNTING_MODEL.items():
        if getattr(arguments, name):
            raise InputError(f"{option} is for --model {COUNTING}; the reference model has none")


def run(arguments: argparse.Namespace) -> int:
    """Explore one node's counting model.

    Raises:
        InputError: the options make no sense, or the counting model does not cover the node.
    """
    for name, option in OF_THE_REFERENCE_MODEL.items():
        if _given(arguments, name):
            raise InputError(f"{option} is for --model {REFERENCE}; the counting model has none")
    if not arguments.enforce_limits:
        raise InputError(f"--beyond-limits is for --model {REFERENCE}; the counting model has none")
    node = _node(arguments)
    model = _model(node, arguments)
    if not arguments.json:
        print_remarks([node])
        print("\n".join(_heading(node, model)), flush=True)
    milliseconds: int | None = arguments.seconds
    seconds = None if milliseconds is None else milliseconds / 1000
    found = _explore(model, Budget(states=arguments.states, seconds=seconds), arguments)
    if arguments.json:
        print(json.dumps(as_json(node, found), indent=2, ensure_ascii=False))
    else:
        print("\n".join(as_text(found)))
    if found.beyond_caps is not None:
        return REJECTED
    return ACCEPTED if found.exhaustive else INCONCLUSIVE


def _given(arguments: argparse.Namespace, name: str) -> bool:
    """Whether somebody gave the option; 0 of something is given as well."""
    value = getattr(arguments, name)
    return value is not None and value is not False and value != []


def _node(arguments: argparse.Namespace) -> NodeSetup:
    found = nodes(arguments)
    if len(found) != 1:
        names = ", ".join(each.name for each in found[:8])
        raise InputError(f"explore takes one node, not {len(found)}: {names}")
    [node] = found
    if refusals := node.refusals():
        raise InputError(f"{node.name}: the daemon does not start: {refusals[0]}")
    if reasons := obstacles(node.world()):
        raise InputError(f"{node.name}: the counting model does not cover it: {reasons[0]}")
    return node


def _model(node: NodeSetup, arguments: argparse.Namespace) -> CountingModel:
    return counting_model(
        node.config,
        max_pods=None if arguments.ignore_max_pods else node.max_pods,
        pods=node.max_pods if arguments.pods is None else arguments.pods,
        symmetric=not arguments.raw,
    )


def _explore(model: CountingModel, budget: Budget, arguments: argparse.Namespace) -> Exploration:
    if arguments.plain:
        return explorer.explore(model, budget)
    try:
        from ipam_model.counting import fast
    except InputError as missing:
        raise InputError(f"{missing}; --plain needs none, and a hundred times as long") from None

    return fast.explore(model, budget)


def _heading(node: NodeSetup, model: CountingModel) -> Iterator[str]:
    parts = (f"{node.name}: {size_text(node)}", node.version.value, quirks_text(node))
    yield "; ".join(part for part in parts if part)
    yield governing_settings(node)
    cap = "max pods do not stop growth"
    if model.max_pods is not None:
        cap = f"max pods {model.max_pods} stop growth (R79)"
    alike = "ENIs that hold the same taken for one" if model.symmetric else "every ENI told apart"
    yield f"counting model: at most {counted(model.most_pods, 'pod')} at once; {cap}; {alike}"
    yield ""


def as_text(found: Exploration) -> Iterator[str]:
    """The result for a reader."""
    counts = (
        f"{counted(found.states, 'state')}, {counted(found.transitions, 'transition')}, "
        f"depth {found.depth}, {found.seconds:.2f} s"
    )
    if found.exhaustive:
        yield f"exhausted: {counts}"
    else:
        why = "states" if found.ending is Ending.STATES else "time"
        yield f"NOT exhausted, the budget of {why} ended it: {counts}"
    bound = "" if found.exhaustive else "at least "
    most = found.most_reserved
    yield (
        f"most addresses reserved: {bound}{most.value}, "
        f"after {counted(len(found.path(most.state)), 'step')}: {state_text(most.state)}"
    )
    yield f"reserved at rest, when only pods can change anything{bound and ', at least'}:"
    yield from _table(found)
    if found.stranded is None:
        yield "warm target met at rest where ENIs have room: yes" + _so_far(found)
    else:
        yield (
            "warm target NOT met at rest although ENIs have room, "
            f"after {counted(len(found.path(found.stranded)), 'step')}: "
            f"{state_text(found.stranded)}"
        )
    if found.beyond_caps is None:
        yield "never more ENIs or addresses than the limits allow: yes" + _so_far(found)
    else:
        yield f"beyond the limits: {state_text(found.beyond_caps)}"


def _so_far(found: Exploration) -> str:
    return "" if found.exhaustive else ", as far as was seen"


def _table(found: Exploration) -> Iterator[str]:
    """The answers at rest, by runs of numbers of pods with one answer, or one more for each pod."""
    runs: list[tuple[int, int, int]] = []
    for pods, answer in found.at_rest.items():
        if runs:
            first, last, value = runs[-1]
            before = found.at_rest[last].value
            slope = 0 if first == last else (before - value) // (last - first)
            if last == pods - 1 and answer.value - before in ({0, 1} if first == last else {slope}):
                runs[-1] = (first, pods, value)
                continue
        runs.append((pods, pods, answer.value))
    width = max((len(_span(first, last)) for first, last, _ in runs), default=0)
    for first, last, value in runs:
        until = found.at_rest[last].value
        text = str(value) if until == value else f"{value}-{until}, one more for each pod"
        yield f"  {_span(first, last).rjust(width)}: {text}"


def _span(first: int, last: int) -> str:
    return counted(first, "pod") if first == last else f"{first}-{last} pods"


def state_text(state: State) -> str:
    """A state in words: what each ENI holds, the primary first."""
    return " | ".join(_eni_text(eni) for eni in state if eni is not None)


def _eni_text(eni: tuple[int, ...]) -> str:
    if len(eni) == 2:
        return f"{eni[1]} of {sum(eni)} assigned"
    filled = [held for held, count in enumerate(eni) for _ in range(count)]
    return f"{counted(sum(eni), 'prefix')}, pods in each: {', '.join(map(str, filled)) or 'none'}"


def as_json(node: NodeSetup, found: Exploration) -> Mapping[str, object]:
    """The result for a program.

    `status` of a number is `exact`, or `lower` if the budget ended the search. An ENI is a list:
    entry j is the number of its addresses, or prefixes, that hold j pods.
    """
    model = found.model
    status = "exact" if found.exhaustive else "lower"
    return {
        "model": COUNTING,
        "node": node_as_json(node),
        "pods": model.most_pods,
        "growth_limited_by": model.max_pods,
        "symmetric": model.symmetric,
        "ending": found.ending.value,
        "exhaustive": found.exhaustive,
        "states": found.states,
        "transitions": found.transitions,
        "depth": found.depth,
        "seconds": round(found.seconds, 3),
        "most_reserved": {
            "value": found.most_reserved.value,
            "status": status,
            "state": _state_json(found.most_reserved.state),
            "steps": _path_json(found, found.most_reserved.state),
        },
        "at_rest": [
            {
                "pods": pods,
                "value": answer.value,
                "status": status,
                "state": _state_json(answer.state),
            }
            for pods, answer in found.at_rest.items()
        ],
        "stranded": _witness_json(found, found.stranded),
        "beyond_caps": _witness_json(found, found.beyond_caps),
    }


def _witness_json(found: Exploration, state: State | None) -> Mapping[str, object] | None:
    if state is None:
        return None
    return {"state": _state_json(state), "steps": _path_json(found, state)}


def _state_json(state: State) -> list[list[int] | None]:
    return [None if eni is None else list(eni) for eni in state]


def _path_json(found: Exploration, state: State) -> list[Mapping[str, object]]:
    return [
        {
            "step": step.kind.value,
            "eni": None if step.kind is Kind.RELEASE else step.eni,
            "amounts": list(step.amounts),
            "state": _state_json(step.after),
        }
        for step in found.path(state)
    ]
