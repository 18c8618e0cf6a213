"""Each explanation against the model: what is said to go goes, what is said to stay stays."""

import math
from itertools import islice

import pytest
from attrs import evolve
from hypothesis import assume, event, given

from ipam_model.addresses import parse_network
from ipam_model.config import Version
from ipam_model.daemon import measure
from ipam_model.daemon.procedure import Call, Choice, Subsets
from ipam_model.ec2 import new_instance
from ipam_model.inspection import introspection
from ipam_model.inspection.explanation import CidrReport, explain
from ipam_model.inspection.predicates import predicates
from ipam_model.inspection.reconstruction import Reconstruction, reconstruct
from ipam_model.inspection.retention import Fate, retention
from ipam_model.inspection.write import introspection as written
from ipam_model.limits import InstanceLimits
from ipam_model.requests import FreeENI, UnassignPrivateIpAddresses
from ipam_model.rules import timing
from ipam_model.state import Cidr, Eni, Network, Node, Pod, PodKey, Store, totals
from ipam_model.subnets import CounterSubnet
from ipam_model.testing.stories import stories
from ipam_model.testing.story import Story
from ipam_model.testing.telling import Teller
from ipam_model.world import Runner, World
from tests.inspection.observed import EPOCH, NODES, StorySetup, found, observed, running
from tests.rules.scenes import SECOND, make_config, prefix, single, warm


def may_be_freed(teller: Teller) -> set[str]:
    """The ENIs that the daemon would free one of if it looked now: the model's own decision."""
    config, store = teller.config, teller.memory().store(0)
    minds = config.version is Version.V1_23 and not config.settings.manage_enis_non_schedulable
    frozen = teller.cordoned and minds
    if frozen or not measure.wants_fewer_enis(config, store, totals(store)):
        return set()
    return set(measure.deletable_enis(config, store, teller.now))


@given(stories())
def test_fates_are_what_the_model_decides(story: Story) -> None:
    """Also that what the output tells about an ENI's age is true."""
    teller = running(story)
    free = may_be_freed(teller)
    state = observed(story, teller)
    store = state.node.store(0)
    for eni in store.enis:
        fate = retention(state, store, eni).fate
        true = teller.memory().store(0).eni(eni.id)
        assert true is not None
        if not eni.primary:
            event(fate.value)
            assert state.ages[eni.id] <= teller.now - true.created
        if fate is Fate.MAY_GO:
            assert eni.id in free
        elif fate is Fate.IF_OLD_ENOUGH:
            old = teller.now - true.created >= timing.MINIMUM_ENI_LIFE
            assert (eni.id in free) == old
        else:
            assert eni.id not in free


@given(NODES)
def test_an_eni_that_waits_may_go_at_its_instant_and_not_before(story: Story) -> None:
    teller = running(story)
    state = observed(story, teller)
    store = state.node.store(0)
    for eni in store.enis:
        kept = retention(state, store, eni)
        if kept.fate is not Fate.LATER:
            continue
        assert kept.from_instant is not None
        event("waits")
        last = kept.from_instant
        assert eni.id in measure.deletable_enis(state.world.config, store, last)
        certain = [r.ends for r in kept.reasons if r.certain and r.ends is not None]
        assert eni.id not in measure.deletable_enis(state.world.config, store, max(certain) - 1)


@given(NODES)
def test_cooling_ends_at_the_instant_told_and_not_before(story: Story) -> None:
    """The boundary is still cooling (R17)."""
    state = observed(story, running(story))
    store, cooldown = state.node.store(0), state.world.config.cooldown
    for eni in store.enis:
        for reason in retention(state, store, eni).reasons:
            if reason.code == "cooling":
                event("cooling")
                assert reason.ends is not None
                assert eni.cooling(reason.ends - 1, cooldown)
                assert not eni.cooling(reason.ends, cooldown)


