"""An answer is about the node and the pods of the question, or there is none."""

import pickle
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType
from typing import Any, cast

import pytest
from attrs import evolve

from ipam_model.bounds import (
    Basis,
    Level,
    Proof,
    Question,
    Status,
    ask,
    bound,
    bounds_of_grid,
    seeking,
)
from ipam_model.bounds.answer import Bound
from ipam_model.bounds.deadline import Deadline, OutOfTimeError
from ipam_model.bounds.pace_question import PaceQuestion, burst_of
from ipam_model.bounds.paced_node import PacedNode
from ipam_model.bounds.search import Searched
from ipam_model.bounds.subject import UNDISTURBED, subject
from ipam_model.cli.main import main
from ipam_model.config import Version
from ipam_model.counting.exploration import Budget
from ipam_model.errors import InputError, ModelError
from ipam_model.limits import Catalogue, InstanceLimits, UnknownTypeError
from ipam_model.nodes import NodeSetup, ample_subnet
from ipam_model.quantities import Quantities, quantities
from ipam_model.scenario.judging import JudgedRun
from ipam_model.scenario.meaning import EventError
from ipam_model.scenario.running import ScenarioRunner
from ipam_model.scenario.setup import world_of
from ipam_model.simulation.latencies import Latencies
from ipam_model.state import Network
from ipam_model.subnets import CidrSubnet

PREFIXES = {"ENABLE_PREFIX_DELEGATION": "true"}


def node(
    enis: int,
    addresses: int,
    env: Mapping[str, str] = MappingProxyType({}),
    *,
    version: Version = Version.V1_23,
    cards: int = 1,
) -> NodeSetup:
    return NodeSetup(
        name=f"{enis}x{addresses}",
        limits=InstanceLimits.simple(enis, addresses, cards=cards),
        env={"ENABLE_IPv4": "true", **env},
        max_pods=29,
        version=version,
    )


def at_its_end(found: Bound) -> Quantities:
    assert found.witness is not None
    scenario = found.witness.scenario
    assert scenario is not None
    runner = ScenarioRunner(world_of(scenario.node, scenario.ec2))
    for step in runner.steps(scenario.events):
        assert not step.violations
    return quantities(runner)


# -- pods now ------------------------------------------------------------------------------------


@pytest.mark.parametrize("quantity", ["idle", "reserved-after-churn"])
def test_more_pods_now_than_the_peak_are_refused(quantity: str) -> None:
    with pytest.raises(InputError, match="20 pods now are more than its peak, 12"):
        bound(quantity, evolve(node(3, 10), max_pods=12), pods_now=20)
    with pytest.raises(InputError, match="50 pods now do not fit: 3x10 holds 27 at most"):
        bound(quantity, node(3, 10), pods_now=50)


@pytest.mark.parametrize("quantity", ["idle", "reserved-after-churn"])
def test_pods_now_that_never_have_addresses_are_refused(quantity: str) -> None:
    """No answer of 0 addresses: the node is never like that (#2650)."""
    with pytest.raises(InputError, match="20 pods now cannot all have an address: it owns 5"):
        bound(quantity, node(3, 10, {"MINIMUM_IP_TARGET": "5"}), pods_now=20)
    small = evolve(node(3, 10), subnets=(ample_subnet(12),))
    with pytest.raises(InputError, match="20 pods now cannot all have an address: it owns 12"):
        bound(quantity, small, pods_now=20)


@pytest.mark.parametrize("pods", [0, 4, 18])
@pytest.mark.parametrize(
    "setup",
    [node(3, 10, version=Version.V1_7), node(3, 10, {"ENABLE_POD_ENI": "true"})],
    ids=["v1.7", "trunk"],
)
def test_idle_addresses_are_those_with_the_pods_now_on_nodes_without_theorems(
    setup: NodeSetup, pods: int
) -> None:
    found = bound("idle", setup, pods_now=pods, record=True)
    seen = at_its_end(found)
    assert (seen.assigned, seen.owned - seen.assigned) == (pods, found.lower)
    assert found.upper == 27 - pods


