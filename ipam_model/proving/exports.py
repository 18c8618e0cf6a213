"""The questions as SMT-LIB 2 files, and cvc5's proofs of them."""

import re
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from ipam_model.errors import InputError, ModelError
from ipam_model.proving.asking import certify
from ipam_model.proving.check import STANDARD, Budget, Checker
from ipam_model.proving.reply import Part
from ipam_model.proving.worker import Ended, Worker
from ipam_model.theorems.theorem import Obligation, Theorem

FORMATS: Final = ("cpc", "alethe")
"""Of proofs. Ethos checks the first, Carcara the second; neither is part of this project."""


def stem(theorem: Theorem, obligation: Obligation) -> str:
    """The name of the files about an obligation, without what they are about it."""
    words = re.findall(r"[a-z0-9]+", f"{obligation.name.lower()}")
    return "-".join((theorem.name, *(["_".join(words)] if words else [])))


def scripts(
    theorems: Iterable[Theorem], budget: Budget = STANDARD
) -> Iterator[tuple[str, Part, str]]:
    """Every question about the theorems: file name without suffix, part, text.

    Raises:
        InputError: z3, which writes the text, is not installed.
        ModelError: two obligations would share a file, or a text could not be written.
    """
    seen: set[str] = set()
    chosen = tuple(theorems)
    with Checker(chosen, budget=budget) as checker:
        for theorem in chosen:
            for obligation, reply in checker.replies(theorem, solve=False, scripts=True):
                if isinstance(reply, Ended):
                    raise ModelError(f"{theorem.name}, {obligation.name}: {reply.reason}")
                for part, text in reply.scripts.items():
                    name = f"{stem(theorem, obligation)}-{part.value}"
                    if name in seen:
                        raise ModelError(f"two questions would be written to {name}.smt2")
                    seen.add(name)
                    yield name, part, text


def export(theorems: Iterable[Theorem], folder: Path, budget: Budget = STANDARD) -> list[Path]:
    """Write every question as `NAME.smt2`; the files written.

    Raises:
        InputError: the folder cannot be written to, or z3 is not installed.
    """
    written = []
    for name, _, text in scripts(theorems, budget):
        written.append(_write(folder, f"{name}.smt2", text))
    return written


def certificates(
    theorems: Iterable[Theorem], folder: Path, form: str, budget: Budget = STANDARD
) -> tuple[list[Path], list[str]]:
    """Write cvc5's proof of every question that should be `unsat`; files written, complaints.

    Raises:
        InputError: the folder cannot be written to, or a solver is not installed.
    """
    written, complaints = [], []
    worker: Worker[str, str] = Worker(partial(certify, form))
    try:
        for name, part, text in scripts(theorems, budget):
            if part is Part.PREMISES:
                continue
            worker.start(text)
            said = worker.finish(budget.seconds)
            if isinstance(said, Ended):
                complaints.append(f"{name}: {said.reason}")
            elif not said.startswith("unsat\n("):
                complaints.append(f"{name}: {' '.join(said.split())[:200]}")
            else:
                written.append(_write(folder, f"{name}.{form}", said.removeprefix("unsat\n")))
    finally:
        worker.close()
    return written, complaints


def _write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise InputError(f"cannot write to {folder}: {error.strerror}") from error
    return path
