"""A runner whose answers and choices come from the record of one event.

Every request must be the next recorded call, with the arguments the model computes; every answer
must be one EC2 could have given; every choice must be among the model's options. What does not fit
raises `MismatchError`. Where the record does not tell which option was taken, the candidates are
tried one after the other: `script` holds the decisions to repeat, `forks` the ones left to try.
"""

from collections.abc import Callable, Hashable
from typing import cast

from attrs import frozen

from ipam_model.addresses import format_address, format_short
from ipam_model.daemon.pods import Spot
from ipam_model.daemon.procedure import Call, Choice, Subsets
from ipam_model.state import Network
from ipam_model.trace import snapshot
from ipam_model.trace.calls import (
    RULE_OF_CALL,
    call_text,
    expected_call,
    named_networks,
    same_arguments,
    text_of,
)
from ipam_model.trace.document import Fields
from ipam_model.trace.grants import RecordedGrants
from ipam_model.trace.mismatch import MismatchError, TriedAlreadyError
from ipam_model.trace.results import compare_result
from ipam_model.world import Runner, World


@frozen
class Fork:
    """Another way to go on: the decisions up to and including an untried option."""

    script: tuple[object, ...]


NestedEvent = Callable[["RecordedRunner", Fields], None]


class RecordedRunner(Runner):
    """Runs one event of a trace as the record dictates."""

    def __init__(
        self,
        world: World,
        calls: tuple[Fields, ...],
        recorded: snapshot.Recorded,
        script: tuple[object, ...],
        nested: NestedEvent,
        seen_before: set[Hashable],
    ) -> None:
        super().__init__(world)
        self.calls = calls
        self.position = 0
        self.progress = 0
        """Calls matched so far, those of nested events included."""
        self.pod_reply: Fields | None = None
        """The recorded reply of the pod event being run."""
        self.recorded = recorded
        """The recorded state after the whole event."""
        self.script = script
        self.decisions: tuple[object, ...] = ()
        self.forks: list[Fork] = []
        self._nested = nested
        self._seen_before = seen_before

    # -- choices ---------------------------------------------------------------------------------

    def choose(self, choice: Choice) -> object:
        """The scripted option; or the first candidate, the others becoming forks."""
        if len(self.decisions) < len(self.script):
            return self._decide([])
        candidates = self.candidates(choice)
        if not candidates:
            raise MismatchError(choice.rule, self.next_call_text(), _options_text(choice))
        if len(candidates) > 1:
            self._prune(choice)
        return self._decide(candidates)

    def _decide(self, candidates: list[object]) -> object:
        """Repeat a decision of the script, or take the first candidate and fork the others."""
        made = len(self.decisions)
        if made < len(self.script):
            option = self.script[made]
        else:
            option, *others = candidates
            self.forks.extend(Fork((*self.decisions, other)) for other in reversed(others))
        self.decisions = (*self.decisions, option)
        return option

    def _prune(self, choice: Choice) -> None:
        """Give up on a way that joins one already tried.

        Equal are two suspensions with the same question, memory, time, record position, live
        values and, in any order, the same decisions so far.
        """
        key = (
            choice.rule,
            choice.node,
            self.ec2,
            self.now,
            self.progress,
            choice.live,
            tuple(choice.options),
            frozenset(self.decisions),
        )
        if key in self._seen_before:
            raise TriedAlreadyError(choice.rule, self.next_call_text(), "a way tried already")
        self._seen_before.add(key)

    def candidates(self, choice: Choice) -> list[object]:
        """The options that the record does not rule out, most likely first."""
        if choice.rule == "R112":
            return self._spots(choice)
        if choice.rule in _NAMED_BY_CALL:
            request, key = _NAMED_BY_CALL[choice.rule]
            return self._named(choice, request, key)
        if choice.rule == "R191":
            return self._cards(choice)
        if choice.rule == "R190":
            return self._releases(choice)
        options = list(choice.options)
        named = self.next_eni()
        return sorted(options, key=lambda option: option != named)

    def _spots(self, choice: Choice) -> list[object]:
        """An address the reply names; after a refusal, first those the state shows as given."""
        options = cast(list[Spot], list(choice.options))
        reply = self.pod_reply
        if reply is None or reply.values.get("success") is not True:
            given = self.recorded.assigned()
            by_likelihood: list[object] = []
            by_likelihood += [each for each in options if (each.eni.id, each.address) in given]
            by_likelihood += [each for each in options if (each.eni.id, each.address) not in given]
            return by_likelihood
        told = told_addresses(reply)
        return [spot for spot in options if (format_address(spot.address), spot.eni.device) in told]

    def _cards(self, choice: Choice) -> list[object]:
        """The card of the next call first."""
        following = self.next_call()
        values = {} if following is None else following.values
        named: object = values.get("card", 0)
        if "eni" in values:
            shown = self.ec2.eni(str(values["eni"]))
            named = None if shown is None else shown.card
        return sorted(choice.options, key=lambda card: card != named)

    def _named(self, choice: Choice, call: str, key: str) -> list[object]:
        """The option that the next recorded call names."""
        following = self.next_call()
        if following is None or following.values.get("call") != call:
            return []
        named = following.values.get(key)
        return [named] if named in choice.options else []

    def _releases(self, choice: Choice) -> list[object]:
        """Which ENI releases, or which of its CIDRs: what the next calls take away."""
        if not isinstance(choice.options, Subsets):
            stop: list[object] = [None] if None in choice.options else []
            return self._named(choice, "UnassignPrivateIpAddresses", "eni") + stop
        eni = choice.live[1]
        taken: set[Network] = set()
        for following in self.calls[self.position : self.position + 2]:
            if following.values.get("call") != "UnassignPrivateIpAddresses":
                break
            if following.values.get("eni") != eni:
                break
            taken |= named_networks(following)
            subset = choice.options.of(taken)
            if subset is not None:
                return [subset]  # All that is taken later is more, or the same.
        return []

    def next_call(self) -> Fields | None:
        """The next recorded call, if any is left."""
        return self.calls[self.position] if self.position < len(self.calls) else None

    def next_eni(self) -> object:
        """The ENI that the next call, or the one after a subnet look-up, names."""
        for following in self.calls[self.position : self.position + 2]:
            if "eni" in following:
                return following.values["eni"]
        return None

    def next_call_text(self) -> str:
        """The next recorded call in words."""
        following = self.next_call()
        return "no further call" if following is None else call_text(following)

    # -- answers ---------------------------------------------------------------------------------

    def answer(self, ask: Call) -> object:
        """Match a request with the next recorded call and its result with EC2's answer."""
        request = ask.request
        expected = expected_call(request)
        if expected is None:
            return self.reply_to(request)
        recorded = self.next_call()
        if recorded is None:
            raise MismatchError(ask.rule, "no further call", text_of(expected))
        if not same_arguments(expected, recorded):
            raise MismatchError(ask.rule, call_text(recorded), text_of(expected))
        self.position += 1
        self.progress += 1
        during = list(recorded.objects("during", optional=True))
        # Pod events inside a call come before or after EC2 acts; it matters only if they make
        # calls of their own.
        before = len(during)
        if any("ec2" in event for event in during):
            before = cast(int, self._decide(list(range(len(during), -1, -1))))
        for event in during[:before]:
            self._nested(self, event)
        self.grants = RecordedGrants(recorded.child("result", optional=True), self.ec2)
        answer = self.reply_to(request)
        compare_result(self.ec2, request, recorded, answer, self.attempts)
        for event in during[before:]:
            self._nested(self, event)
        return answer

    def finished(self) -> None:
        """Every recorded call must have been made."""
        left = self.next_call()
        if left is not None:
            name = str(left.values.get("call"))
            rule = self.recorded.dialect.rule_of_call.get(name, RULE_OF_CALL.get(name, "R72"))
            raise MismatchError(rule, call_text(left), "no further call")


def told_addresses(reply: Fields) -> list[tuple[object, object]]:
    """Every address that a pod reply names, with its device number."""
    told = [reply, *reply.objects("addresses", optional=True)]
    return [(each.values.get("ip"), each.values.get("device")) for each in told]


_NAMED_BY_CALL = {
    "R188": ("AssignPrivateIpAddresses", "eni"),
    "R189": ("FreeENI", "eni"),
}
"""Choices that the very next call gives away."""


def _options_text(choice: Choice) -> str:
    options: list[str] = []
    for option in choice.options:
        if len(options) == 8:
            options.append("...")
            break
        options.append(_option_text(option))
    return "one of " + "; ".join(options)


def _option_text(option: object) -> str:
    if isinstance(option, Spot):
        return f"{format_short(Network(option.address, 1))} on {option.eni.id}"
    if isinstance(option, tuple) and all(isinstance(each, Network) for each in option):
        return "release " + snapshot.describe_networks(cast(tuple[Network, ...], option))
    return str(option)
