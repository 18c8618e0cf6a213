"""Subjects made and asked what they can do; what fails there is told in one line, by where it is.

A wrong address, factory or `capabilities` is bad input: nothing was compared yet.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from attrs import frozen

from ipam_model.conformance.addressing import (
    EXEC,
    Factory,
    MakeSubject,
    address_of,
    factory_of,
    finds,
)
from ipam_model.conformance.patience import wrong_patience
from ipam_model.conformance.raised import RAISED, raised_place, raised_words
from ipam_model.conformance.subject import Capabilities, Feature, Subject, SubjectError
from ipam_model.errors import InputError, IpamModelError

T = TypeVar("T")


@frozen
class Maker:
    """Makes subjects, as a factory does; `InputError` says what a factory raised."""

    make: MakeSubject
    address: str
    """How a command names it, or what it is."""
    named: bool
    """Whether a command that is given the address makes the same."""

    @staticmethod
    def of(where: Factory) -> "Maker":
        """Of a factory, or where it is; `InputError` if there is no such thing."""
        return Maker(factory_of(where), address_of(where), finds(where))

    @property
    def timeout(self) -> float | None:
        """In how many seconds a program has to answer, unless they are the usual ones."""
        if not self.address.startswith(EXEC):
            return None
        from ipam_model.conformance.wire.remote_subject import TIMEOUT

        seconds: float = getattr(self.make, "timeout", TIMEOUT)
        return None if seconds == TIMEOUT else seconds

    def __call__(self) -> Subject[Any, Any]:
        """A subject."""
        return self._asked(self.make, "calling it")

    def capabilities(self) -> Capabilities:
        """What a subject of it can do.

        Raises:
            InputError: it does not say, there is none, or its `patience` is nonsense.
            SubjectError: a program fails before it says it.
        """
        subject = self()
        wrong = ""
        try:
            found: object = self._asked(lambda: subject.capabilities, "capabilities")
            if isinstance(found, Capabilities) and Feature.PODS_MEANWHILE in found.features:
                wrong = self._asked(lambda: wrong_patience(subject), "patience")
        finally:
            close = getattr(subject, "close", None)
            if callable(close):
                self._asked(close, "close")
        if not isinstance(found, Capabilities):
            raise InputError(
                f"{type(subject).__name__}.capabilities is {found!r}; it has to be a Capabilities"
            )
        if wrong:
            raise InputError(f"{type(subject).__name__}.{wrong}")
        return found

    def _asked(self, act: Callable[[], T], what: str) -> T:
        try:
            return act()
        except (IpamModelError, SubjectError):
            raise
        except RAISED as error:
            said = " ".join(f"{what} raised {raised_words(error)}".split())
            place = raised_place(error)
            where = f" ({place})" if place else ""
            raise InputError(f"{self.address}: {said}{where}") from error
