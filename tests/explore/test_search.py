"""What the explorer finds: violations by the shortest way, loops, and when to give up."""

from collections.abc import Callable

import pytest
from attrs import evolve, frozen

from ipam_model.daemon import datastore
from ipam_model.errors import InputError, ModelError
from ipam_model.explore.moves import Arrive, Wait
from ipam_model.explore.presets import PRESETS
from ipam_model.explore.report import CounterExample, Report, report_on
from ipam_model.explore.retelling import RecordedFollower, scenario_of
from ipam_model.explore.scope import FINE, Scope, small_node
from ipam_model.explore.search import Budget, Quiet, explore, key_of
from ipam_model.explore.settling import components, settling, verdict_of_choices
from ipam_model.explore.vertices import Turn, Vertex
from ipam_model.properties.evidence import Step
from ipam_model.properties.judging import Judge
from ipam_model.properties.watching import Watched
from ipam_model.rules import capacity, timing
from ipam_model.scenario.document import Scenario
from ipam_model.scenario.running import ScenarioRunner
from ipam_model.scenario.setup import world_of
from ipam_model.world import World
from tests.explore.scopes import SHIPPED, SMALL
from tools.make_explore_counts import counts_of, recorded

pytestmark = pytest.mark.unmeasured

Patch = pytest.MonkeyPatch
WAITING = 4
"""Parts of the key of a state in which no procedure waits."""


