"""A YAML or JSON document as a tree whose every node knows its place in the file.

An alias is a reference to the node it names, never a copy, so that a small file cannot grow into a
large tree; merge keys are resolved already.
"""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from attrs import frozen

from ipam_model.errors import InputError
from ipam_model.manifests.scalars import Kind, integer, resolve
from ipam_model.settings import Origin
from ipam_model.settings.diagnostics import shown


@frozen(eq=False)
class Scalar:
    """A text, a number, a boolean or nothing."""

    text: str
    """Without quotes and escapes."""
    origin: Origin
    plain: bool = False
    """Whether it is written without quotes and tag, so that its look decides what it is."""
    block: bool = False
    """Whether it is a literal block (`|`), which keeps its line breaks."""
    tag: str = ""
    """The tag written before it, in full; empty if there is none."""

    @property
    def kind(self) -> Kind:
        """What Kubernetes and Helm take it for."""
        return resolve(self.text, plain=self.plain, tag=self.tag)


@frozen(eq=False)
class Items:
    """A sequence."""

    items: tuple["Node", ...]
    origin: Origin


@frozen(eq=False)
class Field:
    """One entry of a mapping."""

    key: Scalar
    value: "Node"


@frozen(eq=False)
class Fields:
    """A mapping; each key occurs once."""

    by_key: Mapping[str, Field]
    origin: Origin


Node: TypeAlias = Scalar | Items | Fields


def described(node: Node) -> str:
    """A node for a message: what it is, and its text if it is one."""
    if isinstance(node, Fields):
        return "a mapping"
    if isinstance(node, Items):
        return "a list"
    return node.kind.value if node.kind is Kind.NULL else f"{shown(node.text)}, {node.kind.value}"


def get(node: Fields, *path: str) -> Node | None:
    """The node at the end of a path of keys; None if it is missing or null somewhere.

    Raises `InputError` if there is something else than a mapping on the way.
    """
    found: Node = node
    for key in path:
        if not isinstance(found, Fields):
            raise InputError(
                f"{found.origin}: {described(found)} where a mapping with the key {key} belongs"
            )
        entry = found.by_key.get(key)
        if entry is None or is_null(entry.value):
            return None
        found = entry.value
    return found


def is_null(node: Node) -> bool:
    """Whether a node is null, which Kubernetes takes for a missing one."""
    return isinstance(node, Scalar) and node.kind is Kind.NULL


def get_fields(node: Fields, *path: str) -> Fields | None:
    """The mapping at the end of a path; None if missing. Raises `InputError` for anything else."""
    found = get(node, *path)
    if found is None or isinstance(found, Fields):
        return found
    raise InputError(f"{found.origin}: {path[-1]} is {described(found)}; it must be a mapping")


def get_items(node: Fields, *path: str) -> tuple[Node, ...]:
    """The items at the end of a path; none if missing. Raises `InputError` for anything else."""
    found = get(node, *path)
    if found is None:
        return ()
    if isinstance(found, Items):
        return found.items
    raise InputError(f"{found.origin}: {path[-1]} is {described(found)}; it must be a list")


def get_text(node: Fields, *path: str) -> Scalar | None:
    """The text at the end of a path; None if missing. Raises `InputError` for anything else."""
    found = get(node, *path)
    if found is None:
        return None
    if isinstance(found, Scalar) and found.kind is Kind.TEXT:
        return found
    raise InputError(f"{found.origin}: {path[-1]} is {described(found)}; it must be text")


def get_name(node: Fields, *path: str) -> Scalar | None:
    """A text that is shown as it is: a terminal, or a log that takes commands, must not act on it.

    None if missing. Raises `InputError` for anything else.
    """
    found = get_text(node, *path)
    if found is not None:
        require_legible(found, path[-1])
    return found


def require_legible(name: Scalar, what: str) -> None:
    """Raise `InputError` if a name has line breaks or other characters that control."""
    if not name.text.isprintable():
        raise InputError(
            f"{name.origin}: {what} is {shown(name.text)}, with a character that nothing shows; "
            "Kubernetes refuses that"
        )


def legible(text: str) -> str:
    """A name for a message: bare, but for what controls."""
    return text if text.isprintable() else shown(text)


def get_whole_number(node: Fields, *path: str) -> int | None:
    """The number at the end of a path; None if missing.

    Raises `InputError` if it is no whole number, or less than 1.
    """
    found = get(node, *path)
    if found is None:
        return None
    value = None
    if isinstance(found, Scalar) and found.kind is Kind.INTEGER:
        value = integer(found.text)
    if value is None or value < 1:
        raise InputError(
            f"{found.origin}: {path[-1]} is {described(found)}; it must be a whole number, "
            "1 or more"
        )
    return value


def each_fields(items: tuple[Node, ...], what: str) -> Iterator[Fields]:
    """The items, all of which must be mappings; `what` says what an item is, for messages."""
    for item in items:
        if not isinstance(item, Fields):
            raise InputError(f"{item.origin}: {what} is {described(item)}; it must be a mapping")
        yield item


def each_text(items: tuple[Node, ...], what: str) -> Iterator[Scalar]:
    """The items, all of which must be texts; `what` says what an item is, for messages."""
    for item in items:
        if not (isinstance(item, Scalar) and item.kind is Kind.TEXT):
            raise InputError(f"{item.origin}: {what} is {described(item)}; it must be text")
        yield item
