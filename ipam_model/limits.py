"""What an instance type allows: network cards, ENIs, addresses per ENI (R1, R2)."""

import json
import reprlib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final, Literal, TypeAlias, TypedDict

from attrs import evolve, field, frozen

from ipam_model.catalogue import Kind, part_of, rule
from ipam_model.errors import InputError, ModelError

Hypervisor: TypeAlias = Literal["nitro", "xen", "unknown"]
"""Bare metal types have none, which EC2 reports by leaving the field out: `unknown`."""

HYPERVISORS: Final[tuple[Hypervisor, ...]] = ("nitro", "xen", "unknown")

LEAST_ENIS: Final = 1
"""The primary ENI; `hpc6id.32xlarge` has no more than that on a card."""
LEAST_ADDRESSES: Final = 2
"""The primary address and one for a pod. No type has less, although the daemon refuses only 0."""
MOST: Final = 10_000
"""Larger numbers are taken for slips; the largest in the table are 24 ENIs and 64 addresses."""

MOST_CARDS: Final = 256
"""The largest in the table has 32."""

COLUMNS: Final = (
    "max_enis",
    "ipv4_per_eni",
    "default_card",
    "hypervisor",
    "bare_metal",
    "cards",
)
"""Order of the values in a row of the bundled file; a card is the pair (index, max_enis)."""

_DESCRIBE: Final = 'what "aws ec2 describe-instance-types --output json" prints'
_TYPE_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-.")


@frozen
class CardLimits:
    """One network card of an instance type (R1). Raises `InputError` for numbers out of range."""

    index: int
    """Its number; 0 or more."""
    max_enis: int
    """ENIs that EC2 lets the card carry; 1 to `MOST`."""

    def __attrs_post_init__(self) -> None:
        _count(self.index, "the index of a network card", least=0)
        _count(self.max_enis, f"max_enis of network card {self.index}", least=LEAST_ENIS)


