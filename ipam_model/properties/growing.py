"""What the daemon asks for when it grows: never beyond a cap, one step at a time."""

from collections import Counter

from attrs import frozen

from ipam_model.daemon.procedure import Call
from ipam_model.properties.aggregates import (
    heeds_max_pods,
    of_the_article,
    room,
    size,
    slots_left,
    true_networks,
)
from ipam_model.properties.evidence import Asked, Step
from ipam_model.properties.registry import (
    HOLDS,
    VACUOUS,
    Verdict,
    Violated,
    every_ask,
    every_step,
    holds,
    over_run,
)
from ipam_model.requests import (
    AllocENI,
    AssignIPv6Prefixes,
    AssignPrivateIpAddresses,
    CreateENI,
    FreeENI,
    GetAddressesFromEC2,
)
from ipam_model.state import Eni, Node, Store

GROWTH = (AllocENI, CreateENI, AssignPrivateIpAddresses)


def requested(asked: Asked) -> object:
    """The request of a question that is a call."""
    return asked.ask.request if isinstance(asked.ask, Call) else None


def store_of(node: Node, eni_id: str) -> tuple[Store, Eni] | None:
    """The store that has an ENI, and its record."""
    for store in node.stores:
        eni = store.eni(eni_id)
        if eni is not None:
            return store, eni
    return None


def _store_on(node: Node, card: int) -> Store | None:
    return next((store for store in node.stores if store.card == card), None)


@every_ask(
    "I9",
    "The daemon asks for an ENI only while its store has fewer than MAX_ENI and the instance "
    "allow, less unmanaged ENIs and a slot kept for a trunk ENI.",
    source="R3, R33",
    of=(AllocENI, CreateENI),
)
def enis_within_limit(asked: Asked, step: Step) -> Verdict:
    """Against an EC2 that does not enforce its limits as well; R56 alone looks at none."""
    request, node, config = requested(asked), asked.ask.node, step.after.config
    card = request.card if isinstance(request, AllocENI) else 0
    store = _store_on(node, card)
    if store is None:
        return Violated(f"an ENI is asked for on card {card}, which has no store")
    if config.ipv6 and card == 0:
        return VACUOUS
    least = room(config, node, card)
    if len(store.enis) >= least:
        return Violated(f"card {card} has {len(store.enis)} ENIs and room for {least}")
    return HOLDS


@every_ask(
    "I10",
    "The daemon asks for no more addresses or prefixes on an ENI than it has free slots: the "
    "addresses per ENI less the primary one.",
    source="R4, R5, R98, R107",
    of=(AllocENI, AssignPrivateIpAddresses, AssignIPv6Prefixes),
)
def addresses_within_limit(asked: Asked, step: Step) -> Verdict:
    """Left-over CIDRs of the other kind take slots as well. v1.7 fills what EC2 shows (H9)."""
    request, config = requested(asked), step.after.config
    if isinstance(request, AllocENI):
        least = 0 if of_the_article(config) else 1  # Its blocks count the primary address.
        if not least <= request.count <= (1 if config.ipv6 else config.slots):
            return Violated(f"{request.count} on a new ENI of {config.slots} slots")
        return HOLDS
    assert isinstance(request, AssignPrivateIpAddresses | AssignIPv6Prefixes)
    if request.count < 1:
        return Violated(f"{request.count} are asked for on {request.eni}")
    found = store_of(asked.ask.node, request.eni)
    if found is None:
        return VACUOUS  # An ENI being set up is not in the store yet.
    _, eni = found
    left = slots_left(config, eni)
    if isinstance(request, AssignIPv6Prefixes):
        left = 1 - len(eni.cidrs)
    if request.count > left:
        return Violated(f"{request.count} are asked for on {eni.id}, which has {left} free slots")
    return HOLDS


