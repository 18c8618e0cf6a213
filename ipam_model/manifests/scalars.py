"""What a word of YAML is to Kubernetes and Helm: text, a number, a boolean or nothing.

Both read YAML 1.1 as the Go library they share does, which is not quite what PyYAML does: `y` and
`n` are booleans, and `0o17` is a number.
"""

import re
from enum import Enum
from typing import Final


class Kind(Enum):
    """What a scalar is; the value is how a message calls it."""

    TEXT = "text"
    INTEGER = "a number"
    FLOAT = "a number with a fraction or an exponent"
    BOOLEAN = "a boolean"
    NULL = "null"
    OTHER = "of a type of its own"


_NULL: Final = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE: Final = frozenset({"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"})
_FALSE: Final = frozenset(
    {"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"}
)
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_INTEGERS: Final = (
    (re.compile(r"([-+]?)0[xX]([0-9a-fA-F]{1,16})"), 16),
    (re.compile(r"([-+]?)0[bB]([01]{1,64})"), 2),
    (re.compile(r"([-+]?)0[oO]?([0-7]{1,22})"), 8),
    (re.compile(r"([-+]?)(0|[1-9][0-9]{0,19})"), 10),
)
_TAGS: Final = {
    "tag:yaml.org,2002:str": Kind.TEXT,
    "tag:yaml.org,2002:int": Kind.INTEGER,
    "tag:yaml.org,2002:float": Kind.FLOAT,
    "tag:yaml.org,2002:bool": Kind.BOOLEAN,
    "tag:yaml.org,2002:null": Kind.NULL,
}
_EXPONENT_FROM: Final = 10**6
"""From here on Go prints a float with an exponent: 1000000 becomes 1e+06."""


def resolve(text: str, *, plain: bool, tag: str) -> Kind:
    """The kind of a scalar; only one without quotes and tag is judged by its look."""
    if tag:
        return _TAGS.get(tag, Kind.OTHER)
    if not plain:
        return Kind.TEXT
    if text in _NULL:
        return Kind.NULL
    if text in _TRUE or text in _FALSE:
        return Kind.BOOLEAN
    if integer(text) is not None:
        return Kind.INTEGER
    if (text[0] != "_" and _FLOAT.fullmatch(text.replace("_", ""))) or _NOT_FINITE.fullmatch(text):
        return Kind.FLOAT
    return Kind.TEXT


def integer(text: str) -> int | None:
    """The integer a word stands for, in any of YAML 1.1's notations; None if it is none."""
    if not text or text[0] not in "+-0123456789":
        return None
    digits = text.replace("_", "")
    for pattern, base in _INTEGERS:
        found = pattern.fullmatch(digits)
        if found is not None:
            value = int(found[2], base)
            return -value if found[1] == "-" else value
    return None


def quoted_by_helm(text: str, kind: Kind) -> str | None:
    """The text of a boolean or number after a chart's `quote`; None where Helm's version decides.

    Helm holds numbers as floats, which Go writes with an exponent from a million on; newer
    versions do not (helm/helm#1707).
    """
    if kind is Kind.BOOLEAN:
        return "true" if text in _TRUE else "false"
    whole = integer(text)
    if whole is not None:
        return str(whole) if abs(whole) < _EXPONENT_FROM else None
    digits = text.replace("_", "")
    if not _FLOAT.fullmatch(digits):
        return None
    value = float(digits)
    if not abs(value) < _EXPONENT_FROM or (value and abs(value) < 1e-4):
        return None
    return str(int(value)) if value.is_integer() else repr(value)
