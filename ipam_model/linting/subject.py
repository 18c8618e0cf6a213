"""What a check looks at: a node, what it can hold, and the pods it may be asked to serve."""

from functools import cached_property
from typing import Final

from attrs import evolve, field, frozen

from ipam_model.cards import ManagedCard, managed_cards
from ipam_model.config import Config, Version
from ipam_model.counting.scope import outside_of_the_model
from ipam_model.limits import CardLimits, InstanceLimits
from ipam_model.nodes import NodeSetup, ample_subnet
from ipam_model.properties.aggregates import (
    Targets,
    heeds_max_pods,
    provisions,
    round_up,
    targets,
)

HOST_NETWORK_PODS: Final = 2
"""Pods of every node that use its own network, and so no address of the pool: the node agent
itself and kube-proxy. It is the 2 in ENIs × (addresses − 1) + 2."""


@frozen(kw_only=True)
class Subject:
    """A node under examination."""

    node: NodeSetup
    peak: int | None = None
    """The most pods with an address of their own at once, if that is known."""
    config: Config = field()

    @config.default
    def _config(self) -> Config:
        return self.node.config

    @cached_property
    def has_pool(self) -> bool:
        """The daemon starts, and grows and shrinks a pool."""
        return provisions(self.config) and not self.node.refusals()

    @property
    def plain(self) -> bool:
        """Of the kind of which the conditions of checks were compared with all that can happen."""
        return not outside_of_the_model(self.node)

    @cached_property
    def goal(self) -> Targets:
        """The warm targets in force on card 0."""
        return targets(self.config, 0)

    @property
    def cidr(self) -> int:
        """Addresses that come and go together: 1, or those of a prefix."""
        return self.config.block if self.config.prefix_mode else 1

    @property
    def eni(self) -> int:
        """Pod addresses of one ENI, M."""
        return self.config.addresses_per_eni

    @cached_property
    def cards(self) -> tuple[ManagedCard, ...]:
        """The network cards that the daemon manages."""
        return managed_cards(self.config)

    @property
    def usable_enis(self) -> int:
        """ENIs of card 0 whose addresses pods can get."""
        return self.cards[0].enis

    @property
    def starved(self) -> ManagedCard | None:
        """The card whose pool stays empty, so that the daemon exits at every start (R66).

        Without custom networking an empty pool ends no start, and where max pods is 0 no addresses
        are asked for. v1.7 runs on.
        """
        ends = self.config.settings.custom_networking and self.node.max_pods > 0
        if not ends or self.config.version is Version.V1_7:
            return None
        return next((card for card in self.cards if not card.enis), None)

    @property
    def exits(self) -> bool:
        """The daemon exits at every start."""
        return self.starved is not None

    @property
    def capacity(self) -> int:
        """Pods with an address of one card that can be served at once, on all managed cards."""
        return self.own_capacity + self.elsewhere

    @property
    def own_capacity(self) -> int:
        """The same on card 0 alone, which the targets are about."""
        return self.cards[0].addresses

    @property
    def elsewhere(self) -> int:
        """The same on the other cards: they fill up whatever the targets are (R39)."""
        return sum(card.addresses for card in self.cards[1:])

    @cached_property
    def scheduled(self) -> int:
        """Pods with an address of their own that may be asked for at once: max pods, and peak."""
        most = max(0, self.node.max_pods - HOST_NETWORK_PODS)
        return most if self.peak is None else min(most, self.peak)

    @cached_property
    def most_pods(self) -> int:
        """So many of them can be served."""
        return min(self.scheduled, self.capacity)

    @property
    def growth_ends_at(self) -> int | None:
        """A pool of so many addresses grows no more; None: there is no such limit."""
        return self.node.max_pods if heeds_max_pods(self.config) else None

    @cached_property
    def idle_target(self) -> int:
        """Addresses that the targets want of a node without pods."""
        goal = self.goal
        if goal.governed:
            return max(round_up(goal.warm, self.cidr), round_up(goal.minimum, self.cidr))
        return goal.whole * (self.cidr if self.config.prefix_mode else self.eni)

    def resized(self, enis: int, addresses: int) -> "Subject":
        """The same settings on an instance of another size.

        Max pods stays as far above the capacity as it is; below it, it stays what it is.
        """
        old = self.node.limits
        cards = tuple(CardLimits(each.index, enis) for each in old.cards)
        limits = InstanceLimits(
            max_enis=enis,
            ipv4_per_eni=addresses,
            cards=cards,
            default_card=old.default_card,
            hypervisor=old.hypervisor,
            bare_metal=old.bare_metal,
            instance_type=None,
        )
        config = evolve(self.config, limits=limits)
        trunk = config.trunk_compatible
        resized = evolve(self.node, limits=limits, trunk_compatible=trunk)
        bare = evolve(self, node=resized, config=config)
        above = self.node.max_pods - self.capacity
        max_pods = bare.capacity + above if above >= 0 else min(self.node.max_pods, bare.capacity)
        node = evolve(bare.node, name=f"{enis}x{addresses}", max_pods=max_pods)
        return evolve(bare, node=node)


def subject_of(node: NodeSetup, peak: int | None = None) -> Subject:
    """The node in ample subnets; with custom networking its ENIConfig names the second of them.

    Whether the subnets are large enough is no question about settings.
    """
    nodes, pods = ample_subnet(), evolve(ample_subnet(), id="subnet-b")
    if node.config.settings.custom_networking:
        node = evolve(node, subnets=(nodes, pods), eni_config_subnet=pods.id)
    else:
        node = evolve(node, subnets=(nodes,), eni_config_subnet=None)
    return Subject(node=node, peak=peak)
