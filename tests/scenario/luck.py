"""Runs in which everything that may be random is: choices, EC2's grants, pods that come in between.

Like a `Story`, all of it is decided by numbers drawn beforehand.
"""

from collections.abc import Callable, Sequence
from itertools import cycle

from attrs import frozen
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ipam_model.config import Config
from ipam_model.daemon.procedure import Call, Choice
from ipam_model.ec2 import Ec2, Lingering, NextFree, lingering
from ipam_model.requests import PodObject
from ipam_model.scenario.prescription import locked
from ipam_model.scenario.recording import Recorder
from ipam_model.state import IPV6_BLOCK, Network, PodKey
from ipam_model.subnets import Subnet
from ipam_model.testing.events import PODS, Add, Delete, Event
from ipam_model.testing.stories import stories
from ipam_model.testing.story import Story
from ipam_model.testing.telling import Teller
from ipam_model.world import World


class Lucky(NextFree):
    """EC2's choices by a list of numbers, over and over; without any, as usual."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self._numbers = cycle(numbers or (0,))

    def _next(self, options: int) -> int:
        return next(self._numbers) % options

    def addresses(self, subnet: Subnet, count: int) -> tuple[Network, ...] | None:
        return self._later(super().addresses(subnet, count), subnet.offer_addresses, count)

    def prefixes(self, subnet: Subnet, count: int, block: int) -> tuple[Network, ...] | None:
        usual = super().prefixes(subnet, count, block)
        return self._later(usual, lambda more: subnet.offer_prefixes(more, block), count)

    def primary(self, subnet: Subnet) -> Network | None:
        usual = super().primary(subnet)
        found = self._later(None if usual is None else (usual,), subnet.offer_addresses, 1)
        return None if found is None else found[0]

    def _later(
        self,
        usual: tuple[Network, ...] | None,
        offer: Callable[[int], tuple[Network, ...] | None],
        count: int,
    ) -> tuple[Network, ...] | None:
        """The last of a few more than asked for."""
        if usual is None:
            return None
        offered = offer(count + self._next(4))
        return usual if offered is None else offered[-count:]

    def ipv6_address(self, ec2: Ec2) -> Network:
        usual = super().ipv6_address(ec2)
        return Network(usual.address + self._next(3) * 1_000, 1)

    def ipv6_prefix(self, ec2: Ec2) -> Network:
        usual = super().ipv6_prefix(ec2)
        return Network(usual.address + self._next(3) * 1_000 * IPV6_BLOCK, IPV6_BLOCK)

    def listed(self, prefixes: tuple[Network, ...]) -> tuple[Network, ...]:
        return prefixes[::-1] if self._next(2) else prefixes

    def trunk(self, trunks: tuple[str, ...]) -> str:
        return trunks[self._next(len(trunks))]

    def eni_id(self, ec2: Ec2) -> str:
        return f"eni-{ec2.next_eni}{'abc'[: self._next(3)]}"

    def lingering(self, ec2: Ec2, now: int) -> Lingering:
        certain, possible = lingering(ec2, now)
        if not self._next(2):
            return certain
        return possible

    def complaint(self, codes: tuple[str, ...]) -> str:
        return codes[self._next(len(codes))]


@frozen(kw_only=True)
class Lot:
    """A story and the numbers that decide what a story leaves to the runner."""

    story: Story
    grants: tuple[int, ...]
    meanwhile: tuple[int, ...]


class Interrupted(Teller):
    """Pods come and go while questions are open."""

    def __init__(self, world: World, lot: Lot) -> None:
        super().__init__(world, lot.story.choices)
        self.grants = Lucky(lot.grants)
        self._choices = lot.story.choices
        self._meanwhile = list(reversed(lot.meanwhile))
        self._inside = False
        self.interruptions = 0

    def happen(self, event: Event) -> object:
        if self._meanwhile and self.config.settings.pod_eni:
            self._meddle(self._meanwhile.pop())
        return super().happen(event)

    def _meddle(self, number: int) -> None:
        """Something happens to a pod object."""
        key = PodKey(PODS[number % len(PODS)])
        self.gone_pods = self.gone_pods ^ ({key} if number % 4 == 0 else set())
        self.branch_pods.pop(key, None)
        if number % 4 > 1:
            address = 0x0A630000 + number if number % 4 == 3 else None
            self.branch_pods[key] = PodObject(True, address)

    def _interrupt(self, ask: Call | Choice) -> None:
        if self._inside or self.starting or locked(ask) or not self._meanwhile:
            return
        number = self._meanwhile.pop()
        pod = PODS[number % len(PODS)]
        self._inside = True
        if number % 3 == 0:
            Add(pod).happen(self)
            self.interruptions += 1
        elif number % 3 == 1:
            Delete(pod).happen(self)
            self.interruptions += 1
        elif self.config.settings.pod_eni:
            self._meddle(number)
        self._inside = False

    def choose(self, choice: Choice) -> object:
        self._interrupt(choice)
        if not self.choices:
            self.choices = list(self._choices)
        return super().choose(choice)

    def answer(self, ask: Call) -> object:
        self._interrupt(ask)
        answer = super().answer(ask)
        self._interrupt(ask)
        return answer


class RecordedLot(Recorder, Interrupted):
    """The same, recorded."""


def lots(config: SearchStrategy[Config] | None = None) -> SearchStrategy[Lot]:
    numbers = st.lists(st.integers(0, 35), max_size=12).map(tuple)
    return st.builds(
        Lot,
        story=stories(config=config, lags=(0, 0, 2_500, 60_000), sparse=(False, True)),
        grants=numbers,
        meanwhile=numbers,
    )
