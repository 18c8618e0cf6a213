"""Fourteen fixed steps that tell a wrong harness from a wrong implementation.

In the order in which the author of a harness meets what can be wrong. The first step that fails is
the last; it comes with what is usually the reason. Nothing here needs the model: what is asked for
is what any allocator does that has two free addresses.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from enum import Enum, unique
from typing import Final

from attrs import evolve, field, frozen

from ipam_model.aws_layer import CREATE_AND_ATTACH
from ipam_model.conformance.datastore_events import (
    AddCidr,
    AddEni,
    Assign,
    DatastorePart,
    Pass,
    Unassign,
)
from ipam_model.conformance.observation import Observation, canonical
from ipam_model.conformance.pending import PodEvent
from ipam_model.conformance.spec import AnsweredCall
from ipam_model.conformance.stage import Heard, NoCloud, Stage
from ipam_model.conformance.subject import (
    Calls,
    DaemonSetup,
    Feature,
    Kind,
    Reply,
    UnsupportedError,
)
from ipam_model.conformance.wellformed import wrong_observation
from ipam_model.conformance.wire.errors import (
    MalformedMessageError,
    ProgramDiedError,
    ProgramError,
    ProgramTimeoutError,
    StartError,
    SubjectFailedError,
)
from ipam_model.conformance.wire.messages import AnyEvent, Implementation
from ipam_model.conformance.wire.remote_subject import RemoteSubject
from ipam_model.inspection.counted import counted
from ipam_model.scenario.document import (
    Advance,
    CallPart,
    Ec2Part,
    Limits,
    NodePart,
    PodAdd,
    PodDel,
    Start,
    SubnetPart,
    Tick,
)
from ipam_model.scenario.setup import world_of

NODE: Final = NodePart(
    limits=Limits(max_enis=3, ipv4_per_eni=10),
    env={"ENABLE_IPv4": "true", "WARM_IP_TARGET": "2", "MINIMUM_IP_TARGET": "2"},
    max_pods=29,
)
EC2: Final = Ec2Part(subnets=(SubnetPart(id="subnet-a", free=200),))
GROWS: Final = tuple(
    CallPart(call=each, before=(PodAdd(pod="p4"),))
    for each in (CREATE_AND_ATTACH, "AssignPrivateIpAddresses")
)
"""A pod comes while the pool grows."""
REST: Final = 60_000
"""Milliseconds after which nothing cools any more, by the default of 30 s."""


@unique
class Fault(Enum):
    """Where to look for the reason."""

    COMMAND = "the command"
    HARNESS = "the harness"
    IMPLEMENTATION = "the implementation, or what its harness tells of it"


@frozen(kw_only=True)
class Check:
    """One step."""

    what: str
    """What should be."""
    problem: str = ""
    """What is instead; empty if all is well."""
    fault: Fault | None = None
    hint: str = ""
    """What is usually the reason."""
    skipped: str = ""
    """Why it was not tried, by the program's own words."""

    @property
    def passed(self) -> bool:
        """Whether all is well."""
        return not self.problem and not self.skipped


@frozen(kw_only=True)
class SmokeReport:
    """All steps up to the first that failed."""

    checks: tuple[Check, ...]
    left: tuple[str, ...] = ()
    """What was not tried after that."""
    who: Implementation | None = field(default=None)
    stderr: str = ""
    """The last of what the program wrote to its standard error."""

    @property
    def passed(self) -> bool:
        """Whether the harness is right, as far as this can tell."""
        return all(each.passed for each in self.checks)


class _WrongError(Exception):
    """A step found something; it says what, whose fault it may be, and the usual reason."""

    def __init__(self, problem: str, fault: Fault, hint: str) -> None:
        super().__init__(problem)
        self.fault = fault
        self.hint = hint


