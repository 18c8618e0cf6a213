"""Why some wrong models are not noticed by the plans of the conformance kit."""

from typing import Final

from ipam_model.wrong_models import WrongModel

OF_FAMILY: Final = {  # one plan of each area has to do for these
    "cards": "plans have one network card",
    "ipv6": "plans have IPv4 nodes",
    "v1_7": "plans have nodes of v1.23",
}
OF_MODEL: Final[dict[str, str]] = {}
"""By id."""


def reason(model: WrongModel) -> str:
    """Why it is not noticed; empty if nobody knows."""
    return OF_MODEL.get(model.id) or OF_FAMILY.get(model.family) or model.survives
