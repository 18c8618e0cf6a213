"""Nodes at rest, against the specification's examples and closed forms."""

from typing import Final, NamedTuple

import pytest
from attrs import evolve
from hypothesis import event, given
from hypothesis import strategies as st

from ipam_model.arithmetic import INTS
from ipam_model.config import Version
from ipam_model.errors import InputError
from ipam_model.nodes import NodeSetup
from ipam_model.rules import closed_forms
from ipam_model.simulation import Choices, Conditions, Ending, Leave, Path, Row, over_pods
from tests.simulation.setups import (
    ARTICLE,
    PLENTY,
    PREFIXES,
    check_rows,
    conditions,
    node,
    setups,
)

RANDOM: Final = tuple(Conditions(choices=Choices.RANDOM, seed=seed) for seed in range(3))
EVERY_CHOICE: Final = (Conditions(), *RANDOM)


class Example(NamedTuple):
    """A row of the specification's tables."""

    id: str
    instance: str
    env: dict[str, str]
    pods: int
    enis: int
    owned: int
    assigned: int
    max_pods: int | None = None


WARM_IP = "WARM_IP_TARGET"
MINIMUM = "MINIMUM_IP_TARGET"
WARM_ENI = "WARM_ENI_TARGET"
# fmt: off
EXAMPLES: Final = [
    Example("E1", "t3.small", {}, 0, 1, 3, 0),
    Example("E2", "t3.small", {}, 1, 2, 6, 1),
    Example("E3", "t3.small", {}, 3, 2, 6, 3),
    Example("E5", "t3.small", {}, 5, 3, 9, 5),
    Example("E6", "t3.small", {}, 9, 3, 9, 9),
    Example("E8", "t3.small", {WARM_IP: "1", MINIMUM: "1"}, 5, 2, 6, 5),
    Example("E10", "t3.small", {WARM_IP: "2", MINIMUM: "5"}, 0, 2, 5, 0),
    Example("E11", "t3.small", {WARM_IP: "2", MINIMUM: "5"}, 5, 3, 7, 5),
    Example("E15", "p3dn.24xlarge", {}, 95, 3, 147, 95),
    Example("E19", "p3dn.24xlarge", {WARM_IP: "5", MINIMUM: "10"}, 45, 2, 50, 45),
    Example("E20", "m4.4xlarge", {WARM_ENI: "5"}, 0, 4, 116, 0, 110),
    Example("E21", "t3.small", {}, 3, 1, 3, 3, 3),
    Example("E23", "t3.small", {}, 1, 2, 6, 1, 4),
    Example("E26", "t3.small", {WARM_ENI: "0"}, 9, 3, 9, 9),
    Example("E27", "t3.small", {MINIMUM: "5"}, 6, 2, 5, 5),
    Example("E31", "t3.small", {WARM_ENI: "3", "MAX_ENI": "2"}, 0, 2, 6, 0),
    Example("E38", "m4.4xlarge", {WARM_IP: "2", MINIMUM: "30"}, 30, 2, 32, 30),
    Example("E40", "m5.xlarge", {WARM_IP: "5", MINIMUM: "40"}, 38, 4, 43, 38),
    Example("E41", "m5.large", {}, 10, 3, 27, 10),
    Example("E42", "c5.4xlarge", {}, 100, 5, 145, 100),
    Example("E60", "t3.small", PREFIXES, 0, 1, 16, 0, 110),
    Example("E62", "t3.small", PREFIXES, 17, 1, 48, 17, 110),
    Example("E63", "t3.small", PREFIXES, 58, 2, 80, 58, 110),
    Example("E64", "t3.small", PREFIXES, 110, 3, 112, 110, 110),
    Example("E68", "t3.small", PREFIXES | {WARM_IP: "1", MINIMUM: "1"}, 58, 2, 64, 58, 110),
    Example("E78", "t3.small", PREFIXES | {"WARM_PREFIX_TARGET": "4"}, 0, 2, 64, 0, 110),
]
# fmt: on


