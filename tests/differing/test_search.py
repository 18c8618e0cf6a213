"""What a comparison claims is so: against brute force, and against daemons known to be wrong."""

from collections.abc import Hashable, Sequence
from itertools import islice

import pytest

from ipam_model.choosing import Chooser
from ipam_model.config import Quirk, Version
from ipam_model.differing import events, outcomes, pair_key, search
from ipam_model.differing.comparison import Comparison
from ipam_model.differing.search import KeyOf, Result, Status, compare
from ipam_model.differing.witness import witness_of
from ipam_model.errors import InputError
from ipam_model.explore.scope import small_node
from ipam_model.explore.search import Budget
from ipam_model.scenario.running import run_scenario
from ipam_model.world import World
from tests.differing import plainly
from tests.differing.nodes import (
    FEW,
    SHIPPED,
    WARM_IP,
    WITHOUT_ENI_CONFIG,
    broken,
    comparison,
    of_version,
    without,
)

ARTICLE = of_version(SHIPPED, Version.ARTICLE_2021)
COOLING = comparison(WARM_IP, without(WARM_IP, Quirk.COOLING_RELEASED))


@pytest.mark.parametrize("version", Version)
def test_a_node_is_equivalent_to_itself(version: Version) -> None:
    node = of_version(SHIPPED, version)
    result = compare(comparison(node, node, pods=1, restarts=1, cordons=1, faults=0), 4)
    assert result.status is Status.EQUIVALENT_TO_DEPTH
    assert result.depth == 4
    assert result.difference is None


def test_a_scope_that_is_exhausted_needs_no_bound() -> None:
    result = compare(comparison(FEW, FEW, pods=1), None)
    assert result.status is Status.EQUIVALENT
    assert result.depth > 5
    # One event less leaves something out, and then a bound is named.
    assert compare(comparison(FEW, FEW, pods=1), result.depth - 1).status is (
        Status.EQUIVALENT_TO_DEPTH
    )


def test_an_exhausted_search_covers_what_any_longer_one_reaches() -> None:
    whole = compare(comparison(FEW, FEW, pods=1), None)
    deeper = compare(comparison(FEW, FEW, pods=1), whole.depth + 3)
    assert (deeper.status, deeper.pairs) == (Status.EQUIVALENT, whole.pairs)


def test_a_spent_budget_proves_nothing() -> None:
    result = compare(comparison(SHIPPED, SHIPPED), 8, Budget(states=30))
    assert (result.status, result.cut) == (Status.UNKNOWN, "states")
    result = compare(comparison(SHIPPED, SHIPPED), 8, Budget(seconds=0))
    assert (result.status, result.cut) == (Status.UNKNOWN, "seconds")


def test_more_options_than_anybody_can_follow_do_no_harm() -> None:
    """Eight of 38 addresses go: 48 million ways, which nobody lists to follow the first ones."""
    node = small_node(1, 50, {"WARM_IP_TARGET": "30"})
    asked = comparison(node, node)
    runner = Chooser(asked.world(asked.left))
    names = [f"p{number}" for number in range(8)]
    for event in (
        events.START,
        *map(events.PodComes, names),
        events.TICK,
        *map(events.PodGoes, names),
    ):
        runner.let(event.happen)
    found = [*islice(outcomes.outcomes(runner.world, events.TICK, asked.watched), 5)]
    assert len({each.decisions for each in found}) == 5
    assert len({each.seen for each in found}) == 1


PLAIN = {
    "settings": comparison(SHIPPED, small_node(2, 3, {"WARM_ENI_TARGET": "0"}), pods=1),
    "cooldown": comparison(FEW, small_node(2, 2, {"IP_COOLDOWN_PERIOD": "0"}), pods=1),
    "cooldown over": comparison(FEW, small_node(2, 2, {"IP_COOLDOWN_PERIOD": "60"}), pods=1),
    "max pods": comparison(FEW, small_node(2, 2, {"MAX_ENI": "1"}), pods=2),
    "start": comparison(WARM_IP, SHIPPED, pods=0),
    "itself": comparison(SHIPPED, SHIPPED, pods=2),
    "v1.7": comparison(SHIPPED, of_version(SHIPPED, Version.V1_7), pods=1),
}


