"""Events, replies, calls and observations in few words."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple, cast

from attrs import asdict, evolve

from ipam_model.addresses import format_short, parse_network
from ipam_model.conformance.observation import (
    Observation,
    Precision,
    SeenCard,
    SeenCidr,
    SeenEni,
)
from ipam_model.conformance.pending import pods_of
from ipam_model.conformance.spec import AnsweredCall, Meanwhile, Said
from ipam_model.conformance.subject import Reply
from ipam_model.inspection.counted import counted
from ipam_model.requests import Failed
from ipam_model.scenario.document import CallPart, Event, Happening
from ipam_model.scenario.tables import event_text
from ipam_model.state import Network
from ipam_model.trace.calls import expected_call, short, text_of


def event_words(event: object) -> str:
    """What happens."""
    if isinstance(event, Happening):
        return "; ".join([plain_words(event), *map(_comings, cast(Event, event).calls)])
    return plain_words(event)


def plain_words(event: object) -> str:
    """What happens, but for the pods that come and go during its calls."""
    if isinstance(event, Happening):
        told = cast(Event, event)
        return event_text(evolve(told, calls=()) if told.calls else told)
    return _named(getattr(event, "kind", type(event).__name__), asdict(event))  # type: ignore[arg-type]  # a record


def _comings(part: CallPart) -> str:
    """Which pods come and go during a call."""
    pods = ", ".join(map(event_words, pods_of(part)))
    return f"during {call_place(part.call, part.nth)} {pods}"


def call_place(call: str, nth: int) -> str:
    """Which call of an event is meant."""
    return call if nth == 1 else f"{call} number {nth}"


def meanwhile_words(each: Meanwhile) -> str:
    """What happened, and during which call."""
    return f"{event_words(each.event)} during {call_place(each.call, each.nth)}"


def _named(kind: str, values: Mapping[str, object]) -> str:
    shown = [
        str(value) if isinstance(value, str) else f"{name}={value}"
        for name, value in values.items()
        if value not in (False, "", 0, None)
    ]
    return " ".join([kind, *shown])


def reply_words(reply: Reply) -> str:
    """What the caller is told."""
    rest = {k: v for k, v in reply.items() if k not in {"success", "ok"} and v not in (None, "")}
    verdict = reply.get("success", reply.get("ok"))
    words = [] if verdict is None else ["succeeds" if verdict is True else "fails"]
    words += [f"{name} {value_words(value)}" for name, value in rest.items()]
    return ", ".join(words) or "no reply"


def value_words(value: object) -> str:
    """A value of a reply."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return " ".join(str(e.get("ip", e)) if isinstance(e, dict) else str(e) for e in value)
    return "nothing" if value is None else short(value)


def call_words(call: AnsweredCall) -> str:
    """A call and its answer."""
    return f"{_request(call)} → {_answer(call.answer)}"


def _request(call: AnsweredCall) -> str:
    request = expected_call(call.request)
    return type(call.request).__name__ if request is None else text_of(request)


def _answer(answer: object) -> str:
    if isinstance(answer, Failed):
        return answer.code
    if isinstance(answer, tuple):
        return short(" ".join(format_short(each) for each in answer if isinstance(each, Network)))
    return answer if isinstance(answer, str) else "done"


def calls_words(calls: Iterable[AnsweredCall]) -> str:
    """Calls in order, with their answers."""
    return "; ".join(call_words(call) for call in calls) or "no change of EC2"


def request_words(calls: Iterable[AnsweredCall]) -> str:
    """Calls in order, without answers."""
    return "; ".join(map(_request, calls)) or "no change of EC2"


def said_words(said: Said, precision: Precision) -> str:
    """Everything that came from a subject during an event."""
    words = [f"{meanwhile_words(e)} {reply_words(e.said.reply)}" for e in said.meanwhile]
    words += [reply_words(said.reply)] if said.reply else []
    if said.calls:
        words.append(calls_words(said.calls))
    words.append(seen_words(said.seen, precision))
    return "; ".join(words)


def seen_words(seen: Observation, precision: Precision) -> str:
    """The node in numbers."""
    if not seen.running:
        return "does not run"
    if precision is Precision.COUNTS or not seen.enis:
        return ", ".join(_card(each, alone=len(seen.cards) == 1) for each in seen.cards)
    return ", ".join(_eni(each) for each in seen.enis)


def _card(card: SeenCard, *, alone: bool) -> str:
    place = "" if alone else f"card {card.card}: "
    return f"{place}{counted(card.enis, 'ENI')} with {_numbers(card)}"


def _eni(eni: SeenEni) -> str:
    name = eni.id or ("primary ENI" if eni.primary else "ENI")
    return f"{name} {_numbers(eni)}"


