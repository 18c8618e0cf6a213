"""From a recording to a scenario: the checker's own decisions, written down."""

from pathlib import Path

from attrs import evolve

from ipam_model.scenario.document import Event, Expect, Outside, Scenario, Start
from ipam_model.scenario.recording import Recorder
from ipam_model.scenario.setup import beginnings, describe
from ipam_model.trace.check import Rejection, check
from ipam_model.trace.document import Event as Recorded
from ipam_model.trace.document import read_trace
from ipam_model.trace.record import RecordedRunner
from ipam_model.world import World


class _Witness(Recorder, RecordedRunner):
    """Runs an event of a trace as the record dictates, and writes down how."""


def scenario_of(path: Path) -> Scenario | Rejection:
    """The scenario of an `ipam-trace/1` file, or why the model does not allow the recording.

    Raises `InputError` if it is not a readable trace, or of what scenarios cannot describe.
    """
    trace = read_trace(path)
    first: list[World] = []
    events: list[Event] = []

    def explained(event: Recorded, runner: RecordedRunner) -> None:
        assert isinstance(runner, _Witness), "the checker was told which one to take"
        events.extend(_with_reply(each, event) for each in runner.happened())

    verdict = check(trace, runner=_Witness, began=first.append, explained=explained)
    if verdict.rejected is not None:
        return verdict.rejected
    node, ec2 = describe(first[0], trace.header.table("env"))
    return Scenario(
        title=trace.id,
        source=f"recording of {trace.header.text('models', '')}".rstrip(),
        node=node,
        ec2=ec2,
        events=(*beginnings(first[0]), *events),
    )


def _with_reply(event: Event, recorded: Recorded) -> Event:
    """The event with the recorded reply as what is expected of it."""
    reply: dict[str, object] = dict(recorded.reply.values)
    if isinstance(event, Start):
        reply.pop("error", None)  # The text of a log line.
    if isinstance(event, Outside) or not reply:
        return event  # What others got from EC2 is part of the event.
    return evolve(event, expect=Expect(reply=reply))
