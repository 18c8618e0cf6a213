"""Nodes under WARM_ENI_TARGET 0 alone while no pod comes or goes: they rest, or flap for ever.

It depends on where the pods are. An ENI *stays* if it is the primary one or has a pod; all others
are idle, and one of them goes whenever there is one. So what counts is whether the ENIs that stay
have a free address among them (`spare`, which no pool step changes once the primary ENI is
filled). If they have, no ENI comes any more. If they have none, then once the idle ENIs are gone
nothing is available, another ENI comes, is idle, and goes: for ever, unless all K ENIs are full of
pods or max pods ends growth. That is the finding `warm-eni-target-zero` (R82).
"""

from typing import Any, Final, Protocol

from attrs import evolve

from ipam_model.arithmetic import B, I, Logic
from ipam_model.counting.model import Kind
from ipam_model.operands import Operand
from ipam_model.rules import growth, shrink
from ipam_model.theorems.at_rest import DESCENT
from ipam_model.theorems.induction import consequence, reachable
from ipam_model.theorems.machine import UNKNOWNS, Eni, Moment, in_order, may_be_freed, step, too_low
from ipam_model.theorems.moments import false, read
from ipam_model.theorems.sums_of_enis import BY_INDUCTION, FULL
from ipam_model.theorems.theorem import Claim, Obligation, Theorem, Tier, without, wrong
from ipam_model.theorems.warm_eni import INVARIANT, INVARIANTS, MODE
from ipam_model.theorems.warm_eni_at_rest import ALL_IN_USE, NOTHING_GOES, at_rest
from ipam_model.theorems.warm_eni_settling import after, falls
from ipam_model.theorems.whole_enis import fewer_enis_hold_fewer, instance

NO_TARGET: Final = "WARM_ENI_TARGET is 0"


def stays(k: Logic[I, B], eni: Eni[I], primary: B) -> B:
    """The ENI is the primary one, or has a pod."""
    return k.any(primary, k.ge(eni.pool.assigned, 1))


def spare_of(k: Logic[I, B], eni: Eni[I], primary: B) -> I:
    """Free addresses of an ENI that stays; of one that does not, none."""
    return k.ite(stays(k, eni, primary), eni.pool.free_cidrs, 0)


def spare_after(k: Logic[I, B], kind: Kind, now: Moment[I, B], spare: I) -> I:
    """Free addresses on ENIs that stay, after a pool step."""
    own, taken = spare_of(k, now.eni, now.choices.primary), step(k, kind, now)
    new = spare_of(k, taken.eni, false(k, now.choices.primary))
    filled = spare_of(k, taken.eni, now.choices.primary)
    return {Kind.EXTEND: spare - own + filled, Kind.ATTACH: spare + new, Kind.FREE: spare - own}[
        kind
    ]


def spare_sums(k: Logic[I, B], now: Moment[I, B], spare: I) -> dict[str, B]:
    """What follows for all ENIs and for all others (SPARE)."""
    others = spare - spare_of(k, now.eni, now.choices.primary)
    return {
        "spare addresses are free": k.all(k.ge(spare, 0), k.le(spare, now.node.pool.free_cidrs)),
        "those of others are theirs": k.all(k.ge(others, 0), k.le(others, now.others.free_cidrs)),
    }


def ends(k: Logic[I, B], now: Moment[I, B], spare: I) -> B:
    """The node comes to rest, if no pod comes or goes.

    It is at its first step, or an ENI that stays has a free address, or pods fill all ENIs, or
    there are as many as max pods.
    """
    pool, targets = now.node.pool, now.targets
    return k.any(
        k.eq(pool.cidrs, 0),
        k.ge(spare, 1),
        k.ge(pool.assigned, targets.max_enis * targets.slots),
        k.ge(pool.assigned, now.parameters.cap),
    )


def steps_left_without_target(k: Logic[I, B], now: Moment[I, B]) -> I:
    """With We = 0 and if it ends: no more pool steps than this follow; at most K."""
    enis = now.node.enis
    return k.ite(k.eq(now.node.pool.cidrs, 0), enis, enis - 1)


class SpareText(Protocol):
    """A claim about a moment and the spare addresses in it, or in some of its ENIs."""

    def __call__(self, k: Logic[I, B], now: Moment[I, B], spare: I, /) -> Claim[B]:
        """The claim."""


def _obligation(name: str, text: SpareText) -> Obligation:
    def written(k: Logic[I, B], /, *values: Any, **named: Any) -> Claim[B]:  # noqa: ANN401 - as Text
        del values
        return text(k, read(k, MODE, named), named["spare"])

    unknowns = (*UNKNOWNS, Operand("spare"))
    return Obligation(name=name, text=written, operands=unknowns, logic="QF_NIA")


