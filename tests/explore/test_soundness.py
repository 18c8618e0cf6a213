"""Equal keys have equal futures, up to renaming, and no state is missed.

Wherever two paths lead to one key, the moves out of both ends lead to the same keys: checked for
every merger of some small scopes, and for drawn ones of a larger scope. Against missing states
stands an enumeration without merging or renaming, and a daemon driven by other code.
"""

from collections import deque
from collections.abc import Callable, Hashable, Iterator

import pytest
from attrs import evolve, frozen
from hypothesis import event, given
from hypothesis import strategies as st

from ipam_model.daemon.procedure import Call, Choice
from ipam_model.ec2 import Fault
from ipam_model.explore import suspended, vertices
from ipam_model.explore.answers import FAILURES, answers
from ipam_model.explore.scope import Scope
from ipam_model.explore.search import Budget, KeyOf, explore, key_of
from ipam_model.explore.vertices import Moves, Turn, Vertex, newcomer
from ipam_model.explore.world_key import WorldKey
from ipam_model.requests import Code, Request
from ipam_model.world import CrashedError, Runner
from tests.explore.scopes import SMALL, TINY, WARM_IP

pytestmark = pytest.mark.unmeasured

Merger = tuple[Vertex, Vertex]


def mergers(scope: Scope, key: KeyOf = key_of) -> Iterator[Merger]:
    """Every two states that the search takes for one."""
    moves = Moves(scope)
    begin = moves.begin()
    known = {key(begin): begin}
    todo = deque([begin])
    while todo:
        for edge in moves.of(todo.popleft()):
            found = known.setdefault(key(edge.to), edge.to)
            if found is edge.to:
                todo.append(edge.to)
            else:
                yield found, edge.to


def future(moves: Moves, vertex: Vertex, key: KeyOf) -> set[Hashable]:
    """What can come next, without names."""
    return {(type(edge.move), edge.quiet, edge.changes, key(edge.to)) for edge in moves.of(vertex)}


def check_mergers(scope: Scope, key: KeyOf = key_of) -> int:
    """The number of mergers; `AssertionError` if one is wrong."""
    moves, count = Moves(scope), 0
    for one, other in mergers(scope, key):
        assert future(moves, one, key) == future(moves, other, key)
        count += 1
    return count


# Not of `warm`: there an order of released CIDRs that does not matter is told apart, so that equal
# states may lead to states which are equal but for that order. Two pods are part of three.
@pytest.mark.parametrize("name", [each for each in SMALL if each not in ("warm", "two pods")])
def test_equal_keys_have_equal_futures(name: str) -> None:
    assert check_mergers(SMALL[name]) > 100


# -- broken keys are noticed ---------------------------------------------------------------------

Patch = pytest.MonkeyPatch


def no_ages(patch: Patch) -> None:
    patch.setattr(WorldKey, "_age", lambda *_: 0)


def no_releases(patch: Patch) -> None:
    patch.setattr(WorldKey, "_left", lambda *_: -1)


def no_ec2(patch: Patch) -> None:
    patch.setattr(WorldKey, "_in_ec2", staticmethod(lambda *_: 0))


def no_pods(patch: Patch) -> None:
    patch.setattr(WorldKey, "_pods", lambda _self: ())


def all_pods_regular(patch: Patch) -> None:
    patch.setattr(WorldKey, "_holder", lambda *_: (True,))
    patch.setattr(WorldKey, "_pods", lambda _self: ())


def nothing_live(patch: Patch) -> None:
    patch.setattr(suspended, "still_read", lambda *_: ())


def no_values(patch: Patch) -> None:
    patch.setattr(WorldKey, "value", lambda *_: ())


BROKEN = {
    no_ages: "flapping",
    no_releases: "warm",
    no_ec2: "warm",
    no_pods: "restarts",
    all_pods_regular: "restarts",
    nothing_live: "warm",
    no_values: "faults",
}


@pytest.mark.parametrize(("broken", "name"), BROKEN.items(), ids=[e.__name__ for e in BROKEN])
def test_a_broken_key_is_noticed(
    broken: Callable[[Patch], None], name: str, monkeypatch: Patch
) -> None:
    broken(monkeypatch)
    with pytest.raises(AssertionError):
        check_mergers(SMALL[name])


