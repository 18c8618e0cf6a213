"""ENIs and addresses that are attached but that IMDS does not show yet."""

from typing import NamedTuple

from attrs import frozen

from ipam_model.records import evolve
from ipam_model.state import Network


class Arrived(NamedTuple):
    """Something new on the instance: an address of an ENI, or the ENI itself."""

    eni: str
    network: Network | None
    """`None`: the ENI."""
    at: int


@frozen(kw_only=True)
class Arrivals:
    """What arrived lately, and how long IMDS takes to show it, in milliseconds."""

    eni_lag: int = 0
    address_lag: int = 0
    recent: tuple[Arrived, ...] = ()

    def with_eni(self, eni: str, now: int) -> "Arrivals":
        """A new ENI was attached."""
        return self._with((Arrived(eni, None, now),), now) if self.eni_lag else self

    def with_addresses(self, eni: str, networks: tuple[Network, ...], now: int) -> "Arrivals":
        """New addresses were assigned to an ENI."""
        if not self.address_lag:
            return self
        return self._with(tuple(Arrived(eni, network, now) for network in networks), now)

    def hides_eni(self, eni: str, now: int) -> bool:
        """Whether IMDS does not list the ENI yet."""
        return any(
            each.eni == eni and each.network is None and now - each.at < self.eni_lag
            for each in self.recent
        )

    def hidden_on(self, eni: str, now: int) -> frozenset[Network]:
        """Addresses of the ENI that IMDS does not list yet."""
        return frozenset(
            each.network
            for each in self.recent
            if each.network is not None and each.eni == eni and now - each.at < self.address_lag
        )

    def _with(self, arrived: tuple[Arrived, ...], now: int) -> "Arrivals":
        longest = max(self.eni_lag, self.address_lag)
        kept = tuple(each for each in self.recent if now - each.at < longest)
        return evolve(self, recent=(*kept, *arrived))