@pytest.mark.parametrize("name", PLAIN)
def test_brute_force_finds_the_same(name: str) -> None:
    assert agrees(PLAIN[name], 3)


def agrees(asked: Comparison, most: int) -> bool:
    """Whether the search and brute force find the same smallest number of events."""
    result = compare(asked, most)
    found = None if result.difference is None else len(result.difference.events) - 1
    return found == plainly.smallest(asked, most)


def test_brute_force_finds_differences_and_none() -> None:
    """Else the comparison with it would say nothing."""
    found = {name: plainly.smallest(PLAIN[name], 2) for name in ("start", "settings", "itself")}
    assert found == {"start": 0, "settings": 2, "itself": None}


@pytest.mark.parametrize("asked", [COOLING, comparison(ARTICLE, SHIPPED)], ids=["R139", "article"])
def test_no_event_can_be_left_out(asked: Comparison) -> None:
    result = compare(asked)
    assert result.difference is not None
    sequence = result.difference.events
    assert plainly.differ(asked, sequence)
    for number in range(1, len(sequence)):
        shorter = (*sequence[:number], *sequence[number + 1 :])
        assert not (plainly.makes_sense(shorter) and plainly.differ(asked, shorter))


@pytest.mark.parametrize(
    ("model", "wait", "events_needed"),
    [
        ("assign-the-first", 61_000, 4),
        ("assign-past-the-end", 61_000, 4),
        ("pool-the-primary", 61_000, 0),
        ("no-cooldown", 61_000, 4),
        ("cooldown-without-its-boundary", 30_000, 5),
    ],
)
def test_a_wrong_model_differs_and_the_runs_can_be_replayed(
    model: str, wait: int, events_needed: int
) -> None:
    asked = broken(SHIPPED, model, pods=2, waits=(wait,))
    result = compare(asked, 6)
    assert result.difference is not None
    assert len(result.difference.events) - 1 == events_needed
    assert_replays(asked, result)


def assert_replays(asked: Comparison, result: Result) -> None:
    assert result.difference is not None
    found = witness_of(asked, result.difference)
    for run in (found.left, found.right):
        with run.side.daemon():
            steps = list(run_scenario(run.scenario))
        assert len(steps) == len(run.rows)
        for step, row in zip(steps, run.rows, strict=True):
            assert (step.reply, step.now) == (row.reply, row.now)
            assert step.quantities.reserved == row.quantities.reserved
            assert step.quantities.assigned == row.quantities.assigned
            assert [made.request for made in step.calls] == [made.request for made in row.calls]
    assert found.differ


@pytest.mark.parametrize("name", ["start", "settings", "max pods"])
def test_differences_can_be_replayed(name: str) -> None:
    assert_replays(PLAIN[name], compare(PLAIN[name], 3))


@pytest.mark.parametrize("asked", [COOLING, comparison(ARTICLE, SHIPPED)], ids=["R139", "article"])
def test_differences_that_depend_on_choices_can_be_replayed(asked: Comparison) -> None:
    assert_replays(asked, compare(asked))


