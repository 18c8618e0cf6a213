import copy
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from attrs import evolve
from attrs.exceptions import FrozenInstanceError

from ipam_model.errors import InputError
from ipam_model.limits import MOST, CardLimits, Catalogue, Hypervisor, InstanceLimits
from tests.shared import ROOT, shared_dir
from tools.make_limits import render

Json: TypeAlias = dict[str, Any]  # what a test cuts up and breaks on purpose

BUNDLED = ROOT / "ipam_model" / "data" / "instance-limits.json"


def source_file() -> Path:
    return shared_dir() / "data" / "instance-limits.json"


def described(name: str = "m9.large", *, cards: tuple[int, ...] = (3,), default: int = 0) -> Json:
    """One type as EC2 describes it, with a few of the keys that do not matter here."""
    return {
        "InstanceType": name,
        "CurrentGeneration": True,
        "Hypervisor": "nitro",
        "BareMetal": False,
        "VCpuInfo": {"DefaultVCpus": 2},
        "NetworkInfo": {
            "NetworkPerformance": "Up to 10 Gigabit",
            "MaximumNetworkInterfaces": sum(cards),
            "MaximumNetworkCards": len(cards),
            "DefaultNetworkCardIndex": default,
            "NetworkCards": [
                {"NetworkCardIndex": index, "MaximumNetworkInterfaces": enis}
                for index, enis in enumerate(cards)
            ],
            "Ipv4AddressesPerInterface": 10,
            "Ipv6AddressesPerInterface": 10,
        },
    }


def answer(*entries: Json) -> str:
    return json.dumps({"InstanceTypes": entries})


def refusal(act: Callable[[], object]) -> str:
    """The message of the refusal: one line that any terminal can show."""
    with pytest.raises(InputError) as caught:
        act()
    message = str(caught.value)
    assert message.isascii()
    assert message.isprintable()
    assert len(message) < 400
    return message


# The table


@pytest.mark.parametrize(
    ("instance_type", "max_enis", "ipv4_per_eni", "cards"),
    [
        ("t3.small", 3, 4, 1),
        ("t3.medium", 3, 6, 1),
        ("m5.large", 3, 10, 1),
        ("m5.xlarge", 4, 15, 1),
        ("m4.4xlarge", 8, 30, 1),
        ("c5.4xlarge", 8, 30, 1),
        ("p3dn.24xlarge", 15, 50, 1),
        ("p4d.24xlarge", 15, 50, 4),
        ("p5.48xlarge", 2, 50, 32),
    ],
)
def test_R1_rows_of_the_table(
    instance_type: str, max_enis: int, ipv4_per_eni: int, cards: int
) -> None:
    limits = Catalogue.bundled().get(instance_type)
    assert (limits.max_enis, limits.ipv4_per_eni) == (max_enis, ipv4_per_eni)
    assert [card.index for card in limits.cards] == list(range(cards))
    assert limits.instance_type == instance_type


@pytest.mark.parametrize(
    ("instance_type", "hypervisor", "bare_metal"),
    [
        ("m5.large", "nitro", False),
        ("m3.2xlarge", "xen", False),
        ("m5.metal", "unknown", True),
        ("c7g.metal", "nitro", True),  # the only bare metal type listed with a hypervisor
        ("cr1.8xlarge", "unknown", False),  # listed by hand upstream, neither nitro nor bare metal
    ],
)
def test_R1_hypervisor_and_bare_metal(
    instance_type: str, hypervisor: Hypervisor, bare_metal: bool
) -> None:
    limits = Catalogue.bundled().get(instance_type)
    assert (limits.hypervisor, limits.bare_metal) == (hypervisor, bare_metal)


def test_R1_the_eni_limit_is_that_of_the_default_card() -> None:
    catalogue = Catalogue.bundled()
    for limits in map(catalogue.get, catalogue):
        by_index = {card.index: card.max_enis for card in limits.cards}
        assert limits.max_enis == by_index[limits.default_card], limits


