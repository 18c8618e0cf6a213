"""What a trace shows depends on the version of the daemon it was recorded from."""

from collections.abc import Mapping
from typing import Final

from attrs import field, frozen

from ipam_model.config import Version


@frozen(kw_only=True)
class Dialect:
    """The traces of one version of the daemon: what their states show."""

    models: str
    """Value of the header's `models`."""
    version: Version
    stats: tuple[str, ...]
    """Statistics of the store, the first of those in `V1_23`."""
    counters: tuple[str, ...]
    """Running counters; none where the statistics are those counters."""
    clocks: tuple[str, ...]
    """Clocks of the daemon, the first of those in `V1_23`."""
    subnets_of_enis: bool
    """ENIs of the store show their subnet and whether it is excluded."""
    prefixes: bool
    """Attached ENIs show their prefixes."""
    rule_of_call: Mapping[str, str] = field(factory=dict)
    """The rule named when a call is one too many, where it is not that of v1.23."""
    by_card: bool = False
    """Network cards are told apart: in statistics, counters and tick replies; pod replies list
    the addresses of all cards. So it is if the header says how many there are."""

    def state_keys(self) -> tuple[str, ...]:
        """Keys of a state that hold plain numbers or instants."""
        return ("stats", *(("counters",) if self.counters else ()), "clocks", *_ALWAYS)


_ALWAYS: Final = ("released", "subnet_free")

V1_23: Final = Dialect(
    models="amazon-vpc-cni-k8s v1.23.1",
    version=Version.V1_23,
    stats=("total", "assigned", "cooldown", "prefixes", "free_prefixes"),
    counters=("total", "assigned", "allocated_prefixes"),
    clocks=("pool_action", "decrease", "insufficient"),
    subnets_of_enis=True,
    prefixes=True,
)
V1_7: Final = Dialect(
    models="amazon-vpc-cni-k8s v1.7.0",
    version=Version.V1_7,
    stats=V1_23.stats[:2],
    counters=(),
    clocks=V1_23.clocks[:2],
    subnets_of_enis=False,
    prefixes=False,
    rule_of_call={
        "AssignPrivateIpAddresses": "H6",
        "CreateNetworkInterface+Attach": "H9",
        "GetAttachedENIs": "H9",
        "GetIPv4sFromEC2": "H25",
        "FreeENI": "H14",
        "UnassignPrivateIpAddresses": "H13",
        "SetupENINetwork": "H20",
    },
)
DIALECTS: Final[Mapping[str, Dialect]] = {each.models: each for each in (V1_23, V1_7)}
"""By what the header says."""


def dialect_of(version: Version) -> Dialect:
    """The dialect in which a daemon of `version` is recorded."""
    return next((each for each in DIALECTS.values() if each.version is version), V1_23)
