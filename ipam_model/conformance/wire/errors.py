"""What goes wrong between the kit and a program: whose fault it is, in one sentence."""

from typing import Self

from ipam_model.conformance.subject import SubjectError


class ProgramError(SubjectError):
    """The program under test, or its harness, failed; `str` says how, in one sentence."""

    def told(self, message: str) -> Self:
        """Itself, in other words from now on."""
        self.args = (message,)
        return self


class BrokenProtocolError(ProgramError):
    """It said what the protocol does not allow: its harness's fault."""


class MalformedMessageError(BrokenProtocolError):
    """It is a message, but lacks something or has what it should not."""


class StartError(ProgramError):
    """It cannot be started at all: the command is wrong."""


class ProgramTimeoutError(ProgramError):
    """It did not say anything in time."""

    def __init__(self, message: str, waited: float) -> None:
        super().__init__(message)
        self.waited = waited


class ProgramDiedError(ProgramError):
    """It ended, or closed its output, before it was told to stop."""


class SubjectFailedError(ProgramError):
    """The subject failed, and its harness says so."""

    def __init__(self, message: str, traceback: str = "") -> None:
        super().__init__(message)
        self.details = traceback
