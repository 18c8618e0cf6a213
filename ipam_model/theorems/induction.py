"""Inductive theorems about the transition relation: begin, one obligation per kind of step, sums.

An invariant speaks either of the node or of each ENI, never of both at once. So an ENI that takes no
part in a step keeps its invariants without a question, and what a step is asked about is the node
and the ENI that takes it.

What is so of every ENI has consequences for their sums (at most M CIDRs each make at most n M). Each
such consequence is a theorem of its own (`sums`), whose step from n to n + 1 ENIs is checked; that
this proves it for every n is induction over the list of ENIs, on paper. `concrete` proves the same
for given numbers of ENIs without it.
"""

from collections.abc import Mapping
from typing import Any, Final, Protocol

from attrs import field, frozen

from ipam_model.arithmetic import B, I, Logic
from ipam_model.counting.decisions import Pool, Targets
from ipam_model.counting.model import Kind
from ipam_model.theorems.machine import (
    UNKNOWNS,
    Choices,
    Eni,
    Moment,
    Node,
    Parameters,
    all_full,
    in_order,
    no_room,
    plus,
    step,
)
from ipam_model.theorems.theorem import Claim, Mutant, Obligation, Theorem, Tier, without

BY_INDUCTION: Final = "induction over the list of ENIs, from sums of n ENIs to sums of n + 1"


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


class OfParameters(Protocol):
    """What is assumed of limits and settings."""

    def __call__(self, k: Logic[I, B], parameters: Parameters[I, B], /) -> dict[str, B]:
        """The premises, by a short description."""


@frozen(kw_only=True)
class Mode:
    """A part of the settings for which theorems are stated, and how its CIDRs are counted."""

    name: str
    holds: OfParameters
    block: int
    """Addresses per CIDR."""
    capped: bool = False
    """Max pods limit growth (R79)."""


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


ENI_CAP: Final = "no ENI holds more CIDRs than it has slots"
NODE_CAP: Final = "no more ENIs are attached than may be"
CAPS_OF_ENI: Final[Mapping[str, OfEni]] = {ENI_CAP: _within_slots}
CAPS_OF_NODE: Final[Mapping[str, OfNode]] = {
    NODE_CAP: _within_max_enis,
    "the primary ENI is attached": _primary_is_there,
    "there are never more pods than the peak": _within_peak,
}


def sane(k: Logic[I, B], parameters: Parameters[I, B], *, capped: bool) -> dict[str, B]:
    """The ranges of limits and settings."""
    targets = parameters.targets
    at_least = {
        "an ENI may be attached": k.ge(targets.max_enis, 1),
        "an ENI has a slot": k.ge(targets.slots, 1),
        "WARM_IP_TARGET >= 0": k.ge(targets.warm_ip, 0),
        "MINIMUM_IP_TARGET >= 0": k.ge(targets.minimum, 0),
        "WARM_ENI_TARGET >= 0": k.ge(targets.warm_eni, 0),
        "WARM_PREFIX_TARGET >= 0": k.ge(targets.warm_prefix, 0),
        "the peak is a number of pods": k.ge(parameters.peak, 0),
    }
    if capped and parameters.max_pods is not None:
        at_least["max pods >= 0"] = k.ge(parameters.max_pods, 0)
    return at_least


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


