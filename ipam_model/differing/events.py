"""What may happen to both nodes, as events that mean the same on either.

An ENI or address that somebody else takes away is meant by its place, not by its name: the two
nodes may have different ones.
"""

from collections.abc import Mapping
from typing import Final, Protocol

from attrs import frozen

from ipam_model import ec2, others
from ipam_model.config import Version
from ipam_model.ec2 import Ec2Eni, Fault
from ipam_model.requests import EniTags
from ipam_model.scenario import document, tables
from ipam_model.scenario.happening import Reply, happen
from ipam_model.settings.environment import environment_of
from ipam_model.world import Runner

NOTHING: Reply = {}


class Event(Protocol):
    """Something that happens to both nodes."""

    def happen(self, runner: Runner) -> Reply:
        """Let it happen to one; what its caller sees, empty if nobody waits for a reply."""

    @property
    def text(self) -> str:
        """In few words."""


@frozen
class Told:
    """An event of a scenario, of those that mean the same on both nodes."""

    event: document.Event

    def happen(self, runner: Runner) -> Reply:
        """As in a scenario."""
        return happen(runner, self.event)

    @property
    def text(self) -> str:
        """As in the table of a replay."""
        return tables.event_text(self.event)


@frozen
class PodComes:
    """A pod asks for its address; `multi` = for one on every card."""

    name: str
    multi: bool = False

    def happen(self, runner: Runner) -> Reply:
        """Its sandbox is called like the pod."""
        return happen(runner, document.PodAdd(pod=self.name, multi=self.multi))

    @property
    def text(self) -> str:
        """As in the table of a replay."""
        return f"pod_add {self.name}{' on every card' if self.multi else ''}"


@frozen
class PodGoes:
    """A pod gives its address back."""

    name: str

    def happen(self, runner: Runner) -> Reply:
        """By the name of its sandbox."""
        return happen(runner, document.PodDel(pod=self.name))

    @property
    def text(self) -> str:
        """As in the table of a replay."""
        return f"pod_del {self.name}"


@frozen
class SwitchMode:
    """The daemon starts again with prefix delegation turned on, or off; v1.7 has none."""

    def happen(self, runner: Runner) -> Reply:
        """With the other mode."""
        if runner.config.version is Version.V1_7:
            return happen(runner, document.Start())
        env = dict(environment_of(runner.config.settings))
        on = runner.config.settings.prefix_delegation
        env["ENABLE_PREFIX_DELEGATION"] = "false" if on else "true"
        return happen(runner, document.Start(env=env))

    @property
    def text(self) -> str:
        """Where it leads depends on the node."""
        return "start in the other mode"


@frozen
class OthersDetach:
    """Somebody detaches a secondary ENI, by its place in the order of ids."""

    which: int = 0

    def happen(self, runner: Runner) -> Reply:
        """Nothing happens if there are fewer."""
        secondary = [eni for eni in runner.ec2.enis if not eni.primary]
        if self.which < len(secondary):
            runner.ec2 = others.detach_by_other(runner.ec2, secondary[self.which])
        return NOTHING

    @property
    def text(self) -> str:
        """Places count from 1."""
        return f"others detach secondary ENI {self.which + 1}"


@frozen
class OthersTake:
    """Somebody takes an address or prefix off an ENI, by its place among all."""

    which: int = 0

    def happen(self, runner: Runner) -> Reply:
        """Nothing happens if there are fewer."""
        held = [(eni, each) for eni in runner.ec2.enis for each in eni.networks()[1:]]
        if self.which < len(held):
            eni, network = held[self.which]
            runner.ec2 = ec2.remove_networks(runner.ec2, eni, (network,), runner.now)
        return NOTHING

    @property
    def text(self) -> str:
        """Places count from 1."""
        return f"others take CIDR {self.which + 1} away"


@frozen
class OthersGive:
    """Somebody assigns the next free address or prefix to an ENI, by its place."""

    which: int = 0
    prefix: bool = False

    def happen(self, runner: Runner) -> Reply:
        """Nothing happens if there is no such ENI, or it is full."""
        state = runner.ec2
        if self.which >= len(state.enis):
            return NOTHING
        eni = state.enis[self.which]
        subnet = state.subnet(eni.subnet)
        granted = (
            subnet.offer_prefixes(1, state.block) if self.prefix else subnet.offer_addresses(1)
        )
        if granted is not None and eni.slots_used() < state.limits.ipv4_per_eni - 1:
            runner.ec2 = others.add_by_other(state, eni, granted)
        return NOTHING

    @property
    def text(self) -> str:
        """Places count from 1."""
        return f"others give ENI {self.which + 1} {'a prefix' if self.prefix else 'an address'}"


@frozen
class OthersAttach:
    """Somebody attaches a bare ENI that the daemon may manage, to a card."""

    card: int = 0

    def happen(self, runner: Runner) -> Reply:
        """Nothing happens if the card is full."""
        state = runner.ec2
        on_card = [eni for eni in state.enis if eni.card == self.card]
        subnet = state.subnets[0]
        offered = subnet.offer_addresses(1)
        if offered is None or len(on_card) >= state.limits.max_enis:
            return NOTHING
        used = {each.device for each in on_card}
        eni = Ec2Eni(
            id=f"eni-{state.next_eni}",
            device=next(n for n in range(len(used) + 1) if n not in used),
            card=self.card,
            subnet=subnet.id,
            primary_address=offered[0].address,
            tags=EniTags(),
        )
        runner.ec2 = others.attach_by_other(state, eni)
        return NOTHING

    @property
    def text(self) -> str:
        """With the card's number."""
        return f"others attach an ENI to card {self.card}"


@frozen
class ExcludeSubnet:
    """The first subnet is excluded from the cluster by its tag, or no longer (R12)."""

    role: str = "0"

    def happen(self, runner: Runner) -> Reply:
        """On the tag."""
        runner.ec2 = others.set_role(runner.ec2, runner.ec2.subnets[0].id, self.role)
        return NOTHING

    @property
    def text(self) -> str:
        """With the tag's value."""
        return f"the subnet's tag becomes {self.role!r}"


@frozen
class Break:
    """The next call of a name fails, or gets less than it asked for."""

    fault: Fault

    def happen(self, runner: Runner) -> Reply:
        """From now on."""
        runner.ec2 = ec2.arm(runner.ec2, self.fault)
        return NOTHING

    @property
    def text(self) -> str:
        """With its code."""
        fault = self.fault
        how = f"fails: {fault.code}" if fault.grant is None else f"grants {fault.grant}"
        return f"the next {fault.call} {how}"


TICK: Event = Told(document.Tick())
RECONCILE: Event = Told(document.Reconcile())
START: Event = Told(document.Start())
CORDON: Event = Told(document.Cordon())
UNCORDON: Event = Told(document.Uncordon())


def wait(milliseconds: int) -> Event:
    """Time passes."""
    return Told(document.Advance(ms=milliseconds))


OTHERS: Final[Mapping[str, tuple[Event, ...]]] = {
    "detach": (OthersDetach(0), OthersDetach(1)),
    "take": (OthersTake(0), OthersTake(1)),
    "give": (OthersGive(0), OthersGive(1)),
    "exclude-subnet": (ExcludeSubnet("0"), ExcludeSubnet("1")),
    "switch-mode": (SwitchMode(),),
}
"""What others may do to a node of one card, and the operator to its daemon, by name."""
