"""From what a run shows to a frame."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from attrs import evolve

from ipam_model.daemon.init import Exited, Started
from ipam_model.daemon.pods import PodReply
from ipam_model.daemon.procedure import Call
from ipam_model.daemon.reconcile import Reconciled
from ipam_model.film.cells import Seats
from ipam_model.film.frames import Frame, Mark, ShownCall
from ipam_model.limits import InstanceLimits
from ipam_model.properties.evidence import Asked, Step
from ipam_model.quantities import Quantities, reaches_ec2
from ipam_model.scenario.happening import Reply
from ipam_model.scenario.prescription import call_name
from ipam_model.scenario.running import Made
from ipam_model.scenario.tables import call_text, reply_text, seconds
from ipam_model.state import Pod, PodKey
from ipam_model.trace.replies import pod_reply, reconcile_reply, tick_reply
from ipam_model.world import Runner, World


def shown_calls(made: Iterable[Made]) -> tuple[ShownCall, ...]:
    """Those that a film shows: requests to EC2, and whatever else failed."""
    return tuple(
        ShownCall(call_text(each), each.error)
        for each in made
        if each.error or reaches_ec2(each.request)
    )


def made_of(asked: Iterable[Asked]) -> tuple[Made, ...]:
    """The calls among what was asked."""
    return tuple(
        Made(name=call_name(each.ask.request), request=each.ask.request, answer=each.answer)
        for each in asked
        if isinstance(each.ask, Call)
    )


def every_call(step: Step) -> tuple[Made, ...]:
    """Those of a step, with those of what happened meanwhile after them."""
    inner = (made for each in step.nested for made in every_call(each))
    return (*made_of(step.asked), *inner)


_WORDS: Final[Mapping[str, str]] = {
    "start": "the daemon starts",
    "tick": "pool update",
    "reconcile": "reconcile",
    "await_trunk": "a look for the trunk ENI",
    "terminate": "the daemon is told to stop",
}


def words_of(step: Step) -> str:
    """What happened in a step, in few words."""
    match step.subject:
        case Pod() as pod:
            return f"pod {pod.name or pod.key.container} asks for an address"
        case PodKey() as key:
            return f"pod {key.container} goes"
        case int() as milliseconds:
            return f"{seconds(milliseconds)} pass"
    return _WORDS.get(step.kind, step.kind)


def reply_of(step: Step) -> str:
    """What a step came to, as tables tell it."""
    return reply_text(_reply(step))


def _reply(step: Step) -> Reply:
    by_card = step.after.config.cards > 1
    match step.reply:
        case Started():
            return {"ok": True}
        case Exited() as exited:
            return {"ok": False, "error": exited.reason.code}
        case PodReply() as reply:
            shown = pod_reply(reply, by_card=by_card, deleted=step.kind == "delete_pod")
            return shown if reply.success else shown | {"error": reply.error}
        case Reconciled() as outcome:
            return reconcile_reply(outcome)
        case tuple() as decisions:
            return tick_reply(decisions, by_card=by_card)
    return {}


def meanwhile(step: Step) -> tuple[Mark, ...]:
    """What happened while a question of the step was open."""
    return tuple(
        Mark("plain", f"meanwhile: {words_of(each)}: {reply_of(each)}".removesuffix(": "))
        for each in step.nested
    )


def frame_of(
    state: World | Runner,
    seats: Seats,
    found: Quantities,
    *,
    words: str,
    event: int | None = None,
    reply: str = "",
    calls: Iterable[Made] = (),
    rules: Sequence[str] = (),
    marks: Iterable[Mark] = (),
    extra: Mapping[str, int] | None = None,
    at: int | None = None,
) -> Frame:
    """The frame of a world; `at` if it is about an earlier instant."""
    return Frame(
        now=state.now if at is None else at,
        event=event,
        words=words,
        reply=reply,
        calls=shown_calls(calls),
        rules=tuple(rules),
        marks=tuple(marks),
        running=state.node is not None,
        cordoned=state.cordoned,
        quantities=found,
        extra=extra or {},
        enis=seats.enis(state),
    )


def most_enis(limits: InstanceLimits) -> int:
    """ENIs that an instance allows on all of its cards together."""
    return sum(card.max_enis for card in limits.cards) or limits.max_enis


def with_marks(frame: Frame, marks: Iterable[Mark]) -> Frame:
    """The frame with more to be said of it."""
    more = tuple(marks)
    return evolve(frame, marks=(*frame.marks, *more)) if more else frame


def same_picture(one: Frame, other: Frame) -> bool:
    """Whether nothing that a frame shows of the node differs, time apart."""
    return (
        one.enis == other.enis
        and one.running == other.running
        and one.cordoned == other.cordoned
        and one.quantities == other.quantities
    )
