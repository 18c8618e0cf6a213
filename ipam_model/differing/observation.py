"""What can be seen of a node from outside after an event, without the names of ENIs and addresses.

Two daemons behave alike if nobody who watches EC2 and the pods can tell them apart. What a daemon
keeps in its memory does not count: not its store, its clocks or its counters.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from attrs import frozen

from ipam_model.ec2 import Ec2Eni
from ipam_model.errors import InputError
from ipam_model.quantities import reaches_ec2
from ipam_model.requests import Failed, Request
from ipam_model.scenario.happening import Reply
from ipam_model.world import World

Shown: TypeAlias = tuple[object, ...]


@frozen
class Moment:
    """The end of an event."""

    reply: Reply
    world: World
    calls: tuple[tuple[Request[object], object], ...]
    """What was asked during it, and the answers."""


def _reply(moment: Moment) -> Shown:
    """What a pod was told, or whether a start succeeded; a pool update replies to nobody."""
    reply = moment.reply
    for told in ("success", "ok"):
        if told in reply:
            return (bool(reply[told]), str(reply.get("error", "")))
    return ()


def _enis(moment: Moment) -> Shown:
    """EC2's truth: per ENI what it is and how many CIDRs it has; ENIs that leaked."""
    state = moment.world.ec2
    attached = sorted(_eni(each) for each in state.enis)
    leaked = sorted(_eni(each) for each in state.leaked)
    return (tuple(attached), tuple(leaked))


def _eni(eni: Ec2Eni) -> tuple[int, int, str, bool, int, int, int]:
    """An ENI without its name, the primary first."""
    return (
        not eni.primary,
        eni.card,
        eni.subnet,
        eni.trunk,
        len(eni.addresses),
        len(eni.prefixes),
        len(eni.ipv6_prefixes),
    )


def _assigned(moment: Moment) -> Shown:
    """How many pods hold an address."""
    node = moment.world.node
    return (sum(len(store.holdings) for store in node.stores) if node is not None else 0,)


def _owned(moment: Moment) -> Shown:
    """How many CIDRs the daemon's store has on each of its ENIs."""
    node = moment.world.node
    stores = () if node is None else node.stores
    return tuple(sorted((store.card, len(eni.cidrs)) for store in stores for eni in store.enis))


def _calls(moment: Moment) -> Shown:
    """The requests to EC2, in order: of which kind, how many CIDRs, and how each went."""
    return tuple(_call(*each) for each in moment.calls if reaches_ec2(each[0]))


def _call(request: Request[object], answer: object) -> tuple[str, int, str]:
    networks = getattr(request, "networks", None)
    count = getattr(request, "count", 0) if networks is None else len(networks)
    return (type(request).__name__, count, answer.code if isinstance(answer, Failed) else "")


Aspect: TypeAlias = Callable[[Moment], Shown]

ASPECTS: Final[Mapping[str, Aspect]] = {
    "reply": _reply,
    "enis": _enis,
    "assigned": _assigned,
    "owned": _owned,
    "calls": _calls,
}
"""What may be watched."""
USUAL: Final = ("reply", "enis", "assigned")
"""What is watched unless somebody says otherwise: everything that is outside of the daemon."""

Observation: TypeAlias = tuple[Shown, ...]
"""What was seen at the end of an event, in the order of the aspects that are watched."""


def observe(moment: Moment, watched: tuple[str, ...]) -> Observation:
    """What is seen."""
    return tuple(ASPECTS[name](moment) for name in watched)


def require_known(watched: tuple[str, ...]) -> None:
    """Raise `InputError` unless these are aspects, replies among them."""
    unknown = [name for name in watched if name not in ASPECTS]
    if unknown:
        raise InputError(f"what is compared is {', '.join(ASPECTS)}, not {unknown[0]!r}")
    if "reply" not in watched:
        raise InputError("replies are always compared: who was refused is forgotten on both sides")


def different(one: Observation, other: Observation, watched: tuple[str, ...]) -> Iterator[str]:
    """The aspects in which two observations differ."""
    for name, here, there in zip(watched, one, other, strict=True):
        if here != there:
            yield name
