"""What a node can hold, beside what it holds in the reference model once pods waited long enough.

The numbers are sums over cards; the runs know nothing of them.
"""

from collections.abc import Iterator
from itertools import product

import pytest
from attrs import evolve

from ipam_model.bounds import bound
from ipam_model.bounds.answer import Question
from ipam_model.bounds.subject import subject
from ipam_model.cards import ManagedCard, managed_cards, most_attached, most_pods
from ipam_model.config import Version
from ipam_model.daemon.init import Exited
from ipam_model.limits import CardLimits, Catalogue, InstanceLimits
from ipam_model.linting import lint
from ipam_model.linting.subject import subject_of
from ipam_model.nodes import NodeSetup
from ipam_model.state import Pod, PodKey
from ipam_model.trunking import may_have_trunk
from ipam_model.world import Runner

CUSTOM = "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG"
SWITCHES = ("ENABLE_MULTI_NIC", "ENABLE_POD_ENI", CUSTOM)
PATIENCE = 16
"""Passes of the loop without a new address after which a pod gets none: with ENIs that EC2 refuses
the daemon tries each pass anew."""


def limits(enis: int, *cards: int, default: int = 0, addresses: int = 3) -> InstanceLimits:
    """K before MAX_ENI, and what EC2 attaches to each card."""
    return InstanceLimits(
        max_enis=enis,
        ipv4_per_eni=addresses,
        cards=tuple(CardLimits(index, each) for index, each in enumerate(cards)),
        default_card=default,
        hypervisor="nitro",
        bare_metal=False,
        instance_type=None,
    )


def described(
    of: InstanceLimits, *switches: str, version: Version = Version.V1_23, **env: str
) -> NodeSetup:
    fixed = {"ENABLE_IPv4": "true", "WARM_IP_TARGET": "1", "IP_COOLDOWN_PERIOD": "0"}
    return NodeSetup(
        name="node",
        limits=of,
        env={**fixed, **dict.fromkeys(switches, "true"), **env},
        max_pods=100,
        version=version,
    ).with_eni_config()


def filled(node: NodeSetup) -> Runner | None:
    """The node after pods came until no further one got an address; `None`: the daemon exits."""
    runner = Runner(node.world())
    if isinstance(runner.start(), Exited):
        return None
    served = waited = 0
    while waited < PATIENCE:
        runner.add_pod(Pod(PodKey(f"p{served}"), f"ns/p{served}"))
        holding = sum(served_on(runner))
        waited = 0 if holding > served else waited + 1
        served = holding
        runner.loop_pass()
    return runner


def served_on(runner: Runner) -> list[int]:
    """Pods with an address, card by card."""
    assert runner.node is not None
    return [len(store.holdings) for store in runner.node.stores]


INSTANCES = {
    "one card": limits(3, 3),
    "one ENI": limits(1, 1),
    "two cards": limits(2, 2, 2),
    "a larger other card": limits(2, 2, 3),
    "a smaller other card": limits(3, 3, 2),
    "single ENIs": limits(1, 1, 1),
    "K of the whole instance (R2)": limits(4, 2, 2),
    "K of the whole instance (R2), uneven": limits(4, 1, 3),
    "the primary ENI on card 1": limits(3, 2, 3, default=1),
    "the primary ENI alone on card 1": limits(1, 1, 1, default=1),
}


def nodes() -> Iterator[tuple[str, NodeSetup]]:
    for (name, of), on in product(INSTANCES.items(), product((False, True), repeat=3)):
        switches = [switch for switch, wanted in zip(SWITCHES, on, strict=True) if wanted]
        for max_eni in ("0", "1", "2"):
            told = " ".join((name, *switches, f"MAX_ENI={max_eni}"))
            yield told, described(of, *switches, MAX_ENI=max_eni)
    prefixes = described(
        limits(2, 2, 1, addresses=2), "ENABLE_MULTI_NIC", ENABLE_PREFIX_DELEGATION="true"
    )
    yield "prefixes", prefixes
    for v1_7 in ("", "ENABLE_POD_ENI", CUSTOM):
        switches = [v1_7] if v1_7 else []
        node = described(INSTANCES["one card"], *switches, version=Version.V1_7)
        yield f"v1.7 {v1_7}", node


NODES = dict(nodes())


@pytest.mark.parametrize("name", NODES)
def test_R3_R33_R49_R50_as_many_pods_are_served_as_is_said(name: str) -> None:
    node = NODES[name]
    runner = filled(node)
    known = subject_of(node)
    assert known.exits == (runner is None)
    if runner is None:
        return
    cards = managed_cards(node.config)
    assert served_on(runner) == [card.addresses for card in cards]
    assert most_pods(node.config) == sum(served_on(runner)) == known.capacity
    assert subject(Question(quantity="reserved", node=node)).capacity == known.capacity
    assert (known.usable_enis, known.own_capacity) == (cards[0].enis, cards[0].addresses)
    assert len(runner.ec2.enis) <= most_attached(node.config)
    assert all(0 <= card.enis <= card.attachable for card in cards)


