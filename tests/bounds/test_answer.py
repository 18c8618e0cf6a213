"""An answer is never better than its certificates."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from ipam_model.bounds import (
    Basis,
    Level,
    Proof,
    Question,
    Status,
    Witness,
    bound,
    bounds_of_grid,
    nodes_of,
)
from ipam_model.bounds.answer import answer
from ipam_model.errors import InputError
from ipam_model.limits import InstanceLimits
from ipam_model.nodes import NodeSetup

WARM = {"ENABLE_IPv4": "true", "WARM_IP_TARGET": "1"}
THEOREM = Proof(basis=Basis.THEOREM, name="a theorem")
ENDED = Proof(basis=Basis.SEARCH, name="a search", exhausted=False, states=5, depth=2)
EXHAUSTED = Proof(basis=Basis.SEARCH, name="a search", exhausted=True, states=5, depth=2)


def node() -> NodeSetup:
    (found,) = nodes_of(["m5.large"], [WARM])
    return found


def witness(value: int, level: Level = Level.REFERENCE) -> Witness:
    return Witness(value=value, level=level, steps=1)


@pytest.mark.parametrize(
    ("proof", "upper", "reached", "status", "value"),
    [
        (THEOREM, 5, witness(5), Status.EXACT, 5),
        (EXHAUSTED, 5, witness(5), Status.EXACT, 5),
        (THEOREM, 5, witness(4), Status.UPPER, 5),
        (THEOREM, 5, None, Status.UPPER, 5),
        (THEOREM, 5, witness(5, Level.COUNTING), Status.UPPER, 5),
        (ENDED, 5, witness(5), Status.LOWER, 5),
        (ENDED, 5, None, Status.UNKNOWN, None),
        (ENDED, None, None, Status.UNKNOWN, None),
        (EXHAUSTED, None, None, Status.NEVER, None),
        (None, None, witness(3), Status.LOWER, 3),
        (None, None, witness(3, Level.COUNTING), Status.UNKNOWN, None),
        (None, None, None, Status.UNKNOWN, None),
    ],
)
def test_status_is_what_the_certificates_allow(
    proof: Proof | None,
    upper: int | None,
    reached: Witness | None,
    status: Status,
    value: int | None,
) -> None:
    question = Question(quantity="reserved", node=node())
    found = answer(question, unit="addresses", proof=proof, upper=upper, witness=reached)
    assert (found.status, found.value) == (status, value)


def test_counted_witness_answers_about_the_counting_model() -> None:
    question = Question(quantity="reserved", node=node(), level=Level.COUNTING)
    reached = witness(5, Level.COUNTING)
    found = answer(question, unit="addresses", proof=THEOREM, upper=5, witness=reached)
    assert found.exact


def test_witness_above_the_proof_is_an_error() -> None:
    question = Question(quantity="reserved", node=node())
    with pytest.raises(ValueError, match="a run reaches 6, above 5"):
        answer(question, unit="addresses", proof=THEOREM, upper=5, witness=witness(6))


@pytest.mark.parametrize("kind", [None, ThreadPoolExecutor, ProcessPoolExecutor])
def test_grid_is_answered_in_order_by_any_executor(
    kind: type[ThreadPoolExecutor] | type[ProcessPoolExecutor] | None,
) -> None:
    settings = [WARM, {"ENABLE_IPv4": "true", "WARM_ENI_TARGET": "1"}]
    nodes = list(nodes_of(["m5.large", InstanceLimits.simple(2, 4)], settings))
    like = Question(quantity="reserved", node=nodes[0], level=Level.COUNTING)
    if kind is None:
        found = list(bounds_of_grid(["reserved", "enis"], nodes, [2, None], like=like))
    else:
        with kind(2) as executor:
            grid = bounds_of_grid(
                ["reserved", "enis"], nodes, [2, None], like=like, executor=executor
            )
            found = list(grid)
    assert len(found) == 16
    assert all(each.exact for each in found)
    assert [each.value for each in found[:4]] == [4, 30, 20, 30]
    assert [each.quantity for each in found] == ["reserved"] * 8 + ["enis"] * 8


def test_unknown_type_is_bad_input() -> None:
    with pytest.raises(InputError, match=r"m5\.larg"):
        list(nodes_of(["m5.larg"], [WARM]))


def test_unknown_quantity_is_bad_input() -> None:
    with pytest.raises(InputError, match="did you mean reserved"):
        bound("reservd", node())
