"""Equal keys have equal futures: names and old clocks do not matter, everything else does."""

from collections import Counter
from collections.abc import Callable, Hashable

import pytest
from attrs import evolve, frozen
from hypothesis import currently_in_test_context, event, given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ipam_model import canonical as module
from ipam_model.canonical import Canonical, canonical
from ipam_model.daemon.procedure import Call, Choice
from ipam_model.requests import FreeENI
from ipam_model.state import AddressRecord, Cidr, Eni, Node
from ipam_model.testing.events import Add, Advance, Delete, Event, Loop, Reconcile, Tick
from ipam_model.testing.faults import faults
from ipam_model.testing.happenings import event_lists, instants, pod_events
from ipam_model.testing.nodes import of_both_versions
from ipam_model.testing.stories import stories
from ipam_model.testing.story import Story
from ipam_model.testing.telling import Teller, told
from ipam_model.world import World
from tests.properties.disguise import Disguise, DisguisedGrants, in_order, out_of_order
from tests.properties.refutation import assert_refuted
from tests.rules.scenes import (
    cidr,
    make_config,
    make_eni,
    make_node,
    make_store,
    placed,
    single,
    warm,
)
from tests.rules.scenes_v1_7 import NOW, running

pytestmark = pytest.mark.unmeasured

SAME = Disguise()


@frozen
class Chosen:
    """A choice that was made, under the names of the other world."""

    rule: str
    options: frozenset[Hashable]
    option: Hashable


class Leader(Teller):
    """Runs one world and writes down what it asks and chooses."""

    def __init__(self, world: World, choices: tuple[int, ...], disguise: Disguise) -> None:
        super().__init__(world, choices)
        self.disguise = disguise
        self.chosen: list[Chosen] = []
        self.called: list[Hashable] = []

    def choose(self, choice: Choice) -> object:
        option = super().choose(choice)
        options = frozenset(self.disguise.option(each) for each in choice.options)
        self.chosen.append(Chosen(choice.rule, options, self.disguise.option(option)))
        return option

    def answer(self, ask: Call) -> object:
        self.called.append(self.disguise.request(ask.request))
        return super().answer(ask)


class Follower(Teller):
    """Runs the other world and makes the same choices."""

    def __init__(self, world: World, leader: Leader) -> None:
        super().__init__(world)
        self.leader = leader
        self.called: list[Hashable] = []
        self.grants = DisguisedGrants(leader.disguise.eni, leader.disguise.offset)

    def choose(self, choice: Choice) -> object:
        options = {SAME.option(each): each for each in choice.options}
        for made in self.leader.chosen:
            if made.rule == choice.rule and made.options == options.keys():
                self.leader.chosen.remove(made)
                return options[made.option]
        raise AssertionError(f"{choice.rule}: the other world had no such choice")

    def answer(self, ask: Call) -> object:
        self.called.append(SAME.request(ask.request))
        return super().answer(ask)


def other_event(what: Event, disguise: Disguise) -> Event:
    """The event under the other names."""
    if isinstance(what, Add | Delete):
        return evolve(what, pod=disguise.pod_prefix + what.pod)
    return what


def key_of(runner: Teller) -> Hashable:
    return None if runner.node is None else canonical(runner.node, runner.now, runner.config)


def check_same_future(
    one: World,
    other: World,
    disguise: Disguise,
    events: tuple[Event, ...],
    choices: tuple[int, ...],
) -> None:
    """The same events on both worlds: same replies, calls, EC2 and keys, up to the names."""
    leader = Leader(one, choices, disguise)
    follower = Follower(other, leader)
    for what in events:
        leader.called, follower.called = [], []
        reply = disguise.reply(leader.happen(what))
        assert follower.happen(other_event(what, disguise)) == reply, f"{what}: another reply"
        # The order of calls is that of names where the daemon follows IMDS's.
        assert Counter(follower.called) == Counter(leader.called), f"{what}: other calls"
        assert not leader.chosen, f"{what}: the other world chose less"
        assert follower.ec2 == disguise.ec2(leader.ec2), f"{what}: another EC2"
        assert key_of(follower) == key_of(leader), f"{what}: another key"


