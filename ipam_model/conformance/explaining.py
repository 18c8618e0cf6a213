"""What the model allows where a subject diverges, in words, and by which rules."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import compress
from typing import Final, TypeVar

from attrs import evolve, frozen

from ipam_model.conformance.agreement import (
    VERDICTS,
    Aspect,
    agreement,
    differing_keys,
    first_disagreement,
    place,
)
from ipam_model.conformance.observation import Precision
from ipam_model.conformance.session import Unexplained
from ipam_model.conformance.spec import AnsweredCall, Meanwhile, Outcome, Said
from ipam_model.conformance.subject import Reply
from ipam_model.conformance.words import (
    calls_words,
    differences,
    meanwhile_words,
    request_words,
    value_words,
)
from ipam_model.trace.calls import RULE_OF_CALL, expected_call

S = TypeVar("S")

MOST_EXPECTED: Final = 3
"""Possibilities that are spelt out."""


@frozen(kw_only=True)
class Divergence:
    """Where a subject leaves the model."""

    aspect: Aspect
    """Of what a pod meets during a call: its reply, or the state then."""
    expected: tuple[str, ...]
    """What the model allows; if there is more, the last one says so."""
    found: str
    rules: frozenset[str]


def divergence(
    kind: str, said: Said, unexplained: Unexplained[S], precision: Precision
) -> Divergence:
    """Of a step of an event of this kind."""
    match unexplained.aspect:
        case Aspect.CALLS:
            return _of_calls(said.calls or (), unexplained.nearest)
        case Aspect.MEANWHILE:
            return _of_meanwhile(said, unexplained.nearest, precision)
        case Aspect.REPLY:
            return _of_reply(kind, said.reply, unexplained.nearest, precision)
        case Aspect.STATE:
            found = _of_state(kind, said, unexplained.nearest, precision)
            # Whatever differs once the call is answered, a pod came while it was pending.
            return evolve(found, rules=found.rules | CONCURRENT) if said.meanwhile else found


def _few(texts: Iterable[str]) -> tuple[str, ...]:
    distinct = tuple(dict.fromkeys(texts))
    more = len(distinct) - MOST_EXPECTED
    if more <= 0:
        return distinct
    return (*distinct[:MOST_EXPECTED], f"{more} more")


# -- calls ---------------------------------------------------------------------------------------


def _of_calls(found: tuple[AnsweredCall, ...], nearest: Sequence[Outcome[S]]) -> Divergence:
    ways = [each.said.calls or () for each in nearest]
    longest = max((_agreed(way, found) for way in ways), default=0)
    best = [way for way in ways if _agreed(way, found) == longest]
    extra = found[longest] if longest < len(found) else None
    rules = {way[longest].rule for way in best if longest < len(way)}
    if extra is not None and any(_decides(extra, way, longest) for way in best):
        rules.add(_rule_of(extra))
    return Divergence(
        aspect=Aspect.CALLS,
        expected=_few(request_words(way) for way in best),
        found=calls_words(found),
        rules=frozenset(rules),
    )


def _agreed(ours: Sequence[AnsweredCall], theirs: Sequence[AnsweredCall]) -> int:
    """How many calls are the same from the beginning on."""
    count = 0
    for one, other in zip(ours, theirs, strict=False):
        if one.request != other.request:
            break
        count += 1
    return count


def _decides(call: AnsweredCall, way: Sequence[AnsweredCall], place: int) -> bool:
    """Whether the model makes no such call there, or the same with other arguments."""
    return place == len(way) or type(way[place].request) is type(call.request)


def _rule_of(call: AnsweredCall) -> str:
    """The rule that decides whether such a call is made."""
    named = expected_call(call.request)
    assert named is not None, "every change of EC2 is a call of a recording"
    return RULE_OF_CALL[str(named["call"])]


# -- what happens during calls --------------------------------------------------------------------


CONCURRENT: Final = frozenset({"R71"})
"""Why a pod is served while a call is pending, and is not forgotten."""


def _of_meanwhile(said: Said, nearest: Sequence[Outcome[S]], precision: Precision) -> Divergence:
    """By what the first pod met that did not meet what the model lets it."""
    places = [first_disagreement(each.said, said, precision) for each in nearest]
    furthest = max(number for number in places if number is not None)
    best = [each for each, number in zip(nearest, places, strict=True) if number == furthest]
    found = _at(said, furthest)
    same = [each for each in best if _same_place(_at(each.said, furthest), found)]
    if found is None or not same:
        return Divergence(
            aspect=Aspect.CALLS,
            expected=_few(_met(_at(each.said, furthest)) for each in best),
            found=_met(found),
            rules=CONCURRENT,
        )
    outcomes = [evolve(each, said=each.said.meanwhile[furthest].said) for each in same]
    aspects = [agreement(each.said, found.said, precision) for each in outcomes]
    aspect = Aspect.STATE if Aspect.STATE in aspects else Aspect.REPLY
    inner = divergence(
        found.event.kind,
        found.said,
        Unexplained(aspect, tuple(compress(outcomes, [each is aspect for each in aspects]))),
        precision,
    )
    head = meanwhile_words(found)
    return Divergence(
        aspect=aspect,
        expected=tuple(f"{head}: {each}" for each in inner.expected),
        found=f"{head}: {inner.found}",
        rules=inner.rules | CONCURRENT,
    )


def _at(said: Said, number: int) -> Meanwhile | None:
    return said.meanwhile[number] if number < len(said.meanwhile) else None


def _same_place(one: Meanwhile | None, other: Meanwhile | None) -> bool:
    return one is not None and other is not None and place(one) == place(other)


def _met(meanwhile: Meanwhile | None) -> str:
    return "no call then" if meanwhile is None else meanwhile_words(meanwhile)


# -- replies -------------------------------------------------------------------------------------

RULES_OF_REPLY: Final = {
    ("start", "ok"): ("R53",),
    ("assign", "success"): ("R112",),
    ("assign", "ip"): ("R111", "R112"),
    ("assign", "device"): ("R117",),
    ("unassign", "success"): ("R126",),
    ("unassign", "ip"): ("R125",),
    ("add_eni", "success"): ("R11",),
    ("add_cidr", "success"): ("R22",),
    ("del_cidr", "success"): ("R23",),
    ("remove_eni", "success"): ("R24",),
    ("remove_unused_eni", "eni"): ("R136",),
    ("recover", "success"): ("R61",),
    ("pod_add", "success"): ("R112",),
    ("pod_add", "ip"): ("R111", "R112"),
    ("pod_add", "addresses"): ("R121",),
    ("pod_add", "device"): ("R117",),
    ("pod_del", "success"): ("R126",),
    ("pod_del", "ip"): ("R125",),
    ("pod_del", "addresses"): ("R125",),
    ("tick", "low"): ("R79",),
    ("reconcile", "due"): ("R145",),
    ("reconcile", "completed"): ("R146",),
}
"""By event and key: what decides it."""


def _of_reply(
    kind: str, found: Reply, nearest: Sequence[Outcome[S]], precision: Precision
) -> Divergence:
    compared = [
        (each.said.reply, differing_keys(each.said.reply, found, precision)) for each in nearest
    ]
    fewest = min(len(keys) for _, keys in compared)
    best = [(reply, keys) for reply, keys in compared if len(keys) == fewest]
    keys = tuple(dict.fromkeys(key for _, differing in best for key in differing))
    if any(key in VERDICTS for key in keys):  # All else follows from it.
        keys = tuple(key for key in keys if key in VERDICTS)
    rules = {rule for key in keys for rule in RULES_OF_REPLY.get((kind, key), ())}
    return Divergence(
        aspect=Aspect.REPLY,
        expected=_few(_reply(reply, keys) for reply, _ in best),
        found=_reply(found, keys),
        rules=frozenset(rules),
    )


def _reply(reply: Reply, keys: Sequence[str]) -> str:
    words = [_word(key, reply.get(key)) for key in keys]
    if "error" in reply and any(reply.get(key) is False for key in keys):
        words.append(f"({reply['error']})")
    return " ".join(words)


def _word(key: str, value: object) -> str:
    if key in VERDICTS and isinstance(value, bool):
        return "success" if value else "refusal"
    return f"{key} {value_words(value)}"


# -- states --------------------------------------------------------------------------------------

RULES_OF_STATE: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "running": {"": ("R53",)},
    "enis": {"": ("R11",), "tick": ("R101", "R136"), "reconcile": ("R150",)},
    "cidrs": {"": ("R22",), "tick": ("R98", "R138"), "reconcile": ("R150",), "pod_del": ("R127",)},
    "assigned": {"": ("R113",), "start": ("R61",), "pod_del": ("R124",), "reconcile": ("R23",)},
    "cooling": {"": ("R17",)},
    "counters": {"": ("R21",)},
}
"""By what differs and, where it matters, the event after which it does."""


def _of_state(
    kind: str, said: Said, nearest: Sequence[Outcome[S]], precision: Precision
) -> Divergence:
    compared = [differences(each.said.seen, said.seen, precision) for each in nearest]
    fewest = min(len(each) for each in compared)
    best = [each for each in compared if len(each) == fewest]
    rules = {
        rule
        for difference in best[0]
        for rule in RULES_OF_STATE[difference.what].get(kind, RULES_OF_STATE[difference.what][""])
    }
    return Divergence(
        aspect=Aspect.STATE,
        expected=_few("; ".join(_first(d.right for d in each)) for each in best),
        found="; ".join(_first(d.found for d in best[0])),
        rules=frozenset(rules),
    )


MOST_DIFFERENCES: Final = 4
"""Differences of two observations that are spelt out."""


def _first(texts: Iterable[str]) -> list[str]:
    every = list(dict.fromkeys(texts))
    more = len(every) - MOST_DIFFERENCES
    return [*every[:MOST_DIFFERENCES], *([f"and {more} more"] if more > 0 else [])]
