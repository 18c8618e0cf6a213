"""The option `--coverage` of commands that run the model: which rules fired."""

import argparse
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from ipam_model.firing import Coverage, Fired, coverage_of, rules_fired


def add_coverage_option(parser: argparse._ActionsContainer) -> None:
    """Add `--coverage`."""
    parser.add_argument(
        "--coverage",
        action="store_true",
        help="say which rules of the specification were executed, and which were not",
    )


def coverage_asked(arguments: argparse.Namespace) -> Fired | None:
    """Where to note what fires; `None` unless `--coverage` asks for it."""
    return Fired() if arguments.coverage else None


@contextmanager
def noted_in(fired: Fired | None) -> Iterator[None]:
    """Note what the block executes, at no cost where nobody asks.

    It should hold the run alone: reading and reporting use rules as well.
    """
    if fired is None:
        yield
        return
    with rules_fired() as seen:
        try:
            yield
        finally:
            fired.functions.update(seen.functions)


def coverage_lines(fired: Fired) -> Iterable[str]:
    """The rules that fired, by upstream tag; a tag of which none did has no list."""
    for each in coverage_of(fired.functions):
        yield f"{each}{_not_fired(each)}"


def coverage_as_json(fired: Fired) -> dict[str, object]:
    """The same, by upstream tag, all ids listed."""
    return {
        each.tag: {
            "rules_with_code": each.with_code,
            "fired": list(each.fired),
            "not_fired": list(each.not_fired),
        }
        for each in coverage_of(fired.functions)
    }


def _not_fired(coverage: Coverage) -> str:
    if not coverage.fired or not coverage.not_fired:
        return ""
    return f"; not fired: {', '.join(coverage.not_fired)}"