@pytest.mark.parametrize("path", [Path.CLIMB, Path.FRESH])
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
def test_specification_examples(example: Example, path: Path) -> None:
    setup = node(example.instance, example.env, max_pods=example.max_pods)
    for chosen in (Conditions(), RANDOM[0]):
        row = over_pods(setup, range(example.pods + 1), chosen, path=path).rows[-1]
        found = row.quantities
        seen = (row.pods, found.enis, found.owned, found.assigned)
        assert seen == (example.pods, example.enis, example.owned, example.assigned)
        assert row.rest is not None
        assert row.rest.ending is Ending.RESTS


@pytest.mark.parametrize("chosen", EVERY_CHOICE)
def test_article_settled_addresses(chosen: Conditions) -> None:
    run = over_pods(node("m3.2xlarge", ARTICLE), [3, 18, 23], chosen)
    assert [row.quantities.owned for row in run.rows] == [13, 28, 33]
    assert [row.quantities.reserved for row in run.rows] == [14, 29, 35]
    drained = over_pods(node("m3.2xlarge", ARTICLE), [0, 23], chosen, path=Path.DRAIN)
    assert [(row.pods, row.quantities.owned) for row in drained.rows] == [(23, 33), (0, 10)]


def test_E25_a_node_that_never_rests_is_reported_with_its_period_and_range() -> None:
    for chosen in EVERY_CHOICE:
        (row,) = over_pods(node("t3.small", {WARM_ENI: "0"}), [3], chosen).rows
        rest = row.rest
        assert rest is not None
        assert rest.ending is Ending.RESTLESS
        assert rest.period == 65
        assert rest.lowest is not None
        assert rest.highest is not None
        assert (rest.lowest["enis"], rest.highest["enis"]) == (1, 2)
        assert (rest.lowest["owned"], rest.highest["owned"]) == (3, 6)


def test_E25_a_node_of_v1_7_is_seen_to_go_in_circles_too() -> None:
    (row,) = over_pods(evolve(node("t3.small", {WARM_ENI: "0"}), version=Version.V1_7), [3]).rows
    assert row.rest is not None
    assert (row.rest.ending, row.rest.period) == (Ending.RESTLESS, 65)


def test_E81_the_period_of_a_prefix_that_comes_and_goes() -> None:
    setup = node("t3.small", PREFIXES | {"WARM_PREFIX_TARGET": "0"}, max_pods=110)
    for row, prefixes in zip(over_pods(setup, [0, 16]).rows, [(0, 1), (1, 2)], strict=True):
        rest = row.rest
        assert rest is not None
        assert (rest.ending, rest.period) == (Ending.RESTLESS, 35)
        assert rest.lowest is not None
        assert rest.highest is not None
        assert (rest.lowest["owned"], rest.highest["owned"]) == tuple(16 * n for n in prefixes)


def test_a_run_that_is_cut_says_so() -> None:
    run = over_pods(node("t3.small", {WARM_ENI: "0"}), [2, 3], Conditions(most_passes=30))
    endings = [row.rest.ending for row in run.rows if row.rest is not None]
    assert endings == [Ending.RESTS, Ending.CUT]
    assert run.cut
    assert not over_pods(node("t3.small"), [2, 3]).cut


# -- closed forms --------------------------------------------------------------------------------

paths = st.sampled_from([Path.CLIMB, Path.FRESH])
choices = st.sampled_from(EVERY_CHOICE)


def served(row: Row) -> int:
    return row.pods - row.waiting


@given(st.integers(1, 5), st.integers(1, 6), st.integers(1, 3), st.data(), paths, choices)
def test_G1_warm_enis(
    enis: int, slots: int, warm: int, data: st.DataObject, path: Path, chosen: Conditions
) -> None:
    most = enis * slots
    max_pods = data.draw(st.integers(1, most + 4))
    setup = node(f"{enis}x{slots + 1}", {WARM_ENI: str(warm)}, max_pods=max_pods)
    for row in over_pods(setup, range(min(most, max_pods) + 1), chosen, path=path).rows:
        expected = closed_forms.warm_eni_enis(INTS, enis, slots, warm, served(row), max_pods)
        assert row.quantities.enis == expected
        assert row.quantities.owned == expected * slots
        event(f"waiting: {bool(row.waiting)}")


