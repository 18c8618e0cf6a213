"""Parts that several pages have."""

from collections.abc import Sequence
from typing import Final

from ipam_model.cli.node_text import governing_values, quirks_text, size_text
from ipam_model.nodes import NodeSetup
from ipam_model.page.document import Exhibit, Fact

MOST_FILMS: Final = 24
"""On one page; what is beyond is told in words."""


def node_facts(node: NodeSetup, *, name: bool = True) -> tuple[Fact, ...]:
    """What a node is."""
    assumed = " (assumed)" if node.max_pods_assumed else ""
    facts = (
        Fact("node", node.name if name else ""),
        Fact("limits", size_text(node)),
        Fact("max pods", f"{node.max_pods}{assumed}"),
        Fact("daemon", node.version.value),
        Fact("settings", ", ".join(governing_values(node))),
        Fact("repaired", quirks_text(node)),
    )
    return tuple(fact for fact in facts if fact.text)


def beyond(exhibits: Sequence[Exhibit], what: str) -> tuple[tuple[Exhibit, ...], tuple[str, ...]]:
    """As many as a page shows, and what is to be said of the others."""
    shown = tuple(exhibits[:MOST_FILMS])
    left = len(exhibits) - len(shown)
    note = f"{left} more {what} are not shown: a page holds at most {MOST_FILMS} of them."
    return shown, (note,) if left else ()
