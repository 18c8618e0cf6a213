"""Standing between a procedure and whoever answers it: other answers, and questions never asked."""

from collections.abc import Callable

from ipam_model.daemon.procedure import Ask, Call, Procedure, T
from ipam_model.requests import DONE, Request


def with_answers(procedure: Procedure[T], change: Callable[[Ask, object], object]) -> Procedure[T]:
    """The procedure as it runs if every answer is changed before it sees it."""
    try:
        ask = next(procedure)
        while True:
            answer, node, now = yield ask
            ask = procedure.send((change(ask, answer), node, now))
    except StopIteration as stop:
        result: T = stop.value
        return result


def with_the_old_node(procedure: Procedure[T], *kinds: type[Request[object]]) -> Procedure[T]:
    """The procedure as it runs if after requests of these kinds it goes on with the node before.

    Whatever happened meanwhile is lost.
    """
    try:
        ask = next(procedure)
        while True:
            answer, node, now = yield ask
            if isinstance(ask, Call) and isinstance(ask.request, kinds):
                node = ask.node
            ask = procedure.send((answer, node, now))
    except StopIteration as stop:
        result: T = stop.value
        return result


def without_asking(
    procedure: Procedure[T], now: int, *kinds: type[Request[object]]
) -> Procedure[T]:
    """The procedure as it runs if it takes requests of these kinds for granted, unasked."""
    try:
        ask = next(procedure)
        while True:
            if isinstance(ask, Call) and isinstance(ask.request, kinds):
                ask = procedure.send((DONE, ask.node, now))
                continue
            answer, node, now = yield ask
            ask = procedure.send((answer, node, now))
    except StopIteration as stop:
        result: T = stop.value
        return result
