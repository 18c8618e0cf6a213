"""Where growth takes place, and what it may ask for: found missing by wrong models."""

from ipam_model.config import Version
from ipam_model.properties.aggregates import (
    closed_to_pods,
    has_an_eni_worth,
    heeds_max_pods,
    may_grow,
    of_the_article,
    open_to_new_enis,
    room,
    size,
)
from ipam_model.properties.evidence import Asked, Quiet, Step
from ipam_model.properties.growing import requested, store_of
from ipam_model.properties.pace import BACK_OFF
from ipam_model.properties.registry import (
    HOLDS,
    VACUOUS,
    Verdict,
    Violated,
    after_quiet,
    every_ask,
    every_state,
    holds,
    over_run,
)
from ipam_model.properties.warm_target import lets_grow, target_met
from ipam_model.requests import OUT_OF_ADDRESSES, AllocENI, AssignPrivateIpAddresses, Failed
from ipam_model.world import World


@every_ask(
    "P-S3-extended",
    "No address or prefix is asked for on a trunk ENI, on one in an excluded subnet or, with "
    "custom networking, on the primary ENI.",
    source="#2792; R50, R98, R99",
    of=(AssignPrivateIpAddresses,),
)
def only_ordinary_enis_are_extended(asked: Asked, step: Step) -> Verdict:
    """v1.7 does not except trunk ENIs (H10), and knows no excluded ones."""
    request, config = requested(asked), step.after.config
    assert isinstance(request, AssignPrivateIpAddresses)
    found = store_of(asked.ask.node, request.eni)
    if found is None or config.version is Version.V1_7:
        return VACUOUS
    eni = found[1]
    if may_grow(config, eni):
        return HOLDS
    what = "the trunk" if eni.trunk else "excluded" if eni.excluded else "the primary ENI"
    return Violated(f"{eni.id} is to be extended, which is {what}")


@every_ask(
    "P-S3-created",
    "No ENI is created in a subnet that gives no pod addresses.",
    source="R14, R103-R105",
    of=(AllocENI,),
)
def no_eni_in_a_closed_subnet(asked: Asked, step: Step) -> Verdict:
    """As the subnets are tagged; a failing look at the tags without discovery is ignored (R105)."""
    created, config = asked.answer, step.after.config
    if not isinstance(created, str) or asked.ec2.faults or config.settings.custom_networking:
        return VACUOUS
    eni = step.after.ec2.eni(created)
    if eni is None:
        return VACUOUS
    if closed_to_pods(step.after, step.after.ec2.subnet(eni.subnet)):
        return Violated(f"{eni.id} is created in {eni.subnet}, which is excluded")
    return HOLDS


@every_state(
    "P-S4-unmanaged",
    "No more unmanaged ENIs are counted than there are.",
    source="#3544, PR #3568, PR #3660; R10",
)
def unmanaged_enis_are_counted_once(world: World) -> Verdict:
    """U of all cards against the ENIs last classified as unmanaged or found to be EFA-only."""
    if world.node is None:
        return VACUOUS
    counted = sum(count for _, count in world.node.unmanaged_counts)
    known = len(world.node.unmanaged | world.node.efa_only)
    if counted > known:
        return Violated(f"{counted} unmanaged ENIs are counted, {known} are known")
    return holds(counted > 0)


@after_quiet(
    "P-L3-other-subnet",
    "Where an ENI's subnet is exhausted and another one is open and has room, the warm target is "
    "met from there.",
    source="#2908, PR #2954; R98c, R103",
)
def exhausted_subnets_are_left(quiet: Quiet) -> Verdict:
    """With subnet discovery, room for an ENI, and no subnet that is neither empty nor ample."""
    world = quiet.settled
    node, config = world.node, world.config
    discovers = config.settings.subnet_discovery and config.version is Version.V1_23
    if node is None or not discovers or not lets_grow(world):
        return VACUOUS
    store = node.stores[0]
    if heeds_max_pods(config) and size(store).total >= node.max_pods:
        return VACUOUS
    fresh = open_to_new_enis(world)
    ample = [subnet for subnet in fresh if has_an_eni_worth(world, subnet)]
    others = [subnet for subnet in world.ec2.subnets if subnet not in ample]
    if not ample or not others or any(subnet.free for subnet in others):
        return VACUOUS
    if target_met(config, store):
        return holds(len({eni.subnet for eni in store.enis}) > 1)
    if len(store.enis) >= room(config, node, store.card):
        return VACUOUS
    return Violated(
        f"the warm target is missed, though {ample[0].id} has {ample[0].free} addresses"
    )


@over_run(
    "P-L2-back-off",
    "Once a subnet had too few addresses nothing is asked for until 120 s are over.",
    source="#40, #1739, PR #1585, PR #1773; R96",
    initial=-1,
)
def shortages_are_waited_out(since: int, step: Step) -> tuple[int, Verdict]:
    """Since the growth step that ended with a shortage; 120 s themselves are still too early."""
    config = step.after.config
    if step.kind == "start" or config.version is Version.V1_7 or of_the_article(config):
        return -1, VACUOUS
    if step.kind != "tick":
        return since, VACUOUS
    asked = [
        each
        for each in step.asked
        if isinstance(requested(each), AllocENI | AssignPrivateIpAddresses)
    ]
    if not asked:
        return since, VACUOUS
    begun = step.before.now
    if since >= 0 and begun - since <= BACK_OFF:
        return since, Violated(f"EC2 is asked again {begun - since} ms after a shortage")
    last = asked[-1].answer
    short = isinstance(last, Failed) and last.code in OUT_OF_ADDRESSES
    return (step.after.now if short else -1), holds(since >= 0)
