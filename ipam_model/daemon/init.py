"""Start of the daemon: first start and restart are the same procedure (R53-R68)."""

from collections.abc import Callable
from functools import partial
from typing import Protocol

from attrs import frozen

from ipam_model import settings
from ipam_model.catalogue import Kind, part_of, rule
from ipam_model.config import Config, Quirk
from ipam_model.daemon import datastore, measure
from ipam_model.daemon.cleanup import clean_excluded, clean_other_mode
from ipam_model.daemon.growth import enis_frozen, increase, try_new_eni
from ipam_model.daemon.procedure import OneOf, Procedure, call, choose
from ipam_model.daemon.setup import classify, managed_enis, set_up_eni
from ipam_model.records import evolve
from ipam_model.requests import (
    AnnounceCustomNetworking,
    AnnounceTrunk,
    AttachedEni,
    CheckpointEntry,
    Code,
    DescribeAllENIs,
    Described,
    Failed,
    GetAddressesFromEC2,
    HostVethExists,
    IsSubnetExcluded,
    ReadCheckpoint,
    ReadMaxPods,
    RefreshSecurityGroups,
    Sleep,
    TagENI,
    WriteCheckpoint,
)
from ipam_model.rules import timing
from ipam_model.state import Node, Store, totals

REFUSED = "InvalidConfiguration"
EMPTY_POOL = "EmptyPoolWithCustomNetworking"
DUPLICATE_ADDRESS = "CheckpointAddressAlreadyAssigned"


@frozen
class Started:
    """A daemon that runs."""

    node: Node


@frozen
class Exited:
    """A daemon that gave up; kubelet will start it again."""

    reason: Failed


Growth = Callable[[Config, Node, int], Procedure[tuple[Failed | None, Node, int]]]
"""What is done about a low pool before the node reports ready; an error ends the start."""


@rule(
    "R55",
    "Init classifies and filters the described ENIs before it creates the stores.",
    source="ipamd:494-501",
    kind=Kind.STEP,
)
@rule(
    "R53",
    "Start-up order: settings, limits, validity, ENI list, stores, ENI set-up, recovery from the "
    "checkpoint, clean-ups, max pods, trunk announcement, first growth; an error that is not "
    "expressly ignored ends the process.",
    source="ipamd:397-478",
    kind=Kind.STEP,
)
def start(
    config: Config, now: int, first_growth: Growth | None = None
) -> Procedure[Started | Exited]:
    """Start the daemon with empty memory; another policy brings a first growth of its own."""
    node = Node()
    if refused(config):
        return Exited(Failed(REFUSED))
    described, node, now = yield from call(node, DescribeAllENIs(), "R54")
    if isinstance(described, Failed):
        return Exited(described)
    node = evolve(classify(config, node, described), efa_only=described.efa_only)
    attached, node = managed_enis(node, described.enis)
    node = create_stores(config, node)
    if config.ipv6 and config.settings.subnet_discovery:
        left, node, now = yield from drop_excluded(config, node, now, attached)
        if isinstance(left, Failed):
            return Exited(left)
        attached = left
    error, node, now = yield from set_up_all(config, node, now, described, attached)
    if error is None:
        error, node, now = yield from recover(node, now)
    if error is None:
        if not config.ipv6:
            node, now = yield from clean_excluded(config, node, now)
            node, now = yield from clean_other_mode(config, node, now)
        error, node, now = yield from read_cluster(config, node, now)
    if error is None and measure.provisions(config):
        if config.ipv6:
            node, now = yield from fill_empty_cards(config, node, now)
        else:
            error, node, now = yield from (first_growth or grow_once)(config, node, now)
    node = begin_loop(config, node)
    return Started(node) if error is None else Exited(error)


@part_of("R70")
def begin_loop(config: Config, node: Node) -> Node:
    """The node as its loop begins: in IPv6 mode a missing trunk ENI is waited for, or it ends."""
    if not config.ipv6:
        return node
    return evolve(node, awaits_trunk=measure.awaiting_trunk(config, node))


@rule(
    "R9",
    "Init creates one data store per managed card, in ascending card order; stores are never added "
    "or removed while the daemon runs.",
    source="ipamd:499-501",
    kind=Kind.STEP,
)
def create_stores(config: Config, node: Node) -> Node:
    """The node with its empty stores."""
    prefixes = config.prefix_mode or config.ipv6
    cards = (card for card in range(config.cards) if card not in node.unmanaged_cards)
    return evolve(node, stores=tuple(Store(card, prefixes) for card in cards))


