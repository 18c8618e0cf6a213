"""What becomes of a node that is left alone: it comes to rest, and every procedure ends."""

from ipam_model.properties.evidence import Quiet, Step
from ipam_model.properties.growing import GROWTH, requested
from ipam_model.properties.ownership import stores
from ipam_model.properties.registry import (
    VACUOUS,
    Verdict,
    Violated,
    after_quiet,
    every_step,
    holds,
)
from ipam_model.requests import DONE, Failed, FreeENI, UnassignPrivateIpAddresses
from ipam_model.world import World


def shape(world: World) -> tuple[object, ...]:
    """The ENIs and CIDRs of the stores, without records and clocks."""
    return tuple(
        (store.card, eni.id, tuple(cidr.network for cidr in eni.cidrs))
        for store in stores(world)
        for eni in store.enis
    )


@after_quiet(
    "P-L1",
    "Under constant demand the pool reaches a fixpoint: the same ENIs with the same CIDRs, pass "
    "after pass.",
    source="PR #1512",
)
def pool_comes_to_rest(quiet: Quiet) -> Verdict:
    """The second half of the quiet period."""
    if quiet.settled.node is None:
        return VACUOUS
    at_rest = shape(quiet.settled)
    for number, world in enumerate(quiet.course[quiet.passes :], quiet.passes + 1):
        if world.node is not quiet.settled.node and shape(world) != at_rest:
            return Violated(f"after {quiet.passes} passes the pool still changes, in pass {number}")
    return holds(bool(at_rest))


@after_quiet(
    "P-L2",
    "Under constant demand nothing is allocated and released in turns.",
    source="#1775, #1451",
)
def no_cycle(quiet: Quiet) -> Verdict:
    """Successful calls of the second half, in both directions."""
    gained = lost = ""
    for step in quiet.later:
        for asked in step.asked:
            request = requested(asked)
            if isinstance(request, GROWTH):
                if not isinstance(asked.answer, Failed):
                    gained = gained or f"{type(request).__name__} at {asked.now} ms"
            elif isinstance(request, FreeENI | UnassignPrivateIpAddresses) and asked.answer is DONE:
                lost = lost or f"{type(request).__name__} at {asked.now} ms"
    if gained and lost:
        return Violated(f"{gained}, and {lost}, without any demand")
    return holds(quiet.settled.node is not None)


@every_step(
    "P-L7",
    "Every procedure ends: a step asks no more questions than a multiple of the ENIs, CIDRs and "
    "pods there are.",
    source="#2807, #1872",
)
def procedures_end(step: Step) -> Verdict:
    """At most 40, and 24 for each ENI, which takes six attempts (R57), 4 for each CIDR and pod."""
    if not step.asked:
        return VACUOUS
    if len(step.asked) <= 40:  # Whatever there is.
        return holds(True)
    ends = (step.before, step.after)
    enis = sum(len(each.ec2.enis) for each in ends)
    cidrs = sum(len(eni.networks()) for each in ends for eni in each.ec2.enis)
    for world in ends:
        for store in stores(world):
            enis += len(store.enis)
            cidrs += sum(len(eni.cidrs) for eni in store.enis) + len(store.holdings)
    pods = sum(len(each.entries) for _, each in step.before.checkpoints)
    most = 40 + 24 * enis + 4 * (cidrs + pods)
    if len(step.asked) > most:
        return Violated(f"{len(step.asked)} questions in one step; {most} would be enough")
    return holds(True)
