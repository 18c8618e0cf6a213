"""The environment variables that matter to addresses, and the values v1.23.1 is shipped with.

The project reads some forty others (logging, SNAT, MTU, plugin files, node and ENIConfig names …);
none changes a count, so none is mentioned.
"""

ALLOCATION_VARIABLES: tuple[str, ...] = (
    "WARM_ENI_TARGET",
    "WARM_IP_TARGET",
    "MINIMUM_IP_TARGET",
    "WARM_PREFIX_TARGET",
    "MAX_ENI",
    "ENABLE_PREFIX_DELEGATION",
    "IP_COOLDOWN_PERIOD",
    "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG",
    "ENABLE_POD_ENI",
    "ENABLE_SUBNET_DISCOVERY",
    "DISABLE_NETWORK_RESOURCE_PROVISIONING",
    "ENABLE_IMDS_ONLY_MODE",
    "DISABLE_LEAKED_ENI_CLEANUP",
    "AWS_MANAGE_ENIS_NON_SCHEDULABLE",
    "MANAGE_UNTAGGED_ENI",
    "ENABLE_IPv4",
    "ENABLE_IPv6",
    "ENABLE_MULTI_NIC",
    "CLUSTER_NAME",
    "AWS_VPC_K8S_CNI_BACKING_STORE",
)
"""Every variable that has a say in which addresses and ENIs a node holds: a field of `Settings`."""

TARGET_VARIABLES: tuple[str, ...] = (
    "WARM_ENI_TARGET",
    "WARM_IP_TARGET",
    "MINIMUM_IP_TARGET",
    "WARM_PREFIX_TARGET",
)
"""The four pool targets We, Wi, m and Wp."""

_SHIPPED = {
    "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG": "false",
    "DISABLE_NETWORK_RESOURCE_PROVISIONING": "false",
    "ENABLE_IMDS_ONLY_MODE": "false",
    "ENABLE_IPv4": "true",
    "ENABLE_IPv6": "false",
    "ENABLE_MULTI_NIC": "false",
    "ENABLE_POD_ENI": "false",
    "ENABLE_PREFIX_DELEGATION": "false",
    "ENABLE_SUBNET_DISCOVERY": "true",
    "WARM_ENI_TARGET": "1",
    "WARM_PREFIX_TARGET": "1",
}


def shipped_defaults() -> dict[str, str]:
    """What manifest and chart of v1.23.1 set among `ALLOCATION_VARIABLES`; both set the same.

    All others are left unset: WARM_IP_TARGET, MINIMUM_IP_TARGET, MAX_ENI, IP_COOLDOWN_PERIOD,
    DISABLE_LEAKED_ENI_CLEANUP, AWS_MANAGE_ENIS_NON_SCHEDULABLE, MANAGE_UNTAGGED_ENI, CLUSTER_NAME
    and AWS_VPC_K8S_CNI_BACKING_STORE.
    Source: config/master/aws-k8s-cni.yaml and charts/aws-vpc-cni/values.yaml@v1.23.1.
    """
    return dict(_SHIPPED)