def smoke(subject: RemoteSubject) -> SmokeReport:
    """Go through the steps; the program is stopped at the end."""
    run = _Steps(subject)
    checks: list[Check] = []
    for what, act in (steps := run.steps()):
        checks.append(_carried_out(what, act))
        if not checks[-1].passed:
            break
    who = run.who
    if checks[-1].passed:
        checks.append(_stopped(subject))
    subject.close()
    left = (*(what for what, _ in steps), _STOPS)[len(checks) :]
    return SmokeReport(checks=tuple(checks), left=left, who=who, stderr=subject.stderr)


_STOPS: Final = "ends by itself when it is told to stop"


def _carried_out(what: str, act: Callable[[], None]) -> Check:
    check = Check(what=what)
    try:
        act()
    except _WrongError as error:
        return evolve(check, problem=str(error), fault=error.fault, hint=error.hint)
    except UnsupportedError as error:
        return evolve(check, skipped=str(error) or "unsupported")
    except SubjectFailedError as error:
        return evolve(
            check,
            problem=f"the harness reports a failure: {error}",
            fault=Fault.IMPLEMENTATION,
            hint=error.details or "say where it failed in `traceback`",
        )
    except ProgramError as error:
        fault, hint = _usual_reason(error)
        return evolve(check, problem=str(error), fault=fault, hint=hint)
    return check


_COMMAND: Final = (
    "the command is started as it is, without a shell: give the path of a program that may be "
    "executed, and its arguments"
)
_SILENT: Final = (
    "flush the standard output after every line, for it is buffered when it is a pipe; answer "
    "every command, with its seq; let nothing wait for the wall clock"
)
_DIED: Final = (
    "read commands until the end of the standard input; send `errored` for what the "
    "implementation throws"
)
_GARBAGE: Final = (
    "print nothing but messages to the standard output, logs belong to the standard error; answer "
    "each command once, with its seq"
)
_MALFORMED: Final = (
    "docs/protocol.md has an example of every message, and `ipam-model conform --protocol-schema "
    "subject` prints their schema"
)


def _usual_reason(error: ProgramError) -> tuple[Fault, str]:
    match error:
        case StartError():
            return Fault.COMMAND, _COMMAND
        case ProgramTimeoutError():
            return Fault.HARNESS, _SILENT
        case ProgramDiedError():
            return Fault.HARNESS, _DIED
        case MalformedMessageError():
            return Fault.HARNESS, _MALFORMED
    return Fault.HARNESS, _GARBAGE


def _stopped(subject: RemoteSubject) -> Check:
    problem = subject.close()
    if not problem:
        return Check(what=_STOPS)
    return Check(
        what=_STOPS,
        problem=problem,
        fault=Fault.HARNESS,
        hint="end with exit code 0 after `stop` and at the end of the standard input; wait for "
        "what you have started",
    )


