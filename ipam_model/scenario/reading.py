"""From text to a scenario: the published schema decides what is one, then what makes no sense.

cattrs turns the JSON into records.
"""

from functools import cache
from pathlib import Path as File
from typing import Final, TypeVar, cast

from ipam_model.extras import missing_extra
from ipam_model.json_schema import Schema
from ipam_model.scenario.document import SCHEMA, Event, Happening, Inside, Scenario
from ipam_model.scenario.json_document import Format, SchemaError, Source
from ipam_model.scenario.meaning import MeaningError
from ipam_model.scenario.schema import schema_text
from ipam_model.scenario.setup import world_of
from ipam_model.scenario.writing import Json

try:
    from cattrs import Converter
    from cattrs.strategies import configure_tagged_union
except ImportError as error:
    raise missing_extra(str(error.name), "scenarios") from None

__all__ = [
    "SchemaError",
    "Source",
    "parse_scenario",
    "read_scenario",
    "structured",
    "structured_event",
]


@cache
def _schema() -> Schema:
    return Schema(schema_text())


SCENARIO: Final = Format(SCHEMA, "scenario", _schema)


def read_scenario(file: File) -> tuple[Scenario, Source]:
    """A scenario from a file, `-` being the standard input.

    Raises `InputError`: file, line, JSON path, what is wrong and what would be right.
    """
    return _meant(*SCENARIO.read(file))


def parse_scenario(text: str, name: str = "<text>") -> tuple[Scenario, Source]:
    """A scenario from its text; `InputError` as `read_scenario`."""
    return _meant(*SCENARIO.parse(text, name))


def _meant(value: Json, source: Source) -> tuple[Scenario, Source]:
    scenario = _converter().structure(value, Scenario)
    try:
        world_of(scenario.node, scenario.ec2)
    except MeaningError as error:
        raise source.explain(error) from None
    return scenario, source


# -- records -------------------------------------------------------------------------------------


R = TypeVar("R")


def structured(value: Json, kind: type[R]) -> R:
    """The record that a valid part of a scenario stands for."""
    found: R = _converter().structure(value, kind)
    return found


def structured_event(value: Json) -> Event:
    """The event that a valid one stands for."""
    found: Event = _converter().structure(value, cast("type[Event]", Event))
    return found


def _tag(kind: type) -> str:
    return cast("type[Happening]", kind).kind


@cache
def _converter() -> Converter:
    converter = Converter(detailed_validation=False)
    converter.register_structure_hook_func(lambda kind: kind is object, lambda value, _: value)
    for union in (Event, Inside):
        configure_tagged_union(union, converter, tag_name="kind", tag_generator=_tag)
    return converter
