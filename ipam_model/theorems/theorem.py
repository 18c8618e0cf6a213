"""What a theorem is: obligations written over the abstract integer, and ways to break them.

An obligation is text like a rule: it takes a logic and its unknowns, so that the very same
statement is proved over terms and run on integers. It must call the rules through their modules
(`warm_pool.missing`), because a mutant replaces them there.
"""

import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from enum import Enum
from typing import Any, Generic, Protocol
from unittest import mock

from attrs import frozen

from ipam_model.arithmetic import B, I, Logic
from ipam_model.operands import Operand, operands


@frozen
class Claim(Generic[B]):
    """If every premise holds, so does every conclusion."""

    premises: dict[str, B]
    """Conditions by a short description."""
    conclusions: dict[str, B]
    """The same; at least one."""


class Text(Protocol):
    """A claim over any logic; after it come the unknowns, by name."""

    # Which unknowns there are differs from claim to claim.
    def __call__(self, k: Logic[I, B], /, *values: Any, **named: Any) -> Claim[B]:  # noqa: ANN401 - see above
        """The claim about these values."""


@frozen(kw_only=True)
class Obligation:
    """One claim, small enough for a solver."""

    name: str
    """What it is about, within its theorem; empty if it is the whole theorem."""
    text: Text
    operands: tuple[Operand, ...]
    """Its unknowns."""
    logic: str = "QF_LIA"
    """The SMT-LIB logic its questions lie in: `QF_NIA` where unknowns are multiplied."""


@frozen
class Mutant:
    """A change under which the theorem must be refuted: wrong rules, or a premise left out."""

    name: str
    rules: tuple[tuple[Callable[..., object], Callable[..., object]], ...] = ()
    """Rule functions and the wrong text put in their place."""
    without: str = ""
    """The premise left out, of every obligation that has it."""


class Tier(Enum):
    """When a theorem is checked."""

    FAST = "fast"
    """Always."""
    FULL = "full"
    """Only if asked for: it takes seconds."""
    CROSS = "cross"
    """The same; it checks others in another way, takes minutes, and is exported on request only."""

    def covers(self, other: "Tier") -> bool:
        """Who asks for this tier asks for the other one, too."""
        order = list(Tier)
        return order.index(other) <= order.index(self)


@frozen(kw_only=True)
class Theorem:
    """A statement with its name, and the obligations that prove it together."""

    name: str
    statement: str
    """What is claimed, in English, on one line."""
    rules: tuple[str, ...]
    """Ids of the rules it speaks about."""
    obligations: tuple[Obligation, ...]
    mutants: tuple[Mutant, ...]
    lemmas: "tuple[Theorem, ...]" = ()
    """Theorems it rests on; it is proved only if they are."""
    paper: str = ""
    """The step that no solver has checked, if there is one: an argument on paper."""
    properties: tuple[str, ...] = ()
    """Ids of the properties of the registry that it proves for the counting model."""
    tier: Tier = Tier.FAST

    def basis(self) -> "tuple[Theorem, ...]":
        """The lemmas, theirs, and itself, each once, what is relied on first."""
        found: dict[str, Theorem] = {}
        for lemma in self.lemmas:
            found.update((each.name, each) for each in lemma.basis())
        return (*found.values(), self)


def theorem(
    *rules: str,
    mutants: tuple[Mutant, ...],
    logic: str = "QF_LIA",
    lemmas: tuple[Theorem, ...] = (),
    properties: tuple[str, ...] = (),
) -> Callable[[Text], Theorem]:
    """Make the decorated claim, on its own, a theorem about the given rules.

    Its name is the function's, its statement the docstring, its unknowns are the parameters.
    """

    def made(text: Text) -> Theorem:
        obligation = Obligation(name="", text=text, operands=operands(text), logic=logic)
        return Theorem(
            name=getattr(text, "__name__", ""),
            statement=" ".join((inspect.getdoc(text) or "").split()),
            rules=rules,
            obligations=(obligation,),
            mutants=mutants,
            lemmas=lemmas,
            properties=properties,
        )

    return made


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


def premises_under(claim: Claim[B], mutant: Mutant | None) -> dict[str, B]:
    """The premises of a claim but for the one that the mutant leaves out."""
    left_out = mutant.without if mutant is not None else ""
    return {name: premise for name, premise in claim.premises.items() if name != left_out}


def non_negative(k: Logic[I, B], **values: I) -> dict[str, B]:
    """The premises that some numbers are counts."""
    return {f"{name} >= 0": k.ge(value, 0) for name, value in values.items()}
