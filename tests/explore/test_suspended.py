"""What a suspended procedure still depends on is read off its text, and nothing is overlooked."""

import inspect
import pkgutil
from collections.abc import Generator, Iterator
from importlib import import_module
from typing import Any

import pytest

import ipam_model.daemon
from ipam_model.errors import ModelError
from ipam_model.explore.suspended import frames, reading, still_read

Asking = Generator[str, int, Any]


def ask(text: str) -> Asking:
    answer = yield text
    return answer


def straight(a: int, b: int) -> Asking:
    c = a + b
    first = yield from ask("first")
    a = 0
    second = yield from ask("second")
    return first + second + c + a


def branches(a: int, b: int, c: int) -> Asking:
    answer = yield from ask("which")
    if answer:
        return a
    while answer < b:
        answer = yield from ask("more")
    return c


def loops(items: tuple[int, ...], unread: int) -> Asking:
    total = 0
    for item in items:
        if item == unread:
            continue
        total += item
        yield from ask("each")
    return total


def live_at(procedure: Asking) -> list[dict[str, object]]:
    return [dict(frame.live) for frame in frames(procedure)]


def test_a_value_is_live_until_it_is_read_for_the_last_time_or_overwritten() -> None:
    procedure = straight(1, 2)
    next(procedure)
    assert live_at(procedure) == [{"c": 3}, {}]
    procedure.send(5)
    assert live_at(procedure) == [{"a": 0, "c": 3, "first": 5}, {}]


def test_a_value_is_live_if_any_branch_reads_it() -> None:
    procedure = branches(1, 2, 3)
    next(procedure)
    assert live_at(procedure)[0] == {"a": 1, "b": 2, "c": 3}
    procedure.send(0)
    assert live_at(procedure)[0] == {"b": 2, "c": 3}


def test_a_loop_keeps_what_it_goes_through_and_how_far_it_is() -> None:
    procedure = loops((4, 5), 9)
    next(procedure)
    assert live_at(procedure)[0] == {"items": (4, 5), "item": 4, "total": 4, "unread": 9}
    procedure.send(0)
    assert live_at(procedure)[0] == {"items": (4, 5), "item": 5, "total": 9, "unread": 9}


def half_evaluated(a: int) -> Asking:
    return a + (yield from ask("inside"))


def changing_loop(items: tuple[int, ...]) -> Asking:
    for _item in reversed(items):
        items = yield from ask("changes what it goes through")


def reassigned(items: tuple[int, ...]) -> Asking:
    for item in items:
        item = yield from ask("loses how far it is")  # noqa: PLW2901 - that is what is wrong here
        assert item


def protected(a: int) -> Asking:
    try:
        yield from ask("in a try")
    finally:
        assert a


@pytest.mark.parametrize("hiding", [half_evaluated, changing_loop, reassigned, protected])
def test_a_form_that_hides_something_is_refused(hiding: Any) -> None:  # noqa: ANN401 - any generator
    with pytest.raises(ModelError):
        reading(hiding.__code__)


def test_waiting_for_something_else_is_refused() -> None:
    def strange() -> Asking:
        yield from iter(["no procedure"])

    procedure = strange()
    next(procedure)
    with pytest.raises(ModelError, match="waits for"):
        list(frames(procedure))
    with pytest.raises(ModelError, match="does not ask in line 1"):
        still_read(straight.__code__, 1)


PODS_ONLY = {"ipam_model.daemon.article.pods.add"}
"""Procedures of pods: they are never suspended in an exploration."""


def procedures() -> Iterator[Any]:
    for module in pkgutil.walk_packages(ipam_model.daemon.__path__, "ipam_model.daemon."):
        for function in vars(import_module(module.name)).values():
            if inspect.isgeneratorfunction(function) and function.__module__ == module.name:
                name = f"{module.name}.{function.__name__}"
                if name not in PODS_ONLY:
                    yield pytest.param(function, id=name.removeprefix("ipam_model.daemon."))


@pytest.mark.parametrize("procedure", list(procedures()))
def test_every_procedure_of_the_daemon_keeps_to_the_form(procedure: Any) -> None:  # noqa: ANN401 - the same
    for question in reading(procedure.__code__):
        # Time and memory come anew with every answer.
        assert not {"now", "node"} & question.live