def test_several_cards_hold_what_a_closed_form_of_one_does_not_say() -> None:
    setup = node(3, 6, {"MINIMUM_IP_TARGET": "2", "ENABLE_MULTI_NIC": "true"}, cards=2)
    asked = PaceQuestion(quantity="unserved", node=setup, pods_now=6)
    assert burst_of(asked).pods == 6


def test_other_cards_hold_pods_and_leak_enis() -> None:
    """Though no second ENI comes on card 0."""
    setup = node(3, 4, {"MAX_ENI": "1", "ENABLE_MULTI_NIC": "true"}, cards=2)
    with pytest.raises(InputError, match="7 pods now do not fit: 3x4 holds 6 at most"):
        bound("ticks-to-serve", setup, pods_now=7)
    assert bound("ticks-to-serve", setup, pods_now=5).lower == 0
    assert bound("leaks", setup, faults=2).upper == 8


@pytest.mark.parametrize("quantity", ["reserved", "idle", "ticks-to-serve"])
def test_a_cordon_is_not_passed_over(quantity: str) -> None:
    """Its ENIs stay, so an answer about another node would be too low."""
    with pytest.raises(InputError, match="goes with the quantity `floor` only"):
        bound(quantity, node(3, 10), cordoned=True)


# -- nodes that never rest, or are not spoken of --------------------------------------------------


@pytest.mark.parametrize("level", Level)
def test_nothing_is_said_at_rest_of_a_node_that_never_rests(level: Level) -> None:
    """Its prefix comes and goes for ever (R81); the theorem speaks of states that there are not."""
    setup = node(2, 2, {**PREFIXES, "WARM_PREFIX_TARGET": "00"})
    found = bound("floor", setup, level=level)
    assert (found.status, found.value, found.witness) == (Status.NEVER, None, None)
    assert found.unwitnessed.endswith("is the node at rest with 0 pods")
    assert found.proof is not None
    assert (found.proof.basis, found.proof.verdict) == (Basis.SEARCH, "exhausted")
    assert (
        found.proof.statement
        == "In none of the states that it can reach is the node at rest with 0 pods."
    )


def test_a_search_that_its_budget_ended_does_not_say_never() -> None:
    setup = node(2, 2, {**PREFIXES, "WARM_PREFIX_TARGET": "00"})
    found = bound("floor", setup, budget=Budget(states=2, seconds=None))
    assert found.status is not Status.NEVER


