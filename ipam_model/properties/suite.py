"""Every property, finding and witness: importing this registers them all."""

from ipam_model.properties import (
    checkpoints,
    cooling,
    counters,
    draining,
    findings_of_addresses,
    findings_of_leaks,
    findings_of_pods,
    findings_of_pools,
    forcing,
    growing,
    heeding,
    ipv6,
    managing,
    ownership,
    placing,
    recovering,
    restarting,
    serving,
    settling,
    shrinking,
    wanting,
    warm_target,
    witnesses_of_quirks,
)
from ipam_model.properties.registry import all_properties

MODULES = (
    ownership,
    growing,
    placing,
    wanting,
    managing,
    heeding,
    shrinking,
    cooling,
    counters,
    checkpoints,
    warm_target,
    serving,
    settling,
    draining,
    recovering,
    restarting,
    forcing,
    ipv6,
    findings_of_addresses,
    findings_of_pods,
    findings_of_pools,
    findings_of_leaks,
    witnesses_of_quirks,
)
"""The modules that state them, in the order in which they are shown."""
PROPERTIES = all_properties()
"""Every property by id."""
