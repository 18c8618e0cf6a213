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
from ipam_model.counting.model import CountingModel
from ipam_model.errors import ModelError

ANY: Final = -1
"""No ENI in particular."""

Way = Sequence[int]
"""How a node was filled, step by step: so many pods came, or, below 0, so many CIDRs."""


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
        """Pods leave an ENI, those first that are few on their CIDR; how many did."""

    def thin_out(self, pods: int, eni: int) -> int:
        """Pods leave CIDRs of an ENI that have more than one; how many did."""

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
        "_full",
        "_held",
        "_hist",
        "_pods",
        "_way",
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
        self._held = [0]
        self._pods = [0]
        self._cidrs = self._assigned = self._free = 0
        self._full = 0
        """So many ENIs, the first ones, have no room for a CIDR or a pod, until a pod goes."""
        self._way: list[int] | None = []
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
    def way(self) -> Way | None:
        """How it came here; `None` if it did more than to grow and to take pods on any ENI."""
        return None if self._way is None else tuple(self._way)

    def held(self, eni: int) -> int:
        """CIDRs of an ENI."""
        return self._held[eni]

    def used(self, eni: int) -> int:
        """Its CIDRs with pods."""
        return self._held[eni] - self._hist[eni][0]

    def pods(self, eni: int) -> int:
        """Its pods."""
        return self._pods[eni]

    # -- pods ------------------------------------------------------------------------------------

    def add(self, pods: int, eni: int = ANY, *, alone: bool = False) -> int:
        """Pods come; the fullest CIDRs are filled first, unless each is to be alone."""
        left = wanted = min(pods, self.peak - self._assigned)
        block = self.targets.block
        for each in range(self._full, len(self._hist)) if eni == ANY else (eni,):
            room = self._held[each] * block - self._pods[each]
            if room > 0 and left > 0:
                came = self._alone(each, left) if alone else self._packed(each, min(left, room))
                self._pods[each] += came
                left -= came
            if each == self._full and self._pods[each] == self.targets.slots * block:
                self._full += 1
        gained = wanted - left
        self._assigned += gained
        self.steps += gained
        if eni != ANY or alone:
            self._way = None
        elif gained and self._way is not None:
            self._way.append(gained)
        return gained

    def _alone(self, eni: int, pods: int) -> int:
        hist = self._hist[eni]
        into = min(pods, hist[0])
        hist[0] -= into
        hist[1] += into
        self._free -= into
        return into

    def _packed(self, eni: int, pods: int) -> int:
        hist, left = self._hist[eni], pods
        full = len(hist) - 1
        for level in range(full - 1, -1, -1):
            while left and hist[level]:
                each = min(left, full - level)
                into = min(hist[level], left // each)
                hist[level] -= into
                hist[level + each] += into
                self._free -= into if level == 0 else 0
                left -= into * each
        return pods

    def delete(self, pods: int, eni: int) -> int:
        """Pods leave, those first that are few on their CIDR."""
        hist = self._hist[eni]
        self._full = 0
        left = wanted = min(pods, self._pods[eni])
        for level in range(1, len(hist)):
            while left and hist[level]:
                each = min(left, level)
                out = min(hist[level], left // each)
                hist[level] -= out
                hist[level - each] += out
                self._free += out if each == level else 0
                left -= out * each
        self._pods[eni] -= wanted
        self._assigned -= wanted
        self.steps += wanted
        self._way = None
        return wanted

    def thin_out(self, pods: int, eni: int) -> int:
        """One pod at least stays on each CIDR."""
        hist, left = self._hist[eni], pods
        self._full = 0
        for level in range(len(hist) - 1, 1, -1):
            while left and hist[level]:
                out = min(left, level - 1)
                hist[level] -= 1
                hist[level - out] += 1
                left -= out
        gone = pods - left
        self._pods[eni] -= gone
        self._assigned -= gone
        self.steps += gone
        self._way = None
        return gone

    def rest(self) -> None:
        """Time is not in this model."""
        self._way = None

    def drains(self) -> None:
        """A cordon is not in this model."""
        self._way = None

    # -- the pool --------------------------------------------------------------------------------

    def grow(self) -> bool:
        """The first ENI with room is extended, or a new one comes."""
        pool = self.pool
        needs = decisions.needs(INTS, self.targets, pool)
        if not decisions.too_low(INTS, self.targets, pool, self.model.max_pods, needs):
            return False
        wanted = decisions.wanted(INTS, self.targets, pool, needs)
        for eni in range(self._full, len(self._held)):
            held = self._held[eni]
            if held < self.targets.slots:
                size = decisions.extension(INTS, self.targets, wanted, held)
                if size > 0:
                    self._change(eni, size)
                    return True
        size = decisions.new_eni_size(INTS, self.targets, pool, needs)
        if size <= 0 or not decisions.room_for_eni(INTS, self.targets, len(self._hist)):
            return False
        self._hist.append(list(self.model.empty_eni))
        self._held.append(0)
        self._pods.append(0)
        self._change(len(self._hist) - 1, size)
        return True

    def _change(self, eni: int, size: int) -> None:
        """CIDRs without pods come, or go."""
        self._hist[eni][0] += size
        self._held[eni] += size
        self._cidrs += size
        self._free += size
        if size <= 0:
            self._way = None
            return
        self.steps += 1
        if self._way is not None:
            self._way.append(-size)

    def release(self, order: Sequence[int]) -> bool:
        """Each ENI asked gives all that is still over (R138)."""
        over = decisions.released(INTS, self.targets, self.pool)
        if over <= 0:
            return False
        for eni in order:
            gift = min(self._hist[eni][0], over)
            self._change(eni, -gift)
            over -= gift
        if over:
            raise ModelError("a plan releases from too few ENIs")
        self.steps += 1
        return True

    def _free_one(self) -> bool:
        pool = self.pool
        for eni in range(len(self._hist) - 1, 0, -1):
            if self._pods[eni]:
                continue
            held = self._held[eni]
            others = Pool(pool.cidrs - held, pool.assigned, pool.free_cidrs - held)
            if decisions.freed(INTS, self.targets, pool, others, False, False):
                self._change(eni, -held)
                del self._hist[eni], self._held[eni], self._pods[eni]
                self.steps += 1
                return True
        return False

    def settle(self, order: Sequence[int]) -> bool:
        """As the daemon would: growth or a release, then an ENI goes."""
        self.at_rest = False
        self._way = None
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
