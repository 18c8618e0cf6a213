"""The modes whose theorems are compared with the counting model, and the nodes for that."""

from collections.abc import Iterator
from typing import Final

from ipam_model.arithmetic import INTS
from ipam_model.counting.model import CountingModel
from ipam_model.theorems import warm_ip
from ipam_model.theorems.machine import Parameters
from tests.counting.models import secondary
from tests.theorems.grid import Mode

SIZES: Final = (
    *((enis, slots) for enis in (1, 2, 3) for slots in (1, 2, 3)),
    *((4, 1), (4, 2), (5, 1)),
    *((enis, slots) for enis in (1, 2) for slots in (4, 5, 6)),
)
"""ENIs and slots of nodes small enough to be exhausted in a moment."""


def _reserved_under_warm_ip(parameters: Parameters[int, bool]) -> int:
    targets = parameters.targets
    most = min(warm_ip.most_addresses(INTS, parameters), targets.max_enis * targets.slots)
    return most + max(1, -(-most // targets.slots))


def _warm_ip_nodes() -> Iterator[CountingModel]:
    for enis, slots in SIZES:
        for peak in range(enis * slots + 1):
            for warm in range(7):
                for minimum in range(13):
                    if warm or minimum:
                        yield secondary(enis, slots, warm_ip=warm, minimum=minimum, pods=peak)


MODES: Final = {
    mode.name: mode
    for mode in (
        Mode(
            name="warm-ip",
            invariants=warm_ip.INVARIANTS,
            consequences=(warm_ip.RESERVED,),
            most_reserved=_reserved_under_warm_ip,
            nodes=_warm_ip_nodes,
        ),
    )
}
"""By name."""
