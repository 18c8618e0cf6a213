"""Why some wrong subjects are not noticed."""

from collections.abc import Mapping
from typing import Final

from ipam_model.conformance.subject import Kind
from ipam_model.wrong_models import WrongModel

OF_DAEMONS: Final[dict[str, str]] = {
    "known-eni-added-again": (
        "An ENI is set up again only while its record is bare, so that it has nothing to lose but "
        "its age."
    ),
    "recovery-not-written": (
        "The next pod that comes or goes writes the checkpoint anyway, and until then another "
        "start drops the same pods again: nothing is told of the file itself."
    ),
    "releases-not-remembered": (
        "A release sets the clock of reconcile, which comes once what was released is forgotten: "
        "no plan was found in which it shows."
    ),
    "R63": "No plan was found that excludes the subnet of an ENI with idle addresses on card 1.",
}
"""By id."""


def reasons_for(kind: Kind) -> Mapping[str, str]:
    """Those that are known, by id."""
    return OF_DAEMONS if kind is Kind.DAEMON else {}


def reason(kind: Kind, wrong: WrongModel) -> str:
    """Why it is not noticed; empty if nobody knows."""
    return reasons_for(kind).get(wrong.id, "")
