"""Max pods against what the node can serve."""

from collections.abc import Iterator

from ipam_model.linting.checks import Complaint, Demonstration, Remedy, check
from ipam_model.linting.finding import MAX_PODS, Severity
from ipam_model.linting.stories import refusals
from ipam_model.linting.subject import HOST_NETWORK_PODS, Subject
from ipam_model.linting.trial import Disappoints


def _as_many_as_fit(subject: Subject) -> Iterator[Remedy]:
    yield Remedy(max_pods=subject.capacity + HOST_NETWORK_PODS)


@check(
    "max-pods-above-capacity",
    Severity.ERROR,
    "Max pods is larger than the addresses that the node can have, and two for pods of the host "
    "network: the scheduler sends pods that never get an address.",
    rules=("R3", "R4", "R42"),
    upstream=("#890", "#18"),
    shown_by=Demonstration(stories=refusals, symptom=Disappoints()),
    remedies=_as_many_as_fit,
)
def max_pods_above_capacity(subject: Subject) -> Complaint | None:
    """More pods may be scheduled than can be served."""
    if subject.scheduled <= subject.capacity:
        return None
    if subject.peak is not None and subject.peak > subject.capacity:
        what = f"{subject.peak} pods at peak"
    else:
        what = f"max pods {subject.node.max_pods}"
    assumed = " (assumed)" if subject.node.max_pods_assumed else ""
    return Complaint(
        message=f"{what}{assumed}, and addresses for {subject.capacity}: pod "
        f"{subject.capacity + 1} with an address of its own never gets one",
        variable=MAX_PODS,
        severity=Severity.WARNING if subject.node.max_pods_assumed else None,
    )
