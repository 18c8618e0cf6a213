"""The counting model as a transition relation, for any number of ENIs.

A state is what all ENIs hold together (`Node`) and what one of them holds (`Eni`): any one, so that
what is claimed of it is claimed of every ENI. A step is taken by that ENI; a release is taken by
all, and the ENI gives its share. Guards and effects are the decisions of `ipam_model.counting`.

In secondary-address mode an ENI of x CIDRs, f of them free, has x - f pods: the relation is that of
the counting model that releases in any shares. The daemon goes ENI by ENI, which is some of these.

In prefix mode the pods per prefix are forgotten, only how many prefixes have some is kept. The
relation allows every step of the counting model, and more in one case: a pod may leave its prefix
empty whenever some spread of the pods over the prefixes has a pod alone on one. In blocks of 1 and
2 addresses the numbers tell whether this spread has, in larger ones they do not.

That a new ENI comes only if no ENI has room is a guard of each ENI, to be true of all of them; that
of the one at hand alone would allow more.
"""

from typing import Generic

from attrs import frozen

from ipam_model.arithmetic import B, I, Logic
from ipam_model.counting import decisions
from ipam_model.counting.decisions import Pool, Targets
from ipam_model.counting.model import Kind
from ipam_model.errors import ModelError
from ipam_model.operands import Operand


@frozen(kw_only=True)
class Parameters(Generic[I, B]):
    """What stays the same during a run."""

    targets: Targets[I, B]
    peak: I
    """P: there are never more pods."""
    max_pods: I | None
    """Max pods of the node (R79); `None` = it does not limit growth."""

    @property
    def cap(self) -> I:
        """Max pods, where it limits growth.

        Raises:
            ModelError: it does not.
        """
        if self.max_pods is None:
            raise ModelError("max pods does not limit growth here")
        return self.max_pods


@frozen(kw_only=True)
class Node(Generic[I]):
    """All attached ENIs together."""

    enis: I
    """n."""
    pool: Pool[I]


@frozen(kw_only=True)
class Eni(Generic[I]):
    """One ENI. Its CIDRs, its pods and its CIDRs without pods are those of a pool of its own."""

    pool: Pool[I]


@frozen(kw_only=True)
class Choices(Generic[I, B]):
    """What a step leaves open."""

    primary: B
    """The ENI is the primary one."""
    share: I
    """CIDRs it gives in a release."""
    whole: B
    """A pod comes to a CIDR without pods, or leaves one that has none afterwards."""


@frozen(kw_only=True)
class Step(Generic[I, B]):
    """One kind of step of one ENI."""

    guard: dict[str, B]
    """When it may be taken, by a short description."""
    sums: dict[str, B]
    """What follows for the sums if the guard is true of every ENI (`sums_of_enis.FULL`)."""
    node: Node[I]
    """All ENIs afterwards."""
    eni: Eni[I]
    """The ENI afterwards; if it came with the step, it as it came. Of one that goes, as it was."""


UNKNOWNS = (
    *(Operand(name) for name in ("warm", "minimum", "warm_eni", "warm_prefix")),
    Operand("prefix_mode", truth=True),
    *(Operand(name) for name in ("max_enis", "slots", "peak", "max_pods")),
    *(Operand(name) for name in ("enis", "cidrs", "assigned", "free_cidrs")),
    *(Operand(name) for name in ("eni_cidrs", "eni_assigned", "eni_free_cidrs")),
    Operand("primary", truth=True),
    Operand("share"),
    Operand("whole", truth=True),
)
"""The unknowns of an obligation about a step, in order."""


@frozen(kw_only=True)
class Moment(Generic[I, B]):
    """A state and what its next step leaves open."""

    parameters: Parameters[I, B]
    node: Node[I]
    eni: Eni[I]
    choices: Choices[I, B]

    @property
    def targets(self) -> Targets[I, B]:
        """Limits and settings."""
        return self.parameters.targets

    @property
    def others(self) -> Pool[I]:
        """What the other ENIs hold together."""
        return minus(self.node.pool, self.eni.pool)


def minus(whole: Pool[I], part: Pool[I]) -> Pool[I]:
    """What is left of a pool without a part of it."""
    return Pool(
        whole.cidrs - part.cidrs,
        whole.assigned - part.assigned,
        whole.free_cidrs - part.free_cidrs,
    )


def plus(one: Pool[I], other: Pool[I]) -> Pool[I]:
    """Two pools together."""
    return Pool(
        one.cidrs + other.cidrs,
        one.assigned + other.assigned,
        one.free_cidrs + other.free_cidrs,
    )


def in_order(k: Logic[I, B], pool: Pool[I], block: int) -> dict[str, B]:
    """What is so by the meaning of the numbers: CIDRs that are not free have 1 to `block` pods."""
    used = pool.cidrs - pool.free_cidrs
    return {
        "free CIDRs are counted": k.ge(pool.free_cidrs, 0),
        "free CIDRs are owned": k.ge(used, 0),
        "CIDRs that are not free have pods": k.ge(pool.assigned, used),
        "the pods fit into them": k.le(pool.assigned, used * block),
    }


def _moved(
    now: Moment[I, B], *, cidrs: I | int = 0, assigned: I | int = 0, free_cidrs: I | int = 0
) -> tuple[Node[I], Eni[I]]:
    """The state after a change of the ENI alone."""
    node, own = now.node.pool, now.eni.pool
    return (
        Node(
            enis=now.node.enis,
            pool=Pool(node.cidrs + cidrs, node.assigned + assigned, node.free_cidrs + free_cidrs),
        ),
        Eni(pool=Pool(own.cidrs + cidrs, own.assigned + assigned, own.free_cidrs + free_cidrs)),
    )


