"""What each operation on a store does to the model's, and what is seen of that.

The model's own functions are called by the names that the daemon's modules have for them, so that
a wrong model that is in force (`wrong_models`) is wrong here, too. A store is that of card 0; what
a store does depends on its card in nothing but the targets, which are given here.
"""

from typing import Final, assert_never

from attrs import evolve, frozen

from ipam_model import state
from ipam_model.addresses import format_address, format_network, parse_network
from ipam_model.config import Config, Quirk, Version, parse_settings_of
from ipam_model.conformance.datastore_events import (
    CIDR_IN_USE,
    DUPLICATE_CIDR,
    DUPLICATE_ENI,
    ENI_IN_USE,
    NO_DELETABLE_ENI,
    NOT_RUNNING,
    UNKNOWN_CIDR,
    UNKNOWN_ENI,
    AddCidr,
    AddEni,
    Assign,
    DatastoreEvent,
    DatastorePart,
    DelCidr,
    ExcludeEni,
    Freeable,
    Pass,
    Recover,
    RemoveEni,
    RemoveUnusedEni,
    Stats,
    Unassign,
)
from ipam_model.conformance.observation import Observation
from ipam_model.conformance.observed import Known, observation_of
from ipam_model.conformance.subject import Reply
from ipam_model.daemon import datastore, init, measure, pods, reconcile, shrink
from ipam_model.daemon.procedure import OneOf, Procedure, choose
from ipam_model.ec2 import Ec2
from ipam_model.errors import InputError
from ipam_model.limits import InstanceLimits
from ipam_model.rules import timing
from ipam_model.rules.capacity import BLOCK
from ipam_model.state import Eni, Network, Node, Pod, PodKey, Store
from ipam_model.strict_json import JsonValue
from ipam_model.world import Runner, World

CARD: Final = 0
_LIMITS: Final = InstanceLimits.simple(15, 50)
"""Nothing here reads them."""


@frozen
class DatastoreState:
    """A store of the model, with its checkpoint and its clock."""

    world: World
    running: bool = True
    """After a failed recovery there is no store; the world's has then bare ENIs only."""

    @property
    def store(self) -> Store:
        """The store itself."""
        assert self.world.node is not None, "a store has a memory"
        return self.world.node.store(CARD)


def new_state(setup: DatastorePart, quirks: frozenset[Quirk]) -> DatastoreState:
    """The empty store; `InputError` if its cooldown is none that the daemon can have."""
    seconds, rest = divmod(setup.cooldown_ms, timing.SECOND)
    if rest or seconds < 0:
        raise InputError(
            f"a cooldown of {setup.cooldown_ms} ms; it is whole seconds, such as 30000, at least 0"
        )
    env = {
        "IP_COOLDOWN_PERIOD": str(seconds),
        "ENABLE_PREFIX_DELEGATION": str(setup.prefix_delegation).lower(),
    }
    settings = parse_settings_of(Version.V1_23, env).settings
    config = Config(settings=settings, limits=_LIMITS, quirks=quirks)
    return DatastoreState(
        World(
            config=config,
            ec2=Ec2(limits=_LIMITS, enis=(), subnets=()),
            node=_with(Store(CARD, config.prefix_mode)),
        )
    )


def _with(store: Store) -> Node:
    return Node(stores=(store,))


def network_of(cidr: str) -> Network:
    """An address or prefix, as a store may have them; `InputError` for any other."""
    network = parse_network(cidr)
    if network.ipv6 or network.size not in (1, BLOCK):
        raise InputError(f"{cidr!r} is no CIDR such as 10.0.0.5/32 or 10.0.0.16/28")
    return network


# -- what happens --------------------------------------------------------------------------------


def happen(runner: Runner, event: DatastoreEvent, *, running: bool) -> tuple[Reply, bool]:
    """Let an operation happen; the reply to it, and whether there is a store now.

    Raises `InputError` for an event that makes no sense with any store: time that goes back, an
    address that is none.
    """
    if isinstance(event, Recover):
        reply = recover(runner)
        return reply, reply["success"] is True
    if not running and not isinstance(event, Pass):
        return failed(NOT_RUNNING), False
    return _operate(runner, event), running


