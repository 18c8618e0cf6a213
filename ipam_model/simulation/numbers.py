"""Numbers as text from which they can be read again, and seconds as milliseconds."""

import math
from decimal import Decimal

from ipam_model.rules.timing import SECOND


def number_text(number: float, digits: int = 3) -> str:
    """A whole number as it is, another with at most so many digits behind the point.

    Three are enough for seconds: the model's time is in milliseconds.
    """
    text = f"{number:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def milliseconds(seconds: float) -> int:
    """Whole milliseconds within so many seconds as they were written in decimals: 1.001 s is 1001.

    Multiplied as a binary fraction it would be 1000.
    """
    return math.floor(Decimal(repr(seconds)) * SECOND)
