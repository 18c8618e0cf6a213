"""The benchmarks by name."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from attrs import frozen

from benchmarks import (
    bounds,
    conformance,
    counting,
    imports,
    proofs,
    simulation,
    traces,
    transports,
    workload,
)
from benchmarks.measuring import Outcome, Result, references, timed


@frozen
class Effort:
    """How much to measure."""

    runs: int | None = None
    """Runs of each benchmark instead of its own number."""
    events: int = 20_000
    """Events per run of the workloads."""

    def runs_or(self, usual: int) -> int:
        """The runs to make."""
        return usual if self.runs is None else self.runs


def _workload(load: workload.Load, effort: Effort) -> list[Outcome]:
    script = workload.write_script(load, effort.events)
    return [
        Result(
            name=load.name,
            unit="events/s",
            amount=len(script.steps),
            runs=timed(workload.Replay(script), effort.runs_or(5)),
            references=references(load.name),
            facts=script.facts,
        )
    ]


def _traces(effort: Effort) -> list[Outcome]:
    return [traces.all_traces(effort.runs_or(5))]


def _explain(effort: Effort) -> list[Outcome]:
    return [traces.big_trace(effort.runs_or(5))]


def _simulate_pods(effort: Effort) -> list[Outcome]:
    return [simulation.one_type(effort.runs_or(5))]


def _simulate_types(effort: Effort) -> list[Outcome]:
    return [simulation.every_type(effort.runs_or(3))]


def _counting_steps(effort: Effort) -> list[Outcome]:
    return [counting.steps(effort.events, effort.runs_or(5))]


def _explore_counting(name: str, effort: Effort) -> list[Outcome]:
    return [counting.exploration(name, effort.runs_or(5))]


def _bound_formula(effort: Effort) -> list[Outcome]:
    return [bounds.formula(effort.runs_or(5))]


def _bound_counted(size: str, effort: Effort) -> list[Outcome]:
    return [bounds.counted(size, effort.runs_or(7))]


def _bound_replayed(size: str, effort: Effort) -> list[Outcome]:
    return [bounds.replayed(size, effort.runs_or(3))]


def _bound_filled(size: str, effort: Effort) -> list[Outcome]:
    return [bounds.filled(size, effort.runs_or(3))]


def _proofs(name: str, effort: Effort) -> list[Outcome]:
    return [proofs.proofs(name, effort.runs_or(3))]


def _conform(effort: Effort) -> list[Outcome]:
    return [conformance.judging(effort.events, effort.runs_or(5))]


def _imports(effort: Effort) -> list[Outcome]:
    return list(imports.import_times(effort.runs_or(15)))


def _transport(name: str, effort: Effort) -> list[Outcome]:
    return [transports.TRANSPORTS[name](name, effort.runs_or(5))]


SUITE: Final[Mapping[str, Callable[[Effort], list[Outcome]]]] = {
    **{load.name: partial(_workload, load) for load in workload.LOADS},
    "traces": _traces,
    "explain": _explain,
    "simulate-pods": _simulate_pods,
    "simulate-types": _simulate_types,
    "counting-steps": _counting_steps,
    **{name: partial(_explore_counting, name) for name in counting.SIZES},
    "bound-formula": _bound_formula,
    **{f"bound-counted-{size}": partial(_bound_counted, size) for size in bounds.TYPES},
    **{f"bound-replayed-{size}": partial(_bound_replayed, size) for size in bounds.TYPES},
    **{f"bound-filled-{size}": partial(_bound_filled, size) for size in bounds.TYPES},
    **{name: partial(_proofs, name) for name in proofs.SOLVERS},
    **{name: partial(_transport, name) for name in transports.TRANSPORTS},
    "conform": _conform,
    "import": _imports,
}