def test_R1_extremes_of_the_table() -> None:
    catalogue = Catalogue.bundled()
    everything = [catalogue.get(name) for name in catalogue]
    assert {limits.instance_type for limits in everything if limits.max_enis == 1} == {
        "hpc6id.32xlarge"
    }
    assert min(limits.ipv4_per_eni for limits in everything) == 2
    assert max(limits.max_enis for limits in everything) == 24
    assert max(limits.ipv4_per_eni for limits in everything) == 64
    assert sum(len(limits.cards) > 1 for limits in everything) == 67


def test_the_catalogue_holds_all_types_once_and_in_order() -> None:
    catalogue = Catalogue.bundled()
    assert len(catalogue) == catalogue.provenance.count == 1391
    assert catalogue.types() == tuple(catalogue) == tuple(sorted(catalogue))
    assert "m5.large" in catalogue
    assert "m5.lrage" not in catalogue
    assert Catalogue.bundled() is catalogue


def test_limits_are_values() -> None:
    limits = Catalogue.bundled().get("p4d.24xlarge")
    assert hash(limits) == hash(evolve(limits))
    with pytest.raises(FrozenInstanceError):
        limits.max_enis = 3  # type: ignore[misc]  # what the test is about


def test_unknown_type_names_the_nearest() -> None:
    message = refusal(lambda: Catalogue.bundled().get("m5.lrage"))
    assert message.startswith("unknown instance type 'm5.lrage': the nearest are m5.large, ")
    assert "describe-instance-types" in message


@pytest.mark.parametrize("name", ["M5.LARGE", " m5.large\n"])
def test_unknown_type_spelled_with_capitals_or_spaces(name: str) -> None:
    assert "nearest are m5.large, " in refusal(lambda: Catalogue.bundled().get(name))


@pytest.mark.parametrize("name", ["", "\n", "\udc80", "é", "zz\n" * 50_000])
def test_unknown_type_unlike_any(name: str) -> None:
    assert "no known type is named like it" in refusal(lambda: Catalogue.bundled().get(name))


# The bundled file


def test_the_bundled_file_says_what_it_was_made_from() -> None:
    assert (
        Catalogue.bundled().provenance.sha256
        == hashlib.sha256(source_file().read_bytes()).hexdigest()
    )


def test_the_bundled_limits_equal_their_source() -> None:
    catalogue = Catalogue.bundled()
    source: Json = json.loads(source_file().read_text("utf-8"))
    assert catalogue.provenance.source == source["source"]
    assert set(catalogue) == set(source["types"])
    for name, expected in source["types"].items():
        assert catalogue.get(name) == InstanceLimits(
            max_enis=expected["max_enis"],
            ipv4_per_eni=expected["ipv4_per_eni"],
            cards=tuple(CardLimits(card["index"], card["max_enis"]) for card in expected["cards"]),
            default_card=expected["default_card"],
            hypervisor=expected["hypervisor"],
            bare_metal=expected["bare_metal"],
            instance_type=name,
        )


def test_making_the_bundled_file_again_gives_the_same_bytes(tmp_path: Path) -> None:
    made = tmp_path / "made.json"
    subprocess.run(
        [sys.executable, "-m", "tools.make_limits", str(source_file()), "--output", str(made)],
        check=True,
        cwd=ROOT,
        timeout=60,
    )
    assert made.read_bytes() == BUNDLED.read_bytes()


def test_the_bundled_file_has_one_line_per_type() -> None:
    lines = BUNDLED.read_text("utf-8").splitlines()
    assert sum(line.startswith('"m5.large":') for line in lines) == 1
    assert len(lines) == 1 + 4 + 1 + 1391 + 2


def small_source(**changes: object) -> bytes:
    row: Json = {
        "bare_metal": False,
        "cards": [{"index": 0, "max_enis": 3}],
        "default_card": 0,
        "hypervisor": "nitro",
        "ipv4_per_eni": 10,
        "max_enis": 3,
    }
    return json.dumps({"source": "here", "types": {"b.x": row, "a.x": row | changes}}).encode()


