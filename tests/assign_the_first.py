"""The rule that many tests break: an address is given out whoever has it (R113)."""

import pytest

from ipam_model.daemon import datastore


def assign_the_first(patch: pytest.MonkeyPatch) -> None:
    """I1: an address is given out whoever has it."""
    patch.setattr(datastore, "assignable", lambda cidr, *_: (cidr.network.address,))
