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
from typing import Final, Protocol

from ipam_model import MODELS, __version__
from ipam_model.cli.commands import COMMANDS, overview
from ipam_model.cli.complaints import complain
from ipam_model.cli.exit_codes import BAD_INPUT, BROKEN_PIPE, INTERRUPTED
from ipam_model.cli.parser import OneLineParser
from ipam_model.cli.suggestions import unknown
from ipam_model.cli.teaching import PROGRAM, Example, filled, teach
from ipam_model.errors import InputError

SHOW_TRACEBACK = "IPAM_MODEL_TRACEBACK"
"""Set this variable to see where an internal error comes from."""


EXAMPLES: Final = (
    Example(
        "the most addresses that a node of mine ever takes from its subnet",
        "ipam-model bound reserved --instance-type m5.large --set WARM_IP_TARGET=1",
    ),
    Example(
        "is anything wrong with my settings?",
        "ipam-model lint --manifest aws-node.yaml --instance-type m5.large",
    ),
    Example("what does rule R136 say, and where does it come from?", "ipam-model rules R136"),
)
EXIT_CODES: Final = "0 holds or accepted, 1 refuted or rejected, 2 bad input, 3 inconclusive"
ABOUT: Final = f"Executable specification of the IP address management of {MODELS}."
MORE: Final = f"{PROGRAM} COMMAND --help says more of each, with examples."


class Command(Protocol):
    """What a module of a command has."""

    def add_parser(
        self, subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]", /
    ) -> None:
        """Add the command to the command line."""


def build_parser(names: Iterable[str] = COMMANDS) -> argparse.ArgumentParser:
    """The parser of these commands; its help shows all there are."""
    parser: argparse.ArgumentParser = OneLineParser(
        prog=PROGRAM,
        usage=f"{PROGRAM} [-h] [--version] COMMAND ...",
        description="\n\n".join((filled(ABOUT), overview(), MORE)),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--version", action="version", version=f"{PROGRAM} {__version__}, models {MODELS}"
    )
    # The overview lists them; argparse itself would list only those that are loaded.
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="COMMAND", prog=PROGRAM, help=argparse.SUPPRESS
    )
    for name in names:
        module: Command = importlib.import_module(f"ipam_model.cli.{name}")
        module.add_parser(commands)
    teach(parser, *EXAMPLES, exit_codes=EXIT_CODES)
    return parser


def _needed(arguments: Sequence[str]) -> Sequence[str]:
    """The command that is named; no other has to be loaded, not for the help either.

    Raises:
        InputError: there is no such command.
    """
    named = next((each for each in arguments if not each.startswith("-")), None)
    if named is None:
        return ()
    if named not in COMMANDS:
        raise InputError(unknown(named, "command", COMMANDS))
    return (named,)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    _replace_closed_streams()
    given = sys.argv[1:] if arguments is None else arguments
    try:
        if given[:1] in (["help"], ("help",)):
            given = [*given[1:], "--help"]
        parsed = build_parser(_needed(given)).parse_args(given)
    except InputError as error:
        return _refuse(str(error))
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
