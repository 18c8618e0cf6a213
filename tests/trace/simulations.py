"""Traces of simulated daemons: random events over modes, limits, faults, lag, cordons, restarts."""

import io
import json
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import IO

from attrs import evolve, frozen

from ipam_model.arrivals import Arrivals
from ipam_model.config import ALL_QUIRKS, Config, Quirk, Version, parse_settings_of
from ipam_model.ec2 import FIRST_IPV6, Ec2, Ec2Eni
from ipam_model.limits import InstanceLimits
from ipam_model.subnets import CounterSubnet, SubnetTags
from ipam_model.world import World
from tests.trace.lines import Line
from tests.trace.lively_writers import RandomWriter

CUSTOM_NETWORKING = "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG"

MULTI_NIC = "ENABLE_MULTI_NIC"
IPV6: Mapping[str, str] = {
    "ENABLE_IPv4": "false",
    "ENABLE_IPv6": "true",
    "ENABLE_PREFIX_DELEGATION": "true",
}

MODES: Mapping[str, Mapping[str, str]] = {
    "warm_eni": {"WARM_ENI_TARGET": "1"},
    "warm_eni_0": {"WARM_ENI_TARGET": "0"},
    "warm_ip": {"WARM_IP_TARGET": "3"},
    "warm_ip_min": {"WARM_IP_TARGET": "1", "MINIMUM_IP_TARGET": "6"},
    "max_eni": {"WARM_IP_TARGET": "2", "MAX_ENI": "2"},
    "no_cooldown": {"WARM_IP_TARGET": "2", "IP_COOLDOWN_PERIOD": "0"},
    "prefix": {"ENABLE_PREFIX_DELEGATION": "true"},
    "prefix_warm_2": {"ENABLE_PREFIX_DELEGATION": "true", "WARM_PREFIX_TARGET": "2"},
    "prefix_warm_ip": {"ENABLE_PREFIX_DELEGATION": "true", "WARM_IP_TARGET": "5"},
    "prefix_min": {
        "ENABLE_PREFIX_DELEGATION": "true",
        "WARM_IP_TARGET": "2",
        "MINIMUM_IP_TARGET": "20",
    },
    "no_discovery": {"WARM_IP_TARGET": "2", "ENABLE_SUBNET_DISCOVERY": "false"},
    "override": {"WARM_IP_TARGET": "1", "AWS_MANAGE_ENIS_NON_SCHEDULABLE": "true"},
    "minimum": {"MINIMUM_IP_TARGET": "5"},
    "prefix_many": {"ENABLE_PREFIX_DELEGATION": "true", "WARM_PREFIX_TARGET": "5"},
    "trunk_awaited": {"WARM_IP_TARGET": "2", "ENABLE_POD_ENI": "true"},
    "unprovisioned": {"DISABLE_NETWORK_RESOURCE_PROVISIONING": "true"},
    "custom": {"WARM_IP_TARGET": "2", CUSTOM_NETWORKING: "true"},
    "cards": {"WARM_IP_TARGET": "2", MULTI_NIC: "true"},
    "cards_prefix": {"ENABLE_PREFIX_DELEGATION": "true", MULTI_NIC: "true"},
    "cards_sparse": {"WARM_IP_TARGET": "1", MULTI_NIC: "true"},
    "cards_off": {"WARM_IP_TARGET": "1"},
    "ipv6": IPV6,
    "ipv6_cards": {**IPV6, MULTI_NIC: "true"},
}

CARDS: Mapping[str, int] = {
    "cards": 2,
    "cards_prefix": 2,
    "cards_sparse": 3,
    "cards_off": 2,
    "ipv6_cards": 3,
}
"""Network cards in these modes; one in the others."""

NO_LAG = Arrivals()
MODES_V1_7 = (
    "warm_eni",
    "warm_eni_0",
    "warm_ip",
    "warm_ip_min",
    "max_eni",
    "minimum",
    "trunk_awaited",
    "unprovisioned",
    "custom",
)
"""Those whose settings v1.7 knows."""

