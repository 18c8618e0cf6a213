import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from attrs import evolve
from attrs.exceptions import FrozenInstanceError

from ipam_model.limits import MOST, CardLimits, Catalogue, Hypervisor, InstanceLimits
from tests.limits_refused import Json, refusal
from tests.shared import ROOT, shared_dir
from tools.make_limits import render

BUNDLED = ROOT / "ipam_model" / "data" / "instance-limits.json"


def source_file() -> Path:
    return shared_dir() / "data" / "instance-limits.json"


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
