"""Questions about the worst case of a node, and answers that carry their certificates.

A number is never better than its certificate. Above, a bound needs a theorem or a search that saw
every state; below, a witness that was run. An answer is exact only if both meet, in the model that
was asked about: what the counting model reaches, the reference model, which knows time, need not.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from attrs import field, frozen
from attrs.converters import optional

from ipam_model.counting.exploration import Budget
from ipam_model.errors import InputError
from ipam_model.nodes import NodeSetup, whole
from ipam_model.scenario.document import Scenario

BUDGET: Final = Budget(states=50_000, seconds=1.0)
"""What a search may spend where no closed form decides."""


MILLISECONDS: Final = "ms"
"""The unit of times."""
REPLAY_SECONDS: Final = 30.0
"""What the run of a witness may take in the reference model."""


class Status(Enum):
    """How good a value is."""

    EXACT = "exact"
    """Never more, and reached: the two sides meet."""
    UPPER = "upper"
    """Never more; whether so many are reached is open."""
    LOWER = "lower"
    """Reached; whether there is more is open."""
    NEVER = "never"
    """There is no value: a search saw every state, and none is of the kind asked for."""
    UNKNOWN = "unknown"
    """Neither side has a certificate."""


class Level(Enum):
    """Which model an answer speaks about, and in which its witness was run."""

    COUNTING = "counting"
    """No time, no cooldown, no addresses: every pool step that is possible may happen at once."""
    REFERENCE = "reference"
    """Addresses, time, cooldown and EC2 calls."""


class Basis(Enum):
    """What the upper side rests on."""

    THEOREM = "theorem"
    SEARCH = "search"
    """An exploration: a certificate only if it is exhausted."""
    LIMITS = "limits"
    """Instance limits or subnets allow no more (R3, R4)."""
    DEFINITION = "definition"
    """The quantity can be no other, by what it means."""


@frozen(kw_only=True)
class Proof:
    """Why a value is never passed."""

    basis: Basis
    name: str
    """The theorem as `ipam-model prove` calls it, or what was searched."""
    statement: str = ""
    """What is claimed, in words."""
    modulo: tuple[str, ...] = ()
    """Steps on paper that a theorem rests on; empty: solvers checked all of it."""
    states: int | None = None
    """States that a search saw."""
    depth: int | None = None
    """Most steps to any of them."""
    exhausted: bool | None = None
    """There are no other states; `None`: it is no search."""

    @property
    def verdict(self) -> str:
        """`proved`, `proved, modulo …`, `exhausted`, `ended by its budget`, or `holds`."""
        if self.basis is Basis.SEARCH:
            return "exhausted" if self.exhausted else "ended by its budget"
        if self.basis is not Basis.THEOREM:
            return "holds"
        return f"proved, modulo {'; '.join(self.modulo)}" if self.modulo else "proved"


@frozen(kw_only=True)
class Witness:
    """A run that comes to a value, every step of it checked against its model."""

    value: int
    """What the quantity is in the run's last state, as measured there."""
    level: Level
    """Where the run was replayed."""
    steps: int
    """Steps of the counting model, or events of the scenario."""
    scenario: Scenario | None = None
    """The run in the reference model, choices and waits included."""
    note: str = ""
    """Why it was not replayed in the reference model, if it was not."""


@frozen(kw_only=True)
class Bound:
    """The answer to a question. Counts are of addresses, ENIs, ticks or what `unit` says."""

    quantity: str
    node: NodeSetup
    unit: str
    status: Status
    value: int | None
    """Exact, or the side that is known: the upper one if there is one; `None`: neither is, or
    there is no value."""
    lower: int | None
    """Some run comes to so many."""
    upper: int | None
    """None passes so many."""
    level: Level
    """The model that the answer speaks about."""
    proof: Proof | None = None
    """Of the upper side, or that there is no such state."""
    witness: Witness | None = None
    """Of the lower side."""
    unwitnessed: str = ""
    """Why there is no witness, as far as that is known: its run was ended, or no state is such."""
    assumptions: tuple[str, ...] = ()
    """What was taken for granted, in words."""
    parts: Mapping[str, int] = {}
    """Terms that the value is a sum of, where there are several, e.g. ENIs that faults leak."""

    @property
    def exact(self) -> bool:
        """Both sides are certified and meet."""
        return self.status is Status.EXACT


@frozen(kw_only=True)
class Question:
    """What is asked, of which node, and how well the answer is to be certified."""

    quantity: str
    node: NodeSetup
    pods: int | None = field(default=None, converter=optional(whole))
    """The most pods there ever are at once (peak), 0 or more; `None`: as many as fit."""
    pods_now: int | None = field(default=None, converter=optional(whole))
    """Pods in the state that is asked about, 0 to the peak; `None`: any number of them."""
    cordoned: bool = False
    """The node is cordoned when it is drained (R51)."""
    faults: int = field(default=0, converter=whole)
    """Failed EC2 calls that may leave an ENI behind, 0 or more."""
    level: Level = Level.REFERENCE
    budget: Budget = BUDGET
    replay_seconds: float | None = REPLAY_SECONDS
    """How long the witness may take to run in the reference model; 0: none is run, `None`: any
    time."""
    record: bool = False
    """Write the witness down as a scenario."""

    def __attrs_post_init__(self) -> None:
        if self.pods is not None and self.pods < 0:
            raise InputError(f"the peak of pods is {self.pods}; it must be 0 or more")
        if self.faults < 0:
            raise InputError(f"the number of faults is {self.faults}; it must be 0 or more")
        seconds = self.replay_seconds
        if seconds is not None and not seconds >= 0:  # Not a number is neither.
            raise InputError(f"the seconds of a replay are {seconds:g}; they must be 0 or more")
        now, peak = self.pods_now, self.pods
        if now is not None and (now < 0 or (peak is not None and now > peak)):
            most = "" if peak is None else f" to the peak, {peak}"
            raise InputError(f"pods now are {now}; they must be from 0{most or ' on'}")


def answer(
    question: Question,
    *,
    unit: str,
    proof: Proof | None,
    upper: int | None,
    witness: Witness | None,
    assumptions: tuple[str, ...] = (),
    parts: Mapping[str, int] | None = None,
    unwitnessed: str = "",
) -> Bound:
    """The answer that the certificates allow, and no better one.

    A search that its budget ended proves nothing above; one that saw every state and gives no
    upper side found none of the kind asked for. A witness of the counting model says
    nothing about the reference model, and so is no lower side of an answer about that.

    Raises:
        ValueError: the witness passes what is proved: one of the two is wrong.
    """
    if proof is None or proof.exhausted is False:
        upper = None
    known = witness is not None and (
        witness.level is Level.REFERENCE or question.level is Level.COUNTING
    )
    lower = witness.value if witness is not None and known else None
    if lower is not None and upper is not None and lower > upper:
        raise ValueError(
            f"{question.quantity} of {question.node.name}: a run reaches {lower}, "
            f"above {upper}, which is claimed never to be passed"
        )
    if lower is not None and lower == upper:
        status = Status.EXACT
    elif upper is not None:
        status = Status.UPPER
    elif witness is None and proof is not None and proof.exhausted:
        status = Status.NEVER
    else:
        status = Status.UNKNOWN if lower is None else Status.LOWER
    return Bound(
        quantity=question.quantity,
        node=question.node,
        unit=unit,
        status=status,
        value=lower if upper is None else upper,
        lower=lower,
        upper=upper,
        level=question.level,
        proof=proof,
        witness=witness,
        unwitnessed=unwitnessed if witness is None else "",
        assumptions=assumptions,
        parts=parts or {},
    )
