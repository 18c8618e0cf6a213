"""All small nodes: `python -m tests.bounds.grid` holds the bounds to brute force.

Secondary-address mode: K <= 3 ENIs of M <= 4 addresses, WARM_IP_TARGET <= 4, MINIMUM_IP_TARGET
<= 6, WARM_ENI_TARGET <= 4. Prefix mode: K <= 2 ENIs of Q <= 3 prefixes of 2 or 3 addresses,
WARM_IP_TARGET <= 5, MINIMUM_IP_TARGET <= 7, WARM_PREFIX_TARGET <= 2 (<= 4 where it governs). Every
peak of pods that fits, and max pods none or 1 to one more than fit.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import islice, product
from typing import Final

from attrs import frozen

from ipam_model.bounds import Level, Question, Status
from ipam_model.bounds.counts import ABOUT
from ipam_model.bounds.subject import Subject
from ipam_model.counting.decisions import Targets
from ipam_model.counting.exploration import Budget
from ipam_model.limits import InstanceLimits
from ipam_model.nodes import NodeSetup
from ipam_model.theorems.machine import Parameters
from tests.bounds.brute_force import Truth, truth

ENDLESS: Final = Budget(states=None, seconds=None)
NEVER: Final = 10**6
"""Max pods that limit nothing."""


def secondary() -> Iterator[Parameters[int, bool]]:
    """Every node in secondary-address mode."""
    targets = [(warm, minimum, 0) for warm in range(5) for minimum in range(7)]
    targets += [(0, 0, enis) for enis in range(1, 5)]
    for enis, slots in product((1, 2, 3), (1, 2, 3, 4)):
        for warm, minimum, warm_eni in targets:
            yield from _with_pods(
                Targets(
                    prefix_mode=False,
                    warm_ip=warm,
                    minimum=minimum,
                    warm_eni=warm_eni,
                    warm_prefix=0,
                    max_enis=enis,
                    slots=slots,
                    block=1,
                )
            )


def prefixes() -> Iterator[Parameters[int, bool]]:
    """Every node in prefix mode."""
    targets = [
        (warm, minimum, prefix)
        for warm in range(6)
        for minimum in range(8)
        for prefix in (range(3) if warm or minimum else range(5))
    ]
    for enis, slots, block in product((1, 2), (1, 2, 3), (2, 3)):
        for warm, minimum, prefix in targets:
            yield from _with_pods(
                Targets(
                    prefix_mode=True,
                    warm_ip=warm,
                    minimum=minimum,
                    warm_eni=0,
                    warm_prefix=prefix,
                    max_enis=enis,
                    slots=slots,
                    block=block,
                )
            )


def _with_pods(targets: Targets[int, bool]) -> Iterator[Parameters[int, bool]]:
    fit = targets.max_enis * targets.slots * targets.block
    for peak in range(fit + 1):
        for limit in (None, *range(1, fit + 2)):
            yield Parameters(targets=targets, peak=peak, max_pods=limit)


MODES: Final[dict[str, Callable[[], Iterator[Parameters[int, bool]]]]] = {
    "secondary": secondary,
    "prefix": prefixes,
}
NODE: Final = NodeSetup(
    name="a small node", limits=InstanceLimits.simple(2, 2), env={}, max_pods=NEVER
)
"""Stands where a question needs a node; the counting model is asked about its subject alone."""


@frozen
class Outcome:
    """What one node says."""

    parameters: Parameters[int, bool]
    statuses: dict[str, int]
    """How often which status, and which basis, by quantity."""
    wrong: tuple[str, ...]
    """What is not as brute force finds it."""


def subject_of(parameters: Parameters[int, bool]) -> Subject:
    """A small node as the bounds know nodes."""
    limit = parameters.max_pods
    return Subject(
        parameters=parameters,
        max_pods=NEVER if limit is None else limit,
        attachable=parameters.targets.max_enis,
    )


def questions(found: Truth, peak: int) -> Iterator[tuple[str, int | None, int]]:
    """Quantities with the pods now, and their true values."""
    yield "reserved", None, found.reserved
    yield "owned", None, found.owned
    yield "enis", None, found.enis
    yield "overshoot", None, found.overshoot
    if found.at_rest:  # else the pool never rests, and nothing is at rest
        yield "shortfall", None, found.shortfall
        yield "idle", None, max(found.idle.values())
    if 0 in found.at_rest:
        yield "floor", None, found.at_rest[0]
    for pods in range(peak + 1):
        if pods in found.at_rest:
            yield "reserved-after-churn", pods, found.at_rest[pods]


def compare(parameters: Parameters[int, bool], *, budget: Budget = ENDLESS) -> Outcome:
    """Every quantity of a node, held to brute force."""
    about = subject_of(parameters)
    found = truth(about.model, about.max_pods)
    statuses: Counter[str] = Counter()
    wrong: list[str] = []
    for name, pods, value in questions(found, parameters.peak):
        question = Question(
            quantity=name, node=NODE, pods_now=pods, level=Level.COUNTING, budget=budget
        )
        answer = ABOUT[name](question, about)
        basis = "none" if answer.proof is None else answer.proof.basis.value
        statuses[f"{name} {answer.status.value} {basis}"] += 1
        told = f"{name} with {pods} pods of {parameters}: {answer.lower} to {answer.upper}"
        if answer.status is Status.EXACT and answer.value != value:
            wrong.append(f"{told}, exact; brute force finds {value}")
        if answer.upper is not None and answer.upper < value:
            wrong.append(f"{told}; brute force finds {value} above")
        if answer.lower is not None and answer.lower > value:
            wrong.append(f"{told}; brute force finds only {value}")
    return Outcome(parameters, dict(statuses), tuple(wrong))


def main() -> int:
    """Compare, print the shares, and fail if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("modes", nargs="*", choices=[*MODES, []], help="(default: all)")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="every Nth node only")
    parser.add_argument("--processes", type=int, default=2, metavar="N")
    parser.add_argument("--states", type=int, metavar="N", help="budget of searches; 0 = none")
    arguments = parser.parse_args()
    budget = ENDLESS if arguments.states is None else Budget(states=arguments.states)
    failed = False
    for mode in arguments.modes or MODES:
        begin = time.perf_counter()
        counts: Counter[str] = Counter()
        nodes = 0
        with ProcessPoolExecutor(arguments.processes) as executor:
            every = islice(MODES[mode](), 0, None, arguments.every)
            for outcome in executor.map(partial(compare, budget=budget), every, chunksize=50):
                nodes += 1
                counts.update(outcome.statuses)
                for line in outcome.wrong:
                    failed = True
                    print(line, flush=True)
        asked = sum(counts.values())
        exact = sum(number for name, number in counts.items() if " exact " in name)
        proved = sum(number for name, number in counts.items() if name.endswith("exact theorem"))
        print(
            f"{mode}: {nodes:,} nodes, {asked:,} questions, {exact:,} exact ({exact / asked:.2%}), "
            f"{proved:,} of them by theorems ({proved / asked:.2%}); "
            f"{time.perf_counter() - begin:.0f} s"
        )
        for name in sorted(counts):
            print(f"    {name}: {counts[name]:,}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
