"""What a theorem is: a claim written over the abstract integer, and ways to break it.

A claim is text like a rule: it takes a logic and its unknowns, so that the very same statement is
proved over terms and run on integers. It must call the rules through their modules
(`warm_pool.missing`), because a mutant replaces them there.
"""

import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Generic, Protocol
from unittest import mock

from attrs import frozen

from ipam_model.arithmetic import B, I, Logic


@frozen
class Claim(Generic[B]):
    """If every premise holds, so does the conclusion."""

    premises: dict[str, B]
    """Conditions by a short description."""
    conclusion: B


class Text(Protocol):
    """A claim over any logic; after it come the unknowns, by name."""

    __name__: str

    # Which unknowns there are differs from claim to claim and is read off the signature.
    def __call__(self, k: Logic[I, B], /, *values: Any, **named: Any) -> Claim[B]:  # noqa: ANN401 - see above
        """The claim about these values."""


@frozen
class Mutant:
    """A change under which the theorem must be refuted: wrong rules, or a premise left out."""

    name: str
    rules: tuple[tuple[Callable[..., object], Callable[..., object]], ...] = ()
    """Rule functions and the wrong text put in their place."""
    without: str = ""
    """The premise left out."""


@frozen(kw_only=True)
class Theorem:
    """A claim with its name."""

    text: Text
    rules: tuple[str, ...]
    """Ids of the rules it speaks about."""
    logic: str
    """The SMT-LIB logic its questions lie in."""
    mutants: tuple[Mutant, ...]

    @property
    def name(self) -> str:
        """The name of the text."""
        return self.text.__name__

    @property
    def statement(self) -> str:
        """What is claimed, in English, on one line: the docstring of the text."""
        return " ".join((inspect.getdoc(self.text) or "").split())


def theorem(
    *rules: str, mutants: tuple[Mutant, ...], logic: str = "QF_LIA"
) -> Callable[[Text], Theorem]:
    """Make the decorated claim a theorem about the given rules.

    The logic is `QF_LIA`, or `QF_NIA` where unknowns are multiplied with each other.
    """
    return lambda text: Theorem(text=text, rules=rules, logic=logic, mutants=mutants)


def wrong(name: str, rule: Callable[..., object], text: Callable[..., object]) -> Mutant:
    """A mutant with one wrong rule."""
    return Mutant(name, rules=((rule, text),))


def without(premise: str) -> Mutant:
    """A mutant with one premise less."""
    return Mutant(f"without the premise: {premise}", without=premise)


@contextmanager
def applied(mutant: Mutant | None) -> Iterator[None]:
    """Put the mutant's wrong rules in place; `None` changes nothing."""
    with ExitStack() as stack:
        for rule, text in mutant.rules if mutant is not None else ():
            module = sys.modules[rule.__module__]
            stack.enter_context(mock.patch.object(module, rule.__name__, text))
        yield


def non_negative(k: Logic[I, B], **values: I) -> dict[str, B]:
    """The premises that some numbers are counts."""
    return {f"{name} >= 0": k.ge(value, 0) for name, value in values.items()}
