"""Wrong models that a property or two alone notice, in stories in which the right one is sound."""

from collections.abc import Callable, Mapping
from typing import Final

import pytest
from attrs import evolve

from ipam_model import others
from ipam_model.config import Version
from ipam_model.daemon.article import pods as article_pods
from ipam_model.daemon.procedure import Call
from ipam_model.ec2 import Ec2Eni
from ipam_model.properties.evidence import Asked, Step
from ipam_model.properties.growing import requested
from ipam_model.properties.registry import HOLDS, Sound, Violated
from ipam_model.properties.shrinking import enis_with_pods_stay
from ipam_model.properties.wanting import scraps_are_taken
from ipam_model.requests import (
    OUT_OF_ADDRESSES,
    AssignPrivateIpAddresses,
    EniTags,
    Failed,
    FreeENI,
)
from ipam_model.testing.watched_node import WatchedNode
from ipam_model.wrong_models import WRONG_MODELS, wrong
from tests.rules.scenes import (
    MULTI_NIC,
    PREFIXES,
    foreign_eni,
    key,
    make_config,
    make_node,
    make_scene,
    pod,
    warm,
)

pytestmark = pytest.mark.unmeasured


def node(env: dict[str, str]) -> WatchedNode:
    watched = WatchedNode(make_scene(make_config(env, enis=2, addresses=3)).world)
    watched.start()
    return watched


def a_short_pool() -> WatchedNode:
    """The second pod comes when one address is left of the two that shall be warm."""
    watched = node(warm(ip=2))
    watched.loop_pass()
    watched.add_pod(pod("p1"))
    watched.add_pod(pod("p2"))
    return watched


def an_eni_that_is_not_to_be_managed() -> WatchedNode:
    """The pool is short, and an ENI is there that has free slots and a tag."""
    watched = node(warm(ip=1))
    theirs = foreign_eni("eni-2", tags=EniTags(no_manage="true"))
    watched.ec2 = others.attach_by_other(watched.ec2, theirs)
    watched.advance(60_001)
    watched.reconcile()
    for name in ("p1", "p2", "p3"):
        watched.add_pod(pod(name))
        watched.loop_pass()
    return watched


def a_pod_of_every_card() -> WatchedNode:
    """Two cards, each with an address."""
    config = make_config(warm(ip=1) | MULTI_NIC, enis=2, addresses=3, cards=2)
    watched = WatchedNode(make_scene(config).world)
    watched.start()
    watched.loop_pass()
    watched.add_pod(pod("p1"), multi=True)
    return watched


@pytest.mark.parametrize(
    ("story", "model", "of"),
    [
        (a_short_pool, "warm-addresses-withheld", {"P-L3-served"}),
        (an_eni_that_is_not_to_be_managed, "no-manage-ignored", {"I15", "I15-told"}),
        (a_pod_of_every_card, "one-address-for-every-card", {"P-L3-every-card"}),
    ],
)
def test_a_wrong_model_is_noticed_by_its_property(
    story: Callable[[], WatchedNode], model: str, of: set[str]
) -> None:
    right = story()
    assert not right.violations
    assert all(right.judge.exercised[each] for each in of)
    with wrong(WRONG_MODELS[model]):
        assert {each.of for each in story().violations} == of


def of_the_article(env: dict[str, str], pods: int) -> WatchedNode:
    """A node under the article's policy with three ENIs of three addresses, after some pods."""
    config = evolve(make_config(env, enis=3, addresses=4), version=Version.ARTICLE_2021)
    watched = WatchedNode(make_scene(config).world)
    watched.start()
    for number in range(1, pods + 1):
        watched.loop_pass()
        watched.loop_pass()
        watched.add_pod(pod(f"p{number}"))
    watched.loop_pass()
    return watched


