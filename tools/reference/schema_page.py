"""The page about the published JSON Schemas, read off them."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from typing import Any, Final, TypeAlias

from attrs import frozen

from ipam_model.cli.main import main
from tools.mutants.mutant import ROOT
from tools.reference.markdown import folded, linked, paragraphs, table
from tools.reference.rule_pages import GENERATED

NAME: Final = "reference-schemas.md"
Json: TypeAlias = dict[str, Any]

_HEAD: Final = """\
# JSON Schemas

{generated}

What the project reads and writes as JSON, and lets others read and write, is published as JSON
Schema (draft 2020-12) inside the package. The readers here validate with these very files, so they
say exactly what is accepted; what commands answer is held to theirs by tests. The number in a name
counts incompatible changes of a format. An empty cell under *default* means that a field has none;
**bold** fields are required.
"""


@frozen(kw_only=True)
class Published:
    """A schema that others may rely on."""

    word: str
    """Begins the headings of its parts."""
    file: str
    """Below the root of the repository."""
    use: str
    """What it is for."""

    def document(self) -> Json:
        """The schema itself."""
        found: Json = json.loads((ROOT / self.file).read_text("utf-8"))
        return found


PUBLISHED: Final = (
    Published(
        word="scenario",
        file="ipam_model/data/scenario-1.schema.json",
        use="A run, written down: `ipam-model replay` runs it, and `bound`, `lint`, `diff`, "
        "`explore` and `trace scenario` write it. In words: "
        "[scenario-format.md](scenario-format.md).",
    ),
    Published(
        word="datastore",
        file="ipam_model/data/datastore-1.schema.json",
        use="A plan for a data store alone: `ipam-model conform --plan` takes it, and a divergence "
        "is written as one.",
    ),
    Published(
        word="command",
        file="ipam_model/data/subject-1-commands.schema.json",
        use="What the conformance kit sends to a program under test, one line each. In words: "
        "[protocol.md](protocol.md).",
    ),
    Published(
        word="message",
        file="ipam_model/data/subject-1-messages.schema.json",
        use="What a program under test sends back, one line each.",
    ),
    Published(
        word="vectors",
        file="ipam_model/vectors/vectors-1.schema.json",
        use="Test cases as files: `ipam-model vectors copy` writes them. In words: "
        "[README.md](../ipam_model/vectors/README.md).",
    ),
    Published(
        word="bound",
        file="ipam_model/data/bound-1.schema.json",
        use="`ipam-model bound --schema` prints it, with those that it refers to inside it. In "
        "words: [bound.md](bound.md).",
    ),
    Published(
        word="lint",
        file="ipam_model/data/lint-1.schema.json",
        use="`ipam-model lint --schema` prints it in the same way. In words: [lint.md](lint.md).",
    ),
    Published(
        word="diff",
        file="ipam_model/data/diff-1.schema.json",
        use="`ipam-model diff --schema` prints it in the same way. In words: [diff.md](diff.md).",
    ),
    Published(
        word="node",
        file="ipam_model/data/node-1.schema.json",
        use="Of these answers, and of what `settings`, `simulate`, `show` and `replay` print.",
    ),
)

_SCENARIO: Final = ROOT / "examples" / "scenarios"
_PLAN: Final = ROOT / "go" / "examples" / "datastore" / "plans" / "R139.json"
_PROTOCOL: Final = ROOT / "docs" / "protocol.md"
_CEILING: Final = ("--limits", "2,4", "--set", "MINIMUM_IP_TARGET=2")
_ANSWERS: Final = {
    "bound": ("reserved", "--limits", "2,4"),
    "lint": _CEILING,
    "diff": ("--limits", "2,3", "--right-set", "MAX_ENI=1"),
}
"""Questions with short answers."""
_VECTORS: Final = ROOT / "ipam_model" / "vectors" / "v1.23" / "decisions.json"


def pages() -> dict[str, str]:
    """The page by its name below `docs`."""
    documents = {each.word: each.document() for each in PUBLISHED}
    by_id = {document["$id"]: word for word, document in documents.items()}
    rows = [
        (
            f"[{documents[each.word]['title']}](#{_slug(each.word)})",
            f"`{documents[each.word]['$id']}`",
            f"[{each.file}](../{each.file})",
        )
        for each in PUBLISHED
    ]
    overview = table(("schema", "`$id`", "file"), rows)
    parts = [_Schema(each, documents[each.word], by_id).described() for each in PUBLISHED]
    head = _HEAD.format(generated=GENERATED).rstrip()
    others = (
        "Recordings (`ipam-trace/1`) are described in [trace-format.md](trace-format.md), "
        "observations of a node in use in [live.md](live.md); their readers name the line and the "
        "field that they refuse. What other commands print with `--json` is described with them."
    )
    return {NAME: paragraphs((head, overview, others, *parts)) + "\n"}


def examples(word: str) -> Sequence[Json]:
    """Documents, or messages, that the schema accepts, from what the repository holds or prints."""
    if word in _ANSWERS:
        return [_answer(word)]
    made: Mapping[str, Callable[[], Sequence[Json]]] = {
        "scenario": _scenario,
        "datastore": _plan,
        "command": lambda: [each for each in _messages() if "cmd" in each or "answer" in each],
        "message": lambda: [
            each for each in _messages() if "cmd" not in each and "answer" not in each
        ],
        "vectors": _one_vector,
        "node": lambda: [_answer("bound")["node"]],
    }
    return made[word]()


def _scenario() -> list[Json]:
    shortest = min(sorted(_SCENARIO.glob("*.json")), key=lambda path: path.stat().st_size)
    return [json.loads(shortest.read_text("utf-8"))]


def _plan() -> list[Json]:
    return [json.loads(_PLAN.read_text("utf-8"))]


def _messages() -> list[Json]:
    lines = _PROTOCOL.read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines if line.startswith('{"seq"')]


def _one_vector() -> list[Json]:
    document = json.loads(_VECTORS.read_text("utf-8"))
    first = document["vectors"][0]
    name = first["decision"]
    return [{**document, "decisions": {name: document["decisions"][name]}, "vectors": [first]}]


@cache
def _answer(command: str) -> Json:
    """What a command prints; the processor time that it took is that of no run."""
    printed = StringIO()
    with redirect_stdout(printed):
        main([command, *_ANSWERS[command], "--json"])
    document: Json = json.loads(printed.getvalue())
    return {**document, "seconds": 0.01} if "seconds" in document else document


@frozen
class _Schema:
    published: Published
    document: Json
    words: Mapping[str, str]
    """The word of each schema, by its `$id`."""

    def described(self) -> str:
        word, document = self.published.word, self.document
        whole = {key: value for key, value in document.items() if key != "$defs"}
        shown = _as_text(examples(word))
        return paragraphs(
            (
                f"## {word}",
                f"*{document['title']}*. {linked(document.get('description', ''))}",
                self.published.use,
                self._fields(whole) or f"{_says_which(whole)}: {self._type(whole)}.",
                folded("An example", f"```json\n{shown}\n```"),
                *(self._definition(name, part) for name, part in document["$defs"].items()),
            )
        )

    def _definition(self, name: str, part: Json) -> str:
        return paragraphs(
            (
                f"### {self.published.word}: {name}",
                linked(_safe(part.get("description", ""))),
                self._more(part),
                self._fields(part) or f"{self._type(part)}.",
            )
        )

    def _more(self, part: Json) -> str:
        """Where further fields are that it has."""
        both = "$ref" in part and "properties" in part
        return f"Beside what {self._reference(part['$ref'])} has:" if both else ""

    def _fields(self, part: Json) -> str:
        rows = list(self._rows(part, ""))
        return table(("field", "type", "meaning", "default"), rows) if rows else ""

    def _rows(self, part: Json, prefix: str) -> Iterator[tuple[str, str, str, str]]:
        required = part.get("required", ())
        for name, stated in part.get("properties", {}).items():
            field = stated if isinstance(stated, dict) else {}
            shown = f"`{prefix}{name}`"
            default = f"`{json.dumps(field['default'])}`" if "default" in field else ""
            meaning = linked(_safe(self._meaning(field)))
            yield (
                f"**{shown}**" if name in required else shown,
                self._type(field),
                meaning,
                default,
            )
            yield from self._rows(field, f"{prefix}{name}.")
            if isinstance(field.get("items"), dict):
                yield from self._rows(field["items"], f"{prefix}{name}[].")

    def _meaning(self, field: Json) -> str:
        """What is said of the field, or else of what it refers to within this schema."""
        said: str = field.get("description", "")
        reference = field.get("$ref", "")
        if not said and reference.startswith("#/"):
            said = self._resolved(reference).get("description", "")
        return said

    def _resolved(self, reference: str) -> Json:
        found = self.document
        for key in reference.removeprefix("#/").split("/"):
            found = found[key]
        return found

    def _type(self, part: Json | bool) -> str:
        if isinstance(part, bool):
            return "anything" if part else "nothing"
        if "$ref" in part:
            return self._reference(part["$ref"])
        if "const" in part:
            return f"`{json.dumps(part['const'])}`"
        if "enum" in part:
            return " or ".join(f"`{json.dumps(each)}`" for each in part["enum"])
        for key in ("oneOf", "anyOf"):
            if key in part:
                return " or ".join(self._type(each) for each in part[key])
        if "if" in part:
            return " or ".join(_once(self._ends(part)))
        if "allOf" in part:
            return " and ".join(self._type(each) for each in part["allOf"])
        if part.get("type") == "array":
            return self._array(part)
        return _simple(part, self._type)

    def _ends(self, part: Json) -> Iterator[str]:
        """Where a chain of conditions can end."""
        for key in ("then", "else"):
            if key not in part:
                continue
            end = part[key]
            if "if" in end:
                yield from self._ends(end)
            else:
                yield self._type(end)

    def _array(self, part: Json) -> str:
        if "prefixItems" in part:
            return "array of " + ", ".join(self._type(each) for each in part["prefixItems"])
        most = f", at most {part['maxItems']:,}" if "maxItems" in part else ""
        return f"array of {self._type(part.get('items', True))}{most}"

    def _reference(self, reference: str) -> str:
        schema, _, place = reference.partition("#")
        word = self.words[schema] if schema else self.published.word
        name = place.removeprefix("/$defs/").partition("/")[0]
        return f"[{name or word}](#{_slug(f'{word}: {name}' if name else word)})"


def _simple(part: Json, type_of: Any) -> str:  # noqa: ANN401 - the method of the schema
    kinds = part.get("type", "anything")
    kind = " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
    if kind == "object" and isinstance(part.get("additionalProperties"), dict):
        return f"object, each value {type_of(part['additionalProperties'])}"
    low, high = part.get("minimum"), part.get("maximum")
    if low is not None and high is not None and high < 2**53 - 1:
        return f"{kind}, {low:,} to {high:,}"
    return f"{kind}, at least {low:,}" if low is not None else kind


def _says_which(part: Json) -> str:
    return "The same as" if "$ref" in part else "One of"


def _once(parts: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(parts))


def _safe(text: str) -> str:
    """A description as Markdown shows it."""
    return text.replace("<", "&lt;").replace("*", "\\*")


def _as_text(documents: Sequence[Json]) -> str:
    """Messages, one a line; a document alone in lines of its own."""
    if len(documents) > 1:
        return "\n".join(json.dumps(each, ensure_ascii=False) for each in documents)
    return json.dumps(documents[0], indent=1, ensure_ascii=False)


def _slug(heading: str) -> str:
    """What a heading is called in the address of a page."""
    return heading.lower().replace(":", "").replace(" ", "-")
