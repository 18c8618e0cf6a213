"""Why some wrong models are not noticed by the plans of the conformance kit."""

from typing import Final

from ipam_model.wrong_models import WrongModel

OF_FAMILY: Final = {  # one plan of each area has to do for these
    "cards": "plans have one network card",
    "ipv6": "plans have IPv4 nodes",
    "v1_7": "plans have nodes of v1.23",
}
_READS: Final = "no read is made to fail, for a subject reads as it likes"
_HOST: Final = "the host is the subject's own: nothing there is made to fail"
_TRUNK: Final = "plans have no branch and trunk ENIs"
OF_MODEL: Final[dict[str, str]] = {
    "keep-on-failed-write": _HOST,
    "failed-write-ignored": _HOST,
    "free-on-failed-write": _HOST,
    "eni-used-without-host-networking": _HOST,
    "no-answer-means-no-eni": _READS,
    "unanswered-means-gone": _READS,
    "imds-trusted": "IMDS of these plans does not lag",
    "no-trunk-slot": _TRUNK,
    "trunk-slot-on-every-type": _TRUNK,
    "trunk-slot-kept-beside-the-trunk": _TRUNK,
    "trunk-not-counted": _TRUNK,
    "trunk-extended": _TRUNK,
    "free-the-trunk": _TRUNK,
    "trunk-not-recognised": _TRUNK,
    "primary-extended-with-custom-networking": "plans have no custom networking",
}
"""By id."""
NOT_REACHED: Final = "no plan of this budget reaches it"


def reason(model: WrongModel) -> str:
    """Why it is not noticed, as far as anybody knows."""
    return OF_MODEL.get(model.id) or OF_FAMILY.get(model.family) or model.survives or NOT_REACHED
