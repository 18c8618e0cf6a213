"""The corpus as it is kept: plans with the rules they cover, and the bugs each of them shows."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from attrs import define, field, frozen

from ipam_model.catalogue import catalogue
from ipam_model.conformance.directed import INDEX
from ipam_model.conformance.plan import Plan
from ipam_model.conformance.plan_document import read_plan, write_plan
from ipam_model.conformance.subject import Kind
from tests.shared import ROOT

FOLDER: Final = ROOT / "ipam_model" / "conformance" / "directed"


@frozen
class Kept:
    """A plan of the corpus."""

    name: str
    plan: Plan


@define
class Corpus:
    """All plans for one kind of subject, and what they cover as far as it was looked at."""

    kind: Kind
    plans: list[Kept] = field(factory=list)
    rules: dict[str, dict[str, None]] = field(factory=dict)
    """By plan."""
    named: dict[str, frozenset[str]] = field(factory=dict)
    """By plan, as the index has it."""

    def add(self, plan: Plan, rules: Iterable[str]) -> Kept:
        """One more, named after the first rule that it covers."""
        first = next(iter(rules))
        taken = {each.name for each in self.plans}
        names = [first, *(f"{first}-{number}" for number in range(2, len(taken) + 3))]
        kept = Kept(next(each for each in names if each not in taken), plan)
        self.plans.append(kept)
        return kept

    def likely(self, rules: Iterable[str]) -> list[Kept]:
        """All plans, those first that are said to cover these rules."""
        wanted = frozenset(rules)

        def unlikely(kept: Kept) -> bool:
            return not wanted <= self.named.get(kept.name, frozenset())

        return sorted(self.plans, key=unlikely)

    def credit(self, kept: Kept, rules: Iterable[str]) -> None:
        """It shows a bug in these rules."""
        self.rules.setdefault(kept.name, {}).update(dict.fromkeys(rules))

    def covered(self) -> dict[str, list[str]]:
        """The rules of each plan, in the order of the catalogue; plans as they were found."""
        order = {rule: number for number, rule in enumerate(catalogue())}
        return {
            kept.name: sorted(self.rules[kept.name], key=lambda rule: order.get(rule, len(order)))
            for kept in self.plans
            if kept.name in self.rules
        }


def load(kind: Kind) -> Corpus:
    """The corpus on file, without what it covers; an empty one if there is none."""
    index = _index().get(kind.value, {})
    plans = [Kept(name, read_plan(_path(kind, name))) for name in index]
    return Corpus(kind, plans, named={name: frozenset(rules) for name, rules in index.items()})


def store(*corpora: Corpus) -> None:
    """Write them, and remove what covers nothing; indexes of other kinds stay."""
    index = _index()
    for corpus in corpora:
        covered = corpus.covered()
        index[corpus.kind.value] = covered
        folder = FOLDER / corpus.kind.value
        folder.mkdir(exist_ok=True)
        for path in folder.glob("*.json"):
            if path.stem not in covered:
                path.unlink()
        for kept in corpus.plans:
            if kept.name in covered:
                text = write_plan(kept.plan, title_of(covered[kept.name]))
                _path(corpus.kind, kept.name).write_text(text, "utf-8")
    rows = [
        f'  "{kind}": {{\n'
        + ",\n".join(f'    "{name}": {json.dumps(rules)}' for name, rules in plans.items())
        + "\n  }"
        for kind, plans in index.items()
    ]
    (FOLDER / INDEX).write_text("{\n" + ",\n".join(rows) + "\n}\n", "utf-8")


def title_of(rules: Iterable[str]) -> str:
    """What a plan's document says of itself."""
    return f"covers {', '.join(rules)}"


def wrong_index(corpus: Corpus) -> Iterator[str]:
    """What the files say otherwise than the corpus that was just looked through."""
    kind, covered = corpus.kind, corpus.covered()
    index = _index().get(kind.value, {})
    if list(covered) != list(index):
        yield f"the index lists other {kind.value} plans than those that cover something"
    for name, rules in covered.items():
        if index.get(name) != rules:
            yield f"{kind.value}/{name} covers {', '.join(rules)}: the index says otherwise"
    strays = {path.stem for path in (FOLDER / kind.value).glob("*.json")} - set(index)
    yield from (f"{kind.value}/{name}.json is in no index" for name in sorted(strays))


def _index() -> dict[str, dict[str, list[str]]]:
    path = FOLDER / INDEX
    found: dict[str, dict[str, list[str]]] = (
        json.loads(path.read_text("utf-8")) if path.exists() else {}
    )
    return found


def _path(kind: Kind, name: str) -> Path:
    return FOLDER / kind.value / f"{name}.json"
