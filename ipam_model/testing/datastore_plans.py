"""Plans for a data store: what is done to it, drawn so that something comes of it.

A plan is drawn as steps of few small numbers, and then written out with the ENIs, CIDRs and pods
that are there by then. Without one of its steps the others keep their meaning, so that it shrinks
to what matters.
"""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from attrs import define, field
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ipam_model.conformance.datastore_events import (
    AddCidr,
    AddEni,
    Assign,
    DatastoreEvent,
    DatastorePart,
    DelCidr,
    ExcludeEni,
    Freeable,
    Pass,
    Recover,
    RemoveEni,
    RemoveUnusedEni,
    Stats,
    Unassign,
)
from ipam_model.conformance.plan import DatastorePlan
from ipam_model.rules import timing

MOST: Final = 9
"""Of each number of a step."""
COOLDOWNS: Final = (30_000, 30_000, 5_000, 60_000, 0)
"""Milliseconds; 30 s is the daemon's own."""


class Step(NamedTuple):
    """What is done, roughly."""

    kind: str
    a: int
    b: int
    c: int


@define
class Draft:
    """A plan while it is written out."""

    store: DatastorePart
    events: list[DatastoreEvent] = field(factory=list)
    enis: dict[str, list[str]] = field(factory=dict)
    """CIDRs by ENI, as far as they are known to be there."""
    pods: list[str] = field(factory=list)
    """Those that asked for an address and gave none back."""
    _named: int = 0
    """How many pods have had a name."""

    def add_eni(self, step: Step) -> None:
        """A new one, or one that is there."""
        name = self._eni(step.b) if step.a == MOST else f"eni-{len(self.enis) + 1}"
        self.events.append(
            AddEni(
                eni=name,
                device=(len(self.enis) + step.c) % 10,
                primary=step.b in (5, 6),
                trunk=step.b == 7,
                efa=step.b == 8,
                excluded=step.b == MOST,
            )
        )
        self.enis.setdefault(name, [])

    def populate(self, step: Step) -> None:
        """A new ENI with several CIDRs."""
        self.add_eni(Step("add_eni", 0, step.b, step.c))
        for number in range(step.a % 4 + 1):
            other = 7 if step.a == 8 else 0
            place = (step.c + 3 * len(self.enis) + number) % (MOST + 1)
            self.add_cidr(Step("add_cidr", len(self.enis) - 1, other, place))

    def exclude_eni(self, step: Step) -> None:
        """One, or back again."""
        self.events.append(ExcludeEni(eni=self._eni(step.a), excluded=step.b < 6))

    def add_cidr(self, step: Step) -> None:
        """Mostly of the kind that serves pods."""
        eni = self._eni(step.a)
        prefix = self.store.prefix_delegation == (step.b < 7)
        number = step.c % 4
        cidr = f"10.0.0.{step.c + 1}/32"
        if prefix:
            cidr = f"10.0.1.{16 * number}/28"
        elif step.b == MOST:
            cidr = f"10.0.1.{16 * number + 1}/32"  # Inside such a prefix.
        self.events.append(AddCidr(eni=eni, cidr=cidr))
        known = self.enis.get(eni)
        if known is not None and cidr not in known:
            known.append(cidr)

    def add_cidrs(self, step: Step) -> None:
        """Several at once."""
        for number in range(step.b % 4 + 2):
            self.add_cidr(Step("add_cidr", step.a, 0, (step.c + number) % (MOST + 1)))

    def del_cidr(self, step: Step) -> None:
        """One that is there, if there is."""
        eni = self._eni(step.a)
        cidrs = self.enis.get(eni) or ["10.0.2.1/32"]
        cidr = cidrs[step.b % len(cidrs)]
        self.events.append(DelCidr(eni=eni, cidr=cidr, force=step.c >= 6))

    def assign(self, step: Step) -> None:
        """To a new pod, or to one that asked before."""
        if step.a >= 8 and self.pods:
            self.events.append(Assign(pod=self.pods[step.b % len(self.pods)]))
            return
        self._named += 1
        pod = f"p{self._named}"
        self.pods.append(pod)
        self.events.append(Assign(pod=pod))

    def assigns(self, step: Step) -> None:
        """To as many as a prefix has addresses for, or more."""
        several = 2 * step.a + 2 if step.a < 7 else 16 * (step.a - 6) + 1
        for _ in range(several):
            self.assign(Step("assign", 0, 0, 0))

    def unassign(self, step: Step) -> None:
        """From a pod that asked, if there is one."""
        if step.a == MOST or not self.pods:
            self.events.append(Unassign(pod="gone"))
            return
        self.events.append(Unassign(pod=self.pods.pop(step.b % len(self.pods))))

    def unassigns(self, step: Step) -> None:
        """From several."""
        for _ in range(min(step.a + 2, len(self.pods))):
            self.unassign(Step("unassign", 0, step.b, 0))

    def reuse(self, step: Step) -> None:
        """A pod leaves, and about a cooldown later another one comes."""
        self.unassign(Step("unassign", 0, step.b, 0))
        self.advance(Step("advance", 1 + step.a % 3, 0, 0))
        self.assign(Step("assign", 0, 0, 0))

    def leave_excluded(self, step: Step) -> None:
        """An ENI is excluded, its pods leave, and it is looked at about 5 s later."""
        self.exclude_eni(Step("exclude_eni", step.a, 0, 0))
        self.unassigns(Step("unassigns", step.b, step.c, 0))
        if step.c % 3 == 2:
            self.exclude_eni(Step("exclude_eni", step.a, MOST, 0))
        self.advance(Step("advance", 6 + step.b % 2, 0, 0))

    def remove_eni(self, step: Step) -> None:
        """By name."""
        eni = self._eni(step.a)
        self.events.append(RemoveEni(eni=eni, force=step.b >= 4))

    def put_back(self, step: Step) -> None:
        """A CIDR goes by force and is there again, perhaps before a recovery."""
        self.del_cidr(Step("del_cidr", step.a, step.b, MOST))
        gone = self.events[-1]
        assert isinstance(gone, DelCidr), "it was written last"
        self.events.append(AddCidr(eni=gone.eni, cidr=gone.cidr))
        if step.c % 2:
            self.recover(step)

    def remove_unused_eni(self, step: Step) -> None:
        """Under targets that the store may meet; often after a minute in which nothing cools."""
        if step.b % 2:
            self.advance(Step("advance", (0, 0, 4, 5, 2)[step.a % 5], 0, 0))
        self.events.append(
            RemoveUnusedEni(
                warm_ip=_TARGETS[step.a],
                minimum_ip=_TARGETS[step.b],
                warm_prefix=step.c // 3,
            )
        )

    def stats(self, _step: Step) -> None:
        """Looked at."""
        self.events.append(Stats())

    def freeable(self, step: Step) -> None:
        """Looked at."""
        self.events.append(Freeable(eni=self._eni(step.a)))

    def advance(self, step: Step) -> None:
        """To both sides of every moment that matters."""
        cooldown = self.store.cooldown_ms
        young, delay = timing.MINIMUM_ENI_LIFE, timing.EXCLUDED_CIDR_DELAY
        waits = (
            young + cooldown + 1,
            cooldown,
            cooldown + 1,
            max(cooldown - 1, 0),
            young,
            young - 1,
            delay,
            delay - 1,
            timing.SECOND,
            1,
        )
        self.events.append(Pass(ms=waits[step.a]))

    def recover(self, _step: Step) -> None:
        """From the checkpoint."""
        self.events.append(Recover())

    def _eni(self, number: int) -> str:
        """One that was added, or one that never was."""
        if number == MOST or not self.enis:
            return "eni-0"
        return tuple(self.enis)[number % len(self.enis)]


