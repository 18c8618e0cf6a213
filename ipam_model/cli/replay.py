"""`ipam-model replay`: runs scenario documents and shows what happens."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ipam_model.cli.commands import summary
from ipam_model.cli.complaints import complain
from ipam_model.cli.coverage import (
    add_coverage_option,
    coverage_as_json,
    coverage_asked,
    coverage_lines,
    noted_in,
)
from ipam_model.cli.exit_codes import ACCEPTED, BAD_INPUT, REJECTED
from ipam_model.cli.html_page import add_html_option, html_asked
from ipam_model.cli.node_json import node_as_json
from ipam_model.cli.node_text import quirks_text, size_text
from ipam_model.cli.remarks import print_remarks
from ipam_model.cli.scenario_nodes import node_of, restarted
from ipam_model.cli.teaching import Example, teach
from ipam_model.errors import InputError
from ipam_model.firing import Fired
from ipam_model.inspection.counted import counted
from ipam_model.nodes import NodeSetup
from ipam_model.scenario import tables
from ipam_model.scenario.document import Scenario, Start
from ipam_model.scenario.meaning import EventError, MeaningError
from ipam_model.scenario.running import ANYTHING, Step, StoppedError
from ipam_model.scenario.schema import schema_text
from ipam_model.scenario.writing import Json, write_scenario

if TYPE_CHECKING:  # what it takes long to import, or needs an extra, comes where files are read
    from ipam_model.cli.html.of_replay import Replayed
    from ipam_model.properties.judging import Violation
    from ipam_model.scenario.judging import JudgedRun
    from ipam_model.scenario.reading import Source


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `replay` to the command line."""
    parser = subparsers.add_parser(
        "replay",
        help=summary("replay"),
        description="Runs ipam-scenario/1 documents: a numbered table of what happens, and whether "
        "what they expect holds. A * after an event: it prescribes answers of EC2 or choices of "
        "the daemon. A ! before a code: the call failed. All properties of the model are checked "
        "meanwhile, those of liveness while the node is left alone at the end; what a finding "
        "explains is told, and is no failure.",
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
    add_coverage_option(parser)
    add_html_option(parser, "each scenario step by step, with a slider")
    teach(
        parser,
        Example(
            "what happens in this story?",
            "ipam-model replay examples/scenarios/warm-eni-target-zero-flaps.json",
        ),
        Example(
            "do all stories still hold? only the verdicts",
            "ipam-model replay -q examples/scenarios/*.json",
        ),
        Example(
            "which rules of the specification does a story exercise?",
            "ipam-model replay -q --coverage examples/regressions/3824-as-is.json",
        ),
        Example(
            "the JSON Schema, for an editor",
            "ipam-model replay --schema > ipam-scenario.schema.json",
        ),
        exit_codes="0 it holds; 1 an expectation or a property is violated that no finding "
        "explains, or the model does not allow what is prescribed; 2 bad input",
    )
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Replay every file; one that cannot be read does not keep the others from being replayed."""
    files: list[Path] = arguments.files
    if arguments.schema:
        print(schema_text(), end="")
        return ACCEPTED
    if not files:
        raise InputError("replay: no FILE; give a scenario, or --schema to see their schema")
    if files.count(Path("-")) > 1:
        raise InputError("replay: - is given more than once, and the standard input is read once")
    if arguments.coverage and arguments.canonical:
        raise InputError("replay: --coverage is about a run, and --canonical runs nothing")
    if arguments.html is not None and arguments.canonical:
        raise InputError("replay: --html shows a run, and --canonical runs nothing")
    code = ACCEPTED
    reports: list[Json] = []
    fired = coverage_asked(arguments)
    with html_asked(arguments) as page:
        filmed: list[Replayed] | None = None if page is None else []
        unreadable: list[str] = []
        for file in files:
            shown = len(filmed or ())
            try:
                code = max(code, _replay(file, arguments, reports, fired, filmed))
            except InputError as error:
                complain(str(error))
                code = BAD_INPUT
                if len(filmed or ()) == shown:  # Else the page tells it where the run stops.
                    unreadable.append(str(error))
        if page is not None and filmed:
            from ipam_model.cli.html.of_replay import page_of

            page.write(page_of(filmed, unreadable))
    if arguments.json:
        coverage = {} if fired is None else {"coverage": coverage_as_json(fired)}
        print(json.dumps({"scenarios": reports, **coverage}, indent=2, ensure_ascii=False))
    elif fired is not None:
        print("\n".join(coverage_lines(fired)))
    return code


def _replay(
    file: Path,
    arguments: argparse.Namespace,
    reports: list[Json],
    fired: Fired | None,
    filmed: "list[Replayed] | None",
) -> int:
    from ipam_model.scenario.judging import JudgedRun, JudgedRunner
    from ipam_model.scenario.reading import read_scenario

    scenario, source = read_scenario(file)
    if arguments.canonical:
        print(write_scenario(scenario), end="")
        return ACCEPTED
    try:
        node = node_of(scenario, source)
    except MeaningError as error:
        raise source.explain(error) from None
    in_full = not (arguments.json or arguments.quiet)
    if in_full:
        for each in (node, *restarted(node, scenario, source)):
            print_remarks([each])
        print("\n".join(_heading(source.name, scenario, node)))
    steps: list[Step] = []
    stopped, senseless = "", None
    judged: JudgedRun | None = None
    runner = JudgedRunner
    if filmed is not None:
        from ipam_model.film.of_scenario import FilmedRunner

        runner = FilmedRunner
    try:
        with noted_in(fired):
            judged = JudgedRun(scenario, runner)
            steps.extend(judged.steps())
    except StoppedError as error:
        event = f"event {error.number} ({error.event.kind})"
        stopped = f"{source.place(('events', error.number))}: {event} cannot happen: {error}"
    except MeaningError as error:
        raise source.explain(error) from None
    except EventError as error:
        senseless = InputError(f"{source.explain(error)}{_why_not_running(steps)}")
        stopped = str(senseless)
    broken = [*violations(steps, source), *([stopped] if stopped else [])]
    failed = len(judged.unexplained()) if judged else 0
    if arguments.json:
        reports.append(report(source.name, scenario, node, steps, broken, judged))
    elif in_full:
        print(f"\n{tables.table(steps)}\n")
    verdict = _verdict(source.name, scenario, broken, judged)
    if filmed is not None:
        from ipam_model.cli.html.of_replay import replayed

        filmed.append(
            replayed(
                source.name,
                scenario,
                node,
                judged,
                violations(steps, source),
                property_violations(source, scenario, judged),
                stopped,
                verdict,
            )
        )
    if senseless is not None:
        raise senseless
    if not arguments.json:
        told = [
            line
            for line, each in property_violations(source, scenario, judged)
            if in_full or not each.known
        ]
        print("\n".join([*broken, *told, verdict]))
        print(end="" if arguments.quiet else "\n")
    return REJECTED if broken or failed else ACCEPTED


def property_violations(
    source: "Source", scenario: Scenario, judged: "JudgedRun | None"
) -> "list[tuple[str, Violation]]":
    """Each violated property, before it the line that tells it with its place."""
    if judged is None:
        return []
    lines = [
        (
            f"{source.place(('events', number))}: event {number} ({scenario.events[number].kind})",
            each,
        )
        for number, found in judged.at_events.items()
        for each in found
    ]
    lines += [(f"{source.name}: left alone at the end", each) for each in judged.at_the_end]
    return [(f"{where}, {each}", each) for where, each in lines]


def _why_not_running(steps: Sequence[Step]) -> str:
    """The start that failed, if it is why no daemon runs."""
    starts = [step for step in steps if isinstance(step.event, Start)]
    if not starts or steps[-1].running or starts[-1].reply.get("ok"):
        return ""
    return f"; event {starts[-1].number}: start {tables.reply_text(starts[-1].reply)}"


def violations(steps: list[Step], source: "Source") -> list[str]:
    """Each expectation that does not hold, with its place."""
    return [
        f"{source.place(('events', step.number, 'expect', *each.path))}: "
        f"event {step.number} ({step.event.kind}), {each}"
        for step in steps
        for each in step.violations
    ]


def report(
    name: str,
    scenario: Scenario,
    node: NodeSetup,
    steps: list[Step],
    broken: list[str],
    judged: "JudgedRun | None",
) -> Json:
    """What `--json` says of one scenario."""
    return {
        "file": name,
        "title": scenario.title,
        "holds": not broken and not (judged and judged.unexplained()),
        "messages": list(broken),
        "node": cast(Json, node_as_json(node)),
        "steps": [tables.step_json(step) for step in steps],
        "properties": None if judged is None else properties_json(judged),
    }


def properties_json(judged: "JudgedRun") -> Json:
    """What was exercised, reached and violated."""
    summary = judged.summary
    at_events: list[tuple[int | None, Violation]] = [
        (number, each) for number, found in judged.at_events.items() for each in found
    ]
    at_events += [(None, each) for each in judged.at_the_end]
    return {
        "exercised": [*sorted(summary.exercised)],
        "witnesses": [*sorted(summary.witnessed)],
        "rules": [*sorted(summary.rules)],
        "passes_left_alone": judged.passes,
        "violated": [
            {
                "event": number,
                "property": each.of,
                "what": each.what,
                "findings": [finding.id for finding in each.findings],
            }
            for number, each in at_events
        ],
    }


def _heading(name: str, scenario: Scenario, node: NodeSetup) -> list[str]:
    assumed = " (assumed: ENIs × (addresses − 1) + 2)" if node.max_pods_assumed else ""
    env = " ".join(f"{key}={value}" for key, value in sorted(node.env.items()))
    parts = (
        f"{scenario.node.instance_type or 'made-up limits'}: {size_text(node)}",
        node.version.value,
        f"max pods {node.max_pods}{assumed}",
        quirks_text(node),
    )
    return [
        f"{name}: {scenario.title}".rstrip(": "),
        "; ".join(part for part in parts if part),
        f"env: {env or 'none'}",
    ]


def _verdict(name: str, scenario: Scenario, broken: list[str], judged: "JudgedRun | None") -> str:
    expecting = sum(event.expect != ANYTHING for event in scenario.events)
    failed = len(broken) + (len(judged.unexplained()) if judged else 0)
    parts = [f"{counted(len(scenario.events), 'event')}, {expecting} with expectations"]
    if judged is not None:
        parts.append(str(judged.summary))
        if judged.summary.explained:
            parts.append(f"known: {', '.join(sorted(judged.summary.explained))}")
    return f"{name}: {f'{failed} violated' if failed else 'holds'}; {'; '.join(parts)}"
