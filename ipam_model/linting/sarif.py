"""Findings as SARIF 2.1.0, which code scanning services and editors show at the lines concerned.

A finding is at the line of the file where its setting was written; one about a default or the
command line where the node is described, if that is a file. Its logical location is the variable.
Checks without an answer become notifications of the run.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import PurePath
from typing import Final, TypeAlias
from urllib.parse import quote

from ipam_model.linting.checks import CHECKS
from ipam_model.linting.finding import LintFinding, Report
from ipam_model.settings import Origin

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
VERSION: Final = "2.1.0"
STANDARD_INPUT: Final = "-"
LINE_HASH: Final = "primaryLocationLineHash"
"""The one fingerprint that GitHub compares. If it is missing, its upload action hashes the line,
which is the same for all nodes that a setting concerns, and another once the line is edited."""
ISSUES: Final = "https://github.com/aws/amazon-vpc-cni-k8s/issues/"

Json: TypeAlias = Mapping[str, object]


def as_sarif(reports: Iterable[Report], *, version: str) -> Json:
    """One SARIF log with one run, of any number of nodes; `version` is that of this package."""
    told = tuple(reports)
    rules = _rules(told)
    numbers = {str(rule["id"]): number for number, rule in enumerate(rules)}
    fingerprints = _fingerprints(told)
    return {
        "$schema": SCHEMA,
        "version": VERSION,
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "ipam-model lint",
                        "version": version,
                        "semanticVersion": version,
                        "rules": rules,
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [
                    _result(report, found, numbers[found.id], next(fingerprints))
                    for report in told
                    for found in report.findings
                ],
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": [
                            {
                                "level": "warning",
                                "message": {
                                    "text": f"{report.node.name}: {each} is undecided: no "
                                    "counter-example was found in the budget of the search"
                                },
                            }
                            for report in told
                            for each in report.undecided
                        ],
                    }
                ],
            }
        ],
    }


def _rules(reports: Iterable[Report]) -> list[dict[str, object]]:
    """A descriptor for every id that occurs, in alphabetical order."""
    found = {each.id: each for report in reports for each in report.findings}
    return [_rule(found[each]) for each in sorted(found)]


def _rule(found: LintFinding) -> dict[str, object]:
    check = CHECKS.get(found.id)
    statement = f"Remark on a setting: {found.id}." if check is None else check.statement
    rule: dict[str, object] = {
        "id": found.id,
        "shortDescription": {"text": statement},
        "fullDescription": {"text": statement},
        "help": {"text": f"{statement} {_reading(found)}"},
        "defaultConfiguration": {
            "level": (found.severity if check is None else check.severity).value
        },
        "properties": {"rules": list(found.rules), "upstream": list(found.upstream)},
    }
    if found.upstream:
        rule["helpUri"] = ISSUES + found.upstream[0].removeprefix("#")
    return rule


def _reading(found: LintFinding) -> str:
    """Where to read on."""
    asked = " ".join(found.rules)
    return f"`ipam-model rules {asked}` says why." if asked else "More in docs/lint.md."


def _fingerprints(reports: Iterable[Report]) -> Iterator[str]:
    """By node, finding and variable, and by number where that occurs again.

    Services take two results with one fingerprint for one: a node may have the same remark on
    several variables, and on several lines that set one of them.
    """
    seen: Counter[str] = Counter()
    for report in reports:
        for found in report.findings:
            known = ":".join(filter(None, (report.node.name, found.id, found.variable)))
            seen[known] += 1
            yield known if seen[known] == 1 else f"{known}:{seen[known]}"


def _result(report: Report, found: LintFinding, number: int, fingerprint: str) -> Json:
    suggested = "" if found.suggestion is None else f" Suggestion: {found.suggestion}."
    return {
        "ruleId": found.id,
        "ruleIndex": number,
        "level": found.severity.value,
        "message": {"text": f"{report.node.name}: {found.message}.{suggested}"},
        "locations": [_location(report, found)],
        "partialFingerprints": {
            "nodeFindingAndVariable/v1": fingerprint,
            LINE_HASH: f"{sha256(fingerprint.encode()).hexdigest()[:16]}:1",
        },
        "properties": {
            "node": report.node.name,
            "status": found.status.value,
            "evidence": found.evidence,
        },
    }


def _location(report: Report, found: LintFinding) -> Json:
    name = found.variable or report.node.name
    logical = {"name": name, "fullyQualifiedName": f"{report.node.name}/{name}"}
    location: dict[str, object] = {"logicalLocations": [logical]}
    place = next(filter(_in_a_file, (found.origin, report.node.origin)), None)
    if place is not None:
        location["physicalLocation"] = _physical(place)
    return location


def _in_a_file(origin: Origin | None) -> bool:
    return origin is not None and origin.line is not None and origin.source != STANDARD_INPUT


def _physical(origin: Origin) -> Json:
    region: dict[str, object] = {"startLine": origin.line}
    if origin.column is not None:
        region["startColumn"] = origin.column
    path = PurePath(origin.source)
    uri = path.as_uri() if path.is_absolute() else quote(origin.source.replace("\\", "/"))
    return {"artifactLocation": {"uri": uri}, "region": region}
