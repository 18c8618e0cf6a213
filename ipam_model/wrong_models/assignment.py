"""Daemons that serve pods wrongly: another address, too early, twice, not at all (R111-R127)."""

from collections.abc import Iterator
from itertools import islice

from attrs import evolve

from ipam_model.config import Config
from ipam_model.daemon import datastore, pods
from ipam_model.daemon.pods import Given, PodReply
from ipam_model.daemon.procedure import Ask, Call, Procedure
from ipam_model.environment import Environment
from ipam_model.requests import DONE, Failed, WriteCheckpoint
from ipam_model.rules import timing
from ipam_model.state import Cidr, Eni, Holding, Network, Node, Pod, PodKey, Store, totals
from ipam_model.wrong_models.interposing import with_answers
from ipam_model.wrong_models.registry import wrong_model
from ipam_model.wrong_models.replacing import Replacing

# -- which address -------------------------------------------------------------------------------


@wrong_model(breaks=("R113",))
def assign_the_first(replacing: Replacing) -> None:
    """An address is given out whoever has it."""
    replacing.function(datastore.assignable, lambda cidr, *_: (cidr.network.address,))


@wrong_model(breaks=("R6", "R157"), upstream=("#3753",))
def pool_the_primary(replacing: Replacing) -> None:
    """An ENI's primary address becomes a pod address."""
    original = datastore.add_eni

    def wrong(store: Store, eni: Eni) -> Store:
        return original(store, evolve(eni, cidrs=(Cidr(Network(eni.primary_address, 1), False),)))

    replacing.function(original, wrong)


@wrong_model(breaks=("R112",))
def serve_from_excluded_enis(replacing: Replacing) -> None:
    """A new pod gets an address of an excluded ENI."""
    original = pods.AssignableSpots

    class EveryEni(pods.AssignableSpots):
        """The addresses of excluded ENIs, too."""

        def __iter__(self) -> Iterator[pods.Spot]:
            store = self._store
            for eni in store.enis:
                alone = evolve(store, enis=(evolve(eni, excluded=False),))
                for spot in original(alone, self._now, self._cooldown):
                    yield evolve(spot, eni=eni)

    replacing.function(pods.AssignableSpots, EveryEni)


@wrong_model(breaks=("R113",))
def assign_past_the_end(replacing: Replacing) -> None:
    """An address past the end of its prefix is given out."""
    original = datastore.assignable

    def wrong(cidr: Cidr, now: int, cooldown: int) -> tuple[int, ...]:
        found = original(cidr, now, cooldown)
        return found or (cidr.network.address + cidr.network.size,)

    replacing.function(original, wrong)


@wrong_model(breaks=("R113",))
def last_address_withheld(replacing: Replacing) -> None:
    """The last address of a prefix is never given out."""
    original = datastore.assignable

    def wrong(cidr: Cidr, now: int, cooldown: int) -> tuple[int, ...]:
        last = cidr.network.address + cidr.network.size - 1
        withheld = cidr.network.size > 1
        return tuple(
            each for each in original(cidr, now, cooldown) if not (withheld and each == last)
        )

    replacing.function(original, wrong)


# -- cooldown ------------------------------------------------------------------------------------


@wrong_model(breaks=("R17", "R113"), upstream=("#59", "#62", "#2378"))
def no_cooldown(replacing: Replacing) -> None:
    """An address is given again at once: there is no cooldown."""

    def wrong(cidr: Cidr, _now: int, _cooldown: int) -> tuple[int, ...]:
        idle = [record.address for record in cidr.records if record.pod is None]
        used = {record.address for record in cidr.records}
        first, size = cidr.network  # An IPv6 prefix has too many addresses for a list of them.
        fresh = (each for each in range(first, first + size) if each not in used)
        return tuple(idle or islice(fresh, 1))

    replacing.function(datastore.assignable, wrong)


