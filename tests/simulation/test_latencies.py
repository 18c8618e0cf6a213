"""How latencies are written, and what may be slow."""

from pathlib import Path

import pytest

from ipam_model import requests
from ipam_model.errors import InputError
from ipam_model.requests import AllocENI, ReadVpcCidrs, WaitForENI
from ipam_model.simulation import NONE, TYPICAL, Latencies
from ipam_model.simulation.latencies import CALLS, IMDS_POLLS, read_latencies


def test_presets_single_calls_and_files(tmp_path: Path) -> None:
    assert read_latencies(None, []) == NONE
    assert read_latencies("none", []) == NONE
    assert read_latencies("typical", []) == TYPICAL
    mixed = read_latencies("typical", ["AllocENI=7", "WriteCheckpoint=0.25", "AllocENI=8"])
    assert mixed.seconds() == TYPICAL.seconds() | {"AllocENI": 8.0, "WriteCheckpoint": 0.25}
    assert mixed.name == ""
    path = tmp_path / "slow.json"
    path.write_text('{"FreeENI": 3, "TagENI": 0}')
    assert read_latencies(str(path), []).seconds() == {"FreeENI": 3.0}


def test_a_latency_is_that_of_its_call() -> None:
    latencies = Latencies.of_seconds({"AllocENI": 1.5})
    assert latencies.of(AllocENI(1, False)) == 1500
    assert latencies.of(ReadVpcCidrs()) == 0


def test_R109_twelve_looks_within_162_seconds() -> None:
    assert len(IMDS_POLLS) == 12
    assert IMDS_POLLS[-1] == 162_300
    late = Latencies.of_seconds({"WaitForENI": 163})
    assert late.of(WaitForENI("eni-1", 1, False)) == 162_300
    assert late.outlasts_the_wait(WaitForENI("eni-1", 1, False))
    assert not late.outlasts_the_wait(AllocENI(1, False))


@pytest.mark.parametrize(
    ("single", "complaint"),
    [
        ("AllocENI", "it must be CALL=SECONDS"),
        ("AllocENI=", "it must be CALL=SECONDS"),
        ("=3", "it must be CALL=SECONDS"),
        ("AllocENI=x", "it must be CALL=SECONDS"),
        ("AllocENI=-1", "must be a number of seconds from 0 to 3600"),
        ("AllocENI=nan", "must be a number of seconds from 0 to 3600"),
        ("AllocENI=1e9", "must be a number of seconds from 0 to 3600"),
        ("allocENI=1", "no latency can be given for 'allocENI'"),
        ("ReadVpcCidrs=1", "no latency can be given for 'ReadVpcCidrs'"),
    ],
)
def test_bad_latencies(single: str, complaint: str) -> None:
    with pytest.raises(InputError) as caught:
        read_latencies(None, [single])
    assert complaint in str(caught.value)
    assert str(caught.value).startswith(("--latency is '", f"--latency {single}: "))
    if "no latency" in complaint:
        assert ", ".join(CALLS) in str(caught.value)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", ":1: not JSON"),
        (b"{\n\n]", ":3: not JSON"),
        (b"[1]", "must be one JSON object"),
        (b'{"AllocENI": "1"}', "'AllocENI' must be a number of seconds"),
        (b'{"AllocENI": true}', "'AllocENI' must be a number of seconds"),
        (b'{\n"AllocENI": NaN}', ":2: NaN is not a JSON number; seconds by call"),
        (b'{"AllocENI": 1e999}', "must be a number of seconds from 0 to 3600"),
        (b'{"AllocENI": 1,\n"AllocENI": 2}', ":2: key 'AllocENI' stands twice in one object"),
        (b'{"AllocENI": ' + b"1" * 5000 + b"}", ": a number has thousands of digits"),
        (b'{"Alloc": 1}', "no latency can be given for 'Alloc'"),
        (b'{\n"TagENI": 1,\n"AllocENI": -1}', ":3: the latency of AllocENI must be"),
        (b'{"TagENI": 1,\n"Alloc": 1}', ":2: no latency can be given for 'Alloc'"),
        (b'{"TagENI": 1,\n"FreeENI": {}}', ":2: 'FreeENI' must be a number"),
        (b'{"TagENI": 1,\n"FreeENI": 2,\n"TagENI": 3}', ":3: key 'TagENI' stands twice"),
        (b'{"\xc3\xa9": 1,\n"\\u00e9": 3}', ":2: key '\xe9' stands twice"),
        (b'{\n"AllocENI": ' + b"9" * 401 + b"}", ":2: the latency of AllocENI must be"),
        (b"\n\n[1]", ":3: must be one JSON object"),
        (b"\xff", "not UTF-8"),
        (b"[" * 200_000, "nested too deeply"),
    ],
)
def test_bad_files(content: bytes, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "slow.json"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_latencies(str(path), [])
    assert str(path) in str(caught.value)
    assert complaint in str(caught.value)


def test_integers_from_python_may_be_of_any_size() -> None:
    with pytest.raises(InputError, match="the latency of AllocENI must be"):
        Latencies.of_seconds({"AllocENI": 10**401})


def test_every_call_is_a_request() -> None:
    for call in CALLS:
        assert issubclass(getattr(requests, call), requests.Request)
    assert len(set(CALLS)) == len(CALLS)
    assert [*CALLS] == sorted(CALLS)


def test_a_missing_file_names_the_presets(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="none, typical"):
        read_latencies(str(tmp_path / "absent"), [])
    with pytest.raises(InputError, match="none, typical"):
        read_latencies(str(tmp_path), [])
