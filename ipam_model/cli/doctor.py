"""`ipam-model doctor`: what is installed, and whether it works."""

import argparse
import json
import os
import platform
import shutil
import sys
from collections.abc import Iterator, Mapping
from enum import Enum
from importlib.metadata import PackageNotFoundError, version
from time import perf_counter

from attrs import frozen

from ipam_model import MODELS, __version__
from ipam_model.cli.commands import summary
from ipam_model.cli.doctor_checks import CHECKS, Check
from ipam_model.cli.exit_codes import ACCEPTED, REJECTED
from ipam_model.cli.progress import progress
from ipam_model.cli.teaching import PROGRAM, Example, teach


class Status(Enum):
    """How a part is."""

    OK = "ok"
    MISSING = "missing"
    """Not installed, which is no defect: nobody needs every extra."""
    BROKEN = "broken"
    """Installed, and does not work."""


@frozen(kw_only=True)
class Found:
    """How a part was found to be."""

    check: Check
    status: Status
    packages: Mapping[str, str | None]
    """Versions by package; `None` if it is not installed."""
    detail: str
    """What came of it, what is wrong, or how to get it."""
    seconds: float


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `doctor` to the command line."""
    parser = subparsers.add_parser(
        "doctor",
        help=summary("doctor"),
        description="Tries every part of the package in the smallest way that really runs it: "
        "reads the data, proves a theorem with each solver, compiles, draws. Says of each whether "
        "it works, which extra installs it if it is missing, or what is broken.",
    )
    output = parser.add_argument_group("output")
    output.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    teach(
        parser,
        Example("is everything there, and does it work?", "ipam-model doctor"),
        Example("for a report of a defect", "ipam-model doctor --json > doctor.json"),
        exit_codes="0 all that is installed works; 1 something is broken",
    )
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Try everything; 1 if something is broken."""
    found: list[Found] = []
    if not arguments.json:
        print("\n".join(_head()), flush=True)
    with progress(len(CHECKS), " checks") as bar:
        for check in CHECKS:
            found.append(examined(check))
            bar.update(1)
            if not arguments.json:
                bar.clear()
                print(line(found[-1]), flush=True)
    broken = [each for each in found if each.status is Status.BROKEN]
    if arguments.json:
        print(json.dumps(as_json(found), indent=2))
    else:
        print(f"\n{_conclusion(found)}")
    return REJECTED if broken else ACCEPTED


def examined(check: Check) -> Found:
    """Try one part."""
    packages = {name: _version(name) for name in check.packages}
    begun = perf_counter()
    absent = [name for name, number in packages.items() if number is None]
    if absent:
        status = Status.MISSING
        detail = f"{', '.join(absent)}; pip install '{PROGRAM}[{check.extra}]'"
    else:
        try:
            detail, status = check.run(), Status.OK
        except Exception as error:  # noqa: BLE001 - whatever is wrong is to be told
            status = Status.BROKEN
            detail = " ".join(f"{type(error).__name__}: {error}".split())
    return Found(
        check=check,
        status=status,
        packages=packages,
        detail=detail,
        seconds=perf_counter() - begun,
    )


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _head() -> Iterator[str]:
    size = shutil.get_terminal_size()
    terminal = f"{size.columns} columns" if sys.stdout.isatty() else "none, the output is piped"
    yield f"{PROGRAM} {__version__}, models {MODELS}"
    yield f"Python {platform.python_version()}, {platform.platform(terse=True)}"
    yield f"terminal: {terminal}; encoding {sys.stdout.encoding}"
    yield ""


def line(found: Found) -> str:
    """A part in a line."""
    width = max(len(each.name) for each in CHECKS)
    versions = ", ".join(f"{name} {number}" for name, number in found.packages.items() if number)
    shown = f" ({versions})" if versions else ""
    return f"{found.status.value:7}  {found.check.name:{width}}  {found.detail}{shown}"


def _conclusion(found: list[Found]) -> str:
    missing = sorted({each.check.extra or "" for each in found if each.status is Status.MISSING})
    broken = [each.check.name for each in found if each.status is Status.BROKEN]
    if broken:
        return f"broken: {', '.join(broken)}"
    if missing:
        return f"all that is installed works; not installed: {', '.join(missing)}"
    return "all works"


def as_json(found: list[Found]) -> Mapping[str, object]:
    """The same for programs."""
    return {
        "version": __version__,
        "models": MODELS,
        "python": platform.python_version(),
        "platform": platform.platform(terse=True),
        "terminal": {
            "is_terminal": sys.stdout.isatty(),
            "columns": shutil.get_terminal_size().columns,
            "encoding": sys.stdout.encoding,
            "term": os.environ.get("TERM"),
        },
        "checks": [
            {
                "name": each.check.name,
                "status": each.status.value,
                "extra": each.check.extra,
                "packages": each.packages,
                "detail": each.detail,
                "seconds": round(each.seconds, 3),
            }
            for each in found
        ],
        "works": all(each.status is not Status.BROKEN for each in found),
    }
