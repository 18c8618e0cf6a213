"""Durations on the command line."""

import argparse

from ipam_model.rules.timing import SECOND
from ipam_model.simulation.numbers import milliseconds
from ipam_model.simulation.profiles import LONGEST


def duration(text: str) -> int:
    """Seconds above 0 as milliseconds, for argparse."""
    try:
        found = milliseconds(float(text))
    except (ValueError, OverflowError, ArithmeticError):
        found = 0
    if not 0 < found <= LONGEST * SECOND:
        raise argparse.ArgumentTypeError(
            f"{text[:40]!r} is not a number of seconds above 0, at most {LONGEST}"
        )
    return found
