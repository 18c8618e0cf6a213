"""What every state of a small node says of bursts: the oracle of `ipam_model.bounds.burst`.

The states are those of the counting model, one step after the other; a tick is at most one step of
growth or release and one ENI freed, of which all are tried. All small nodes:
`python -m tests.bounds.pace_brute_force secondary`.
"""

import argparse
import itertools
import sys
import time
from collections import Counter
from collections.abc import Iterator
from functools import cache

from attrs import frozen

from ipam_model.arithmetic import INTS
from ipam_model.bounds import burst as bursts
from ipam_model.bounds.burst import Burst
from ipam_model.bounds.growth_steps import Ground
from ipam_model.counting.decisions import Targets
from ipam_model.counting.model import CountingModel, Kind, State

Shape = tuple[int, ...]


# -- growth alone --------------------------------------------------------------------------------


def longest_growth(ground: Ground, gain: int) -> int | None:
    """The most steps for a gain, over all distributions and all orders."""
    slots, step = ground.slots, ground.step

    @cache
    def longest(shape: Shape, left: int) -> int:
        if left <= 0:
            return 0
        ways = [
            (
                tuple(sorted((*shape[:at], held + min(step, slots - held), *shape[at + 1 :]))),
                min(step, slots - held),
            )
            for at, held in enumerate(shape)
            if held < slots
        ]
        if not ways:
            ways = [(tuple(sorted((*shape, min(step, slots)))), min(step, slots))]
        return 1 + max(longest(after, left - more) for after, more in ways)

    others = [range(ground.least, slots + 1)] * (ground.enis - 1)
    lengths = [
        longest(tuple(sorted(shape)), gain)
        for shape in itertools.product(range(slots + 1), *others)
        if sum(shape) == ground.cidrs
    ]
    return max(lengths, default=None)


# -- whole nodes ---------------------------------------------------------------------------------


@frozen
class Waiting:
    """The worst that a burst meets."""

    ticks: int | None
    """`None`: some pods wait for ever."""
    unserved: int


class Oracle:
    """Every state of rest of a node, and what bursts meet there."""

    def __init__(self, targets: Targets[int, bool], max_pods: int | None, peak: int) -> None:
        self.model = CountingModel(targets=targets, max_pods=max_pods, pods=peak)
        self._grown = CountingModel(targets=targets, max_pods=max_pods)
        self._block = targets.block
        self._known: dict[tuple[State, int], Waiting] = {}

    def worst(self) -> dict[tuple[int, int], Waiting]:
        """By pods there and pods coming."""
        targets = self.model.targets
        capacity = targets.max_enis * targets.slots * targets.block
        found: dict[tuple[int, int], Waiting] = {}
        for state in self._at_rest():
            pods = self.model.pool(state).assigned
            for wanted in range(pods, capacity + 1):
                here, key = self._wait(state, wanted), (pods, wanted - pods)
                found[key] = _worse(found.get(key, Waiting(0, 0)), here)
        return found

    def _at_rest(self) -> Iterator[State]:
        seen = {self.model.initial}
        pending = [self.model.initial]
        while pending:
            state = pending.pop()
            for step in self.model.transitions(state):
                if step.after not in seen:
                    seen.add(step.after)
                    pending.append(step.after)
        return (state for state in seen if self.model.quiet(state))

    def _wait(self, state: State, wanted: int) -> Waiting:
        owned = sum(sum(eni) for eni in state if eni is not None) * self._block
        if owned >= wanted:
            return Waiting(0, 0)
        # Pods wait, so every address is taken.
        state = tuple(None if eni is None else (*(0,) * self._block, sum(eni)) for eni in state)
        key = state, wanted
        if key not in self._known:
            after = [self._wait(each, wanted) for each in self._ticks(state)]
            worst = Waiting(None, wanted - owned)
            if after:
                worst = Waiting(0, 0)
                for each in after:
                    worst = _worse(worst, each)
                if worst.ticks is not None:
                    worst = Waiting(worst.ticks + 1, 0)
            self._known[key] = worst
        return self._known[key]

    def _ticks(self, state: State) -> Iterator[State]:
        for step in self._grown.pool_steps(state):
            if step.kind is Kind.FREE:
                continue
            yield step.after
            for then in self._grown.pool_steps(step.after):
                # An ENI that came in this tick is too young, one with addresses full of pods.
                gone = step.after[then.eni] if then.kind is Kind.FREE else None
                if gone is not None and sum(gone) == 0:
                    yield then.after


