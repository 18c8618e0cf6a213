"""The article's policy as formulas: what its text says `ipamd` does, where the daemon differs.

"Optimizing EKS networking for scale" (Savithru Lokanath, March 2021) describes the warm pool in a
way of its own: an ENI's primary address counts inside WARM_IP_TARGET, and both warm targets hold
at once. Sources are the lines of that text. L = addresses an ENI holds, **primary included**;
*size* of an ENI = addresses it has, primary included; *serving* = the primary ENI and every ENI
with pods; *standby* = every other ENI; *free* = secondary addresses without a pod.

The text contradicts itself: it lets an ENI grow in blocks of WARM_IP_TARGET (lines 49-56), and
counts 13 and 28 addresses exactly (lines 87-93). Both come out if the blocks belong to
WARM_ENI_TARGET: the standby ENI's block *is* the warm pool, so the serving ENIs need no more than
their pods, a block at a time; without a standby ENI the warm pool lies on the serving ENI and is
kept exactly. That is also where the text uses either.
"""

from ipam_model.arithmetic import B, I, Logic, positive
from ipam_model.catalogue import Label, part_of, rule


@rule(
    "B1",
    "A block is WARM_IP_TARGET addresses, a whole ENI without that target, and never more than an "
    "ENI holds; the primary address counts inside it.",
    source="article:29-32, article:49-54, article:67",
    label=Label.DOCUMENTED,
)
def block(k: Logic[I, B], warm_ip: I, per_eni: I) -> I:
    """Addresses of a block, the primary included in an ENI's first; `per_eni` = L."""
    return k.ite(k.eq(warm_ip, 0), per_eni, k.min(warm_ip, per_eni))


@rule(
    "B2",
    "The pool grows in blocks where standby ENIs are kept, or without WARM_IP_TARGET; with "
    "WARM_IP_TARGET alone it is kept exactly.",
    source="article:49-56, article:65-67, article:87-93",
    label=Label.DOCUMENTED,
)
def by_blocks(k: Logic[I, B], warm_ip: I, warm_eni: I) -> B:
    """Whether a growth step is a block."""
    return k.any(k.eq(warm_ip, 0), k.gt(warm_eni, 0))


@rule(
    "B3",
    "Kept exactly, the node reserves as many addresses as it has pods, and WARM_IP_TARGET more, "
    "primary addresses included.",
    source="article:67, article:87, article:93",
    label=Label.DOCUMENTED,
)
def missing(k: Logic[I, B], warm_ip: I, pods: I, reserved: I) -> I:
    """Addresses short of pods + Wi; `reserved` = sizes of all ENIs together."""
    return positive(k, pods + warm_ip - reserved)


@part_of("B3")
def new_eni_size(k: Logic[I, B], short: I, per_eni: I) -> I:
    """Size of the ENI that is attached for what is short, its primary address included."""
    return k.min(short, per_eni)


@rule(
    "B4",
    "In blocks, an ENI open to pods grows to its next multiple of the block, at most to its limit, "
    "once no open ENI has a free address.",
    source="article:56",
    label=Label.DOCUMENTED,
)
def next_block(k: Logic[I, B], size: I, block_size: I, per_eni: I, free: I) -> I:
    """Addresses to add to the ENI; `free` = free addresses of all ENIs open to pods (B6)."""
    boundary = (k.floor_div(size, block_size) + 1) * block_size
    return k.ite(k.eq(free, 0), positive(k, k.min(boundary, per_eni) - size), 0)


@rule(
    "B5",
    "WARM_ENI_TARGET ENIs without pods are kept, each with one block of addresses; the primary ENI "
    "of a node without pods is one of them.",
    source="article:27-32, article:49-54, article:56",
    label=Label.DOCUMENTED,
)
def wants_standby(k: Logic[I, B], warm_eni: I, enis_without_pods: I) -> B:
    """Whether a further ENI is to be attached and kept in standby."""
    return k.lt(enis_without_pods, warm_eni)


@part_of("B5")
def to_full_block(k: Logic[I, B], size: I, block_size: I) -> I:
    """Addresses that a standby ENI of `size` lacks to one block; a new one begins with size 1."""
    return positive(k, block_size - size)


@rule(
    "B6",
    "In blocks, pods get no address of a standby ENI before every serving ENI is full; kept "
    "exactly, any ENI may serve.",
    source="article:27, article:56",
    label=Label.DOCUMENTED,
)
def may_serve(k: Logic[I, B], in_blocks: B, serving: B, serving_enis_full: B) -> B:
    """Whether pods may get the addresses of this ENI now."""
    return k.any(k.no(in_blocks), serving, serving_enis_full)


@rule(
    "B7",
    "Kept exactly, what is reserved beyond pods and WARM_IP_TARGET is released.",
    source="article:65, article:69",
    label=Label.DOCUMENTED,
)
def surplus(k: Logic[I, B], warm_ip: I, pods: I, reserved: I) -> I:
    """Addresses beyond pods + Wi."""
    return positive(k, reserved - pods - warm_ip)


@rule(
    "B8",
    "In blocks, an ENI open to pods releases its last block, never its first, if all of it is free "
    "and a free address is left on the open ENIs; any other, in standby, keeps one block.",
    source="article:49-56, article:69",
    label=Label.DOCUMENTED,
)
def surplus_block(
    k: Logic[I, B], open_to_pods: B, size: I, block_size: I, free_on_eni: I, free_on_open: I
) -> I:
    """Addresses to release from this ENI; of its first block the primary is never free."""
    last = size - k.floor_div(size - 1, block_size) * block_size
    spare = k.all(k.ge(free_on_eni, last), k.gt(free_on_open, last))
    return k.ite(open_to_pods, k.ite(spare, last, 0), positive(k, size - block_size))


@rule(
    "B9",
    "An ENI without pods is given back if, in blocks, more than WARM_ENI_TARGET ENIs have none and "
    "another has a free address, or, kept exactly, the others can hold pods and WARM_IP_TARGET.",
    source="article:65, article:69",
    label=Label.DOCUMENTED,
)
def enough_without(
    k: Logic[I, B],
    in_blocks: B,
    warm_eni: I,
    enis_without_pods: I,
    free_on_others: I,
    others_capacity: I,
    pods: I,
    warm_ip: I,
) -> B:
    """Whether the node does without an ENI that has no pods."""
    blocks = k.all(k.gt(enis_without_pods, warm_eni), k.gt(free_on_others, 0))
    return k.choose(in_blocks, blocks, k.ge(others_capacity, pods + warm_ip))
