"""Looking for what kills a mutant: recorded traces, tests, recordings of its own."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.shared import find_shared
from tools.mutants import scenarios
from tools.mutants.killers import (
    FOLDERS_OF,
    RECORDING,
    TEST,
    TRACE,
    Kill,
    named_after,
    recorded_traces,
)
from tools.mutants.mutant import Mutant
from tools.mutants.workspace import REFERENCE, Workspace, workspace

PYTEST: Final = ("-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=no", "--no-header")

_FAILED: Final = re.compile(r"^(?:FAILED|ERROR) (\S+?)(?:\[.*?\])?(?: - (.*))?$")


def hunt(
    mutant: Mutant | None,
    remembered: Kill | None = None,
    *,
    only: str | None = None,
    origin: Workspace = REFERENCE,
) -> Kill | None:
    """The first thing that kills the mutant, or `None` if nothing does.

    `remembered` is tried first; `only` restricts the hunt to one kind of killer; `origin` is the
    tree of the whole model. Without a mutant the whole model is hunted, which nothing must kill.
    """
    with workspace(mutant, origin) as tree:
        if remembered is not None and only in (None, remembered.kind):
            found = BY_KIND[remembered.kind](tree, (remembered.where,), origin)
            if found is not None:
                return found
        candidates: dict[str, Callable[[], Sequence[str]]] = {
            TRACE: lambda: _traces(mutant),
            TEST: lambda: named_after(mutant) if mutant is not None else (),
            RECORDING: scenarios.names,
        }
        for kind, names in candidates.items():
            if only in (None, kind):
                found = BY_KIND[kind](tree, names(), origin)
                if found is not None:
                    return found
    return None


def _traces(mutant: Mutant | None) -> tuple[str, ...]:
    """All recorded traces for the whole model; for a mutant those that can show its rules."""
    shared = find_shared()
    if shared is None:
        return ()
    letters = dict.fromkeys(rule[0] for rule in mutant.rules) if mutant is not None else FOLDERS_OF
    folders = [folder for letter in letters for folder in FOLDERS_OF[letter]]
    return tuple(path.relative_to(shared).as_posix() for path in recorded_traces(shared, folders))


def by_traces(tree: Workspace, names: Sequence[str], _origin: Workspace) -> Kill | None:
    """A recorded trace that the tree judges wrongly."""
    shared = find_shared()
    if shared is None or not names:
        return None
    wrong = _wrong_verdict(tree, [str(shared / name) for name in names])
    if wrong is None:
        return None
    path, how = wrong
    return Kill(TRACE, Path(path).relative_to(shared).as_posix(), how)


def by_tests(tree: Workspace, names: Sequence[str], _origin: Workspace) -> Kill | None:
    """A test that fails in the tree."""
    if not names:
        return None
    for line in tree.run("pytest", [*PYTEST, *names]):
        found = _FAILED.match(line)
        if found is not None:
            return Kill(TEST, found[1], "fails")
    return None


def by_recordings(tree: Workspace, names: Sequence[str], origin: Workspace) -> Kill | None:
    """A simulation that the tree records and the whole model of `origin` refuses."""
    with TemporaryDirectory(prefix="recordings-") as folder:
        for line in tree.run("tools.mutants.simulation", [folder, *names]):
            name, _, error = line.partition(" raises ")
            if error:
                return Kill(RECORDING, name, f"raises {error}")
        written = [Path(folder) / f"{name}.jsonl" for name in names]
        wrong = _wrong_verdict(origin, [str(path) for path in written if path.is_file()])
    return None if wrong is None else Kill(RECORDING, Path(wrong[0]).stem, wrong[1])


def _wrong_verdict(tree: Workspace, paths: Sequence[str]) -> tuple[str, str] | None:
    for line in tree.run("tools.mutants.by_trace", paths):
        path, tab, how = line.partition("\t")
        if tab:
            return path, how
        raise RuntimeError(f"the trace checker broke down: {line}")
    return None


BY_KIND: Final[dict[str, Callable[[Workspace, Sequence[str], Workspace], Kill | None]]] = {
    TRACE: by_traces,
    TEST: by_tests,
    RECORDING: by_recordings,
}
