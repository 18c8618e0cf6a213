"""Settings with the finding that an upstream issue, or a rule, says they have; and sound ones."""

from collections.abc import Mapping
from typing import Final

from ipam_model.nodes import NodeSetup
from tests.linting.nodes import described

PREFIXES: Final = {"ENABLE_PREFIX_DELEGATION": "true"}

WRONG: Final[Mapping[str, tuple[str, NodeSetup]]] = {
    "#2650": ("minimum-alone-is-a-ceiling", described("m5.large", MINIMUM_IP_TARGET="10")),
    "#3685": (
        "minimum-alone-is-a-ceiling",
        described("t3.medium", PREFIXES, max_pods=110, MINIMUM_IP_TARGET="32"),
    ),
    "#1775": ("warm-eni-target-zero", described("t3.small", WARM_ENI_TARGET="0")),
    "#890": ("max-pods-above-capacity", described("m5.large", max_pods=110)),
    "R136.7": (
        "warm-prefix-target-still-vetoes",
        described("t3.small", PREFIXES, max_pods=110, WARM_IP_TARGET="1", MINIMUM_IP_TARGET="1"),
    ),
    "#3263": ("cordoned-node-keeps-its-enis", described("m5.large")),
    "R81": (
        "warm-prefix-target-zero",
        described("t3.medium", PREFIXES, max_pods=110, WARM_PREFIX_TARGET="00"),
    ),
    "R95": (
        "idle-card-flaps",
        described("p4d.24xlarge", PREFIXES, ENABLE_MULTI_NIC="true"),
    ),
    "R66": (
        "no-eni-for-pods",
        described("m5.large", MAX_ENI="1", AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG="true"),
    ),
    "R110": ("target-above-capacity", described("m5.large", WARM_IP_TARGET="40")),
    "E20": ("max-pods-stops-growth", described("m4.4xlarge", max_pods=110, WARM_ENI_TARGET="5")),
    "R80": (
        "reserves-beyond-max-pods",
        described("m5.large", PREFIXES, max_pods=29, WARM_PREFIX_TARGET="9"),
    ),
}
"""By issue or rule: the id of the finding, and a node that has it."""

REMARKED: Final[Mapping[str, tuple[str, NodeSetup]]] = {
    "R37": (
        "warm-eni-target-overridden",
        described("m5.large", WARM_ENI_TARGET="2", WARM_IP_TARGET="5"),
    ),
    "R38": (
        "warm-eni-target-in-prefix-mode",
        described("m5.large", PREFIXES, WARM_ENI_TARGET="2"),
    ),
    "R38-secondary": (
        "warm-prefix-target-without-prefixes",
        described("m5.large", WARM_PREFIX_TARGET="3"),
    ),
    "R3": ("max-eni-without-effect", described("m5.large", MAX_ENI="8")),
    "R45": ("prefixes-on-unsupported-instance", described("m4.large", PREFIXES)),
    "R47": (
        "gate-refuses-prefix-targets",
        described("m5.large", PREFIXES, WARM_PREFIX_TARGET="0"),
    ),
    "R47-cooldown": ("gate-refuses-cooldown", described("m5.large", IP_COOLDOWN_PERIOD="soon")),
    "misspelt": ("unknown-variable", described("m5.large", WARM_IP_TARGETS="5")),
    "R36": ("negative-target", described("m5.large", WARM_IP_TARGET="-1")),
}
"""The same for remarks that need no run, all of them warnings or errors."""

SOUND: Final[Mapping[str, NodeSetup]] = {
    # What is shipped, on types small and large: one warm ENI, max pods of the formula.
    "as shipped, t3.small": described("t3.small"),
    "as shipped, m5.large": described("m5.large"),
    "as shipped, m5.4xlarge": described("m5.4xlarge"),
    "as shipped, p3dn": described("p3dn.24xlarge"),
    # Max pods capped at 110, as is recommended for types of less than 30 vCPUs, and at 250.
    "110 pods on many ENIs": described("m5.4xlarge", max_pods=110),
    "250 pods on many ENIs": described("m5.24xlarge", max_pods=250),
    # Address targets, as the documentation recommends where subnets are small.
    "warm 5": described("m5.large", WARM_IP_TARGET="5"),
    "warm 5 above a minimum of 10": described(
        "m5.xlarge", WARM_IP_TARGET="5", MINIMUM_IP_TARGET="10"
    ),
    "warm 2 above a minimum of the usual pods": described(
        "m5.2xlarge", WARM_IP_TARGET="2", MINIMUM_IP_TARGET="40"
    ),
    "warm 1, the fewest addresses": described("t3.large", WARM_IP_TARGET="1"),
    # The minimum alone, where no more pods than that can come.
    "minimum of all addresses": described("t3.small", MINIMUM_IP_TARGET="9"),
    "minimum of max pods": described("m5.large", max_pods=12, MINIMUM_IP_TARGET="10"),
    # Prefixes, as recommended: 1 warm prefix, 110 pods.
    "prefixes": described("m5.large", PREFIXES, max_pods=110),
    "prefixes, small type": described("t3.medium", PREFIXES, max_pods=110),
    # Address targets of prefixes where all pods fit one ENI: no second one to be kept.
    "prefixes, warm 5 above 16": described(
        "m5.large", PREFIXES, max_pods=110, WARM_IP_TARGET="5", MINIMUM_IP_TARGET="16"
    ),
    # … and where they do not, with the veto taken away (R137).
    "prefixes, warm 5, no veto": described(
        "t3.medium", PREFIXES, max_pods=110, WARM_IP_TARGET="5", WARM_PREFIX_TARGET="0"
    ),
    # A burst is served without EC2: a larger warm pool that fits.
    "two warm ENIs": described("m5.4xlarge", WARM_ENI_TARGET="2"),
    # Fewer ENIs, with max pods lowered as well.
    "two ENIs": described("m5.xlarge", max_pods=30, MAX_ENI="2"),
    # Custom networking, with max pods of the ENIs that are left.
    "custom networking": described(
        "m5.large", max_pods=20, AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG="true"
    ),
    # Security groups for pods keep a slot for the trunk ENI: max pods without it.
    "security groups for pods": described("m5.large", max_pods=20, ENABLE_POD_ENI="true"),
    # ... and a type that cannot have one keeps none.
    "security groups for pods, a type without trunks": described(
        "t3.small", max_pods=11, ENABLE_POD_ENI="true"
    ),
    # One ENI, and it is the primary one: there is no slot for a trunk ENI to be kept.
    "security groups for pods, one ENI": described(
        "m5.large", max_pods=11, MAX_ENI="1", ENABLE_POD_ENI="true"
    ),
    # One ENI cannot come and go: no ENI to flap.
    "no warm ENI, one ENI": described("m5.large", max_pods=11, WARM_ENI_TARGET="0", MAX_ENI="1"),
    # The cordon is overridden: nothing to note either.
    "managed while cordoned": described("m5.large", AWS_MANAGE_ENIS_NON_SCHEDULABLE="true"),
}
"""At least 20, each with the reason why it is sound above it."""
