"""Mutants that nobody thought of, and that no directed plan was made for: does the kit notice?

They are a sample of `tools.mutation`: of the formulas, and of the daemon's procedures and state.
What the kit stands in for (EC2, the AWS layer) is left out, and so is the article's daemon.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from typing import Final, cast

from attrs import frozen

from ipam_model.conformance.plan import DaemonPlan
from ipam_model.conformance.reference import ReferenceDaemon
from ipam_model.conformance.subject import Calls, Kind
from ipam_model.wrong_models import WrongModel
from ipam_model.wrong_models.replacing import Replacing
from tools.detection.budget import Offered, budget
from tools.directed.bugs import Bug
from tools.directed.rehearsal import Rehearsal, differs_at
from tools.directed.search import noticed, rehearsals
from tools.mutation.equivalence import compare
from tools.mutation.mutant import TIERS, Mutant, mutants
from tools.mutation.processes import Say, gave_out, in_processes, limit

SIZE: Final = 60
"""Of each tier."""
PLAYED: Final = tuple(f"ipam_model.{each}." for each in ("rules", "daemon", "tallies", "state"))
NOT_PLAYED: Final = ("ipam_model.daemon.article",)
LONGEST: Final = 240.0
"""Seconds of work for one mutant."""
EQUIVALENT: Final = "equivalent"
"""Proved: no behaviour tells it from the model."""
HANGS: Final = "hangs"
"""Or takes too much memory."""


@frozen
class Found:
    """How a mutant ended."""

    by: str
    """What noticed it first; empty if nothing did."""
    random: bool = False
    """Whether a random plan notices it."""


def sample() -> list[Mutant]:
    """Always the same ones; another sample than that of `tools.mutation`."""
    drawn = sorted(
        (each for each in mutants() if _played(each)),
        key=lambda mutant: sha256(f"hold-out {mutant.name}".encode()).digest(),
    )
    return [
        mutant
        for tier in TIERS
        for mutant in [each for each in drawn if each.target.tier == tier][:SIZE]
    ]


def _played(mutant: Mutant) -> bool:
    name = mutant.target.name
    return name.startswith(PLAYED) and not name.startswith(NOT_PLAYED)


def judge_all(chosen: Iterable[Mutant]) -> Iterator[tuple[str, Found]]:
    """Each in a process of its own; `RuntimeError` if one ends by a failure of what judges."""
    _prepared()  # Once, for all of them.
    for mutant, said, end in in_processes(_judge, chosen, LONGEST * 3):
        yield mutant.name, _found(mutant, said, end)


def _found(mutant: Mutant, said: Sequence[object], end: int) -> Found:
    if end and not gave_out(end):
        raise RuntimeError(f"{mutant.name} could not be judged: its process ended with {end}")
    if not said:
        return Found(HANGS)
    by, random = cast("tuple[str, bool]", said[-1])
    return Found(by, random)


def _judge(mutant: Mutant, say: Say) -> None:
    limit(LONGEST)
    bug = bug_of(mutant)
    directed, random = (_first_to_show(bug, random=random) for random in (False, True))
    by = directed or random
    say([by, bool(random)])
    if not by:  # Should the proof take too long, nothing has noticed it all the same.
        limit(LONGEST)
        proof = compare(mutant)
        if proof is not None and proof.equivalent:
            say([EQUIVALENT, False])


def _first_to_show(bug: Bug, *, random: bool) -> str:
    of_kind = (each for each in _prepared() if each[0].random is random)
    return next((str(offered) for offered, run in of_kind if _shows(bug, offered, run)), "")


def _shows(bug: Bug, offered: Offered, rehearsal: Rehearsal) -> bool:
    return differs_at(rehearsal, bug.make()) is not None and noticed(bug, offered.plan)


@cache
def _prepared() -> tuple[tuple[Offered, Rehearsal], ...]:
    found: list[tuple[Offered, Rehearsal]] = []
    for offered in budget(Kind.DAEMON):
        assert isinstance(offered.plan, DaemonPlan), "of a daemon"
        found += [(offered, each) for each in rehearsals([offered.plan], Calls.CHANGES)]
    return tuple(found)


def bug_of(mutant: Mutant) -> Bug:
    """A daemon with this mutant for a bug."""
    code = mutant.code()

    def break_daemon(replacing: Replacing) -> None:
        """See the mutant."""
        replacing.code(mutant.target.function(), code)

    wrong = WrongModel(
        id=mutant.name,
        family=mutant.target.module,
        statement=mutant.change,
        breaks=mutant.target.rules,
        upstream=(),
        survives="",
        break_daemon=break_daemon,
    )
    return Bug(mutant.name, Kind.DAEMON, wrong.breaks, lambda: ReferenceDaemon(wrong_model=wrong))
