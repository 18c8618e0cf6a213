"""Errors, split by whose fault they are.

`InputError` is the caller's, `ModelError` is ours. What an implementation under test, or a
recorded daemon, does wrong is not an exception: it is a verdict that a checker returns.
"""

from collections.abc import Mapping


class IpamModelError(Exception):
    """Base of every exception this package raises on purpose.

    It can be pickled, and so come from another process, whatever its constructor takes.
    """

    def __reduce__(self) -> tuple[object, ...]:
        """Not by the constructor, whose arguments may be others than those of the message."""
        return (_restored, (type(self), self.args, self.__dict__))


def _restored(
    kind: type[IpamModelError], arguments: tuple[object, ...], state: Mapping[str, object]
) -> IpamModelError:
    error = kind.__new__(kind, *arguments)
    error.__dict__.update(state)
    return error


class InputError(IpamModelError):
    """Bad input. The message is one line: what is wrong, where, and what would be right."""


class ModelError(IpamModelError):
    """The model contradicts itself: a defect of this package, never of its input."""