@frozen(kw_only=True)
class InstanceLimits:
    """What EC2 allows an instance of one type (R1; vpc:23@v1.23.1).

    Raises `InputError` if a number is out of range or the cards do not fit together.
    """

    max_enis: int
    """ENIs of one card before `MAX_ENI` (R3): those of the default card, except under R2.

    1 to `MOST`.
    """
    ipv4_per_eni: int
    """IPv4 addresses of one ENI, its primary address included; 2 to `MOST`."""
    cards: tuple[CardLimits, ...]
    """The network cards by ascending index; at least one."""
    default_card: int = 0
    """Index of the card that carries the primary ENI."""
    hypervisor: Hypervisor
    bare_metal: bool
    instance_type: str | None
    """Name of the type, `None` for made-up limits."""

    def __attrs_post_init__(self) -> None:
        _count(self.max_enis, "max_enis", least=LEAST_ENIS)
        _count(self.ipv4_per_eni, "ipv4_per_eni", least=LEAST_ADDRESSES)
        _hypervisor(self.hypervisor, "hypervisor")
        indices = [card.index for card in self.cards]
        if indices != sorted(set(indices)):
            raise InputError(
                f"the network cards have the indices {_shown(indices)}; "
                "each must occur once, in ascending order"
            )
        if self.default_card not in indices:
            raise InputError(
                f"the default network card is {_shown(self.default_card)}; "
                f"it must be one of the cards, {_shown(indices)}"
            )
        if self.default_card >= len(indices):
            raise InputError(
                f"the default network card is {self.default_card} of {len(indices)} cards; ipamd "
                f"numbers its data stores 0 to {len(indices) - 1}, none would be for that card (R9)"
            )

    def enis_on(self, card: int) -> int:
        """ENIs that EC2 lets a card carry; none on a card that does not exist."""
        return next((each.max_enis for each in self.cards if each.index == card), 0)

    @classmethod
    def simple(cls, max_enis: int, ipv4_per_eni: int, *, cards: int = 1) -> "InstanceLimits":
        """Made-up limits of a Nitro instance.

        Args:
            max_enis: ENIs of each network card, 1 to `MOST`.
            ipv4_per_eni: IPv4 addresses per ENI, primary included, 2 to `MOST`.
            cards: Network cards, 1 to `MOST_CARDS`.

        Raises:
            InputError: A number is out of its range.
        """
        _count(cards, "the number of network cards", least=1, most=MOST_CARDS)
        return cls(
            max_enis=max_enis,
            ipv4_per_eni=ipv4_per_eni,
            cards=tuple(CardLimits(card, max_enis) for card in range(cards)),
            hypervisor="nitro",
            bare_metal=False,
            instance_type=None,
        )

    @classmethod
    @part_of("R1")
    @rule(
        "R2",
        "For a type missing from its table the daemon asks EC2 once, at start, and takes the "
        "interfaces of the whole instance, not of the default card, as the ENI limit; an error, "
        "an answer of not exactly one type, or a zero limit ends the start.",
        source="aws:1927-1967",
        kind=Kind.STEP,
    )
    def from_describe(
        cls, entry: object, *, instance_wide: bool = False, place: str = "instance type"
    ) -> "InstanceLimits":
        """Limits from one element of `InstanceTypes` in an EC2 DescribeInstanceTypes answer.

        `DefaultNetworkCardIndex` may be absent (0), and so may `Hypervisor` (`unknown`).

        Args:
            entry: The element, as `json` decodes it.
            instance_wide: Take the ENI limit as the running daemon does for a type missing from
                its table (R2): `NetworkInfo.MaximumNetworkInterfaces`, the sum over the cards.
                Otherwise as its table is made (R1): the limit of the default card.
            place: Where the entry comes from, for messages.

        Raises:
            InputError: A key is missing or its value is of the wrong type or out of range; the
                message names the type and the key.
        """
        name = _type_name(_member(entry, "InstanceType", place), f"{place}: InstanceType")
        here = f"{place} ({name})"
        network = _member(entry, "NetworkInfo", here)
        info = f"{here}: NetworkInfo"
        whole = _count(
            _member(network, "MaximumNetworkInterfaces", info),
            f"{info}.MaximumNetworkInterfaces",
            least=LEAST_ENIS,
        )
        default_card = _count(
            _member(network, "DefaultNetworkCardIndex", info, absent=0),
            f"{info}.DefaultNetworkCardIndex",
            least=0,
        )
        cards = _described_cards(network, info)
        enis = {card.index: card.max_enis for card in cards}
        if default_card not in enis:
            raise InputError(
                f"{info}.DefaultNetworkCardIndex is {default_card}; "
                f"it must be one of the cards, {_shown(list(enis))}"
            )
        if len(cards) == 1 and enis[default_card] != whole:
            # R1 and R2 read different fields: an edit of one of them would be lost silently.
            raise InputError(
                f"{info}.MaximumNetworkInterfaces is {whole} but the only card has "
                f"{enis[default_card]}; the two must agree"
            )
        return cls(
            max_enis=whole if instance_wide else enis[default_card],
            ipv4_per_eni=_count(
                _member(network, "Ipv4AddressesPerInterface", info),
                f"{info}.Ipv4AddressesPerInterface",
                least=LEAST_ADDRESSES,
            ),
            cards=cards,
            default_card=default_card,
            hypervisor=_hypervisor(
                # The daemon, too, reads an empty text as unknown.
                _member(entry, "Hypervisor", here, absent="unknown") or "unknown",
                f"{here}: Hypervisor",
            ),
            bare_metal=_flag(_member(entry, "BareMetal", here), f"{here}: BareMetal"),
            instance_type=name,
        )


@frozen(kw_only=True)
class Provenance:
    """Where the limits of a catalogue come from."""

    source: str
    """Name and version of the upstream table."""
    sha256: str
    """Checksum of the file that the bundled one was made from, in hexadecimal."""
    count: int
    """Types in that file."""
    extensions: tuple[str, ...] = ()
    """Origins of the DescribeInstanceTypes answers laid over it, first to last."""


