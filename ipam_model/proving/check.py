"""Theorems and their mutants, checked: the solvers asked in processes of their own, and judged."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import partial
from itertools import islice
from types import TracebackType
from typing import Final, Self

from attrs import evolve, frozen

from ipam_model.proving.asking import ask, ask_second
from ipam_model.proving.judging import (
    Finding,
    MutantResult,
    Result,
    judge,
    judge_mutant,
    judge_theorem,
)
from ipam_model.proving.reply import Mutation, Part, Reply, Request
from ipam_model.proving.worker import Ended, Worker
from ipam_model.theorems.theorem import Mutant, Obligation, Theorem

RLIMIT: Final = 20_000_000
"""Steps granted to each question: at least ten times what any needs that is proved."""
SECONDS: Final = 30.0
"""Time granted to each obligation, by the clock; only questions that hang need it."""


class Solver(Enum):
    """Who answers."""

    Z3 = "z3"
    CVC5 = "cvc5"
    BOTH = "both"
    """z3, whose answers cvc5 must share."""


@frozen(kw_only=True)
class Budget:
    """What a solver may spend."""

    rlimit: int = RLIMIT
    """Steps of z3 for a question."""
    seconds: float = SECONDS
    """By the clock, for an obligation."""


STANDARD: Final = Budget()


class Checker:
    """Has obligations asked about and gives verdicts. A context manager: it ends its processes."""

    def __init__(
        self,
        theorems: Iterable[Theorem],
        *,
        solver: Solver = Solver.Z3,
        budget: Budget = STANDARD,
        cores: bool = False,
    ) -> None:
        """For these theorems and what they rest on."""
        self._solver = solver
        self._budget = budget
        self._cores = cores
        known = {each.name: each for one in theorems for each in one.basis()}
        self._first: Worker[Request, Reply] = Worker(partial(ask, known))
        self._second: Worker[Mapping[Part, str], Reply] = Worker(
            partial(ask_second, solver is Solver.CVC5)
        )
        self._results: dict[str, Result] = {}

    def __enter__(self) -> Self:
        """Nothing is started before the first question."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the processes."""
        self._first.close()
        self._second.close()

    def check(self, theorem: Theorem) -> Result:
        """Decide a theorem, after what it rests on.

        Raises:
            InputError: a solver is not installed.
            ModelError: values do not do on integers what the solver says: the readings differ.
        """
        return next(self.check_all([theorem]))

    def check_all(self, theorems: Iterable[Theorem]) -> Iterator[Result]:
        """Decide theorems, each as soon as what it rests on and those before it are decided.

        The solvers are ahead of what is decided: nothing else may be asked before the last result.

        Raises:
            InputError: a solver is not installed.
            ModelError: values do not do on integers what the solver says: the readings differ.
        """
        wanted = list(theorems)
        open_ = {
            each.name: each
            for one in wanted
            for each in one.basis()
            if each.name not in self._results
        }
        deciding = self._decide(tuple(open_.values()))
        for theorem in wanted:
            while theorem.name not in self._results:
                next(deciding)
            yield self._results[theorem.name]

    def replies(
        self,
        theorem: Theorem,
        *,
        mutation: Mutation | None = None,
        seed: int = 0,
        solve: bool = True,
        scripts: bool = False,
    ) -> Iterator[tuple[Obligation, Reply | Ended]]:
        """What the first solver's process replies about each obligation, undecided."""
        for number, obligation in enumerate(theorem.obligations):
            self._first.start(
                Request(
                    theorem=theorem.name,
                    obligation=number,
                    mutation=mutation,
                    rlimit=self._budget.rlimit,
                    seed=seed,
                    solve=solve,
                    scripts=scripts,
                )
            )
            yield obligation, self._first.finish(self._budget.seconds)

    def check_mutant(self, theorem: Theorem, mutant: Mutant) -> MutantResult:
        """Whether the mutant is refuted, as it should be.

        Raises:
            InputError: a solver is not installed.
            ModelError: it leaves out a premise that is nowhere, or the readings differ.
        """
        mutation = Mutation(theorem=theorem.name, number=theorem.mutants.index(mutant))
        replies = (
            (each, obligation, reply)
            for each in reversed(theorem.basis())
            for obligation, reply in self.replies(each, mutation=mutation)
        )
        return judge_mutant(theorem, mutant, replies)

    def _decide(self, theorems: Sequence[Theorem]) -> Iterator[None]:
        """One theorem after the other; what each rests on comes before it, or is decided."""
        findings = self._findings(
            [(each, number) for each in theorems for number in range(len(each.obligations))]
        )
        for theorem in theorems:
            found = list(islice(findings, len(theorem.obligations)))
            lemmas = [self._results[each.name] for each in theorem.basis()[:-1]]
            self._results[theorem.name] = judge_theorem(theorem, found, lemmas)
            yield

    def _findings(self, obligations: Sequence[tuple[Theorem, int]]) -> Iterator[Finding]:
        """While the second solver works on an obligation, the first works on the next."""
        alone = self._solver is Solver.Z3
        waiting: Callable[[], Finding] | None = None
        for theorem, number in obligations:
            self._first.start(
                Request(
                    theorem=theorem.name,
                    obligation=number,
                    rlimit=self._budget.rlimit,
                    solve=self._solver is not Solver.CVC5,
                    cores=self._cores and self._solver is not Solver.CVC5,
                    scripts=not alone,
                )
            )
            if waiting is not None:
                yield waiting()
            reply = self._first.finish(self._budget.seconds)
            if not alone and not isinstance(reply, Ended):
                self._second.start(reply.scripts)
            waiting = partial(self._finding, theorem, theorem.obligations[number], reply)
        if waiting is not None:
            yield waiting()

    def _finding(self, theorem: Theorem, obligation: Obligation, reply: Reply | Ended) -> Finding:
        if isinstance(reply, Ended) or self._solver is Solver.Z3:
            return judge(theorem, obligation, reply, None)
        second = self._second.finish(self._budget.seconds)
        if self._solver is Solver.CVC5:
            if isinstance(second, Reply):
                second = evolve(second, premises=reply.premises)
            return judge(theorem, obligation, second, None)
        return judge(theorem, obligation, reply, second)


def check(
    theorem: Theorem, *, solver: Solver = Solver.Z3, budget: Budget = STANDARD, cores: bool = False
) -> Result:
    """Decide one theorem; see `Checker.check`."""
    with Checker([theorem], solver=solver, budget=budget, cores=cores) as checker:
        return checker.check(theorem)


def check_mutant(theorem: Theorem, mutant: Mutant, *, budget: Budget = STANDARD) -> MutantResult:
    """Decide one mutant; see `Checker.check_mutant`."""
    with Checker([theorem], budget=budget) as checker:
        return checker.check_mutant(theorem, mutant)
