"""What an event prescribes: EC2's own choices in a call, and the daemon's where it leaves one open.

What is prescribed must be possible; otherwise `ImpossibleError`, which says what would have been.
"""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Final

from attrs import evolve

from ipam_model.addresses import format_address, format_short
from ipam_model.daemon.pods import Spot
from ipam_model.daemon.procedure import Call, Choice, Subsets
from ipam_model.ec2 import Ec2, Fault, Lingering, NextFree, holder, lingering
from ipam_model.requests import AttachedEni, Code, Described, Request
from ipam_model.scenario.document import CallPart, ChoicePart
from ipam_model.scenario.meaning import ImpossibleError, address_at, network_at, networks_at
from ipam_model.state import IPV6_BLOCK, Network
from ipam_model.subnets import CidrSubnet, Subnet
from ipam_model.trace.calls import expected_call


def call_name(request: Request[object]) -> str:
    """The name of a request, under which it can be made to fail, too."""
    known = expected_call(request)
    return type(request).__name__ if known is None else str(known["call"])


def texts(networks: Iterable[Network]) -> tuple[str, ...]:
    """CIDRs as a scenario writes them: a single address without /32."""
    return tuple(format_short(network) for network in networks)


# -- EC2's choices -------------------------------------------------------------------------------


def prescribed_fault(part: CallPart) -> Fault | None:
    """What makes the call fail, or grant only a part."""
    if part.fail is not None:
        return Fault(part.step or part.call, part.fail)
    if part.partial is not None:
        return Fault(part.call, Code.THROTTLED, grant=part.partial)
    return None