_TARGETS: Final = (0, 0, 0, 0, 1, 2, 4, 15, 16, 17)

WEIGHTS: Final[Mapping[Callable[[Draft, Step], None], int]] = {
    Draft.add_eni: 5,
    Draft.add_cidr: 6,
    Draft.assign: 6,
    Draft.unassign: 5,
    Draft.advance: 6,
    Draft.remove_eni: 3,
    Draft.del_cidr: 3,
    Draft.recover: 3,
    Draft.add_cidrs: 3,
    Draft.populate: 8,
    Draft.reuse: 4,
    Draft.put_back: 3,
    Draft.leave_excluded: 3,
    Draft.assigns: 3,
    Draft.unassigns: 2,
    Draft.remove_unused_eni: 7,
    Draft.exclude_eni: 2,
    Draft.stats: 3,
    Draft.freeable: 2,
}
"""How often each kind of step is drawn; the first ones are the simplest."""
_WRITERS: Final = {write.__name__: write for write in WEIGHTS}
_SEVERAL: Final = {
    "add_cidrs",
    "assigns",
    "leave_excluded",
    "populate",
    "put_back",
    "reuse",
    "unassigns",
}
_KINDS: Final = [write.__name__ for write, weight in WEIGHTS.items() for _ in range(weight)]


def datastore_plans(
    *,
    prefix_delegation: SearchStrategy[bool] | None = None,
    small: bool = False,
) -> SearchStrategy[DatastorePlan]:
    """Plans of a store in either mode, or as `prefix_delegation` has it.

    ENIs of every kind come, are excluded, and go by name or because nobody needs them, with and
    without pods; addresses and prefixes are mixed; pods fill what there is, leave, and come again
    before, at and after the end of a cooldown; the store recovers from its checkpoint. `small`
    plans have few steps and bring one thing at a time, for checks that try everything.
    """
    number = st.integers(0, MOST)
    setups = st.builds(
        DatastorePart,
        prefix_delegation=st.booleans() if prefix_delegation is None else prefix_delegation,
        cooldown_ms=st.sampled_from(COOLDOWNS),
    )
    kinds = [each for each in _KINDS if each not in _SEVERAL] if small else _KINDS
    step = st.builds(Step, st.sampled_from(kinds), number, number, number)
    # The first ones are what the others shrink to: lists that may be long are short on average.
    lengths = [st.lists(step, max_size=12)]
    if not small:
        lengths += [
            st.lists(step, min_size=12, max_size=25),
            st.lists(step, min_size=20, max_size=45),
        ]
    return st.builds(written_out, setups, st.one_of(lengths))


def written_out(store: DatastorePart, steps: list[Step]) -> DatastorePlan:
    """The plan that these steps come to."""
    draft = Draft(store)
    for step in steps:
        _WRITERS[step.kind](draft, step)
    return DatastorePlan(datastore=store, events=tuple(draft.events))
