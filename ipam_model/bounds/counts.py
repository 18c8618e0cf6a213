"""Quantities that the counting model has: addresses and ENIs, ever and at rest.

At rest means that nothing but pods comes and goes: no pool step is possible, however long one
waits. *Owned* and *idle* addresses are those of the pool, *reserved* are all that the node takes
from its subnets, the primary addresses of its ENIs and leaked ENIs included.
"""

from collections.abc import Callable
from typing import Final

from attrs import evolve

from ipam_model.bounds import closed_forms
from ipam_model.bounds.answer import Basis, Bound, Proof, Question, answer
from ipam_model.bounds.closed_forms import Most
from ipam_model.bounds.registry import Quantity
from ipam_model.bounds.seeking import Goal, Upper, sides
from ipam_model.bounds.subject import NO_FAULTS, Subject, subject
from ipam_model.counting.decisions import Pool
from ipam_model.errors import InputError
from ipam_model.inspection.counted import counted
from ipam_model.quantities import Quantities
from ipam_model.theorems import (
    prefix_warm_ip,
    prefix_warm_prefix,
    warm_eni_at_rest,
    warm_ip_at_rest,
    warm_ip_max_pods_at_rest,
)
from ipam_model.theorems.theorem import Theorem

ADDRESSES: Final = "addresses"
ENIS: Final = "ENIs"


# -- what the numbers are ------------------------------------------------------------------------


def _reserved(about: Subject, pool: Pool[int], enis: int) -> int:
    return pool.cidrs * about.targets.block + enis


def _owned(about: Subject, pool: Pool[int], enis: int) -> int:
    del enis
    return pool.cidrs * about.targets.block


def _enis(about: Subject, pool: Pool[int], enis: int) -> int:
    del about, pool
    return enis


def _idle(about: Subject, pool: Pool[int], enis: int) -> int:
    return _owned(about, pool, enis) - pool.assigned


def _overshoot(about: Subject, pool: Pool[int], enis: int) -> int:
    return max(_owned(about, pool, enis) - about.max_pods, 0)


def missing(about: Subject, owned: int, assigned: int) -> int:
    """Addresses that the governing warm target lacks; a target of 0 lacks none."""
    targets = about.targets
    available = owned - assigned
    if targets.warm_ip or targets.minimum:
        for_warm = targets.warm_ip - available if targets.warm_ip else 0
        return max(for_warm, targets.minimum - owned, 0)
    if targets.prefix_mode:
        return max(targets.warm_prefix * targets.block - available, 0)
    return max(targets.warm_eni * targets.slots - available, 0)


def _shortfall(about: Subject, pool: Pool[int], enis: int) -> int:
    return missing(about, _owned(about, pool, enis), pool.assigned)


def _measured_overshoot(about: Subject, found: Quantities) -> int:
    return max(found.owned - about.max_pods, 0)


# -- upper sides ---------------------------------------------------------------------------------


def limits(about: Subject) -> int:
    """Addresses that EC2 lets so many ENIs take, each with its primary address."""
    return about.attachable * (about.per_eni + 1)


LIMITS: Final = Proof(
    basis=Basis.LIMITS,
    name="the instance's limits",
    statement="EC2 attaches no more ENIs, and assigns no more addresses to each (R3, R4).",
)
SUBNET: Final = Proof(
    basis=Basis.LIMITS,
    name="the subnet",
    statement="No more addresses are taken from a subnet than are free in it.",
)

SCARCE: Final = "its subnet may run out of addresses, and then growth fails"
"""As an obstacle, but for the model: it knows what such a node does, the theorems do not."""

NOTHING: Final = Proof(
    basis=Basis.DEFINITION,
    name="the whole target",
    statement="No more is lacking than where nothing is there.",
)


ENOUGH: Final = (
    "a subnet that has all the addresses that are ever reserved refuses no call: each asks for "
    "what its step adds in the counting model (docs/bound.md)"
)
"""The step from a subnet that never runs out, of which the theorems speak, to one that does not
for this node."""


