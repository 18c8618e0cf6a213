"""States and steps that must be reachable: a suite that never gets there proves little."""

from collections.abc import Iterator
from typing import Final

from ipam_model.properties.evidence import Step

WITNESSES: Final[dict[str, object]] = {}


def reached(step: Step) -> Iterator[str]:
    """The witnesses that a step reaches."""
    return iter(())
