"""The AWS layer of v1.7 where it is not today's: an ENI is created bare (H9)."""

from ipam_model.aws_layer import (
    CREATE_AND_ATTACH,
    attach_interface,
    create,
    delete_with_instance,
)
from ipam_model.catalogue import part_of
from ipam_model.ec2 import Ec2, Grants, own, take_fault
from ipam_model.records import evolve
from ipam_model.requests import CreateENI, EniTags, Failed


@part_of("H9")
def create_eni(ec2: Ec2, request: CreateENI, grants: Grants, now: int) -> tuple[str | Failed, Ec2]:
    """AllocENI of v1.7: create, attach, tag; the id of the new ENI, or the error.

    Failing to attach deletes the ENI; failing to tag is ignored. As in v1.23 an ENI that cannot be
    marked for deletion with the instance is freed, and then its id is empty (R106); it has its tags
    by then (aws:664-687).
    """
    fault, ec2 = take_fault(ec2, CREATE_AND_ATTACH)
    if fault is not None:
        return Failed(fault.code), ec2
    subnet = ec2.subnet(request.subnet or ec2.primary().subnet)
    created, ec2 = create(ec2, subnet, 0, grants, prefixes=False)
    if isinstance(created, Failed):
        return created, ec2
    answer, ec2 = attach_interface(ec2, evolve(created, tags=EniTags()))
    eni = None if isinstance(answer, Failed) else ec2.eni(answer)
    if eni is None:
        return answer, ec2
    fault, ec2 = take_fault(ec2, "CreateTags")
    if fault is None:
        ec2 = ec2.with_eni(own(eni))
    answer, ec2 = delete_with_instance(ec2, eni.id)
    if answer != eni.id:
        return answer, ec2
    return answer, evolve(ec2, arrivals=ec2.arrivals.with_eni(eni.id, now))
