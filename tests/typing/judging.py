"""A user who asks for worst cases, lints settings and compares nodes.

See `tests/test_typing_of_users.py`.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import assert_type

from ipam_model.bounds import (
    Bound,
    Level,
    Proof,
    Question,
    Status,
    Witness,
    ask,
    bound,
    bounds_of_grid,
    nodes_of,
)
from ipam_model.bounds.pace_question import PaceQuestion
from ipam_model.differing.comparison import Comparison, Side
from ipam_model.differing.search import Difference, Result, compare
from ipam_model.differing.witness import witness_of
from ipam_model.linting import CounterExample, LintFinding, Report, Severity, Suggestion, lint
from ipam_model.nodes import NodeSetup
from ipam_model.scenario.document import Scenario
from ipam_model.scenario.writing import write_scenario

nodes = list(nodes_of(["m5.large", "t3.small"], [{"WARM_IP_TARGET": "1"}], max_pods=20))
assert_type(nodes, list[NodeSetup])
found = bound("reserved", nodes[0], pods=10, level=Level.COUNTING, record=True)
assert_type(found, Bound)
assert_type(found.status, Status)
assert_type(found.proof, Proof | None)
assert_type(found.witness, Witness | None)
assert_type(found.parts, Mapping[str, int])
if found.witness is not None:
    assert_type(found.witness.scenario, Scenario | None)


def worst(executor: Executor | None) -> Iterator[tuple[str, int | None]]:
    """Every quantity of every node, on whatever carries the questions."""
    like = Question(quantity="", node=nodes[0], replay_seconds=5)
    for each in bounds_of_grid(
        (name for name in ("floor", "idle")), nodes, [None, 3], executor=executor, like=like
    ):
        yield each.quantity, each.value


with ThreadPoolExecutor() as pool:
    print(dict(worst(pool)))
burst = ask(PaceQuestion(quantity="ticks-to-serve", node=nodes[0], burst=3))
assert_type(burst.lower, int | None)

report = lint(nodes[0], peak_pods=12)
assert_type(report, Report)
for problem in report.at_least(Severity.WARNING):
    assert_type(problem, LintFinding)
    assert_type(problem.suggestion, Suggestion | None)
    assert_type(problem.counter_example, CounterExample | None)
    if problem.counter_example is not None:
        assert_type(write_scenario(problem.counter_example.scenario), str)

comparison = Comparison(
    left=Side(label="one", setup=nodes[0]), right=Side(label="two", setup=nodes[0]), pods=1
)
result = compare(comparison, 3)
assert_type(result, Result)
assert_type(result.difference, Difference | None)
if result.difference is not None:
    assert_type(witness_of(comparison, result.difference).differ, tuple[str, ...])

# What must be an error.
bound("reserved", "m5.large")  # type: ignore[arg-type]
bound("reserved", nodes[0], pods="10")  # type: ignore[arg-type]
bound("reserved", nodes[0], cordon=True)  # type: ignore[call-arg]
print(found.value + 1)  # type: ignore[operator]
lint(nodes)  # type: ignore[arg-type]
print(report.findings[0].counter_example.scenario)  # type: ignore[union-attr]
compare(nodes[0], nodes[0])  # type: ignore[arg-type]
Comparison(left=nodes[0], right=nodes[0])  # type: ignore[arg-type]
found.value = 3  # type: ignore[misc]
