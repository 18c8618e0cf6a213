"""The settings as the daemon holds them after parsing."""

from attrs import frozen

from ipam_model.errors import InputError

DEFAULT_BACKING_STORE = "/var/run/aws-node/ipam.json"
"""Checkpoint file of the default network card (R34)."""


@frozen(kw_only=True)
class Settings:
    """What the daemon holds once its environment is parsed; the defaults are those of its code.

    The manifest it is shipped with sets some variables otherwise: see `shipped_defaults`. A field
    is the parsed value, which is not always in effect: what precedes what is R36-R41, and the
    mode is `effective_mode`.

    Flags are Go booleans: set but not such a word, or empty, means the default (R35).

    Raises `InputError` if a target is negative or the two provisioning flags contradict each
    other, which parsing never produces.
    """

    warm_eni_target: int = 1
    """WARM_ENI_TARGET, We: whole ENIs' worth of addresses kept available, at least 0.

    Not an integer or negative: 1. Read only on card 0, in secondary-address mode, and only if
    neither Wi nor m is in force (R37, R38). Source: ipamd:1424.
    """
    warm_ip_target: int = 0
    """WARM_IP_TARGET, Wi: addresses kept available, at least 0; 0 is the same as not set (R40).

    Not an integer or negative: 0. Source: ipamd:2029.
    """
    minimum_ip_target: int = 0
    """MINIMUM_IP_TARGET, m: addresses owned at least, at least 0; 0 is the same as not set (R40).

    Not an integer or negative: 0. Source: ipamd:2044.
    """
    warm_prefix_target: int = 0
    """WARM_PREFIX_TARGET, Wp: prefixes kept entirely unassigned, at least 0.

    Not an integer or negative: 0. Read only in prefix mode; Wi and m override it, except for the
    deletion of ENIs (R38, R136). Source: ipamd:1441.
    """
    max_eni: int | None = None
    """MAX_ENI: ENIs per card at most, as parsed; None if not set or not an integer.

    Values below 1 or not below the instance's limit have no effect (R3). Source: ipamd:1406.
    """
    prefix_delegation: bool = False
    """ENABLE_PREFIX_DELEGATION, the flag as parsed: prefixes instead of single addresses.

    Without effect in IPv4 on types that cannot delegate prefixes (R45). Source: ipamd:2095.
    """
    ip_cooldown_period: int = 30
    """IP_COOLDOWN_PERIOD in seconds: an address is cooling while its age is at most this (R17).

    Not an integer: 30. Negative: no address ever cools, but the entry point refuses to start
    (R47). Beyond 9223372036 the daemon's 64-bit nanoseconds wrap, and this holds the wrapped
    period rounded down. Source: ds:243, util:26.
    """
    custom_networking: bool = False
    """AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: new ENIs as the ENIConfig says (R50, R59, R66).

    Source: ipamd:1997.
    """
    pod_eni: bool = False
    """ENABLE_POD_ENI: branch ENIs for pods, so a slot is kept for a trunk ENI (R48).

    Source: ipamd:2076.
    """
    subnet_discovery: bool = True
    """ENABLE_SUBNET_DISCOVERY: choice of subnets by tag, and exclusion of ENIs (R13, R58, R103).

    Source: ipamd:2007.
    """
    provisioning_disabled: bool = False
    """DISABLE_NETWORK_RESOURCE_PROVISIONING, or implied by IMDS-only mode: no growth, no shrink
    (R52).

    Source: ipamd:2059.
    """
    imds_only: bool = False
    """ENABLE_IMDS_ONLY_MODE: ENIs are described from IMDS alone (R52); implies the former.

    Source: ipamd:2072, aws:1665.
    """
    leaked_eni_cleanup_disabled: bool = False
    """DISABLE_LEAKED_ENI_CLEANUP, the flag as parsed; see `leaked_eni_cleanup_runs`.

    Source: ipamd:2063.
    """
    manage_enis_non_schedulable: bool = False
    """AWS_MANAGE_ENIS_NON_SCHEDULABLE: a cordoned node grows and deletes ENIs all the same (R51).

    Source: ipamd:2002.
    """
    manage_untagged_eni: bool = True
    """MANAGE_UNTAGGED_ENI: an ENI with no telling tag is managed (R7). Source: ipamd:2107."""
    ipv4: bool = False
    """ENABLE_IPv4; the code's default is false, the shipped manifest sets true (R43).

    Source: ipamd:2099.
    """
    ipv6: bool = False
    """ENABLE_IPv6; exactly one of the two families must be on (R43). Source: ipamd:2103."""
    multi_nic: bool = False
    """ENABLE_MULTI_NIC: cards above 0 are managed too (R8, R49). Source: ipamd:2080."""
    cluster_name: str = ""
    """CLUSTER_NAME: for ENI tags and the choice of subnets; empty means none (R14, R103).

    Source: aws:427, aws:1298.
    """
    backing_store: str = DEFAULT_BACKING_STORE
    """AWS_VPC_K8S_CNI_BACKING_STORE: path of the checkpoint of card 0; empty means the default
    (R34).

    Source: ipamd:2022.
    """

    def __attrs_post_init__(self) -> None:
        for name, value in (
            ("warm_eni_target", self.warm_eni_target),
            ("warm_ip_target", self.warm_ip_target),
            ("minimum_ip_target", self.minimum_ip_target),
            ("warm_prefix_target", self.warm_prefix_target),
        ):
            if value < 0:
                raise InputError(f"{name} is {value}: a parsed target is at least 0")
        if self.imds_only and not self.provisioning_disabled:
            raise InputError("imds_only implies provisioning_disabled: set both")

    @property
    def leaked_eni_cleanup_runs(self) -> bool:
        """Whether the hourly clean-up of leaked ENIs (R184) runs at all.

        Off in IPv6, without provisioning, in IMDS-only mode and by its own flag.
        Source: ipamd:2063.
        """
        return not (self.ipv6 or self.provisioning_disabled or self.leaked_eni_cleanup_disabled)
