"""A node of v1.7 as its user describes it: what its settings do, and that it runs."""

import pytest

from ipam_model.config import Version
from ipam_model.daemon.init import Started
from ipam_model.limits import Catalogue, InstanceLimits
from ipam_model.nodes import NodeSetup
from ipam_model.settings import ALLOCATION_VARIABLES, Severity, shipped_defaults
from ipam_model.settings.v1_7 import KNOWN_TO_V1_7
from ipam_model.state import Pod, PodKey
from ipam_model.world import Runner


def node(env: dict[str, str] | None = None, limits: InstanceLimits | None = None) -> NodeSetup:
    return NodeSetup(
        name="a node",
        limits=limits or InstanceLimits.simple(3, 4),
        env=env or {},
        max_pods=11,
        version=Version.V1_7,
    )


def test_without_any_setting_it_starts_in_ipv4_and_says_nothing() -> None:
    setup = node()
    assert setup.diagnostics() == ()
    assert setup.config.settings.ipv4
    assert not setup.config.prefix_mode
    assert isinstance(Runner(setup.world()).start(), Started)


@pytest.mark.parametrize("variable", sorted(set(ALLOCATION_VARIABLES) - KNOWN_TO_V1_7))
@pytest.mark.parametrize("value", ["true", "0", "nonsense"])
def test_a_later_setting_is_ignored_with_a_remark(variable: str, value: str) -> None:
    setup = node({variable: value})
    (remark,) = setup.diagnostics()
    assert remark.variable == variable
    assert remark.severity is Severity.IGNORED
    assert "not known to v1.7" in remark.message
    assert setup.config == node().config


def test_known_settings_are_read_as_today() -> None:
    setup = node({"WARM_IP_TARGET": "2", "MINIMUM_IP_TARGET": "x", "WARM_ENI_TARGET": "3"})
    settings = setup.config.settings
    assert (settings.warm_ip_target, settings.minimum_ip_target) == (2, 0)
    codes = {remark.code for remark in setup.diagnostics()}
    assert codes == {"not-an-integer", "warm-eni-target-overridden"}


def test_the_manifest_of_today_tells_which_settings_came_later() -> None:
    ignored = {remark.variable for remark in node(shipped_defaults()).diagnostics()}
    assert ignored == set(shipped_defaults()) - KNOWN_TO_V1_7


def test_the_other_known_settings_are_read_too() -> None:
    usual = node().config.settings
    assert node({"CLUSTER_NAME": "c"}).config.settings.cluster_name == "c"
    assert node({"MAX_ENI": "2"}).config.max_enis == 2
    assert node({"ENABLE_POD_ENI": "true"}).config.settings.pod_eni != usual.pod_eni


@pytest.mark.parametrize(
    ("env", "settled"),
    [
        ({"WARM_ENI_TARGET": "1"}, (58, 58, 58, 29)),
        ({"WARM_ENI_TARGET": "0", "WARM_IP_TARGET": "10"}, (13, 28, 33, 10)),
        ({"WARM_ENI_TARGET": "1", "WARM_IP_TARGET": "10"}, (13, 28, 33, 10)),
    ],
)
def test_the_article_settles_at_its_addresses(
    env: dict[str, str], settled: tuple[int, ...]
) -> None:
    runner = Runner(node(env, Catalogue.bundled().get("m3.2xlarge")).world())
    runner.start()
    assert secondary(runner) == 29  # An ENI is filled, whatever the target.
    seen = []
    running = 0
    for pods in (3, 18, 23):
        while running < pods:
            if runner.add_pod(Pod(PodKey(f"p{running}"))).success:
                running += 1
            else:
                runner.loop_pass()
        passes(runner, 40)
        seen.append(secondary(runner))
    for pod in range(23):
        runner.delete_pod(PodKey(f"p{pod}"))
    passes(runner, 60)
    assert (*seen, secondary(runner)) == settled


def test_five_of_the_fifteen_burst_pods_wait_for_one_update() -> None:
    env = {"WARM_ENI_TARGET": "0", "WARM_IP_TARGET": "10"}
    runner = Runner(node(env, Catalogue.bundled().get("m3.2xlarge")).world())
    runner.start()
    served(runner, range(3))
    passes(runner, 40)
    assert served(runner, range(3, 18)) == 10
    runner.loop_pass()
    assert served(runner, range(13, 18)) == 5


def served(runner: Runner, pods: range) -> int:
    return sum(runner.add_pod(Pod(PodKey(f"p{pod}"))).success for pod in pods)


def passes(runner: Runner, count: int) -> None:
    for _ in range(count):
        runner.loop_pass()


def secondary(runner: Runner) -> int:
    return sum(len(eni.addresses) for eni in runner.ec2.enis)