def failed(error: str, **rest: JsonValue) -> Reply:
    """The reply to what did not succeed."""
    return {"success": False, "error": error, **rest}


def done(**rest: JsonValue) -> Reply:
    """The reply to what did."""
    return {"success": True, **rest}


Operation = (
    AddEni
    | ExcludeEni
    | AddCidr
    | DelCidr
    | Assign
    | Unassign
    | RemoveEni
    | RemoveUnusedEni
    | Stats
    | Freeable
    | Pass
)


def _operate(runner: Runner, event: Operation) -> Reply:
    match event:
        case AddEni():
            return add_eni(runner, event)
        case ExcludeEni():
            return exclude_eni(runner, event)
        case AddCidr():
            return add_cidr(runner, event)
        case DelCidr():
            return delete_cidr(runner, event)
        case Assign():
            return assign(runner, event)
        case Unassign():
            return unassign(runner, event)
        case RemoveEni():
            return remove_eni(runner, event)
        case RemoveUnusedEni():
            return remove_unused_eni(runner, event)
        case Stats():
            return statistics(runner)
        case Freeable():
            return freeable(runner, event)
        case Pass():
            runner.advance(event.ms)
            return {}
    assert_never(event)


def _store(runner: Runner) -> Store:
    return runner.memory().store(CARD)


def _put(runner: Runner, store: Store) -> None:
    runner.node = datastore.put_store(runner.memory(), store)


def add_eni(runner: Runner, event: AddEni) -> Reply:
    """R11."""
    store = _store(runner)
    known = store.eni(event.eni) is not None
    eni = Eni(
        id=event.eni,
        primary=event.primary,
        device=event.device,
        subnet="",
        created=runner.now,
        primary_address=0,
        trunk=event.trunk,
        efa=event.efa,
        excluded=event.excluded,
    )
    _put(runner, datastore.add_eni(store, eni))
    return failed(DUPLICATE_ENI) if known else done()


def exclude_eni(runner: Runner, event: ExcludeEni) -> Reply:
    """R13; the flag of an ENI that is there."""
    store = _store(runner)
    eni = store.eni(event.eni)
    if eni is None:
        return failed(UNKNOWN_ENI)
    _put(runner, datastore.put_eni(store, evolve(eni, excluded=event.excluded)))
    return done()


def add_cidr(runner: Runner, event: AddCidr) -> Reply:
    """R22."""
    network = network_of(event.cidr)
    store = _store(runner)
    eni = store.eni(event.eni)
    known = eni is not None and eni.find(network) is not None
    _put(runner, datastore.add_cidr(store, event.eni, network, prefix=network.size > 1))
    if eni is None:
        return failed(UNKNOWN_ENI)
    return failed(DUPLICATE_CIDR) if known else done()


def delete_cidr(runner: Runner, event: DelCidr) -> Reply:
    """R23."""
    network = network_of(event.cidr)
    store = _store(runner)
    without = datastore.delete_cidr(store, event.eni, network, force=event.force)
    if without is not None:
        runner.node, _ = runner.run(reconcile.put_forced(runner.memory(), runner.now, without))
        return done()
    eni = store.eni(event.eni)
    if eni is None:
        return failed(UNKNOWN_ENI)
    return failed(UNKNOWN_CIDR if eni.find(network) is None else CIDR_IN_USE)


def assign(runner: Runner, event: Assign) -> Reply:
    """R111 to R114."""
    pod = Pod(_key_of(event.pod))
    given, runner.node, _ = runner.run(
        pods.assign(runner.config, runner.memory(), runner.now, CARD, pod)
    )
    return failed(given) if isinstance(given, str) else _told(given)


