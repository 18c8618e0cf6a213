"""Which wrong daemon shows that a vector is not vacuous: for each rule that is covered, one.

A vector covers a rule if the event executes it. That is worth something only if a daemon that does
not follow the rule fails the vector. In the order in which they are looked for:

| killer | |
|---|---|
| `mistake` | a wrong version of a formula: decision vectors are chosen to show each |
| `wrong model` | a daemon of `ipam_model.wrong_models`, or of the wrong data stores |
| `mutant` | a mutant of `tools.mutants` that breaks the rule |
| `change` | a mutant of `tools.mutation` in a function that is the text of this rule alone |

What none of them shows is `explained`, in explained.toml.

`python -m tools.vectors.kills` hunts, and writes docs/vectors-kills.json;
`python -m tools.vectors.kills VERSION ID...` prints which of these vectors this tree fails.
"""

import json
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from ipam_model.config import QUIRKS_OF, Version
from ipam_model.errors import IpamModelError
from ipam_model.vectors.emitting import case_of
from ipam_model.vectors.files import MODELS, rule_order, suite, texts
from ipam_model.vectors.outcomes import outcomes
from ipam_model.vectors.states import Json, changed, state_json
from ipam_model.vectors.steps import MOST_OUTCOMES, before, judge
from ipam_model.wrong_models import WRONG_MODELS
from tools.mutants.catalogue import MUTANTS
from tools.mutants.in_place import NotInPlaceError, in_place
from tools.mutants.mutant import ROOT, Mutant
from tools.mutants.workspace import workspace
from tools.mutation import mutant as changes
from tools.mutation.processes import Say, in_processes, limit
from tools.vectors.choosing import deviates, shows
from tools.vectors.walks import Found

RECORD: Final = ROOT / "docs" / "vectors-kills.json"
EXPLAINED: Final = Path(__file__).with_name("explained.toml")
LONGEST: Final = 60.0
"""Seconds of work for one mutant, which may make a loop endless."""
MOST_TREES: Final = 4
"""Mutants of one rule that are tried in a copy of the repository."""

Killer = dict[str, str]
"""What fails and which `vector`; or why nothing can."""


def main(arguments: Sequence[str]) -> int:
    """Hunt, or be a tree that is hunted."""
    if arguments:
        for failed in failing(arguments[0], arguments[1:]):
            print(f"FAILS {failed}")
        return 0
    record = {version: dict(hunt(version)) for version in MODELS}
    RECORD.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", "utf-8")
    for version, killers in record.items():
        print(summary(version, killers))
    return 0


def summary(version: str, killers: Mapping[str, Killer]) -> str:
    """How many rules are covered, have a killer, are explained, are neither."""
    explained = [rule for rule, killer in killers.items() if "explained" in killer]
    left = [rule for rule, killer in killers.items() if not killer]
    return (
        f"{version}: {len(killers)} rules covered, "
        f"{len(killers) - len(explained) - len(left)} with a killer, "
        f"{len(explained)} explained, {len(left)} open{f': {left}' if left else ''}"
    )


def explained(version: str) -> Mapping[str, str]:
    """Why no vector of this version can be failed by what breaks only this rule, by rule."""
    found: dict[str, dict[str, str]] = tomllib.loads(EXPLAINED.read_text("utf-8"))
    return found.get(version, {})


def hunt(version: str) -> Iterator[tuple[str, Killer]]:
    """The killer for each rule that is covered; empty if nothing is found."""
    covering = by_rule(version)
    found = dict(by_mistakes(version)) | dict(by_wrong_models(version))
    for seek in (in_this_process, by_changes, in_trees):
        rest = [rule for rule in covering if rule not in found]
        found |= dict(seek(version, rest))
    why = {rule: {"explained": text} for rule, text in explained(version).items()}
    return ((rule, found.get(rule) or why.get(rule, {})) for rule in sorted(covering, key=rule_order))


def by_rule(version: str) -> Mapping[str, list[str]]:
    """The ids of the vectors that cover each rule."""
    found: dict[str, list[str]] = {}
    for each in suite(version).vectors:
        for rule in texts(each, "rules"):
            found.setdefault(rule, []).append(str(each["id"]))
    return found


def by_mistakes(version: str) -> Iterator[tuple[str, Killer]]:
    """Rules with decision vectors: a mistake in the formula fails one, as the tests show."""
    for each in reversed(suite(version).vectors):
        if each["kind"] == "decision":
            for rule in texts(each, "rules"):
                yield rule, {"mistake": f"in {each['decision']}", "vector": str(each["id"])}


@cache
def judged_steps(version: str) -> tuple[tuple[Json, Found], ...]:
    """The step vectors with what the model says."""
    steps = [each for each in suite(version).vectors if each["kind"] == "step"]
    return tuple((each, Found(case, judge(case))) for each in steps for case in [case_of(each)])


def by_wrong_models(version: str) -> Iterator[tuple[str, Killer]]:
    """Rules that a wrong model breaks, and the first vector that shows it."""
    for model in WRONG_MODELS.values():
        left = set(model.breaks)
        for vector, found in judged_steps(version):
            covered = left & found.judged.rules
            if covered and shows(found, model):
                for rule in sorted(covered):
                    yield rule, {"wrong model": model.id, "vector": str(vector["id"])}
                left -= covered


# -- mutants -------------------------------------------------------------------------------------


def mutants_of(rule: str) -> list[Mutant]:
    """Those that break the rule, those that are about it first."""
    about = [each for each in MUTANTS if rule == each.rules[0]]
    return [*about, *(each for each in MUTANTS if rule in each.rules[1:])]


def in_this_process(version: str, rules: Sequence[str]) -> Iterator[tuple[str, Killer]]:
    """Rules with a mutant that fails a vector, the mutant being put in place."""
    steps = judged_steps(version)
    found: set[str] = set()

    def work(piece: tuple[str, Mutant], say: Say) -> None:
        rule, mutant = piece
        limit(LONGEST)
        with in_place(mutant):
            say(first_failed(steps, rule, or_breaks_down=True))

    def pieces() -> Iterator[tuple[str, Mutant]]:
        for rule in rules:
            for each in mutants_of(rule):
                if rule not in found and can_be_in_place(each):
                    yield rule, each

    for (rule, mutant), said, _ in in_processes(work, pieces()):
        if said and said[0] and rule not in found:
            found.add(rule)
            yield rule, {"mutant": mutant.name, "vector": str(said[0])}


def can_be_in_place(mutant: Mutant) -> bool:
    """Whether the mutant changes bodies of functions only."""
    try:
        with in_place(mutant):
            return True
    except NotInPlaceError:
        return False


def by_changes(version: str, rules: Sequence[str]) -> Iterator[tuple[str, Killer]]:
    """Rules with a function of their own in which a change fails a vector, without a breakdown."""
    steps = judged_steps(version)
    found: set[str] = set()

    def work(piece: tuple[str, changes.Mutant], say: Say) -> None:
        rule, change = piece
        limit(LONGEST)
        with changed_code(change):
            say(first_failed(steps, rule, or_breaks_down=False))

    def pieces() -> Iterator[tuple[str, changes.Mutant]]:
        for rule in rules:
            for target in changes.targets():
                for each in changes.mutants_of(target) if target.rules == (rule,) else ():
                    if rule not in found:
                        yield rule, each

    for (rule, change), said, _ in in_processes(work, pieces()):
        if said and said[0] and rule not in found:
            found.add(rule)
            yield rule, {"change": change.name, "vector": str(said[0])}
