"""No run of the reference model passes an upper side, whatever happens and however it chooses.

The witnesses of the bounds are runs that plans lead; these are led by nobody. They share nothing
with the bounds but the question.
"""

import random
from collections import Counter
from collections.abc import Iterator
from typing import Final

import pytest
from attrs import evolve, frozen
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from ipam_model.bounds import Basis, Question, Status, ask, closed_forms
from ipam_model.bounds.pace_question import PaceQuestion, burst_of, outside, paced
from ipam_model.bounds.subject import subject
from ipam_model.choosing import draw_option
from ipam_model.config import Version
from ipam_model.daemon.init import Exited
from ipam_model.daemon.procedure import Call, Choice
from ipam_model.errors import InputError
from ipam_model.limits import InstanceLimits
from ipam_model.nodes import NodeSetup, ample_subnet
from ipam_model.quantities import quantities, reaches_ec2
from ipam_model.requests import OUT_OF_ADDRESSES, Failed
from ipam_model.rules import timing
from ipam_model.state import Pod, PodKey
from ipam_model.theorems.machine import Parameters
from ipam_model.world import Runner, World

BLOCKED: Final = 30
"""Ticks without growth after which none will come."""
LONG: Final = 200_000
"""Milliseconds after which nothing is young, cooling or blocked any more."""


class Undirected(Runner):
    """Takes any option; keeps the most of what is never to be passed."""

    def __init__(self, world: World, draw: random.Random) -> None:
        super().__init__(world)
        self.draw = draw
        self.calls = 0
        self.refused = 0
        self.most: Counter[str] = Counter()
        self.running: list[PodKey] = []
        self.named = 0

    def choose(self, choice: Choice) -> object:
        return draw_option(choice, self.draw)

    def answer(self, ask: Call) -> object:
        self.calls += reaches_ec2(ask.request)
        given = super().answer(ask)
        self.refused += isinstance(given, Failed) and given.code in OUT_OF_ADDRESSES
        self.most["enis"] = max(self.most["enis"], len(self.ec2.enis))
        self.most["reserved"] = max(self.most["reserved"], self.ec2.reserved())
        return given

    def come(self, number: int) -> None:
        for _ in range(number):
            self.named += 1
            key = PodKey(f"p{self.named}")
            if not self.add_pod(Pod(key, key.container)).success:
                return
            self.running.append(key)

    def go(self, number: int) -> None:
        for _ in range(min(number, len(self.running))):
            self.delete_pod(self.running.pop(self.draw.randrange(len(self.running))))

    def happen(self, kind: str, amount: int, peak: int) -> None:
        if kind == "come":
            self.come(min(amount, peak - len(self.running)))
        elif kind == "go":
            self.go(amount)
        elif kind == "tick":
            self.tick()
        elif kind == "pass":
            self.loop_pass()
        else:
            self.advance(1_000 * amount)
        self.most["owned"] = max(self.most["owned"], quantities(self).owned)

    def settle(self) -> bool:
        """Whether nothing comes or goes any more; calls may fail again and again."""
        quiet = 0
        for _ in range(60):
            before = (len(self.ec2.enis), self.ec2.reserved())
            self.loop_pass()
            self.advance(LONG)
            quiet = quiet + 1 if (len(self.ec2.enis), self.ec2.reserved()) == before else 0
            if quiet == 4:
                return True
        return False


@frozen
class Course:
    """A question, and what happens."""

    question: Question
    cordoned: bool
    events: tuple[tuple[str, int], ...]
    left: int
    """Pods at the end, at most."""
    seed: int


targets = st.integers(0, 7).map(str)
amounts = st.sampled_from([1, 1, 2, 3, 16, 29, 31, 61, 200])
kinds = st.sampled_from(["come", "come", "go", "tick", "tick", "pass", "wait"])
happenings = st.tuples(kinds, amounts)


