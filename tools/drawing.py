"""Stories that are the same on every machine and in every process."""

from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis.strategies import SearchStrategy

from ipam_model.testing.profiles import draw_the_same_whatever_is_imported

T = TypeVar("T")


def drawn(strategy: SearchStrategy[T], count: int, *, seed: int | None = None) -> tuple[T, ...]:
    """At most `count` examples of a strategy, in the order in which they are drawn.

    Another `seed` draws others.
    """
    draw_the_same_whatever_is_imported()
    found: list[T] = []

    @settings(
        max_examples=count,
        phases=(Phase.generate,),
        derandomize=seed is None,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(example: T) -> None:
        found.append(example)

    if seed is None:
        collect()
    else:
        seeded(seed)(collect)()
    return tuple(found)
