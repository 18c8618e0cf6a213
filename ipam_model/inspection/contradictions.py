"""What an answer of `/v1/enis` shows that cannot be, or not with the settings given."""

import ipaddress
from collections import defaultdict
from collections.abc import Iterator

from attrs import frozen

from ipam_model.addresses import format_address
from ipam_model.config import Config
from ipam_model.inspection.introspection import Observation, ObservedCard, made_up
from ipam_model.nodes import NodeSetup
from ipam_model.state import PodKey


@frozen
class Contradiction:
    """One thing that does not fit."""

    invariant: str
    """Id of the invariant that is violated (I1-I16); empty for a mere doubt about the options."""
    message: str


def contradictions(observation: Observation, setup: NodeSetup) -> tuple[Contradiction, ...]:
    """Everything found, violated invariants first."""
    found = [
        *_addresses_twice(observation),
        *(each for card in observation.cards for each in _keys_twice(card)),
        *(each for card in observation.cards for each in _counters(card)),
        *(each for card in observation.cards for each in _limits(card, setup)),
        *_options(observation, setup),
    ]
    return tuple(sorted(found, key=lambda each: not each.invariant))


def _addresses_twice(observation: Observation) -> Iterator[Contradiction]:
    holders: dict[int, list[tuple[str, str]]] = defaultdict(list)
    places: dict[int, list[str]] = defaultdict(list)
    for card in observation.cards:
        for eni in card.enis:
            for cidr in eni.cidrs:
                for address in range(cidr.network.address, sum(cidr.network)):
                    places[address].append(eni.id)
                for record in cidr.records:
                    if record.pod is not None:
                        name = record.pod.name or record.pod.key.container
                        holders[record.address].append((eni.id, name))
    for address, pods in holders.items():
        if len(pods) > 1:
            who = ", ".join(f"{name} on {eni}" for eni, name in pods)
            yield Contradiction(
                "I1", f"{format_address(address)} is assigned {len(pods)} times: {who}"
            )
    for address, enis in places.items():
        if len(enis) > 1 and len(holders[address]) < 2:
            yield Contradiction(
                "I1", f"{format_address(address)} is on {len(enis)} ENIs: {', '.join(enis)}"
            )


def _keys_twice(card: ObservedCard) -> Iterator[Contradiction]:
    addresses: dict[PodKey, list[str]] = defaultdict(list)
    names: dict[str, list[str]] = defaultdict(list)
    for eni in card.enis:
        for cidr in eni.cidrs:
            for record in cidr.records:
                if record.pod is not None:
                    if not made_up(record.address, record.pod.key):
                        addresses[record.pod.key].append(format_address(record.address))
                    names[record.pod.name].append(format_address(record.address))
    for key, held in addresses.items():
        if len(held) > 1:
            yield Contradiction(
                "I1",
                f"card {card.card}: sandbox {key.container[:20]} holds {len(held)} addresses: "
                f"{', '.join(held)}",
            )
    doubled = {held for key, each in addresses.items() if len(each) > 1 for held in each}
    for name, held in names.items():
        if name and len(set(held)) > 1 and not doubled.issuperset(held):
            yield Contradiction(
                "",
                f"card {card.card}: {name} holds {len(held)} addresses ({', '.join(held)}): two "
                "sandboxes of that name, the old one not yet deleted or leaked",
            )


def _counters(card: ObservedCard) -> Iterator[Contradiction]:
    cidrs = [cidr for eni in card.enis for cidr in eni.cidrs]
    total = sum(cidr.network.size for cidr in cidrs)
    total += sum(ipaddress.ip_network(each.network).num_addresses for _, each in card.ipv6)
    assigned = sum(cidr.assigned() for cidr in cidrs) + sum(e.assigned for _, e in card.ipv6)
    if card.total != total:
        yield Contradiction(
            "I13",
            f"card {card.card}: TotalIPs is {card.total} but its CIDRs have {total} addresses "
            f"({card.total - total:+d}): the counter has drifted (R24, R25), until a restart",
        )
    if card.assigned != assigned:
        yield Contradiction(
            "I13",
            f"card {card.card}: AssignedIPs is {card.assigned} but {assigned} addresses are "
            "assigned",
        )


def _limits(card: ObservedCard, setup: NodeSetup) -> Iterator[Contradiction]:
    config = setup.config
    most = max((len(eni.cidrs) for eni in card.enis), default=0)
    if most > config.slots:
        fullest = next(eni.id for eni in card.enis if len(eni.cidrs) == most)
        yield Contradiction(
            "I10",
            f"card {card.card}: {fullest} has {most} CIDRs but an ENI of {setup.name} has room "
            f"for {config.slots}; probably --instance-type or --limits is wrong",
        )
    if len(card.enis) > config.max_enis:
        lowered = config.max_enis < config.limits.max_enis >= len(card.enis)
        wrong = "MAX_ENI" if lowered else "--instance-type or --limits"
        yield Contradiction(
            "I9",
            f"card {card.card}: {len(card.enis)} ENIs but {setup.name} may have "
            f"{config.max_enis}; probably {wrong} is wrong, or others attached some",
        )


def _options(observation: Observation, setup: NodeSetup) -> Iterator[Contradiction]:
    config = setup.config
    cidrs = [cidr for card in observation.cards for eni in card.enis for cidr in eni.cidrs]
    prefixes = sum(cidr.is_prefix for cidr in cidrs)
    if cidrs and prefixes in (0, len(cidrs)) and bool(prefixes) != config.prefix_mode:
        kind, value = ("a prefix", "true") if prefixes else ("a single address", "false")
        yield Contradiction(
            "",
            f"every CIDR is {kind}, so none counts (R27) with the settings given; probably "
            f"ENABLE_PREFIX_DELEGATION={value} is right",
        )
    yield from _card_options(observation, config)
    if any(card.ipv6 for card in observation.cards) and not config.settings.ipv6:
        yield Contradiction("", "there are IPv6 CIDRs but ENABLE_IPv6 is off in the settings given")
    assigned = sum(cidr.assigned() for cidr in cidrs)
    if assigned > setup.max_pods:
        yield Contradiction(
            "",
            f"{assigned} addresses are assigned but max pods is {setup.max_pods}; probably "
            "--max-pods is wrong",
        )
    excluded = any(eni.excluded for card in observation.cards for eni in card.enis)
    if excluded and not config.settings.subnet_discovery:
        yield Contradiction(
            "", "an ENI is excluded but ENABLE_SUBNET_DISCOVERY is off in the settings given"
        )


def _card_options(observation: Observation, config: Config) -> Iterator[Contradiction]:
    numbers = [card.card for card in observation.cards]
    if len(numbers) > 1 and not config.settings.multi_nic:
        yield Contradiction(
            "", f"there are stores of {len(numbers)} network cards but ENABLE_MULTI_NIC is off"
        )
    known = {card.index for card in config.limits.cards}
    strange = [number for number in numbers if number not in known]
    if strange:
        yield Contradiction(
            "",
            f"there is a store of network card {strange[0]}, which the instance given has not; "
            "probably --instance-type is wrong",
        )
