"""What reconcile of v1.7 takes up because IMDS still lists it (H24, H25), and what excuses that."""

from collections.abc import Callable
from typing import Final

import pytest

from ipam_model.daemon.procedure import Procedure
from ipam_model.daemon.v1_7 import init, reconcile, shrink
from ipam_model.daemon.v1_7.setup import pod_addresses
from ipam_model.requests import AttachedEni
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
    Scenario,
    Start,
    SubnetPart,
    Tick,
)
from ipam_model.scenario.judging import JudgedRun
from ipam_model.state import Network, Node
from ipam_model.wrong_models import WRONG_MODELS, wrong

pytestmark = pytest.mark.unmeasured

Patch = pytest.MonkeyPatch
COMES: Final[Event] = OthersAssign(eni="eni-1", ips=("10.9.0.1",))
GOES: Final[Event] = OthersUnassign(eni="eni-1", ips=("10.9.0.1",))


def explained(*events: Event, lag: int = 120_000, version: str = "v1.7") -> list[tuple[str, ...]]:
    """The findings that explain each violation of P-S2 on a node whose IMDS lags behind."""
    run = JudgedRun(
        Scenario(
            node=NodePart(
                version=version,
                limits=Limits(max_enis=2, ipv4_per_eni=4),
                env={"ENABLE_IPv4": "true", "WARM_IP_TARGET": "1"},
                no_quirks=("R62e",),
            ),
            ec2=Ec2Part(subnets=(SubnetPart(id="subnet-1", free=499),), imds_lag_ms=lag),
            events=events,
        )
    )
    assert list(run.steps())
    return [
        tuple(finding.id for finding in each.findings)
        for each in run.violations()
        if each.of == "P-S2"
    ]


RELEASED: Final = (Start(), Tick())
"""Two of the three addresses of a bare node are surplus."""
REFUSED: Final[Event] = ArmFault(call="UnassignPrivateIpAddresses", code="RequestLimitExceeded")
"""The next release is one of which EC2 takes nothing off."""
KNOWN: Final = [("stale-imds-at-reconcile-in-v1.7",)]


@pytest.mark.parametrize(
    "events", [(Start(), COMES, GOES), (*RELEASED, Start()), (*RELEASED, COMES, LoopPass(), GOES)]
)
def test_what_the_daemon_does_not_know_as_released_is_believed(events: tuple[Event, ...]) -> None:
    assert explained(*events) == KNOWN
    assert explained(*events, lag=0) == []


def test_what_it_knows_as_released_is_asked_about() -> None:
    assert explained(*RELEASED) == []


def not_remembered(patch: Patch) -> None:
    """A release is not remembered."""
    patch.setattr(shrink, "remember_releases", lambda node, *_: node)


def not_asked_about(patch: Patch) -> None:
    """A minute after a release IMDS is believed."""
    patch.setattr(reconcile, "released_earlier", lambda *_: False)


def made_up(patch: Patch) -> None:
    """Reconcile takes up an address that never was the ENI's."""
    _also_listed(patch, Network(0x0A020001, 1))


def long_gone(patch: Patch) -> None:
    """Reconcile takes up what IMDS does not list any more."""
    _also_listed(patch, Network(0x0A090001, 1))


def _also_listed(patch: Patch, network: Network) -> None:
    def listed(node: Node, eni: AttachedEni) -> tuple[Network, ...]:
        return *pod_addresses(node, eni), network

    patch.setattr(reconcile, "pod_addresses", listed)


@pytest.mark.parametrize(
    ("mistake", "events", "lag"),
    [
        (not_remembered, RELEASED, 120_000),
        (not_asked_about, RELEASED, 120_000),
        (not_asked_about, (*RELEASED, PodAdd(pod="p1"), REFUSED, LoopPass(times=7)), 120_000),
        (made_up, (Start(),), 120_000),
        (long_gone, (Start(), COMES, GOES), 60_000),
    ],
)
def test_another_mistake_is_not_excused(
    mistake: Callable[[Patch], None], events: tuple[Event, ...], lag: int, monkeypatch: Patch
) -> None:
    mistake(monkeypatch)
    found = explained(*events, lag=lag)
    assert found
    assert set(found) == {()}


def test_v1_23_must_not_believe_imds() -> None:
    assert explained(Start(), COMES, GOES, version="v1.23") == []
    with wrong(WRONG_MODELS["imds-trusted"]):
        assert explained(Start(), COMES, GOES, version="v1.23") == [()]


@pytest.mark.parametrize("events", [(*RELEASED, Start()), (Start(), COMES, GOES, Start())])
def test_a_start_that_asks_ec2_must_not_believe_imds(
    events: tuple[Event, ...], monkeypatch: Patch
) -> None:
    def unconfirmed(
        node: Node, now: int, eni: AttachedEni
    ) -> Procedure[tuple[AttachedEni, Node, int]]:
        yield from ()
        return eni, node, now

    monkeypatch.setattr(init, "confirmed_by_ec2", unconfirmed)
    assert explained(*events) == [()]
