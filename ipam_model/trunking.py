"""Instance types that cannot have a trunk ENI: no slot is kept for one (R48).

The facts are those of amazon-vpc-resource-controller-k8s v1.8.0 (pkg/aws/vpc/limits.go), in which
amazon-vpc-cni-k8s v1.23.1 looks its own type up (aws:2034-2041). Types that are named neither here
nor there count as ones that can.
"""

from typing import Final

FAMILIES: Final = frozenset(
    [
        "c1",
        "c3",
        "c4",
        "d2",
        "f1",
        "h1",
        "i2",
        "i3",
        "m1",
        "m2",
        "m3",
        "m4",
        "p3",
        "r3",
        "r4",
        "t1",
        "t2",
        "t3",
        "t3a",
        "t4g",
        "x1",
        "x1e",
    ]
)
"""Families of which no type can have one, but for `EXCEPTIONS`."""
EXCEPTIONS: Final = frozenset({"i3.metal"})
"""Types of these families that can."""
TYPES: Final = frozenset({"i4i.large", "u-6tb1.56xlarge", "u-6tb1.112xlarge"})
"""Types of other families that cannot."""


def trunk_compatible(said: bool | None, instance_type: str | None) -> bool:
    """Whether an instance may have one: as somebody said of it, or as its type may."""
    return may_have_trunk(instance_type) if said is None else said


def worth_saying(compatible: bool, instance_type: str | None) -> bool | None:
    """What is to be said of an instance: that it may have none, or what its type denies."""
    return None if compatible and may_have_trunk(instance_type) else compatible


def may_have_trunk(instance_type: str | None) -> bool:
    """Whether a type may have one; so may made-up limits."""
    if instance_type is None or instance_type in EXCEPTIONS:
        return True
    return instance_type not in TYPES and instance_type.partition(".")[0] not in FAMILIES
