"""The daemon's AWS layer on top of EC2: composite calls with their own decisions (R54, R102-R109).

The traces were recorded with this layer replaced, so what it does inside a call is read from
source, not replayed; its results as the daemon sees them are.
"""

from ipam_model.arithmetic import INTS
from ipam_model.catalogue import Kind, Label, part_of, rule
from ipam_model.config import Config
from ipam_model.ec2 import (
    NEXT_FREE,
    Ec2,
    Ec2Eni,
    Grants,
    imds_view,
    offer,
    own,
    shortage,
    take_fault,
)
from ipam_model.exclusion import for_other_clusters_only, is_subnet_excluded
from ipam_model.records import evolve
from ipam_model.requests import (
    DONE,
    AllocENI,
    AttachedEni,
    Code,
    Described,
    Done,
    Failed,
    WaitForENI,
)
from ipam_model.rules import eligibility
from ipam_model.subnets import Subnet

Attempt = tuple[str, str | None]
"""A subnet in which an ENI was tried, and the error code if that failed."""

CREATE_AND_ATTACH = "CreateNetworkInterface+Attach"


@rule(
    "R54",
    "DescribeAllENIs takes the attached list from IMDS, has EC2 confirm it and adds tags, trunk "
    "and EFA; ENIs that EC2 does not know are dropped, other errors end it.",
    source="aws:1647-1799",
    kind=Kind.STEP,
)
def describe_all_enis(
    config: Config, ec2: Ec2, grants: Grants, now: int
) -> tuple[Described | Failed, Ec2]:
    """What DescribeAllENIs answers; without tags, trunk and EFA in IMDS-only mode (R52)."""
    fault, ec2 = take_fault(ec2, "DescribeAllENIs")
    if fault is not None:
        return Failed(fault.code), ec2
    view = imds_view(ec2, now, grants, hide_primary_prefixes=config.settings.custom_networking)
    if config.settings.imds_only:
        return Described(enis=view, tags={}), ec2
    trunks = tuple(eni.id for eni in ec2.enis if eni.trunk)
    return (
        Described(
            enis=view,
            tags={eni.id: eni.tags for eni in ec2.enis},
            trunk=grants.trunk(trunks) if trunks else None,
            efas=frozenset(eni.id for eni in ec2.enis if eni.efa),
            efa_only=frozenset(eni.id for eni in ec2.enis if eni.efa_only),
        ),
        ec2,
    )


@rule(
    "R102",
    "A new ENI is created with min(count, L - 1) addresses or prefixes, or with count IPv6 "
    "addresses, attached, and marked to be deleted with the instance; with custom networking in "
    "the ENIConfig's subnet.",
    source="aws:978-1020, aws:1069-1096, aws:1334-1345",
    kind=Kind.STEP,
)
def alloc_eni(
    config: Config, ec2: Ec2, request: AllocENI, grants: Grants
) -> tuple[str | Failed, tuple[Attempt, ...], Ec2]:
    """AllocENI: the new ENI's id or the error, and the subnets tried."""
    fault, ec2 = take_fault(ec2, CREATE_AND_ATTACH)
    if fault is not None and fault.grant is None:
        return Failed(fault.code), (), ec2
    count = min(request.count, ec2.limits.ipv4_per_eni - 1)
    if fault is not None and fault.grant is not None:
        count = min(count, fault.grant)
    subnets, ec2 = choose_subnets(config, ec2, request)
    if isinstance(subnets, Failed):
        return subnets, (), ec2
    attempts: list[Attempt] = []
    error = Failed(Code.NO_VALID_SUBNET)
    for subnet in subnets:
        created, ec2 = create(
            ec2, subnet, count, grants, prefixes=request.prefixes, ipv6=request.ipv6
        )
        if isinstance(created, Failed):
            error = created
            attempts.append((subnet.id, created.code))
            continue
        answer, ec2 = attach(ec2, evolve(created, card=request.card))
        failed = answer.code if isinstance(answer, Failed) else None
        return answer, (*attempts, (subnet.id, failed)), ec2
    return error, tuple(attempts), ec2