# -- names, time, and old clocks -----------------------------------------------------------------


def quiet_futures() -> SearchStrategy[tuple[Event, ...]]:
    """What comes next, without anything that depends on the order in which IMDS lists ENIs."""
    next_events: SearchStrategy[Event] = st.one_of(
        st.sampled_from([Add("p1"), Add("p2"), Delete("p1"), Delete("p2")]),
        st.just(Tick()),
        st.just(Reconcile()),
        st.builds(Advance, instants()),
        st.builds(Loop, st.sampled_from([1, 13])),
    )
    return st.lists(next_events, min_size=4, max_size=10).map(tuple)


def broken_futures() -> SearchStrategy[tuple[Event, ...]]:
    """The same with failing calls."""
    both = st.tuples(faults(), faults(), quiet_futures())
    return both.map(lambda drawn: (*drawn[:2], *drawn[2]))


@frozen
class Twins:
    """A story, what comes next, and the disguise of the second world."""

    story: Story
    events: tuple[Event, ...]
    disguise: Disguise


def disguises(*, reorder: bool) -> SearchStrategy[Disguise]:
    return st.builds(
        Disguise,
        eni=st.just(out_of_order if reorder else in_order),
        pod_prefix=st.sampled_from(["", "z"]),
        offset=st.sampled_from([0, 2**17, 5 * 2**17]),
        shift=st.sampled_from([0, 1, 86_400_000]),
        saturate=st.booleans(),
    )


def check_twins(twins: Twins) -> None:
    """Renamed, shifted, aged: the key is the same, and so is the future."""
    teller = told(twins.story)
    if teller.node is None:
        return
    one = teller.world
    other = twins.disguise.world(one)
    assert other.node is not None
    assert canonical(other.node, other.now, one.config) == canonical(
        teller.node, one.now, one.config
    )
    if twins.disguise.saturate and other.node != teller.node:
        event("a clock was aged")
    check_same_future(one, other, twins.disguise, twins.events, twins.story.choices)


def twins(*, reorder: bool) -> SearchStrategy[Twins]:
    return st.builds(
        Twins,
        story=stories(
            config=of_both_versions(),
            events=event_lists(broken=not reorder, most=12),
            sparse=(False, True),
        ),
        events=quiet_futures() if reorder else broken_futures(),
        disguise=disguises(reorder=reorder),
    )


@given(twins(reorder=False))
def test_names_and_times_do_not_matter(drawn: Twins) -> None:
    check_twins(drawn)


@given(twins(reorder=True))
def test_the_order_of_names_does_not_matter(drawn: Twins) -> None:
    check_twins(drawn)


# -- near misses: one clock at two ages ----------------------------------------------------------

Clock = Callable[[Node, int], Node]


def set_created(node: Node, instant: int) -> Node:
    store = node.stores[0]
    enis = tuple(evolve(eni, created=instant) for eni in store.enis)
    return evolve(node, stores=(evolve(store, enis=enis), *node.stores[1:]))


def set_idle(node: Node, instant: int) -> Node:
    """Every unassigned record of every address."""

    def aged(record: AddressRecord) -> AddressRecord:
        return record if record.pod is not None else evolve(record, since=instant)

    def aged_cidr(cidr: Cidr) -> Cidr:
        return evolve(cidr, records=tuple(aged(record) for record in cidr.records))

    store = node.stores[0]
    enis = tuple(
        evolve(eni, cidrs=tuple(aged_cidr(cidr) for cidr in eni.cidrs)) for eni in store.enis
    )
    return evolve(node, stores=(evolve(store, enis=enis), *node.stores[1:]))


def set_expiry(node: Node, instant: int) -> Node:
    released = tuple((network, instant) for network, _ in node.released)
    return evolve(node, released=released)


