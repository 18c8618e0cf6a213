"""Errors, split by whose fault they are.

`InputError` is the caller's, `ModelError` is ours. What an implementation under test, or a
recorded daemon, does wrong is not an exception: it is a verdict that a checker returns.
"""


class IpamModelError(Exception):
    """Base of every exception this package raises on purpose."""


class InputError(IpamModelError):
    """Bad input. The message is one line: what is wrong, where, and what would be right."""


class ModelError(IpamModelError):
    """The model contradicts itself: a defect of this package, never of its input."""
