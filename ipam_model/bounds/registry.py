"""What a quantity is: something about a node that has a worst case.

A module of quantities has a tuple `QUANTITIES`; `index` imports the module and lists it.
"""

from collections.abc import Callable

from attrs import frozen

from ipam_model.bounds.answer import Bound, Question


@frozen(kw_only=True)
class Quantity:
    """Something that has a worst case."""

    name: str
    """As the command line takes it."""
    unit: str
    """What its numbers count."""
    meaning: str
    """One line in English."""
    answer: Callable[[Question], Bound]
    """Its worst case; raises `InputError` if the question makes no sense for it."""
    timed: bool = True
    """It has time or cooldown in it, and the counting model none."""
    with_faults: bool = False
    """It is known with failed calls too."""
    with_cordon: bool = False
    """It is known of a node that is cordoned when it is drained, too."""
    with_pods_now: bool = False
    """It depends on the pods that there are when the node is looked at."""
