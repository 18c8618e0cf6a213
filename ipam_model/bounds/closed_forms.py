"""The upper side: what theorems prove of a node's limits and settings, as integers.

Every function here only puts a node's numbers into the bound of a theorem. Where a theorem bounds
the ENIs for each number of CIDRs, the largest sum is taken.
"""

from functools import cache
from typing import Final, NamedTuple

from attrs import evolve

from ipam_model.arithmetic import INTS
from ipam_model.bounds.answer import Basis, Proof
from ipam_model.counting import decisions
from ipam_model.theorems import (
    prefix_max_pods,
    prefix_warm_ip,
    prefix_warm_prefix,
    warm_eni,
    warm_eni_at_rest,
    warm_ip,
    warm_ip_at_rest,
    warm_ip_max_pods,
    warm_ip_max_pods_at_rest,
)
from ipam_model.theorems.machine import Parameters
from ipam_model.theorems.prefix import Family, family
from ipam_model.theorems.theorem import Theorem

Numbers = Parameters[int, bool]


class Most(NamedTuple):
    """The most that is held, ever or at rest; each number on its own."""

    cidrs: int
    """Addresses, or prefixes in prefix mode."""
    enis: int
    reserved: int
    theorem: Theorem
    also: tuple[Theorem, ...] = ()
    """Others that it takes."""

    @property
    def proof(self) -> Proof:
        """The certificate."""
        return proof(self.theorem, *self.also)


def ever(parameters: Numbers) -> Most:
    """The most that is ever held, whatever pods and pool do."""
    k, targets = INTS, parameters.targets
    if targets.prefix_mode:
        return _prefixes_ever(parameters)
    if targets.warm_ip > 0 or targets.minimum > 0:
        if parameters.max_pods is None:
            owned = warm_ip.most_owned(k, parameters)
            enis = warm_ip.most_attached(k, parameters)
            return Most(owned, enis, owned + enis, warm_ip.RESERVED)
        owned = warm_ip_max_pods.most_owned(k, parameters)
        enis = warm_ip_max_pods.most_attached(k, parameters)
        return Most(owned, enis, owned + enis, warm_ip_max_pods.RESERVED_WITH_MAX_PODS)
    parameters = _with_cap(parameters)
    enis = warm_eni.most_attached(k, parameters)
    reserved = warm_eni.most_reserved(k, parameters)
    return Most(reserved - enis, enis, reserved, warm_eni.RESERVED)


def at_rest(parameters: Numbers, pods: int) -> Most:
    """The most that is held at rest with so many pods."""
    k, targets = INTS, parameters.targets
    if targets.prefix_mode:
        return _prefixes_at_rest(parameters, pods)
    if targets.warm_ip > 0 or targets.minimum > 0:
        owned = warm_ip_at_rest.owned_at_rest(k, parameters, pods)
        if parameters.max_pods is None:
            enis = warm_ip_at_rest.attached_at_rest(k, parameters, pods)
            return Most(owned, enis, owned + enis, warm_ip_at_rest.RESERVED_AT_REST)
        most = ever(parameters)
        owned = min(owned, most.cidrs)
        enis = min(most.enis, owned + 1)
        theorem = warm_ip_max_pods_at_rest.RESERVED_AT_REST_WITH_MAX_PODS
        return Most(owned, enis, owned + enis, theorem)
    parameters = _with_cap(parameters)
    enis = warm_eni_at_rest.most_enis_at_rest(k, parameters, pods)
    owned = 0 if parameters.cap == 0 else enis * targets.slots
    return Most(owned, enis, owned + enis, warm_eni_at_rest.RESERVED_AT_REST)


_PROOFS: Final[dict[tuple[str, ...], Proof]] = {}


def proof(*theorems: Theorem) -> Proof:
    """The certificate of a bound that these theorems prove."""
    names = tuple(each.name for each in theorems)
    found = _PROOFS.get(names)
    if found is None:
        papers = [part.paper for each in theorems for part in each.basis() if part.paper]
        found = _PROOFS[names] = Proof(
            basis=Basis.THEOREM,
            name=", ".join(names),
            statement=" ".join(each.statement for each in theorems),
            modulo=tuple(dict.fromkeys(papers)),
        )
    return found


