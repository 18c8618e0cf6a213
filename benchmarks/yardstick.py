"""A loop of plain Python, timed beside every run, that tells machines and busy moments apart.

One step is the least that an immutable pod event does: copy a dict of 16 assignments, add one,
and rebuild a row of 9 and the row of 3 around it. Nothing in it comes from the model, so the
number of steps that an event costs can be compared between machines, and between versions of the
model, but not between versions of Python.
"""

import time
from typing import Final

STEPS: Final = 200_000
"""Steps per measurement: about a tenth of a second."""


def rate(steps: int = STEPS) -> float:
    """Steps per second, right now."""
    start = time.perf_counter()
    run(steps)
    return steps / (time.perf_counter() - start)


def run(steps: int) -> None:
    """Do that many steps."""
    held = {(f"p{number}", "aws-cni", "eth0"): number for number in range(16)}
    row = tuple(range(9))
    rows = (row, row, row)
    newcomer = ("p16", "aws-cni", "eth0")
    for number in range(steps):
        copy = dict(held)
        copy[newcomer] = number
        row = (*row[:4], number, *row[5:])
        rows = (rows[0], row, rows[2])
