"""Which wrong daemon shows that a vector is not vacuous: for each rule that is covered, one.

A vector covers a rule if the event executes it. That is worth something only if a daemon that does
not follow the rule fails the vector. In the order in which they are looked for:

| killer | |
|---|---|
| `mistake` | a wrong version of a formula: decision vectors are chosen to show each |
| `wrong model` | a daemon of `ipam_model.wrong_models`, or of the wrong data stores |
| `mutant` | a mutant of `tools.mutants` that breaks the rule |
| `change` | a mutant of `tools.mutation` in a function that is the text of this rule alone |

What none of them shows is `explained`, in explained.toml; in functions such rules do not count.

`python -m tools.vectors.kills` hunts, and writes docs/vectors-kills.json;
`python -m tools.vectors.kills VERSION ID...` prints which of these vectors this tree fails.
"""

import json
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Final

from ipam_model.config import ALL_QUIRKS, QUIRKS_OF, Version
from ipam_model.errors import IpamModelError
from ipam_model.vectors import store_steps
from ipam_model.vectors.emitting import case_of, store_case_of
from ipam_model.vectors.files import MODELS, rule_order, suite, texts
from ipam_model.vectors.outcomes import outcomes
from ipam_model.vectors.states import Json, state_json
from ipam_model.vectors.steps import MOST_OUTCOMES, before, judge
from tools.mutants.mutant import ROOT, Mutant
from tools.mutants.workspace import workspace
from tools.vectors.failing import Found, FoundStep, FoundStore
from tools.vectors.hunting import (
    Hunted,
    Killer,
    by_changes,
    by_mutants,
    by_wrong_models,
    can_be_in_place,
    mutants_of,
)

RECORD: Final = ROOT / "docs" / "vectors-kills.json"
EXPLAINED: Final = Path(__file__).with_name("explained.toml")
MOST_TREES: Final = 4
"""Mutants of one rule that are tried in a copy of the repository."""
MOST_VECTORS: Final = 25
"""Vectors that are tried there on one mutant."""


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


def explanations(version: str) -> Mapping[str, str]:
    """Why no vector of this version tells a daemon that breaks this rule alone, by rule."""
    found: dict[str, dict[str, str]] = tomllib.loads(EXPLAINED.read_text("utf-8"))
    return found.get(version, {})


def hunt(version: str) -> Iterator[tuple[str, Killer]]:
    """The killer for each rule that is covered; empty if nothing is found."""
    covering = by_rule(version)
    hunted = events(version)
    found: dict[str, Killer] = dict(by_mistakes(version))
    why = explanations(version)
    for seek in (by_wrong_models, by_mutants, partial(by_changes, without=why)):
        found |= seek(hunted, [rule for rule in covering if rule not in found])
    for rule in [rule for rule in covering if rule not in {*found, *why}]:
        found[rule] = by_trees(version, rule, covering[rule])
        print(version, rule, found[rule] or "nothing", file=sys.stderr, flush=True)
    for rule in sorted(covering, key=rule_order):
        yield rule, found[rule] if rule in found else {"explained": why[rule]}


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
def events(version: str) -> tuple[Hunted, ...]:
    """The vectors of events, of a whole node or a data store, with what the model says."""
    return tuple(
        Hunted(str(each["id"]), frozenset(texts(each, "rules")), found_of(each))
        for each in suite(version).vectors
        if each["kind"] != "decision"
    )


def found_of(vector: Json) -> Found:
    """What the model says of a vector of an event."""
    if vector["kind"] == "step":
        case = case_of(vector)
        return FoundStep(case, judge(case))
    stored = store_case_of(vector)
    return FoundStore(stored, store_steps.judge(stored))


# -- copies of the repository --------------------------------------------------------------------


def by_trees(version: str, rule: str, ids: Sequence[str]) -> Killer:
    """A mutant of the rule that cannot be in place and fails one of these vectors, or nothing."""
    elsewhere = [each for each in mutants_of(rule) if not can_be_in_place(each)]
    for mutant in elsewhere[:MOST_TREES]:
        vector = killed_by(mutant, version, ids[:MOST_VECTORS])
        if vector:
            return {"mutant": mutant.name, "vector": vector}
    return {}


def killed_by(mutant: Mutant, version: str, ids: Sequence[str]) -> str:
    """The first of these vectors that a tree with the mutant fails; empty if it fails none."""
    with workspace(mutant) as tree:
        for line in tree.run("tools.vectors.kills", [version, *ids]):
            if line.startswith("FAILS "):
                return line.removeprefix("FAILS ")
    return ""


def failing(version: str, ids: Iterable[str]) -> Iterator[str]:
    """The first of these step vectors of which this tree does what is not allowed."""
    for vector in suite(version).select(ids=ids):
        if vector["kind"] == "step" and _fails(vector):
            yield str(vector["id"])
            return


def _fails(vector: Json) -> bool:
    case = case_of(vector)
    pre, upstream = vector["pre"], vector.get("upstream", {})
    assert isinstance(pre, dict), "a step has one"
    assert isinstance(upstream, dict), "a step has at most one"
    allowed = [*_listed(vector.get("post")), *_listed(upstream.get("post"))]
    if "refusal" in vector:
        allowed.append({"reply": vector["refusal"], "calls": [], "state": {}})
    quirks = QUIRKS_OF.get(Version(case.node.version), ALL_QUIRKS)
    for expected in (frozenset(), quirks):
        try:
            start = before(case, expected)
            done = outcomes(start, case.event, MOST_OUTCOMES)
        except IpamModelError:
            continue
        except Exception:  # noqa: BLE001 - whatever a mutant breaks
            return True
        state = state_json(start)
        # If it fails before the event, that is another vector's business.
        if state == pre["state"] and any(each.as_json(state) not in allowed for each in done):
            return True
    return False


def _listed(post: object) -> list[object]:
    return post if isinstance(post, list) else []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