@rule(
    "R104",
    "With subnet discovery a failing DescribeSubnets falls back to the primary's subnet, whose "
    "exclusion test needs a second, successful one; excluded or failing again: no ENI.",
    source="aws:1155-1173",
    kind=Kind.STEP,
)
@rule(
    "R105",
    "Without discovery the ENI goes into the primary's subnet unless that is excluded; a failing "
    "test is ignored.",
    source="aws:1203-1218",
    kind=Kind.STEP,
)
def choose_subnets(
    config: Config, ec2: Ec2, request: AllocENI
) -> tuple[tuple[Subnet, ...] | Failed, Ec2]:
    """The subnets to try, in order."""
    if request.subnet is not None:
        return (ec2.subnet(request.subnet),), ec2
    home = ec2.subnet(ec2.primary().subnet)
    fault, ec2 = take_fault(ec2, "DescribeSubnets")
    if config.settings.subnet_discovery and fault is None:
        valid = [each for each in ec2.subnets if each.listed and _valid(config, each, home)]
        if not valid:
            return Failed(Code.NO_VALID_SUBNET), ec2
        return tuple(sorted(valid, key=lambda each: -each.free)), ec2
    if config.settings.subnet_discovery:
        again, ec2 = take_fault(ec2, "DescribeSubnets")
        if again is not None:
            return Failed(again.code), ec2
    elif fault is not None:
        return (home,), ec2
    if is_subnet_excluded(ec2, home.id, config.settings.cluster_name):
        return Failed(Code.NO_VALID_SUBNET), ec2
    return (home,), ec2


def _valid(config: Config, subnet: Subnet, home: Subnet) -> bool:
    role = subnet.tags.role
    return eligibility.subnet_valid(
        INTS,
        role == "",
        role == "0",
        subnet.id == home.id,
        for_other_clusters_only(subnet.tags, config.settings.cluster_name),
    )


def create(
    ec2: Ec2, subnet: Subnet, count: int, grants: Grants, *, prefixes: bool, ipv6: bool = False
) -> tuple[Ec2Eni | Failed, Ec2]:
    """CreateNetworkInterface: a primary address and `count` addresses or prefixes, or nothing.

    With `ipv6` the ENI gets an IPv6 address beside its IPv4 one if `count` is 1.
    """
    fault, ec2 = take_fault(ec2, "CreateNetworkInterface")
    if fault is not None:
        return Failed(fault.code), ec2
    primary = grants.primary(subnet)
    if primary is None:
        return shortage(prefixes=False), ec2
    subnet = subnet.take((primary,))
    granted = offer(ec2, subnet, 0 if ipv6 else count, grants, prefixes=prefixes)
    if granted is None:
        return shortage(prefixes=prefixes), ec2
    eni = Ec2Eni(
        id=grants.eni_id(ec2), device=-1, subnet=subnet.id, primary_address=primary.address
    ).with_networks(granted)
    if ipv6 and count:
        eni = evolve(eni, primary_ipv6=grants.ipv6_address(ec2).address)
        ec2 = evolve(ec2, next_ipv6=ec2.next_ipv6 + 1)
    ec2 = ec2.with_subnet(subnet.take(granted))
    return own(eni), evolve(ec2, next_eni=ec2.next_eni + 1)


@rule(
    "R106",
    "Attaching takes the lowest free device number of the card; a failure deletes the fresh ENI. "
    "If it cannot be marked for deletion with the instance it is freed, and the call then "
    "succeeds with an empty id.",
    source="aws:930-972, aws:1007-1016, aws:1023-1050",
    kind=Kind.STEP,
    label=Label.SUSPECTED_BUG,
)
def attach(ec2: Ec2, eni: Ec2Eni) -> tuple[str | Failed, Ec2]:
    """AttachNetworkInterface, then delete-on-termination."""
    answer, ec2 = attach_interface(ec2, eni)
    if isinstance(answer, Failed):
        return answer, ec2
    return delete_with_instance(ec2, eni.id)


@part_of("R106")
def attach_interface(ec2: Ec2, eni: Ec2Eni) -> tuple[str | Failed, Ec2]:
    """AttachNetworkInterface; an ENI that cannot be attached is deleted."""
    fault, ec2 = take_fault(ec2, "AttachNetworkInterface")
    on_card = [each for each in ec2.enis if each.card == eni.card]
    full = ec2.enforce_limits and len(on_card) >= ec2.limits.enis_on(eni.card)
    if fault is not None or full:
        code = fault.code if fault is not None else Code.ATTACHMENT_LIMIT
        _, ec2 = delete(ec2, eni)
        return Failed(code), ec2
    used = {each.device for each in on_card}
    device = next(number for number in range(len(used) + 1) if number not in used)
    return eni.id, ec2.with_eni(evolve(eni, device=device))