QUIET: Mapping[str, int] = {"add": 12, "delete": 8, "loop": 12}
"""How often what happens on a node that is left alone."""

USUAL: Mapping[str, int] = {
    **QUIET,
    "fault": 2,
    "cordon": 1,
    "restart": 1,
    "switch": 1,
    "external": 2,
    "subnet": 1,
}
"""How often what happens."""

EMPHASES: Mapping[str, Mapping[str, int]] = {
    "": {},
    "pods": {"add": 30, "delete": 12, "fault": 1, "external": 0},
    "drains": {"add": 40, "delete": 4, "loop": 20, "fault": 0, "restart": 0, "external": 0},
    "faults": {"fault": 8, "restart": 3},
    "cordon": {"cordon": 5, "fault": 0},
    "others": {"external": 8},
    "subnets": {"subnet": 5, "restart": 3},
    "restarts": {"restart": 3, "switch": 4},
}
"""What happens how often instead, by what is emphasised."""

FAULTS = (
    ("AssignPrivateIpAddresses", "RequestLimitExceeded"),
    ("AssignPrivateIpAddresses", "PrivateIpAddressLimitExceeded"),
    ("AssignPrivateIpAddresses", "InsufficientFreeAddressesInSubnet"),
    ("UnassignPrivateIpAddresses", "RequestLimitExceeded"),
    ("CreateNetworkInterface+Attach", "AttachmentLimitExceeded"),
    ("CreateNetworkInterface+Attach", "InsufficientFreeAddressesInSubnet"),
    ("WaitForENIAndIPsAttached", "Timeout"),
    ("FreeENI", "UnableToDetach"),
    ("FreeENI", "DeleteFailed"),
    ("IsSubnetExcluded", "RequestLimitExceeded"),
    ("SetupENINetwork", "LinkError"),
    ("TagENI", "RequestLimitExceeded"),
    ("DescribeAllENIs", "RequestLimitExceeded"),
    ("GetAttachedENIs", "MetadataError"),
    ("GetIPv4sFromEC2", "RequestLimitExceeded"),
    ("GetIPv4PrefixesFromEC2", "RequestLimitExceeded"),
    ("GetIPv6PrefixesFromEC2", "RequestLimitExceeded"),
    ("AssignIpv6Prefixes", "RequestLimitExceeded"),
)


@frozen(kw_only=True)
class Scenario:
    """What is simulated."""

    env: Mapping[str, str]
    max_enis: int = 3
    ipv4_per_eni: int = 6
    max_pods: int = 17
    free: int = 8000
    second_subnet: bool = False
    eni_config: bool = False
    reissue: bool = False
    imds_lag_s: int = 0
    emphasis: str = ""
    """What happens more often than usual: a key of `EMPHASES`."""
    quiet: bool = False
    """Nothing but pods and the pool manager's loop."""
    cards: int = 1
    sparse: bool = False
    """Card 1 carries an EFA-only ENI and nothing else."""
    quirks: frozenset[Quirk] = ALL_QUIRKS
    version: Version = Version.V1_23
    arrivals: Arrivals = NO_LAG

    @property
    def modes(self) -> Sequence[str]:
        """Settings that the daemon may be started with again."""
        return MODES_V1_7 if self.version is Version.V1_7 else sorted(MODES)


def world_of(scenario: Scenario) -> World:
    """The world before the first start: a bare primary ENI."""
    limits = InstanceLimits.simple(scenario.max_enis, scenario.ipv4_per_eni, cards=scenario.cards)
    subnets = [CounterSubnet(id="subnet-1", free=scenario.free, reissue=scenario.reissue)]
    if scenario.second_subnet or scenario.eni_config:
        subnets.append(
            CounterSubnet(
                id="subnet-2",
                free=scenario.free,
                first=0x0A140004,
                tags=SubnetTags(role="1"),
                reissue=scenario.reissue,
            )
        )
    primary = Ec2Eni(
        id="eni-0",
        primary=True,
        device=0,
        subnet="subnet-1",
        primary_address=0x0A000004,
        primary_ipv6=FIRST_IPV6,
    )
    efa_only = Ec2Eni(
        id="eni-00",
        device=0,
        card=1,
        subnet="subnet-1",
        primary_address=0x0A000005,
        efa_only=True,
    )
    return World(
        config=Config(
            settings=parse_settings_of(scenario.version, scenario.env).settings,
            limits=limits,
            quirks=scenario.quirks,
            version=scenario.version,
        ),
        ec2=Ec2(
            limits=limits,
            enis=(primary, efa_only) if scenario.sparse else (primary,),
            subnets=tuple(subnets),
            imds_lag=scenario.imds_lag_s * 1000,
            arrivals=scenario.arrivals,
        ),
        eni_config_subnet="subnet-2" if scenario.eni_config else None,
        max_pods=scenario.max_pods,
    )


