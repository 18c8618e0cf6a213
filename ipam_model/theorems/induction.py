"""Inductive theorems about the transition relation: begin, one obligation per kind of step, sums.

An invariant speaks either of the node or of each ENI, never of both at once. So an ENI that takes
no part in a step keeps its invariants without a question, and what a step is asked about is the
node and the ENI that takes it.

What is so of every ENI has consequences for their sums (at most M CIDRs each make at most n M):
those that every proof needs are theorems in `sums_of_enis`, others belong to the invariants.
"""

from collections.abc import Mapping
from typing import Final, Protocol

from attrs import field, frozen

from ipam_model.arithmetic import B, I, Logic
from ipam_model.counting.decisions import Pool
from ipam_model.counting.model import Kind
from ipam_model.theorems.machine import Eni, Moment, Node, Parameters, in_order, plus, step
from ipam_model.theorems.moments import Claimed, Mode, MomentText, false, obligation, sane, true
from ipam_model.theorems.sums_of_enis import BY_INDUCTION, ENI_CAP, FULL, SUMS, sums
from ipam_model.theorems.theorem import Claim, Mutant, Obligation, Theorem, Tier


class OfNode(Protocol):
    """What is so of a node."""

    def __call__(self, k: Logic[I, B], parameters: Parameters[I, B], node: Node[I], /) -> B:
        """Whether it is."""


class OfEni(Protocol):
    """What is so of each ENI of a node; `primary`: it is the primary one."""

    def __call__(
        self, k: Logic[I, B], parameters: Parameters[I, B], eni: Eni[I], primary: B, /
    ) -> B:
        """Whether it is."""


@frozen(kw_only=True)
class Sum:
    """A consequence for the sums of what is so of every ENI."""

    name: str
    enis: Mapping[str, OfEni]
    """If this is so of every ENI ..."""
    node: OfNode
    """... then this is so of the node."""


@frozen(kw_only=True)
class Invariants:
    """What is so in every state that can be reached."""

    name: str
    """Of the theorem that says so."""
    mode: Mode
    enis: Mapping[str, OfEni]
    node: Mapping[str, OfNode]
    sums: tuple[Sum, ...] = ()
    """Consequences that the steps need; those of `in_order` and of the slots are always there."""
    arithmetic: Mapping[str, OfNode] = field(factory=dict)
    """What is so of any numbers; for the step in which an ENI comes, proved apart because a solver
    is long in finding it there."""
    never: frozenset[Kind] = frozenset()
    """Kinds of steps that cannot be taken in this mode."""


def _within_slots(k: Logic[I, B], parameters: Parameters[I, B], eni: Eni[I], primary: B) -> B:
    del primary
    return k.le(eni.pool.cidrs, parameters.targets.slots)


def _within_max_enis(k: Logic[I, B], parameters: Parameters[I, B], node: Node[I]) -> B:
    return k.le(node.enis, parameters.targets.max_enis)


def _primary_is_there(k: Logic[I, B], parameters: Parameters[I, B], node: Node[I]) -> B:
    del parameters
    return k.ge(node.enis, 1)


def _within_peak(k: Logic[I, B], parameters: Parameters[I, B], node: Node[I]) -> B:
    return k.le(node.pool.assigned, parameters.peak)


NODE_CAP: Final = "no more ENIs are attached than may be"


CAPS_OF_ENI: Final[Mapping[str, OfEni]] = {ENI_CAP: _within_slots}


CAPS_OF_NODE: Final[Mapping[str, OfNode]] = {
    NODE_CAP: _within_max_enis,
    "the primary ENI is attached": _primary_is_there,
    "there are never more pods than the peak": _within_peak,
}


def of_eni(
    k: Logic[I, B], invariants: Invariants, parameters: Parameters[I, B], eni: Eni[I], primary: B
) -> dict[str, B]:
    """What is so of an ENI in every reachable state."""
    return {
        **{
            f"of the ENI: {name}": value
            for name, value in in_order(k, eni.pool, invariants.mode.block).items()
        },
        **{
            name: holds(k, parameters, eni, primary)
            for name, holds in {**CAPS_OF_ENI, **invariants.enis}.items()
        },
    }


def of_node(
    k: Logic[I, B], invariants: Invariants, parameters: Parameters[I, B], node: Node[I]
) -> dict[str, B]:
    """What is so of a node in every reachable state."""
    return {
        name: holds(k, parameters, node)
        for name, holds in {**CAPS_OF_NODE, **invariants.node}.items()
    }


def reachable(k: Logic[I, B], invariants: Invariants, now: Moment[I, B]) -> dict[str, B]:
    """Everything that is known of a moment: limits and settings, invariants, sums."""
    targets, node, primary = now.targets, now.node, now.choices.primary
    mode = invariants.mode
    return {
        **mode.holds(k, now.parameters),
        **sane(k, now.parameters, capped=mode.capped),
        **of_eni(k, invariants, now.parameters, now.eni, primary),
        **of_node(k, invariants, now.parameters, node),
        "an ENI besides the primary one makes two": k.any(primary, k.ge(node.enis, 2)),
        **{
            f"of all ENIs: {name}": value
            for name, value in sums(k, node.pool, node.enis, targets).items()
        },
        **{
            f"of the other ENIs: {name}": value
            for name, value in sums(k, now.others, node.enis - 1, targets).items()
        },
        **{each.name: each.node(k, now.parameters, node) for each in invariants.sums},
    }


def _assumed(k: Logic[I, B], mode: Mode, parameters: Parameters[I, B]) -> dict[str, B]:
    """What is known of limits and settings."""
    return {**mode.holds(k, parameters), **sane(k, parameters, capped=mode.capped)}


