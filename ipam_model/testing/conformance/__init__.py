"""An implementation checked against the model by plans that Hypothesis draws.

    report = check_conformance(MyAllocator)

    class TestMine(ConformanceSuite):
        subject = staticmethod(MyAllocator)

| module | what it is |
|---|---|
| `area`, `daemon_stories` | plans at random: what they are drawn out of |
| `daemon_plans`, `feature_areas`, `datastore_areas` | the corners of the specification |
| `bench`, `arenas` | where plans run, and what is particular to a kind of subject |
| `hunting`, `minimising` | a plan that diverges, and the smallest one |
| `making` | a subject, or why there is none |
| `failing`, `replaying` | what is said of it, and how it is run again |
| `options`, `checking` | what a check can be told, and `check_conformance` |
| `requiring` | what a report must say |
| `suite`, `ready_made`, `reporting` | for pytest |
"""

from typing import TYPE_CHECKING, Any

from ipam_model.testing.conformance.checking import check_conformance
from ipam_model.testing.conformance.requiring import ConformanceFailure, UndecidedWarning

if TYPE_CHECKING:  # only who runs the suite has pytest
    from ipam_model.testing.conformance.suite import ConformanceSuite

__all__ = ["ConformanceFailure", "ConformanceSuite", "UndecidedWarning", "check_conformance"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - of one name
    if name == "ConformanceSuite":
        from ipam_model.testing.conformance.suite import ConformanceSuite

        return ConformanceSuite
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