def test_the_order_of_the_source_does_not_matter() -> None:
    cards = [{"index": 0, "max_enis": 3}, {"index": 1, "max_enis": 4}]
    made = [render(small_source(cards=order)) for order in (cards, cards[::-1])]
    bodies = [text.split('"columns"')[1] for text in made]  # what precedes holds the checksum
    assert bodies[0] == bodies[1]
    assert bodies[0].index('"a.x":[') < bodies[0].index('"b.x":[')
    assert json.loads(made[0])["types"]["a.x"][-1] == [[0, 3], [1, 4]]


@pytest.mark.parametrize(
    "changes",
    [{"ipv6_per_eni": 10}, {"cards": [{"index": 0, "max_enis": 3, "speed": 1}]}],
    ids=["of a type", "of a card"],
)
def test_a_new_key_in_the_source_is_not_lost_silently(changes: Json) -> None:
    with pytest.raises(ValueError, match=r"a\.x has the keys"):
        render(small_source(**changes))


def test_the_bundled_file_is_read_on_first_use_only() -> None:
    program = f"""
import sys
opened = []
sys.addaudithook(lambda event, details: opened.append(str(details[0])) if event == "open" else None)
from ipam_model.limits import Catalogue
assert {BUNDLED.name!r} not in " ".join(opened), "read at import"
Catalogue.bundled()
assert {BUNDLED.name!r} in " ".join(opened), "the hook sees nothing"
"""
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT, timeout=60)


# Made-up limits


def test_simple_limits_are_one_nitro_card() -> None:
    assert InstanceLimits.simple(3, 10) == InstanceLimits(
        max_enis=3,
        ipv4_per_eni=10,
        cards=(CardLimits(0, 3),),
        default_card=0,
        hypervisor="nitro",
        bare_metal=False,
        instance_type=None,
    )


@pytest.mark.parametrize(("enis", "addresses"), [(1, 2), (MOST, MOST)])
def test_simple_limits_at_the_ends_of_their_ranges(enis: int, addresses: int) -> None:
    limits = InstanceLimits.simple(enis, addresses)
    assert (limits.max_enis, limits.ipv4_per_eni) == (enis, addresses)


@pytest.mark.parametrize("enis", [0, -1, MOST + 1, 10**3000, True, 2.0, "3", None])
def test_simple_limits_refuse_absurd_enis(enis: int) -> None:  # the type is not checked
    assert f"whole number from 1 to {MOST}" in refusal(lambda: InstanceLimits.simple(enis, 10))


@pytest.mark.parametrize("addresses", [1, 0, -1, MOST + 1, 10**3000, True, 2.0, "3", None])
def test_simple_limits_refuse_absurd_addresses(addresses: int) -> None:  # nor here
    message = refusal(lambda: InstanceLimits.simple(3, addresses))
    assert message.startswith("ipv4_per_eni is ")
    assert f"whole number from 2 to {MOST}" in message


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"max_enis": 0}, "max_enis is 0"),
        ({"cards": ()}, "default network card is 0"),
        ({"cards": (CardLimits(1, 3),)}, "default network card is 0"),
        ({"default_card": 1}, "default network card is 1"),
        ({"cards": (CardLimits(0, 3), CardLimits(0, 3))}, "indices [0, 0]"),
        ({"cards": (CardLimits(1, 3), CardLimits(0, 3))}, "indices [1, 0]"),
        ({"hypervisor": "kvm"}, "hypervisor is 'kvm'"),
    ],
)
def test_limits_that_do_not_fit_together_are_refused(changes: Json, says: str) -> None:
    assert says in refusal(lambda: evolve(InstanceLimits.simple(3, 10), **changes))


