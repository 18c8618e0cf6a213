"""Plans of a data store that are drawn once, and the same in every run."""

from functools import cache

from hypothesis import Phase, given, settings

from ipam_model.conformance.plan import DatastorePlan
from ipam_model.testing.datastore_plans import datastore_plans

NUMBER = 500


@cache
def drawn_plans() -> tuple[DatastorePlan, ...]:
    """So many plans, in the order in which they were drawn."""
    plans: list[DatastorePlan] = []

    @settings(max_examples=NUMBER, derandomize=True, database=None, phases=(Phase.generate,))
    @given(datastore_plans())
    def collect(plan: DatastorePlan) -> None:
        plans.append(plan)

    collect()
    return tuple(plans)
