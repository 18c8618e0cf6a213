"""At a pending call it makes no difference whether a pod comes before or after EC2 acted.

So the explorer lets pods come after it only. Wherever a daemon waits for EC2, both orders of
acting and serving are made, whatever EC2 answers: they lead to the same states, and violate the
same properties. By induction, a search with both moments would reach no other settled state.
"""

from collections.abc import Iterator

import pytest
from attrs import evolve

from ipam_model.daemon.procedure import Call
from ipam_model.explore.answers import answers
from ipam_model.explore.scope import Scope, small_node
from ipam_model.explore.search import key_of
from ipam_model.explore.vertices import Edge, Moves, Vertex, Waiting
from ipam_model.properties.judging import verdicts_of_state, verdicts_of_step
from ipam_model.properties.registry import Violated
from tests.explore.scopes import SMALL, WARM_IP

pytestmark = pytest.mark.unmeasured

SCOPES = {
    "two pods": SMALL["two pods"],
    "warm": Scope(node=WARM_IP, pods=1, faults=0, restarts=0),
    "scarce": Scope(node=small_node(2, 3, {}, subnet_free=3), pods=1, faults=0, restarts=0),
    "v1.7": evolve(SMALL["v1.7"], restarts=0),
}


def waiting_for_ec2(moves: Moves) -> Iterator[tuple[Vertex, Waiting, Call]]:
    """Every state in which a pod may come at a call, as it was before EC2 acted."""
    begin = moves.begin()
    known, todo = {key_of(begin)}, [begin]
    while todo:
        vertex = todo.pop()
        waiting = vertex.waiting
        if waiting is not None and isinstance(waiting.ask, Call) and moves._serving(vertex):
            # Pods that came since the question was asked have left the daemon's memory in place.
            world = evolve(vertex.world, ec2=waiting.asked[-1].ec2)
            yield evolve(vertex, world=world), waiting, waiting.ask
        for edge in moves.of(vertex):
            key = key_of(edge.to)
            if key not in known:
                known.add(key)
                todo.append(edge.to)


def answered(vertex: Vertex, call: Call, faults: int) -> Iterator[tuple[object, Vertex]]:
    """The state after EC2 acted, by how it failed."""
    for each in answers(call, vertex.world, faults=faults):
        waiting = vertex.waiting
        assert waiting is not None
        last = evolve(waiting.asked[-1], answer=each.answer)
        told = evolve(waiting, asked=(*waiting.asked[:-1], last))
        yield each.fault, evolve(vertex, world=each.world, waiting=told)


def violated(edge: Edge) -> frozenset[str]:
    assert edge.step is not None
    found = [*verdicts_of_step(edge.step), *verdicts_of_state(edge.step.after)]
    return frozenset(name for name, verdict in found if isinstance(verdict, Violated))


@pytest.mark.parametrize("failing", ["call", "pod"])
@pytest.mark.parametrize("name", list(SCOPES))
def test_serving_a_pod_and_acting_of_ec2_commute(name: str, failing: str) -> None:
    moves = Moves(SCOPES[name])
    of_call, of_pod = (1, 0) if failing == "call" else (0, 1)
    compared = 0
    for before, _waiting, call in waiting_for_ec2(moves):
        start = evolve(before, faults=of_pod)
        acts_first = {
            (fault, violated(edge), key_of(edge.to))
            for fault, then in answered(start, call, of_call)
            for edge in moves._pods(then)
        }
        serves_first = {
            (fault, violated(edge), key_of(then))
            for edge in moves._pods(start)
            for fault, then in answered(edge.to, call, of_call)
        }
        assert acts_first == serves_first
        compared += len(acts_first)
    assert compared > 20


def test_where_ec2_acts_on_what_pods_change_it_does_matter() -> None:
    """The comparison sees a difference: a daemon's memory that an answer would change."""
    moves = Moves(SCOPES["two pods"])
    before, _waiting, call = next(iter(waiting_for_ec2(moves)))
    node = before.world.node
    assert node is not None
    ((_, then),) = answered(before, call, 0)
    forgetful = evolve(then, world=evolve(then.world, node=evolve(node, max_pods=1)))
    assert {key_of(edge.to) for edge in moves._pods(then)} != {
        key_of(edge.to) for edge in moves._pods(forgetful)
    }
