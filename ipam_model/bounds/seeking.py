"""The lower side: a run that comes to a quantity's worst case.

Plans are tried in the counting model, where they cost microseconds, until one comes to the upper
side. The one that came furthest is run again in the reference model, and what is measured there is
the lower side. Where no plan comes to the upper side, and the node is small, all its states are
searched: that moves whichever side was wrong.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, NamedTuple

from attrs import evolve, frozen

from ipam_model.bounds.answer import Level, Proof, Question, Witness
from ipam_model.bounds.deadline import Deadline, OutOfTimeError
from ipam_model.bounds.plans import Plan, climbs, descend, load
from ipam_model.bounds.reference_run import ReferenceRun
from ipam_model.bounds.runs import CountingRun, Way
from ipam_model.bounds.search import most
from ipam_model.bounds.subject import Subject
from ipam_model.counting.decisions import Pool
from ipam_model.counting.model import CountingModel, State
from ipam_model.counting.paths import shortest_path
from ipam_model.errors import ModelError
from ipam_model.inspection.counted import counted
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
    enis: int | None = None
    """With no more ENIs than so many, as a theorem says; `None`: nothing is known."""


class Upper(NamedTuple):
    """The upper side, and why."""

    value: int
    proof: Proof


class Sides(NamedTuple):
    """Both sides."""

    upper: Upper | None
    """`None`: nothing is known above, or there is nothing to be bounded."""
    witness: Witness | None
    unwitnessed: str = ""
    """Why there is none, where that is known."""
    never: Proof | None = None
    """There is no state of the kind asked for: a search saw all. Then both sides are `None`."""


NEVER_AT_REST: Final = "in none of the states that it can reach is the node at rest"
"""It flaps, or its pods are more than it ever has addresses for."""


class WholePlan(NamedTuple):
    """Up, and down again if the goal is at rest."""

    up: Plan
    down: Plan | None
    way: Way | None = None
    """The steps up, where a counting run took them and they are all there is to it."""


def plans(subject: Subject, goal: Goal) -> Iterator[WholePlan]:
    """Whole plans for a goal."""
    down: Plan | None = None
    if goal.loaded:
        down = load
    elif goal.at_rest and goal.pods is not None:
        down = partial(descend, pods=goal.pods)
    for up in climbs(subject, goal.enis):
        yield WholePlan(up, down)


class _Reached(NamedTuple):
    """What a plan comes to."""

    value: int
    steps: int
    plan: WholePlan


class _Seen(NamedTuple):
    """What a search of all states says."""

    upper: Upper | None
    """`None`: its budget ended it."""
    state: State | None
    """Where there is more than plans came to."""
    nowhere: Proof | None
    """All states were seen, and none is of the kind asked for."""


def sides(subject: Subject, question: Question, goal: Goal, upper: Upper | None) -> Sides:
    """The witness, and the upper side as a search may improve it.

    Raises:
        ModelError: a plan came where a search of all states did not.
    """
    counting = question.level is Level.COUNTING
    if subject.obstacles or subject.free is not None or goal.cordoned:
        # The counting model does not speak of this node, or not of its lower side.
        if counting or question.replay_seconds == 0:
            return Sides(upper, None)
        tried, deadline = plans(subject, goal), Deadline(question.replay_seconds)
        return Sides(upper, _run_all(subject, question, goal, upper, tried, deadline))
    best = _planned(subject, goal, upper)
    state: State | None = None
    if best is None or upper is None or best.value < upper.value:
        seen = _searched(subject, question, goal, None if best is None else best.value)
        if seen.nowhere is not None:
            return _never(question, goal, best, seen.nowhere)
        upper, state = seen.upper or upper, seen.state
    if counting:
        return Sides(upper, _counted(subject, goal, best, state))
    return Sides(upper, _replayed(subject, question, goal, upper, best, state))


def _never(question: Question, goal: Goal, best: _Reached | None, proof: Proof) -> Sides:
    """No state is of the kind asked for; a plan that came to one contradicts the search."""
    pods = "" if goal.pods is None or goal.any_pods else f" with {counted(goal.pods, 'pod')}"
    said = f"{NEVER_AT_REST}{pods}"
    if best is not None:
        raise ModelError(
            f"{question.quantity} of {question.node.name}: a plan of {counted(best.steps, 'step')} "
            f"comes to {best.value}, but a search says that {said}"
        )
    statement = f"{said[0].upper()}{said[1:]}."
    return Sides(None, None, said, evolve(proof, statement=statement))


def _planned(subject: Subject, goal: Goal, upper: Upper | None) -> _Reached | None:
    """The best that plans come to in the counting model; the first that comes to the upper side."""
    model = subject.model
    best: _Reached | None = None
    for plan in plans(subject, goal):
        run = CountingRun(model)
        plan.up(run)
        way = run.way
        if plan.down is not None:
            plan.down(run)
        if goal.at_rest and (not run.at_rest or goal.pods not in (None, run.pool.assigned)):
            continue
        value = goal.counted(subject, run.pool, run.enis)
        if best is None or value > best.value:
            best = _Reached(value, run.steps, plan._replace(way=way))
        if upper is not None and value >= upper.value:
            break
    return best


def _searched(subject: Subject, question: Question, goal: Goal, reached: int | None) -> _Seen:
    """Every state, if the budget allows."""

    def value(model: CountingModel, state: State) -> int:
        return goal.counted(subject, model.pool(state), len(state))

    pods = None if goal.any_pods else goal.pods
    found = most(subject.model, value, question.budget, at_rest=goal.at_rest, pods=pods)
    if found.value is None:
        return _Seen(None, None, found.proof if found.proof.exhausted else None)
    upper = Upper(found.value, found.proof) if found.proof.exhausted else None
    better = reached is None or found.value > reached
    return _Seen(upper, found.state if better else None, None)


def _counted(
    subject: Subject, goal: Goal, best: _Reached | None, state: State | None
) -> Witness | None:
    """The witness of the counting model."""
    if state is not None:
        model = subject.model
        way = shortest_path(model, lambda each: each == state).path or ()
        value = goal.counted(subject, model.pool(state), len(state))
        return Witness(value=value, level=Level.COUNTING, steps=len(way))
    if best is None:
        return None
    return Witness(value=best.value, level=Level.COUNTING, steps=best.steps)


def _replayed(
    subject: Subject,
    question: Question,
    goal: Goal,
    upper: Upper | None,
    best: _Reached | None,
    state: State | None,
) -> Witness | None:
    """The witness in the reference model: what a search found, else the best plan, else any."""
    found: list[Witness | None] = []
    deadline = Deadline(question.replay_seconds)
    note = "the daemon was not brought there"
    try:
        if state is not None:
            found.append(_by_search(subject, question, goal, state))
        elif best is not None:
            found.append(_run_all(subject, question, goal, upper, iter([best.plan]), deadline))
        wanted = None if best is None else best.value
        if not any(each is not None and each.value >= (wanted or 0) for each in found):
            tried = plans(subject, goal)
            found.append(_run_all(subject, question, goal, upper, tried, deadline))
    except OutOfTimeError as error:
        note = str(error)
    there = [each for each in found if each is not None]
    if there:
        return max(there, key=lambda each: each.value)
    counted = _counted(subject, goal, best, state)
    return None if counted is None else evolve(counted, note=note)


def _by_search(subject: Subject, question: Question, goal: Goal, state: State) -> Witness | None:
    """The way to a state of the counting model, taken in the reference model."""
    model = subject.model

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


def _run_all(
    subject: Subject,
    question: Question,
    goal: Goal,
    upper: Upper | None,
    tried: Iterator[WholePlan],
    deadline: Deadline,
) -> Witness | None:
    """The best that the plans come to in the reference model, as far as there is time.

    Raises:
        OutOfTimeError: there was none for the first.
    """
    best: _Reached | None = None
    for plan in tried:
        try:
            found = _run(subject, question, goal, plan, deadline)
        except OutOfTimeError:
            if best is None:
                raise
            break
        if found is not None and (best is None or found.value > best.value):
            best = found
        if best is not None and upper is not None and best.value >= upper.value:
            break
    if best is None:
        return None
    witness = Witness(value=best.value, level=Level.REFERENCE, steps=best.steps)
    if not question.record:
        return witness
    try:
        run = ReferenceRun(subject, question.node, deadline, record=True)
        _go(run, goal, best.plan)
    except OutOfTimeError as error:
        return evolve(witness, note=f"not written down: {error}")
    return evolve(witness, scenario=run.scenario(_title(question)))


def _run(
    subject: Subject, question: Question, goal: Goal, plan: WholePlan, deadline: Deadline
) -> _Reached | None:
    """What the plan comes to, if it ends where it should."""
    run = ReferenceRun(subject, question.node, deadline)
    if not run.alive or not _go(run, goal, plan):
        return None
    quantities = run.quantities
    if goal.at_rest and goal.pods not in (None, quantities.assigned):
        return None
    return _Reached(goal.measured(subject, quantities), run.events, plan)


def _go(run: ReferenceRun, goal: Goal, plan: WholePlan) -> bool:
    run.cordon_at_descent = goal.cordoned
    if plan.way is None:
        plan.up(run)
    else:
        run.follow(plan.way)
    if plan.down is not None:
        plan.down(run)
    return run.at_rest or not goal.at_rest


def _title(question: Question) -> str:
    return f"The worst case of {question.quantity} on {question.node.name}"
