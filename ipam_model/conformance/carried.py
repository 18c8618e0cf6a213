"""How a test hands over what it found: by an attribute of its node, then of its report."""

from typing import Final

CARRIED: Final = "ipam_conformance"
"""The attribute; its value is a report as JSON lines, a text that any process can take over."""
