"""What others do to the instance and its subnets: users, other controllers, pods of other nodes."""

from ipam_model.ec2 import Ec2, Ec2Eni
from ipam_model.errors import InputError
from ipam_model.records import evolve
from ipam_model.state import Network
from ipam_model.subnets import CidrSubnet


def attach_by_other(ec2: Ec2, eni: Ec2Eni) -> Ec2:
    """Somebody else attaches an ENI."""
    digits = eni.id.removeprefix("eni-")
    known = digits.isascii() and digits.isdecimal() and len(digits) < 10
    number = int(digits) + 1 if known else ec2.next_eni
    subnet = ec2.subnet(eni.subnet).take(eni.networks())
    return evolve(ec2, next_eni=max(ec2.next_eni, number)).with_eni(eni, subnet)


def detach_by_other(ec2: Ec2, eni: Ec2Eni) -> Ec2:
    """Somebody else detaches and deletes an ENI."""
    subnet = ec2.subnet(eni.subnet).give_back(eni.networks())
    remaining = tuple(each for each in ec2.enis if each.id != eni.id)
    return evolve(ec2, enis=remaining).with_subnet(subnet)


def add_by_other(ec2: Ec2, eni: Ec2Eni, networks: tuple[Network, ...]) -> Ec2:
    """Somebody else assigns addresses or prefixes to an ENI."""
    return ec2.with_eni(eni.with_networks(networks), ec2.subnet(eni.subnet).take(networks))


def set_free(ec2: Ec2, subnet_id: str, free: int) -> Ec2:
    """Others take or return addresses so that a counted subnet has `free` left."""
    subnet = ec2.subnet(subnet_id)
    if isinstance(subnet, CidrSubnet):
        raise InputError(
            f"subnet {subnet_id} knows its addresses: say which ones others take or return"
        )
    return ec2.with_subnet(evolve(subnet, free=free))


def set_role(ec2: Ec2, subnet_id: str, role: str) -> Ec2:
    """Somebody changes the role tag of a subnet; empty removes it."""
    subnet = ec2.subnet(subnet_id)
    return ec2.with_subnet(evolve(subnet, tags=evolve(subnet.tags, role=role)))
