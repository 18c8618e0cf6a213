"""A subject in Python is the same over the wire as in process."""

import io
import json
import sys
from collections.abc import Iterator

import pytest

from ipam_model.conformance.datastore_events import AddCidr, AddEni, Assign, DatastorePart
from ipam_model.conformance.datastore_reference import ReferenceDatastore
from ipam_model.conformance.observation import Precision
from ipam_model.conformance.plan import DaemonPlan, plan_of
from ipam_model.conformance.reference import ReferenceDaemon
from ipam_model.conformance.running import run_daemon
from ipam_model.conformance.subject import Calls, UnsupportedError
from ipam_model.conformance.verdict import Result
from ipam_model.conformance.wire.errors import SubjectFailedError
from ipam_model.conformance.wire.messages import Implementation
from ipam_model.conformance.wire.remote_subject import RemoteSubject
from ipam_model.conformance.wire.serve import Conversation
from ipam_model.scenario.reading import read_scenario
from ipam_model.strict_json import JsonValue
from ipam_model.wrong_models import WRONG_MODELS
from tests.shared import ROOT

SCENARIOS = (
    "cooling-addresses-are-released",
    "prefixes-need-whole-blocks",
    "restart-forgets-the-cooldown",
    "stale-imds-at-a-restart",
)


def served(what: str) -> list[str]:
    """A command: a harness for what an expression makes."""
    text = (
        "import sys\n"
        "from ipam_model.conformance.datastore_reference import *\n"
        "from ipam_model.conformance.observation import Precision\n"
        "from ipam_model.conformance.reference import ReferenceDaemon\n"
        "from ipam_model.conformance.subject import Calls\n"
        "from ipam_model.conformance.wire.serve import serve\n"
        f"sys.exit(serve(lambda: {what}))"
    )
    return [sys.executable, "-c", text]


@pytest.fixture(scope="module")
def remote() -> Iterator[RemoteSubject]:
    with RemoteSubject(served("ReferenceDaemon()"), timeout=60) as subject:
        yield subject


def plan(name: str) -> DaemonPlan:
    return plan_of(read_scenario(ROOT / "examples" / "scenarios" / f"{name}.json")[0])


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_model_conforms_over_the_wire_as_in_process(name: str, remote: RemoteSubject) -> None:
    verdict = run_daemon(remote, plan(name))
    assert verdict == run_daemon(ReferenceDaemon(), plan(name))
    assert verdict.result is Result.CONFORMS
    assert remote.starts == 1


def test_one_with_an_ec2_of_its_own_conforms_as_well() -> None:
    what = "ReferenceDaemon(Precision.COUNTS, Calls.NONE, seed=3)"
    with RemoteSubject(served(what), timeout=60) as subject:
        assert subject.capabilities.calls is Calls.NONE
        assert subject.capabilities.precision is Precision.COUNTS
        name = "restart-forgets-the-cooldown"
        assert run_daemon(subject, plan(name)).result is Result.CONFORMS


def test_a_coarser_precision_may_be_asked_for() -> None:
    with RemoteSubject(
        served("ReferenceDaemon()"), timeout=60, precision=Precision.COUNTS
    ) as subject:
        assert subject.capabilities.precision is Precision.COUNTS
        assert run_daemon(subject, plan(SCENARIOS[0])).result is Result.CONFORMS


# -- one side alone ------------------------------------------------------------------------------


def said(subject: object, *commands: dict[str, JsonValue]) -> list[dict[str, JsonValue]]:
    """What a subject in this process answers to commands."""
    lines = b"".join(
        json.dumps({"seq": number, **command}).encode() + b"\n"
        for number, command in enumerate(commands, start=1)
    )
    answers = io.BytesIO()
    talk = Conversation(lambda: subject, io.BytesIO(lines), answers)  # type: ignore[arg-type, return-value]  # some are none
    assert talk.hold() == 0
    return [json.loads(line) for line in answers.getvalue().splitlines()]


WRONG = "no-cooldown"

START: dict[str, JsonValue] = {"cmd": "start", "protocol": "ipam-subject/1"}
RESET: dict[str, JsonValue] = {
    "cmd": "reset",
    "datastore": {"prefix_delegation": False, "cooldown_ms": 30_000},
}
ADD: dict[str, JsonValue] = {"cmd": "apply", "event": {"kind": "assign", "pod": "p1"}}


