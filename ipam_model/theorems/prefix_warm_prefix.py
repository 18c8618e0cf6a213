"""Nodes in prefix mode under WARM_PREFIX_TARGET alone (Wp, also 0).

K, Q, P, X and N as in `prefix`; F prefixes have no pod, the other U have one at least, V addresses
are available. The pool grows while V < 16 Wp, to Wp prefixes without pods. So it never owns more
than U + Wp, where each of the U holds a pod; and since 16 U + 16 F < p + 16 Wp before growth with p
pods, not more than ceil(P / 16) + 2 Wp - 1:

    most = min(P + Wp, ceil(P / 16) + 2 Wp - 1),  or  floor(P / 16) + 1 if Wp = 0.

The first counts prefixes that a single pod pins, the second half-empty prefixes: their free
addresses are as many as the target asks for, but one, and Wp more prefixes come.

At rest with p pods a node has min(K Q, ceil(p / 16) + Wp) prefixes at least, and at most
min(X, p + Wp). An ENI without prefixes is given back only if Wp others have no pod (R136), which
is sure only for the most.

Where Wp = 0 lets the pool rest, and where it does not: `prefix_warm_prefix_zero`.
"""

from typing import Final

from ipam_model.arithmetic import B, I, Logic
from ipam_model.counting import decisions
from ipam_model.counting.decisions import Pool
from ipam_model.rules import growth, shrink
from ipam_model.rules.capacity import BLOCK
from ipam_model.theorems import wrong_rules
from ipam_model.theorems.at_rest import (
    AT_MOST_ONE_MORE,
    FULL_WHERE_LOW,
    HOLDS,
    NONE_COMES,
    NONE_GOES,
    NOTHING_RELEASED,
    RELEASABLE,
    at_most_one_more,
    at_rest,
    holds_a_cidr,
)
from ipam_model.theorems.induction import consequence
from ipam_model.theorems.machine import Moment, Parameters, in_order
from ipam_model.theorems.moments import obligation
from ipam_model.theorems.prefix import (
    WITHIN_BOUND,
    Family,
    deleted,
    family,
    held,
    invariant,
    requests,
    reserved,
)
from ipam_model.theorems.prefix_rest import drain_floor, or_no_more_may_come, target_is_met
from ipam_model.theorems.prefix_settling import comes_to_rest, growth_and_release
from ipam_model.theorems.prefix_warm_prefix_zero import zero_flaps, zero_rests_elsewhere
from ipam_model.theorems.theorem import Claim, Theorem, Tier, without, wrong

TARGET: Final = "WARM_PREFIX_TARGET is not 0"


def governed_by_warm_prefix(k: Logic[I, B], parameters: Parameters[I, B]) -> dict[str, B]:
    """Prefix mode with neither Wi nor m set."""
    targets = parameters.targets
    return {
        "prefix mode": targets.prefix_mode,
        "no warm IP target governs": k.no(decisions.warm_ip_governs(k, targets)),
    }


def most(k: Logic[I, B], parameters: Parameters[I, B]) -> I:
    """The most prefixes that pods and target ever ask for.

    With max pods C nothing grows unless fewer than C addresses are owned, so by one step of growth,
    of max(Wp, 1) prefixes at most, the node goes beyond the ceil(C / 16) - 1 that it has before.
    """
    targets, pods, block = parameters.targets, parameters.peak, parameters.targets.block
    warm, limit = targets.warm_prefix, parameters.max_pods
    half_empty = k.ceil_div(pods, block) + 2 * warm - 1
    asked = k.ite(k.eq(warm, 0), k.floor_div(pods, block) + 1, k.min(pods + warm, half_empty))
    if limit is None:
        return asked
    one_step = k.ceil_div(limit, block) - 1 + k.max(warm, 1)
    return k.ite(k.eq(limit, 0), 0 * limit, k.min(asked, one_step))


def _lacking(k: Logic[I, B], parameters: Parameters[I, B], pool: Pool[I]) -> I:
    return k.max(parameters.targets.warm_prefix - pool.free_cidrs, 0)


def _lacking_or_one(k: Logic[I, B], parameters: Parameters[I, B], pool: Pool[I]) -> I:
    """R108 asks for one prefix at least, also where none of the target is lacking (Wp = 0)."""
    return k.max(_lacking(k, parameters, pool), 1)


def _target(k: Logic[I, B], now: Moment[I, B]) -> dict[str, B]:
    return {TARGET: k.ge(now.targets.warm_prefix, 1)}


