"""A small trace in which much happens."""

import io
import json
from random import Random

from tests.trace.lines import Line
from tests.trace.lively_writers import RandomWriter
from tests.trace.simulations import Scenario, world_of


def small_trace() -> list[Line]:
    """Every kind of event, growth, release, a fault, a nested pod event; legal."""
    env = {"ENABLE_IPv4": "true", "WARM_IP_TARGET": "1"}
    scenario = Scenario(
        env=env, max_enis=3, ipv4_per_eni=3, max_pods=8, second_subnet=True, imds_lag_s=5
    )
    stream = io.StringIO()
    writer = RandomWriter(world_of(scenario), stream, env=env, rng=Random(1))
    writer.init()
    for pod in ("p1", "p2", "p3"):
        writer.pod_add(pod)
        writer.wait(2500)
        writer.pool_update()
    writer.pod_del("p1")
    writer.pod_del("p9")
    writer.pool_update_with_pods(["p2"])
    writer.compare()
    writer.set_free("subnet-1", 50)
    writer.set_role("subnet-2", "0")
    writer.fault("FreeENI", "UnableToDetach")
    writer.cordon(True)
    writer.cordon(False)
    writer.add_network(writer.ec2.primary(), prefix=True)
    writer.attach_eni(1, no_manage=True)
    writer.wait(70_000)
    writer.compare()
    writer.pool_update()
    writer.restart_with(env, ["p3"])
    return [json.loads(line) for line in stream.getvalue().splitlines()]
