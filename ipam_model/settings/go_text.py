"""Numbers and booleans as the Go standard library reads them (`strconv.Atoi`, `ParseBool`).

Both are stricter than Python's own conversions: no blanks, no underscores, no digits outside
ASCII, no other spellings of true and false.
"""

import re
from enum import Enum

INT64_MIN = -(2**63)
INT64_MAX = 2**63 - 1

_INTEGER = re.compile("([+-]?)([0-9]+)")
_MOST_DIGITS = len(str(INT64_MAX))

_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})


class NotAnInteger(Enum):
    """Why a text is not an integer to Go."""

    SYNTAX = "not a decimal integer"
    RANGE = "outside the 64-bit range"


def atoi(text: str) -> int | NotAnInteger:
    """The integer Go's `strconv.Atoi` reads in `text` on a 64-bit machine, or why it reads none.

    An optional sign and ASCII digits, nothing else; leading zeros are allowed and stay decimal.
    """
    found = _INTEGER.fullmatch(text)
    if found is None:
        return NotAnInteger.SYNTAX
    sign, digits = found[1], found[2].lstrip("0") or "0"
    # Python refuses to convert texts of thousands of digits; none of them fits 64 bits anyway.
    if len(digits) > _MOST_DIGITS:
        return NotAnInteger.RANGE
    value = -int(digits) if sign == "-" else int(digits)
    return value if INT64_MIN <= value <= INT64_MAX else NotAnInteger.RANGE


def parse_bool(text: str) -> bool | None:
    """The boolean Go's `strconv.ParseBool` reads in `text`; None if it reads none."""
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    return None


def wrap_int64(value: int) -> int:
    """`value` as 64-bit two's complement arithmetic leaves it."""
    return (value - INT64_MIN) % 2**64 + INT64_MIN
