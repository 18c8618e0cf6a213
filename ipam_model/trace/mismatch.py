"""Where the record and the model part."""

EC2 = "EC2"
"""Stands for a rule where it is EC2's answer, not the daemon's behaviour, that cannot be."""


class MismatchError(Exception):
    """The record and the model part: which rule, what was seen, what was allowed."""

    def __init__(self, rule: str, seen: str, allowed: str) -> None:
        super().__init__(f"{rule}: saw {seen}; allowed: {allowed}")
        self.rule = rule
        self.seen = seen
        self.allowed = allowed


class TriedAlreadyError(MismatchError):
    """A way joins one that was tried before: it says nothing about the record."""
