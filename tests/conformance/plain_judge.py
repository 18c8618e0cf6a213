"""The judge in its plainest form: every state, every outcome, nothing left out."""

from collections.abc import Hashable

from attrs import frozen

from ipam_model.conformance.datastore_events import DatastoreEvent
from ipam_model.conformance.datastore_happening import DatastoreState
from ipam_model.conformance.datastore_spec import DatastoreSpec
from ipam_model.conformance.observation import Precision, canonical
from ipam_model.conformance.plan import DatastorePlan
from ipam_model.conformance.spec import Said
from ipam_model.conformance.subject import DatastoreSubject


@frozen
class Divergence:
    """Where nothing explains any longer what a store does."""

    number: int
    event: DatastoreEvent
    said: Said
    expected: tuple[Said, ...]


def judge(subject: DatastoreSubject, plan: DatastorePlan, spec: DatastoreSpec) -> Divergence | None:
    """The first step that the model cannot explain."""
    precision = subject.capabilities.precision
    subject.reset(plan.datastore)
    states = [spec.initial(plan.datastore)]
    for number, event in enumerate(plan.events):
        said = Said(subject.apply(event), subject.observe())
        left: dict[Hashable, DatastoreState] = {}
        expected: list[Said] = []
        for state in states:
            for outcome in spec.outcomes(state, event):
                expected.append(outcome.said)
                if agree(said, outcome.said, precision):
                    left.setdefault(spec.key(outcome.state), outcome.state)
        if not left:
            return Divergence(number, event, said, tuple(expected))
        states = list(left.values())
    return None


def agree(said: Said, model: Said, precision: Precision) -> bool:
    """Whether the model's account of an event is the subject's."""
    compared = said.reply if precision is Precision.EXACT else {"success"} & set(said.reply)
    return all(said.reply[key] == model.reply.get(key) for key in compared) and canonical(
        said.seen, precision
    ) == canonical(model.seen, precision)
