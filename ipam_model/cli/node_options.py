"""The options that describe a node, shared by every command that needs one."""

import argparse
from collections.abc import Iterable, Sequence

from ipam_model.config import ALL_QUIRKS, Quirk, Version
from ipam_model.errors import InputError
from ipam_model.limits import Catalogue, InstanceLimits
from ipam_model.nodes import NodeSetup, ample_subnet, default_max_pods
from ipam_model.settings import shipped_defaults

MOST_PODS = 100_000


def add_node_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that describe nodes; `nodes` reads them."""
    group = parser.add_argument_group("the node")
    group.add_argument(
        "--instance-type",
        action="append",
        default=[],
        metavar="TYPE",
        dest="instance_types",
        help="EC2 instance type, e.g. m5.large; may be given several times",
    )
    group.add_argument(
        "--limits",
        metavar="ENIS,ADDRESSES",
        help="limits instead of a type: ENIs, and IPv4 addresses per ENI with its primary",
    )
    group.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        dest="assignments",
        help="a variable of the daemon's environment; without a manifest the others are those "
        "of the shipped one",
    )
    group.add_argument(
        "--max-pods",
        type=whole_number,
        metavar="N",
        help="the node's pod capacity; without it ENIs × (addresses − 1) + 2",
    )
    group.add_argument(
        "--subnet-free",
        type=whole_number,
        metavar="N",
        help="free addresses of the node's subnet before the node comes; without it ample",
    )
    group.add_argument(
        "--version",
        choices=[version.value for version in Version],
        default=Version.V1_23.value,
        help="whose behaviour (default: %(default)s)",
    )
    group.add_argument(
        "--no-quirk",
        action="append",
        default=[],
        metavar="NAME",
        dest="repaired",
        help="switch a suspected bug off, by name or rule id: "
        + ", ".join(f"{quirk.name.lower()} ({quirk.value})" for quirk in Quirk),
    )


def nodes(arguments: argparse.Namespace) -> tuple[NodeSetup, ...]:
    """The nodes that the options describe, one per instance type.

    Raises `InputError` if an option makes no sense, or none says what the instance is.
    """
    env = shipped_defaults() | environment(arguments.assignments)
    free: int | None = arguments.subnet_free
    given: int | None = arguments.max_pods
    return tuple(
        NodeSetup(
            name=name,
            limits=limits,
            env=env,
            max_pods=default_max_pods(limits) if given is None else given,
            max_pods_assumed=given is None,
            subnets=(ample_subnet() if free is None else ample_subnet(free),),
            version=Version(arguments.version),
            quirks=quirks_without(arguments.repaired),
        )
        for name, limits in instances(arguments.instance_types, arguments.limits)
    )


def instances(types: Sequence[str], limits: str | None) -> list[tuple[str, InstanceLimits]]:
    """The instances by name: those of the types, or the one with made-up limits."""
    if types and limits is not None:
        raise InputError("--instance-type and --limits both say what the instance is; give one")
    if limits is not None:
        return [made_up(limits)]
    if not types:
        raise InputError("no instance: give --instance-type, e.g. m5.large, or --limits, e.g. 3,10")
    catalogue = Catalogue.bundled()
    return [(name, catalogue.get(name)) for name in dict.fromkeys(types)]


def made_up(text: str) -> tuple[str, InstanceLimits]:
    """`ENIS,ADDRESSES` as limits, with a name for them."""
    parts = text.split(",")
    if len(parts) != 2 or not all(part.isascii() and part.isdecimal() for part in parts):
        raise InputError(
            f"--limits is {text[:40]!r}; it must be two whole numbers, ENIs and addresses per ENI "
            "with the primary, e.g. 3,10"
        )
    try:
        limits = InstanceLimits.simple(*(int(part[:10]) for part in parts))
    except InputError as error:
        raise InputError(f"--limits {text[:40]}: {error}") from None
    return f"{limits.max_enis}x{limits.ipv4_per_eni}", limits


def environment(assignments: Iterable[str]) -> dict[str, str]:
    """`NAME=VALUE` texts as an environment; the last of several for one name wins."""
    env: dict[str, str] = {}
    for text in assignments:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise InputError(
                f"--set is {text[:60]!r}; it must be NAME=VALUE, e.g. WARM_IP_TARGET=5"
            )
        env[name] = value
    return env


def quirks_without(repaired: Iterable[str]) -> frozenset[Quirk]:
    """All quirks but those named, by name or rule id."""
    by_name = {quirk.name.lower(): quirk for quirk in Quirk}
    by_name |= {quirk.value.lower(): quirk for quirk in Quirk}
    quirks = ALL_QUIRKS
    for text in repaired:
        quirk = by_name.get(text.lower().replace("-", "_"))
        if quirk is None:
            known = ", ".join(f"{each.name.lower()} ({each.value})" for each in Quirk)
            raise InputError(f"--no-quirk is {text[:40]!r}; there are: {known}")
        quirks -= {quirk}
    return quirks


def whole_number(text: str) -> int:
    """A whole number from 0 to `MOST_PODS`, for argparse."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) <= MOST_PODS):
        raise argparse.ArgumentTypeError(
            f"{text[:40]!r} is not a whole number from 0 to {MOST_PODS}"
        )
    return int(text)
