"""States and steps of the counting model.

An ENI is a histogram: entry j is the number of its CIDRs that hold j pods. In secondary-address
mode a CIDR is one address, so the histogram is (free, assigned); in prefix mode it has one entry
more than a prefix has addresses. ENI 0 is the primary: always attached, at first without CIDRs.

A state is a tuple of ENIs. *Symmetric* (the usual form): the attached ones only, those behind the
primary sorted, because nothing distinguishes them. *Raw*: one place per possible ENI, `None` where
none is attached.
"""

from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple, TypeAlias

from attrs import field, frozen

from ipam_model.arithmetic import INTS
from ipam_model.config import Config
from ipam_model.counting import decisions
from ipam_model.counting.decisions import Pool, Targets
from ipam_model.errors import InputError

Eni: TypeAlias = tuple[int, ...]
State: TypeAlias = tuple[Eni | None, ...]


class Kind(Enum):
    """What a step does."""

    ADD = "add"
    """A pod gets any free address of any ENI (R112)."""
    DELETE = "delete"
    """A pod goes (R124)."""
    EXTEND = "extend"
    """An ENI with room gets more CIDRs (R98, R99)."""
    ATTACH = "attach"
    """A new ENI comes, with CIDRs, because none that is there has room (R101)."""
    RELEASE = "release"
    """All that is over goes back, ENI by ENI in any order (R138)."""
    FREE = "free"
    """An ENI without pods that is not needed goes (R134)."""


POD_EVENTS = frozenset({Kind.ADD, Kind.DELETE})


class Transition(NamedTuple):
    """A step and where it leads."""

    kind: Kind
    eni: int
    """Position of the ENI before the step; of a new one, its position among those that may come.
    -1 for a release, which concerns all."""
    amounts: tuple[int, ...]
    """CIDRs per ENI for a release; CIDRs that come; for a pod, the pods its CIDR had before."""
    after: State


class Decision(NamedTuple):
    """What the pool update does at certain sums (R79, R107, R131)."""

    low: bool
    wanted: int
    new_eni: int
    released: int
    unmet: bool


