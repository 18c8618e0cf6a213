"""Nodes in prefix mode under WARM_IP_TARGET or MINIMUM_IP_TARGET.

Wi = WARM_IP_TARGET, m = MINIMUM_IP_TARGET, Wp = WARM_PREFIX_TARGET; K, Q, P, X and N as in
`prefix`. With p pods the targets ask for

    needed(p) = max(ceil((p + Wi) / 16), ceil(m / 16)) prefixes,

so the node never owns more than needed(P), nor than ceil(m / 16) if Wi is 0. Half-empty prefixes
are not given back: at rest with p pods it has x prefixes,

    Xp <= x <= Xs,  Xp = min(K Q, needed(p)),  Xs = max(Xp, min(p, X)),

on at most n(x) ENIs: an ENI without prefixes is given back if the others keep what R136 asks for,
which is Wi and m rounded up to whole prefixes, and Wp prefixes without pods, though Wp governs
nothing here:

    n(x) = min(N, 1 + x)  if 16 x - p >= 16 ceil(Wi / 16), x >= ceil(m / 16), and F >= Wp if Wp > 0,
    n(x) = N              otherwise.
"""

from typing import Final

from ipam_model.arithmetic import B, I, Logic
from ipam_model.counting import decisions
from ipam_model.counting.decisions import Pool
from ipam_model.rules import shrink, warm_pool
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
from ipam_model.theorems.theorem import Claim, Theorem, Tier, without, wrong


def governed_by_warm_ip(k: Logic[I, B], parameters: Parameters[I, B]) -> dict[str, B]:
    """Prefix mode with Wi or m set."""
    targets = parameters.targets
    return {
        "prefix mode": targets.prefix_mode,
        "a warm IP target governs": decisions.warm_ip_governs(k, targets),
    }


def needed(k: Logic[I, B], parameters: Parameters[I, B], pods: I) -> I:
    """Prefixes that the targets ask for with so many pods."""
    targets = parameters.targets
    return k.ceil_div(k.max(pods + targets.warm_ip, targets.minimum), targets.block)


def most(k: Logic[I, B], parameters: Parameters[I, B]) -> I:
    """The most prefixes that the targets ever ask for.

    With max pods C nothing grows unless fewer than C addresses are owned, so by fewer than C pods.
    """
    targets, block = parameters.targets, parameters.targets.block
    pods, limit = parameters.peak, parameters.max_pods
    if limit is not None:
        pods = k.min(pods, limit - 1)
    only_minimum = k.eq(targets.warm_ip, 0)
    asked = k.ite(only_minimum, targets.minimum, k.max(pods + targets.warm_ip, targets.minimum))
    return k.ceil_div(asked if limit is None else k.ite(k.eq(limit, 0), 0, asked), block)


def _short(k: Logic[I, B], parameters: Parameters[I, B], pool: Pool[I]) -> I:
    return decisions.short(k, parameters.targets, pool)


def _lacks(k: Logic[I, B], parameters: Parameters[I, B], pool: Pool[I]) -> I:
    return needed(k, parameters, pool.assigned) - pool.cidrs


def fewest_at_rest(k: Logic[I, B], parameters: Parameters[I, B], pods: I) -> I:
    """Xp."""
    targets = parameters.targets
    return k.min(targets.max_enis * targets.slots, needed(k, parameters, pods))


def most_at_rest(k: Logic[I, B], each: Family, parameters: Parameters[I, B], pods: I) -> I:
    """Xs."""
    pinned = k.min(pods, each.most_owned(k, parameters))
    return k.max(fewest_at_rest(k, parameters, pods), pinned)


WANTED_OR_PINNED: Final = "the targets ask for the prefixes, or each has a pod"


def _wanted_or_pinned(k: Logic[I, B], now: Moment[I, B]) -> B:
    pool = now.node.pool
    wanted = k.le(pool.cidrs, needed(k, now.parameters, pool.assigned))
    return k.any(wanted, k.le(pool.cidrs, pool.assigned))


