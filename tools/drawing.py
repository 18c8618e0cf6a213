"""Stories that are the same on every machine and in every process."""

from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis.strategies import SearchStrategy

from ipam_model.testing.profiles import draw_the_same_whatever_is_imported

T = TypeVar("T")


def drawn(strategy: SearchStrategy[T], count: int, *, seed: int) -> tuple[T, ...]:
    """At most `count` examples of a strategy, in the order in which they are drawn.

    Another `seed` draws others. `derandomize` would take its own from the text of this function.
    """
    draw_the_same_whatever_is_imported()
    found: list[T] = []

    @seeded(seed)
    @settings(
        max_examples=count,
        phases=(Phase.generate,),
        derandomize=False,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(example: T) -> None:
        found.append(example)

    collect()
    return tuple(found)
