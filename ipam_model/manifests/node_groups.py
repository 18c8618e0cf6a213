"""Groups of nodes that are made alike: those of an eksctl cluster, and Karpenter's pools."""

from collections.abc import Iterator, Mapping
from typing import Final

from attrs import frozen

from ipam_model.errors import InputError
from ipam_model.manifests.chart import ADDON
from ipam_model.manifests.environment import Environment, remark
from ipam_model.manifests.selector import INSTANCE_TYPE, read_requirements
from ipam_model.manifests.tree import (
    Fields,
    Scalar,
    each_fields,
    each_text,
    get,
    get_fields,
    get_items,
    get_name,
    get_text,
    get_whole_number,
    require_legible,
)
from ipam_model.settings import SHIPPED, Origin, Severity

_MIXED: Final = "mixed"
"""eksctl's word for "see instancesDistribution"."""


@frozen(kw_only=True)
class NodeGroup:
    """Nodes that are made alike."""

    name: str
    origin: Origin
    instance_types: tuple[Scalar, ...]
    """Empty if the file names none."""
    max_pods: int | None
    labels: Mapping[str, str]
    """What the file says of the nodes' labels."""


def eksctl_groups(cluster: Fields) -> Iterator[NodeGroup]:
    """The Linux node groups of an eksctl ClusterConfig.

    Raises `InputError` for malformed ones, and two of one name.
    """
    named: dict[str, NodeGroup] = {}
    for kind in ("managedNodeGroups", "nodeGroups"):
        for group in each_fields(get_items(cluster, kind), f"an item of {kind}"):
            family = get_text(group, "amiFamily")
            if family is None or not family.text.startswith("Windows"):
                made = _eksctl_group(group, kind)
                if named.setdefault(made.name, made) is not made:
                    raise InputError(
                        f"{made.origin}: a node group {made.name}, and another at "
                        f"{named[made.name].origin}; eksctl takes a name once"
                    )
                yield made


def eksctl_addons(cluster: Fields) -> Iterator[Scalar]:
    """The configuration values of each add-on vpc-cni in an eksctl ClusterConfig."""
    for addon in each_fields(get_items(cluster, "addons"), "an item of addons"):
        name = get_text(addon, "name")
        values = get_text(addon, "configurationValues")
        if name is not None and name.text == ADDON and values is not None:
            yield values


def note_ipv6(cluster: Fields, environment: Environment) -> None:
    """Remark upon an IPv6 cluster whose add-on is not told so: EKS itself tells the daemon."""
    family = get(cluster, "kubernetesNetworkConfig", "ipFamily")
    if not isinstance(family, Scalar) or family.text.lower() != "ipv6":
        return
    if environment.origins.get("ENABLE_IPv6", SHIPPED) == SHIPPED:
        environment.unknown["ENABLE_IPv6"] = remark(
            "ipv6-cluster",
            Severity.COERCED,
            "ENABLE_IPv6",
            environment.texts.get("ENABLE_IPv6", ""),
            "the cluster is one of IPv6, for which EKS sets variables that this file does not "
            "tell: the daemon is taken to be as shipped, for IPv4; give --set ENABLE_IPv4=false, "
            "--set ENABLE_IPv6=true and --set ENABLE_PREFIX_DELEGATION=true",
            family.origin,
        )


def karpenter_groups(pools: list[Fields], classes: list[Fields]) -> Iterator[NodeGroup]:
    """Karpenter's NodePools, with max pods from the EC2NodeClass each refers to.

    Only instance types that a requirement lists by name are known; other requirements leave the
    choice to Karpenter. Raises `InputError` for malformed ones.
    """
    by_name = {_name(each): each for each in classes}
    for pool in pools:
        template = get_fields(pool, "spec", "template") or Fields({}, pool.origin)
        spec = get_fields(template, "spec") or Fields({}, pool.origin)
        named = get_text(spec, "nodeClassRef", "name")
        node_class = None if named is None else by_name.get(named.text)
        max_pods = get_whole_number(spec, "kubelet", "maxPods")  # where v1beta1 had it
        if max_pods is None and node_class is not None:
            max_pods = get_whole_number(node_class, "spec", "kubelet", "maxPods")
        types = [
            part.values
            for part in read_requirements(spec, "requirements")
            if part.key in INSTANCE_TYPE and part.operator == "In"
        ]
        name = _name(pool)
        yield NodeGroup(
            name=name,
            origin=pool.origin,
            instance_types=_once(types[0]) if types else (),
            max_pods=max_pods,
            labels={"karpenter.sh/nodepool": name, **_labels(template, "metadata", "labels")},
        )


def _eksctl_group(group: Fields, kind: str) -> NodeGroup:
    name = get_name(group, "name")
    if name is None:
        raise InputError(f"{group.origin}: an item of {kind} has no name; give it one")
    single = get_text(group, "instanceType")
    types = [] if single is None or single.text == _MIXED else [single]
    types += each_text(get_items(group, "instanceTypes"), "an instance type")
    types += each_text(
        get_items(group, "instancesDistribution", "instanceTypes"), "an instance type"
    )
    max_pods = get_whole_number(group, "maxPodsPerNode")
    if max_pods is None:
        max_pods = get_whole_number(group, "kubeletExtraConfig", "maxPods")
    labels = {"alpha.eksctl.io/nodegroup-name": name.text, "kubernetes.io/os": "linux"}
    if kind == "managedNodeGroups":
        labels["eks.amazonaws.com/nodegroup"] = name.text
    return NodeGroup(
        name=name.text,
        origin=group.origin,
        instance_types=_once(tuple(types)),
        max_pods=max_pods,
        labels={**labels, **_labels(group, "labels")},
    )


def _labels(fields: Fields, *path: str) -> dict[str, str]:
    found = get_fields(fields, *path)
    entries = () if found is None else found.by_key.items()
    return {key: entry.value.text for key, entry in entries if isinstance(entry.value, Scalar)}


def _name(document: Fields) -> str:
    name = get(document, "metadata", "name")
    if not isinstance(name, Scalar):
        raise InputError(f"{document.origin}: an object without metadata.name; give it one")
    require_legible(name, "metadata.name")
    return name.text


def _once(types: tuple[Scalar, ...]) -> tuple[Scalar, ...]:
    found: dict[str, Scalar] = {}
    for each in types:
        found.setdefault(each.text, each)
    return tuple(found.values())
