"""Survivors that somebody has read: why no test could, or need, notice them.

`explained.toml` maps the name of a mutant to the reason. The name quotes the change, so an
explanation stays with its mutant when lines move, and is stale when the text has changed.
"""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tools.mutation.ends import End, NotHunted, Survivor
from tools.mutation.mutant import Mutant, mutants

FILE: Final = Path(__file__).with_name("explained.toml")


def read(path: Path = FILE) -> dict[str, str]:
    """Reasons by the name of the mutant."""
    table = tomllib.loads(path.read_text("utf-8"))
    return {
        f"{function}: {change}": " ".join(reason.split())
        for function, changes in table.items()
        for change, reason in changes.items()
    }


def unknown(explained: Mapping[str, str]) -> list[str]:
    """Explanations of what is no mutant, or without a reason."""
    names = {mutant.name for mutant in mutants()}
    return [f"explained, but no mutant: {name}" for name in explained if name not in names] + [
        f"no reason is given: {name}" for name, reason in explained.items() if not reason
    ]


def stale(explained: Mapping[str, str], ends: Sequence[tuple[Mutant, End]]) -> list[str]:
    """Explanations of mutants that do not survive, or that there are not."""
    ended = [mutant.name for mutant, end in ends if not isinstance(end, Survivor | NotHunted)]
    found = [f"explained, but does not survive: {name}" for name in ended if name in explained]
    return found + unknown(explained)
