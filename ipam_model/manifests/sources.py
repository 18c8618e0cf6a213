"""What a set of files says: DaemonSets, values of the chart, ConfigMaps, node groups."""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from attrs import define, field, frozen

from ipam_model.errors import InputError
from ipam_model.manifests.chart import (
    ADDON,
    Quoting,
    find_values,
    read_addon_text,
    read_values,
)
from ipam_model.manifests.container import ConfigMaps, Scope, read_list, read_sources
from ipam_model.manifests.environment import Environment
from ipam_model.manifests.node_groups import (
    NodeGroup,
    eksctl_addons,
    eksctl_groups,
    karpenter_groups,
    note_ipv6,
)
from ipam_model.manifests.parse import Position, parse
from ipam_model.manifests.selector import ANY_NODE, Selector, read_selector
from ipam_model.manifests.tree import (
    Fields,
    Node,
    Scalar,
    described,
    each_fields,
    get,
    get_fields,
    get_items,
    get_name,
    get_text,
    legible,
)
from ipam_model.settings import Origin

MOST_BYTES: Final = 10_000_000
STDIN: Final = "-"
CONTAINER: Final = "aws-node"
_TAG: Final = re.compile(r"(?:^|:)(v[0-9]+\.[0-9]+)\b")
_IMAGE: Final = "amazon-k8s-cni:"
"""In the name of the daemon's image, whatever its registry; the init container's is another."""


@frozen(kw_only=True)
class Daemon:
    """One environment of the daemon, and the nodes it is for."""

    name: str
    """The DaemonSet's name; empty for values of the chart."""
    origin: Origin
    environment: Environment
    selector: Selector = ANY_NODE
    version: tuple[str, Origin] | None = None
    """Version of the image, e.g. v1.23, where a file says it, and where."""


@frozen(kw_only=True)
class Sources:
    """What the files say, all together."""

    files: tuple[str, ...]
    daemons: tuple[Daemon, ...]
    """At least one."""
    groups: tuple[NodeGroup, ...]


@define
class _Found:
    """Documents by what they are, in the order of the files."""

    daemon_sets: list[tuple[Fields, Fields]] = field(factory=list)
    """Each with its container aws-node."""
    values: list[Fields] = field(factory=list)
    addons: list[tuple[Scalar, str]] = field(factory=list)
    """Configuration values of the add-on, each with the text of its file."""
    clusters: list[Fields] = field(factory=list)
    pools: list[Fields] = field(factory=list)
    classes: list[Fields] = field(factory=list)
    config_maps: ConfigMaps = field(factory=ConfigMaps)
    others: list[str] = field(factory=list)
    """Everything else, for the message if that is all there is."""


def read_files(files: Iterable[str]) -> Sources:
    """Read files of YAML or JSON; `-` is the standard input.

    Several files of chart values are laid one over the other in the order given, as Helm does.
    Raises `InputError` if a file cannot be read, is no YAML, holds what Kubernetes, Helm or EKS
    would not take, or if all together say nothing about the daemon, or two different things.
    """
    names = tuple(files)
    found = _Found()
    for name in names:
        text = _read(name)
        shown = "<stdin>" if name == STDIN else name
        empty = True
        for document in parse(text, Position(shown)):
            empty = False
            _sort(document, text, found)
        if empty:
            raise InputError(
                f"{shown}:1: empty; it must hold a DaemonSet, values of the chart aws-vpc-cni, or "
                "a cluster of eksctl"
            )
    return Sources(
        files=names,
        daemons=tuple(_daemons(found)),
        groups=tuple(_groups(found)),
    )


def _read(name: str) -> str:
    try:
        if name == STDIN:
            data = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(name).open("rb") as stream:
                data = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{name}: cannot be read: {reason}; give a file") from None
    if len(data) > MOST_BYTES:
        raise InputError(
            f"{name}:1: larger than {MOST_BYTES // 10**6} MB; give the documents that concern "
            "aws-node alone"
        )
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{name}:{line}: the byte 0x{data[error.start]:02x} is not "
            f"{'UTF-16' if wide else 'UTF-8'}; save the file as UTF-8"
        ) from None


def _sort(document: Node, text: str, found: _Found) -> None:
    if not isinstance(document, Fields):
        raise InputError(
            f"{document.origin}: {described(document)} where a mapping belongs; a file must hold a "
            "DaemonSet, values of the chart aws-vpc-cni, or a cluster of eksctl"
        )
    kind = get(document, "kind")
    if isinstance(kind, Scalar) and not ("env" in document.by_key or "extraEnv" in document.by_key):
        _sort_object(kind.text, document, text, found)
        return
    addon = _addon(document)
    if addon is not None:
        found.addons.append((addon, text))
        return
    values = find_values(document)
    if len(values) > 1:
        lines = " and ".join(str(each.origin.line) for each in values)
        raise InputError(
            f"{values[1].origin}: several parts of this file look like values of the chart "
            f"aws-vpc-cni (lines {lines}); give them as files of their own"
        )
    found.values += values
    if not values:
        found.others.append(f"{document.origin}: a mapping without env or extraEnv")