CLOCKS: dict[str, tuple[Clock, int]] = {
    "pool action": (lambda node, at: evolve(node, last_pool_action=at), 60_000),
    "decrease": (lambda node, at: evolve(node, last_decrease=at), 30_000),
    "insufficient": (lambda node, at: evolve(node, last_insufficient=at), 120_000),
    "created": (set_created, 60_000),
    "idle": (set_idle, 30_000),
    "released": (set_expiry, 0),
}
"""How each clock is set, and the age at which a rule reads it."""

STEPS = (-1, 0, 1, 2, 10**7)


@frozen
class NearMiss:
    """One clock has two ages in two worlds that are otherwise equal."""

    story: Story
    clock: str
    ages: tuple[int, int]
    """Relative to the threshold."""
    events: tuple[Event, ...]


def near_misses() -> SearchStrategy[NearMiss]:
    first: SearchStrategy[Event] = st.one_of(
        st.just(Reconcile()), st.just(Tick()), pod_events(), st.builds(Advance, st.just(0))
    )
    return st.builds(
        NearMiss,
        story=stories(config=of_both_versions(), events=event_lists(most=12), sparse=(False, True)),
        clock=st.sampled_from(list(CLOCKS)),
        ages=st.tuples(st.sampled_from(STEPS), st.sampled_from(STEPS)),
        events=st.lists(first, min_size=3, max_size=6).map(tuple),
    )


def check_ages(
    world: World,
    clock: str,
    ages: tuple[int, int],
    events: tuple[Event, ...],
    choices: tuple[int, ...] = (),
) -> bool:
    """If the keys are equal, so are the futures; whether they are."""
    assert world.node is not None
    set_clock, threshold = CLOCKS[clock]
    instants_of = [world.now - threshold - age for age in ages]
    one, other = (set_clock(world.node, instant) for instant in instants_of)
    equal = canonical(one, world.now, world.config) == canonical(other, world.now, world.config)
    if currently_in_test_context():
        nodes = "one node" if one == other else "two nodes"
        event(f"{'equal' if equal else 'different'} keys of {nodes}")
    if equal:
        worlds = evolve(world, node=one), evolve(world, node=other)
        check_same_future(*worlds, SAME, events, choices)
    return equal


@given(near_misses())
def test_equal_keys_have_equal_futures(miss: NearMiss) -> None:
    teller = told(miss.story)
    if teller.node is not None:
        teller.advance(10**8)
        check_ages(teller.world, miss.clock, miss.ages, miss.events, miss.story.choices)


def sensitive_scenes() -> dict[str, tuple[World, Event, tuple[int, ...]]]:
    """Per clock a world whose very next event reads it, and the ages that it tells apart.

    An age is relative to the threshold; each begins a class that lasts until the next one.
    """
    now = 10**6
    spare = make_eni("eni-1", *(cidr(single(n)) for n in range(9)))
    empty = make_eni("eni-1", cidr(single(1), "p1"))
    idle = make_eni("eni-1", cidr(single(1), idle=0))

    def world_of(eni: Eni, *more: Eni, ip: int | None = None, extra: bool = False) -> World:
        node = make_node(make_store(eni, *more))
        scene = placed(make_config(warm(ip=ip)), node, now)
        if extra:
            scene.others_add("eni-1", single(50))
            scene.mind = evolve(node, released=((single(50), now),))
        return scene.world

    return {
        "pool action": (world_of(spare), Reconcile(), (1,)),
        "decrease": (world_of(spare, ip=1), Tick(), (1,)),
        "insufficient": (world_of(empty), Tick(), (1,)),
        "created": (world_of(spare, make_eni("eni-2"), ip=1), Tick(), (0,)),
        "idle": (world_of(idle), Add("p9"), (1,)),
        "released": (world_of(spare, extra=True), Reconcile(), (0,)),
    }


PAIRS = [(one, other) for one in STEPS for other in STEPS if one < other]


