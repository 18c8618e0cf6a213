"""Whatever a program does, there is one clear verdict and nothing of it is left running."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ipam_model.conformance.datastore_events import Assign, DatastorePart
from ipam_model.conformance.subject import UnsupportedError
from ipam_model.conformance.wire import process as processes
from ipam_model.conformance.wire.errors import (
    BrokenProtocolError,
    ProgramDiedError,
    ProgramError,
    ProgramTimeoutError,
    StartError,
    SubjectFailedError,
)
from ipam_model.conformance.wire.protocol import LONGEST_LINE
from ipam_model.conformance.wire.remote_subject import RemoteSubject
from tests.conformance.programs import (
    at,
    failure_of,
    left_running,
    one_run,
    program,
    running,
    started_groups,
)

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="what runs is looked up in /proc"
)


@pytest.fixture
def groups(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The process groups that were started; in the end nobody of them may run."""
    started = started_groups(monkeypatch)
    yield started
    assert started
    assert left_running(started) == []


def failing_run(command: list[str], kind: type[ProgramError], timeout: float = 20) -> str:
    subject = RemoteSubject(command, timeout=timeout)
    return failure_of(lambda: one_run(subject), kind)


def test_a_correct_program_is_used_for_run_after_run(groups: list[int]) -> None:
    with RemoteSubject(program()) as subject:
        one_run(subject)
        one_run(subject)
        assert len(groups) == subject.starts == 1
        assert len(running(groups[0])) == 1
        assert subject.close() == ""


def test_one_that_hangs(groups: list[int]) -> None:
    hangs = at(
        "apply", "print('waiting for the lock', file=sys.stderr, flush=True)\ntime.sleep(600)"
    )
    said = failing_run(hangs, ProgramTimeoutError, timeout=1)
    assert said == (
        "apply assign: no answer within 1 s; its standard error ends: waiting for the lock"
    )


def test_one_whose_answers_are_limited_has_all_its_time_to_begin(groups: list[int]) -> None:
    for slow in ("start", "reset"):
        with RemoteSubject(at(slow, "time.sleep(0.5)"), timeout=20) as subject:
            subject.limit_answers_to(0.4)
            one_run(subject)
    with RemoteSubject(at("apply", "time.sleep(600)"), timeout=0.6) as subject:
        subject.limit_answers_to(30)
        said = failure_of(lambda: one_run(subject), ProgramTimeoutError)
        assert said == "apply assign: no answer within 0.6 s"
        subject.limit_answers_to(0.2)
        subject.limit_answers_to(None)
        assert failure_of(lambda: one_run(subject), ProgramTimeoutError) == said


def test_one_that_hangs_and_ignores_sigterm(groups: list[int]) -> None:
    stubborn = at("apply", "signal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(600)")
    assert "no answer within 1 s" in failing_run(stubborn, ProgramTimeoutError, timeout=1)


def test_one_that_writes_half_a_line_and_hangs(groups: list[int]) -> None:
    half = at("apply", """raw(b'{"seq": 3, "rep')\ntime.sleep(600)""")
    said = failing_run(half, ProgramTimeoutError, timeout=1)
    assert said.endswith(r'no answer within 1 s; it wrote an unfinished line: "{\"seq\": 3, \"rep"')


def test_one_that_crashes_at_once(groups: list[int]) -> None:
    crash = [sys.executable, "-c", "import sys; print('no config', file=sys.stderr); sys.exit(3)"]
    assert failing_run(crash, ProgramDiedError) == (
        "start: ended with exit code 3; its standard error ends: no config"
    )


def test_one_that_crashes_in_the_middle_and_is_started_again(groups: list[int]) -> None:
    crash = at("apply", "if command['event']['pod'] == 'bad': raise IndexError('7 of 7')")
    with RemoteSubject(crash) as subject:
        subject.reset(DatastorePart())
        said = failure_of(lambda: subject.apply(Assign(pod="bad")), ProgramDiedError)
        assert said.startswith("apply assign: ended with exit code 1; its standard error ends: ")
        assert said.endswith("| IndexError: 7 of 7")
        assert "Traceback" in subject.stderr
        assert left_running(groups) == []
        one_run(subject)
        assert subject.starts == 2


