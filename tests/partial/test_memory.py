"""What two snapshots say of single addresses and ENIs."""

import pytest

from ipam_model.config import Config
from ipam_model.partial.memory import forgotten
from ipam_model.partial.sample import Sample, SeenEni, SeenRecord
from ipam_model.trace.document import Place
from tests.partial.streams import config_of

DEFAULT = config_of({})
WARM_IP = config_of({"WARM_IP_TARGET": "2"})
PREFIXES = config_of({"ENABLE_PREFIX_DELEGATION": "true"})
ADDRESS = 0x0A000007


def snapshot(second: float, *enis: tuple[str, SeenRecord | None]) -> Sample:
    return Sample(
        place=Place("seen", 1),
        time=int(second * 1000),
        total=3,
        assigned=0,
        seen=tuple(
            SeenEni(
                id=name,
                cidrs=1,
                grows=True,
                goes=True,
                records={} if record is None else {ADDRESS: record},
            )
            for name, record in enis
        ),
    )


def left(second: int) -> SeenRecord:
    return SeenRecord(None, second * 1000)


def taken(second: int) -> SeenRecord:
    return SeenRecord("default/p1", second * 1000)


def rule(before: Sample, after: Sample, config: Config) -> str | None:
    found = forgotten(before, after, config)
    return None if found is None else found.rule


@pytest.mark.parametrize(
    ("config", "apart", "given_at", "expected"),
    [
        (DEFAULT, 4, 13, "R113"),
        (DEFAULT, 60, 40, "R113"),  # 30 s after it was left: still within the cooldown.
        (DEFAULT, 60, 41, None),
        (WARM_IP, 4, 13, "R113"),
        (WARM_IP, 5, 13, None),  # It may have been released, and be a new one.
        (PREFIXES, 4, 13, "R113"),
        (PREFIXES, 5, 13, None),
    ],
)
def test_a_cooling_address_is_not_given_out(
    config: Config, apart: int, given_at: int, expected: str | None
) -> None:
    before = snapshot(12, ("eni-1", left(10)))
    assert rule(before, snapshot(12 + apart, ("eni-1", taken(given_at))), config) == expected


def test_a_pod_that_stays_is_no_matter() -> None:
    assert (
        rule(snapshot(12, ("eni-1", taken(1))), snapshot(14, ("eni-1", taken(1))), DEFAULT) is None
    )


@pytest.mark.parametrize(
    ("record", "at", "expected"),
    [
        (taken(1), 42, "R136"),  # Left after 12 s, it would cool until after 42 s.
        (taken(1), 43, None),
        (left(10), 40, "R136"),
        (left(10), 41, None),
        (None, 13, None),
    ],
)
def test_an_eni_in_use_does_not_go(
    record: SeenRecord | None, at: int, expected: str | None
) -> None:
    before, after = snapshot(12, ("eni-1", None), ("eni-2", record)), snapshot(at, ("eni-1", None))
    assert rule(before, after, DEFAULT) == expected
    assert rule(before, after, WARM_IP) is None
    assert rule(before, after, PREFIXES) is None
