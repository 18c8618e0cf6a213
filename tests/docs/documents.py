"""Documents that pages show: read, and held against their schemas where they have one."""

import json
from functools import cache
from typing import Any

import yaml

from ipam_model.conformance.wire.protocol import Direction, schema_text
from ipam_model.json_schema import Schema
from ipam_model.scenario.reading import parse_scenario
from ipam_model.scenario.schema import schema_text as scenario_schema


def check_json(text: str) -> None:
    """One document, or one a line."""
    try:
        found = [json.loads(text)]
    except json.JSONDecodeError:
        found = [json.loads(line) for line in text.splitlines() if line.strip()]
    for each in found:
        if each.get("schema") == "ipam-scenario/1":
            parse_scenario(json.dumps(each))
        elif "seq" in each:
            kit = "cmd" in each or "answer" in each
            problem = _protocol(Direction.COMMANDS if kit else Direction.MESSAGES).first_problem(
                each
            )
            assert problem is None, f"{problem.path}: {problem.text}: {each}"


def check_yaml(text: str) -> None:
    """One document or several."""
    documents: list[Any] = list(yaml.safe_load_all(text))
    assert documents


@cache
def _protocol(direction: Direction) -> Schema:
    return Schema(schema_text(direction), also=[scenario_schema()])
