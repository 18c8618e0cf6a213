"""A burst of pods on a node at rest: how long it waits at most, and how many wait for ever.

While pods wait, every address is taken. So of the node at rest only the CIDRs per ENI matter, and
of the daemon only how many CIDRs a step wants (`growth_steps`). What a node at rest may look like
follows from what must not be enabled there: no growth, no release, no deletion of an ENI.

All formulas are in CIDRs: addresses, or prefixes of `block` addresses in prefix mode.
"""

from collections.abc import Callable, Iterator
from typing import Final

from attrs import frozen

from ipam_model.arithmetic import INTS
from ipam_model.bounds.growth_steps import Ground, Growth, most_steps
from ipam_model.counting.decisions import Targets, warm_ip_governs
from ipam_model.inspection.counted import counted

Counts = Targets[int, bool]


@frozen(kw_only=True)
class Burst:
    """Pods that come at once to a node at rest."""

    targets: Counts
    max_pods: int | None
    """Growth stops once as many addresses are owned (R79); `None`: it never does."""
    peak: int
    """The most pods that had an address at once before; `pods` or more."""
    pods: int
    """Pods with an address when the burst comes."""
    coming: int
    """Pods that come."""
    kept: int = 0
    """ENIs whose addresses no pod gets."""
    elsewhere: int = 0
    """Pods that other cards can hold, of which nothing else here speaks."""

    @property
    def capacity(self) -> int:
        """Pods the node can hold."""
        targets = self.targets
        return (targets.max_enis - self.kept) * targets.slots * targets.block + self.elsewhere

    @property
    def wanted(self) -> int:
        """Pods that could all have an address on this node, once the burst has come."""
        return min(self.pods + self.coming, self.capacity)


@frozen(kw_only=True)
class AtRest:
    """What a node may look like at rest: an interval for the CIDRs, and how they may lie."""

    least_cidrs: int
    most_cidrs: int
    whole_enis: bool
    """Every ENI is full."""
    packed: bool
    """All ENIs but one are full, and there is none too many."""
    most_enis: int
    bare: bool
    """ENIs besides the primary one may be without CIDRs, if not packed."""

    def grounds(self, targets: Counts, step: int) -> Iterator[Ground]:
        """All of them."""
        slots = targets.slots
        for cidrs in range(self.least_cidrs, self.most_cidrs + 1, slots if self.whole_enis else 1):
            fewest = max(INTS.ceil_div(cidrs, slots), 1)
            for enis in range(fewest, (fewest if self.packed else self.most_enis) + 1):
                yield Ground(
                    enis=enis,
                    most_enis=targets.max_enis,
                    slots=slots,
                    cidrs=cidrs,
                    least=slots if self.packed else int(not self.bare),
                    step=step,
                )