def random_scenario(rng: Random, mode: str | None = None, emphasis: str | None = None) -> Scenario:
    """One of many configurations; `mode` and `emphasis` are keys of `MODES` and `EMPHASES`."""
    mode = mode or rng.choice(sorted(MODES))
    env = {"ENABLE_IPv4": "true", **MODES[mode]}
    return Scenario(
        cards=CARDS.get(mode, 1),
        sparse=mode == "cards_sparse",
        env=env,
        max_enis=rng.choice((2, 3, 4)),
        ipv4_per_eni=rng.choice((3, 4, 6, 10)),
        max_pods=rng.choice((8, 17, 29, 110)),
        free=rng.choice((12, 60, 8000, 8000)),
        second_subnet=rng.random() < 0.4,
        eni_config=CUSTOM_NETWORKING in env,
        reissue=rng.random() < 0.4,
        imds_lag_s=rng.choice((0, 0, 5, 90)),
        emphasis=emphasis or rng.choice(sorted(EMPHASES)),
    )


def random_scenario_v1_7(
    rng: Random, mode: str | None = None, emphasis: str | None = None
) -> Scenario:
    """One of many configurations of v1.7; `mode` is one of `MODES_V1_7`."""
    scenario = random_scenario(rng, mode or rng.choice(MODES_V1_7), emphasis)
    lags = rng.choice(((0, 0), (0, 0), (0, 15), (25, 30), (75, 75)))
    return evolve(
        scenario,
        version=Version.V1_7,
        arrivals=Arrivals(eni_lag=lags[0] * 1000, address_lag=lags[1] * 1000),
    )


def simulate(rng: Random, stream: IO[str], *, events: int, scenario: Scenario) -> None:
    """Write a trace of about `events` events."""
    writer = RandomWriter(world_of(scenario), stream, env=scenario.env, rng=rng)
    writer.init()
    pods: list[str] = []
    usual = QUIET if scenario.quiet else USUAL
    weights = {**usual, **EMPHASES[scenario.emphasis]}
    written = 1
    while written < events:
        if writer.node is None:
            writer.wait(rng.choice((1000, 5000)))
            writer.init()
            written += 2
            continue
        (name,) = rng.choices(list(weights), list(weights.values()))
        written += _STEPS[name](writer, rng, pods, scenario)


def simulated_lines(
    seed: int,
    *,
    events: int = 80,
    mode: str | None = None,
    emphasis: str | None = None,
    version: Version = Version.V1_23,
) -> list[Line]:
    """A simulated trace as plain lines."""
    rng = Random(seed)
    stream = io.StringIO()
    any_scenario = random_scenario_v1_7 if version is Version.V1_7 else random_scenario
    simulate(rng, stream, events=events, scenario=any_scenario(rng, mode, emphasis))
    return [json.loads(line) for line in stream.getvalue().splitlines()]


_WAITS = (2500, 2500, 2500, 12500, 27500, 30000, 55000, 57500, 90000, 117500)
"""Some of them end exactly where a cooldown, an interval or a back-off does."""


def _add(writer: RandomWriter, rng: Random, pods: list[str], scenario: Scenario) -> int:
    if pods and rng.random() < 0.1:
        name = rng.choice(pods)
        writer.pod_add(name, multi=_on_every_card(name, scenario))
        return 1
    if len(pods) < scenario.max_pods:
        name = f"p{rng.randrange(10**6)}"
        if name not in pods:
            pods.append(name)
            writer.pod_add(name, multi=_on_every_card(name, scenario))
            return 1
    return 0


