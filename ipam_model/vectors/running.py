"""Implementations that are asked, and the report about what they answered.

A program gets one question a line on its standard input and writes one answer a line to its
standard output, in the same order; its standard error goes where this program's goes. Or the
answers have been written to a file before, in any order.
"""

import json
import shlex
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue
from typing import Final, Self

from attrs import field, frozen

from ipam_model.errors import InputError
from ipam_model.strict_json import JsonValue, RefusedError, decode
from ipam_model.vectors.answers import Judgement, Result, judge, question
from ipam_model.vectors.files import SCHEMA, Suite, rule_order, texts
from ipam_model.vectors.states import Json

LONGEST_LINE: Final = 1 << 20
"""Bytes of an answer."""
SECONDS: Final = 10.0
"""That an answer may take."""


@frozen
class Report:
    """What an implementation answered."""

    suite: Suite
    judgements: tuple[Judgement, ...] = field(factory=tuple)

    def count(self) -> Mapping[Result, int]:
        """How many answers were judged how."""
        found = Counter(each.result for each in self.judgements)
        return {result: found[result] for result in Result}

    def by_rule(self) -> dict[str, Mapping[Result, int]]:
        """The same for each rule that is covered, in the order of the rules."""
        found: dict[str, Counter[Result]] = {}
        for each in self.judgements:
            for rule in texts(each.vector, "rules"):
                found.setdefault(rule, Counter())[each.result] += 1
        return {
            rule: {result: found[rule][result] for result in Result}
            for rule in sorted(found, key=rule_order)
        }


# -- a program -----------------------------------------------------------------------------------


def ask_program(
    suite: Suite, vectors: Sequence[Json], command: str, seconds: float = SECONDS
) -> Iterator[Judgement]:
    """Ask a program; each answer as soon as it is there.

    A program that ends, says what is no answer or says nothing for so many seconds has failed
    this vector and all that come after it.

    Raises `InputError` if the command cannot be run.
    """
    about: Json = {"schema": SCHEMA, "models": suite.models}
    with _Program(command) as program:
        for number, vector in enumerate(vectors):
            try:
                answer = program.ask(question(vector, about), seconds)
            except _SilentError as error:
                for rest in vectors[number:]:
                    yield Judgement(rest, Result.FAILED, str(error))
                return
            yield judge(vector, answer)


class _SilentError(Exception):
    """The program gives no answers any more; says why."""


class _Program:
    """A program that answers line by line."""

    def __init__(self, command: str) -> None:
        try:
            words = shlex.split(command)
        except ValueError as error:
            raise InputError(f"--exec {command!r}: {error}") from None
        if not words:
            raise InputError("--exec needs a command")
        try:
            self._process = subprocess.Popen(
                words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
            )
        except OSError as error:
            raise InputError(f"--exec: {words[0]}: {error.strerror}") from None
        self._lines: Queue[bytes] = Queue()
        # Daemons: neither a program that never reads nor one that never writes holds us up.
        threading.Thread(target=self._read, daemon=True).start()
        self._asked: Queue[bytes | None] = Queue()
        threading.Thread(target=self._write, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """The program sees the end of its input, and is killed if it goes on."""
        self._asked.put(None)
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def ask(self, asked: Json, seconds: float) -> Json:
        """The answer; `_SilentError` if there is none."""
        self._asked.put(json.dumps(asked, ensure_ascii=False).encode() + b"\n")
        try:
            line = self._lines.get(timeout=seconds)
        except Empty:
            raise _SilentError(f"no answer to {asked['id']} within {seconds:g} s") from None
        if not line:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=1)
            code = self._process.poll()
            raise _SilentError(f"the program ended before {asked['id']}, exit code {code}")
        try:
            return answer_of(line, str(asked["id"]))
        except InputError as error:
            raise _SilentError(f"to {asked['id']} the program wrote no answer: {error}") from None

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None, "it is a pipe"
        with suppress(OSError, ValueError):  # Closed under our feet at the end.
            buffered = open(stream.fileno(), "rb", closefd=False)  # noqa: SIM115
            while line := buffered.readline(LONGEST_LINE + 1):
                self._lines.put(line)
        self._lines.put(b"")

    def _write(self) -> None:
        stream = self._process.stdin
        assert stream is not None, "it is a pipe"
        with suppress(OSError):  # It has ended; the reader notices.
            while (line := self._asked.get()) is not None:
                _write_all(stream, line)
        with suppress(OSError):
            stream.close()


def _write_all(stream: object, line: bytes) -> None:
    rest = memoryview(line)
    while rest:
        rest = rest[stream.write(rest) :]  # type: ignore[attr-defined]


def answer_of(line: bytes, wanted: str | None = None) -> Json:
    """The answer on a line; `InputError` if it is none, or to another vector than `wanted`."""
    if len(line) > LONGEST_LINE:
        raise InputError(f"a line of more than {LONGEST_LINE} bytes")
    try:
        found: JsonValue = decode(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise InputError("a line that is not UTF-8") from None
    except (json.JSONDecodeError, RefusedError) as error:
        raise InputError(f"{_beginning(line)} is not JSON ({error})") from None
    if not isinstance(found, dict) or not isinstance(found.get("id"), str):
        raise InputError(f'{_beginning(line)} is no object with an "id"')
    if wanted is not None and found["id"] != wanted:
        raise InputError(f"an answer to {found['id']}")
    return found


def _beginning(line: bytes) -> str:
    text = line[:60].decode("utf-8", "backslashreplace").strip()
    return repr(text)


# -- a file --------------------------------------------------------------------------------------


def judge_file(vectors: Sequence[Json], file: Path) -> Iterator[Judgement]:
    """Judge the answers in a file, one a line, in any order; a missing one is a skipped vector.

    Raises `InputError` with file and line: unreadable, no answer, an unknown vector, two answers.
    """
    known = {str(each["id"]) for each in vectors}
    answers: dict[str, Json] = {}
    try:
        lines = file.read_bytes().splitlines()
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            answer = answer_of(line)
        except InputError as error:
            raise InputError(f"{file}:{number}: {error}; an answer is expected") from None
        name = str(answer["id"])
        if name in answers:
            raise InputError(f"{file}:{number}: a second answer to {name}")
        if name not in known:
            raise InputError(
                f"{file}:{number}: {name!r} is none of the {len(known)} vectors asked for"
            )
        answers[name] = answer
    for vector in vectors:
        given = answers.get(str(vector["id"]))
        if given is None:
            yield Judgement(vector, Result.SKIPPED, "no answer in the file")
        else:
            yield judge(vector, given)