def test_a_conversation() -> None:
    answers = said(ReferenceDatastore(), START, RESET, ADD, {"cmd": "observe"}, {"cmd": "stop"})
    assert [each["seq"] for each in answers] == [1, 2, 3, 4, 5]
    seen = {"cards": [{"enis": 0, "total": 0, "assigned": 0, "cooling": 0, "card": 0}]}
    assert answers[1] == {"seq": 2}
    assert answers[2]["reply"] == {"success": False, "error": "NoAvailable"}
    assert answers[2]["observation"] == answers[3]["observation"] == seen
    assert answers[4] == {"seq": 5}


def test_it_ends_at_the_end_of_its_input() -> None:
    assert len(said(ReferenceDatastore(), START)) == 1


class Failing(ReferenceDatastore):
    def apply(self, event: object) -> dict[str, JsonValue]:
        if isinstance(event, Assign):
            raise UnsupportedError("no pods")
        raise IndexError("7 of 7")


def test_what_a_subject_raises_is_told() -> None:
    add: dict[str, JsonValue] = {
        "cmd": "apply",
        "event": {"kind": "add_cidr", "eni": "eni-1", "cidr": "10.0.0.5"},
    }
    answers = said(Failing(), START, RESET, ADD, add)
    assert answers[2] == {"seq": 3, "unsupported": {"message": "no pods"}}
    errored = answers[3]["errored"]
    assert isinstance(errored, dict)
    assert errored["message"] == "IndexError: 7 of 7"
    assert "Traceback" in str(errored["traceback"])


@pytest.mark.parametrize(
    "line", [b"what?\n", b'{"seq": 1, "cmd": "apply"}\n', b'{"seq": 1, "cmd": "observe"}\n', b"\n"]
)
def test_a_kit_that_says_nonsense_ends_it(line: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    talk = Conversation(ReferenceDatastore, io.BytesIO(line), io.BytesIO())
    assert talk.hold() == 2
    assert capsys.readouterr().err.startswith("not what ipam-subject/1 allows: ")


# -- a whole process -----------------------------------------------------------------------------

PRINTING = """
import os, subprocess, sys
from ipam_model.conformance.datastore_reference import ReferenceDatastore
from ipam_model.conformance.wire.messages import Implementation
from ipam_model.conformance.wire.serve import serve

class Chatty(ReferenceDatastore):
    def apply(self, event):
        print("printed", flush=True)
        os.write(1, b"written\\n")
        subprocess.run(["echo", "by a child"])
        assert sys.stdin.read() == ""
        if event.kind == "assign":
            raise RuntimeError("no more")
        return super().apply(event)

sys.exit(serve(Chatty, Implementation(name="chatty", language="Python", version="7")))
"""


def test_what_a_subject_prints_goes_to_the_standard_error() -> None:
    subject = RemoteSubject([sys.executable, "-c", PRINTING], timeout=60)
    subject.reset(DatastorePart())
    assert subject.apply(AddEni(eni="eni-1", device=0))["success"] is True
    assert subject.implementation == Implementation(name="chatty", language="Python", version="7")
    with pytest.raises(SubjectFailedError, match=r"^RuntimeError: no more$") as caught:
        subject.apply(Assign(pod="p1"))
    assert "Traceback" in caught.value.details
    assert subject.apply(AddCidr(eni="eni-1", cidr="10.0.0.5/32"))["success"] is True
    assert subject.close() == ""
    assert subject.stderr.splitlines() == ["printed", "written", "by a child"] * 3


def test_a_wrong_model_is_caught_over_the_wire_as_in_process() -> None:
    """The bug is in the other process alone: here the model judges as it is."""
    text = (
        "import sys\n"
        "from ipam_model.conformance.reference import ReferenceDaemon\n"
        "from ipam_model.conformance.wire.serve import serve\n"
        "from ipam_model.wrong_models import WRONG_MODELS\n"
        f"sys.exit(serve(lambda: ReferenceDaemon(wrong_model=WRONG_MODELS[{WRONG!r}])))"
    )
    name = "cooling-addresses-are-released"
    with RemoteSubject([sys.executable, "-c", text], timeout=60) as subject:
        verdict = run_daemon(subject, plan(name))
    assert verdict == run_daemon(ReferenceDaemon(wrong_model=WRONG_MODELS[WRONG]), plan(name))
    assert verdict.result is Result.DIVERGES
