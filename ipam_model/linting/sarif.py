"""Findings as SARIF 2.1.0, which code scanning services and editors show at the lines concerned.

A finding about a file has a physical location; one about the command line or a default has the
variable as its logical location. Checks without an answer become notifications of the run.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias
from urllib.parse import quote

from ipam_model.linting.checks import CHECKS
from ipam_model.linting.finding import LintFinding, Report
from ipam_model.settings import Origin

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
VERSION: Final = "2.1.0"
STANDARD_INPUT: Final = "-"
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
        "defaultConfiguration": {
            "level": (found.severity if check is None else check.severity).value
        },
        "properties": {"rules": list(found.rules), "upstream": list(found.upstream)},
    }
    if found.upstream:
        rule["helpUri"] = ISSUES + found.upstream[0].removeprefix("#")
    return rule


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
        "partialFingerprints": {"nodeFindingAndVariable/v1": fingerprint},
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
    origin = found.origin
    if origin is not None and origin.line is not None and origin.source != STANDARD_INPUT:
        location["physicalLocation"] = _physical(origin, origin.line)
    return location


def _physical(origin: Origin, line: int) -> Json:
    region: dict[str, object] = {"startLine": line}
    if origin.column is not None:
        region["startColumn"] = origin.column
    uri = quote(origin.source.replace("\\", "/"))
    return {"artifactLocation": {"uri": uri}, "region": region}
