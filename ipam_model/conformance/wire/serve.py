"""The other side of the protocol, for subjects in Python: `serve(MyAllocator)` is a whole harness.

What the subject prints goes to the standard error: the standard output is taken away from it before
it is made, down to the file descriptor.
"""

import os
import platform
import sys
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any, BinaryIO, Final, TypeVar, cast

from ipam_model.conformance.patience import beside, patience_of
from ipam_model.conformance.pending import POD_EVENTS
from ipam_model.conformance.subject import (
    Capabilities,
    DaemonSetup,
    Kind,
    Subject,
    UnsupportedError,
)
from ipam_model.conformance.wire.calls import decode_answer, encode_request
from ipam_model.conformance.wire.errors import BrokenProtocolError
from ipam_model.conformance.wire.lines import decode_line, encode_line
from ipam_model.conformance.wire.messages import (
    Fields,
    Implementation,
    Message,
    decode_daemon_event,
    decode_daemon_setup,
    decode_datastore_event,
    decode_datastore_setup,
    encode_capabilities,
    encode_observation,
)
from ipam_model.conformance.wire.protocol import (
    LONGEST_LINE,
    PROTOCOL,
    require_valid,
    schema_of_commands,
)
from ipam_model.errors import InputError
from ipam_model.requests import DONE, Request, Sleep
from ipam_model.strict_json import JsonValue

A = TypeVar("A")
AnySubject = Subject[Any, Any]

POD_KINDS: Final = tuple(each.kind for each in POD_EVENTS)


def serve(factory: Callable[[], AnySubject], who: Implementation | None = None) -> int:
    """Serve a subject over standard input and output until the end; the exit code.

    `who`: as reports call it; of the subject's capabilities if left out.
    """
    with os.fdopen(os.dup(0), "rb") as commands, os.fdopen(os.dup(1), "wb") as messages:
        with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - a device
            os.dup2(nothing.fileno(), 0)
        os.dup2(2, 1)
        sys.stdout = sys.stderr
        return Conversation(factory, commands, messages, who).hold()


class Conversation:
    """One side of a conversation; the cloud of its subject is the other side."""

    def __init__(
        self,
        factory: Callable[[], AnySubject],
        commands: BinaryIO,
        messages: BinaryIO,
        who: Implementation | None = None,
    ) -> None:
        self._factory = factory
        self._commands = commands
        self._messages = messages
        self._who = who
        self._subject: AnySubject | None = None
        self._seq: JsonValue = None
        self._applying = False

    def hold(self) -> int:
        """Answer commands until `stop`, or the end of the input; the exit code.

        A command that the protocol does not allow ends it with a complaint.
        """
        try:
            while True:
                command = self._read()
                if command is None:
                    return 0
                if "during" in command:
                    raise BrokenProtocolError(
                        f"a command during {command['during']}, which waits for nothing"
                    )
                self._seq = command["seq"]
                self._say(self._finished(command))
                if command["cmd"] == "stop":
                    return 0
        except BrokenProtocolError as error:
            print(f"not what {PROTOCOL} allows: {error}", file=sys.stderr)  # noqa: T201 - to a person
            return 2
        except BrokenPipeError:  # The other side has gone.
            return 0

    def ask(self, request: Request[A]) -> A:
        """As `cloud.Cloud`: the other side answers.

        How long it sleeps is the subject's own affair: the kit's clock follows the model's.
        """
        if isinstance(request, Sleep):
            return cast(A, DONE)
        said = encode_request(request)
        if not self._applying:
            raise InputError(f"{said['call']} is asked for outside of apply")
        seq = self._seq
        self._say({"ask": said})
        while True:
            message = self._read()
            if message is None:
                raise BrokenPipeError
            if "answer" in message:
                break
            self._serve_meanwhile(message, seq)
        if message["seq"] != seq:
            raise BrokenProtocolError(f"an answer to command {message['seq']}, {seq} asked")
        return cast(A, decode_answer(request, cast(Fields, message["answer"])))

    def _serve_meanwhile(self, command: Fields, pending: JsonValue) -> None:
        """Let a pod come or go while the command `pending` waits for an answer."""
        if command.get("during") != pending:
            raise BrokenProtocolError(f"command {command['cmd']} where an answer is due")
        kind = cast(Fields, command["event"])["kind"]
        if kind not in POD_KINDS:
            raise BrokenProtocolError(f"{kind} during {pending}: only pods come and go there")
        subject = self._made()
        self._seq = command["seq"]
        act = partial(self._finished, command)
        # How long that may take the other side knows, which is waiting for it.
        finished = act() if patience_of(subject) is None else beside(act, None)
        self._say(finished)
        self._seq = pending

    # -- commands --------------------------------------------------------------------------------

    def _finished(self, command: Fields) -> Message:
        """What finishes a command."""
        try:
            match command.get("cmd"):
                case "start":
                    return self._start()
                case "reset":
                    self._reset(command)
                case "apply":
                    return self._apply(cast(Fields, command["event"]))
                case "observe":
                    return {"observation": encode_observation(self._made().observe())}
                case "stop":
                    pass
                case _:
                    raise BrokenProtocolError("an answer to nothing")
        except (BrokenProtocolError, BrokenPipeError):
            raise
        except UnsupportedError as error:
            return {"unsupported": {"message": str(error)}}
        except Exception as error:  # noqa: BLE001 - whatever the subject raises is reported
            return {
                "errored": {
                    "message": f"{type(error).__name__}: {error}",
                    "traceback": traceback.format_exc(),
                }
            }
        return {}

    def _start(self) -> Message:
        self._subject = self._factory()
        can = self._subject.capabilities
        return encode_capabilities(can, self._who or _in_python(can, self._subject))

    def _reset(self, command: Fields) -> None:
        if "datastore" in command:
            self._made().reset(decode_datastore_setup(command))
            return
        node, ec2 = decode_daemon_setup(command)
        self._made().reset(DaemonSetup(node=node, ec2=ec2, cloud=self))

    def _apply(self, said: Fields) -> Message:
        subject = self._made()
        daemon = subject.capabilities.kind is Kind.DAEMON
        event = decode_daemon_event(said) if daemon else decode_datastore_event(said)
        nested, self._applying = self._applying, True
        try:
            reply = subject.apply(event)
        finally:
            self._applying = nested
        return {"reply": reply, "observation": encode_observation(subject.observe())}

    def _made(self) -> AnySubject:
        if self._subject is None:
            raise BrokenProtocolError("a command before start")
        return self._subject

    # -- lines -----------------------------------------------------------------------------------

    def _read(self) -> Message | None:
        line = self._commands.readline(LONGEST_LINE)
        if not line:
            return None
        message = decode_line(line)
        require_valid(schema_of_commands(), message)
        return message

    def _say(self, fields: Message) -> None:
        self._messages.write(encode_line({"seq": self._seq, **fields}))
        self._messages.flush()


def _in_python(can: Capabilities, subject: AnySubject) -> Implementation:
    return Implementation(
        name=can.name or type(subject).__name__,
        language=f"Python {platform.python_version()}",
        version=can.version or "?",
    )