@wrong_model(breaks=("R17",))
def cooldown_without_its_boundary(replacing: Replacing) -> None:
    """The cooldown ends a moment too soon, at its boundary."""
    replacing.function(timing.cooling, lambda _k, now, since, period: now - since < period)


@wrong_model(breaks=("R17",), upstream=("#2492",))
def cooldown_not_configurable(replacing: Replacing) -> None:
    """IP_COOLDOWN_PERIOD is ignored: always 30 s."""
    replacing.function(timing.cooling, lambda _k, now, since, _period: now - since <= 30_000)


@wrong_model(breaks=("R17",), upstream=("#1446", "#1602", "#1160"))
def cooldown_for_ever(replacing: Replacing) -> None:
    """A cooldown never ends."""
    replacing.function(timing.cooling, lambda *_: True)


@wrong_model(breaks=("R113",), upstream=("#1446", "#1602", "#1160"))
def cooling_served_when_dry(replacing: Replacing) -> None:
    """Cooling addresses are given out when there are no others."""
    original = datastore.assignable

    def wrong(cidr: Cidr, now: int, cooldown: int) -> tuple[int, ...]:
        return original(cidr, now, cooldown) or tuple(
            record.address for record in cidr.records if record.pod is None
        )

    replacing.function(original, wrong)


@wrong_model(breaks=("R124",))
def freed_address_not_remembered(replacing: Replacing) -> None:
    """A deleted pod's address is forgotten: it cools nowhere."""
    replacing.function(
        datastore.unassign, lambda store, holding, _now: datastore.forget(store, holding)
    )


@wrong_model(breaks=("R16", "R17"))
def cooldown_since_assignment(replacing: Replacing) -> None:
    """The cooldown counts from the assignment, not from the release."""
    original = datastore.unassign
    replacing.function(
        original, lambda store, holding, _now: original(store, holding, holding.since)
    )


# -- ADD -----------------------------------------------------------------------------------------


@wrong_model(breaks=("R111",))
def repeated_add_gives_another(replacing: Replacing) -> None:
    """A repeated ADD gives another address."""
    original = pods.assign

    def wrong(
        config: Config, node: Node, now: int, card: int, pod: Pod
    ) -> Procedure[tuple[Given | str, Node, int]]:
        held = node.store(card).holdings.get(pod.key)
        if held is not None:
            store = datastore.unassign(node.store(card), held, now)
            node = datastore.put_store(node, store)
        return (yield from original(config, node, now, card, pod))

    replacing.function(original, wrong)


@wrong_model(breaks=("R111",))
def repeated_add_gives_none(replacing: Replacing) -> None:
    """A repeated ADD is answered with success and no address."""
    original = pods.add

    def wrong(
        config: Config, node: Node, now: int, pod: Pod, *, multi: bool = False
    ) -> Procedure[tuple[PodReply, Node]]:
        known = any(pod.key in store.holdings for store in node.stores)
        reply, node = yield from original(config, node, now, pod, multi=multi)
        return (evolve(reply, given=()) if known and reply.success else reply), node

    replacing.function(original, wrong)


@wrong_model(breaks=("R112", "R121"))
def success_without_an_address(replacing: Replacing) -> None:
    """ADD reports success although no address was left."""
    original = pods.add

    def wrong(
        config: Config, node: Node, now: int, pod: Pod, *, multi: bool = False
    ) -> Procedure[tuple[PodReply, Node]]:
        reply, node = yield from original(config, node, now, pod, multi=multi)
        return (PodReply(True) if reply.error == pods.NO_AVAILABLE else reply), node

    replacing.function(original, wrong)


