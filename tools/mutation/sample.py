"""The part that continuous integration runs: is the page current, do the sample's mutants die?"""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from attrs import frozen

from tests.shared import find_shared
from tools.mutation import explanations, score
from tools.mutation.ends import Kill
from tools.mutation.equivalence import compare
from tools.mutation.hunt import Session, in_session
from tools.mutation.killers import TRACE
from tools.mutation.mutant import Mutant, mutants

_KILLED: Final = re.compile(r"(\w+) `(.*)` (?:fails|time-out|breaks down)")


@frozen
class Row:
    """How a mutant of the sample ended."""

    kind: str
    """Of the killer; empty if it was not killed."""
    test: str
    end: str


def check_sample(document: Path) -> int:
    """Hunt the sample with the killers the page names; exit code 1 if anything is wrong."""
    text = document.read_text("utf-8") if document.is_file() else ""
    explained = explanations.read()
    wrong = [*outdated(text, explained), *explanations.unknown(explained)]
    if not wrong:
        wrong = _hunted_again(rows(text), explained)
    for line in wrong:
        print(line)
    print(f"{document.name}: {'wrong or out of date' if wrong else 'current'}")
    return int(bool(wrong))


def outdated(text: str, explained: Mapping[str, str]) -> list[str]:
    """What the page says otherwise than the mutants that there are."""
    sizes = Counter(mutant.target.module for mutant in mutants())
    found = [
        f"the page does not count {number} mutants of {module}"
        for module, number in sizes.items()
        if score.module_row(module, number) not in text
    ]
    listed = rows(text)
    drawn = [mutant.name for mutant in score.sample(mutants())]
    found += [f"not in the page's sample: {name}" for name in drawn if name not in listed]
    found += [f"no longer in the sample: {name}" for name in listed if name not in drawn]
    found += [
        f"the page does not explain: {name}"
        for name, reason in explained.items()
        if f"* {name}: {reason}\n" not in text
    ]
    found += [
        f"nobody has explained: {line}"
        for line in text.splitlines()
        if line.startswith("* ") and line.endswith(score.UNREAD)
    ]
    return found


def rows(text: str) -> dict[str, Row]:
    """The sample in the page, by mutant."""
    found = {}
    for line in text.partition("## The sample")[2].splitlines():
        cells = re.split(r"(?<!\\)\|", line)
        if len(cells) == 4 and ": " in cells[1]:
            name, end = (each.strip().replace("\\|", "|") for each in cells[1:3])
            killed = _KILLED.fullmatch(end)
            kind, test = (killed[1], killed[2]) if killed is not None else ("", "")
            found[name] = Row(kind, test, end)
    return found


def _hunted_again(listed: Mapping[str, Row], explained: Mapping[str, str]) -> list[str]:
    here = find_shared() is not None
    chosen = {
        mutant.name: mutant
        for mutant in mutants()
        if mutant.name in listed and (here or listed[mutant.name].kind != TRACE)
    }
    if len(chosen) < len(listed):
        print(f"{len(listed) - len(chosen)} are left out: the traces that kill them are not here")
    wrong = [
        f"{name} is neither killed, explained nor equivalent"
        for name, mutant in chosen.items()
        if not listed[name].kind and name not in explained and not _is_equivalent(mutant)
    ]
    hunted = [mutant for name, mutant in chosen.items() if listed[name].kind]

    def use(session: Session) -> None:
        known = {killer.id: killer for killer in session.measure(list(session.items))}
        wrong.extend(
            f"{listed[mutant.name].test} fails on the whole model, or is gone"
            for mutant in hunted
            if listed[mutant.name].test not in known
        )
        alive = [mutant for mutant in hunted if listed[mutant.name].test in known]
        for mutant, end in session.hunt(alive, lambda each: [known[listed[each.name].test]]):
            if not isinstance(end, Kill):
                wrong.append(f"{mutant.name} survives {listed[mutant.name].test}")
        print(f"{len(alive)} mutants hunted again with {len(known)} tests")

    in_session(sorted({listed[mutant.name].test for mutant in hunted}), use)
    return wrong


def _is_equivalent(mutant: Mutant) -> bool:
    proof = compare(mutant)
    return proof is not None and proof.equivalent
