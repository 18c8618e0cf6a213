"""What holds of a daemon v1.7 whatever happens to its node."""

from collections.abc import Callable
from typing import Any

from hypothesis import event, given

from ipam_model.config import Version
from ipam_model.daemon import datastore
from ipam_model.daemon.procedure import Procedure
from ipam_model.daemon.versions import DAEMONS
from ipam_model.requests import CreateENI, Request
from ipam_model.state import Node, Pod, PodKey, totals
from ipam_model.testing.nodes import configs_v1_7
from ipam_model.testing.stories import stories
from ipam_model.testing.story import Story
from ipam_model.testing.telling import Teller, told
from tests.properties.test_determinism import check_twice

V1_7 = DAEMONS[Version.V1_7]


def procedures(teller: Teller) -> dict[str, Callable[[], Procedure[Any]]]:
    config, node, now = teller.config, teller.memory(), teller.now
    return {
        "start": lambda: V1_7.start(config, now),
        "tick": lambda: V1_7.update_pool(config, node, now),
        "reconcile": lambda: V1_7.reconcile(config, node, now),
        "add": lambda: V1_7.add(config, node, now, Pod(PodKey("new"), name="ns/new")),
        "delete": lambda: V1_7.delete(config, node, now, PodKey("p1")),
    }


@given(stories(config=configs_v1_7()))
def test_R196_a_procedure_is_a_function_of_its_arguments_and_answers(story: Story) -> None:
    teller = told(story)
    if teller.node is None:
        return
    for name in procedures(teller):
        fresh = Teller(teller.world, story.choices)
        questions = check_twice(fresh, procedures(fresh)[name])
        event(f"{name}: {'no' if questions == 0 else 'some'} questions")


class Observer(Teller):
    """A daemon whose requests for ENIs are counted against its limit."""

    def reply_to(self, request: Request[object]) -> object:
        if isinstance(request, CreateENI):
            known = len(self.memory().store(0).enis)
            assert known < self.config.max_enis, "an ENI is asked for beyond MAX_ENI"
        return super().reply_to(request)


@given(stories(config=configs_v1_7(), lags=(0, 0, 40_000), enforce_limits=False))
def test_the_store_is_sound_after_every_event(story: Story) -> None:
    observer = Observer(story.world(), story.choices)
    observer.start()
    for act in story.events:
        observer.happen(act)
        if observer.node is not None:
            check_store(observer.node)


def check_store(node: Node) -> None:
    """One store of single addresses, its index and counters right."""
    (store,) = node.stores
    assert dict(store.holdings) == datastore.index(store.enis)
    assert not any(cidr.is_prefix for _, cidr in store.cidrs())
    assert not any(eni.excluded for eni in store.enis)
    assert store.total_drift == store.prefix_drift == 0
    pool = totals(store)
    assert (pool.total, pool.assigned) == (store.counter_total(), len(store.holdings))
    for eni, cidr in store.cidrs():
        if cidr.network.address == eni.primary_address:
            assert eni.id not in node.primaries, "a known primary address became a pod address"
    assert node.last_insufficient is None
    assert node.cleanups == ()
