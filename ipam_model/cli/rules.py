"""`ipam-model rules`: the catalogue of rules, as a table, one entry in full, or JSON."""

import argparse
import difflib
import importlib
import inspect
import json
import re
import shutil
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from attrs import frozen

from ipam_model.catalogue import Kind, Label, Rule, catalogue
from ipam_model.cli.commands import summary
from ipam_model.cli.teaching import Example, teach
from ipam_model.errors import InputError, ModelError

UPSTREAM_FILES: Final[Mapping[str, str]] = {
    "article": "optimizing-eks-networking-for-scale.txt",
    "aws": "pkg/awsutils/awsutils.go",
    "ckpt": "pkg/ipamd/datastore/checkpoint.go",
    "cni": "cmd/routed-eni-cni-plugin/cni.go",
    "cniutil": "pkg/utils/cniutils/cni_utils.go",
    "ds": "pkg/ipamd/datastore/data_store.go",
    "entry": "cmd/aws-vpc-cni/main.go",
    "ipamd": "pkg/ipamd/ipamd.go",
    "main": "cmd/aws-k8s-agent/main.go",
    "rpc": "pkg/ipamd/rpc_handler.go",
    "util": "utils/utils.go",
    "vpc": "pkg/vpc/vpc.go",
}
"""What the abbreviations in `Rule.source` stand for."""

_ELSEWHERE: Final = frozenset({UPSTREAM_FILES["article"]})
"""Of these files those that are not in the upstream repository."""

UPSTREAM: Final = "https://github.com/aws/amazon-vpc-cni-k8s"
"""The upstream repository."""

_NARROWEST_TEXT: Final = 40
"""Columns the statement gets even in a narrower terminal."""

_NAMES: Final = 3
"""Names shown of a long list."""

_LONGEST_SHOWN: Final = 40
"""Characters of a wrong id that an error message repeats."""


@frozen(kw_only=True)
class Place:
    """Where a function that implements a rule is written down."""

    name: str
    """Dotted name."""
    file: str
    """Path below the folder that holds the package."""
    line: int

    def __str__(self) -> str:
        return f"{self.name} ({self.file}:{self.line})"


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `rules` to the command line."""
    parser = subparsers.add_parser(
        "rules",
        help=summary("rules"),
        description="Shows the rules of the model: all of them, those asked for, or one in full.",
    )
    parser.add_argument(
        "ids", nargs="*", metavar="ID", help="rules to show, e.g. R136, or H4 of v1.7"
    )
    parser.add_argument(
        "--kind", choices=[_option(kind.value) for kind in Kind], help="only rules of this kind"
    )
    parser.add_argument(
        "--label", choices=[label.value for label in Label], help="only rules known in this way"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    teach(
        parser,
        Example(
            "one rule in full: what, why, where in the code, where upstream",
            "ipam-model rules R136",
        ),
        Example(
            "several, a line or two each",
            "ipam-model rules R80 R81 R136",
        ),
        Example(
            "which rules are suspected bugs of the daemon?",
            "ipam-model rules --label suspected-bug",
        ),
        Example(
            "all of them as data",
            "ipam-model rules --json > rules.json",
        ),
        exit_codes="0 shown; 2 no such rule",
    )
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the rules asked for; always 0.

    Raises:
        InputError: an id that no rule has.
    """
    ids: list[str] = arguments.ids
    kind: str | None = arguments.kind
    label: str | None = arguments.label
    chosen = [
        entry
        for entry in select(catalogue(), ids)
        if kind in (None, _option(entry.kind.value)) and label in (None, entry.label.value)
    ]
    width = shutil.get_terminal_size().columns
    if arguments.json:
        document = {"rules": [as_json(entry) for entry in chosen]}
        print(json.dumps(document, indent=2))
    elif len(ids) == 1 and chosen:
        print(in_full(chosen[0], width))
    else:
        print(table(chosen, width))
    return 0


def select(rules: Mapping[str, Rule], ids: Iterable[str]) -> list[Rule]:
    """The rules with these ids in the order asked for, each once; all rules if there are no ids.

    Raises:
        InputError: an id that no rule has; the message names the nearest one or the valid range.
    """
    wanted = dict.fromkeys(_find(rules, text) for text in ids)
    return [rules[rule_id] for rule_id in wanted or rules]


def table(rules: Sequence[Rule], width: int) -> str:
    """Id, kind, label and statement, the statement wrapped to `width` columns."""
    heads = ("rule", "kind", "label")
    cells = [(entry.id, entry.kind.value, entry.label.value) for entry in rules]
    columns = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    rows = [(heads, "statement")]
    rows += [(cell, entry.statement) for cell, entry in zip(cells, rules, strict=True)]
    return "\n".join(
        _wrapped("  ".join(map(str.ljust, cell, columns)), text, width) for cell, text in rows
    )


def in_full(entry: Rule, width: int) -> str:
    """Everything the catalogue has about one rule."""
    fields = [
        ("rule", entry.id),
        ("kind", entry.kind.value),
        ("label", entry.label.value),
        ("states", entry.statement),
        *(("", item) for item in entry.items),
        ("reason", entry.reason),
        ("why", entry.why),
        *(("where", str(locate(name))) for name in entry.where),
        *(("source", f"{place} at {entry.tag}") for place in upstream(entry.source)),
        *(("", address) for _, address in upstream_links(entry)),
        *_related(entry),
    ]
    return "\n".join(_wrapped(head.ljust(8), text, width) for head, text in fields if text)