@frozen(kw_only=True)
class CountingModel:
    """One card's counting model: its parameters, its first state and its steps."""

    targets: Targets[int, bool]
    pods: int | None = None
    """No more pods than this at once, 0 or more; `None` = as many as fit."""
    max_pods: int | None = None
    """Max pods of the node (R79); `None` = it does not limit growth (H3, and the closed forms)."""
    symmetric: bool = True
    """States are symmetric; otherwise raw."""
    any_distribution: bool = False
    """A release may take its CIDRs from the ENIs in any shares; the daemon goes ENI by ENI."""
    _decisions: dict[tuple[int, int, int], Decision] = field(
        factory=dict, init=False, eq=False, repr=False
    )

    def __attrs_post_init__(self) -> None:
        targets = self.targets
        for name, value, least in (
            ("the number of ENIs", targets.max_enis, 1),
            ("CIDRs per ENI", targets.slots, 1),
            ("the size of a CIDR", targets.block, 1),
            ("WARM_IP_TARGET", targets.warm_ip, 0),
            ("MINIMUM_IP_TARGET", targets.minimum, 0),
            ("WARM_ENI_TARGET", targets.warm_eni, 0),
            ("WARM_PREFIX_TARGET", targets.warm_prefix, 0),
            ("the number of pods", self.pods or 0, 0),
            ("max pods", self.max_pods or 0, 0),
        ):
            if value < least:
                raise InputError(f"{name} is {value}; the counting model needs {least} or more")
        if targets.block != 1 and not targets.prefix_mode:
            raise InputError(f"a CIDR is of {targets.block} addresses; without prefix mode it is 1")

    @property
    def most_pods(self) -> int:
        """Pods there can be at once."""
        fit = self.targets.max_enis * self.targets.slots * self.targets.block
        return fit if self.pods is None else min(self.pods, fit)

    @property
    def empty_eni(self) -> Eni:
        """An ENI without CIDRs."""
        return (0,) * (self.targets.block + 1)

    @property
    def initial(self) -> State:
        """The primary ENI alone, without CIDRs."""
        others = () if self.symmetric else (None,) * (self.targets.max_enis - 1)
        return (self.empty_eni, *others)

    # -- what a state holds ----------------------------------------------------------------------

    def pool(self, state: State) -> Pool[int]:
        """The sums of a state."""
        cidrs = assigned = free = 0
        for eni in state:
            if eni is not None:
                cidrs += sum(eni)
                free += eni[0]
                assigned += pods_on(eni)
        return Pool(cidrs, assigned, free)

    def reserved(self, state: State) -> int:
        """Addresses taken from the subnet: those of the CIDRs and each ENI's primary one."""
        attached = sum(eni is not None for eni in state)
        return self.pool(state).cidrs * self.targets.block + attached

    def decide(self, pool: Pool[int]) -> Decision:
        """What the pool update does at these sums."""
        key = (pool.cidrs, pool.assigned, pool.free_cidrs)
        found = self._decisions.get(key)
        if found is None:
            needs = decisions.needs(INTS, self.targets, pool)
            found = self._decisions[key] = Decision(
                decisions.too_low(INTS, self.targets, pool, self.max_pods, needs),
                decisions.wanted(INTS, self.targets, pool, needs),
                decisions.new_eni_size(INTS, self.targets, pool, needs),
                decisions.released(INTS, self.targets, pool),
                decisions.target_unmet(INTS, self.targets, pool, needs),
            )
        return found

    # -- steps -----------------------------------------------------------------------------------

    def transitions(self, state: State) -> Iterator[Transition]:
        """Every step from a state. Two of one kind lead to different states."""
        yield from self.pod_events(state)
        yield from self.pool_steps(state)

    def pod_events(self, state: State) -> Iterator[Transition]:
        """A pod comes or goes."""
        room = self.pods is None or self.pool(state).assigned < self.pods
        for position, eni in self._distinct(state):
            for held in range(len(eni)):
                if eni[held] and room and held < self.targets.block:
                    yield self.add_pod(state, position, held)
                if eni[held] and held:
                    yield self.delete_pod(state, position, held)

    def add_pod(self, state: State, position: int, held: int = 0) -> Transition:
        """A pod comes to an ENI, into a CIDR with `held` pods; there must be such a CIDR."""
        eni = moved(_attached(state, position), held, held + 1)
        return Transition(Kind.ADD, position, (held,), self._put(state, position, eni))

    def delete_pod(self, state: State, position: int, held: int = 1) -> Transition:
        """A pod leaves a CIDR with `held` pods; there must be such a CIDR."""
        eni = moved(_attached(state, position), held, held - 1)
        return Transition(Kind.DELETE, position, (held,), self._put(state, position, eni))

    def pool_steps(self, state: State) -> Iterator[Transition]:
        """What the pool update may do."""
        pool = self.pool(state)
        decision = self.decide(pool)
        if decision.low:
            yield from self._growth(state, decision)
        if decision.released:
            yield from self._releases(state, decision.released)
        yield from self._frees(state, pool)

    def quiet(self, state: State) -> bool:
        """Nothing but pod events is enabled."""
        return next(self.pool_steps(state), None) is None

    def stranded(self, state: State) -> bool:
        """The warm target is unmet, nothing but pod events is enabled, and the ENIs have room."""
        pool = self.pool(state)
        capacity = self.targets.max_enis * self.targets.slots
        return self.decide(pool).unmet and pool.cidrs < capacity and self.quiet(state)

    def within_caps(self, state: State) -> bool:
        """No more ENIs, and no more CIDRs on any, than the limits allow."""
        attached = [eni for eni in state if eni is not None]
        return len(attached) <= self.targets.max_enis and all(
            sum(eni) <= self.targets.slots and min(eni) >= 0 for eni in attached
        )

    def _growth(self, state: State, decision: Decision) -> Iterator[Transition]:
        sizes = [
            (position, eni, decisions.extension(INTS, self.targets, decision.wanted, sum(eni)))
            for position, eni in self._distinct(state)
        ]
        growable = [each for each in sizes if each[2] > 0]
        for position, eni, size in growable:
            after = self._put(state, position, (eni[0] + size, *eni[1:]))
            yield Transition(Kind.EXTEND, position, (size,), after)
        size = decision.new_eni
        attached = sum(eni is not None for eni in state)
        if growable or size <= 0 or not decisions.room_for_eni(INTS, self.targets, attached):
            return
        new = (size, *self.empty_eni[1:])
        if self.symmetric:
            yield Transition(Kind.ATTACH, 0, (size,), canonical((*state, new)))
        for position in [at for at, eni in enumerate(state) if eni is None]:
            yield Transition(Kind.ATTACH, position, (size,), self._put(state, position, new))

    def _releases(self, state: State, over: int) -> Iterator[Transition]:
        free = tuple(0 if eni is None else eni[0] for eni in state)
        shares = any_shares if self.any_distribution else eni_by_eni
        seen: set[State] = set()
        for amounts in sorted(shares(free, over)):
            after = tuple(
                eni if eni is None else (eni[0] - amount, *eni[1:])
                for eni, amount in zip(state, amounts, strict=True)
            )
            after = canonical(after) if self.symmetric else after
            if after not in seen:
                seen.add(after)
                yield Transition(Kind.RELEASE, -1, amounts, after)

    def _frees(self, state: State, pool: Pool[int]) -> Iterator[Transition]:
        for position, eni in self._distinct(state):
            others = Pool(
                pool.cidrs - sum(eni), pool.assigned - pods_on(eni), pool.free_cidrs - eni[0]
            )
            has_pods = any(eni[1:])
            if decisions.freed(INTS, self.targets, pool, others, position == 0, has_pods):
                kept = () if self.symmetric else (None,)
                after = (*state[:position], *kept, *state[position + 1 :])
                yield Transition(Kind.FREE, position, (), after)

    def _distinct(self, state: State) -> Iterator[tuple[int, Eni]]:
        """The attached ENIs with their positions; of interchangeable ones only the first."""
        before: Eni | None = None
        for position, eni in enumerate(state):
            if eni is None:
                continue
            if not (self.symmetric and position > 1 and eni == before):
                yield position, eni
            before = eni

    def _put(self, state: State, position: int, eni: Eni) -> State:
        after = (*state[:position], eni, *state[position + 1 :])
        return canonical(after) if self.symmetric and position else after