class UnknownTypeError(InputError):
    """An instance type that is not in the table."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"{problem}; a type newer than the table can be added from {_DESCRIBE}")
        self.problem = problem
        """Without the remedy, for those who have another one."""


@frozen(eq=False)
class Catalogue:
    """Instance limits by type name. Iteration gives the names in order, as `types` does."""

    provenance: Provenance
    _limits: Mapping[str, InstanceLimits] = field(repr=False)

    @staticmethod
    def bundled() -> "Catalogue":
        """The 1391 types that amazon-vpc-cni-k8s v1.23.1 knows; read once, on first use."""
        return _bundled()

    @rule(
        "R1",
        "Instance limits are looked up by type in a static table: ENIs, IPv4 addresses per ENI, "
        "network cards, hypervisor, bare metal. The ENI limit is that of the default card alone.",
        source="vpc:23-39",
        kind=Kind.FACT,
    )
    def get(self, instance_type: str) -> InstanceLimits:
        """The limits of a type.

        Raises:
            InputError: The type is unknown; the message names those spelled most like it.
        """
        found = self._limits.get(instance_type)
        if found is None:
            raise UnknownTypeError(self._unknown(instance_type))
        return found

    def types(self) -> tuple[str, ...]:
        """All type names, in order."""
        return tuple(self._limits)

    def extended(
        self, describe_output_text: str, origin: str, *, instance_wide: bool = False
    ) -> "Catalogue":
        """This catalogue with the types of an EC2 DescribeInstanceTypes answer added or replaced.

        Args:
            describe_output_text: The JSON that `aws ec2 describe-instance-types` prints.
            origin: Name of its file, for messages and `provenance`.
            instance_wide: Read the ENI limit by R2 instead of R1, see
                `InstanceLimits.from_describe`.

        Raises:
            InputError: The text is not such JSON, lists no type, gives one type two different
                sets of limits, or lacks a value; the message says where.
        """
        added: dict[str, InstanceLimits] = {}
        for position, entry in enumerate(_described_types(describe_output_text, origin)):
            place = f"{origin}: InstanceTypes[{position}]"
            limits = InstanceLimits.from_describe(entry, instance_wide=instance_wide, place=place)
            name = str(limits.instance_type)
            if added.setdefault(name, limits) != limits:
                raise InputError(
                    f"{place} ({name}): the type is listed before with other limits; "
                    "keep one of the two"
                )
        return Catalogue(
            evolve(self.provenance, extensions=(*self.provenance.extensions, origin)),
            dict(sorted({**self._limits, **added}.items())),
        )

    def __len__(self) -> int:
        return len(self._limits)

    def __iter__(self) -> Iterator[str]:
        return iter(self._limits)

    def __contains__(self, instance_type: object) -> bool:
        return instance_type in self._limits

    def _unknown(self, instance_type: str) -> str:
        from difflib import get_close_matches  # only a failed look-up needs it

        near = get_close_matches(instance_type.strip().lower(), self._limits, n=3)
        known = f"the nearest are {', '.join(near)}" if near else "no known type is named like it"
        return f"unknown instance type {_shown(instance_type)}: {known}"


class _BundledFile(TypedDict):
    """`ipam_model/data/instance-limits.json`, as `tools.make_limits` writes it."""

    source: str
    sha256: str
    count: int
    columns: list[str]
    types: dict[str, tuple[int, int, int, Hypervisor, bool, list[tuple[int, int]]]]


@cache
def _bundled() -> Catalogue:
    from importlib.resources import files  # slow to import, and only needed here

    path = files("ipam_model").joinpath("data", "instance-limits.json")
    stored: _BundledFile = json.loads(path.read_text("utf-8"))
    if tuple(stored["columns"]) != COLUMNS or len(stored["types"]) != stored["count"]:
        raise ModelError("the bundled instance limits do not have the form this version reads")
    limits = {
        name: InstanceLimits(
            max_enis=max_enis,
            ipv4_per_eni=ipv4_per_eni,
            default_card=default_card,
            hypervisor=hypervisor,
            bare_metal=bare_metal,
            cards=tuple(CardLimits(index, enis) for index, enis in cards),
            instance_type=name,
        )
        for name, (max_enis, ipv4_per_eni, default_card, hypervisor, bare_metal, cards) in stored[
            "types"
        ].items()
    }
    provenance = Provenance(source=stored["source"], sha256=stored["sha256"], count=stored["count"])
    return Catalogue(provenance, limits)


def _described_types(text: str, origin: str) -> list[object]:
    """The elements of `InstanceTypes`."""
    try:
        document: object = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(
            f"{origin}: line {error.lineno}, column {error.colno}: not JSON ({error.msg}); "
            f"expected {_DESCRIBE}"
        ) from None
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, deep nesting
        raise InputError(
            f"{origin}: JSON beyond reason ({type(error).__name__}); expected {_DESCRIBE}"
        ) from None
    return _array(_member(document, "InstanceTypes", origin), f"{origin}: InstanceTypes")


def _described_cards(network: object, place: str) -> tuple[CardLimits, ...]:
    """The network cards of a DescribeInstanceTypes entry, by index."""
    cards: dict[int, CardLimits] = {}
    for position, entry in enumerate(
        _array(_member(network, "NetworkCards", place), f"{place}.NetworkCards")
    ):
        here = f"{place}.NetworkCards[{position}]"
        index = _count(
            _member(entry, "NetworkCardIndex", here), f"{here}.NetworkCardIndex", least=0
        )
        enis = _count(
            _member(entry, "MaximumNetworkInterfaces", here),
            f"{here}.MaximumNetworkInterfaces",
            least=LEAST_ENIS,
        )
        if index in cards:
            raise InputError(f"{here}.NetworkCardIndex is {index} again; each card has its own")
        cards[index] = CardLimits(index, enis)
    return tuple(cards[index] for index in sorted(cards))


def _member(value: object, key: str, place: str, *, absent: object = None) -> object:
    """`value[key]`, or `absent` (if given) where the key is missing."""
    if not isinstance(value, dict):
        raise InputError(
            f"{place} is {_shown(value)}; it must be an object with the key {key}, "
            f"as in {_DESCRIBE}"
        )
    if key in value:
        found: object = value[key]
        return found
    if absent is None:
        raise InputError(f"{place}: the key {key} is missing; expected {_DESCRIBE}")
    return absent


def _array(value: object, what: str) -> list[object]:
    if not isinstance(value, list) or not value:
        raise InputError(
            f"{what} is {_shown(value)}; it must be an array with at least one element"
        )
    return value


def _count(value: object, what: str, *, least: int, most: int = MOST) -> int:
    # bool is an int to Python, but True is no count.
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise InputError(
            f"{what} is {_shown(value)}; it must be a whole number from {least} to {most}"
        )
    return value


def _flag(value: object, what: str) -> bool:
    if not isinstance(value, bool):
        raise InputError(f"{what} is {_shown(value)}; it must be true or false")
    return value


def _hypervisor(value: object, what: str) -> Hypervisor:
    for known in HYPERVISORS:
        if value == known:
            return known
    raise InputError(f"{what} is {_shown(value)}; it must be one of {', '.join(HYPERVISORS)}")


def _type_name(value: object, what: str) -> str:
    if not isinstance(value, str) or not value or not _TYPE_CHARACTERS.issuperset(value):
        raise InputError(f"{what} is {_shown(value)}; it must be a name such as m5.large")
    return value


def _shown(value: object) -> str:
    """`value` for a message: one line, cut short if long."""
    return ascii(value) if isinstance(value, str) and len(value) < 40 else reprlib.repr(value)
