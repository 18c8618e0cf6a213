"""Subnets that their tags close to pods or to new ENIs of this node (R14, R103)."""

from ipam_model.arithmetic import INTS
from ipam_model.ec2 import Ec2
from ipam_model.rules import eligibility
from ipam_model.subnets import SubnetTags


def for_other_clusters_only(tags: SubnetTags, cluster_name: str) -> bool:
    """The subnet's cluster tags shut a node of this cluster out (R14, R103)."""
    return eligibility.for_other_clusters_only(
        INTS, bool(cluster_name), bool(tags.clusters), cluster_name in tags.clusters
    )


def is_subnet_excluded(ec2: Ec2, subnet_id: str, cluster_name: str) -> bool:
    """R14 for a subnet, without the call that may fail."""
    subnet = ec2.subnet(subnet_id)
    role = subnet.tags.role
    return eligibility.subnet_excluded(
        INTS,
        subnet.listed,
        role == "",
        role == "0",
        for_other_clusters_only(subnet.tags, cluster_name),
    )