@wrong_model(breaks=("R112",))
def warm_addresses_withheld(replacing: Replacing) -> None:
    """A pod is refused while fewer than WARM_IP_TARGET addresses are available.

    It might have one of those: whoever waits for growth has to be refused first.
    """
    original = pods.assign

    def wrong(
        config: Config, node: Node, now: int, card: int, pod: Pod
    ) -> Procedure[tuple[Given | str, Node, int]]:
        store = node.store(card)
        short = totals(store).available < config.settings.warm_ip_target
        if short and pod.key not in store.holdings:
            return pods.NO_AVAILABLE, node, now
        return (yield from original(config, node, now, card, pod))

    replacing.function(original, wrong)


@wrong_model(breaks=("R114", "R117"))
def another_address_told(replacing: Replacing) -> None:
    """ADD tells an address, but another one is recorded."""

    def wrong(held: Holding, eni: Eni) -> Given:
        return Given(held.address + 1, eni.device)

    replacing.function(pods.given_by, wrong)


@wrong_model(breaks=("R114",))
def keep_on_failed_write(replacing: Replacing) -> None:
    """An assignment whose checkpoint cannot be written is not undone."""
    replacing.function(datastore.forget, lambda store, _held: store)


@wrong_model(breaks=("R114",))
def failed_write_ignored(replacing: Replacing) -> None:
    """ADD does not mind that the checkpoint cannot be written."""
    original = pods.assign

    def wrong(
        config: Config, node: Node, now: int, card: int, pod: Pod
    ) -> Procedure[tuple[Given | str, Node, int]]:
        return (yield from with_answers(original(config, node, now, card, pod), _written))

    replacing.function(original, wrong)


def _written(ask: Ask, answer: object) -> object:
    writes = isinstance(ask, Call) and isinstance(ask.request, WriteCheckpoint)
    return DONE if writes and isinstance(answer, Failed) else answer


@wrong_model(breaks=("R34", "R114"))
def write_no_checkpoint(replacing: Replacing) -> None:
    """The checkpoint is never replaced: an empty one stays."""
    original = Environment.write_checkpoint

    def wrong(environment: Environment, card: int, _holdings: object) -> None:
        if not environment.has_checkpoint(card):
            original(environment, card, {})

    replacing.method(Environment, "write_checkpoint", wrong)


@wrong_model(breaks=("R34", "R114"))
def checkpoint_one_pod_behind(replacing: Replacing) -> None:
    """The checkpoint lacks the pod that was added last."""
    original = Environment.write_checkpoint

    def wrong(environment: Environment, card: int, holdings: dict[PodKey, Holding]) -> None:
        original(environment, card, dict(list(holdings.items())[:-1]))

    replacing.method(Environment, "write_checkpoint", wrong)


# -- DEL -----------------------------------------------------------------------------------------


@wrong_model(
    breaks=("R124", "R125"), upstream=("#1939", "#3109", "#3113", "#2352", "#590", "#1411")
)
def deleted_pods_keep_their_address(replacing: Replacing) -> None:
    """A DEL is answered with success, and the address stays with the pod."""

    def wrong(
        _config: Config, node: Node, _now: int, _key: PodKey
    ) -> Procedure[tuple[PodReply, Node]]:
        yield from ()
        return PodReply(True), node

    replacing.function(pods.delete, wrong)


@wrong_model(breaks=("R124",))
def free_on_failed_write(replacing: Replacing) -> None:
    """A DEL whose checkpoint cannot be written frees the address anyway."""
    original = pods.unassign

    def wrong(
        node: Node, now: int, card: int, key: PodKey
    ) -> Procedure[tuple[Holding | str, Node, int]]:
        return (yield from with_answers(original(node, now, card, key), _written))

    replacing.function(original, wrong)


@wrong_model(breaks=("R124",))
def another_pod_freed(replacing: Replacing) -> None:
    """A DEL frees the address of the pod that came first."""
    original = pods.unassign

    def wrong(
        node: Node, now: int, card: int, key: PodKey
    ) -> Procedure[tuple[Holding | str, Node, int]]:
        keys = list(node.store(card).holdings)
        return original(node, now, card, keys[0] if key in keys else key)

    replacing.function(original, wrong)
