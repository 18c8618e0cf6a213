"""What the daemon can use of an instance: ENIs and pod addresses, per network card and in sum.

One place says it for everybody who asks how much a node can hold. Nothing here knows of a moment:
the numbers are those of a node on which every ENI that the daemon may attach is attached, and no
trunk ENI came.
"""

from attrs import frozen

from ipam_model.config import Config


@frozen(kw_only=True)
class ManagedCard:
    """A network card that the daemon manages (R49)."""

    index: int
    """Its number as the daemon counts cards, from 0; the settings' targets are about card 0."""
    attachable: int
    """ENIs that EC2 attaches to it at most; 0 where the instance has no card of this number."""
    enis: int
    """ENIs whose addresses pods can get, 0 to `attachable`."""
    addresses: int
    """Addresses that pods can have on them."""


def managed_cards(config: Config) -> tuple[ManagedCard, ...]:
    """Card 0, and with ENABLE_MULTI_NIC every other one, by ascending number."""
    managed = range(config.cards if config.settings.multi_nic else 1)
    return tuple(_managed_card(config, index) for index in managed)


def _managed_card(config: Config, index: int) -> ManagedCard:
    attachable = config.limits.enis_on(index)
    # K holds for each card (R3), whatever EC2 grants this one.
    enis = min(config.max_enis - (index == 0 and config.keeps_trunk_slot), attachable)
    if index == config.limits.default_card:
        # The primary ENI is there even where a trunk ENI should have its slot (R33); with custom
        # networking no pod gets an address of it (R50).
        enis = max(enis, 1) - config.settings.custom_networking
    return ManagedCard(
        index=index,
        attachable=attachable,
        enis=enis,
        addresses=enis * config.addresses_per_eni,
    )


def most_pods(config: Config) -> int:
    """Pods with an address of one card that can be served at once, whatever max pods is."""
    return sum(card.addresses for card in managed_cards(config))


def most_attached(config: Config) -> int:
    """ENIs that EC2 attaches for the daemon at most, the primary one included; at least 1.

    MAX_ENI is the daemon's: EC2 does not know it.
    """
    cards = managed_cards(config)
    alone = all(card.index != config.limits.default_card for card in cards)
    return sum(card.attachable for card in cards) + alone
