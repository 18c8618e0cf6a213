"""Every property, finding and witness: importing this registers them all."""

from ipam_model.properties import (
    checkpoints,
    cooling,
    counters,
    draining,
    findings,
    growing,
    managing,
    ownership,
    recovering,
    settling,
    shrinking,
    warm_target,
)
from ipam_model.properties.registry import all_properties

MODULES = (
    ownership,
    growing,
    managing,
    shrinking,
    cooling,
    counters,
    checkpoints,
    warm_target,
    settling,
    draining,
    recovering,
    findings,
)
"""The modules that state them, in the order in which they are shown."""
PROPERTIES = all_properties()
"""Every property by id."""