@part_of("R106")
def delete_with_instance(ec2: Ec2, eni_id: str) -> tuple[str | Failed, Ec2]:
    """Mark the ENI for deletion with the instance; if that fails it is freed, and its id empty."""
    fault, ec2 = take_fault(ec2, "ModifyNetworkInterfaceAttribute")
    if fault is None:
        return eni_id, ec2
    freed, ec2 = free_eni(ec2, eni_id)
    return (freed if isinstance(freed, Failed) else ""), ec2


@rule(
    "R109",
    "The wait for a new ENI succeeds with the addresses asked for, or at the end with at least one "
    "secondary address, or at least two prefixes; one of several prefixes is a failure.",
    source="aws:2125-2191",
    kind=Kind.STEP,
    label=Label.SUSPECTED_BUG,
)
def wait_for_eni(
    config: Config, ec2: Ec2, request: WaitForENI, now: int
) -> tuple[AttachedEni | Failed, Ec2]:
    """WaitForENIAndIPsAttached."""
    fault, ec2 = take_fault(ec2, "WaitForENIAndIPsAttached")
    if fault is not None:
        return Failed(fault.code), ec2
    wanted = min(request.count, ec2.limits.ipv4_per_eni - 1)
    hide = config.settings.custom_networking
    for eni in imds_view(ec2, now, NEXT_FREE, hide_primary_prefixes=hide):
        if eni.id == request.eni:
            shown = len(eni.prefixes) if request.prefixes else len(eni.addresses)
            if request.ipv6:
                shown = int(eni.primary_ipv6 is not None)
            if eligibility.enough_attached(INTS, request.prefixes, shown, wanted):
                return eni, ec2
    return Failed(Code.TIMEOUT), ec2


@rule(
    "R182",
    "Freeing an ENI: find the attachment (unknown ENI: done), detach, wait 2 s, delete; each step "
    "fails in its own way.",
    source="aws:1432-1483",
    kind=Kind.STEP,
)
def free_eni(ec2: Ec2, eni_id: str) -> tuple[Done | Failed, Ec2]:
    """FreeENI. After `DeleteFailed` the ENI is detached and leaks; otherwise it stays attached."""
    fault, ec2 = take_fault(ec2, "FreeENI")
    eni = ec2.eni(eni_id)
    if fault is not None and (fault.code != Code.DELETE_FAILED or eni is None):
        return Failed(fault.code), ec2
    if eni is None:
        return DONE, ec2
    detached = evolve(ec2, enis=tuple(each for each in ec2.enis if each.id != eni_id))
    if fault is not None:
        return Failed(fault.code), evolve(detached, leaked=(*ec2.leaked, eni))
    return delete(detached, eni)


@rule(
    "R183",
    "Deleting an ENI is tried up to 12 times; if it fails for good the ENI leaks, unattached.",
    source="aws:1523-1551",
    kind=Kind.STEP,
)
def delete(ec2: Ec2, eni: Ec2Eni) -> tuple[Done | Failed, Ec2]:
    """Delete a detached ENI: its addresses return to the subnet."""
    fault, ec2 = take_fault(ec2, "DeleteNetworkInterface")
    if fault is not None:
        return Failed(Code.DELETE_FAILED), evolve(ec2, leaked=(*ec2.leaked, eni))
    subnet = ec2.subnet(eni.subnet)
    return DONE, ec2.with_subnet(subnet.give_back(eni.networks()))


@rule(
    "R184",
    "The hourly job deletes this cluster's ENIs that are unattached, carry ipamd's tags and are at "
    "least 5 minutes old; off with IPv6, without provisioning, in IMDS-only mode or if disabled.",
    source="aws:2294-2435",
    kind=Kind.STEP,
)
def clean_leaked_enis(config: Config, ec2: Ec2) -> Ec2:
    """One run of the job, all leaked ENIs being old enough."""
    settings = config.settings
    if (
        settings.ipv6
        or settings.provisioning_disabled
        or settings.imds_only
        or settings.leaked_eni_cleanup_disabled
    ):
        return ec2
    kept: tuple[Ec2Eni, ...] = ()
    for eni in ec2.leaked:
        if eni.tags.instance_id is None:
            kept = (*kept, eni)
            continue
        _, ec2 = delete(evolve(ec2, leaked=()), eni)
        kept = (*kept, *ec2.leaked)
    return evolve(ec2, leaked=kept)
