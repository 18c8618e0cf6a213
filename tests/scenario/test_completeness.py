"""Every field of a world reaches a scenario and comes back, or is refused: none gets lost."""

from collections.abc import Callable, Iterator
from typing import TypeVar, cast

import pytest
from attrs import evolve, fields

from ipam_model.arrivals import Arrivals, Arrived
from ipam_model.config import ALL_QUIRKS, Config, Quirk, Version, parse_settings_of
from ipam_model.ec2 import Departed, Ec2, Ec2Eni, Fault
from ipam_model.environment import Checkpoint, Veth
from ipam_model.errors import InputError
from ipam_model.limits import CardLimits, InstanceLimits
from ipam_model.requests import EniTags, Ownership, PodObject
from ipam_model.scenario.reading import parse_scenario
from ipam_model.scenario.recording import Recorder
from ipam_model.scenario.running import ScenarioRunner
from ipam_model.scenario.setup import world_of
from ipam_model.scenario.writing import write_scenario
from ipam_model.settings import parse_settings
from ipam_model.state import IPV6_BLOCK, Network, PodKey
from ipam_model.subnets import CidrSubnet, CounterSubnet, Subnet, SubnetTags
from ipam_model.world import Runner, World
from tests.rules.scenes import make_node
from tests.scenario.documents import DEFS

T = TypeVar("T")

KEY = PodKey("p1")
FIRST = 0x2001_0DB8_0000_0002 << 64
ENI = Ec2Eni(id="eni-1", primary=True, device=0, subnet="subnet-1", primary_address=0x0A010004)
MORE = Ec2Eni(id="eni-2", device=1, subnet="subnet-1", primary_address=0x0A010009)
LIMITS = InstanceLimits(
    max_enis=3,
    ipv4_per_eni=5,
    cards=(CardLimits(0, 3), CardLimits(1, 2)),
    hypervisor="nitro",
    bare_metal=False,
    instance_type=None,
)
COUNTER = CounterSubnet(id="subnet-1", free=500, next_address=9)
CIDR = CidrSubnet(id="subnet-1", network=Network(0x0A010000, 256)).take(
    (*ENI.networks(), *MORE.networks())
)
PLAIN = World(
    config=Config(settings=parse_settings({"ENABLE_IPv4": "true"}).settings, limits=LIMITS),
    ec2=Ec2(limits=LIMITS, enis=(ENI, MORE), subnets=(COUNTER,), next_eni=3),
    max_pods=9,
)

BEGAN = "before the daemon's first start"
REFUSED = {
    "World.node": BEGAN,
    "World.checkpoints": BEGAN,
    "World.veths": BEGAN,
    "World.sandboxes": BEGAN,
    "Ec2.leaked": BEGAN,
    "Ec2.departed": BEGAN,
    "Arrivals.recent": BEGAN,
}
"""What a scenario does not describe: it comes about by events."""

