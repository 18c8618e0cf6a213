"""What happens to a node, as records that read well when shrunk.

An event says which ENI, address or pod it means by a number or a name that always means something,
so that the same event can be told at any moment.
"""

from typing import Final, TypeAlias

from attrs import evolve, frozen

from ipam_model import aws_layer, ec2, others
from ipam_model.config import Version
from ipam_model.ec2 import Ec2Eni, Fault
from ipam_model.requests import BranchAddress, EniTags, Ownership, PodObject, Request
from ipam_model.state import Network, Pod, PodKey
from ipam_model.subnets import CidrSubnet
from ipam_model.testing.steering import Steered
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
class SwitchMode:
    """The daemon stops, and starts with prefix delegation turned on, or off; v1.7 has none."""

    def happen(self, runner: Runner) -> object:
        if runner.config.version is Version.V1_7:
            return type(runner.start())
        settings = runner.config.settings
        other = evolve(settings, prefix_delegation=not settings.prefix_delegation)
        return type(runner.start(evolve(runner.config, settings=other)))


@frozen
class Vanish:
    """Sandboxes stop while the daemon is down, and then it starts: no DEL ever comes for them."""

    pods: int

    def happen(self, runner: Runner) -> object:
        for key in sorted(runner.veths)[: self.pods]:
            runner.remove_sandbox(key)
        return type(runner.start())


@frozen
class Terminate:
    """The daemon is told to stop, and does not yet (R51)."""

    def happen(self, runner: Runner) -> object:
        runner.terminate()
        return None


# -- the surroundings ----------------------------------------------------------------------------


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
class Mend:
    """No call fails any more."""

    def happen(self, runner: Runner) -> object:
        runner.ec2 = evolve(runner.ec2, faults=())
        return None


@frozen
class SubnetHas:
    """Others take or return addresses.

    Where every address is known they take the highest ones, and give theirs back before this node's
    are free: then there may be less left than it says.
    """

    free: int

    def happen(self, runner: Runner) -> object:
        state = runner.ec2
        subnet = state.subnets[0]
        if not isinstance(subnet, CidrSubnet):
            runner.ec2 = others.set_free(state, subnet.id, self.free)
            return None
        surplus = subnet.free - self.free
        if surplus > 0:
            offered = subnet.offer_addresses(subnet.free) or ()
            runner.ec2 = state.with_subnet(subnet.take(offered[-surplus:]))
        elif surplus < 0:
            of_others = [
                Network(each, 1)
                for each in sorted(subnet.taken)
                if ec2.holder(state, (Network(each, 1),)) is None
            ]
            runner.ec2 = state.with_subnet(subnet.give_back(of_others[:-surplus]))
        return None


@frozen
class Fragment:
    """Others take an address of every free block: prefixes are short although addresses abound.

    Nothing happens in a subnet that only counts.
    """

    def happen(self, runner: Runner) -> object:
        state = runner.ec2
        subnet = state.subnets[0]
        if isinstance(subnet, CidrSubnet):
            while (block := subnet.offer_prefixes(1, state.block)) is not None:
                subnet = subnet.take((Network(block[0].address, 1),))
            runner.ec2 = state.with_subnet(subnet)
        return None


@frozen
class EniConfig:
    """The node's ENIConfig names a subnet by its position, or there is none."""

    subnet: int | None

    def happen(self, runner: Runner) -> object:
        subnets = runner.ec2.subnets
        named = None if self.subnet is None else subnets[self.subnet % len(subnets)].id
        runner.eni_config_subnet = named
        return named


@frozen
class CleanLeaked:
    """The job that deletes leaked ENIs runs once."""

    def happen(self, runner: Runner) -> object:
        runner.ec2 = aws_layer.clean_leaked_enis(runner.config, runner.ec2)
        return None


@frozen
class BranchEni:
    """A pod's object asks for a branch ENI; its annotation is absent, unusable or an address."""

    pod: str
    annotation: BranchAddress = None

    def happen(self, runner: Runner) -> object:
        runner.branch_pods[PodKey(self.pod)] = PodObject(
            wants_branch_eni=True, branch_address=self.annotation
        )
        return None


@frozen
class PodObjectGone:
    """A pod's object is deleted, while its sandbox may still run."""

    pod: str

    def happen(self, runner: Runner) -> object:
        key = PodKey(self.pod)
        runner.branch_pods.pop(key, None)
        runner.gone_pods = runner.gone_pods | {key}
        return None


@frozen
class SubnetRole:
    """The primary's subnet is excluded, or no longer."""

    role: str

    def happen(self, runner: Runner) -> object:
        runner.ec2 = others.set_role(runner.ec2, "subnet-1", self.role)
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
        runner.ec2 = others.attach_by_other(state, eni)
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
        runner.ec2 = others.detach_by_other(runner.ec2, gone)
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
        runner.ec2 = others.add_by_other(state, eni, granted)
        return granted


@frozen
class OthersTag:
    """Somebody sets the tags of an ENI: not to be managed, of another instance, or neither."""

    which: int
    no_manage: bool = False
    other_instance: bool = False

    def happen(self, runner: Runner) -> object:
        state = runner.ec2
        eni = state.enis[self.which % len(state.enis)]
        tags = EniTags(
            no_manage="true" if self.no_manage else None,
            instance_id=Ownership.OTHER if self.other_instance else None,
        )
        runner.ec2 = state.with_eni(evolve(eni, tags=tags))
        return eni.id


# -- what the model leaves open ------------------------------------------------------------------


@frozen
class Choose:
    """The daemon's next choices, by number; the first option is 0."""

    options: tuple[int, ...]

    def happen(self, runner: Runner) -> object:
        _steered(runner).choices[:0] = reversed(self.options)
        return None


@frozen
class Grant:
    """EC2's next choices of addresses, ENI ids, what a lagging IMDS lists …, by number."""

    numbers: tuple[int, ...]

    def happen(self, runner: Runner) -> object:
        _steered(runner).granted.extend(self.numbers)
        return None


@frozen
class During:
    """Something happens while a question of the next procedure is open; they count from 0."""

    question: int
    event: "Meanwhile"
    kinds: tuple[type[Request[object]], ...] = ()
    """Only requests of these kinds are meant, if there are any, and counted."""

    def happen(self, runner: Runner) -> object:
        pod = isinstance(self.event, Add | Delete)
        _steered(runner).arm(self.question, self.event, pod=pod, kinds=self.kinds)
        return None


def _steered(runner: Runner) -> Steered:
    assert isinstance(runner, Steered), f"{type(runner).__name__} cannot be told what to choose"
    return runner


Outside: TypeAlias = (
    Cordon
    | Break
    | Mend
    | SubnetHas
    | SubnetRole
    | Fragment
    | EniConfig
    | CleanLeaked
    | BranchEni
    | PodObjectGone
    | OthersAttach
    | OthersDetach
    | OthersTake
    | OthersGive
    | OthersTag
)
"""What happens to the daemon's surroundings."""

Meanwhile: TypeAlias = Add | Delete | Outside
"""What may happen while the daemon waits for an answer."""

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
    | SwitchMode
    | Vanish
    | Terminate
    | Outside
    | Choose
    | Grant
    | During
)

RUNNING: Final = (Add, Delete, Tick, Reconcile, Loop, Arrive, Leave, Terminate)
"""Events of a daemon that runs."""
