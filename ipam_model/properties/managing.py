"""What is left alone: ENIs and cards that the daemon does not manage."""

from ipam_model.ec2 import Ec2Eni
from ipam_model.properties.evidence import Asked, Step
from ipam_model.properties.growing import requested
from ipam_model.properties.registry import VACUOUS, Verdict, Violated, every_ask, holds
from ipam_model.requests import (
    AssignIPv6Prefixes,
    AssignPrivateIpAddresses,
    FreeENI,
    SetupENINetwork,
    TagENI,
    UnassignPrivateIpAddresses,
)

CHANGING = (
    AssignPrivateIpAddresses,
    UnassignPrivateIpAddresses,
    FreeENI,
    AssignIPv6Prefixes,
    TagENI,
    SetupENINetwork,
)
"""Requests that change an ENI, in EC2 or on the host."""


@every_ask(
    "I15",
    "Unmanaged ENIs and cards, and EFA-only ENIs, are never modified.",
    source="R7, R8, R10",
    of=CHANGING,
)
def unmanaged_enis_are_left_alone(asked: Asked, step: Step) -> Verdict:
    """Unmanaged as the daemon last classified them, or by the tag of EC2 since the event began."""
    request, node = requested(asked), asked.ask.node
    assert isinstance(request, CHANGING)
    if request.eni in node.unmanaged or request.eni in node.efa_only:
        return Violated(f"{type(request).__name__} on {request.eni}, which is not managed")
    eni = asked.ec2.eni(request.eni)
    if eni is not None and _tagged(eni) and _tagged(step.before.ec2.eni(request.eni)):
        return Violated(f"{type(request).__name__} on {eni.id}, which is tagged not to be managed")
    if eni is not None and eni.card in node.unmanaged_cards:
        return Violated(f"{type(request).__name__} on {eni.id} of unmanaged card {eni.card}")
    if not (node.unmanaged or node.efa_only or node.unmanaged_cards):
        return VACUOUS
    return holds(True)


def _tagged(eni: Ec2Eni | None) -> bool:
    return eni is not None and eni.tags.no_manage == "true" and not eni.primary
