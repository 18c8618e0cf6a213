"""A node that is led step by step, as a plan wants it: in the counting model.

The plans (`plans`) are written once, for a `Run`; this one goes through the counting model, the
other (`reference_run`) through the reference model. Every step asks the model's own decisions
whether it may be taken, and how large it is: a plan that hopes for more gets less, no error.

ENIs are told by their position, the primary one first, the others in the order in which they came.
"""

from collections.abc import Sequence
from typing import Final, Protocol

from ipam_model.arithmetic import INTS
from ipam_model.counting import decisions
from ipam_model.counting.decisions import Pool, Targets
from ipam_model.counting.model import CountingModel, Decision
from ipam_model.errors import ModelError

ANY: Final = -1
"""No ENI in particular."""


class Run(Protocol):
    """A node on its way. Numbers of CIDRs are of addresses, or of prefixes in prefix mode."""

    @property
    def targets(self) -> Targets[int, bool]:
        """Limits and settings."""

    @property
    def peak(self) -> int:
        """The most pods there may be."""

    @property
    def enis(self) -> int:
        """ENIs attached."""

    @property
    def pool(self) -> Pool[int]:
        """CIDRs, pods, and CIDRs without pods."""

    def held(self, eni: int) -> int:
        """CIDRs of an ENI."""

    def used(self, eni: int) -> int:
        """Its CIDRs with pods."""

    def pods(self, eni: int) -> int:
        """Its pods."""

    def add(self, pods: int, eni: int = ANY, *, alone: bool = False) -> int:
        """Pods come, if there is room and the peak allows: to an ENI, each alone on its CIDR.

        Returns how many came.
        """

    def delete(self, pods: int, eni: int) -> int:
        """Pods leave an ENI; how many did."""

    def grow(self) -> bool:
        """One step of growth, if the pool is too low and can grow."""

    def release(self, order: Sequence[int]) -> bool:
        """What is over goes, from the ENIs in this order."""

    def settle(self, order: Sequence[int]) -> bool:
        """Pool steps until none is possible; `False`: there is no end."""

    def drains(self) -> None:
        """From now on pods only go, but for some that move."""

    def rest(self) -> None:
        """Time passes, so that addresses given back may be used again; no pool step is taken."""


