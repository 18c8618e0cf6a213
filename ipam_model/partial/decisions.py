"""What the pool update may decide, where its numbers are known within bounds.

The decisions are those of the counting model (`ipam_model.counting`), which joint 2 ties to the
reference model. Between two observations the number of pods is known as an interval, and so is the
number of free prefixes: a summary says what some, and what every, point of them decides.
"""

from collections.abc import Iterator

from attrs import define, field, frozen

from ipam_model.arithmetic import INTS
from ipam_model.counting import decisions
from ipam_model.counting.decisions import Pool
from ipam_model.counting.model import CountingModel, Decision


@frozen(kw_only=True)
class Summary:
    """What is decided at sums within bounds."""

    may_be_low: bool
    may_be_high: bool
    """Not low, and too high (R131)."""
    may_be_quiet: bool
    """Neither."""
    wanted: frozenset[int]
    """CIDRs wanted on an ENI that is there (R98, R99)."""
    new_eni: frozenset[int]
    """CIDRs asked for with a new ENI (R107)."""
    released: frozenset[int]
    """CIDRs that a release takes (R138)."""
    may_want_fewer: bool
    """An ENI may go if one is deletable (R133)."""
    must_want_fewer: bool


@define
class Decider:
    """The decisions of one node, remembered."""

    model: CountingModel
    loose: bool = False
    """The number of free prefixes is not bounded by the pods that are seen (excluded ENIs, R30)."""
    _summaries: dict[tuple[int, int, int], Summary] = field(factory=dict, init=False)
    _enough: dict[tuple[int, int, int], tuple[bool, bool]] = field(factory=dict, init=False)

    def summary(self, cidrs: int, least: int, most: int) -> Summary:
        """What is decided with `cidrs` CIDRs and from `least` to `most` pods."""
        key = (cidrs, least, most)
        found = self._summaries.get(key)
        if found is None:
            if len(self._summaries) > _MOST_REMEMBERED:
                self._summaries.clear()
            found = self._summaries[key] = self._summarise(list(self._pools(*key)))
        return found

    def enough(self, cidrs: int, least: int, most: int) -> tuple[bool, bool]:
        """Whether some, and whether all, such sums of the other ENIs are enough (R136)."""
        key = (cidrs, least, most)
        found = self._enough.get(key)
        if found is None:
            if len(self._enough) > _MOST_REMEMBERED:
                self._enough.clear()
            each = [
                decisions.enough_without(INTS, self.model.targets, pool)
                for pool in self._pools(*key)
            ]
            found = self._enough[key] = (any(each), bool(each) and all(each))
        return found

    def _pools(self, cidrs: int, least: int, most: int) -> Iterator[Pool[int]]:
        block = self.model.targets.block
        for assigned in range(max(least, 0), min(most, cidrs * block) + 1):
            fewest = max(0, cidrs - assigned)
            free = cidrs - -(-assigned // block)
            for each in range(fewest, (cidrs if self.loose and block > 1 else free) + 1):
                yield Pool(cidrs, assigned, each)

    def _summarise(self, pools: list[Pool[int]]) -> Summary:
        found: dict[Decision, None] = {}
        fewer: set[bool] = set()
        targets = self.model.targets
        for pool in pools:
            found[self.model.decide(pool)] = None
            # Some ENI without pods is possible unless the pool is full of them.
            fewer.add(decisions.wants_fewer_enis(INTS, targets, pool, True))
        certain = {decisions.wants_fewer_enis(INTS, targets, pool, False) for pool in pools}
        return Summary(
            may_be_low=any(each.low for each in found),
            may_be_high=any(not each.low and each.released > 0 for each in found),
            may_be_quiet=any(not each.low and each.released <= 0 for each in found),
            wanted=frozenset(each.wanted for each in found),
            new_eni=frozenset(each.new_eni for each in found),
            released=frozenset(max(each.released, 0) for each in found),
            may_want_fewer=True in fewer,
            must_want_fewer=bool(pools) and certain == {True},
        )


_MOST_REMEMBERED = 20_000
