"""Which perturbations are tried: a seeded sample of every kind over the legal traces."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from tests import shared
from tests.trace.lines import read_lines
from tests.trace.perturbations import calls, cards, events, replies, results, states, steps
from tests.trace.perturbations.base import KINDS, AmbiguousError, Base, Perturbation
from tests.trace.simulations import simulated_lines

BY_CARD = ("multi_card", "ipv6")
"""Classes of recordings with several cards or of IPv6."""

PER_CLASS = 3
"""Recordings taken of each class."""

SIMULATED = 12

_REGISTERED = (calls, cards, events, replies, results, states, steps)
"""The modules whose import fills `KINDS`."""


def recorded_bases() -> list[Base]:
    """Some recorded traces of every class; none without the shared material."""
    top = shared.find_shared()
    if top is None:
        return []
    return [each for folder in ("traces", "traces-more") for each in _bases_of(top, folder)]


def recorded_bases_v1_7() -> list[Base]:
    """Some recorded traces of v1.7 of every class; none without the shared material."""
    top = shared.find_shared()
    return [] if top is None else _bases_of(top, "traces-v1.7")


def _bases_of(top: Path, folder: str) -> list[Base]:
    bases: list[Base] = []
    for of_class in sorted(each for each in (top / folder).iterdir() if each.is_dir()):
        if of_class.name == "bad":
            continue
        files = sorted(of_class.glob("*.jsonl"), key=lambda path: path.stat().st_size)
        bases.extend(Base(path.stem, read_lines(path)) for path in files[:PER_CLASS])
    return bases


def recorded_bases_of_cards() -> list[Base]:
    """Every recorded trace with several cards or of IPv6; none without the shared material."""
    if shared.find_shared() is None:
        return []
    files = shared.trace_files(*BY_CARD, folder="traces-more")
    return [Base(path.stem, read_lines(path)) for path in files]


def simulated_bases() -> list[Base]:
    """Some simulated traces."""
    return [
        Base(f"simulated-{seed}", simulated_lines(seed, events=50)) for seed in range(SIMULATED)
    ]


def sample(kind: str, bases: Sequence[Base], most: int) -> Iterator[Perturbation]:
    """Up to `most` perturbations of a kind, the same on every run."""
    rng = Random(kind)
    sites = [(base, seq) for base in bases for seq in range(len(base.events))]
    rng.shuffle(sites)
    found = 0
    for base, seq in sites:
        if found == most:
            return
        try:
            change = KINDS[kind](base, seq, rng)
        except AmbiguousError:
            continue
        if change is not None:
            found += 1
            yield Perturbation(kind, base.name, seq, change.what, change.lines, change.prediction)