@pytest.mark.parametrize(
    "asked",
    [comparison(WARM_IP, WARM_IP, restarts=1, cordons=1), comparison(SHIPPED, SHIPPED, pods=3)],
    ids=["warm", "shipped"],
)
def test_merging_by_names_loses_nothing(asked: Comparison) -> None:
    """Pairs are fewer than with states that equal only themselves, and each of those has a key."""
    merged = compare(asked, 4)
    told_apart = compare(asked, 4, key=lambda *of: of[1])
    assert merged.status is told_apart.status
    assert merged.pairs < told_apart.pairs


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(InputError, match="pods is 9"):
        compare(comparison(SHIPPED, SHIPPED, pods=9))
    with pytest.raises(InputError, match="longer than 0 s"):
        compare(comparison(SHIPPED, SHIPPED, waits=(0,)))
    with pytest.raises(InputError, match="limits of 2x3 and 2x2 differ"):
        compare(comparison(SHIPPED, FEW))
    with pytest.raises(InputError, match=r"neither daemon starts .*\(EmptyPoolWithCustom"):
        compare(comparison(WITHOUT_ENI_CONFIG, WITHOUT_ENI_CONFIG))
    with pytest.raises(InputError, match="not 'luck'"):
        compare(comparison(SHIPPED, SHIPPED, watched=("reply", "luck")))
    with pytest.raises(InputError, match="replies are always compared"):
        compare(comparison(SHIPPED, SHIPPED, watched=("enis",)))


# -- the comparison itself, broken ---------------------------------------------------------------


def first_choice_only(
    world: World, event: events.Event, watched: Sequence[str]
) -> list[outcomes.Outcome]:
    """A daemon that has no choices."""
    return [next(outcomes.outcomes(world, event, watched))]


def nameless_key(asked: Comparison, world: World, pods: tuple[str, ...]) -> Hashable:
    """As if it did not matter which pod has which address."""
    return (pair_key.key_of(asked, world, ()), len(pods))


def test_following_the_first_choice_alone_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only if a pod lands on the second ENI does v1.23 keep what the article's policy frees."""
    asked = comparison(ARTICLE, SHIPPED)
    assert compare(asked, 7).status is Status.DIFFERENT
    monkeypatch.setattr(search, "outcomes", first_choice_only)
    assert compare(asked, 7).status is Status.EQUIVALENT_TO_DEPTH


def test_states_of_one_key_have_one_future() -> None:
    assert unlike_under_one_key(pair_key.key_of) == 0


def test_a_key_without_the_names_of_pods_is_noticed() -> None:
    assert unlike_under_one_key(nameless_key) > 0


def unlike_under_one_key(key: KeyOf) -> int:
    """How often two states of one key go on differently, among those that a search meets."""
    asked = comparison(SHIPPED, SHIPPED, waits=(30_000,))
    met: dict[tuple[object, int], list[tuple[World, tuple[str, ...]]]] = {}

    def noting(of: Comparison, world: World, pods: tuple[str, ...]) -> Hashable:
        found = key(of, world, pods)
        same = met.setdefault((found, len(pods)), [])
        if len(same) < 3 and all(world != each for each, _ in same):
            same.append((world, pods))
        return found

    compare(asked, 6, key=noting)
    several = [each for each in met.values() if len(each) > 1 and each[0][0].node is not None]
    assert len(several) > 20
    return sum(
        len({future(asked, key, world, pods) for world, pods in same}) > 1 for same in several
    )


def future(asked: Comparison, key: KeyOf, world: World, pods: tuple[str, ...]) -> Hashable:
    """What each event can lead to, up to names."""
    names = ("new",) if len(pods) < asked.pods else ()
    happening: list[tuple[events.Event, tuple[str, ...]]] = [
        *((events.PodGoes(name), tuple(n for n in pods if n != name)) for name in pods),
        *((events.PodComes(name), (*pods, name)) for name in names),
        *((each, pods) for each in (events.TICK, events.RECONCILE, events.wait(30_000))),
        (events.START, pods),
    ]
    return tuple(
        frozenset(
            (seen, key(asked, after, there))
            for seen, after, _ in outcomes.outcomes(world, event, asked.watched)
        )
        for event, there in happening
    )


def test_not_looking_at_enis_is_noticed() -> None:
    assert agrees(PLAIN["settings"], 2)
    blind = compare(
        comparison(PLAIN["settings"].left.setup, PLAIN["settings"].right.setup, watched=("reply",)),
        2,
    )
    assert blind.difference is None


def test_events_have_texts_of_their_own() -> None:
    texts = [each.text for several in events.OTHERS.values() for each in several]
    assert len(set(texts)) == len(texts)
