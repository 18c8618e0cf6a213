"""Plans for a data store, by areas: a store that has something, and what is then done to it."""

from collections.abc import Mapping
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ipam_model.conformance.datastore_events import DatastorePart
from ipam_model.conformance.plan import DatastorePlan
from ipam_model.conformance.subject import Feature
from ipam_model.testing.conformance.area import Area, Drawing
from ipam_model.testing.datastore_plans import COOLDOWNS, MOST, WEIGHTS, Step, written_out

FURNISHED: Final = (
    Step("add_eni", 0, 5, 0),
    Step("add_cidrs", 0, 1, 0),
    Step("add_eni", 0, 0, 0),
    Step("add_cidrs", 1, 1, 4),
)
"""A primary ENI and another one, each with three addresses, or prefixes."""
ANYTHING: Final = {write.__name__: weight for write, weight in WEIGHTS.items()}


def _plans(
    drawing: Drawing, kinds: Mapping[str, int], prefix_modes: tuple[bool, ...] = (False, True)
) -> SearchStrategy[DatastorePlan]:
    modes = prefix_modes if drawing.has(Feature.PREFIX_DELEGATION) else (False,)
    number = st.integers(0, MOST)
    names = [name for name, weight in kinds.items() for _ in range(weight)]
    # Lists of a fixed length get somewhere; needless events are taken out afterwards.
    steps = st.lists(
        st.builds(Step, st.sampled_from(names), number, number, number),
        min_size=drawing.steps,
        max_size=drawing.steps,
    )
    stores = st.builds(
        DatastorePart,
        prefix_delegation=st.sampled_from(modes),
        cooldown_ms=st.sampled_from(COOLDOWNS),
    )
    beginnings = st.sampled_from((FURNISHED, FURNISHED, FURNISHED, ()))
    return st.builds(
        lambda store, first, then: written_out(store, [*first, *then]), stores, beginnings, steps
    )


def _area(name: str, what: str, **kinds: int) -> Area[DatastorePlan]:
    return Area(name=name, what=what, plans=lambda drawing: _plans(drawing, kinds))


DATASTORE_AREAS: Final = (
    _area(
        "assignment",
        "pods come, ask again, and go, until there is nothing left",
        assign=6,
        assigns=1,
        unassign=3,
        unassigns=1,
        advance=2,
        add_cidr=1,
        stats=1,
    ),
    _area(
        "cooldown",
        "pods come again when addresses have just stopped cooling, or not quite",
        assigns=2,
        assign=3,
        unassign=4,
        advance=6,
        stats=1,
    ),
    _area(
        "removal",
        "ENIs and CIDRs are removed, by force or not, with pods and without",
        assign=4,
        unassign=2,
        advance=2,
        remove_eni=4,
        del_cidr=4,
        add_cidr=2,
        add_eni=2,
        stats=2,
    ),
    _area(
        "unneeded",
        "ENIs go because nobody needs them, under targets that the store may meet",
        assign=3,
        unassign=3,
        advance=5,
        remove_unused_eni=6,
        freeable=2,
        add_eni=2,
        add_cidrs=2,
    ),
    _area(
        "exclusion",
        "ENIs are excluded from serving pods, and no longer",
        assign=4,
        unassign=4,
        exclude_eni=4,
        advance=3,
        add_cidrs=1,
        remove_unused_eni=1,
        stats=2,
    ),
    _area(
        "recovery",
        "the store recovers from its checkpoint",
        assign=5,
        unassign=3,
        recover=4,
        del_cidr=1,
        remove_eni=1,
        advance=2,
        stats=1,
    ),
    Area(
        name="prefixes",
        what="everything, in a store whose pods get addresses of prefixes",
        plans=lambda drawing: _plans(drawing, ANYTHING, (True,)),
        needs=frozenset({Feature.PREFIX_DELEGATION}),
    ),
    Area(
        name="anything",
        what="everything, in either mode",
        plans=lambda drawing: _plans(drawing, ANYTHING),
    ),
)
"""What a datastore is checked for, in this order."""