class Watcher(Runner):
    """Runs one pool update and notes what could be freed and released."""

    def __init__(self, world: World, wanted: Network | None = None) -> None:
        super().__init__(world)
        self.freeable: set[object] = set()
        self.releasable: set[object] = set()
        self.released: set[Network] = set()
        self.freed = False
        self.wanted = wanted

    def choose(self, choice: Choice) -> object:
        if choice.rule == "R189":
            self.freeable = set(choice.options)
        if choice.rule == "R190" and isinstance(choice.options, Subsets):
            self.releasable |= set(choice.options.items)
        if choice.rule == "R190" and self.wanted is not None:
            return self.towards(choice, self.wanted)
        return super().choose(choice)

    def towards(self, choice: Choice, wanted: Network) -> object:
        """The options that lead to the release of `wanted`."""
        for option in islice(iter(choice.options), 1000):
            if isinstance(option, tuple) and wanted in option:
                return option
            eni = self.memory().store(0).eni(option) if isinstance(option, str) else None
            if eni is not None and eni.find(wanted) is not None:
                return option
        return choice.options.first

    def answer(self, ask: Call) -> object:
        if isinstance(ask.request, FreeENI):
            self.freed = True
        if isinstance(ask.request, UnassignPrivateIpAddresses):
            self.released.update(ask.request.networks)
        return super().answer(ask)


def cidrs(state: Reconstruction) -> list[CidrReport]:
    return [c for card in explain(state) for eni in card.eni_reports for c in eni.cidrs]


@given(NODES)
def test_the_next_update_frees_one_of_those_that_may_go(story: Story) -> None:
    """Where nothing comes before: growth and release are earlier in an update (R72)."""
    teller = running(story)
    state = observed(story, teller)
    (card,) = explain(state)
    assume(not card.low and not card.release)
    expected = {
        eni.id
        for eni in card.eni_reports
        if eni.fate in (Fate.MAY_GO.value, Fate.IF_OLD_ENOUGH.value)
    }
    watcher = Watcher(state.world)
    watcher.tick()
    event(f"freed: {watcher.freed}")
    assert watcher.freeable == expected
    assert watcher.freed == bool(expected)


@given(NODES)
def test_surplus_is_what_the_next_update_may_release(story: Story) -> None:
    state = observed(story, running(story))
    (card,) = explain(state)
    assume(not card.low)
    surplus = {parse_network(each.cidr) for each in cidrs(state) if each.surplus}
    event(f"surplus: {bool(surplus)}")
    for network in surplus:
        watcher = Watcher(state.world, network)
        watcher.tick()
        assert network in watcher.released
        assert watcher.releasable <= surplus
        assert len(watcher.released) == min(card.release, len(surplus))
    if not surplus:
        watcher = Watcher(state.world)
        watcher.tick()
        assert not watcher.released


@given(NODES)
def test_every_cidr_is_surplus_or_has_a_reason(story: Story) -> None:
    for each in cidrs(observed(story, running(story))):
        assert each.surplus != bool(each.kept_by)
        assert each.assigned + each.cooling + each.expired + each.never_used == (
            parse_network(each.cidr).size
        )


@given(NODES)
def test_totals_are_those_of_the_daemon(story: Story) -> None:
    teller = running(story)
    store = teller.memory().store(0)
    true = totals(store)
    (card,) = explain(observed(story, teller))
    assert (card.total, card.assigned, card.available) == (
        true.total,
        true.assigned,
        true.available,
    )
    assert card.free_prefixes == true.free_prefixes
    assert card.cooling == store.cooldown_count(teller.now, teller.config.cooldown)
    if not (store.total_drift or store.prefix_drift):
        assert card.prefixes == true.allocated_prefixes


@given(NODES)
def test_formulas_in_numbers_give_the_value(story: Story) -> None:
    """What stands between the first and the last `=` is arithmetic, and right."""
    teller = running(story)
    config, node = teller.config, teller.memory()
    store = node.store(0)
    for each in predicates(config, node, store, measure.decide(config, node, store)):
        event(each.name)
        if each.name in ("short", "over"):
            _, numbers, _ = each.text.rsplit(" = ", 2)
            assert eval(numbers, {"max": max, "min": min, "ceil": math.ceil}) == each.value
            continue
        answer, _, claim = each.text.partition(": ")
        assert answer == ("yes" if each.value else "no")
        left, operator, right = claim_of(claim)
        if operator:
            assert {"<": left < right, ">=": left >= right, ">": left > right, "<=": left <= right}[
                operator
            ]


def claim_of(text: str) -> tuple[int, str, int]:
    """`V = 3 < M*We = 9*1` as (3, "<", 9); no operator if there is none."""
    for operator in (" >= ", " <= ", " < ", " > "):
        if operator in text and "target 0" not in text:
            left, right = text.split(operator, 1)
            number = left.rsplit(" = ", 1)[-1].split()[0]
            numbers = right.rsplit(" = ", 1)[-1].split(":")[0].split(",")[0]
            return int(number), operator.strip(), eval(numbers)
    return 0, "", 0


