"""What a refutation means for a node.

The values that a solver finds are a counterexample to one obligation. The state they describe need
not be reachable, and is often larger than it has to be. So only the limits and settings are taken
from them, as the first to be tried after smaller ones, and the counting model is searched for a
reachable state that breaks what the theorem claims; `witness` then brings the reference model there.
All of it happens under the mutant's wrong rules, which both models call.

A theorem about formulas alone claims nothing of states. Its values are shown as they are, together
with what the formulas claim of them.
"""

from collections.abc import Iterator, Mapping
from enum import Enum
from itertools import product
from time import perf_counter
from typing import Final

from attrs import evolve, frozen

from ipam_model.arithmetic import INTS
from ipam_model.counting.decisions import Pool, Targets
from ipam_model.counting.model import CountingModel, State, pods_on
from ipam_model.errors import ModelError
from ipam_model.proving.readings import readable
from ipam_model.proving.witness import NotReached, Witness, environment, witness
from ipam_model.scenario.document import Scenario
from ipam_model.theorems.induction import Claimed, Mode, MomentObligation, sane
from ipam_model.theorems.machine import Choices, Eni, Moment, Node, Parameters
from ipam_model.theorems.theorem import Claim, Mutant, Obligation, Theorem, applied

Values = Mapping[str, int | bool]

STATES: Final = 30_000
"""States of the counting model seen, over all nodes, before a search is given up."""
STATES_OF_ONE: Final = 4_000
"""States seen of one node."""
STATES_IF_IDLE: Final = 5_000
"""States seen where nothing can be found if the theorem is proved."""
NOT_FOLLOWED: Final = 8
"""Nodes on which only the counting model breaks the claim, before the search is given up."""
LARGEST: Final = 14
"""Sum of a small node's limits and settings, where each begins at its smallest value."""


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
class Broken:
    """A claim that a state breaks."""

    conclusions: tuple[str, ...]
    """What is not so, by its description."""
    moment: Moment[int, bool]
    """The node, one of its ENIs and the next step's choices."""


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
        read = _read(failed)
        if read is not None:
            found = _searched(plain, *read, mutant, states)
        else:
            found = _of_formulas(plain, failed, mutant)
    return evolve(found, seconds=perf_counter() - began)


def _read(failed: Obligation) -> tuple[tuple[Mode, ...], Claimed] | None:
    """The claim about states, and the modes of whose states; `None` if there is none."""
    if not isinstance(failed, MomentObligation):
        return readable(failed)
    return None if failed.claimed is None else ((failed.mode,), failed.claimed)


def _of_formulas(plain: Refutation, failed: Obligation, mutant: Mutant | None) -> Refutation:
    if not plain.values:
        return evolve(plain, reason="no values were given")
    claim = failed.text(INTS, **plain.values)
    broken = _not_so(claim, mutant)
    if not broken:
        raise ModelError(f"{plain.theorem} is true of {dict(plain.values)}")
    return evolve(plain, broken=broken)


# -- the claim, read on the counting model -------------------------------------------------------


def _not_so(claim: Claim[bool], mutant: Mutant | None) -> tuple[str, ...]:
    """The conclusions that fail although the premises hold."""
    left_out = mutant.without if mutant is not None else ""
    if all(holds for name, holds in claim.premises.items() if name != left_out):
        return tuple(name for name, holds in claim.conclusions.items() if not holds)
    return ()


def moments(
    parameters: Parameters[int, bool], model: CountingModel, state: State, *, choices: bool
) -> Iterator[Moment[int, bool]]:
    """A state of the counting model as the theorems see it: with each of its ENIs.

    With `choices` also with everything that the next step may leave open.
    """
    enis = [each for each in state if each is not None]
    node = Node(enis=len(enis), pool=model.pool(state))
    for position, histogram in enumerate(enis):
        if position > 1 and histogram == enis[position - 1]:
            continue
        pool = Pool(sum(histogram), pods_on(histogram), histogram[0])
        shares = range(pool.free_cidrs + 1) if choices else range(1)
        for share, whole in product(shares, (False, True) if choices else (False,)):
            yield Moment(
                parameters=parameters,
                node=node,
                eni=Eni(pool=pool),
                choices=Choices(primary=position == 0, share=share, whole=whole),
            )


