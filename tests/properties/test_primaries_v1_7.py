"""Primary addresses in the pool of v1.7 (H20): what their findings explain, and what not."""

from collections.abc import Callable
from itertools import chain
from typing import Final

import pytest

from ipam_model.config import Config, Version, parse_settings_of
from ipam_model.daemon.procedure import Procedure
from ipam_model.daemon.shrink import remember_releases
from ipam_model.daemon.v1_7 import reconcile, shrink
from ipam_model.limits import InstanceLimits
from ipam_model.requests import AttachedEni
from ipam_model.rules import timing
from ipam_model.scenario.document import (
    ArmFault,
    Ec2Part,
    Event,
    Limits,
    LoopPass,
    NodePart,
    OthersAssign,
    OthersUnassign,
    PodAdd,
    PodDel,
    Scenario,
    Start,
    SubnetPart,
    Tick,
)
from ipam_model.scenario.judging import JudgedRun
from ipam_model.state import Network, Node
from ipam_model.testing import events
from ipam_model.testing.story import Story
from ipam_model.wrong_models import WRONG_MODELS, wrong
from tests.properties.watcher import watch_to_the_end

pytestmark = pytest.mark.unmeasured

Patch = pytest.MonkeyPatch
WRONG_STORE: Final = "primary-address-keeps-the-store-wrong-in-v1.7"
PRIMARY: Final = Network(0x0A010007, 1)
"""The primary address of eni-2, whose host networking fails; 10.1.0.8 is to go with it."""


def judged(*later: Event) -> JudgedRun:
    """eni-1 is full of pods, and eni-2 loses its only one when reconcile has just been there.

    Two of the three addresses in its pool are surplus then, its primary one is among them, and EC2
    refuses to take both off in one call.
    """
    known: tuple[Event, ...] = (
        Start(),
        *(PodAdd(pod=each) for each in ("p1", "p2")),
        ArmFault(call="SetupENINetwork", code="LinkError"),
        Tick(),
        Tick(),
        PodAdd(pod="p3"),
        LoopPass(times=13),
        PodDel(pod="p3"),
    )
    run = JudgedRun(
        Scenario(
            node=NodePart(
                version="v1.7",
                limits=Limits(max_enis=2, ipv4_per_eni=3),
                env={"WARM_IP_TARGET": "1"},
            ),
            ec2=Ec2Part(subnets=(SubnetPart(id="subnet-1", free=499),)),
            events=(*known, *later),
        )
    )
    assert list(run.steps())
    return run


def explained(run: JudgedRun, of: str = "P-L5") -> list[tuple[str, ...]]:
    """The findings that explain each violation of the property."""
    return [
        tuple(finding.id for finding in each.findings) for each in run.violations() if each.of == of
    ]


def told(run: JudgedRun) -> list[str]:
    """What violates P-L5."""
    return [each.what.partition(", after")[0] for each in run.violations() if each.of == "P-L5"]


def test_what_is_refused_with_a_primary_address_comes_back_with_it() -> None:
    run = judged()
    assert not run.unexplained()
    assert explained(run, "P-L1") == [("primary-address-flaps-in-v1.7",)]


def test_a_set_up_that_fails_at_two_starts_leaves_the_store_wrong() -> None:
    """As random events met it: the pod of eni-2 is forgotten, and its address surplus."""
    story = Story(
        config=Config(
            settings=parse_settings_of(Version.V1_7, {"WARM_IP_TARGET": "1"}).settings,
            limits=InstanceLimits.simple(3, 3),
            version=Version.V1_7,
        ),
        max_pods=110,
        events=(
            *(events.Arrive(2), events.Loop(1), events.Arrive(1), events.Loop(1)),
            *(events.Leave(2), events.Loop(1)),
            events.Break("SetupENINetwork", "LinkNotFound", 3),
            *(events.Restart(), events.Restart(), events.Add("p1")),
        ),
        choices=(),
    )
    assert watch_to_the_end(story).known[WRONG_STORE] > 0


