"""Pods come and go at every moment at which the daemon waits, and nothing is lost (R71, R194).

A node from before a question is dead: pods may have changed it meanwhile. Here a pod is added or
deleted at every interruptible question of every procedure, before or after it is answered, and
afterwards every pod is where its reply said. At the start of the daemon no pod is served.
"""

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import TypeVar

import pytest
from attrs import evolve, frozen
from hypothesis import event, given

from ipam_model.config import ALL_QUIRKS, Quirk
from ipam_model.daemon import cleanup, datastore, growth, pods, pool, reconcile, setup, shrink
from ipam_model.daemon.pods import PodReply
from ipam_model.daemon.procedure import Ask, Call, Choice, Procedure
from ipam_model.rules.timing import SECOND
from ipam_model.state import Cleanup, Eni, Holding, Node, Pod, PodKey
from ipam_model.testing.events import Add, Delete, Event, Reconcile, Tick
from ipam_model.testing.happenings import event_lists
from ipam_model.testing.nodes import configs
from ipam_model.testing.stories import stories
from ipam_model.testing.story import Story
from ipam_model.testing.telling import Teller, told
from ipam_model.world import World
from tests.rules.scenes import (
    MULTI_NIC,
    POD_ENI,
    PREFIXES,
    Scene,
    cidr,
    foreign_eni,
    make_config,
    make_eni,
    make_node,
    make_store,
    placed,
    prefix,
    single,
    warm,
)

pytestmark = pytest.mark.unmeasured

T = TypeVar("T")
NEWCOMER = PodKey("newcomer")


def interruptible(ask: Ask) -> bool:
    """No lock is held: pod requests are served while this question is open."""
    return not ask.locked if isinstance(ask, Choice) else not ask.request.under_lock


@frozen
class Intrusion:
    """A pod request at the `at`-th interruptible question of the outermost procedure."""

    at: int
    delete: PodKey | None
    """The pod to delete; `None`: the newcomer is added."""
    before_answer: bool


class Intruder(Teller):
    """A daemon that is asked for a pod in the middle of a procedure."""

    def __init__(self, world: World, choices: tuple[int, ...], intrusion: Intrusion | None) -> None:
        super().__init__(world, choices)
        self.intrusion = intrusion
        self.questions = 0
        self.reply: PodReply | None = None
        self.intruded_at = 0
        self.cleanups_after: tuple[Cleanup, ...] = ()
        self.newcomers: list[tuple[int, Holding]] = []
        self._inside = False

    def choose(self, choice: Choice) -> object:
        return self._interrupted(choice, lambda: super(Intruder, self).choose(choice))

    def answer(self, ask: Call) -> object:
        return self._interrupted(ask, lambda: super(Intruder, self).answer(ask))

    def _interrupted(self, ask: Ask, answer: Callable[[], object]) -> object:
        if self._inside or not interruptible(ask):
            return answer()
        now = self.intrusion is not None and self.intrusion.at == self.questions
        self.questions += 1
        if now and self.intrusion is not None and self.intrusion.before_answer:
            self._intrude(self.intrusion)
        # A choice is made among the options as they were offered.
        answered = answer()
        if now and self.intrusion is not None and not self.intrusion.before_answer:
            self._intrude(self.intrusion)
        return answered

    def _intrude(self, intrusion: Intrusion) -> None:
        self._inside = True
        self.intruded_at = self.now
        if intrusion.delete is None:
            self.reply = self.add_pod(Pod(NEWCOMER, name="ns/newcomer"))
        else:
            self.reply = self.delete_pod(intrusion.delete)
        self.cleanups_after = self.memory().cleanups
        placed = holdings(self.memory())
        self.newcomers = [(card, held) for (card, key), held in placed.items() if key == NEWCOMER]
        self._inside = False


def holdings(node: Node) -> dict[tuple[int, PodKey], Holding]:
    """Every assignment, by card and sandbox, read from the records."""
    return {
        (store.card, key): held
        for store in node.stores
        for key, held in datastore.index(store.enis).items()
    }


