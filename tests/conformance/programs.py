"""Small programs that speak the protocol, or do not, and what is left of them."""

import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from ipam_model.conformance.datastore_events import Assign, DatastorePart
from ipam_model.conformance.wire.process import Process
from ipam_model.conformance.wire.remote_subject import RemoteSubject

HARNESS = """
import json, os, signal, subprocess, sys, time

def say(**message):
    sys.stdout.write(json.dumps(message) + "\\n")
    sys.stdout.flush()

def raw(data):
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()

SEEN = {"cards": [{"enis": 0, "total": 0, "assigned": 0, "cooling": 0}]}
STARTED = {
    "protocol": "ipam-subject/1", "kind": "datastore", "precision": "counts", "features": [],
    "implementation": {"name": "small", "language": "Python", "version": "1"},
}
count = 0
for line in sys.stdin:
    command = json.loads(line)
    seq, cmd = command["seq"], command["cmd"]
    count += 1
#HERE#
    if cmd == "start":
        say(seq=seq, **STARTED)
    elif cmd == "apply":
        say(seq=seq, reply={"success": False}, observation=SEEN)
    elif cmd == "observe":
        say(seq=seq, observation=SEEN)
    else:
        say(seq=seq)
    if cmd == "stop":
        break
"""
"""A correct harness of an empty datastore, which can be made to misbehave at each command."""


def program(before_each: str = "") -> list[str]:
    """A command: the harness with a few lines that it runs before it answers a command."""
    lines = "\n".join(f"    {line}" for line in before_each.splitlines())
    return [sys.executable, "-c", HARNESS.replace("#HERE#", lines)]


def at(cmd: str, what: str) -> list[str]:
    """A command: the harness that does something when it gets this command."""
    inner = "\n".join(f"    {line}" for line in what.splitlines())
    return program(f"if cmd == {cmd!r}:\n{inner}")


def one_run(subject: RemoteSubject) -> None:
    """A reset, an event, a look."""
    subject.reset(DatastorePart())
    subject.apply(Assign(pod="p1"))
    subject.look()


def started_groups(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The process groups of the programs that are started from now on."""
    started: list[int] = []
    begin = Process.__init__

    def noted(self: Process, command: list[str]) -> None:
        begin(self, command)
        started.append(self.group)

    monkeypatch.setattr(Process, "__init__", noted)
    return started


def left_running(groups: Iterable[int]) -> list[int]:
    """The processes of the groups that go on, though they were told to end."""
    until = time.monotonic() + 10
    while (left := [each for group in groups for each in running(group)]) and (
        time.monotonic() < until
    ):
        time.sleep(0.01)
    return left


def running(group: int) -> list[int]:
    """The processes of a group that run; one that ended and was not asked for does not."""
    found = []
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = each.read_text(encoding="utf-8", errors="replace")
        except OSError:  # It has just ended.
            continue
        state, _, its_group = text.rpartition(")")[2].split()[:3]
        if int(its_group) == group and state != "Z":
            found.append(int(each.parent.name))
    return found


def failure_of(act: Callable[[], object], kind: type[Exception]) -> str:
    """What an act fails with."""
    with pytest.raises(kind) as caught:
        act()
    return str(caught.value)
