"""What `bound --json` prints is what its schema says, and nothing else is."""

import json
from itertools import product

import pytest
from attrs import fields

from ipam_model.bounds.answer import (
    MILLISECONDS,
    Basis,
    Bound,
    Level,
    Proof,
    Question,
    Status,
    Witness,
    answer,
)
from ipam_model.bounds.index import KNOWN
from ipam_model.cli.bound import as_json
from ipam_model.limits import InstanceLimits
from ipam_model.nodes import NodeSetup
from tests.answer_schemas import Json, accepted_damage, answered, definition, options, problems

Capture = pytest.CaptureFixture[str]
SMALL = ("--limits", "2,4")
PREFIXES = ("--set", "ENABLE_PREFIX_DELEGATION=true")
NODES: dict[str, tuple[str, ...]] = {
    "shipped": (),
    "warm addresses": ("--set", "WARM_IP_TARGET=1"),
    "a minimum alone": ("--set", "MINIMUM_IP_TARGET=4"),
    "flapping": ("--set", "WARM_ENI_TARGET=0"),
    "prefixes": PREFIXES,
    "prefixes that flap": (*PREFIXES, "--set", "WARM_PREFIX_TARGET=00"),
    "max pods": ("--max-pods", "5", "--set", "WARM_IP_TARGET=3"),
    "a finite subnet": ("--subnet-free", "4"),
    "prefixes and max pods": (*PREFIXES, "--set", "WARM_IP_TARGET=5", "--max-pods", "12"),
    "v1.7": ("--version", "v1.7"),
    "the article": ("--version", "article-2021"),
    "repaired": ("--no-quirk", "R139", "--set", "WARM_IP_TARGET=1"),
    "remarks": ("--set", "MAX_ENI=x", "--set", "ENABLE_MULTI_NIC=true"),
}


def asked(quantity: str, *node: str) -> tuple[str, ...]:
    faults = ("--faults", "2") if quantity == "leaks" else ()
    return (quantity, *SMALL, *node, *faults)


@pytest.mark.parametrize("quantity", KNOWN)
def test_every_quantity(quantity: str, capsys: Capture) -> None:
    for name, node in NODES.items():
        if (quantity, name) == ("leaks-at-once", "v1.7"):
            continue  # It has no limit, and that is bad input.
        told = answered(capsys, "bound", *asked(quantity, *node))
        assert (told["quantity"], told["unit"]) == (quantity, KNOWN[quantity].unit)
        assert ("value_ms" in told) == (KNOWN[quantity].unit == MILLISECONDS)


EXAMPLES: dict[Status, tuple[str, ...]] = {
    Status.EXACT: asked("reserved"),
    Status.UPPER: asked("reserved", "--faults", "1"),
    Status.LOWER: asked("ticks-to-serve", *NODES["v1.7"]),
    Status.NEVER: asked("floor", *NODES["prefixes that flap"]),
    Status.UNKNOWN: asked("time-to-serve", *NODES["a finite subnet"]),
}


@pytest.mark.parametrize("status", Status)
def test_every_status_and_nothing_that_is_damaged(status: Status, capsys: Capture) -> None:
    told = answered(capsys, "bound", *EXAMPLES[status])
    assert told["status"] == status.value
    assert accepted_damage("bound", told) == []


@pytest.mark.parametrize("basis", Basis)
def test_every_basis(basis: Basis, capsys: Capture) -> None:
    question = {
        Basis.THEOREM: asked("reserved"),
        Basis.SEARCH: asked("floor", *NODES["prefixes that flap"]),
        Basis.LIMITS: asked("reserved", *NODES["a finite subnet"]),
        Basis.DEFINITION: asked("shortfall-while-cooling", "--set", "IP_COOLDOWN_PERIOD=0"),
    }[basis]
    assert answered(capsys, "bound", *question)["proof"]["basis"] == basis.value


def test_witnesses(capsys: Capture) -> None:
    told = answered(capsys, "bound", *asked("owned", "--witness"))
    assert told["witness"]["scenario"]["events"][0] == {"kind": "start"}
    assert accepted_damage("bound", told, "scenario") == []
    assert answered(capsys, "bound", *asked("owned", "--counting"))["level"] == "counting"
    cut = answered(capsys, "bound", "ticks-to-serve", "--limits", "500,50", "--seconds", "1")
    assert cut["unwitnessed"] == "its replay was ended after 1 s"


NODE = NodeSetup(name="2x4", limits=InstanceLimits.simple(2, 4), env={}, max_pods=8)
PROOFS = (
    None,
    Proof(basis=Basis.THEOREM, name="a theorem", modulo=("induction",)),
    Proof(basis=Basis.SEARCH, name="some", states=7, depth=2, exhausted=True),
    Proof(basis=Basis.SEARCH, name="some", states=7, depth=2, exhausted=False),
)
WITNESSES = (
    None,
    Witness(value=5, level=Level.REFERENCE, steps=2),
    Witness(value=5, level=Level.COUNTING, steps=2, note="no time to replay it"),
)


