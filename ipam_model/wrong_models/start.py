"""Daemons that start wrongly: what a restart forgets, takes over or cleans up (R42, R53-R66)."""

from attrs import evolve

from ipam_model.config import Config
from ipam_model.daemon import cleanup, datastore, init
from ipam_model.daemon.procedure import Ask, Call, Procedure
from ipam_model.requests import (
    AttachedEni,
    CheckpointEntry,
    Described,
    Failed,
    HostVethExists,
    WriteCheckpoint,
)
from ipam_model.state import Cidr, Eni, Node, Pod, Store
from ipam_model.wrong_models.interposing import with_answers, without_asking
from ipam_model.wrong_models.registry import wrong_model
from ipam_model.wrong_models.replacing import Replacing

Recovery = Procedure[tuple[Failed | None, Node, int]]
Cleaning = Procedure[tuple[Node, int]]

# -- assignments ---------------------------------------------------------------------------------


@wrong_model(breaks=("R61",), upstream=("#711",))
def restart_forgets_pods(replacing: Replacing) -> None:
    """A restart forgets the pods: their addresses are given to others."""

    def wrong(node: Node, now: int) -> Recovery:
        yield from ()
        return None, node, now

    replacing.function(init.recover, wrong)


@wrong_model(breaks=("R61",), upstream=("#711",))
def restart_forgets_one_pod(replacing: Replacing) -> None:
    """A restart forgets the last pod of the checkpoint."""
    original = init.recover

    def wrong(node: Node, now: int) -> Recovery:
        def shortened(_ask: Ask, answer: object) -> object:
            entries = isinstance(answer, tuple) and answer
            return answer[:-1] if entries and isinstance(answer, tuple) else answer

        return (yield from with_answers(original(node, now), shortened))

    replacing.function(original, wrong)


@wrong_model(breaks=("R61",), upstream=("#711",))
def restart_moves_pods(replacing: Replacing) -> None:
    """A restart gives a pod another address than it had."""

    def wrong(
        store: Store, eni: Eni, cidr: Cidr, address: int, pod: Pod, assigned_at: int
    ) -> Store:
        taken = {address, *(record.address for record in cidr.records)}
        first, size = cidr.network  # An IPv6 prefix has too many addresses for a list of them.
        free = (each for each in range(first, first + size) if each not in taken)
        return original(store, eni, cidr, next(free, address), pod, assigned_at)

    original = datastore.recover
    replacing.function(original, wrong)


@wrong_model(breaks=("R61",), upstream=("#1411", "#3109", "#2352", "#590"))
def restart_revives_gone_pods(replacing: Replacing) -> None:
    """A restart restores pods whose host veth is gone: they never leave the store."""
    original = init.recover

    def wrong(node: Node, now: int) -> Recovery:
        def exists(ask: Ask, answer: object) -> object:
            asks = isinstance(ask, Call) and isinstance(ask.request, HostVethExists)
            return True if asks else answer

        return (yield from with_answers(original(node, now), exists))

    replacing.function(original, wrong)


@wrong_model(breaks=("R61",))
def recovery_not_written(replacing: Replacing) -> None:
    """The checkpoint is not written after a recovery that dropped pods."""
    original = init.recover

    def wrong(node: Node, now: int) -> Recovery:
        return (yield from without_asking(original(node, now), now, WriteCheckpoint))

    replacing.function(original, wrong)


@wrong_model(breaks=("R61",))
def homeless_entry_is_fatal(replacing: Replacing) -> None:
    """An address of the checkpoint that is in no CIDR ends the start."""
    original = init.restore

    def wrong(node: Node, now: int, card: int, entry: CheckpointEntry) -> Recovery:
        if not any(entry.address in cidr.network for _, cidr in node.store(card).cidrs()):
            yield from ()
            return Failed("CheckpointAddressUnknown"), node, now
        return (yield from original(node, now, card, entry))

    replacing.function(original, wrong)


# -- ENIs ----------------------------------------------------------------------------------------


