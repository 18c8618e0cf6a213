"""A state of the whole node as JSON: the daemon's store and memory, its file, EC2, the host.

`cards` and `enis` have what `ipam_model.conformance.observed` sees, and more beside it.
What is empty or false is left out; instants and durations are whole milliseconds.
"""

from typing import Final

from ipam_model.addresses import format_address, format_short
from ipam_model.conformance.observation import SeenCard, SeenCidr, SeenEni
from ipam_model.conformance.observed import observation_of
from ipam_model.ec2 import Ec2
from ipam_model.requests import CheckpointEntry
from ipam_model.scenario.setup import (
    describe_eni,
    describe_fault,
    describe_pod_object,
    describe_subnet,
)
from ipam_model.scenario.writing import to_json
from ipam_model.state import Cidr, Eni, Node, PodKey, Store, totals
from ipam_model.strict_json import JsonValue
from ipam_model.world import World

Json = dict[str, JsonValue]

KEYS: Final = ("now_ms", "running", "cards", "enis", "memory", "checkpoints", "ec2", "host")
"""The parts of a state."""
STORE_KEYS: Final = ("now_ms", "running", "cards", "enis", "memory", "checkpoints")
"""Those that a data store alone has."""


def state_json(world: World) -> Json:
    """The state of a node."""
    node = world.node
    stores = () if node is None else node.stores
    seen = observation_of(world)
    enis = [eni for store in stores for eni in store.enis]
    cooldown = world.config.cooldown
    return {
        "now_ms": world.now,
        "running": node is not None,
        "cards": [
            _card(card, store, store.cooldown_count(world.now, cooldown))
            for card, store in zip(seen.cards, stores, strict=True)
        ],
        "enis": [_eni(*each) for each in zip(seen.enis, enis, strict=True)],
        "memory": {} if node is None else _memory(node),
        "checkpoints": {
            str(card): [_entry(each) for each in sorted(file.entries, key=_order)]
            for card, file in world.checkpoints
        },
        "ec2": _ec2(world.ec2),
        "host": _host(world),
    }


def store_json(world: World, *, running: bool) -> Json:
    """The same of a data store without a daemon, as far as it has that."""
    whole = state_json(world)
    memory = whole["memory"]
    assert isinstance(memory, dict), "a store has a memory"
    return {
        **{key: whole[key] for key in STORE_KEYS},
        "running": running,
        "memory": {key: value for key, value in memory.items() if key == "clean_ups"},
    }


def changed(before: Json, after: Json) -> Json:
    """The parts of a state that are not as they were."""
    return {key: value for key, value in after.items() if before[key] != value}


def _present(**members: JsonValue) -> Json:
    """Without what is empty, false, zero or nothing."""
    return {key: value for key, value in members.items() if value}


def _card(seen: SeenCard, store: Store, cooling: int) -> Json:
    """Numbers of a store: of all its CIDRs, and the statistics by which the daemon decides."""
    pool = totals(store)
    return {
        "card": seen.card,
        "enis": seen.enis,
        "total": seen.total,
        "assigned": seen.assigned,
        "cooling": seen.cooling,
        "statistics": {
            "total": pool.total,
            "assigned": pool.assigned,
            "cooling": cooling,
            "allocated_prefixes": pool.allocated_prefixes,
            "free_prefixes": pool.free_prefixes,
        },
    }


def _eni(seen: SeenEni, eni: Eni) -> Json:
    """An ENI; in a data store alone it has neither subnet nor primary address."""
    home: Json = {"subnet": eni.subnet, "primary_address": format_address(eni.primary_address)}
    return {
        "id": seen.id,
        "card": seen.card,
        "primary": seen.primary,
        "device": eni.device,
        **(home if eni.subnet else {}),
        "created_ms": eni.created,
        **_present(trunk=eni.trunk, efa=eni.efa, excluded=eni.excluded),
        "total": seen.total,
        "assigned": seen.assigned,
        "cooling": seen.cooling,
        "cidrs": [_cidr(*each) for each in zip(seen.cidrs, eni.cidrs, strict=True)],
    }


def _cidr(seen: SeenCidr, cidr: Cidr) -> Json:
    # Pods are told by their whole key, which what is compared of them leaves out.
    assigned: Json = {
        format_address(each.address): _key(each.pod.key)
        for each in cidr.records
        if each.pod is not None
    }
    since: Json = {format_address(each.address): each.since for each in cidr.records}
    return {
        "cidr": seen.cidr,
        **_present(assigned=assigned, cooling=[*seen.cooling], since_ms=since),
    }


def _key(key: PodKey) -> str:
    """A sandbox, with network and interface where they are not the usual ones."""
    return key.container if key == PodKey(key.container) else "/".join(key)


def _memory(node: Node) -> Json:
    return {
        "max_pods": node.max_pods,
        "last_pool_action_ms": node.last_pool_action,
        "last_decrease_ms": node.last_decrease,
        "last_insufficient_ms": node.last_insufficient,
        **_present(
            released_until_ms={format_short(net): until for net, until in node.released},
            unmanaged_enis=[*sorted(node.unmanaged)],
            unmanaged_by_card={str(card): count for card, count in node.unmanaged_counts},
            unmanaged_cards=[*sorted(node.unmanaged_cards)],
            efa_only_enis=[*sorted(node.efa_only)],
            clean_ups=[
                {
                    "due_ms": each.due,
                    "card": each.card,
                    "eni": each.eni,
                    "cidr": format_short(each.network),
                }
                for each in node.cleanups
            ],
            terminating=node.terminating,
            awaits_trunk=node.awaits_trunk,
            primary_address_known=[*sorted(node.primaries)],
        ),
    }


def _order(entry: CheckpointEntry) -> tuple[int, PodKey]:
    return entry.address, entry.pod.key


def _entry(entry: CheckpointEntry) -> Json:
    pod = entry.pod
    return {
        "pod": _key(pod.key),
        "name": pod.name,
        "ip": format_address(entry.address),
        "assigned_at_ms": entry.assigned_at,
        **({} if pod.interfaces == 1 else {"interfaces": pod.interfaces}),
    }


def _ec2(ec2: Ec2) -> Json:
    """EC2's truth, and what the instance's metadata does not show of it."""
    subnets: list[JsonValue] = [to_json(describe_subnet(each, ec2.enis)) for each in ec2.subnets]
    enis: list[JsonValue] = [to_json(describe_eni(each)) for each in ec2.enis]
    return {
        "subnets": subnets,
        "enis": enis,
        **_present(
            leaked=[to_json(describe_eni(each)) for each in ec2.leaked],
            faults=[to_json(describe_fault(each)) for each in ec2.faults],
            still_listed=[
                {"eni": each.eni, "cidr": format_short(each.network), "left_at_ms": each.at}
                for each in ec2.departed
            ],
            not_listed_yet=[
                {
                    "eni": each.eni,
                    **({} if each.network is None else {"cidr": format_short(each.network)}),
                    "came_at_ms": each.at,
                }
                for each in ec2.arrivals.recent
            ],
        ),
    }


def _host(world: World) -> Json:
    known = dict(world.branch_pods)
    return _present(
        cordoned=world.cordoned,
        eni_config_subnet=world.eni_config_subnet,
        veths={_key(sandbox): pod for sandbox, pod in sorted(world.veths)},
        sandboxes={
            _key(sandbox): format_address(address) for sandbox, address in sorted(world.sandboxes)
        },
        pods_gone=[_key(key) for key in sorted(world.gone_pods)],
        branch_pods=[
            to_json(describe_pod_object(key, known[key], exists=True)) for key in sorted(known)
        ],
    )
