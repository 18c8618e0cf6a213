"""When pods come and go: the work that a node is given.

A profile is a list of `Moment`s: so many pods arrive, then so many leave. Which pods leave is the
profile's business too (`Leave`), for it is not the daemon that decides it.
"""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Final

from attrs import evolve, frozen

from ipam_model.errors import InputError
from ipam_model.rules.timing import SECOND
from ipam_model.settings.diagnostics import shown
from ipam_model.simulation.numbers import milliseconds, number_text

MOST_PODS: Final = 100_000
MOST_MOMENTS: Final = 1_000_000
"""More events than that are refused: a slip of the pen, or days of simulation."""
LONGEST: Final = 366 * 24 * 3600
"""Seconds; the latest instant of a profile."""


class Leave(Enum):
    """Which pods go when the number of pods shrinks; waiting ones go before all others."""

    NEWEST = "newest"
    """As a ReplicaSet prefers: pods without an address first, then the youngest."""
    OLDEST = "oldest"
    RANDOM = "random"


@frozen(kw_only=True)
class Moment:
    """An instant at which the number of pods changes."""

    at: int
    """Milliseconds since the node was launched."""
    leave: int = 0
    """Pods that go."""
    arrive: int = 0
    """Pods that come, after the others have gone."""
    going: tuple[str, ...] = ()
    """Pods that go, by name; those that are not there are passed over."""
    coming: tuple[str, ...] = ()
    """Pods that come, by name, before the nameless; those that are there already are passed over.
    """
    whichever: bool = False
    """Any pod may leave, whatever `Leave` prefers: the pods of a churn do not wait for their
    turn."""


@frozen(kw_only=True)
class Profile:
    """Work over time."""

    text: str
    """As the user wrote it."""
    moments: tuple[Moment, ...]
    """By time."""
    length: int | None = None
    """For how many milliseconds it is defined, if it would go on for ever; `None` if it ends."""

    @property
    def end(self) -> int:
        """The last moment, in milliseconds; 0 if there is none."""
        return self.moments[-1].at if self.moments else 0


def constant(pods: int) -> Profile:
    """So many pods from the launch on."""
    return _profile(f"constant:{pods}", [Moment(at=0, arrive=pods)])


def ramp(first: int, last: int, milliseconds: int) -> Profile:
    """From `first` pods at the launch to `last`, one after the other at even intervals."""
    moments = [Moment(at=0, arrive=first)]
    steps = abs(last - first)
    for step in range(1, steps + 1):
        at = milliseconds * step // steps
        moments.append(Moment(at=at, arrive=int(last > first), leave=int(last < first)))
    return _profile(f"ramp:{first}..{last}/{number_text(milliseconds / SECOND)}", moments)


def bursts(changes: Sequence[tuple[int, int]]) -> Profile:
    """`(pods, milliseconds)`: so many pods come at that instant, or go if the number is negative.

    Raises `InputError` if more go than there are.
    """
    moments = []
    present = 0
    ordered = sorted(changes, key=lambda change: change[1])
    for pods, at in ordered:
        present += pods
        if present < 0:
            raise InputError(
                f"{-pods} pods leave at {number_text(at / SECOND)} s, "
                f"but only {present - pods} are there"
            )
        moments.append(Moment(at=at, arrive=max(pods, 0), leave=max(-pods, 0)))
    text = ",".join(f"{pods}@{number_text(at / SECOND)}" for pods, at in ordered)
    return _profile(f"burst:{text}", moments)


def churn(pods: int, per_minute: float, milliseconds: int, seed: int) -> Profile:
    """So many pods, of which `per_minute` are replaced, any of them, at random instants.

    Replacements are a Poisson process: the pauses between them are exponential, from the seed.
    """
    if per_minute * milliseconds / 60_000 > MOST_MOMENTS:
        raise InputError(f"more than {MOST_MOMENTS:,} replacements; lower the rate or duration")
    moments = [Moment(at=0, arrive=pods)]
    draw = random.Random(f"churn {seed}")
    at = 0.0
    while per_minute > 0 and pods > 0:
        at += draw.expovariate(1) * (60_000 / per_minute)
        if at > milliseconds:
            break
        moments.append(Moment(at=round(at), leave=1, arrive=1, whichever=True))
    return Profile(
        text=f"churn:{pods},{number_text(per_minute, 9)}",
        moments=tuple(moments),
        length=milliseconds,
    )


def _profile(text: str, moments: list[Moment]) -> Profile:
    kept = tuple(each for each in moments if each.arrive or each.leave)
    return Profile(text=text, moments=kept)


# -- as text -------------------------------------------------------------------------------------

