"""What is proved of reachable states is so in every state that small nodes reach, and tight."""

import itertools
import os
from collections.abc import Callable
from typing import Final

import pytest
from attrs import evolve

from ipam_model.arithmetic import B, I, Logic
from ipam_model.counting.explorer import explore
from ipam_model.theorems.machine import Eni, Node, Parameters
from tests.hypothesis_profiles import VARIABLE
from tests.theorems import grid
from tests.theorems.modes import MODES

pytestmark = pytest.mark.unmeasured

EVERY: Final = 1 if os.environ.get(VARIABLE) == "nightly" else 211
"""Every so-many-th node is looked at; by night all are."""
LEAST: Final = 10_000
"""Nodes in the grid of the modes of one kind."""
KINDS: Final = sorted({"-".join(name.split("-")[:2]) for name in MODES})


@pytest.mark.parametrize("kind", KINDS)
def test_the_grids_are_large(kind: str) -> None:
    nodes = (mode.nodes() for name, mode in MODES.items() if name.startswith(kind))
    assert sum(1 for _ in itertools.chain.from_iterable(nodes)) >= LEAST


@pytest.mark.parametrize("name", MODES)
def test_what_is_proved_holds_in_every_state_and_is_tight(name: str) -> None:
    mode = MODES[name]
    seen = grid.look(mode, EVERY)
    assert not seen.wrong, seen.wrong[: grid.LINES]
    assert seen.tight > 0
    claims = {named for named, _ in mode.claims()}
    assert set(seen.applied) <= claims
    assert len(seen.applied) > 0
    if EVERY == 1:
        assert set(seen.applied) == claims, "the premises of every claim hold somewhere"


@pytest.mark.parametrize("name", MODES)
def test_the_explorer_sees_the_same_states(name: str) -> None:
    nodes = list(MODES[name].nodes())
    for model in nodes[:: len(nodes) // 10]:
        found = explore(model)
        states = list(grid.reachable_states(model))
        assert len(set(states)) == len(states) == found.states
        assert max(map(model.reserved, states)) == found.most_reserved.value


def _nothing_owned(k: Logic[I, B], parameters: Parameters[I, B], node: Node[I]) -> B:
    del parameters
    return k.eq(node.pool.cidrs, 0)


def _no_pod(k: Logic[I, B], parameters: Parameters[I, B], eni: Eni[I], primary: B) -> B:
    del parameters, primary
    return k.eq(eni.pool.assigned, 0)


def _wrong_of_node(mode: grid.Mode) -> grid.Mode:
    return evolve(mode, invariants=evolve(mode.invariants, node={"wrong": _nothing_owned}))


def _wrong_of_eni(mode: grid.Mode) -> grid.Mode:
    return evolve(mode, invariants=evolve(mode.invariants, enis={"wrong": _no_pod}))


MUTANTS: Final[dict[str, Callable[[grid.Mode], grid.Mode]]] = {
    "an invariant of nodes that does not hold": _wrong_of_node,
    "an invariant of ENIs that does not hold": _wrong_of_eni,
    "a bound one too low": lambda mode: evolve(
        mode, most_reserved=lambda parameters: mode.most_reserved(parameters) - 1
    ),
    "a bound one too high": lambda mode: evolve(
        mode, most_reserved=lambda parameters: mode.most_reserved(parameters) + 1
    ),
    "a bound at rest one too low": lambda mode: evolve(
        mode, most_at_rest=lambda parameters, pods: mode.most_at_rest(parameters, pods) - 1
    ),
    "a bound at rest one too high": lambda mode: evolve(
        mode, most_at_rest=lambda parameters, pods: mode.most_at_rest(parameters, pods) + 1
    ),
}


@pytest.mark.parametrize("name", MODES)
@pytest.mark.parametrize("mutant", MUTANTS)
def test_mutants_are_noticed(mutant: str, name: str) -> None:
    wrong, seen = MUTANTS[mutant](MODES[name]), grid.Seen()
    nodes = list(wrong.nodes())
    for model in nodes[len(nodes) // 3 :: len(nodes) // 5]:
        grid.look_at(wrong, model, seen, consequences=False)
    assert seen.wrong or not seen.tight


def test_the_command_says_what_it_saw(capsys: pytest.CaptureFixture[str]) -> None:
    assert grid.main(["warm-ip", "--every", "2000"]) == 0
    head, line = capsys.readouterr().out.splitlines()
    seen = dict(zip(head.split(), line.split(), strict=True))
    assert seen["mode"] == "warm-ip"
    assert seen["nodes"] == seen["tight"] == "6"
    assert seen["wrong"] == "0"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere"], "no mode nowhere; there are: warm-ip"),
        (["--every", "0"], "expected 1 or more"),
    ],
)
def test_the_command_refuses_what_it_does_not_know(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        grid.main(arguments)
    assert refused.value.code == 2
    assert says in capsys.readouterr().err
