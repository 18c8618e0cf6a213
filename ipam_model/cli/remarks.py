"""What the daemon makes of a node's settings, shown beside every answer about that node.

A remark is one line, `FILE:LINE: ignored: WARM_ENI_TARGET has no effect … (R37)`. It goes to
standard error, so that it is not lost where the answer goes on to another program; with `--json`
it is part of the answer instead, and not on standard error. It does not change the exit code of a
command.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TextIO

from ipam_model.inspection.counted import few
from ipam_model.nodes import NodeSetup
from ipam_model.settings import PlacedDiagnostic

MOST_NAMES: Final = 8
"""Nodes named in a line."""


def print_remarks(
    nodes: Iterable[NodeSetup], *, everything: bool = False, stream: TextIO | None = None
) -> None:
    """Print the remarks on the settings of some nodes on `stream`, or on standard error.

    Each is printed once; one that does not hold for all of the nodes names those it holds for.
    What is merely worth knowing about a value that nobody chose, because the project ships it, is
    left out unless `everything` is asked for.
    """
    for line in remark_lines(nodes, everything=everything):
        print(line, file=sys.stderr if stream is None else stream)


def remark_lines(nodes: Iterable[NodeSetup], *, everything: bool = False) -> Iterator[str]:
    """The lines that `print_remarks` prints."""
    named: dict[str, list[str]] = {}
    count = 0
    for node in nodes:
        count += 1
        for found in node.placed_diagnostics():
            if everything or not found.goes_without_saying:
                holders = named.setdefault(str(found), [])
                if node.name not in holders:
                    holders.append(node.name)
    for line, holders in named.items():
        yield line if len(holders) == count else f"{line} [{few(holders, MOST_NAMES)}]"


def remarks_as_json(node: NodeSetup) -> list[Mapping[str, object]]:
    """All remarks on a node's settings, for the key `diagnostics` of a node in `--json`."""
    return [remark_as_json(found) for found in node.placed_diagnostics()]


def remark_as_json(found: PlacedDiagnostic) -> Mapping[str, object]:
    """One remark: what becomes of which setting, why, by which rule, and where it is written."""
    diagnostic, origin = found.diagnostic, found.origin
    return {
        "severity": diagnostic.severity.value,
        "code": diagnostic.code,
        "variable": diagnostic.variable,
        "value": diagnostic.value,
        "message": diagnostic.message,
        "rule": diagnostic.rule,
        "source": None if origin is None else origin.source,
        "line": None if origin is None else origin.line,
        "column": None if origin is None else origin.column,
    }