def _numbers(each: SeenCard | SeenEni) -> str:
    words = [f"{each.total} owned"]
    words += [f"{each.assigned} assigned"] if each.assigned else []
    words += [f"{each.cooling} cooling"] if each.cooling else []
    return " ".join(words)


# -- differences ---------------------------------------------------------------------------------


class Difference(NamedTuple):
    """One thing in which two observations differ."""

    what: str
    """`running`, `enis`, `cidrs`, `assigned`, `cooling` or `counters`."""
    right: str
    found: str


def differences(
    right: Observation, found: Observation, precision: Precision
) -> tuple[Difference, ...]:
    """Where what was found differs from what would be right, as precisely as it is compared."""
    if right.running != found.running:
        return (Difference("running", _runs(right), _runs(found)),)
    if precision is Precision.EXACT:
        exact = tuple(_exact_differences(right, found))
        return exact or tuple(_differences_of_cards(right, found, total="counters"))
    counts = tuple(_differences_of_cards(right, found, total="cidrs"))
    if precision is Precision.COUNTS:
        return counts
    return (*counts, *_differences_of_shapes(right, found))


def _runs(seen: Observation) -> str:
    return "runs" if seen.running else "does not run"


def _differences_of_cards(
    right: Observation, found: Observation, *, total: str
) -> Iterator[Difference]:
    """Of owned addresses, `total` says whether the CIDRs or only their counter can differ."""
    ours = {each.card: each for each in right.cards}
    theirs = {each.card: each for each in found.cards}
    alone = len(ours) == len(theirs) == 1
    for card in sorted(ours.keys() | theirs.keys()):
        one, other = ours.get(card), theirs.get(card)
        if one is None or other is None:
            yield Difference(
                "running",
                *(f"no card {card}" if e is None else _card(e, alone=alone) for e in (one, other)),
            )
            continue
        for name, what in (*_OF_CARDS, ("total", total)):
            if getattr(one, name) != getattr(other, name):
                yield Difference(what, _card(one, alone=alone), _card(other, alone=alone))


_OF_CARDS: Final = (("enis", "enis"), ("assigned", "assigned"), ("cooling", "cooling"))
"""What is said of a card, and what it is about."""


def _differences_of_shapes(right: Observation, found: Observation) -> Iterator[Difference]:
    ours, theirs = (Counter(map(_shape, seen.enis)) for seen in (right, found))
    if ours != theirs:
        texts = [
            ", ".join(sorted(_nameless(each) for each in seen.enis)) for seen in (right, found)
        ]
        yield Difference("cidrs", *texts)


def _shape(eni: SeenEni) -> tuple[object, ...]:
    return (eni.card, eni.primary, eni.total, eni.assigned, eni.cooling)


def _nameless(eni: SeenEni) -> str:
    return f"{'primary' if eni.primary else 'secondary'} ENI {_numbers(eni)}"


def _exact_differences(right: Observation, found: Observation) -> Iterator[Difference]:
    ours = {each.id: each for each in right.enis}
    theirs = {each.id: each for each in found.enis}
    for eni in sorted(ours.keys() | theirs.keys()):
        one, other = ours.get(eni), theirs.get(eni)
        if one is None or other is None:
            yield Difference(
                "enis", *(f"no {eni}" if each is None else _eni(each) for each in (one, other))
            )
            continue
        if one.card != other.card:
            yield Difference("enis", *(f"{eni} on card {each.card}" for each in (one, other)))
        yield from _differences_of_cidrs(eni, one, other)


def _differences_of_cidrs(eni: str, one: SeenEni, other: SeenEni) -> Iterator[Difference]:
    ours, theirs = _by_network(one), _by_network(other)
    for network in sorted(ours.keys() | theirs.keys()):
        right, found = ours.get(network), theirs.get(network)
        if right is None or found is None:
            name = format_short(network)
            yield Difference(
                "cidrs",
                *(f"{eni} {'without' if e is None else 'with'} {name}" for e in (right, found)),
            )
            continue
        addresses = {*right.assigned, *found.assigned, *right.cooling, *found.cooling}
        for address in sorted(addresses):
            use, used = _use(right, address), _use(found, address)
            if use != used:
                held = address in right.assigned or address in found.assigned
                what = "assigned" if held else "cooling"
                yield Difference(what, f"{eni} {address} {use}", f"{eni} {address} {used}")


def _by_network(eni: SeenEni) -> dict[Network, SeenCidr]:
    return {parse_network(each.cidr): each for each in eni.cidrs}


def _use(cidr: SeenCidr, address: str) -> str:
    if address in cidr.assigned:
        return f"assigned to {cidr.assigned[address]}"
    return "cooling" if address in cidr.cooling else "free"
