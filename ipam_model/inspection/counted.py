"""Numbers with their noun."""


def counted(number: int, noun: str) -> str:
    """`1 address`, `2 addresses`, `0 CIDRs`."""
    ending = "" if number == 1 else "es" if noun.endswith(("s", "x")) else "s"
    return f"{number} {noun}{ending}"