def full_node() -> Runner:
    """Three ENIs full of pods under WARM_ENI_TARGET=1, at rest for long."""
    runner = Runner(
        World(
            config=make_config(warm(eni=1), enis=3, addresses=4),
            ec2=new_instance(InstanceLimits.simple(3, 4), (CounterSubnet(id="subnet-a", free=99),)),
        )
    )
    runner.start()
    for number in range(9):
        while not runner.add_pod(Pod(PodKey(f"p{number}"))).success:
            runner.loop_pass()
    runner.advance(600 * SECOND)
    return runner


def fates(runner: Runner) -> dict[str, Fate]:
    """The fate of each ENI by what the node shows."""
    setup = StorySetup(
        name="3x4",
        limits=runner.config.limits,
        env={},
        max_pods=110,
        story_config=runner.config,
    )
    text = written(runner.memory().stores, epoch=EPOCH)
    state = reconstruct(introspection.read(found(text)), setup, runner.now + EPOCH)
    store = state.node.store(0)
    return {eni.id: retention(state, store, eni).fate for eni in store.enis}


def test_fates_of_enis_from_which_the_pods_went() -> None:
    runner = full_node()
    kept = dict.fromkeys(("eni-1", "eni-2", "eni-3"), Fate.KEPT)
    assert fates(runner) == kept
    for number in range(9):
        runner.delete_pod(PodKey(f"p{number}"))
    waiting = kept | {"eni-2": Fate.LATER, "eni-3": Fate.LATER}
    runner.advance(30 * SECOND)
    assert fates(runner) == waiting
    # Not cooling any more, but known for 30 s only: its age is all that may keep it.
    runner.advance(1)
    assert fates(runner) == kept | dict.fromkeys(("eni-2", "eni-3"), Fate.IF_OLD_ENOUGH)
    runner.advance(30 * SECOND - 2)
    assert fates(runner) == kept | dict.fromkeys(("eni-2", "eni-3"), Fate.IF_OLD_ENOUGH)
    runner.advance(1)
    assert fates(runner) == kept | dict.fromkeys(("eni-2", "eni-3"), Fate.MAY_GO)


@pytest.mark.parametrize(
    ("env", "eni", "rule"),
    [
        ({}, {"primary"}, "R136.1"),
        ({}, {"trunk"}, "R136.8"),
        ({}, {"efa"}, "R136.9"),
        ({"WARM_IP_TARGET": "4"}, set(), "R136.5"),
        ({"MINIMUM_IP_TARGET": "4"}, set(), "R136.6"),
        ({"WARM_ENI_TARGET": "2"}, set(), "R133"),
        ({"ENABLE_PREFIX_DELEGATION": "true", "WARM_PREFIX_TARGET": "4"}, set(), "R136.7"),
    ],
)
def test_each_item_is_told_apart(env: dict[str, str], eni: set[str], rule: str) -> None:
    """Three CIDRs on the other ENI: each condition alone keeps the second one."""
    config = make_config({"WARM_ENI_TARGET": "0", **env}, enis=3, addresses=4)
    prefixes = config.prefix_mode
    held = [prefix(n) if prefixes else single(n) for n in range(6)]
    base = Eni("eni-1", "primary" not in eni, 0, "subnet-a", 0, 1)
    other = evolve(base, cidrs=tuple(Cidr(n, prefixes) for n in held[:3]))
    asked = evolve(
        base, id="eni-2", primary=False, cidrs=tuple(Cidr(n, prefixes) for n in held[3:])
    )
    flags = {flag: flag in eni for flag in ("primary", "trunk", "efa")}
    asked = evolve(asked, primary=flags["primary"], trunk=flags["trunk"], efa=flags["efa"])
    store = Store(0, prefixes, (other, asked))
    world = World(
        config=config,
        ec2=new_instance(config.limits, (CounterSubnet(id="subnet-a", free=99),)),
        node=Node(stores=(store,), max_pods=110),
        now=600 * SECOND,
    )
    ages = {"eni-1": 600 * SECOND, "eni-2": 600 * SECOND}
    state = Reconstruction(world=world, ages=ages, assumptions=())
    kept = retention(state, store, store.enis[1])
    assert kept.fate is Fate.KEPT
    assert [reason.rule for reason in kept.reasons][:1] == [rule]
    without = evolve(world, config=make_config({"WARM_ENI_TARGET": "0"}, enis=3, addresses=4))
    if not eni and not prefixes:
        assert retention(evolve(state, world=without), store, store.enis[1]).fate is Fate.MAY_GO
