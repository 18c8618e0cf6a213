"""Every store with a bug is told from the model's; the model's own is not."""

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from ipam_model.config import Quirk
from ipam_model.conformance.datastore_reference import ReferenceDatastore
from ipam_model.conformance.datastore_spec import DATASTORE_QUIRKS, DatastoreSpec
from ipam_model.conformance.plan import DatastorePlan
from ipam_model.conformance.wrong_datastores import WRONG_DATASTORES
from ipam_model.testing.datastore_plans import datastore_plans
from tests.conformance.plain_judge import judge

SPEC = DatastoreSpec()
SEARCH = settings(
    max_examples=3_000, derandomize=True, database=None, phases=(Phase.generate,), deadline=None
)


@given(
    plan=datastore_plans(),
    seed=st.integers(0, 3),
    quirks=st.frozensets(st.sampled_from(DATASTORE_QUIRKS)),
)
def test_the_reference_conforms(plan: DatastorePlan, seed: int, quirks: frozenset[Quirk]) -> None:
    subject = ReferenceDatastore(seed, quirks=quirks)
    assert judge(subject, plan, DatastoreSpec(quirks)) is None


@pytest.mark.parametrize("name", WRONG_DATASTORES)
def test_every_wrong_store_is_noticed(name: str) -> None:
    subject = ReferenceDatastore(wrong_model=WRONG_DATASTORES[name])
    find(datastore_plans(), lambda plan: judge(subject, plan, SPEC) is not None, settings=SEARCH)
