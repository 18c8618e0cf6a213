"""Claims that are false, empty, read differently, or the end of whoever asks about them."""

import os
import time

from ipam_model.arithmetic import INTS, B, I, Logic
from ipam_model.operands import Operand
from ipam_model.theorems.theorem import Claim, Obligation, Theorem, theorem, without


@theorem("R1", mutants=(without("a >= 3"), without("c")))
def false_theorem(k: Logic[I, B], a: I) -> Claim[B]:
    """Numbers from 3 to 7 are not 7, nor below 3."""
    return Claim(
        {"a >= 3": k.ge(a, 3), "a <= 7": k.le(a, 7)},
        {"not 7": k.ne(a, 7), "not below 3": k.ge(a, 3)},
    )


@theorem("R1", mutants=())
def empty_theorem(k: Logic[I, B], a: I) -> Claim[B]:
    """Numbers below 0 and above 0 are 5."""
    return Claim({"below": k.lt(a, 0), "above": k.gt(a, 0)}, {"is 5": k.eq(a, 5)})


@theorem("R1", mutants=(without("a >= 0"),), logic="QF_NIA")
def dividing_theorem(k: Logic[I, B], a: I, b: I) -> Claim[B]:
    """A quotient equals itself, but the divisor may be 0."""
    quotient = k.floor_div(a, b)
    return Claim({"a >= 0": k.ge(a, 0)}, {"the same": k.eq(quotient, quotient)})


@theorem("R1", mutants=())
def two_faced_theorem(k: Logic[I, B], a: I) -> Claim[B]:
    """Something else on integers."""
    return Claim({}, {"a = a": k.eq(a, a) if k is INTS else k.ne(a, a)})


@theorem("R1", mutants=())
def two_faced_premise(k: Logic[I, B], a: I) -> Claim[B]:
    """The premise is something else on integers."""
    return Claim({"a = a": k.ne(a, a) if k is INTS else k.eq(a, a)}, {"same": k.eq(a, a)})


@theorem("R1", mutants=(without("it is even"), without("there is a second")))
def true_theorem(k: Logic[I, B], a: I, b: I) -> Claim[B]:
    """A number that is twice another is not 7; what the third is does not matter."""
    return Claim(
        {"it is even": k.eq(a, b + b), "there is a second": k.ge(b, -100)}, {"not 7": k.ne(a, 7)}
    )


@theorem("R1", mutants=(), lemmas=(false_theorem,))
def resting_on_a_false_one(k: Logic[I, B], a: I) -> Claim[B]:
    """A number is itself, without any premise."""
    return Claim({}, {"same": k.eq(a, a)})


@theorem("R1", mutants=(), logic="QF_NIA")
def hard_theorem(k: Logic[I, B], a: I, b: I, c: I) -> Claim[B]:
    """A sum of three cubes is not 114, which nobody knows."""
    return Claim({}, {"not 114": k.ne(a * a * a + b * b * b + c * c * c, 114)})


@theorem("R1", mutants=())
def deciding_theorem(k: Logic[I, B], a: I, b: I) -> Claim[B]:
    """Python decides, by how the terms are written."""
    # The comparison is meant as a mistake: on terms it is a term.
    return Claim({}, {"same": k.eq(a, b) if a == b else k.eq(a, a)})


def _sleeps(k: Logic[I, B], a: I) -> Claim[B]:
    time.sleep(60)
    return Claim({}, {"same": k.eq(a, a)})


def _ends(k: Logic[I, B], a: I) -> Claim[B]:
    os._exit(9)


def _holds(k: Logic[I, B], a: I) -> Claim[B]:
    return Claim({}, {"same": k.eq(a, a)})


def of_texts(name: str, **texts: object) -> Theorem:
    """A theorem about a number `a`, of obligations by name."""
    return Theorem(
        name=name,
        statement="Something.",
        rules=("R1",),
        obligations=tuple(
            Obligation(name=each, text=text, operands=(Operand("a"),))  # type: ignore[arg-type]  # a Text each
            for each, text in texts.items()
        ),
        mutants=(),
    )


sleeping_theorem = of_texts("sleeping_theorem", before=_holds, sleeps=_sleeps, after=_holds)
ending_theorem = of_texts("ending_theorem", before=_holds, ends=_ends, after=_holds)
