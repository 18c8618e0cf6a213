"""The command line: `ipam-model COMMAND`.

Exit codes: 0 holds or accepted, 1 refuted or rejected, 2 bad input, 3 inconclusive.
"""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from ipam_model import MODELS, __version__
from ipam_model.cli import (
    bound,
    diff,
    explore,
    lint,
    prove,
    replay,
    rules,
    settings,
    show,
    simulate,
    trace,
)
from ipam_model.cli.complaints import complain
from ipam_model.cli.exit_codes import BAD_INPUT, BROKEN_PIPE, INTERRUPTED
from ipam_model.errors import InputError

SHOW_TRACEBACK = "IPAM_MODEL_TRACEBACK"
"""Set this variable to see where an internal error comes from."""


class OneLineParser(argparse.ArgumentParser):
    """Complains in one line; the usage is what `--help` is for."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where the usage stands; exit code 2."""
        self.exit(BAD_INPUT, f"{self.prog}: {message}; see {self.prog} --help\n")


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser: argparse.ArgumentParser = OneLineParser(
        prog="ipam-model",
        description=f"Executable specification of the IP address management of {MODELS}.",
        epilog="Exit codes: 0 accepted, 1 rejected, 2 bad input, 3 inconclusive.",
    )
    parser.add_argument(
        "--version", action="version", version=f"ipam-model {__version__}, models {MODELS}"
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    trace.add_parser(commands)
    replay.add_parser(commands)
    settings.add_parser(commands)
    rules.add_parser(commands)
    show.add_parser(commands)
    simulate.add_parser(commands)
    explore.add_parser(commands)
    prove.add_parser(commands)
    bound.add_parser(commands)
    lint.add_parser(commands)
    diff.add_parser(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    _replace_closed_streams()
    parsed = build_parser().parse_args(arguments)
    if sys.stdout is None:
        return _refuse("the standard output is closed; there is nothing to print to")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # What a terminal cannot show must not stop us.
            stream.reconfigure(errors="backslashreplace")
    try:
        code: int = parsed.func(parsed)
        sys.stdout.flush()
    except InputError as error:
        return _refuse(str(error))
    except BrokenPipeError:  # The reader has gone.
        _abandon_output()
        return BROKEN_PIPE
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        _abandon_output()
        return _refuse(f"{error.filename or 'standard input or output'}: {error.strerror or error}")
    except Exception as error:
        if SHOW_TRACEBACK in os.environ:
            raise
        return _refuse(
            f"internal error, a defect of ipam-model and not of your input: "
            f"{type(error).__name__}: {error} (set {SHOW_TRACEBACK}=1 for details)"
        )
    return code


def _refuse(message: str) -> int:
    complain(message)
    return BAD_INPUT


def _replace_closed_streams() -> None:
    """Python has none of the streams that the shell closed: read nothing, complain to nobody."""
    if sys.stdin is None:
        sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 - open to the end
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - the same


def _abandon_output() -> None:
    """Keep the interpreter from trying, and complaining, once more at its exit."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError:  # It is no file at all.
        return


if __name__ == "__main__":
    sys.exit(main())
