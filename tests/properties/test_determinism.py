"""A procedure is a function of its arguments and the answers: told the same, it asks the same."""

from collections.abc import Callable
from typing import TypeVar

import pytest
from attrs import frozen
from hypothesis import event, given

from ipam_model.config import Config
from ipam_model.daemon import cleanup, growth, init, pods, pool, reconcile
from ipam_model.daemon.procedure import Ask, Choice, Procedure
from ipam_model.requests import WriteCheckpoint
from ipam_model.rules.timing import SECOND
from ipam_model.state import Node, Pod, PodKey
from ipam_model.testing.nodes import several
from ipam_model.testing.stories import stories
from ipam_model.testing.story import Story
from ipam_model.testing.telling import Teller, told
from tests.rules.scenes import cidr, make_config, make_eni, make_node, make_store, placed, single

T = TypeVar("T")
Make = Callable[[], Procedure[object]]


@frozen
class Said:
    """One question as text and value, and what it was answered with."""

    asked: object
    answer: object
    node: Node
    now: int


def shown(ask: Ask) -> object:
    """A question as a value: checkpoints and lazy options have no equality of their own."""
    if isinstance(ask, Choice):
        return ("choice", ask.rule, ask.node, tuple(ask.options), ask.live, ask.locked)
    request = ask.request
    if isinstance(request, WriteCheckpoint):
        return ("write", ask.rule, ask.node, request.card, tuple(sorted(request.holdings.items())))
    return ("call", ask.rule, ask.node, request)


def recorded(teller: Teller, procedure: Procedure[T]) -> tuple[list[Said], T]:
    """The conversation of a procedure with the world, and its result."""
    said: list[Said] = []
    try:
        ask = next(procedure)
        while True:
            teller.node = ask.node
            answer = teller.choose(ask) if isinstance(ask, Choice) else teller.answer(ask)
            said.append(Said(shown(ask), answer, ask.node, teller.now))
            ask = procedure.send((answer, ask.node, teller.now))
    except StopIteration as stop:
        result: T = stop.value
        return said, result


def replayed(said: list[Said], procedure: Procedure[T]) -> T:
    """The procedure again, told the same; it must ask the same."""
    position = 0
    try:
        ask = next(procedure)
        while True:
            assert position < len(said), f"asks one more time: {ask.rule}"
            assert shown(ask) == said[position].asked
            told_before = said[position]
            position += 1
            ask = procedure.send((told_before.answer, told_before.node, told_before.now))
    except StopIteration as stop:
        assert position == len(said), "asks fewer times"
        result: T = stop.value
        return result


def check_twice(teller: Teller, make: Make) -> int:
    """Record once, replay twice; how many questions there were."""
    said, result = recorded(teller, make())
    assert replayed(said, make()) == result
    assert replayed(said, make()) == result
    return len(said)


def procedures(teller: Teller) -> dict[str, Make]:
    """Every procedure of the daemon on its present memory."""
    config, node, now = teller.config, teller.memory(), teller.now
    return {
        "start": lambda: init.start(config, now),
        "tick": lambda: pool.update_pool(config, node, now),
        "reconcile": lambda: reconcile.reconcile(config, node, now),
        "add": lambda: pods.add(config, node, now, Pod(PodKey("new"), name="ns/new")),
        "add on every card": lambda: pods.add(
            config, node, now, Pod(PodKey("new"), name="ns/new"), multi=True
        ),
        "wait for a trunk": lambda: pool.await_trunk(config, node, now),
        "delete": lambda: pods.delete(config, node, now, PodKey("p1")),
        "clean-ups": lambda: cleanup.run_due_cleanups(config, node, now + 5 * SECOND),
    }


@given(stories(config=several(), sparse=(False, True)))
def test_R196_a_procedure_is_a_function_of_its_arguments_and_answers(story: Story) -> None:
    teller = told(story)
    if teller.node is None:
        return
    world = teller.world
    for name in procedures(teller):
        fresh = Teller(world, story.choices)
        questions = check_twice(fresh, procedures(fresh)[name])
        event(f"{name}: {'no' if questions == 0 else 'some'} questions")


def test_a_procedure_with_a_memory_of_its_own_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    original = growth.enis_frozen

    def every_other_time(config: Config, node: Node, now: int) -> Procedure[tuple[bool, Node, int]]:
        asked.append(1)
        suppressed, node, now = yield from original(config, node, now)
        return suppressed or len(asked) % 2 == 0, node, now

    monkeypatch.setattr(growth, "enis_frozen", every_other_time)
    teller = growing_daemon()
    with pytest.raises(AssertionError):
        check_twice(teller, procedures(teller)["tick"])


def growing_daemon() -> Teller:
    """A running daemon whose pool is low."""
    full = make_eni("eni-1", *(cidr(single(n), f"p{n}") for n in range(3)))
    scene = placed(make_config(addresses=4), make_node(make_store(full)), 10**6)
    return Teller(scene.world)
