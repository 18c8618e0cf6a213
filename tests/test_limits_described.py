"""Limits read from what `aws ec2 describe-instance-types` prints."""

import copy
import json
from typing import Any

import pytest
from attrs import evolve

from ipam_model.limits import MOST, CardLimits, Catalogue, InstanceLimits
from tests.limits_refused import Json, refusal


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
