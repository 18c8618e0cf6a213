"""Each step of the smoke test finds what it is for, and says where to look."""

import sys

import pytest

from ipam_model.conformance.wire.remote_subject import RemoteSubject
from ipam_model.conformance.wire.smoke import Fault, SmokeReport, smoke
from tests.conformance.programs import at, program
from tests.shared import ROOT

SUBJECTS = """
import sys
from attrs import evolve
from ipam_model.conformance.datastore_events import *
from ipam_model.conformance.datastore_reference import ReferenceDatastore
from ipam_model.conformance.observation import Observation, SeenCard
from ipam_model.conformance.reference import ReferenceDaemon
from ipam_model.conformance.subject import Calls, Capabilities, UnsupportedError
from ipam_model.conformance.wire.serve import serve
from ipam_model.scenario.document import Start

{subject}

sys.exit(serve({name}))
"""


def smoke_of(subject: str, name: str = "Wrong") -> SmokeReport:
    text = SUBJECTS.format(subject=subject, name=name)
    return smoke(RemoteSubject([sys.executable, "-c", text], timeout=60))


@pytest.mark.parametrize("name", ["ReferenceDatastore", "ReferenceDaemon"])
def test_the_model_passes(name: str) -> None:
    report = smoke_of("", name)
    assert report.passed
    assert len(report.checks) == 14
    assert not report.left
    assert report.who is not None


@pytest.mark.parametrize("name", ["Allocator", "Careless"])
def test_the_sample_passes_and_so_does_its_wrong_variant(name: str) -> None:
    """What is wrong with it is the implementation's, and no business of a smoke test."""
    harness = str(ROOT / "examples" / "conformance" / "serve.py")
    report = smoke(RemoteSubject([sys.executable, harness, name], timeout=60))
    assert report.passed, report.checks[-1]


WRONG_SUBJECTS = {
    "shows nothing before anything has happened": """
class Wrong(ReferenceDatastore):
    def reset(self, setup):
        super().reset(setup)
        self.apply(AddEni(eni="eni-9", device=3))
""",
    "shows nothing before anything has happened: a daemon": """
class Wrong(ReferenceDaemon):
    def observe(self):
        return Observation(cards=(SeenCard(enis=1, total=0, assigned=0, cooling=0),)) \\
            if not super().observe().running else super().observe()
""",
    "gets two addresses into its pool": """
class Wrong(ReferenceDaemon):
    def apply(self, event):
        reply = super().apply(event)
        return {"ok": False, "error": "no"} if isinstance(event, Start) else reply
""",
    "gets two addresses into its pool: none are shown": """
class Wrong(ReferenceDatastore):
    def apply(self, event):
        return {"success": True} if isinstance(event, AddCidr) else super().apply(event)
""",
    "shows what its precision promises, and numbers that add up": """
class Wrong(ReferenceDatastore):
    def observe(self):
        seen = super().observe()
        return evolve(seen, cards=tuple(evolve(each, enis=each.enis + 1) for each in seen.cards)) \\
            if seen.enis else seen
""",
    "says the same when it is asked to observe": """
class Wrong(ReferenceDatastore):
    looks = 0
    def observe(self):
        seen = super().observe()
        self.looks += bool(seen.enis and seen.enis[0].total == 2)
        if self.looks < 2:
            return seen
        return evolve(seen, cards=tuple(evolve(each, cooling=1) for each in seen.cards))
""",
    "asks the kit for what it wants of EC2": """
class Wrong(ReferenceDaemon):
    def __init__(self):
        super().__init__(calls=Calls.NONE)
        self.capabilities = evolve(self.capabilities, calls=Calls.CHANGES)
    def reset(self, setup):
        told, self.capabilities = self.capabilities, evolve(self.capabilities, calls=Calls.NONE)
        super().reset(setup)
        self.capabilities = told
""",
    "gives a pod an address": """
class Wrong(ReferenceDatastore):
    def apply(self, event):
        return {"success": True} if isinstance(event, Assign) else super().apply(event)
""",
    "gives a pod an address: it does not say so": """
class Wrong(ReferenceDatastore):
    def apply(self, event):
        reply = super().apply(event)
        return {} if isinstance(event, Assign) else reply
""",
    "takes the address back, and lets it cool": """
class Wrong(ReferenceDatastore):
    def reset(self, setup):
        super().reset(evolve(setup, cooldown_ms=0))
    def apply(self, event):
        reply = super().apply(event)
        if isinstance(event, Unassign):
            super().apply(Pass(ms=1000))
        return reply
""",
    "lives by the kit's time": """
class Wrong(ReferenceDatastore):
    def apply(self, event):
        return {} if isinstance(event, Pass) else super().apply(event)
""",
    "refuses to take back what nobody has": """
class Wrong(ReferenceDatastore):
    def apply(self, event):
        reply = super().apply(event)
        return {"success": True} if isinstance(event, Unassign) else reply
""",
    "serves a pod while a request is pending, if it offers that": """
class Wrong(ReferenceDaemon):
    depth = 0
    def apply(self, event):
        self.depth += 1
        try:
            return super().apply(event) if self.depth == 1 else {"success": False, "error": "Busy"}
        finally:
            self.depth -= 1
""",
    "serves a pod while a request is pending, if it offers that: it raises": """
class Wrong(ReferenceDaemon):
    def apply(self, event):
        if getattr(event, "pod", "") == "p4":
            raise KeyError("p4")
        return super().apply(event)
""",
    "serves a pod while a request is pending, if it offers that: it does not grow": """
class Wrong(ReferenceDaemon):
    def apply(self, event):
        return {} if event.kind == "tick" else super().apply(event)
""",
    "has forgotten everything after another reset": """
class Wrong(ReferenceDatastore):
    resets = 0
    def reset(self, setup):
        self.resets += 1
        super().reset(setup)
    def apply(self, event):
        if self.resets == 2 and isinstance(event, AddCidr):
            super().apply(AddCidr(eni="eni-1", cidr="10.1.0.77/32"))
        return super().apply(event)
""",
}


