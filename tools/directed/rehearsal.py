"""A plan as the model goes through it, and whether a wrong one goes another way: no judge yet.

A run that is compared with one run costs a tenth of one that is judged. What differs need not be
wrong, for the daemon leaves things open: the judge has the last word.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from attrs import frozen

from ipam_model.conformance.course import DaemonCourse
from ipam_model.conformance.observation import Precision
from ipam_model.conformance.pending import PodEvent
from ipam_model.conformance.plan import DaemonPlan
from ipam_model.conformance.reference import ReferenceDaemon
from ipam_model.conformance.session import Explained, Session
from ipam_model.conformance.spec import Said
from ipam_model.conformance.subject import Calls, DaemonSubject
from ipam_model.errors import InputError, ModelError
from ipam_model.scenario.document import CallPart, Event
from ipam_model.world import World

LONGEST = 2.0
"""Seconds of work that a wrong daemon may take for a plan: it may do so for ever."""


class HangsError(Exception):
    """A daemon takes too long."""


@frozen
class Step:
    """One thing that happened, and all that came of it."""

    number: int
    """Of the event in the plan."""
    event: Event
    said: Said
    states: tuple[World, ...]


@frozen
class Rehearsal:
    """A plan as the model goes through it."""

    plan: DaemonPlan
    calls: Calls
    steps: tuple[Step, ...]


def rehearse(plan: DaemonPlan, calls: Calls = Calls.CHANGES) -> Rehearsal:
    """The first options of the model.

    Raises `InputError` if the plan makes no sense, `ModelError` if the judge refuses the model.
    """
    subject = ReferenceDaemon(calls=calls)
    course = DaemonCourse(plan, subject.capabilities)
    session = Session(course.spec, course.initial, Precision.EXACT)
    subject.reset(course.setup)
    steps: list[Step] = []
    for number, event in enumerate(course.events):
        for part in course.parts(event, session.state):
            if course.idle(part, session.state):
                continue
            course.happen(part)
            said = _said(course, subject, part)
            if not isinstance(session.judge(part, said), Explained):
                raise ModelError(f"the judge does not accept the model: event {number}, {part}")
            course.follow(session.states)
            steps.append(Step(number, part, said, session.states))
    return Rehearsal(plan, calls, tuple(steps))


def differs_at(rehearsal: Rehearsal, subject: DaemonSubject) -> int | None:
    """The number of the event at which a subject first goes another way; `None` if nowhere."""
    course = DaemonCourse(rehearsal.plan, subject.capabilities)
    number = -1
    try:
        with limited(LONGEST):
            subject.reset(course.setup)
            for step in rehearsal.steps:
                number = step.number
                course.happen(step.event)
                said = _said(course, subject, step.event)
                if _differ(said, step.said):
                    return number
                course.follow(step.states)
    except (InputError, HangsError):
        return None
    except Exception:  # noqa: BLE001 - whatever a wrong daemon raises, the model does not
        return number
    return None


def _said(course: DaemonCourse, subject: DaemonSubject, event: Event) -> Said:
    def tell(_: CallPart, pod: PodEvent) -> Said:
        return Said(subject.apply(pod), subject.observe())

    with course.asked(event, tell) as heard:
        reply = subject.apply(event)
    if heard is None:
        return Said(reply, subject.observe())
    return Said(reply, subject.observe(), tuple(heard.calls), tuple(heard.meanwhile))


def _differ(one: Said, other: Said) -> bool:
    if (one.reply, one.seen, one.meanwhile) != (other.reply, other.seen, other.meanwhile):
        return True
    return [each.request for each in one.calls or ()] != [
        each.request for each in other.calls or ()
    ]


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise `HangsError` once the block has worked so long."""

    def over(_number: int, _frame: object) -> None:
        raise HangsError

    before = signal.signal(signal.SIGPROF, over)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
