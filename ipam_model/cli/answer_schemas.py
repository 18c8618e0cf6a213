"""The published JSON Schemas of what `bound`, `lint` and `diff` print with `--json`."""

import argparse
import json
from functools import cache
from importlib.resources import files
from typing import Any, Final

from ipam_model.scenario.schema import NAME as SCENARIO

NODE: Final = "node-1.schema.json"
"""Of a node, as every command writes it."""


def add_schema_option(group: argparse._ActionsContainer) -> None:
    """Add the option `--schema`; `schema_text` is what it asks for."""
    group.add_argument(
        "--schema",
        action="store_true",
        help="print the JSON Schema of what --json prints, and ask nothing",
    )


@cache
def schema_text(command: str) -> str:
    """The schema of what a command prints with `--json`: draft 2020-12, complete in itself.

    `$id` is urn:ipam-model:<command>:1. The schemas that it refers to, of nodes and of scenarios,
    stand in its `$defs` under their own `$id`, so that a validator needs no other file.

    Args:
        command: `bound`, `lint` or `diff`.
    """
    schema, *others = (_shipped(name) for name in (f"{command}-1.schema.json", NODE, SCENARIO))
    inside = {other["$id"]: other for other in others}
    whole = {**schema, "$defs": {**schema["$defs"], **inside}}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _shipped(name: str) -> dict[str, Any]:
    text = files("ipam_model").joinpath("data", name).read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document