class ScriptedGrants(NextFree):
    """EC2's choices as a call of the scenario says; the next free ones where it says nothing."""

    def __init__(self, part: CallPart, ec2: Ec2) -> None:
        self._part = part
        self._ec2 = ec2
        self.used: set[str] = set()
        """The fields of the call that had an effect."""
        self._ipv6_prefixes = 0
        """So many of the call's prefixes were granted as IPv6 prefixes."""

    def addresses(self, subnet: Subnet, count: int) -> tuple[Network, ...] | None:
        """The addresses named."""
        return self._granted("ips", self._part.ips, subnet, super().addresses(subnet, count))

    def prefixes(self, subnet: Subnet, count: int, block: int) -> tuple[Network, ...] | None:
        """The prefixes named."""
        default = super().prefixes(subnet, count, block)
        return self._granted("prefixes", self._part.prefixes, subnet, default)

    def primary(self, subnet: Subnet) -> Network | None:
        """The primary address named."""
        default = super().primary(subnet)
        named = None if self._part.primary is None else (self._part.primary,)
        granted = self._granted("primary", named, subnet, None if default is None else (default,))
        return None if granted is None else granted[0]

    def eni_id(self, ec2: Ec2) -> str:
        """The id named."""
        named = self._part.eni
        if named is None:
            return super().eni_id(ec2)
        self.used.add("eni")
        if named in [eni.id for eni in (*ec2.enis, *ec2.leaked)]:
            raise ImpossibleError(f"the new ENI cannot be {named}: there is one")
        return named

    def ipv6_address(self, ec2: Ec2) -> Network:
        """The IPv6 address named."""
        named = self._part.ipv6
        if named is None:
            return super().ipv6_address(ec2)
        self.used.add("ipv6")
        return self._new_ipv6("ipv6", Network(address_at(named, "ipv6"), 1), 1)

    def ipv6_prefix(self, ec2: Ec2) -> Network:
        """The next one of the prefixes named."""
        named = self._part.prefixes
        if named is None:
            return super().ipv6_prefix(ec2)
        position = self._ipv6_prefixes
        self._ipv6_prefixes += 1
        if position == len(named):
            raise ImpossibleError(f"prefixes cannot be {_list(named)}: EC2 grants more of them")
        if self._ipv6_prefixes == len(named):
            self.used.add("prefixes")
        prefix = network_at(named[position], "prefixes", position)
        return self._new_ipv6("prefixes", prefix, IPV6_BLOCK)

    def listed(self, prefixes: tuple[Network, ...]) -> tuple[Network, ...]:
        """The IPv6 prefixes in the order named."""
        named = self._part.prefixes
        if named is None:
            return super().listed(prefixes)
        self.used.add("prefixes")
        shown = networks_at(named, "prefixes")
        if sorted(shown) != sorted(prefixes):
            raise ImpossibleError(
                f"prefixes cannot be {_list(named)}: the ENI has {_list(texts(prefixes))}"
            )
        return shown

    def _new_ipv6(self, field: str, network: Network, size: int) -> Network:
        shown = format_short(network)
        if not network.ipv6 or network.size != size:
            kind = "an IPv6 address" if size == 1 else "a /80 of IPv6"
            raise ImpossibleError(f"{field} cannot be {shown}: EC2 grants {kind}")
        used_by = holder(self._ec2, (network,))
        if used_by is not None:
            raise ImpossibleError(f"{field} cannot be {shown}: {used_by.id} has it")
        return network

    def trunk(self, trunks: tuple[str, ...]) -> str:
        """The trunk ENI named."""
        return self._one_of("trunk", self._part.trunk, trunks, super().trunk(trunks))

    def complaint(self, codes: tuple[str, ...]) -> str:
        """The reason named."""
        return self._one_of("reason", self._part.reason, codes, super().complaint(codes))

    def lingering(self, ec2: Ec2, now: int) -> Lingering:
        """What IMDS still lists, as named."""
        named = self._part.stale
        if named is None:
            return super().lingering(ec2, now)
        self.used.add("stale")
        shown = {eni: frozenset(networks_at(each, "stale", eni)) for eni, each in named.items()}
        certain, possible = lingering(ec2, now)
        for eni in {*certain, *possible, *shown}:
            least, most = certain.get(eni, frozenset()), possible.get(eni, frozenset())
            if not least <= shown.get(eni, frozenset()) <= most:
                raise ImpossibleError(
                    f"IMDS cannot list {_list(named.get(eni, ()))} too much on {eni}: it lists "
                    f"{_list(texts(sorted(least)))} for certain, and may list "
                    f"{_list(texts(sorted(most)))}"
                )
        return shown

    def _one_of(self, field: str, named: str | None, allowed: tuple[str, ...], default: str) -> str:
        if named is None:
            return default
        self.used.add(field)
        if named not in allowed:
            raise ImpossibleError(f"{field} cannot be {named}; it is one of {_list(allowed)}")
        return named

    def _granted(
        self,
        field: str,
        named: tuple[str, ...] | None,
        subnet: Subnet,
        default: tuple[Network, ...] | None,
    ) -> tuple[Network, ...] | None:
        if default is None or named is None:
            return default
        networks = networks_at(named, field)
        if isinstance(subnet, CidrSubnet) and any(
            each.address not in subnet.network for each in networks
        ):
            return default  # Another subnet, tried in vain, comes before the one meant.
        self.used.add(field)
        if len(set(networks)) != len(default) or any(
            network.ipv6 or network.size != default[0].size for network in networks
        ):
            raise ImpossibleError(
                f"{field} cannot be {_list(named)}: EC2 grants {len(default)} different ones of "
                f"{default[0].size} addresses each"
            )
        used_by = holder(self._ec2, networks)
        if used_by is not None:
            raise ImpossibleError(f"{field} cannot be {_list(named)}: {used_by.id} has them")
        if isinstance(subnet, CidrSubnet) and not _free_in(subnet, networks):
            raise ImpossibleError(f"{field} cannot be {_list(named)}: not free in {subnet.id}")
        return networks


def _free_in(subnet: CidrSubnet, networks: tuple[Network, ...]) -> bool:
    return all(
        address in subnet.network and address not in subnet.taken | subnet.reserved
        for start, size in networks
        for address in range(start, start + size)
    )


GRANTS: Final = ("eni", "primary", "ipv6", "ips", "prefixes", "stale", "trunk", "reason")
"""The fields of a call that say what EC2 chooses."""


def require_used(part: CallPart, grants: ScriptedGrants) -> None:
    """Complain about what the call says of EC2's choices where EC2 had none."""
    unused = [
        name for name in GRANTS if getattr(part, name) is not None and name not in grants.used
    ]
    if unused:
        raise ImpossibleError(
            f"call {part.nth} of {part.call}: {unused[0]} had no effect, EC2 chose nothing of it"
        )


# -- what IMDS fails to list ---------------------------------------------------------------------


