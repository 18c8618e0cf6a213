"""Under constant demand a pool under WARM_IP_TARGET or MINIMUM_IP_TARGET settles.

Whatever they are: as long as no pod comes or goes, the pool heads for w = max(A + Wi, m) addresses,
A pods being there. Growth never passes w, neither a release nor the deletion of an ENI falls below
it. So no setting makes the pool flap in secondary-address mode. A rank, a number that every step
lowers and that stays above 0, says how many steps there are at most: growth takes up to K of them,
a release 1, deletions up to n - 1.
"""

from typing import Final, Protocol

from ipam_model.arithmetic import B, I, Logic
from ipam_model.counting import decisions
from ipam_model.counting.model import Kind
from ipam_model.rules import growth, shrink, warm_pool
from ipam_model.theorems import wrong_rules
from ipam_model.theorems.at_rest import DESCENT, enabled, unmet
from ipam_model.theorems.machine import Moment, Node, Parameters, Step, in_order, step
from ipam_model.theorems.moments import MomentText, obligation, sane
from ipam_model.theorems.sums_of_enis import ENI_CAP
from ipam_model.theorems.theorem import Claim, Obligation, Theorem, Tier, without, wrong
from ipam_model.theorems.warm_ip import (
    DELETED,
    INVARIANT,
    MODE,
    dispensable,
)
from ipam_model.theorems.warm_ip_at_rest import SURPLUS_ABOVE_BOTH

GROWTH: Final = (Kind.EXTEND, Kind.ATTACH)
ADDED: Final = "an address at least is added"
NOT_PASSED: Final = "growth does not pass the goal"
NOT_LOW: Final = "the pool owns what it heads for"


