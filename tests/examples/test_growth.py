"""Growth in secondary-address mode: rows E1-E45b.

Every row is run under several orders of the daemon's choices, and with pods placed in two ways:
all at once after the idle node has come to rest, and one before each pass. A pod that is refused
asks again before every pass.
"""

from typing import Final, NamedTuple

import pytest

from tests.examples.driver import SCENES, ExampleNode, Outcome, environment, new_node, started


class Row(NamedTuple):
    """A line of the table; the lines of one id are one row."""

    id: str
    type: str
    we: int | None
    wi: int | None
    m: int | None
    p: int | None
    """Max pods; `None` = the type's own."""
    other: str
    pods: int
    """Pods wanted."""
    enis: int
    cidrs: tuple[int, ...]
    """Secondary addresses per ENI, largest first."""
    total: int
    free: int


__: Final = None
# fmt: off
GROWTH: Final = [
    #   id      type          We  Wi   m    P  other           pods ENIs cidrs per ENI     T free
    Row("E1",   "t3.small",    1, __, __,  __, "",                0, 1, (3,),              3,   3),
    Row("E2",   "t3.small",    1, __, __,  __, "",                1, 2, (3, 3),            6,   5),
    Row("E3",   "t3.small",    1, __, __,  __, "",                3, 2, (3, 3),            6,   3),
    Row("E4",   "t3.small",    1, __, __,  __, "",                4, 3, (3, 3, 3),         9,   5),
    Row("E5",   "t3.small",    1, __, __,  __, "",                5, 3, (3, 3, 3),         9,   4),
    Row("E6",   "t3.small",    1, __, __,  __, "",                9, 3, (3, 3, 3),         9,   0),
    Row("E7",   "t3.small",   __,  1,  1,  __, "",                0, 1, (1,),              1,   1),
    Row("E8",   "t3.small",   __,  1,  1,  __, "",                5, 2, (3, 3),            6,   1),
    Row("E9",   "t3.small",   __,  1,  1,  __, "",                9, 3, (3, 3, 3),         9,   0),
    Row("E10",  "t3.small",   __,  2,  5,  __, "",                0, 2, (3, 2),            5,   5),
    Row("E11",  "t3.small",   __,  2,  5,  __, "",                5, 3, (3, 3, 1),         7,   2),
    Row("E12",  "t3.small",   __,  2,  5,  __, "",                9, 3, (3, 3, 3),         9,   0),
    Row("E13",  "p3dn",        1, __, __,  __, "",                0, 1, (49,),            49,  49),
    Row("E14",  "p3dn",        1, __, __,  __, "",                3, 2, (49, 49),         98,  95),
    Row("E15",  "p3dn",        1, __, __,  __, "",               95, 3, (49, 49, 49),    147,  52),
    Row("E16",  "p3dn",       __,  5, 10,  __, "",                0, 1, (10,),            10,  10),
    Row("E17",  "p3dn",       __,  5, 10,  __, "",                7, 1, (12,),            12,   5),
    Row("E18",  "p3dn",       __,  5, 10,  __, "",               15, 1, (20,),            20,   5),
    Row("E19",  "p3dn",       __,  5, 10,  __, "",               45, 2, (49, 1),          50,   5),
    Row("E20",  "m4.4xlarge",  5, __, __, 110, "",                0, 4, (29,) * 4,       116, 116),
    Row("E20",  "m4.4xlarge",  5, __, __,  __, "",                0, 5, (29,) * 5,       145, 145),
    Row("E21",  "t3.small",    1, __, __,   3, "",                3, 1, (3,),              3,   0),
    Row("E22",  "t3.small",   __,  5, __,   5, "",                3, 2, (3, 2),            5,   2),
    Row("E23",  "t3.small",    1, __, __,   4, "",                1, 2, (3, 3),            6,   5),
    Row("E24",  "t3.small",    0, __, __,  __, "",                2, 1, (3,),              3,   1),
    Row("E26",  "t3.small",    0, __, __,  __, "",                9, 3, (3, 3, 3),         9,   0),
    Row("E27",  "t3.small",   __, __,  5,  __, "",                6, 2, (3, 2),            5,   0),
    Row("E28",  "t3.small",   __,  3, __,  __, "",                1, 2, (3, 1),            4,   3),
    Row("E29",  "t3.small",    2, __, __,  __, "",                0, 2, (3, 3),            6,   6),
    Row("E30",  "t3.small",    3, __, __,  __, "",                0, 3, (3, 3, 3),         9,   9),
    Row("E31",  "t3.small",    3, __, __,  __, "MAX_ENI=2",       0, 2, (3, 3),            6,   6),
    Row("E32",  "t3.small",    1, __, __,  __, "MAX_ENI=1",       3, 1, (3,),              3,   0),
    Row("E33",  "m4.4xlarge",  1, __, __,  __, "",                5, 2, (29, 29),         58,  53),
    Row("E33",  "m4.4xlarge",  1, __, __,  __, "",               29, 2, (29, 29),         58,  29),
    Row("E34",  "m4.4xlarge",  1, __, __,  __, "",               30, 3, (29,) * 3,        87,  57),
    Row("E34",  "m4.4xlarge",  1, __, __,  __, "",               58, 3, (29,) * 3,        87,  29),
    Row("E35",  "m4.4xlarge",  2, __, __,  __, "",                9, 3, (29,) * 3,        87,  78),
    Row("E36",  "m4.4xlarge", __,  1, 12,  __, "",                9, 1, (12,),            12,   3),
    Row("E37",  "m4.4xlarge", __, 30, __,  __, "",               30, 3, (29, 29, 2),      60,  30),
    Row("E38",  "m4.4xlarge", __,  2, 30,  __, "",               30, 2, (29, 3),          32,   2),
    Row("E39",  "m4.4xlarge",  1, __, __, 110, "",               83, 4, (29,) * 4,       116,  33),
    Row("E40",  "m5.xlarge",  __,  5, 40,  __, "",               38, 4, (14, 14, 14, 1),  43,   5),
    Row("E41",  "m5.large",    1, __, __,  __, "",               10, 3, (9, 9, 9),        27,  17),
    Row("E42",  "c5.4xlarge",  1, __, __,  __, "",              100, 5, (29,) * 5,       145,  45),
    Row("E43",  "t3.small",    1, __, __,  __, "ENIConfig",       0, 2, (3, 0),            3,   3),
    Row("E43",  "t3.small",    1, __, __,  __, "ENIConfig",       1, 3, (3, 3, 0),         6,   5),
    Row("E43",  "t3.small",    1, __, __,  __, "ENIConfig",       6, 3, (3, 3, 0),         6,   0),
    Row("E44",  "t3.small",   __,  2,  5,  __, "ENIConfig",       0, 3, (3, 2, 0),         5,   5),
    Row("E45",  "4x10",        1, __, __,  __, "unmanaged ENI",  40, 3, (9, 9, 9),        27,   0),
    Row("E45a", "3x4",         1, __, __,  __, "trunk slot",      6, 2, (3, 3),            6,   0),
    Row("E45a", "3x4",         1, __, __,  __, "no trunk slot",   6, 3, (3, 3, 3),         9,   3),
    Row("E45b", "3x10",        1, __, __,  __, "excluded",        0, 2, (9, 0),            9,   9),
    Row("E45b", "3x10",        1, __, __,  __, "excluded",        5, 3, (9, 9, 0),        18,  13),
    Row("E45b", "3x10",        1, __, __,  __, "excluded",       18, 3, (9, 9, 0),        18,   0),
]
# fmt: on

