"""Help that teaches: examples to copy, each with a line on what it answers, and the exit codes."""

import argparse
import shutil
import textwrap
from typing import Final

from attrs import frozen

PROGRAM: Final = "ipam-model"
WIDEST: Final = 100
"""Columns that a paragraph takes at most."""
NARROWEST: Final = 40
"""Columns that it takes even in a narrower terminal."""


@frozen
class Example:
    """A command that works as it stands, given the files that it names."""

    means: str
    """What it answers or does, in a line."""
    command: str
    """What to type; may be a pipeline, and several lines that end in a backslash."""


def teach(parser: argparse.ArgumentParser, *examples: Example, exit_codes: str = "") -> None:
    """End the help of a command with examples and exit codes.

    tests/cli/test_examples.py runs every example.
    """
    blocks = [_shown(each) for each in examples]
    if exit_codes:
        blocks.append(filled(f"Exit codes: {exit_codes}."))
    parser.epilog = "\n\n".join(["examples:", *blocks])


def filled(text: str) -> str:
    """A paragraph, as wide as the terminal has it."""
    width = max(NARROWEST, min(WIDEST, shutil.get_terminal_size().columns) - 2)
    return textwrap.fill(text, width, break_on_hyphens=False)


def _shown(example: Example) -> str:
    lines = example.command.splitlines()
    return "\n".join([f"  # {example.means}", *(f"  {line}" for line in lines)])