class _Steps:
    """The steps with one program."""

    def __init__(self, subject: RemoteSubject) -> None:
        self._subject = subject
        self._stage: Stage | None = None
        self._begun: Observation | None = None
        self._changes: list[AnsweredCall] = []
        self.who: Implementation | None = None

    def steps(self) -> list[tuple[str, Callable[[], None]]]:
        """What should be, and what finds out."""
        return [
            ("answers start: who it is, what it can do", self._start),
            ("answers reset", self._reset),
            ("shows nothing before anything has happened", self._nothing_yet),
            ("gets two addresses into its pool", self._begin),
            ("shows what its precision promises, and numbers that add up", self._well_formed),
            ("says the same when it is asked to observe", self._same),
            ("asks the kit for what it wants of EC2", self._asked),
            ("gives a pod an address", self._assign),
            ("takes the address back, and lets it cool", self._unassign),
            ("lives by the kit's time", self._rest),
            ("refuses to take back what nobody has", self._unknown),
            ("serves a pod while a request is pending, if it offers that", self._meanwhile),
            ("has forgotten everything after another reset", self._forgotten),
        ]

    # -- of either kind --------------------------------------------------------------------------

    @property
    def _daemon(self) -> bool:
        return self._subject.capabilities.kind is Kind.DAEMON

    def _tell(self, event: AnyEvent) -> Reply:
        asked: AbstractContextManager[Heard] = (
            nullcontext(Heard()) if self._stage is None else self._stage.asked()
        )
        if self._stage is not None and isinstance(event, Advance):
            self._stage.happen(event)
        with asked as heard:
            reply = self._subject.apply(event)
        self._changes += heard.calls
        return reply

    def _verdict(self, event: AnyEvent, key: str = "success") -> bool:
        reply = self._tell(event)
        if not isinstance(reply.get(key), bool):
            raise _WrongError(
                f"the reply to {event.kind} has no {key}",
                Fault.HARNESS,
                f'say "{key}": true or false in `reply`',
            )
        return bool(reply[key])

    def _numbers(self) -> tuple[int, int, int]:
        """Addresses, those of pods, those that cool."""
        cards = self._subject.observe().cards
        return (
            sum(each.total for each in cards),
            sum(each.assigned for each in cards),
            sum(each.cooling for each in cards),
        )

    def _opening(self) -> Iterator[AnyEvent]:
        if self._daemon:
            yield Start()
        else:
            yield AddEni(eni="eni-1", device=0, primary=True)
            yield AddCidr(eni="eni-1", cidr="10.1.0.2/32")
            yield AddCidr(eni="eni-1", cidr="10.1.0.3/32")

    # -- the steps -------------------------------------------------------------------------------

    def _start(self) -> None:
        self.who = self._subject.implementation

    def _reset(self) -> None:
        if not self._daemon:
            self._subject.reset(DatastorePart())
            return
        asks = self._subject.capabilities.calls is Calls.CHANGES
        self._stage = Stage(world_of(NODE, EC2)) if asks else None
        cloud = NoCloud() if self._stage is None else self._stage
        self._subject.reset(DaemonSetup(node=NODE, ec2=EC2, cloud=cloud))

    def _nothing_yet(self) -> None:
        seen = self._subject.look()
        if self._daemon and seen.running:
            raise _WrongError(
                "it shows a daemon that runs, before its start",
                Fault.HARNESS,
                'the observation is {"running": false} until the event `start`',
            )
        if seen.enis or any(each.enis or each.total for each in seen.cards):
            raise _WrongError(
                "it shows ENIs or addresses, and none have been added",
                Fault.HARNESS,
                "make a new store at `reset`",
            )

    def _begin(self) -> None:
        for event in self._opening():
            if not self._verdict(event, "ok" if isinstance(event, Start) else "success"):
                raise _WrongError(
                    f"{event.kind} does not succeed",
                    Fault.IMPLEMENTATION,
                    "nothing fails here, and there is room for everything",
                )
        self._begun = self._subject.observe()
        total, assigned, cooling = self._numbers()
        if total < 2 or assigned or cooling:
            raise _WrongError(
                f"it shows {counted(total, 'address')}, {assigned} assigned, {cooling} cooling",
                Fault.IMPLEMENTATION,
                "`total` counts the addresses in the pool, without primary ones; there are to be "
                "at least two" + (", by WARM_IP_TARGET=2" if self._daemon else ""),
            )

    def _well_formed(self) -> None:
        wrong = wrong_observation(self._subject.observe(), self._subject.capabilities.precision)
        if wrong:
            raise _WrongError(
                wrong,
                Fault.HARNESS,
                "tell one instant, and offer a coarser `precision` if in doubt",
            )

    def _same(self) -> None:
        precision = self._subject.capabilities.precision
        begun = self._begun
        assert begun is not None, "it has been observed before"
        if canonical(self._subject.look(), precision) != canonical(begun, precision):
            raise _WrongError(
                "it says something else than in the answer to the event before",
                Fault.HARNESS,
                "nothing may go on in the background: finish everything before answering `apply`",
            )

    def _asked(self) -> None:
        if self._stage is not None and not self._changes:
            raise _WrongError(
                "it has addresses, and has asked for none",
                Fault.HARNESS,
                'send an `ask` for every change of EC2, or say "calls": "none" if it has an EC2 '
                "of its own",
            )

    def _assign(self) -> None:
        event = PodAdd(pod="p1") if self._daemon else Assign(pod="p1")
        if not self._verdict(event) or self._numbers()[1] != 1:
            raise _WrongError(
                f"{event.kind} p1: {self._numbers()[1]} assigned",
                Fault.IMPLEMENTATION,
                "there are free addresses; `assigned` counts those that pods have",
            )

    def _unassign(self) -> None:
        event = PodDel(pod="p1") if self._daemon else Unassign(pod="p1")
        succeeds = self._verdict(event)
        _, assigned, cooling = self._numbers()
        if not succeeds or assigned or cooling != 1:
            raise _WrongError(
                f"{event.kind} p1: {assigned} assigned, {cooling} cooling",
                Fault.IMPLEMENTATION,
                "the address is no longer assigned, and cools for 30 s of the kit's time",
            )

    def _rest(self) -> None:
        self._tell(Advance(ms=REST) if self._daemon else Pass(ms=REST))
        cooling = self._numbers()[2]
        if cooling:
            raise _WrongError(
                f"{counted(cooling, 'address')} still cooling after {REST // 1000} s",
                Fault.HARNESS,
                "`advance` must move the clock that the implementation reads; the wall clock may "
                "not matter",
            )

    def _unknown(self) -> None:
        if self._verdict(PodDel(pod="p2") if self._daemon else Unassign(pod="p2")):
            raise _WrongError(
                "it succeeds for a pod that has no address",
                Fault.IMPLEMENTATION,
                '"success": false where the implementation reports an unknown pod',
            )

    def _meanwhile(self) -> None:
        if Feature.PODS_MEANWHILE not in self._subject.capabilities.features:
            return
        if self._stage is None:
            raise _WrongError(
                f"it lists {Feature.PODS_MEANWHILE.value}, and asks the kit for nothing",
                Fault.HARNESS,
                'the feature is for `"calls": "changes"`: leave it out',
            )
        self._tell(PodAdd(pod="p3"))
        pods: list[bool | Exception] = []

        def tell(_part: CallPart, event: PodEvent) -> None:
            try:
                pods.append(self._subject.apply(event).get("success") is True)
            except (ProgramError, SubjectFailedError, UnsupportedError) as error:
                pods.append(error)  # Told once the tick has been answered.

        with self._stage.asked(GROWS, tell):
            try:
                self._subject.apply(Tick())
            except ProgramError:  # As a pod's failure ends the program, too.
                if not pods:
                    raise
        if pods and isinstance(pods[0], Exception):
            raise pods[0]
        if pods != [True]:
            raise _WrongError(
                "pod_add p4 does not succeed while a request is pending"
                if pods
                else "a tick asks for nothing while 1 address is free",
                Fault.IMPLEMENTATION,
                "of two addresses one is free; with WARM_IP_TARGET=2 a tick asks for another, and "
                "a pod that comes before the answer gets the free one",
            )

    def _forgotten(self) -> None:
        self._reset()
        self._nothing_yet()
        for event in self._opening():
            self._tell(event)
        total, assigned, cooling = self._numbers()
        begun = self._begun
        assert begun is not None, "an earlier step"
        before = sum(each.total for each in begun.cards)
        if (total, assigned, cooling) != (before, 0, 0):
            raise _WrongError(
                f"it shows {counted(total, 'address')}, {assigned} assigned, {cooling} cooling, "
                f"and the first time {before}, 0, 0",
                Fault.HARNESS,
                "keep nothing over a `reset`: new objects, new files, new clock",
            )