def home_of(node: Node, card: int, held: Holding) -> Eni | None:
    """The ENI of an assignment if it still has the CIDR."""
    eni = node.store(card).eni(held.eni)
    return eni if eni is not None and eni.find(held.network) is not None else None


def forced_out(runner: Intruder, before: Node, card: int, held: Holding) -> bool:
    """The CIDR left by a rule that forces: EC2 has it no more, or R154 does not believe it."""
    if home_of(runner.memory(), card, held) is not None:
        return False
    true = runner.ec2.eni(held.eni)
    gone = true is None or held.network not in true.networks()
    doubted = before.released_until(held.network) is not None
    return gone or doubted or held.eni in runner.memory().unmanaged


def check_cooling(runner: Intruder, freed: list[tuple[tuple[int, PodKey], Holding]]) -> None:
    """The cooldown of a freed address that is still in the store began with the delete."""
    for (card, _), held in freed:
        home = home_of(runner.memory(), card, held)
        cidr = home.find(held.network) if home is not None else None
        record = cidr.find(held.address) if cidr is not None else None
        if record is not None and record.pod is None:
            assert record.since == runner.intruded_at, "the cooldown was lost"


def own_pod(act: Event) -> PodKey | None:
    """The pod that the disturbed procedure is about."""
    return PodKey(act.pod) if isinstance(act, Add | Delete) else None


def check_intrusion(before: Node, runner: Intruder, act: Event, answer: object) -> str:
    """Everything is where the replies said; what became of the intruding request."""
    after, reply, intrusion = runner.memory(), runner.reply, runner.intrusion
    assert intrusion is not None
    assert reply is not None, "the intrusion did not take place"
    expected, now = holdings(before), holdings(after)
    freed = intrusion.delete
    leaving = [own_pod(act)] if isinstance(act, Delete) else []
    if freed is not None and reply.success:
        leaving.append(freed)
    expected = {place: held for place, held in expected.items() if place[1] not in leaving}
    if isinstance(act, Add):
        mine = {place: held for place, held in now.items() if place[1] == own_pod(act)}
        if isinstance(answer, PodReply) and answer.success:
            assert [each.address for each in answer.given] == [h.address for h in mine.values()]
        expected |= mine
    outcome = "delete" if freed is not None else "add"
    if freed is None and reply.success:
        mine = {place: held for place, held in now.items() if place[1] == NEWCOMER}
        if mine:
            assert [each.address for each in reply.given] == [h.address for h in mine.values()]
            expected |= mine
        else:
            outcome = "add, forced out"
            for card, held in runner.newcomers:
                assert forced_out(runner, before, card, held), "the newcomer was lost"
    elif freed is None:
        outcome = "add, refused"
        assert all(place[1] != NEWCOMER for place in now)
    for place, held in expected.items():
        if place not in now:
            assert forced_out(runner, before, place[0], held), f"{place} was lost"
            outcome += ", others forced out"
        else:
            assert now[place].address == held.address, f"{place} moved"
    assert set(now) <= set(expected), "a deleted pod came back"
    for store in after.stores:
        assert dict(store.holdings) == datastore.index(store.enis)
        file = runner.checkpoint(store.card).entries
        assert {entry.pod.key for entry in file} == set(store.holdings)
    if freed is not None and reply.success:
        check_cooling(runner, [each for each in holdings(before).items() if each[0][1] == freed])
    assert set(runner.cleanups_after) <= set(after.cleanups), "a clean-up was lost"
    return outcome


def intrusions(questions: int, victims: list[PodKey]) -> Iterator[Intrusion]:
    """Every way to disturb a procedure that asks so many questions."""
    for at in range(questions):
        for before_answer in (True, False):
            yield Intrusion(at, None, before_answer)
            if victims:
                yield Intrusion(at, victims[at % len(victims)], before_answer)


