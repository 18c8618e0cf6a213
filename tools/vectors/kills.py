"""Which wrong daemon shows that a vector is not vacuous: for each rule that is covered, one.

A step vector covers a rule if the event executes it. That is worth something only if a daemon that
does not follow the rule fails the vector: a wrong model, or, for rules that none breaks, a mutant
of `tools.mutants`. A decision vector is failed by a mistake in the formula.

`python -m tools.vectors.kills` hunts, and writes docs/vectors-kills.json;
`python -m tools.vectors.kills VERSION ID...` prints which of these vectors this tree fails.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from ipam_model.errors import IpamModelError
from ipam_model.vectors.emitting import case_of
from ipam_model.vectors.files import MODELS, rule_order, suite, texts
from ipam_model.vectors.outcomes import outcomes
from ipam_model.vectors.states import Json, state_json
from ipam_model.vectors.steps import MOST_OUTCOMES, before, judge
from ipam_model.wrong_models import WRONG_MODELS
from tools.mutants.catalogue import MUTANTS
from tools.mutants.mutant import ROOT, Mutant
from tools.mutants.workspace import workspace
from tools.vectors.choosing import shows
from tools.vectors.walks import Found

RECORD: Final = ROOT / "docs" / "vectors-kills.json"
PROCESSES: Final = 2
MOST_TRIED: Final = 4
"""Mutants of one rule."""
MOST_VECTORS: Final = 25
"""Vectors that are tried on one mutant."""

Killer = dict[str, str]
"""What fails (`wrong model`, `mutant` or `mistake`), and which `vector`."""


def main(arguments: Sequence[str]) -> int:
    """Hunt, or be a tree that is hunted."""
    if arguments:
        for failed in failing(arguments[0], arguments[1:]):
            print(f"FAILS {failed}")
        return 0
    record = {version: dict(hunt(version)) for version in MODELS}
    RECORD.write_text(json.dumps(record, indent=2) + "\n", "utf-8")
    for version, killers in record.items():
        left = [rule for rule, killer in killers.items() if not killer]
        print(f"{version}: {len(killers) - len(left)} of {len(killers)} rules; not: {left}")
    return 0


def hunt(version: str) -> Iterator[tuple[str, Killer]]:
    """The killer for each rule that is covered; empty if nothing is found."""
    covering = by_rule(version)
    found = dict(by_mistakes(version)) | dict(by_wrong_models(version))
    rest = [rule for rule in covering if rule not in found]
    with ThreadPoolExecutor(PROCESSES) as pool:
        for rule, killer in zip(
            rest,
            pool.map(lambda rule: by_mutants(version, rule, covering[rule]), rest),
            strict=True,
        ):
            found[rule] = killer
            print(version, rule, killer or "nothing", file=sys.stderr, flush=True)
    return ((rule, found[rule]) for rule in sorted(covering, key=rule_order))


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


def judged_steps(version: str) -> list[tuple[Json, Found]]:
    """The step vectors with what the model says."""
    steps = [each for each in suite(version).vectors if each["kind"] == "step"]
    return [(each, Found(case, judge(case))) for each in steps for case in [case_of(each)]]


def by_wrong_models(version: str) -> Iterator[tuple[str, Killer]]:
    """Rules that a wrong model breaks, and the first vector that shows it."""
    steps = judged_steps(version)
    for model in WRONG_MODELS.values():
        left = set(model.breaks)
        for vector, found in steps:
            covered = left & found.judged.rules
            if covered and shows(found, model):
                for rule in sorted(covered):
                    yield rule, {"wrong model": model.id, "vector": str(vector["id"])}
                left -= covered


# -- mutants -------------------------------------------------------------------------------------


def by_mutants(version: str, rule: str, ids: Sequence[str]) -> Killer:
    """A mutant of the rule that fails one of these vectors; empty if none does."""
    those_about_it = [each for each in MUTANTS if rule == each.rules[0]]
    others = [each for each in MUTANTS if rule in each.rules[1:]]
    for mutant in (*those_about_it, *others)[:MOST_TRIED]:
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
    """Of these step vectors, those of which this tree does what is not allowed."""
    for vector in suite(version).select(ids=ids):
        if vector["kind"] == "step" and _fails(vector):
            yield str(vector["id"])
            return


def _fails(vector: Json) -> bool:
    case = case_of(vector)
    allowed = [*_posts(vector.get("post")), *_posts(_upstream(vector))]
    try:
        start = before(case, frozenset())
        done = outcomes(start, case.event, MOST_OUTCOMES)
    except IpamModelError:
        return False
    except Exception:  # noqa: BLE001 - whatever a mutant breaks
        return True
    state = state_json(start)
    pre = vector["pre"]
    assert isinstance(pre, dict), "a step has one"
    if state != pre["state"]:
        return False  # It fails before the event: another vector's business.
    return bool(allowed) and any(each.as_json(state) not in allowed for each in done)


def _upstream(vector: Json) -> object:
    upstream = vector.get("upstream")
    return upstream.get("post") if isinstance(upstream, dict) else None


def _posts(post: object) -> list[object]:
    return post if isinstance(post, list) else []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