def fewest_at_rest(k: Logic[I, B], parameters: Parameters[I, B], pods: I) -> I:
    """The fewest prefixes at rest with so many pods, max pods apart."""
    targets = parameters.targets
    asked = k.ite(
        k.eq(targets.warm_prefix, 0),
        k.floor_div(pods, targets.block) + 1,
        k.ceil_div(pods, targets.block) + targets.warm_prefix,
    )
    return k.min(targets.max_enis * targets.slots, asked)


def most_at_rest(k: Logic[I, B], each: Family, parameters: Parameters[I, B], pods: I) -> I:
    """The most prefixes at rest with so many pods."""
    return k.min(each.most_owned(k, parameters), pods + parameters.targets.warm_prefix)


def enis_at_rest(k: Logic[I, B], each: Family, parameters: Parameters[I, B], pods: I, held: I) -> I:
    """The most ENIs at rest with so many pods and prefixes."""
    attached = each.most_attached(k, parameters)
    all_warm = k.ge(held, pods + parameters.targets.warm_prefix)
    return k.ite(all_warm, k.min(attached, held + 1), attached)


def _invariant(each: Family, tier: Tier) -> Theorem:
    return invariant(
        each,
        rules=("R131", "R133", "R136"),
        mutants=(
            wrong(
                "one prefix more is needed", growth.prefixes_needed, wrong_rules.needed_and_one_more
            ),
            wrong("low with Wp and one more", growth.target_unmet, wrong_rules.unmet_one_early),
        ),
        tier=tier,
    )


