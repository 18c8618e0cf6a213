"""The command line: `ipam-model COMMAND`.

Exit codes: 0 holds or accepted, 1 refuted or rejected, 2 bad input, 3 inconclusive.
"""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from ipam_model import MODELS, __version__
from ipam_model.cli import replay, rules, settings, show, simulate, trace
from ipam_model.errors import InputError

BAD_INPUT = 2
INTERRUPTED = 130
BROKEN_PIPE = 141
"""What a shell shows for a program whose reader went away."""
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
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    parsed = build_parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # What a terminal cannot show must not stop us.
            stream.reconfigure(errors="backslashreplace")
    try:
        code: int = parsed.func(parsed)
        sys.stdout.flush()
    except InputError as error:
        return _complain(str(error))
    except BrokenPipeError:
        # The reader has gone; keep the interpreter from complaining about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        if SHOW_TRACEBACK in os.environ:
            raise
        return _complain(
            f"internal error, a defect of ipam-model and not of your input: "
            f"{type(error).__name__}: {error} (set {SHOW_TRACEBACK}=1 for details)"
        )
    return code


def _complain(message: str) -> int:
    print(f"ipam-model: {' '.join(message.split())}", file=sys.stderr)
    return BAD_INPUT


if __name__ == "__main__":
    sys.exit(main())
