"""Scopes small enough to be explored in a test."""

from typing import Final

from ipam_model.explore.presets import PRESETS
from ipam_model.explore.scope import FINE, Scope, small_node

SHIPPED: Final = small_node(2, 3, {})
WARM_IP: Final = small_node(2, 3, {"WARM_IP_TARGET": "1"})
TINY: Final = Scope(node=small_node(2, 2, {}), pods=1, faults=0, restarts=0)
SMALL: Final = {
    "faults": Scope(node=SHIPPED, pods=1, faults=1, restarts=0),
    "restarts": Scope(node=SHIPPED, pods=1, faults=0, restarts=1),
    "both": Scope(node=small_node(2, 2, {}), pods=1, faults=1, restarts=1),
    "two pods": Scope(node=SHIPPED, pods=2, faults=0, restarts=0),
    "pods": Scope(node=SHIPPED, pods=3, faults=0, restarts=0),
    "warm": Scope(node=WARM_IP, pods=1, faults=1, restarts=0),
    # In fine steps, where an ENI may be too young to be deleted.
    "flapping": Scope(
        node=small_node(2, 3, {"WARM_ENI_TARGET": "0"}),
        pods=2,
        faults=0,
        restarts=0,
        time_steps=(FINE,),
    ),
    "scarce": PRESETS["scarce-subnet"],
    "three ENIs": PRESETS["three-enis"],
    "v1.7": Scope(node=PRESETS["v1.7"].node, pods=1, faults=0, restarts=1),
}
