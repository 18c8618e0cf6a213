"""What the daemon leaves to Go's map order, decided: by the first option, or at random."""

from enum import Enum


class Choices(Enum):
    """Who decides what the daemon leaves open; the value is what `--choices` takes."""

    FIRST = "first"
    """The first option in canonical order, every time."""
    RANDOM = "random"
    """Any option with equal odds, from a seed. Go's map order is not uniform (R196): a random run
    shows what can happen, not how often."""
