"""The option `--at-most` of `ipam-model bound`: a limit in a quantity's unit, and who passes it."""

import argparse
import re
from collections.abc import Sequence
from typing import Final

from attrs import frozen

from ipam_model.bounds.answer import MILLISECONDS, Bound, Status
from ipam_model.bounds.registry import Quantity
from ipam_model.cli.bound_text import amount
from ipam_model.cli.complaints import complain
from ipam_model.cli.exit_codes import ACCEPTED, INCONCLUSIVE, REJECTED
from ipam_model.errors import InputError
from ipam_model.simulation.numbers import milliseconds

LARGEST: Final = 10**9
"""Of a number as it is written."""
_WRITTEN: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?(ms|s|)", re.ASCII)


@frozen
class AtMost:
    """A limit as it was written: a number, and a unit of time if there was one."""

    value: int
    """In milliseconds if there was a unit, else in that of the quantity."""
    is_time: bool


def at_most(text: str) -> AtMost:
    """A limit such as `60`, `130s` or `130000ms`, for argparse."""
    found = _WRITTEN.fullmatch(text)
    if found is None or float(found[1]) > LARGEST or ("." in found[1] and found[2] != "s"):
        raise argparse.ArgumentTypeError(
            f"{text[:40]!r} is not a whole number from 0 to {LARGEST}, nor a time such as 130s or "
            "130000ms"
        )
    number, unit = found.groups()
    value = milliseconds(float(number)) if unit == "s" else int(number)
    return AtMost(value, is_time=bool(unit))


def limit_of(given: AtMost | None, asked: Quantity) -> int | None:
    """The limit in the quantity's unit; `InputError` for a time if it is no time."""
    if given is None:
        return None
    if given.is_time and asked.unit != MILLISECONDS:
        raise InputError(f"--at-most: {asked.name} is no time but a number of {asked.unit}")
    return given.value


def exit_code(bounds: Sequence[Bound], limit: int | None) -> int:
    """What the bounds come to; complains of every node that reaches more than the limit."""
    if limit is not None:
        above = [each for each in bounds if each.lower is not None and each.lower > limit]
        for each in above:
            reached, most = (amount(n, each.unit) for n in (each.lower or 0, limit))
            complain(f"{each.node.name}: {each.quantity} reaches {reached}, above {most}")
        if above:
            return REJECTED
        if any(each.upper is None or each.upper > limit for each in bounds):
            return INCONCLUSIVE
    known = all(each.status in (Status.EXACT, Status.UPPER) for each in bounds)
    return ACCEPTED if known else INCONCLUSIVE
