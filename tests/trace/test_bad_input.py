"""What is no trace is refused with one line that names the place and what would be right."""

import json
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any, Self

import pytest

from ipam_model.errors import InputError
from ipam_model.trace.check import check_file
from tests.trace.command import check
from tests.trace.lines import Line, write_lines
from tests.trace.small import small_trace

MEBIBYTE = 2**20


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "trace.jsonl"


@pytest.fixture(scope="module")
def small() -> list[Line]:
    return small_trace()


def test_the_small_trace_is_accepted(
    small: list[Line], path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(capsys, write_lines(path, small)).code == 0


# -- files ---------------------------------------------------------------------------------------


def test_missing_file(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(capsys, path).complaint == f"{path}: no such file or folder"


def test_empty_file(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.touch()
    complaint = check(capsys, path).complaint
    assert complaint == f"{path}: empty file; a trace starts with a header line"


def test_header_only(small: list[Line], path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    complaint = check(capsys, write_lines(path, small[:1])).complaint
    assert complaint == f"{path}: a header without events"


def test_folder_without_traces(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "trace.json").touch()
    assert check(capsys, tmp_path).complaint == f"{tmp_path}: no *.jsonl file in this folder"


def test_folder_named_like_a_trace(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.mkdir()
    complaint = check(capsys, path.parent).complaint
    assert complaint == f"{path}: cannot be read: Is a directory"


def test_unreadable_file(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Permissions do not stop root, who runs many a test: the error is made up."""
    path.touch()

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert check(capsys, path).complaint == f"{path}: cannot be read: Permission denied"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_file_without_permission(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.touch(mode=0)
    assert "Permission denied" in check(capsys, path).complaint


def test_read_error_in_the_middle(
    small: list[Line], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing:
        def __init__(self) -> None:
            self._lines = [json.dumps(line).encode() + b"\n" for line in small[:3]]

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def readline(self, _: int) -> bytes:
            if not self._lines:
                raise OSError(5, "Input/output error")
            return self._lines.pop(0)

    monkeypatch.setattr(Path, "open", lambda *_: Failing())
    with pytest.raises(InputError, match="cannot be read: Input/output error"):
        check_file(path)


def test_loop_of_links(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.symlink_to(path)
    assert str(path) in check(capsys, path).complaint


# -- lines ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "place", "message"),
    [
        (b"\x00\x01\x02\xff\xfe", ":1", "not UTF-8 text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", ":1", "not UTF-8 text"),
        (b"\x1f\x8b\x08\x00 gzip", ":1", "not UTF-8 text"),
        (b"junk\n", ":1", "not JSON"),
        (b"[1, 2]\n", ":1", "header must be a JSON object, not a list"),
        (b"null\n", ":1", "header must be a JSON object"),
        (b'"x"\n', ":1", "header must be a JSON object"),
        (b"{}\n", ":1", "schema is None; this checker reads 'ipam-trace/1'"),
        (b'{"schema":"ipam-trace/2"}\n', ":1", "schema is 'ipam-trace/2'"),
        (b'{"schema":"ipam-trace-index/1"}\n', ":1", "this checker reads 'ipam-trace/1'"),
        (
            b'{"schema":"ipam-trace/1","models":"amazon-vpc-cni-k8s v1.7.5"}\n',
            ":1",
            "recorded from 'amazon-vpc-cni-k8s v1.7.5'",
        ),
        (b"[" * 100_000 + b"\n", ":1", "nested too deeply"),
        (b'{"a":' * 100_000 + b"\n", ":1", "nested too deeply"),
        (b'{"schema": NaN}\n', ":1", "NaN is not a JSON number"),
        (b'{"schema": -Infinity}\n', ":1", "-Infinity is not a JSON number"),
        (b'{"schema": ' + b"9" * 5000 + b"}\n", ":1", "not JSON"),
        (b'{"schema":"ipam-trace/1"', ":1", "the last line is cut off"),
        (b"\n\n{}\n", ":1", "blank line"),
    ],
)
def test_first_line_that_is_no_header(
    content: bytes, place: str, message: str, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path.write_bytes(content)
    complaint = check(capsys, path).complaint
    assert complaint.startswith(f"{path}{place}: ")
    assert message in complaint
    assert len(complaint) < 500


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[]\n", "event line must be a JSON object"),
        (b"null\n", "event line must be a JSON object"),
        (b"{}\n", "'event' must be a JSON object"),
        (b"\xff\xfe\n", "not UTF-8 text"),
        (b'{"seq":1,"time":2.5,"ev', "the last line is cut off or not JSON"),
        (b'{"seq":1}}\n', "not JSON"),
        (b'{"event":{"kind":"tick"},"seq":Infinity}\n', "Infinity is not a JSON number"),
    ],
)
def test_line_that_is_no_event(
    content: bytes,
    message: str,
    small: list[Line],
    path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_lines(path, small[:2])
    with path.open("ab") as stream:
        stream.write(content)
    complaint = check(capsys, path).complaint
    assert complaint.startswith(f"{path}:3: ")
    assert message in complaint


def test_truncated_last_line(
    small: list[Line], path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = write_lines(path, small).read_bytes()
    for cut in (1, 2, 20, 300):
        path.write_bytes(content[:-cut])
        result = check(capsys, path)
        if cut == 1:  # Only the line's end is missing: nothing is lost.
            assert result.code == 0
        else:
            assert result.complaint.startswith(f"{path}:{len(small)}: the last line is cut off")


def _edited(small: list[Line], number: int, change: Callable[[Line], object]) -> list[Line]:
    lines = deepcopy(small)
    change(lines[number - 1])
    return lines


@pytest.mark.parametrize(
    ("line", "change", "message"),
    [
        (1, lambda x: x.pop("limits"), "'instance' must be a string"),
        (1, lambda x: x.update(limits={}), "'max_enis' must be a whole number"),
        (1, lambda x: x["limits"].update(max_enis=10**9), "from 1 to 10000"),
        (1, lambda x: x["limits"].update(ipv4_per_eni=10**400), "'ipv4_per_eni' must be"),
        (1, lambda x: x["limits"].update(ipv4_per_eni=1), "from 2 to 10000"),
        (1, lambda x: x["limits"].update(max_enis=-3), "'max_enis' must be"),
        (1, lambda x: x["limits"].update(max_enis=3.5), "'max_enis' must be"),
        (1, lambda x: x["limits"].update(max_enis=True), "'max_enis' must be"),
        (1, lambda x: x.update(max_pods="17"), "'max_pods' must be a whole number"),
        (1, lambda x: x.update(max_pods=10**7), "'max_pods' must be"),
        (1, lambda x: x.update(env=[]), "'env' must be a JSON object"),
        (1, lambda x: x["env"].update(WARM_IP_TARGET=1), "'WARM_IP_TARGET' must be a string"),
        (1, lambda x: x.update(subnets=[]), "'subnets' is empty"),
        (1, lambda x: x["subnets"].append(x["subnets"][0]), "subnet subnet-1 is listed twice"),
        (1, lambda x: x["subnets"][0].update(free=-1), "'free' must be a whole number"),
        (1, lambda x: x["subnets"][0].update(id="subnet-3"), "no subnet 'subnet-1'"),
        (1, lambda x: x.update(eni_config={"subnet": "subnet-3"}), "no subnet 'subnet-3'"),
        (1, lambda x: x.update(eni_config=None), "'eni_config' must be a JSON object"),
        (1, lambda x: x.update(imds_lag_s=-1), "'imds_lag_s' must be seconds from 0"),
        (1, lambda x: x.update(imds_lag_s="5"), "'imds_lag_s' must be seconds"),
        (1, lambda x: x.update(attached={}), "there must be one primary ENI"),
        (2, lambda x: x["state"].pop("attached"), "the first state must have 'attached'"),
        (2, lambda x: x["state"].update(foo=1), "unknown key 'foo'"),
        (2, lambda x: x["state"]["enis"].append(x["state"]["enis"][0]), "is listed twice"),
        (2, lambda x: x["state"]["enis"][0].update(id=None), "'id' must be a string"),
        (2, lambda x: x["state"]["enis"][0].update(same=True), "cannot be the same as before"),
        (2, lambda x: x["state"]["attached"].update(a="same"), "cannot be the same as before"),
        (2, lambda x: x["state"].update(enis=None), "'enis' must be a list"),
        (2, lambda x: x["state"]["stats"].update(total=None), "'total' must be a whole number"),
        (2, lambda x: x["state"]["stats"].update(total=10**30), "'total' must be a whole number"),
        (2, lambda x: x["state"]["clocks"].update(decrease="x"), "'decrease' must be seconds"),
        (2, lambda x: x["state"]["released"].update(x=1), "'x' is not a CIDR"),
        (2, lambda x: x.update(ec2={}), "'ec2' must be a list"),
        (2, lambda x: x.update(ec2=[1]), "ec2[0] must be a JSON object, not 1"),
        (2, lambda x: x.update(time=1e300), "'time' must be seconds from 0 to 1000000000"),
        (2, lambda x: x.update(time=0.0001), "finer than a millisecond"),
        (2, lambda x: x.update(seq=1.0), "'seq' must be a whole number"),
        (2, lambda x: x["event"].update(kind=1), "'kind' must be a string"),
        (3, lambda x: x["event"].update(kind="nap"), "unknown kind 'nap'; known: advance, "),
        (3, lambda x: x["event"].pop("sandbox"), "'sandbox' must be a string, not absent"),
        (4, lambda x: x["event"].update(seconds=-1), "'seconds' must be seconds from 0"),
        (4, lambda x: x["event"].update(seconds=1e400), "Infinity is not a JSON number"),
        (4, lambda x: x["event"].update(seconds=None), "'seconds' must be seconds from 0"),
    ],
)
def test_field_of_the_wrong_kind(
    line: int,
    change: Callable[[Line], object],
    message: str,
    small: list[Line],
    path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    complaint = check(capsys, write_lines(path, _edited(small, line, change))).complaint
    assert complaint.startswith(f"{path}:{line}: ")
    assert message in complaint


def test_CIDR_twice_in_an_ENI(
    small: list[Line], path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def twice(line: Line) -> None:
        cidrs = line["state"]["enis"][0]["cidrs"]
        cidrs.append(cidrs[0])

    complaint = check(capsys, write_lines(path, _edited(small, 2, twice))).complaint
    assert complaint.startswith(f"{path}:2: ")
    assert "a CIDR is listed twice" in complaint


def test_address_twice_in_a_list(
    small: list[Line], path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def twice(line: Line) -> None:
        addresses = next(eni["ips"] for eni in line["state"]["attached"].values())
        addresses.append(addresses[0])

    complaint = check(capsys, write_lines(path, _edited(small, 2, twice))).complaint
    assert complaint.startswith(f"{path}:2: ")
    assert "'ips' names something twice" in complaint


def test_R1_unknown_instance_type_names_the_nearest(
    small: list[Line], path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def unknown(header: Line) -> None:
        del header["limits"]
        header["instance"] = "m5.lage"

    complaint = check(capsys, write_lines(path, _edited(small, 1, unknown))).complaint
    assert complaint.startswith(f"{path}:1: header: ")
    assert "m5.lage" in complaint
    assert "m5.large" in complaint


def test_R1_known_instance_type_needs_no_limits(
    small: list[Line], path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def named(header: Line) -> None:
        del header["limits"]
        header["instance"] = "m5.large"

    # Ten addresses per ENI instead of three: read, and found not to fit the record.
    assert check(capsys, write_lines(path, _edited(small, 1, named))).code == 1


# -- 100 MB of junk ------------------------------------------------------------------------------


def _sparse(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(100 * MEBIBYTE)


def _repeated(text: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with path.open("wb") as stream:
            for _ in range(100):
                stream.write((text * (MEBIBYTE // len(text) + 1))[:MEBIBYTE])

    return write


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(_sparse, id="zero bytes"),
        pytest.param(_repeated(b"junk\n"), id="lines of text"),
        pytest.param(_repeated(b"x"), id="one line of text"),
        pytest.param(_repeated(b" "), id="one line of blanks"),
        pytest.param(_repeated(b"["), id="one deep list"),
        pytest.param(_repeated(b"9"), id="one number"),
        pytest.param(_repeated(b'{"a":1}\n'), id="lines of JSON"),
        pytest.param(_repeated(bytes(range(256))), id="every byte"),
    ],
)
def test_100_MB_of_junk(
    write: Callable[[Path], None], path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(path)
    assert path.stat().st_size == 100 * MEBIBYTE
    tracemalloc.start()
    try:
        result = check(capsys, path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        path.unlink()
    assert result.complaint.startswith(str(path))
    assert len(result.complaint) < 500
    assert peak < 100 * MEBIBYTE


def test_junk_after_a_trace(
    small: list[Line], path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_lines(path, small)
    with path.open("ab") as stream:
        stream.write(b"\x00" * 40 * MEBIBYTE)
    assert check(capsys, path).complaint.startswith(f"{path}:{len(small) + 1}: line of ")


# -- every field replaced ------------------------------------------------------------------------

HUGE = "a float beyond all floats"
"""Stands for the number 1e400, which `json` reads as infinity but would write as a word."""

VALUES: tuple[Any, ...] = (None, "", -1, [], "x", True, {"a": {}}, HUGE)

STATES_OF = ("init", "restart", "external")
"""Events whose states are taken apart; the others have the same fields."""

Place = tuple[str | int, ...]


def _places(value: object, *keys: str | int) -> Iterator[Place]:
    """Every place in a JSON value."""
    children: Iterator[tuple[str | int, object]] = iter(())
    if isinstance(value, dict):
        children = iter(value.items())
    elif isinstance(value, list):
        children = iter(enumerate(value))
    for key, child in children:
        yield (*keys, key)
        yield from _places(child, *keys, key)


def _fields(lines: list[Line]) -> Iterator[Place]:
    """The places of a trace that differ in what they mean: the first of each sort."""
    known: set[tuple[object, ...]] = set()
    for place in _places(lines):
        number, *keys = place
        assert isinstance(number, int)
        kind = lines[number]["event"]["kind"] if number else ""
        call = lines[number]["ec2"][keys[1]]["call"] if keys[:1] == ["ec2"] and keys[1:] else ""
        sort = (kind, call, *(key if isinstance(key, str) else 0 for key in keys))
        subnet_of_new_eni = kind == "external" and keys[-1:] == ["subnet"]
        if not keys or subnet_of_new_eni:  # The latter: see `test_strictness`.
            continue
        if sort in known or ("state" in keys and kind not in STATES_OF):
            continue
        known.add(sort)
        yield place


def _changed(lines: list[Line], place: Place, value: object, *, remove: bool) -> list[Line]:
    """The trace up to a little after a line in which one field is replaced or removed."""
    number, *keys = place
    assert isinstance(number, int)
    line: Any = deepcopy(lines[number])
    inner = line
    for key in keys[:-1]:
        inner = inner[key]
    if remove:
        del inner[keys[-1]]
    else:
        inner[keys[-1]] = value
    return [*lines[:number], line, *lines[number + 1 : number + 3]]


def _complaint(path: Path, lines: Sequence[Line]) -> str | None:
    """What is wrong with how a trace is refused; `None` if it is accepted, rejected or refused."""
    text = "".join(json.dumps(line) + "\n" for line in lines)
    path.write_text(text.replace(json.dumps(HUGE), "1e400"), encoding="utf-8")
    try:
        check_file(path)
    except InputError as error:
        message = str(error)
        placed = message.startswith((f"{path}:", f"{path}: "))
        fits = len(message) < 1000 and "\n" not in message
        return None if placed and fits else message
    except Exception as error:  # noqa: BLE001 - anything else is what must not happen
        return repr(error)
    return None


@pytest.mark.parametrize("value", VALUES, ids=[repr(value)[:12] for value in VALUES])
def test_any_field_may_be_anything(value: object, small: list[Line], path: Path) -> None:
    """Accepted, rejected, or refused with one line: nothing else comes of a wrong field."""
    wrong = {
        place: complaint
        for place in _fields(small)
        if (complaint := _complaint(path, _changed(small, place, value, remove=False)))
    }
    assert not wrong


def test_any_key_may_be_missing(small: list[Line], path: Path) -> None:
    wrong = {
        place: complaint
        for place in _fields(small)
        if isinstance(place[-1], str)
        and (complaint := _complaint(path, _changed(small, place, None, remove=True)))
    }
    assert not wrong


def test_any_line_may_be_anything(small: list[Line], path: Path) -> None:
    for number in range(len(small)):
        for value in VALUES:
            lines: list[Any] = list(small)
            lines[number] = value
            assert _complaint(path, lines) is None


# -- as a process --------------------------------------------------------------------------------


def _process(*arguments: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "ipam_model", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_process_refuses_junk_with_one_line(path: Path) -> None:
    path.write_bytes(b"\xff\x00\xff")
    done = _process("trace", "check", path)
    assert done.returncode == 2
    expected = f"ipam-model: {path}:1: not UTF-8 text; a trace is JSON lines\n"
    assert done.stderr == expected


def test_process_refuses_a_missing_file_with_one_line(path: Path) -> None:
    done = _process("trace", "check", path)
    assert done.returncode == 2
    assert done.stderr == f"ipam-model: {path}: no such file or folder\n"
