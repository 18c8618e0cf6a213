"""What every state of a small node says of each quantity: the oracle of the bounds.

It shares nothing with `ipam_model.bounds`: the states are those of the counting model, one step
after the other, and the quantities are reckoned here anew.
"""

from collections import defaultdict

from attrs import define, field

from ipam_model.counting.model import POD_EVENTS, CountingModel, State


@define
class Truth:
    """The most of everything."""

    reserved: int = 0
    owned: int = 0
    enis: int = 0
    overshoot: int = 0
    shortfall: int = 0
    """At rest."""
    at_rest: dict[int, int] = field(factory=lambda: defaultdict(int))
    """Reserved at rest, by pods."""
    idle: dict[int, int] = field(factory=lambda: defaultdict(int))
    """At rest, by pods."""
    states: int = 0


def truth(model: CountingModel, max_pods: int) -> Truth:
    """Look at every state that can be reached."""
    found = Truth()
    seen = {model.initial}
    pending = [model.initial]
    while pending:
        state = pending.pop()
        quiet = True
        for step in model.transitions(state):
            quiet = quiet and step.kind in POD_EVENTS
            if step.after not in seen:
                seen.add(step.after)
                pending.append(step.after)
        _look(found, model, state, max_pods, quiet=quiet)
    found.states = len(seen)
    return found


def _look(found: Truth, model: CountingModel, state: State, max_pods: int, *, quiet: bool) -> None:
    block = model.targets.block
    enis = [eni for eni in state if eni is not None]
    owned = sum(sum(eni) for eni in enis) * block
    pods = sum(held * count for eni in enis for held, count in enumerate(eni))
    reserved = owned + len(enis)
    found.reserved = max(found.reserved, reserved)
    found.owned = max(found.owned, owned)
    found.enis = max(found.enis, len(enis))
    found.overshoot = max(found.overshoot, owned - max_pods)
    if quiet:
        found.at_rest[pods] = max(found.at_rest[pods], reserved)
        found.idle[pods] = max(found.idle[pods], owned - pods)
        found.shortfall = max(found.shortfall, _missing(model, owned, pods))


def _missing(model: CountingModel, owned: int, pods: int) -> int:
    targets = model.targets
    if targets.warm_ip or targets.minimum:
        warm = max(targets.warm_ip - (owned - pods), 0) if targets.warm_ip else 0
        return max(warm, targets.minimum - owned)
    unit = targets.block if targets.prefix_mode else targets.slots
    target = targets.warm_prefix if targets.prefix_mode else targets.warm_eni
    return max(target * unit - (owned - pods), 0)
