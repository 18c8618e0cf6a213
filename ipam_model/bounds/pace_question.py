"""Questions about bursts of pods: what they add to other questions, and what can be answered."""

from collections.abc import Iterator
from typing import Final

from attrs import fields, frozen

from ipam_model.arithmetic import INTS
from ipam_model.bounds.answer import Basis, Proof, Question
from ipam_model.bounds.burst import Burst, at_rest
from ipam_model.counting.abstraction import obstacles
from ipam_model.counting.decisions import Targets, warm_ip_governs
from ipam_model.counting.model import counting_model
from ipam_model.errors import InputError
from ipam_model.simulation.latencies import NONE, Latencies
from ipam_model.theorems.index import theorems

PAPER: Final = (
    "which growth from there takes longest is argued on paper and equal to brute force on small "
    "nodes (docs/bound-pace.md)"
)
"""The step of the upper side that no solver has checked."""


@frozen(kw_only=True)
class PaceQuestion(Question):
    """A question with a burst in it."""

    burst: int | None = None
    """Pods that come at once; `None`: as many as then fit, and no more than max pods."""
    latencies: Latencies = NONE
    """How long EC2 and the host take to answer."""

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if self.burst is not None and self.burst < 0:
            raise InputError(f"the burst is of {self.burst} pods; it must be of 0 or more")


def paced(question: Question) -> PaceQuestion:
    """The question, with the usual burst and no latencies if it has none of its own."""
    if isinstance(question, PaceQuestion):
        return question
    given = {each.name: getattr(question, each.name) for each in fields(Question)}
    return PaceQuestion(**given)


def outside(question: Question) -> tuple[str, ...]:
    """Why the closed forms do not speak of this node; empty: they do."""
    return tuple(_outside(question))


def _outside(question: Question) -> Iterator[str]:
    world = question.node.world()
    settings = world.config.settings
    yield from obstacles(world)
    if settings.pod_eni:
        yield "a slot may be kept for a trunk ENI (R48)"
    if settings.provisioning_disabled:
        yield "provisioning is disabled (R52)"
    if question.cordoned:
        yield "a cordoned node does not grow (R51)"


def counts(question: Question) -> Targets[int, bool]:
    """The limits and settings that growth depends on.

    Raises:
        InputError: IPv6 nodes have none.
    """
    return counting_model(question.node.config).targets


def burst_of(question: PaceQuestion) -> Burst:
    """The burst that is asked about.

    Raises:
        InputError: the pods that are to be there first do not fit, or a pool that does not grow
            has no address for them.
    """
    targets = counts(question)
    capacity = targets.max_enis * targets.slots * targets.block
    pods = question.pods_now or 0
    max_pods = question.node.max_pods if question.max_pods else None
    if pods > capacity:
        raise InputError(
            f"{pods} pods now do not fit: {question.node.name} holds {capacity} at most"
        )
    peak = capacity if question.pods is None else min(question.pods, capacity)
    most = capacity if max_pods is None else min(capacity, max_pods)
    coming = max(most - pods, 0) if question.burst is None else question.burst
    burst = Burst(
        targets=targets, max_pods=max_pods, peak=max(peak, pods), pods=pods, coming=coming
    )
    rest = at_rest(burst)
    if rest is not None and rest.most_cidrs * targets.block < pods:
        raise InputError(
            f"{pods} pods now cannot all have an address: {question.node.name} never owns more "
            f"than {rest.most_cidrs * targets.block}"
        )
    return burst


def assumptions(question: PaceQuestion, burst: Burst) -> tuple[str, ...]:
    """What is taken for granted, in words."""
    before = f"{burst.pods} pods have an address, the node is at rest and no address cools"
    found = [
        f"{before} when {burst.coming} more come at once, right after a tick",
        "a pod that was refused asks again as soon as each tick is over",
    ]
    if burst.pods + burst.coming > burst.capacity:
        found.append(f"the node holds {burst.capacity} pods; no more are waited for")
    return (*found, *outside(question))


def rest_theorem(targets: Targets[int, bool]) -> str:
    """The theorem that says what a node owns at rest."""
    if warm_ip_governs(INTS, targets):
        if targets.prefix_mode:
            return "prefix_warm_ip_prefixes_at_rest"
        return "warm_ip_owned_at_rest"
    if targets.prefix_mode:
        return "prefix_warm_prefix_prefixes_at_rest"
    return "warm_eni_target_is_met_at_rest"


def proof_by_growth(targets: Targets[int, bool], claim: str) -> Proof:
    """What is owned at rest is a theorem; the sum over the growth that follows is on paper."""
    theorem = theorems()[rest_theorem(targets)]
    return Proof(
        basis=Basis.THEOREM,
        name=theorem.name,
        statement=claim,
        modulo=(*dict.fromkeys(each.paper for each in theorem.basis() if each.paper), PAPER),
    )