def _with_cap(parameters: Numbers) -> Numbers:
    """Max pods of more than all addresses, where they limit nothing (`WITHOUT_MAX_PODS`)."""
    if parameters.max_pods is not None:
        return parameters
    targets = parameters.targets
    return Parameters(
        targets=targets, peak=parameters.peak, max_pods=targets.max_enis * targets.slots + 1
    )


# -- prefix mode ---------------------------------------------------------------------------------


class _Theorems(NamedTuple):
    reserved: Theorem
    at_rest: Theorem
    enis: Theorem
    wanted: Theorem


def _family(parameters: Numbers) -> tuple[Family, _Theorems]:
    targets = parameters.targets
    governed = targets.warm_ip > 0 or targets.minimum > 0
    return _known_family(governed, targets.block, parameters.max_pods is not None)


@cache
def _known_family(warm_ip_governs: bool, block: int, capped: bool) -> tuple[Family, _Theorems]:
    module = prefix_warm_ip if warm_ip_governs else prefix_warm_prefix
    name = "prefix_warm_ip" if warm_ip_governs else "prefix_warm_prefix"
    holds = (
        prefix_warm_ip.governed_by_warm_ip
        if warm_ip_governs
        else prefix_warm_prefix.governed_by_warm_prefix
    )
    each = family(name, "", holds, module.most, block=block, capped=capped)
    found = {theorem.name: theorem for theorem in module.theorems(block, capped=capped)}
    return each, _Theorems(
        found[f"{each.name}_reserved_within_bound"],
        found[f"{each.name}_reserved_at_rest"],
        prefix_max_pods.theorems(block)[1],
        prefix_max_pods.warm_ip_theorem(block),
    )


def _prefixes_ever(parameters: Numbers) -> Most:
    """What the targets ask for, and what max pods leave of it."""
    each, ways = _family(parameters)
    targets = parameters.targets
    owned = each.most_owned(INTS, parameters)
    enis = each.most_attached(INTS, parameters)
    also: tuple[Theorem, ...] = ()
    if parameters.max_pods is not None:
        most = prefix_max_pods.most_owned(INTS, parameters)
        if most < owned:
            owned, also = most, (ways.enis,)
        if decisions.warm_ip_governs(INTS, targets):
            most = prefix_max_pods.most_wanted(INTS, parameters)
            if most < owned:
                owned, also = most, (*also, ways.wanted)
        enis = min(enis, max(-(-owned // targets.slots), 1))
    return Most(owned, enis, owned * targets.block + enis, ways.reserved, also)


def _prefixes_at_rest(parameters: Numbers, pods: int) -> Most:
    """The largest sum over all numbers of prefixes that may be there at rest."""
    each, ways = _family(parameters)
    targets, most = parameters.targets, ever(parameters)
    block = targets.block
    governed = decisions.warm_ip_governs(INTS, targets)
    if governed:
        cidrs = prefix_warm_ip.most_at_rest(INTS, each, parameters, pods)
    else:
        cidrs = prefix_warm_prefix.most_at_rest(INTS, each, parameters, pods)
    cidrs = min(cidrs, most.cidrs)
    fewest = max(cidrs - most.enis // block - 1, -(-pods // block))
    enis = reserved = 0
    for held in range(fewest, cidrs + 1):
        if governed:
            attached = _enis_with(parameters, most.enis, pods, held)
        else:
            attached = prefix_warm_prefix.enis_at_rest(INTS, each, parameters, pods, held)
        attached = min(attached, most.enis)
        enis = max(enis, attached)
        reserved = max(reserved, held * block + attached)
    return Most(cidrs, enis, reserved, ways.at_rest, most.also)


def _enis_with(parameters: Numbers, most: int, pods: int, held: int) -> int:
    """n(x) of `prefix_warm_ip`, for any spread of the pods over the prefixes."""
    targets, block = parameters.targets, parameters.targets.block
    enough = (
        held * block - pods >= -(-targets.warm_ip // block) * block
        and held >= -(-targets.minimum // block)
        and max(held - pods, 0) >= targets.warm_prefix
    )
    return min(most, held + 1) if enough else most


def any_pods(parameters: Numbers) -> Numbers:
    """The same node when its pods may be as many as it has addresses."""
    targets = parameters.targets
    return evolve(parameters, peak=targets.max_enis * targets.slots * targets.block)
