"""Small nodes to be compared."""

from contextlib import nullcontext
from typing import Any

from attrs import evolve

from ipam_model.config import Quirk, Version
from ipam_model.differing.comparison import Comparison, Side
from ipam_model.explore.scope import small_node
from ipam_model.nodes import NodeSetup
from ipam_model.wrong_models import WRONG_MODELS, wrong

SHIPPED = small_node(2, 3, {})
WARM_IP = small_node(2, 3, {"WARM_IP_TARGET": "1"})
FEW = small_node(2, 2, {})
WITHOUT_ENI_CONFIG = small_node(2, 3, {"AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG": "true"})


def comparison(left: NodeSetup, right: NodeSetup, **what: Any) -> Comparison:  # noqa: ANN401 - its fields
    """Two nodes and, as keywords, what may happen to them."""
    return Comparison(
        left=Side(label="left", setup=left), right=Side(label="right", setup=right), **what
    )


def without(node: NodeSetup, quirk: Quirk) -> NodeSetup:
    """The node with a repaired daemon."""
    return evolve(node, quirks=node.quirks - {quirk})


def of_version(node: NodeSetup, version: Version) -> NodeSetup:
    """The node with another daemon."""
    return evolve(node, version=version)


def broken(node: NodeSetup, model: str, **what: Any) -> Comparison:  # noqa: ANN401 - the same
    """A wrong model against the right one."""
    return Comparison(
        left=Side(label=model, setup=node, daemon=lambda: wrong(WRONG_MODELS[model])),
        right=Side(label="right", setup=node, daemon=nullcontext),
        **what,
    )
