"""Vectors of a data store: complete, shown by stores that follow them, failed by wrong ones."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import pytest

from ipam_model.conformance.datastore_document import event_of
from ipam_model.conformance.datastore_events import (
    EVENTS,
    AddCidr,
    AddEni,
    Assign,
    DatastoreEvent,
    DatastorePart,
    Pass,
    Recover,
    RemoveEni,
    Stats,
)
from ipam_model.conformance.datastore_reference import ReferenceDatastore, as_it_is
from ipam_model.conformance.subject import DatastoreSubject
from ipam_model.conformance.wire.messages import encode_observation
from ipam_model.conformance.wire.remote_subject import RemoteSubject
from ipam_model.conformance.wrong_datastores import WRONG_DATASTORES
from ipam_model.errors import InputError
from ipam_model.vectors.answers import Result, judge, observation
from ipam_model.vectors.emitting import store_case_of, store_vector
from ipam_model.vectors.files import suite
from ipam_model.vectors.outcomes import TooManyError
from ipam_model.vectors.states import Json
from ipam_model.vectors.steps import QuirkBeforeError
from ipam_model.vectors.store_steps import QUIRKS, RULES, StoreCase, certain, title
from ipam_model.vectors.store_steps import judge as judge_case
from tests.conformance.go_toolchain import DATASTORE, go, need_modules

BEGIN = (AddEni(eni="eni-1", device=0), AddCidr(eni="eni-1", cidr="10.0.0.5/32"))


@cache
def shipped() -> tuple[Json, ...]:
    return suite().select(kinds=["datastore"])


def case(*events: DatastoreEvent) -> StoreCase:
    return StoreCase(setup=DatastorePart(), history=events[:-1], event=events[-1])


def answers(subject: DatastoreSubject) -> Iterator[tuple[Json, Json]]:
    """What a store answers to each vector; what it cannot be brought to it skips."""
    for vector in shipped():
        asked = store_case_of(vector)
        subject.reset(asked.setup)
        for event in asked.history:
            subject.apply(event)
        pre = cast(dict[str, Any], vector["pre"])
        if subject.observe() != observation(pre["state"]) and not pre["certain"]:
            yield vector, {"skipped": "it chose otherwise"}
            continue
        reply = subject.apply(asked.event)
        yield vector, {"reply": reply, "state": encode_observation(subject.observe())}


def judged(subject: DatastoreSubject) -> dict[Result, list[str]]:
    found: dict[Result, list[str]] = {each: [] for each in Result}
    for vector, answer in answers(subject):
        found[judge(vector, answer).result].append(str(vector["id"]))
    return found


def test_a_store_that_follows_the_rules_passes() -> None:
    ended = judged(ReferenceDatastore())
    assert ended[Result.FAILED] == ended[Result.KNOWN] == []
    assert len(ended[Result.PASSED]) > len(ended[Result.SKIPPED])


def test_a_store_with_the_suspected_bugs_is_known() -> None:
    ended = judged(as_it_is())
    assert ended[Result.FAILED] == []
    assert len(ended[Result.KNOWN]) >= len(QUIRKS)


@pytest.mark.parametrize(
    "name",
    ["no-cooldown", "repeated-add-gives-another", "eni-in-use-removed", "known-cidr-counted-again"],
)
def test_wrong_stores_fail(name: str) -> None:
    assert judged(ReferenceDatastore(wrong_model=WRONG_DATASTORES[name]))[Result.FAILED]


def test_the_real_store_passes_but_for_its_bugs() -> None:
    need_modules(DATASTORE)
    with TemporaryDirectory() as folder:
        binary = Path(folder) / "datastore.harness"
        go(DATASTORE, "test", "-c", "-o", str(binary), ".")
        command = ("env", "IPAM_SESSION=1", str(binary), "-test.run=^TestSession$")
        with RemoteSubject(command) as subject:
            ended = judged(cast(DatastoreSubject, subject))
    assert ended[Result.FAILED] == []
    assert len(ended[Result.KNOWN]) >= len(QUIRKS)


def test_every_operation_is_asked_about() -> None:
    kinds = {str(cast(Json, each["event"])["kind"]) for each in shipped()}
    assert kinds == {each.kind for each in EVENTS}
    assert RULES.keys() == set(EVENTS)
    assert {each["result"] for each in shipped()} == {"must", "may"}
    assert any("post" not in each for each in shipped())


def test_what_is_shipped_is_what_the_model_says() -> None:
    for vector in shipped()[::7]:
        again = store_case_of(vector)
        assert store_vector(again, judge_case(again)) == vector
        assert event_of(cast(Json, vector["event"])) == again.event


def test_every_outcome_is_listed() -> None:
    two = (*BEGIN, AddCidr(eni="eni-1", cidr="10.0.0.6/32"))
    asked = case(*two, Assign(pod="p1"), Assign(pod="p2"))
    assert not certain(asked)
    told = judge_case(case(*two, Assign(pod="p1")))
    assert sorted(str(each.said.reply["ip"]) for each in told.intended) == ["10.0.0.5", "10.0.0.6"]
    assert title(told) == "Pod p1 asks for an address: 10.0.0.5, or 1 other outcome"


def test_a_refusal_is_told() -> None:
    told = judge_case(case(*BEGIN, Assign(pod="p1"), Assign(pod="p2")))
    assert told.refused
    assert title(told) == "Pod p2 asks for an address: refused, NoAvailable"
    assert not judge_case(case(*BEGIN, Pass(ms=1))).refused


def test_a_suspected_bug_is_told_and_ends_a_story() -> None:
    forced = RemoveEni(eni="eni-1", force=True)
    told = judge_case(case(*BEGIN, Assign(pod="p1"), forced))
    assert [each.value for each in told.quirks] == ["R24"]
    with pytest.raises(QuirkBeforeError):
        judge_case(case(*BEGIN, Assign(pod="p1"), forced, Stats()))


def test_too_many_outcomes_and_senseless_cases_are_bad_input() -> None:
    many = [AddCidr(eni="eni-1", cidr=f"10.0.1.{number}/32") for number in range(17)]
    with pytest.raises(TooManyError, match="assign can go in more than 16 ways"):
        judge_case(case(BEGIN[0], *many, Assign(pod="p1")))
    with pytest.raises(InputError):
        judge_case(case(*BEGIN, Pass(ms=-1)))


def test_a_failed_recovery_leaves_no_store() -> None:
    again = AddCidr(eni="eni-2", cidr="10.0.0.5/32")
    both = (*BEGIN, Assign(pod="p1"), AddEni(eni="eni-2", device=1), again, Assign(pod="p2"))
    told = judge_case(case(*both, Recover()))
    assert {each.state.running for each in told.intended} == {True, False}
