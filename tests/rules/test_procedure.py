"""The form of the procedures: questions, lazy options, and what is locked (R71, R194)."""

import pytest

from ipam_model import requests
from ipam_model.daemon import pods
from ipam_model.daemon.pods import AssignableSpots, Spot
from ipam_model.daemon.procedure import Call, Choice, OneOf, Subsets, call, choose
from ipam_model.requests import DONE, Request, TagENI, WriteCheckpoint
from ipam_model.state import Node
from tests.rules.scenes import (
    cidr,
    make_config,
    make_eni,
    make_node,
    make_store,
    placed,
    pod,
    prefix,
    single,
)


def test_one_of_offers_every_item_and_fixes_the_first() -> None:
    options = OneOf(("a", "b"))
    assert options.first == "a"
    assert list(options) == ["a", "b"]
    assert "b" in options
    assert "c" not in options


def test_subsets_are_all_choices_of_a_size_in_the_order_of_the_items() -> None:
    options = Subsets((1, 2, 3), 2)
    assert options.first == (1, 2)
    assert list(options) == [(1, 2), (1, 3), (2, 3)]
    assert (1, 3) in options
    for wrong in [(3, 1), (1,), (1, 1), (1, 4), (1, 2, 3), [1, 2]]:
        assert wrong not in options


def test_subsets_of_size_zero_have_one_option() -> None:
    assert list(Subsets((), 0)) == [()]
    assert Subsets((1,), 0).first == ()


def test_R112_spots_are_lazy_and_answer_membership() -> None:
    store = make_store(
        make_eni("eni-1", cidr(single(1)), cidr(single(2), "p1")),
        make_eni("eni-2", cidr(prefix(0))),
    )
    spots = AssignableSpots(store, 0, 30_000)
    assert [spot.address for spot in spots] == [single(1).address]
    assert spots.first in spots
    assert Spot(store.enis[0], cidr(single(2)), single(2).address) not in spots
    empty = AssignableSpots(make_store(make_eni("eni-1")), 0, 30_000)
    assert empty.first_or_none is None
    assert list(empty) == []


def test_call_and_choose_hand_back_answer_node_and_time() -> None:
    node, later = Node(), Node(max_pods=5)
    asking = call(node, TagENI("eni-1"), "R57")
    assert next(asking) == Call("R57", node, TagENI("eni-1"))
    with pytest.raises(StopIteration) as stop:
        asking.send((DONE, later, 7))
    assert stop.value.value == (DONE, later, 7)
    choosing = choose(node, OneOf(("a",)), "R188", live=(1,), locked=True)
    assert next(choosing) == Choice("R188", node, OneOf(("a",)), (1,), True)
    with pytest.raises(StopIteration) as stop:
        choosing.send(("a", later, 8))
    assert stop.value.value == ("a", later, 8)


def test_R71_only_the_checkpoint_is_written_under_the_lock() -> None:
    kinds = [
        kind
        for kind in vars(requests).values()
        if isinstance(kind, type) and issubclass(kind, Request)
    ]
    assert [kind for kind in kinds if kind.under_lock] == [WriteCheckpoint]
    assert len(kinds) > 20


def test_R71_an_assignment_is_one_locked_operation() -> None:
    scene = placed(make_config(), make_node(make_store(make_eni("eni-1", cidr(single(1))))))
    procedure = pods.assign(scene.config, scene.mind, 0, 0, pod("p1"))
    chosen = next(procedure)
    assert isinstance(chosen, Choice)
    assert chosen.locked
    written = procedure.send((chosen.options.first, chosen.node, 0))
    assert isinstance(written, Call)
    assert written.request.under_lock
