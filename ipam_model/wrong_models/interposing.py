"""Standing between a procedure and whoever answers it."""

from collections.abc import Callable
from typing import TypeAlias

from ipam_model.daemon.procedure import Ask, Call, Procedure, Resumption, T
from ipam_model.requests import DONE, Request

Asking: TypeAlias = Callable[[Ask], Procedure[Resumption]]
"""How a question comes to what the procedure goes on with: asked or not, the answer as it is or
another."""


def with_answers(procedure: Procedure[T], change: Callable[[Ask, object], object]) -> Procedure[T]:
    """The procedure as it runs if every answer is changed before it sees it."""

    def asking(ask: Ask) -> Procedure[Resumption]:
        answer, node, now = yield ask
        return change(ask, answer), node, now

    return _interposed(procedure, asking)


def with_the_old_node(procedure: Procedure[T], *kinds: type[Request[object]]) -> Procedure[T]:
    """The procedure as it runs if after requests of these kinds it goes on with the node before.

    Whatever happened meanwhile is lost.
    """

    def asking(ask: Ask) -> Procedure[Resumption]:
        answer, node, now = yield ask
        return answer, ask.node if _is_request(ask, kinds) else node, now

    return _interposed(procedure, asking)


def without_asking(
    procedure: Procedure[T], now: int, *kinds: type[Request[object]]
) -> Procedure[T]:
    """The procedure as it runs if it takes requests of these kinds for granted, unasked."""

    def asking(ask: Ask) -> Procedure[Resumption]:
        if _is_request(ask, kinds):
            return DONE, ask.node, now
        return (yield ask)

    return _interposed(procedure, asking)


def _interposed(procedure: Procedure[T], asking: Asking) -> Procedure[T]:
    """The procedure as it runs if this is how its questions are asked."""
    try:
        ask = next(procedure)
        while True:
            resumption = yield from asking(ask)
            ask = procedure.send(resumption)
    except StopIteration as stop:
        result: T = stop.value
        return result


def _is_request(ask: Ask, kinds: tuple[type[Request[object]], ...]) -> bool:
    return isinstance(ask, Call) and isinstance(ask.request, kinds)
