"""A node and all that is random about its life, decided beforehand.

Nothing is drawn while a story runs, so that a failing one can be read, kept and replayed.
"""

from attrs import evolve, frozen

from ipam_model import ec2
from ipam_model.config import Config
from ipam_model.ec2 import Ec2Eni
from ipam_model.subnets import CounterSubnet, SubnetTags
from ipam_model.testing.events import Event
from ipam_model.world import World


@frozen(kw_only=True)
class Story:
    """A node and what happens to it."""

    config: Config
    max_pods: int
    events: tuple[Event, ...]
    choices: tuple[int, ...]
    """Which option the next open choice takes; the first one when they are used up."""
    enforce_limits: bool = True
    reissue: bool = False
    """EC2 hands returned addresses out again."""
    second_subnet: bool = False
    excluded: bool = False
    """The primary's subnet is excluded from the start."""
    imds_lag: int = 0
    sparse: bool = False
    """Card 1, if there is one, carries an EFA-only ENI."""

    def world(self) -> World:
        """The node before the daemon's first start."""
        home = SubnetTags(role="0" if self.excluded else "")
        subnets = [CounterSubnet(id="subnet-1", free=500, tags=home, reissue=self.reissue)]
        if self.second_subnet:
            tags = SubnetTags(role="1")
            subnets.append(CounterSubnet(id="subnet-2", free=300, tags=tags, first=0x0B010004))
        instance = ec2.new_instance(self.config.limits, tuple(subnets), block=self.config.block)
        if self.sparse and self.config.cards > 1:
            efa_only = Ec2Eni(
                id=f"eni-{instance.next_eni}",
                device=0,
                card=1,
                subnet="subnet-1",
                primary_address=0x0A00FFFF,
                efa_only=True,
            )
            instance = ec2.attach_by_other(instance, efa_only)
        return World(
            config=self.config,
            ec2=evolve(instance, enforce_limits=self.enforce_limits, imds_lag=self.imds_lag),
            max_pods=self.max_pods,
        )
