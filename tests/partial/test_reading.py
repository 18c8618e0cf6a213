"""What is read as an observation, what is skipped, what is refused with file and line."""

import json
from pathlib import Path

import pytest

from ipam_model.errors import InputError
from ipam_model.partial.reading import read_observations
from ipam_model.partial.sample import Kind, Sample
from tests.partial.streams import config_of, statistics, written

CONFIG = config_of({})
STATS = "IP stats for Network Card 0 - total IPs: 9, assigned IPs: 2, cooldown IPs: 1"


def samples(tmp_path: Path, kind: Kind, *lines: str) -> list[Sample]:
    return list(read_observations(written(tmp_path / "seen", lines), kind, CONFIG).samples)


@pytest.mark.parametrize(
    "line",
    [
        json.dumps({"level": "debug", "ts": "2026-03-01T09:30:00.250Z", "msg": STATS}),
        json.dumps({"ts": "2026-03-01T09:30:00.250+0000", "msg": STATS}),
        json.dumps({"ts": 1772357400.25, "msg": STATS}),
        f"2026-03-02T00:00:00Z {json.dumps({'ts': '2026-03-01T10:30:00.250+0100', 'msg': STATS})}",
        f"2026-03-01T09:30:00.250Z [DEBUG] {STATS}",
        f"2026-03-01 09:30:00.250 {STATS}",
    ],
)
def test_lines_of_a_log(tmp_path: Path, line: str) -> None:
    (found,) = samples(tmp_path, Kind.LOG, "Reconcile existing ENI", "\x00\x01 {", line)
    assert (found.total, found.assigned, found.cooling) == (9, 2, 1)
    assert found.time == 1_772_357_400_250
    assert found.place.line == 3


def test_other_cards_and_lines_are_skipped(tmp_path: Path) -> None:
    other = STATS.replace("Card 0", "Card 1")
    path = written(tmp_path / "log", [f"2026-03-01T09:30:00Z {each}" for each in (other, STATS)])
    stream = read_observations(path, Kind.LOG, CONFIG)
    assert len(list(stream.samples)) == 1
    assert stream.skipped == [1]


def test_statistics_of_any_clock(tmp_path: Path) -> None:
    first, second = samples(
        tmp_path,
        Kind.STATISTICS,
        '{"time": 1.5, "total": 4, "assigned": 1}',
        "",
        '{"time": "1970-01-01T00:00:02Z", "total": 4, "assigned": 1, "enis": 2, "begins": true}',
    )
    assert (first.time, first.cooling, first.enis, first.begins) == (1500, None, None, False)
    assert (second.time, second.enis, second.begins, second.place.line) == (2000, 2, True, 3)


GOOD = '{"time": 9, "total": 4, "assigned": 1}'


@pytest.mark.parametrize(
    ("kind", "lines", "complaint"),
    [
        (Kind.LOG, [], "seen: no observation in it; expected lines of ipamd's log at level debug"),
        (Kind.LOG, ["nothing"], "seen: no observation in it"),
        (Kind.LOG, [STATS], "seen:1: statistics without a time"),
        (Kind.LOG, ["", STATS.replace("assigned", "used")], "seen:2: statistics that cannot be"),
        (Kind.LOG, ['{"ts": "yesterday", "msg": "' + STATS + '"}'], "seen:1: 'yesterday' is not"),
        (Kind.STATISTICS, ["[1]"], "seen:1: statistics must be a JSON object, not a list"),
        (Kind.STATISTICS, ["{"], "seen:1: not JSON"),
        (
            Kind.STATISTICS,
            [GOOD, '{"total": 4, "assigned": 1}'],
            "seen:2: statistics: no 'time', ",
        ),
        (Kind.STATISTICS, ['{"time": null, "total": 4}'], "seen:1: time must be seconds"),
        (Kind.STATISTICS, ['{"time": -1, "total": 4, "assigned": 1}'], "seen:1: time must be"),
        (Kind.STATISTICS, ['{"time": 1, "total": "4", "assigned": 1}'], "'total' must be a whole"),
        (Kind.STATISTICS, ['{"time": 1, "totals": 4, "assigned": 1}'], "unknown key 'totals'"),
        (Kind.STATISTICS, [GOOD, GOOD.replace("9", "8")], "seen:2: time goes back by 1 s"),
        (Kind.INTROSPECTION, ["{}"], "seen:1: no time; a line is the JSON of /v1/enis after"),
        (Kind.INTROSPECTION, ["1 {}"], "seen:1: an empty object"),
        (Kind.INTROSPECTION, ["", "soon {}"], "seen:2: 'soon' is not an RFC 3339 time"),
        (Kind.INTROSPECTION, ['1 {"0": {"ENIs": 3}}'], "seen:1: 0 has no TotalIPs"),
        (Kind.INTROSPECTION, ["", '1 {"0": {"EN'], "seen:2: the JSON breaks off here"),
        (Kind.INTROSPECTION, ["nan {}"], "seen:1: time must be seconds"),
    ],
)
def test_wrong_input(tmp_path: Path, kind: Kind, lines: list[str], complaint: str) -> None:
    with pytest.raises(InputError) as error:
        samples(tmp_path, kind, *lines)
    assert complaint in str(error.value)
    assert "\n" not in str(error.value)


def test_lines_are_read_as_they_are_asked_for(tmp_path: Path) -> None:
    path = written(tmp_path / "seen", [*statistics((0, 4, 1, 0)), "junk"])
    stream = read_observations(path, Kind.STATISTICS, CONFIG)
    assert next(stream.samples).total == 4
    with pytest.raises(InputError, match="seen:2"):
        next(stream.samples)