@pytest.mark.parametrize(("index", "enis"), [(-1, 3), (0, 0), (0, MOST + 1)])
def test_cards_out_of_range_are_refused(index: int, enis: int) -> None:
    assert "network card" in refusal(lambda: CardLimits(index, enis))


# What EC2 describes


def test_R1_describe_gives_the_limits_of_the_default_card() -> None:
    limits = InstanceLimits.from_describe(described("p9.large", cards=(4, 7, 5), default=1))
    assert limits == InstanceLimits(
        max_enis=7,
        ipv4_per_eni=10,
        cards=(CardLimits(0, 4), CardLimits(1, 7), CardLimits(2, 5)),
        default_card=1,
        hypervisor="nitro",
        bare_metal=False,
        instance_type="p9.large",
    )


def test_R1_cards_are_told_by_index_not_by_position() -> None:
    entry = described(cards=(4, 7), default=1)
    entry["NetworkInfo"]["NetworkCards"].reverse()
    limits = InstanceLimits.from_describe(entry)
    assert limits.max_enis == 7
    assert limits.cards == (CardLimits(0, 4), CardLimits(1, 7))


def test_R2_the_daemon_takes_the_interfaces_of_the_whole_instance() -> None:
    entry = described(cards=(4, 7, 5), default=1)
    at_run_time = InstanceLimits.from_describe(entry, instance_wide=True)
    assert at_run_time.max_enis == 16
    assert evolve(at_run_time, max_enis=7) == InstanceLimits.from_describe(entry)


def test_R2_agrees_with_R1_on_a_single_card() -> None:
    entry = described()
    assert InstanceLimits.from_describe(entry, instance_wide=True) == (
        InstanceLimits.from_describe(entry)
    )


@pytest.mark.parametrize("key", ["MaximumNetworkInterfaces", "Ipv4AddressesPerInterface"])
@pytest.mark.parametrize("instance_wide", [False, True])
def test_R2_a_zero_limit_is_refused(key: str, instance_wide: bool) -> None:
    entry = described()
    entry["NetworkInfo"][key] = 0
    message = refusal(lambda: InstanceLimits.from_describe(entry, instance_wide=instance_wide))
    assert f"(m9.large): NetworkInfo.{key} is 0; it must be a whole number from " in message


def test_absent_hypervisor_is_unknown() -> None:
    entry = described("m9.metal") | {"BareMetal": True}
    del entry["Hypervisor"]
    limits = InstanceLimits.from_describe(entry)
    assert (limits.hypervisor, limits.bare_metal) == ("unknown", True)
    assert InstanceLimits.from_describe(entry | {"Hypervisor": ""}).hypervisor == "unknown"
    assert InstanceLimits.from_describe(entry | {"Hypervisor": "xen"}).hypervisor == "xen"


def test_absent_default_card_is_card_0() -> None:
    entry = described(cards=(4, 7), default=1)
    del entry["NetworkInfo"]["DefaultNetworkCardIndex"]
    limits = InstanceLimits.from_describe(entry)
    assert (limits.default_card, limits.max_enis) == (0, 4)


NETWORK = ("NetworkInfo",)
CARD = ("NetworkInfo", "NetworkCards", 0)


def broken(*, at: tuple[str | int, ...], value: object = None, remove: bool = False) -> Json:
    """A good entry with one value replaced or removed."""
    entry = copy.deepcopy(described(cards=(3, 3)))
    target: Any = entry
    for step in at[:-1]:
        target = target[step]
    if remove:
        del target[at[-1]]
    else:
        target[at[-1]] = value
    return entry