def _sort_object(kind: str, document: Fields, text: str, found: _Found) -> None:
    if kind.endswith("List") and "items" in document.by_key:
        for item in get_items(document, "items"):
            _sort(item, text, found)
    elif kind == "DaemonSet":
        container = _container(document)
        if container is None:
            found.others.append(f"{document.origin}: a DaemonSet without a container {CONTAINER}")
        else:
            found.daemon_sets.append((document, container))
    elif kind == "ConfigMap":
        found.config_maps.add(document)
        found.others.append(f"{document.origin}: a ConfigMap")
    elif kind == "ClusterConfig":
        found.clusters.append(document)
        found.addons += [(addon, text) for addon in eksctl_addons(document)]
    elif kind == "NodePool":
        found.pools.append(document)
    elif kind == "EC2NodeClass":
        found.classes.append(document)
    elif kind == "HelmRelease":
        values = get_fields(document, "spec", "values")
        found.values += find_values(values) if values is not None else []
    elif _pod(document) is not None and _container(document) is not None:
        raise InputError(
            f"{document.origin}: the container {CONTAINER} is in an object of kind "
            f"{legible(kind)}; the node agent runs as a DaemonSet: set kind to DaemonSet"
        )
    else:
        found.others.append(f"{document.origin}: a {legible(kind)}")


def _addon(document: Fields) -> Scalar | None:
    """The configuration values in what `aws eks describe-addon` prints, or its input."""
    addon = document.by_key.get("addon")
    within = addon.value if addon is not None and isinstance(addon.value, Fields) else document
    name = within.by_key.get("addonName")
    if name is None or not isinstance(name.value, Scalar) or name.value.text != ADDON:
        return None
    return get_text(within, "configurationValues")


def _pod(document: Fields) -> Fields | None:
    """The pod's spec in an object with a pod template; None if it has none."""
    found: Node = document
    for key in ("spec", "template", "spec"):
        if not isinstance(found, Fields) or key not in found.by_key:
            return None
        found = found.by_key[key].value
    return found if isinstance(found, Fields) else None


def _container(document: Fields) -> Fields | None:
    pod = _pod(document)
    if pod is None:
        return None
    by_image = None
    for container in each_fields(get_items(pod, "containers"), "a container"):
        name, image = get(container, "name"), get(container, "image")
        if isinstance(name, Scalar) and name.text == CONTAINER:
            return container
        if isinstance(image, Scalar) and _IMAGE in image.text:
            by_image = container
    return by_image


def _daemons(found: _Found) -> Iterator[Daemon]:
    _check_one_source(found)
    for document, container in found.daemon_sets:
        yield _daemon(document, container, found.config_maps)
    if found.daemon_sets:
        return
    addons = [written for written, _ in found.addons]
    laid: list[Node] = [*found.values, *addons, *found.clusters, *found.pools]
    if not laid:
        more = "" if len(found.others) == 1 else f" and {len(found.others) - 1} more"
        raise InputError(
            f"{found.others[0]}{more}, and nothing about the daemon; there must be a DaemonSet "
            f"with a container {CONTAINER}, values of the chart aws-vpc-cni, or a cluster of eksctl"
        )
    environment = Environment.shipped()
    scope = Scope(found.config_maps, None)
    read_values(found.values, scope, environment, Quoting.HELM)
    for written, text in found.addons:
        read_addon_text(written, text, scope, environment)
    for cluster in found.clusters:
        note_ipv6(cluster, environment)
    tags = [_tag(values) for values in reversed(found.values)]
    yield Daemon(
        name="",
        origin=laid[0].origin,
        environment=environment,
        version=next(filter(None, map(_version, tags)), None),
    )


def _check_one_source(found: _Found) -> None:
    """Raise `InputError` if the files set the environment in more than one way."""
    addons = [written.origin for written, _ in found.addons]
    ways = (
        ("a DaemonSet", [document.origin for document, _ in found.daemon_sets][:1]),
        ("values of the chart", [values.origin for values in found.values][:1]),
        ("configuration values of the add-on", addons[:1]),
        ("those of another", addons[1:2]),
    )
    places = [(what, origin) for what, origins in ways for origin in origins]
    if len(places) > 1:
        (first, here), (second, there) = places[:2]
        raise InputError(
            f"{here}: {first}, and {second} at {there}: both set the daemon's environment; "
            "give one of the two"
        )


def _daemon(document: Fields, container: Fields, config_maps: ConfigMaps) -> Daemon:
    name = get_name(document, "metadata", "name")
    namespace = get_name(document, "metadata", "namespace")
    environment = Environment()
    scope = Scope(config_maps, None if namespace is None else namespace.text)
    read_sources(container, scope, environment)
    read_list(get_items(container, "env"), scope, environment)
    return Daemon(
        name=CONTAINER if name is None else name.text,
        origin=document.origin,
        environment=environment,
        selector=read_selector(_pod(document) or document),
        version=_version(get(container, "image")),
    )


def _tag(values: Fields) -> Node | None:
    image = get(values, "image")
    return get(image, "tag") if isinstance(image, Fields) else None


def _version(image: Node | None) -> tuple[str, Origin] | None:
    """Major and minor version in the name or tag of an image."""
    if not isinstance(image, Scalar):
        return None
    found = _TAG.search(image.text)
    return None if found is None else (found[1], image.origin)


def _groups(found: _Found) -> Iterator[NodeGroup]:
    for cluster in found.clusters:
        yield from eksctl_groups(cluster)
    yield from karpenter_groups(found.pools, found.classes)
