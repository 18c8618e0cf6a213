"""What the article's policy makes of the daemon's variables."""

from ipam_model.config import Version, parse_settings_of
from ipam_model.limits import InstanceLimits
from ipam_model.nodes import NodeSetup
from ipam_model.settings import Severity, parse_settings


def remarks(env: dict[str, str]) -> list[tuple[str, Severity]]:
    setup = NodeSetup(
        name="node",
        limits=InstanceLimits.simple(3, 10),
        env={"ENABLE_IPv4": "true", **env},
        max_pods=29,
        version=Version.ARTICLE_2021,
    )
    return [(found.code, found.severity) for found in setup.diagnostics()]


def test_B2_both_targets_are_read() -> None:
    env = {"WARM_ENI_TARGET": "2", "WARM_IP_TARGET": "10"}
    assert remarks(env) == []
    settings = parse_settings_of(Version.ARTICLE_2021, env).settings
    assert (settings.warm_eni_target, settings.warm_ip_target) == (2, 10)
    overridden = [found.code for found in parse_settings(env).diagnostics]
    assert overridden == ["warm-eni-target-overridden"], "as the daemon has it"


def test_B3_the_minimum_is_not_known() -> None:
    env = {"MINIMUM_IP_TARGET": "5"}
    assert remarks(env) == [("not-known-to-the-article", Severity.IGNORED)]
    assert parse_settings_of(Version.ARTICLE_2021, env).settings.minimum_ip_target == 0


def test_B13_a_target_that_serves_nobody_is_remarked_on() -> None:
    env = {"WARM_ENI_TARGET": "0", "WARM_IP_TARGET": "1"}
    assert remarks(env) == [("target-used-up-by-the-primary", Severity.INFO)]
    assert remarks({**env, "WARM_IP_TARGET": "2"}) == []
    assert remarks({**env, "WARM_ENI_TARGET": "1"}) == []


def test_what_the_daemon_coerces_is_coerced_here() -> None:
    assert remarks({"WARM_IP_TARGET": "ten"}) != []
