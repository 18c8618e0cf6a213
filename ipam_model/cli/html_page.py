"""The option `--html FILE`: what a command found as one self-contained page."""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

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
    """A page to be; the file that is there already is replaced only by a complete one.

    Whether it can be written shows before anything is run: an empty file is made beside it. Use it
    in a `with`, which takes away what is not finished.
    """

    def __init__(self, path: Path) -> None:
        if path.suffix.lower() not in SUFFIXES:
            raise InputError(f"--html {path}: the name must end in .html")
        if path.exists() and not path.is_file():
            raise InputError(f"--html {path}: not a file")
        if not path.parent.is_dir():
            raise InputError(f"--html {path}: there is no folder {path.parent}")
        self.path = path
        self._unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            self._unfinished.touch()
        except OSError as error:
            raise InputError(
                f"--html {path}: nothing can be written there: {error.strerror or error}"
            ) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._unfinished.unlink(missing_ok=True)

    def write(self, page: "Page") -> None:
        """Write the page; `InputError` if that fails."""
        from ipam_model.page.rendering import rendered

        try:
            self._unfinished.write_text(rendered(page), encoding="utf-8")
            self._unfinished.replace(self.path)
        except OSError as error:
            raise InputError(f"--html {self.path}: {error.strerror or error}") from None


@contextmanager
def html_asked(arguments: argparse.Namespace) -> Iterator[HtmlFile | None]:
    """The file that `--html` names, checked; `None` if nobody asked for a page."""
    path: Path | None = arguments.html
    if path is None:
        yield None
        return
    with HtmlFile(path) as file:
        yield file
