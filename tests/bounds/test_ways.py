"""The steps of a counting run, taken again without asking whether they make sense."""

from collections.abc import Callable
from itertools import islice
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipam_model.bounds import Level, Question, ask, nodes_of, plans
from ipam_model.bounds.deadline import UNLIMITED, Deadline
from ipam_model.bounds.reference_run import ReferenceRun
from ipam_model.bounds.runs import CountingRun, Run, Way
from ipam_model.bounds.subject import subject
from ipam_model.limits import InstanceLimits
from tests.bounds.grid import MODES, subject_of
from tests.bounds.test_runs import ENVIRONMENTS, node
from tests.properties.refutation import assert_refuted


def take(run: CountingRun, way: Way) -> None:
    """The steps, in the counting model."""
    for step in way:
        if step > 0:
            run.add(step)
        else:
            run.grow()


@pytest.mark.parametrize(("mode", "every"), [("secondary", 331), ("prefix", 3001)])
def test_a_way_leads_to_where_the_plan_came(mode: str, every: int) -> None:
    followed = 0
    for parameters in islice(MODES[mode](), 0, None, every):
        model = subject_of(parameters).model
        for climb in plans.climbs(subject_of(parameters)):
            led, follower = CountingRun(model), CountingRun(model)
            climb(led)
            if led.way is not None:
                take(follower, led.way)
                assert follower.state == led.state
                assert (follower.steps, follower.way) == (led.steps, led.way)
                followed += bool(led.way)
    assert followed > 20


@pytest.mark.parametrize("env", ENVIRONMENTS, ids=lambda env: ",".join(map("=".join, env.items())))
@pytest.mark.parametrize("instance_type", ["t3.small", "m5.large", "c5.4xlarge"])
def test_the_reference_model_comes_to_the_same(env: dict[str, str], instance_type: str) -> None:
    setup = node(env, instance_type)
    about = subject(Question(quantity="reserved", node=setup))
    climb = next(plans.climbs(about))
    counted = CountingRun(about.model)
    climb(counted)
    assert counted.way
    led = ReferenceRun(about, setup, UNLIMITED)
    climb(led)
    follower = ReferenceRun(about, setup, UNLIMITED)
    follower.follow(counted.way)
    assert follower.pool == led.pool == counted.pool
    assert follower.runner.node == led.runner.node
    assert follower.events <= led.events, "updates that change nothing are spared"


MORE: dict[str, Callable[[Run], object]] = {
    "a pod goes": lambda run: run.delete(1, 0),
    "a pod comes to an ENI": lambda run: run.add(1, 0),
    "a pod comes alone": lambda run: run.add(1, alone=True),
    "time passes": lambda run: run.rest(),
    "the node drains": lambda run: run.drains(),
    "the pool settles": lambda run: run.settle((0,)),
}


@pytest.mark.parametrize("more", MORE.values(), ids=MORE.keys())
def test_a_run_that_does_more_has_no_way(more: Callable[[Run], object]) -> None:
    run = CountingRun(subject(Question(quantity="reserved", node=node(ENVIRONMENTS[1]))).model)
    run.grow()
    run.add(2)
    assert tuple(run.way or ()) == (-9, 2)
    more(run)
    assert run.way is None
    run.add(1)
    run.grow()
    assert run.way is None


def test_a_way_that_leads_elsewhere_costs_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The plans are led step by step then, as on nodes of which the counting model is silent."""
    asked: list[Way] = []

    def nowhere(_run: ReferenceRun, way: Way) -> None:
        asked.append(way)

    monkeypatch.setattr(ReferenceRun, "follow", nowhere)
    found = ask(Question(quantity="reserved", node=node({"WARM_IP_TARGET": "1"})))
    assert asked
    assert found.exact
    assert found.witness is not None
    assert (found.witness.level, found.witness.value) == (Level.REFERENCE, 30)


def test_a_dead_daemon_follows_no_way() -> None:
    setup = node({"WARM_IP_TARGET": "1"})
    run = ReferenceRun(subject(Question(quantity="reserved", node=setup)), setup, UNLIMITED)
    run.alive = False
    run.follow((-1, 1))
    assert run.events == 1


# -- ENIs that are passed over because they are full -------------------------------------------


Move = Callable[[CountingRun], object]


@st.composite
def moves(draw: st.DrawFn) -> Move:
    """A step, or none where its ENI is not there."""
    eni, number = draw(st.integers(0, 3)), draw(st.integers(1, 60))
    kinds: list[Move] = [
        lambda run: run.grow(),
        lambda run: run.add(number),
        lambda run: eni < run.enis and run.add(number, eni),
        lambda run: eni < run.enis and run.add(number, eni, alone=True),
        lambda run: eni < run.enis and run.delete(number, eni),
        lambda run: eni < run.enis and run.thin_out(_to_spare(run, eni, number), eni),
        lambda run: run.release(tuple(range(run.enis))),
        lambda run: run.settle(()),
    ]
    return draw(st.sampled_from(kinds))


def _to_spare(run: CountingRun, eni: int, number: int) -> int:
    return min(number, run.pods(eni) - run.used(eni))


Course = tuple[dict[str, str], InstanceLimits, list[Move]]
COURSES: Final = st.tuples(
    st.sampled_from(ENVIRONMENTS),
    st.builds(InstanceLimits.simple, st.integers(1, 3), st.integers(2, 4)),
    st.lists(moves(), min_size=10, max_size=40),
)


def check_course(course: Course) -> None:
    """A run that passes over full ENIs does what one does that looks at all of them."""
    env, limits, steps = course
    (setup,) = nodes_of([limits], [{"ENABLE_IPv4": "true", **env}], max_pods=200)
    about = subject(Question(quantity="reserved", node=setup))
    hurried, patient = CountingRun(about.model), CountingRun(about.model)
    for step in steps:
        patient._full = 0
        assert step(hurried) == step(patient)
        assert (hurried.state, hurried.steps) == (patient.state, patient.steps)


@given(COURSES)
def test_no_room_is_passed_over(course: Course) -> None:
    check_course(course)


@pytest.mark.parametrize("forgetful", ["delete", "thin_out"])
def test_room_that_is_forgotten_is_noticed(forgetful: str, monkeypatch: pytest.MonkeyPatch) -> None:
    original = getattr(CountingRun, forgetful)

    def wrong(run: CountingRun, pods: int, eni: int) -> object:
        full = run._full
        gone = original(run, pods, eni)
        run._full = full
        return gone

    monkeypatch.setattr(CountingRun, forgetful, wrong)
    assert_refuted(check_course, COURSES, most=5_000)


def test_time_is_looked_at_all_the_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where thousands of pods come and go without a pool update."""
    looks: list[Deadline] = []

    def look(deadline: Deadline) -> None:
        looks.append(deadline)

    monkeypatch.setattr(Deadline, "check", look)
    setup = node({"ENABLE_PREFIX_DELEGATION": "true", "WARM_PREFIX_TARGET": "1"})
    about = subject(Question(quantity="floor", node=setup))
    run = ReferenceRun(about, setup, UNLIMITED)
    next(plans.climbs(about))(run)
    plans.descend(run, 0)
    assert run.pool.assigned == 0
    assert len(looks) >= 2 * run._names > 50, "each pod came, and went"