def sums(k: Logic[I, B], pool: Pool[I], enis: I, targets: Targets[I, B]) -> dict[str, B]:
    """What follows for the sums over any ENIs from what the numbers of each mean."""
    return {
        **in_order(k, pool, targets.block),
        "their CIDRs fit into their slots": k.le(pool.cidrs, enis * targets.slots),
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


def read(k: Logic[I, B], mode: Mode, values: Mapping[str, Any]) -> Moment[I, B]:
    """The moment that the unknowns of an obligation describe."""
    del k
    pool: Pool[I] = Pool(values["cidrs"], values["assigned"], values["free_cidrs"])
    own: Pool[I] = Pool(values["eni_cidrs"], values["eni_assigned"], values["eni_free_cidrs"])
    targets: Targets[I, B] = Targets(
        prefix_mode=values["prefix_mode"],
        warm_ip=values["warm"],
        minimum=values["minimum"],
        warm_eni=values["warm_eni"],
        warm_prefix=values["warm_prefix"],
        max_enis=values["max_enis"],
        slots=values["slots"],
        block=mode.block,
    )
    return Moment(
        parameters=Parameters(
            targets=targets,
            peak=values["peak"],
            max_pods=values["max_pods"] if mode.capped else None,
        ),
        node=Node(enis=values["enis"], pool=pool),
        eni=Eni(pool=own),
        choices=Choices(primary=values["primary"], share=values["share"], whole=values["whole"]),
    )


def obligation(
    name: str, mode: Mode, text: "MomentText", *, claimed: "Claimed | None" = None
) -> Obligation:
    """An obligation about a moment, and what it claims of the states that are reached.

    In a mode with a name that is the same, unless told otherwise; without one nothing.
    """

    def written(k: Logic[I, B], /, *values: Any, **named: Any) -> Claim[B]:  # noqa: ANN401 - as Text
        del values
        return text(k, read(k, mode, named))

    if claimed is None and mode.name:
        claimed = Claimed(text=text, choices=True)
    return MomentObligation(
        name=name, text=written, operands=UNKNOWNS, logic="QF_NIA", mode=mode, claimed=claimed
    )


class MomentText(Protocol):
    """A claim about a moment."""

    def __call__(self, k: Logic[I, B], now: Moment[I, B], /) -> Claim[B]:
        """The claim."""


@frozen(kw_only=True)
class Claimed:
    """What a theorem claims of every state that is reached, without what it is proved from."""

    text: MomentText
    choices: bool
    """It also speaks about what the next step leaves open."""


@frozen(kw_only=True)
class MomentObligation(Obligation):
    """An obligation about a moment."""

    mode: Mode
    claimed: Claimed | None = None
    """`None`: it is about sums of any ENIs, reached or not."""


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


def true(k: Logic[I, B], like: B) -> B:
    """What is always so."""
    return k.any(like, k.no(like))


def false(k: Logic[I, B], like: B) -> B:
    """What never is."""
    return k.all(like, k.no(like))


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
        if kind is not Kind.FREE:
            primary = now.choices.primary
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


def _standard_sums() -> Theorem:
    def none(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        zero = now.node.enis - now.node.enis
        return Claim({}, sums(k, Pool(zero, zero, zero), zero, now.targets))

    def more(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        node, own, targets = now.node, now.eni.pool, now.targets
        before = sums(k, node.pool, node.enis, targets)
        return Claim(
            {
                **{f"before: {name}": value for name, value in before.items()},
                **{
                    f"of one more: {name}": value
                    for name, value in sums(k, own, node.enis - node.enis + 1, targets).items()
                },
            },
            sums(k, plus(node.pool, own), node.enis + 1, targets),
        )

    obligations = tuple(
        obligation(f"{name}, blocks of {mode.block}", mode, text)
        for mode in (
            Mode(name="", holds=anything, block=1),
            Mode(name="", holds=anything, block=16),
        )
        for name, text in (("none", none), ("one more", more))
    )
    return Theorem(
        name="sums_of_enis",
        statement="What the numbers of each ENI mean, their sums mean, for any number of ENIs.",
        rules=("R4", "R5"),
        obligations=obligations,
        mutants=(without("of one more: their CIDRs fit into their slots"),),
        paper=BY_INDUCTION,
    )


def anything(k: Logic[I, B], parameters: Parameters[I, B]) -> dict[str, B]:
    """No premise: a mode of all settings."""
    del k, parameters
    return {}


SUMS: Final = _standard_sums()


def _full_enis() -> Theorem:
    def one(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        held, slots = now.eni.pool.cidrs, now.targets.slots
        return Claim(
            {
                **sane(k, now.parameters, capped=False),
                **in_order(k, now.node.pool, now.targets.block),
                ENI_CAP: k.le(held, slots),
                **no_room(k, now),
            },
            {"the ENI is full": k.eq(held, slots)},
        )

    def none(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        zero = now.node.enis - now.node.enis
        return Claim({}, {"none hold none": k.eq(zero * now.targets.slots, 0)})

    def more(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        node, held, slots = now.node, now.eni.pool.cidrs, now.targets.slots
        return Claim(
            {**all_full(k, now), "one more is full": k.eq(held, slots)},
            {"one more holds as many more": k.eq(node.pool.cidrs + held, (node.enis + 1) * slots)},
        )

    addresses, prefixes = (Mode(name="", holds=anything, block=block) for block in (1, 16))
    return Theorem(
        name="full_enis",
        statement="Where the pool is too low and no ENI has room, all slots of all ENIs are taken.",
        rules=("R79", "R98", "R99", "R5"),
        obligations=(
            obligation("no room, addresses", addresses, one),
            obligation("no room, prefixes", prefixes, one),
            obligation("none", addresses, none),
            obligation("one more", addresses, more),
        ),
        mutants=(without(ENI_CAP), without("one more is full")),
        paper=BY_INDUCTION,
    )


FULL: Final = _full_enis()


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