def _may_be_refused(about: Subject) -> bool:
    """Whether a call may fail for want of addresses, which is no step of any theorem.

    Such a node may own what no step of the counting model leaves, and rests where growth is wanted.
    """
    if about.free is None:
        return False
    if about.obstacles or about.fragmented:
        return True
    return about.free < closed_forms.ever(about.parameters).reserved


def _unproved(about: Subject) -> bool:
    return bool(about.obstacles) or _may_be_refused(about)


def _proved(about: Subject, value: int, proof: Proof) -> Upper:
    """What a theorem says, of a node whose calls are not refused."""
    if about.free is not None:
        proof = evolve(proof, modulo=(*proof.modulo, ENOUGH))
    return Upper(value, proof)


def _ever(about: Subject, number: Callable[[Most], int], cap: int) -> Upper:
    if _unproved(about):
        return Upper(cap, LIMITS)
    most = closed_forms.ever(about.parameters)
    return _proved(about, number(most), most.proof)


def _with_subnet(about: Subject, upper: Upper) -> Upper:
    if about.free is None or about.free >= upper.value:
        return upper
    return Upper(about.free, SUBNET)


# -- answers -------------------------------------------------------------------------------------


def _answered(
    question: Question,
    about: Subject,
    goal: Goal,
    upper: Upper | None,
    *,
    unit: str = ADDRESSES,
    assumptions: tuple[str, ...] = (),
) -> Bound:
    found = sides(about, question, goal, upper)
    return answer(
        question,
        unit=unit,
        proof=found.never if found.upper is None else found.upper.proof,
        upper=None if found.upper is None else found.upper.value,
        witness=found.witness,
        unwitnessed=found.unwitnessed,
        assumptions=(*about.assumptions, *assumptions, *_not_covered(about)),
    )


def _not_covered(about: Subject) -> tuple[str, ...]:
    scarce = (SCARCE,) if not about.obstacles and _may_be_refused(about) else ()
    return tuple(f"no theorem speaks of this node: {each}" for each in (*about.obstacles, *scarce))


def reserved(question: Question, about: Subject) -> Bound:
    """The most addresses ever taken from the subnets."""
    upper = _ever(about, lambda most: most.reserved, limits(about))
    if not question.faults:
        goal = Goal(counted=_reserved, measured=lambda _, found: found.reserved)
        return _answered(question, about, goal, _with_subnet(about, upper))
    return _with_faults(question, about)


def _with_faults(question: Question, about: Subject) -> Bound:
    """What is attached and what leaked are two terms.

    After a failed call the daemon and EC2 know different things, and the theorems do not speak of
    the node any more. EC2's limits still hold of the attached ENIs, and every ENI that is detached
    and not deleted has cost one failed call.
    """
    attached = limits(about)
    leaked = question.faults * (about.per_eni + 1)
    proof = evolve(
        LIMITS,
        name="the instance's limits, and one ENI for each failed call",
        statement=f"{LIMITS.statement} A failed call leaves one detached ENI behind at most.",
    )
    upper = _with_subnet(about, Upper(attached + leaked, proof))
    without = reserved(evolve(question, faults=0), about)
    return answer(
        question,
        unit=ADDRESSES,
        proof=upper.proof,
        upper=upper.value,
        witness=without.witness,
        assumptions=(
            *(each for each in about.assumptions if each != NO_FAULTS),
            f"{counted(question.faults, 'failed call')} to EC2; the witness has none",
        ),
        parts={"attached": attached, "leaked": leaked, "without faults": without.value or 0},
    )


def enis(question: Question, about: Subject) -> Bound:
    """The most ENIs ever attached."""
    upper = _ever(about, lambda most: most.enis, about.attachable)
    goal = Goal(counted=_enis, measured=lambda _, found: found.enis)
    return _answered(question, about, goal, upper, unit=ENIS)


def owned(question: Question, about: Subject) -> Bound:
    """The most addresses ever in the pool."""
    upper = _most_owned(about)
    goal = Goal(counted=_owned, measured=lambda _, found: found.owned)
    return _answered(question, about, goal, _with_subnet(about, upper))


def _most_owned(about: Subject) -> Upper:
    cap = about.attachable * about.per_eni
    return _ever(about, lambda most: most.cidrs * about.targets.block, cap)


