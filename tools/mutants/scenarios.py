"""What the self-recorded simulations are about: settings, limits, subnets, faults, changes."""

from typing import Final

from attrs import frozen

from ipam_model.requests import Code

SINGLE: Final = {"ENABLE_IPv4": "true", "ENABLE_SUBNET_DISCOVERY": "false"}
"""Secondary-address mode without subnet discovery."""
PREFIX: Final = {"ENABLE_IPv4": "true", "ENABLE_PREFIX_DELEGATION": "true"}
"""Prefix mode, with subnet discovery."""

AWS_FAULTS: Final = (
    ("AssignPrivateIpAddresses", Code.THROTTLED),
    ("AssignPrivateIpAddresses", Code.INSUFFICIENT_ADDRESSES),
    ("AssignPrivateIpAddresses", Code.ADDRESS_LIMIT),
    ("CreateNetworkInterface+Attach", Code.INSUFFICIENT_PREFIXES),
    ("CreateNetworkInterface", Code.THROTTLED),
    ("AttachNetworkInterface", Code.ATTACHMENT_LIMIT),
    ("WaitForENIAndIPsAttached", Code.TIMEOUT),
    ("FreeENI", Code.ATTACHMENT_NOT_FOUND),
    ("FreeENI", Code.DELETE_FAILED),
    ("UnassignPrivateIpAddresses", Code.THROTTLED),
    ("GetIPv4sFromEC2", Code.THROTTLED),
    ("GetIPv4PrefixesFromEC2", Code.THROTTLED),
    ("GetAttachedENIs", Code.THROTTLED),
    ("DescribeAllENIs", Code.THROTTLED),
    ("TagENI", Code.THROTTLED),
    ("IsSubnetExcluded", Code.THROTTLED),
    ("SetupENINetwork", "HostNetwork"),
)
"""Calls that fail, and how."""

HOST_FAULTS: Final = (
    ("ReadCheckpoint", "VersionMismatch"),
    ("NodeCordoned", "Unauthorized"),
    ("ReadMaxPods", "Unauthorized"),
    ("RefreshSecurityGroups", Code.THROTTLED),
    ("FindRouteTable", "NetlinkTimeout"),
    ("SetupENINetwork", Code.LINK_NOT_FOUND),
)
"""The same on the host and at the API server."""

ADD_FAULTS: Final = (("WriteCheckpoint", "ReadOnlyFileSystem"), ("ReadVpcCidrs", Code.TIMEOUT))
"""What makes an ADD fail although there is an address."""

SHORTAGES: Final = (
    ("AssignPrivateIpAddresses", Code.INSUFFICIENT_ADDRESSES),
    ("AssignPrivateIpAddresses", Code.THROTTLED),
    ("CreateNetworkInterface", Code.INSUFFICIENT_ADDRESSES),
    ("CreateNetworkInterface+Attach", Code.INSUFFICIENT_ADDRESSES),
)

START_FAULTS: Final = (
    *HOST_FAULTS,
    ("DescribeAllENIs", Code.THROTTLED),
    ("TagENI", Code.THROTTLED),
    ("SetupENINetwork", "HostNetwork"),
    ("AssignPrivateIpAddresses", Code.THROTTLED),
)
ADOPTION_FAULTS: Final = (
    ("TagENI", Code.THROTTLED),
    ("SetupENINetwork", "HostNetwork"),
    ("IsSubnetExcluded", Code.THROTTLED),
    ("DescribeAllENIs", Code.THROTTLED),
)
"""What fails when reconcile finds an ENI."""
RELEASE_FAULTS: Final = (
    ("UnassignPrivateIpAddresses", Code.THROTTLED),
    ("GetIPv4sFromEC2", Code.THROTTLED),
)

CHANGES_BY_OTHERS: Final = (
    "attach_eni",
    "attach_eni",
    "detach_eni",
    "add_cidr",
    "remove_cidr",
)

POD_API_FAULTS: Final = (("ReadPod", "Unauthorized"),)
ENI_CONFIG_FAULTS: Final = (("ReadEniConfig", "ENIConfigNotFound"),)


