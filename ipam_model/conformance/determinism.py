"""Whether a subject does the same again."""

from collections.abc import Hashable
from typing import TypeVar

from attrs import frozen

from ipam_model.conformance.course import DaemonCourse, DatastoreCourse
from ipam_model.conformance.datastore_events import DatastoreEvent, DatastorePart
from ipam_model.conformance.observation import Precision, canonical
from ipam_model.conformance.plan import DaemonPlan, DatastorePlan
from ipam_model.conformance.running import USUAL, Run
from ipam_model.conformance.spec import Said, Spec
from ipam_model.conformance.subject import DaemonFactory, DatastoreFactory, Kind
from ipam_model.conformance.verdict import Verdict
from ipam_model.conformance.words import event_words, said_words

S = TypeVar("S")
SetupT = TypeVar("SetupT")
EventT = TypeVar("EventT")


@frozen(kw_only=True)
class Parting:
    """Where two runs of one plan part."""

    step: int
    """From 1; 0 if they part before the first event."""
    event: str
    one: str
    """What came from the first subject, in words."""
    other: str

    def __str__(self) -> str:
        return (
            f"not deterministic: at step {self.step}, {self.event}, one run says: {self.one}; "
            f"the other: {self.other}"
        )


def parting_of_daemons(factory: DaemonFactory, plan: DaemonPlan) -> Parting | None:
    """Where two fresh daemons part under one plan; `None` if they say the same to its end.

    A daemon may decide at random; but how one that does diverges cannot be shown again.
    """
    one, other = (
        Run(factory(), Kind.DAEMON, lambda told: DaemonCourse(plan, told), USUAL) for _ in range(2)
    )
    return _parting(one, other)


def parting_of_datastores(
    factory: DatastoreFactory, plan: DatastorePlan, spec: Spec[S, DatastorePart, DatastoreEvent]
) -> Parting | None:
    """The same of two fresh data stores."""
    one, other = (
        Run(factory(), Kind.DATASTORE, lambda told: DatastoreCourse(plan, told, spec), USUAL)
        for _ in range(2)
    )
    return _parting(one, other)


def _parting(one: Run[S, SetupT, EventT], other: Run[S, SetupT, EventT]) -> Parting | None:
    ends = (one.verdict(), other.verdict())
    precision = one.precision
    for first, second in zip(one.told, other.told, strict=False):
        if _compared(first.said, precision) != _compared(second.said, precision):
            return Parting(
                step=first.step,
                event=event_words(first.event),
                one=said_words(first.said, precision),
                other=said_words(second.said, precision),
            )
    if len(one.told) == len(other.told) and ends[0].result is ends[1].result:
        return None
    last = max((end.steps for end in ends), key=len)
    return Parting(
        step=last[-1].number if last else 0,
        event=last[-1].event if last else "reset",
        one=_end(ends[0]),
        other=_end(ends[1]),
    )


def _end(verdict: Verdict) -> str:
    return verdict.reason or verdict.result.value


def _compared(said: Said, precision: Precision) -> Hashable:
    calls = None if said.calls is None else tuple(each.request for each in said.calls)
    return (calls, repr(sorted(said.reply.items())), canonical(said.seen, precision))