def without_omitted(part: CallPart, answer: object) -> object:
    """The answer without the ENIs that the call says IMDS omits, this once."""
    if not part.omits:
        return answer
    listed = answer.enis if isinstance(answer, Described) else answer
    if not isinstance(listed, tuple) or not all(isinstance(e, AttachedEni) for e in listed):
        raise ImpossibleError(f"{part.call} does not list ENIs: it cannot omit {_list(part.omits)}")
    known = [eni.id for eni in listed]
    unknown = [each for each in part.omits if each not in known]
    if unknown:
        raise ImpossibleError(f"IMDS cannot omit {_list(unknown)}: it lists {_list(known)}")
    left = tuple(eni for eni in listed if eni.id not in part.omits)
    return evolve(answer, enis=left) if isinstance(answer, Described) else left


# -- the daemon's choices ------------------------------------------------------------------------


def describe_choice(choice: Choice, option: object, nth: int = 1) -> ChoicePart:
    """An option of a choice as a scenario names it."""
    part = _described(choice.rule, option, nth)
    if part is not None and find_option(choice, part) == option:
        return part
    position = next(number for number, each in enumerate(choice.options) if each == option)
    return ChoicePart(rule=choice.rule, nth=nth, option=position)


def _described(rule: str, option: object, nth: int) -> ChoicePart | None:
    part = ChoicePart(rule=rule, nth=nth)
    match option:
        case None:
            return evolve(part, nothing=True)
        case int():
            return evolve(part, card=option)
        case str():
            return evolve(part, eni=option)
        case Spot():
            return evolve(part, eni=option.eni.id, address=format_address(option.address))
        case Network():
            return evolve(part, cidr=format_short(option))
        case (str() as eni, Network() as network):
            return evolve(part, eni=eni, cidr=format_short(network))
        case tuple() if all(isinstance(each, Network) for each in option):
            return evolve(part, cidrs=texts(option))
    return None


def find_option(choice: Choice, part: ChoicePart) -> object:
    """The option that a scenario names; `ImpossibleError` if there is no such option."""
    options = choice.options
    if part.option is not None:
        if isinstance(options, Subsets):
            if part.option < options.count:
                return options.nth(part.option)
        else:
            for option in islice(options, part.option, part.option + 1):
                return option
    elif isinstance(options, Subsets):
        # Nothing but CIDRs names one: there is no need to look at them all.
        subset = None if part.cidrs is None else options.of(networks_at(part.cidrs, "cidrs"))
        if subset is not None:
            return subset
    else:
        wanted = _normal(part)
        for option in options:
            shown = _described(part.rule, option, part.nth)
            if shown is not None and _normal(shown) == wanted:
                return option
    raise ImpossibleError(
        f"choice {part.nth} of {part.rule} cannot be {choice_text(part)}; there are: "
        f"{_options_text(choice)}"
    )


def _normal(part: ChoicePart) -> tuple[object, ...]:
    """What a choice names, however it is spelt."""
    return (
        part.eni,
        None if part.address is None else address_at(part.address, "address"),
        None if part.cidr is None else network_at(part.cidr, "cidr"),
        None if part.cidrs is None else frozenset(networks_at(part.cidrs, "cidrs")),
        part.card,
        part.nothing,
    )


def choice_text(part: ChoicePart) -> str:
    """What a choice names, in words."""
    if part.nothing:
        return "nothing"
    if part.cidrs is not None:
        return _list(part.cidrs)
    if part.option is not None:
        return f"option {part.option}"
    if part.card is not None:
        return f"card {part.card}"
    return " of ".join(each for each in (part.address or part.cidr, part.eni) if each) or "unnamed"


def _options_text(choice: Choice) -> str:
    shown: list[str] = []
    for number, option in enumerate(choice.options):
        if number == 8:
            shown.append("...")
            break
        part = _described(choice.rule, option, 1)
        shown.append(f"option {number}" if part is None else choice_text(part))
    return ", ".join(shown)


def _list(names: Iterable[str]) -> str:
    return " ".join(names) or "nothing"


Named = Mapping[tuple[str, int], CallPart]


def locked(ask: Call | Choice) -> bool:
    """Whether the daemon holds its store's lock, so that nothing can come in between."""
    return ask.locked if isinstance(ask, Choice) else ask.request.under_lock
