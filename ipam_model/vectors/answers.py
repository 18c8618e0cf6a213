"""What an implementation answers to a vector, judged.

An answer is a JSON object with the `id` of the vector and

| member | to |
|---|---|
| `output` | a decision |
| `reply`, `calls`, `state` | an event: whatever the implementation knows of them |
| `refused`: true | an event that must be refused |
| `skipped`: why | anything it cannot do |

Of a reply `success` or `ok` must be there and every member must be right. Calls are compared in
order, by name and arguments. A state is compared as precisely as it is given: `cards` alone are
counts; `enis` with numbers, per ENI; `enis` with `id` and `cidrs`, exactly.
"""

import json
from collections.abc import Hashable, Mapping, Sequence
from enum import Enum, unique
from typing import Final, cast

from attrs import frozen

from ipam_model.conformance.observation import (
    Observation,
    Precision,
    SeenCard,
    SeenCidr,
    SeenEni,
    canonical,
)
from ipam_model.errors import InputError
from ipam_model.strict_json import JsonValue
from ipam_model.vectors.states import Json


@unique
class Result(Enum):
    """How an answer is judged."""

    PASSED = "passed"
    KNOWN = "known"
    """It does what the real daemon does by a suspected bug."""
    FAILED = "failed"
    SKIPPED = "skipped"


@frozen
class Judgement:
    """An answer, judged."""

    vector: Json
    result: Result
    reason: str = ""
    """Why it failed or was skipped."""


HIDDEN: Final = ("post", "refusal", "upstream", "output")
"""The members of a vector that are its answer."""


def question(vector: Json, about: Json) -> Json:
    """What an implementation is asked: the vector without its answer, and what it belongs to."""
    return {**about, **{key: value for key, value in vector.items() if key not in HIDDEN}}


def judge(vector: Json, answer: Json) -> Judgement:
    """Judge an answer; one that is none has failed."""
    if "skipped" in answer:
        return Judgement(vector, Result.SKIPPED, str(answer["skipped"]) or "no reason given")
    if "error" in answer:
        return Judgement(vector, Result.FAILED, f"error: {answer['error']}")
    if vector["kind"] == "decision":
        return _judge_decision(vector, answer)
    try:
        wrong = _wrong(vector, _outcomes(vector.get("post")), answer)
        if wrong and "upstream" in vector:
            upstream = cast(Json, vector["upstream"])
            if not _wrong(vector, _outcomes(upstream["post"]), answer):
                quirks = ", ".join(map(str, cast("list[JsonValue]", upstream["quirks"])))
                return Judgement(vector, Result.KNOWN, f"as the real daemon by {quirks}")
    except InputError as error:
        wrong = str(error)
    return Judgement(vector, Result.FAILED, wrong) if wrong else Judgement(vector, Result.PASSED)


def _judge_decision(vector: Json, answer: Json) -> Judgement:
    right = vector["output"]
    if "output" not in answer:
        return Judgement(vector, Result.FAILED, "the answer has no output")
    given = answer["output"]
    if type(given) is not type(right) or given != right:
        return Judgement(
            vector, Result.FAILED, f"output: expected {_said(right)}, got {_said(given)}"
        )
    return Judgement(vector, Result.PASSED)


def _said(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False)


def _outcomes(post: JsonValue) -> Sequence[Json]:
    return cast("list[Json]", post) if isinstance(post, list) else ()


def _wrong(vector: Json, allowed: Sequence[Json], answer: Json) -> str:
    """What is wrong with the answer; empty if it is one of the outcomes."""
    before = cast(Json, cast(Json, vector["pre"])["state"])
    if not allowed:
        return _not_refused(before, answer)
    if answer.get("refused"):
        return "refused; it must not be"
    if not answer.keys() & {"reply", "calls", "state"}:
        return "the answer has none of reply, calls, state, refused, skipped"
    reasons = [_differs(each, before, answer) for each in allowed]
    if not all(reasons):
        return ""
    several = f" (and {len(reasons) - 1} other outcomes differ as well)" if reasons[1:] else ""
    return f"{reasons[0]}{several}"


def _not_refused(before: Json, answer: Json) -> str:
    reply = _object(answer, "reply")
    if not answer.get("refused") and reply.get("success", reply.get("ok")) is not False:
        return "it must be refused"
    if answer.get("calls"):
        return "it must be refused, and EC2 not asked for anything"
    state = answer.get("state")
    if state is not None and _state_differs(before, _object(answer, "state")):
        return "it must be refused, and nothing change"
    return ""


