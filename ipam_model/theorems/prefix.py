"""Nodes in prefix mode: what is the same whichever target governs the pool.

K ENIs at most, Q prefixes each, P the most pods there ever are. Which target governs decides how
many prefixes the node ever owns if its limits allow (`Family.most`). From it follow

    X = min(K Q, most)         the most prefixes it ever owns,
    N = max(1, ceil(X / Q))    the most ENIs it ever has,

so it never takes more than 16 X + N addresses from its subnets. A prefix has 16 addresses, but all
here is stated for any size, so that small ones can be exhausted and compared.
"""

from functools import cache
from typing import Final, Protocol

from attrs import frozen

from ipam_model.arithmetic import B, I, Logic
from ipam_model.counting import decisions
from ipam_model.counting.decisions import Pool
from ipam_model.counting.model import Kind
from ipam_model.rules import capacity, growth, shrink
from ipam_model.rules.capacity import BLOCK
from ipam_model.theorems import wrong_rules
from ipam_model.theorems.at_rest import AT_MOST_ONE_MORE, HOLDS, at_most_one_more, holds_a_cidr
from ipam_model.theorems.induction import (
    NODE_CAP,
    Invariants,
    Sum,
    consequence,
    invariant_theorem,
    sum_obligations,
)
from ipam_model.theorems.machine import Moment, Node, Parameters, step
from ipam_model.theorems.moments import Mode, OfParameters, anything, sane
from ipam_model.theorems.sums_of_enis import BY_INDUCTION, ENI_CAP
from ipam_model.theorems.theorem import Claim, Mutant, Theorem, Tier, without, wrong

OWNED: Final = "no more prefixes are owned than pods and targets ask for"
ATTACHED: Final = "no more ENIs are attached than these prefixes need"
WITHIN_BOUND: Final = "the bound of every state holds"
ALL_FULL: Final = "ENIs without room are full"


class Most(Protocol):
    """A number of prefixes, by limits and settings."""

    def __call__(self, k: Logic[I, B], parameters: Parameters[I, B], /) -> I:
        """The number."""


class Lacks(Protocol):
    """Prefixes that a pool lacks, told without the rules that the daemon asks by."""

    def __call__(self, k: Logic[I, B], parameters: Parameters[I, B], pool: Pool[I], /) -> I:
        """The number."""


@frozen(kw_only=True)
class Family:
    """The nodes of theorems that are proved together."""

    name: str
    """With this the names of its theorems begin."""
    words: str
    """With this their statements begin."""
    mode: Mode
    most: Most
    """The most prefixes the node owns, if it is not its limits that keep them fewer."""

    def limits(self, k: Logic[I, B], parameters: Parameters[I, B]) -> dict[str, B]:
        """What is assumed of limits and settings."""
        return {
            **self.mode.holds(k, parameters),
            **sane(k, parameters, capped=self.mode.capped),
        }

    @property
    def invariants(self) -> Invariants:
        """What is so in every state that can be reached."""

        def owned(k: Logic[I, B], parameters: Parameters[I, B], node: Node[I]) -> B:
            return k.le(node.pool.cidrs, self.most(k, parameters))

        def attached(k: Logic[I, B], parameters: Parameters[I, B], node: Node[I]) -> B:
            filled = (node.enis - 1) * parameters.targets.slots
            return k.any(k.eq(node.enis, 1), k.lt(filled, self.most(k, parameters)))

        return Invariants(
            name=f"{self.name}_invariants",
            mode=self.mode,
            enis={},
            node={OWNED: owned, ATTACHED: attached},
        )

    def most_owned(self, k: Logic[I, B], parameters: Parameters[I, B]) -> I:
        """X: the most prefixes the node ever owns."""
        targets = parameters.targets
        return k.min(self.most(k, parameters), targets.max_enis * targets.slots)

    def most_attached(self, k: Logic[I, B], parameters: Parameters[I, B]) -> I:
        """N: the most ENIs it ever has."""
        return k.max(k.ceil_div(self.most_owned(k, parameters), parameters.targets.slots), 1)

    def most_reserved(self, k: Logic[I, B], parameters: Parameters[I, B]) -> I:
        """The most addresses it ever takes from its subnets, those of the ENIs included."""
        prefixes = self.most_owned(k, parameters) * parameters.targets.block
        return prefixes + self.most_attached(k, parameters)