def breaks(
    claimed: Claimed,
    parameters: Parameters[int, bool],
    model: CountingModel,
    state: State,
    mutant: Mutant | None = None,
) -> Broken | None:
    """What of the claim a state of the counting model breaks; `None`: nothing."""
    for moment in moments(parameters, model, state, choices=claimed.choices):
        conclusions = _not_so(claimed.text(INTS, moment), mutant)
        if conclusions:
            return Broken(conclusions=conclusions, moment=moment)
    return None


# -- nodes ---------------------------------------------------------------------------------------


def nodes(mode: Mode, values: Values, mutant: Mutant | None) -> Iterator[Parameters[int, bool]]:
    """Nodes of a mode, the smallest first: with the settings the solver sets, then with any.

    The solver's own node comes between the two.
    """
    own = _parameters(mode, values) if set(_LEAST) <= set(values) else None
    zero = {name for name, value in values.items() if value == 0}
    for idle in (zero, frozenset[str]()) if zero else (zero,):
        for found in _small(mode):
            fits = all(found[name] == 0 for name in idle if name in OPTIONAL)
            new = idle or not zero or any(found[name] for name in zero if name in OPTIONAL)
            parameters = _parameters(mode, found)
            if fits and new and _assumed(mode, parameters, mutant):
                yield parameters
        if own is not None and idle is zero and _assumed(mode, own, mutant):
            yield own


OPTIONAL: Final = ("warm", "minimum", "warm_eni", "warm_prefix")
"""Settings that may be 0."""
_LEAST: Final[Mapping[str, int]] = {
    "max_enis": 1,
    "slots": 1,
    "peak": 0,
    "warm": 0,
    "minimum": 0,
    "warm_eni": 0,
    "warm_prefix": 0,
    "max_pods": 0,
}
_MOST: Final[Mapping[str, int]] = {
    "max_enis": 3,
    "slots": 4,
    "peak": 4,
    "warm": 3,
    "minimum": 4,
    "warm_eni": 2,
    "warm_prefix": 2,
    "max_pods": 6,
}


def _small(mode: Mode) -> Iterator[dict[str, int | bool]]:
    """Limits and settings by growing sums."""
    names = [name for name in _LEAST if mode.capped or name != "max_pods"]
    unit = mode.block
    ranges = [
        range(_LEAST[name], _MOST[name] + 1)
        if unit == 1 or name in ("max_enis", "slots", "warm_eni", "warm_prefix")
        # Thresholds lie where another prefix is begun.
        else sorted({0, 1, 2, unit - 1, unit, unit + 1, 2 * unit, 2 * unit + 1})
        for name in names
    ]
    ordered = sorted(
        product(*(enumerate(each) for each in ranges)),
        key=lambda chosen: sum(rank for rank, _ in chosen),
    )
    for chosen in ordered:
        if sum(rank for rank, _ in chosen) > LARGEST:
            return
        found: dict[str, int | bool] = {
            name: value for name, (_, value) in zip(names, chosen, strict=True)
        }
        for prefix_mode in (False, True):
            yield {**found, "prefix_mode": prefix_mode}


def _parameters(mode: Mode, values: Values) -> Parameters[int, bool]:
    return Parameters(
        targets=Targets(
            prefix_mode=bool(values["prefix_mode"]),
            warm_ip=values["warm"],
            minimum=values["minimum"],
            warm_eni=values["warm_eni"],
            warm_prefix=values["warm_prefix"],
            max_enis=values["max_enis"],
            slots=values["slots"],
            block=mode.block,
        ),
        peak=values["peak"],
        max_pods=values["max_pods"] if mode.capped else None,
    )


