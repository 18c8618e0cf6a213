"""Nodes of many settings, small enough for vectors that can be read."""

from collections.abc import Iterator, Mapping
from typing import Final, Literal

from attrs import frozen

from ipam_model.scenario.document import (
    Card,
    Ec2Part,
    EniPart,
    Limits,
    NodePart,
    SubnetPart,
    TagsPart,
)

PLENTY: Final = SubnetPart(id="subnet-a", free=500)
PREFIXES: Final = {"ENABLE_PREFIX_DELEGATION": "true"}


@frozen(kw_only=True)
class Setup:
    """A node before its daemon's first start."""

    name: str
    node: NodePart
    ec2: Ec2Part


def setup(
    name: str,
    env: Mapping[str, str] | None = None,
    *,
    enis: int = 3,
    per_eni: int = 3,
    cards: tuple[Card, ...] = (),
    max_pods: int | None = None,
    subnets: tuple[SubnetPart, ...] = (PLENTY,),
    attached: tuple[EniPart, ...] = (),
    version: str = "v1.23",
    eni_config: str | None = None,
    imds_lag_ms: int = 0,
    cordoned: bool = False,
    hypervisor: Literal["nitro", "xen", "unknown"] = "nitro",
) -> Setup:
    """A node of `enis` ENIs with `per_eni` addresses each, the primary one included."""
    # The shipped manifest sets it; without it the daemon does not start.
    usual = {} if version == "v1.7" else {"ENABLE_IPv4": "true"}
    return Setup(
        name=name,
        node=NodePart(
            version=version,
            limits=Limits(max_enis=enis, ipv4_per_eni=per_eni, cards=cards, hypervisor=hypervisor),
            env={**usual, **(env or {})},
            max_pods=max_pods,
            eni_config_subnet=eni_config,
            cordoned=cordoned,
        ),
        ec2=Ec2Part(subnets=subnets, enis=attached, imds_lag_ms=imds_lag_ms),
    )


PRIMARY: Final = EniPart(primary=True)
_TAGS: Final = (
    EniPart(tags=TagsPart(no_manage="true")),
    EniPart(tags=TagsPart(no_manage="false")),
    EniPart(tags=TagsPart(instance_id="other")),
)


