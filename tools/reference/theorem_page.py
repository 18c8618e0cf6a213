"""The page about the theorems, from their registry and the verdicts on record."""

import inspect
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from ipam_model.proving.exports import stem
from ipam_model.theorems.index import MODULES, theorems
from ipam_model.theorems.theorem import Theorem, Tier
from tools.mutants.mutant import ROOT
from tools.reference import verdicts
from tools.reference.markdown import folded, linked, paragraphs, plural, rules, table
from tools.reference.rule_pages import GENERATED

NAME: Final = "reference-theorems.md"
SMT: Final = ROOT / "proofs" / "smt2"

_HEAD: Final = """\
# The theorems

{generated}

What is proved of the rules and of the counting model, for all limits, settings and numbers of
pods, by name. [proofs/README.md](../proofs/README.md) says how the proofs are made, what is
trusted, and how to re-check them with another solver; `ipam-model prove NAME` proves one here and
now.

The verdicts below are those of `{command}` with z3, and cvc5 as a second opinion, on {machine}.
*Proved* means by solvers alone; *proved modulo* that a step is left to an argument on paper, which
is stated, here or with one of the theorems it rests on. Each theorem was also broken on purpose,
by a wrong rule or by leaving out a premise, and every one of these mutants was refuted, with the
numbers that are shown.

{counts}
"""


def pages() -> dict[str, str]:
    """The page by its name below `docs`."""
    said = verdicts.recorded()
    asked = verdicts.asked()
    known = theorems().values()
    head = _HEAD.format(
        generated=GENERATED,
        command=" ".join(asked["command"]),
        machine=", ".join(asked["machine"].values()),
        counts=_counts(said),
    )
    parts = [head.rstrip()]
    for module in MODULES:
        stated = [each for each in known if _home(each) == module.__name__]
        if not stated:
            continue
        name = module.__name__.removeprefix("ipam_model.theorems.")
        parts.append(f"## Module {name}")
        parts.append(
            paragraphs(
                (
                    linked(_first_line(module.__doc__)),
                    f"Module: [{name}.py](../ipam_model/theorems/{name}.py)",
                )
            )
        )
        parts += [_entry(each, said) for each in stated]
    return {NAME: paragraphs(parts) + "\n"}


def _counts(said: Mapping[str, verdicts.Json]) -> str:
    known = [each for each in theorems().values() if each.tier is not Tier.CROSS]
    cross = len(theorems()) - len(known)
    rows = []
    for verdict in dict.fromkeys(entry["verdict"] for entry in said.values()):
        entries = [entry for entry in said.values() if entry["verdict"] == verdict]
        seconds = sum(entry["milliseconds"] for entry in entries) / 1000
        mutants = sum(len(entry["mutants"]) for entry in entries)
        rows.append((verdict, str(len(entries)), f"{seconds:.1f} s", str(mutants)))
    shown = table(("verdict", "theorems", "z3", "mutants refuted"), rows)
    return (
        f"{shown}\n\n{plural(cross, 'further theorem')}, of the tier `cross`, say some of these "
        "again for given numbers of ENIs, without induction; the nightly run proves them."
    )


@cache
def _home_of() -> Mapping[str, str]:
    """The module in which each theorem stands: the first that names it."""
    found: dict[str, str] = {}
    for module in MODULES:
        for value in vars(module).values():
            for each in value if isinstance(value, tuple) else (value,):
                if isinstance(each, Theorem) and _written_in(each, module.__name__):
                    found.setdefault(each.name, module.__name__)
    for module in MODULES:
        for value in vars(module).values():
            for each in value if isinstance(value, tuple) else (value,):
                if isinstance(each, Theorem):
                    found.setdefault(each.name, module.__name__)
    return found


def _written_in(theorem: Theorem, module: str) -> bool:
    """Whether one of its claims is the text of this module."""
    return any(getattr(each.text, "__module__", "") == module for each in theorem.obligations)


def _home(theorem: Theorem) -> str:
    return _home_of().get(theorem.name, "")


def _first_line(text: str | None) -> str:
    return inspect.cleandoc(text or "").partition("\n")[0]


def _entry(theorem: Theorem, said: Mapping[str, verdicts.Json]) -> str:
    return paragraphs(
        (
            f"### {theorem.name}",
            f"> {linked(theorem.statement.replace('*', chr(92) + '*').replace('<', '&lt;'))}",
            "\n".join(f"- {each}" for each in _facts(theorem, said.get(theorem.name))),
            _broken(theorem, said.get(theorem.name)),
        )
    )


def _facts(theorem: Theorem, entry: verdicts.Json | None) -> Iterator[str]:
    if entry is not None:
        second = ", confirmed by cvc5" if entry["cvc5"] else ""
        obligations = plural(entry["obligations"], "obligation")
        yield f"**{entry['verdict']}**{second}; {obligations}, {entry['milliseconds']} ms"
    else:
        yield f"tier `{theorem.tier.value}`: proved by `ipam-model prove {theorem.name}`"
    if theorem.paper:
        yield f"on paper: {theorem.paper}"
    if theorem.lemmas:
        yield "rests on " + ", ".join(f"[{each.name}](#{each.name})" for each in theorem.lemmas)
    if theorem.rules:
        yield f"rules: {rules(dict.fromkeys(theorem.rules))}"
    if theorem.properties:
        yield f"proves, for the counting model: [{', '.join(theorem.properties)}](properties.md)"
    files = _files(theorem)
    if files:
        yield f"SMT-LIB: {plural(len(files), 'file')} `proofs/smt2/{theorem.name}-….smt2`"


@cache
def _exported() -> tuple[str, ...]:
    return tuple(sorted(path.name for path in SMT.glob("*.smt2")))


def _files(theorem: Theorem) -> list[str]:
    stems = [stem(theorem, each) for each in theorem.obligations]
    return [name for name in _exported() if any(name.rpartition("-")[0] == each for each in stems)]


def _broken(theorem: Theorem, entry: verdicts.Json | None) -> str:
    if not theorem.mutants:
        return ""
    refuted = entry["mutants"] if entry is not None else {}
    rows = [
        (each.name, ", ".join(f"{name} = {value}" for name, value in _values(refuted, each.name)))
        for each in theorem.mutants
    ]
    what = f"Refuted when broken in {plural(len(rows), 'way')}"
    return folded(what, table(("broken by", "refuted by, for example"), rows))


def _values(refuted: Mapping[str, Mapping[str, int]], name: str) -> list[tuple[str, int]]:
    return list(refuted.get(name, {}).items())
