"""`ipam-model settings`: what the daemon makes of its environment, variable by variable."""

import argparse
import json
from collections.abc import Iterator, Mapping
from typing import Final

from attrs import frozen

from ipam_model.cli.commands import summary
from ipam_model.cli.exit_codes import ACCEPTED, REJECTED
from ipam_model.cli.node_json import node_as_json
from ipam_model.cli.node_options import add_node_options, nodes
from ipam_model.cli.node_text import quirks_text, size_text
from ipam_model.cli.remarks import remark_lines
from ipam_model.cli.teaching import Example, teach
from ipam_model.nodes import NodeSetup
from ipam_model.settings import ALLOCATION_VARIABLES, CODE, INEFFECTIVE, Origin
from ipam_model.settings.diagnostics import shown

FIELDS: Final[Mapping[str, str]] = {
    "WARM_ENI_TARGET": "warm_eni_target",
    "WARM_IP_TARGET": "warm_ip_target",
    "MINIMUM_IP_TARGET": "minimum_ip_target",
    "WARM_PREFIX_TARGET": "warm_prefix_target",
    "MAX_ENI": "max_eni",
    "ENABLE_PREFIX_DELEGATION": "prefix_delegation",
    "IP_COOLDOWN_PERIOD": "ip_cooldown_period",
    "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG": "custom_networking",
    "ENABLE_POD_ENI": "pod_eni",
    "ENABLE_SUBNET_DISCOVERY": "subnet_discovery",
    "DISABLE_NETWORK_RESOURCE_PROVISIONING": "provisioning_disabled",
    "ENABLE_IMDS_ONLY_MODE": "imds_only",
    "DISABLE_LEAKED_ENI_CLEANUP": "leaked_eni_cleanup_disabled",
    "AWS_MANAGE_ENIS_NON_SCHEDULABLE": "manage_enis_non_schedulable",
    "MANAGE_UNTAGGED_ENI": "manage_untagged_eni",
    "ENABLE_IPv4": "ipv4",
    "ENABLE_IPv6": "ipv6",
    "ENABLE_MULTI_NIC": "multi_nic",
    "CLUSTER_NAME": "cluster_name",
    "AWS_VPC_K8S_CNI_BACKING_STORE": "backing_store",
}
"""The field of `Settings` that holds what each of `ALLOCATION_VARIABLES` becomes."""

DESCRIPTION: Final = """\
Shows, for each node, every variable that has a say in addresses: its text (- not set, ? not
known), the value the daemon holds, whether that has an effect, and where it is written; then what
is ignored, coerced or refused."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `settings` to the command line."""
    parser = subparsers.add_parser(
        "settings",
        help=summary("settings"),
        description=DESCRIPTION,
    )
    add_node_options(parser)
    output = parser.add_argument_group("output")
    output.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    teach(
        parser,
        Example(
            "what does the daemon make of my manifest?",
            "ipam-model settings --manifest aws-node.yaml --instance-type m5.large",
        ),
        Example(
            "of one node group, with another target",
            "ipam-model settings --manifest cluster.yaml --node-group workers \\\n"
            "    --set WARM_IP_TARGET=5",
        ),
        Example(
            "of what the chart would install",
            "helm template aws-vpc-cni eks/aws-vpc-cni | \\\n"
            "    ipam-model settings --manifest - --limits 3,10",
        ),
        exit_codes="0 the node agent starts with these settings; 1 it does not; 2 bad input",
    )
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the settings of each node; 1 if one of them keeps its node agent from starting."""
    found = nodes(arguments)
    if arguments.json:
        print(json.dumps({"nodes": [settings_as_json(node) for node in found]}, indent=2))
    else:
        for place, node in enumerate(found):
            print(("\n" if place else "") + "\n".join(table(node)))
        lines = list(remark_lines(found, everything=True))
        print("\n".join(["", *lines]) if lines else "\nnothing to remark")
    return REJECTED if any(node.refusals() for node in found) else ACCEPTED


@frozen(kw_only=True)
class Row:
    """One variable of one node."""

    variable: str
    text: str | None
    """None if it is not set, or set to something unknown."""
    value: bool | int | str | None
    """What the daemon holds."""
    has_effect: bool
    origin: Origin


def rows(node: NodeSetup) -> Iterator[Row]:
    """The variables that have a say in addresses, in their usual order."""
    settings = node.config.settings
    idle = {found.variable for found in node.diagnostics() if found.code in INEFFECTIVE}
    for variable in ALLOCATION_VARIABLES:
        yield Row(
            variable=variable,
            text=node.env.get(variable),
            value=getattr(settings, FIELDS[variable]),
            has_effect=variable not in idle,
            origin=node.origins.get(variable, CODE),
        )


def table(node: NodeSetup) -> Iterator[str]:
    """The settings of a node as lines of text."""
    assumed = " (assumed)" if node.max_pods_assumed else ""
    parts = [
        f"{node.name}: {size_text(node)}",
        f"max pods {node.max_pods}{assumed}",
        "does not start" if node.refusals() else f"mode {node.config.mode.value}",
        quirks_text(node),
    ]
    yield ", ".join(part for part in parts if part)
    cells = [("variable", "text", "value", "from")]
    for row in rows(node):
        value = "none" if row.value is None else row.value
        shown_value = str(value).lower() if isinstance(value, bool) else str(value) or "none"
        cells.append(
            (
                row.variable,
                shown(row.text) if row.text is not None else "-" if row.origin is CODE else "?",
                shown_value if row.has_effect else f"{shown_value}, no effect",
                str(row.origin),
            )
        )
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for cell in cells:
        yield "  ".join(map(str.ljust, cell, widths)).rstrip()


def settings_as_json(node: NodeSetup) -> Mapping[str, object]:
    """The settings of a node for `--json`."""
    refused = bool(node.refusals())
    return {
        **node_as_json(node),
        "starts": not refused,
        "mode": None if refused else node.config.mode.value,
        "variables": [
            {
                "variable": row.variable,
                "text": row.text,
                "value": row.value,
                "has_effect": row.has_effect,
                "source": row.origin.source,
                "line": row.origin.line,
                "column": row.origin.column,
            }
            for row in rows(node)
        ],
    }
