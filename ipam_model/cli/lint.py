"""`ipam-model lint`: what is wrong with the settings of nodes, each finding with a run."""

import argparse
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ipam_model import __version__
from ipam_model.cli.answer_schemas import add_schema_option, schema_text
from ipam_model.cli.commands import summary
from ipam_model.cli.exit_codes import ACCEPTED, INCONCLUSIVE, REJECTED
from ipam_model.cli.html_page import HtmlFile, add_html_option, html_asked
from ipam_model.cli.lint_text import report_lines, summary_line
from ipam_model.cli.node_json import node_as_json
from ipam_model.cli.node_options import add_node_options, nodes, whole_number
from ipam_model.cli.node_text import size_text
from ipam_model.cli.progress import followed
from ipam_model.cli.teaching import Example, teach
from ipam_model.errors import InputError
from ipam_model.nodes import NodeSetup
from ipam_model.scenario.writing import to_json, write_scenario

if TYPE_CHECKING:  # the properties take a while to load: `--help` and bad input need none
    from ipam_model.linting.finding import LintFinding, Report

LARGEST: Final = 1000
"""ENIs, and addresses of each: a run of a larger node takes minutes, and EC2 has none."""
LEVELS: Final = ("error", "warning", "note")

DESCRIPTION: Final = """\
Looks for settings that strand pods, that make the pool flap, that have no effect, that can never
be met, that keep addresses nobody needs. Each finding has a stable id, the rules behind it, and a
counter-example that a search found in the reference model, on the smallest node that shows it;
each suggestion was checked in the same way."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `lint` to the command line."""
    parser = subparsers.add_parser(
        "lint",
        help=summary("lint"),
        description=DESCRIPTION,
    )
    add_node_options(parser)
    judged = parser.add_argument_group("what is judged")
    judged.add_argument(
        "--pods",
        type=whole_number,
        metavar="N",
        help="the most pods with an address of their own at once; without it as many as max pods "
        "allows, less 2 of the host network",
    )
    judged.add_argument(
        "--fail-on",
        choices=LEVELS,
        default="warning",
        metavar="LEVEL",
        help="exit with 1 if there is a finding of this level or above: error, warning or note "
        "(default: %(default)s)",
    )
    shown = parser.add_argument_group("output")
    shown.add_argument(
        "--scenario",
        type=Path,
        metavar="DIR",
        help="write the counter-examples there, NODE-ID.json, for ipam-model replay",
    )
    add_html_option(shown, "the findings, each with its counter-example step by step")
    output = shown.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    output.add_argument(
        "--sarif", action="store_true", help="print SARIF 2.1.0 instead, for code scanning"
    )
    add_schema_option(output)
    teach(
        parser,
        Example(
            "is anything wrong with this setting, on this instance type?",
            "ipam-model lint --instance-type m5.large --set MINIMUM_IP_TARGET=10",
        ),
        Example(
            "with my manifest, on each of my instance types?",
            "ipam-model lint --manifest aws-node.yaml --instance-type m5.large \\\n"
            "    --instance-type t3.medium",
        ),
        Example(
            "the same for code scanning, at the lines of the file",
            "ipam-model lint --manifest cluster.yaml --sarif > lint.sarif",
        ),
        Example(
            "keep the counter-examples, and watch them happen",
            "ipam-model lint --limits 3,10 --max-pods 110 --scenario found\n"
            "ipam-model replay found/*.json",
        ),
        exit_codes="0 nothing at the level of --fail-on or above; 1 something; 2 bad input; 3 "
        "nothing, but a check is undecided",
    )
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Lint each node."""
    if arguments.schema:
        print(schema_text("lint"), end="")
        return ACCEPTED
    if arguments.subnet_free is not None:
        raise InputError("--subnet-free has no say in lint, which looks at settings; leave it out")
    setups = nodes(arguments)
    for each in setups:
        if max(each.limits.max_enis, each.limits.ipv4_per_eni) > LARGEST:
            raise InputError(
                f"lint takes nodes of up to {LARGEST} ENIs × {LARGEST} addresses, more than EC2 "
                f"has by far; {each.name} is of {size_text(each)}"
            )
    with html_asked(arguments) as page:
        return _linted(setups, arguments, page)


def _linted(
    setups: Sequence[NodeSetup], arguments: argparse.Namespace, page: HtmlFile | None
) -> int:
    from ipam_model.linting import Severity, lint

    directory: Path | None = arguments.scenario
    if directory is not None and directory.exists() and not directory.is_dir():
        raise InputError(f"--scenario is {directory}, which is a file; give a directory")
    if directory is not None:  # Whoever cannot write there should not search first.
        directory.mkdir(parents=True, exist_ok=True)
    level = Severity(arguments.fail_on)
    reports = [
        lint(setup, peak_pods=arguments.pods) for setup in followed(setups, " nodes", len(setups))
    ]
    written = {} if directory is None else _write_scenarios(directory, reports)
    if arguments.sarif:
        from ipam_model.linting.sarif import as_sarif

        print(json.dumps(as_sarif(reports, version=__version__), indent=2, ensure_ascii=False))
    elif arguments.json:
        told = {"fail_on": level.value, "nodes": [_as_json(each, written) for each in reports]}
        print(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        for report in reports:
            print("\n".join(report_lines(report)), end="\n\n")
        print(summary_line(reports))
    if page is not None:
        from ipam_model.cli.html.of_lint import page_of

        page.write(page_of(reports))
    if any(report.at_least(level) for report in reports):
        return REJECTED
    return INCONCLUSIVE if any(report.undecided for report in reports) else ACCEPTED


def _write_scenarios(directory: Path, reports: Sequence["Report"]) -> Mapping[int, str]:
    """Write all counter-examples; the name of the file by the identity of its finding."""
    written: dict[int, str] = {}
    taken: set[Path] = set()
    for report in reports:
        for found in report.findings:
            if found.counter_example is None:
                continue
            file = _free(directory, f"{report.node.name}-{found.id}", taken)
            file.write_text(write_scenario(found.counter_example.scenario), encoding="utf-8")
            written[id(found)] = str(file)
    return written


def _free(directory: Path, name: str, taken: set[Path]) -> Path:
    """A file that this run has not written yet."""
    plain = re.sub(r"[^\w.-]+", "-", name)
    file, number = directory / f"{plain}.json", 1
    while file in taken:
        number += 1
        file = directory / f"{plain}-{number}.json"
    taken.add(file)
    return file


def _as_json(report: "Report", written: Mapping[int, str]) -> Mapping[str, object]:
    return {
        **node_as_json(report.node),
        "capacity": report.capacity,
        "max_pods_formula": report.formula,
        "checked": list(report.checked),
        "undecided": list(report.undecided),
        "findings": [_finding_as_json(each, written.get(id(each))) for each in report.findings],
    }


def _finding_as_json(found: "LintFinding", file: str | None) -> Mapping[str, object]:
    origin, example, suggestion = found.origin, found.counter_example, found.suggestion
    return {
        "id": found.id,
        "severity": found.severity.value,
        "message": found.message,
        "variable": found.variable,
        "source": None if origin is None else origin.source,
        "line": None if origin is None else origin.line,
        "column": None if origin is None else origin.column,
        "rules": list(found.rules),
        "upstream": list(found.upstream),
        "status": found.status.value,
        "evidence": found.evidence,
        "counter_example": None
        if example is None
        else {
            "limits": {"enis": example.enis, "ipv4_per_eni": example.addresses},
            "own_limits": example.own_limits,
            "violated": list(example.violated),
            "scenario": to_json(example.scenario),
            "file": file,
        },
        "suggestion": None
        if suggestion is None
        else {"set": dict(suggestion.changes), "max_pods": suggestion.max_pods},
    }
