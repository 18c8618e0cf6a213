"""Every store with a bug is told from the model's; the model's own is not."""

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from ipam_model.config import Quirk
from ipam_model.conformance.datastore_events import (
    AddCidr,
    AddEni,
    Assign,
    DatastoreEvent,
    DatastorePart,
    DelCidr,
    ExcludeEni,
    Freeable,
    Pass,
    RemoveEni,
    RemoveUnusedEni,
    Stats,
    Unassign,
)
from ipam_model.conformance.datastore_reference import ReferenceDatastore
from ipam_model.conformance.datastore_spec import DATASTORE_QUIRKS, DatastoreSpec, suspects
from ipam_model.conformance.observation import Precision
from ipam_model.conformance.plan import DatastorePlan
from ipam_model.conformance.running import run_datastore
from ipam_model.conformance.verdict import Result, Verdict
from ipam_model.conformance.wrong_datastores import OF_DAEMONS, WRONG_DATASTORES
from ipam_model.testing.datastore_plans import datastore_plans
from ipam_model.wrong_models import WRONG_MODELS
from tests.conformance.drawn_plans import drawn_plans

SPEC = DatastoreSpec()
NONE: frozenset[Quirk] = frozenset()


@given(
    plan=datastore_plans(),
    seed=st.integers(0, 3),
    quirks=st.frozensets(st.sampled_from(DATASTORE_QUIRKS)),
)
def test_the_reference_conforms(plan: DatastorePlan, seed: int, quirks: frozenset[Quirk]) -> None:
    verdict = run_datastore(ReferenceDatastore(seed, quirks=quirks), plan, DatastoreSpec(quirks))
    assert verdict.result is Result.CONFORMS, verdict.reason


@given(
    plan=datastore_plans(small=True),
    seed=st.integers(0, 3),
    precision=st.sampled_from([Precision.COUNTS, Precision.PER_ENI]),
)
def test_the_reference_conforms_if_it_shows_less(
    plan: DatastorePlan, seed: int, precision: Precision
) -> None:
    verdict = run_datastore(ReferenceDatastore(seed, precision=precision), plan, SPEC)
    assert verdict.result is Result.CONFORMS, verdict.reason


AN_IDLE_EFA_ENI = DatastorePlan(
    datastore=DatastorePart(),
    events=(
        AddEni(eni="eni-1", device=0, primary=True),
        AddEni(eni="eni-2", device=1, efa=True),
        AddCidr(eni="eni-2", cidr="10.0.0.1/32"),
        Pass(ms=61_000),
        RemoveUnusedEni(),
    ),
)
"""Old, empty and needed by no target; drawn too rarely to count on."""


@pytest.mark.parametrize("name", WRONG_DATASTORES)
def test_every_wrong_store_is_noticed(name: str) -> None:
    subject = ReferenceDatastore(wrong_model=WRONG_DATASTORES[name])
    plans = (*drawn_plans(), AN_IDLE_EFA_ENI)
    results = (run_datastore(subject, plan, SPEC).result for plan in plans)
    noticed = next((each for each in results if each is not Result.CONFORMS), None)
    # An address that is in no CIDR is no observation at all.
    assert noticed is (Result.BROKEN if name == "assign-past-the-end" else Result.DIVERGES)


def test_the_catalogue_is_of_its_own() -> None:
    assert len(WRONG_DATASTORES) >= 70
    assert set(WRONG_DATASTORES) & set(WRONG_MODELS) == set(OF_DAEMONS)
    assert all(model.statement and model.breaks for model in WRONG_DATASTORES.values())


# -- suspected bugs of the real one --------------------------------------------------------------

ENI = AddEni(eni="eni-1", device=0)
ADDRESS = AddCidr(eni="eni-1", cidr="10.0.0.1/32")


def run_with(quirk: Quirk, *events: DatastoreEvent) -> Verdict:
    """The run of a store with one suspected bug, before a judge who expects none."""
    return run_datastore(
        ReferenceDatastore(quirks=frozenset({quirk})),
        DatastorePlan(events=events),
        SPEC,
        suspects=suspects(),
    )


def test_R24_is_found_with_the_smallest_plan() -> None:
    def diverges(plan: DatastorePlan) -> bool:
        subject = ReferenceDatastore(quirks=frozenset({Quirk.DOUBLE_DECREMENT}))
        return run_datastore(subject, plan, SPEC).result is Result.DIVERGES

    found = find(
        datastore_plans(),
        diverges,
        settings=settings(
            max_examples=1_000,
            derandomize=True,
            database=None,
            phases=(Phase.generate, Phase.shrink),
        ),
    )
    kinds = [each.kind for each in found.events]
    assert kinds == ["add_eni", "add_cidr", "assign", "remove_eni"], found
    verdict = run_with(Quirk.DOUBLE_DECREMENT, *found.events)
    assert (verdict.quirk, verdict.aspect) == ("R24", "state")


def test_R24_total_is_negative() -> None:
    force = RemoveEni(eni="eni-1", force=True)
    verdict = run_with(Quirk.DOUBLE_DECREMENT, ENI, ADDRESS, Assign(pod="p1"), force)
    assert (verdict.result, verdict.quirk) == (Result.DIVERGES, "R24")
    assert verdict.expected == ("0 ENIs with 0 owned",)
    assert verdict.found == "0 ENIs with -1 owned"


def test_R25_a_cleaned_up_cidr_stays_in_the_counter() -> None:
    events = (ENI, ADDRESS, Assign(pod="p1"), ExcludeEni(eni="eni-1"), Unassign(pod="p1"))
    verdict = run_with(Quirk.CLEANUP_DRIFT, *events, Pass(ms=4_999), Stats(), Pass(ms=1))
    assert (verdict.result, verdict.quirk, len(verdict.steps)) == (Result.DIVERGES, "R25", 8)


def test_R139_a_cooling_address_is_freeable() -> None:
    events = (ENI, ADDRESS, Assign(pod="p1"), Unassign(pod="p1"))
    verdict = run_with(Quirk.COOLING_RELEASED, *events, Freeable(eni="eni-1"))
    assert (verdict.result, verdict.quirk, verdict.aspect) == (Result.DIVERGES, "R139", "reply")


def test_a_divergence_that_no_suspected_bug_explains_has_no_name() -> None:
    subject = ReferenceDatastore(wrong_model=WRONG_DATASTORES["cidr-in-use-deleted"])
    plan = DatastorePlan(
        events=(ENI, ADDRESS, Assign(pod="p1"), DelCidr(eni="eni-1", cidr="10.0.0.1/32"))
    )
    verdict = run_datastore(subject, plan, SPEC, suspects=suspects())
    assert (verdict.result, verdict.quirk, verdict.rules) == (
        Result.DIVERGES,
        "",
        frozenset({"R23"}),
    )