def disturb(world: World, choices: tuple[int, ...], act: Event) -> list[str]:
    """Run the act undisturbed, then once per possible intrusion; what each came to."""
    assert world.node is not None
    undisturbed = Intruder(world, choices, None)
    act.happen(undisturbed)
    victims = [key for _, key in holdings(world.node) if key != own_pod(act)]
    outcomes = []
    for intrusion in intrusions(undisturbed.questions, victims):
        runner = Intruder(world, choices, intrusion)
        answer = act.happen(runner)
        # An intrusion may shorten the procedure, and then another one comes too late.
        if runner.reply is not None:
            outcomes.append(check_intrusion(world.node, runner, act, answer))
    return outcomes


# -- the property --------------------------------------------------------------------------------


ACTS: tuple[Event, ...] = (Tick(), Reconcile(), Delete("p1"), Delete("p2"), Add("p3"))


@given(stories(events=event_lists(most=12)))
def test_R71_R194_no_pod_is_lost_or_resurrected_while_the_daemon_waits(story: Story) -> None:
    check_story(story)


SEVERAL = stories(
    config=configs(
        cards=(2, 3),
        ipv6=(False, False, True),
        # Else a pod may hold an address that no reply tells of.
        quirks=(ALL_QUIRKS - {Quirk.REPEATED_ADD_AGAIN},),
    ),
    events=event_lists(most=6),
    sparse=(False, True),
)


@given(SEVERAL)
def test_R71_R194_nor_on_any_of_several_cards_nor_on_an_ipv6_node(story: Story) -> None:
    check_story(story)


def check_story(story: Story) -> None:
    """Every act after the story is disturbed in every way."""
    teller = told(story)
    if teller.node is None:
        return
    # A failing checkpoint write or VPC read has its own rules (R114, R123, R124).
    own_rules = {"WriteCheckpoint", "ReadVpcCidrs"}
    faults = tuple(each for each in teller.ec2.faults if each.call not in own_rules)
    teller.happen(Add("p1"))
    teller.advance(70 * SECOND)
    teller.ec2 = evolve(teller.ec2, faults=faults)
    if not in_step(teller):
        return
    for act in ACTS:
        for outcome in disturb(teller.world, story.choices, act):
            event(f"{type(act).__name__}: {outcome}")


def in_step(teller: Teller) -> bool:
    """The checkpoint file shows the store: no failed write lies behind."""
    return all(
        {entry.pod.key for entry in teller.checkpoint(store.card).entries} == set(store.holdings)
        for store in teller.memory().stores
    )


# -- the property can fail -----------------------------------------------------------------------


def keeping_the_old_node(asking: Callable[..., Procedure[T]]) -> Callable[..., Procedure[T]]:
    """`call` or `choose` of a procedure that goes on with the node from before its question."""

    def wrong(node: Node, *arguments: object, **options: object) -> Procedure[T]:
        procedure = asking(node, *arguments, **options)
        ask = next(procedure)
        while True:
            answer, _, now = yield ask
            try:
                ask = procedure.send((answer, ask.node, now))
            except StopIteration as stop:
                result: T = stop.value
                return result

    return wrong


def scene_of_growth() -> tuple[World, Event]:
    """Two ENIs may be extended: a choice, then a call."""
    store = make_store(
        make_eni("eni-1", cidr(single(1)), cidr(single(2), "p1")),
        make_eni("eni-2", cidr(single(3), "p2")),
    )
    return world_of(placed(make_config(warm(ip=5)), make_node(store), 10**6)), Tick()


def scene_of_release() -> tuple[World, Event]:
    """Too many addresses on two ENIs."""
    store = make_store(
        make_eni("eni-1", *(cidr(single(n)) for n in range(5)), cidr(single(7), "p1")),
        make_eni("eni-2", *(cidr(single(n)) for n in range(20, 23)), cidr(single(29), "p2")),
    )
    return world_of(placed(make_config(warm(ip=2)), make_node(store), 10**6)), Tick()


def scene_of_reconcile() -> tuple[World, Event]:
    """An unknown ENI, and a list that differs."""
    eni = make_eni("eni-1", cidr(single(1)), cidr(single(2), "p1"), cidr(single(3)))
    scene = placed(make_config(), make_node(make_store(eni)), 10**6)
    scene.others_add("eni-1", single(4))
    scene.others_attach(foreign_eni("eni-2", single(9)))
    return world_of(scene), Reconcile()


