"""What makes vectors of a rule fail, looked for: wrong models, mutants, changes of a function."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, cast

from attrs import frozen

from ipam_model.wrong_models import WrongModel
from tools.mutants.catalogue import MUTANTS
from tools.mutants.in_place import NotInPlaceError, in_place
from tools.mutants.mutant import Mutant
from tools.mutation import mutant as changes
from tools.mutation.processes import Say, gave_out, in_processes, limit
from tools.vectors.failing import WRONG, Found

LONGEST: Final = 60.0
"""Seconds of work for one mutant, which may make a loop endless."""

Killer = dict[str, str]
"""What fails and which `vector`; or why nothing can."""


@frozen
class Hunted:
    """A vector that is not a decision, and what the model says."""

    id: str
    rules: frozenset[str]
    found: Found


def by_wrong_models(hunted: Sequence[Hunted], rules: Sequence[str]) -> Mapping[str, Killer]:
    """Rules that a wrong model breaks, and the first vector that shows it."""
    found: dict[str, Killer] = {}

    def work(model: WrongModel, say: Say) -> None:
        limit(LONGEST)
        left = set(model.breaks) & set(rules)
        for each in hunted:
            covered = left & each.rules
            if covered and each.found.shows(model):
                say([each.id, sorted(covered)])
                left -= covered

    shown = {}
    models = [each for each in WRONG.values() if set(each.breaks) & set(rules)]
    for model, said, end in in_processes(work, models):
        if end and not gave_out(end):
            raise RuntimeError(f"{model.id} could not be tried: its process ended with {end}")
        shown[model.id] = said
    for model in models:
        for vector, covered in cast("list[tuple[str, list[str]]]", shown[model.id]):
            for rule in covered:
                found.setdefault(rule, {"wrong model": model.id, "vector": vector})
    return found


def mutants_of(rule: str) -> list[Mutant]:
    """Those that break the rule, those that are about it first."""
    about = [each for each in MUTANTS if rule == each.rules[0]]
    return [*about, *(each for each in MUTANTS if rule in each.rules[1:])]


def by_mutants(hunted: Sequence[Hunted], rules: Sequence[str]) -> Mapping[str, Killer]:
    """Rules with a mutant that fails a vector, the mutant being put in place."""
    found: dict[str, Killer] = {}

    def work(piece: tuple[str, Mutant], say: Say) -> None:
        rule, mutant = piece
        limit(LONGEST)
        with in_place(mutant):
            say(first_failed(hunted, rule, or_breaks_down=True))

    def pieces() -> Iterator[tuple[str, Mutant]]:
        for rule in rules:
            for each in mutants_of(rule):
                if rule not in found and can_be_in_place(each):
                    yield rule, each

    for (rule, mutant), said, _ in in_processes(work, pieces()):
        if said and said[0]:
            found.setdefault(rule, {"mutant": mutant.name, "vector": str(said[0])})
    return found


def by_changes(
    hunted: Sequence[Hunted], rules: Sequence[str], without: Collection[str]
) -> Mapping[str, Killer]:
    """Rules with a function of their own in which a change fails a vector, without a breakdown."""
    found: dict[str, Killer] = {}

    def work(piece: tuple[str, changes.Mutant], say: Say) -> None:
        rule, change = piece
        limit(LONGEST)
        with changed(change):
            say(first_failed(hunted, rule, or_breaks_down=False))

    def pieces() -> Iterator[tuple[str, changes.Mutant]]:
        for rule in rules:
            for each in changes_of(rule, without):
                if rule not in found:
                    yield rule, each

    for (rule, change), said, _ in in_processes(work, pieces()):
        if said and said[0]:
            found.setdefault(rule, {"change": change.name, "vector": str(said[0])})
    return found


def changes_of(rule: str, without: Collection[str]) -> Iterator[changes.Mutant]:
    """Every change in a function that is the text of this rule alone.

    `without` are rules that do not count: no vector can tell whether they are followed.
    """
    for target in changes.targets():
        if {*target.rules} - {*without} == {rule}:
            yield from changes.mutants_of(target)


@contextmanager
def changed(change: changes.Mutant) -> Iterator[None]:
    """The package with this change in it."""
    function = change.target.function()
    whole = function.__code__
    try:
        function.__code__ = change.code()
        yield
    finally:
        function.__code__ = whole


def first_failed(hunted: Sequence[Hunted], rule: str, *, or_breaks_down: bool) -> str:
    """The first vector about the rule that the package as it is now fails; empty if none."""
    covering = (each for each in hunted if rule in each.rules)
    return next(
        (each.id for each in covering if each.found.deviates(or_breaks_down=or_breaks_down)), ""
    )


def can_be_in_place(mutant: Mutant) -> bool:
    """Whether the mutant changes bodies of functions only."""
    try:
        with in_place(mutant):
            return True
    except NotInPlaceError:
        return False