def _related(entry: Rule) -> Iterator[tuple[str, str]]:
    # Late, because it takes half a second to load the theorems and all else that speaks of rules.
    from ipam_model.cli.rule_relations import relations

    found = relations(entry)
    yield "from it", ", ".join(each.id for each in found.followers)
    yield "quirk", ", ".join(f"{each.value} ({each.name.lower()})" for each in found.quirks)
    yield "finding", ", ".join(found.findings)
    yield "lint", ", ".join(found.checks)
    yield "expected", ", ".join(found.properties)
    yield "proved", _some(found.theorems, "ipam-model prove NAME")
    if found.vectors:
        yield "vectors", f"{found.vectors:,}: ipam-model vectors list --rule {entry.id}"


def _some(names: Sequence[str], command: str) -> str:
    """Some names, or the first few of many and how many there are."""
    if not names:
        return ""
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    return f"{', '.join(names[:_NAMES])}{more}; {command}"


def as_json(entry: Rule) -> dict[str, object]:
    """One rule as JSON values; the keys are part of the command's contract."""
    return {
        "id": entry.id,
        "kind": entry.kind.value,
        "label": entry.label.value,
        "statement": entry.statement,
        "reason": entry.reason,
        "items": list(entry.items),
        "why": entry.why,
        "where": [
            {"name": place.name, "file": place.file, "line": place.line}
            for place in map(locate, entry.where)
        ],
        "source": upstream(entry.source),
        "upstream": entry.tag,
    }


def upstream(source: str) -> list[str]:
    """The upstream lines of a rule with the abbreviated file names spelled out."""
    places = [place.partition(":") for place in source.split(", ") if place]
    return [f"{UPSTREAM_FILES.get(file, file)}{colon}{lines}" for file, colon, lines in places]


def upstream_links(entry: Rule) -> list[tuple[str, str]]:
    """The upstream lines of a rule, each with its address, pinned to the tag.

    The article's lines, and files that are not upstream's, have none.
    """
    found = []
    for place in upstream(entry.source):
        path, _, lines = place.partition(":")
        if path in _ELSEWHERE or path not in UPSTREAM_FILES.values():
            continue
        first, _, last = lines.partition("-")
        anchor = f"#L{first}" + (f"-L{last}" if last else "")
        found.append((place, f"{UPSTREAM}/blob/{entry.tag}/{path}{anchor}"))
    return found


def locate(name: str) -> Place:
    """File and line of a function of this package.

    Raises:
        ModelError: nothing of that name, or not a function.
    """
    function = inspect.unwrap(resolve(name))
    code = getattr(function, "__code__", None)
    if not inspect.iscode(code):
        raise ModelError(f"{name} is not a function, so it has no line")
    root = Path(__file__).resolve().parents[2]
    file = Path(code.co_filename).resolve()
    shown = file.relative_to(root) if file.is_relative_to(root) else file
    return Place(name=name, file=shown.as_posix(), line=code.co_firstlineno)


def resolve(name: str) -> Callable[..., object]:
    """The function with this dotted name; of a property, the function that computes it.

    Raises:
        ModelError: nothing of that name, or nothing that can be called.
    """
    found = _lookup(name)
    if isinstance(found, property) and found.fget is not None:
        return found.fget
    if not callable(found):
        raise ModelError(f"{name} is not a function")
    return found


def _lookup(name: str) -> object:
    parts = name.split(".")
    for length in range(len(parts) - 1, 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            found = getattr(found, part, None)
        return found
    raise ModelError(f"no module holds {name}")


def _find(rules: Mapping[str, Rule], text: str) -> str:
    letters = "".join(dict.fromkeys(rule_id[0] for rule_id in rules))
    number = re.fullmatch(rf"([{letters}]?)0*([0-9]+)(.*)", text, re.DOTALL | re.IGNORECASE)
    rule_id = f"{number[1].upper() or 'R'}{number[2]}" if number is not None else ""
    if number is None:
        near = difflib.get_close_matches(text.upper(), rules, 1)
    elif rule_id not in rules:
        near = []
    elif number[3]:
        near = [rule_id]
    else:
        return rule_id
    hint = f"did you mean {near[0]}? " if near else ""
    raise InputError(f"no rule {text[:_LONGEST_SHOWN]!r}: {hint}Rules are {_ranges(rules)}.")


def _ranges(rules: Iterable[str]) -> str:
    """First and last id of each letter."""
    by_letter: dict[str, list[str]] = {}
    for rule_id in rules:
        by_letter.setdefault(rule_id[0], []).append(rule_id)
    return " and ".join(f"{ids[0]} to {ids[-1]}" for ids in by_letter.values())


def _wrapped(head: str, text: str, width: int) -> str:
    indent = " " * (len(head) + 2)
    room = max(width - len(indent), _NARROWEST_TEXT)
    lines = textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False)
    return f"{head}  " + f"\n{indent}".join(lines)


def _option(value: str) -> str:
    return value.replace(" ", "-")
