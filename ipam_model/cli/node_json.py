"""A node as every command writes it with `--json`."""

from collections.abc import Mapping

from ipam_model.cli.node_text import quirks_off
from ipam_model.cli.remarks import remarks_as_json
from ipam_model.nodes import NodeSetup


def node_as_json(node: NodeSetup) -> Mapping[str, object]:
    """What an answer about a node rests on: its size, its settings, what there is to say of them.

    `limits` are the instance's: ENIs, and IPv4 addresses per ENI with its primary one (R1).
    `no_quirks` are the suspected bugs that are switched off, named as `--no-quirk` takes them.
    """
    limits = node.limits
    return {
        "name": node.name,
        "version": node.version.value,
        "instance_type": limits.instance_type,
        "limits": {"enis": limits.max_enis, "ipv4_per_eni": limits.ipv4_per_eni},
        "max_pods": node.max_pods,
        "max_pods_assumed": node.max_pods_assumed,
        "env": dict(sorted(node.env.items())),
        "no_quirks": list(quirks_off(node)),
        "diagnostics": remarks_as_json(node),
    }
