"""The lower side: a run that comes to a quantity's worst case.

Plans are tried in the counting model, where they cost microseconds, until one comes to the upper
side. The one that came furthest is run again in the reference model, and what is measured there is
the lower side. Where no plan comes to the upper side, and the node is small, all its states are
searched: that moves whichever side was wrong.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from attrs import evolve, frozen

from ipam_model.bounds.answer import Level, Proof, Question, Witness
from ipam_model.bounds.plans import climbs, descend, load
from ipam_model.bounds.reference_run import ReferenceRun
from ipam_model.bounds.runs import CountingRun, Run
from ipam_model.bounds.search import most
from ipam_model.bounds.subject import Subject
from ipam_model.counting.decisions import Pool
from ipam_model.counting.model import CountingModel, State
from ipam_model.errors import InputError
from ipam_model.proving.witness import Witness as Found
from ipam_model.proving.witness import witness as search_witness
from ipam_model.quantities import Quantities

Counted = Callable[[Subject, Pool[int], int], int]
"""The quantity by the sums and the number of ENIs."""
Measured = Callable[[Subject, Quantities], int]
"""The same in the reference model."""


@frozen(kw_only=True)
class Goal:
    """What is to be as large as possible, and when it is looked at."""

    counted: Counted
    measured: Measured
    at_rest: bool = False
    pods: int | None = None
    """Only with so many pods, at rest; `None`: whatever number there is."""
    any_pods: bool = False
    """Other numbers count too; `pods` is where the most is expected."""
    loaded: bool = False
    """At rest with as many pods as there can be; it is large where much is used."""
    cordoned: bool = False
    """The node is cordoned before its pods go."""


class Upper(NamedTuple):
    """The upper side, and why."""

    value: int
    proof: Proof


class Sides(NamedTuple):
    """Both sides."""

    upper: Upper | None
    witness: Witness | None


Plan = Callable[[Run], None]


def plans(subject: Subject, goal: Goal) -> Iterator[Plan]:
    """Whole plans for a goal: up, and down again if it is at rest."""
    for climb in climbs(subject):
        if goal.loaded:
            yield _then(climb, load)
        elif goal.at_rest and goal.pods is not None:
            pods = goal.pods
            yield _then(climb, lambda run, pods=pods: descend(run, pods))  # type: ignore[misc]
        else:
            yield climb


def _then(first: Plan, second: Plan) -> Plan:
    def plan(run: Run) -> None:
        first(run)
        second(run)

    return plan


def sides(subject: Subject, question: Question, goal: Goal, upper: Upper | None) -> Sides:
    """The witness, and the upper side as a search may improve it."""
    covered = not subject.obstacles and subject.free is None and not goal.cordoned
    if not covered:
        if question.level is Level.COUNTING:
            return Sides(upper, None)
        return Sides(upper, _in_reference(subject, question, goal, upper, plans(subject, goal)))
    model = subject.model
    best: tuple[int, int, Plan] | None = None
    for plan in plans(subject, goal):
        run = CountingRun(model)
        plan(run)
        if goal.at_rest and (not run.at_rest or goal.pods not in (None, run.pool.assigned)):
            continue
        value = goal.counted(subject, run.pool, run.enis)
        if best is None or value > best[0]:
            best = value, run.steps, plan
        if upper is not None and value >= upper.value:
            break
    state: State | None = None
    if best is None or upper is None or best[0] < upper.value:
        value, upper, state = _searched(subject, question, goal, upper, best[0] if best else None)
        if state is not None and value is not None:
            best = None if best is None else (max(value, best[0]), best[1], best[2])
    if question.level is Level.COUNTING:
        if state is not None:
            found = goal.counted(subject, model.pool(state), len(state))
            return Sides(upper, Witness(value=found, level=Level.COUNTING, steps=0))
        if best is None:
            return Sides(upper, None)
        return Sides(upper, Witness(value=best[0], level=Level.COUNTING, steps=best[1]))
    if state is not None:
        found_there = _by_search(model, subject, question, goal, state)
        if found_there is not None:
            return Sides(upper, found_there)
    ways = [best[2]] if best is not None else []
    target = None if best is None else best[0]
    first = _in_reference(subject, question, goal, upper, iter(ways))
    if first is not None and target is not None and first.value >= target:
        return Sides(upper, first)
    every = _in_reference(subject, question, goal, upper, plans(subject, goal))
    both = [each for each in (first, every) if each is not None]
    if not both:
        note = "the reference model was not brought there"
        if best is None:
            return Sides(upper, None)
        return Sides(
            upper, Witness(value=best[0], level=Level.COUNTING, steps=best[1], note=note)
        )
    return Sides(upper, max(both, key=lambda each: each.value))


def _searched(
    subject: Subject, question: Question, goal: Goal, upper: Upper | None, reached: int | None
) -> tuple[int | None, Upper | None, State | None]:
    """What a search of all states finds: the value, the upper side, and where it is reached."""

    def value(model: CountingModel, state: State) -> int:
        return goal.counted(subject, model.pool(state), len(state))

    pods = None if goal.any_pods else goal.pods
    found = most(subject.model, value, question.budget, at_rest=goal.at_rest, pods=pods)
    if found.proof.exhausted:
        upper = Upper(found.value or 0, found.proof)
    better = found.value is not None and (reached is None or found.value > reached)
    return found.value, upper, found.state if better else None


def _by_search(
    model: CountingModel, subject: Subject, question: Question, goal: Goal, state: State
) -> Witness | None:
    """The way to a state of the counting model, taken in the reference model."""

    def there(each: State) -> bool:
        return each == state

    found = search_witness(model, there, title=_title(question))
    if not isinstance(found, Found):
        return None
    value = goal.counted(subject, model.pool(state), len(state))
    return Witness(
        value=value,
        level=Level.REFERENCE,
        steps=found.events,
        scenario=found.scenario if question.record else None,
    )


def _in_reference(
    subject: Subject, question: Question, goal: Goal, upper: Upper | None, ways: Iterator[Plan]
) -> Witness | None:
    """The best that the plans come to in the reference model."""
    best: tuple[int, int, Plan] | None = None
    for plan in ways:
        found = _run(subject, question, goal, plan)
        if found is not None and (best is None or found[0] > best[0]):
            best = (*found, plan)
        if best is not None and upper is not None and best[0] >= upper.value:
            break
    if best is None:
        return None
    witness = Witness(value=best[0], level=Level.REFERENCE, steps=best[1])
    if not question.record:
        return witness
    run = ReferenceRun(subject, question.node, record=True)
    _go(run, goal, best[2])
    return evolve(witness, scenario=run.scenario(_title(question)))


def _run(
    subject: Subject, question: Question, goal: Goal, plan: Plan
) -> tuple[int, int] | None:
    """The value and the number of events, if the plan ends where it should."""
    try:
        run = ReferenceRun(subject, question.node)
    except InputError:
        return None
    if not run.alive or not _go(run, goal, plan):
        return None
    quantities = run.quantities
    if goal.at_rest and goal.pods not in (None, quantities.assigned):
        return None
    return goal.measured(subject, quantities), run.events


def _go(run: ReferenceRun, goal: Goal, plan: Plan) -> bool:
    run.cordon_at_descent = goal.cordoned
    plan(run)
    return run.at_rest or not goal.at_rest


def _title(question: Question) -> str:
    return f"The worst case of {question.quantity} on {question.node.name}"
