"""A command that starts a program under test, as users write it."""

import shlex

from attrs import frozen

from ipam_model.conformance.wire.remote_subject import TIMEOUT, RemoteSubject
from ipam_model.errors import InputError


@frozen
class Program:
    """Makes subjects, as a factory does."""

    text: str
    """The command with its arguments, quoted as in a shell; it is started without one."""
    timeout: float = TIMEOUT

    @property
    def command(self) -> list[str]:
        """The command in words; `InputError` if there is none, or a quote is not closed."""
        try:
            words = shlex.split(self.text)
        except ValueError as error:
            raise InputError(f"command {self.text!r}: {error}") from None
        if not words:
            raise InputError("the command is empty; give a program and its arguments")
        return words

    @property
    def address(self) -> str:
        """How reports name it."""
        return f"exec:{self.text}"

    def __call__(self) -> RemoteSubject:
        """A subject; the program is started when something is asked of it."""
        return RemoteSubject(self.command, timeout=self.timeout)
