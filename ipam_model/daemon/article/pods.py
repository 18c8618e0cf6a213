"""AddNetwork of the article's policy: the standby ENI is held back."""

from collections.abc import Hashable, Iterator

from attrs import frozen

from ipam_model.catalogue import part_of
from ipam_model.config import Config
from ipam_model.daemon import pods
from ipam_model.daemon.article import ledger
from ipam_model.daemon.article.ledger import CARD
from ipam_model.daemon.pods import AssignableSpots, PodReply, Spot
from ipam_model.daemon.procedure import Choice, Options, Procedure, Resumption
from ipam_model.records import evolve
from ipam_model.state import Node, Pod


@frozen
class SpotsOn:
    """Those of the spots that lie on one of these ENIs; at least one does."""

    spots: Options[Hashable]
    enis: frozenset[str]

    @property
    def first(self) -> Hashable:
        """The first one."""
        return next(iter(self))

    def __contains__(self, option: object, /) -> bool:
        return isinstance(option, Spot) and option.eni.id in self.enis and option in self.spots

    def __iter__(self) -> Iterator[Hashable]:
        for spot in self.spots:
            if isinstance(spot, Spot) and spot.eni.id in self.enis:
                yield spot


def add(
    config: Config, node: Node, now: int, pod: Pod, *, multi: bool = False
) -> Procedure[tuple[PodReply, Node]]:
    """AddNetwork as the daemon serves it, but only from the ENIs that are open to pods (B6)."""
    known = pod.key in node.store(CARD).holdings
    if not known and all(pod.key) and not _open_enis(config, node, now):
        return PodReply(False, (), pods.NO_AVAILABLE), node
    serving = pods.add(config, node, now, pod, multi=multi)
    try:
        ask = next(serving)
        while True:
            if isinstance(ask, Choice) and isinstance(ask.options, AssignableSpots):
                enis = _open_enis(config, ask.node, now)
                ask = evolve(ask, options=SpotsOn(ask.options, enis))
            resumption: Resumption = yield ask
            now = resumption[2]
            ask = serving.send(resumption)
    except StopIteration as stop:
        reply: tuple[PodReply, Node] = stop.value
        return reply


@part_of("B6")
def _open_enis(config: Config, node: Node, now: int) -> frozenset[str]:
    """The ENIs open to pods that have an address to give; none if every open one is used up."""
    view = ledger.read(config, node)
    spots = AssignableSpots(node.store(CARD), now, config.cooldown)
    able = frozenset(spot.eni.id for spot in spots)
    serving = view.serving()
    full = all(eni.room == 0 and eni.record.id not in able for eni in serving)
    return able & {eni.record.id for eni in view.open_to_pods(full=full)}