@pytest.mark.parametrize("passes", range(13))
def test_the_store_is_wrong_for_a_known_reason_in_every_pass_of_a_turn(passes: int) -> None:
    """Whether or not the primary address is in the pool when the node is first left alone."""
    run = judged(*(LoopPass(),) * passes)
    assert not run.unexplained()
    assert explained(run) == [(WRONG_STORE,)]


def test_of_a_turn_one_pass_has_too_many_and_twelve_too_few() -> None:
    seen = list(chain.from_iterable(told(judged(*(LoopPass(),) * passes)) for passes in range(13)))
    assert sorted(seen) == [
        *["the store has 0 CIDRs too many and 1 too few on eni-2"] * 12,
        "the store has 1 CIDRs too many and 0 too few on eni-2",
    ]


# -- nothing else is excused ---------------------------------------------------------------------


def never_again(patch: Patch) -> None:
    """Reconcile never takes up again what was released."""

    def remembered(_: Config, node: Node, network: Network, *__: object) -> bool:
        return network in dict(node.released)

    patch.setattr(reconcile, "recently_released", remembered)


def the_primary_address_alone(patch: Patch) -> None:
    """Of what was released reconcile takes up the primary address again, and nothing else."""

    def remembered(_: Config, node: Node, network: Network, *__: object) -> bool:
        return network in dict(node.released) and network != PRIMARY

    patch.setattr(reconcile, "recently_released", remembered)


def not_remembered(patch: Patch) -> None:
    """A release is not remembered."""
    patch.setattr(shrink, "remember_releases", lambda node, *_: node)


def the_first_is_remembered(patch: Patch) -> None:
    """Of a release the first address is remembered, here the primary one, and not the other."""
    patch.setattr(
        shrink, "remember_releases", lambda node, gone, now: remember_releases(node, gone[:1], now)
    )


def nothing_compared_on_the_first(patch: Patch) -> None:
    """Reconcile leaves eni-1 as it is in the store."""
    compare = reconcile.compare

    def wrong(
        config: Config, node: Node, now: int, eni: AttachedEni
    ) -> Procedure[tuple[Node, int]]:
        if eni.primary:
            return node, now
        return (yield from compare(config, node, now, eni))

    patch.setattr(reconcile, "compare", wrong)


COMES: Final[Event] = OthersAssign(eni="eni-1", ips=("10.9.0.1",))
GOES: Final[Event] = OthersUnassign(eni="eni-1", ips=("10.1.0.5",))


@pytest.mark.parametrize(
    ("mistake", "others"),
    [
        (never_again, ()),
        (the_primary_address_alone, ()),
        (not_remembered, ()),
        (the_first_is_remembered, ()),
        (nothing_compared_on_the_first, (COMES,)),
        (nothing_compared_on_the_first, (GOES,)),
    ],
)
@pytest.mark.parametrize("passes", [0, 6])
def test_what_another_mistake_leaves_in_the_store_is_not_excused(
    mistake: Callable[[Patch], None],
    others: tuple[Event, ...],
    passes: int,
    monkeypatch: Patch,
) -> None:
    """With the primary address in the pool when the node is first left alone, and without."""
    mistake(monkeypatch)
    run = judged(*others, *(LoopPass(),) * passes)
    assert explained(run) == [()]


def test_a_primary_address_in_the_pool_of_v1_23_is_not_excused(monkeypatch: Patch) -> None:
    """That daemon keeps no list of ENIs that were set up; here reconcile never comes to mend it."""
    monkeypatch.setattr(timing, "reconcile_due", lambda *_: False)
    scenario = Scenario(
        node=NodePart(limits=Limits(max_enis=2, ipv4_per_eni=3), env={"ENABLE_IPv4": "true"}),
        ec2=Ec2Part(subnets=(SubnetPart(id="subnet-1", free=499),)),
        events=(Start(),),
    )
    with wrong(WRONG_MODELS["pool-the-primary"]):
        run = JudgedRun(scenario)
        assert list(run.steps())
    assert explained(run) == [()]
