"""Every case that a vector could be made of, with what it shows."""

import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final, TypeVar

from attrs import evolve

from ipam_model.errors import InputError
from ipam_model.scenario.reading import read_scenario
from ipam_model.vectors import store_steps
from ipam_model.vectors.emitting import of_scenario, step_vector, store_vector
from ipam_model.vectors.files import MODELS, line
from ipam_model.vectors.steps import StepCase, certain, judge, moments
from ipam_model.vectors.store_steps import StoreCase
from ipam_model.vectors.titles import title
from tests.shared import ROOT
from tools.vectors import store_walks, store_written, walks
from tools.vectors.choosing import Candidate, Goal
from tools.vectors.failing import Found, FoundStep, FoundStore, caught
from tools.vectors.nodes import Setup, setups
from tools.vectors.store_walks import Begin, begins
from tools.vectors.written import Written, written

EXAMPLES: Final = ROOT / "examples" / "regressions"
PROCESSES: Final = 2

CaseT = TypeVar("CaseT", StepCase, StoreCase)


def candidates() -> Iterator[Candidate[StepCase]]:
    """Those of scenarios that are shipped as examples, those that are written, those of walks."""
    files = sorted(each for each in EXAMPLES.glob("*.json") if each.name != "index.json")
    with ProcessPoolExecutor(PROCESSES) as pool:
        found = [
            *(one for several in pool.map(of_file, files) for one in several),
            *map(of_written, written()),
            *(one for several in pool.map(of_walk, setups()) for one in several),
        ]
    yield from different(found)


def store_candidates() -> Iterator[Candidate[StoreCase]]:
    """Those of data stores: of stories, then of walks."""
    with ProcessPoolExecutor(PROCESSES) as pool:
        walked = [one for several in pool.map(of_store_walk, begins()) for one in several]
    yield from different([*of_stories(), *walked])


def different(found: Iterable[Candidate[CaseT]]) -> Iterator[Candidate[CaseT]]:
    """Of those that ask the same the first: several issues may have the same scenario."""
    asked: set[str] = set()
    for each in found:
        question = repr(_asked(each.case))
        if question not in asked:
            asked.add(question)
            yield each


def _asked(case: StepCase | StoreCase) -> StepCase | StoreCase:
    """What the vector asks, and nothing else."""
    return evolve(case, title="", flags=(), source="") if isinstance(case, StepCase) else case


def of_file(file: Path) -> list[Candidate[StepCase]]:
    """The events of a scenario."""
    scenario, _ = read_scenario(file)
    if scenario.node.version not in MODELS:
        return []
    found = []
    for case, judged in moments(of_scenario(scenario)):
        name = f"{scenario.title}. {title(case.event, judged)}"
        told = evolve(case, title=name, flags=("regression",))
        found.append(step(FoundStep(told, judged), ("issue", file.stem)))
    return found


def of_written(one: Written) -> Candidate[StepCase]:
    """A case that is written down."""
    case = one.case()
    return step(_titled(FoundStep(case, judge(case)), case.title), ("written", repr(one)))


def of_walk(setup: Setup) -> list[Candidate[StepCase]]:
    """What is new on a node."""
    found = [step(_titled(each, setup.name)) for each in walks.walk(setup)]
    print(f"{setup.name}: {len(found)}", file=sys.stderr, flush=True)
    return found


def of_store_walk(begin: Begin) -> list[Candidate[StoreCase]]:
    """What is new in a store."""
    return list(map(store, store_walks.walk(begin)))


def of_stories() -> Iterator[Candidate[StoreCase]]:
    """What is done in a story, as long as no suspected bug has shown."""
    for case in store_written.cases():
        try:
            judged = store_steps.judge(case)
        except InputError:
            continue
        yield store(FoundStore(case, judged))


def _titled(found: FoundStep, name: str) -> FoundStep:
    """With a title, and the flag of a step at a boundary: just so much time went by before it."""
    case = found.case
    last = case.history[-1] if case.history else None
    flags = ("boundary",) if last is not None and last.kind == "advance" else ()
    told = f"{name[0].upper()}{name[1:]}. {title(case.event, found.judged)}"
    return evolve(found, case=evolve(case, title=told, flags=flags))


def step(found: FoundStep, *about: Goal) -> Candidate[StepCase]:
    """A step as a candidate."""
    kind, _, outcome, quirks = walks.shape(found.case.event, found.judged)
    shown = {("outcome", kind, outcome), ("quirks", kind, quirks), *about}
    size = len(line(step_vector(found.case, found.judged)))
    return Candidate(found.case, goals(found) | shown, size, certain(found.case))


def store(found: FoundStore) -> Candidate[StoreCase]:
    """What is done to a store, as a candidate."""
    shape = store_walks.shape(found.case.event, found.judged)
    shown = {("outcome", shape), ("quirks", found.case.event.kind, found.judged.quirks)}
    size = len(line(store_vector(found.case, found.judged)))
    return Candidate(found.case, goals(found) | shown, size, store_steps.certain(found.case))


def goals(found: Found) -> frozenset[Goal]:
    """The wrong models and the rules that a case shows."""
    wrong = {("wrong", each) for each in caught(found)}
    return frozenset(wrong | {("rule", each) for each in found.rules})