class JudgedScenario(Watched, ScenarioRunner):
    """Runs a scenario and keeps what its steps violate."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.judge = Judge()
        self.violated: set[str] = set()

    def on_step(self, step: Step) -> None:
        self.violated |= {each.of for each in self.judge.step(step)}


def replayed(scenario: Scenario) -> JudgedScenario:
    runner = JudgedScenario(world_of(scenario.node, scenario.ec2))
    for _ in runner.steps(scenario.events):
        pass
    return runner


def explored(scope: Scope, budget: Budget | None = None) -> Report:
    return report_on(explore(scope, budget))


# -- paths ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["faults", "restarts", "both", "warm", "v1.7"])
def test_the_scenario_of_a_path_leads_to_the_state_of_the_path(name: str) -> None:
    """Pods inside calls, failures and crashes included."""
    result = explore(SMALL[name])
    for number in range(0, result.states, 1 + result.states // 60):
        path = result.path(number)
        follower = RecordedFollower(result.scope.world())
        follower.follow(path)
        runner = replayed(scenario_of(result.scope, path, title="a path"))
        key = result.keys[number]
        assert isinstance(key, tuple)
        if len(key) > WAITING:  # A scenario has no event that is half over.
            continue
        turn, faults, restarts = key[:3]
        if turn is Turn.START:  # Nor one for a death between two events: a start says it all.
            runner.crash()
            follower.crash()
        assert key_of(Vertex(runner.world, turn, faults, restarts)) == key
        assert runner.world == follower.world


@pytest.mark.parametrize("other", [None, "nothing of the kind"])
def test_a_path_cannot_choose_what_is_not_offered(other: object) -> None:
    result = explore(SMALL["pods"])
    paths = (result.path(number) for number in range(result.states))
    *before, last = next(each for each in paths if each and isinstance(each[-1], Arrive))
    assert isinstance(last, Arrive)
    assert last.decisions
    wrong = evolve(last, decisions=(other, *last.decisions[1:]))
    follower = RecordedFollower(result.scope.world())
    with pytest.raises(ModelError, match=f"R112 does not offer {other!r}"):
        follower.follow([*before, wrong])


def test_paths_are_shortest() -> None:
    result = explore(SMALL["pods"])
    lengths = [len(result.path(number)) for number in range(result.states)]
    assert lengths == sorted(lengths)


# -- properties ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["faults", "restarts", "pods"])
def test_nothing_unexplained_is_found(name: str) -> None:
    report = explored(SMALL[name])
    assert report.exploration.exhausted
    assert not report.unexplained
    assert report.exploration.exercised


def free_young_enis(patch: Patch) -> None:
    """Sixty seconds are not waited for."""
    patch.setattr(timing, "eni_too_young", lambda *_: False)


def always_room(patch: Patch) -> None:
    """The limit on ENIs is not looked at."""
    patch.setattr(capacity, "has_room", lambda *_: True)


def keep_on_failed_write(patch: Patch) -> None:
    """An assignment whose checkpoint write failed is not undone."""
    patch.setattr(datastore, "forget", lambda store, _held: store)


@frozen
class Caught:
    """A wrong model, where it is found, and by how few moves."""

    wrong: Callable[[Patch], None]
    scope: Scope
    most_moves: int


FLAPPING = Scope(
    node=small_node(2, 3, {"WARM_ENI_TARGET": "0"}),
    pods=2,
    faults=0,
    restarts=0,
    time_steps=(FINE,),
)
MOST = Budget(states=1500)
"""A wrong model may grow for ever."""
WRONG = (
    Caught(free_young_enis, FLAPPING, 15),
    Caught(always_room, SMALL["pods"], 16),
    Caught(keep_on_failed_write, SMALL["faults"], 4),
)


@pytest.mark.parametrize("caught", WRONG, ids=[each.wrong.__name__ for each in WRONG])
def test_a_wrong_model_is_found_by_a_short_scenario(caught: Caught, monkeypatch: Patch) -> None:
    caught.wrong(monkeypatch)
    report = explored(caught.scope, MOST)
    found = [each for each in report.unexplained if each.of != "settles"]
    assert found
    shortest = found[0]
    assert shortest.moves <= caught.most_moves
    assert shortest.of in replayed(shortest.scenario).violated
    monkeypatch.undo()
    assert shortest.of not in {each.of for each in explored(caught.scope, MOST).unexplained}


@pytest.mark.parametrize("enforced", [False, True])
def test_who_asks_for_too_much_is_found_out_where_ec2_grants_it(
    enforced: bool, monkeypatch: Patch
) -> None:
    always_room(monkeypatch)
    scope = Scope(node=small_node(1, 2, {}), pods=2, faults=0, restarts=0, enforce_limits=enforced)
    violated = explored(scope, Budget(states=1500)).exploration.violated
    assert "I9" in violated
    assert ("P-S5" in violated, "P-M1" in violated) == (not enforced, not enforced)


def test_a_start_that_leaves_an_eni_out_asks_for_one_too_many() -> None:
    """It cannot set an ENI up, does not count it, and asks EC2 for another one."""
    scope = Scope(node=SHIPPED, pods=1, faults=1, restarts=1, enforce_limits=False)
    found = explored(scope, Budget(states=2000))
    (beyond,) = (each for each in found.examples if each.of == "P-S5")
    assert beyond.what == "3 ENIs on card 0, EC2 allows 2"
    assert beyond.findings == ("asks-for-what-is-taken-unseen",)
    assert "P-S5" in replayed(beyond.scenario).violated


# -- settling ------------------------------------------------------------------------------------


def loop_of(report: Report) -> CounterExample:
    (loop,) = (each for each in report.examples if each.of == "settles")
    return loop


def test_1775_warm_eni_target_0_never_settles_and_the_loop_replays() -> None:
    report = explored(PRESETS["warm-eni-target-0"])
    assert report.settling is not None
    assert not report.settling.always
    assert not report.settling.maybe
    loop = loop_of(report)
    assert loop.findings == ("warm-eni-target-zero",)
    assert loop.loop_from is not None
    runner = ScenarioRunner(world_of(loop.scenario.node, loop.scenario.ec2))
    steps = list(runner.steps(loop.scenario.events))
    in_loop = [made.name for step in steps[loop.loop_from :] for made in step.calls]
    assert {"CreateNetworkInterface+Attach", "FreeENI"} <= set(in_loop)
    assert steps[loop.loop_from - 1].quantities.reserved == steps[-1].quantities.reserved
    assert not {"pod_add", "pod_del", "start"} & {s.event.kind for s in steps[loop.loop_from :]}


def test_warm_ip_target_2_settles() -> None:
    report = explored(
        Scope(node=small_node(2, 3, {"WARM_IP_TARGET": "2"}), pods=1, faults=0, restarts=0)
    )
    assert report.settling is not None
    assert report.settling.always
    assert report.settling.maybe
    assert report.settling.at_rest > 0


def graph(text: str) -> list[list[Quiet]]:
    """`0>1 1>0!`: steps, with ! where something changes."""
    steps = [(*map(int, each.rstrip("!").split(">")), each.endswith("!")) for each in text.split()]
    found: list[list[Quiet]] = [[] for _ in range(1 + max(max(step[:2]) for step in steps))]
    for one, other, changes in steps:
        found[one].append(Quiet(other, bool(changes)))
    return found


def test_components_are_what_can_be_reached_both_ways() -> None:
    found = components(graph("0>1 1>2 2>1 2>3 3>3 0>4 4>5 5>4 5>0"))
    assert found[1] == found[2]
    assert found[0] == found[4] == found[5]
    assert len(set(found)) == 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0>1! 1>1", "always"),
        ("0>1! 1>0! 1>2 2>2", "sometimes"),
        ("0>1! 1>0", "not"),
        ("0>1 1>0", "always"),
        ("0>1! 1>2 2>1! 0>3 3>3", "not"),
    ],
)
def test_always_sometimes_or_not(text: str, expected: str) -> None:
    assert verdict_of_choices(graph(text)) == expected


def test_a_search_that_was_cut_short_says_nothing_about_settling() -> None:
    result = explore(PRESETS["two-enis"], Budget(states=200))
    assert not result.exhausted
    assert result.cut == "states"
    assert report_on(result).settling is None
    with pytest.raises(ModelError):
        settling(result)
    late = explore(PRESETS["two-enis"], Budget(seconds=0))
    assert (late.cut, late.exhausted) == ("seconds", False)


# -- counts --------------------------------------------------------------------------------------

QUICK = ("scarce-subnet", "warm-ip-target", "three-enis", "warm-eni-target-0", "any-time")


@pytest.mark.parametrize("name", QUICK)
def test_the_counts_are_those_on_record(name: str) -> None:
    assert counts_of(name) == recorded()[name]


def test_every_scope_is_on_record_and_none_was_cut_short() -> None:
    assert list(recorded()) == list(PRESETS)
    assert all(counts["settles"] for counts in recorded().values())


# -- what is not covered -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "message"),
    [
        (Scope(node=small_node(2, 3, {"ENABLE_POD_ENI": "true"})), "branch ENIs"),
        (
            Scope(
                node=small_node(
                    2,
                    3,
                    {
                        "ENABLE_IPv6": "true",
                        "ENABLE_IPv4": "false",
                        "ENABLE_PREFIX_DELEGATION": "true",
                    },
                )
            ),
            "IPv4 only",
        ),
        (Scope(node=SHIPPED, pods=9), "0 to 8"),
        (Scope(node=SHIPPED, time_steps=()), "time steps"),
    ],
)
def test_what_is_not_covered_is_refused(scope: Scope, message: str) -> None:
    with pytest.raises(InputError, match=message):
        explore(scope)


def test_no_pods_no_faults_no_restarts_is_one_run() -> None:
    result = explore(Scope(node=SHIPPED, pods=0, faults=0, restarts=0))
    assert result.exhausted
    assert result.states == result.settled
    waits = [move for _, move in result.parents if isinstance(move, Wait)]
    assert waits
