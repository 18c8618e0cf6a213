"""How much the solver's steps depend on its random choices."""

from collections.abc import Iterable, Iterator
from statistics import mean, pstdev
from typing import Final

from attrs import frozen

from ipam_model.proving.check import STANDARD, Budget, Checker
from ipam_model.proving.reply import Part
from ipam_model.proving.worker import Ended
from ipam_model.theorems.theorem import Theorem

ALERT: Final = 0.20
"""A coefficient of variation above this is a warning: a small change may make the proof fail."""


@frozen(kw_only=True)
class Spread:
    """The steps for the claim of one obligation, over seeds."""

    theorem: str
    obligation: str
    steps: tuple[int, ...]
    """By seed; fewer if some failed."""
    failures: tuple[str, ...]
    """What happened instead of the expected answer."""

    @property
    def variation(self) -> float:
        """Standard deviation by mean."""
        return pstdev(self.steps) / mean(self.steps) if any(self.steps) else 0.0


def spreads(theorems: Iterable[Theorem], seeds: int, budget: Budget = STANDARD) -> Iterator[Spread]:
    """The steps for every claim, under seeds 0 to `seeds` - 1.

    Raises:
        InputError: z3 is not installed.
    """
    chosen = tuple(theorems)
    with Checker(chosen, budget=budget) as checker:
        for theorem in chosen:
            steps: dict[str, list[int]] = {each.name: [] for each in theorem.obligations}
            failures: dict[str, list[str]] = {each.name: [] for each in theorem.obligations}
            for seed in range(seeds):
                for obligation, reply in checker.replies(theorem, seed=seed):
                    if isinstance(reply, Ended):
                        failures[obligation.name].append(f"seed {seed}: {reply.reason}")
                        continue
                    part, answer = [*reply.answers.items()][-1]
                    if answer.result != part.expected:
                        said = f"seed {seed}, {part.value}: {answer.result} {answer.reason}"
                        failures[obligation.name].append(said)
                    if part is Part.CLAIM:
                        steps[obligation.name].append(answer.effort)
            for name, found in steps.items():
                yield Spread(
                    theorem=theorem.name,
                    obligation=name,
                    steps=tuple(found),
                    failures=tuple(failures[name]),
                )
