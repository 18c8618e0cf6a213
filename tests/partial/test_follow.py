"""The judge on streams made by hand: what is explained, what is refused and why."""

import pytest

from ipam_model.errors import InputError
from ipam_model.partial import follow as judge
from ipam_model.partial.follow import Followed, Unseen
from ipam_model.partial.sample import Kind
from tests.partial.streams import config_of, followed, log, statistics

WARM_2 = config_of({"WARM_IP_TARGET": "2"})
DEFAULT = config_of({})
PREFIXES = config_of({"ENABLE_PREFIX_DELEGATION": "true", "WARM_PREFIX_TARGET": "1"})


def rule(found: Followed) -> str | None:
    return None if found.rejected is None else found.rejected.rule


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # Two more than the pods, as soon as a pass has seen that they are fewer.
        ([(0, 2, 0, 0), (5, 2, 1, 0), (10, 3, 1, 0)], None),
        ([(0, 2, 0, 0), (5, 2, 1, 0), (10, 4, 1, 0)], "R98"),
        ([(0, 2, 0, 0), (5, 2, 1, 0), (10, 2, 1, 0)], "R79"),
        # A release takes what is over.
        ([(0, 6, 1, 0), (5, 3, 1, 0)], None),
        ([(0, 6, 1, 0), (5, 1, 1, 0)], "R138"),
        # A pod may have gone before it, its address with it, and another come after it.
        ([(0, 6, 1, 0), (5, 2, 1, 0)], None),
        # An address is in one place.
        ([(0, 2, 2, 1)], "R28"),
        # More than the instance can have.
        ([(0, 13, 11, 0)], "R33"),
    ],
)
def test_the_log_of_a_warm_ip_target(
    lines: list[tuple[int, int, int, int]], expected: str | None
) -> None:
    assert rule(followed(Kind.LOG, log(*lines), WARM_2)) == expected


ONE_ENI = config_of({"WARM_IP_TARGET": "2"}, enis=1, addresses=10)


@pytest.mark.parametrize(
    ("last", "expected"), [((15, 3, 1, 1), "R138"), ((15, 4, 1, 1), None), ((45, 3, 1, 0), "R138")]
)
def test_releases_are_30_s_apart(last: tuple[int, int, int, int], expected: str | None) -> None:
    """What a line shows was done in the pass that the line before began."""
    lines = log((0, 6, 2, 0), (5, 4, 2, 0), (10, 4, 1, 1), last)
    assert rule(followed(Kind.LOG, lines, ONE_ENI)) == expected


def test_an_eni_goes_between_two_releases() -> None:
    lines = log((0, 6, 2, 0), (5, 4, 2, 0), (10, 4, 1, 1), (15, 3, 1, 1))
    assert rule(followed(Kind.LOG, lines, WARM_2)) is None


def test_prefixes_come_whole() -> None:
    assert rule(followed(Kind.LOG, log((0, 17, 0, 0)), PREFIXES)) == "R28"
    assert rule(followed(Kind.LOG, log((0, 0, 0, 0), (5, 16, 0, 0)), PREFIXES)) is None
    assert rule(followed(Kind.LOG, log((0, 0, 0, 0), (5, 32, 0, 0)), PREFIXES)) == "R98"


def test_nothing_grows_at_max_pods() -> None:
    lines = log((0, 4, 4, 0), (5, 6, 4, 0))
    assert rule(followed(Kind.LOG, lines, WARM_2, max_pods=5)) is None
    assert rule(followed(Kind.LOG, lines, WARM_2, max_pods=4)) == "R98"


def test_nothing_is_logged_where_nothing_is_provisioned() -> None:
    config = config_of({"DISABLE_NETWORK_RESOURCE_PROVISIONING": "true"})
    assert rule(followed(Kind.LOG, log((0, 4, 4, 0)), config)) == "R78"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # At any instant: a pass may or may not have been.
        ([(0, 4, 3, 0), (3, 4, 3, 0), (6, 5, 3, 0)], None),
        ([(0, 4, 3, 0), (3, 4, 3, 0), (6, 6, 3, 0)], "R98"),
        # But it does not rest for ever.
        ([(0, 4, 3, 0), (100, 4, 3, 0)], None),
        ([(0, 4, 3, 0), *((at, 4, 3, 0) for at in range(25, 150, 25))], "R79"),
        # Nor twice within 5 s.
        ([(0, 4, 0, 0, 1), (1, 8, 4, 0, 2), (2, 12, 8, 0, 3)], "R98"),
    ],
)
def test_statistics_at_any_instant(lines: list[tuple[int, ...]], expected: str | None) -> None:
    config = DEFAULT if len(lines[0]) == 5 else WARM_2
    assert rule(followed(Kind.STATISTICS, statistics(*lines), config)) == expected


def test_the_longest_pause_is_the_users() -> None:
    lines = statistics((0, 4, 3, 0), (25, 4, 3, 0), (50, 4, 3, 0))
    assert rule(followed(Kind.STATISTICS, lines, WARM_2)) is None
    assert rule(followed(Kind.STATISTICS, lines, WARM_2, Unseen(longest_pause=40_000))) == "R79"