@every_step(
    "P-M1",
    "Never more than the ENI or address caps: what the daemon itself adds to its store leaves no "
    "more ENIs than it has room for and no more CIDRs on an ENI than slots.",
    source="R3-R5, R33, R98, R107",
    kinds=("start", "tick"),
)
def caps_are_never_exceeded(step: Step) -> Verdict:
    """On what is stored, against an EC2 that may not enforce limits; I9 and I10 are on requests.

    What others attach or assign, and what reconcile therefore adopts, is P-M1-others.
    """
    before, after, config = step.before.node, step.after.node, step.after.config
    if after is None or config.ipv6:
        return VACUOUS
    kinds = [type(requested(asked)) for asked in step.asked]
    if not any(kind in GROWTH for kind in kinds):
        return VACUOUS
    if GetAddressesFromEC2 in kinds:
        return VACUOUS  # R98d takes over whatever EC2 has, by whomever it was assigned.
    if step.kind == "start":
        before = None  # A new memory: what IMDS lists is not what growth added.
    grown = 0
    added = set()
    for asked in step.asked:
        request = requested(asked)
        if isinstance(request, AssignPrivateIpAddresses) and isinstance(asked.answer, tuple):
            added.add(request.eni)
    created = {
        asked.answer for asked in step.asked if isinstance(requested(asked), AllocENI | CreateENI)
    }
    for store in after.stores:
        old_store = None if before is None else _store_on(before, store.card)
        for eni in store.enis:
            old = None if old_store is None else old_store.eni(eni.id)
            extended = old is not None and len(eni.cidrs) > len(old.cidrs)
            if not extended and eni.id not in created | added:
                continue
            grown += 1
            if len(eni.cidrs) > config.slots:
                return Violated(f"{eni.id} has {len(eni.cidrs)} CIDRs in {config.slots} slots")
        if created & {eni.id for eni in store.enis} and len(store.enis) > room(
            config, after, store.card
        ):
            return Violated(f"card {store.card} has {len(store.enis)} ENIs")
    return holds(grown > 0)


def _theirs(memory: frozenset[str], step: Step) -> frozenset[str]:
    """ENIs that others attached, this step included."""
    here = {eni.id for eni in step.after.ec2.enis}
    before = {eni.id for eni in step.before.ec2.enis}
    return (memory | (here - before)) & here


@over_run(
    "P-M1-others",
    "Never more than the ENI caps, attachments by others included: with ENIs of others on the "
    "instance the daemon asks for another one only if EC2, too, has room for it.",
    source="#547; R33, R151, R169",
    initial=frozenset[str](),
)
def others_count_against_the_caps(
    theirs: frozenset[str], step: Step
) -> tuple[frozenset[str], Verdict]:
    """EC2's truth against EC2's limit, while ENIs are there that others attached."""
    if step.kind == "outside":
        if step.after.ec2.enis is not step.before.ec2.enis:
            theirs = _theirs(theirs, step)
        return theirs, VACUOUS
    if not theirs:
        return theirs, VACUOUS
    exercised = False
    for asked in step.asked:
        request = requested(asked)
        if not isinstance(request, AllocENI | CreateENI):
            continue
        card = request.card if isinstance(request, AllocENI) else 0
        attached = [eni for eni in asked.ec2.enis if eni.card == card]
        if not theirs.intersection(eni.id for eni in attached):
            continue
        exercised = True
        limit = asked.ec2.limits.enis_on(card)
        if len(attached) >= limit:
            return theirs, Violated(
                f"an ENI is asked for on card {card}, where {len(attached)} of {limit} are attached"
            )
    return theirs, holds(exercised)


@frozen
class Taken:
    """What EC2 has of something limited, and what a question adds to it."""

    what: str
    limit: int
    there: int
    """In EC2's truth when it was asked, whoever put it there."""
    known: int
    """Of these, what the daemon knew of."""
    asked_for: int
    granted: int