def test_a_plan_that_rests_where_a_search_says_nothing_does_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither is dropped: one of the two is wrong."""
    proof = Proof(basis=Basis.SEARCH, name="a wrong search", states=1, depth=0, exhausted=True)
    nowhere = Searched(value=None, state=None, proof=proof)
    monkeypatch.setattr(seeking, "most", lambda *_, **__: nowhere)
    setup = node(2, 3, {**PREFIXES, "WARM_PREFIX_TARGET": "1"})
    about = subject(Question(quantity="floor", node=setup))
    asked = Question(quantity="floor", node=setup, level=Level.COUNTING)
    goal = seeking.Goal(counted=lambda *_: 1, measured=lambda *_: 1, at_rest=True, pods=0)
    with pytest.raises(ModelError, match="comes to 1, but a search says that in none of the"):
        seeking.sides(about, asked, goal, None)


@pytest.mark.parametrize("level", Level)
def test_the_article_says_nothing_of_prefixes(level: Level) -> None:
    setup = node(3, 10, PREFIXES, version=Version.ARTICLE_2021)
    with pytest.raises(InputError, match="article-2021 knows secondary addresses of one card only"):
        bound("reserved", setup, level=level)


def test_the_only_eni_serves_pods_beside_a_trunk_that_never_comes() -> None:
    """The primary ENI is there whatever slot is kept, so nobody has room for none."""
    setup = node(1, 6, {"ENABLE_POD_ENI": "true"})
    assert bound("idle", setup, pods_now=2).lower == 3
    with pytest.raises(InputError, match="6 pods now do not fit: 1x6 holds 5 at most"):
        bound("idle", setup, pods_now=6)


def test_a_type_without_trunks_keeps_no_slot_for_one() -> None:
    """So the theorems speak of it as of any other node."""
    setup = evolve(
        node(3, 4, {"ENABLE_POD_ENI": "true"}), limits=Catalogue.bundled().get("t3.small")
    )
    found = bound("idle", setup, pods_now=8)
    assert (found.value, found.status) == (1, Status.EXACT)
    assert found.proof is not None
    assert found.proof.basis is Basis.THEOREM


def judged(found: Bound) -> JudgedRun:
    """Its witness as a replay judges it."""
    assert found.witness is not None
    assert found.witness.scenario is not None
    run = JudgedRun(found.witness.scenario)
    assert list(run.steps())
    return run


@pytest.mark.parametrize(
    ("quantity", "env", "enis", "addresses", "pods"),
    [
        ("overshoot", {"WARM_ENI_TARGET": "3", "WARM_IP_TARGET": "3"}, 2, 5, None),
        ("idle", {}, 2, 2, 1),
    ],
)
def test_a_witness_of_the_article_holds_its_standby_eni_back(
    quantity: str, env: Mapping[str, str], enis: int, addresses: int, pods: int | None
) -> None:
    """No plan gives a pod what the policy does not let it have (B6), and a replay says so."""
    setup = node(enis, addresses, env, version=Version.ARTICLE_2021)
    now = None if quantity == "overshoot" else pods
    found = bound(quantity, setup, pods=pods, pods_now=now, record=True)
    assert not judged(found).violations()


# -- subnets and failed calls --------------------------------------------------------------------


def test_a_subnet_bounds_what_leaks_too() -> None:
    small = evolve(node(3, 10), subnets=(ample_subnet(40),))
    found = bound("reserved", small, faults=2)
    assert (found.upper, found.lower) == (40, 30)
    assert "the subnet has 40 free addresses" in found.assumptions
    assert bound("reserved", small).value == 30


@pytest.mark.parametrize("quantity", ["idle", "floor", "reserved-after-churn", "owned", "enis"])
def test_no_theorem_speaks_of_scarce_addresses(quantity: str) -> None:
    """Growth may fail there for ever, which is no step that the theorems say is not enabled."""
    setup = node(3, 10, {"WARM_IP_TARGET": "1"})
    small = bound(quantity, evolve(setup, subnets=(ample_subnet(25),)))
    assert small.proof is not None
    assert (small.proof.basis, small.proof.modulo) == (Basis.LIMITS, ())
    assert any("its subnet may run out" in each for each in small.assumptions)
    ample = bound(quantity, setup)
    assert ample.proof is not None
    assert ample.proof.basis is Basis.THEOREM
    assert not any("subnet" in step for step in ample.proof.modulo)


@pytest.mark.parametrize(
    "quantity", ["idle", "floor", "reserved-after-churn", "owned", "enis", "shortfall"]
)
def test_theorems_speak_of_a_subnet_that_has_all_that_is_ever_reserved(quantity: str) -> None:
    """Nothing is refused there, which is a step on paper (docs/bound.md)."""
    setup = node(3, 10, {"WARM_IP_TARGET": "1"})
    most = bound("reserved", setup, pods=4).value
    assert most is not None
    enough = bound(quantity, evolve(setup, subnets=(ample_subnet(most),)), pods=4)
    assert (enough.value, enough.exact) == (bound(quantity, setup, pods=4).value, True)
    assert enough.proof is not None
    assert any("refuses no call" in step for step in enough.proof.modulo)


def test_several_subnets_are_worth_their_sum() -> None:
    first = ample_subnet(12)
    setup = evolve(node(3, 10), subnets=(first, evolve(first, id="subnet-b", first=0x0A020004)))
    found = bound("reserved", setup)
    assert found.upper == 24
    assert found.lower is not None
    assert found.lower <= 24


def test_a_fragmented_subnet_may_have_no_prefix() -> None:
    """Every 16th address of it is taken: no theorem helps, and pods wait for ever."""
    whole = Network(0x0A000000, 256)
    taken = frozenset(whole.address + 16 * each + 7 for each in range(16))
    subnet = CidrSubnet(id="subnet-a", network=whole, taken=taken)
    setup = evolve(node(2, 3, {**PREFIXES, "WARM_PREFIX_TARGET": "1"}), subnets=(subnet,))
    found = bound("unserved", setup)
    assert (found.upper, found.proof) == (None, None)


@pytest.mark.parametrize("quantity", ["leaks", "leaks-at-once"])
def test_leaks_by_a_restart_are_left_out_and_it_is_said(quantity: str) -> None:
    found = bound(quantity, node(3, 10))
    assert UNDISTURBED in found.assumptions


def test_in_v1_7_leaks_may_stay_for_ever() -> None:
    """An ENI is tagged after it was attached: before that no job knows it for the node's own."""
    setup = node(3, 4, {"WARM_IP_TARGET": "2"}, version=Version.V1_7)
    with pytest.raises(InputError, match="tags an ENI only once it is attached"):
        bound("leaks-at-once", setup)
    run = judged(bound("leaks", setup, pods=5, faults=2, record=True))
    assert [each.of for each in run.violations()] == ["P-S8"]
    assert not run.unexplained()


