"""The registry of properties: what is expected of a node, by id, and how it is checked.

A property is a statement with a check. Its level says what the check looks at: one `World` (every
state), one `Asked` question, one `Step` (one event with all that was asked during it), a `Quiet`
(what is left once nobody disturbs the daemon any more), or a whole run, of which a `Monitor` keeps
what it must remember. The check of a state may read the daemon's memory, EC2, the sandboxes and
the config alone, so that it need not be repeated while those stay as they are.

A check answers with a `Verdict`: it holds, it has nothing to say here (vacuous), or it is violated.
Properties are stated after the specification, with aggregates of their own: a formula of
`ipam_model.rules` that is wrong must not make its own check wrong.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from enum import Enum
from typing import Any, Final, Generic, TypeAlias, TypeVar, cast

from attrs import frozen

from ipam_model.errors import ModelError
from ipam_model.properties.evidence import Asked, Evidence, Lost, Quiet, Step, ends
from ipam_model.requests import Request
from ipam_model.world import World


class Level(Enum):
    """When a property holds."""

    STATE = "in every state"
    ASK = "whenever the daemon asks"
    STEP = "at every step"
    QUIET = "after a quiet period"
    RUN = "over a run"


class Sound(Enum):
    """A property is not violated."""

    HOLDS = "holds"
    """And it might have been: the check was not vacuous."""
    VACUOUS = "vacuous"
    """Because there is nothing it speaks of."""


HOLDS: Final = Sound.HOLDS
VACUOUS: Final = Sound.VACUOUS


@frozen
class Violated:
    """A property does not hold."""

    what: str
    """What was seen, and what would have been right."""
    circumstances: Lost | None = None
    """What the run alone shows of it, for findings to look at beside the step.

    That is what became of the cooldown of an address that is used again. With `None` the property
    has nothing of the kind to say; with `Lost.NOT` it says that nothing was lost, so that no
    finding about a loss applies.
    """


Verdict: TypeAlias = Sound | Violated


def holds(exercised: bool) -> Sound:
    """The verdict of a check that found nothing wrong."""
    return HOLDS if exercised else VACUOUS


@frozen(kw_only=True)
class Monitor:
    """A check over a run: what it remembers, and how each step changes that."""

    initial: Hashable
    advance: Callable[[Hashable, Step], tuple[Hashable, Verdict]]


E = TypeVar("E")
M = TypeVar("M", bound=Hashable)


@frozen(kw_only=True)
class Property(Generic[E]):
    """One thing that is expected of a node."""

    id: str
    """`P-S1` … safety, `P-L1` … liveness, `I1` … `I16`, `P-M1` … `P-M3` what it was made for."""
    name: str
    """What holds, in words joined by underscores."""
    statement: str
    source: str
    """Where it is stated: a section of the specification, upstream issues, rules."""
    level: Level
    check: E
    on: frozenset[object] = frozenset()
    """The kinds of steps, or requests and rules of choices, that it looks at; empty: all."""


StateCheck: TypeAlias = Callable[[World], Verdict]
AskCheck: TypeAlias = Callable[[Asked, Step], Verdict]
StepCheck: TypeAlias = Callable[[Step], Verdict]
QuietCheck: TypeAlias = Callable[[Quiet], Verdict]

STATE: Final[dict[str, Property[StateCheck]]] = {}
ASK: Final[dict[str, Property[AskCheck]]] = {}
STEP: Final[dict[str, Property[StepCheck]]] = {}
QUIET: Final[dict[str, Property[QuietCheck]]] = {}
RUN: Final[dict[str, Property[Monitor]]] = {}


def every_state(
    property_id: str, statement: str, *, source: str
) -> Callable[[StateCheck], StateCheck]:
    """Register the decorated check of one world; the property is called like the function."""

    def register(check: StateCheck) -> StateCheck:
        _add(STATE, property_id, Level.STATE, statement, source, check.__name__, check)
        return check

    return register


def every_ask(
    property_id: str, statement: str, *, source: str, of: Iterable[type[Request[Any]] | str]
) -> Callable[[AskCheck], AskCheck]:
    """Register the decorated check of a question: of one of these requests, or choice's rules.

    The check gets the step in which it was asked, too, which may have further steps nested.
    """

    def register(check: AskCheck) -> AskCheck:
        name = check.__name__
        _add(ASK, property_id, Level.ASK, statement, source, name, check, frozenset(of))
        return check

    return register


def every_step(
    property_id: str, statement: str, *, source: str, kinds: Iterable[str] = ()
) -> Callable[[StepCheck], StepCheck]:
    """Register the decorated check of one step; of steps of these kinds only, if any are given."""

    def register(check: StepCheck) -> StepCheck:
        name = check.__name__
        _add(STEP, property_id, Level.STEP, statement, source, name, check, frozenset(kinds))
        return check

    return register


def after_quiet(
    property_id: str, statement: str, *, source: str
) -> Callable[[QuietCheck], QuietCheck]:
    """Register the decorated check of a quiet period."""

    def register(check: QuietCheck) -> QuietCheck:
        _add(QUIET, property_id, Level.QUIET, statement, source, check.__name__, check)
        return check

    return register


Advance: TypeAlias = Callable[[M, Step], tuple[M, Verdict]]


def over_run(
    property_id: str, statement: str, *, source: str, initial: M
) -> Callable[[Advance[M]], Advance[M]]:
    """Register the decorated monitor: from what it remembers and a step to the same and a verdict.

    What it remembers is immutable and starts as `initial`.
    """

    def register(advance: Advance[M]) -> Advance[M]:
        monitor = Monitor(initial=initial, advance=cast(Advance[Hashable], advance))
        _add(RUN, property_id, Level.RUN, statement, source, advance.__name__, monitor)
        return advance

    return register


def _add(
    table: dict[str, Property[E]],
    property_id: str,
    level: Level,
    statement: str,
    source: str,
    name: str,
    check: E,
    on: frozenset[object] = frozenset(),
) -> None:
    if any(property_id in known for known in (STATE, ASK, STEP, QUIET, RUN)):
        raise ModelError(f"property {property_id} is stated twice")
    table[property_id] = Property(
        id=property_id,
        name=name,
        statement=statement,
        source=source,
        level=level,
        check=check,
        on=on,
    )


@frozen(kw_only=True)
class Finding:
    """Intended behaviour of the daemon that violates a property: where, and since when known.

    The property holds wherever no finding applies: that is the narrower property. A finding never
    excuses what happens outside its circumstances.
    """

    id: str
    violates: tuple[str, ...]
    """The ids of the properties."""
    statement: str
    applies: Callable[[Evidence], bool]
    """Whether what a violation was seen in, a step or a quiet period, is in its circumstances.

    Or what became of a cooldown, where that is what they are.
    """
    rules: tuple[str, ...]
    upstream: tuple[str, ...] = ()
    """Issues, as `#1775`."""
    quirk: str | None = None
    """The quirk without which it does not happen, if there is one."""
    scenario: str = ""
    """Its minimal scenario, a file of `examples/regressions`."""
    also: tuple[str, ...] = ()
    """Further scenarios: other circumstances, or properties that the first does not violate."""

    @property
    def scenarios(self) -> tuple[str, ...]:
        """All of them: between them they show each of the properties violated."""
        return (self.scenario, *self.also)


FINDINGS: Final[dict[str, Finding]] = {}
"""Every finding by id."""

Told = TypeVar("Told", World, Step, Quiet, Lost)


def finding(
    finding_id: str,
    statement: str,
    *,
    seen_in: type[Told],
    violates: Iterable[str],
    rules: Iterable[str],
    upstream: Iterable[str] = (),
    quirk: str | None = None,
    also: Iterable[str] = (),
) -> Callable[[Callable[[Told], bool]], Callable[[Told], bool]]:
    """Register a finding; the decorated function says whether it applies.

    `seen_in` is what its circumstances are seen in: a `World`, which is that after a step or before
    it, of a quiet period that when it is settled or when it began; a `Step`, in its questions or in
    what it did; the course of a `Quiet`; or how a cooldown was `Lost`, which only the run shows.
    Its scenario is the file `finding-ID.json` of `examples/regressions`, and `also` are others of
    that folder. Raises `ModelError` if there is a finding of that id.
    """

    def register(applies: Callable[[Told], bool]) -> Callable[[Told], bool]:
        def explains(evidence: Evidence) -> bool:
            seen = (evidence, *ends(evidence))
            return any(isinstance(each, seen_in) and applies(each) for each in seen)

        if finding_id in FINDINGS:
            raise ModelError(f"finding {finding_id} is stated twice")
        FINDINGS[finding_id] = Finding(
            id=finding_id,
            violates=tuple(violates),
            statement=statement,
            applies=explains,
            rules=tuple(rules),
            upstream=tuple(upstream),
            quirk=quirk,
            scenario=f"finding-{finding_id}.json",
            also=tuple(also),
        )
        return applies

    return register


def all_properties() -> Mapping[str, Property[Any]]:
    """Every property by id, as far as the modules that state them are loaded."""
    return {**STATE, **ASK, **STEP, **QUIET, **RUN}