def scene_of_delete() -> tuple[World, Event]:
    """A pod leaves a prefix in secondary-address mode: the prefix is given back (R127a)."""
    eni = make_eni("eni-1", cidr(single(1)), cidr(single(2), "p2"), cidr(prefix(0), {0: "p1"}))
    return world_of(placed(make_config(), make_node(make_store(eni)), 10**6)), Delete("p1")


def scene_of_add() -> tuple[World, Event]:
    """A pod asks; its reply needs the VPC's CIDRs."""
    eni = make_eni("eni-1", cidr(single(1)), cidr(single(2), "p2"), cidr(single(3)))
    return world_of(placed(make_config(), make_node(make_store(eni)), 10**6)), Add("p3")


def scene_of_unknown_pod() -> tuple[World, Event]:
    """An unknown sandbox with pod ENIs: the pod object is read, on two cards."""
    first = make_store(make_eni("eni-1", cidr(single(1)), cidr(single(2), "p2")))
    second = make_store(make_eni("eni-5", cidr(single(5))), card=1)
    scene = placed(make_config(POD_ENI | MULTI_NIC), make_node(first, second), 10**6)
    return world_of(scene), Delete("p9")


def scene_of_cards() -> tuple[World, Event]:
    """Two cards to choose from, and a trunk to announce; nothing to do on either."""
    first = make_store(make_eni("eni-1", cidr(single(1)), cidr(single(2), "p2")))
    second = make_store(make_eni("eni-5", cidr(single(5))), card=1)
    scene = placed(make_config(POD_ENI | warm(ip=1)), make_node(first, second), 10**6)
    return world_of(scene), Tick()


def scene_of_a_new_eni() -> tuple[World, Event]:
    """The first ENI is full, one address of it free."""
    eni = make_eni("eni-1", cidr(single(1)), cidr(single(2), "p2"), cidr(single(3), "p1"))
    return world_of(placed(make_config(addresses=4), make_node(make_store(eni)), 10**6)), Tick()


def scene_of_prefixes() -> tuple[World, Event]:
    """Prefix mode: a surplus prefix, and an idle ENI."""
    first = make_eni("eni-1", cidr(prefix(0), {0: "p1"}), cidr(prefix(1)), cidr(prefix(2)))
    store = make_store(first, make_eni("eni-2", cidr(prefix(3))), prefix_mode=True)
    config = make_config(PREFIXES | warm(prefix=1))
    return world_of(placed(config, make_node(store), 10**6)), Tick()


def world_of(scene: Scene) -> World:
    for store in scene.mind.stores:
        scene.write_checkpoint(store.card, store.holdings)
    return scene.world


SCENES = (
    scene_of_growth,
    scene_of_release,
    scene_of_reconcile,
    scene_of_delete,
    scene_of_add,
    scene_of_unknown_pod,
    scene_of_cards,
    scene_of_a_new_eni,
    scene_of_prefixes,
)


@pytest.mark.parametrize("scene", SCENES)
def test_R194_the_scenes_hold_for_the_model(scene: Callable[[], tuple[World, Event]]) -> None:
    world, act = scene()
    assert len(disturb(world, (), act)) >= 4


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (growth, "call"),
        (growth, "choose"),
        (shrink, "call"),
        (shrink, "choose"),
        (reconcile, "call"),
        (reconcile, "choose"),
        (setup, "call"),
        (pods, "call"),
        (pool, "call"),
        (pool, "choose"),
        (cleanup, "call"),
    ],
)
def test_R194_a_procedure_that_keeps_the_old_node_is_caught(
    module: ModuleType, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, name, keeping_the_old_node(getattr(module, name)))
    with pytest.raises(AssertionError):
        disturb_all()


def disturb_all() -> None:
    for scene in SCENES:
        world, act = scene()
        disturb(world, (), act)
