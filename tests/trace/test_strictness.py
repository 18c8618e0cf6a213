"""What a lenient reader would let pass, or choke on."""

import io
import json
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest
from attrs import evolve

from ipam_model.errors import InputError
from ipam_model.trace.check import check_file
from tests.trace.command import check
from tests.trace.lines import Line, write_lines
from tests.trace.lively_writers import LivelyWriter
from tests.trace.simulations import Scenario, world_of
from tests.trace.small import small_trace

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def small() -> list[Line]:
    return small_trace()


def _written(path: Path, mode: dict[str, str], steps: Callable[[LivelyWriter], None]) -> list[Line]:
    stream = io.StringIO()
    env = {"ENABLE_IPv4": "true", **mode}
    writer = LivelyWriter(world_of(Scenario(env=env)), stream, env=env, trace_id="a")
    steps(writer)
    lines: list[Line] = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert check_file(write_lines(path, lines)).rejected is None
    return lines


def _rejected(path: Path, lines: list[Line]) -> bool:
    """Whether a trace is rejected or called malformed."""
    try:
        return check_file(write_lines(path, lines)).rejected is not None
    except InputError:
        return True


# -- not accepted ---------------------------------------------------------------------


@pytest.mark.parametrize("key", ["primary", "subnet"])
def test_result_with_what_the_call_does_not_return(
    key: str, small: list[Line], tmp_path: Path
) -> None:
    lines = deepcopy(small)
    lines[1]["ec2"][0]["result"][key] = "x"
    assert _rejected(tmp_path / "trace.jsonl", lines)


@pytest.mark.parametrize("value", [0.0, False])
def test_device_that_is_no_whole_number(value: object, small: list[Line], tmp_path: Path) -> None:
    lines = deepcopy(small)
    assert lines[2]["reply"]["device"] == 0
    lines[2]["reply"]["device"] = value
    assert _rejected(tmp_path / "trace.jsonl", lines)


def test_flag_that_is_a_number(small: list[Line], tmp_path: Path) -> None:
    lines = deepcopy(small)
    lines[4]["reply"]["low"] = int(lines[4]["reply"]["low"])
    assert _rejected(tmp_path / "trace.jsonl", lines)


@pytest.mark.parametrize("position", [0, -1])
def test_pod_event_before_the_server_runs(position: int, small: list[Line], tmp_path: Path) -> None:
    """At first there is no store; later there is one, but nobody listens."""
    lines = deepcopy(small)
    nested: Line = {"event": {"kind": "pod_del", "sandbox": "p9"}, "reply": {"success": False}}
    if position:
        nested["reply"]["error"] = "UnknownPod"
    else:
        nested = {"event": {"kind": "pod_add", "sandbox": "p9"}, "reply": {"success": True}}
    lines[1]["ec2"][position]["during"] = [nested]
    assert _rejected(tmp_path / "trace.jsonl", lines)


def test_second_init(tmp_path: Path) -> None:
    path = tmp_path / "trace.jsonl"
    mode = {"DISABLE_NETWORK_RESOURCE_PROVISIONING": "true"}
    lines = _written(path, mode, LivelyWriter.init)
    assert _rejected(path, [*lines, lines[1] | {"seq": 1}])


def test_fault_armed_0_times(tmp_path: Path) -> None:
    path = tmp_path / "trace.jsonl"

    def steps(writer: LivelyWriter) -> None:
        writer.init()
        writer.fault("GetAttachedENIs", "MetadataError")
        writer.wait(65_000)
        writer.compare()

    lines = _written(path, {"WARM_IP_TARGET": "2"}, steps)
    assert "error" in lines[-1]["ec2"][0]["result"]
    lines[2]["event"]["times"] = 0
    assert _rejected(path, lines)


@pytest.mark.parametrize("block", [8, 32])
def test_prefix_of_another_size(block: int, tmp_path: Path) -> None:
    stream = io.StringIO()
    env = {"ENABLE_IPv4": "true", "ENABLE_PREFIX_DELEGATION": "true"}
    world = world_of(Scenario(env=env))
    world = evolve(
        world,
        config=evolve(world.config, block=block),
        ec2=evolve(world.ec2, block=block),
    )
    LivelyWriter(world, stream, env=env, trace_id="a").init()
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert lines[1]["state"]["counters"]["total"] == block
    assert _rejected(tmp_path / "trace.jsonl", lines)


def test_key_twice_in_an_object(small: list[Line], tmp_path: Path) -> None:
    path = write_lines(tmp_path / "trace.jsonl", small)
    text = path.read_text(encoding="utf-8").replace('"seq":1,', '"seq":7,"seq":1,', 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        check_file(path)


# -- refused with one line that names the place --------------------------------------------------


def test_list_of_unlike_things_in_a_call(small: list[Line], tmp_path: Path) -> None:
    lines = deepcopy(small)
    call = next(call for call in lines[1]["ec2"] if "count" in call)
    call["count"] = [None, 1]
    assert _rejected(tmp_path / "trace.jsonl", lines)


def test_ENI_attached_in_an_unknown_subnet(
    small: list[Line], tmp_path: Path, capsys: Capture
) -> None:
    lines = deepcopy(small)
    number, line = next(
        (number, line)
        for number, line in enumerate(lines)
        if number and line["event"].get("what") == "attach_eni"
    )
    line["state"]["attached"][line["reply"]["eni"]]["subnet"] = "nowhere"
    path = write_lines(tmp_path / "trace.jsonl", lines)
    assert check(capsys, path).complaint.startswith(f"{path}:{number + 1}: ")


def test_first_state_without_a_primary_ENI(
    small: list[Line], tmp_path: Path, capsys: Capture
) -> None:
    lines = deepcopy(small)
    del lines[0]["attached"]
    lines[1]["state"]["attached"] = {}
    path = write_lines(tmp_path / "trace.jsonl", lines)
    assert check(capsys, path).complaint.startswith(f"{path}:2: ")


def test_id_with_a_line_break(small: list[Line], tmp_path: Path, capsys: Capture) -> None:
    lines = deepcopy(small)
    for subnet in lines[0]["subnets"]:
        subnet["id"] = "a\nb"
    assert check(capsys, write_lines(tmp_path / "trace.jsonl", lines)).complaint


def test_sandbox_that_cannot_be_printed(small: list[Line], tmp_path: Path) -> None:
    lines = deepcopy(small)
    lines[2]["event"]["sandbox"] = "\ud800"
    path = write_lines(tmp_path / "trace.jsonl", lines)
    done = subprocess.run(
        [sys.executable, "-m", "ipam_model", "trace", "check", str(path)],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == b""


def test_path_that_is_too_long(tmp_path: Path, capsys: Capture) -> None:
    assert check(capsys, tmp_path / ("a" * 5000)).complaint


def test_file_of_blank_lines(small: list[Line], tmp_path: Path, capsys: Capture) -> None:
    """The complaint must come early: 100 MB of blank lines take minutes to read."""
    path = write_lines(tmp_path / "trace.jsonl", small[:1])
    with path.open("ab") as stream:
        stream.write(b"\n" * 20_000)
    assert "without events" not in check(capsys, path).complaint


def test_large_value_of_the_wrong_kind(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "trace.jsonl"
    path.write_bytes(b"[" + b"0," * 2**17 + b"0]\n")
    tracemalloc.start()
    try:
        assert check(capsys, path).complaint
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8 * path.stat().st_size
