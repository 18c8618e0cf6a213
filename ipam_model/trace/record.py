"""A runner whose answers and choices come from the record of one event.

Every request must be the next recorded call, with the arguments the model computes; every answer
must be one EC2 could have given; every choice must be among the model's options. What does not fit
raises `MismatchError`. Where the record does not tell which option was taken, the candidates are
tried one after the other: `script` holds the decisions to repeat, `forks` the ones left to try.
"""

from collections.abc import Callable, Hashable, Mapping
from typing import Any, cast

from attrs import frozen

from ipam_model import aws_layer
from ipam_model.addresses import format_short
from ipam_model.daemon.pods import Spot
from ipam_model.daemon.procedure import Call, Choice, Subsets
from ipam_model.ec2 import Ec2, Lingering, lingering
from ipam_model.requests import (
    AllocENI,
    AssignPrivateIpAddresses,
    DescribeAllENIs,
    Described,
    Failed,
    FreeENI,
    GetAddressesFromEC2,
    GetAttachedENIs,
    IsSubnetExcluded,
    Request,
    SetupENINetwork,
    TagENI,
    UnassignPrivateIpAddresses,
    WaitForENI,
)
from ipam_model.state import Network
from ipam_model.subnets import Subnet
from ipam_model.trace import snapshot
from ipam_model.trace.document import Fields, Json
from ipam_model.world import Runner, World


class MismatchError(Exception):
    """The record and the model part: which rule, what was seen, what was allowed."""

    def __init__(self, rule: str, seen: str, allowed: str) -> None:
        super().__init__(f"{rule}: saw {seen}; allowed: {allowed}")
        self.rule = rule
        self.seen = seen
        self.allowed = allowed


EVERY_EC2_ANSWER = "EC2"
"""Stands for a rule where it is EC2's answer, not the daemon's behaviour, that cannot be."""


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
        self.pod_reply: Fields | None = None
        """The recorded reply of the pod event being run."""
        self.recorded = recorded
        """The recorded state after the whole event."""
        self.script = script
        self.decisions: tuple[object, ...] = ()
        self.forks: list[Fork] = []
        self._nested = nested
        self._seen_before = seen_before
        self._grants_from_record = _RecordedGrants(self)

    # -- choices ---------------------------------------------------------------------------------

    def choose(self, choice: Choice) -> object:
        """The scripted option; or the first candidate, the others becoming forks."""
        made = len(self.decisions)
        if made < len(self.script):
            option = self.script[made]
        else:
            candidates = self.candidates(choice)
            if not candidates:
                raise MismatchError(choice.rule, self.next_call_text(), _options_text(choice))
            if len(candidates) > 1:
                self._prune(choice)
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
            self.now,
            self.position,
            choice.live,
            tuple(choice.options),
            frozenset(self.decisions),
        )
        if key in self._seen_before:
            raise MismatchError(choice.rule, self.next_call_text(), "a way tried already")
        self._seen_before.add(key)

    def candidates(self, choice: Choice) -> list[object]:
        """The options that the record does not rule out, most likely first."""
        if choice.rule == "R112":
            return self._spots(choice)
        if choice.rule in _NAMED_BY_CALL:
            request, key = _NAMED_BY_CALL[choice.rule]
            return self._named(choice, request, key)
        if choice.rule == "R190":
            return self._releases(choice)
        options = list(choice.options)
        named = self.next_eni()
        return sorted(options, key=lambda option: option != named)

    def _spots(self, choice: Choice) -> list[object]:
        """The address the reply names; after a refusal, one the final state shows assigned."""
        reply = self.pod_reply
        if reply is None:
            return list(choice.options)
        if reply.values.get("success") is not True:
            return []
        address, device = reply.values.get("ip"), reply.values.get("device")
        return [
            spot
            for spot in cast(list[Spot], list(choice.options))
            if format_short(Network(spot.address, 1)) == address and spot.eni.device == device
        ]

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
        found: list[object] = []
        for following in self.calls[self.position : self.position + 2]:
            if following.values.get("call") != "UnassignPrivateIpAddresses":
                break
            if following.values.get("eni") != eni:
                break
            taken |= _named_networks(following)
            subset = tuple(network for network in choice.options.items if network in taken)
            if len(subset) == len(taken) and subset in choice.options:
                found.append(subset)
        return found

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
            raise MismatchError(ask.rule, "no further call", _text_of(expected))
        if not _same_arguments(expected, recorded):
            raise MismatchError(ask.rule, call_text(recorded), _text_of(expected))
        self.position += 1
        for event in recorded.objects("during", optional=True):
            self._nested(self, event)
        self.grants = self._grants_from_record
        attempts: tuple[aws_layer.Attempt, ...] = ()
        answer: object
        if isinstance(request, AllocENI):
            answer, attempts, self.ec2 = aws_layer.alloc_eni(
                self.config, self.ec2, request, self.grants
            )
        else:
            answer = self.reply_to(request)
        _compare_result(self, request, recorded, answer, attempts)
        return answer

    def recorded_result(self) -> Fields:
        """The result of the call being answered."""
        return self.calls[self.position - 1].child("result", optional=True)

    def finished(self) -> None:
        """Every recorded call must have been made."""
        left = self.next_call()
        if left is not None:
            rule = _RULE_OF_CALL.get(str(left.values.get("call")), "R72")
            raise MismatchError(rule, call_text(left), "no further call")


