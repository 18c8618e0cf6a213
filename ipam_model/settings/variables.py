"""The environment variables of amazon-vpc-cni-k8s v1.23.1, and the values it is shipped with."""

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

OTHER_VARIABLES: frozenset[str] = frozenset(
    {
        "ADDITIONAL_ENI_TAGS",
        "ANNOTATE_POD_IP",
        "AWS_CLUSTER_ID",
        "AWS_EC2_ENDPOINT",
        "AWS_EXTERNAL_SERVICE_CIDRS",
        "AWS_REGION",
        "AWS_VPC_CNI_NODE_PORT_SUPPORT",
        "AWS_VPC_ENI_MTU",
        "AWS_VPC_K8S_CNI_CONFIGURE_RPFILTER",
        "AWS_VPC_K8S_CNI_CONNMARK",
        "AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS",
        "AWS_VPC_K8S_CNI_EXTERNALSNAT",
        "AWS_VPC_K8S_CNI_LOGLEVEL",
        "AWS_VPC_K8S_CNI_LOG_FILE",
        "AWS_VPC_K8S_CNI_RANDOMIZESNAT",
        "AWS_VPC_K8S_CNI_VETHPREFIX",
        "AWS_VPC_K8S_EGRESS_V4_PLUGIN_LOG_FILE",
        "AWS_VPC_K8S_EGRESS_V6_PLUGIN_LOG_FILE",
        "AWS_VPC_K8S_PLUGIN_LOG_FILE",
        "AWS_VPC_K8S_PLUGIN_LOG_LEVEL",
        "CLUSTER_ENDPOINT",
        "DISABLE_INTROSPECTION",
        "DISABLE_METRICS",
        "DISABLE_POD_V6",
        "DISABLE_TCP_EARLY_DEMUX",
        "ENABLE_BANDWIDTH_PLUGIN",
        "ENABLE_NFTABLES",
        "ENABLE_V4_EGRESS",
        "ENABLE_V6_EGRESS",
        "ENI_CONFIG_ANNOTATION_DEF",
        "ENI_CONFIG_LABEL_DEF",
        "HOST_CNI_BIN_PATH",
        "HOST_CNI_CONFDIR_PATH",
        "HTTP_TIMEOUT",
        "INTROSPECTION_BIND_ADDRESS",
        "METRIC_UPDATE_INTERVAL",
        "MY_NODE_NAME",
        "MY_POD_NAME",
        "NETWORK_POLICY_ENFORCING_MODE",
        "POD_MTU",
        "POD_SECURITY_GROUP_ENFORCING_MODE",
        "USE_CLOUDWATCH",
        "USE_PROMETHEUS",
        "VPC_CNI_VERSION",
    }
)
"""Variables the project reads or documents that never change a count; nothing is said of them."""

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
