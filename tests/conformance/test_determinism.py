"""Whether a subject does the same again."""

from collections.abc import Callable
from itertools import count

from ipam_model.conformance.determinism import parting_of_daemons
from ipam_model.conformance.reference import ReferenceDaemon
from ipam_model.conformance.subject import Reply
from ipam_model.scenario.document import Event, PodAdd, Start, Tick
from tests.conformance.daemons import Perturbed, busy_plan, node_plan

PLAN = node_plan(Start(), PodAdd(pod="p1"), Tick())


def _numbered(make: Callable[[int], ReferenceDaemon]) -> Callable[[], ReferenceDaemon]:
    numbers = count()
    return lambda: make(next(numbers))


def test_one_that_does_the_same_again() -> None:
    assert parting_of_daemons(lambda: ReferenceDaemon(seed=4), busy_plan()) is None


def test_one_that_decides_at_random() -> None:
    found = parting_of_daemons(_numbered(lambda n: ReferenceDaemon(seed=n)), busy_plan())
    assert found is not None
    assert found.event.startswith("pod_add")
    assert found.one != found.other
    assert str(found).startswith(f"not deterministic: at step {found.step}, pod_add p")


def test_one_that_stops_only_sometimes() -> None:
    def subject(number: int) -> ReferenceDaemon:
        def reply(event: Event, usual: Reply) -> Reply:
            if number and isinstance(event, Tick):
                raise OSError("gone")
            return usual

        return Perturbed(reply=reply)

    found = parting_of_daemons(_numbered(subject), PLAN)
    assert found is not None
    assert (found.step, found.event) == (3, "tick")
    assert (found.one, found.other) == ("conforms", "apply raised OSError: gone")


def test_one_that_always_stops_there_does_the_same() -> None:
    def stop(event: Event, usual: Reply) -> Reply:
        if isinstance(event, Tick):
            raise OSError("gone")
        return usual

    assert parting_of_daemons(lambda: Perturbed(reply=stop), PLAN) is None