class CountingRun:
    """The way through the counting model."""

    __slots__ = (
        "_assigned",
        "_cidrs",
        "_free",
        "_hist",
        "at_rest",
        "model",
        "peak",
        "steps",
        "targets",
    )

    def __init__(self, model: CountingModel) -> None:
        """At the model's initial state."""
        self.model = model
        self.targets = model.targets
        self.peak = model.most_pods
        self._hist: list[list[int]] = [list(model.empty_eni)]
        self._cidrs = self._assigned = self._free = 0
        self.steps = 0
        """Steps of the model that were taken."""
        self.at_rest = False
        """The last thing that the plan did was to settle, and it came to an end."""

    @property
    def enis(self) -> int:
        """ENIs attached."""
        return len(self._hist)

    @property
    def pool(self) -> Pool[int]:
        """The sums."""
        return Pool(self._cidrs, self._assigned, self._free)

    @property
    def state(self) -> tuple[tuple[int, ...], ...]:
        """The ENIs as the counting model writes them, in the order in which they came."""
        return tuple(map(tuple, self._hist))

    @property
    def decision(self) -> Decision:
        """What the pool update does now."""
        return self.model.decide(self.pool)

    def held(self, eni: int) -> int:
        """CIDRs of an ENI."""
        return sum(self._hist[eni])

    def used(self, eni: int) -> int:
        """Its CIDRs with pods."""
        return sum(self._hist[eni]) - self._hist[eni][0]

    def pods(self, eni: int) -> int:
        """Its pods."""
        return sum(held * count for held, count in enumerate(self._hist[eni]))

    # -- pods ------------------------------------------------------------------------------------

    def add(self, pods: int, eni: int = ANY, *, alone: bool = False) -> int:
        """Pods come; the fullest CIDRs are filled first, unless each is to be alone."""
        left = min(pods, self.peak - self._assigned)
        came = 0
        for hist in self._hist if eni == ANY else (self._hist[eni],):
            levels = (0,) if alone else range(len(hist) - 2, -1, -1)
            for level in levels:
                while left and hist[level]:
                    # Alone: so many CIDRs get one pod; else one CIDR is filled.
                    into = min(left, hist[0]) if alone else 1
                    each = 1 if alone or level == -1 else min(left, len(hist) - 1 - level)
                    hist[level] -= into
                    hist[level + each] += into
                    self._free -= into if level == 0 else 0
                    gained = into * each
                    left -= gained
                    came += gained
            if not left:
                break
        self._assigned += came
        self.steps += came
        return came

    def delete(self, pods: int, eni: int) -> int:
        """Pods leave, those first that are few on their CIDR."""
        hist = self._hist[eni]
        left = pods
        for level in range(1, len(hist)):
            while left and hist[level]:
                if left >= level:
                    whole = min(hist[level], left // level)
                    hist[level] -= whole
                    hist[0] += whole
                    self._free += whole
                    left -= whole * level
                else:
                    hist[level] -= 1
                    hist[level - left] += 1
                    left = 0
        gone = pods - left
        self._assigned -= gone
        self.steps += gone
        return gone

    def rest(self) -> None:
        """Nothing: this model has no time."""

    def drains(self) -> None:
        """Nothing: this model knows no cordon."""

    # -- the pool --------------------------------------------------------------------------------

    def grow(self) -> bool:
        """The first ENI with room is extended, or a new one comes."""
        decision = self.decision
        if not decision.low:
            return False
        for hist in self._hist:
            size = decisions.extension(INTS, self.targets, decision.wanted, sum(hist))
            if size > 0:
                self._gain(hist, size)
                return True
        size = decision.new_eni
        if size <= 0 or not decisions.room_for_eni(INTS, self.targets, len(self._hist)):
            return False
        self._hist.append(list(self.model.empty_eni))
        self._gain(self._hist[-1], size)
        return True

    def _gain(self, hist: list[int], size: int) -> None:
        hist[0] += size
        self._cidrs += size
        self._free += size
        self.steps += 1

    def release(self, order: Sequence[int]) -> bool:
        """Each ENI asked gives all that is still over (R138)."""
        over = self.decision.released
        if over <= 0:
            return False
        for eni in order:
            gift = min(self._hist[eni][0], over)
            self._hist[eni][0] -= gift
            self._cidrs -= gift
            self._free -= gift
            over -= gift
        if over:
            raise ModelError("a plan releases from too few ENIs")
        self.steps += 1
        return True

    def _free_one(self) -> bool:
        pool = self.pool
        for eni in range(len(self._hist) - 1, 0, -1):
            hist = self._hist[eni]
            pods = self.pods(eni)
            others = Pool(pool.cidrs - sum(hist), pool.assigned - pods, pool.free_cidrs - hist[0])
            if decisions.freed(INTS, self.targets, pool, others, False, pods > 0):
                del self._hist[eni]
                self._cidrs, self._free = others.cidrs, others.free_cidrs
                self.steps += 1
                return True
        return False

    def settle(self, order: Sequence[int]) -> bool:
        """As the daemon would: growth or a release, then an ENI goes."""
        self.at_rest = False
        for _ in range(4 * (self.targets.max_enis + 2)):
            moved = self.grow() or self.release(present(order, self.enis))
            if not (self._free_one() or moved):
                self.at_rest = True
                break
        return self.at_rest


def present(order: Sequence[int], enis: int) -> Sequence[int]:
    """The order, of those ENIs that are there, and all of them."""
    known = [eni for eni in order if eni < enis]
    return (*known, *(eni for eni in range(enis) if eni not in known))
