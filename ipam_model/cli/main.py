"""The command line: `ipam-model COMMAND`.

Exit codes: 0 holds or accepted, 1 refuted or rejected, 2 bad input, 3 inconclusive.
"""

import argparse
import importlib
import io
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NoReturn, Protocol

from ipam_model import MODELS, __version__
from ipam_model.cli.complaints import complain
from ipam_model.cli.exit_codes import BAD_INPUT, BROKEN_PIPE, INTERRUPTED
from ipam_model.errors import InputError

COMMANDS: Final = (
    "trace",
    "replay",
    "settings",
    "rules",
    "show",
    "simulate",
    "explore",
    "prove",
    "bound",
    "lint",
    "diff",
    "conform",
)
"""Each is a module of this package, and loaded only if it is asked for, or if the help is."""

SHOW_TRACEBACK = "IPAM_MODEL_TRACEBACK"
"""Set this variable to see where an internal error comes from."""


class OneLineParser(argparse.ArgumentParser):
    """Complains in one line; the usage is what `--help` is for."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where the usage stands; exit code 2."""
        self.exit(BAD_INPUT, f"{self.prog}: {message}; see {self.prog} --help\n")


class Command(Protocol):
    """What a module of a command has."""

    def add_parser(
        self, subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]", /
    ) -> None:
        """Add the command to the command line."""


def build_parser(names: Iterable[str] = COMMANDS) -> argparse.ArgumentParser:
    """The parser of these commands."""
    parser: argparse.ArgumentParser = OneLineParser(
        prog="ipam-model",
        description=f"Executable specification of the IP address management of {MODELS}.",
        epilog="Exit codes: 0 accepted, 1 rejected, 2 bad input, 3 inconclusive.",
    )
    parser.add_argument(
        "--version", action="version", version=f"ipam-model {__version__}, models {MODELS}"
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in names:
        module: Command = importlib.import_module(f"ipam_model.cli.{name}")
        module.add_parser(commands)
    return parser


def _needed(arguments: Sequence[str]) -> Sequence[str]:
    """The command that is named in the first place, or all of them."""
    return arguments[:1] if arguments and arguments[0] in COMMANDS else COMMANDS


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    _replace_closed_streams()
    given = sys.argv[1:] if arguments is None else arguments
    parsed = build_parser(_needed(given)).parse_args(given)
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
