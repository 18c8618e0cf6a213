"""In prefix mode growth and release settle under constant demand, and neither undoes the other.

No pod comes or goes. A step of growth makes what is lacking less; a step that gives back leaves
nothing lacking, and fewer prefixes or ENIs. So every run ends: it has at most as many steps of
growth as prefixes were lacking, and after them at most as many others as prefixes and ENIs are
there (the pair is ordered lexicographically, and both are never negative).
"""

from typing import Final, Protocol

from ipam_model.arithmetic import B, I, Logic
from ipam_model.counting import decisions
from ipam_model.counting.decisions import Pool
from ipam_model.counting.model import Kind
from ipam_model.theorems.at_rest import unmet
from ipam_model.theorems.induction import consequence
from ipam_model.theorems.machine import Choices, Moment, Node, Parameters, Step, may_be_freed, step
from ipam_model.theorems.moments import MomentText, false
from ipam_model.theorems.prefix import Family
from ipam_model.theorems.theorem import Claim, Mutant, Theorem, Tier

GROWTH: Final = (Kind.EXTEND, Kind.ATTACH)
SHRINKING: Final = (Kind.RELEASE, Kind.FREE)
POOL_STEPS: Final = (*GROWTH, *SHRINKING)


class Lacking(Protocol):
    """Prefixes that the pool lacks."""

    def __call__(self, k: Logic[I, B], parameters: Parameters[I, B], pool: Pool[I], /) -> I:
        """The number."""


class Condition(Protocol):
    """What is assumed of a moment besides what is so of all that can be reached."""

    def __call__(self, k: Logic[I, B], now: Moment[I, B], /) -> dict[str, B]:
        """The premises, by a short description."""


def always(k: Logic[I, B], now: Moment[I, B]) -> dict[str, B]:
    """Nothing."""
    del k, now
    return {}


def after(k: Logic[I, B], now: Moment[I, B], taken: Step[I, B]) -> Moment[I, B]:
    """The moment after a step, for the ENI that took it; one that came is not the primary."""
    choices = now.choices
    new = Choices(primary=false(k, choices.primary), share=choices.share, whole=choices.whole)
    return Moment(parameters=now.parameters, node=taken.node, eni=taken.eni, choices=new)


def _less_lacking(
    k: Logic[I, B], lacks: I, lacks_later: I, before: Node[I], later: Node[I]
) -> dict[str, B]:
    """Of a step of growth."""
    del before, later
    return {"less is lacking": k.lt(lacks_later, lacks)}


def _less_held(
    k: Logic[I, B], lacks: I, lacks_later: I, before: Node[I], later: Node[I]
) -> dict[str, B]:
    """Of a release, and of an ENI that goes."""
    held, held_later = before.pool.cidrs + before.enis, later.pool.cidrs + later.enis
    return {
        "no more is lacking": k.le(lacks_later, lacks),
        "none is lacking": k.le(lacks_later, 0),
        "prefixes or ENIs are fewer": k.lt(held_later, held),
        "they are a number": k.ge(held_later, 0),
    }


def _ranked(kind: Kind, lacking: Lacking, assumed: Condition) -> MomentText:
    falls = _less_lacking if kind in GROWTH else _less_held

    def text(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        taken = step(k, kind, now)
        lacks = lacking(k, now.parameters, now.node.pool)
        lacks_later = lacking(k, now.parameters, taken.node.pool)
        less = falls(k, lacks, lacks_later, now.node, taken.node)
        return Claim(
            {**taken.guard, **taken.sums, **assumed(k, now)},
            {**less, "what is lacking is a number": k.ge(lacks_later, 0)},
        )

    return text


def comes_to_rest(
    each: Family,
    proved: Theorem,
    lacking: Lacking,
    *,
    lacking_words: str,
    rules: tuple[str, ...],
    mutants: tuple[Mutant, ...],
    assumed: Condition = always,
    where: str = "",
) -> Theorem:
    """Without pod events every run of pool steps ends."""
    return Theorem(
        name=f"{each.name}_comes_to_rest",
        statement=(
            f"{each.words}{where}, while no pod comes or goes, each step of growth makes "
            f"{lacking_words} fewer and each other step leaves none lacking and fewer prefixes or "
            "ENIs: so the pool comes to rest."
        ),
        rules=("R79", "R131", "R133", "R138", *rules),
        obligations=tuple(
            consequence(kind.value, each.invariants, _ranked(kind, lacking, assumed))
            for kind in POOL_STEPS
        ),
        mutants=mutants,
        lemmas=(proved,),
        paper="a pair of numbers that gets lexicographically smaller with each step ends every run",
        properties=("P-L1", "P-L2"),
        tier=Tier.FULL,
    )


def growth_and_release(
    each: Family,
    proved: Theorem,
    *,
    rules: tuple[str, ...],
    mutants: tuple[Mutant, ...],
    assumed: Condition = always,
    where: str = "",
) -> Theorem:
    """Growth causes no release and no deletion of what came, and these cause no growth."""

    def grown(kind: Kind) -> MomentText:
        def text(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
            taken = step(k, kind, now)
            later = after(k, now, taken)
            follows = {
                "nothing is released": k.le(decisions.released(k, now.targets, later.node.pool), 0)
            }
            if kind is Kind.ATTACH:
                follows["the ENI that came stays"] = k.no(may_be_freed(k, later))
            return Claim({**taken.guard, **taken.sums, **assumed(k, now)}, follows)

        return text

    def shrunk(kind: Kind) -> MomentText:
        def text(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
            taken = step(k, kind, now)
            later = after(k, now, taken)
            follows = {"nothing is needed": k.no(unmet(k, later))}
            if kind is Kind.RELEASE:
                follows["nothing more is released"] = k.le(
                    decisions.released(k, now.targets, later.node.pool), 0
                )
            return Claim({**taken.guard, **assumed(k, now)}, follows)

        return text

    return Theorem(
        name=f"{each.name}_growth_and_release_agree",
        statement=(
            f"{each.words}{where}, after growth nothing is released and the ENI that came stays, "
            "and "
            "after a release or the deletion of an ENI nothing is needed."
        ),
        rules=("R79", "R131", "R133", "R136", "R138", *rules),
        obligations=(
            *(consequence(kind.value, each.invariants, grown(kind)) for kind in GROWTH),
            *(consequence(kind.value, each.invariants, shrunk(kind)) for kind in SHRINKING),
        ),
        mutants=mutants,
        lemmas=(proved,),
        properties=("P-L2",),
        tier=Tier.FULL,
    )
