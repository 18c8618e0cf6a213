"""The wanted addresses are where the daemon stops growing."""

from attrs import evolve
from hypothesis import event, given
from hypothesis import strategies as st

from ipam_model.config import Version
from ipam_model.daemon import measure
from ipam_model.nodes import NodeSetup
from ipam_model.simulation import Conditions
from ipam_model.simulation.node import SimulatedNode
from ipam_model.simulation.rest import settle
from ipam_model.simulation.warm_target import wanted_addresses
from ipam_model.state import totals
from tests.simulation.setups import IPV6, node, setups


def of_a_daemon(setup: NodeSetup) -> bool:
    """Not of the article's policy, which has a test of its own."""
    return setup.version is not Version.ARTICLE_2021


@given(setups().filter(of_a_daemon), st.integers(0, 30))
def test_wanted_is_the_least_pool_that_is_not_too_low(setup: NodeSetup, pods: int) -> None:
    runner = SimulatedNode(setup, Conditions(most_passes=50))
    runner.launch()
    settle(runner)
    runner.welcome(pods)
    settle(runner)
    found = wanted_addresses(setup.config, runner.memory())
    if not measure.provisions(setup.config):
        assert found == 0
        return
    unlimited = evolve(runner.memory(), max_pods=10**9)
    pool = totals(unlimited.stores[0])
    step = setup.config.block if setup.config.prefix_mode else 1

    def too_low(total: int) -> bool:
        return measure.too_low(setup.config, unlimited, 0, evolve(pool, total=total))

    assert not too_low(found)
    assert found - step < pool.assigned or too_low(found - step)
    event(f"prefix mode: {setup.config.prefix_mode}")


def test_wanted_where_targets_are_zero() -> None:
    runner = SimulatedNode(node("t3.small", {"WARM_ENI_TARGET": "0"}), Conditions())
    runner.launch()
    assert wanted_addresses(runner.config, runner.memory()) == 1


def test_a_surplus_is_not_wanted() -> None:
    runner = SimulatedNode(node("m5.large", {"WARM_IP_TARGET": "2"}), Conditions())
    runner.launch()
    runner.welcome(6)
    settle(runner)
    runner.dismiss(5)
    assert (runner.quantities().owned, wanted_addresses(runner.config, runner.memory())) == (8, 3)


def test_no_target_governs_an_ipv6_node() -> None:
    runner = SimulatedNode(node("m5.large", IPV6 | {"WARM_IP_TARGET": "5"}), Conditions())
    runner.launch()
    assert wanted_addresses(runner.config, runner.memory()) == 0
