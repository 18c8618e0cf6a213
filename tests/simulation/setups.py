"""Nodes for the tests, given or drawn."""

from collections.abc import Mapping

from attrs import evolve
from hypothesis import strategies as st

from ipam_model.config import Version
from ipam_model.limits import Catalogue, InstanceLimits
from ipam_model.nodes import NodeSetup, default_max_pods
from ipam_model.settings import shipped_defaults
from ipam_model.simulation import Choices, Conditions, Latencies, Leave, NodeRun
from ipam_model.simulation.latencies import CALLS

PLENTY = 10_000
"""Max pods that are never reached."""

ARTICLE = {"WARM_IP_TARGET": "10", "WARM_ENI_TARGET": "0"}
PREFIXES = {"ENABLE_PREFIX_DELEGATION": "true"}
IPV6 = PREFIXES | {"ENABLE_IPv6": "true", "ENABLE_IPv4": "false"}


def node(
    instance: str,
    env: Mapping[str, str] | None = None,
    *,
    max_pods: int | None = None,
) -> NodeSetup:
    """A node by type, or by limits as in `3x10`."""
    if instance[0].isdigit():
        enis, addresses = instance.split("x")
        limits = InstanceLimits.simple(int(enis), int(addresses))
    else:
        limits = Catalogue.bundled().get(instance)
    return NodeSetup(
        name=instance,
        limits=limits,
        env=shipped_defaults() | dict(env or {}),
        max_pods=default_max_pods(limits) if max_pods is None else max_pods,
    )


@st.composite
def setups(draw: st.DrawFn) -> NodeSetup:
    """A small node with any targets, some of which never let it rest."""
    env = {
        "WARM_ENI_TARGET": str(draw(st.integers(0, 2))),
        "WARM_IP_TARGET": str(draw(st.sampled_from([0, 0, 1, 2, 5]))),
        "MINIMUM_IP_TARGET": str(draw(st.sampled_from([0, 0, 3, 7]))),
        "WARM_PREFIX_TARGET": str(draw(st.integers(0, 2))),
        "ENABLE_PREFIX_DELEGATION": str(draw(st.booleans())).lower(),
        "IP_COOLDOWN_PERIOD": draw(st.sampled_from(["30", "0", "200"])),
        "DISABLE_NETWORK_RESOURCE_PROVISIONING": str(draw(st.sampled_from([False] * 9 + [True]))),
    }
    enis, addresses = draw(st.integers(1, 4)), draw(st.integers(2, 6))
    setup = node(f"{enis}x{addresses}", env, max_pods=draw(st.sampled_from([PLENTY, 4, 17])))
    prefixes = env["ENABLE_PREFIX_DELEGATION"] == "true"
    versions = [each for each in Version if not prefixes or each is not Version.ARTICLE_2021]
    return evolve(setup, version=draw(st.sampled_from(versions)))


@st.composite
def conditions(draw: st.DrawFn) -> Conditions:
    """First or random choices, some calls that take time."""
    slow = draw(
        st.dictionaries(st.sampled_from(CALLS), st.sampled_from([0.2, 1, 7, 40]), max_size=3)
    )
    return Conditions(
        choices=draw(st.sampled_from(Choices)),
        seed=draw(st.integers(0, 99)),
        latencies=Latencies.of_seconds(slow),
        retry=draw(st.sampled_from([1.0, 10.0])),
        leave=draw(st.sampled_from(Leave)),
        most_passes=300,
    )


def check_rows(run: NodeRun, chosen: Conditions) -> None:
    """What holds in every row of every run."""
    config = run.setup.config
    # While a checkpoint is written the pod has its address and does not know it yet.
    writing = "WriteCheckpoint" in chosen.latencies.by_call
    calls = 0
    for row in run.rows:
        found = row.quantities
        served = row.pods - row.waiting
        assert found.assigned == served or (writing and served < found.assigned <= row.pods)
        assert found.owned == found.assigned + found.idle
        assert 0 <= found.cooling <= found.idle
        assert found.available <= found.owned
        assert 1 <= found.enis <= config.max_enis
        assert found.reserved >= found.owned + found.enis
        assert found.owned <= config.max_enis * config.addresses_per_eni
        assert found.leaked == 0
        assert found.ec2_calls == sum(row.calls.values()) >= calls
        calls = found.ec2_calls