def _of_any_pool(name: str, text: MomentText) -> Obligation:
    """An obligation about any state: of the invariants no more is used than what numbers mean.

    Without the products of the caps both solvers answer many times sooner.
    """

    def written(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        pools = {"all ENIs": now.node.pool, "the ENI": now.eni.pool, "the other ENIs": now.others}
        claim = text(k, now)
        return Claim(
            {
                **MODE.holds(k, now.parameters),
                **sane(k, now.parameters, capped=MODE.capped),
                "the primary ENI is attached": k.ge(now.node.enis, 1),
                ENI_CAP: k.le(now.eni.pool.cidrs, now.targets.slots),
                **{
                    f"of {whose}: {name}": value
                    for whose, pool in pools.items()
                    for name, value in in_order(k, pool, MODE.block).items()
                },
                **claim.premises,
            },
            claim.conclusions,
        )

    return obligation(name, MODE, written)


class OfStep(Protocol):
    """What is so of a step, or after it."""

    def __call__(self, k: Logic[I, B], now: Moment[I, B], taken: Step[I, B], /) -> dict[str, B]:
        """By a short description."""


def goal(k: Logic[I, B], parameters: Parameters[I, B], node: Node[I]) -> I:
    """w = max(A + Wi, m): the addresses the pool heads for while no pod comes or goes."""
    targets = parameters.targets
    return k.max(node.pool.assigned + targets.warm_ip, targets.minimum)


def rank(k: Logic[I, B], parameters: Parameters[I, B], node: Node[I]) -> I:
    """2 |T - w| + n."""
    away = node.pool.cidrs - goal(k, parameters, node)
    return k.max(away, 0 - away) * 2 + node.enis


def rank_of_surplus(k: Logic[I, B], parameters: Parameters[I, B], node: Node[I]) -> I:
    """n, and 1 more while T > w."""
    above = k.gt(node.pool.cidrs, goal(k, parameters, node))
    return k.ite(above, node.enis + 1, node.enis)


def _taken(k: Logic[I, B], kind: Kind, now: Moment[I, B]) -> tuple[Step[I, B], dict[str, B]]:
    taken = step(k, kind, now)
    return taken, {**taken.guard, **taken.sums}


SURPLUS_OVER_WARM_ONLY: Final = wrong(
    "surplus forgets MINIMUM_IP_TARGET", warm_pool.surplus, wrong_rules.surplus_over_warm_only
)
ENI_IS_NEEDED: Final = wrong(
    "the other ENIs need not keep Wi", shrink.keeps_warm, wrong_rules.keeps_nothing
)


def _guard(k: Logic[I, B], now: Moment[I, B], taken: Step[I, B]) -> dict[str, B]:
    del k, now
    return taken.guard


def _leaves_enough(k: Logic[I, B], now: Moment[I, B], taken: Step[I, B]) -> dict[str, B]:
    """What `DELETED` says of the ENI that goes."""
    del taken
    return dispensable(k, now)


def _approaches(k: Logic[I, B], now: Moment[I, B], taken: Step[I, B]) -> dict[str, B]:
    before, after = now.node.pool.cidrs, taken.node.pool.cidrs
    return {
        ADDED: k.gt(after, before),
        NOT_PASSED: k.le(after, goal(k, now.parameters, taken.node)),
    }


def _grown(kind: Kind) -> Obligation:
    def text(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        taken, premises = _taken(k, kind, now)
        owned, wanted = taken.node.pool.cidrs, goal(k, now.parameters, taken.node)
        full = k.eq(taken.eni.pool.cidrs, now.targets.slots)
        return Claim(
            premises,
            {
                "the goal is reached or the ENI is full": k.any(k.eq(owned, wanted), full),
                **_approaches(k, now, taken),
            },
        )

    return _of_any_pool(kind.value, text)


def _extended_by_one(k: Logic[I, B], wanted: I, free: I) -> I:
    return k.min(k.min(free, wanted), 1)


def _no_shrinking_while_low(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    return Claim(
        {"the pool is low": unmet(k, now)},
        {
            "nothing is released": k.le(decisions.released(k, now.targets, now.node.pool), 0),
            "the ENI is not freed": k.no(enabled(k, Kind.FREE, now)),
        },
    )


GROWS: Final = Theorem(
    name="warm_ip_grows_in_k_steps",
    statement=(
        "Under a warm IP target growth ends after at most K steps without pod events: each fills "
        "its ENI or reaches max(A + Wi, m) addresses; meanwhile nothing is released or deleted."
    ),
    rules=("R79", "R87", "R98", "R101", "R107"),
    obligations=(
        *(_grown(kind) for kind in GROWTH),
        _of_any_pool("no shrinking", _no_shrinking_while_low),
    ),
    mutants=(
        wrong("a new ENI with one address", growth.new_eni_size, wrong_rules.new_eni_with_one),
        wrong("extended by one address", growth.extension_size, _extended_by_one),
        SURPLUS_OVER_WARM_ONLY,
        ENI_IS_NEEDED,
    ),
    lemmas=(INVARIANT,),
    paper="an ENI that is full stays so while nothing is released, and there are at most K ENIs",
    properties=("P-M2", "P-L1"),
    tier=Tier.FULL,
)


def _surplus_goes(kind: Kind) -> Obligation:
    def text(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        taken, premises = _taken(k, kind, now)
        before = rank_of_surplus(k, now.parameters, now.node)
        after = taken.node
        return Claim(
            {NOT_LOW: k.ge(now.node.pool.cidrs, goal(k, now.parameters, now.node)), **premises},
            {
                "the rank falls": k.lt(rank_of_surplus(k, now.parameters, after), before),
                "the pool still owns it": k.ge(after.pool.cidrs, goal(k, now.parameters, after)),
            },
        )

    return _of_any_pool(kind.value, text)


def _no_growth(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    return Claim(
        {NOT_LOW: k.ge(now.node.pool.cidrs, goal(k, now.parameters, now.node))},
        {
            "the ENI is not extended": k.no(enabled(k, Kind.EXTEND, now)),
            "no ENI comes": k.no(enabled(k, Kind.ATTACH, now)),
        },
    )


SURPLUS_GOES: Final = Theorem(
    name="warm_ip_surplus_goes_in_n_steps",
    statement=(
        "Under a warm IP target, once a node with n ENIs owns max(A + Wi, m) addresses or more, it "
        "is at rest after at most n steps without pod events, one release and n - 1 deletions."
    ),
    rules=("R79", "R88", "R131", "R133", "R136", "R138"),
    obligations=(
        _of_any_pool("no growth", _no_growth),
        *(_surplus_goes(kind) for kind in (Kind.RELEASE, Kind.FREE)),
    ),
    mutants=(
        wrong("missing is the sum of the two", warm_pool.missing, wrong_rules.missing_is_the_sum),
        SURPLUS_OVER_WARM_ONLY,
        ENI_IS_NEEDED,
        without(NOT_LOW),
    ),
    lemmas=(INVARIANT,),
    paper=DESCENT,
    properties=("P-L1", "P-L4"),
    tier=Tier.FULL,
)


def _lower(kind: Kind, known: OfStep) -> Obligation:
    """The rank falls by the step, of which so much is known."""

    def text(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        taken = step(k, kind, now)
        before, after = (rank(k, now.parameters, each) for each in (now.node, taken.node))
        return Claim(known(k, now, taken), {"the rank falls": k.lt(after, before)})

    return _of_any_pool(kind.value, text)


def _rank_is_positive(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    return Claim({}, {"the rank is at least 1": k.ge(rank(k, now.parameters, now.node), 1)})


CONVERGES: Final = Theorem(
    name="warm_ip_converges",
    statement=(
        "Under any warm IP target, with A pods that neither come nor go, a node with T addresses "
        "on n ENIs takes at most 2 |T - max(A + Wi, m)| + n - 1 more steps: no setting flaps."
    ),
    rules=("R79", "R87", "R88", "R98", "R107", "R131", "R133", "R136", "R138"),
    obligations=(
        _of_any_pool("least rank", _rank_is_positive),
        *(_lower(kind, _approaches) for kind in GROWTH),
        _lower(Kind.RELEASE, _guard),
        _lower(Kind.FREE, _leaves_enough),
    ),
    mutants=(
        wrong("a new ENI with all its slots", growth.new_eni_size, wrong_rules.new_eni_full),
        wrong("extended by what is wanted", growth.extension_size, wrong_rules.extended_by_all),
        SURPLUS_OVER_WARM_ONLY,
        ENI_IS_NEEDED,
        without(ADDED),
        without("m addresses stay"),
    ),
    lemmas=(INVARIANT, GROWS, DELETED),
    paper=DESCENT,
    properties=("P-L1", "P-L2"),
    tier=Tier.FULL,
)


def _nothing_over(k: Logic[I, B], now: Moment[I, B], taken: Step[I, B]) -> dict[str, B]:
    over = decisions.released(k, now.targets, taken.node.pool)
    return {"nothing is surplus": k.le(over, 0)}


def _nothing_missing(k: Logic[I, B], now: Moment[I, B], taken: Step[I, B]) -> dict[str, B]:
    targets, pool = now.targets, taken.node.pool
    return {
        "nothing is missing": k.no(decisions.target_unmet(k, targets, pool)),
        "Wi addresses are available": k.ge(pool.cidrs - pool.assigned, targets.warm_ip),
        "m addresses are owned": k.ge(pool.cidrs, targets.minimum),
    }


def _settled(k: Logic[I, B], now: Moment[I, B], taken: Step[I, B]) -> dict[str, B]:
    wanted = goal(k, now.parameters, taken.node)
    return {
        **_nothing_over(k, now, taken),
        **_nothing_missing(k, now, taken),
        "just the goal is owned": k.eq(taken.node.pool.cidrs, wanted),
    }


def _not_undone(kind: Kind, after: OfStep) -> Obligation:
    def text(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        taken, premises = _taken(k, kind, now)
        return Claim(premises, after(k, now, taken))

    return _of_any_pool(kind.value, text)


STABLE: Final = Theorem(
    name="warm_ip_steps_are_not_undone",
    statement=(
        "Under a warm IP target growth leaves nothing to release, a release leaves nothing missing "
        "and nothing surplus, and the deletion of an ENI leaves nothing missing."
    ),
    rules=("R87", "R88", "R98", "R107", "R136", "R138"),
    obligations=(
        *(_not_undone(kind, _nothing_over) for kind in GROWTH),
        _not_undone(Kind.RELEASE, _settled),
        _not_undone(Kind.FREE, _nothing_missing),
    ),
    mutants=(
        SURPLUS_OVER_WARM_ONLY,
        SURPLUS_ABOVE_BOTH,
        ENI_IS_NEEDED,
        wrong("a new ENI with all its slots", growth.new_eni_size, wrong_rules.new_eni_full),
    ),
    lemmas=(INVARIANT,),
    properties=("P-L2", "I7"),
)
