"""The daemon's fixed context: settings, limits and what is derived from them at start."""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from attrs import field, frozen

from ipam_model.arithmetic import INTS
from ipam_model.catalogue import Kind, rule
from ipam_model.limits import InstanceLimits
from ipam_model.rules import capacity, timing
from ipam_model.rules.capacity import BLOCK
from ipam_model.settings import (
    Mode,
    ParsedSettings,
    Settings,
    effective_mode,
    parse_settings,
    parse_settings_article,
    parse_settings_v1_7,
)


class Version(Enum):
    """Whose behaviour is modelled; the value is what `--version` takes."""

    V1_23 = "v1.23"
    """amazon-vpc-cni-k8s v1.23.1."""
    V1_7 = "v1.7"
    """amazon-vpc-cni-k8s v1.7.0, of August 2020."""
    ARTICLE_2021 = "article-2021"
    """The policy that the article "Optimizing EKS networking for scale" describes."""


class Quirk(Enum):
    """A suspected bug of ipamd that is modelled by default and can be switched off."""

    DOUBLE_DECREMENT = "R24"
    """Removing an ENI by force while it has pods subtracts its CIDRs from the counters twice."""
    IPV6_NEVER_SUBTRACTED = "R24-ipv6"
    """Removing an ENI leaves its IPv6 prefix in the counters."""
    CLEANUP_DRIFT = "R25"
    """Dropping an excluded ENI's emptied CIDR leaves the counters unchanged."""
    STALE_ADDRESSES_ADOPTED = "R62e"
    """Init trusts IMDS: addresses EC2 no longer has are put into the store."""
    FIRST_CARD_CLEANED = "R63"
    """The start-up clean-up of excluded ENIs reaches card 0 only."""
    UNCONVERTED_CARDS = "R94"
    """On cards above 0 in prefix mode short and over count addresses, but are used as prefixes."""
    LAST_BY_NUMBER = "R121b"
    """The last store is told by its card's number: with gaps between the cards it is missed."""
    REPEATED_ADD_AGAIN = "R121d"
    """A repeated ADD of a pod that lives on a higher card takes a second address."""
    SINGLE_ADDRESS_LEFT = "R127b"
    """In prefix mode the /32 of a deleted pod is not given back."""
    COOLING_RELEASED = "R139"
    """Release does not look at the cooldown."""
    RECENT_FORGOTTEN = "R158"
    """Reconcile takes re-issued addresses out of the store while their release is remembered."""


ALL_QUIRKS = frozenset(Quirk)

QUIRKS_OF: Final[Mapping[Version, frozenset[Quirk]]] = {
    Version.V1_7: frozenset(
        {Quirk.STALE_ADDRESSES_ADOPTED, Quirk.COOLING_RELEASED, Quirk.RECENT_FORGOTTEN}
    ),
}
"""The quirks that a version has; all of them where it is not listed.

v1.7 has no prefixes, IPv6, second card, excluded ENI or counter drift (H26), and so no quirk of
theirs.
"""


def parse_settings_of(
    version: Version, env: Mapping[str, str], *, prefixes_supported: bool = True
) -> ParsedSettings:
    """The settings a daemon of `version` started with `env` holds, and what it ignores of them.

    What is ignored may depend on whether the instance type can have prefixes
    (`prefixes_supported`, R45). Raises `InputError` if a value is not text.
    """
    if version is Version.V1_7:
        return parse_settings_v1_7(env)
    if version is Version.ARTICLE_2021:
        return parse_settings_article(env, prefixes_supported=prefixes_supported)
    return parse_settings(env, prefixes_supported=prefixes_supported)


@frozen(kw_only=True)
class Config:
    """Everything that does not change while the daemon runs.

    Derived numbers: K (`max_enis`, R3), L - 1 (`slots`), M (`addresses_per_eni`, R4). `block` is
    the number of addresses per prefix, 16 on AWS; smaller blocks serve exhaustive checks.
    """

    settings: Settings
    limits: InstanceLimits
    trunk_compatible: bool = True
    """Whether the instance may get a trunk ENI (R33), whatever its type; `NodeSetup` and scenario
    documents ask `trunking` where nobody says."""
    quirks: frozenset[Quirk] = ALL_QUIRKS
    block: int = BLOCK
    version: Version = Version.V1_23
    mode: Mode = field(init=False)
    prefix_mode: bool = field(init=False)
    max_enis: int = field(init=False)
    slots: int = field(init=False)
    addresses_per_eni: int = field(init=False)
    cooldown: int = field(init=False)
    """IP_COOLDOWN_PERIOD in milliseconds."""

    @mode.default
    def _mode(self) -> Mode:
        return effective_mode(self.settings, nitro_or_bare_metal=self.nitro_or_bare_metal)

    @prefix_mode.default
    def _prefix_mode(self) -> bool:
        return self.mode is Mode.PREFIX_DELEGATION

    @property
    def keeps_trunk_slot(self) -> bool:
        """A slot of card 0 is kept for a trunk ENI until it comes (R48); in v1.7 on any type."""
        return self.settings.pod_eni and (self.trunk_compatible or self.version is Version.V1_7)

    @max_enis.default
    def _max_enis(self) -> int:
        return capacity.max_enis(INTS, self.limits.max_enis, self.settings.max_eni or 0)

    @slots.default
    def _slots(self) -> int:
        return self.limits.ipv4_per_eni - 1

    @addresses_per_eni.default
    def _addresses_per_eni(self) -> int:
        return capacity.usable_addresses(INTS, self.slots, self.prefix_mode, self.block)

    @cooldown.default
    def _cooldown(self) -> int:
        return self.settings.ip_cooldown_period * timing.SECOND

    @property
    def ipv6(self) -> bool:
        """Whether pods get IPv6 addresses."""
        return self.mode is Mode.IPV6

    @property
    def cards(self) -> int:
        """How many network cards the instance has; they are numbered from 0."""
        return len(self.limits.cards)

    @property
    def nitro_or_bare_metal(self) -> bool:
        """Whether the type can have prefixes and IPv6 (R45)."""
        return self.limits.hypervisor == "nitro" or self.limits.bare_metal

    @rule(
        "H26",
        "The running counters never drift: removing an ENI by force takes its addresses off them "
        "once, and no delayed clean-up exists.",
        source="ds:694-731",
        kind=Kind.STEP,
    )
    def quirk(self, quirk: Quirk) -> bool:
        """Whether a quirk is in force: switched on, and of this version."""
        return quirk in self.quirks and quirk in QUIRKS_OF.get(self.version, ALL_QUIRKS)