def family(
    name: str, words: str, holds: OfParameters, most: Most, *, block: int, capped: bool
) -> Family:
    """The nodes where `holds`, with prefixes of `block` addresses, and max pods or without.

    The names of theorems say what differs from a node with prefixes of 16 and without max pods.
    """
    if capped:
        name, words = f"{name}_max_pods", f"{words}, growth being limited by max pods C"
    if block != BLOCK:
        name, words = f"{name}_of_{block}", f"{words} and prefixes having {block} addresses"
    return Family(
        name=name,
        words=words,
        mode=Mode(name=name, holds=holds, block=block, capped=capped),
        most=most,
    )


def invariant(
    each: Family, *, rules: tuple[str, ...], mutants: tuple[Mutant, ...], tier: Tier
) -> Theorem:
    """The caps hold, and what is owned and attached stays bounded."""
    unlimited = wrong("max pods are no limit", growth.too_low, wrong_rules.low_whatever_max_pods)
    return invariant_theorem(
        each.invariants,
        statement=(
            f"{each.words}, every step keeps to the caps, owns no more prefixes than the peak of "
            "pods and the targets ask for, and attaches an ENI only where all others are full."
        ),
        rules=("R5", "R33", "R79", "R99", "R101", "R107", "R108", "R138", *rules),
        mutants=(
            *mutants,
            *((unlimited,) if each.mode.capped else ()),
            wrong("one ENI more may come", capacity.has_room, wrong_rules.room_for_one_more),
            wrong("extended by what is wanted", growth.extension_size, wrong_rules.extended_by_all),
            wrong("a new ENI with one more", growth.new_eni_size, wrong_rules.new_eni_too_large),
            without(OWNED),
            without(ATTACHED),
            without(ENI_CAP),
            without(ALL_FULL),
        ),
        tier=tier,
    )


