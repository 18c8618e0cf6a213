"""The closed forms G1-G5 and R145 against the running model, on random small nodes.

How pods are placed: the node starts empty and updates until nothing changes; then all wanted pods
ask at once, and those refused ask again before every update, until an update changes nothing and
serves nobody. p is the number of pods that got an address. Which ENI and CIDR serves a pod is drawn
at random. Updates are 61 s apart here, so that no ENI is too young, no address cooling and no
release too soon: the forms are about where growth ends, not when. Prefixes have 2 to 5 or 16
addresses.
"""

import random
from typing import Final

from attrs import evolve, frozen

from ipam_model.arithmetic import INTS
from ipam_model.config import Config
from ipam_model.daemon import measure
from ipam_model.limits import InstanceLimits
from ipam_model.rules import closed_forms
from ipam_model.settings import Settings
from ipam_model.state import totals
from tests.examples.driver import ExampleNode, node_of, started

INSTANCES: Final = 2000
"""Random instances per form."""

BETWEEN_UPDATES: Final = 61_000
"""Milliseconds; more than any of the daemon's clocks that delay growth and shrinking."""

UNBOUNDED: Final = 10_000
"""Max pods that is never reached."""

MOST_UPDATES: Final = 400


@frozen(kw_only=True)
class Instance:
    """A random node: K, slots per ENI (M or Q), targets, P, pods wanted."""

    enis: int
    slots: int
    we: int = 0
    wi: int = 0
    m: int = 0
    wp: int = 0
    max_pods: int = UNBOUNDED
    pods: int
    block: int = 1
    """Addresses per prefix; 1 in secondary-address mode."""
    seed: int

    @property
    def capacity(self) -> int:
        """Addresses of all ENIs together."""
        return self.enis * self.slots * self.block

    def settings(self) -> Settings:
        return Settings(
            ipv4=True,
            warm_eni_target=self.we,
            warm_ip_target=self.wi,
            minimum_ip_target=self.m,
            warm_prefix_target=self.wp,
            prefix_delegation=self.block > 1,
        )

    def launch(self) -> ExampleNode:
        limits = InstanceLimits.simple(self.enis, self.slots + 1)
        config = Config(settings=self.settings(), limits=limits, block=max(self.block, 2))
        return started(node_of(config, max_pods=self.max_pods, seed=self.seed))


def update(node: ExampleNode) -> bool:
    """Pods that wait ask, then the pool is updated; whether anything happened."""
    calls = len(node.made)
    served = node.serve()
    node.tick()
    node.advance(BETWEEN_UPDATES)
    return bool(served) or len(node.made) > calls


def rest(node: ExampleNode) -> None:
    """Updates until one does nothing."""
    for _ in range(MOST_UPDATES):
        if not update(node):
            return
    raise AssertionError("the node does not come to rest")


def grown(instance: Instance) -> tuple[ExampleNode, int]:
    """The node at rest with its pods, and how many got an address."""
    node = instance.launch()
    rest(node)
    node.want(instance.pods)
    rest(node)
    return node, len(node.running())


def full_enis_first(node: ExampleNode, slots: int) -> bool:
    """ENIs are filled one after the other: all are full but for one, perhaps."""
    return all(cidrs == slots for cidrs in node.outcome().cidrs[:-1])


def secondary(draw: random.Random, *, largest: int = 14) -> Instance:
    """K <= 8, M <= 14, up to 40 pods or a few more than fit."""
    enis, slots = draw.randint(1, 8), draw.randint(1, largest)
    return Instance(
        enis=enis,
        slots=slots,
        pods=draw.randint(0, min(40, enis * slots + 2)),
        seed=draw.randrange(10**6),
    )


def prefixes(draw: random.Random) -> Instance:
    """K <= 4, Q <= 5, up to 40 pods or a few more than fit."""
    enis, slots, block = draw.randint(1, 4), draw.randint(1, 5), draw.choice((2, 3, 4, 5, 16))
    return Instance(
        enis=enis,
        slots=slots,
        pods=draw.randint(0, min(40, enis * slots * block + 2)),
        block=block,
        seed=draw.randrange(10**6),
    )


def test_G1_warm_enis() -> None:
    draw = random.Random("G1")
    for _ in range(INSTANCES):
        base = secondary(draw)
        max_pods = draw.randint(max(base.pods, 1), base.capacity + 20)
        instance = evolve(base, we=draw.randint(1, base.enis + 1), max_pods=max_pods)
        node, p = grown(instance)
        k = closed_forms.warm_eni_enis(
            INTS, instance.enis, instance.slots, instance.we, p, instance.max_pods
        )
        assert node.outcome().cidrs == (instance.slots,) * k, instance


def test_G2_warm_eni_target_of_0() -> None:
    draw = random.Random("G2")
    alternating = 0
    for _ in range(INSTANCES):
        instance = secondary(draw)
        node = instance.launch()
        node.want(instance.pods)
        for _update in range(MOST_UPDATES):
            if not node.waiting or len(node.running()) == instance.capacity:
                break
            update(node)
        p = len(node.running())
        assert p == min(instance.pods, instance.capacity), instance
        for _lead_in in range(2):
            update(node)
        seen = set()
        for _two_cycles in range(4):
            update(node)
            seen.add(node.outcome().enis)
        k = closed_forms.warm_eni_zero_enis(INTS, instance.enis, instance.slots, p)
        # At the instance's limit nothing can be added: it is full and stays.
        oscillates = p > 0 and p % instance.slots == 0 and p < instance.capacity
        assert seen == ({k, k - 1} if oscillates else {k}), instance
        alternating += oscillates
    assert alternating > INSTANCES / 20


