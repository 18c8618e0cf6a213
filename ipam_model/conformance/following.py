"""Running an event of the model so that it does what a subject was seen to do.

A way is given up as soon as it asks EC2 for another change than the subject did. Choices that the
subject's calls, replies or store tell are narrowed to what was told; others are looked at one by
one, those that nothing can tell apart only once.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import islice, zip_longest
from typing import Final, TypeVar, cast

from attrs import evolve

from ipam_model.addresses import parse_address, parse_network
from ipam_model.choosing import Chooser
from ipam_model.conformance.agreement import agreement, place
from ipam_model.conformance.cloud import CHANGES
from ipam_model.conformance.observation import Precision
from ipam_model.conformance.observed import Known, observation_of
from ipam_model.conformance.pending import POD_EVENTS, planned
from ipam_model.conformance.spec import AnsweredCall, Meanwhile, Said
from ipam_model.daemon.pods import Spot
from ipam_model.daemon.procedure import Call, Choice, OneOf, Options, Subsets
from ipam_model.ec2 import Ec2
from ipam_model.errors import InputError
from ipam_model.faults import OF_THE_HOST
from ipam_model.requests import (
    AssignPrivateIpAddresses,
    FreeENI,
    Request,
    UnassignPrivateIpAddresses,
)
from ipam_model.scenario.document import CallPart, Event
from ipam_model.scenario.happening import happen
from ipam_model.state import Cidr, Network
from ipam_model.world import World

T = TypeVar("T")


class GivenUpError(Exception):
    """This way does not agree with what the subject did, or joins one that was looked at."""


NAMED_BY_CALL: Final = {"R188": AssignPrivateIpAddresses, "R189": FreeENI}
"""Choices of an ENI that the next change gives away."""
ORDERS: Final = ("R154", "R192")
"""Choices of an order, which matters only if calls fail."""
MOST_SELECTIONS: Final = 5_000
"""Kinds of selections that are told apart, as many as runs of an event by default; where there are
more, all selections are offered, one by one, until who asked has enough."""


class Follower(Chooser):
    """Goes where the subject went."""

    def __init__(
        self,
        world: World,
        event: Event,
        said: Said | None,
        precision: Precision,
        tried: set[Hashable],
        *,
        nameless: bool,
        known: Known,
    ) -> None:
        super().__init__(world)
        self.made: list[AnsweredCall] = []
        self.meanwhile: list[Meanwhile] = []
        self._said = said
        self._heard = () if said is None else said.meanwhile
        self._record = None if said is None else said.calls
        self._precision = precision
        self._exact = precision is Precision.EXACT
        self._pod = _pod_of(event)
        self._planned = planned(event.calls)
        self._waiting = False
        """A call is pending, and a pod comes or goes."""
        self._tried = tried
        self._nameless = nameless
        self._known = known

    def finished(self) -> None:
        """Give up unless all that the subject did was done."""
        if self._record is not None and len(self.made) < len(self._record):
            raise GivenUpError

    # -- calls -----------------------------------------------------------------------------------

    def answer(self, ask: Call) -> object:
        """What EC2 told the subject when it asked the same, with what happens meanwhile."""
        part = None if self._waiting else self._planned.next(ask.request)
        if part is None:
            return self._answer(ask)
        self._let(part, part.before)
        answer = self._answer(ask)
        self._let(part, part.after)
        return answer

    def _answer(self, ask: Call) -> object:
        request = ask.request
        if type(request) not in CHANGES:
            return self.reply_to(request)
        answer = self.reply_to(request) if self._record is None else self._recorded(request)
        self.made.append(AnsweredCall(request, answer, self.ec2, ask.rule))
        return answer

    def _let(self, part: CallPart, events: Iterable[Event]) -> None:
        """Let pods come and go while a call is pending, as they met the subject."""
        outer = self._said, self._pod
        self._waiting = True
        for event in events:
            assert isinstance(event, POD_EVENTS), "a plan lets nothing else happen there"
            done = len(self.meanwhile)
            heard = self._heard[done] if done < len(self._heard) else None
            self._said = None if heard is None else heard.said
            self._pod = event.pod
            reply = happen(self, event)
            said = Said(reply, observation_of(self.world, self._known))
            self.meanwhile.append(Meanwhile(part.call, part.nth, event, said))
        self._waiting = False
        self._said, self._pod = outer

    def _recorded(self, request: Request[object]) -> object:
        following = self._next()
        if following is None or following.request != request:
            raise GivenUpError
        if following.after is None:
            answer = self.reply_to(request)
            if answer != following.answer:
                raise GivenUpError
            return answer
        self.ec2 = _with_faults_of_the_host(following.after, self.ec2)
        return following.answer

    def _next(self) -> AnsweredCall | None:
        done, record = len(self.made), self._record
        return record[done] if record is not None and done < len(record) else None

    # -- choices ---------------------------------------------------------------------------------

    def options(self, choice: Choice) -> Options[Hashable]:
        """Those that what was seen does not rule out."""
        found = self._candidates(choice)
        if found is None:
            return choice.options
        if not found:
            raise GivenUpError
        if len(found) > 1:
            self._look_back(choice, found)
        return OneOf(found)

    def _look_back(self, choice: Choice, found: tuple[Hashable, ...]) -> None:
        """Give up where another way has been already.

        Equal are two suspensions with the same question, memory, EC2, time, calls so far, live
        values, and, in any order, the same decisions; and pods must have met the same during calls.
        While a call is pending the procedure that waits has live values of its own, which the same
        decisions in the same order lead to.
        """
        key = (
            choice.rule,
            choice.node,
            self.ec2,
            self.now,
            len(self.made),
            choice.live,
            found,
            tuple(self.decided) if self._waiting else frozenset(self.decided),
            self._agreed(),
        )
        if key in self._tried:
            raise GivenUpError
        self._tried.add(key)

    def _agreed(self) -> Hashable:
        """How pods met what they met during calls: as the subject's, or in what way not."""
        pairs = zip_longest(self.meanwhile, self._heard[: len(self.meanwhile)])
        return tuple(
            [
                ours is not None
                and theirs is not None
                and place(ours) == place(theirs)
                and agreement(ours.said, theirs.said, self._precision)
                for ours, theirs in pairs
            ]
        )

    def _candidates(self, choice: Choice) -> tuple[Hashable, ...] | None:
        """The options to look at; `None` for all of them, which may be very many."""
        options = choice.options
        rule = choice.rule
        if self._said is None:
            return None
        if rule == "R112":
            return self._spots(tuple(cast("Iterable[Spot]", options)))
        if rule == "R190":
            return self._releases(choice)
        if rule in NAMED_BY_CALL and self._record is not None:
            return self._named(options, NAMED_BY_CALL[rule])
        if rule in ORDERS and self._record is not None and choice.live[:1] in (("R63",), ("R64",)):
            return self._named(options, UnassignPrivateIpAddresses)
        if rule in ORDERS and self._all_goes_well():
            return (options.first,)
        return tuple(options)

    def _all_goes_well(self) -> bool:
        """Nothing fails and IMDS is up to date, so that the order of questions has no effect."""
        return not (self.ec2.faults or self.ec2.imds_lag or self.config.ipv6)

    def _named(self, options: Options[Hashable], kind: type[Request[object]]) -> tuple[str, ...]:
        following = self._next()
        named = getattr(following.request, "eni", None) if following is not None else None
        if following is None or type(following.request) is not kind or named not in options:
            return ()
        return (cast(str, named),)

    def _spots(self, spots: tuple[Spot, ...]) -> tuple[Hashable, ...]:
        told = self._told_addresses()
        found = tuple(spot for spot in spots if spot.address in told)
        if found:
            return found
        if self._exact:
            return spots
        return _one_of_each(spots, self._look_of_spot)

    def _told_addresses(self) -> set[int]:
        """The addresses that the pod has, as far as the subject says so."""
        said = self._said
        assert said is not None, "only asked of what a subject said"
        told: list[object] = []
        if self._exact or self._record is not None:
            given = said.reply.get("addresses")
            told += [each.get("ip") for each in _dicts(given)]
            told.append(said.reply.get("ip"))
        if self._exact:
            told += [
                address
                for eni in said.seen.enis
                for cidr in eni.cidrs
                for address, pod in cidr.assigned.items()
                if pod == self._pod
            ]
        return set(_parsed(told))

    def _look_of_spot(self, spot: Spot) -> Hashable:
        unused = spot.cidr.find(spot.address) is None
        return (spot.eni.id, unused, self._look(spot.cidr))

    def _look(self, cidr: Cidr) -> Hashable:
        """What tells a CIDR of an ENI from others, if names do not."""
        if not self._nameless or self.node is None:
            return cidr.network
        records = tuple(
            [(r.address - cidr.network.address, r.since, r.pod is not None) for r in cidr.records]
        )
        if any(held for _, _, held in records):
            return cidr.network
        released = self.node.released_until(cidr.network)
        return (cidr.is_prefix, cidr.network.size, records, released)

    def _releases(self, choice: Choice) -> tuple[Hashable, ...] | None:
        options = choice.options
        if self._record is None:
            return self._unheard_releases(choice)
        if not isinstance(options, Subsets):
            stop = (None,) if None in options else ()
            return (*self._named(options, UnassignPrivateIpAddresses), *stop)
        eni = choice.live[1]
        taken: set[Network] = set()
        done = len(self.made)
        for following in self._record[done : done + 2]:
            request = following.request
            if not isinstance(request, UnassignPrivateIpAddresses) or request.eni != eni:
                break
            taken.update(request.networks)
            subset = options.of(taken)
            if subset is not None:
                return (subset,)  # All that is taken later is more, or the same.
        return ()

    def _unheard_releases(self, choice: Choice) -> tuple[Hashable, ...] | None:
        """Without calls: what the store no longer shows, or one of each kind of selection."""
        options = choice.options
        assert self._said is not None, "only asked of what a subject said"
        if not isinstance(options, Subsets):
            return tuple(options)
        eni_id = choice.live[1]
        if self._exact:
            kept = {
                parse_network(each.cidr)
                for eni in self._said.seen.enis
                if eni.id == eni_id
                for each in eni.cidrs
            }
            gone = tuple([network for network in options.items if network not in kept])
            return (gone,) if gone in options else None
        eni = choice.node.store(cast(int, choice.live[0])).eni(cast(str, eni_id))
        assert eni is not None, "released is from an ENI of the store"
        looks = {cidr.network: self._look(cidr) for cidr in eni.cidrs}
        found = selections(options.items, options.size, looks.__getitem__)
        few = tuple(islice(found, MOST_SELECTIONS + 1))
        return few if len(few) <= MOST_SELECTIONS else None