def reserved(each: Family, proved: Theorem, bound: str) -> Theorem:
    """The bound on what is taken from the subnets; `bound` is the number of prefixes in words."""

    def prefixes(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        owned = each.most_owned(k, now.parameters)
        return Claim({}, {"prefixes": k.le(now.node.pool.cidrs, owned)})

    def enis(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        return Claim({}, {"ENIs": k.le(now.node.enis, each.most_attached(k, now.parameters))})

    return Theorem(
        name=f"{each.name}_reserved_within_bound",
        statement=(
            f"{each.words}, a node with at most P pods never reserves more than "
            f"{each.mode.block} X "
            f"+ max(1, ceil(X / Q)) addresses, X = {bound}."
        ),
        rules=proved.rules,
        obligations=(
            consequence("prefixes", each.invariants, prefixes),
            consequence("ENIs", each.invariants, enis),
        ),
        mutants=(without(OWNED), without(ATTACHED), without(NODE_CAP)),
        lemmas=(proved,),
        tier=proved.tier,
    )


def requests(
    each: Family, proved: Theorem, lacks: Lacks, *wrong_needs: Mutant, or_one: bool = False
) -> Theorem:
    """What is asked for keeps to the caps, and is no more than the pool lacks."""

    def extended(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        taken, slots = step(k, Kind.EXTEND, now), now.targets.slots
        held = now.eni.pool.cidrs
        asked = taken.eni.pool.cidrs - held
        return Claim(
            taken.guard,
            {
                "a prefix at least is asked for": k.ge(asked, 1),
                "no more than the ENI has free slots": k.le(asked, slots - held),
                "no more than the target lacks": k.le(
                    asked, lacks(k, now.parameters, now.node.pool)
                ),
                "no more than all ENIs can hold": k.le(
                    taken.node.pool.cidrs, now.targets.max_enis * slots
                ),
            },
        )

    def attached(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        taken, targets = step(k, Kind.ATTACH, now), now.targets
        asked = taken.eni.pool.cidrs
        return Claim(
            {**taken.guard, **taken.sums},
            {
                "a prefix at least is asked for": k.ge(asked, 1),
                "no more than an ENI has slots": k.le(asked, targets.slots),
                "no more than the target lacks": k.le(
                    asked, lacks(k, now.parameters, now.node.pool)
                ),
                "the ENI may be attached": k.lt(now.node.enis, targets.max_enis),
            },
        )

    at_least = ", or one" if or_one else ""
    return Theorem(
        name=f"{each.name}_requests_within_caps",
        statement=(
            f"{each.words}, an ENI is asked for only while fewer than K are attached, and prefixes "
            f"only as many as the ENI has free slots and the target lacks{at_least}."
        ),
        rules=("R5", "R33", "R99", "R101", "R107", "R108"),
        obligations=(
            consequence("extended", each.invariants, extended),
            consequence("attached", each.invariants, attached),
        ),
        mutants=(
            *wrong_needs,
            wrong("one ENI more may come", capacity.has_room, wrong_rules.room_for_one_more),
            wrong("extended by what is wanted", growth.extension_size, wrong_rules.extended_by_all),
            wrong("a new ENI with one more", growth.new_eni_size, wrong_rules.new_eni_too_large),
        ),
        lemmas=(proved,),
        properties=("P-M1", "P-M1-wanted", "I9", "I10"),
        tier=proved.tier,
    )


def deleted(each: Family, proved: Theorem) -> Theorem:
    """No pod is lost with an ENI, nor with a prefix."""

    def freed(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        targets, left = now.targets, now.others
        return Claim(
            step(k, Kind.FREE, now).guard,
            {
                "it is not the primary one": k.no(now.choices.primary),
                "no prefix of it has a pod": k.eq(now.eni.pool.cidrs, now.eni.pool.free_cidrs),
                "no pod is lost": k.eq(now.others.assigned, now.node.pool.assigned),
                "an ENI is left": k.ge(now.node.enis - 1, 1),
                "Wi addresses stay available": k.ge(
                    decisions.available(targets, left), targets.warm_ip
                ),
                "m addresses stay": k.ge(decisions.total(targets, left), targets.minimum),
                "Wp prefixes without pods stay": k.ge(left.free_cidrs, targets.warm_prefix),
            },
        )

    def released(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        taken = step(k, Kind.RELEASE, now)
        before, after = now.node.pool, taken.node.pool
        return Claim(
            taken.guard,
            {
                "no pod is lost": k.eq(after.assigned, before.assigned),
                "prefixes with pods stay": k.eq(
                    after.cidrs - after.free_cidrs, before.cidrs - before.free_cidrs
                ),
                "of the ENI too": k.ge(taken.eni.pool.free_cidrs, 0),
            },
        )

    return Theorem(
        name=f"{each.name}_nothing_with_pods_goes",
        statement=(
            f"{each.words}, no ENI with pods and no prefix with pods is ever given back, nor the "
            "primary ENI; where an ENI goes, the others keep Wi available addresses, m in all, and "
            "Wp prefixes without pods."
        ),
        rules=("R133", "R134", "R136", "R138"),
        obligations=(
            consequence("freed", each.invariants, freed),
            consequence("released", each.invariants, released),
        ),
        mutants=(
            wrong("an ENI with pods may go", shrink.deletable, wrong_rules.deletable_with_pods),
            wrong("the primary ENI may go", shrink.deletable, wrong_rules.primary_deletable),
            wrong("Wp need not stay", shrink.keeps_free_cidrs, wrong_rules.keeps_anything),
            without("the ENI gives what it has"),
        ),
        lemmas=(proved,),
        properties=("I3", "I8", "P-S6"),
        tier=proved.tier,
    )


@cache
def held(block: int) -> Theorem:
    """A sum: ENIs that hold something are no more than what is held."""
    mode = Mode(name="", holds=anything, block=block)
    each = Sum(name=AT_MOST_ONE_MORE, enis={HOLDS: holds_a_cidr}, node=at_most_one_more)
    return Theorem(
        name=f"enis_that_hold_a_prefix_of_{block}",
        statement=(
            "Where every ENI but the primary one holds a prefix, a node has at most one ENI more "
            "than prefixes."
        ),
        rules=("R5",),
        obligations=sum_obligations(Invariants(name="", mode=mode, enis={}, node={}), each),
        mutants=(without(HOLDS), without(f"before: {AT_MOST_ONE_MORE}")),
        paper=BY_INDUCTION,
        tier=Tier.FULL,
    )


HELD: Final = held(BLOCK)
