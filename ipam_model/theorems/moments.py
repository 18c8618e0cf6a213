"""A moment of a node as the unknowns of an obligation describe it, and what is claimed of it."""

from collections.abc import Mapping
from typing import Any, Protocol

from attrs import frozen

from ipam_model.arithmetic import B, I, Logic
from ipam_model.counting.decisions import Pool, Targets
from ipam_model.theorems.machine import UNKNOWNS, Choices, Eni, Moment, Node, Parameters
from ipam_model.theorems.theorem import Claim, Obligation


class OfParameters(Protocol):
    """What is assumed of limits and settings."""

    def __call__(self, k: Logic[I, B], parameters: Parameters[I, B], /) -> dict[str, B]:
        """The premises, by a short description."""


@frozen(kw_only=True)
class Mode:
    """A part of the settings for which theorems are stated, and how its CIDRs are counted."""

    name: str
    holds: OfParameters
    block: int
    """Addresses per CIDR."""
    capped: bool = False
    """Max pods limit growth (R79)."""


def anything(k: Logic[I, B], parameters: Parameters[I, B]) -> dict[str, B]:
    """No premise: a mode of all settings."""
    del k, parameters
    return {}


def sane(k: Logic[I, B], parameters: Parameters[I, B], *, capped: bool) -> dict[str, B]:
    """The ranges of limits and settings."""
    targets = parameters.targets
    at_least = {
        "an ENI may be attached": k.ge(targets.max_enis, 1),
        "an ENI has a slot": k.ge(targets.slots, 1),
        "WARM_IP_TARGET >= 0": k.ge(targets.warm_ip, 0),
        "MINIMUM_IP_TARGET >= 0": k.ge(targets.minimum, 0),
        "WARM_ENI_TARGET >= 0": k.ge(targets.warm_eni, 0),
        "WARM_PREFIX_TARGET >= 0": k.ge(targets.warm_prefix, 0),
        "the peak is a number of pods": k.ge(parameters.peak, 0),
    }
    if capped and parameters.max_pods is not None:
        at_least["max pods >= 0"] = k.ge(parameters.max_pods, 0)
    return at_least


def true(k: Logic[I, B], like: B) -> B:
    """What is always so."""
    return k.any(like, k.no(like))


def false(k: Logic[I, B], like: B) -> B:
    """What never is."""
    return k.all(like, k.no(like))


def read(k: Logic[I, B], mode: Mode, values: Mapping[str, Any]) -> Moment[I, B]:
    """The moment that the unknowns of an obligation describe."""
    del k
    pool: Pool[I] = Pool(values["cidrs"], values["assigned"], values["free_cidrs"])
    own: Pool[I] = Pool(values["eni_cidrs"], values["eni_assigned"], values["eni_free_cidrs"])
    targets: Targets[I, B] = Targets(
        prefix_mode=values["prefix_mode"],
        warm_ip=values["warm"],
        minimum=values["minimum"],
        warm_eni=values["warm_eni"],
        warm_prefix=values["warm_prefix"],
        max_enis=values["max_enis"],
        slots=values["slots"],
        block=mode.block,
    )
    return Moment(
        parameters=Parameters(
            targets=targets,
            peak=values["peak"],
            max_pods=values["max_pods"] if mode.capped else None,
        ),
        node=Node(enis=values["enis"], pool=pool),
        eni=Eni(pool=own),
        choices=Choices(primary=values["primary"], share=values["share"], whole=values["whole"]),
    )


class MomentText(Protocol):
    """A claim about a moment."""

    def __call__(self, k: Logic[I, B], now: Moment[I, B], /) -> Claim[B]:
        """The claim."""


@frozen(kw_only=True)
class Claimed:
    """What a theorem claims of every state that is reached, without what it is proved from."""

    text: MomentText
    choices: bool
    """It also speaks about what the next step leaves open."""


@frozen(kw_only=True)
class MomentObligation(Obligation):
    """An obligation about a moment."""

    mode: Mode
    claimed: Claimed | None = None
    """`None`: it is about sums of any ENIs, reached or not."""


def obligation(
    name: str, mode: Mode, text: MomentText, *, claimed: Claimed | None = None
) -> Obligation:
    """An obligation about a moment, and what it claims of the states that are reached.

    In a mode with a name that is the same, unless told otherwise; without one nothing.
    """

    def written(k: Logic[I, B], /, *values: Any, **named: Any) -> Claim[B]:  # noqa: ANN401 - as Text
        del values
        return text(k, read(k, mode, named))

    if claimed is None and mode.name:
        claimed = Claimed(text=text, choices=True)
    return MomentObligation(
        name=name, text=written, operands=UNKNOWNS, logic="QF_NIA", mode=mode, claimed=claimed
    )