@rule(
    "R56",
    "IPv6 with subnet discovery drops the ENIs in excluded subnets before any is set up, and "
    "creates one ENI on card 0 if none is left; a failed lookup or creation ends the start.",
    source="ipamd:503-524",
    kind=Kind.STEP,
)
def drop_excluded(
    config: Config, node: Node, now: int, attached: tuple[AttachedEni, ...]
) -> Procedure[tuple[tuple[AttachedEni, ...] | Failed, Node, int]]:
    """The attached ENIs whose subnets are not excluded, or the error."""
    remaining = {eni.id: eni for eni in attached}
    dropped: set[str] = set()
    while remaining:
        chosen = next(iter(remaining))
        if len(remaining) > 1:
            chosen, node, now = yield from choose(
                node, OneOf(tuple(remaining)), "R192", live=(frozenset(dropped),)
            )
        eni = remaining.pop(chosen)
        excluded, node, now = yield from call(node, IsSubnetExcluded(eni.subnet), "R56")
        if isinstance(excluded, Failed):
            return excluded, node, now
        if excluded:
            dropped.add(eni.id)
    left = tuple(eni for eni in attached if eni.id not in dropped)
    if not left:
        error, node, now = yield from try_new_eni(config, node, now, 0)
        if error is not None:
            return error, node, now
    return left, node, now


def refused(config: Config) -> bool:
    """Whether the daemon refuses its settings (R43-R45)."""
    return settings.refused(
        settings.start_refusals(config.settings, nitro_or_bare_metal=config.nitro_or_bare_metal)
    )


@rule(
    "R57",
    "Every managed ENI, in any order, is tagged (not a trunk, not with provisioning disabled; a "
    "failure ends the start) and set up with up to 6 attempts, 10 s apart; then init goes on.",
    source="ipamd:526-560",
    kind=Kind.STEP,
)
def set_up_all(
    config: Config,
    node: Node,
    now: int,
    described: Described,
    attached: tuple[AttachedEni, ...],
) -> Procedure[tuple[Failed | None, Node, int]]:
    """Set up the attached ENIs that the daemon manages."""
    remaining = {eni.id: eni for eni in attached}
    while remaining:
        chosen = next(iter(remaining))
        if len(remaining) > 1:
            chosen, node, now = yield from choose(node, OneOf(tuple(remaining)), "R192")
        eni = remaining.pop(chosen)
        trunk = eni.id == described.trunk
        if not trunk and measure.provisions(config):
            tagged, node, now = yield from call(node, TagENI(eni.id), "R57")
            if isinstance(tagged, Failed):
                return tagged, node, now
        if not (config.ipv6 or config.quirk(Quirk.STALE_ADDRESSES_ADOPTED)):
            eni, node, now = yield from confirmed_by_ec2(node, now, eni)
        set_up = partial(set_up_eni, config, trunk=trunk, efa=eni.id in described.efas)
        node, now = yield from set_up_with_retry(node, now, eni, set_up)
    return None, node, now


class SetUp(Protocol):
    """One attempt to set up an ENI: the error, or `None`."""

    def __call__(
        self, node: Node, now: int, eni: AttachedEni, /
    ) -> Procedure[tuple[Failed | None, Node, int]]:
        """Set up `eni`."""


def set_up_with_retry(
    node: Node, now: int, eni: AttachedEni, set_up: SetUp
) -> Procedure[tuple[Node, int]]:
    """Up to six attempts; a missing link ends them at once; failure is not fatal (R57)."""
    for attempt in range(timing.SETUP_ATTEMPTS):
        if attempt:
            _, node, now = yield from call(node, Sleep(timing.SETUP_RETRY_DELAY), "R57")
        error, node, now = yield from set_up(node, now, eni)
        if error is None or error.code == Code.LINK_NOT_FOUND:
            break
    return node, now


@part_of("R62")
def confirmed_by_ec2(
    node: Node, now: int, eni: AttachedEni
) -> Procedure[tuple[AttachedEni, Node, int]]:
    """The ENI with only the addresses EC2 confirms: init as it would be without quirk R62e."""
    addresses, node, now = yield from call(node, GetAddressesFromEC2(eni.id, False), "R62")
    prefixes, node, now = yield from call(node, GetAddressesFromEC2(eni.id, True), "R62")
    if isinstance(addresses, Failed) or isinstance(prefixes, Failed):
        return eni, node, now
    true_addresses = {network.address for network in addresses}
    kept = evolve(
        eni,
        addresses=tuple(each for each in eni.addresses if each in true_addresses),
        prefixes=tuple(each for each in eni.prefixes if each in prefixes),
    )
    return kept, node, now


@rule(
    "R61",
    "Recovery per store, if it has a file: an unreadable one ends the start; entries of named pods "
    "without host veth are dropped, as are addresses in no CIDR; an address that already has a "
    "record ends the start; then the checkpoint is rewritten.",
    source="ds:348-423, ds:1627-1664",
    kind=Kind.STEP,
)
def recover(node: Node, now: int) -> Procedure[tuple[Failed | None, Node, int]]:
    """Restore assignments from the checkpoint."""
    for card in [store.card for store in node.stores]:
        entries, node, now = yield from call(node, ReadCheckpoint(card), "R61")
        if isinstance(entries, Failed):
            return entries, node, now
        if entries is None:
            continue
        for entry in entries:
            if entry.pod.name:
                exists, node, now = yield from call(node, HostVethExists(entry.pod), "R61")
                if isinstance(exists, Failed):
                    return exists, node, now
                if not exists:
                    continue
            error, node, now = yield from restore(node, now, card, entry)
            if error is not None:
                return error, node, now
        holdings = node.store(card).holdings
        _, node, now = yield from call(node, WriteCheckpoint(card, holdings), "R61")
    return None, node, now