@st.composite
def courses(draw: st.DrawFn) -> Course:
    enis, slots = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    prefixes = draw(st.booleans())
    env = {
        "ENABLE_IPv4": "true",
        "ENABLE_PREFIX_DELEGATION": "true" if prefixes else "false",
        "WARM_ENI_TARGET": draw(st.sampled_from("012")),
        "WARM_PREFIX_TARGET": draw(st.sampled_from(["00", "1", "2", "3"])),
        "IP_COOLDOWN_PERIOD": draw(st.sampled_from(["0", "5", "30", "150"])),
        **draw(
            st.dictionaries(
                st.sampled_from(["WARM_IP_TARGET", "MINIMUM_IP_TARGET", "MAX_ENI"]), targets
            )
        ),
    }
    fit = enis * slots * (16 if prefixes else 1)
    node = NodeSetup(
        name=f"{enis}x{slots + 1}",
        limits=InstanceLimits.simple(enis, slots + 1),
        env=env,
        max_pods=draw(st.integers(0, fit + 2)),
        version=draw(st.sampled_from([Version.V1_23] * 4 + [Version.V1_7])),
    )
    if draw(st.integers(0, 4)) == 0:
        node = evolve(node, subnets=(ample_subnet(draw(st.integers(1, fit + enis))),))
    peak = draw(st.none() | st.integers(0, fit))
    return Course(
        Question(quantity="reserved", node=node, pods=peak, replay_seconds=0),
        draw(st.booleans()),
        tuple(draw(st.lists(happenings, min_size=5, max_size=40))),
        draw(st.sampled_from([0, 0, 1, fit])),
        draw(st.integers(0, 2**32)),
    )


@settings(max_examples=200)
@given(courses())
def test_no_course_of_events_passes_an_upper_side(course: Course) -> None:
    asked = course.question
    try:
        about = subject(asked)
    except InputError:
        assume(False)
        raise
    for told in _refute(course, about.parameters.peak):
        event(told)


def _refute(course: Course, peak: int) -> Iterator[str]:
    """What was compared; fails where something is passed."""
    asked, node = course.question, course.question.node
    runner = Undirected(node.world(), random.Random(course.seed))
    if isinstance(runner.start(), Exited):
        yield "does not start"
        return
    for kind, amount in course.events:
        runner.happen(kind, amount, peak)
    runner.most["overshoot"] = max(runner.most["owned"] - node.max_pods, 0)
    for name, seen in runner.most.items():
        yield _not_passed(evolve(asked, quantity=name), seen)

    runner.cordoned = course.cordoned and course.left == 0
    runner.go(len(runner.running) - course.left)
    if not runner.settle():
        yield "never rests"
        return
    found = quantities(runner)
    owned, pods = found.owned, found.assigned
    at_rest = {"reserved-after-churn": found.reserved, "idle": owned - pods}
    if not runner.cordoned:
        for name, seen in at_rest.items():
            yield _not_passed(evolve(asked, quantity=name, pods_now=pods), seen)
    if pods == 0:
        floor = evolve(asked, quantity="floor", cordoned=runner.cordoned)
        yield _not_passed(floor, found.reserved)


@settings(max_examples=100)
@given(courses(), st.integers(1, 70))
def test_no_burst_passes_an_upper_side(course: Course, coming: int) -> None:
    asked = course.question
    try:
        peak = subject(asked).parameters.peak
    except InputError:
        assume(False)
        raise
    assume(not outside(asked))
    runner = Undirected(asked.node.world(), random.Random(course.seed))
    assume(not isinstance(runner.start(), Exited))
    for kind, amount in course.events:
        runner.happen(kind, amount, peak)
    runner.go(len(runner.running) - course.left)
    assume(runner.settle())
    for told in _burst(runner, paced(evolve(asked, pods_now=len(runner.running))), coming):
        event(told)


def _with_subnet_of(question: Question, free: int) -> Question:
    return evolve(question, node=evolve(question.node, subnets=(ample_subnet(free),)))


@settings(max_examples=100)
@given(courses())
def test_a_subnet_with_all_that_is_ever_reserved_refuses_no_call(course: Course) -> None:
    """The step on paper from subnets that never run out to those that do not for this node."""
    asked = evolve(course.question, node=evolve(course.question.node, version=Version.V1_23))
    asked = _with_subnet_of(asked, ample_subnet().free)
    try:
        about = subject(asked)
    except InputError:
        assume(False)
        raise
    assume(not about.obstacles)
    enough = _with_subnet_of(asked, closed_forms.ever(about.parameters).reserved)
    runner = Undirected(enough.node.world(), random.Random(course.seed))
    assume(not isinstance(runner.start(), Exited))
    for kind, amount in course.events:
        runner.happen(kind, amount, about.parameters.peak)
    runner.go(len(runner.running) - course.left)
    event(f"rests: {runner.settle()}")
    event("all was taken" if runner.ec2.subnets[0].free == 0 else "some was left")
    assert runner.refused == 0