def taken(asked: Asked) -> Taken | None:
    """The ENIs of a card, or slots of an ENI, of which a question asks for more."""
    request, node, ec2 = requested(asked), asked.ask.node, asked.ec2
    if isinstance(request, AllocENI | CreateENI):
        card = request.card if isinstance(request, AllocENI) else 0
        left_alone = node.unmanaged | node.efa_only
        there = [eni.id for eni in ec2.enis if eni.card == card]
        known = [each for each in there if each in left_alone or store_of(node, each)]
        granted = isinstance(asked.answer, str) and asked.answer != ""
        return Taken(
            f"ENIs on card {card}",
            ec2.limits.enis_on(card),
            len(there),
            len(known),
            1,
            int(granted),
        )
    if isinstance(request, AssignPrivateIpAddresses | AssignIPv6Prefixes):
        eni = ec2.eni(request.eni)
        if eni is None:
            return None
        found = store_of(node, request.eni)
        of_store = frozenset() if found is None else {cidr.network for cidr in found[1].cidrs}
        unseen = true_networks(ec2, eni.id) - of_store
        used = eni.slots_used()
        return Taken(
            f"slots of {eni.id}",
            ec2.limits.ipv4_per_eni - 1,
            used,
            used - len(unseen),
            request.count,
            len(asked.answer) if isinstance(asked.answer, tuple) else 0,
        )
    return None


@every_ask(
    "P-S5",
    "What the daemon is granted never takes the instance beyond EC2's limits: ENIs per card, and "
    "addresses and prefixes per ENI.",
    source="#547, #177, #989, #3753",
    of=(AllocENI, CreateENI, AssignPrivateIpAddresses, AssignIPv6Prefixes),
)
def ec2_limits_are_kept(asked: Asked, _step: Step) -> Verdict:
    """EC2's truth when it was asked, with what it granted; EC2 may not enforce its limits."""
    of = taken(asked)
    if of is None or not of.granted:
        return VACUOUS
    if of.there + of.granted > of.limit:
        return Violated(f"{of.there + of.granted} {of.what}, EC2 allows {of.limit}")
    return HOLDS


@every_ask(
    "I11",
    "Nothing is grown while as many addresses are owned as the node may have pods.",
    source="R79, R80",
    of=(AllocENI, AssignPrivateIpAddresses),
)
def no_growth_at_max_pods(asked: Asked, step: Step) -> Verdict:
    """By the totals with which a pool update began; v1.7, the article and IPv6 know no such cap."""
    config = step.after.config
    if not heeds_max_pods(config):
        return VACUOUS
    asking = asked.ask.node
    if step.kind == "tick" and step.before.node is not None:
        asking = step.before.node
    request = requested(asked)
    assert isinstance(request, AllocENI | AssignPrivateIpAddresses)
    if isinstance(request, AllocENI):
        store = _store_on(asking, request.card)
    else:
        found = store_of(asking, request.eni) or store_of(asked.ask.node, request.eni)
        store = None if found is None else found[0]
    if store is None:
        return VACUOUS
    total = size(store).total
    if total >= asking.max_pods:
        return Violated(f"growth at {total} addresses and {asking.max_pods} pods at most")
    return HOLDS


@every_step(
    "I14",
    "In one pool update a card gets at most one growth step, one ENI extended or one created, and "
    "loses at most one ENI.",
    source="R77, R97",
    kinds=("tick",),
)
def one_growth_step_per_card(step: Step) -> Verdict:
    """What the stores gained, and what was asked for."""
    before, after = step.before.node, step.after.node
    if before is None or after is None:
        return VACUOUS
    if of_the_article(step.after.config):
        return VACUOUS  # Its policy takes as many steps as it needs.
    created: Counter[int] = Counter()
    freed: Counter[int] = Counter()
    for asked in step.asked:
        request = requested(asked)
        if isinstance(request, AllocENI):
            created[request.card] += 1
        elif isinstance(request, CreateENI):
            created[0] += 1
        elif isinstance(request, FreeENI):
            found = store_of(before, request.eni)
            freed[found[0].card if found else 0] += 1
    if any(count > 1 for count in (*created.values(), *freed.values())):
        return Violated("more than one ENI of a card is created, or freed")
    steps = 0
    for old_store, store in zip(before.stores, after.stores, strict=True):
        if store is old_store:
            continue
        grown = []
        for eni in store.enis:
            old = old_store.eni(eni.id)
            if old is eni:
                continue
            known = set() if old is None else {cidr.network for cidr in old.cidrs}
            if old is None or {cidr.network for cidr in eni.cidrs} - known:
                grown.append(eni.id)
        if len(grown) > 1:
            return Violated(f"card {store.card} grew on {' and '.join(grown)}")
        steps += len(grown)
    return holds(steps > 0 or bool(freed))
