"""Numbers with their noun, and lists that say how much longer they are."""

from collections.abc import Sequence


def counted(number: int, noun: str) -> str:
    """`1 address`, `2 addresses`, `0 CIDRs`."""
    ending = "" if number == 1 else "es" if noun.endswith(("s", "x")) else "s"
    return f"{number} {noun}{ending}"


def few(names: Sequence[str], most: int) -> str:
    """At most so many of the names, and how many more there are: `a, b and 3 more`."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
