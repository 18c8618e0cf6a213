"""Which nodes a set of files makes: each node group with the environment its daemon gets."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from attrs import frozen

from ipam_model.errors import InputError
from ipam_model.manifests.environment import Environment
from ipam_model.manifests.node_groups import NodeGroup
from ipam_model.manifests.selector import INSTANCE_TYPE
from ipam_model.manifests.sources import Daemon, Sources
from ipam_model.settings import Origin


@frozen(kw_only=True)
class Configuration:
    """Nodes of one group and one instance type, with the environment of their daemon."""

    group: str
    """Name of the node group, or of the DaemonSet where no groups are given; may be empty."""
    origin: Origin
    """Where the group, or the DaemonSet, begins."""
    instance_type: str | None
    """None if the caller knows the limits otherwise."""
    type_origin: Origin | None
    """Where the file names the type; None if the caller did."""
    max_pods: int | None
    environment: Environment
    version: tuple[str, Origin] | None
    """Version of the daemon's image, e.g. v1.23, where a file says it, and where."""


def configurations(
    sources: Sources,
    *,
    types: Sequence[str] = (),
    needs_types: bool = True,
    chosen: Iterable[str] = (),
) -> tuple[Configuration, ...]:
    """The nodes that the files make, in the order of the files.

    Args:
        sources: What the files say.
        types: Instance types that replace those of the files; empty to take theirs.
        needs_types: Whether a group without instance types is an error.
        chosen: Names of the node groups wanted; empty for all.

    Raises:
        InputError: A name is no group's, a group has no instance type, or no DaemonSet of the
            files runs on the nodes of a group.
    """
    pairs = list(_named(sources))
    wanted = set(chosen)
    names = dict.fromkeys(name for name, _, _ in pairs)
    for unknown in sorted(wanted - set(names)):
        listed = ", ".join(filter(None, names)) or "none; leave --node-group out"
        raise InputError(
            f"{sources.files[0]}: no node group is called {unknown!r}; there are: {listed}"
        )
    found = tuple(
        each
        for name, group, daemons in pairs
        if not wanted or name in wanted
        for each in _of_group(name, group, daemons, types, needs_types)
    )
    if not found:
        daemon = sources.daemons[0]
        raise InputError(
            f"{daemon.origin}: the nodeSelector or affinity keeps every DaemonSet off "
            f"{', '.join(types)}; give another --instance-type"
        )
    return found


def _named(sources: Sources) -> Iterator[tuple[str, NodeGroup | None, tuple[Daemon, ...]]]:
    """Each group with its name and the daemons that may run on it."""
    for group in sources.groups:
        yield group.name, group, sources.daemons
    if sources.groups:
        return
    often = Counter(daemon.name for daemon in sources.daemons)
    for daemon in sources.daemons:
        name = daemon.name if often[daemon.name] == 1 else f"{daemon.name} ({daemon.origin})"
        yield name, None, (daemon,)


def _of_group(
    name: str,
    group: NodeGroup | None,
    daemons: tuple[Daemon, ...],
    types: Sequence[str],
    needs_types: bool,
) -> Iterator[Configuration]:
    origin = daemons[0].origin if group is None else group.origin
    named = group.instance_types if group is not None else daemons[0].selector.instance_types()
    chosen: list[tuple[str | None, Origin | None]] = [(each, None) for each in types]
    if not types and needs_types:
        chosen = [(each.text, each.origin) for each in named]
        if not chosen:
            raise InputError(
                f"{origin}: {name or 'nothing'} here names {'no' if name else 'an'} instance type; "
                "give --instance-type, e.g. m5.large"
            )
    for instance_type, type_origin in chosen if needs_types else [(None, None)]:
        labels = {} if group is None else dict(group.labels)
        if instance_type is not None:
            labels |= dict.fromkeys(INSTANCE_TYPE, instance_type)
        fitting = [
            daemon
            for daemon in daemons
            if not daemon.selector.refuses(labels, complete=group is not None)
        ]
        if group is not None and not fitting:
            raise InputError(
                f"{origin}: no DaemonSet runs on node group {name}"
                f"{'' if instance_type is None else f' ({instance_type})'}: the nodeSelector or "
                f"affinity at {daemons[0].origin} does not fit its labels"
            )
        for daemon in fitting:
            yield Configuration(
                group=name if len(fitting) == 1 else f"{name}/{daemon.name}",
                origin=origin,
                instance_type=instance_type,
                type_origin=type_origin,
                max_pods=None if group is None else group.max_pods,
                environment=daemon.environment,
                version=daemon.version,
            )
