"""What a refutation means for a node.

The values that a solver finds are a counterexample to one obligation. The state they describe need
not be reachable, and is often larger than it has to be. So only the limits and settings are taken
from them, to be tried after smaller ones, and the counting model is searched for a reachable state
that breaks what the theorem claims; `witness` then brings the reference model there.
All of it happens under the mutant's wrong rules, which both models call.

A theorem about formulas alone claims nothing of states. Its values are shown as they are, together
with what the formulas claim of them.
"""

import re
from enum import Enum
from pathlib import Path
from time import perf_counter
from typing import Final

from attrs import evolve, frozen

from ipam_model.arithmetic import INTS
from ipam_model.counting.model import CountingModel, State, pods_on
from ipam_model.errors import InputError, ModelError
from ipam_model.inspection.counted import counted
from ipam_model.proving.readings import (
    StateClaim,
    broken_by,
    claim_about_states,
    moments,
    not_so,
)
from ipam_model.proving.small_nodes import Values, counting_model, nodes
from ipam_model.proving.witness import NotReached, Witness, environment, witness
from ipam_model.scenario.document import Scenario
from ipam_model.scenario.writing import write_scenario
from ipam_model.theorems.machine import Parameters
from ipam_model.theorems.moments import Mode
from ipam_model.theorems.theorem import Mutant, Obligation, Theorem, applied

STATES: Final = 40_000
"""States of the counting model seen, over all nodes, before a search is given up."""
STATES_OF_ONE: Final = 4_000
"""States seen of one node."""
STATES_FOR_LATER: Final = 2_000
"""States seen after an initial state breaks the claim, for one that breaks it later."""
STATES_IF_IDLE: Final = 2_000
"""States seen where nothing can be found if the theorem is proved."""
WORLDS: Final = 2_000
"""Worlds of the reference model looked at in vain, over all nodes, before a search is given up."""


class Status(Enum):
    """How far a refutation was followed."""

    REPLAYED = "replayed"
    """A scenario of the reference model ends in a state that breaks the claim."""
    COUNTED = "reachable in the counting model only"
    """The counting model comes to such a state; the reference model was not brought there."""
    NOT_REACHED = "not reached within the bound"
    """No such state was found: perhaps only the induction fails."""
    FORMULAS = "about formulas, not states"
    """The obligation speaks of formulas, or of sums of any ENIs; there is no state to look for."""


@frozen(kw_only=True)
class Refutation:
    """A refuted obligation, and what it means for a node."""

    theorem: str
    mutant: str
    """Name of the mutant; empty for the theorem itself."""
    obligation: str
    values: Values
    """The solver's."""
    status: Status
    broken: tuple[str, ...] = ()
    """What is claimed and not so."""
    model: CountingModel | None = None
    """The node on which it is not so."""
    state: State | None = None
    """The counts with which it is not so."""
    scenario: Scenario | None = None
    """Ends with them; if replayed."""
    steps: int = 0
    """Steps of the counting model to that state."""
    states: int = 0
    """States of the counting model seen, over all nodes that were tried."""
    reason: str = ""
    """Why there is no scenario."""
    seconds: float = 0.0

    @property
    def events(self) -> int:
        """Events of the scenario, waits included."""
        return len(self.scenario.events) if self.scenario is not None else 0


def decode(
    theorem: Theorem,
    mutant: Mutant | None,
    obligation: str,
    values: Values,
    *,
    states: int = STATES,
) -> Refutation:
    """Follow a refutation as far as it goes.

    `obligation` is the name of the one that failed, `values` are the solver's; without any, small
    nodes alone are tried. `states` bounds the search.

    Raises:
        ModelError: the theorem has no such obligation, or the replay contradicts the counting
            model.
    """
    began = perf_counter()
    failed = next((each for each in theorem.obligations if each.name == obligation), None)
    if failed is None:
        raise ModelError(f"{theorem.name} has no obligation {obligation!r}")
    plain = Refutation(
        theorem=theorem.name,
        mutant=mutant.name if mutant is not None else "",
        obligation=obligation,
        values=dict(values),
        status=Status.FORMULAS,
    )
    with applied(mutant):
        about_states = claim_about_states(failed)
        if about_states is not None:
            found = _searched(plain, about_states, mutant, states)
        else:
            found = _of_formulas(plain, failed, mutant)
    return evolve(found, seconds=perf_counter() - began)


