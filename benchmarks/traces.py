"""The trace checker on recorded traces."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.measuring import Fact, Outcome, Result, Skipped, references, timed
from ipam_model.errors import InputError, ModelError
from ipam_model.trace.check import check_file
from tests.shared import ROOT, describe_shared, find_shared

SHARED_FOLDERS: Final = ("traces", "traces-more")
"""All of the version that is modelled."""
BUNDLED: Final = ROOT / "examples" / "traces"

EVENTS: Final = "events explained"
COUNTED: Final = ("accepted", "rejected", "undecided", "unreadable", EVENTS)


def find_traces() -> tuple[str, list[Path]]:
    """Where the traces come from, in words, and their files: the shared ones, else the bundled."""
    shared = find_shared()
    if shared is not None:
        folders = [shared / name for name in SHARED_FOLDERS]
        return "shared traces", [
            path for folder in folders for path in sorted(folder.rglob("*.jsonl"))
        ]
    return f"bundled traces only; {describe_shared()}", sorted(BUNDLED.rglob("*.jsonl"))


class TraceCheck:
    """Checks the same files again and again."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self._found: Counter[str] = Counter()
        self.expected: Counter[str] | None = None
        """The verdicts of the first run."""

    def prepare(self) -> None:
        """Forget the last verdicts."""
        self._found = Counter()

    def run(self) -> None:
        """Check every file."""
        for path in self._paths:
            try:
                verdict = check_file(path)
            except InputError:
                self._found["unreadable"] += 1
                continue
            rejected = verdict.rejected
            word = "accepted"
            if rejected is not None:
                word = "undecided" if rejected.undecided else "rejected"
            self._found[word] += 1
            self._found[EVENTS] += verdict.events

    def check(self) -> None:
        """The verdicts are those of the first run."""
        if self.expected is None:
            self.expected = self._found
        elif self.expected != self._found:
            raise ModelError(f"verdicts changed from {self.expected} to {self._found}")

    def counts(self) -> dict[str, int]:
        """How many of each verdict, and events; a first check if there was none."""
        if self.expected is None:
            self.prepare()
            self.run()
            self.expected = self._found
        return {"traces": len(self._paths)} | {word: self.expected[word] for word in COUNTED}


def all_traces(runs: int) -> Outcome:
    """Every trace checked: total seconds."""
    origin, paths = find_traces()
    if not paths:
        return Skipped("traces", f"no traces found ({origin})")
    task = TraceCheck(paths)
    done = timed(task, runs)
    facts: dict[str, Fact] = {"from": origin, **task.counts()}
    # The goal is for all of them: the bundled ones alone would make it look easy.
    compared = references("traces") if find_shared() is not None else ()
    return Result(name="traces", unit="s", runs=done, references=compared, facts=facts)


def big_trace(runs: int) -> Outcome:
    """The largest trace: events explained per second, reading the file included."""
    origin, paths = find_traces()
    if not paths:
        return Skipped("explain", f"no traces found ({origin})")
    largest = max(paths, key=lambda path: (path.stat().st_size, path.name))
    task = TraceCheck([largest])
    counts = task.counts()
    if not counts["accepted"]:
        return Skipped("explain", f"the largest trace, {largest.name}, is not accepted")
    size = largest.stat().st_size
    facts: dict[str, Fact] = {"from": origin, "trace": largest.name, "bytes": size, **counts}
    return Result(
        name="explain",
        unit="events/s",
        amount=counts[EVENTS],
        runs=timed(task, runs),
        references=references("explain"),
        facts=facts,
    )