def test_one_that_is_killed(groups: list[int]) -> None:
    said = failing_run(at("observe", "os.kill(os.getpid(), signal.SIGKILL)"), ProgramDiedError)
    assert said == "observe: was ended by SIGKILL"


def test_one_that_closes_its_output_and_goes_on(
    groups: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "GRACE", 0.2)
    said = failing_run(at("apply", "os.close(1)\ntime.sleep(600)"), ProgramDiedError)
    assert said == "apply assign: closed its standard output and goes on"


def test_one_that_floods_its_output_without_a_line_feed(groups: list[int]) -> None:
    flood = at("apply", "while True: raw(b'x' * 65536)")
    said = failing_run(flood, BrokenProtocolError)
    assert said.startswith('apply assign: a line of more than 8 MiB: "xxxx')
    assert len(said) < 300


def test_one_that_floods_its_output_with_lines(groups: list[int]) -> None:
    flood = at("apply", "while True: raw(b'{}\\n' * 20000)")
    said = failing_run(flood, BrokenProtocolError)
    assert said == (
        'apply assign: an answer with no seq at all, while command 3 waits for one: "{}"'
    )


def test_one_that_floods_its_standard_error(groups: list[int]) -> None:
    noisy = at(
        "apply",
        "for _ in range(64): print('y' * 65536, file=sys.stderr)\nprint('end', file=sys.stderr)",
    )
    subject = RemoteSubject(noisy)
    one_run(subject)
    subject.close()
    assert subject.stderr.endswith("y\nend\n")
    assert len(subject.stderr) <= processes.KEPT


def test_a_line_of_ten_megabytes(groups: list[int]) -> None:
    long = at("apply", "say(seq=seq, reply={'x': 'z' * 10_000_000}, observation=SEEN)")
    assert "a line of more than 8 MiB" in failing_run(long, BrokenProtocolError)


def test_a_long_line_within_the_limit_is_fine(groups: list[int]) -> None:
    long = at(
        "apply",
        f"say(seq=seq, reply={{'x': 'z' * {LONGEST_LINE - 200}}}, observation=SEEN)\ncontinue",
    )
    with RemoteSubject(long) as subject:
        one_run(subject)


def test_a_command_longer_than_a_pipe_gets_through_to_one_that_speaks_before_it_listens(
    groups: list[int],
) -> None:
    """Neither side waits for the other: the pipes are moved at once, in both directions."""
    echo = at("apply", "say(seq=seq, reply={'x': 'z' * 1_000_000}, observation=SEEN)\ncontinue")
    with RemoteSubject(echo) as subject:
        subject.reset(DatastorePart())
        subject.apply(Assign(pod="p" * 1_000_000))


def test_bytes_that_are_not_utf_8(groups: list[int]) -> None:
    said = failing_run(
        at("apply", r"raw(b'{\"seq\": 3, \"x\": \"\xff\xfe\"}\n')"), BrokenProtocolError
    )
    assert said.startswith("apply assign: a line that is not UTF-8 (byte 18): ")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("debug: assigning", "a line that is not JSON (Expecting value at column 1): \"debug: assigning\""),
        ("", "an empty line"),
        ("[1]", "a line that is no JSON object: \"[1]\""),
        ('{"seq": NaN}', "a line that is no good JSON (NaN is not a JSON number)"),
        ("[" * 100_000, "a line that is no good JSON (nested too deeply)"),
        ('{"seq": 3}', "$: reply is missing"),
        ('{"seq": 3, "reply": {}, "observaton": {}}', "$.observaton: unknown key; did you mean observation?"),
        ('{"seq": 3, "reply": {}, "observation": {}}', "$.observation: cards is missing, and the daemon runs"),
        ('{"seq": 3, "reply": {"success": 1}, "observation": {}}', "1 must be true or false"),
        ('{"seq": 3, "ask": {"call": "GetAttachedENIs"}}', "has said that it asks for nothing"),
    ],
)  # fmt: skip
def test_what_is_no_message(groups: list[int], line: str, complaint: str) -> None:
    said = failing_run(at("apply", f"print({line!r}, flush=True)"), BrokenProtocolError)
    assert said.startswith("apply assign: ")
    assert complaint in said