def cidrs_wanted(targets: Counts, pods: int) -> int:
    """CIDRs that a pool which grew one pod at a time heads for (G1-G5), limits and max pods aside.

    Where WARM_ENI_TARGET or WARM_PREFIX_TARGET is 0, one CIDR at least is available (R82).
    """
    block, slots = targets.block, targets.slots
    if warm_ip_governs(INTS, targets):
        least = INTS.ceil_div(targets.minimum, block)
        if targets.warm_ip == 0:
            return least  # Nothing more is ever missing (R110).
        return max(INTS.ceil_div(pods + targets.warm_ip, block), least)
    if targets.prefix_mode:
        return max(INTS.ceil_div(pods, block) + targets.warm_prefix, pods // block + 1)
    return slots * max(INTS.ceil_div(pods, slots) + targets.warm_eni, pods // slots + 1)


def at_rest(burst: Burst) -> AtRest | None:
    """How the node may rest with the pods that are there; `None`: it does not rest, it flaps."""
    targets, pods = burst.targets, burst.pods
    limit = targets.max_enis * targets.slots
    governs = warm_ip_governs(INTS, targets)
    whole = not targets.prefix_mode and not governs
    if targets.prefix_mode and not governs and targets.warm_prefix == 0 and pods == 0:
        return None  # A prefix is released, is missed, and comes again (R81).
    least = min(cidrs_wanted(targets, pods), limit)
    at_peak = min(most_cidrs(burst), limit)
    enis = max(INTS.ceil_div(at_peak, targets.slots), 1)
    most = least
    if targets.prefix_mode:
        # A prefix that carries a pod stays.
        spare = 0 if governs else targets.warm_prefix
        most = max(least, min(pods + spare, at_peak))
    elif not governs:
        most = at_peak
    stop = growth_stops(burst)
    if stop is not None:
        least = min(least, stop)
    return AtRest(
        least_cidrs=least,
        most_cidrs=most,
        whole_enis=whole,
        packed=whole or nothing_given_back(burst),
        most_enis=enis,
        bare=targets.prefix_mode,
    )


def restless(burst: Burst, pods: int) -> bool:
    """A node of which so many pods have all addresses never rests (R82, #1775).

    Nothing is available, and no warm target is there to keep what comes. Not where nothing can
    come, or the primary ENI has all its addresses left.
    """
    targets = burst.targets
    if warm_ip_governs(INTS, targets):
        return False
    if (targets.warm_prefix if targets.prefix_mode else targets.warm_eni) > 0:
        return False
    per = targets.block if targets.prefix_mode else targets.slots
    most = targets.max_enis * targets.slots * targets.block
    if burst.max_pods is not None:
        most = min(most, burst.max_pods)
    least = 0 if targets.prefix_mode else 1
    return pods % per == 0 and least <= pods < most


def why_restless(targets: Counts, pods: int) -> str:
    """What goes on for ever at such a node."""
    what, name = "an ENI", "WARM_ENI_TARGET"
    if targets.prefix_mode:
        what, name = "a prefix", "WARM_PREFIX_TARGET"
    return (
        f"with {name}=0 and {counted(pods, 'pod')} nothing is available, {what} comes, stays "
        "without pods and goes, again and again (R82, #1775)"
    )


def flapping(burst: Burst) -> int | None:
    """With how many pods, those of now or one less, the node never rests; `None`: with neither."""
    return next((n for n in (burst.pods, burst.pods - 1) if restless(burst, n)), None)


def flapping_after(burst: Burst) -> int | None:
    """With how many pods the node may never rest again once the burst has come; `None`: it rests.

    It does not rest before, either; or growth, one ENI or prefix at a time, may end where the pods
    have all that is there. It may not where more is there from the beginning.
    """
    rest = at_rest(burst)
    if rest is None:
        return burst.pods
    full = rest.least_cidrs * burst.targets.block <= burst.wanted
    return burst.wanted if full and restless(burst, burst.wanted) else None


def most_cidrs(burst: Burst) -> int:
    """CIDRs that are never passed before the burst, limits and max pods aside.

    Growth stops at what is wanted with as many pods as there ever are. In prefix mode without a
    warm IP target a step leaves WARM_PREFIX_TARGET prefixes without pods, 1 if that is 0.
    """
    targets = burst.targets
    if targets.prefix_mode and not warm_ip_governs(INTS, targets):
        return burst.peak + max(targets.warm_prefix, 1)
    return cidrs_wanted(targets, burst.peak)


def nothing_given_back(burst: Burst) -> bool:
    """No CIDR was ever released before the burst, nor an ENI that had some.

    There were no pods, or with as many as there ever were the node wants no more than without.
    """
    if burst.peak == 0:
        return True
    targets = burst.targets
    limit = targets.max_enis * targets.slots
    idle, busy = (min(cidrs_wanted(targets, pods), limit) for pods in (0, burst.peak))
    return warm_ip_governs(INTS, targets) and idle == busy


def growth_stops(burst: Burst) -> int | None:
    """The fewest CIDRs at which max pods stop growth (R79); `None`: they never do.

    From nothing each step fills its ENI or meets the target, so by then either whole ENIs are there
    or what the node wants without pods; and this is neither released nor deleted again.
    """
    if burst.max_pods is None:
        return None
    targets = burst.targets
    enough = INTS.ceil_div(burst.max_pods, targets.block)
    whole = INTS.ceil_div(enough, targets.slots) * targets.slots
    governs = warm_ip_governs(INTS, targets)
    idle = whole
    if governs:
        idle = cidrs_wanted(targets, 0)
    elif targets.prefix_mode:
        idle = targets.warm_prefix
    return min(max(enough, min(idle, whole)), targets.max_enis * targets.slots)


def bare_enis(burst: Burst) -> int:
    """ENIs besides the primary one that may be there without CIDRs at rest: never more.

    In prefix mode R136 keeps them while fewer than WARM_PREFIX_TARGET prefixes are without pods
    (item 7), or fewer addresses available than whole prefixes for WARM_IP_TARGET have (item 5).
    Growth may end that, and then they go.
    """
    rest, targets = at_rest(burst), burst.targets
    if rest is None or rest.packed or not targets.prefix_mode:
        return 0
    least, prefixes = rest.least_cidrs, targets.warm_prefix
    governs = warm_ip_governs(INTS, targets)
    if governs and least < cidrs_wanted(targets, 0):
        return rest.most_enis - 1  # Max pods stopped growth before.
    without_pods = burst.pods == 0 and least >= prefixes
    if without_pods or prefixes == targets.warm_ip == 0:
        return 0
    return rest.most_enis - 1


def step_size(targets: Counts) -> int:
    """CIDRs that a step of growth wants while pods wait at a node that was at rest before.

    MINIMUM_IP_TARGET is met, or all there is room for is there; so nothing is missing but the
    WARM_IP_TARGET addresses that should be available. 0: the pool does not grow (R110).
    """
    if warm_ip_governs(INTS, targets):
        return INTS.ceil_div(targets.warm_ip, targets.block)
    return max(targets.warm_prefix, 1) if targets.prefix_mode else targets.slots


def most_waiting(burst: Burst) -> int:
    """Pods that never get an address although the node could hold them: never more."""
    targets = burst.targets
    served = burst.capacity
    stop = growth_stops(burst)
    if stop is not None:
        served = min(served, stop * targets.block)
    if step_size(targets) == 0:
        enough = cidrs_wanted(targets, burst.pods)
        enough = enough if stop is None else min(enough, stop)
        served = min(served, enough * targets.block)
    return max(burst.wanted - served, 0)


NOTHING: Final = Growth(0, 0, ())


def longest(burst: Burst, cidrs: int, cost: Callable[[Growth], int]) -> Growth | None:
    """The growth that costs most until `cidrs` are owned, from any state of rest.

    `None`: the node does not rest, or it stops growing before.
    """
    rest, step = at_rest(burst), step_size(burst.targets)
    if rest is None:
        return None
    if cidrs <= rest.least_cidrs:
        return NOTHING
    if step == 0:
        return None
    found = [
        most_steps(ground, cidrs - ground.cidrs) for ground in rest.grounds(burst.targets, step)
    ]
    return max((each for each in found if each is not None), key=cost, default=None)