def _about_spare(name: str, text: SpareText) -> Obligation:
    """The claim about every reachable moment with We = 0."""

    def of_reachable(k: Logic[I, B], now: Moment[I, B], spare: I) -> Claim[B]:
        claim = text(k, now, spare)
        premises = {
            **reachable(k, INVARIANTS, now),
            **spare_sums(k, now, spare),
            NO_TARGET: k.eq(now.targets.warm_eni, 0),
        }
        return Claim({**premises, **claim.premises}, claim.conclusions)

    return _obligation(name, of_reachable)


def _then(k: Logic[I, B], kind: Kind, now: Moment[I, B], spare: I) -> B:
    """Whether it comes to rest, as told after the step."""
    return ends(k, after(k, kind, now), spare_after(k, kind, now, spare))


def _filled_ends(k: Logic[I, B], now: Moment[I, B], spare: I) -> Claim[B]:
    fewer = falls(k, now, after(k, Kind.EXTEND, now), steps_left_without_target)
    kept = _then(k, Kind.EXTEND, now, spare)
    return Claim(step(k, Kind.EXTEND, now).guard, {**fewer, "it still comes to rest": kept})


def _none_comes(k: Logic[I, B], now: Moment[I, B], spare: I) -> Claim[B]:
    comes, targets = step(k, Kind.ATTACH, now), now.targets
    fits = instance(
        k,
        "one more than there are",
        fewer_enis_hold_fewer,
        enis=now.node.enis + 1,
        more=targets.max_enis,
        slots=targets.slots,
    )
    return Claim(
        {"it comes to rest": ends(k, now, spare), **comes.sums, **fits},
        {"no ENI comes": k.no(k.all(*comes.guard.values()))},
    )


def _gone_ends(k: Logic[I, B], now: Moment[I, B], spare: I) -> Claim[B]:
    fewer = falls(k, now, after(k, Kind.FREE, now), steps_left_without_target)
    kept = _then(k, Kind.FREE, now, spare)
    return Claim(
        {"it comes to rest": ends(k, now, spare), **step(k, Kind.FREE, now).guard},
        {**fewer, "it still comes to rest": kept},
    )


def _come_or_gone_goes_on(kind: Kind) -> SpareText:
    def text(k: Logic[I, B], now: Moment[I, B], spare: I) -> Claim[B]:
        taken, kept = step(k, kind, now), _then(k, kind, now, spare)
        return Claim(
            {"it goes on": k.no(ends(k, now, spare)), **taken.guard, **taken.sums},
            {"it still goes on": k.no(kept)},
        )

    return text


def _idle_goes(k: Logic[I, B], now: Moment[I, B], spare: I) -> Claim[B]:
    del spare
    return Claim(at_rest(k, now), {"the ENI stays": stays(k, now.eni, now.choices.primary)})


def _rest_ends(k: Logic[I, B], now: Moment[I, B], spare: I) -> Claim[B]:
    all_stay, targets = k.eq(spare, now.node.pool.free_cidrs), now.targets
    exhausted = instance(
        k,
        "all that may come",
        fewer_enis_hold_fewer,
        enis=targets.max_enis,
        more=now.node.enis,
        slots=targets.slots,
    )
    return Claim(
        {**at_rest(k, now), "all ENIs stay": all_stay, **exhausted},
        {"it is at rest because it comes to rest": ends(k, now, spare)},
    )


def _within(k: Logic[I, B], spare: I, free: I) -> dict[str, B]:
    return {"counted": k.ge(spare, 0), "free": k.le(spare, free)}


def _of_none(k: Logic[I, B], now: Moment[I, B], spare: I) -> Claim[B]:
    del now
    return Claim({}, _within(k, spare - spare, spare - spare))


def _of_one_more(k: Logic[I, B], now: Moment[I, B], spare: I) -> Claim[B]:
    free, own = now.node.pool.free_cidrs, spare_of(k, now.eni, now.choices.primary)
    return Claim(
        {**_within(k, spare, free), **in_order(k, now.eni.pool, MODE.block)},
        _within(k, spare + own, free + now.eni.pool.free_cidrs),
    )


def _of_one_more_that_stays(k: Logic[I, B], now: Moment[I, B], spare: I) -> Claim[B]:
    free, own = now.node.pool.free_cidrs, spare_of(k, now.eni, now.choices.primary)
    return Claim(
        {
            "before, all free addresses are spare": k.eq(spare, free),
            "the ENI stays": stays(k, now.eni, now.choices.primary),
        },
        {"all free addresses are spare": k.eq(spare + own, free + now.eni.pool.free_cidrs)},
    )


SPARE: Final = Theorem(
    name="warm_eni_spare_addresses",
    statement=(
        "Spare addresses, the free ones of the primary ENI and of ENIs with pods, are free ones, "
        "and all of these where no ENI is idle, for any number of ENIs."
    ),
    rules=("R5",),
    obligations=(
        _obligation("none", _of_none),
        _obligation("one more", _of_one_more),
        _obligation("one more that stays", _of_one_more_that_stays),
    ),
    mutants=(without("the ENI stays"), without("free CIDRs are counted")),
    paper=BY_INDUCTION,
    tier=Tier.FULL,
)


