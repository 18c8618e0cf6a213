"""Counting models by their numbers."""

from ipam_model.counting.decisions import Targets
from ipam_model.counting.model import CountingModel


def secondary(
    enis: int,
    addresses: int,
    *,
    warm_ip: int = 0,
    minimum: int = 0,
    warm_eni: int = 0,
    pods: int | None = None,
    max_pods: int | None = None,
    symmetric: bool = True,
    any_distribution: bool = False,
) -> CountingModel:
    """Secondary-address mode: `addresses` usable ones per ENI."""
    return CountingModel(
        targets=Targets(
            prefix_mode=False,
            warm_ip=warm_ip,
            minimum=minimum,
            warm_eni=warm_eni,
            warm_prefix=0,
            max_enis=enis,
            slots=addresses,
            block=1,
        ),
        pods=pods,
        max_pods=max_pods,
        symmetric=symmetric,
        any_distribution=any_distribution,
    )


def prefixes(
    enis: int,
    slots: int,
    block: int,
    *,
    warm_ip: int = 0,
    minimum: int = 0,
    warm_prefix: int = 0,
    pods: int | None = None,
    max_pods: int | None = None,
    symmetric: bool = True,
) -> CountingModel:
    """Prefix mode: `slots` prefixes of `block` addresses per ENI."""
    return CountingModel(
        targets=Targets(
            prefix_mode=True,
            warm_ip=warm_ip,
            minimum=minimum,
            warm_eni=0,
            warm_prefix=warm_prefix,
            max_enis=enis,
            slots=slots,
            block=block,
        ),
        pods=pods,
        max_pods=max_pods,
        symmetric=symmetric,
    )
