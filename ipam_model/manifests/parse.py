"""From the text of a file to trees of nodes, with limits that no honest file reaches.

PyYAML's events are read one by one and the trees built here: PyYAML's own trees recurse as deeply
as the file nests, and what a duplicate key means is lost in them.
"""

import re
from collections.abc import Iterator
from typing import Final

from attrs import define, field, frozen

from ipam_model.errors import InputError
from ipam_model.extras import missing_extra
from ipam_model.manifests.tree import Field, Fields, Items, Node, Scalar, described
from ipam_model.settings import Origin
from ipam_model.settings.diagnostics import shown

try:
    import yaml
except ImportError as error:
    raise missing_extra("PyYAML", "yaml") from error

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The C parser is some ten times faster; not every installation has it."""

MOST_DEPTH: Final = 100
MOST_MERGED: Final = 100_000
"""Entries that merge keys may copy in one document."""

_MERGE: Final = "<<"
_LINE_BREAK: Final = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_UNPRINTABLE: Final = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_TEMPLATE: Final = "{{"
_BARE_TEMPLATE: Final = re.compile(r"""[^'"#]*\{\{""")
"""Within quotes braces are text."""


@frozen
class Position:
    """Where a text stands in its file."""

    source: str
    """The file as its user named it."""
    line: int = 1
    """Line of the text's first character."""
    column: int = 1
    """Column of every line's first character."""
    one_line: bool = False
    """Whether the text stands on one line, whatever line breaks it has by escapes."""

    def at(self, line: int, column: int) -> Origin:
        """The place of a character of the text, given its line and column there from 0."""
        if self.one_line:
            return Origin(self.source, self.line, self.column)
        return Origin(self.source, self.line + line, self.column + column)


def parse(text: str, position: Position) -> Iterator[Node]:
    """The documents of a text, one by one; empty ones are left out.

    Raises `InputError` if the text is not YAML, nests or merges too deeply, has a key twice in one
    mapping, or an alias within what it names; the message names file and line.
    """
    found = _UNPRINTABLE.search(text)
    if found is not None:
        before = _LINE_BREAK.split(text[: found.start()])
        raise InputError(
            f"{position.at(len(before) - 1, len(before[-1]))}: the character "
            f"U+{ord(found[0]):04X} is not allowed in YAML; is this a text file?"
        )
    yield from _documents(text, position)


def embedded(scalar: Scalar, text: str) -> Iterator[Node]:
    """The documents in a text within a document, `text` being the text of the whole file."""
    origin = scalar.origin
    line, column = origin.line or 1, origin.column or 1
    if not scalar.block:
        return parse(scalar.text, Position(origin.source, line, column, one_line=True))
    written = _LINE_BREAK.split(text)[line:]
    first = next((each for each in written if each.strip()), "")
    indent = len(first) - len(first.lstrip(" "))
    lead = scalar.text[: len(scalar.text) - len(scalar.text.lstrip(" "))]
    return parse(scalar.text, Position(origin.source, line + 1, indent - len(lead) + 1))


def _documents(text: str, position: Position) -> Iterator[Node]:
    try:
        builder = _Builder(position)
        for event in yaml.parse(text, Loader=_LOADER):
            document = builder.feed(event)
            if document is not None:
                yield document
    except yaml.MarkedYAMLError as error:
        raise InputError(_syntax_error(error, text, position)) from None
    except yaml.YAMLError as error:
        raise InputError(f"{position.at(0, 0)}: not YAML: {shown(str(error))}") from None


def _syntax_error(error: yaml.MarkedYAMLError, text: str, position: Position) -> str:
    mark = error.problem_mark or error.context_mark
    row, column = (mark.line, mark.column) if mark is not None else (0, 0)
    lines = _LINE_BREAK.split(text)
    line = lines[row] if row < len(lines) else ""
    place = position.at(row, column)
    for start, each in enumerate(lines[: row + 1]):
        if _BARE_TEMPLATE.match(each):
            return (
                f"{position.at(start, each.index(_TEMPLATE))}: not YAML but a template "
                f"({_TEMPLATE} …); give what `helm template` makes of it, or the chart's values"
            )
    problem = error.problem or "unreadable"
    if problem.startswith("exceeded maximum nesting depth"):
        return _too_deep(place)
    if "\t" in line[: len(line) - len(line.lstrip())] or problem.endswith("'\\t'"):
        return f"{place}: a tab indents this line; YAML is indented with spaces"
    context = f" {error.context}" if error.context else ""
    if problem.startswith("could not find expected"):
        context += "; the line may lack a colon, or be indented wrongly"
    return f"{place}: not YAML: {problem}{context}"


def _too_deep(place: Origin) -> str:
    return (
        f"{place}: nested more than {MOST_DEPTH} deep, which no manifest is; "
        "is this the right file?"
    )


@define
class _Open:
    """A collection whose end has not come yet."""

    origin: Origin
    anchor: str | None
    is_mapping: bool
    nodes: list[Node] = field(factory=list)


@define
class _Builder:
    """Builds one tree after the other from events."""

    position: Position
    open: list[_Open] = field(factory=list)
    anchors: dict[str, Node | None] = field(factory=dict)
    """None while the node that bears the anchor is being built."""
    merged: int = 0
    root: Node | None = None

    def feed(self, event: yaml.Event) -> Node | None:
        """Take one event; a document if this was its end."""
        if isinstance(event, yaml.ScalarEvent):
            self._add(self._scalar(event), event.anchor)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._begin(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end()
        elif isinstance(event, yaml.AliasEvent):
            self._add(self._named(event), None)
        elif isinstance(event, yaml.DocumentEndEvent):
            return self._document()
        return None

    def _origin(self, event: yaml.Event) -> Origin:
        mark = event.start_mark
        assert mark is not None  # Every event of a parser has one.
        return self.position.at(mark.line, mark.column)

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        return Scalar(
            event.value,
            self._origin(event),
            plain=event.implicit[0],
            block=event.style == "|",
            tag="" if event.tag in (None, "!") else event.tag,
        )

    def _begin(self, event: yaml.CollectionStartEvent) -> None:
        origin = self._origin(event)
        if len(self.open) >= MOST_DEPTH:
            raise InputError(_too_deep(origin))
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        self.open.append(_Open(origin, event.anchor, isinstance(event, yaml.MappingStartEvent)))

    def _end(self) -> None:
        ended = self.open.pop()
        items = Items(tuple(ended.nodes), ended.origin)
        self._add(self._fields(ended) if ended.is_mapping else items, ended.anchor)

    def _add(self, node: Node, anchor: str | None) -> None:
        if anchor is not None:
            self.anchors[anchor] = node
        if self.open:
            self.open[-1].nodes.append(node)
        else:
            self.root = node

    def _named(self, event: yaml.AliasEvent) -> Node:
        name = event.anchor
        if name not in self.anchors:
            raise InputError(f"{self._origin(event)}: the alias *{name} names no anchor before it")
        node = self.anchors[name]
        if node is None:
            raise InputError(
                f"{self._origin(event)}: the alias *{name} stands within what it names"
            )
        return node

    def _document(self) -> Node | None:
        root, self.root = self.root, None
        self.anchors.clear()
        self.merged = 0
        if isinstance(root, Scalar) and not root.text:
            return None
        return root

    def _fields(self, ended: _Open) -> Fields:
        own: dict[str, Field] = {}
        merges: Node | None = None
        for key, value in zip(ended.nodes[::2], ended.nodes[1::2], strict=True):
            if not isinstance(key, Scalar):
                raise InputError(
                    f"{key.origin}: {described(key)} as a key; keys must be text, and a template "
                    f"({_TEMPLATE} …) must go through `helm template` first"
                )
            twice = own.get(key.text)
            if twice is not None:
                raise InputError(
                    f"{key.origin}: the key {shown(key.text)} stands in line "
                    f"{twice.key.origin.line} already; keep one of the two"
                )
            own[key.text] = Field(key, value)
        if _MERGE in own and own[_MERGE].key.plain:
            merges = own.pop(_MERGE).value
        return Fields(own if merges is None else self._merge(own, merges), ended.origin)

    def _merge(self, own: dict[str, Field], merges: Node) -> dict[str, Field]:
        """The entries with those of merged mappings, of which the first has precedence."""
        sources = merges.items if isinstance(merges, Items) else (merges,)
        result = own
        for source in sources:
            if not isinstance(source, Fields):
                raise InputError(
                    f"{source.origin}: {described(source)} after <<; it takes a mapping or a list "
                    "of mappings"
                )
            self.merged += len(source.by_key)
            if self.merged > MOST_MERGED:
                raise InputError(
                    f"{source.origin}: merge keys (<<) copy more than {MOST_MERGED} entries; "
                    "no manifest needs that"
                )
            result = {**source.by_key, **result}
        return result