def counting_model(
    config: Config, *, max_pods: int | None = None, pods: int | None = None, symmetric: bool = True
) -> CountingModel:
    """The counting model of card 0 of a node; IPv6 nodes have none.

    Raises:
        InputError: the node gives its pods IPv6 addresses.
    """
    if config.ipv6:
        raise InputError("IPv6 nodes have no pool to count; the counting model is of IPv4")
    settings = config.settings
    return CountingModel(
        targets=Targets(
            prefix_mode=config.prefix_mode,
            warm_ip=settings.warm_ip_target,
            minimum=settings.minimum_ip_target,
            warm_eni=settings.warm_eni_target,
            warm_prefix=settings.warm_prefix_target,
            max_enis=config.max_enis,
            slots=config.slots,
            block=config.block if config.prefix_mode else 1,
        ),
        pods=pods,
        max_pods=max_pods,
        symmetric=symmetric,
    )


def pods_on(eni: Eni) -> int:
    """Pods on an ENI."""
    if len(eni) == 2:
        return eni[1]
    return sum(held * count for held, count in enumerate(eni))


def canonical(state: State) -> State:
    """The symmetric form: the ENIs behind the primary sorted, those not attached left out."""
    return (state[0], *sorted([eni for eni in state[1:] if eni is not None]))


def moved(eni: Eni, before: int, after: int) -> Eni:
    """The ENI with one CIDR more of `after` pods, and one less of `before`."""
    counts = list(eni)
    counts[before] -= 1
    counts[after] += 1
    return tuple(counts)


Shares: TypeAlias = set[tuple[int, ...]]


def eni_by_eni(free: tuple[int, ...], over: int) -> Shares:
    """CIDRs per ENI if each ENI asked, in any order, gives all that is still over (R138)."""
    found: Shares = set()
    pending = [((0,) * len(free), over)]
    visited = set(pending)
    while pending:
        given, left = pending.pop()
        if left == 0:
            found.add(given)
            continue
        for position, here in enumerate(free):
            if here and not given[position]:
                gift = min(here, left)
                more = (*given[:position], gift, *given[position + 1 :])
                if (more, left - gift) not in visited:
                    visited.add((more, left - gift))
                    pending.append((more, left - gift))
    return found


def any_shares(free: tuple[int, ...], over: int) -> Shares:
    """CIDRs per ENI that come to `over` together."""
    if not free:
        return {()} if over == 0 else set()
    return {
        (gift, *rest)
        for gift in range(min(free[0], over) + 1)
        for rest in any_shares(free[1:], over - gift)
    }


def _attached(state: State, position: int) -> Eni:
    eni = state[position]
    assert eni is not None, "no ENI is attached there"
    return eni