@pytest.mark.parametrize(
    ("env", "pods"),
    [(warm(eni=1), 3), (warm(eni=1), 4), (warm(ip=2), 3)],
    ids=["standby for a full node", "an ENI that serves", "no standby"],
)
def test_a_daemon_of_the_article_that_keeps_what_it_has_is_noticed(
    env: dict[str, str], pods: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It gives addresses of the primary ENI alone, which has none left."""
    right = of_the_article(env, pods)
    assert right.add_pod(pod("late")).success
    assert not right.violations
    wrong_one = of_the_article(env, pods)
    open_enis = article_pods._open_enis
    monkeypatch.setattr(article_pods, "_open_enis", lambda *given: open_enis(*given) & {"eni-1"})
    assert not wrong_one.add_pod(pod("late")).success
    assert [each.of for each in wrong_one.violations] == ["P-L3-served"]


def test_B6_what_a_standby_eni_has_need_not_be_given() -> None:
    """The primary ENI has given two addresses, and could take a third."""
    watched = of_the_article(warm(eni=2, ip=3), 0)
    replies = [watched.add_pod(pod(name)).success for name in ("p1", "p2", "p3")]
    assert replies == [True, True, False]
    (store,) = watched.memory().stores
    assert [len(eni.cidrs) for eni in store.enis] == [2, 2]
    assert not watched.violations


def freed() -> tuple[Asked, Step]:
    """An ENI is freed: the question, and its step."""
    steps: list[Step] = []

    class Keeping(WatchedNode):
        """Keeps its steps."""

        def on_step(self, step: Step) -> None:
            super().on_step(step)
            steps.append(step)

    watched = Keeping(make_scene(make_config(warm(eni=1), enis=2, addresses=3)).world)
    watched.start()
    watched.add_pod(pod("p1"))
    watched.loop_pass()
    watched.delete_pod(key("p1"))
    for _ in range(30):
        watched.loop_pass()
    return next(
        (asked, step)
        for step in steps
        for asked in step.asked
        if isinstance(requested(asked), FreeENI)
    )


PROTECTING: Final[Mapping[str, Callable[[Ec2Eni], Ec2Eni]]] = {
    "primary": lambda eni: evolve(eni, primary=True),
    "trunk": lambda eni: evolve(eni, trunk=True),
    "efa": lambda eni: evolve(eni, efa=True),
    "efa_only": lambda eni: evolve(eni, efa_only=True),
}


@pytest.mark.parametrize("kind", PROTECTING)
def test_no_protected_eni_is_freed_however_it_was_chosen(kind: str) -> None:
    asked, step = freed()
    assert enis_with_pods_stay(asked, step) is HOLDS
    request = requested(asked)
    assert isinstance(request, FreeENI)
    name = request.eni
    enis = tuple(
        PROTECTING[kind](eni)
        if eni.id == name
        else evolve(eni, primary=eni.primary and kind != "primary")
        for eni in asked.ec2.enis
    )
    asked = evolve(asked, ec2=evolve(asked.ec2, enis=enis))
    assert isinstance(enis_with_pods_stay(asked, step), Violated)


@pytest.mark.parametrize("ends", [False, True])
def test_a_terminating_daemon_need_not_release_its_surplus(ends: bool) -> None:
    watched = node(warm(eni=1))
    watched.add_pod(pod("p1"))
    watched.loop_pass()
    watched.delete_pod(key("p1"))
    if ends:
        watched.terminate()
    watched.rest()
    assert not watched.violations
    assert bool(watched.judge.exercised["P-L4"]) is not ends


def test_a_left_over_address_is_no_free_prefix() -> None:
    """Two prefixes are missing, and two are asked for, whatever single address has no pod."""
    watched = WatchedNode(make_scene(make_config(warm(ip=1), enis=2, addresses=6)).world)
    watched.start()
    watched.add_pod(pod("p1"))
    watched.start(make_config(warm(prefix=2) | PREFIXES, enis=2, addresses=6))
    watched.delete_pod(key("p1"))
    for number in range(32):
        watched.add_pod(pod(f"q{number}"))
    before = watched.judge.exercised["P-M1-wanted"]
    watched.loop_pass()
    assert watched.judge.exercised["P-M1-wanted"] == before + 1
    assert not watched.violations
    assert [len(eni.cidrs) for eni in watched.memory().stores[0].enis] == [5]


def asked_again(eni: str, count: int) -> Sound | Violated:
    """The verdict where three addresses are refused on eni-1, and then so many asked for."""
    node = make_node()
    world = make_scene(make_config({})).world
    requests = (
        AssignPrivateIpAddresses("eni-1", 3, False),
        AssignPrivateIpAddresses(eni, count, False),
    )
    asked = tuple(
        Asked(
            ask=Call("R98", node, request),
            answer=Failed(next(iter(OUT_OF_ADDRESSES))),
            now=0,
            ec2=world.ec2,
        )
        for request in requests
    )
    step = Step(kind="tick", subject=None, before=world, after=world, reply=None, asked=asked)
    return scraps_are_taken(step)


def test_one_address_is_asked_for_on_the_same_eni() -> None:
    assert asked_again("eni-1", 1) is HOLDS
    assert isinstance(asked_again("eni-1", 2), Violated)
    assert isinstance(asked_again("eni-2", 1), Violated)
