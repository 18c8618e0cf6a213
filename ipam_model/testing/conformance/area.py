"""Plans of one kind, that look for divergences in one corner of the specification."""

from collections.abc import Callable
from typing import Generic, TypeVar

from attrs import frozen
from hypothesis.strategies import SearchStrategy

from ipam_model.config import Quirk
from ipam_model.conformance.subject import Capabilities, Feature

P_co = TypeVar("P_co", covariant=True)


@frozen(kw_only=True)
class Drawing:
    """What decides which plans may be drawn."""

    capabilities: Capabilities
    steps: int
    """About how many things happen in a plan."""
    quirks: frozenset[Quirk] = frozenset()
    """Suspected bugs that the subject is taken to have."""

    def has(self, feature: Feature) -> bool:
        """Whether the subject has a feature."""
        return feature in self.capabilities.features


@frozen(kw_only=True)
class Area(Generic[P_co]):
    """A corner of the specification."""

    name: str
    """In kebab case; it names a test."""
    what: str
    """What happens in its plans."""
    plans: Callable[[Drawing], SearchStrategy[P_co]]
    needs: frozenset[Feature] = frozenset()
    """Features without which its plans are pointless."""

    def lacking(self, capabilities: Capabilities) -> str:
        """Why these plans are not for a subject; empty if they are."""
        return capabilities.lacking(self.needs)