def restore(
    node: Node, now: int, card: int, entry: CheckpointEntry
) -> Procedure[tuple[Failed | None, Node, int]]:
    """Put one entry back: into any CIDR that contains its address (R61)."""
    store = node.store(card)
    homes = tuple(
        (eni.id, cidr.network) for eni, cidr in store.cidrs() if entry.address in cidr.network
    )
    if not homes:
        return None, node, now
    home = homes[0]
    if len(homes) > 1:
        home, node, now = yield from choose(node, OneOf(homes), "R61", live=(entry,), locked=True)
    eni = store.eni(home[0])
    cidr = eni.find(home[1]) if eni is not None else None
    assert eni is not None, "a home of the store is in the store"
    assert cidr is not None, "a home of the store is in the store"
    if cidr.find(entry.address) is not None:
        return Failed(DUPLICATE_ADDRESS), node, now
    restored = datastore.recover(store, eni, cidr, entry.address, entry.pod, entry.assigned_at)
    return None, datastore.put_store(node, restored), now


@rule(
    "R65",
    "Then security groups are refreshed (not with provisioning disabled), max pods is read, custom "
    "networking announced if branch ENIs are on, and a missing trunk ENI announced; a failure of "
    "any but the last ends the start.",
    source="ipamd:582-656",
    kind=Kind.STEP,
)
def read_cluster(
    config: Config, node: Node, now: int
) -> Procedure[tuple[Failed | None, Node, int]]:
    """Security groups, max pods, trunk announcement."""
    if measure.provisions(config):
        refreshed, node, now = yield from call(node, RefreshSecurityGroups(), "R65")
        if isinstance(refreshed, Failed):
            return refreshed, node, now
    max_pods, node, now = yield from call(node, ReadMaxPods(), "R42")
    if isinstance(max_pods, Failed):
        return max_pods, node, now
    node = learn_max_pods(node, max_pods)
    if config.settings.custom_networking and config.settings.pod_eni:
        announced, node, now = yield from call(node, AnnounceCustomNetworking(), "R65")
        if isinstance(announced, Failed):
            return announced, node, now
    if measure.may_announce_trunk(config, node):
        _, node, now = yield from call(node, AnnounceTrunk(), "R48")
    return None, node, now


@rule(
    "R42",
    "Max pods is the node's pod capacity if the API server answered at start, else the instance "
    "type's line in the max-pods file, else 110; the node's value replaces the others once the API "
    "server is reached.",
    source="ipamd:605-630, ipamd:2824-2866",
    kind=Kind.STEP,
)
def learn_max_pods(node: Node, max_pods: int) -> Node:
    """The node with P as last read."""
    return evolve(node, max_pods=max_pods)


@rule(
    "R66",
    "Before the node reports ready every low card, judged on one snapshot, grows once; an error of "
    "that step ends the start, and so does an empty pool with custom networking.",
    source="ipamd:674-693",
    kind=Kind.STEP,
)
def grow_once(config: Config, node: Node, now: int) -> Procedure[tuple[Failed | None, Node, int]]:
    """The first growth step."""
    low = tuple(
        store.card
        for store in node.stores
        if measure.too_low(config, node, store.card, totals(store))
    )
    while low:
        card = low[0]
        if len(low) > 1:
            card, node, now = yield from choose(node, OneOf(low), "R191")
        low = tuple(each for each in low if each != card)
        error, node, now = yield from increase(config, node, now, card)
        if error is not None:
            return error, node, now
        if config.settings.custom_networking and totals(node.store(card)).total == 0:
            return Failed(EMPTY_POOL), node, now
    return None, node, now


@rule(
    "R68",
    "Init in IPv6 mode, unless the node is frozen, creates one ENI on each managed card above 0 "
    "whose store is empty and which has room; errors are swallowed.",
    source="ipamd:1011-1042",
    kind=Kind.STEP,
)
def fill_empty_cards(config: Config, node: Node, now: int) -> Procedure[tuple[Node, int]]:
    """The first and only growth of an IPv6 node."""
    suppressed, node, now = yield from enis_frozen(config, node, now)
    if suppressed:
        return node, now
    for card in [store.card for store in node.stores if store.card > 0]:
        store = node.store(card)
        if not store.enis and measure.room_for_eni(config, node, store):
            _, node, now = yield from try_new_eni(config, node, now, card)
    return node, now
