"""What is printed when a property is violated: verdict, scenario, command to replay, findings.

All of it stands in the message of the exception, so that the minimal example that Hypothesis
raises in the end shows it; nothing has to be read off Hypothesis's own output.
"""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from attrs import evolve

from ipam_model.errors import InputError
from ipam_model.properties.judging import Violation
from ipam_model.properties.registry import all_properties
from ipam_model.scenario.document import Scenario
from ipam_model.scenario.running import Step, run_scenario
from ipam_model.scenario.tables import step_json, table
from ipam_model.scenario.writing import write_scenario
from ipam_model.testing.minimal import minimal
from ipam_model.testing.scenarios import shortened
from ipam_model.testing.watched_node import WatchedNode, unknown

FOLDER: Final = Path(".ipam-model") / "failures"
"""Where failing scenarios are saved, in the current directory."""


class PropertyViolatedError(AssertionError):
    """A property is violated that no finding explains."""


_saved: dict[tuple[str, str], Path] = {}
"""What this process saved last, by property and test: while Hypothesis shrinks, one scenario after
the other fails, and only the last one is worth keeping."""


def require_no_violation(node: WatchedNode, *, folder: Path = FOLDER) -> None:
    """Raise `PropertyViolatedError` if the node has violated a property that no finding explains.

    Saves the scenario in `folder`.
    """
    found = unknown(node.violations)
    if found:
        raise PropertyViolatedError(complaint(node, found[0], folder=folder)) from None


def complaint(node: WatchedNode, violation: Violation, *, folder: Path = FOLDER) -> str:
    """Everything there is to say of a violation."""
    stated = all_properties()[violation.of]
    title = f"{stated.id} {stated.name}: {violation.what}"
    told = node.scenario(title=title, source="a property of the model")
    scenario = minimal(shortened(told), violation.of)
    steps, remark = _replayed(scenario, node)
    path = save(scenario, of=stated.id, folder=folder)
    verdict = (
        f"{stated.id} ({stated.name}) is violated: {violation.what}",
        f"  it says: {stated.statement}",
        f"  source: {stated.source}; holds {stated.level.value}",
    )
    parts = [
        "\n".join(verdict),
        table(steps),
        f"replay: ipam-model replay {path}",
        remark,
        _known(node.violations),
    ]
    return "\n\n".join(part for part in parts if part)


def _replayed(scenario: Scenario, node: WatchedNode) -> tuple[list[Step], str]:
    """The steps of a replay, and whatever is odd about it: it is run twice."""
    steps, error = _run(scenario)
    again, _ = _run(scenario)
    differing = first_difference(steps, again)
    if differing is not None:
        return steps, f"not deterministic: two replays part at event {differing}"
    if error:
        return steps, f"the replay stops: {error}"
    if steps and steps[-1].now != node.now:
        return steps, "the replay ends at another instant than the run: not deterministic"
    return steps, ""


def _run(scenario: Scenario) -> tuple[list[Step], str]:
    steps: list[Step] = []
    try:
        steps.extend(run_scenario(scenario))
    except InputError as error:
        return steps, str(error)
    return steps, ""


def first_difference(one: Iterable[Step], other: Iterable[Step]) -> int | None:
    """The number of the first event in which two runs of a scenario differ."""
    shown = [[step_json(step) for step in steps] for steps in (one, other)]
    for number, (first, second) in enumerate(zip(*shown, strict=False)):
        if first != second:
            return number
    return None if len(shown[0]) == len(shown[1]) else min(map(len, shown))


def _known(violations: Iterable[Violation]) -> str:
    known = {f"  {each}" for each in violations if each.known}
    return "\n".join(["known findings on the way:", *sorted(known)]) if known else ""


def save(scenario: Scenario, *, of: str, folder: Path = FOLDER) -> Path:
    """Keep a failing scenario under a name made from its text.

    What this process saved before of the same property in the same test is deleted: it is the
    larger scenario from which this one was shrunk.
    """
    untitled = write_scenario(evolve(scenario, title="", source=""))
    name = hashlib.sha256(untitled.encode()).hexdigest()[:12]
    path = folder / f"{name}.json"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(write_scenario(scenario), "utf-8")
    key = of, os.environ.get("PYTEST_CURRENT_TEST", "")
    before = _saved.get(key)
    if before is not None and before != path.resolve():
        before.unlink(missing_ok=True)
    _saved[key] = path.resolve()
    return path
