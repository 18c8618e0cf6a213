"""The options that describe a node, shared by every command that needs one."""

import argparse
from collections.abc import Container, Iterable, Iterator, Mapping

from ipam_model.cli.node_templates import EVERY_TYPE, Template, as_shipped, made_up, of_files
from ipam_model.cli.suggestions import did_you_mean
from ipam_model.config import ALL_QUIRKS, QUIRKS_OF, Quirk, Version
from ipam_model.errors import InputError
from ipam_model.nodes import NodeSetup, ample_subnet, default_max_pods
from ipam_model.settings import (
    Diagnostic,
    Origin,
    PlacedDiagnostic,
    Severity,
)
from ipam_model.settings.diagnostics import shown
from ipam_model.settings.spelling import misspelt

MOST_PODS = 100_000
ON_THE_COMMAND_LINE = Origin("--set")


def add_node_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that describe nodes; `nodes` reads them."""
    group = parser.add_argument_group("the node")
    group.add_argument(
        "--instance-type",
        action="append",
        default=[],
        metavar="TYPE",
        dest="instance_types",
        help=f"EC2 instance type, e.g. m5.large; may be given several times; {EVERY_TYPE} = every "
        "known type; with a manifest it replaces those named there",
    )
    group.add_argument(
        "--limits",
        metavar="ENIS,ADDRESSES",
        help="limits instead of a type: ENIs, and IPv4 addresses per ENI with its primary",
    )
    group.add_argument(
        "--manifest",
        action="append",
        default=[],
        metavar="FILE",
        dest="manifests",
        help="a DaemonSet, values of the chart or add-on, or a cluster of eksctl, in YAML or "
        "JSON; - is the standard input; may be given several times",
    )
    group.add_argument(
        "--node-group",
        action="append",
        default=[],
        metavar="NAME",
        dest="node_groups",
        help="only this node group, or DaemonSet, of the manifest; may be given several times",
    )
    group.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        dest="assignments",
        help="a variable of the daemon's environment, stronger than a manifest; without a "
        "manifest the others are those of the shipped one",
    )
    group.add_argument(
        "--max-pods",
        type=whole_number,
        metavar="N",
        help="the node's pod capacity; without it what the manifest says, else "
        "ENIs × (addresses − 1) + 2",
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
        metavar="QUIRK",
        dest="repaired",
        help="switch a suspected bug off, by name or rule id: " + _listed(ALL_QUIRKS),
    )


def nodes(arguments: argparse.Namespace) -> tuple[NodeSetup, ...]:
    """The nodes that the options describe: one per node group, if any, and instance type.

    Raises `InputError` if an option or a file makes no sense, or nothing says what the instance is.
    """
    given = environment(arguments.assignments)
    return tuple(_node(template, given, arguments) for template in _templates(arguments, given))


def _node(template: Template, given: Mapping[str, str], arguments: argparse.Namespace) -> NodeSetup:
    free: int | None = arguments.subnet_free
    max_pods: int | None = arguments.max_pods
    version = Version(arguments.version)
    if max_pods is None:
        max_pods = template.max_pods
    return NodeSetup(
        name=template.name,
        limits=template.limits,
        env={**template.env, **given},
        origins={**template.origins, **dict.fromkeys(given, ON_THE_COMMAND_LINE)},
        origin=template.origin,
        remarks=(
            *template.remarks,
            *_overridden(template, given),
            *_other_version(template, version),
        ),
        max_pods=default_max_pods(template.limits) if max_pods is None else max_pods,
        max_pods_assumed=max_pods is None,
        subnets=(ample_subnet() if free is None else ample_subnet(free),),
        version=version,
        quirks=quirks_without(arguments.repaired, version),
    )


def _overridden(template: Template, given: Mapping[str, str]) -> Iterator[PlacedDiagnostic]:
    """What `--set` takes the place of, where a file says otherwise."""
    for name, text in given.items():
        before = template.env.get(name)
        origin = template.origins.get(name)
        if origin is None or origin.line is None or before in (None, text):
            continue
        yield PlacedDiagnostic(
            diagnostic=Diagnostic(
                code="overridden-by-option",
                severity=Severity.IGNORED,
                variable=name,
                value=before,
                message=f"{name} is {shown(before)} here, but --set gives {shown(text)}",
            ),
            origin=origin,
        )


def _other_version(template: Template, version: Version) -> Iterator[PlacedDiagnostic]:
    """That the image of a file is of another version than the one modelled."""
    if template.version is None or template.version[0] == version.value:
        return
    found, origin = template.version
    yield PlacedDiagnostic(
        diagnostic=Diagnostic(
            code="other-version",
            severity=Severity.INFO,
            variable="",
            value=found,
            message=f"the image is of {found}, and what follows is the behaviour of "
            f"{version.value}; --version takes {', '.join(each.value for each in Version)}",
        ),
        origin=origin,
    )


def _templates(arguments: argparse.Namespace, given: Mapping[str, str]) -> Iterator[Template]:
    types: list[str] = arguments.instance_types
    limits: str | None = arguments.limits
    if types and limits is not None:
        raise InputError("--instance-type and --limits both say what the instance is; give one")
    made = None if limits is None else made_up(limits)
    if arguments.manifests.count("-") > 1:
        raise InputError("--manifest is - more than once, and the standard input is read once")
    if arguments.manifests:
        return of_files(arguments.manifests, arguments.node_groups, types, made, given)
    if arguments.node_groups:
        raise InputError("--node-group chooses from a manifest; give --manifest FILE too")
    return as_shipped(types, made)


def environment(assignments: Iterable[str]) -> dict[str, str]:
    """`NAME=VALUE` texts as an environment; the last of several for one name wins."""
    env: dict[str, str] = {}
    for text in assignments:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise InputError(
                f"--set is {text[:60]!r}; it must be NAME=VALUE, e.g. WARM_IP_TARGET=5"
            )
        for found in misspelt([name]):  # Nobody means to set what nobody reads.
            raise InputError(f"--set: {found.message}")
        env[name] = value
    return env


def quirks_without(repaired: Iterable[str], version: Version) -> frozenset[Quirk]:
    """All quirks but those named, by name or rule id, which the version must have."""
    by_name = {quirk.name.lower(): quirk for quirk in Quirk}
    by_name |= {quirk.value.lower(): quirk for quirk in Quirk}
    quirks = ALL_QUIRKS
    for text in repaired:
        quirk = by_name.get(text.lower().replace("-", "_"), by_name.get(text.lower()))
        if quirk is None:
            hint = did_you_mean(text.replace("-", "_"), (each.name.lower() for each in Quirk))
            there_are = f"; there are: {_listed(ALL_QUIRKS)}"
            raise InputError(f"--no-quirk is {text[:40]!r}{hint or there_are}")
        had = QUIRKS_OF.get(version, ALL_QUIRKS)
        if quirk not in had:
            raise InputError(
                f"--no-quirk is {text!r}, which {version.value} does not have; it has: "
                f"{_listed(had)}"
            )
        quirks -= {quirk}
    return quirks


def _listed(quirks: Container[Quirk]) -> str:
    return ", ".join(f"{each.name.lower()} ({each.value})" for each in Quirk if each in quirks)


def whole_number(text: str) -> int:
    """A whole number from 0 to `MOST_PODS`, for argparse."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) <= MOST_PODS):
        raise argparse.ArgumentTypeError(
            f"{text[:40]!r} is not a whole number from 0 to {MOST_PODS}"
        )
    return int(text)


def positive_number(text: str) -> int:
    """A whole number from 1 to `MOST_PODS`, for argparse."""
    if text == "0":
        raise argparse.ArgumentTypeError("'0' is too few; it must be at least 1")
    return whole_number(text)