def test_the_grid_has_what_the_numbers_depend_on() -> None:
    found = {name: managed_cards(node.config) for name, node in NODES.items()}
    assert {len(cards) for cards in found.values()} == {1, 2}
    assert {card.enis for cards in found.values() for card in cards} == {0, 1, 2, 3}
    assert sum(filled(node) is None for name, node in NODES.items() if "CUSTOM" in name) >= 10


def test_R3_most_attached_heeds_no_max_eni_and_counts_a_primary_eni_on_another_card() -> None:
    two = INSTANCES["two cards"]
    assert most_attached(described(two).config) == 2
    assert most_attached(described(two, "ENABLE_MULTI_NIC", MAX_ENI="1").config) == 4
    elsewhere = described(limits(3, 2, 3, default=1))
    assert most_attached(elsewhere.config) == 2 + 1
    full = filled(elsewhere)
    assert full is not None
    assert [eni.card for eni in full.ec2.enis] == [1, 0, 0]


def test_a_card_that_the_instance_has_not_holds_nothing() -> None:
    """The daemon numbers cards from 0; EC2's numbers may have gaps."""
    gap = evolve(limits(2, 2, 2), cards=(CardLimits(0, 2), CardLimits(2, 2)))
    node = described(gap, "ENABLE_MULTI_NIC")
    assert managed_cards(node.config)[1] == ManagedCard(index=1, attachable=0, enis=0, addresses=0)
    full = filled(node)
    assert full is not None
    assert served_on(full) == [4, 0]


def kinds() -> dict[object, InstanceLimits]:
    """A type of each kind that the table has; how many addresses an ENI has is but a factor."""
    types = [Catalogue.bundled().get(each) for each in Catalogue.bundled()]
    return {(each.max_enis, each.cards, may_have_trunk(each.instance_type)): each for each in types}


def test_both_questions_about_a_type_have_one_answer() -> None:
    assert len(kinds()) > 20
    for of, max_eni, on in product(
        kinds().values(), ("0", "2"), product((False, True), repeat=len(SWITCHES))
    ):
        switches = [switch for switch, wanted in zip(SWITCHES, on, strict=True) if wanted]
        node = described(of, *switches, MAX_ENI=max_eni)
        about, known = subject(Question(quantity="reserved", node=node)), subject_of(node)
        assert about.capacity == known.capacity, (of.instance_type, switches)
        assert about.elsewhere == known.elsewhere
        assert node.config.max_enis - about.kept == known.usable_enis


def test_R1_every_type_of_the_table_has_k_enis_on_card_0() -> None:
    """Else what lint and bound say of types would depend on more than was compared above."""
    for of in kinds().values():
        assert (of.default_card, of.enis_on(0)) == (0, of.max_enis)


@pytest.mark.parametrize("name", ["reserved", "enis", "floor", "owned"])
@pytest.mark.parametrize(
    ("of", "reason"),
    [
        (limits(2, 4, 2, default=1), "the primary ENI is not on card 0"),
        (limits(3, 1, 3, default=1), "the primary ENI is not on card 0"),
        (limits(4, 2, 2), "EC2 attaches fewer ENIs to card 0 than the daemon counts on"),
    ],
)
def test_R2_R8_a_bound_claims_nothing_of_cards_that_no_theorem_speaks_of(
    name: str, of: InstanceLimits, reason: str
) -> None:
    """Where the primary ENI is not in the store a run passed what was claimed."""
    node = described(of)
    assert any(
        each.startswith(reason)
        for each in subject(Question(quantity="reserved", node=node)).obstacles
    )
    found = bound(name, node)
    assert found.lower is not None
    assert found.upper is not None
    assert found.lower <= found.upper
    assert found.proof is None or found.proof.name == "the instance's limits"


@pytest.mark.parametrize(
    ("of", "switches", "told"),
    [
        (limits(4, 1, 3), (), "the node has 1 ENI at most, and"),
        (limits(2, 2), ("ENABLE_POD_ENI",), "the node has 2 ENIs at most, one of them kept"),
        (limits(1, 1, 1, default=1), ("ENABLE_MULTI_NIC",), "card 1 has 1 ENI at most, and"),
        (limits(2, 2, 3), ("ENABLE_MULTI_NIC", "ENABLE_POD_ENI"), "card 0 has 2 ENIs at most, one"),
    ],
)
def test_R66_lint_names_the_card_whose_pool_stays_empty(
    of: InstanceLimits, switches: tuple[str, ...], told: str
) -> None:
    node = described(of, *switches, CUSTOM)
    assert filled(node) is None
    (found,) = (each for each in lint(node).findings if each.id == "no-eni-for-pods")
    assert told in found.message


def test_R66_where_max_pods_is_0_an_empty_pool_ends_no_start() -> None:
    bare = evolve(described(INSTANCES["one ENI"], CUSTOM), max_pods=0)
    for max_pods, runs in ((0, True), (1, False)):
        node = evolve(bare, max_pods=max_pods)
        assert (filled(node) is not None, subject_of(node).exits) == (runs, not runs)