def _differs(outcome: Json, before: Json, answer: Json) -> str:
    """Where an answer is not this outcome; empty if it is."""
    if "reply" in answer:
        wrong = _reply_differs(cast(Json, outcome["reply"]), _object(answer, "reply"))
        if wrong:
            return wrong
    if "calls" in answer:
        expected = [_request(each) for each in cast("list[Json]", outcome.get("calls", []))]
        given = [_request(each) for each in _objects(answer, "calls")]
        if expected != given:
            return f"calls: expected {_calls_text(expected)}, got {_calls_text(given)}"
    if "state" in answer:
        after = {**before, **cast(Json, outcome["state"])}
        return _state_differs(after, _object(answer, "state"))
    return ""


def _reply_differs(expected: Json, given: Json) -> str:
    for key in ("success", "ok"):
        if key in expected and key not in given:
            return f"the reply has no {key}"
    for key, value in given.items():
        if key not in expected or expected[key] != value:
            right = _said(expected[key]) if key in expected else "nothing"
            return f"reply {key}: expected {right}, got {_said(value)}"
    return ""


_ANSWERS: Final = {"error", "granted", "created", "device", "in_subnet", "primary_address"}
"""The members of a call that are EC2's answer."""


def _request(call: Json) -> dict[str, Hashable]:
    """A call by name and arguments, lists in any order."""
    return {
        key: tuple(sorted(map(str, value))) if isinstance(value, list) else str(value)
        for key, value in call.items()
        if key not in _ANSWERS and not (key == "card" and value == 0)
    }


def _calls_text(calls: Sequence[Mapping[str, Hashable]]) -> str:
    shown = []
    for call in calls:
        arguments = ", ".join(f"{key}={value}" for key, value in call.items() if key != "call")
        shown.append(f"{call.get('call')}({arguments})")
    return "; ".join(shown) or "none"


# -- states --------------------------------------------------------------------------------------


def _state_differs(right: Json, given: Json) -> str:
    precision = _precision(given)
    expected = canonical(observation(right), precision)
    found = canonical(observation(given), precision)
    if expected == found:
        return ""
    return f"state ({precision.value}): expected {expected}, got {found}"


def _precision(state: Json) -> Precision:
    enis = _objects(state, "enis")
    if "enis" not in state:
        return Precision.COUNTS
    if all("cidrs" in each and "id" in each for each in enis):
        return Precision.EXACT
    return Precision.PER_ENI


def observation(state: Json) -> Observation:
    """What a state shows; `InputError` if a member is missing or of the wrong type."""
    running = state.get("running", True)
    if running is not False and "cards" not in state:
        raise InputError("the state has no cards")
    return Observation(
        running=running is not False,
        cards=tuple(
            SeenCard(
                card=_count(each, "card", 0),
                enis=_count(each, "enis"),
                total=_count(each, "total"),
                assigned=_count(each, "assigned"),
                cooling=_count(each, "cooling"),
            )
            for each in _objects(state, "cards")
        ),
        enis=tuple(
            SeenEni(
                id=str(each.get("id", "")),
                card=_count(each, "card", 0),
                primary=each.get("primary") is True,
                total=_count(each, "total"),
                assigned=_count(each, "assigned"),
                cooling=_count(each, "cooling"),
                cidrs=tuple(_cidr(cidr) for cidr in _objects(each, "cidrs")),
            )
            for each in _objects(state, "enis")
        ),
    )


def _cidr(shown: Json) -> SeenCidr:
    cooling = shown.get("cooling", [])
    if not isinstance(cooling, list) or not isinstance(shown.get("cidr"), str):
        raise InputError("a CIDR is an object with cidr, and perhaps assigned and cooling")
    return SeenCidr(
        cidr=str(shown["cidr"]),
        assigned={address: str(pod) for address, pod in _object(shown, "assigned").items()},
        cooling=tuple(map(str, cooling)),
    )


def _object(holder: Json, key: str) -> Json:
    found = holder.get(key, {})
    if not isinstance(found, dict):
        raise InputError(f"{key} is no object")
    return found


def _objects(holder: Json, key: str) -> list[Json]:
    found = holder.get(key, [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise InputError(f"{key} is no list of objects")
    return cast("list[Json]", found)


def _count(holder: Json, key: str, default: int | None = None) -> int:
    found = holder.get(key, default)
    if not isinstance(found, int) or isinstance(found, bool):
        raise InputError(f"{key} is no whole number")
    return found
