"""The plans that every wrong subject meets, in the order of a check: directed, then random."""

from collections.abc import Iterator
from functools import cache
from typing import Final

from attrs import frozen

from ipam_model.conformance.directed import DIRECTED, directed_plans
from ipam_model.conformance.needs import suits
from ipam_model.conformance.plan import Plan
from ipam_model.conformance.reference import ReferenceDaemon
from ipam_model.conformance.subject import Calls, Capabilities, Kind
from ipam_model.testing.conformance.area import Drawing
from ipam_model.testing.conformance.arenas import arena_for
from ipam_model.testing.conformance.options import STEPS
from tools.detection.subjects import RIGHT, factory_of
from tools.drawing import drawn

SEED: Final = 7
PLANS: Final = 2
"""Of each area, those not counted in which nothing happens."""


@frozen
class Offered:
    """A plan of the budget."""

    area: str
    name: str
    """Of a directed plan; empty of a random one."""
    plan: Plan

    def __str__(self) -> str:
        return f"{self.area} {self.name}".strip()

    @property
    def random(self) -> bool:
        """Whether it was drawn."""
        return self.area != DIRECTED


@cache
def budget(kind: Kind, calls: Calls = Calls.CHANGES) -> tuple[Offered, ...]:
    """All of them, in order: the areas in turn, one plan of each."""
    offers = capabilities(kind, calls)
    directed = [
        Offered(DIRECTED, each.name, each.plan)
        for each in directed_plans(kind)
        if suits(each.plan, offers)
    ]
    return (*directed, *_in_turn(kind, offers))


def capabilities(kind: Kind, calls: Calls) -> Capabilities:
    """What the model as a subject can do."""
    if kind is Kind.DATASTORE:
        return factory_of(kind, RIGHT)().capabilities
    return ReferenceDaemon(calls=calls).capabilities


def _in_turn(kind: Kind, offers: Capabilities) -> Iterator[Offered]:
    arena = arena_for(kind)
    drawing = Drawing(capabilities=offers, steps=STEPS)
    each: list[tuple[str, list[Plan]]] = []
    for area in arena.areas:
        if not area.lacking(offers):
            found = drawn(area.plans(drawing), PLANS + 1, seed=SEED)
            telling = [plan for plan in found if len(arena.events(plan)) > 1]
            each.append((area.name, telling[:PLANS]))
    for turn in range(PLANS):
        for name, plans in each:
            if turn < len(plans):
                yield Offered(name, "", plans[turn])
