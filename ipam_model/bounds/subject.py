"""A question about a node, put in the counting model's terms, and what that model misses."""

from collections.abc import Iterator
from typing import Final

from attrs import frozen

from ipam_model.bounds.answer import Question
from ipam_model.cards import managed_cards, most_attached, most_pods
from ipam_model.config import Quirk, Version
from ipam_model.counting.decisions import Targets
from ipam_model.counting.model import CountingModel, counting_model
from ipam_model.counting.scope import outside_of_the_model
from ipam_model.errors import InputError
from ipam_model.inspection.counted import counted
from ipam_model.subnets import CidrSubnet
from ipam_model.theorems.machine import Parameters
from ipam_model.world import Runner

NO_FAULTS: Final = "no EC2 call fails"
UNDISTURBED: Final = (
    "IMDS does not lag, the daemon is not restarted, and nobody else changes the instance"
)
"""Assumptions that hold of all quantities but those of failed calls."""


@frozen(kw_only=True)
class Subject:
    """A node without the world around it."""

    parameters: Parameters[int, bool]
    """Limits, settings, the peak of pods; max pods only where they limit growth."""
    obstacles: tuple[str, ...] = ()
    """Why the counting model does not speak about this node; empty: it does."""
    max_pods: int
    """Of the node, whether or not they limit growth."""
    attachable: int
    """ENIs that EC2 attaches at most."""
    kept: int = 0
    """ENIs whose addresses no pod gets: the primary one with custom networking (R50), the slot of a
    trunk ENI (R33), and what the daemon counts on above what EC2 attaches to card 0 (R2)."""
    elsewhere: int = 0
    """Addresses that pods can have on other cards than card 0."""
    free: int | None = None
    """Addresses that the subnet has for the node, if they are fewer than EC2 lets it take."""
    fragmented: bool = False
    """The subnet may have no prefix left however many addresses are free."""
    assumptions: tuple[str, ...] = ()

    @property
    def targets(self) -> Targets[int, bool]:
        """Limits and settings."""
        return self.parameters.targets

    @property
    def per_eni(self) -> int:
        """Addresses that pods can have on one ENI."""
        return self.targets.slots * self.targets.block

    @property
    def capacity(self) -> int:
        """Addresses that pods can have on all ENIs."""
        return (self.targets.max_enis - self.kept) * self.per_eni + self.elsewhere

    @property
    def model(self) -> CountingModel:
        """The counting model of the same parameters."""
        parameters = self.parameters
        return CountingModel(
            targets=parameters.targets, pods=parameters.peak, max_pods=parameters.max_pods
        )


def subject(question: Question) -> Subject:
    """What the counting model can say about the question's node.

    Raises:
        InputError: the node has no pool of IPv4 addresses, is refused by the daemon, or is none
            that the article speaks of.
    """
    node = question.node
    config = node.config
    if config.ipv6:
        raise InputError(f"{node.name}: an IPv6 node has no pool of addresses, and so no bounds")
    if config.version is Version.ARTICLE_2021:
        Runner(node.world()).start()  # Says what the article does not speak of.
    refused = node.refusals()
    if refused:
        raise InputError(f"{node.name}: the daemon does not start: {refused[0]}")
    targets = counting_model(config).targets
    first, *others = managed_cards(config)
    capacity = most_pods(config)
    limit = _limit(question, capacity)
    attachable = most_attached(config)
    most = (attachable + question.faults) * (config.addresses_per_eni + 1)
    fragmented = targets.prefix_mode and any(isinstance(each, CidrSubnet) for each in node.subnets)
    addresses = sum(subnet.free for subnet in node.subnets)
    free = addresses if addresses < most or fragmented else None
    if free == 0:
        node.world()  # says what is wrong: the primary ENI has no address
    return Subject(
        parameters=Parameters(targets=targets, peak=_peak(question, capacity), max_pods=limit),
        obstacles=outside_of_the_model(node),
        max_pods=node.max_pods,
        attachable=attachable,
        kept=targets.max_enis - first.enis,
        elsewhere=sum(card.addresses for card in others),
        free=free,
        fragmented=fragmented,
        assumptions=tuple(_assumptions(question, capacity, limit, free)),
    )


def _limit(question: Question, capacity: int) -> int | None:
    """Max pods if growth ever meets them: never in v1.7 (H3), nor above all addresses (R79)."""
    node = question.node
    if node.version is Version.V1_7 or node.max_pods >= capacity:
        return None
    return node.max_pods


def _peak(question: Question, capacity: int) -> int:
    """The most pods with addresses: as many as there are addresses, and as the kubelet allows."""
    if question.pods is not None:
        return min(question.pods, capacity)
    return min(capacity, question.node.max_pods)


def _assumptions(
    question: Question, capacity: int, limit: int | None, free: int | None
) -> Iterator[str]:
    node = question.node
    if node.max_pods_assumed:
        yield "max pods, which nobody gave: ENIs × (addresses − 1) + 2"
    if limit is None:
        yield "max pods does not limit growth"
    if question.pods is None:
        yield "as many pods as fit, and no more than max pods"
    elif question.pods > capacity:
        yield f"the node holds {counted(capacity, 'pod')}, not the {question.pods} given"
    yield (
        "the subnet never runs out"
        if free is None
        else f"the subnet has {counted(free, 'free address')}"
    )
    yield from node.eni_config_assumptions
    if not question.faults:
        yield NO_FAULTS
    yield UNDISTURBED
    yield "no pod comes or goes while a call to EC2 is pending"
    if Quirk.RECENT_FORGOTTEN in node.quirks:
        yield "EC2 hands no address out again within a minute of its release (R158)"