def _worse(one: Waiting, other: Waiting) -> Waiting:
    ticks = None
    if one.ticks is not None and other.ticks is not None:
        ticks = max(one.ticks, other.ticks)
    return Waiting(ticks, max(one.unserved, other.unserved))


def compared(targets: Targets[int, bool], max_pods: int | None, peak: int) -> Iterator[str]:
    """How each answer relates to the truth: `ticks equal`, `unserved above`, `ticks wrong` …"""
    for (pods, coming), truth in Oracle(targets, max_pods, peak).worst().items():
        burst = Burst(targets=targets, max_pods=max_pods, peak=peak, pods=pods, coming=coming)
        waiting = bursts.most_waiting(burst)
        yield f"unserved {_relation(waiting, truth.unserved)}"
        if waiting or truth.ticks is None:
            continue
        cidrs = INTS.ceil_div(burst.wanted, targets.block)
        growth = bursts.longest(burst, cidrs, lambda each: each.steps)
        yield f"ticks {_relation(None if growth is None else growth.steps, truth.ticks)}"


def _relation(answer: int | None, truth: int) -> str:
    if answer is None or answer < truth:
        return "wrong"
    return "equal" if answer == truth else "above"


def secondary(most_enis: int = 3, most_slots: int = 4) -> Iterator[Targets[int, bool]]:
    """Nodes in secondary-address mode."""
    targets = [(warm, minimum, 0) for warm in range(5) for minimum in (0, 1, 3, 6)]
    targets = [each for each in targets if any(each)] + [(0, 0, enis) for enis in range(4)]
    for enis, slots in itertools.product(range(1, most_enis + 1), range(1, most_slots + 1)):
        for warm, minimum, warm_eni in targets:
            yield Targets(
                prefix_mode=False,
                warm_ip=warm,
                minimum=minimum,
                warm_eni=warm_eni,
                warm_prefix=0,
                max_enis=enis,
                slots=slots,
                block=1,
            )


def prefixes(most_slots: int = 3) -> Iterator[Targets[int, bool]]:
    """Nodes in prefix mode, of up to 9 addresses."""
    targets = [
        (warm, minimum, prefix)
        for warm in range(6)
        for minimum in (0, 3, 7)
        for prefix in (0, 1)
        if warm or minimum
    ]
    targets += [(0, 0, prefix) for prefix in range(4)]
    for enis, slots, block in itertools.product((1, 2), range(1, most_slots + 1), (2, 3)):
        for warm, minimum, prefix in targets:
            if enis * slots * block <= 9:
                yield Targets(
                    prefix_mode=True,
                    warm_ip=warm,
                    minimum=minimum,
                    warm_eni=0,
                    warm_prefix=prefix,
                    max_enis=enis,
                    slots=slots,
                    block=block,
                )


def with_pods(
    nodes: Iterator[Targets[int, bool]], *, every: int = 1
) -> Iterator[tuple[Targets[int, bool], int | None, int]]:
    """Each node with some peaks and all max pods, or every so manyth of these."""
    found = (
        (targets, max_pods, peak)
        for targets in nodes
        for fit in [targets.max_enis * targets.slots * targets.block]
        for peak in sorted({0, 1, fit // 2, fit})
        for max_pods in (None, *range(1, fit + 2))
    )
    return itertools.islice(found, 0, None, every)


def main(arguments: list[str]) -> int:
    """Compare, and say how many answers are equal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mode", choices=("secondary", "prefixes"))
    parser.add_argument("--every", type=int, default=1, metavar="N", help="every Nth node")
    given = parser.parse_args(arguments)
    nodes = secondary() if given.mode == "secondary" else prefixes()
    begin, counts, number = time.perf_counter(), Counter[str](), 0
    for each in with_pods(nodes, every=given.every):
        number += 1
        counts.update(compared(*each))
    lines = [f"{number:,} nodes with peak and max pods, {time.perf_counter() - begin:.0f} s"]
    lines += [f"{relation}: {count:,}" for relation, count in sorted(counts.items())]
    sys.stdout.write("\n".join(lines) + "\n")
    return int(any(relation.endswith("wrong") for relation in counts))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
