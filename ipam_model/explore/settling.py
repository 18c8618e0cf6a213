"""Does the node settle when nothing disturbs it, and if not, in which loop is it caught?

Looked at are the undisturbed steps of the loop only: pods stay, calls succeed, nobody restarts the
daemon. A state is *at rest* if from there on nothing is attached, assigned or given back any more,
whatever the daemon chooses. The node *always settles* if no loop of undisturbed steps changes
anything: then every run without disturbances comes to rest, because states are finitely many. It
*may settle* from a state if some choices lead to rest. A loop that choices can leave is a loop all
the same: nothing says that the daemon, which follows Go's map order, will ever make them.
"""

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from attrs import frozen

from ipam_model.errors import ModelError
from ipam_model.explore.moves import Move
from ipam_model.explore.search import Exploration, KeyOf, Quiet, key_of
from ipam_model.explore.vertices import Moves, Vertex
from ipam_model.properties import evidence
from ipam_model.properties.judging import explanations
from ipam_model.properties.registry import Finding
from ipam_model.world import World

Graph = Sequence[Sequence[Quiet]]


@frozen(kw_only=True)
class Lasso:
    """A loop that changes something for ever, and a shortest way into it."""

    stem: tuple[Move, ...]
    loop: tuple[Move, ...]
    findings: tuple[Finding, ...] = ()
    """The known findings that explain it."""

    @property
    def known(self) -> bool:
        """Whether a finding explains it."""
        return bool(self.findings)


RESTS: Final = "P-L1"
"""The property that an undisturbed node comes to rest."""


@frozen(kw_only=True)
class Settling:
    """Where an undisturbed node ends up."""

    at_rest: int
    """States from which nothing changes any more."""
    restless: int
    """States from which some choices lead into a loop that changes something for ever."""
    caught: int
    """States from which no choices lead to rest."""
    lasso: Lasso | None
    """The loop that is reached first, if there is one."""

    @property
    def always(self) -> bool:
        """Every undisturbed run comes to rest."""
        return self.lasso is None

    @property
    def maybe(self) -> bool:
        """From every state some undisturbed run comes to rest."""
        return self.caught == 0


def settling(exploration: Exploration, key: KeyOf = key_of) -> Settling:
    """What becomes of every state; `ModelError` if the exploration is not exhaustive."""
    if not exploration.exhausted:
        raise ModelError("a search that was cut short does not show whether the node settles")
    found = _fates(exploration.quiet)
    first = min(found.in_loop, default=None)
    lasso = None if first is None else _lasso(exploration, found.component, first, key)
    return Settling(
        at_rest=len(found.at_rest),
        restless=len(found.restless),
        caught=len(found.caught),
        lasso=lasso,
    )


@frozen(kw_only=True)
class _Fates:
    component: Sequence[int]
    in_loop: Sequence[int]
    at_rest: Sequence[int]
    restless: Collection[int]
    caught: Sequence[int]


def _fates(graph: Graph) -> _Fates:
    component = components(graph)
    busy = {
        component[state]
        for state, steps in enumerate(graph)
        for step in steps
        if step.changes and component[step.to] == component[state]
    }
    in_loop = [state for state in range(len(graph)) if component[state] in busy]
    backward: list[list[int]] = [[] for _ in graph]
    for state, steps in enumerate(graph):
        for step in steps:
            backward[step.to].append(state)
    changing = [s for s, steps in enumerate(graph) if any(step.changes for step in steps)]
    not_at_rest = _closure(changing, backward)
    # A state without undisturbed steps, the daemon being down, is not at rest but on its way.
    at_rest = [s for s, steps in enumerate(graph) if steps and s not in not_at_rest]
    may_rest = _closure(at_rest, backward)
    return _Fates(
        component=component,
        in_loop=in_loop,
        at_rest=at_rest,
        restless=_closure(in_loop, backward),
        caught=[s for s, steps in enumerate(graph) if steps and s not in may_rest],
    )


def verdict_of_choices(graph: Graph) -> str:
    """`always`, `sometimes` (from every state some choices lead to rest) or `not`."""
    fates = _fates(graph)
    if not fates.in_loop:
        return "always"
    return "not" if fates.caught else "sometimes"


def _closure(sources: Sequence[int], onward: Sequence[Sequence[int]]) -> set[int]:
    found = set(sources)
    todo = list(sources)
    while todo:
        for state in onward[todo.pop()]:
            if state not in found:
                found.add(state)
                todo.append(state)
    return found


def components(graph: Graph) -> list[int]:
    """The strongly connected component of every state (Tarjan, without recursion)."""
    index = [-1] * len(graph)
    low = [0] * len(graph)
    component = [-1] * len(graph)
    stack: list[int] = []
    counter = found = 0
    for root in range(len(graph)):
        if index[root] >= 0:
            continue
        work: list[tuple[int, Iterator[Quiet]]] = [(root, iter(graph[root]))]
        index[root] = low[root] = counter
        counter += 1
        stack.append(root)
        while work:
            state, steps = work[-1]
            for step in steps:
                to = step.to
                if index[to] < 0:
                    index[to] = low[to] = counter
                    counter += 1
                    stack.append(to)
                    work.append((to, iter(graph[to])))
                    break
                if component[to] < 0:
                    low[state] = min(low[state], index[to])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[state])
                if low[state] == index[state]:
                    while component[state] < 0:
                        component[stack.pop()] = found
                    found += 1
    return component


def _lasso(exploration: Exploration, component: Sequence[int], entry: int, key: KeyOf) -> Lasso:
    """The shortest loop through `entry` that changes something."""
    graph = exploration.quiet
    inside = component[entry]
    # States twice: before and after the first change.
    begin, end = (entry, False), (entry, True)
    came: dict[tuple[int, bool], tuple[int, bool]] = {}
    todo = deque([begin])
    while todo and end not in came:
        here = todo.popleft()
        for step in graph[here[0]]:
            there = (step.to, here[1] or step.changes)
            if component[step.to] == inside and there not in came:
                came[there] = here
                todo.append(there)
    states: list[int] = []
    here = end
    while True:
        states.append(here[0])
        here = came[here]
        if here == begin:
            break
    stem = exploration.path(entry)
    loop, worlds = _retrace(
        exploration, stem, [exploration.keys[each] for each in reversed(states)], key
    )
    left_alone = evidence.Quiet(begin=worlds[0], course=worlds, passes=0, steps=(), later=())
    return Lasso(stem=stem, loop=loop, findings=explanations(RESTS, left_alone))


def _retrace(
    exploration: Exploration, stem: Sequence[Move], keys: Sequence[object], key: KeyOf
) -> tuple[tuple[Move, ...], tuple[World, ...]]:
    """The moves through states of these keys, and their worlds.

    Merged states have other names, so the moves are looked for anew.
    """
    moves = Moves(exploration.scope)
    here = moves.begin()
    for move in stem:
        here = next(edge.to for edge in moves.of(here) if edge.move == move)
    found: list[Move] = []
    worlds: list[World] = []
    for wanted in keys:
        move, here = _undisturbed(moves, here, wanted, key)
        found.append(move)
        worlds.append(here.world)
    return tuple(found), tuple(worlds)


def _undisturbed(moves: Moves, here: Vertex, wanted: object, key: KeyOf) -> tuple[Move, Vertex]:
    for edge in moves.of(here):
        if edge.quiet and key(edge.to) == wanted:
            return edge.move, edge.to
    raise ModelError("a step of the loop is not there any more: two different states have one key")