def _of_formulas(plain: Refutation, failed: Obligation, mutant: Mutant | None) -> Refutation:
    if not plain.values:
        return evolve(plain, reason="no values were given")
    try:
        broken = not_so(failed.text(INTS, **plain.values), mutant)
    except ZeroDivisionError:
        return evolve(plain, reason="the claim divides by 0 there, as no node does")
    if not broken:
        raise ModelError(f"{plain.theorem} is true of {dict(plain.values)}")
    return evolve(plain, broken=broken)


# -- the search ----------------------------------------------------------------------------------


def _searched(
    plain: Refutation, claim: StateClaim, mutant: Mutant | None, states: int
) -> Refutation:
    search = _Search(plain, claim, mutant)
    likely = bool(plain.values.get("prefix_mode"))
    for mode in sorted(claim.modes, key=lambda mode: (mode.block > 1) != likely):
        search.look(mode, states // len(claim.modes))
        if search.replayed is not None:
            return search.replayed
    search.begin()
    if search.replayed is not None:
        return search.replayed
    if search.counted is not None:
        return evolve(search.counted, states=search.seen)
    return search.in_vain()


class _Search:
    """Looks for a state that breaks a claim, node by node."""

    def __init__(self, plain: Refutation, claim: StateClaim, mutant: Mutant | None) -> None:
        self.plain = plain
        self.claim = claim
        self.mutant = mutant
        self.seen = 0
        self.tried = 0
        self.worlds = 0
        self.idle = False
        self.everything = True
        self.seen_then = 0
        self.at_the_beginning: Parameters[int, bool] | None = None
        """The first node whose initial state breaks the claim."""
        self.replayed: Refutation | None = None
        self.counted: Refutation | None = None

    def look(self, mode: Mode, states: int) -> None:
        """Try nodes of a mode until one breaks the claim, or so many states were seen."""
        until = self.seen + states
        for parameters in nodes(mode, self.plain.values, self.mutant):
            model = counting_model(parameters)
            if self.tried == 0 and self._of_the_proof(parameters, model):
                self.idle = True
                until = min(until, STATES_IF_IDLE)
            if self.at_the_beginning is not None:
                until = min(until, self.seen_then + STATES_FOR_LATER)
            if self.seen >= until or self.worlds >= WORLDS:
                self.everything = False
                break
            self.tried += 1
            self._try(parameters, model, min(STATES_OF_ONE, until - self.seen), later=True)
            if self.replayed is not None:
                break

    def _of_the_proof(self, parameters: Parameters[int, bool], model: CountingModel) -> bool:
        """The mutant only leaves out a premise, and one that the claim itself does not have."""
        if self.mutant is None or self.mutant.rules:
            return False
        first = next(moments(parameters, model, model.initial, choices=False))
        return self.mutant.without not in self.claim.text(first).premises

    def begin(self) -> None:
        """Make do with an initial state: no event need happen for it, so it shows little."""
        if self.at_the_beginning is not None:
            model = counting_model(self.at_the_beginning)
            self._try(self.at_the_beginning, model, 1, later=False)

    def _breaks(
        self, parameters: Parameters[int, bool], model: CountingModel, state: State
    ) -> tuple[str, ...]:
        return broken_by(self.claim, parameters, model, state, self.mutant)

    def _try(
        self, parameters: Parameters[int, bool], model: CountingModel, states: int, *, later: bool
    ) -> None:
        """Look among the states of one node, with `later` not at the initial one."""
        first = later and self.at_the_beginning is None
        if first and self._breaks(parameters, model, model.initial):
            self.at_the_beginning, self.seen_then = parameters, self.seen

        def goal(state: State) -> bool:
            passed_over = later and state == model.initial
            return not passed_over and bool(self._breaks(parameters, model, state))

        plain = self.plain
        change = f" with a mutant: {plain.mutant}" if plain.mutant else ""
        sought = witness(
            model,
            goal,
            title=f"{plain.theorem}{change}",
            source=f"refutes {plain.theorem}, {plain.obligation or 'its claim'}",
            states=states,
        )
        self.seen += sought.states
        if isinstance(sought, NotReached):
            self.everything = self.everything and sought.exhaustive
            return
        state = sought.path[-1].after if sought.path else model.initial
        broken = self._breaks(parameters, model, state)
        if not broken:
            raise ModelError(f"{state} was found to break {plain.theorem}, and does not")
        found = evolve(
            plain,
            status=Status.COUNTED,
            broken=broken,
            model=model,
            state=state,
            steps=len(sought.path),
            states=self.seen,
        )
        if isinstance(sought, Witness):
            self.replayed = evolve(found, status=Status.REPLAYED, scenario=sought.scenario)
            return
        self.worlds += sought.worlds
        if self.counted is None:
            self.counted = evolve(found, reason=sought.reason)

    def in_vain(self) -> Refutation:
        """What to say if nothing was found."""
        why = (
            "the premise left out is one of the proof, not of the claim"
            if self.idle
            else "the values may describe a state that is never reached"
        )
        seen = f"all {self.seen:,}" if self.everything else f"{self.seen:,}"
        return evolve(
            self.plain,
            status=Status.NOT_REACHED,
            states=self.seen,
            reason=f"{seen} states of {self.tried:,} small nodes keep the claim: {why}",
        )


# -- files and text ------------------------------------------------------------------------------


def write(refutation: Refutation, folder: Path) -> Path | None:
    """Write the scenario into a folder, which is made if need be; `None` if there is none.

    It is named after theorem, obligation and mutant.

    Raises:
        InputError: the folder or the file cannot be written.
    """
    if refutation.scenario is None:
        return None
    words = (refutation.theorem, refutation.obligation, refutation.mutant)
    names = [re.sub(r"\W+", "-", each).strip("-") for each in words]
    file = folder / f"{'.'.join(name for name in names if name)}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(write_scenario(refutation.scenario), encoding="utf-8")
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}") from None
    return file


