"""A small EC2, and what the AWS layer of the daemon asks of it."""

from attrs import evolve

from ipam_model import ec2
from ipam_model.ec2 import Ec2, Fault
from ipam_model.requests import (
    Code,
    EniTags,
    Failed,
    Ownership,
)
from ipam_model.subnets import CounterSubnet, SubnetTags
from tests.rules.scenes import (
    make_config,
)

THROTTLED = Failed(Code.THROTTLED)

OWN = EniTags(instance_id=Ownership.OWN)

LIMITS = make_config(enis=3, addresses=4).limits


def subnet(
    name: str = "subnet-1",
    free: int = 100,
    role: str = "",
    *clusters: str,
    listed: bool = True,
) -> CounterSubnet:
    number = int(name.removeprefix("subnet-"))
    return CounterSubnet(
        id=name,
        free=free,
        tags=SubnetTags(role=role, clusters=frozenset(clusters)),
        listed=listed,
        first=0x0A010004 + (number << 20),
    )


def instance(*subnets: CounterSubnet, faults: tuple[Fault, ...] = ()) -> Ec2:
    """A bare primary ENI, in the first subnet; three ENIs of four addresses at most."""
    return evolve(ec2.new_instance(LIMITS, subnets or (subnet(),)), faults=faults)


def failing(*calls: str) -> tuple[Fault, ...]:
    return tuple(Fault(call, Code.THROTTLED) for call in calls)


def free_in(world: Ec2) -> dict[str, int]:
    return {each.id: each.free for each in world.subnets}
