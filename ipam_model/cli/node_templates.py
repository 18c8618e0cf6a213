"""Nodes before the options that hold for all of them: from instance types, or from files."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from attrs import frozen

from ipam_model.errors import InputError, ModelError
from ipam_model.limits import (
    LEAST_ADDRESSES,
    LEAST_ENIS,
    MOST,
    Catalogue,
    InstanceLimits,
    UnknownTypeError,
)
from ipam_model.settings import SHIPPED, Origin, PlacedDiagnostic, shipped_defaults

if TYPE_CHECKING:
    from ipam_model.manifests.configurations import Configuration

EVERY_TYPE: Final = "all"
"""Stands for every known instance type."""

Named = tuple[str, InstanceLimits]
"""Limits, and what the instance is called."""


@frozen(kw_only=True)
class Template:
    """A node before `--set`, `--max-pods` and the like are applied."""

    name: str
    limits: InstanceLimits
    env: Mapping[str, str]
    origins: Mapping[str, Origin]
    """Where each variable was written, also of some that have no known value."""
    origin: Origin | None = None
    remarks: tuple[PlacedDiagnostic, ...] = ()
    max_pods: int | None = None
    """Max pods that a file says."""
    version: tuple[str, Origin] | None = None
    """Version of the daemon's image that a file says, e.g. v1.23, and where."""


def as_shipped(types: Sequence[str], made: Named | None) -> Iterator[Template]:
    """A node of each type, or the one with made-up limits, with the environment as shipped.

    Raises `InputError` if a type is unknown, or none is given.
    """
    if made is None and not types:
        raise InputError(
            "no instance: give --instance-type, e.g. m5.large, or --limits, e.g. 3,10, or a "
            "--manifest that names instance types"
        )
    catalogue = Catalogue.bundled()
    env = shipped_defaults()
    origins = dict.fromkeys(env, SHIPPED)
    chosen = [(name, _limits(catalogue, name)) for name in every_type(types)]
    for name, limits in chosen if made is None else [made]:
        yield Template(name=name, limits=limits, env=env, origins=origins)


def of_files(
    files: Sequence[str],
    groups: Sequence[str],
    types: Sequence[str],
    made: Named | None,
    given: Mapping[str, str],
) -> Iterator[Template]:
    """The nodes that files describe, one per group and instance type.

    Args:
        files: DaemonSets, values of the chart or add-on, clusters of eksctl.
        groups: The node groups wanted; empty for all.
        types: Instance types that replace those of the files; empty to take theirs.
        made: Made-up limits that replace the instance types.
        given: Variables whose values are known otherwise.

    Raises:
        InputError: A file cannot be used, or a type is unknown or not given.
    """
    from ipam_model.manifests.configurations import configurations  # needs an extra
    from ipam_model.manifests.sources import read_files

    catalogue = Catalogue.bundled()
    for found in configurations(
        read_files(files),
        types=every_type(types),
        needs_types=made is None,
        chosen=groups,
    ):
        name, limits = _named(catalogue, found) if made is None else made
        environment = found.environment
        yield Template(
            name=f"{found.group}/{name}" if found.group else name,
            limits=limits,
            env=environment.texts,
            origins=environment.origins,
            origin=found.origin,
            remarks=environment.remarks_without(given),
            max_pods=found.max_pods,
            version=found.version,
        )


def _named(catalogue: Catalogue, found: "Configuration") -> Named:
    name = found.instance_type
    if name is None:
        raise ModelError(f"no instance type for {found.origin}, although none was made up")
    try:
        return name, _limits(catalogue, name)
    except InputError as error:
        place = "" if found.type_origin is None else f"{found.type_origin}: "
        raise InputError(f"{place}{error}") from None


def every_type(types: Sequence[str]) -> tuple[str, ...]:
    """The types given, each once; all that are known if `EVERY_TYPE` is among them."""
    if EVERY_TYPE in types:
        return tuple(Catalogue.bundled().types())
    return tuple(dict.fromkeys(types))


def _limits(catalogue: Catalogue, name: str) -> InstanceLimits:
    try:
        return catalogue.get(name)
    except UnknownTypeError as error:
        raise InputError(f"{error.problem}; give --limits ENIS,ADDRESSES") from None


def made_up(text: str) -> Named:
    """`ENIS,ADDRESSES` as limits, with a name for them."""
    parts = text.split(",")
    if len(parts) != 2 or not all(part.isascii() and part.isdecimal() for part in parts):
        raise InputError(
            f"--limits is {text[:40]!r}; it must be two whole numbers, ENIs and addresses per ENI "
            "with the primary, e.g. 3,10"
        )
    if any(len(part.lstrip("0")) > len(str(MOST)) for part in parts):
        raise InputError(
            f"--limits is {text[:40]!r}; ENIs are from {LEAST_ENIS} to {MOST}, addresses per ENI "
            f"from {LEAST_ADDRESSES} to {MOST}"
        )
    try:
        limits = InstanceLimits.simple(*map(int, parts))
    except InputError as error:
        raise InputError(f"--limits {text[:40]}: {error}") from None
    return f"{limits.max_enis}x{limits.ipv4_per_eni}", limits