# -- a larger scope, drawn -----------------------------------------------------------------------

LARGE = Scope(node=WARM_IP, pods=3, faults=1, restarts=1)


@frozen
class Walk:
    """Moves, each by its number."""

    numbers: tuple[int, ...]


@given(st.builds(Walk, st.lists(st.integers(0, 30), min_size=3, max_size=25).map(tuple)))
def test_a_disguised_state_has_the_same_key_and_future(walk: Walk) -> None:
    """The same state at another time, with other names, reached in a walk."""
    moves = Moves(LARGE)
    here = moves.begin()
    for number in walk.numbers:
        edges = list(moves.of(here))
        here = edges[number % len(edges)].to
    if here.waiting is not None:
        event("a procedure waits")
        return
    other = disguised(here)
    assert key_of(other) == key_of(here)
    assert future(moves, other, key_of) == future(moves, here, key_of)


def disguised(vertex: Vertex) -> Vertex:
    """Later, with other addresses for what is on the ENIs, and other names for pods and ENIs."""
    from tests.properties.disguise import Disguise, in_order

    disguise = Disguise(eni=in_order, pod_prefix="z", offset=2**17, shift=86_400_000, saturate=True)
    world = disguise.world(vertex.world)
    return Vertex(world, vertex.turn, vertex.faults, vertex.restarts)


# -- nothing is missed ---------------------------------------------------------------------------


def paths(scope: Scope, most: int) -> set[Hashable]:
    """The keys of all states up to so many moves, found without merging anything."""
    moves = Moves(scope)
    todo = [(moves.begin(), 0)]
    found: set[Hashable] = set()
    while todo:
        vertex, depth = todo.pop()
        found.add(key_of(vertex))
        if depth < most:
            todo.extend((edge.to, depth + 1) for edge in moves.of(vertex))
    return found


@pytest.mark.parametrize(
    ("scope", "most"),
    [(TINY, 9), (SMALL["both"], 5), (SMALL["pods"], 7), (SMALL["warm"], 5)],
)
def test_merging_loses_no_state(scope: Scope, most: int) -> None:
    result = explore(scope)
    merged = {key for number, key in enumerate(result.keys) if len(result.path(number)) <= most}
    assert merged == paths(scope, most)


def test_a_search_that_merges_too_much_is_noticed(monkeypatch: Patch) -> None:
    no_values(monkeypatch)
    result = explore(SMALL["warm"])
    monkeypatch.undo()
    assert result.states < explore(SMALL["warm"]).states


class Wanderer(Runner):
    """Drives the daemon without the explorer's code: decisions drawn, pods inside calls."""

    def __init__(self, scope: Scope, numbers: tuple[int, ...]) -> None:
        super().__init__(scope.world())
        self.scope = scope
        self.faults_left = scope.faults
        self.restarts_left = scope.restarts
        self._numbers = list(numbers)
        self._inside = False

    def draw(self, most: int) -> int:
        """From 0 to `most` - 1; 0 when the numbers are used up."""
        return self._numbers.pop() % most if self._numbers else 0

    def choose(self, choice: Choice) -> object:
        options = list(choice.options)
        option = options[self.draw(len(options))]
        if not choice.locked:
            self.pods()
        return option

    def answer(self, ask: Call) -> object:
        request = ask.request
        fault = self.failure_of(request)
        if fault is not None:
            self.ec2 = evolve(self.ec2, faults=(fault,))
        answer = self.reply_to(request)
        if fault is not None:
            self.faults_left -= not self.ec2.faults
            self.ec2 = evolve(self.ec2, faults=())
        if not request.under_lock and not self._inside:
            self.pods()
        if self.restarts_left and self.draw(8) == 1:
            self.restarts_left -= 1
            raise CrashedError
        return answer

    def failure_of(self, request: Request[object]) -> Fault | None:
        """How the call fails, if it does."""
        name = type(request).__name__
        failures = FAILURES.get(type(request), (Fault(name, Code.THROTTLED),))
        if not (failures and self.faults_left and self.draw(4) == 1):
            return None
        fault = failures[self.draw(len(failures))]
        enough = fault.grant is None or getattr(request, "count", 0) > fault.grant
        return fault if enough else None

    def pods(self) -> None:
        """Some pods come and go."""
        if self.starting or self._inside or self.node is None:
            return
        while self.draw(3) == 1:
            self._inside = True
            try:
                self.one_pod()
            finally:
                self._inside = False

    def one_pod(self) -> None:
        """A pod comes or goes."""
        node = self.memory()
        held = [key for store in node.stores for key in store.holdings]
        present = sorted({*self.sandboxes, *held})
        if len(self.sandboxes) < self.scope.pods and (not present or self.draw(2)):
            self.add_pod(newcomer(self.world, {key.container for key in present}))
        elif present:
            self.delete_pod(present[self.draw(len(present))])

    def pass_by(self) -> Iterator[Vertex]:
        """One pass of the loop, or a start; the states between."""
        if self.node is None:
            self.start()
            return
        self.pods()
        self.advance(self.scope.time_steps[self.draw(len(self.scope.time_steps))])
        self.pods()
        yield self.vertex(Turn.TICK)
        self.tick()
        before = self.world
        self.reconcile()
        if self.world == before:
            yield self.vertex(Turn.WAIT)

    def vertex(self, turn: Turn) -> Vertex:
        """The state as the explorer has it."""
        return Vertex(self.world, turn, self.faults_left, self.restarts_left)


