"""The published JSON Schema of `ipam-scenario/1`, as it is shipped."""

from functools import cache
from importlib.resources import files
from typing import Final

NAME: Final = "scenario-1.schema.json"


@cache
def schema_text() -> str:
    """The schema: draft 2020-12, `$id` urn:ipam-model:scenario:1."""
    return files("ipam_model").joinpath("data", NAME).read_text(encoding="utf-8")
