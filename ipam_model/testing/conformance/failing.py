"""What is said of a divergence, and where its plan is kept."""

import hashlib
import platform
import shlex
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Final, TypeVar

from attrs import frozen

from ipam_model.catalogue import catalogue
from ipam_model.conformance.report import (
    DETERMINISM,
    PROPERTIES,
    Checked,
    Failure,
    aspect_of,
)
from ipam_model.conformance.verdict import Result, Step, Verdict
from ipam_model.scenario.tables import columns
from ipam_model.testing.conformance.bench import Bench
from ipam_model.testing.conformance.hunting import Found
from ipam_model.testing.conformance.replaying import UNWRITABLE, Invocation
from ipam_model.testing.failures import FOLDER

P = TypeVar("P")


HEAD: Final = ("#", "event", "model", "", "subject")
WIDEST: Final = {"event": 34, "model": 44, "subject": 44}
MOST_RULES: Final = 6
"""So many rules are named."""


@frozen(kw_only=True)
class Telling:
    """What a failure is told with."""

    checked: Checked
    area: str
    fired: Mapping[str, int]
    """In how many steps each rule was agreed with."""
    how: Invocation
    """What was run, to run it again."""
    folder: Path = FOLDER


@frozen
class _Document:
    """A plan as text, and where it is kept, or why it is not."""

    text: str
    path: Path
    unkept: str = ""


def failure_of(bench: Bench[P], found: Found[P], telling: Telling) -> Failure:
    """All there is to say of a divergence; keeps its plan in a file."""
    verdict = found.verdict
    suspects = suspicious(verdict, telling.fired)
    aspect = aspect_of(verdict.result, verdict.aspect)
    unsteady = found.unsteady_at if found.again < found.repeats else None
    if unsteady is not None:
        aspect = DETERMINISM
    title = _title(found, suspects, aspect)
    kept = _kept(bench, found.plan, title, telling.folder)
    parts = [
        "\n".join([title, *_about(verdict, suspects, aspect)]),
        f"{bench.arena.setup(found.plan)}\n\n{step_table(verdict)}",
        _difference(verdict),
        _steadiness(found),
        found.remark,
        _unkept(kept) if kept.unkept else _replay(bench, kept.path, telling.how),
        _versions(telling.checked),
    ]
    return Failure(
        title=title,
        rules=suspects,
        aspect=aspect,
        area=telling.area,
        plan="" if kept.unkept else str(kept.path),
        unkept=kept.unkept,
        text="\n\n".join(part for part in parts if part),
        expected=verdict.expected,
        found=verdict.found,
        step=len(verdict.steps),
        quirks=telling.how.quirk_ids,
    )


def suspicious(verdict: Verdict, fired: Mapping[str, int]) -> tuple[str, ...]:
    """The rules of the diverging step, those first that were agreed with least often elsewhere."""
    order = list(catalogue())
    return tuple(
        sorted(
            verdict.rules,
            key=lambda each: (fired.get(each, 0), order.index(each) if each in order else 0),
        )
    )


def _title(found: Found[P], suspects: tuple[str, ...], aspect: str) -> str:
    verdict = found.verdict
    if aspect == DETERMINISM:
        return f"not deterministic at step {found.unsteady_at}: {PROPERTIES[DETERMINISM]}"
    if verdict.result is Result.BROKEN:
        return f"the subject broke at step {len(verdict.steps)}: {verdict.reason}"
    if verdict.quirk:
        return f"{verdict.quirk}, a suspected bug of the daemon, at step {len(verdict.steps)}"
    if suspects:
        return f"{suspects[0]} at step {len(verdict.steps)}: {_statement(suspects[0])}"
    return f"{aspect} at step {len(verdict.steps)}: {PROPERTIES[aspect]}"


def _statement(rule: str) -> str:
    known = catalogue().get(rule)
    return "" if known is None else known.statement


def _about(verdict: Verdict, suspects: tuple[str, ...], aspect: str) -> list[str]:
    if verdict.result is Result.BROKEN:
        return [f"  raised in {verdict.found}"] if verdict.found else []
    lines = [f"  {aspect}: {verdict.reason}"]
    if verdict.quirk:
        rule = verdict.quirk.partition("-")[0]
        lines += [
            f"  {rule} says: {_statement(rule)}",
            f"  if it is meant to stay, list {verdict.quirk} as known",
        ]
    others = suspects if verdict.quirk else suspects[1:]
    if others:
        more = ", ..." if len(others) > MOST_RULES else ""
        lines.append(f"  rules of that step: {', '.join(others[:MOST_RULES])}{more}")
    return lines


def step_table(verdict: Verdict) -> str:
    """The steps, model and subject side by side; `~` where they part."""
    failing = len(verdict.steps) if verdict.result in (Result.DIVERGES, Result.BROKEN) else 0
    rows = [list(HEAD)]
    rows += [_row(step, parts=step.number == failing) for step in verdict.steps]
    return columns(rows, widest=WIDEST, right={"#"})


def _row(step: Step, *, parts: bool) -> list[str]:
    return [str(step.number), step.event, step.model, "~" if parts else "", step.said]


def _difference(verdict: Verdict) -> str:
    if verdict.result is not Result.DIVERGES:
        return ""
    head = f"first difference, in step {len(verdict.steps)}:"
    allowed = [f"  the model allows: {each}" for each in verdict.expected[:4]]
    if len(verdict.expected) > 4:
        allowed.append(f"  ... and {len(verdict.expected) - 4} more")
    return "\n".join([head, *allowed, f"  the subject has:  {verdict.found}"])


def _steadiness(found: Found[P]) -> str:
    if found.unsteady_at is None:
        return ""
    if found.again < found.repeats:
        return (
            f"not deterministic at step {found.unsteady_at}: the same plan on a fresh subject went "
            f"another way there, and diverged in {found.again} of {found.repeats} repeats.\n"
            "What it did the first time, the model does not allow. Look for what outlives a reset: "
            "the clock, the order of a map, a random number, a thread."
        )
    return (
        f"The subject is not deterministic (first at step {found.unsteady_at}), which the model "
        "may allow; it diverged in every repeat."
    )


def _unkept(kept: _Document) -> str:
    return f"the plan could not be kept in {kept.unkept}; it is\n\n{kept.text.rstrip()}"


def _replay(bench: Bench[P], path: Path, how: Invocation) -> str:
    model = f"  ipam-model replay {shlex.quote(str(path))}    # what the model does"
    replay = [model] if bench.arena.replays else []
    test = [f"    {line}".rstrip() for line in how.test(path)]
    if how.has_command:
        lines = ["to replay it:", f"  {how.command(path)}", *replay]
    else:
        made = f"no command can make {how.made_by.address}; replay the plan by the test"
        hint = f", with what makes the subject for {UNWRITABLE}"
        lines = [made + (hint if f"({UNWRITABLE}," in test[-1] else ""), *replay]
    return "\n".join([*lines, "", "as a test:", "", *test])


def _versions(checked: Checked) -> str:
    return (
        f"seed {checked.seed}; ipam-model {checked.kit}, models {checked.models}; "
        f"Hypothesis {version('hypothesis')}, Python {platform.python_version()}"
    )


def _kept(bench: Bench[P], plan: P, title: str, folder: Path) -> _Document:
    """Its file; where none can be written, the verdict stands all the same."""
    untitled = bench.arena.write(plan, "")
    path = folder / f"{hashlib.sha256(untitled.encode()).hexdigest()[:12]}.json"
    text = bench.arena.write(plan, title)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    except OSError as error:
        return _Document(text, path, f"{folder}: {error.strerror or error}")
    return _Document(text, path)
