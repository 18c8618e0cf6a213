"""Whether what the model may say is what a subject said."""

from enum import Enum, unique
from itertools import zip_longest
from typing import Final

from ipam_model.conformance.observation import Precision, canonical
from ipam_model.conformance.pending import PodEvent
from ipam_model.conformance.spec import AnsweredCall, Meanwhile, Said
from ipam_model.conformance.subject import Reply
from ipam_model.strict_json import JsonValue


@unique
class Aspect(Enum):
    """In what a step is compared, in this order."""

    CALLS = "calls"
    """What changed EC2."""
    MEANWHILE = "meanwhile"
    """What pods met, and what was seen, while one of them was pending."""
    REPLY = "reply"
    STATE = "state"


VERDICTS: Final = ("success", "ok")
"""Keys of a reply that are always compared."""
EMPTY: Final[tuple[JsonValue, ...]] = (None, "", [], {})
"""As good as not said."""


def agreement(model: Said, subject: Said, precision: Precision) -> Aspect | None:
    """The first aspect in which they differ; `None` if they agree."""
    if subject.calls is not None and not same_calls(model.calls or (), subject.calls):
        return Aspect.CALLS
    visited = model.meanwhile or subject.meanwhile
    if visited and first_disagreement(model, subject, precision) is not None:
        return Aspect.MEANWHILE
    if differing_keys(model.reply, subject.reply, precision):
        return Aspect.REPLY
    if model.seen == subject.seen:  # As a rule, and found out sooner.
        return None
    if canonical(model.seen, precision) != canonical(subject.seen, precision):
        return Aspect.STATE
    return None


def first_disagreement(model: Said, subject: Said, precision: Precision) -> int | None:
    """The number of the first pod event during a call in which they differ, from 0."""
    pairs = zip_longest(model.meanwhile, subject.meanwhile)
    for number, (ours, theirs) in enumerate(pairs):
        if ours is None or theirs is None or place(ours) != place(theirs):
            return number
        if agreement(ours.said, theirs.said, precision) is not None:
            return number
    return None


def place(meanwhile: Meanwhile) -> tuple[str, int, PodEvent]:
    """What happened, and during which call."""
    return meanwhile.call, meanwhile.nth, meanwhile.event


def same_calls(ours: tuple[AnsweredCall, ...], theirs: tuple[AnsweredCall, ...]) -> bool:
    """The same changes in the same order."""
    return [each.request for each in ours] == [each.request for each in theirs]


def differing_keys(model: Reply, subject: Reply, precision: Precision) -> tuple[str, ...]:
    """What of a reply is not as the model has it; what the subject leaves out does not count."""
    exact = precision is Precision.EXACT
    compared = [key for key in subject if key in VERDICTS or exact]
    compared += [key for key in VERDICTS if key in model and key not in subject]
    return tuple([key for key in compared if not _same(model.get(key), subject.get(key))])


def _same(ours: JsonValue, theirs: JsonValue) -> bool:
    if any(ours is each or (ours == each and type(ours) is type(each)) for each in EMPTY):
        return any(
            theirs is each or (theirs == each and type(theirs) is type(each)) for each in EMPTY
        )
    return type(ours) is type(theirs) and ours == theirs