def _one_if(k: Logic[I, B], condition: B, like: I) -> I:
    """1 if the condition holds, else 0."""
    zero = like - like
    return k.ite(condition, zero + 1, zero)


def _pod_comes(k: Logic[I, B], now: Moment[I, B]) -> Step[I, B]:
    own, whole = now.eni.pool, now.choices.whole
    used = own.cidrs - own.free_cidrs
    node, eni = _moved(now, assigned=1, free_cidrs=0 - _one_if(k, whole, own.cidrs))
    return Step(
        guard={
            "fewer pods than the peak": k.lt(now.node.pool.assigned, now.parameters.peak),
            "a CIDR has room for the pod": k.choose(
                whole, k.gt(own.free_cidrs, 0), k.lt(own.assigned, used * now.targets.block)
            ),
        },
        sums={},
        node=node,
        eni=eni,
    )


def _pod_goes(k: Logic[I, B], now: Moment[I, B]) -> Step[I, B]:
    emptied = _one_if(k, now.choices.whole, now.eni.pool.cidrs)
    node, eni = _moved(now, assigned=-1, free_cidrs=emptied)
    return Step(
        guard={
            "the ENI has a pod": k.gt(now.eni.pool.assigned, 0),
            "the CIDRs left have room for the pods left": k.all(
                *in_order(k, eni.pool, now.targets.block).values()
            ),
        },
        sums={},
        node=node,
        eni=eni,
    )


def too_low(k: Logic[I, B], now: Moment[I, B]) -> B:
    """The pool is too low (R79), whether or not it can grow."""
    return decisions.too_low(k, now.targets, now.node.pool, now.parameters.max_pods)


def extension(k: Logic[I, B], now: Moment[I, B]) -> I:
    """CIDRs asked for the ENI if the pool is too low (R98, R99)."""
    wanted = decisions.wanted(k, now.targets, now.node.pool)
    return decisions.extension(k, now.targets, wanted, now.eni.pool.cidrs)


def no_room(k: Logic[I, B], now: Moment[I, B]) -> dict[str, B]:
    """The pool is too low and the ENI has no room."""
    return {"the pool is too low": too_low(k, now), "no ENI has room": k.le(extension(k, now), 0)}


def all_full(k: Logic[I, B], now: Moment[I, B]) -> dict[str, B]:
    """Every ENI being full, the node is."""
    full = now.node.enis * now.targets.slots
    return {"ENIs without room are full": k.eq(now.node.pool.cidrs, full)}


def _eni_is_extended(k: Logic[I, B], now: Moment[I, B]) -> Step[I, B]:
    size = extension(k, now)
    node, eni = _moved(now, cidrs=size, free_cidrs=size)
    return Step(
        guard={"the pool is too low": too_low(k, now), "the ENI has room": k.gt(size, 0)},
        sums={},
        node=node,
        eni=eni,
    )


def _eni_comes(k: Logic[I, B], now: Moment[I, B]) -> Step[I, B]:
    """Before the step the ENI is any of those that are there: none has room."""
    size = decisions.new_eni_size(k, now.targets, now.node.pool)
    new = Pool(size, size - size, size)
    return Step(
        guard={
            **no_room(k, now),
            "something is asked for": k.gt(size, 0),
            "another ENI may come": decisions.room_for_eni(k, now.targets, now.node.enis),
        },
        sums=all_full(k, now),
        node=Node(enis=now.node.enis + 1, pool=plus(now.node.pool, new)),
        eni=Eni(pool=new),
    )


def _all_release(k: Logic[I, B], now: Moment[I, B]) -> Step[I, B]:
    over, share = decisions.released(k, now.targets, now.node.pool), now.choices.share
    none = share - share
    return Step(
        guard={
            "the pool is too high": k.gt(over, 0),
            "the ENI gives what it has": k.all(
                k.ge(share, 0), k.le(share, now.eni.pool.free_cidrs)
            ),
            "the others give the rest": k.all(
                k.ge(over - share, 0), k.le(over - share, now.others.free_cidrs)
            ),
        },
        sums={},
        node=Node(enis=now.node.enis, pool=minus(now.node.pool, Pool(over, none, over))),
        eni=Eni(pool=minus(now.eni.pool, Pool(share, none, share))),
    )


def may_be_freed(k: Logic[I, B], now: Moment[I, B]) -> B:
    """The ENI may be freed (R133, R136)."""
    has_pods = k.gt(now.eni.pool.assigned, 0)
    return decisions.freed(k, now.targets, now.node.pool, now.others, now.choices.primary, has_pods)


def _eni_goes(k: Logic[I, B], now: Moment[I, B]) -> Step[I, B]:
    return Step(
        guard={"the ENI may be freed": may_be_freed(k, now)},
        sums={},
        node=Node(enis=now.node.enis - 1, pool=now.others),
        eni=now.eni,
    )


def step(k: Logic[I, B], kind: Kind, now: Moment[I, B]) -> Step[I, B]:
    """The step of this kind from this moment."""
    match kind:
        case Kind.ADD:
            return _pod_comes(k, now)
        case Kind.DELETE:
            return _pod_goes(k, now)
        case Kind.EXTEND:
            return _eni_is_extended(k, now)
        case Kind.ATTACH:
            return _eni_comes(k, now)
        case Kind.RELEASE:
            return _all_release(k, now)
        case Kind.FREE:
            return _eni_goes(k, now)
