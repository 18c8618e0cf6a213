"""How profiles and pod counts are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipam_model.errors import InputError
from ipam_model.simulation import Moment, bursts, churn, constant, parse_counts, parse_profile, ramp


def parse(text: str) -> tuple[Moment, ...]:
    return parse_profile(text, milliseconds=60_000, seed=1).moments


def test_constant() -> None:
    assert parse("constant:20") == (Moment(at=0, arrive=20),)
    assert parse("constant:0") == ()


def test_ramp() -> None:
    assert parse("ramp:1..3/10") == (
        Moment(at=0, arrive=1),
        Moment(at=5_000, arrive=1),
        Moment(at=10_000, arrive=1),
    )
    assert parse("ramp:2..1/10") == (Moment(at=0, arrive=2), Moment(at=10_000, leave=1))
    assert parse("ramp:2..2/10") == (Moment(at=0, arrive=2),)


def test_burst() -> None:
    assert parse("burst:15@60,3@0,-18@300.5") == (
        Moment(at=0, arrive=3),
        Moment(at=60_000, arrive=15),
        Moment(at=300_500, leave=18),
    )
    assert parse("burst:3@1.001") == (Moment(at=1001, arrive=3),)


def test_churn_is_drawn_from_the_seed_until_the_end() -> None:
    first = churn(20, 60, 600_000, 1)
    assert first == parse_profile("churn:20,60", milliseconds=600_000, seed=1)
    assert first != churn(20, 60, 600_000, 2)
    replaced = first.moments[1:]
    assert 500 < len(replaced) < 700  # 600 expected
    assert all((each.leave, each.arrive) == (1, 1) for each in replaced)
    assert replaced[-1].at <= 600_000
    assert churn(20, 0, 600_000, 1).moments == (Moment(at=0, arrive=20),)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 10**6))
def test_a_ramp_ends_where_it_should(first: int, last: int, milliseconds: int) -> None:
    moments = ramp(first, last, milliseconds).moments
    assert sum(each.arrive - each.leave for each in moments) == last
    assert [each.at for each in moments] == sorted(each.at for each in moments)
    assert all(each.at <= milliseconds for each in moments)


@pytest.mark.parametrize(
    "text",
    ["ramp:0..20/01234567.001", "burst:1@1234567.125,2@0", "churn:3,0.000001", "constant:07"],
)
def test_a_profile_is_called_what_the_user_wrote(text: str) -> None:
    assert parse_profile(text, milliseconds=60_000, seed=1).text == text


changes = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 10**10)), min_size=1, max_size=4)


@given(changes)
def test_what_a_profile_is_called_reads_back(found: list[tuple[int, int]]) -> None:
    built = bursts(found)
    assert parse(built.text) == built.moments
    (pods, milliseconds), *_ = found
    built = ramp(0, pods, milliseconds)
    assert parse(built.text) == built.moments
    built = churn(pods, milliseconds / 10**9, 60_000, 1)
    assert parse(built.text) == built.moments


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "it must be one of"),
        ("constant", "it must be one of"),
        ("steady:3", "it must be one of"),
        ("constant:-1", "constant:N"),
        ("constant:1.5", "constant:N"),
        ("constant:٣", "constant:N"),
        ("constant:100001", "at most 100,000"),
        ("ramp:1..2", "ramp:FROM..TO/SECONDS"),
        ("ramp:1..2/x", "ramp:FROM..TO/SECONDS"),
        ("ramp:1..2/99999999", "more than a year"),
        ("burst:3", "burst:N@SECONDS"),
        ("burst:3@0,", "burst:N@SECONDS"),
        ("burst:3@-1", "burst:N@SECONDS"),
        ("burst:3@0,-4@10", "4 pods leave at 10 s, but only 3 are there"),
        ("churn:3", "churn:N,RATE"),
        ("churn:3,fast", "churn:N,RATE"),
        ("churn:3,999999999", "replacements"),
    ],
)
def test_bad_profiles(text: str, complaint: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_profile(text, milliseconds=10**8, seed=1)
    assert complaint in str(caught.value)
    assert str(caught.value).startswith("--profile ")
    assert "\n" not in str(caught.value)


def test_bursts_and_constants_from_python() -> None:
    assert bursts([(2, 5)]).end == 5
    assert constant(3).end == 0


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("7", (7,)),
        ("0..3", (0, 1, 2, 3)),
        ("0..10/5", (0, 5, 10)),
        ("0..9/5", (0, 5)),
        ("5,1..2,5", (1, 2, 5)),
    ],
)
def test_counts(text: str, counts: tuple[int, ...]) -> None:
    assert parse_counts(text) == counts


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "it must be"),
        ("-1", "it must be"),
        ("1..", "it must be"),
        ("1-5", "it must be"),
        ("5..1", "write 1..5"),
        ("1..5/0", "the step is 0"),
        ("100001", "at most 100,000"),
        ("0..99999", "more than 10,000 counts"),
        ("1," * 50, "it must be"),
    ],
)
def test_bad_counts(text: str, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        parse_counts(text)