def _pods_now(question: Question, about: Subject) -> int | None:
    """The pods now.

    Raises:
        InputError: they are more than the peak, or than the node ever has addresses for.
    """
    pods, name = question.pods_now, question.node.name
    if pods is None:
        return None
    if pods > about.capacity:
        raise InputError(f"{pods} pods now do not fit: {name} holds {about.capacity} at most")
    if pods > about.parameters.peak:
        raise InputError(
            f"{name}: {pods} pods now are more than its peak, {about.parameters.peak}; give --pods "
            "too, or fewer"
        )
    owned = _with_subnet(about, _most_owned(about)).value
    if pods > owned:
        raise InputError(
            f"{name}: {pods} pods now cannot all have an address: it owns {owned} at most"
        )
    return pods


def overshoot(question: Question, about: Subject) -> Bound:
    """The most addresses owned above max pods."""
    most = _with_subnet(about, _most_owned(about))
    upper = Upper(max(most.value - about.max_pods, 0), most.proof)
    goal = Goal(counted=_overshoot, measured=_measured_overshoot)
    return _answered(question, about, goal, upper)


def reserved_after_churn(question: Question, about: Subject) -> Bound:
    """The most addresses reserved at rest with p pods now, after a peak of more."""
    pods = _pods_now(question, about) or 0
    assumed = () if question.pods_now is not None else ("no pods now",)
    return _reserved_at_rest(question, about, pods, assumed)


def _reserved_at_rest(
    question: Question, about: Subject, pods: int, assumed: tuple[str, ...]
) -> Bound:
    enis: int | None = None
    if _unproved(about):
        upper = Upper(limits(about), LIMITS)
    else:
        most = closed_forms.at_rest(about.parameters, pods)
        upper, enis = _proved(about, most.reserved, most.proof), most.enis
    goal = Goal(
        counted=_reserved,
        measured=lambda _, found: found.reserved,
        at_rest=True,
        pods=pods,
        enis=enis,
    )
    upper = _with_subnet(about, upper)
    return _answered(question, about, goal, upper, assumptions=assumed)


def floor(question: Question, about: Subject) -> Bound:
    """The most addresses that a node keeps at rest once all its pods are gone."""
    if not question.cordoned or question.node.config.settings.manage_enis_non_schedulable:
        return _reserved_at_rest(question, about, 0, ())
    goal = Goal(
        counted=_reserved,
        measured=lambda _, found: found.reserved,
        at_rest=True,
        pods=0,
        cordoned=True,
    )
    return _answered(
        question,
        about,
        goal,
        _with_subnet(about, _cordoned_floor(about)),
        assumptions=("cordoned when its pods begin to go",),
    )