def _assumed(mode: Mode, parameters: Parameters[int, bool], mutant: Mutant | None) -> bool:
    """Whether the theorems of the mode speak about the node, and the counting model knows it."""
    targets = parameters.targets
    if targets.prefix_mode != (mode.block > 1):
        return False
    premises = {
        **mode.holds(INTS, parameters),
        **sane(INTS, parameters, capped=mode.capped),
    }
    left_out = mutant.without if mutant is not None else ""
    return all(holds for name, holds in premises.items() if name != left_out)


def counting_model(parameters: Parameters[int, bool]) -> CountingModel:
    """The counting model of a theorem's limits and settings."""
    return CountingModel(
        targets=parameters.targets, pods=parameters.peak, max_pods=parameters.max_pods
    )


# -- the search ----------------------------------------------------------------------------------


def _searched(
    plain: Refutation,
    modes: tuple[Mode, ...],
    claimed: Claimed,
    mutant: Mutant | None,
    states: int,
) -> Refutation:
    search = _Search(plain, claimed, mutant)
    likely = bool(plain.values.get("prefix_mode"))
    for mode in sorted(modes, key=lambda mode: (mode.block > 1) != likely):
        search.look(mode, states // len(modes))
        if search.replayed is not None:
            return search.replayed
    if search.counted is not None:
        return evolve(search.counted, states=search.seen)
    return search.in_vain()


class _Search:
    """Looks for a state that breaks a claim, node by node."""

    def __init__(self, plain: Refutation, claimed: Claimed, mutant: Mutant | None) -> None:
        self.plain = plain
        self.claimed = claimed
        self.mutant = mutant
        self.seen = 0
        self.tried = 0
        self.not_followed = 0
        self.idle = False
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
            if self.seen >= until or self.not_followed >= NOT_FOLLOWED:
                break
            self.tried += 1
            self._try(parameters, model, min(STATES_OF_ONE, until - self.seen))
            if self.replayed is not None:
                break

    def _of_the_proof(self, parameters: Parameters[int, bool], model: CountingModel) -> bool:
        """The mutant only leaves out a premise, and one that the claim itself does not have."""
        if self.mutant is None or self.mutant.rules:
            return False
        first = next(moments(parameters, model, model.initial, choices=False))
        return self.mutant.without not in self.claimed.text(INTS, first).premises

    def _try(self, parameters: Parameters[int, bool], model: CountingModel, states: int) -> None:
        def goal(state: State) -> bool:
            return breaks(self.claimed, parameters, model, state, self.mutant) is not None

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
            return
        state = sought.path[-1].after if sought.path else model.initial
        broken = breaks(self.claimed, parameters, model, state, self.mutant)
        if broken is None:
            raise ModelError(f"{state} was found to break {plain.theorem}, and does not")
        found = evolve(
            plain,
            status=Status.COUNTED,
            broken=broken.conclusions,
            model=model,
            state=state,
            steps=len(sought.path),
            states=self.seen,
        )
        if isinstance(sought, Witness):
            self.replayed = evolve(found, status=Status.REPLAYED, scenario=sought.scenario)
            return
        self.not_followed += 1
        if self.counted is None:
            self.counted = evolve(found, reason=sought.reason)

    def in_vain(self) -> Refutation:
        """What to say if nothing was found."""
        why = (
            "the premise left out is one of the proof, not of the claim"
            if self.idle
            else "the values may describe a state that is never reached"
        )
        return evolve(
            self.plain,
            status=Status.NOT_REACHED,
            states=self.seen,
            reason=f"{self.seen:,} states of {self.tried:,} small nodes keep the claim: {why}",
        )


# -- text ----------------------------------------------------------------------------------------


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
        lines.append(f"  after {found.steps} steps: {_state_text(found.state)}")
    if found.scenario is not None:
        lines.append(f"  scenario: {found.events} events")
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
    size = f"{targets.max_enis} ENIs with {targets.slots} {kind} each"
    return f"{size}, {env}, at most {model.pods} pods{cap}"


def _state_text(state: State) -> str:
    enis = [each for each in state if each is not None]
    return ", ".join(f"{sum(each)} CIDRs and {pods_on(each)} pods" for each in enis)