FORMS: Final = (
    "constant:N, ramp:FROM..TO/SECONDS, burst:N@SECONDS[,…] (a negative N leaves), churn:N,RATE, "
    "scenario:FILE"
)
"""How a profile is written; RATE is in replacements per minute."""
SCENARIO: Final = "scenario:"
"""The pods of a scenario document: `scenario_profile` reads it, `parse_profile` does not."""

_COUNT: Final = r"(\d{1,9})"
_NUMBER: Final = r"(\d{1,9}(?:\.\d{1,9})?)"


def parse_profile(text: str, *, milliseconds: int, seed: int) -> Profile:
    """A profile from its text (`FORMS`).

    Args:
        text: What the user wrote.
        milliseconds: For how long a churn goes on.
        seed: From which a churn draws its instants.

    Raises:
        InputError: It is not written like that, or asks for more than the model takes.
    """
    kind, colon, rest = text.partition(":")
    reader = _READERS.get(kind)
    if reader is None or not colon:
        raise InputError(f"--profile is {shown(text)}; it must be one of: {FORMS}")
    try:
        return evolve(reader(rest, milliseconds, seed), text=text)
    except InputError as error:
        raise InputError(f"--profile {shown(text)}: {error}") from None


def _constant(rest: str, _milliseconds: int, _seed: int) -> Profile:
    (pods,) = _match(_COUNT, rest, "constant:N, e.g. constant:20")
    return constant(_pods(pods))


def _ramp(rest: str, _milliseconds: int, _seed: int) -> Profile:
    form = "ramp:FROM..TO/SECONDS, e.g. ramp:0..20/120"
    first, last, seconds = _match(rf"{_COUNT}\.\.{_COUNT}/{_NUMBER}", rest, form)
    return ramp(_pods(first), _pods(last), _instant(seconds))


def _bursts(rest: str, _milliseconds: int, _seed: int) -> Profile:
    form = "burst:N@SECONDS[,…], e.g. burst:3@0,15@60,-18@300"
    changes = []
    for part in rest.split(","):
        pods, seconds = _match(rf"(-?\d{{1,9}})@{_NUMBER}", part, form)
        sign = -1 if pods.startswith("-") else 1
        changes.append((sign * _pods(pods.lstrip("-")), _instant(seconds)))
    return bursts(changes)


def _churn(rest: str, milliseconds: int, seed: int) -> Profile:
    form = "churn:N,RATE with RATE in replacements per minute, e.g. churn:20,6"
    pods, rate = _match(rf"{_COUNT},{_NUMBER}", rest, form)
    return churn(_pods(pods), float(rate), milliseconds, seed)


_READERS: Final[Mapping[str, Callable[[str, int, int], Profile]]] = {
    "constant": _constant,
    "ramp": _ramp,
    "burst": _bursts,
    "churn": _churn,
}


def _match(pattern: str, part: str, form: str) -> tuple[str, ...]:
    found = re.fullmatch(pattern, part, re.ASCII)
    if found is None:
        raise InputError(f"it must be {form}")
    return tuple(found.groups())


def _pods(number: str) -> int:
    if int(number) > MOST_PODS:
        raise InputError(f"{number} pods; at most {MOST_PODS:,}")
    return int(number)


def _instant(number: str) -> int:
    if float(number) > LONGEST:
        raise InputError(f"{number} s is more than a year")
    return milliseconds(float(number))


# -- pod counts ----------------------------------------------------------------------------------

MOST_COUNTS: Final = 10_000
COUNT_FORMS: Final = "N, FROM..TO, FROM..TO/STEP, or several of these with commas between"


def parse_counts(text: str) -> tuple[int, ...]:
    """Pod counts, ascending, each once: `20`, `0..110`, `0..110/10`, `0,5,10..20`.

    Raises `InputError`.
    """
    counts: set[int] = set()
    for part in text.split(","):
        found = re.fullmatch(r"(\d{1,9})(?:\.\.(\d{1,9})(?:/(\d{1,9}))?)?", part, re.ASCII)
        if found is None:
            raise InputError(f"--pods is {text[:60]!r}; it must be {COUNT_FORMS}, e.g. 0..110")
        first = int(found[1])
        last = int(found[2]) if found[2] is not None else first
        step = int(found[3]) if found[3] is not None else 1
        if last > MOST_PODS or first > MOST_PODS:
            raise InputError(f"--pods {text[:60]}: at most {MOST_PODS:,} pods")
        if last < first:
            raise InputError(
                f"--pods {text[:60]}: {first} is above {last}; write {last}..{first} "
                "(and --path drain to go down)"
            )
        if step < 1:
            raise InputError(f"--pods {text[:60]}: the step is 0; it must be 1 or more")
        if (last - first) // step >= MOST_COUNTS:
            raise InputError(f"--pods {text[:60]}: more than {MOST_COUNTS:,} counts")
        counts.update(range(first, last + 1, step))
    return tuple(sorted(counts))
