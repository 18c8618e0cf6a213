"""Questions about bursts of pods: what they add to other questions, and what can be answered."""

from typing import Final

from attrs import field, fields, frozen
from attrs.converters import optional

from ipam_model.arithmetic import INTS
from ipam_model.bounds.answer import Basis, Proof, Question
from ipam_model.bounds.burst import Burst, at_rest
from ipam_model.bounds.subject import subject
from ipam_model.counting.decisions import Targets, warm_ip_governs
from ipam_model.errors import InputError
from ipam_model.inspection.counted import counted
from ipam_model.nodes import whole
from ipam_model.simulation.latencies import NONE, Latencies
from ipam_model.theorems.index import theorems

PACED: Final = ("ticks-to-serve", "time-to-serve", "unserved", "ec2-calls")
"""Quantities that a burst matters to."""
PAPER: Final = (
    "which growth from there takes longest is argued on paper and equal to brute force on small "
    "nodes (docs/bound-pace.md)"
)
"""The step of the upper side that no solver has checked."""
ON_CALLS: Final = (
    "which calls to EC2 that means is argued on paper, and runs of random small nodes do not pass "
    "it (docs/bound-pace.md)"
)
"""The same of calls."""


@frozen(kw_only=True)
class PaceQuestion(Question):
    """A question with a burst in it."""

    burst: int | None = field(default=None, converter=optional(whole))
    """Pods that come at once; `None`: as many as then fit, up to max pods."""
    latencies: Latencies = NONE
    """How long EC2 and the host take to answer."""

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if self.burst is not None and self.burst < 0:
            raise InputError(f"the burst is of {self.burst} pods; it must be of 0 or more")


def paced(question: Question, *, timed: bool = False) -> PaceQuestion:
    """The question, with the usual burst and no latencies if it has none of its own.

    Raises:
        InputError: it has latencies, and its answer is not one in time (`timed`). Calls that take
            long let more reconciles come between them, which no other quantity allows for.
    """
    if isinstance(question, PaceQuestion):
        if not timed and question.latencies != NONE:
            raise InputError(f"latencies go with time-to-serve, not with {question.quantity}")
        return question
    given = {each.name: getattr(question, each.name) for each in fields(Question)}
    return PaceQuestion(**given)


def outside(question: Question) -> tuple[str, ...]:
    """Why the closed forms do not speak of this node; empty: they do."""
    known = subject(question)
    found = [*known.obstacles]
    if known.free is not None:
        found.append("the theorems do not speak of a subnet that may run out of addresses")
    return tuple(found)


def burst_of(question: PaceQuestion) -> Burst:
    """The burst that is asked about.

    Raises:
        InputError: the node has no pool, or never owns addresses for the pods that are to be there
            before.
    """
    known = subject(question)
    pods, capacity = question.pods_now or 0, known.capacity
    if pods > capacity:
        raise InputError(
            f"{pods} pods now do not fit: {question.node.name} holds {capacity} at most"
        )
    coming = max(min(capacity, known.max_pods) - pods, 0)
    if question.burst is not None:
        coming = question.burst
    burst = Burst(
        targets=known.targets,
        max_pods=known.parameters.max_pods,
        peak=max(known.parameters.peak or 0, pods),
        pods=pods,
        coming=coming,
        kept=known.kept,
        elsewhere=known.elsewhere,
    )
    rest = None if known.obstacles else at_rest(burst)
    owned = None if rest is None else rest.most_cidrs * known.targets.block
    if owned is not None and owned < pods:
        raise InputError(
            f"{pods} pods now cannot all have an address: {question.node.name} owns {owned} at most"
        )
    return burst


def assumptions(question: PaceQuestion, burst: Burst) -> tuple[str, ...]:
    """What is taken for granted, in words."""
    have = "has" if burst.pods == 1 else "have"
    before = (
        f"{counted(burst.pods, 'pod')} {have} an address, the node is at rest and no address cools"
    )
    found = [
        f"{before} when {burst.coming} more come at once, right after a tick",
        "a pod that was refused asks again as soon as each tick is over",
    ]
    if burst.pods + burst.coming > burst.capacity:
        found.append(f"the node holds {counted(burst.capacity, 'pod')}; no more are waited for")
    return (*found, *premises(question))


def premises(question: Question) -> tuple[str, ...]:
    """What is taken for granted of the node and the world around it, and why no theorem helps."""
    about = subject(question)
    return (*about.assumptions, *outside(question))


def rest_theorem(targets: Targets[int, bool]) -> str:
    """The theorem that says what a node owns at rest."""
    if warm_ip_governs(INTS, targets):
        if targets.prefix_mode:
            return "prefix_warm_ip_prefixes_at_rest"
        return "warm_ip_owned_at_rest"
    if targets.prefix_mode:
        return "prefix_warm_prefix_prefixes_at_rest"
    return "warm_eni_target_is_met_at_rest"


def proof_by_growth(targets: Targets[int, bool], claim: str, paper: str = PAPER) -> Proof:
    """What is owned at rest is a theorem; the sum over the growth that follows is on paper."""
    theorem = theorems()[rest_theorem(targets)]
    return Proof(
        basis=Basis.THEOREM,
        name=theorem.name,
        statement=claim,
        modulo=(*dict.fromkeys(each.paper for each in theorem.basis() if each.paper), paper),
    )
