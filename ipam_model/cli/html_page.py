"""The option `--html FILE`: what a command found as one self-contained page."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from ipam_model.cli.file_to_be import FileToBe
from ipam_model.errors import InputError

if TYPE_CHECKING:  # what a page needs is loaded once there is one to write
    from ipam_model.page.document import Page

SUFFIXES: Final = (".html", ".htm")


def add_html_option(parser: argparse._ActionsContainer, what: str) -> None:
    """Add `--html`; `what` says what the page shows."""
    parser.add_argument(
        "--html",
        type=Path,
        metavar="FILE",
        help=f"also write one self-contained page to look at in a browser: {what}",
    )


class HtmlFile:
    """A page to be. Use it in a `with`, which takes away what is not finished."""

    def __init__(self, path: Path) -> None:
        if path.suffix.lower() not in SUFFIXES:
            raise InputError(f"--html {path}: the name must end in .html")
        self._file = FileToBe("--html", path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._file.discard()

    def write(self, page: "Page") -> None:
        """Write the page; `InputError` if that fails."""
        from ipam_model.page.rendering import rendered

        self._file.write(rendered(page).encode("utf-8"))


@contextmanager
def html_asked(arguments: argparse.Namespace) -> Iterator[HtmlFile | None]:
    """The file that `--html` names, checked; `None` if nobody asked for a page."""
    path: Path | None = arguments.html
    if path is None:
        yield None
        return
    with HtmlFile(path) as file:
        yield file