ON_THE_PAGE = {
    "asks the kit for what it wants of EC2": "it has addresses, and has asked for none",
    "lives by the kit's time": "1 address still cooling after 60 s",
    "has forgotten everything after another reset": (
        "it shows 3 addresses, 0 assigned, 0 cooling, and the first time 2, 0, 0"
    ),
}
"""What docs/protocol.md quotes of what is said."""


@pytest.mark.parametrize("what", WRONG_SUBJECTS)
def test_each_step_finds_what_it_is_for(what: str) -> None:
    report = smoke_of(WRONG_SUBJECTS[what])
    last = report.checks[-1]
    assert last.what == what.partition(":")[0]
    assert last.problem
    assert last.hint
    assert last.fault in {Fault.HARNESS, Fault.IMPLEMENTATION}
    assert all(each.passed for each in report.checks[:-1])
    assert not report.passed
    if what in ON_THE_PAGE:
        assert last.problem == ON_THE_PAGE[what]
        assert f"| `{last.problem}` |" in (ROOT / "docs" / "protocol.md").read_text("utf-8")


def failing(command: list[str], timeout: float = 60) -> tuple[Fault | None, str, str]:
    report = smoke(RemoteSubject(command, timeout=timeout))
    last = report.checks[-1]
    assert not report.passed
    return last.fault, last.problem, last.hint


def test_no_such_program() -> None:
    fault, problem, hint = failing(["./nowhere"])
    assert fault is Fault.COMMAND
    assert "cannot be started" in problem
    assert "without a shell" in hint


def test_one_that_does_not_flush() -> None:
    """The classic: the answer is there, and stays in a buffer of the program's."""
    silent = program("import io\nsys.stdout = io.StringIO()")
    fault, problem, hint = failing(silent, timeout=1)
    assert fault is Fault.HARNESS
    assert "no answer within 3 s" in problem
    assert "flush the standard output" in hint


def test_one_that_prints() -> None:
    fault, problem, hint = failing(program("print('got', cmd)"))
    assert fault is Fault.HARNESS
    assert 'a line that is not JSON (Expecting value at column 1): "got start"' in problem
    assert "logs belong to the standard error" in hint


def test_one_that_misspells() -> None:
    wrong = at("start", "STARTED['precison'] = STARTED.pop('precision')")
    fault, problem, hint = failing(wrong)
    assert fault is Fault.HARNESS
    assert "$.precison: unknown key; did you mean precision?" in problem
    assert "docs/protocol.md" in hint


def test_one_that_crashes_at_the_first_event() -> None:
    fault, problem, hint = failing(at("apply", "raise KeyError('kind')"))
    assert fault is Fault.HARNESS
    assert "apply add_eni: ended with exit code 1" in problem
    assert "errored" in hint


def test_one_whose_implementation_fails() -> None:
    caught = at(
        "apply", "say(seq=seq, errored={'message': 'boom', 'traceback': 'at f, line 3'})\ncontinue"
    )
    assert failing(caught) == (
        Fault.IMPLEMENTATION,
        "the harness reports a failure: boom",
        "at f, line 3",
    )


def test_one_that_does_not_support_it_is_not_judged() -> None:
    lacks = at("reset", "say(seq=seq, unsupported={'message': 'no stores'})\ncontinue")
    report = smoke(RemoteSubject(lacks, timeout=60))
    assert report.checks[-1].skipped == "no stores"
    assert not report.passed
    assert len(report.checks) + len(report.left) == 14


def test_one_that_ends_badly() -> None:
    text = SUBJECTS.format(subject="", name="ReferenceDatastore").replace(
        "sys.exit(serve(ReferenceDatastore))", "serve(ReferenceDatastore); sys.exit(9)"
    )
    fault, problem, _ = failing([sys.executable, "-c", text])
    assert fault is Fault.HARNESS
    assert problem == "it ended with exit code 9 when it was told to stop"
