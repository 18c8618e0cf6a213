"""A subject on the other side of a process."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, Self, TypeVar, cast

from attrs import evolve

from ipam_model.conformance.cloud import Cloud
from ipam_model.conformance.datastore_events import DatastorePart
from ipam_model.conformance.observation import Observation, Precision
from ipam_model.conformance.patience import PODS_WAIT
from ipam_model.conformance.subject import (
    Calls,
    Capabilities,
    DaemonSetup,
    Kind,
    Reply,
    UnsupportedError,
)
from ipam_model.conformance.wire.calls import decode_request, encode_answer
from ipam_model.conformance.wire.errors import (
    BrokenProtocolError,
    ProgramDiedError,
    ProgramError,
    ProgramTimeoutError,
    SubjectFailedError,
)
from ipam_model.conformance.wire.lines import decode_line, encode_line, shown
from ipam_model.conformance.wire.messages import (
    AnyEvent,
    Fields,
    Implementation,
    Message,
    decode_capabilities,
    decode_observation,
    encode_daemon_setup,
    encode_datastore_setup,
    encode_event,
)
from ipam_model.conformance.wire.process import Process
from ipam_model.conformance.wire.protocol import (
    FINISHES,
    PROTOCOL,
    Said,
    require_valid,
    schema_of,
)
from ipam_model.errors import InputError
from ipam_model.strict_json import JsonValue

A = TypeVar("A")

TIMEOUT: Final = 10.0
"""Seconds in which a program must say something."""
SLOWER_START: Final = 3
"""How many times as long it may take for its first word."""


class _Pending(NamedTuple):
    """A call whose answer the program waits for."""

    seq: int
    """Of the command during which it was made."""
    call: str


class RemoteSubject:
    """A `Subject` that is a program which speaks `ipam-subject/1`.

    The program is started when it is needed, serves one run after the other, and after a failure of
    its own is started again for the next one. Use it in a `with`, or `close` it.
    """

    patience: Final = None
    """A pod that comes while a call is pending has the time-out of any other event."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        timeout: float = TIMEOUT,
        precision: Precision | None = None,
    ) -> None:
        """`precision`: that with which it is compared, if not all that it shows is meant."""
        self._command_line = command
        self._timeout = timeout
        self._within = timeout
        """In which it answers anything but `start` and `reset`."""
        self._precision = precision
        self._process: Process | None = None
        self._seq = 0
        self._known: tuple[Capabilities, Implementation] | None = None
        self._shows = Precision.EXACT
        self._cloud: Cloud | None = None
        self._seen: Observation | None = None
        self._pending: list[_Pending] = []
        """The calls whose answers the program waits for; at most one."""
        self.starts = 0
        """How often the program was started."""
        self.stderr = ""
        """The last of what it wrote to its standard error, of the program that ended last."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- what a subject offers -------------------------------------------------------------------

    @property
    def capabilities(self) -> Capabilities:
        """What the program says of itself; it is started if it has not been."""
        return self._who()[0]

    @property
    def implementation(self) -> Implementation:
        """Who the program says it is; it is started if it has not been."""
        return self._who()[1]

    def reset(self, setup: DaemonSetup | DatastorePart) -> None:
        """Begin anew; raises `ProgramError` as all below, `UnsupportedError` if it cannot."""
        self._seen = None
        kind = self.capabilities.kind
        if isinstance(setup, DatastorePart):
            given, fields = Kind.DATASTORE, encode_datastore_setup(setup)
            self._cloud = None
        else:
            given, fields = Kind.DAEMON, encode_daemon_setup(setup.node, setup.ec2)
            self._cloud = setup.cloud if self.capabilities.calls is Calls.CHANGES else None
        if given is not kind:
            raise InputError(f"the program is a {kind.value}, and the plan is for a {given.value}")
        self._command("reset", "reset", _nothing, **fields)

    def apply(self, event: AnyEvent) -> Reply:
        """Let an event happen; a pod's while the cloud has not answered the program yet."""
        self._seen = None
        fields: Message = {"event": encode_event(event)}
        doing = f"apply {event.kind}"
        if self._pending:
            outer = self._pending[-1]
            fields["during"] = outer.seq
            doing += f" during {outer.call}"
        reply, self._seen = self._command("apply", doing, self._applied, **fields)
        return reply

    def observe(self) -> Observation:
        """What is there now: after an event as it came with the reply, which saves a round trip."""
        return self.look() if self._seen is None else self._seen

    # -- beyond ----------------------------------------------------------------------------------

    def look(self) -> Observation:
        """What the program says when it is asked to observe."""
        return self._command("observe", "observe", self._observed)

    def limit_answers_to(self, seconds: float | None) -> None:
        """Wait no longer than this from now on, but to begin; `None`: the whole time-out again."""
        self._within = self._timeout if seconds is None else min(self._timeout, seconds)

    def close(self) -> str:
        """Stop the program, and whatever it has started; what was wrong with that, or nothing."""
        process = self._process
        if process is None:
            return ""
        self._seq += 1
        process.send(encode_line({"seq": self._seq, "cmd": "stop"}))
        try:
            return process.stop()
        finally:
            self._drop()

    # -- talking ---------------------------------------------------------------------------------

    def _who(self) -> tuple[Capabilities, Implementation]:
        if self._known is None or self._process is None:
            self._process = Process(self._command_line)
            self.starts += 1
            self._seq = 0
            can, implementation = self._command(
                "start", "start", decode_capabilities, protocol=PROTOCOL
            )
            self._shows = can.precision
            if self._precision is not None:
                can = evolve(can, precision=_at_most(self._precision, can.precision))
            self._known = can, implementation
        return self._known

    def _command(
        self, name: str, doing: str, read: Callable[[Message], A], **fields: JsonValue
    ) -> A:
        """Say a command; what is read of the message that finishes it."""
        if name != "start":
            self._who()
        process = self._process
        assert process is not None, "just started"
        try:
            return read(self._finish(process, name, fields))
        except (SubjectFailedError, UnsupportedError):
            raise  # The program goes on.
        except ProgramError as error:
            self._drop()
            why = f"; {PODS_WAIT}" if self._pending and self._waits(error) else ""
            raise error.told(f"{doing}: {error}{why}") from None
        except BaseException:  # Whatever it is, the conversation is out of step.
            self._drop()
            raise

    def _finish(self, process: Process, name: str, fields: Fields) -> Message:
        said_before = process.pending()
        if said_before:
            raise BrokenProtocolError(
                f"before it, something nobody asked for: {shown(said_before)}"
            )
        self._seq += 1
        seq = self._seq
        process.send(encode_line({"seq": seq, "cmd": name, **fields}))
        timeout = self._time_for(name)
        while True:
            message = decode_line(process.receive(timeout))
            kind = self._kind_of(message, name, seq)
            require_valid(schema_of(kind), message)
            if kind is Said.ASK:
                answer = self._answer(cast(Fields, message["ask"]), seq)
                if self._process is not process:
                    raise ProgramDiedError("it was ended while it waited for an answer")
                process.send(encode_line({"seq": seq, "answer": answer}))
            else:
                _raise_refusal(kind, message)
                return message

    def _time_for(self, name: str) -> float:
        """Seconds in which it must say something during a command."""
        if name == "start":
            return self._timeout * SLOWER_START
        return self._timeout if name == "reset" else self._within

    def _kind_of(self, message: Message, name: str, seq: int) -> Said:
        """What a message is meant to be; `BrokenProtocolError` if it cannot be meant here."""
        if message.get("seq") != seq:
            found = message.get("seq", "no seq at all")
            raise BrokenProtocolError(
                f"an answer with {found if 'seq' not in message else f'seq {found}'}, while "
                f"command {seq} waits for one: {shown(encode_line(message))}"
            )
        version = message.get("protocol", PROTOCOL)
        if name == "start" and version != PROTOCOL:
            raise BrokenProtocolError(f"it speaks {version}, and this kit {PROTOCOL}")
        for kind in (Said.UNSUPPORTED, Said.ERRORED):
            if kind.value in message:
                return kind
        if "ask" not in message:
            return FINISHES[name]
        if name != "apply":
            raise BrokenProtocolError("it asks for something, which only an apply allows")
        return Said.ASK

    def _answer(self, said: Fields, seq: int) -> Message:
        if self._cloud is None:
            raise BrokenProtocolError(
                f"it asks for {said['call']}, and has said that it asks for nothing"
            )
        self._pending.append(_Pending(seq, str(said["call"])))
        try:
            request = decode_request(said)
            return encode_answer(request, self._cloud.ask(request))
        except InputError as error:
            raise BrokenProtocolError(f"its request {said['call']}: {error}") from None
        finally:
            self._pending.pop()

    def _applied(self, finished: Message) -> tuple[Reply, Observation]:
        return cast(Reply, finished["reply"]), self._observed(finished)

    def _observed(self, finished: Message) -> Observation:
        return decode_observation(cast(Fields, finished["observation"]), self._shows)

    def _waits(self, error: ProgramError) -> bool:
        """Whether it failed because it waits for itself, which the runtime of Go finds out."""
        died_of_it = isinstance(error, ProgramDiedError) and "deadlock" in self.stderr
        return died_of_it or isinstance(error, ProgramTimeoutError)

    def _drop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self.stderr = self._process.stderr
            self._process = None


def _nothing(_finished: Message) -> None:
    """Nothing is read of it."""


def _raise_refusal(kind: Said, message: Message) -> None:
    """Raise what the program says instead of an answer."""
    if kind is Said.UNSUPPORTED:
        why = cast(Fields, message["unsupported"])
        issue = f" ({why['issue_url']})" if why.get("issue_url") else ""
        raise UnsupportedError(f"{why['message']}{issue}")
    if kind is Said.ERRORED:
        how = cast(Fields, message["errored"])
        raise SubjectFailedError(str(how["message"]), str(how.get("traceback") or ""))


def _at_most(wanted: Precision, shown_at: Precision) -> Precision:
    if not shown_at.includes(wanted):
        raise InputError(
            f"the program shows {shown_at.value}; it cannot be compared at {wanted.value}"
        )
    return wanted
