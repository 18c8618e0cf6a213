"""A file that a command is to write: replaced only by a complete one."""

import secrets
from contextlib import suppress
from pathlib import Path

from ipam_model.errors import InputError


class FileToBe:
    """Whether it can be written shows before anything is run: an empty file is made beside it.

    That one is new and has a name that nobody can foresee, so that in a folder of others nothing is
    written through a link of theirs. Where the file itself is a link, what it leads to is replaced,
    and the link stays.
    """

    def __init__(self, option: str, path: Path) -> None:
        """Raises `InputError`, which names the option, if no file can be written there."""
        self._named = f"{option} {path}"
        if path.exists() and not path.is_file():
            raise InputError(f"{self._named}: not a file")
        self._path = self._where_it_leads(path)
        if not self._path.parent.is_dir():
            folder = self._path.parent if path.is_symlink() else path.parent
            raise InputError(f"{self._named}: there is no folder {folder}")
        self._unfinished = self._path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            self._handle = self._unfinished.open("xb")
        except OSError as error:
            raise InputError(
                f"{self._named}: nothing can be written there: {error.strerror or error}"
            ) from None

    def _where_it_leads(self, path: Path) -> Path:
        # Links in a circle are a RuntimeError before Python 3.13, which leaves them as they are.
        with suppress(OSError, RuntimeError):
            resolved = path.resolve()
            if not resolved.is_symlink():
                return resolved
        raise InputError(f"{self._named}: a link that leads nowhere")

    def write(self, content: bytes) -> None:
        """Put the whole in its place; `InputError` if that fails."""
        try:
            with self._handle:
                self._handle.write(content)
            self._unfinished.replace(self._path)
        except OSError as error:
            raise InputError(f"{self._named}: {error.strerror or error}") from None

    def discard(self) -> None:
        """Take away what is not finished."""
        self._handle.close()
        self._unfinished.unlink(missing_ok=True)
