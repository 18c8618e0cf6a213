"""What is judged on every way and what by one, and that telling histories apart decides all."""

from collections import deque
from collections.abc import Hashable

import pytest
from attrs import evolve

from ipam_model.explore.history import verdicts_of_runs
from ipam_model.explore.report import judged_on_every_way, not_judged, one_way_only, report_on
from ipam_model.explore.scope import Scope
from ipam_model.explore.search import explore, key_of
from ipam_model.explore.vertices import Edge, Moves, Vertex
from ipam_model.properties.judging import (
    verdicts_of_questions,
    verdicts_of_state,
    verdicts_of_step,
)
from ipam_model.properties.registry import RUN, Violated, all_properties
from ipam_model.rules import timing
from tests.explore.scopes import SMALL, TINY

pytestmark = pytest.mark.unmeasured

Patch = pytest.MonkeyPatch


def violated(vertex: Vertex, edge: Edge) -> frozenset[str]:
    """What a move violates."""
    found = [] if edge.questions is None else [*verdicts_of_questions(edge.questions)]
    if edge.step is not None:
        found += [*verdicts_of_step(edge.step), *verdicts_of_state(edge.step.after)]
        if vertex.memories is not None:
            found += verdicts_of_runs(vertex.memories, edge.step)
    return frozenset(name for name, verdict in found if isinstance(verdict, Violated))


def judgements(moves: Moves, vertex: Vertex) -> dict[Hashable, set[frozenset[str]]]:
    """By where moves lead, histories aside: what they violate."""
    found: dict[Hashable, set[frozenset[str]]] = {}
    for edge in moves.of(vertex):
        to = type(edge.move), key_of(evolve(edge.to, memories=None))
        found.setdefault(to, set()).add(violated(vertex, edge))
    return found


def merged_alike(scope: Scope) -> tuple[int, set[str]]:
    """How many mergers there are, and which properties judge the merged ways differently."""
    moves = Moves(scope)
    begin = moves.begin()
    known, todo = {key_of(begin): begin}, deque([begin])
    count, different = 0, set[str]()
    while todo:
        for edge in moves.of(todo.popleft()):
            first = known.setdefault(key_of(edge.to), edge.to)
            if first is edge.to:
                todo.append(first)
                continue
            count += 1
            ours, theirs = judgements(moves, first), judgements(moves, edge.to)
            assert ours.keys() == theirs.keys()
            for to, verdicts in ours.items():
                different |= frozenset().union(*verdicts) ^ frozenset().union(*theirs[to])
    return count, different


@pytest.mark.parametrize("name", ["scarce", "tiny restart"])
def test_with_histories_merged_ways_are_judged_alike(name: str) -> None:
    scopes = {"scarce": SMALL["scarce"], "tiny restart": evolve(TINY, restarts=1)}
    count, different = merged_alike(evolve(scopes[name], histories=True))
    assert count > 100
    assert not different


def test_without_histories_only_listed_properties_could_differ() -> None:
    scope = SMALL["two pods"]
    count, different = merged_alike(scope)
    assert count > 100
    assert different <= set(one_way_only(scope))


def test_every_property_is_in_one_list() -> None:
    for scope in (TINY, evolve(TINY, histories=True)):
        lists = (judged_on_every_way(scope), one_way_only(scope), not_judged(scope))
        assert sorted(name for each in lists for name in each) == sorted(all_properties())
    assert {*RUN} <= {*judged_on_every_way(evolve(TINY, histories=True))}
    assert "P-L3-refused" in judged_on_every_way(TINY)
    assert "I14" in one_way_only(TINY)


def test_histories_do_not_change_what_is_reached() -> None:
    plain = explore(SMALL["scarce"])
    told_apart = explore(evolve(SMALL["scarce"], histories=True))
    assert told_apart.exhausted
    between = {key[:4] for key in told_apart.keys if isinstance(key, tuple) and len(key) == 5}
    assert between == {key for key in plain.keys if isinstance(key, tuple) and len(key) == 4}
    assert told_apart.states > plain.states
    one, other = report_on(plain).settling, report_on(told_apart).settling
    assert one is not None
    assert other is not None
    assert one.always == other.always


def test_a_property_of_runs_is_judged_with_histories_only(monkeypatch: Patch) -> None:
    """Cooling addresses that are given again at once."""
    monkeypatch.setattr(timing, "cooling", lambda *_: False, raising=True)
    found = report_on(explore(evolve(TINY, histories=True))).unexplained
    assert "I5" in {each.of for each in found}
    assert "I5" not in report_on(explore(TINY)).exploration.violated
