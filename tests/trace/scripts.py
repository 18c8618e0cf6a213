"""Short traces that meet a boundary exactly."""

from typing import IO

from tests.trace.lively_writers import LivelyWriter
from tests.trace.simulations import MODES, Scenario, world_of


def _writer(stream: IO[str], mode: str, max_enis: int, addresses: int) -> LivelyWriter:
    env = {"ENABLE_IPv4": "true", **MODES[mode]}
    scenario = Scenario(
        env=env, max_enis=max_enis, ipv4_per_eni=addresses, max_pods=110, reissue=True
    )
    return LivelyWriter(world_of(scenario), stream, env=env, trace_id="scripted")


def eni_of_exactly_60_s(stream: IO[str]) -> None:
    """An ENI that is not needed is freed at the age of 60 s."""
    writer = _writer(stream, "warm_eni", 3, 4)
    writer.init()
    writer.pod_add("p1")
    writer.wait(5000)
    writer.pool_update()
    writer.pod_del("p1")
    writer.wait(60_000)
    writer.pool_update()


def surplus_30_s_after_a_release(stream: IO[str]) -> None:
    """A second surplus is not released exactly 30 s after the first."""
    writer = _writer(stream, "warm_ip", 3, 10)
    writer.init()
    for pause in (2500, 22_500):
        for pod in ("p1", "p2"):
            writer.pod_add(pod)
        writer.wait(2500)
        writer.pool_update()
        for pod in ("p1", "p2"):
            writer.pod_del(pod)
        writer.wait(pause)
        if pause != 2500:
            writer.wait(5000)
        writer.pool_update()


def cidr_reissued_when_its_memory_ends(stream: IO[str]) -> None:
    """An address that EC2 hands out again is taken back exactly 60 s after its release."""
    writer = _writer(stream, "trunk_awaited", 2, 10)
    writer.init()
    writer.pod_add("p1")
    writer.wait(2500)
    writer.pool_update()
    writer.pod_del("p1")
    writer.wait(2500)
    writer.pool_update()
    writer.add_network(writer.ec2.primary(), prefix=False)
    writer.wait(60_000)
    writer.compare()


def idle_eni_beside_half_a_prefix(stream: IO[str]) -> None:
    """The target is rounded up to a prefix: half a prefix elsewhere is not enough."""
    writer = _writer(stream, "prefix_warm_ip", 2, 3)
    writer.init()
    for number in range(40):
        writer.pod_add(f"p{number}")
        if number % 8 == 7:
            writer.wait(2500)
            writer.pool_update()
    for number in (*range(8), *range(32, 40)):
        writer.pod_del(f"p{number}")
    for _ in range(3):
        writer.wait(65_000)
        writer.pool_update()


def pod_in_every_prefix(stream: IO[str]) -> None:
    """Three prefixes with a pod each: none of them can be released."""
    writer = _writer(stream, "prefix_warm_ip", 2, 4)
    writer.init()
    for number in range(40):
        writer.pod_add(f"p{number}")
        if number % 8 == 7:
            writer.wait(2500)
            writer.pool_update()
    for number in range(40):
        if number % 16:
            writer.pod_del(f"p{number}")
    writer.wait(2500)
    writer.pool_update()