def test_G3_warm_addresses() -> None:
    draw = random.Random("G3")
    for _ in range(INSTANCES):
        base = secondary(draw)
        minimum = draw.choice((0, draw.randint(1, base.capacity + 3)))
        instance = evolve(base, wi=draw.randint(1, 12), m=minimum)
        node, p = grown(instance)
        expected = closed_forms.warm_ip_total(
            INTS, instance.enis, instance.slots, instance.wi, instance.m, p
        )
        found = node.outcome()
        assert found.total == expected, instance
        assert found.enis == max(1, -(-expected // instance.slots)), instance
        assert full_enis_first(node, instance.slots), instance


def test_G4_warm_addresses_in_prefixes() -> None:
    draw = random.Random("G4")
    for _ in range(INSTANCES):
        base = prefixes(draw)
        minimum = draw.choice((0, draw.randint(1, base.capacity + 3)))
        instance = evolve(base, wi=draw.randint(1, 12), m=minimum)
        node, p = grown(instance)
        expected = closed_forms.warm_ip_prefixes(
            INTS, instance.enis, instance.slots, instance.wi, instance.m, p, instance.block
        )
        assert sum(node.outcome().cidrs) == expected, instance
        assert full_enis_first(node, instance.slots), instance


def test_G5_one_warm_prefix() -> None:
    draw = random.Random("G5")
    for _ in range(INSTANCES):
        base = prefixes(draw)
        max_pods = draw.randint(max(base.pods, 1), base.capacity + 20)
        instance = evolve(base, wp=1, max_pods=max_pods)
        node, p = grown(instance)
        assert sum(node.outcome().cidrs) == warm_prefix_form(instance, p), instance
        assert full_enis_first(node, instance.slots), instance


def test_G5_several_warm_prefixes_need_at_least_so_many() -> None:
    draw = random.Random("G5, Wp > 1")
    exact = above = 0
    for _ in range(INSTANCES):
        base = prefixes(draw)
        max_pods = draw.randint(max(base.pods, 1), base.capacity + 20)
        instance = evolve(base, wp=draw.randint(2, 4), max_pods=max_pods)
        node, p = grown(instance)
        found, bound = sum(node.outcome().cidrs), warm_prefix_form(instance, p)
        assert found >= bound, instance
        exact += found == bound
        above += found > bound
    # No more than a lower bound: pods that share fewer prefixes leave more of them free.
    assert exact > above > 0


def warm_prefix_form(instance: Instance, p: int) -> int:
    return closed_forms.warm_prefix_prefixes(
        INTS, instance.enis, instance.slots, instance.wp, p, instance.max_pods, instance.block
    )


# -- R145: after shrinking -----------------------------------------------------------------------


def shrunk(draw: random.Random, instance: Instance) -> tuple[ExampleNode, int]:
    """The node at rest after some of its pods, any of them, were deleted at once; those left."""
    node, n = grown(instance)
    node.waiting.clear()
    p = draw.randint(0, n)
    node.drop_down_to(p)
    rest(node)  # at first everything is cooling, and often nothing can be done
    rest(node)
    return node, p


def test_R145_warm_addresses_after_shrinking() -> None:
    draw = random.Random("R145, Wi")
    least = scattered = 0
    for _ in range(INSTANCES):
        base = secondary(draw, largest=6)
        minimum = draw.choice((0, draw.randint(1, base.capacity + 3)))
        instance = evolve(base, wi=draw.randint(1, 6), m=minimum)
        node, p = shrunk(draw, instance)
        found = node.outcome()
        # T = max(p + Wi, m) as far as the instance's limit allows.
        assert found.total == min(instance.capacity, max(p + instance.wi, instance.m)), instance
        fewest = -(-found.total // instance.slots)
        assert found.enis >= fewest, instance
        assert measure.deletable_enis(node.config, node.store, node.now) == (), instance
        least += found.enis == fewest
        scattered += found.enis > fewest
    assert least > 0
    assert scattered > 0


def test_R145_warm_enis_after_shrinking() -> None:
    draw = random.Random("R145, We")
    fragmented = 0
    for _ in range(INSTANCES):
        base = secondary(draw, largest=6)
        instance = evolve(base, we=draw.randint(1, 3))
        node, p = shrunk(draw, instance)
        found = node.outcome()
        k = closed_forms.warm_eni_enis(
            INTS, instance.enis, instance.slots, instance.we, p, instance.max_pods
        )
        assert set(found.cidrs) == {instance.slots}, instance
        if found.enis != k:
            assert found.enis > k, instance
            assert all(eni.has_pods() for eni in node.store.enis if not eni.primary), instance
            surplus = totals(node.store).available - (instance.we + 1) * instance.slots
            assert surplus >= 0, instance
            fragmented += 1
    assert fragmented > INSTANCES / 20
