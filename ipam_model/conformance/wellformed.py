"""Whether a reply and an observation are such at all, and agree with themselves.

What is wrong here is the harness's fault, not the allocator's.
"""

from collections import Counter
from collections.abc import Iterator

from ipam_model.addresses import parse_address, parse_network
from ipam_model.conformance.observation import (
    Observation,
    Precision,
    SeenCard,
    SeenCidr,
    SeenEni,
)
from ipam_model.errors import InputError
from ipam_model.inspection.counted import counted


def wrong_reply(reply: object, verdict: str | None, event: str) -> str:
    """What is wrong with a reply to an event, and what would be right; empty if nothing is."""
    if not isinstance(reply, dict):
        return (
            f"apply returned {type(reply).__name__}; the reply to {event} is a dict, "
            "{} if nobody waits for one"
        )
    for key in reply:
        if not isinstance(key, str):
            return f"the reply to {event} has the key {key!r}; keys are text"
    if verdict is not None and not isinstance(reply.get(verdict), bool):
        return f"the reply to {event} must say {verdict!r}: true or false; it is {reply!r:.120}"
    return ""


def wrong_observation(seen: object, precision: Precision) -> str:
    """What is wrong with an observation, and what would be right; empty if nothing is."""
    if not isinstance(seen, Observation):
        return f"observe returned {type(seen).__name__}, not an Observation"
    if not seen.running:
        return ""
    try:
        return next(_complaints(seen, precision), "")
    except (AttributeError, TypeError, ValueError) as error:
        return f"what observe returned cannot be read: {error}"


def _complaints(seen: Observation, precision: Precision) -> Iterator[str]:
    if not seen.cards:
        yield "a node that runs shows no card; its statistics are needed at every precision"
        return
    for card, times in Counter(each.card for each in seen.cards).items():
        if times > 1:
            yield f"card {card} is shown twice"
    for each in (*seen.cards, *seen.enis):
        for name in ("total", "assigned", "cooling"):
            value = getattr(each, name)
            # A card's total is a running counter, and one that drifts (R24) may fall below 0.
            counter = name == "total" and isinstance(each, SeenCard)
            if type(value) is not int or (value < 0 and not counter):
                yield f"{name} is {value!r}; it is a number of addresses"
                return
    if precision is Precision.COUNTS:
        return
    for shown in seen.cards:
        here = [each for each in seen.enis if each.card == shown.card]
        for name, number in (
            ("enis", len(here)),
            ("assigned", sum(each.assigned for each in here)),
            ("cooling", sum(each.cooling for each in here)),
        ):
            if getattr(shown, name) != number:
                yield (
                    f"card {shown.card} says {name} {getattr(shown, name)}, but its ENIs "
                    f"are {number}"
                    if name == "enis"
                    else f"card {shown.card} says {name} {getattr(shown, name)}, but its ENIs "
                    f"say {number}"
                )
    cards = {each.card for each in seen.cards}
    for eni in seen.enis:
        if eni.card not in cards:
            yield f"ENI {eni.id or '?'} is on card {eni.card}, which is not shown"
    if precision is Precision.EXACT:
        yield from _inexact(seen)


def _inexact(seen: Observation) -> Iterator[str]:
    for name, times in Counter(each.id for each in seen.enis).items():
        if not name:
            yield "an ENI is shown without its id, which is needed if exact"
        elif times > 1:
            yield f"ENI {name} is shown twice"
    for eni in seen.enis:
        try:
            yield from _contents(eni)
        except InputError as error:
            yield f"ENI {eni.id}: {error}"


def _contents(eni: SeenEni) -> Iterator[str]:
    networks = Counter(parse_network(each.cidr) for each in eni.cidrs)
    for network, times in networks.items():
        if times > 1:
            yield f"ENI {eni.id} shows a CIDR of {counted(network.size, 'address')} twice"
    for name, number in (
        ("total", sum(network.size for network in networks)),
        ("assigned", sum(len(each.assigned) for each in eni.cidrs)),
        ("cooling", sum(len(each.cooling) for each in eni.cidrs)),
    ):
        if getattr(eni, name) != number:
            yield f"ENI {eni.id} says {name} {getattr(eni, name)}, but its CIDRs say {number}"
    for cidr in eni.cidrs:
        yield from _uses(eni, cidr)


def _uses(eni: SeenEni, cidr: SeenCidr) -> Iterator[str]:
    network = parse_network(cidr.cidr)
    for address in (*cidr.assigned, *cidr.cooling):
        if parse_address(address) not in network:
            yield f"ENI {eni.id}: {address} is not in {cidr.cidr}"
        if address in cidr.assigned and address in cidr.cooling:
            yield f"ENI {eni.id}: {address} is assigned, and cooling"