REACHED: dict[str, set[Hashable]] = {}


def reached(name: str) -> set[Hashable]:
    if name not in REACHED:
        REACHED[name] = set(explore(SMALL[name]).keys)
    return REACHED[name]


@given(
    st.sampled_from(["faults", "restarts", "both", "pods", "warm", "v1.7"]),
    st.lists(st.integers(0, 47), max_size=60).map(tuple),
)
def test_whatever_a_daemon_reaches_is_explored(name: str, numbers: tuple[int, ...]) -> None:
    wanderer = Wanderer(SMALL[name], numbers)
    for _ in range(6):
        try:
            for vertex in wanderer.pass_by():
                assert key_of(vertex) in reached(name)
        except CrashedError:
            wanderer.crash()


def without_pods_inside_calls(patch: Patch) -> None:
    original = Moves._serving
    patch.setattr(
        Moves, "_serving", lambda self, vertex: vertex.waiting is None and original(self, vertex)
    )


def without_crashes_inside_calls(patch: Patch) -> None:
    patch.setattr(
        Moves, "_killable", staticmethod(lambda v: v.waiting is None and v.turn is not Turn.START)
    )
    patch.setattr(vertices, "_outside_changed", lambda *_: False)


def without_faults(patch: Patch) -> None:
    patch.setattr(vertices, "answers", lambda call, world, **_: answers(call, world, faults=0))


def with_first_options_only(patch: Patch) -> None:
    original = vertices.ways

    def wrong(ask: object, world: object, faults: int) -> object:
        if isinstance(ask, Choice):
            return [(ask.options.first, ask.options.first, world)]
        return original(ask, world, faults)  # type: ignore[arg-type]  # handed on

    patch.setattr(vertices, "ways", wrong)


@pytest.mark.parametrize(
    ("missing", "name"),
    [
        (without_pods_inside_calls, "pods"),
        (without_crashes_inside_calls, "restarts"),
        (without_faults, "faults"),
        (with_first_options_only, "three ENIs"),
    ],
)
def test_an_explorer_that_misses_moves_reaches_less(
    missing: Callable[[Patch], None], name: str, monkeypatch: Patch
) -> None:
    whole = explore(SMALL[name])
    missing(monkeypatch)
    assert explore(SMALL[name]).states < whole.states


def test_names_do_not_make_states() -> None:
    """The symmetry is there, and is used: names that are told apart make more states."""

    def with_names(vertex: Vertex) -> Hashable:
        return key_of(vertex), frozenset(vertex.world.sandboxes)

    merged = explore(SMALL["two pods"])
    assert merged.exhausted
    named = explore(SMALL["two pods"], Budget(states=2 * merged.states), key=with_names)
    assert named.cut == "states"