def _pod_of(event: Event) -> str:
    return event.pod if isinstance(event, POD_EVENTS) else ""


def _with_faults_of_the_host(after: Ec2, before: Ec2) -> Ec2:
    """EC2 as the kit has it; what is armed for the host the kit's EC2 does not use up."""
    if not (after.faults or before.faults):
        return after
    theirs = [each for each in after.faults if each.call not in OF_THE_HOST]
    ours = [each for each in before.faults if each.call in OF_THE_HOST]
    faults = (*theirs, *ours)
    return after if faults == after.faults else evolve(after, faults=faults)


def _dicts(value: object) -> Iterator[dict[str, object]]:
    for each in value if isinstance(value, list) else ():
        if isinstance(each, dict):
            yield each


def _parsed(texts: Iterable[object]) -> Iterator[int]:
    for text in texts:
        if isinstance(text, str):
            try:
                yield parse_address(text)
            except InputError:
                continue


def _one_of_each(items: Sequence[T], look: Callable[[T], Hashable]) -> tuple[T, ...]:
    """The first of each kind."""
    found: dict[Hashable, T] = {}
    for item in items:
        found.setdefault(look(item), item)
    return tuple(found.values())


def selections(
    items: Sequence[Network], size: int, look: Callable[[Network], Hashable]
) -> Iterator[tuple[Network, ...]]:
    """Every choice of `size` items as far as kinds go: the first ones of each kind."""
    kinds: dict[Hashable, list[Network]] = {}
    for item in items:
        kinds.setdefault(look(item), []).append(item)
    groups = list(kinds.values())
    for counts in shares([len(group) for group in groups], size):
        taken = [n for group, count in zip(groups, counts, strict=True) for n in group[:count]]
        yield tuple(sorted(taken))


def shares(most: Sequence[int], total: int) -> Iterator[tuple[int, ...]]:
    """All ways to take so many in all, no more of each than there are; many of the first, first.

    No way is begun that has no end: of 40 kinds there are 2^40 combinations.
    """
    if not most:
        yield ()
        return
    rest = most[1:]
    for count in range(min(most[0], total), max(total - sum(rest), 0) - 1, -1):
        for others in shares(rest, total - count):
            yield (count, *others)
