"""One change to a legal trace: rejected where it first makes a difference, or shown to be legal.

What must become of each perturbed trace is predicted from the recording alone, before the checker
is asked (`tests.trace.perturbations`). `pytest -rP tests/trace/test_perturbations.py` prints the
figures by kind.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from ipam_model.errors import InputError
from ipam_model.trace.check import check_file
from tests import shared
from tests.trace.lines import write_lines
from tests.trace.perturbations import cards
from tests.trace.perturbations.base import (
    KINDS,
    Base,
    Legal,
    Malformed,
    Perturbation,
    Prediction,
    RejectedAt,
    RejectedOrMalformed,
)
from tests.trace.perturbations.sampling import (
    recorded_bases,
    recorded_bases_of_cards,
    recorded_bases_v1_7,
    sample,
    simulated_bases,
)

OF_CARDS = {name for name, kind in KINDS.items() if kind.__module__ == cards.__name__}
"""The kinds that make sense only with several cards or IPv6."""

PER_KIND = 10
"""Perturbations of recorded traces tried per kind."""

PER_KIND_V1_7 = 6
"""The same for recordings of v1.7."""

PER_KIND_SIMULATED = 4

PER_KIND_OF_CARDS = 5
"""Perturbations of recorded traces of several cards or IPv6 tried per kind."""

_recorded = cache(recorded_bases)
_recorded_v1_7 = cache(recorded_bases_v1_7)
_recorded_of_cards = cache(recorded_bases_of_cards)
_simulated = cache(simulated_bases)


def _outcome(path: Path) -> Prediction:
    try:
        rejected = check_file(path).rejected
    except InputError as error:
        place = str(error).removeprefix(f"{path}:")
        return Malformed(int(place[: place.index(":")]))
    if rejected is None:
        return Legal("")
    assert not rejected.undecided
    return RejectedAt(rejected.seq)


def _confirmed(perturbation: Perturbation, outcome: Prediction) -> bool:
    prediction = perturbation.prediction
    match prediction:
        case Legal():
            return isinstance(outcome, Legal)
        case RejectedOrMalformed(seq):
            return outcome in (RejectedAt(seq), Malformed(seq + 2))
    return outcome == prediction


def _check(perturbations: Sequence[Perturbation], path: Path) -> None:
    figures: Counter[str] = Counter()
    wrong: list[str] = []
    for perturbation in perturbations:
        outcome = _outcome(write_lines(path, perturbation.lines))
        prediction = perturbation.prediction
        match prediction:
            case Legal(argument):
                figures[f"legal: {argument}"] += 1
            case RejectedAt(seq) if seq == perturbation.seq:
                figures["rejected at the event changed"] += 1
            case RejectedAt():
                figures["rejected where it first shows"] += 1
            case RejectedOrMalformed():
                figures["rejected or malformed"] += 1
            case Malformed():
                figures["malformed"] += 1
        if not _confirmed(perturbation, outcome):
            wrong.append(
                f"{perturbation.base}, event {perturbation.seq}, {perturbation.what}: "
                f"{outcome}, not {prediction}"
            )
    for what, count in sorted(figures.items()):
        sys.stdout.write(f"{count:4} {what}\n")
    assert not wrong, "\n".join(wrong)


kinds = pytest.mark.parametrize("kind", sorted(KINDS))


@kinds
def test_perturbed_recording(kind: str, tmp_path: Path) -> None:
    shared.shared_dir()
    _check(list(sample(kind, _recorded(), PER_KIND)), tmp_path / "trace.jsonl")


@kinds
def test_perturbed_recording_of_v1_7(kind: str, tmp_path: Path) -> None:
    shared.shared_dir()
    _check(list(sample(kind, _recorded_v1_7(), PER_KIND_V1_7)), tmp_path / "trace.jsonl")


@kinds
def test_perturbed_recording_of_cards(kind: str, tmp_path: Path) -> None:
    shared.shared_dir()
    bases = _recorded_of_cards()
    _check(list(sample(kind, bases, PER_KIND_OF_CARDS)), tmp_path / "trace.jsonl")


@kinds
def test_perturbed_simulation(kind: str, tmp_path: Path) -> None:
    _check(list(sample(kind, _simulated(), PER_KIND_SIMULATED)), tmp_path / "trace.jsonl")


def _figures(bases: list[Base], most: int) -> Counter[str]:
    """Perturbations by what is predicted of them, and of each kind."""
    figures: Counter[str] = Counter()
    for kind in KINDS:
        found = list(sample(kind, bases, most))
        figures[kind] = len(found)
        figures.update(type(each.prediction).__name__ for each in found)
    for what, count in sorted(figures.items()):
        sys.stdout.write(f"{count:5} {what}\n")
    return figures


def test_enough_recordings_are_perturbed() -> None:
    shared.shared_dir()
    figures = _figures(_recorded(), PER_KIND)
    assert figures["RejectedAt"] >= 700
    assert figures["RejectedAt"] > 4 * figures["Legal"]
    assert all(figures[kind] for kind in KINDS if kind not in OF_CARDS)


def test_enough_recordings_of_cards_are_perturbed() -> None:
    shared.shared_dir()
    figures = _figures(_recorded_of_cards(), PER_KIND_OF_CARDS)
    assert figures["RejectedAt"] >= 400
    assert all(figures[kind] for kind in OF_CARDS)


def test_enough_recordings_of_v1_7_are_perturbed() -> None:
    shared.shared_dir()
    figures = _figures(_recorded_v1_7(), PER_KIND_V1_7)
    assert figures["RejectedAt"] >= 300
    assert figures["RejectedAt"] > 4 * figures["Legal"]


def test_enough_simulations_are_perturbed() -> None:
    assert _figures(_simulated(), PER_KIND_SIMULATED)["RejectedAt"] >= 200
