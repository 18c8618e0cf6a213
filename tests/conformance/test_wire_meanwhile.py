"""Pods that come and go while a program waits for an answer: nested commands."""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TypeAlias, TypeVar, cast

import pytest

from ipam_model.conformance.course import DaemonCourse
from ipam_model.conformance.observation import Observation, Precision, SeenCard
from ipam_model.conformance.patience import PODS_WAIT
from ipam_model.conformance.reference import ReferenceDaemon
from ipam_model.conformance.running import run_daemon
from ipam_model.conformance.subject import (
    Capabilities,
    DaemonSetup,
    Feature,
    Kind,
    Reply,
    UnsupportedError,
)
from ipam_model.conformance.verdict import Result
from ipam_model.conformance.wire.errors import (
    BrokenProtocolError,
    MalformedMessageError,
    ProgramDiedError,
    ProgramError,
    ProgramTimeoutError,
    SubjectFailedError,
)
from ipam_model.conformance.wire.lines import decode_line, encode_line
from ipam_model.conformance.wire.messages import encode_daemon_setup
from ipam_model.conformance.wire.remote_subject import RemoteSubject
from ipam_model.conformance.wire.serve import Conversation
from ipam_model.requests import AssignPrivateIpAddresses, Request
from ipam_model.scenario.document import Event, PodAdd, PodDel, Start, Tick
from ipam_model.strict_json import JsonValue
from tests.conformance.daemons import node_plan
from tests.conformance.pods_meanwhile import CREATE, growing
from tests.conformance.programs import left_running, started_groups
from tools.detection.subjects import program_of
from tools.directed.made_meanwhile import MADE_MEANWHILE

A = TypeVar("A")
Command: TypeAlias = dict[str, JsonValue]

HARNESS = """
import json, os, sys, time

def say(**message):
    sys.stdout.write(json.dumps(message) + "\\n")
    sys.stdout.flush()

def hear():
    return json.loads(sys.stdin.readline())

SEEN = {"cards": [{"enis": 0, "total": 0, "assigned": 0, "cooling": 0}]}
while True:
    command = hear()
    seq, cmd = command["seq"], command["cmd"]
    if cmd == "start":
        say(
            seq=seq, protocol="ipam-subject/1", kind="daemon", precision="counts",
            features=["pods-meanwhile"],
            implementation={"name": "small", "language": "Python", "version": "1"},
        )
    elif cmd == "apply":
        say(seq=seq, ask={"call": "AssignPrivateIpAddresses", "eni": "eni-1", "count": 1})
        nested = hear()
        while "answer" not in nested:
            assert nested["cmd"] == "apply" and nested["during"] == seq < nested["seq"], nested
#HERE#
            say(seq=nested["seq"], reply={"success": True, "ip": "10.0.0.9"}, observation=SEEN)
            nested = hear()
        assert nested["seq"] == seq, nested
        say(seq=seq, reply={"ips": nested["answer"]["ips"]}, observation=SEEN)
    else:
        say(seq=seq)
        if cmd == "stop":
            break
"""
"""Asks for an address in every event, and serves pods meanwhile."""

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="what runs is looked up in /proc"
)