def _everywhere(invariants: Invariants) -> Claimed:
    """That the invariants hold."""

    def text(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        parameters, node, primary = now.parameters, now.node, now.choices.primary
        return Claim(
            _assumed(k, invariants.mode, parameters),
            {
                **of_eni(k, invariants, parameters, now.eni, primary),
                **of_node(k, invariants, parameters, node),
                **{each.name: each.node(k, parameters, node) for each in invariants.sums},
            },
        )

    return Claimed(text=text, choices=False)


def consequence(name: str, invariants: Invariants, text: MomentText) -> Obligation:
    """An obligation about every reachable moment; the text's premises come on top."""

    def written(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        claim = text(k, now)
        return Claim({**reachable(k, invariants, now), **claim.premises}, claim.conclusions)

    def alone(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        claim, assumed = text(k, now), _assumed(k, invariants.mode, now.parameters)
        return Claim({**assumed, **claim.premises}, claim.conclusions)

    claimed = Claimed(text=alone, choices=True)
    return obligation(name, invariants.mode, written, claimed=claimed)


def _begin(invariants: Invariants) -> Obligation:
    def text(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        """The primary ENI alone, without CIDRs."""
        zero = now.node.enis - now.node.enis
        nothing = Pool(zero, zero, zero)
        alone, empty = Node(enis=zero + 1, pool=nothing), Eni(pool=nothing)
        primary = true(k, now.choices.primary)
        return Claim(
            {
                **invariants.mode.holds(k, now.parameters),
                **sane(k, now.parameters, capped=invariants.mode.capped),
            },
            {
                **of_eni(k, invariants, now.parameters, empty, primary),
                **of_node(k, invariants, now.parameters, alone),
            },
        )

    return obligation("begin", invariants.mode, text, claimed=_everywhere(invariants))


def _step(invariants: Invariants, kind: Kind) -> Obligation:
    def text(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        taken = step(k, kind, now)
        after = of_node(k, invariants, now.parameters, taken.node)
        primary = now.choices.primary
        if kind is Kind.FREE:
            after["the primary ENI stays"] = k.no(primary)
        else:
            kept = false(k, primary) if kind is Kind.ATTACH else primary
            after.update(of_eni(k, invariants, now.parameters, taken.eni, kept))
        known = {**reachable(k, invariants, now), **taken.guard, **taken.sums}
        if kind is Kind.ATTACH:
            for name, fact in invariants.arithmetic.items():
                known[name] = fact(k, now.parameters, now.node)
        return Claim(known, after)

    return obligation(kind.value, invariants.mode, text, claimed=_everywhere(invariants))


def _never(invariants: Invariants, kind: Kind) -> Obligation:
    def text(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        guard = k.all(*step(k, kind, now).guard.values())
        return Claim(reachable(k, invariants, now), {"it is never taken": k.no(guard)})

    return obligation(f"{kind.value}, never", invariants.mode, text)


def _fact(invariants: Invariants, name: str, fact: OfNode) -> Obligation:
    def text(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        return Claim(
            {
                **sane(k, now.parameters, capped=invariants.mode.capped),
                "there is the primary ENI": k.ge(now.node.enis, 1),
            },
            {name: fact(k, now.parameters, now.node)},
        )

    return obligation(name, invariants.mode, text)


def sum_obligations(invariants: Invariants, each: Sum) -> tuple[Obligation, Obligation]:
    """That the sum follows for one ENI, the primary one, and for one ENI more."""

    def known(k: Logic[I, B], now: Moment[I, B], primary: B) -> dict[str, B]:
        return {
            **sane(k, now.parameters, capped=invariants.mode.capped),
            **of_eni(k, invariants, now.parameters, now.eni, primary),
            **{
                name: holds(k, now.parameters, now.eni, primary)
                for name, holds in each.enis.items()
            },
        }

    def one(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        zero = now.node.enis - now.node.enis
        alone = Node(enis=zero + 1, pool=now.eni.pool)
        return Claim(
            known(k, now, true(k, now.choices.primary)),
            {each.name: each.node(k, now.parameters, alone)},
        )

    def more(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        nodes, own = now.node, now.eni.pool
        after = Node(enis=nodes.enis + 1, pool=plus(nodes.pool, own))
        return Claim(
            {
                **known(k, now, false(k, now.choices.primary)),
                "there is the primary ENI": k.ge(nodes.enis, 1),
                f"before: {each.name}": each.node(k, now.parameters, nodes),
            },
            {each.name: each.node(k, now.parameters, after)},
        )

    mode, claimed = invariants.mode, _everywhere(invariants)
    return (
        obligation(f"{each.name}, one", mode, one, claimed=claimed),
        obligation(f"{each.name}, more", mode, more, claimed=claimed),
    )


def invariant_theorem(
    invariants: Invariants,
    *,
    statement: str,
    rules: tuple[str, ...],
    mutants: tuple[Mutant, ...],
    properties: tuple[str, ...] = (),
    lemmas: tuple[Theorem, ...] = (),
    tier: Tier = Tier.FAST,
) -> Theorem:
    """The theorem that the invariants hold in every reachable state."""
    of_sums = (each for one in invariants.sums for each in sum_obligations(invariants, one))
    return Theorem(
        name=invariants.name,
        statement=statement,
        rules=rules,
        obligations=(
            _begin(invariants),
            *(
                _never(invariants, kind) if kind in invariants.never else _step(invariants, kind)
                for kind in Kind
            ),
            *of_sums,
            *(_fact(invariants, name, fact) for name, fact in invariants.arithmetic.items()),
        ),
        mutants=mutants,
        lemmas=(SUMS, FULL, *lemmas),
        paper=BY_INDUCTION,
        properties=properties,
        tier=tier,
    )
