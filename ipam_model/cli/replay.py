"""`ipam-model replay`: runs scenario documents and shows what happens."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from ipam_model.cli.complaints import complain
from ipam_model.cli.exit_codes import ACCEPTED, BAD_INPUT, REJECTED
from ipam_model.config import Version, parse_settings_of
from ipam_model.errors import InputError
from ipam_model.nodes import default_max_pods
from ipam_model.scenario import tables
from ipam_model.scenario.document import Scenario
from ipam_model.scenario.meaning import EventError, MeaningError
from ipam_model.scenario.running import ANYTHING, Step, StoppedError, run_scenario
from ipam_model.scenario.schema import schema_text
from ipam_model.scenario.setup import limits_of
from ipam_model.scenario.writing import Json, write_scenario

if TYPE_CHECKING:  # it needs an extra, and so is imported where files are read
    from ipam_model.scenario.reading import Source


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `replay` to the command line."""
    parser = subparsers.add_parser(
        "replay",
        help="run scenario documents step by step",
        description="Runs ipam-scenario/1 documents: a numbered table of what happens, and whether "
        "what they expect holds. A * after an event: it prescribes answers of EC2 or choices of "
        "the daemon. A ! before a code: the call failed.",
        epilog="example: ipam-model replay examples/scenarios/*.json; exit code 1 if an "
        "expectation is violated or the model does not allow what is prescribed",
    )
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="a scenario; - is the standard input"
    )
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="print one JSON object, with choices")
    output.add_argument(
        "--canonical",
        action="store_true",
        help="print the documents in canonical form, run nothing",
    )
    output.add_argument("--schema", action="store_true", help="print the JSON Schema of scenarios")
    output.add_argument("-q", "--quiet", action="store_true", help="print only the verdicts")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Replay every file; one that cannot be read does not keep the others from being replayed."""
    files: list[Path] = arguments.files
    if arguments.schema:
        print(schema_text(), end="")
        return ACCEPTED
    if not files:
        raise InputError("replay: no FILE; give a scenario, or --schema to see their schema")
    code = ACCEPTED
    reports: list[Json] = []
    for file in files:
        try:
            code = max(code, _replay(file, arguments, reports))
        except InputError as error:
            complain(str(error))
            code = BAD_INPUT
    if arguments.json:
        print(json.dumps({"scenarios": reports}, indent=2, ensure_ascii=False))
    return code


def _replay(file: Path, arguments: argparse.Namespace, reports: list[Json]) -> int:
    from ipam_model.scenario.reading import read_scenario

    scenario, source = read_scenario(file)
    if arguments.canonical:
        print(write_scenario(scenario), end="")
        return ACCEPTED
    steps: list[Step] = []
    stopped = ""
    try:
        steps.extend(run_scenario(scenario))
    except StoppedError as error:
        event = f"event {error.number} ({error.event.kind})"
        stopped = f"{source.place(('events', error.number))}: {event} cannot happen: {error}"
    except (EventError, MeaningError) as error:
        raise source.explain(error) from None
    broken = [*violations(steps, source), *([stopped] if stopped else [])]
    if arguments.json:
        reports.append(report(source.name, scenario, steps, broken))
    else:
        if not arguments.quiet:
            print("\n".join([*_heading(source.name, scenario), "", tables.table(steps), ""]))
        print("\n".join([*broken, _verdict(source.name, scenario, broken)]))
        print(end="" if arguments.quiet else "\n")
    return REJECTED if broken else ACCEPTED


def violations(steps: list[Step], source: "Source") -> list[str]:
    """Each expectation that does not hold, with its place."""
    return [
        f"{source.place(('events', step.number, 'expect', *each.path))}: "
        f"event {step.number} ({step.event.kind}), {each}"
        for step in steps
        for each in step.violations
    ]


def report(name: str, scenario: Scenario, steps: list[Step], broken: list[str]) -> Json:
    """What `--json` says of one scenario."""
    return {
        "file": name,
        "title": scenario.title,
        "holds": not broken,
        "messages": list(broken),
        "max_pods": max_pods(scenario),
        "steps": [tables.step_json(step) for step in steps],
    }


def max_pods(scenario: Scenario) -> int:
    """The node's pod capacity, given or assumed."""
    given = scenario.node.max_pods
    return default_max_pods(limits_of(scenario.node)) if given is None else given


def _heading(name: str, scenario: Scenario) -> list[str]:
    node = scenario.node
    limits = limits_of(node)
    assumed = " (assumed: ENIs × (addresses − 1) + 2)" if node.max_pods is None else ""
    env = " ".join(f"{key}={value}" for key, value in sorted(node.env.items()))
    instance = f"{limits.max_enis} ENIs of {limits.ipv4_per_eni} addresses"
    pods = f"max pods {max_pods(scenario)}{assumed}"
    parsed = parse_settings_of(Version(node.version), node.env)
    return [
        f"{name}: {scenario.title}".rstrip(": "),
        f"{node.instance_type or 'made-up limits'}: {instance}; {node.version}; {pods}",
        f"env: {env or 'none'}",
        *(f"note: {each.message}" for each in parsed.diagnostics),
    ]


def _verdict(name: str, scenario: Scenario, broken: list[str]) -> str:
    expecting = sum(event.expect != ANYTHING for event in scenario.events)
    events = len(scenario.events)
    if broken:
        return f"{name}: {len(broken)} violated; {events} events, {expecting} with expectations"
    return f"{name}: holds; {events} events, {expecting} with expectations"
