"""Scopes by name: each is exhausted in at most a minute, and its counts are recorded."""

from collections.abc import Mapping
from typing import Final

from ipam_model.config import Version
from ipam_model.explore.scope import FINE, JUST_OVER, Scope, small_node

DEFAULT: Final = "two-enis"

PRESETS: Final[Mapping[str, Scope]] = {
    "two-enis": Scope(node=small_node(2, 3, {}), pods=3, faults=1, restarts=1),
    "one-fault": Scope(node=small_node(2, 3, {}), pods=2, faults=1, restarts=0),
    "one-restart": Scope(node=small_node(2, 3, {}), pods=2, faults=0, restarts=1),
    "fine-time": Scope(node=small_node(2, 3, {}), pods=2, faults=0, restarts=0, time_steps=(FINE,)),
    "any-time": Scope(
        node=small_node(2, 3, {}), pods=1, faults=0, restarts=0, time_steps=(FINE, JUST_OVER)
    ),
    "warm-ip-target": Scope(
        node=small_node(2, 3, {"WARM_IP_TARGET": "2"}), pods=2, faults=0, restarts=0
    ),
    "warm-eni-target-0": Scope(
        node=small_node(2, 3, {"WARM_ENI_TARGET": "0"}), pods=3, faults=0, restarts=0
    ),
    "three-enis": Scope(node=small_node(3, 2, {}), pods=3, faults=0, restarts=0),
    "scarce-subnet": Scope(node=small_node(2, 3, {}, subnet_free=4), pods=2, faults=0, restarts=0),
    "beyond-limits": Scope(
        node=small_node(2, 3, {}), pods=2, faults=1, restarts=0, enforce_limits=False
    ),
    "histories": Scope(
        node=small_node(2, 3, {}, subnet_free=4), pods=2, faults=0, restarts=1, histories=True
    ),
    "v1.7": Scope(node=small_node(2, 3, {}, version=Version.V1_7), pods=2, faults=0, restarts=1),
}
"""`two-enis`, the default: 2 ENIs with 2 addresses for pods each, 3 pods, a fault, a restart."""
