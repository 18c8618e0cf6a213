"""What happens to a node, as records that read well when shrunk.

An event says which ENI, address or pod it means by a number or a name that always means something,
so that the same event can be told at any moment.
"""

from typing import Final, TypeAlias

from attrs import frozen

from ipam_model import ec2
from ipam_model.ec2 import Ec2Eni, Fault
from ipam_model.requests import EniTags
from ipam_model.state import Pod, PodKey
from ipam_model.world import Runner

PODS: Final = tuple(f"p{number}" for number in range(1, 13))
"""Twelve names, so that pods meet again."""


@frozen
class Add:
    """A pod comes, or asks again; `multi` = for an address on every card."""

    pod: str
    multi: bool = False

    def happen(self, runner: Runner) -> object:
        return runner.add_pod(Pod(PodKey(self.pod), name=f"ns/{self.pod}"), multi=self.multi)


@frozen
class Delete:
    """A pod goes, known or not."""

    pod: str

    def happen(self, runner: Runner) -> object:
        return runner.delete_pod(PodKey(self.pod))


@frozen
class Tick:
    """One pool update."""

    def happen(self, runner: Runner) -> object:
        return runner.tick()


@frozen
class Reconcile:
    """One reconcile, if due."""

    def happen(self, runner: Runner) -> object:
        return runner.reconcile()


@frozen
class Advance:
    """Time passes."""

    milliseconds: int

    def happen(self, runner: Runner) -> object:
        runner.advance(self.milliseconds)
        return None


@frozen
class Loop:
    """So many passes of the pool manager's loop, 5 s each."""

    passes: int

    def parts(self) -> "tuple[Event, ...]":
        """The same in single steps (R69)."""
        half = Advance(2_500)
        return (half, Tick(), half, Reconcile()) * self.passes

    def happen(self, runner: Runner) -> object:
        for _ in range(self.passes):
            runner.loop_pass()
        return None


@frozen
class Arrive:
    """Several new pods come at once."""

    pods: int

    def happen(self, runner: Runner) -> object:
        here = {key for store in runner.memory().stores for key in store.holdings}
        new = [name for name in PODS if PodKey(name) not in here]
        return [Add(name).happen(runner) for name in new[: self.pods]]


@frozen
class Leave:
    """Several pods go at once."""

    pods: int

    def happen(self, runner: Runner) -> object:
        here = list({key: 0 for store in runner.memory().stores for key in store.holdings})
        return [Delete(key.container).happen(runner) for key in here[: self.pods]]


@frozen
class Restart:
    """The daemon stops and starts again."""

    def happen(self, runner: Runner) -> object:
        return type(runner.start())


@frozen
class Cordon:
    """The node is cordoned or uncordoned."""

    on: bool

    def happen(self, runner: Runner) -> object:
        runner.cordoned = self.on
        return None


@frozen
class Break:
    """The next calls of a name fail."""

    call: str
    code: str
    times: int

    def happen(self, runner: Runner) -> object:
        runner.ec2 = ec2.arm(runner.ec2, Fault(self.call, self.code, self.times))
        return None


@frozen
class SubnetHas:
    """Others take or return addresses."""

    free: int

    def happen(self, runner: Runner) -> object:
        runner.ec2 = ec2.set_free(runner.ec2, "subnet-1", self.free)
        return None


@frozen
class SubnetRole:
    """The primary's subnet is excluded, or no longer."""

    role: str

    def happen(self, runner: Runner) -> object:
        runner.ec2 = ec2.set_role(runner.ec2, "subnet-1", self.role)
        return None


@frozen
class OthersAttach:
    """Somebody attaches an ENI."""

    no_manage: bool
    trunk: bool
    card: int = 0

    def happen(self, runner: Runner) -> object:
        state = runner.ec2
        card = self.card % runner.config.cards
        on_card = [eni for eni in state.enis if eni.card == card]
        if state.enforce_limits and len(on_card) >= state.limits.max_enis:
            return None
        subnet = state.subnets[0]
        offered = subnet.offer_addresses(1)
        if offered is None:
            return None
        used = {each.device for each in on_card}
        eni = Ec2Eni(
            id=f"eni-{state.next_eni}",
            device=next(n for n in range(len(used) + 1) if n not in used),
            card=card,
            subnet=subnet.id,
            primary_address=offered[0].address,
            tags=EniTags(no_manage="true" if self.no_manage else None),
            trunk=self.trunk,
        )
        runner.ec2 = ec2.attach_by_other(state, eni)
        return eni.id


@frozen
class OthersDetach:
    """Somebody detaches a secondary ENI."""

    which: int

    def happen(self, runner: Runner) -> object:
        secondary = [eni for eni in runner.ec2.enis if not eni.primary]
        if not secondary:
            return None
        gone = secondary[self.which % len(secondary)]
        runner.ec2 = ec2.detach_by_other(runner.ec2, gone)
        return gone.id


@frozen
class OthersTake:
    """Somebody takes an address or prefix off an ENI."""

    which: int

    def happen(self, runner: Runner) -> object:
        held = [(eni, n) for eni in runner.ec2.enis for n in eni.networks()[1:]]
        if not held:
            return None
        eni, network = held[self.which % len(held)]
        runner.ec2 = ec2.remove_networks(runner.ec2, eni, (network,), runner.now)
        return network


@frozen
class OthersGive:
    """Somebody assigns an address or prefix to an ENI."""

    which: int
    prefix: bool

    def happen(self, runner: Runner) -> object:
        state = runner.ec2
        eni = state.enis[self.which % len(state.enis)]
        subnet = state.subnet(eni.subnet)
        granted = (
            subnet.offer_prefixes(1, state.block) if self.prefix else subnet.offer_addresses(1)
        )
        if granted is None or eni.slots_used() >= state.limits.ipv4_per_eni - 1:
            return None
        runner.ec2 = ec2.add_by_other(state, eni, granted)
        return granted


Event: TypeAlias = (
    Add
    | Delete
    | Tick
    | Reconcile
    | Advance
    | Loop
    | Arrive
    | Leave
    | Restart
    | Cordon
    | Break
    | SubnetHas
    | SubnetRole
    | OthersAttach
    | OthersDetach
    | OthersTake
    | OthersGive
)

RUNNING: Final = (Add, Delete, Tick, Reconcile, Loop, Arrive, Leave)
"""Events of a daemon that runs."""
