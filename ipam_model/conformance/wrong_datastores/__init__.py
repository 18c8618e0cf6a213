"""Stores with one bug each, to show that whoever checks a store notices.

Some are daemons of `wrong_models` whose bug is their store's; the others are made here. Each is in
force while its subject runs, and at no other time: the judge is right all along.
"""

from ipam_model.conformance.wrong_datastores import holding, keeping, recovery, serving
from ipam_model.conformance.wrong_datastores.registry import OF_DAEMONS, WRONG_DATASTORES

FAMILIES = (holding, serving, keeping, recovery)
"""The modules of the catalogue."""

__all__ = ["FAMILIES", "OF_DAEMONS", "WRONG_DATASTORES"]
