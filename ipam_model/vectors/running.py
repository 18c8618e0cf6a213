"""Implementations that are asked, and the report about what they answered.

A program gets one question a line on its standard input and writes one answer a line to its
standard output, in the same order; the end of its standard error is told if it fails. Or the
answers have been written to a file before, in any order.
"""

import json
import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from attrs import field, frozen

from ipam_model.conformance.wire.errors import (
    BrokenProtocolError,
    ProgramError,
    ProgramTimeoutError,
    StartError,
)
from ipam_model.conformance.wire.lines import encode_line
from ipam_model.conformance.wire.process import Process
from ipam_model.errors import InputError
from ipam_model.strict_json import JsonValue, RefusedError, decode
from ipam_model.vectors.answers import Judgement, Result, judge, question
from ipam_model.vectors.files import SCHEMA, Suite, rule_order, texts
from ipam_model.vectors.states import Json

LONGEST_LINE: Final = 1 << 20
"""Bytes of an answer."""
SECONDS: Final = 10.0
"""That an answer may take."""
NOT_ASKED: Final = "not asked: the program had failed before"
"""The reason of those that come after the one at which a program failed."""


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
    this vector and all that come after it, which it is not asked. Nothing of it is left at the
    end, nor of the children in its process group.

    Raises `InputError` if the command cannot be run.
    """
    about: Json = {"schema": SCHEMA, "models": suite.models}
    process = _started(command)
    try:
        for number, vector in enumerate(vectors):
            try:
                answer = _ask(process, question(vector, about), seconds)
            except ProgramError as error:
                yield Judgement(vector, Result.FAILED, f"the program {error}")
                for rest in vectors[number + 1 :]:
                    yield Judgement(rest, Result.FAILED, NOT_ASKED)
                return
            yield judge(vector, answer)
        process.stop()  # How it ends is not judged.
    finally:
        process.kill()


def _started(command: str) -> Process:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise InputError(f"--exec {command!r}: {error}") from None
    if not words:
        raise InputError("--exec needs a command")
    try:
        return Process(words)
    except StartError as error:
        raise InputError(f"--exec: {error}") from None


def _ask(process: Process, asked: Json, seconds: float) -> Json:
    """The answer; `ProgramError` if there is none."""
    process.send(encode_line(asked))
    try:
        return answer_of(process.receive(seconds), str(asked["id"]))
    except ProgramTimeoutError as error:
        raise error.told(f"gave {error}") from None
    except BrokenProtocolError as error:
        raise BrokenProtocolError(f"wrote {error}") from None
    except InputError as error:
        raise BrokenProtocolError(f"wrote no answer: {error}") from None


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
