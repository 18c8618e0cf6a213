"""A node and all that is random about its life, decided beforehand.

Nothing is drawn while a story runs, so that a failing one can be read, kept and replayed.
"""

from typing import Final

from attrs import evolve, frozen

from ipam_model import ec2, others
from ipam_model.arrivals import Arrivals
from ipam_model.config import Config
from ipam_model.ec2 import Ec2Eni
from ipam_model.subnets import CidrSubnet, CounterSubnet, Subnet, SubnetTags
from ipam_model.testing.events import Event
from ipam_model.world import World

FREE: Final = (500, 300)
"""Free addresses of the two subnets that only count."""
CIDRS: Final = ("10.1.0.0/26", "10.11.0.0/26")
"""The two subnets in which every address is known: 59 addresses each."""


@frozen(kw_only=True)
class Beginning:
    """A node and its surroundings before the daemon's first start."""

    config: Config
    max_pods: int
    enforce_limits: bool = True
    """EC2 refuses what exceeds the limits; off, to see what the daemon asks for."""
    reissue: bool = False
    """EC2 hands returned addresses out again; a subnet that knows its addresses always does."""
    second_subnet: bool = False
    excluded: bool = False
    """The primary's subnet is excluded from the start."""
    known_addresses: bool = False
    """Subnets know every address, and can be fragmented; otherwise they only count."""
    imds_lag: int = 0
    """For how long IMDS still lists what left an ENI, in milliseconds."""
    arrival_lag: int = 0
    """For how long IMDS does not list new ENIs and addresses yet, in milliseconds."""
    sparse: bool = False
    """Card 1, if there is one, carries an EFA-only ENI."""
    eni_config: bool = False
    """The node has an ENIConfig, of the second subnet if there is one (custom networking)."""

    def world(self) -> World:
        """The node before the daemon's first start."""
        subnets = self._subnets()
        instance = ec2.new_instance(self.config.limits, subnets, block=self.config.block)
        if self.sparse and self.config.cards > 1:
            offered = subnets[0].offer_addresses(2)
            assert offered is not None, "nothing else has been taken yet"
            efa_only = Ec2Eni(
                id=f"eni-{instance.next_eni}",
                device=0,
                card=1,
                subnet="subnet-1",
                primary_address=offered[1].address if self.known_addresses else 0x0A00FFFF,
                efa_only=True,
            )
            instance = others.attach_by_other(instance, efa_only)
        arrivals = Arrivals(eni_lag=self.arrival_lag, address_lag=self.arrival_lag)
        return World(
            config=self.config,
            ec2=evolve(
                instance,
                enforce_limits=self.enforce_limits,
                imds_lag=self.imds_lag,
                arrivals=arrivals,
            ),
            eni_config_subnet=subnets[-1].id if self.eni_config else None,
            max_pods=self.max_pods,
        )

    def _subnets(self) -> tuple[Subnet, ...]:
        tags = (SubnetTags(role="0" if self.excluded else ""), SubnetTags(role="1"))
        count = 2 if self.second_subnet else 1
        if self.known_addresses:
            known = zip(CIDRS[:count], tags, strict=False)
            return tuple(
                CidrSubnet.parse(f"subnet-{number}", cidr, tag)
                for number, (cidr, tag) in enumerate(known, start=1)
            )
        home = CounterSubnet(id="subnet-1", free=FREE[0], tags=tags[0], reissue=self.reissue)
        other = CounterSubnet(id="subnet-2", free=FREE[1], tags=tags[1], first=0x0B010004)
        return (home, other)[:count]


@frozen(kw_only=True)
class Story(Beginning):
    """A node and what happens to it."""

    events: tuple[Event, ...]
    choices: tuple[int, ...]
    """Which option the next open choice takes; the first one when they are used up."""