def test_all_that_certificates_can_come_to() -> None:
    """Also what no question above has: a search that its budget ended, steps that are counted."""
    seen = set()
    for proof, witness, level, upper in product(PROOFS, WITNESSES, Level, (None, 5, 6)):
        question = Question(quantity="reserved", node=NODE, level=level)
        found = answer(question, unit="addresses", proof=proof, upper=upper, witness=witness)
        told = json.loads(json.dumps(as_json(found)))
        assert problems("bound", told) == []
        seen.add((found.status, told["proof"] and told["proof"]["verdict"]))
    assert {status for status, _ in seen} == set(Status)
    assert (Status.UNKNOWN, "ended by its budget") in seen


PRESENT = {
    Status.EXACT: {"value", "lower", "upper", "proof", "witness"},
    Status.UPPER: {"value", "upper", "proof"},
    Status.LOWER: {"value", "lower", "witness"},
    Status.NEVER: {"proof"},
    Status.UNKNOWN: set(),
}
ABSENT = {
    Status.EXACT: set(),
    Status.UPPER: set(),
    Status.LOWER: {"upper"},
    Status.NEVER: {"value", "lower", "upper", "witness"},
    Status.UNKNOWN: {"value", "lower", "upper"},
}
"""What an answer of a status has, and has not."""


@pytest.mark.parametrize("status", Status)
def test_a_status_says_what_there_is(status: Status, capsys: Capture) -> None:
    whole = answered(capsys, "bound", *EXAMPLES[Status.EXACT])
    told = answered(capsys, "bound", *EXAMPLES[status])
    fields_of_sides = PRESENT[Status.EXACT]
    without = {key for key in fields_of_sides if problems("bound", {**told, key: None})}
    with_it = {key for key in fields_of_sides if problems("bound", {**told, key: whole[key]})}
    assert (without, with_it) == (PRESENT[status], ABSENT[status])


def test_several_nodes(capsys: Capture) -> None:
    types = ("--instance-type", "m5.large", "--instance-type", "t3.nano")
    answers = answered(capsys, "bound", "reserved", *types, "--counting")
    assert [each["node"]["name"] for each in answers["bounds"]] == ["m5.large", "t3.nano"]
    assert accepted_damage("bound", answers) == []
    assert problems("bound", {"bounds": answers["bounds"][:1]}), "one answer stands alone"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"status": "almost"}, "$.status: 'almost' is not one of"),
        ({"quantity": "reservd"}, "$.quantity"),
        ({"unit": "prefixes"}, "$.unit"),
        ({"value": 30.5}, "$.value: 30.5 is not of type 'integer'"),
        ({"value": None}, "$.value: None is not of type 'integer'"),
        ({"proof": None}, "$.proof: None is not of type 'object'"),
        ({"witness": None}, "$.witness"),
        ({"value_ms": 30}, "False schema does not allow 30"),
        ({"status": "never"}, "$.value: 8 is not of type 'null'"),
        ({"status": "unknown"}, "$.lower: 8 is not of type 'null'"),
        ({"unit": "ms"}, "'value_ms' is a required property"),
    ],
)
def test_what_is_wrong_is_refused(changes: Json, said: str, capsys: Capture) -> None:
    told = answered(capsys, "bound", *asked("reserved"))
    found = problems("bound", {**told, **changes})
    assert any(said in each for each in found), found


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"basis": "search"}, "is not valid under any"),
        ({"verdict": "proven"}, "is not valid under any"),
        ({"exhausted": True}, "is not valid under any"),
        ({"states": 7}, "is not valid under any"),
        ({"depth": 2}, "is not valid under any"),
    ],
)
def test_a_proof_says_what_its_basis_has(changes: Json, said: str, capsys: Capture) -> None:
    told = answered(capsys, "bound", *asked("reserved"))
    found = problems("bound", {**told, "proof": {**told["proof"], **changes}})
    assert [said in each for each in found] == [True]


@pytest.mark.parametrize("field", ["states", "depth", "exhausted"])
def test_a_search_says_how_far_it_went(field: str, capsys: Capture) -> None:
    told = answered(capsys, "bound", *EXAMPLES[Status.NEVER])
    assert told["proof"]["basis"] == "search"
    assert problems("bound", {**told, "proof": {**told["proof"], field: None}})


# -- schema and code -------------------------------------------------------------------------------


def test_words_are_those_of_the_code() -> None:
    assert options("bound", "answer", "quantity") == list(KNOWN)
    assert set(options("bound", "answer", "unit")) == {each.unit for each in KNOWN.values()}
    assert options("bound", "answer", "status") == [each.value for each in Status]
    assert options("bound", "level") == [each.value for each in Level]
    assert options("bound", "proof", "basis") == [each.value for each in Basis]


def test_fields_are_those_of_the_code() -> None:
    def names(record: type) -> set[str]:
        return {each.name for each in fields(record)}

    assert definition("bound", "answer")["properties"].keys() == names(Bound) | {"value_ms"}
    assert definition("bound", "witness")["properties"].keys() == names(Witness)
    assert definition("bound", "proof")["properties"].keys() == names(Proof) | {"verdict"}


def test_every_status_has_an_example() -> None:
    assert set(EXAMPLES) == set(Status)