def unassign(runner: Runner, event: Unassign) -> Reply:
    """R124, and of R127 what a store does itself."""
    held, node, _ = runner.run(pods.unassign(runner.memory(), runner.now, CARD, _key_of(event.pod)))
    runner.node = node
    if isinstance(held, str):
        return failed(held)
    runner.node = pods.plan_cleanup(node, runner.now, CARD, held)
    eni = node.store(CARD).eni(held.eni)
    assert eni is not None, "an address was held on an ENI of the store"
    return _told(pods.given_by(held, eni))


def _key_of(pod: str) -> PodKey:
    if not pod:
        raise InputError("a pod needs a name")
    return PodKey(pod)


def _told(given: pods.Given) -> Reply:
    return done(ip=format_address(given.address), device=given.device)


def remove_eni(runner: Runner, event: RemoveEni) -> Reply:
    """R24."""
    store = _store(runner)
    eni = store.eni(event.eni)
    if eni is None:
        return failed(UNKNOWN_ENI)
    if eni.has_pods() and not event.force:
        return failed(ENI_IN_USE)
    without = datastore.remove_eni_by_force(runner.config, store, eni)
    runner.node, _ = runner.run(reconcile.put_forced(runner.memory(), runner.now, without))
    return done()


def remove_unused_eni(runner: Runner, event: RemoveUnusedEni) -> Reply:
    """R136, under targets that are given."""
    settings = evolve(
        runner.config.settings,
        warm_ip_target=event.warm_ip,
        minimum_ip_target=event.minimum_ip,
        warm_prefix_target=event.warm_prefix,
    )
    config = evolve(runner.config, settings=settings)
    removed, runner.node = runner.run(_remove_any(config, runner.memory(), runner.now))
    return failed(NO_DELETABLE_ENI, eni=None) if removed is None else done(eni=removed)


def _remove_any(config: Config, node: Node, now: int) -> Procedure[tuple[str | None, Node]]:
    """The store's part of R134 and R135, without anybody who would free the ENI in EC2."""
    deletable = measure.deletable_enis(config, node.store(CARD), now)
    if not deletable:
        return None, node
    chosen, node, now = yield from choose(node, OneOf(deletable), "R189", locked=True)
    return chosen, datastore.put_store(node, datastore.remove_eni(node.store(CARD), chosen))


def statistics(runner: Runner) -> Reply:
    """R27 to R30."""
    store = _store(runner)
    totals = state.totals(store)
    return done(
        total=totals.total,
        assigned=totals.assigned,
        cooling=store.cooldown_count(runner.now, runner.config.cooldown),
        prefixes=totals.allocated_prefixes,
        free_prefixes=totals.free_prefixes,
    )


def freeable(runner: Runner, event: Freeable) -> Reply:
    """R139."""
    eni = _store(runner).eni(event.eni)
    if eni is None:
        return failed(UNKNOWN_ENI)
    networks = shrink.releasable(runner.config, eni, runner.now)
    cidrs: list[JsonValue] = [format_network(each) for each in sorted(networks)]
    return done(cidrs=cidrs)


def recover(runner: Runner) -> Reply:
    """R61, of a store that has what the old one had."""
    fresh = Store(CARD, runner.config.prefix_mode)
    for eni in _store(runner).enis:
        fresh = datastore.add_eni(fresh, evolve(eni, created=runner.now, cidrs=()))
        for cidr in eni.cidrs:
            fresh = datastore.add_cidr(fresh, eni.id, cidr.network, prefix=cidr.is_prefix)
    error, node, _ = runner.run(init.recover(_with(fresh), runner.now))
    runner.node = node if error is None else _with(fresh)
    return done() if error is None else failed(error.code)


# -- what is seen --------------------------------------------------------------------------------


def observe(now: DatastoreState, known: Known | None = None) -> Observation:
    """What is seen of a store, everything exact; its totals are the running counters (R21).

    `known` is kept for the next look (`observation_of`).
    """
    return observation_of(now.world, known) if now.running else Observation(running=False)