def _cordoned_floor(about: Subject) -> Upper:
    """ENIs stay (R51), and addresses above the targets go as on any node (R131, R138)."""
    if _unproved(about):
        return Upper(limits(about), LIMITS)
    targets = about.targets
    most = closed_forms.ever(about.parameters)
    kept = most.cidrs
    if targets.warm_ip or targets.minimum:
        kept = max(-(-targets.warm_ip // targets.block), -(-targets.minimum // targets.block))
    elif targets.prefix_mode:
        kept = targets.warm_prefix
    proved = most.proof
    proof = evolve(
        proved,
        statement=f"{proved.statement} A cordoned node neither attaches nor deletes ENIs (R51).",
        modulo=(*proved.modulo, "what is over goes from a cordoned node, too (R51, R131)"),
    )
    return _proved(about, min(kept, most.cidrs) * targets.block + most.enis, proof)


def idle(question: Question, about: Subject) -> Bound:
    """The most addresses of the pool that no pod has, at rest."""
    now = _pods_now(question, about)
    any_number = now is None
    if _unproved(about):
        pods, owned_at_most = now or 0, _with_subnet(about, _most_owned(about))
        goal = Goal(
            counted=_idle,
            measured=lambda _, f: f.idle,
            at_rest=True,
            pods=pods,
            any_pods=any_number,
        )
        upper = Upper(owned_at_most.value - pods, owned_at_most.proof)
        assumed = ("any number of pods",) if any_number else ()
        return _answered(question, about, goal, upper, assumptions=assumed)
    block = about.targets.block
    fit = min(about.parameters.peak, _most_owned(about).value)
    numbers = range(fit + 1) if now is None else (now,)
    most = {pods: closed_forms.at_rest(about.parameters, pods) for pods in numbers}
    worst = max(numbers, key=lambda pods: most[pods].cidrs * block - pods)
    upper = _proved(about, max(most[worst].cidrs * block - worst, 0), most[worst].proof)
    goal = Goal(
        counted=_idle,
        measured=lambda _, f: f.idle,
        at_rest=True,
        pods=worst,
        any_pods=any_number,
        enis=most[worst].enis,
    )
    assumed = (f"any number of pods; the worst is {worst}",) if any_number else ()
    return _answered(question, about, goal, upper, assumptions=assumed)


def shortfall(question: Question, about: Subject) -> Bound:
    """The most addresses that the warm target lacks at rest."""
    goal = Goal(
        counted=_shortfall,
        measured=lambda about, found: missing(about, found.owned, found.assigned),
        at_rest=True,
        loaded=True,
    )
    unproved = _unproved(about)
    upper = Upper(missing(about, 0, 0), NOTHING) if unproved else _most_missing(about)
    shared = ("what other cards have available counts as well",) if about.elsewhere else ()
    return _answered(question, about, goal, upper, assumptions=shared)


def _most_missing(about: Subject) -> Upper:
    """Where the target is unmet at rest, all ENIs are full, or max pods is reached (R79)."""
    targets, limit = about.targets, about.parameters.max_pods
    unit = targets.block
    if not targets.prefix_mode and not (targets.warm_ip or targets.minimum):
        unit = targets.slots
    fewest = about.capacity if limit is None else min(-(-limit // unit) * unit, about.capacity)
    value = missing(about, fewest, min(about.parameters.peak, fewest))
    return _proved(about, value, closed_forms.proof(_met_at_rest(about)))


def _met_at_rest(about: Subject) -> Theorem:
    targets, capped = about.targets, about.parameters.max_pods is not None
    if not targets.prefix_mode:
        if not (targets.warm_ip or targets.minimum):
            return warm_eni_at_rest.TARGET_MET
        return warm_ip_max_pods_at_rest.UNMET if capped else warm_ip_at_rest.SETTLED
    if targets.warm_ip or targets.minimum:
        return prefix_warm_ip.TARGET_IS_MET_MAX_PODS if capped else prefix_warm_ip.TARGET_IS_MET
    if capped:
        return prefix_warm_prefix.TARGET_IS_MET_MAX_PODS
    return prefix_warm_prefix.TARGET_IS_MET


About = Callable[[Question, Subject], Bound]
"""The answer to a question whose node is put in the counting model's terms."""

ABOUT: Final[dict[str, About]] = {
    "reserved": reserved,
    "owned": owned,
    "enis": enis,
    "overshoot": overshoot,
    "reserved-after-churn": reserved_after_churn,
    "idle": idle,
    "floor": floor,
    "shortfall": shortfall,
}


def _of_question(name: str) -> Callable[[Question], Bound]:
    def found(question: Question) -> Bound:
        return ABOUT[name](question, subject(question))

    return found


QUANTITIES: Final = tuple(
    Quantity(
        name=name,
        unit=unit,
        meaning=meaning,
        answer=_of_question(name),
        timed=False,
        with_faults=name == "reserved",
        with_cordon=name == "floor",
        with_pods_now=name in ("reserved-after-churn", "idle"),
    )
    for name, unit, meaning in (
        ("reserved", ADDRESSES, "taken from the subnets, ever"),
        ("owned", ADDRESSES, "in the pool, ever"),
        ("enis", ENIS, "attached, ever"),
        ("overshoot", ADDRESSES, "owned above max pods, ever"),
        (
            "reserved-after-churn",
            ADDRESSES,
            "taken from the subnets at rest with the pods now, after a peak",
        ),
        ("idle", ADDRESSES, "of the pool without a pod, at rest"),
        ("floor", ADDRESSES, "still reserved at rest after all pods are gone"),
        ("shortfall", ADDRESSES, "lacking of the warm target, at rest"),
    )
)
"""The quantities of this module."""