def test_an_answer_to_another_command(groups: list[int]) -> None:
    said = failing_run(at("apply", "seq = seq - 1"), BrokenProtocolError)
    assert said.startswith("apply assign: an answer with seq 2, while command 3 waits for one: ")


def test_a_second_answer_to_the_same_command(groups: list[int]) -> None:
    said = failing_run(at("apply", "say(seq=seq, reply={}, observation=SEEN)"), BrokenProtocolError)
    assert said.startswith("observe: ")
    assert "nobody asked for" in said or "an answer with seq 3, while command 4" in said


def test_a_question_outside_of_apply(groups: list[int]) -> None:
    said = failing_run(
        at("reset", "say(seq=seq, ask={'call': 'GetAttachedENIs'})"), BrokenProtocolError
    )
    assert said == "reset: it asks for something, which only an apply allows"


def test_another_version_of_the_protocol(groups: list[int]) -> None:
    other = at("start", "STARTED['protocol'] = 'ipam-subject/2'")
    assert failing_run(other, BrokenProtocolError) == (
        "start: it speaks ipam-subject/2, and this kit ipam-subject/1"
    )


def test_what_the_harness_catches_ends_the_run_and_not_the_program(groups: list[int]) -> None:
    with RemoteSubject(
        at(
            "apply",
            "say(seq=seq, errored={'message': 'index 7 of 7', 'traceback': 'at x'})\ncontinue",
        )
    ) as subject:
        subject.reset(DatastorePart())
        with pytest.raises(SubjectFailedError, match=r"^index 7 of 7$") as caught:
            subject.apply(Assign(pod="p1"))
        assert caught.value.details == "at x"
        subject.reset(DatastorePart())
        assert subject.starts == 1


def test_what_it_does_not_support_is_no_failure(groups: list[int]) -> None:
    lacks = at(
        "reset",
        "say(seq=seq, unsupported={'message': 'no cooldown', 'issue_url': 'https://x/1'})\ncontinue",
    )
    with (
        RemoteSubject(lacks) as subject,
        pytest.raises(UnsupportedError, match=r"no cooldown \(https://x/1\)"),
    ):
        subject.reset(DatastorePart())


def test_a_grandchild_ends_with_it(groups: list[int]) -> None:
    parent = at("start", "subprocess.Popen(['sleep', '600'])")
    subject = RemoteSubject(parent)
    one_run(subject)
    assert len(running(groups[0])) == 2
    assert "a child of it went on, and was killed" in subject.close()


def test_a_grandchild_ends_with_one_that_crashed(groups: list[int]) -> None:
    quiet = "stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL"
    parent = at("apply", f"subprocess.Popen(['sleep', '600'], {quiet})\nos._exit(9)")
    assert "ended with exit code 9" in failing_run(parent, ProgramDiedError)


def test_one_that_does_not_stop(groups: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "GRACE", 0.2)
    subject = RemoteSubject(at("stop", "time.sleep(600)"))
    one_run(subject)
    assert subject.close().endswith("of being told to stop, and got SIGTERM")


def test_one_that_does_not_stop_and_ignores_sigterm(
    groups: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "GRACE", 0.2)
    subject = RemoteSubject(
        program(
            "if cmd == 'start': signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
            "if cmd == 'stop': time.sleep(600)"
        )
    )
    one_run(subject)
    assert subject.close().endswith("nor within 0.2 s of SIGTERM, and was killed")


def test_an_exit_code_at_the_end_is_told(groups: list[int]) -> None:
    subject = RemoteSubject(at("stop", "say(seq=seq)\nsys.exit(4)"))
    one_run(subject)
    assert subject.close() == "it ended with exit code 4 when it was told to stop"


def test_one_that_nobody_closes_ends_with_its_subject(groups: list[int]) -> None:
    subject = RemoteSubject(program())
    one_run(subject)
    del subject


def test_no_such_program() -> None:
    subject = RemoteSubject(["./no-such-harness"])
    said = failure_of(lambda: one_run(subject), StartError)
    assert said == "./no-such-harness: cannot be started: No such file or directory"
