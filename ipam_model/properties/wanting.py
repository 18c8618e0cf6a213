"""How much growth asks for: no more than the targets lack."""

from ipam_model.config import Version
from ipam_model.properties.aggregates import free_prefixes, size, targets
from ipam_model.properties.evidence import Asked, Step
from ipam_model.properties.growing import requested, store_of
from ipam_model.properties.registry import (
    HOLDS,
    VACUOUS,
    Verdict,
    Violated,
    every_ask,
    every_step,
    holds,
)
from ipam_model.requests import (
    OUT_OF_ADDRESSES,
    AllocENI,
    AssignPrivateIpAddresses,
    Failed,
    FreeENI,
)
from ipam_model.state import Store


def _asking_store(asked: Asked) -> Store | None:
    request = requested(asked)
    if isinstance(request, AllocENI):
        return next((s for s in asked.ask.node.stores if s.card == request.card), None)
    assert isinstance(request, AssignPrivateIpAddresses)
    found = store_of(asked.ask.node, request.eni)
    return None if found is None else found[0]


@every_ask(
    "P-M1-wanted",
    "Growth asks for no more addresses than WARM_IP_TARGET or MINIMUM_IP_TARGET lacks, and for no "
    "more prefixes than WARM_PREFIX_TARGET lacks, but for at least one.",
    source="R87, R98, R107, R108; #728, #730",
    of=(AllocENI, AssignPrivateIpAddresses),
)
def no_more_is_asked_for_than_is_missing(asked: Asked, step: Step) -> Verdict:
    """By the store at that moment; v1.7 fills an existing ENI whatever is missing (H4).

    A single address that prefix mode left over is no free prefix. The daemon decides how many
    before it chooses where: a pod that leaves in between may leave one more than is missing then.
    """
    request, config, store = requested(asked), step.after.config, _asking_store(asked)
    assert isinstance(request, AllocENI | AssignPrivateIpAddresses)
    if store is None or config.version is not Version.V1_23 or config.ipv6:
        return VACUOUS
    goal, pool = targets(config, store.card), size(store)
    if goal.governed and not store.prefix_mode:
        missing = max(goal.warm - pool.available, goal.minimum - pool.total, 1)
    elif store.prefix_mode and not goal.governed:
        missing = max(config.settings.warm_prefix_target - free_prefixes(store), 1)
    else:
        return VACUOUS
    left = sum(1 for each in step.nested if each.kind == "delete_pod")
    if request.count > missing + left:
        return Violated(f"{request.count} are asked for, {missing} are missing")
    return HOLDS


@every_ask(
    "P-S2-freed",
    "An ENI leaves the store before EC2 is asked to free it.",
    source="#732, #754, #391; R135",
    of=(FreeENI,),
)
def freed_enis_have_left_the_store(asked: Asked, _step: Step) -> Verdict:
    """So that no pod gets an address of it meanwhile, or later."""
    request = requested(asked)
    assert isinstance(request, FreeENI)
    if store_of(asked.ask.node, request.eni) is not None:
        return Violated(f"{request.eni} is freed, and still in the store")
    return HOLDS


@every_step(
    "P-M2-one",
    "Where EC2 has not the several addresses or prefixes asked for on an ENI of the store, the "
    "next call asks for one on the same ENI.",
    source="R98, R99, H7",
    kinds=("start", "tick"),
)
def scraps_are_taken(step: Step) -> Verdict:
    """Before another ENI, or another subnet, is tried; so did v1.7 (H7), but on a new ENI (H9)."""
    exercised = False
    calls = [requested(asked) for asked in step.asked]
    for asked, request, following in zip(step.asked, calls, [*calls, None][1:], strict=True):
        short = isinstance(asked.answer, Failed) and asked.answer.code in OUT_OF_ADDRESSES
        if not (short and isinstance(request, AssignPrivateIpAddresses) and request.count > 1):
            continue
        if store_of(asked.ask.node, request.eni) is None:
            continue
        exercised = True
        if not isinstance(following, AssignPrivateIpAddresses) or (
            (following.eni, following.count) != (request.eni, 1)
        ):
            return Violated(f"{request.count} are refused on {request.eni}, and one is not tried")
    return holds(exercised)