SEEDS: Final = (None, 1, 2, 3)


def expected(row: Row) -> Outcome:
    return Outcome(row.enis, row.cidrs, row.total, row.free)


def launch(row: Row, seed: int | None) -> ExampleNode:
    env = environment(row.we, row.wi, row.m)
    return started(
        new_node(row.type, env, max_pods=row.p, scene=SCENES[row.other], seed=seed),
    )


def all_at_once(row: Row, seed: int | None) -> ExampleNode:
    """Every pod asks when the idle node has come to rest."""
    node = launch(row, seed)
    node.settle()
    node.want(row.pods)
    node.settle()
    return node


def one_per_pass(row: Row, seed: int | None) -> ExampleNode:
    """One more pod asks before each pass, from when the idle node has come to rest."""
    node = launch(row, seed)
    node.settle()
    for _ in range(row.pods):
        node.want(1)
        node.pass_by()
    node.settle()
    return node


def right_after_start(row: Row, seed: int | None) -> ExampleNode:
    """Every pod asks before the first pool update."""
    node = launch(row, seed)
    node.want(row.pods)
    node.settle()
    return node


@pytest.mark.parametrize("row_id", dict.fromkeys(row.id for row in GROWTH))
def test_growth(row_id: str) -> None:
    for row in GROWTH:
        if row.id == row_id:
            for place in (all_at_once, one_per_pass):
                for seed in SEEDS:
                    node = place(row, seed)
                    assert node.outcome() == expected(row), (row, place.__name__, seed)
                    assert len(node.running()) == row.total - row.free


@pytest.mark.parametrize("row_id", dict.fromkeys(row.id for row in GROWTH if row.id != "E22"))
def test_growth_ends_the_same_when_pods_are_there_from_the_start(row_id: str) -> None:
    for row in GROWTH:
        if row.id == row_id:
            assert right_after_start(row, 1).outcome() == expected(row), row


@pytest.mark.parametrize("seed", SEEDS)
def test_E22_depends_on_when_the_pods_come(seed: int | None) -> None:
    # With the pods there before the first update the pool is short of 5, not of 2, when the second
    # ENI is asked for: it gets all 3, and max pods is overshot (R80).
    row = next(row for row in GROWTH if row.id == "E22")
    assert right_after_start(row, seed).outcome() == Outcome(2, (3, 3), 6, 3)


def test_E27_the_sixth_pod_never_gets_an_address() -> None:
    row = next(row for row in GROWTH if row.id == "E27")
    node = all_at_once(row, 1)
    assert [len(node.running()), len(node.waiting)] == [5, 1]
    node.pass_by(720)  # an hour
    assert [len(node.running()), len(node.waiting)] == [5, 1]


def test_E45b_the_addresses_of_the_excluded_primary_are_released_at_start() -> None:
    row = next(row for row in GROWTH if row.id == "E45b")
    node = launch(row, None)
    assert node.calls() == ["0 unassign 2", "0 new ENI with 9"]