@frozen(kw_only=True)
class Present:
    """An ENI that is attached before the daemon starts."""

    no_manage: str | None = None
    instance_id: str | None = None
    """`own` or `other`."""
    trunk: bool = False
    addresses: int = 0
    prefixes: int = 0
    subnet: str = "subnet-1"


@frozen(kw_only=True)
class Scenario:
    """A kind of simulation; a seed makes it one."""

    name: str
    env: dict[str, str]
    limits: tuple[int, int] = (3, 4)
    """ENIs, and addresses per ENI."""
    max_pods: int = 30
    subnets: tuple[tuple[str, int, str], ...] = (("subnet-1", 1000, ""),)
    """Id, free addresses, role tag."""
    eni_config: str | None = None
    lag: int = 0
    """Milliseconds for which IMDS still lists what has left an ENI."""
    reissue: bool = False
    """EC2 hands returned addresses out again."""
    trunk_compatible: bool = True
    primary_addresses: int = 0
    primary_prefixes: int = 0
    present: tuple[Present, ...] = ()
    faults: tuple[tuple[str, str], ...] = ()
    changes: tuple[str, ...] = ()
    """What others do to the instance: see `Simulation`."""
    restarts: float = 0.0
    """Chance of a restart per phase."""
    cordons: bool = False
    modes: tuple[dict[str, str], ...] = ()
    """Environments to restart with."""
    during: float = 0.0
    """Chance of a pod event inside a call."""
    ticks: bool = True
    """Whether there is a pool update at all."""
    odd_pods: bool = False
    """ADDs without a sandbox, or for several cards; DELs of pods whose object is gone."""
    events: int = 150
    """How long it is, waiting not counted."""