def _on_every_card(name: str, scenario: Scenario) -> bool:
    """The same sandbox always asks in the same way."""
    return scenario.cards > 1 and name.endswith(("0", "1", "2"))


def _delete(writer: RandomWriter, rng: Random, pods: list[str], scenario: Scenario) -> int:
    if len(pods) > 3 and rng.random() < (0.5 if scenario.emphasis == "drains" else 0.15):
        gone = [pods.pop() for _ in range(len(pods) - rng.choice((0, 0, 1, 2)))]
        for pod in gone:
            writer.pod_del(pod)
        return len(gone)
    known = bool(pods) and rng.random() < 0.9
    writer.pod_del(pods.pop(rng.randrange(len(pods))) if known else "p-unknown")
    return 1


def _loop(writer: RandomWriter, rng: Random, pods: list[str], __: Scenario) -> int:
    writer.wait(rng.choice(_WAITS))
    if writer.config.ipv6:
        return 1  # the loop has ended
    if rng.random() < 0.3:
        writer.pool_update_with_pods(pods)
    else:
        writer.pool_update()
    writer.wait(2500)
    writer.compare()
    return 4


def _fault(writer: RandomWriter, rng: Random, _: list[str], __: Scenario) -> int:
    call, code = rng.choice(FAULTS)
    writer.fault(call, code, rng.choice((1, 1, 2, 3, 8)))
    return 1


def _cordon(writer: RandomWriter, rng: Random, _: list[str], __: Scenario) -> int:
    writer.cordon(rng.random() < 0.5)
    return 1


def _restart(writer: RandomWriter, _: Random, __: list[str], ___: Scenario) -> int:
    writer.init()
    return 1


def _switch(writer: RandomWriter, rng: Random, pods: list[str], scenario: Scenario) -> int:
    """A restart in a mode of its own, some sandboxes gone."""
    fitting = [
        mode
        for mode in scenario.modes
        if (scenario.eni_config or mode != "custom")
        and ("ipv6" in mode) is ("ENABLE_IPv6" in scenario.env)
    ]
    env = {"ENABLE_IPv4": "true", **MODES[rng.choice(fitting)]}
    vanished = [pod for pod in pods if rng.random() < 0.1]
    writer.restart_with(env, vanished)
    return 1


def _external(writer: RandomWriter, rng: Random, _: list[str], scenario: Scenario) -> int:
    eni = rng.choice(writer.ec2.enis)
    networks = eni.networks()[1:]
    match rng.choice(("detach", "attach", "remove", "remove", "add", "add")):
        case "detach" if not eni.primary:
            writer.detach_eni(eni)
        case "attach":
            card = rng.randrange(writer.config.cards)
            writer.attach_eni(rng.randrange(3), no_manage=rng.random() < 0.5, card=card)
        case "remove" if networks:
            writer.remove_network(eni, rng.choice(networks))
        case "add":
            prefixes = scenario.version is not Version.V1_7
            writer.add_network(eni, prefix=rng.random() < 0.5 and prefixes)
    return 1


def _subnet(writer: RandomWriter, rng: Random, _: list[str], __: Scenario) -> int:
    subnet = rng.choice(writer.ec2.subnets)
    if rng.random() < 0.5:
        writer.set_role(subnet.id, rng.choice(("0", "1", "")))
    else:
        writer.set_free(subnet.id, rng.choice((0, 3, 20, 500)))
    return 1


Step = Callable[[RandomWriter, Random, list[str], Scenario], int]

_STEPS: Mapping[str, Step] = {
    "add": _add,
    "delete": _delete,
    "loop": _loop,
    "fault": _fault,
    "cordon": _cordon,
    "restart": _restart,
    "switch": _switch,
    "external": _external,
    "subnet": _subnet,
}
"""What may happen next; each returns how many events it wrote."""