def told(refutation: Refutation) -> str:
    """A refutation in a few lines of text."""
    found = refutation
    where = f", {found.obligation}" if found.obligation else ""
    change = f" with a mutant ({found.mutant})" if found.mutant else ""
    lines = [f"{found.theorem}{where}{change}: {found.status.value}"]
    if found.broken:
        lines.append(f"  not so: {'; '.join(found.broken)}")
    if found.model is not None:
        lines.append(f"  node: {_node_text(found.model)}")
    if found.state is not None:
        lines.append(f"  after {counted(found.steps, 'step')}: {_state_text(found.state)}")
    if found.scenario is not None:
        lines.append(f"  scenario: {counted(found.events, 'event')}")
    if found.status is Status.FORMULAS and found.values:
        shown = ", ".join(f"{name} = {value}" for name, value in found.values.items())
        lines.append(f"  with {shown}")
    if found.reason:
        lines.append(f"  {found.reason}")
    return "\n".join(lines)


def _node_text(model: CountingModel) -> str:
    targets = model.targets
    kind = f"prefixes of {targets.block}" if targets.prefix_mode else "addresses"
    env = " ".join(
        f"{name}={value}"
        for name, value in environment(model).items()
        if name not in ("ENABLE_IPv4", "ENABLE_PREFIX_DELEGATION")
    )
    cap = "" if model.max_pods is None else f", max pods {model.max_pods}"
    size = f"ENIs × {kind}: {targets.max_enis} × {targets.slots}"
    return f"{size}, {env}, at most {model.pods} pods{cap}"


def _state_text(state: State) -> str:
    enis = [each for each in state if each is not None]
    return ", ".join(
        f"{counted(sum(each), 'CIDR')} and {counted(pods_on(each), 'pod')}" for each in enis
    )