def check_sensitive(clock: str, ages: tuple[int, int]) -> None:
    """Equal keys, equal futures; and two ages that the next event tells apart, two keys."""
    world, what, (edge,) = sensitive_scenes()[clock]
    equal = check_ages(world, clock, ages, (what,))
    if ages[0] < edge <= ages[1]:
        assert not equal, "the key does not see what the next event sees"
    if edge <= ages[0]:
        assert equal, "the key tells apart what nothing reads"


@pytest.mark.parametrize("clock", list(CLOCKS))
@pytest.mark.parametrize("ages", PAIRS)
def test_an_age_on_the_other_side_of_its_threshold_changes_the_key(
    clock: str, ages: tuple[int, int]
) -> None:
    check_sensitive(clock, ages)


@pytest.mark.parametrize("clock", list(CLOCKS))
def test_the_scenes_do_read_their_clock(clock: str) -> None:
    world, what, (edge,) = sensitive_scenes()[clock]
    assert world.node is not None
    set_clock, threshold = CLOCKS[clock]
    outcomes = []
    for age in (edge - 1, edge):
        node = set_clock(world.node, world.now - threshold - age)
        runner = Leader(evolve(world, node=node), (), SAME)
        reply = runner.happen(what)
        cidrs = sum(len(eni.cidrs) for eni in runner.memory().stores[0].enis)
        outcomes.append((reply, runner.called, cidrs))
    assert outcomes[0] != outcomes[1]


# -- the properties can fail ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("constant", "clock"),
    [
        ("POOL_ACTION_AGE", "pool action"),
        ("DECREASE_AGE", "decrease"),
        ("INSUFFICIENT_AGE", "insufficient"),
        ("ENI_AGE", "created"),
    ],
)
@pytest.mark.parametrize("change", [-1, 1])
def test_a_threshold_one_off_is_caught(
    constant: str, clock: str, change: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, constant, getattr(module, constant) + change)
    with pytest.raises(AssertionError):
        check_all(clock)


def check_all(clock: str) -> None:
    for ages in PAIRS:
        check_sensitive(clock, ages)


def test_a_cooldown_one_too_short_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def idle(self: Canonical, record: AddressRecord) -> int:
        return -1 if record.pod is not None else min(self.now - record.since, self.cooldown)

    monkeypatch.setattr(Canonical, "_idle", idle)
    with pytest.raises(AssertionError):
        check_all("idle")


def test_a_key_that_forgets_when_a_release_ends_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Canonical, "_left", lambda _self, _expiry: 0)
    with pytest.raises(AssertionError):
        check_all("released")


def test_a_key_with_instants_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Canonical, "_age", lambda _self, instant, _long_ago: instant)
    assert_refuted(check_twins, twins(reorder=False))


def test_the_key_needs_the_remembered_primary_addresses() -> None:
    """H20: of two ENIs in the store one has its primary address given to pods later."""
    scene = running(None, make_eni("eni-1", cidr(single(1))), make_eni("eni-2"))
    known = scene.mind
    other = evolve(known, primaries=frozenset({"eni-1"}))
    assert canonical(known, NOW, scene.config) != canonical(other, NOW, scene.config)
    worlds = evolve(scene.world, node=known), evolve(scene.world, node=other)
    with pytest.raises(AssertionError):
        check_same_future(*worlds, SAME, (Advance(10**8), Reconcile()), ())


def test_v1_7_remembers_nothing_of_an_eni_that_it_freed() -> None:
    """Else no state of a node that never rests would come back."""
    scene = running(warm(eni=0), make_eni("eni-1", *(cidr(single(n), f"p{n}") for n in range(3))))
    seen = []
    for _ in range(60):
        scene.loop_pass()
        seen.append(canonical(scene.mind, scene.now, scene.config))
    assert scene.count(FreeENI) > 2
    assert len(set(seen[:26])) == len(set(seen))


def test_a_key_with_names_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Canonical, "_eni", lambda _self, eni_id: eni_id)
    assert_refuted(check_twins, twins(reorder=False))
