"""Theorems read on integers, in every state that small nodes can reach.

`python -m tests.theorems.grid [MODE ...] [--every N]` looks at every N-th node of a mode's grid (at
all of them unless told) and prints what it saw; exit code 1 if a claim does not hold.

A theorem speaks of the transition relation; here its words are compared with the counting model
that runs: what it says of reachable states is so in all of them, and the most that a node reserves
is what the closed form says, no less.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final

from attrs import define, field, frozen

from ipam_model.arithmetic import INTS
from ipam_model.counting.model import CountingModel, State
from ipam_model.theorems.induction import Invariants, reachable
from ipam_model.theorems.machine import UNKNOWNS, Parameters
from ipam_model.theorems.moments import read
from ipam_model.theorems.theorem import Obligation, Theorem
from tests.theorems.relation import Values, of_eni, positions, values


def _always(model: CountingModel) -> bool:
    del model
    return True


@frozen(kw_only=True)
class Mode:
    """What is claimed in a mode, and the nodes it is compared on."""

    name: str
    invariants: Invariants
    consequences: tuple[Theorem, ...]
    """What else is claimed of every reachable state."""
    most_reserved: Callable[[Parameters[int, bool]], int]
    """The closed form of the most addresses ever reserved."""
    most_at_rest: Callable[[Parameters[int, bool], int], int] | None = None
    """The same at rest with so many pods, if there is one."""
    nodes: Callable[[], Iterator[CountingModel]]
    """The grid."""
    tight: Callable[[CountingModel], bool] = _always
    """Whether a node with these parameters gets as far as the closed forms say."""

    def claims(self) -> Iterator[tuple[str, Obligation]]:
        """The consequences that are about a moment, by name."""
        for theorem in self.consequences:
            for each in theorem.obligations:
                if each.operands == UNKNOWNS:
                    yield f"{theorem.name} {each.name}".strip(), each


@define
class Seen:
    """What a look at some nodes saw."""

    nodes: int = 0
    states: int = 0
    moments: int = 0
    """States, told apart by their sums and one ENI's numbers."""
    tight: int = 0
    """Nodes that reserve as much as the closed form says."""
    applied: Counter[str] = field(factory=Counter)
    """Moments in which a consequence's premises hold."""
    wrong: list[str] = field(factory=list)
    """What does not hold, and where."""


def reachable_states(model: CountingModel) -> Iterator[State]:
    """Every state that can be reached."""
    seen, pending = {model.initial}, [model.initial]
    while pending:
        state = pending.pop()
        yield state
        for step in model.transitions(state):
            if step.after not in seen:
                seen.add(step.after)
                pending.append(step.after)


@define
class _Reserved:
    """The most addresses reserved by a node: ever, and at rest by the number of pods."""

    ever: int = 0
    at_rest: dict[int, int] = field(factory=dict)


def _moments(model: CountingModel, seen: Seen, most: _Reserved) -> Iterator[Values]:
    """The unknowns of every moment."""
    told = set()
    for state in reachable_states(model):
        seen.states += 1
        pool, reserved = model.pool(state), model.reserved(state)
        most.ever = max(most.ever, reserved)
        if model.quiet(state):
            most.at_rest[pool.assigned] = max(most.at_rest.get(pool.assigned, 0), reserved)
        for position in positions(state):
            eni = state[position]
            assert eni is not None
            key = (len(state), pool, of_eni(eni), position == 0)
            if key not in told:
                told.add(key)
                yield values(model, state, position)


def look_at(mode: Mode, model: CountingModel, seen: Seen, *, consequences: bool = True) -> None:
    """Read what is claimed in every state that this node can reach."""
    most, parameters = _Reserved(), None
    claims = list(mode.claims()) if consequences else []
    for given in _moments(model, seen, most):
        now = read(INTS, mode.invariants.mode, given)
        parameters = now.parameters
        known = reachable(INTS, mode.invariants, now)
        seen.wrong += [f"{name}: {given}" for name, holds in known.items() if not holds]
        for named, each in claims:
            claim = each.text(INTS, **given)
            if all(claim.premises.values()):
                seen.applied[named] += 1
                seen.wrong += [
                    f"{named}: {name}: {given}"
                    for name, holds in claim.conclusions.items()
                    if not holds
                ]
        seen.moments += 1
    assert parameters is not None, "the first state is always reached"
    bounds = [("ever", most.ever, mode.most_reserved(parameters))]
    if mode.most_at_rest is not None:
        bounds += [
            (f"at rest with {pods} pods", reserved, mode.most_at_rest(parameters, pods))
            for pods, reserved in most.at_rest.items()
        ]
    for when, reserved, bound in bounds:
        if reserved > bound or (reserved < bound and mode.tight(model)):
            what = f"{reserved} reserved {when}, not {bound}"
            seen.wrong.append(f"{what}: {model.targets}, {model.pods} pods, {model.max_pods} most")
    seen.tight += all(reserved == bound for _, reserved, bound in bounds)
    seen.nodes += 1


def look(mode: Mode, every: int = 1) -> Seen:
    """Look at every so-many-th node of the grid.

    Invariants and bounds are read on each of them; consequences, which are many, on every eighth.
    """
    seen = Seen()
    for at, model in enumerate(islice(mode.nodes(), 0, None, every)):
        look_at(mode, model, seen, consequences=at % 8 == 0)
    return seen


def _say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Look at the grids and print what was seen."""
    from tests.theorems.modes import MODES

    parser = argparse.ArgumentParser(prog="python -m tests.theorems.grid", description=__doc__)
    parser.add_argument("mode", nargs="*", help=f"of {', '.join(MODES)}; default: all")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="every N-th node only")
    chosen = parser.parse_args(arguments)
    for name in chosen.mode:
        if name not in MODES:
            parser.error(f"no mode {name}; there are: {', '.join(MODES)}")
    if chosen.every < 1:
        parser.error(f"--every {chosen.every}: expected 1 or more")
    wrong = 0
    _say("mode nodes states moments tight wrong seconds")
    for name in chosen.mode or MODES:
        begin = time.process_time()
        seen = look(MODES[name], chosen.every)
        seconds = time.process_time() - begin
        wrong += len(seen.wrong)
        numbers = (seen.nodes, seen.states, seen.moments, seen.tight, len(seen.wrong))
        _say(name, *numbers, f"{seconds:.0f}")
        for each in seen.wrong[:LINES]:
            _say("  ", each)
    return int(wrong > 0)


LINES: Final = 10
"""Wrong claims printed of each mode."""

if __name__ == "__main__":
    sys.exit(main())