@pytest.mark.parametrize(
    ("at", "place"),
    [
        (("InstanceType",), "InstanceTypes[0]: the key InstanceType"),
        (("NetworkInfo",), "(m9.large): the key NetworkInfo"),
        (("BareMetal",), "(m9.large): the key BareMetal"),
        ((*NETWORK, "MaximumNetworkInterfaces"), "NetworkInfo: the key MaximumNetworkInterfaces"),
        ((*NETWORK, "Ipv4AddressesPerInterface"), "NetworkInfo: the key Ipv4AddressesPerInterface"),
        ((*NETWORK, "NetworkCards"), "NetworkInfo: the key NetworkCards"),
        ((*CARD, "NetworkCardIndex"), "NetworkCards[0]: the key NetworkCardIndex"),
        ((*CARD, "MaximumNetworkInterfaces"), "NetworkCards[0]: the key MaximumNetworkInterfaces"),
    ],
)
def test_missing_key_is_named_with_its_place(at: tuple[str | int, ...], place: str) -> None:
    text = answer(broken(at=at, remove=True))
    message = refusal(lambda: Catalogue.bundled().extended(text, "new.json"))
    assert message.startswith("new.json: InstanceTypes[0]")
    assert place in message
    assert "is missing; expected what " in message


@pytest.mark.parametrize(
    ("at", "value", "says"),
    [
        (("InstanceType",), 5, "InstanceType is 5; it must be a name"),
        (("InstanceType",), "", "InstanceType is ''; it must be a name"),
        (("InstanceType",), "m5\nlarge", "InstanceType is 'm5\\nlarge'; it must be a name"),
        (("BareMetal",), "false", "BareMetal is 'false'; it must be true or false"),
        (("BareMetal",), 0, "BareMetal is 0; it must be true or false"),
        (("Hypervisor",), "kvm", "Hypervisor is 'kvm'; it must be one of nitro, xen, unknown"),
        (NETWORK, [], "(m9.large): NetworkInfo is []; it must be an object"),
        ((*NETWORK, "NetworkCards"), [], "NetworkCards is []; it must be an array"),
        ((*NETWORK, "NetworkCards"), {}, "NetworkCards is {}; it must be an array"),
        ((*NETWORK, "DefaultNetworkCardIndex"), 2, "it must be one of the cards, [0, 1]"),
        ((*NETWORK, "DefaultNetworkCardIndex"), -1, "whole number from 0"),
        ((*NETWORK, "DefaultNetworkCardIndex"), None, "whole number from 0"),
        ((*NETWORK, "MaximumNetworkInterfaces"), 0, "whole number from 1"),
        ((*NETWORK, "MaximumNetworkInterfaces"), 3.0, "is 3.0; it must be a whole number"),
        ((*NETWORK, "MaximumNetworkInterfaces"), True, "is True; it must be a whole number"),
        ((*NETWORK, "Ipv4AddressesPerInterface"), "10", "is '10'; it must be a whole number"),
        ((*NETWORK, "Ipv4AddressesPerInterface"), 1, "whole number from 2"),
        ((*NETWORK, "Ipv4AddressesPerInterface"), MOST + 1, f"to {MOST}"),
        (CARD, 7, "NetworkCards[0] is 7; it must be an object"),
        ((*CARD, "MaximumNetworkInterfaces"), 0, "whole number from 1"),
        ((*CARD, "NetworkCardIndex"), 1, "NetworkCards[1].NetworkCardIndex is 1 again"),
    ],
)
def test_bad_value_is_shown_with_its_place(
    at: tuple[str | int, ...], value: object, says: str
) -> None:
    text = answer(broken(at=at, value=value))
    message = refusal(lambda: Catalogue.bundled().extended(text, "new.json"))
    assert message.startswith("new.json: InstanceTypes[0]")
    assert says in message


def test_single_card_must_agree_with_the_instance() -> None:
    entry = described(cards=(3,))
    entry["NetworkInfo"]["MaximumNetworkInterfaces"] = 4
    message = refusal(lambda: InstanceLimits.from_describe(entry))
    assert "is 4 but the only card has 3; the two must agree" in message


def test_the_bad_one_of_several_types_is_named() -> None:
    bad = described("m9.xlarge")
    del bad["NetworkInfo"]
    text = answer(described(), bad)
    message = refusal(lambda: Catalogue.bundled().extended(text, "new.json"))
    assert message.startswith("new.json: InstanceTypes[1] (m9.xlarge): the key NetworkInfo")


