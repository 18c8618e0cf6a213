from pathlib import Path

import pytest
from hypothesis import given

from ipam_model.conformance.plan import DaemonPlan, DatastorePlan
from ipam_model.conformance.plan_document import parse_plan, read_plan, write_plan
from ipam_model.conformance.subject import Capabilities
from ipam_model.errors import InputError
from ipam_model.testing.conformance.area import Drawing
from ipam_model.testing.conformance.daemon_plans import DAEMON_AREAS
from ipam_model.testing.datastore_plans import datastore_plans

ANYTHING = DAEMON_AREAS[-1].plans(Drawing(capabilities=Capabilities(), steps=6))


@given(datastore_plans())
def test_a_plan_of_a_datastore_reads_back(plan: DatastorePlan) -> None:
    assert parse_plan(write_plan(plan, "a title")) == plan


@given(ANYTHING)
def test_a_plan_of_a_daemon_is_a_scenario(plan: DaemonPlan) -> None:
    assert parse_plan(write_plan(plan, "a title")) == plan


HEAD = '{"schema": "ipam-datastore/1", '


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "plan.json:1: not JSON"),
        ('{"schema": "ipam-datastore/2"}', "is another"),
        ('{"schema": "ipam-vectors/1"}', "is another document"),
        (HEAD + '"event": []}', "event"),
        (HEAD + '"events": [{"kind": "assign"}]}', "pod is missing"),
        (HEAD + '"events": [{"kind": "assign", "pod": 1}]}', "pod"),
        (HEAD + '"events": [], "events": []}', "stands twice"),
    ],
)
def test_what_is_no_plan_is_refused_in_one_line(text: str, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint) as caught:
        parse_plan(text, "plan.json")
    assert str(caught.value).startswith("plan.json")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_plan(tmp_path / "plan.json")
    (tmp_path / "plan.json").write_bytes(b"\xff")
    with pytest.raises(InputError, match="not UTF-8"):
        read_plan(tmp_path / "plan.json")