CHANGES: dict[str, object] = {
    "World.node": make_node(),
    "World.checkpoints": ((0, Checkpoint()),),
    "World.veths": frozenset({Veth(KEY, "p1")}),
    "World.sandboxes": frozenset({(KEY, 5)}),
    "World.gone_pods": frozenset({KEY, PodKey("p2", "net", "eth1")}),
    "World.branch_pods": ((KEY, PodObject(True, FIRST)), (PodKey("p2"), PodObject(True))),
    "World.cordoned": True,
    "World.eni_config_subnet": "subnet-1",
    "World.max_pods": 10,
    "World.now": 77,
    "Config.settings": parse_settings({"ENABLE_IPv6": "true", "WARM_ENI_TARGET": "2"}).settings,
    "Config.trunk_compatible": False,
    "Config.quirks": ALL_QUIRKS - {Quirk.IPV6_NEVER_SUBTRACTED},
    "Ec2.leaked": (MORE,),
    "Ec2.departed": (Departed("eni-1", Network(5, 1), 0),),
    "Ec2.imds_lag": 5,
    "Ec2.faults": (Fault("TagENI", "X", 2), Fault("FreeENI", "Y", 1, 1)),
    "Ec2.next_eni": 9,
    "Ec2.next_ipv6": 9,
    "Ec2.enforce_limits": False,
    "Arrivals.eni_lag": 5,
    "Arrivals.address_lag": 5,
    "Arrivals.recent": (Arrived("eni-1", None, 0),),
    "Ec2Eni.id": "eni-x",
    "Ec2Eni.device": 2,
    "Ec2Eni.card": 1,
    "Ec2Eni.primary_address": 0x0A010008,
    "Ec2Eni.addresses": (0x0A010005, 0x0A010006),
    "Ec2Eni.prefixes": (Network(0x0A020000, 16),),
    "Ec2Eni.tags": EniTags("x", Ownership.OTHER),
    "Ec2Eni.trunk": True,
    "Ec2Eni.efa": True,
    "Ec2Eni.efa_only": True,
    "Ec2Eni.primary_ipv6": FIRST,
    "Ec2Eni.ipv6_prefixes": (Network(FIRST, IPV6_BLOCK), Network(FIRST + IPV6_BLOCK, IPV6_BLOCK)),
    "CounterSubnet.free": 7,
    "CounterSubnet.tags": SubnetTags(role="0", clusters=frozenset({"c"})),
    "CounterSubnet.listed": False,
    "CounterSubnet.first": 0x0A010001,
    "CounterSubnet.next_address": 20,
    "CounterSubnet.next_prefix": 3,
    "CounterSubnet.returned": (Network(0x0A010007, 1),),
    "CounterSubnet.reissue": True,
    "CidrSubnet.network": Network(0x0A010000, 512),
    "CidrSubnet.taken": CIDR.taken | {0x0A010020, 0x0A010021},
    "CidrSubnet.tags": SubnetTags(role="1"),
    "CidrSubnet.listed": False,
    "InstanceLimits.max_enis": 2,
    "InstanceLimits.ipv4_per_eni": 6,
    "InstanceLimits.cards": (CardLimits(0, 3), CardLimits(2, 3)),
    "InstanceLimits.hypervisor": "xen",
    "InstanceLimits.bare_metal": True,
    "InstanceLimits.instance_type": "x9.large",
}
"""Another value for every field."""

ELSEWHERE = {
    "World.config": "field by field",
    "World.ec2": "field by field",
    "Config.limits": "as EC2 has them",
    "Config.block": "with that of EC2",
    "Config.version": "test_every_version_can_be_named",
    "Ec2.limits": "field by field",
    "Ec2.enis": "field by field",
    "Ec2.subnets": "field by field",
    "Ec2.arrivals": "field by field",
    "Ec2.block": "test_blocks_of_another_size",
    "Ec2Eni.primary": "one and only one of the ENIs is",
    "Ec2Eni.subnet": "test_a_second_subnet",
    "CounterSubnet.id": "test_a_second_subnet",
    "CidrSubnet.id": "test_a_second_subnet",
    "InstanceLimits.default_card": "test_a_primary_eni_on_another_card",
}
"""Fields that cannot change alone, and where they are looked at."""


def names() -> Iterator[str]:
    """All fields, derived ones left out."""
    records = (World, Config, Ec2, Arrivals, Ec2Eni, CounterSubnet, CidrSubnet, InstanceLimits)
    for record in records:
        yield from (f"{record.__name__}.{each.name}" for each in fields(record) if each.init)


def test_the_tables_know_every_field() -> None:
    """A new field of the model needs a place in a scenario, or a refusal."""
    assert CHANGES.keys().isdisjoint(ELSEWHERE)
    assert sorted(names()) == sorted([*CHANGES, *ELSEWHERE])