_NAMED_BY_CALL = {
    "R188": ("AssignPrivateIpAddresses", "eni"),
    "R189": ("FreeENI", "eni"),
}
"""Choices that the very next call gives away."""


_RULE_OF_CALL = {
    "AssignPrivateIpAddresses": "R96",
    aws_layer.CREATE_AND_ATTACH: "R101",
    "FreeENI": "R136",
    "UnassignPrivateIpAddresses": "R138",
    "GetAttachedENIs": "R146",
    "DescribeAllENIs": "R149",
    "GetIPv4sFromEC2": "R152",
    "GetIPv4PrefixesFromEC2": "R153",
    "TagENI": "R57",
    "IsSubnetExcluded": "R58",
    "SetupENINetwork": "R58",
}
"""The rule that decides whether a call is made: named when a call is one too many."""


class _RecordedGrants:
    """EC2's choices as the record tells them, checked against what EC2 has free."""

    def __init__(self, runner: RecordedRunner) -> None:
        self._runner = runner
        self._primary_next = False

    def addresses(self, subnet: Subnet, count: int) -> tuple[Network, ...] | None:
        if subnet.free < count:
            return None
        result = self._runner.recorded_result()
        if "error" in result:  # Granted, then lost again: the record does not tell what.
            return subnet.offer_addresses(count)
        if "primary" in result and not self._primary_next:
            self._primary_next = True
            return self._checked(
                (Network(snapshot.read_address(result, result.text("primary")), 1),), 1
            )
        self._primary_next = False
        return self._checked(_networks(result, "ips"), count)

    def prefixes(self, subnet: Subnet, count: int, block: int) -> tuple[Network, ...] | None:
        self._primary_next = False
        if subnet.free < count * block:
            return None
        result = self._runner.recorded_result()
        if "error" in result:
            return subnet.offer_prefixes(count, block)
        return self._checked(_networks(result, "prefixes"), count)

    def eni_id(self, ec2: Ec2) -> str:
        self._primary_next = False
        result = self._runner.recorded_result()
        if "error" in result:
            return "eni-lost"
        eni_id = result.values.get("eni")
        if not isinstance(eni_id, str) or ec2.eni(eni_id) is not None:
            raise MismatchError(EVERY_EC2_ANSWER, f"new ENI {eni_id!r}", "an id not in use")
        return eni_id

    def lingering(self, ec2: Ec2, now: int) -> Lingering:
        result = self._runner.recorded_result()
        seen = _read_stale(result, "stale")
        certain, possible = lingering(ec2, now)
        for eni in {*certain, *possible, *seen}:
            shown = seen.get(eni, frozenset())
            least, most = certain.get(eni, frozenset()), possible.get(eni, frozenset())
            if not least <= shown <= most:
                raise MismatchError(
                    EVERY_EC2_ANSWER,
                    f"IMDS still listing {snapshot.describe_networks(shown)} on {eni}",
                    f"{snapshot.describe_networks(least)} and of what left it lately",
                )
        return seen

    def complaint(self, codes: tuple[str, ...]) -> str:
        seen = self._runner.recorded_result().values.get("error")
        return seen if isinstance(seen, str) and seen in codes else codes[0]

    def _checked(self, networks: tuple[Network, ...], count: int) -> tuple[Network, ...]:
        seen = snapshot.describe_networks(networks)
        if len(set(networks)) != count or len(networks) != count:
            raise MismatchError(EVERY_EC2_ANSWER, f"granted {seen}", f"{count} distinct ones")
        for eni in (*self._runner.ec2.enis, *self._runner.ec2.leaked):
            for used in eni.networks():
                if any(used.address in new or new.address in used for new in networks):
                    raise MismatchError(
                        EVERY_EC2_ANSWER, f"granted {seen}", f"what {eni.id} does not have"
                    )
        return networks