@given(st.integers(1, 5), st.integers(1, 6), st.integers(1, 7), st.integers(0, 12), paths, choices)
def test_G3_warm_addresses(
    enis: int, slots: int, warm: int, minimum: int, path: Path, chosen: Conditions
) -> None:
    env = {WARM_IP: str(warm), MINIMUM: str(minimum)}
    setup = node(f"{enis}x{slots + 1}", env, max_pods=PLENTY)
    for row in over_pods(setup, range(enis * slots + 2), chosen, path=path).rows:
        expected = closed_forms.warm_ip_total(INTS, enis, slots, warm, minimum, served(row))
        assert row.quantities.owned == expected
        assert row.warm_target == max(served(row) + warm, minimum)


@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 20), st.integers(0, 40), paths, choices)
def test_G4_warm_addresses_in_prefixes(
    enis: int, slots: int, warm: int, minimum: int, path: Path, chosen: Conditions
) -> None:
    env = PREFIXES | {WARM_IP: str(warm), MINIMUM: str(minimum)}
    setup = node(f"{enis}x{slots + 1}", env, max_pods=PLENTY)
    for row in over_pods(setup, range(0, 16 * enis * slots + 2, 5), chosen, path=path).rows:
        needed = closed_forms.warm_ip_prefixes(INTS, enis, slots, warm, minimum, served(row), 16)
        assert row.quantities.owned == 16 * needed
        assert row.warm_target % 16 == 0


# -- any node ------------------------------------------------------------------------------------


@given(setups(), conditions(), st.sampled_from(Path), st.lists(st.integers(0, 20), min_size=1))
def test_rows_add_up(setup: NodeSetup, chosen: Conditions, path: Path, counts: list[int]) -> None:

    run = over_pods(setup, counts, chosen, path=path)
    again = over_pods(setup, counts, chosen, path=path)
    assert run == again
    if path is not Path.FRESH:
        check_rows(run, chosen)
    placed = sorted({min(count, setup.max_pods) for count in counts})
    assert [row.pods for row in run.rows] == (placed[::-1] if path is Path.DRAIN else placed)


def test_random_choices_depend_on_the_seed() -> None:
    # 9 pods go down to 3: two ENIs, or three if every secondary ENI keeps a pod (E47).
    setup = node("t3.small")
    seen = {
        over_pods(
            setup,
            [3, 9],
            Conditions(choices=Choices.RANDOM, seed=seed, leave=Leave.RANDOM),
            path=Path.DRAIN,
        )
        .rows[-1]
        .quantities.enis
        for seed in range(20)
    }
    assert seen == {2, 3}


def test_draining_may_leave_more_than_climbing() -> None:
    setup = node("t3.small", ARTICLE | {WARM_IP: "1"})
    climbed = over_pods(setup, [2]).rows[-1].quantities
    drained = over_pods(setup, [2, 9], Conditions(leave=Leave.OLDEST), path=Path.DRAIN)
    left = drained.rows[-1].quantities
    assert (climbed.owned, left.owned) == (3, 3)  # E50: always 3, on one ENI or several
    assert (climbed.enis, left.enis) == (1, 2)


def test_counts_above_max_pods_are_taken_as_max_pods() -> None:
    run = over_pods(node("t3.small"), [5, 50, 60])
    assert [row.pods for row in run.rows] == [5, 11]
    assert run.not_placed == 49


@pytest.mark.parametrize("counts", [[], [3, -1]])
def test_impossible_counts_are_refused(counts: list[int]) -> None:
    with pytest.raises(InputError):
        over_pods(node("t3.small"), counts)


def test_a_daemon_that_exits_has_no_rows() -> None:
    setup = node("t3.small", {"ENABLE_IPv4": "false"})
    run = over_pods(setup, [1])
    assert run.rows == ()
    assert run.exited == "InvalidConfiguration"


def test_progress_is_told_once_per_row() -> None:
    told = []
    over_pods(node("t3.small"), range(4), on_row=lambda _row: told.append(1))
    assert len(told) == 4
