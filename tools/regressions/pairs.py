"""In what two scenarios differ, apart from what is said and expected of them."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Final

from ipam_model.scenario.document import Scenario
from ipam_model.scenario.writing import Json, one_line, to_json

SAID: Final = frozenset({"title", "description", "source", "note", "expect"})


def differences(one: Scenario, other: Scenario) -> tuple[str, ...]:
    """JSON paths of everything that is not the same.

    Of an event by its position in the first scenario, or in the second if only that has it.
    """
    return tuple(_differing("", _bare(to_json(one)), _bare(to_json(other))))


def _bare(value: Json) -> Json:
    """Without what is only said or expected."""
    if isinstance(value, Mapping):
        return {key: _bare(each) for key, each in value.items() if key not in SAID}
    if isinstance(value, list):
        return [_bare(each) for each in value]
    return value


def _differing(path: str, one: Json, other: Json) -> Iterator[str]:
    if one == other:
        return
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in sorted({*one, *other}):
            below = f"{path}.{key}" if path else key
            if key not in one or key not in other:
                yield below
            else:
                yield from _differing(below, one[key], other[key])
    elif isinstance(one, list) and isinstance(other, list):
        yield from _in_lists(path, one, other)
    else:
        yield path


def _in_lists(path: str, one: Sequence[Json], other: Sequence[Json]) -> Iterator[str]:
    texts = [one_line(each) for each in one], [one_line(each) for each in other]
    for kind, start, end, from_, to in SequenceMatcher(a=texts[0], b=texts[1]).get_opcodes():
        if kind == "equal":
            continue
        if end - start == to - from_:
            for offset in range(end - start):
                yield from _differing(
                    f"{path}[{start + offset}]", one[start + offset], other[from_ + offset]
                )
        else:
            yield from (f"{path}[{number}]" for number in range(start, end))
            yield from (f"{path}[{number}]" for number in range(from_, to))