# -- calls as a trace names them -----------------------------------------------------------------


def expected_call(request: Request[object]) -> dict[str, Json] | None:
    """The recorded form of a request; `None` for what traces do not record."""
    match request:
        case DescribeAllENIs():
            return {"call": "DescribeAllENIs"}
        case GetAttachedENIs():
            return {"call": "GetAttachedENIs"}
        case TagENI(eni):
            return {"call": "TagENI", "eni": eni}
        case IsSubnetExcluded(subnet):
            return {"call": "IsSubnetExcluded", "subnet": subnet}
        case SetupENINetwork(eni):
            return {"call": "SetupENINetwork", "eni": eni}
        case AssignPrivateIpAddresses(eni, count, _):
            return {"call": "AssignPrivateIpAddresses", "eni": eni, "count": count}
        case AllocENI(count, _, card, subnet):
            call: dict[str, Json] = {"call": aws_layer.CREATE_AND_ATTACH, "count": count}
            if subnet is not None:
                call["subnet"] = subnet
            if card:
                call["card"] = card
            return call
        case WaitForENI(eni, count, _):
            return {"call": "WaitForENIAndIPsAttached", "eni": eni, "count": count}
        case FreeENI(eni):
            return {"call": "FreeENI", "eni": eni}
        case UnassignPrivateIpAddresses(eni, networks, prefixes):
            key = "prefixes" if prefixes else "ips"
            return {
                "call": "UnassignPrivateIpAddresses",
                "eni": eni,
                key: [format_short(network) for network in networks],
            }
        case GetAddressesFromEC2(eni, prefixes):
            name = "GetIPv4PrefixesFromEC2" if prefixes else "GetIPv4sFromEC2"
            return {"call": name, "eni": eni}
    return None


_NOT_ARGUMENTS = {"result", "attempts", "during"}


def _same_arguments(expected: Mapping[str, object], recorded: Fields) -> bool:
    arguments = {k: v for k, v in recorded.values.items() if k not in _NOT_ARGUMENTS}
    if arguments.get("card") == 0:
        del arguments["card"]
    return _unordered(arguments) == _unordered(expected)


def _unordered(call: Mapping[str, object]) -> dict[str, object]:
    return {key: sorted(value) if isinstance(value, list) else value for key, value in call.items()}


def call_text(recorded: Fields) -> str:
    """A recorded call in words."""
    return _text_of({k: v for k, v in recorded.values.items() if k not in _NOT_ARGUMENTS})


def _text_of(call: Mapping[str, object]) -> str:
    arguments = ", ".join(f"{k}={_short(v)}" for k, v in call.items() if k != "call")
    return f"{call.get('call')}({arguments})"


def _short(value: object) -> str:
    text = " ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 200 else f"{text[:197]}..."


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


def _networks(result: Fields, key: str) -> tuple[Network, ...]:
    return tuple(snapshot.read_network(result, text) for text in result.texts(key, optional=True))


def _named_networks(call: Fields) -> set[Network]:
    return {*_networks(call, "ips"), *_networks(call, "prefixes")}


# -- results -------------------------------------------------------------------------------------