def _prefixes_at_rest(each: Family, bounded: Theorem) -> Theorem:
    def fewest(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        pool = now.node.pool
        enough = k.ge(pool.cidrs, fewest_at_rest(k, now.parameters, pool.assigned))
        return Claim(at_rest(k, now), {"not fewer": or_no_more_may_come(k, now, enough)})

    def many(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        pool, warm = now.node.pool, now.targets.warm_prefix
        return Claim(
            at_rest(k, now),
            {
                "not more": k.le(pool.cidrs, pool.assigned + warm),
                "at most Wp have no pod": k.le(pool.free_cidrs, warm),
            },
        )

    block = each.mode.block
    unless = ", or as many as have C addresses," if each.mode.capped else ""
    return Theorem(
        name=f"{each.name}_prefixes_at_rest",
        statement=(
            f"{each.words}, a node at rest with p pods has at least min(K Q, ceil(p / {block}) + "
            "Wp) "
            f"prefixes{unless} (floor(p / {block}) + 1 if Wp = 0), and at most min(X, p + Wp), "
            "at most "
            "Wp of them without pods."
        ),
        rules=("R79", "R81", "R131", "R138"),
        obligations=(
            consequence("not fewer", each.invariants, fewest),
            consequence("not more", each.invariants, many),
        ),
        mutants=(
            wrong("high one prefix late", shrink.too_high, wrong_rules.high_one_late),
            wrong(
                "low only where nothing is available",
                growth.target_unmet,
                wrong_rules.unmet_when_nothing_is_available,
            ),
            without(NONE_COMES),
            without(FULL_WHERE_LOW),
            without(NOTHING_RELEASED),
        ),
        lemmas=(bounded, RELEASABLE),
        properties=("P-L4",),
        tier=Tier.FULL,
    )


def _reserved_at_rest(each: Family, prefixes: Theorem, holds: Theorem) -> Theorem:
    def enough(k: Logic[I, B], now: Moment[I, B]) -> B:
        return k.ge(now.node.pool.free_cidrs, now.targets.warm_prefix)

    def held_by_each(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        return Claim(
            {**at_rest(k, now), "Wp prefixes have no pod": enough(k, now)},
            {HOLDS: holds_a_cidr(k, now.parameters, now.eni, now.choices.primary)},
        )

    def enis(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        node, pool, parameters = now.node, now.node.pool, now.parameters
        one_more = at_most_one_more(k, parameters, node)
        bound = enis_at_rest(k, each, parameters, pool.assigned, pool.cidrs)
        return Claim(
            {
                **each.limits(k, parameters),
                **in_order(k, pool, now.targets.block),
                WITHIN_BOUND: k.le(node.enis, each.most_attached(k, parameters)),
                AT_MOST_ONE_MORE: k.any(k.no(enough(k, now)), one_more),
            },
            {"ENIs": k.le(node.enis, bound)},
        )

    block = each.mode.block
    return Theorem(
        name=f"{each.name}_reserved_at_rest",
        statement=(
            f"{each.words}, a node at rest with p pods and x prefixes reserves at most {block} x + "
            "n(x) addresses, n(x) = min(N, 1 + x) if x = p + Wp, else N = max(1, ceil(X / Q))."
        ),
        rules=("R133", "R136"),
        obligations=(
            consequence(
                "every ENI but the primary one holds a prefix", each.invariants, held_by_each
            ),
            obligation("ENIs", each.mode, enis),
        ),
        mutants=(
            wrong(
                "a free prefix more must stay", shrink.keeps_free_cidrs, wrong_rules.keeps_one_more
            ),
            without(NONE_GOES),
            without("Wp prefixes have no pod"),
            without(AT_MOST_ONE_MORE),
            without(WITHIN_BOUND),
        ),
        lemmas=(prefixes, holds),
        tier=Tier.FULL,
    )


def floor(k: Logic[I, B], parameters: Parameters[I, B]) -> I:
    """Prefixes that the node keeps without pods."""
    targets = parameters.targets
    return k.min(targets.max_enis * targets.slots, targets.warm_prefix)


def theorems(
    block: int = BLOCK, *, capped: bool = False, tier: Tier = Tier.FAST
) -> tuple[Theorem, ...]:
    """Everything proved of these nodes, with prefixes of `block` addresses."""
    each = family(
        "prefix_warm_prefix",
        "In prefix mode under WARM_PREFIX_TARGET alone",
        governed_by_warm_prefix,
        most,
        block=block,
        capped=capped,
    )
    proved = _invariant(each, tier)
    bound = (
        f"min(K Q, P + Wp, ceil(P / {block}) + 2 Wp - 1), or min(K Q, floor(P / {block}) + 1) if "
        "Wp = 0"
    )
    if capped:
        bound += f", and no more than ceil(C / {block}) - 1 + max(Wp, 1), or 0 if C = 0"
    bounded, holds = reserved(each, proved, bound), held(block)
    prefixes = _prefixes_at_rest(each, bounded)
    needed = wrong(
        "one prefix more is needed", growth.prefixes_needed, wrong_rules.needed_and_one_more
    )
    keeps = wrong("Wp need not stay", shrink.keeps_free_cidrs, wrong_rules.keeps_anything)
    return (
        proved,
        requests(each, proved, _lacking_or_one, needed, or_one=True),
        bounded,
        deleted(each, proved),
        prefixes,
        _reserved_at_rest(each, prefixes, holds),
        target_is_met(
            each,
            proved,
            target=f"{block} Wp available addresses, and one at least",
            rules=("R81",),
        ),
        drain_floor(
            each,
            proved,
            floor,
            floor_words="min(K Q, Wp)",
            rules=(),
            mutants=(
                wrong("high one prefix late", shrink.too_high, wrong_rules.high_one_late),
                without(FULL_WHERE_LOW),
            ),
        ),
        comes_to_rest(
            each,
            proved,
            _lacking,
            lacking_words="the prefixes without pods that are lacking",
            rules=("R83", "R108", "R136"),
            mutants=(keeps, without(TARGET)),
            assumed=_target,
            where=", with Wp >= 1",
        ),
        growth_and_release(
            each,
            proved,
            rules=("R83", "R108", "R136"),
            mutants=(
                needed,
                keeps,
                wrong(
                    "one more is released", shrink.release_size, wrong_rules.released_one_too_many
                ),
                without(TARGET),
            ),
            assumed=_target,
            where=", with Wp >= 1",
        ),
        zero_flaps(each, proved),
        zero_rests_elsewhere(each, proved),
    )


(
    INVARIANT,
    REQUESTS,
    RESERVED,
    NOTHING_WITH_PODS_GOES,
    PREFIXES_AT_REST,
    RESERVED_AT_REST,
    TARGET_IS_MET,
    DRAIN_FLOOR,
    COMES_TO_REST,
    GROWTH_AND_RELEASE,
    ZERO_FLAPS,
    ZERO_RESTS_ELSEWHERE,
) = theorems()
(
    INVARIANT_MAX_PODS,
    REQUESTS_MAX_PODS,
    RESERVED_MAX_PODS,
    NOTHING_WITH_PODS_GOES_MAX_PODS,
    PREFIXES_AT_REST_MAX_PODS,
    RESERVED_AT_REST_MAX_PODS,
    TARGET_IS_MET_MAX_PODS,
    DRAIN_FLOOR_MAX_PODS,
    COMES_TO_REST_MAX_PODS,
    GROWTH_AND_RELEASE_MAX_PODS,
    ZERO_FLAPS_MAX_PODS,
    ZERO_RESTS_ELSEWHERE_MAX_PODS,
) = theorems(capped=True, tier=Tier.FULL)
