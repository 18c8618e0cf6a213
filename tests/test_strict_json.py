"""JSON decoded strictly, and the places of its values."""

import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ipam_model.strict_json import (
    ConstantError,
    DigitsError,
    DuplicateKeyError,
    NestingError,
    Path,
    RefusedError,
    decode,
    half_character,
    line_of,
    path_text,
    refused_at,
    values,
)

DEEP = 400


def documents() -> st.SearchStrategy[Any]:
    leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
    return st.recursive(
        leaves.filter(lambda leaf: leaf not in (float("inf"), -float("inf"))),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=12,
    )


@given(documents(), st.sampled_from([None, 0, 2]))
def test_what_is_json_means_what_it_says_and_every_value_has_its_place(
    document: Any,  # noqa: ANN401 - any JSON
    indent: int | None,
) -> None:
    text = json.dumps(document, indent=indent)
    assert decode(text) == decode(text.encode()) == document
    for path, start in values(text):
        value = document
        for step in path:
            value = value[step]
        assert json.JSONDecoder().raw_decode(text, start)[0] == value
        assert line_of(text, path) == text.count("\n", 0, start) + 1


@given(documents(), st.sampled_from(["NaN", "Infinity", "-Infinity"]))
def test_a_constant_is_refused_at_its_place(document: Any, name: str) -> None:  # noqa: ANN401 - any JSON
    text = json.dumps({"a": document, "b": ["#"]}, indent=1)
    assume(text.count('"#"') == 1)
    text = text.replace('"#"', name)
    with pytest.raises(ConstantError, match=f"{name} is not a JSON number") as caught:
        decode(text)
    assert refused_at(text, caught.value) == (text[: text.rindex(name)].count("\n") + 1, ("b", 0))


@pytest.mark.parametrize(
    ("text", "kind", "place"),
    [
        ('{"a": 1,\n"b": {"c": 1,\n"c": 2}}', DuplicateKeyError, (3, ("b", "c"))),
        ('[{"a": 1}, {"a": 1, "b": "a",\n"a": 2}]', DuplicateKeyError, (2, (1, "a"))),
        ('{"a": "NaN",\n"b": NaN}', ConstantError, (2, ("b",))),
        ("[" * 100_000, NestingError, None),
        ("1" * 5_000, DigitsError, None),
        (
            '{"a":' * DEEP + '{"b": 1, "b": 2}' + "}" * DEEP,
            DuplicateKeyError,
            (1, ("a",) * DEEP + ("b",)),
        ),
    ],
    ids=["inner", "second", "constant", "nesting", "digits", "deep"],
)
def test_what_python_would_read_is_refused(
    text: str, kind: type[RefusedError], place: tuple[int, Path] | None
) -> None:
    with pytest.raises(kind) as caught:
        decode(text)
    assert refused_at(text, caught.value) == place


def test_too_deep_for_the_walk_there_is_no_place() -> None:
    text = '{"a":' * 2_000 + "{}" + "}" * 2_000
    assert refused_at(text, DuplicateKeyError()) is None


def test_what_is_no_json_stays_an_error_of_the_decoder() -> None:
    with pytest.raises(json.JSONDecodeError):
        decode("{")
    with pytest.raises(UnicodeDecodeError):
        decode(b'"\xff"')


def test_the_line_is_that_of_the_key_and_not_of_a_text_like_it() -> None:
    text = '{"a": "b",\n"c": {"b": 1}, "d": 2,\n"b": 3}'
    assert line_of(text, ("b",)) == 3
    assert line_of(text, ("c", "b")) == 2
    assert line_of(text, ("c", "x")) == 2, "of a missing key, its object"


def test_paths_as_text() -> None:
    assert path_text(("events", 3, "pod", "a b")) == '$.events[3].pod["a b"]'
    assert half_character('["a", "\\ud800"]') == (1,)
    assert half_character('["a"]') is None