def keeps_enough(k: Logic[I, B], now: Moment[I, B]) -> B:
    """The prefixes suffice, in the sense of R136, without any ENI that has none."""
    targets, pool, block = now.targets, now.node.pool, now.targets.block
    idle = pool.cidrs * block - pool.assigned
    return k.all(
        k.ge(idle, k.ceil_div(targets.warm_ip, block) * block),
        k.ge(pool.cidrs, k.ceil_div(targets.minimum, block)),
        k.ge(pool.free_cidrs, targets.warm_prefix),
    )


def enis_at_rest(k: Logic[I, B], each: Family, now: Moment[I, B]) -> I:
    """n(x)."""
    attached = each.most_attached(k, now.parameters)
    return k.ite(keeps_enough(k, now), k.min(attached, now.node.pool.cidrs + 1), attached)


def _invariant(each: Family, tier: Tier) -> Theorem:
    return invariant(
        each,
        rules=("R87", "R88", "R93", "R133", "R136"),
        mutants=(
            wrong(
                "one prefix more is short", warm_pool.short_prefixes, wrong_rules.short_by_one_more
            ),
        ),
        tier=tier,
    )


def _prefixes_at_rest(each: Family, bounded: Theorem) -> Theorem:
    capped = each.mode.capped

    def fewest(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        pool = now.node.pool
        enough = k.ge(pool.cidrs, fewest_at_rest(k, now.parameters, pool.assigned))
        return Claim(at_rest(k, now), {"at least Xp": or_no_more_may_come(k, now, enough)})

    def wanted_or_pinned(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        return Claim(at_rest(k, now), {WANTED_OR_PINNED: _wanted_or_pinned(k, now)})

    def many(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        pool, parameters = now.node.pool, now.parameters
        return Claim(
            {
                **each.limits(k, parameters),
                **in_order(k, pool, now.targets.block),
                WANTED_OR_PINNED: _wanted_or_pinned(k, now),
                WITHIN_BOUND: k.le(pool.cidrs, each.most_owned(k, parameters)),
            },
            {"at most Xs": k.le(pool.cidrs, most_at_rest(k, each, parameters, pool.assigned))},
        )

    unless = ", or as many as have C addresses" if capped else ""
    return Theorem(
        name=f"{each.name}_prefixes_at_rest",
        statement=(
            f"{each.words}, a node at rest with p pods has from Xp = min(K Q, max(ceil((p + Wi) / "
            f"{each.mode.block}), ceil(m / {each.mode.block}))){unless} to Xs = max(Xp, min(p, X)) "
            "prefixes."
        ),
        rules=("R79", "R87", "R88", "R93", "R131", "R138"),
        obligations=(
            consequence("at least Xp", each.invariants, fewest),
            consequence(WANTED_OR_PINNED, each.invariants, wanted_or_pinned),
            obligation("at most Xs", each.mode, many),
        ),
        mutants=(
            wrong(
                "short is rounded down", warm_pool.short_prefixes, wrong_rules.short_rounded_down
            ),
            wrong(
                "one prefix more is kept", warm_pool.over_prefixes, wrong_rules.over_with_reserve
            ),
            without(NONE_COMES),
            without(FULL_WHERE_LOW),
            without(NOTHING_RELEASED),
            without(WANTED_OR_PINNED),
            without(WITHIN_BOUND),
        ),
        lemmas=(bounded, RELEASABLE),
        properties=("P-L4",),
        tier=Tier.FULL,
    )


def _reserved_at_rest(each: Family, prefixes: Theorem, holds: Theorem) -> Theorem:
    def held_by_each(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        return Claim(
            {**at_rest(k, now), "the node keeps enough": keeps_enough(k, now)},
            {HOLDS: holds_a_cidr(k, now.parameters, now.eni, now.choices.primary)},
        )

    def enis(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        node, parameters = now.node, now.parameters
        enough = keeps_enough(k, now)
        return Claim(
            {
                **each.limits(k, parameters),
                **in_order(k, node.pool, now.targets.block),
                WITHIN_BOUND: k.le(node.enis, each.most_attached(k, parameters)),
                AT_MOST_ONE_MORE: k.any(k.no(enough), at_most_one_more(k, parameters, node)),
            },
            {"ENIs": k.le(node.enis, enis_at_rest(k, each, now))},
        )

    block = each.mode.block
    return Theorem(
        name=f"{each.name}_reserved_at_rest",
        statement=(
            f"{each.words}, a node at rest with p pods and x prefixes, F of them without pods, "
            f"reserves at most {block} x + n(x) addresses, n(x) = min(N, 1 + x) if {block} x - p "
            ">= "
            f"{block} ceil(Wi / {block}), x >= ceil(m / {block}) and F >= Wp, else N = max(1, "
            "ceil(X / Q))."
        ),
        rules=("R133", "R136"),
        obligations=(
            consequence(
                "every ENI but the primary one holds a prefix", each.invariants, held_by_each
            ),
            obligation("ENIs", each.mode, enis),
        ),
        mutants=(
            wrong("a prefix more must stay", shrink.in_whole_prefixes, wrong_rules.one_prefix_more),
            wrong(
                "a free prefix more must stay", shrink.keeps_free_cidrs, wrong_rules.keeps_one_more
            ),
            without(NONE_GOES),
            without("the node keeps enough"),
            without(AT_MOST_ONE_MORE),
            without(WITHIN_BOUND),
        ),
        lemmas=(prefixes, holds),
        tier=Tier.FULL,
    )


def _reserved(each: Family, proved: Theorem) -> Theorem:
    """The bound on what is ever reserved."""
    block = each.mode.block
    pods = "min(P, C - 1)" if each.mode.capped else "P"
    bound = (
        f"min(K Q, ceil(max({pods} + Wi, m) / {block})), or min(K Q, ceil(m / {block})) if Wi = 0"
    )
    if each.mode.capped:
        bound += ", or 0 if C = 0"
    return reserved(each, proved, bound)


def floor(k: Logic[I, B], parameters: Parameters[I, B]) -> I:
    """Prefixes that the node keeps without pods."""
    return fewest_at_rest(k, parameters, 0 * parameters.peak)


def noted_at_rest(k: Logic[I, B], each: Family, parameters: Parameters[I, B], pods: I) -> I:
    """What would be reserved at most if R136 did not round up to whole prefixes: refuted."""
    prefixes = most_at_rest(k, each, parameters, pods)
    attached = k.min(each.most_attached(k, parameters), prefixes + 1)
    return prefixes * parameters.targets.block + attached


def _many_max_pods(k: Logic[I, B], now: Moment[I, B], limit: int) -> dict[str, B]:
    max_pods = now.parameters.max_pods
    return {} if max_pods is None else {"max pods do not matter": k.eq(max_pods, limit)}


def _rounding_matters(each: Family, proved: Theorem) -> Theorem:
    def text(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        targets, node, own, block = now.targets, now.node, now.eni.pool, now.targets.block
        primary = now.choices.primary
        reserved_now = node.pool.cidrs * block + node.enis
        noted = noted_at_rest(k, each, now.parameters, node.pool.assigned)
        return Claim(
            {
                **governed_by_warm_ip(k, now.parameters),
                "3 ENIs of 1 prefix": k.all(k.eq(targets.max_enis, 3), k.eq(targets.slots, 1)),
                "Wi is one less than a prefix": k.eq(targets.warm_ip, block - 1),
                "m and Wp are 0": k.all(k.eq(targets.minimum, 0), k.eq(targets.warm_prefix, 0)),
                "pods filled the node before": k.eq(now.parameters.peak, 3 * block),
                **_many_max_pods(k, now, 4 * block),
                "one pod is left": k.eq(node.pool.assigned, 1),
                "it is on the only prefix": k.all(
                    k.eq(node.enis, 3), k.eq(node.pool.cidrs, 1), k.eq(node.pool.free_cidrs, 0)
                ),
                "the ENI has all or nothing": k.choose(
                    primary,
                    k.all(k.eq(own.cidrs, 1), k.eq(own.assigned, 1), k.eq(own.free_cidrs, 0)),
                    k.all(k.eq(own.cidrs, 0), k.eq(own.assigned, 0), k.eq(own.free_cidrs, 0)),
                ),
            },
            {
                **at_rest(k, now),
                "it reserves more than without rounding up": k.eq(reserved_now, noted + 1),
            },
        )

    block = each.mode.block
    return Theorem(
        name=f"{each.name}_rounding_keeps_empty_enis",
        statement=(
            f"{each.words}, Wi = {block - 1}, K = 3 and Q = 1, three ENIs with one prefix and "
            "one pod "
            f"between them are at rest: {block + 3} addresses, though the others of an empty ENI "
            "keep "
            "Wi available, because R136 rounds Wi up to a whole prefix."
        ),
        rules=("R136",),
        obligations=(obligation("", each.mode, text),),
        mutants=(
            wrong("targets are not rounded up", shrink.in_whole_prefixes, wrong_rules.not_rounded),
            without("Wi is one less than a prefix"),
            without("one pod is left"),
        ),
        lemmas=(proved,),
        tier=Tier.FULL,
    )


def theorems(
    block: int = BLOCK, *, capped: bool = False, tier: Tier = Tier.FAST
) -> tuple[Theorem, ...]:
    """Everything proved of these nodes, with prefixes of `block` addresses."""
    each = family(
        "prefix_warm_ip",
        "In prefix mode under WARM_IP_TARGET or MINIMUM_IP_TARGET",
        governed_by_warm_ip,
        most,
        block=block,
        capped=capped,
    )
    proved = _invariant(each, tier)
    bounded = _reserved(each, proved)
    prefixes = _prefixes_at_rest(each, bounded)
    keeps = wrong("the others need not keep Wi", shrink.keeps_warm, wrong_rules.keeps_nothing)
    short = wrong(
        "one prefix more is short", warm_pool.short_prefixes, wrong_rules.short_by_one_more
    )
    over = wrong(
        "over forgets the minimum", warm_pool.over_prefixes, wrong_rules.over_for_warm_only
    )
    return (
        proved,
        requests(each, proved, _lacks, short),
        bounded,
        deleted(each, proved),
        prefixes,
        _reserved_at_rest(each, prefixes, held(block)),
        target_is_met(each, proved, target="Wi available addresses and m in all", rules=("R93",)),
        drain_floor(
            each,
            proved,
            floor,
            floor_words=f"min(K Q, max(ceil(Wi / {block}), ceil(m / {block})))",
            rules=("R93",),
            mutants=(
                wrong(
                    "one prefix more is kept",
                    warm_pool.over_prefixes,
                    wrong_rules.over_with_reserve,
                ),
                wrong(
                    "short rounded down", warm_pool.short_prefixes, wrong_rules.short_rounded_down
                ),
            ),
        ),
        comes_to_rest(
            each,
            proved,
            _short,
            lacking_words="the prefixes that are short",
            rules=("R87", "R93", "R136"),
            mutants=(keeps, short),
        ),
        growth_and_release(
            each,
            proved,
            rules=("R87", "R88", "R93", "R136"),
            mutants=(over, keeps, short),
        ),
        _rounding_matters(each, proved),
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
    ROUNDING_KEEPS_EMPTY_ENIS,
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
    ROUNDING_KEEPS_EMPTY_ENIS_MAX_PODS,
) = theorems(capped=True, tier=Tier.FULL)