def test_custom_networking_has_an_eni_config() -> None:
    """Nobody can give one to the command, and without one the daemon exits at its start."""
    setup = node(3, 10, {"AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG": "true"})
    found = bound("reserved", setup)
    assert (found.lower, found.upper) == (21, 30), "the primary ENI carries no pods"
    assert "the ENIConfig names the node's own subnet" in found.assumptions


@pytest.mark.parametrize("name", ["AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "ENABLE_POD_ENI"])
def test_addresses_that_no_pod_can_have_leave_no_pod_unserved(name: str) -> None:
    setup = node(3, 10, {name: "true"})
    found = bound("unserved", setup)
    assert (found.lower, found.upper) == (0, None)
    served = bound("ticks-to-serve", setup)
    assert (served.status, served.lower) == (Status.LOWER, 1)
    with pytest.raises(InputError, match="20 pods now do not fit: 3x10 holds 18 at most"):
        bound("idle", setup, pods_now=20)


def test_pods_that_wait_for_ever_leave_the_calls_of_the_others_to_be_seen() -> None:
    setup = node(3, 10, {"MINIMUM_IP_TARGET": "5"})
    calls = bound("ec2-calls", setup)
    assert (calls.value, calls.status) == (0, Status.EXACT)
    churn = bound("ec2-calls-per-pod", setup)
    assert (churn.value, churn.status) == (0, Status.EXACT)
    assert churn.assumptions[0].startswith("5 pods;"), "as many as there ever are at once"


def test_without_a_cooldown_nothing_is_lacking_while_it_cools() -> None:
    """Not even in the instant in which a pod went, which nobody can tell from the next one."""
    for seconds, reached in (("0", 0), ("1", 2)):
        setup = node(3, 10, {"WARM_IP_TARGET": "2", "IP_COOLDOWN_PERIOD": seconds})
        found = bound("shortfall-while-cooling", setup, pods_now=3)
        assert (found.lower, found.value, found.status) == (reached, reached, Status.EXACT)
        assert ("no address cools (IP_COOLDOWN_PERIOD=0)" in found.assumptions) is not reached


def test_without_a_cooldown_max_pods_may_leave_something_lacking() -> None:
    setup = evolve(node(3, 10, {"WARM_IP_TARGET": "9", "IP_COOLDOWN_PERIOD": "0"}), max_pods=12)
    found = bound("shortfall-while-cooling", setup, pods_now=8)
    assert found.upper == 9
    assert any("max pods may end growth" in each for each in found.assumptions)


# -- time ----------------------------------------------------------------------------------------


def test_a_crowd_does_not_pass_the_deadline_unnoticed() -> None:
    """Pods that come at once are named before any of them asks."""
    node_of_a_crowd = PacedNode(node(3, 10).world(), deadline=Deadline(0.0))
    with pytest.raises(OutOfTimeError):
        node_of_a_crowd.come(10**9)


def test_the_pods_of_an_idle_node_are_no_more_than_its_subnet_has_addresses_for() -> None:
    """Of a node of 10⁸ addresses not every number of pods is looked at."""
    huge = evolve(node(10_000, 10_000), max_pods=10**9)
    found = bound("idle", huge, level=Level.COUNTING)
    assert found.upper == ample_subnet().free


@pytest.mark.parametrize(
    "quantity",
    ["ticks-to-serve", "unserved", "ec2-calls", "ec2-calls-per-pod", "shortfall-while-cooling"],
)
def test_latencies_are_refused_where_nothing_allows_for_them(quantity: str) -> None:
    """Reconciles come between slow calls, and ask EC2 more often than `ec2-calls` has it."""
    setup = node(2, 6, {"WARM_IP_TARGET": "1"})
    slow = Latencies(by_call={"NodeCordoned": 58_000})
    asked = PaceQuestion(quantity=quantity, node=setup, pods_now=3, latencies=slow)
    with pytest.raises(InputError, match=f"latencies go with time-to-serve, not with {quantity}"):
        ask(asked)
    assert ask(evolve(asked, quantity="time-to-serve")).lower


@pytest.mark.parametrize("seconds", [-1.0, float("-inf"), float("nan")])
def test_no_time_is_less_than_none(seconds: float) -> None:
    with pytest.raises(InputError, match="seconds of a replay"):
        bound("reserved", node(2, 3), replay_seconds=seconds)


class Counted:
    """A number as a column of a data frame holds them."""

    def __index__(self) -> int:
        return 2


def test_numbers_of_pods_are_whole_and_those_of_the_answer_are_ours() -> None:
    found = bound("reserved", node(2, 3), pods=cast(int, Counted()))
    assert type(found.value) is int
    assert found == bound("reserved", node(2, 3), pods=2)
    for name in ("pods", "pods_now", "faults", "burst"):
        for odd in (2.5, "2"):
            given: dict[str, Any] = {name: odd}
            with pytest.raises(InputError, match="is not a whole number"):
                PaceQuestion(quantity="idle", node=node(2, 3), **given)


# -- grids ---------------------------------------------------------------------------------------


def refusal_or_value(answers: Iterator[Bound]) -> Iterator[int | str | None]:
    """Each answer, and each refusal, as long as there are any."""
    while True:
        try:
            yield next(answers).value
        except StopIteration:
            return
        except InputError as error:
            yield str(error)


def test_a_question_that_makes_no_sense_does_not_end_the_grid() -> None:
    nodes, peaks = [node(2, 3), node(2, 4)], [2, 0, 1]
    here = list(refusal_or_value(bounds_of_grid(["ec2-calls-per-pod"], nodes, peaks)))
    assert [isinstance(each, str) for each in here] == [False, True, False] * 2
    with ThreadPoolExecutor(2) as executor:
        asked = bounds_of_grid(["ec2-calls-per-pod"], nodes, peaks, executor=executor)
        assert list(refusal_or_value(asked)) == here


def test_nor_does_one_whose_numbers_do_not_go_together() -> None:
    """Fewer pods at the peak than now, or than none, are refused when the question is made."""
    nodes, peaks = [node(2, 3), node(2, 4)], [1, -1, 3]
    like = Question(quantity="idle", node=nodes[0], pods_now=2, level=Level.COUNTING)
    asked = ["reserved-after-churn"]
    here = list(refusal_or_value(bounds_of_grid(asked, nodes, peaks, like=like)))
    assert [isinstance(each, str) for each in here] == [True, True, False] * 2
    with ThreadPoolExecutor(2) as executor:
        there = bounds_of_grid(asked, nodes, peaks, like=like, executor=executor)
        assert list(refusal_or_value(there)) == here


def test_errors_come_whole_from_another_process() -> None:
    for error in (UnknownTypeError("unknown"), EventError(3, "no such event"), InputError("bad")):
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


# -- as it is shown ------------------------------------------------------------------------------


def test_each_assumption_has_its_line_and_those_of_one_node_its_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = ["--instance-type", "m5.large", "--instance-type", "t3.small", "--max-pods", "20"]
    assert main(["bound", "reserved", *given]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert (
        lines[lines.index("assumed:") + 1] == "  - as many pods as fit, and no more than max pods"
    )
    assert lines[lines.index("assumed of t3.small:") + 1] == "  - max pods does not limit growth"
    assert "assumed of m5.large:" not in lines
