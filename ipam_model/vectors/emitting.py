"""The files made anew from the model.

Decision vectors are drawn anew. Of the others only the case is kept, node or store, history and
event: states, rules, outcomes and flags are the model's. Reading a case needs the extra
`scenarios`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, cast

from attrs import evolve

from ipam_model.catalogue import TAGS, catalogue
from ipam_model.config import Version
from ipam_model.conformance.datastore_document import SCHEMA as PLAN_SCHEMA
from ipam_model.conformance.datastore_document import parse_datastore_plan
from ipam_model.errors import InputError
from ipam_model.scenario.document import SCHEMA as SCENARIO
from ipam_model.scenario.document import Event, Scenario
from ipam_model.scenario.reading import parse_scenario
from ipam_model.scenario.writing import to_json
from ipam_model.strict_json import JsonValue
from ipam_model.vectors.decisions import Decision, decisions
from ipam_model.vectors.files import (
    INDEX_FILE,
    KINDS,
    STORE_VERSION,
    file_text,
    header,
    index_text,
    rule_order,
    suite,
    vector_id,
)
from ipam_model.vectors.questions import MEANING, QUESTIONS, Question
from ipam_model.vectors.states import Json
from ipam_model.vectors.steps import Judged, StepCase, flags, judge, may, moments, step_json
from ipam_model.vectors.store_steps import StoreCase, StoreJudged, store_step_json
from ipam_model.vectors.store_steps import judge as judge_store
from ipam_model.vectors.store_steps import title as title_of_store

DECISION, STEP, STORE = KINDS
STORE_FILE: Final = "datastore.json"
DERIVED_FLAGS: Final = {"normal", "known-upstream-bug"}
FILES: Final[Mapping[str, str]] = {
    "start": "starts",
    "tick": "pool-updates",
    "pod_add": "pod-adds",
    "pod_del": "pod-deletes",
    "reconcile": "reconciles",
}
"""The file of a kind of event; others share one."""
OTHERS: Final = "others"


def emit(
    version: str,
    cases: Iterable[StepCase] | None = None,
    stores: Iterable[StoreCase] | None = None,
) -> dict[str, str]:
    """The texts of the files of a version, by name.

    `cases` are those of the step vectors, `stores` those of a data store; those that are shipped
    if none are given.

    Raises `InputError` if a case makes no sense, or a version has no vectors.
    """
    given = shipped_cases(version) if cases is None else cases
    steps = [step_vector(each, judge(each)) for each in given]
    contents = {"decisions.json": (_decision_header(version), _decision_vectors(version))}
    for stem in (*FILES.values(), OTHERS):
        vectors = sorted((each for each in steps if _stem(each) == stem), key=_by_id)
        if vectors:
            contents[f"{stem}.json"] = (header(version, STEP), vectors)
    of_stores = shipped_store_cases(version) if stores is None else stores
    vectors = sorted((store_vector(each, judge_store(each)) for each in of_stores), key=_by_id)
    if vectors:
        contents[STORE_FILE] = (header(version, STORE), vectors)
    texts = {name: file_text(*content) for name, content in contents.items()}
    return {INDEX_FILE: index_text(version, contents), **texts}


def _by_id(vector: Json) -> str:
    return str(vector["id"])


def _stem(vector: Json) -> str:
    event = cast(Json, vector["event"])
    return FILES.get(str(event["kind"]), OTHERS)


# -- decisions -----------------------------------------------------------------------------------


def _asked(version: str) -> Iterator[Question]:
    return (each for each in QUESTIONS if Version(version) in each.versions)


def _decision_header(version: str) -> Json:
    described: Json = {
        each.name: {
            "asks": each.asks,
            "rules": [*each.rules],
            "inputs": {
                operand.name: {
                    "type": "boolean" if operand.truth else "integer",
                    "meaning": MEANING[operand.name],
                }
                for operand in each.operands()
            },
        }
        for each in _asked(version)
    }
    return {**header(version, DECISION), "decisions": described}


def _decision_vectors(version: str) -> list[Json]:
    return [
        decision_vector(each)
        for question in _asked(version)
        for each in decisions(question, Version(version))
    ]


def decision_vector(case: Decision) -> Json:
    """A decision as a vector."""
    question = case.question
    inputs = dict(case.inputs)
    return {
        "id": vector_id(question.name, {**inputs}),
        "kind": DECISION,
        "title": case.title,
        "rules": [*question.rules],
        "flags": ["boundary" if case.boundary else "normal"],
        "result": "must",
        "decision": question.name,
        "inputs": {**inputs},
        "output": case.output,
    }


# -- steps ---------------------------------------------------------------------------------------


def step_vector(case: StepCase, judged: Judged) -> Json:
    """A step as a vector."""
    event = to_json(evolve(case.event, choices=()))
    history: list[JsonValue] = [to_json(each) for each in case.history]
    content: Json = {
        "node": to_json(case.node),
        "ec2": to_json(case.ec2),
        "history": history,
        "event": event,
    }
    return {
        "id": vector_id(case.event.kind, content),
        "kind": STEP,
        "title": case.title,
        **({"source": case.source} if case.source else {}),
        "rules": _known(judged.rules, case.node.version),
        "flags": [*flags(case, judged)],
        "result": "may" if may(judged) else "must",
        **step_json(case, judged),
    }


def _known(rules: frozenset[str], version: str) -> list[JsonValue]:
    """Those of the rules that are about this version, in their order."""
    tags = {letter for letter, tag in TAGS.items() if tag.startswith(version)} | {"R"}
    known = {each for each in rules if each[0] in tags} & catalogue().keys()
    return [*sorted(known, key=rule_order)]


def store_vector(case: StoreCase, judged: StoreJudged) -> Json:
    """What is done to a data store, as a vector."""
    shown = store_step_json(case, judged)
    pre = cast(Json, shown["pre"])
    content: Json = {**{key: pre[key] for key in ("datastore", "history")}, "event": shown["event"]}
    waited = bool(case.history) and case.history[-1].kind == "advance"
    flagged = {"boundary": waited, "known-upstream-bug": bool(judged.quirks)}
    return {
        "id": vector_id(f"store_{case.event.kind}", content),
        "kind": STORE,
        "title": title_of_store(judged),
        "rules": _known(judged.rules, STORE_VERSION),
        "flags": [flag for flag, has in flagged.items() if has] or ["normal"],
        "result": "may" if len(judged.intended) > 1 else "must",
        **shown,
    }


def shipped_store_cases(version: str) -> Iterator[StoreCase]:
    """The cases of the vectors of a data store that are shipped."""
    for each in suite(version).vectors:
        if each["kind"] == STORE:
            yield store_case_of(each)


def store_case_of(vector: Json) -> StoreCase:
    """The case of a vector of a data store; `InputError` if it is none."""
    pre = cast(Json, vector["pre"])
    events = [*cast("list[JsonValue]", pre["history"]), vector["event"]]
    text = json.dumps({"schema": PLAN_SCHEMA, "datastore": pre["datastore"], "events": events})
    plan = parse_datastore_plan(text, str(vector["id"]))
    return StoreCase(setup=plan.datastore, history=plan.events[:-1], event=plan.events[-1])


def shipped_cases(version: str) -> Iterator[StepCase]:
    """The cases of the step vectors that are shipped."""
    for each in suite(version).vectors:
        if each["kind"] == STEP:
            yield case_of(each)


def case_of(vector: Json) -> StepCase:
    """The case of a step vector; `InputError` if it is none."""
    pre = cast(Json, vector["pre"])
    events = [*cast("list[JsonValue]", pre["history"]), vector["event"]]
    text = json.dumps(
        {"schema": SCENARIO, "node": pre["node"], "ec2": pre["ec2"], "events": events}
    )
    scenario, _ = parse_scenario(text, str(vector["id"]))
    kept = set(cast("list[str]", vector["flags"])) - DERIVED_FLAGS
    case = of_scenario(scenario)
    return evolve(
        case,
        title=str(vector["title"]),
        source=str(vector.get("source", "")),
        flags=tuple(sorted(kept)),
    )


def of_scenario(scenario: Scenario) -> StepCase:
    """The last event of a scenario, after all others; `InputError` if it has none."""
    if not scenario.events:
        raise InputError("a scenario without events makes no vector")
    return StepCase(
        title=scenario.title,
        node=evolve(scenario.node, no_quirks=()),
        ec2=scenario.ec2,
        history=tuple(bare(each) for each in scenario.events[:-1]),
        event=bare(scenario.events[-1]),
        source=scenario.source,
    )


def bare(event: Event) -> Event:
    """An event without what a scenario says about it."""
    return evolve(event, note="", expect=type(event.expect)())


def vectors_of(scenario: Scenario) -> Iterator[Json]:
    """A vector for each event of a scenario that can be one."""
    for case, judged in moments(of_scenario(scenario)):
        yield step_vector(case, judged)