def _compare_result(
    runner: RecordedRunner,
    request: Request[object],
    recorded: Fields,
    answer: object,
    attempts: tuple[aws_layer.Attempt, ...],
) -> None:
    result = recorded.child("result", optional=True)
    what = call_text(recorded)
    error = result.values.get("error")
    expected_error = answer.code if isinstance(answer, Failed) else None
    if error != expected_error:
        raise MismatchError(
            EVERY_EC2_ANSWER,
            f"{what} -> {error or 'success'}",
            expected_error or "success, for no fault is armed and EC2 has what is asked for",
        )
    shown = _result_of(runner, request, answer)
    if isinstance(request, AllocENI):
        tried = [
            {"subnet": subnet} | ({"error": code} if code else {}) for subnet, code in attempts
        ]
        if recorded.values.get("attempts", []) != tried:
            raise MismatchError(
                "R103", f"{what} trying {recorded.values.get('attempts')}", f"{tried}"
            )
    for key, value in shown.items():
        seen = _READ_RESULT.get(key, _plain)(result, key)
        if seen != value:
            raise MismatchError(EVERY_EC2_ANSWER, f"{what} -> {key} {_show(seen)}", _show(value))
    unknown = set(result.values) - set(shown) - {"error", "primary", "subnet"}
    if unknown:
        raise MismatchError(EVERY_EC2_ANSWER, f"{what} -> {min(unknown)}", "no such result")


def _result_of(
    runner: RecordedRunner, request: Request[object], answer: object
) -> dict[str, object]:
    """What the record must show of an answer."""
    if isinstance(answer, Failed):
        return {}
    match request:
        case DescribeAllENIs():
            return _described(runner, cast(Described, answer))
        case GetAttachedENIs():
            return _listed(runner)
        case IsSubnetExcluded():
            return {"excluded": answer}
        case AssignPrivateIpAddresses(_, _, prefixes) | GetAddressesFromEC2(_, prefixes):
            key = "prefixes" if prefixes else "ips"
            return {key: frozenset(cast(tuple[Network, ...], answer))}
        case AllocENI(_, prefixes, _, _):
            eni = runner.ec2.eni(cast(str, answer))
            if eni is None:
                return {}
            networks = eni.prefixes if prefixes else tuple(Network(a, 1) for a in eni.addresses)
            return {
                "eni": eni.id,
                "device": eni.device,
                "prefixes" if prefixes else "ips": frozenset(networks),
            }
    return {}


def _listed(runner: RecordedRunner) -> dict[str, object]:
    stale = runner.recorded_result().values.get("stale")  # Checked when IMDS was asked.
    return {"enis": frozenset(eni.id for eni in runner.ec2.enis), "stale": stale}


def _described(runner: RecordedRunner, answer: Described) -> dict[str, object]:
    shown = _listed(runner)
    shown["trunk"] = answer.trunk
    result = runner.recorded_result()
    if "tags" in result:
        shown["tags"] = dict(answer.tags)
    else:
        shown["no_manage"] = frozenset(
            eni for eni, tags in answer.tags.items() if tags.no_manage == "true"
        )
    return shown


def _plain(result: Fields, key: str) -> object:
    return result.values.get(key)


def _names(result: Fields, key: str) -> object:
    return frozenset(result.texts(key, optional=True))


def _read_networks(result: Fields, key: str) -> object:
    return frozenset(_networks(result, key))


def _read_stale(result: Fields, key: str) -> Lingering:
    if key not in result:
        return {}
    stale = result.child(key)
    return {eni: frozenset(_named_networks(stale.child(eni))) for eni in stale.values}


def _read_tags(result: Fields, key: str) -> object:
    tags = result.child(key)
    return {eni: snapshot.read_tags(tags.child(eni)) for eni in tags.values}


_READ_RESULT: Mapping[str, Callable[[Fields, str], Any]] = {
    "enis": _names,
    "no_manage": _names,
    "tags": _read_tags,
    "ips": _read_networks,
    "prefixes": _read_networks,
}


def _show(value: object) -> str:
    if isinstance(value, frozenset) and all(isinstance(each, Network) for each in value):
        return snapshot.describe_networks(value)
    return _short(sorted(value) if isinstance(value, frozenset) else value)
