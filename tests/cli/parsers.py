"""Every command of the command line, with its parser."""

import argparse
import re
from collections.abc import Iterator
from typing import Final

import pytest

from ipam_model.cli.main import build_parser
from ipam_model.cli.teaching import PROGRAM

WIDTH: Final = 80


def parsers(
    parser: argparse.ArgumentParser | None = None,
) -> Iterator[argparse.ArgumentParser]:
    """The parser of the program, those of its commands, and those of their commands."""
    parser = build_parser() if parser is None else parser
    yield parser
    for action in parser._actions:
        if isinstance(action.choices, dict):
            for inner in action.choices.values():
                yield from parsers(inner)


def helps() -> dict[str, str]:
    """Every help in a terminal of 80 columns, by the command."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(WIDTH))
        return {each.prog: each.format_help() for each in parsers()}


def examples(text: str) -> list[str]:
    """The examples in a help, as they are typed."""
    found = re.findall(r"^  # .*\n((?:  .*\n)+)", text.partition("\nexamples:\n")[2], re.MULTILINE)
    return [re.sub(r"^  ", "", each, flags=re.MULTILINE).rstrip() for each in found]


def has_commands(prog: str) -> bool:
    """Whether it is a name for several commands."""
    return prog in (PROGRAM, f"{PROGRAM} trace", f"{PROGRAM} vectors")
