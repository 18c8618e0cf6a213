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

from tools.mutation.killers import Killer, kind_of
from tools.mutation.mutant import Mutant, targets
from tools.mutation.processes import Say, in_processes, limit
from tools.mutation.reaching import reaching

FAILS: Final = "fails"
TIME_OUT: Final = "time-out"
BREAKS_DOWN: Final = "breaks down"
_PROFILE: Final = "mutation"
_PYTEST: Final = ("-q", "-s", "--tb=no", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist")
_NOT_OURS: Final = ("COVERAGE_", "PYTEST_")
_CHUNK: Final = 40
"""Tests that one process tries on the whole model."""


Ran = tuple[str, bool, float, list[str]]
"""A test, whether it passed, how long it worked, what it reached."""


@frozen
class Kill:
    """The end of a mutant."""

    test: str
    kind: str
    how: str
    """`fails`, `time-out`, or `breaks down` if the process did not survive."""

    def __str__(self) -> str:
        return f"{self.test} {self.how}"


@frozen
class Session:
    """The tests, loaded and ready to be run in forked processes."""

    items: Mapping[str, pytest.Item]

    def measure(self) -> Iterator[Killer]:
        """Run every test on the whole model; those that pass can kill. Says which fail."""
        names = list(self.items)
        chunks = [names[start : start + _CHUNK] for start in range(0, len(names), _CHUNK)]
        with reaching(targets()) as reached:

            def work(chunk: Sequence[str], say: Say) -> None:
                for name in chunk:
                    reached.clear()
                    start = time.process_time()
                    passed = _passes(self.items[name])
                    say([name, passed, time.process_time() - start, sorted(reached)])

            for _, said, end in in_processes(work, chunks):
                if end:
                    raise RuntimeError(f"the tests break down on the whole model: {said[-1:]}")
                for entry in said:
                    name, passed, seconds, functions = cast(Ran, entry)
                    kind = kind_of(name)
                    if not passed:
                        print(f"{name} fails on the whole model", file=sys.stderr)
                    elif kind is not None:
                        yield Killer(name, kind, seconds, frozenset(functions))

    def hunt(
        self, hunted: Sequence[Mutant], killers: Callable[[Mutant], Sequence[Killer]]
    ) -> Iterator[tuple[Mutant, Kill | None]]:
        """Each mutant with the first of its killers that notices it, or `None`."""

        def work(mutant: Mutant, say: Say) -> None:
            try:
                mutant.target.function().__code__ = mutant.code()
            except SyntaxError:
                say(["", "python"])
                raise
            for killer in killers(mutant):
                say(killer.id)
                limit(2 + 10 * killer.seconds)
                if not _passes(self.items[killer.id]):
                    return
            limit(0)
            say(None)

        kinds: dict[str, str | None] = {}
        for mutant, said, end in in_processes(work, hunted):
            last = said[-1] if said else ""
            if last is None:
                yield mutant, None
                continue
            test = str(last)
            kind = kinds.setdefault(test, kind_of(test))
            how = FAILS if end == 0 else TIME_OUT if end == -signal.SIGPROF else BREAKS_DOWN
            yield mutant, Kill(test, kind or "", how)


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
