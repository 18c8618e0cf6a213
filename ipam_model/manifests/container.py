"""The environment of a container as Kubernetes makes it from `env` and `envFrom`."""

import re
from collections.abc import Iterable
from typing import Final

from attrs import define, field, frozen

from ipam_model.errors import InputError
from ipam_model.manifests.environment import Environment, name_shown, remark
from ipam_model.manifests.scalars import Kind
from ipam_model.manifests.tree import (
    Field,
    Fields,
    Node,
    Scalar,
    described,
    each_fields,
    get,
    get_fields,
    get_items,
    get_name,
    is_null,
    legible,
    require_legible,
)
from ipam_model.settings import ALLOCATION_VARIABLES, Origin, PlacedDiagnostic, Severity

_REFERENCE: Final = re.compile(r"\$(\$|\(([^)]*)\))")
_TEMPLATE: Final = "{{"


@frozen
class ConfigMap:
    """A ConfigMap of the files given."""

    name: str
    namespace: str | None
    data: Fields | None
    origin: Origin


@define
class ConfigMaps:
    """The ConfigMaps of the files given."""

    known: list[ConfigMap] = field(factory=list)

    def add(self, document: Fields) -> None:
        """Add a document of kind ConfigMap. Raises `InputError` if it has no name."""
        name = get_name(document, "metadata", "name")
        if name is None:
            raise InputError(f"{document.origin}: a ConfigMap without metadata.name; give it one")
        namespace = get_name(document, "metadata", "namespace")
        self.known.append(
            ConfigMap(
                name.text,
                None if namespace is None else namespace.text,
                get_fields(document, "data"),
                document.origin,
            )
        )

    def find(self, name: str, namespace: str | None) -> ConfigMap | None:
        """The ConfigMap of that name; where one of the two has no namespace, the name decides."""
        for each in self.known:
            if each.name == name and (
                namespace is None or each.namespace is None or each.namespace == namespace
            ):
                return each
        return None


@frozen
class Scope:
    """What the references of a container are looked up in."""

    config_maps: ConfigMaps
    namespace: str | None


def read_sources(container: Fields, scope: Scope, environment: Environment) -> None:
    """Add what `envFrom` of a container brings; later sources win without a word, as there.

    Raises `InputError` if Kubernetes would not take it.
    """
    for source in each_fields(get_items(container, "envFrom"), "an item of envFrom"):
        prefix = get_name(source, "prefix")
        _read_source(source, "" if prefix is None else prefix.text, scope, environment)


def read_list(items: Iterable[Node], scope: Scope, environment: Environment) -> None:
    """Add the variables of a list of name and value, of which the last of a name wins.

    Raises `InputError` if Kubernetes would not take it.
    """
    for item in each_fields(tuple(items), "an item of env"):
        name = get_name(item, "name")
        if name is None or not name.text:
            raise InputError(f"{item.origin}: a variable without name; Kubernetes refuses that")
        value, source = item.by_key.get("value"), get_fields(item, "valueFrom")
        if source is None:
            text, origin = _value(name.text, value, item)
            put_expanded(name.text, text, origin, environment)
        elif value is not None and not is_null(value.value) and _text(value) != "":
            raise InputError(
                f"{item.origin}: {name_shown(name.text)} has value and valueFrom, and Kubernetes "
                "refuses both; keep one of the two"
            )
        else:
            _put_referred(name.text, source, scope, environment)


def put_expanded(name: str, text: str, origin: Origin, environment: Environment) -> None:
    """Set a variable, with `$(NAME)` replaced as Kubernetes does: by variables set before.

    Raises `InputError` if a variable that matters holds an unrendered template.
    """
    _check_no_template(name, text, origin)
    unknown = ""

    def replaced(found: re.Match[str]) -> str:
        nonlocal unknown
        if found[1] == "$":
            return "$"
        if found[2] in environment.unknown:
            unknown = found[2]
        return environment.texts.get(found[2], found[0])

    expanded = _REFERENCE.sub(replaced, text)
    if unknown:
        environment.put_unknown(name, origin, f"(made from {unknown})")
    else:
        environment.put(name, expanded, origin)