def changed(name: str) -> World:
    """The plain world with another value of one field."""
    record, ec2 = name.split(".", maxsplit=1)[0], PLAIN.ec2
    match record:
        case "World":
            return with_other(PLAIN, name)
        case "Config":
            return evolve(PLAIN, config=with_other(PLAIN.config, name))
        case "InstanceLimits":
            limits = with_other(LIMITS, name)
            config = evolve(PLAIN.config, limits=limits)
            return evolve(PLAIN, config=config, ec2=evolve(ec2, limits=limits))
        case "Ec2":
            ec2 = with_other(ec2, name)
        case "Arrivals":
            ec2 = evolve(ec2, arrivals=with_other(ec2.arrivals, name))
        case "Ec2Eni":
            ec2 = evolve(ec2, enis=(ENI, with_other(MORE, name)))
        case "CounterSubnet":
            ec2 = evolve(ec2, subnets=(with_other(COUNTER, name),))
        case _:
            ec2 = evolve(ec2, subnets=(with_other(CIDR, name),))
    return evolve(PLAIN, ec2=ec2)


def with_other(record: T, name: str) -> T:
    """A record with another value of one field."""
    evolved = cast(Callable[..., T], evolve)
    other = evolved(record, **{name.split(".")[1]: CHANGES[name]})
    assert other != record
    return other


class Recorded(Recorder, Runner):
    """Any run, recorded."""


def replayed(world: World) -> World:
    """Through a document's text and back."""
    recorded = Recorded(world).scenario()
    found, _ = parse_scenario(write_scenario(recorded))
    runner = ScenarioRunner(world_of(found.node, found.ec2))
    list(runner.steps(found.events))
    return runner.world


@pytest.mark.parametrize("name", [name for name in CHANGES if name not in REFUSED])
def test_every_field_comes_back(name: str) -> None:
    world = changed(name)
    assert replayed(world) == world


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_described_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=REFUSED[name]):
        replayed(changed(name))


def test_the_refusal_names_what_has_no_place() -> None:
    mixed = evolve(PLAIN, ec2=evolve(PLAIN.ec2, block=4))
    with pytest.raises(InputError, match=r"cannot describe this world's config\.block"):
        replayed(mixed)


def test_blocks_of_another_size() -> None:
    config = evolve(PLAIN.config, block=4)
    world = evolve(PLAIN, config=config, ec2=evolve(PLAIN.ec2, block=4))
    assert replayed(world) == world


@pytest.mark.parametrize(
    "second",
    [
        CounterSubnet(id="subnet-2", free=9, first=0x0B010004),
        CidrSubnet(id="subnet-2", network=Network(0x0B010000, 64)),
    ],
)
def test_a_second_subnet(second: Subnet) -> None:
    moved = evolve(MORE, subnet="subnet-2", primary_address=0x0B010004)
    ec2 = evolve(PLAIN.ec2, subnets=(COUNTER, second.take(moved.networks())), enis=(ENI, moved))
    assert replayed(evolve(PLAIN, ec2=ec2)) == evolve(PLAIN, ec2=ec2)


def test_a_primary_eni_on_another_card() -> None:
    limits = evolve(LIMITS, default_card=1)
    ec2 = evolve(PLAIN.ec2, limits=limits, enis=(evolve(ENI, card=1), MORE))
    world = evolve(PLAIN, config=evolve(PLAIN.config, limits=limits), ec2=ec2)
    assert replayed(world) == world


# -- values --------------------------------------------------------------------------------------


@pytest.mark.parametrize("quirk", Quirk)
def test_every_quirk_can_be_switched_off(quirk: Quirk) -> None:
    world = evolve(PLAIN, config=evolve(PLAIN.config, quirks=ALL_QUIRKS - {quirk}))
    assert replayed(world) == world


@pytest.mark.parametrize("version", Version)
def test_every_version_can_be_named(version: Version) -> None:
    settings = parse_settings_of(version, {"WARM_ENI_TARGET": "2"}).settings
    config = evolve(PLAIN.config, version=version, settings=settings)
    world = evolve(PLAIN, config=config)
    assert replayed(world) == world
    assert version.value in DEFS["node"]["properties"]["version"]["enum"]
