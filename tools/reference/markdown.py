"""Texts as Markdown."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final

from ipam_model.catalogue import catalogue
from ipam_model.cli.rules import UPSTREAM
from tools.reference.families import address

_MENTION: Final = re.compile(r"(?<![\w`/])([RHB][0-9]+)(?=[a-f]?(?!\w))|(?<![\w&/`])#([0-9]+)\b")
_OPTION: Final = re.compile(r"(?<![\w-])--[a-z][\w-]*(?:=[A-Za-z]+)?")
_CODE: Final = re.compile(r"(`[^`]*`)")


@cache
def rule_links() -> Mapping[str, str]:
    """Where every rule is described."""
    return {rule_id: address(rule) for rule_id, rule in catalogue().items()}


def linked(text: str, *, but: str = "") -> str:
    """A text whose mentions of rules and of upstream's issues are links; not that of rule `but`.

    Options of commands become code, or a typographer would join their dashes.
    """

    def link(found: re.Match[str]) -> str:
        rule_id, issue = found[1], found[2]
        if issue is not None:
            return f"[#{issue}]({UPSTREAM}/issues/{issue})"
        if rule_id == but or rule_id not in rule_links():
            return rule_id
        return f"[{rule_id}]({rule_links()[rule_id]})"

    return "".join(
        part if index % 2 else _OPTION.sub(r"`\g<0>`", _MENTION.sub(link, part))
        for index, part in enumerate(_CODE.split(text))
    )


def rules(ids: Iterable[str]) -> str:
    """Links to some rules."""
    return ", ".join(linked(rule_id) for rule_id in ids)


def cell(text: str) -> str:
    """A text in a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table."""
    lines = [heads, ["---"] * len(heads), *([cell(each) for each in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def folded(summary: str, body: str) -> str:
    """A part that is shown when its summary is clicked on."""
    return f"<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>"


def plural(number: int, word: str) -> str:
    """`1 vector`, `2 vectors`."""
    return f"{number} {word}" if number == 1 else f"{number:,} {word}s"


def paragraphs(parts: Iterable[str]) -> str:
    """Parts with an empty line between them, the empty ones left out."""
    return "\n\n".join(part for part in parts if part)
