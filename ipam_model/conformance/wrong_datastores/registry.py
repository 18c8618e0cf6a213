"""The registry of wrong stores, by id."""

from collections.abc import Callable
from functools import partial
from typing import Final

from ipam_model.conformance import datastore_happening
from ipam_model.wrong_models import WRONG_MODELS, WrongModel
from ipam_model.wrong_models.registry import wrong_model
from ipam_model.wrong_models.replacing import Replacing

OF_DAEMONS: Final = (
    "assign-the-first",
    "pool-the-primary",
    "serve-from-excluded-enis",
    "assign-past-the-end",
    "last-address-withheld",
    "no-cooldown",
    "cooldown-without-its-boundary",
    "cooldown-not-configurable",
    "cooldown-for-ever",
    "cooling-served-when-dry",
    "freed-address-not-remembered",
    "cooldown-since-assignment",
    "repeated-add-gives-another",
    "another-address-told",
    "write-no-checkpoint",
    "checkpoint-one-pod-behind",
    "another-pod-freed",
    "deleted-cidr-subtracted-twice",
    "freed-eni-never-subtracted",
    "known-cidr-counted-again",
    "known-eni-added-again",
    "excluded-enis-counted",
    "other-kind-counted",
    "primaries-counted",
    "once-used-prefixes-not-free",
    "forced-removal-subtracted-twice",
    "forced-removal-not-written",
    "free-enis-with-pods",
    "free-young-enis",
    "free-cooling-enis",
    "free-the-primary",
    "free-the-trunk",
    "keep-every-eni",
    "nothing-need-be-left",
    "the-freed-eni-counts",
    "no-free-prefix-need-be-left",
    "restart-forgets-pods",
    "restart-forgets-one-pod",
    "restart-moves-pods",
    "emptied-excluded-addresses-kept",
    "release-cooling-addresses",
)
"""Wrong models of the daemon that are wrong in their store."""

WRONG_DATASTORES: Final[dict[str, WrongModel]] = {each: WRONG_MODELS[each] for each in OF_DAEMONS}
"""Every wrong store by id."""

wrong_datastore = partial(wrong_model, among=WRONG_DATASTORES)
"""Register the decorated breakage: its docstring is the statement of the wrong store."""


def replace_operation(
    replacing: Replacing, original: Callable[..., object], wrong: Callable[..., object]
) -> None:
    """Replace a function of `datastore_happening`."""
    replacing.function(original, wrong, within=datastore_happening)