def test_one_eni_goes_per_pass() -> None:
    lines = statistics((0, 12, 0, 0, 3), (70, 12, 0, 0, 3), (71, 4, 0, 0, 1))
    assert rule(followed(Kind.STATISTICS, lines, DEFAULT)) == "R136"
    lines[-1:] = statistics((71, 8, 0, 0, 2))
    assert rule(followed(Kind.STATISTICS, lines, DEFAULT)) is None


def test_an_idle_eni_does_go() -> None:
    lines = statistics(*((at, 12, 0, 0, 3) for at in range(0, 400, 20)))
    assert rule(followed(Kind.STATISTICS, lines, DEFAULT)) == "R133"
    unmanaged = Unseen(set_aside=1)
    assert rule(followed(Kind.STATISTICS, lines, DEFAULT, unmanaged)) is None


def test_a_young_eni_does_not_go() -> None:
    lines = statistics(
        (0, 4, 4, 0, 1), (5, 8, 4, 0, 2), (6, 8, 0, 4, 2), (40, 8, 0, 0, 2), (50, 4, 0, 0, 1)
    )
    assert rule(followed(Kind.STATISTICS, lines, DEFAULT)) == "R136"


def test_faults_are_counted() -> None:
    # Growth fails twice, and is back 120 s later.
    lines = log((0, 4, 3, 0), (5, 4, 3, 0), (10, 4, 3, 0), (200, 4, 3, 0), (205, 4, 3, 0))
    assert rule(followed(Kind.LOG, lines, WARM_2)) == "R79"
    found = followed(Kind.LOG, lines, WARM_2, Unseen(faults=1))
    assert found.rejected is None
    assert found.deviations == 2
    longer = [*lines, *log((400, 4, 3, 0), (405, 4, 3, 0))]
    assert rule(followed(Kind.LOG, longer, WARM_2, Unseen(faults=1))) == "R79"


def test_a_start_forgets() -> None:
    lines = log((0, 6, 2, 0), (5, 4, 2, 0), (10, 4, 1, 1), (15, 3, 1, 1))
    assert rule(followed(Kind.LOG, lines, ONE_ENI)) == "R138"
    lines.insert(3, '{"ts": "2026-01-01T00:00:12.000Z", "msg": "Starting L-IPAMD v1.23.1"}')
    assert rule(followed(Kind.LOG, lines, ONE_ENI)) is None


def test_a_cordon_keeps_from_growing() -> None:
    lines = log((0, 4, 3, 0), (5, 4, 3, 0))
    assert rule(followed(Kind.LOG, lines, WARM_2, Unseen(may_be_cordoned=True))) is None
    told = [
        '{"time": 0, "total": 4, "assigned": 3, "cooling": 0, "cordoned": true}',
        '{"time": 9, "total": 5, "assigned": 3, "cooling": 0, "cordoned": true}',
    ]
    assert rule(followed(Kind.STATISTICS, told, WARM_2)) == "R98"
    manages = config_of({"WARM_IP_TARGET": "2", "AWS_MANAGE_ENIS_NON_SCHEDULABLE": "true"})
    assert rule(followed(Kind.STATISTICS, told, manages)) is None


def test_hidden_pods_are_bounded_if_the_user_says_so() -> None:
    # 45 s apart nothing tells who came and went; 3 more addresses may have been for 3 more pods.
    lines = statistics((0, 4, 2, 0), (45, 7, 2, 0))
    assert rule(followed(Kind.STATISTICS, lines, WARM_2)) is None
    assert rule(followed(Kind.STATISTICS, lines, WARM_2, Unseen(pod_events=3))) is None
    assert rule(followed(Kind.STATISTICS, lines, WARM_2, Unseen(pod_events=1))) == "R98"


def test_what_could_have_been_next_is_told() -> None:
    rejected = followed(Kind.LOG, log((0, 2, 1, 0), (5, 4, 1, 0)), WARM_2).rejected
    assert rejected is not None
    assert rejected.number == rejected.line == 2
    assert rejected.seen == "4 addresses, 1 assigned, 0 cooling"
    assert rejected.before == "2 addresses, 1 assigned, 0 cooling, 5 s before"
    assert rejected.allowed[0] == "3 addresses on 1 ENI (1 more on an ENI)"


def test_too_many_states_are_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "MOST_STATES", 3)
    rejected = followed(Kind.STATISTICS, statistics((0, 4, 2), (100, 4, 2)), WARM_2).rejected
    assert rejected is not None
    assert rejected.undecided


@pytest.mark.parametrize("env", [{"ENABLE_IPv6": "true", "ENABLE_PREFIX_DELEGATION": "true"}])
def test_nodes_without_a_pool_are_not_followed(env: dict[str, str]) -> None:
    with pytest.raises(InputError, match="IPv6"):
        followed(Kind.LOG, log((0, 2, 1, 0)), config_of(env | {"ENABLE_IPv4": "false"}))