def setups() -> Iterator[Setup]:
    """The nodes."""
    yield setup("warm ENIs")
    yield setup("two warm ENIs", {"WARM_ENI_TARGET": "2"}, enis=4)
    yield setup("no warm ENI", {"WARM_ENI_TARGET": "0"})
    yield setup("warm addresses", {"WARM_IP_TARGET": "1"})
    yield setup("three warm addresses", {"WARM_IP_TARGET": "3"}, enis=3, per_eni=3)
    yield setup("warm and minimum", {"WARM_IP_TARGET": "1", "MINIMUM_IP_TARGET": "3"})
    yield setup("minimum alone", {"MINIMUM_IP_TARGET": "3"})
    yield setup("few pods", {"WARM_IP_TARGET": "2"}, max_pods=3)
    yield setup("few pods, warm ENIs", max_pods=3)
    yield setup("MAX_ENI", {"MAX_ENI": "2"})
    yield setup("scarce subnet", subnets=(SubnetPart(id="subnet-a", free=3),))
    yield setup(
        "scarce subnet, warm addresses",
        {"WARM_IP_TARGET": "4"},
        subnets=(SubnetPart(id="subnet-a", free=4),),
    )
    yield setup("prefixes", PREFIXES)
    yield setup("two warm prefixes", {**PREFIXES, "WARM_PREFIX_TARGET": "2"}, per_eni=2)
    yield setup("prefixes by addresses", {**PREFIXES, "WARM_IP_TARGET": "17"}, per_eni=2)
    yield setup(
        "prefixes with a minimum",
        {**PREFIXES, "WARM_IP_TARGET": "1", "MINIMUM_IP_TARGET": "20"},
    )
    yield setup("few prefixes", PREFIXES, subnets=(SubnetPart(id="subnet-a", free=17),))
    yield setup(
        "single addresses in prefix mode",
        PREFIXES,
        attached=(EniPart(primary=True, ips=("10.1.0.8",), primary_address="10.1.0.4"),),
    )
    yield setup("no cooldown", {"WARM_IP_TARGET": "1", "IP_COOLDOWN_PERIOD": "0"})
    yield setup("lagging IMDS", {"WARM_IP_TARGET": "1"}, imds_lag_ms=30_000)
    yield setup("cordoned", {"WARM_IP_TARGET": "2"}, cordoned=True)
    yield setup(
        "cordoned but managed",
        {"AWS_MANAGE_ENIS_NON_SCHEDULABLE": "true"},
        cordoned=True,
    )
    yield setup(
        "custom networking",
        {"AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG": "true"},
        subnets=(PLENTY, SubnetPart(id="subnet-b", free=50)),
        eni_config="subnet-b",
    )
    yield setup("custom networking, no ENIConfig", {"AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG": "true"})
    yield setup(
        "several subnets",
        {"WARM_ENI_TARGET": "1"},
        subnets=(
            SubnetPart(id="subnet-a", free=4),
            SubnetPart(id="subnet-b", free=40, role="1"),
            SubnetPart(id="subnet-c", free=60, role="0"),
            SubnetPart(id="subnet-d", free=50),
        ),
    )
    yield setup(
        "excluded subnet",
        {"WARM_IP_TARGET": "2"},
        subnets=(PLENTY, SubnetPart(id="subnet-b", free=50, role="0")),
        attached=(
            EniPart(primary=True, primary_address="10.1.0.4"),
            EniPart(
                id="eni-2",
                subnet="subnet-b",
                primary_address="10.1.16.4",
                ips=("10.1.16.5", "10.1.16.6"),
            ),
        ),
    )
    yield setup("tags", enis=5, attached=(PRIMARY, *_TAGS))
    yield setup(
        "untagged ENIs are left alone",
        {"MANAGE_UNTAGGED_ENI": "false"},
        attached=(PRIMARY, EniPart()),
    )
    yield setup("trunk", {"ENABLE_POD_ENI": "true", "WARM_IP_TARGET": "2"})
    yield setup(
        "trunk attached",
        {"ENABLE_POD_ENI": "true", "WARM_IP_TARGET": "3"},
        attached=(PRIMARY, EniPart(trunk=True)),
    )
    yield setup("EFA", attached=(PRIMARY, EniPart(efa=True)), enis=3)
    yield setup(
        "two cards",
        {"ENABLE_MULTI_NIC": "true"},
        cards=(Card(index=0, max_enis=2), Card(index=1, max_enis=2)),
        enis=4,
        per_eni=3,
    )
    yield setup(
        "two cards, one managed",
        {},
        cards=(Card(index=0, max_enis=2), Card(index=1, max_enis=2)),
        enis=4,
        attached=(PRIMARY, EniPart(card=1, device=1)),
    )
    yield setup(
        "a card for EFA only",
        {"ENABLE_MULTI_NIC": "true"},
        cards=(Card(index=0, max_enis=2), Card(index=1, max_enis=2)),
        enis=4,
        attached=(PRIMARY, EniPart(card=1, device=0, efa_only=True)),
    )
    yield setup(
        "IPv6", {"ENABLE_IPv4": "false", "ENABLE_IPv6": "true", **PREFIXES}, enis=2, per_eni=3
    )
    yield setup("without provisioning", {"DISABLE_NETWORK_RESOURCE_PROVISIONING": "true"})
    yield setup("no protocol", {"ENABLE_IPv4": "false"})
    yield setup("v1.7, warm ENIs", version="v1.7")
    yield setup("v1.7, warm addresses", {"WARM_IP_TARGET": "2"}, version="v1.7")
    yield setup(
        "v1.7, minimum",
        {"WARM_IP_TARGET": "1", "MINIMUM_IP_TARGET": "3"},
        version="v1.7",
        max_pods=4,
    )
    yield setup("v1.7, no warm ENI", {"WARM_ENI_TARGET": "0"}, version="v1.7")
    yield setup("v1.7, scarce", version="v1.7", subnets=(SubnetPart(id="subnet-a", free=3),))
    yield setup("v1.7, tags", version="v1.7", enis=5, attached=(PRIMARY, *_TAGS))
    yield setup(
        "v1.7, custom networking",
        {"AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG": "true"},
        version="v1.7",
        subnets=(PLENTY, SubnetPart(id="subnet-b", free=50)),
        eni_config="subnet-b",
    )
    yield setup(
        "v1.7, trunk",
        {"ENABLE_POD_ENI": "true"},
        version="v1.7",
        attached=(PRIMARY, EniPart(trunk=True)),
    )
