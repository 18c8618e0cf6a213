"""What the daemon leaves to Go's map order, decided: by the first option, or at random."""

import random
from enum import Enum

from ipam_model.daemon.procedure import Choice, Subsets


class Choices(Enum):
    """Who decides what the daemon leaves open; the value is what `--choices` takes."""

    FIRST = "first"
    """The first option in canonical order, every time."""
    RANDOM = "random"
    """Any option with equal odds, from a seed. Go's map order is not uniform (R196): a random run
    shows what can happen, not how often."""


def draw_option(choice: Choice, draw: random.Random) -> object:
    """One of the options, all equally likely."""
    options = choice.options
    if isinstance(options, Subsets):
        # There may be far too many subsets to list.
        chosen = sorted(draw.sample(range(len(options.items)), options.size))
        return tuple(options.items[position] for position in chosen)
    return draw.choice(list(options))