@pytest.fixture(autouse=True)
def groups(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The process groups that were started; in the end nobody of them may run."""
    started = started_groups(monkeypatch)
    yield started
    assert left_running(started) == []


class Visited:
    """A cloud that lets two pods come before it answers."""

    def __init__(self, subject: RemoteSubject) -> None:
        self._subject = subject
        self.replies: list[Reply] = []
        self.failure: Exception | None = None

    def ask(self, _request: Request[A]) -> A:
        """An answer, whatever became of the pods."""
        try:
            for event in (PodAdd(pod="x"), PodDel(pod="x")):
                self.replies.append(self._subject.apply(event))
        except (ProgramError, UnsupportedError) as error:
            self.failure = error
        return ()  # type: ignore[return-value]  # of an assignment


def visited(here: str, timeout: float = 20) -> tuple[Visited, Reply | Exception]:
    """What becomes of the pods, and of the event during which they come."""
    program = HARNESS.replace("#HERE#", "\n".join(f"            {e}" for e in here.splitlines()))
    with RemoteSubject([sys.executable, "-c", program], timeout=timeout) as subject:
        cloud = Visited(subject)
        setup = DaemonCourse(node_plan(Start()), subject.capabilities).setup
        subject.reset(type(setup)(node=setup.node, ec2=setup.ec2, cloud=cloud))
        try:
            return cloud, subject.apply(Tick())
        except ProgramError as error:
            return cloud, error


def test_pods_are_served_before_the_answer() -> None:
    cloud, reply = visited("")
    assert cloud.replies == [{"success": True, "ip": "10.0.0.9"}] * 2
    assert reply == {"ips": []}


@pytest.mark.parametrize(
    ("here", "kind", "complaint"),
    [
        (
            "time.sleep(60)",
            ProgramTimeoutError,
            f"no answer within 0.5 s; {PODS_WAIT}",
        ),
        (
            "say(seq=seq, reply={}, observation=SEEN)",
            BrokenProtocolError,
            "an answer with seq 3, while command 4 waits for one: ",
        ),
        (
            "say(seq=seq, ask={'call': 'GetAttachedENIs'})",
            BrokenProtocolError,
            "an answer with seq 3, while command 4 waits for one: ",
        ),
        ("os._exit(3)", ProgramDiedError, "ended with exit code 3"),
        ("print('pod', flush=True)", BrokenProtocolError, "a line that is not JSON"),
        ("say(seq=nested['seq'])", MalformedMessageError, "$: reply is missing"),
    ],
)
def test_what_goes_wrong_is_told_of_the_pod_and_the_call(
    here: str, kind: type[Exception], complaint: str
) -> None:
    cloud, ended = visited(here, timeout=0.5 if "sleep" in here else 20)
    assert type(cloud.failure) is kind
    assert str(cloud.failure).startswith(
        f"apply pod_add during AssignPrivateIpAddresses: {complaint}"
    )
    assert isinstance(ended, ProgramDiedError)
    assert str(ended) == "apply tick: it was ended while it waited for an answer"


def test_a_second_request_while_one_is_pending_is_refused() -> None:
    twice = HARNESS.replace("        nested = hear()\n", "        say(seq=seq, ask={})\n", 1)
    with RemoteSubject([sys.executable, "-c", twice], timeout=20) as subject:
        cloud = Visited(subject)
        setup = DaemonCourse(node_plan(Start()), subject.capabilities).setup
        subject.reset(type(setup)(node=setup.node, ec2=setup.ec2, cloud=cloud))
        with pytest.raises(ProgramError):
            subject.apply(Tick())
    assert "something nobody asked for" in str(cloud.failure) or "seq 3" in str(cloud.failure)


@pytest.mark.parametrize(
    ("here", "kind", "complaint"),
    [
        ("say(seq=nested['seq'], errored={'message': 'oops'})", SubjectFailedError, "oops"),
        (
            "say(seq=nested['seq'], unsupported={'message': 'no pods'})",
            UnsupportedError,
            "no pods",
        ),
    ],
)
def test_what_the_harness_says_of_a_pod_does_not_end_the_event(
    here: str, kind: type[Exception], complaint: str
) -> None:
    cloud, reply = visited(f"{here}\nnested = hear()\ncontinue")
    assert type(cloud.failure) is kind
    assert str(cloud.failure) == complaint
    assert reply == {"ips": []}


# -- the other side ------------------------------------------------------------------------------


class Asking:
    """Asks for an address in every tick, and gives pods nothing but a reply."""

    capabilities = Capabilities(
        precision=Precision.COUNTS, features=frozenset({Feature.PODS_MEANWHILE})
    )

    def reset(self, setup: DaemonSetup) -> None:
        self.cloud = setup.cloud

    def apply(self, event: Event) -> Reply:
        if isinstance(event, Tick):
            granted = self.cloud.ask(AssignPrivateIpAddresses("eni-1", 1, prefixes=False))
            return {"granted": len(granted) if isinstance(granted, tuple) else -1}
        if isinstance(event, PodDel):
            raise ZeroDivisionError("no pods go")
        return {"success": True}

    def observe(self) -> Observation:
        return Observation(cards=(SeenCard(enis=0, total=0, assigned=0, cooling=0),))


START: Command = {"seq": 1, "cmd": "start", "protocol": "ipam-subject/1"}
TICK: Command = {"seq": 3, "cmd": "apply", "event": {"kind": "tick"}}
COME: Command = {"seq": 4, "cmd": "apply", "event": {"kind": "pod_add", "pod": "x"}, "during": 3}
GO: Command = {"seq": 5, "cmd": "apply", "event": {"kind": "pod_del", "pod": "x"}, "during": 3}
ANSWER: Command = {"seq": 3, "answer": {"ips": ["10.0.0.9"]}}
STOP: Command = {"seq": 6, "cmd": "stop"}


def conversation(*commands: Command) -> tuple[int, list[Command]]:
    """What a harness in Python says to these commands after a reset, and its exit code."""
    plan = node_plan()
    reset = {"seq": 2, "cmd": "reset", **encode_daemon_setup(plan.node, plan.ec2)}
    lines = BytesIO(b"".join(map(encode_line, (START, reset, *commands))))
    out = BytesIO()
    code = Conversation(Asking, lines, out).hold()
    return code, [decode_line(line) for line in out.getvalue().splitlines()][2:]


def test_a_harness_in_python_serves_pods_until_the_answer_comes() -> None:
    code, said = conversation(TICK, COME, GO, ANSWER, STOP)
    seen = {"cards": [{"card": 0, "enis": 0, "total": 0, "assigned": 0, "cooling": 0}]}
    assert code == 0
    assert [each["seq"] for each in said] == [3, 4, 5, 3, 6]
    assert "ask" in said[0]
    assert said[1] == {"seq": 4, "reply": {"success": True}, "observation": seen}
    assert cast(Command, said[2]["errored"])["message"] == "ZeroDivisionError: no pods go"
    assert said[3] == {"seq": 3, "reply": {"granted": 1}, "observation": seen}


@pytest.mark.parametrize(
    ("commands", "complaint"),
    [
        ((TICK, {**COME, "during": 2}), "command apply where an answer is due"),
        ((TICK, {"seq": 4, "cmd": "observe"}), "command observe where an answer is due"),
        ((TICK, COME, {**ANSWER, "seq": 4}), "an answer to command 4, 3 asked"),
        ((TICK, {**COME, "cmd": "observe"}), "unknown key"),
        ((TICK, {**COME, "event": {"kind": "cordon"}}), "cordon during 3: only pods come"),
        ((COME,), "a command during 3, which waits for nothing"),
    ],
)
def test_a_harness_in_python_refuses_what_does_not_belong_there(
    commands: tuple[Command, ...], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _ = conversation(*commands)
    assert code == 2
    assert complaint in capsys.readouterr().err


def test_the_end_of_the_input_ends_a_harness_that_waits() -> None:
    assert conversation(TICK, COME)[0] == 0


# -- both ----------------------------------------------------------------------------------------


def served(text: str) -> RemoteSubject:
    """A harness in Python for what an expression makes."""
    lines = (
        "import sys",
        "from ipam_model.conformance.reference import ReferenceDaemon",
        "from ipam_model.conformance.wire.serve import serve",
        "from tests.conformance.pods_meanwhile import Crashing, Locked, LockedOnce",
        f"sys.exit(serve({text}))",
    )
    return RemoteSubject([sys.executable, "-c", "\n".join(lines)], timeout=60)


def test_over_the_wire_it_is_as_in_process() -> None:
    with served("ReferenceDaemon") as remote:
        for plan in MADE_MEANWHILE:
            assert run_daemon(remote, plan) == run_daemon(ReferenceDaemon(), plan)
        assert remote.starts == 1


def test_a_crash_is_told_with_the_pod_and_the_call() -> None:
    with served("Crashing") as remote:
        verdict = run_daemon(remote, growing())
        assert verdict.result is Result.BROKEN
        assert verdict.reason == f"pod_add x during {CREATE}: KeyError: 'x'"
        assert "in meanwhile" in verdict.found
        assert remote.starts == 1


@pytest.mark.parametrize("name", ["Locked", "LockedOnce"])
def test_a_lock_that_is_held_during_a_call_is_told(name: str) -> None:
    with served(name) as remote:
        assert remote.capabilities.features  # It is imported, which takes its time.
        remote.limit_answers_to(1.0)
        verdict = run_daemon(remote, growing())
    assert (verdict.result, verdict.waited) == (Result.BROKEN, 1.0)
    assert verdict.waited_for == f"pod_add x during {CREATE}"
    assert verdict.reason == (
        f"apply pod_add during {CREATE}: no answer within 1 s; pods wait until EC2 answers: "
        "a daemon serves them meanwhile. Is a lock held during the call?"
    )


def test_a_daemon_that_loses_pods_is_noticed_over_the_wire() -> None:
    with program_of(Kind.DAEMON, "pods-lost-while-assigning")() as remote:  # type: ignore[attr-defined]  # it ends it
        verdict = run_daemon(remote, MADE_MEANWHILE[0])
    assert verdict.result is Result.DIVERGES
    assert verdict.found == "eni-1 10.1.0.5 assigned to p1; eni-1 10.1.0.6 free"