@wrong_model(breaks=("R57",), upstream=("#66", "#711"))
def restart_loses_secondary_enis(replacing: Replacing) -> None:
    """A restart takes over the primary ENI only; the others are left to reconcile."""
    original = init.set_up_all

    def wrong(
        config: Config,
        node: Node,
        now: int,
        described: Described,
        attached: tuple[AttachedEni, ...],
    ) -> Recovery:
        primary = tuple(eni for eni in attached if eni.primary)
        return original(config, node, now, described, primary)

    replacing.function(original, wrong)


@wrong_model(breaks=("R58",))
def restart_loses_prefixes(replacing: Replacing) -> None:
    """A restart takes an ENI's addresses over without its prefixes."""
    original = init.set_up_all

    def wrong(
        config: Config,
        node: Node,
        now: int,
        described: Described,
        attached: tuple[AttachedEni, ...],
    ) -> Recovery:
        bare = tuple(evolve(eni, prefixes=()) for eni in attached)
        return original(config, node, now, described, bare)

    replacing.function(original, wrong)


@wrong_model(
    breaks=("R54", "R57"),
)
def trunk_not_recognised(replacing: Replacing) -> None:
    """Trunk ENIs are not recognised at start."""
    original = init.set_up_all

    def wrong(
        config: Config,
        node: Node,
        now: int,
        described: Described,
        attached: tuple[AttachedEni, ...],
    ) -> Recovery:
        return original(config, node, now, evolve(described, trunk=None), attached)

    replacing.function(original, wrong)


# -- clean-ups and limits ------------------------------------------------------------------------


@wrong_model(
    breaks=("R64",),
    upstream=("#933",),
    survives="What is left still serves pods; in none of the stories does it keep a target unmet, "
    "or a drained node above its floor.",
)
def other_kind_not_cleaned(replacing: Replacing) -> None:
    """After a switch between addresses and prefixes nothing of the other kind is given back."""
    replacing.function(cleanup.clean_other_mode, _clean_nothing)


@wrong_model(breaks=("R63",))
def excluded_enis_not_cleaned(replacing: Replacing) -> None:
    """Excluded ENIs keep their idle addresses at start."""
    replacing.function(cleanup.clean_excluded, _clean_nothing)


def _clean_nothing(_config: Config, node: Node, now: int) -> Cleaning:
    yield from ()
    return node, now


@wrong_model(breaks=("R63", "R64"))
def clean_ups_by_force(replacing: Replacing) -> None:
    """The clean-ups at start take addresses with their pods."""
    original = datastore.delete_cidr

    def all_of_a_kind(eni: Eni, *, prefixes: bool) -> tuple[Cidr, ...]:
        return tuple(cidr for cidr in eni.cidrs if cidr.is_prefix == prefixes)

    def forced(store: Store, eni_id: str, network: object, *, force: bool) -> Store | None:
        return original(store, eni_id, network, force=force or True)  # type: ignore[arg-type]  # passed on

    replacing.function(cleanup.unassigned, all_of_a_kind)
    replacing.function(original, forced)


@wrong_model(
    breaks=("R25", "R127"),
    survives="No property says when an excluded ENI gives up an address that its last pod left.",
)
def emptied_excluded_addresses_kept(replacing: Replacing) -> None:
    """The emptied addresses of an excluded ENI never leave the store."""
    replacing.function(datastore.drop_excluded_cidr, lambda _config, store, *_: store)


@wrong_model(breaks=("R42",), upstream=("#2793", "#2745"))
def max_pods_not_learned(replacing: Replacing) -> None:
    """Max pods is not learned from the cluster: 110 is assumed."""
    replacing.function(init.learn_max_pods, lambda node, _most: evolve(node, max_pods=110))


@wrong_model(breaks=("R42",))
def one_pod_too_few(replacing: Replacing) -> None:
    """Max pods is taken for one less than it is."""
    replacing.function(init.learn_max_pods, lambda node, most: evolve(node, max_pods=most - 1))
