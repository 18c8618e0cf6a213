"""Values of the Helm chart aws-vpc-cni, alone or within a parent's, and of the EKS add-on.

Both lie over the chart's own defaults. The chart writes the mapping `env` first and then the list
`extraEnv`, so the list wins. It quotes what it writes; the add-on's schema takes text only.
"""

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Final

from ipam_model.errors import InputError
from ipam_model.manifests.container import Scope, put_expanded, read_list
from ipam_model.manifests.environment import Environment, name_shown
from ipam_model.manifests.parse import embedded
from ipam_model.manifests.scalars import Kind, quoted_by_helm
from ipam_model.manifests.tree import (
    Field,
    Fields,
    Items,
    Node,
    Scalar,
    described,
    get_fields,
    get_items,
    require_legible,
)
from ipam_model.settings import ALLOCATION_VARIABLES, Severity

ADDON: Final = "vpc-cni"
"""Name of the add-on in EKS."""

_CHART_KEYS: Final = ("aws-vpc-cni", "awsVpcCni", "aws_vpc_cni", "vpc-cni", "vpcCni", "vpc_cni")
"""Keys under which parent charts have the values of this one."""
_OTHER_CONTAINERS: Final = ("init", "nodeAgent")
_DEEPEST: Final = 6


class Quoting(Enum):
    """What becomes of a value that is not text."""

    HELM = "the chart quotes it"
    EKS = "the add-on's schema refuses it"


def find_values(document: Fields) -> list[Fields]:
    """The chart's values in a document that is no Kubernetes object: all of it, or parts.

    Empty if there are none. A parent chart's document may hold them under a key of its own.
    """
    if "env" in document.by_key or "extraEnv" in document.by_key:
        return [document]
    for key in _CHART_KEYS:
        found = _at(document, key)
        if isinstance(found, Fields):
            return [found]
    return list(_nested(document))


def read_values(
    files: Iterable[Fields], scope: Scope, environment: Environment, quoting: Quoting
) -> None:
    """Lay the chart's values over an environment.

    Of several files the later ones win, as with Helm: entry by entry in `env`, as a whole in
    `extraEnv`. Raises `InputError` if Helm, EKS or Kubernetes would not take them.
    """
    entries: dict[str, Field] = {}
    extra: tuple[Node, ...] = ()
    for values in files:
        env = _at(values, "env")
        if isinstance(env, Items) and env.items:
            raise InputError(
                f"{env.origin}: env is a list; the chart takes a mapping NAME: VALUE there, and a "
                "list as extraEnv"
            )
        fields = get_fields(values, "env")
        entries |= {} if fields is None else fields.by_key
        if "extraEnv" in values.by_key:
            extra = get_items(values, "extraEnv")
    for name in sorted(entries):  # the order in which a template goes through a mapping
        _put(entries[name], environment, quoting)
    read_list(extra, scope, environment)


def read_addon_text(written: Scalar, text: str, scope: Scope, environment: Environment) -> None:
    """Lay an add-on's configuration values, a text of JSON or YAML, over an environment.

    `text` is that of the whole file. Raises `InputError` if EKS would not take them.
    """
    for document in embedded(written, text):
        if not isinstance(document, Fields):
            raise InputError(
                f"{document.origin}: the add-on's configuration values are {described(document)}; "
                "they must be a mapping such as env: {NAME: VALUE}"
            )
        read_values([document], scope, environment, Quoting.EKS)


def _put(entry: Field, environment: Environment, quoting: Quoting) -> None:
    require_legible(entry.key, "the name of a variable")
    name, value = entry.key.text, entry.value
    place = value.origin
    if not isinstance(value, Scalar) or value.kind is Kind.OTHER:
        raise InputError(
            f"{place}: the value of {name_shown(name)} is {described(value)}; it must be text"
        )
    if value.kind is Kind.TEXT:
        put_expanded(name, value.text, place, environment)
        return
    if quoting is Quoting.EKS:
        raise InputError(
            f"{place}: the value of {name_shown(name)} is {described(value)}, and EKS takes text "
            "only in an add-on's configuration; put it in quotes"
        )
    if value.kind is Kind.NULL:
        environment.take_out(name)
        environment.say(
            "default-removed",
            Severity.INFO,
            name,
            "",
            f"{name} is null: Helm drops the chart's default, and the variable is not set; "
            "an EKS add-on would refuse it",
            place,
        )
        return
    text = quoted_by_helm(value.text, value.kind)
    if text is None:
        raise InputError(
            f"{place}: the value of {name_shown(name)} is {described(value)}, which some versions "
            "of Helm write with an exponent; put it in quotes"
        )
    environment.put(name, text, place)
    environment.say(
        "not-quoted",
        Severity.INFO,
        name,
        text,
        f"{name} is {described(value)}, not text: the chart writes {text!r}, an EKS add-on would "
        "refuse it; put it in quotes",
        place,
    )


def _at(fields: Fields, key: str) -> Node | None:
    entry = fields.by_key.get(key)
    return None if entry is None else entry.value


def _nested(document: Fields) -> Iterator[Fields]:
    """Mappings within a document whose `env` or `extraEnv` has a variable of the daemon."""
    seen = {id(document)}
    level = [document]
    for _ in range(_DEEPEST):
        below = []
        for fields in level:
            for key, entry in fields.by_key.items():
                value = entry.value
                if key in _OTHER_CONTAINERS or not isinstance(value, Fields) or id(value) in seen:
                    continue
                seen.add(id(value))
                if _speaks_of_the_daemon(value):
                    yield value
                else:
                    below.append(value)
        level = below


def _speaks_of_the_daemon(values: Fields) -> bool:
    env, extra = _at(values, "env"), _at(values, "extraEnv")
    names = list(env.by_key) if isinstance(env, Fields) else []
    for item in extra.items if isinstance(extra, Items) else ():
        name = _at(item, "name") if isinstance(item, Fields) else None
        names += [name.text] if isinstance(name, Scalar) else []
    return any(name in ALLOCATION_VARIABLES or name.startswith("AWS_VPC_") for name in names)
