"""EC2's own choices as the record of a call tells them, checked against what EC2 has free."""

from ipam_model.ec2 import NEXT_FREE, Ec2, Lingering, holder, lingering
from ipam_model.state import Network
from ipam_model.subnets import Subnet
from ipam_model.trace import snapshot
from ipam_model.trace.calls import named_networks
from ipam_model.trace.document import Fields
from ipam_model.trace.mismatch import EC2, MismatchError


class RecordedGrants:
    """EC2's choices as the record tells them, checked against what EC2 has free."""

    def __init__(self, result: Fields, ec2: Ec2) -> None:
        self._result = result
        self._ec2 = ec2

    def addresses(self, subnet: Subnet, count: int) -> tuple[Network, ...] | None:
        """The recorded addresses."""
        if subnet.free < count:
            return None
        result = self._result
        if "error" in result:  # Granted, then lost again: the record does not tell what.
            return subnet.offer_addresses(count)
        return self._checked(snapshot.networks_under(result, "ips"), count)

    def primary(self, subnet: Subnet) -> Network | None:
        """The recorded primary address of a new ENI."""
        if subnet.free < 1:
            return None
        result = self._result
        if "error" in result:
            return (subnet.offer_addresses(1) or (None,))[0]
        network = Network(snapshot.read_address(result, result.text("primary")), 1)
        return self._checked((network,), 1)[0]

    def trunk(self, trunks: tuple[str, ...]) -> str:
        """The recorded one, if it is a trunk ENI."""
        seen = self._result.values.get("trunk")
        return seen if isinstance(seen, str) and seen in trunks else trunks[-1]

    def prefixes(self, subnet: Subnet, count: int, block: int) -> tuple[Network, ...] | None:
        """The recorded prefixes."""
        if subnet.free < count * block:
            return None
        result = self._result
        if "error" in result:
            return subnet.offer_prefixes(count, block)
        return self._checked(snapshot.networks_under(result, "prefixes"), count)

    def eni_id(self, ec2: Ec2) -> str:
        """The recorded id."""
        result = self._result
        if "error" in result:
            return "eni-lost"
        eni_id = result.values.get("eni")
        if not isinstance(eni_id, str) or ec2.eni(eni_id) is not None:
            raise MismatchError(EC2, f"new ENI {eni_id!r}", "an id not in use")
        return eni_id

    def ipv6_address(self, ec2: Ec2) -> Network:
        """The recorded IPv6 address of a new ENI."""
        result = self._result
        if "error" in result:
            return NEXT_FREE.ipv6_address(ec2)
        network = Network(snapshot.read_address(result, result.text("ipv6")), 1)
        if not network.ipv6:
            raise MismatchError(EC2, f"granted {result.text('ipv6')}", "an IPv6 address")
        return self._checked((network,), 1)[0]

    def ipv6_prefix(self, ec2: Ec2) -> Network:
        """The recorded prefix; the daemon never asks for more than one."""
        if "error" in self._result:
            return NEXT_FREE.ipv6_prefix(ec2)
        granted = snapshot.networks_under(self._result, "prefixes")
        if not all(network.ipv6 for network in granted):
            seen = snapshot.describe_networks(granted)
            raise MismatchError(EC2, f"granted {seen}", "an IPv6 prefix")
        return self._checked(granted, 1)[0]

    def listed(self, prefixes: tuple[Network, ...]) -> tuple[Network, ...]:
        """In the recorded order, if the same are recorded."""
        seen = snapshot.networks_under(self._result, "prefixes")
        return seen if sorted(seen) == sorted(prefixes) else prefixes

    def lingering(self, ec2: Ec2, now: int) -> Lingering:
        """What is recorded as still listed, if that can be."""
        result = self._result
        seen = read_stale(result)
        certain, possible = lingering(ec2, now)
        for eni in {*certain, *possible, *seen}:
            shown = seen.get(eni, frozenset())
            least, most = certain.get(eni, frozenset()), possible.get(eni, frozenset())
            if not least <= shown <= most:
                raise MismatchError(
                    EC2,
                    f"IMDS still listing {snapshot.describe_networks(shown)} on {eni}",
                    f"{snapshot.describe_networks(least)} and of what left it lately",
                )
        return seen

    def complaint(self, codes: tuple[str, ...]) -> str:
        """The recorded reason, if it is one of those."""
        seen = self._result.values.get("error")
        return seen if isinstance(seen, str) and seen in codes else codes[0]

    def _checked(self, networks: tuple[Network, ...], count: int) -> tuple[Network, ...]:
        seen = snapshot.describe_networks(networks)
        if len(set(networks)) != count or len(networks) != count:
            raise MismatchError(EC2, f"granted {seen}", f"{count} distinct ones")
        used_by = holder(self._ec2, networks)
        if used_by is not None:
            raise MismatchError(EC2, f"granted {seen}", f"what {used_by.id} does not have")
        return networks


def read_stale(result: Fields) -> Lingering:
    """What IMDS is recorded to have listed too much."""
    if "stale" not in result:
        return {}
    stale = result.child("stale")
    return {eni: frozenset(named_networks(stale.child(eni))) for eni in stale.values}