# Extension and override


def test_extension_adds_and_replaces_types() -> None:
    bundled = Catalogue.bundled()
    other = described("m5.large", cards=(9,))
    catalogue = bundled.extended(answer(described("m9.large"), other), "new.json")
    assert len(catalogue) == len(bundled) + 1
    assert catalogue.get("m9.large").max_enis == 3
    assert catalogue.get("m5.large").max_enis == 9
    assert catalogue.get("t3.small") == bundled.get("t3.small")
    assert catalogue.types() == tuple(sorted({*bundled, "m9.large"}))
    assert bundled.get("m5.large").max_enis == 3
    assert "m9.large" not in bundled


def test_extension_is_part_of_the_provenance() -> None:
    bundled = Catalogue.bundled()
    first = bundled.extended(answer(described("m9.large")), "first.json")
    second = first.extended(answer(described("m9.large", cards=(5,))), "second.json")
    assert second.provenance == evolve(bundled.provenance, extensions=("first.json", "second.json"))
    assert second.get("m9.large").max_enis == 5
    assert bundled.provenance.extensions == ()


def test_R2_extension_can_read_the_whole_instance() -> None:
    text = answer(described("p9.large", cards=(2,) * 32))
    catalogue = Catalogue.bundled()
    assert catalogue.extended(text, "new.json").get("p9.large").max_enis == 2
    whole = catalogue.extended(text, "new.json", instance_wide=True).get("p9.large")
    assert (whole.max_enis, len(whole.cards)) == (64, 32)


def test_R1_bundled_multi_card_type_survives_a_round_trip() -> None:
    bundled = Catalogue.bundled().get("p4d.24xlarge")
    entry = described(bundled.instance_type or "", cards=(15, 15, 15, 15))
    entry["NetworkInfo"]["Ipv4AddressesPerInterface"] = 50
    assert Catalogue.bundled().extended(answer(entry), "x").get("p4d.24xlarge") == bundled


def test_new_types_are_among_the_nearest_names() -> None:
    catalogue = Catalogue.bundled().extended(answer(described("zz9.large")), "new.json")
    assert "zz9.large" in refusal(lambda: catalogue.get("zz9.lagre"))


def test_type_listed_twice() -> None:
    catalogue = Catalogue.bundled()
    same = answer(described("m9.large"), described("m9.large"))
    assert catalogue.extended(same, "new.json").get("m9.large").max_enis == 3
    different = answer(described("m9.large"), described("m9.large", cards=(4,)))
    message = refusal(lambda: catalogue.extended(different, "new.json"))
    assert message.startswith("new.json: InstanceTypes[1] (m9.large): the type is listed before")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "line 1, column 1: not JSON"),
        ('{"InstanceTypes": [\n  {,', "line 2, column 4: not JSON"),
        (answer(described())[:-9], "not JSON"),
        ("\0\1\2", "not JSON"),
        ("\ufeff{}", "not JSON"),
        ("[" * 1_000_000, "beyond reason (RecursionError)"),
        (f'{{"InstanceTypes": {"9" * 5000}}}', "beyond reason (ValueError)"),
        ("[]", "new.json is []; it must be an object with the key InstanceTypes"),
        ("null", "new.json is None; it must be an object"),
        ("{}", "the key InstanceTypes is missing"),
        ('{"InstanceTypes": {}}', "InstanceTypes is {}; it must be an array"),
        ('{"InstanceTypes": []}', "InstanceTypes is []; it must be an array with at least one"),
        ('{"InstanceTypes": [3]}', "InstanceTypes[0] is 3; it must be an object"),
    ],
    ids=lambda value: ascii(value[:12]),
)
def test_text_that_is_no_describe_output(text: str, says: str) -> None:
    message = refusal(lambda: Catalogue.bundled().extended(text, "new.json"))
    assert message.startswith("new.json")
    assert says in message
