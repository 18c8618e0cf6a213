"""Is the pool too low, and how much is asked for (R79, R98, R99, R107, R108)."""

from ipam_model.arithmetic import B, I, Logic, positive
from ipam_model.catalogue import rule


@rule(
    "R79",
    "The pool is too low if fewer than max-pods addresses are owned and the governing warm target "
    "is not met: short > 0; or V below We ENIs' worth (Wp prefixes' worth), or a zero target and "
    "nothing available.",
    source="ipamd:2623-2657",
)
def too_low(
    k: Logic[I, B], total: I, max_pods: I, warm_ip: B, short: I, available: I, target: I, unit: I
) -> B:
    """tooLow. `target` is We with `unit` = M, or Wp with `unit` = addresses per prefix."""
    unmet = target_unmet(k, warm_ip, short, available, target, unit)
    return k.all(k.lt(total, max_pods), unmet)


@rule(
    "H3",
    "The pool is too low whenever the governing warm target is not met, however many addresses "
    "are owned: there is no max-pods cap.",
    source="ipamd:888-902",
)
def target_unmet(k: Logic[I, B], warm_ip: B, short: I, available: I, target: I, unit: I) -> B:
    """The governing warm target is not met: short > 0, or V below `target` units (R79, H3)."""
    below_target = k.any(
        k.lt(available, unit * target),
        k.all(k.eq(target, 0), k.eq(available, 0)),
    )
    return k.choose(warm_ip, k.gt(short, 0), below_target)


@rule(
    "R108",
    "Prefixes needed: short if a warm IP target is in force, else Wp - F; at least 1 either way.",
    source="ipamd:2714-2731",
)
def prefixes_needed(k: Logic[I, B], warm_ip: B, short: I, warm_prefix: I, free_prefixes: I) -> I:
    """want, in prefixes."""
    return k.max(k.ite(warm_ip, short, positive(k, warm_prefix - free_prefixes)), 1)


@rule(
    "R107",
    "A new ENI is asked for with min(needed, Q) prefixes, or with min(short, M) addresses, or with "
    "M where no warm IP target is in force.",
    source="ipamd:2551-2568",
)
def new_eni_size(
    k: Logic[I, B], prefix_mode: B, warm_ip: B, needed_prefixes: I, short: I, slots: I
) -> I:
    """CIDRs requested with a new ENI; `slots` is Q or M, which are the same number."""
    addresses = k.ite(warm_ip, k.min(short, slots), slots)
    return k.ite(prefix_mode, k.min(needed_prefixes, slots), addresses)


def wanted_addresses(k: Logic[I, B], warm_ip: B, short: I, slots: I) -> I:
    """Addresses wanted on an existing ENI: short, or a full ENI without a warm IP target (R98)."""
    return k.ite(warm_ip, short, slots)


def extension_size(k: Logic[I, B], wanted: I, free: I) -> I:
    """CIDRs requested for an existing ENI with `free` slots (R98, R99)."""
    return k.min(free, wanted)