# Without a target: what ends, and what goes on for ever


def _low_below_target_only(
    k: Logic[I, B], warm_ip: B, short: I, available: I, target: I, unit: I
) -> B:
    return k.choose(warm_ip, k.gt(short, 0), k.lt(available, unit * target))


def _fewer_above_margin_only(
    k: Logic[I, B],
    warm_ip: B,
    available: I,
    target: I,
    addresses_per_eni: I,
    prefix_mode: B,
    some_eni_without_pods: B,
) -> B:
    enough = k.gt(available, (target + 1) * addresses_per_eni)
    return k.any(warm_ip, enough, k.all(prefix_mode, some_eni_without_pods))


ZERO_IS_MET: Final = wrong(
    "a target of 0 is always met", growth.target_unmet, _low_below_target_only
)
WIDER_MARGIN: Final = wrong(
    "an ENI goes only above the margin", shrink.wants_fewer_enis, _fewer_above_margin_only
)


def _full_of_pods(k: Logic[I, B], now: Moment[I, B]) -> dict[str, B]:
    pool = now.node.pool
    return {
        NO_TARGET: k.eq(now.targets.warm_eni, 0),
        "something is owned": k.ge(pool.cidrs, 1),
        "pods fill all ENIs": k.eq(pool.cidrs, pool.assigned),
        "another ENI may come": k.lt(now.node.enis, now.targets.max_enis),
        "max pods is not reached": k.lt(pool.cidrs, now.parameters.cap),
    }


def _cycle(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    comes, primary = step(k, Kind.ATTACH, now), now.choices.primary
    new = evolve(
        now,
        node=comes.node,
        eni=comes.eni,
        choices=evolve(now.choices, primary=false(k, primary)),
    )
    then, before, back = evolve(now, node=comes.node), now.node, step(k, Kind.FREE, new).node
    return Claim(
        _full_of_pods(k, now),
        {
            "an ENI comes": k.all(*comes.guard.values(), *comes.sums.values()),
            "no ENI goes before": k.no(may_be_freed(k, now)),
            "the new one may go": may_be_freed(k, new),
            "no other may": k.no(may_be_freed(k, then)),
            "nothing grows before that": k.no(too_low(k, then)),
            "all is as it was": k.all(
                k.eq(back.enis, before.enis),
                k.eq(back.pool.cidrs, before.pool.cidrs),
                k.eq(back.pool.assigned, before.pool.assigned),
                k.eq(back.pool.free_cidrs, before.pool.free_cidrs),
            ),
        },
    )


FLAPS: Final = Theorem(
    name="warm_eni_target_zero_flaps",
    statement=(
        "With WARM_ENI_TARGET 0 alone, where pods fill all ENIs, another one may come and max pods "
        "is not reached, one comes, it goes, and all is as it was: no other pool step is possible "
        "meanwhile."
    ),
    rules=("R79", "R82", "R101", "R107", "R133", "R136"),
    obligations=(consequence("", INVARIANTS, _cycle),),
    mutants=(ZERO_IS_MET, WIDER_MARGIN, without("another ENI may come")),
    lemmas=(INVARIANT,),
    tier=Tier.FULL,
)
FLAPS_EXACTLY: Final = Theorem(
    name="warm_eni_target_zero_flaps_exactly",
    statement=(
        "With WARM_ENI_TARGET 0 alone, while no pod comes or goes, a node comes to rest after at "
        "most K pool steps if the primary ENI or one with pods has a free address, or pods fill "
        "all K ENIs, or they are max pods or more; otherwise it attaches and deletes ENIs for ever."
    ),
    rules=("R79", "R82", "R98", "R101", "R107", "R133", "R136"),
    obligations=(
        _about_spare("the primary ENI is filled", _filled_ends),
        _about_spare("if it comes to rest, no ENI comes", _none_comes),
        _about_spare("if it comes to rest, an ENI goes", _gone_ends),
        _about_spare("if it goes on, an ENI comes", _come_or_gone_goes_on(Kind.ATTACH)),
        _about_spare("if it goes on, an ENI goes", _come_or_gone_goes_on(Kind.FREE)),
        _about_spare("at rest, no ENI is idle", _idle_goes),
        _about_spare("if it is at rest, it had to come to rest", _rest_ends),
    ),
    mutants=(ZERO_IS_MET, WIDER_MARGIN, NOTHING_GOES, without(NO_TARGET)),
    lemmas=(INVARIANT, FULL, ALL_IN_USE, SPARE, fewer_enis_hold_fewer),
    paper=f"{DESCENT}; {BY_INDUCTION}; and a run that is never at rest has no end",
    tier=Tier.FULL,
)
