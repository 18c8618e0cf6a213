"""Judging answers: what is right passes, what is wrong fails and is told."""

import copy
from typing import Any, TypeAlias, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipam_model.vectors.answers import HIDDEN, Judgement, Result, judge, question
from ipam_model.vectors.files import MODELS, suite

Vector: TypeAlias = dict[str, Any]


def shipped(kind: str) -> list[Vector]:
    vectors = [each for version in MODELS for each in suite(version).vectors]
    return [cast(Vector, each) for each in vectors if each["kind"] == kind]


STEPS = shipped("step")
TOLD = [each for each in STEPS if "post" in each]
REFUSED = [each for each in STEPS if "post" not in each]
MAY = [each for each in STEPS if each["result"] == "may"]
KNOWN = [each for each in STEPS if "upstream" in each]
DECISIONS = shipped("decision")


def of(vector: Vector, outcome: int = 0, *, key: str = "post") -> Vector:
    """The answer that is this outcome, everything told."""
    post = vector["upstream"]["post"] if key == "upstream" else vector["post"]
    chosen = copy.deepcopy(post[outcome])
    state = {**copy.deepcopy(vector["pre"]["state"]), **chosen["state"]}
    return {"id": vector["id"], "reply": chosen["reply"], "calls": chosen["calls"], "state": state}


def told(judgement: Judgement, result: Result) -> str:
    assert judgement.result is result, judgement.reason
    return judgement.reason


@given(st.sampled_from(TOLD), st.data())
def test_every_outcome_passes(vector: Vector, data: st.DataObject) -> None:
    outcome = data.draw(st.integers(0, len(vector["post"]) - 1))
    assert judge(vector, of(vector, outcome)).result is Result.PASSED


@given(st.sampled_from(TOLD))
def test_less_may_be_told(vector: Vector) -> None:
    whole = of(vector)
    counts = {key: whole["state"][key] for key in ("running", "cards")}
    per_eni = {
        **counts,
        "enis": [
            {key: eni[key] for key in ("card", "primary", "total", "assigned", "cooling")}
            for eni in reversed(whole["state"]["enis"])
        ],
    }
    for state in (counts, per_eni):
        assert judge(vector, {"reply": whole["reply"], "state": state}).result is Result.PASSED
    assert judge(vector, {"calls": whole["calls"], "state": counts}).result is Result.PASSED


@given(st.sampled_from(TOLD), st.sampled_from(["total", "assigned", "cooling", "enis"]))
def test_a_wrong_number_fails(vector: Vector, name: str) -> None:
    answer = of(vector)
    if not answer["state"]["cards"]:
        return
    answer["state"]["cards"][0][name] += 1
    assert "expected" in told(judge(vector, answer), Result.FAILED)


@given(st.sampled_from([each for each in TOLD if each["event"]["kind"] != "advance"]))
def test_an_invented_call_fails(vector: Vector) -> None:
    answer = of(vector)
    answer["calls"].append({"call": "FreeENI", "eni": "eni-77"})
    assert "FreeENI(eni=eni-77)" in told(judge(vector, answer), Result.FAILED)


@pytest.mark.parametrize("vector", TOLD, ids=lambda each: str(each["id"]))
def test_doing_nothing_is_wrong_where_something_is_to_be_done(vector: Vector) -> None:
    pre = vector["pre"]["state"]
    idle: Vector = {"reply": {}, "calls": [], "state": pre}
    nothing_to_do = any(
        not each["calls"] and not ({*each["state"]} & {"cards", "enis", "running"})
        and not ({"success", "ok"} & each["reply"].keys())
        for each in vector["post"]
    )  # fmt: skip
    assert (judge(vector, idle).result is Result.PASSED) == nothing_to_do


@pytest.mark.parametrize("vector", REFUSED, ids=lambda each: str(each["id"]))
def test_a_refusal(vector: Vector) -> None:
    assert judge(vector, {"refused": True}).result is Result.PASSED
    assert judge(vector, {"reply": {"success": False}}).result is Result.PASSED
    assert told(judge(vector, {"reply": {"success": True}}), Result.FAILED)
    assert told(
        judge(vector, {"refused": True, "calls": [{"call": "FreeENI", "eni": "eni-1"}]}),
        Result.FAILED,
    )


@given(st.sampled_from(TOLD))
def test_what_need_not_be_refused(vector: Vector) -> None:
    assert "refused" in told(judge(vector, {"refused": True}), Result.FAILED)


@pytest.mark.parametrize("vector", KNOWN, ids=lambda each: str(each["id"]))
def test_the_real_daemon_is_known(vector: Vector) -> None:
    assert "known-upstream-bug" in vector["flags"]
    judged = judge(vector, of(vector, key="upstream"))
    if judged.result is not Result.PASSED:  # It differs in what is not compared: EC2, a clock.
        assert vector["upstream"]["quirks"][0] in told(judged, Result.KNOWN)


def test_some_upstream_bugs_are_seen() -> None:
    judged = [judge(each, of(each, key="upstream")).result for each in KNOWN]
    assert judged.count(Result.KNOWN) > len(judged) / 2


def test_there_is_some_of_everything() -> None:
    assert len(MAY) > 10
    assert len(KNOWN) > 3
    assert len(REFUSED) > 5
    assert all(len(each["post"]) > 1 for each in MAY if "post" in each)


@given(st.sampled_from(DECISIONS))
def test_decisions(vector: Vector) -> None:
    right = vector["output"]
    assert judge(vector, {"output": right}).result is Result.PASSED
    wrong: list[Any] = [None, str(right)]
    wrong.append(not right if isinstance(right, bool) else right + 1)
    wrong.append(int(right) if isinstance(right, bool) else bool(right))
    for each in wrong:
        assert "expected" in told(judge(vector, {"output": each}), Result.FAILED)
    assert "no output" in told(judge(vector, {}), Result.FAILED)


@given(st.sampled_from(STEPS + DECISIONS))
def test_the_question_hides_the_answer(vector: Vector) -> None:
    asked = question(vector, {"schema": "ipam-vectors/1"})
    assert not asked.keys() & set(HIDDEN)
    assert asked.keys() - {"schema"} == vector.keys() - set(HIDDEN)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({}, "the answer has none of"),
        ({"reply": []}, "reply is no object"),
        ({"reply": {}, "state": {"cards": 3}}, "cards is no list"),
        ({"state": {}}, "the state has no cards"),
        ({"state": {"cards": [{"enis": "1"}]}}, "enis is no whole number"),
        ({"error": "panic"}, "error: panic"),
    ],
)
def test_what_is_no_answer_fails_and_says_why(answer: Vector, reason: str) -> None:
    vector = next(
        each for each in TOLD
        if each["event"]["kind"] == "tick" and each["result"] == "must"
    )  # fmt: skip
    assert reason in told(judge(vector, answer), Result.FAILED)


def test_skipping_says_why() -> None:
    assert told(judge(TOLD[0], {"skipped": "no prefixes"}), Result.SKIPPED) == "no prefixes"