def _check_no_template(name: str, text: str, origin: Origin) -> None:
    if _TEMPLATE in text and name in ALLOCATION_VARIABLES:
        raise InputError(
            f"{origin}: the value of {name} is a template ({_TEMPLATE} …); give what "
            "`helm template` makes of it, or the chart's values"
        )


def _text(entry: Field) -> str | None:
    return entry.value.text if isinstance(entry.value, Scalar) else None


def _value(name: str, entry: Field | None, item: Fields) -> tuple[str, Origin]:
    if entry is None:
        return "", item.origin
    value = entry.value
    if is_null(value):
        return "", value.origin
    if not (isinstance(value, Scalar) and value.kind is Kind.TEXT):
        raise InputError(
            f"{value.origin}: the value of {name_shown(name)} is {described(value)}, and "
            "Kubernetes takes text only; put it in quotes"
        )
    return value.text, value.origin


def _put_referred(name: str, source: Fields, scope: Scope, environment: Environment) -> None:
    reference = get_fields(source, "configMapKeyRef")
    if reference is None:
        kind = next(iter(source.by_key), "nothing")
        where = get(source, kind, "name") or get(source, kind, "fieldPath")
        named = f" {legible(where.text)}" if isinstance(where, Scalar) else ""
        environment.put_unknown(name, source.origin, f"(from {kind}{named})")
        return
    map_name, key = get_name(reference, "name"), get_name(reference, "key")
    if map_name is None or key is None:
        raise InputError(
            f"{reference.origin}: configMapKeyRef of {name_shown(name)} needs a name and a key"
        )
    config_map = scope.config_maps.find(map_name.text, scope.namespace)
    if config_map is None:
        environment.put_unknown(
            name, source.origin, f"(from ConfigMap {map_name.text}, key {key.text})"
        )
        return
    entry = None if config_map.data is None else config_map.data.by_key.get(key.text)
    if entry is not None:
        environment.put(name, _data(config_map, entry), entry.value.origin)
    elif not _optional(reference):
        environment.unknown[name] = remark(
            "config-map-key-missing",
            Severity.REFUSED,
            name,
            "",
            f"the container of {name} does not start: ConfigMap {config_map.name} "
            f"({config_map.origin}) has no key {key.text}; add it, or make the reference optional",
            source.origin,
        )


def _read_source(source: Fields, prefix: str, scope: Scope, environment: Environment) -> None:
    reference = get_fields(source, "configMapRef")
    name = None if reference is None else get_name(reference, "name")
    config_map = None if name is None else scope.config_maps.find(name.text, scope.namespace)
    if config_map is None:
        environment.remarks.append(_unknown_source(source))
        return
    for entry in () if config_map.data is None else config_map.data.by_key.values():
        require_legible(entry.key, "the name of a variable")
        environment.take_out(prefix + entry.key.text)
        environment.put(prefix + entry.key.text, _data(config_map, entry), entry.value.origin)


def _unknown_source(source: Fields) -> PlacedDiagnostic:
    kind = next((key for key in source.by_key if key.endswith("Ref")), "nothing")
    name = get(source, kind, "name")
    what = f"{kind} {legible(name.text)}" if isinstance(name, Scalar) else kind
    more = "the file of the ConfigMap too, or " if kind == "configMapRef" else ""
    return remark(
        "unknown-source",
        Severity.COERCED,
        "",
        "",
        f"the variables that envFrom takes from {what} are not known here and count as not set; "
        f"give {more}each with --set NAME=VALUE",
        source.origin,
    )


def _data(config_map: ConfigMap, entry: Field) -> str:
    value = entry.value
    if is_null(value):
        return ""
    if not (isinstance(value, Scalar) and value.kind is Kind.TEXT):
        raise InputError(
            f"{value.origin}: {name_shown(entry.key.text)} of ConfigMap {config_map.name} is "
            f"{described(value)}, and Kubernetes takes text only; put it in quotes"
        )
    return value.text


def _optional(reference: Fields) -> bool:
    found = get(reference, "optional")
    return isinstance(found, Scalar) and found.text == "true"
