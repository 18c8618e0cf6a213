"""JSON documents drawn from the published schema, and damaged ones."""

import copy
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ipam_model.scenario.schema import schema_text

Json: TypeAlias = Any

SCHEMA: Final[Json] = json.loads(schema_text())
DEFS: Final[Json] = SCHEMA["$defs"]
MOST_INSIDE: Final = 2


def valid_documents() -> SearchStrategy[Json]:
    """Documents that fit the schema; few of them make sense."""
    return st.deferred(lambda: values(SCHEMA, depth=0))


def values(schema: Json, depth: int) -> SearchStrategy[Json]:
    """What fits a part of the schema; `depth` counts lists, so that it comes to an end."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        special = {"event": events, "inside": insides, "subnet": subnets, "node": nodes}
        return special[name](depth) if name in special else values(DEFS[name], depth)
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema["type"]:
        case "string":
            if "pattern" in schema:
                return _matching(schema["pattern"])
            return st.text(max_size=4)
        case "boolean":
            return st.booleans()
        case "integer":
            least, most = schema["minimum"], schema.get("maximum", 2**60)
            return st.sampled_from([least, most]) | st.integers(least, min(most, least + 40))
        case "array":
            most = 0 if depth > MOST_INSIDE else 2
            items = st.lists(
                values(schema["items"], depth + 1),
                min_size=schema.get("minItems", 0),
                max_size=most,
            )
            return items.map(_distinct) if schema.get("uniqueItems") else items
    return objects(schema, depth)


@cache
def _matching(pattern: str) -> SearchStrategy[str]:
    """A few texts for each pattern, and with little chance any other: drawing those is slow."""
    known = ["p1", "eni-2", "10.1.0.5", "10.1.0.0/28", "::1", "::/80", "R1", "m5.large", "Timeout"]
    fitting = [text for text in (*known, "10.0.0.0/24") if re.search(pattern, text)]
    return st.sampled_from([*fitting] * 9).flatmap(st.just) | st.from_regex(pattern, fullmatch=True)


def objects(schema: Json, depth: int) -> SearchStrategy[Json]:
    """Objects with all that they must have, and some of what they may have."""
    properties = schema.get("properties", {})
    required = schema.get("required", [])
    fixed = {name: values(properties[name], depth) for name in required}
    optional = {
        name: values(each, depth)
        for name, each in properties.items()
        if name not in required and each is not False
    }
    if isinstance(schema.get("additionalProperties"), dict):
        keys = st.from_regex("[A-Za-z]{1,5}", fullmatch=True)
        return st.dictionaries(keys, values(schema["additionalProperties"], depth), max_size=2)
    return st.fixed_dictionaries(fixed, optional=optional)


def events(depth: int) -> SearchStrategy[Json]:
    kinds = DEFS["event"]["properties"]["kind"]["enum"]
    return st.sampled_from(kinds).flatmap(lambda kind: values(DEFS[kind], depth))


def insides(depth: int) -> SearchStrategy[Json]:
    kinds = DEFS["inside"]["allOf"][0]["properties"]["kind"]["enum"]
    drawn = st.sampled_from(kinds).flatmap(lambda kind: values(DEFS[kind], depth))
    return drawn.map(_without_what_is_outside)


def _without_what_is_outside(event: Json) -> Json:
    kept = {key: value for key, value in event.items() if key not in ("at_ms", "expect")}
    for entry in (*kept.get("calls", ()), *kept.get("choices", ())):
        entry.pop("before", None)
        entry.pop("after", None)
    return kept


def subnets(depth: int) -> SearchStrategy[Json]:
    def either(counts: bool, drawn: Json) -> Json:
        branch = DEFS["subnet"]["else" if counts else "then"]["properties"]
        needed = {"free": 5} if counts else {"cidr": "10.0.0.0/24"}
        wrong = {*branch, *(("cidr",) if counts else ("free",))} - set(needed)
        return {k: v for k, v in {**needed, **drawn}.items() if k not in wrong}

    return st.builds(either, st.booleans(), objects(DEFS["subnet"], depth))


def nodes(depth: int) -> SearchStrategy[Json]:
    drawn = objects(DEFS["node"], depth)
    return drawn.map(
        lambda node: node if "limits" in node else {"instance_type": "m5.large"} | node
    )


def _distinct(items: list[Json]) -> list[Json]:
    return [item for number, item in enumerate(items) if item not in items[:number]]


# -- damage --------------------------------------------------------------------------------------

_WRONG: Final[tuple[Json, ...]] = (
    None,
    True,
    -1,
    10**13,
    2.5,
    2.0,
    "",
    "x y",
    "10.1.0",
    [],
    {},
    [1, 1],
    {"kind": "tick"},
)


@st.composite
def damaged_documents(draw: st.DrawFn) -> Json:
    """A document of which one thing was changed; it may still fit the schema."""
    document = copy.deepcopy(draw(valid_documents()))
    holder, key = draw(st.sampled_from(list(_places(document))))
    match draw(st.sampled_from(["replace", "drop", "add", "repeat", "nudge", "nudge"])):
        case "replace":
            holder[key] = draw(st.sampled_from(_WRONG))
        case "nudge":
            holder[key] = _nudged(holder[key], draw(st.sampled_from([-1, 1])))
        case "drop":
            del holder[key]
        case "add" if isinstance(holder, dict):
            name = draw(
                st.sampled_from(["kindd", "free", "cidr", "before", "at_ms", "expect", "0"])
            )
            holder[name] = draw(st.sampled_from(_WRONG))
        case _:
            if isinstance(holder, list):
                holder.append(holder[key])
            else:
                holder[key] = [holder[key]]
    return document


def _nudged(value: Json, by: int) -> Json:
    """A value a little beside the one that was: often still allowed."""
    match value:
        case bool():
            return not value
        case int():
            return value + by
        case str():
            return value[:-1] if by < 0 else f"{value}0"
        case list():
            return list(reversed(value))
    return value


def _places(value: Json) -> Iterator[tuple[Json, Json]]:
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from _places(value[key])
