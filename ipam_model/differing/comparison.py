"""What is compared: two nodes, and what may happen to both."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Final

from attrs import evolve, field, frozen

from ipam_model.daemon.init import Exited
from ipam_model.differing import events
from ipam_model.differing.events import Break, Event, PodComes, PodGoes
from ipam_model.differing.observation import USUAL, require_known
from ipam_model.ec2 import Ec2, Ec2Eni
from ipam_model.errors import InputError
from ipam_model.explore.answers import FAILURES
from ipam_model.explore.scope import JUST_OVER, MOST_PODS
from ipam_model.nodes import NodeSetup
from ipam_model.others import attach_by_other
from ipam_model.rules.capacity import BLOCK
from ipam_model.rules.timing import SECOND
from ipam_model.state import PodKey
from ipam_model.subnets import CounterSubnet
from ipam_model.world import Runner, World

FAULTS: Final = tuple(dict.fromkeys(Break(fault) for kind in FAILURES.values() for fault in kind))
"""Every failure that the daemon or EC2 treats in its own way."""


def usual_waits(left: NodeSetup, right: NodeSetup) -> tuple[int, ...]:
    """Milliseconds after which all is over that lasts 60 s or less.

    Where the cooldowns differ there is a shorter wait too, after which only one of them is over:
    nothing else could tell such nodes apart.
    """
    cooldowns = {each.config.cooldown for each in (left, right)}
    between = [min(cooldowns) + SECOND // 2] if len(cooldowns) > 1 else []
    return tuple(sorted({*between, JUST_OVER}))


@frozen(kw_only=True)
class Side:
    """One of the two nodes."""

    label: str
    """How it is called in tables."""
    setup: NodeSetup
    daemon: Callable[[], AbstractContextManager[object]] = nullcontext
    """Within this its procedures run: another daemon can be put in the place of the model's."""


@frozen(kw_only=True)
class Allowance:
    """Events of which only so many happen in a run."""

    name: str
    events: tuple[Event, ...]
    most: int


@frozen(kw_only=True)
class Comparison:
    """Two nodes and what may happen to both, in any order, each event when none is under way.

    Pods, pool updates, reconciles and waits come as often as they like; the daemon's loop, which
    has pauses between them, does no more than that.
    """

    left: Side
    right: Side
    pods: int = 2
    """So many sandboxes at a time; who is refused is forgotten, and may come again."""
    waits: tuple[int, ...] = (JUST_OVER,)
    """Milliseconds, ascending."""
    restarts: int = 0
    """Of the daemon, after its first start."""
    cordons: int = 0
    faults: int = 0
    """So many calls fail, any of them, the next one of its name on either side."""
    others: tuple[Event, ...] = ()
    """What others do to the node, or to its subnet."""
    most_others: int = 1
    multi: bool = False
    """Pods may ask for an address on every card as well."""
    again: bool = False
    """Pods that have their address may ask once more."""
    watched: tuple[str, ...] = USUAL
    """What is compared, of `observation.ASPECTS`."""
    imds_lag: int = 0
    """For how long IMDS still lists what left an ENI, in milliseconds."""
    reissue: bool = False
    """EC2 hands returned addresses out again."""
    block: int = BLOCK
    """Addresses per prefix."""
    efa_only_card: bool = False
    """Card 1 carries an EFA-only ENI from the beginning."""
    allowances: tuple[Allowance, ...] = field(init=False)

    @allowances.default
    def _allowances(self) -> tuple[Allowance, ...]:
        cordons = (events.CORDON, events.UNCORDON)
        return (
            Allowance(name="restarts", events=(events.START,), most=self.restarts),
            Allowance(name="cordons", events=cordons, most=self.cordons),
            Allowance(name="faults", events=FAULTS, most=self.faults),
            Allowance(name="others", events=self.others, most=self.most_others),
        )

    def require_sensible(self) -> None:
        """Raise `InputError` for what cannot be compared."""
        if not 0 <= self.pods <= MOST_PODS:
            raise InputError(f"pods is {self.pods}; a comparison has 0 to {MOST_PODS}")
        if self.waits and min(self.waits) <= 0:
            raise InputError("every wait is longer than 0 s")
        require_known(self.watched)
        one, other = self.left.setup.limits, self.right.setup.limits
        if one != other:
            raise InputError(
                "both sides are of one instance; the limits of "
                f"{self.left.setup.name} and {self.right.setup.name} differ"
            )
        ends = []
        for side in (self.left, self.right):
            for found in side.setup.refusals():
                raise InputError(f"{side.label}: the node agent does not start: {found}")
            with side.daemon():
                ends.append(Runner(self.world(side)).start())
        exits = [each.reason.code for each in ends if isinstance(each, Exited)]
        if len(exits) == len(ends):
            reasons = " and ".join(dict.fromkeys(exits))
            raise InputError(
                f"neither daemon starts on such a node ({reasons}): nothing can tell them apart"
            )

    def world(self, side: Side) -> World:
        """A side's node before its first start."""
        world = side.setup.world()
        subnets = tuple(
            evolve(each, reissue=self.reissue, returned=())
            if isinstance(each, CounterSubnet)
            else each
            for each in world.ec2.subnets
        )
        ec2 = evolve(world.ec2, subnets=subnets, imds_lag=self.imds_lag, block=self.block)
        if self.efa_only_card:
            ec2 = attach_by_other(ec2, _efa_only(ec2))
        return evolve(world, ec2=ec2, config=evolve(world.config, block=self.block))

    @property
    def merges(self) -> bool:
        """Whether states that differ in names alone may be taken for one.

        The key that does it is made for what the explorer covers.
        """
        alike = not (self.others or self.reissue or self.imds_lag)
        return alike and all(_covered(each) for each in (self.left, self.right))

    def newcomer(self, pods: tuple[str, ...], worlds: tuple[World, ...]) -> str:
        """A pod that nothing mentions."""
        known = set(pods)
        for world in worlds:
            known |= {veth.sandbox.container for veth in world.veths}
            known |= {key.container for key, _ in world.sandboxes}
            for _, file in world.checkpoints:
                known |= {entry.pod.key.container for entry in file.entries}
            if world.node is not None:
                known |= {key.container for each in world.node.stores for key in each.holdings}
        return next(name for name in map("p{}".format, range(1, 99)) if name not in known)

    def of_pods(self, pods: tuple[str, ...], newcomer: str) -> Iterator[Event]:
        """What pods may do, who are there, and who may come."""
        if len(pods) < self.pods:
            yield PodComes(newcomer)
            if self.multi:
                yield PodComes(newcomer, multi=True)
        for name in pods:
            yield PodGoes(name)
            if self.again:
                yield PodComes(name)


def _efa_only(state: Ec2) -> Ec2Eni:
    offered = state.subnets[0].offer_addresses(1)
    if offered is None or len(state.limits.cards) == 1:
        raise InputError("an EFA-only ENI needs a second card and a free address")
    return Ec2Eni(
        id=f"eni-{state.next_eni}",
        device=0,
        card=1,
        subnet=state.subnets[0].id,
        primary_address=offered[0].address,
        efa_only=True,
    )


def _covered(side: Side) -> bool:
    config = side.setup.config
    if side.daemon is not nullcontext:  # Nobody knows on what another daemon depends.
        return False
    if not all(isinstance(each, CounterSubnet) for each in side.setup.subnets):
        return False
    return not (config.ipv6 or config.settings.pod_eni or config.cards > 1)


def key_of_pod(name: str) -> PodKey:
    """The sandbox of a pod."""
    return PodKey(name)
