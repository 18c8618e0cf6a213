"""A pytest session whose loop hunts mutants instead of running the tests once."""

import os
import signal
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Final, cast

import pytest
from _pytest.runner import runtestprotocol
from attrs import frozen

from tools.mutation.ends import BREAKS_DOWN, FAILS, TIME_OUT, End, Equivalent, Kill, Survivor
from tools.mutation.equivalence import compare
from tools.mutation.killers import EXAMPLE, Killer, kind_of
from tools.mutation.mutant import Mutant, targets
from tools.mutation.processes import Say, in_processes, limit
from tools.mutation.reaching import reaching

_PROFILE: Final = "mutation"
_PYTEST: Final = (
    *("-q", "-s", "--tb=no", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # the package is imported already
)
_NOT_OURS: Final = ("COVERAGE_", "PYTEST_")
_BEFORE_PROOF: Final = 8
"""Examples that are tried before the solver is, as most mutants die at once."""
_EXAMPLES: Final = 30
"""Of each property test."""
_CHUNK: Final = 40
"""Tests that one process tries on the whole model."""
_LONGEST: Final = 3600.0
"""Seconds by the clock that these may take, were the machine busy with something else."""


Ran = tuple[str, bool, float, dict[str, list[int]]]
"""A test, whether it passed, how long it worked, which lines of which functions it reached."""


@frozen
class Session:
    """The tests, loaded and ready to be run in forked processes."""

    items: Mapping[str, pytest.Item]

    def measure(self, names: Sequence[str]) -> Iterator[Killer]:
        """Run these tests on the whole model; those that pass can kill. Says which fail."""
        chunks = [names[start : start + _CHUNK] for start in range(0, len(names), _CHUNK)]
        with reaching(targets()) as statements:

            def work(chunk: Sequence[str], say: Say) -> None:
                for name in chunk:
                    statements.clear()
                    start = time.process_time()
                    passed = _passes(self.items[name])
                    lines: dict[str, list[int]] = {}
                    for function, line in sorted(statements):
                        lines.setdefault(function, []).append(line)
                    say([name, passed, time.process_time() - start, lines])

            for _, said, end in in_processes(work, chunks, _LONGEST):
                if end:
                    raise RuntimeError(f"the tests break down on the whole model: {said[-1:]}")
                for entry in said:
                    name, passed, seconds, lines = cast(Ran, entry)
                    kind = kind_of(name)
                    if not passed:
                        print(f"{name} fails on the whole model", file=sys.stderr)
                    elif kind is not None:
                        reached = {each: frozenset(found) for each, found in lines.items()}
                        yield Killer(name, kind, seconds, reached)

    def hunt(
        self, hunted: Sequence[Mutant], killers: Callable[[Mutant], Sequence[Killer]]
    ) -> Iterator[tuple[Mutant, End]]:
        """Each mutant with the first of its killers that notices it, or what is known of it."""

        def work(mutant: Mutant, say: Say) -> None:
            whole = mutant.target.function().__code__
            mutant.target.function().__code__ = mutant.code()
            proof = None
            tried = killers(mutant)
            first = min(_BEFORE_PROOF, sum(each.kind == EXAMPLE for each in tried))
            for number, killer in enumerate(tried):
                if number == first:
                    limit(0)
                    proof = compare(mutant, whole)
                    if proof is not None and proof.equivalent:
                        break
                say(killer.id)
                limit(2 + 4 * killer.seconds)
                if not _passes(self.items[killer.id]):
                    return
            limit(0)
            if len(tried) == first:
                proof = compare(mutant, whole)
            say([] if proof is None else [proof.equivalent, proof.differs_at])

        for mutant, said, end in in_processes(work, hunted):
            last = said[-1] if said else ""
            if isinstance(last, list):
                equivalent, differs_at = last or (False, "")
                yield mutant, Equivalent() if equivalent else Survivor(str(differs_at))
            elif not last:
                raise RuntimeError(f"{mutant.name} could not be tried")
            else:
                how = FAILS if end == 0 else TIME_OUT if end == -signal.SIGPROF else BREAKS_DOWN
                yield mutant, Kill(str(last), kind_of(str(last)) or "", how)


def in_session(tests: Collection[str], use: Callable[[Session], None]) -> None:
    """Load the tests below these paths, or with these ids, and use them.

    Raises:
        RuntimeError: they cannot be loaded.
    """
    plugin = _Plugin(use)
    for name in [name for name in os.environ if name.startswith(_NOT_OURS)]:
        del os.environ[name]
    code = pytest.main([*_PYTEST, *tests], plugins=[plugin])
    if not plugin.used:
        raise RuntimeError(f"pytest could not load the tests (exit code {code})")


class _Plugin:
    def __init__(self, use: Callable[[Session], None]) -> None:
        self.use = use
        self.used = False

    def pytest_collection(self) -> None:
        # Not earlier, as pytest wants to load its plugin first; not later, as what a test module
        # says of its own is on top of this.
        from hypothesis import Phase, settings

        settings.register_profile(
            _PROFILE,
            settings.get_profile("ci"),
            max_examples=_EXAMPLES,
            phases=(Phase.explicit, Phase.generate),
            report_multiple_bugs=False,
            print_blob=False,
        )
        settings.load_profile(_PROFILE)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            return True
        self.used = True
        found = {item.nodeid: item for item in session.items if kind_of(item.nodeid) is not None}
        self.use(Session(found))
        return True


def _passes(item: pytest.Item) -> bool:
    """Run a test with its fixtures; a skipped one passes, and so kills nothing."""
    reports = runtestprotocol(item, nextitem=None, log=False)
    return not any(report.failed for report in reports)
