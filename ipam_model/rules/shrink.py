"""Is the pool too high, what is released, and which ENI may go (R131-R138)."""

from ipam_model.arithmetic import B, I, Logic, positive
from ipam_model.catalogue import part_of, rule


@rule(
    "R131",
    "The pool is too high if over > 0 under a warm IP target, or, in prefix mode, if more than Wp "
    "prefixes carry no pod; without either it never is.",
    source="ipamd:2659-2677",
)
def too_high(
    k: Logic[I, B], warm_ip: B, over: I, prefix_mode: B, free_prefixes: I, warm_prefix: I
) -> B:
    """tooHigh."""
    return k.choose(warm_ip, k.gt(over, 0), k.all(prefix_mode, k.gt(free_prefixes, warm_prefix)))


@part_of("R138")
def release_size(
    k: Logic[I, B], warm_ip: B, over: I, prefix_mode: B, free_prefixes: I, warm_prefix: I
) -> I:
    """CIDRs to release: over, or the prefixes above Wp, or nothing (R138)."""
    above_target = positive(k, free_prefixes - warm_prefix)
    return k.ite(warm_ip, over, k.ite(prefix_mode, above_target, 0))


@rule(
    "R133",
    "Fewer ENIs are wanted always under a warm IP target; otherwise when V reaches one ENI's worth "
    "more than the target, or, in prefix mode, when some ordinary ENI carries no pod.",
    source="ipamd:1488-1514, ds:1594-1622",
)
def wants_fewer_enis(
    k: Logic[I, B],
    warm_ip: B,
    available: I,
    target: I,
    addresses_per_eni: I,
    prefix_mode: B,
    some_eni_without_pods: B,
) -> B:
    """wantFewerENIs. `target` is We or Wp; `addresses_per_eni` is M of the mode."""
    enough = k.ge(available, (target + 1) * addresses_per_eni)
    return k.any(warm_ip, enough, k.all(prefix_mode, some_eni_without_pods))


@rule(
    "R136",
    "An ENI may be deleted if it is neither primary, trunk nor EFA, at least 60 s old, without "
    "pods and cooling addresses, and the other non-excluded ENIs keep Wi available and m total "
    "addresses (rounded up to prefixes) and, in prefix mode, Wp CIDRs without pods.",
    source="ds:1042-1093, ds:974-1040",
)
def deletable(
    k: Logic[I, B],
    protected: B,
    too_young: B,
    cooling: B,
    has_pods: B,
    enough_left: B,
) -> B:
    """Deletable(e). `protected` = primary, trunk or EFA."""
    return k.all(k.no(protected), k.no(too_young), k.no(cooling), k.no(has_pods), enough_left)


@part_of("R136")
def keeps_warm(k: Logic[I, B], warm: I, prefix_mode: B, others_available: I, block: I | int) -> B:
    """Without this ENI, Wi addresses (rounded up to prefixes) stay available (R136, item 5)."""
    return k.any(
        k.eq(warm, 0), k.ge(others_available, in_whole_prefixes(k, warm, prefix_mode, block))
    )


@part_of("R136")
def keeps_minimum(k: Logic[I, B], minimum: I, prefix_mode: B, others_total: I, block: I | int) -> B:
    """Without this ENI, m addresses (rounded up to prefixes) stay (R136, item 6)."""
    return k.any(
        k.eq(minimum, 0), k.ge(others_total, in_whole_prefixes(k, minimum, prefix_mode, block))
    )


@part_of("R136")
def keeps_free_cidrs(k: Logic[I, B], warm_prefix: I, prefix_mode: B, others_free_cidrs: I) -> B:
    """Without this ENI, Wp CIDRs without pods stay in prefix mode (R136, item 7).

    Reads Wp even where a warm IP target is in force, and counts CIDRs of either kind.
    """
    return k.any(k.no(prefix_mode), k.eq(warm_prefix, 0), k.ge(others_free_cidrs, warm_prefix))


@part_of("R136")
def in_whole_prefixes(k: Logic[I, B], target: I, prefix_mode: B, block: I | int) -> I:
    """A target in addresses, rounded up to whole prefixes in prefix mode (R136, items 5-6)."""
    return k.ite(prefix_mode, k.ceil_div(target, block) * block, target)


@part_of("R136")
def enough_without(
    k: Logic[I, B],
    warm: I,
    minimum: I,
    warm_prefix: I,
    prefix_mode: B,
    others_available: I,
    others_total: I,
    others_free_cidrs: I,
    block: I | int,
) -> B:
    """What the other ENIs must keep so that this one is not needed (R136, items 5-7)."""
    return k.all(
        keeps_warm(k, warm, prefix_mode, others_available, block),
        keeps_minimum(k, minimum, prefix_mode, others_total, block),
        keeps_free_cidrs(k, warm_prefix, prefix_mode, others_free_cidrs),
    )
