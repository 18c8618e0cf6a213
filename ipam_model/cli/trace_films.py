"""The films of `ipam-model trace check --html`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ipam_model.trace.check import Verdict, check_file

if TYPE_CHECKING:
    from ipam_model.film.frames import Film
    from ipam_model.page.document import Page


class TraceFilms:
    """Checks recordings; films those that the page will show, the first ones and the rejected."""

    def __init__(self) -> None:
        self._checked: list[Verdict] = []
        self._films: list[Film | None] = []

    def check(self, path: Path) -> Verdict:
        """Check a file; `InputError` if it is not a readable trace."""
        from ipam_model.cli.html.of_trace import MOST
        from ipam_model.film.of_recording import film_of_recording

        film: Film | None
        if sum(each is not None for each in self._films) < MOST:
            verdict, film = film_of_recording(path)
        else:  # Filming takes a while: only what will be looked at.
            verdict, film = check_file(path), None
            if verdict.rejected is not None and path.is_file():
                verdict, film = film_of_recording(path)
        self._checked.append(verdict)
        self._films.append(film)
        return verdict

    def page(self, unreadable: Sequence[str]) -> "Page":
        """The page of what was checked."""
        from ipam_model.cli.html.of_trace import page_of

        return page_of(self._checked, self._films, unreadable)
