"""A daemon in Go is told of pods while it waits for an answer."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ipam_model.conformance.patience import PODS_WAIT
from ipam_model.conformance.plan import DaemonPlan
from ipam_model.conformance.running import run_daemon
from ipam_model.conformance.subject import Feature
from ipam_model.conformance.verdict import Result
from ipam_model.conformance.wire.remote_subject import RemoteSubject
from ipam_model.scenario.document import CallPart, Limits, PodAdd, PodDel, Start, Tick
from tests.conformance.daemons import node_plan
from tests.conformance.go_toolchain import HARNESS, go, need_go

pytestmark = pytest.mark.filterwarnings("default::tests.conformance.go_toolchain.GoSkippedWarning")


@pytest.fixture(scope="module")
def command() -> Iterator[list[str]]:
    """Starts the daemon of the Go package's own tests."""
    need_go(HARNESS)
    with TemporaryDirectory() as folder:
        binary = Path(folder) / "daemon.harness"
        go(HARNESS, "test", "-c", "-o", str(binary), ".")
        yield ["env", "SERVE_DAEMON=1", str(binary), "-test.run=^TestServe$"]


def plan(*pods: PodAdd | PodDel) -> DaemonPlan:
    """Pods come and go while an address is assigned, for which the daemon holds a lock."""
    return node_plan(
        Start(),
        PodAdd(pod="p1"),
        Tick(calls=(CallPart(call="AssignPrivateIpAddresses", before=pods),)),
        env={"WARM_IP_TARGET": "2"},
        limits=Limits(max_enis=3, ipv4_per_eni=10),
    )


def test_a_pod_is_served_while_a_call_is_pending(command: list[str]) -> None:
    with RemoteSubject(command) as daemon:
        assert daemon.capabilities.features == {Feature.PODS_MEANWHILE}
        verdict = run_daemon(daemon, plan(PodAdd(pod="p2")))
    assert verdict.result is Result.CONFORMS, verdict
    assert "pod_add p2 during AssignPrivateIpAddresses succeeds" in verdict.steps[-1].said


def test_one_that_needs_the_lock_waits_for_ever_which_is_told(command: list[str]) -> None:
    with RemoteSubject(command, timeout=1.0) as daemon:
        verdict = run_daemon(daemon, plan(PodAdd(pod="p2"), PodDel(pod="locked")))
    assert verdict.result is Result.BROKEN
    assert verdict.reason.startswith("apply pod_del during AssignPrivateIpAddresses: ")
    assert verdict.reason.endswith(PODS_WAIT)