FILLING: Final = (("come", 4), ("tick", 1), ("wait", 40)) * 6


@pytest.mark.parametrize(("free", "refused"), [(8, False), (7, True)])
def test_a_subnet_with_one_less_refuses_one_and_no_theorem_is_claimed(
    free: int, refused: bool
) -> None:
    """It rests with its growth refused: of such a rest only the subnet is known to be a bound."""
    node = NodeSetup(
        name="3x4",
        limits=InstanceLimits.simple(3, 4),
        env={"ENABLE_IPv4": "true", "WARM_IP_TARGET": "2"},
        max_pods=29,
    )
    asked = _with_subnet_of(Question(quantity="reserved-after-churn", node=node, pods=4), free)
    assert closed_forms.ever(subject(asked).parameters).reserved == 8
    runner = Undirected(asked.node.world(), random.Random(1))
    runner.start()
    for kind, amount in FILLING:
        runner.happen(kind, amount, 4)
    assert runner.settle()
    assert bool(runner.refused) is refused
    found = ask(evolve(asked, pods_now=len(runner.running)))
    assert found.proof is not None
    assert (found.proof.basis is Basis.LIMITS) is refused
    assert any("may run out" in each for each in found.assumptions) is refused
    assert found.upper is not None
    assert quantities(runner).reserved <= found.upper
    fewer = ask(evolve(asked, pods_now=1))
    assert fewer.lower == 5
    assert (fewer.status, fewer.upper) == ((Status.UPPER, 7) if refused else (Status.EXACT, 5))


def _burst(runner: Undirected, question: PaceQuestion, coming: int) -> Iterator[str]:
    """Pods come at once to a node at rest, as `bound-pace.md` has it."""
    asked = evolve(question, burst=coming, quantity="unserved")
    wanted = burst_of(asked).wanted
    runner.advance(timing.RECONCILE_INTERVAL + timing.LOOP_SLEEP)
    runner.tick()
    before = runner.calls
    ticks = vain = 0
    runner.come(wanted - len(runner.running))
    while len(runner.running) < wanted and vain < BLOCKED:
        runner.advance(timing.LOOP_SLEEP)
        runner.reconcile()
        runner.advance(timing.LOOP_SLEEP)
        owned = quantities(runner).owned
        runner.tick()
        ticks += 1
        vain = vain + 1 if quantities(runner).owned == owned else 0
        runner.come(wanted - len(runner.running))
    waiting = wanted - len(runner.running)
    yield _not_passed(asked, waiting)
    if waiting == 0:
        yield _not_passed(evolve(asked, quantity="ticks-to-serve"), ticks, known=False)
    if runner.settle():
        yield _not_passed(evolve(asked, quantity="ec2-calls"), runner.calls - before, known=False)


def _not_passed(question: Question, seen: int, *, known: bool = True) -> str:
    upper = ask(question).upper
    if upper is None:
        assert not known, "each of the others has an upper side"
        return f"{question.quantity}: unknown"
    assert seen <= upper
    return f"{question.quantity}: {'reached' if seen == upper else 'below'}"


def _too_low(parameters: Parameters[int, bool]) -> closed_forms.Most:
    most = REAL(parameters)
    return most._replace(reserved=most.reserved - 1)


REAL: Final = closed_forms.ever


def test_an_upper_side_that_is_too_low_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    node = NodeSetup(
        name="3x4",
        limits=InstanceLimits.simple(3, 4),
        env={"ENABLE_IPv4": "true", "WARM_IP_TARGET": "1"},
        max_pods=11,
    )
    asked = Question(quantity="reserved", node=node, replay_seconds=0)
    filled = Course(asked, False, (("come", 9), ("tick", 1)) * 9, 0, 1)
    assert "reserved: reached" in _refute(filled, 9)
    monkeypatch.setattr(closed_forms, "ever", _too_low)
    with pytest.raises(AssertionError, match="12 <= "):
        list(_refute(filled, 9))
