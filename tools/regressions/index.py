"""The index of `examples/regressions`: one entry for each scenario or pair of them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, TypeAlias, cast

import cattrs
from attrs import frozen

from tools.mutants.mutant import ROOT

FOLDER: Final = ROOT / "examples" / "regressions"
INDEX: Final = FOLDER / "index.json"

Separation: TypeAlias = Literal["quirk", "fault", "setting", "version", "circumstance"]


@frozen(kw_only=True)
class Regression:
    """An issue as scenarios: with what went wrong and without it, or guarded.

    A pair differs in `differs` alone. A guarded scenario has the circumstance of the issue, and the
    daemon does right; a wrong model does not.
    """

    id: str
    """The number of the issue or pull request, and a word if there are several of one."""
    issues: tuple[str, ...]
    """As `#1775` or `PR #2588`."""
    rules: tuple[str, ...]
    """The rules that decide it."""
    at_stake: str
    """The property: of the registry, or of the bounds (`P-B1` … `P-B7`)."""
    by: Literal["property", "quantities"]
    """What tells right from wrong: the registry's property, or the expectations alone."""
    as_is: str | None = None
    repaired: str | None = None
    guarded: str | None = None
    separation: Separation | None = None
    """What a pair differs in."""
    differs: tuple[str, ...] = ()
    """Where: JSON paths of what stands in one of the two documents, or differently."""
    violates: tuple[str, ...] = ()
    """Every property that the daemon violates as it is."""
    remains: tuple[str, ...] = ()
    """Properties violated when repaired, too, each explained by a finding."""
    findings: tuple[str, ...] = ()
    """The findings of the registry that are this issue."""
    wrong_models: Mapping[str, tuple[str, ...]] = {}
    """Wrong models of the same issue, with all they violate in the guarded scenario."""

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Its scenarios, as paths from the folder."""
        return tuple(each for each in (self.as_is, self.repaired, self.guarded) if each)


def read_index(path: Path = INDEX) -> tuple[Regression, ...]:
    """The entries, in the order of the file."""
    converter = cattrs.Converter(forbid_extra_keys=True)
    entries = cast(list[object], json.loads(path.read_text("utf-8"))["regressions"])
    return tuple(converter.structure(each, Regression) for each in entries)


def write_index(regressions: tuple[Regression, ...]) -> str:
    """The text of the index: one line for each entry, what is empty left out."""
    converter = cattrs.Converter(omit_if_default=True)
    lines = [json.dumps(converter.unstructure(each), ensure_ascii=False) for each in regressions]
    body = ",\n    ".join(lines)
    return f'{{\n  "schema": "ipam-regressions/1",\n  "regressions": [\n    {body}\n  ]\n}}\n'