SCENARIOS: Final = (
    Scenario(name="warm_eni", env=SINGLE, restarts=0.15),
    Scenario(name="warm_eni_0", env=SINGLE | {"WARM_ENI_TARGET": "0"}),
    Scenario(name="warm_ip", env=SINGLE | {"WARM_IP_TARGET": "2"}, cordons=True),
    Scenario(
        name="warm_ip_minimum",
        env=SINGLE | {"WARM_IP_TARGET": "1", "MINIMUM_IP_TARGET": "5"},
        limits=(4, 4),
        restarts=0.15,
    ),
    Scenario(name="only_minimum", env=SINGLE | {"MINIMUM_IP_TARGET": "5"}),
    Scenario(name="max_pods", env=SINGLE, max_pods=6, limits=(4, 4)),
    Scenario(name="max_eni", env=SINGLE | {"MAX_ENI": "2", "WARM_ENI_TARGET": "2"}, limits=(4, 3)),
    Scenario(
        name="discovery",
        env={"ENABLE_IPv4": "true", "WARM_IP_TARGET": "3"},
        subnets=(("subnet-1", 9, ""), ("subnet-2", 40, "1"), ("subnet-3", 400, "0")),
        changes=("subnet_free", "subnet_tag"),
        during=0.2,
    ),
    Scenario(
        name="shortage",
        env=SINGLE | {"WARM_IP_TARGET": "2"},
        subnets=(("subnet-1", 8, ""),),
        changes=("subnet_free",),
    ),
    Scenario(
        name="excluded_primary",
        env={"ENABLE_IPv4": "true"},
        subnets=(("subnet-1", 400, ""), ("subnet-2", 400, "1")),
        changes=("subnet_tag",),
        primary_addresses=2,
        restarts=0.15,
    ),
    Scenario(
        name="excluded_warm_ip",
        env={"ENABLE_IPv4": "true", "WARM_IP_TARGET": "1"},
        subnets=(("subnet-1", 900, ""), ("subnet-2", 400, "1")),
        changes=("subnet_tag", "add_cidr"),
        limits=(4, 4),
        restarts=0.15,
        events=250,
    ),
    Scenario(
        name="excluded_prefixes",
        env=PREFIX | {"WARM_PREFIX_TARGET": "1"},
        subnets=(("subnet-1", 900, ""), ("subnet-2", 400, "1")),
        changes=("subnet_tag", "add_cidr"),
        restarts=0.15,
        events=300,
    ),
    Scenario(name="prefixes", env=PREFIX | {"WARM_PREFIX_TARGET": "1"}, max_pods=80),
    Scenario(
        name="prefixes_warm_ip",
        env=PREFIX | {"WARM_IP_TARGET": "3", "MINIMUM_IP_TARGET": "20"},
        limits=(4, 3),
        max_pods=80,
    ),
    Scenario(
        name="prefixes_veto",
        env=PREFIX | {"WARM_IP_TARGET": "1", "WARM_PREFIX_TARGET": "1"},
        limits=(4, 3),
        max_pods=60,
    ),
    Scenario(name="prefixes_none", env=PREFIX | {"WARM_PREFIX_TARGET": "0"}, max_pods=40),
    Scenario(
        name="mode_switch",
        env=SINGLE,
        modes=(SINGLE, PREFIX | {"WARM_PREFIX_TARGET": "1"}, SINGLE | {"WARM_IP_TARGET": "2"}),
        restarts=0.15,
        max_pods=20,
    ),
    Scenario(name="faults", env=SINGLE | {"WARM_IP_TARGET": "2"}, faults=AWS_FAULTS, restarts=0.15),
    Scenario(
        name="faults_discovery",
        env={"ENABLE_IPv4": "true"},
        faults=AWS_FAULTS,
        restarts=0.15,
        changes=CHANGES_BY_OTHERS,
    ),
    Scenario(
        name="faults_prefixes",
        env=PREFIX | {"WARM_IP_TARGET": "1"},
        faults=AWS_FAULTS,
        restarts=0.15,
        changes=CHANGES_BY_OTHERS,
    ),
    Scenario(name="host_faults", env=SINGLE, faults=HOST_FAULTS, restarts=0.15, odd_pods=True),
    Scenario(name="add_faults", env=SINGLE, faults=ADD_FAULTS, restarts=0.05),
    Scenario(name="start_faults", env=SINGLE, faults=START_FAULTS, restarts=0.5),
    Scenario(
        name="refused",
        env={"ENABLE_IPv4": "false"},
        modes=(SINGLE, SINGLE | {"ENABLE_IPv6": "true"}, {"ENABLE_SUBNET_DISCOVERY": "false"}),
        restarts=0.3,
    ),
    Scenario(
        name="custom_networking",
        env=SINGLE | {"AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG": "true", "WARM_IP_TARGET": "2"},
        subnets=(("subnet-1", 400, ""), ("subnet-2", 400, "")),
        eni_config="subnet-2",
        faults=ENI_CONFIG_FAULTS,
        restarts=0.15,
        primary_addresses=1,
        primary_prefixes=1,
    ),
    Scenario(
        name="changes",
        env=SINGLE | {"WARM_IP_TARGET": "2"},
        limits=(5, 5),
        changes=CHANGES_BY_OTHERS,
        during=0.4,
    ),
    Scenario(
        name="adoption",
        env={"ENABLE_IPv4": "true", "WARM_ENI_TARGET": "0"},
        limits=(6, 4),
        changes=("attach_eni", "attach_eni", "detach_eni"),
        faults=ADOPTION_FAULTS,
        during=0.5,
        events=250,
    ),
    Scenario(
        name="changes_prefixes",
        env=PREFIX | {"WARM_PREFIX_TARGET": "1"},
        limits=(5, 4),
        changes=CHANGES_BY_OTHERS,
        during=0.15,
        max_pods=60,
    ),
    Scenario(
        name="lag",
        env=SINGLE | {"WARM_IP_TARGET": "1"},
        lag=20_000,
        reissue=True,
        restarts=0.15,
    ),
    Scenario(
        name="lag_long",
        env=SINGLE | {"WARM_IP_TARGET": "1"},
        lag=90_000,
        reissue=True,
        limits=(4, 5),
        changes=("remove_cidr",),
        faults=RELEASE_FAULTS,
        during=0.3,
        events=300,
    ),
    Scenario(
        name="trunk",
        env=SINGLE | {"ENABLE_POD_ENI": "true", "WARM_IP_TARGET": "1"},
        changes=("attach_trunk", "add_cidr"),
        reissue=True,
        faults=POD_API_FAULTS,
        odd_pods=True,
        restarts=0.15,
    ),
    Scenario(
        name="trunk_awaited",
        env=SINGLE | {"ENABLE_POD_ENI": "true", "WARM_IP_TARGET": "1"},
        trunk_compatible=False,
        reissue=True,
        faults=RELEASE_FAULTS,
        during=0.2,
        events=300,
    ),
    Scenario(
        name="trunk_never",
        env=PREFIX | {"ENABLE_POD_ENI": "true", "WARM_PREFIX_TARGET": "1"},
        trunk_compatible=False,
        reissue=True,
        limits=(3, 3),
        odd_pods=True,
    ),
    Scenario(
        name="trunk_present",
        env=PREFIX | {"ENABLE_POD_ENI": "true", "WARM_PREFIX_TARGET": "1"},
        present=(Present(trunk=True),),
        changes=("add_cidr",),
        limits=(4, 3),
        restarts=0.15,
    ),
    Scenario(
        name="unmanaged",
        env=SINGLE | {"MANAGE_UNTAGGED_ENI": "false"},
        limits=(6, 3),
        present=(
            Present(no_manage="true", instance_id="own"),
            Present(no_manage="false", instance_id="other", addresses=1),
            Present(instance_id="own", addresses=2),
            Present(instance_id="other"),
        ),
        changes=("set_tags", "attach_eni"),
        restarts=0.15,
    ),
    Scenario(
        name="imds_only",
        env=SINGLE | {"ENABLE_IMDS_ONLY_MODE": "true", "MANAGE_UNTAGGED_ENI": "false"},
        present=(Present(addresses=2),),
        primary_addresses=3,
        changes=("add_cidr", "remove_cidr", "attach_eni"),
        restarts=0.15,
        ticks=False,
    ),
    Scenario(
        name="no_provisioning",
        env={"ENABLE_IPv4": "true", "DISABLE_NETWORK_RESOURCE_PROVISIONING": "true"},
        subnets=(("subnet-1", 400, ""), ("subnet-2", 400, "0")),
        present=(Present(addresses=2), Present(subnet="subnet-2", addresses=3)),
        primary_addresses=2,
        primary_prefixes=1,
        changes=(*CHANGES_BY_OTHERS, "subnet_tag"),
        restarts=0.15,
        ticks=False,
    ),
    Scenario(
        name="during_growth",
        env={"ENABLE_IPv4": "true", "IP_COOLDOWN_PERIOD": "0"},
        limits=(5, 3),
        events=250,
        during=0.6,
        cordons=True,
    ),
    Scenario(
        name="during_release",
        env=SINGLE | {"WARM_IP_TARGET": "1"},
        limits=(4, 5),
        during=0.6,
        faults=SHORTAGES,
        changes=CHANGES_BY_OTHERS,
    ),
    Scenario(
        name="during_shortage",
        env={"ENABLE_IPv4": "true", "WARM_IP_TARGET": "2"},
        limits=(4, 5),
        during=0.7,
        faults=SHORTAGES[:1],
        events=300,
    ),
    Scenario(
        name="override",
        env=SINGLE | {"WARM_IP_TARGET": "2", "AWS_MANAGE_ENIS_NON_SCHEDULABLE": "true"},
        cordons=True,
    ),
    Scenario(
        name="no_cooldown",
        env=SINGLE | {"IP_COOLDOWN_PERIOD": "0", "WARM_ENI_TARGET": "2"},
        limits=(5, 4),
    ),
)

SEEDS: Final = 2
"""Simulations of each kind."""


def names() -> tuple[str, ...]:
    """Every simulation, first of each kind first."""
    return tuple(f"{each.name}-{seed}" for seed in range(1, SEEDS + 1) for each in SCENARIOS)


def find(name: str) -> tuple[Scenario, int]:
    """Scenario and seed of a simulation; `KeyError` if there is none of this name."""
    kind, _, seed = name.rpartition("-")
    return {each.name: each for each in SCENARIOS}[kind], int(seed)
