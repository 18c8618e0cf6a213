"""Stories in which settings show what they are worth, for a node of any size.

Each is told for a number of pods; which numbers are worth trying, `pod_counts` says. Nobody writes
down which of them shows a finding: the search tries them, smallest first.
"""

from collections.abc import Iterator
from typing import Final

from attrs import evolve

from ipam_model.linting.subject import Subject
from ipam_model.linting.trial import Story
from ipam_model.nodes import NodeSetup
from ipam_model.properties.aggregates import round_up, size
from ipam_model.scenario.document import (
    ChoicePart,
    Cordon,
    Event,
    Expect,
    LoopPass,
    PodsAdd,
    PodsDel,
    Start,
)
from ipam_model.scenario.happening import happen
from ipam_model.world import Runner


def pod_counts(subject: Subject) -> tuple[int, ...]:
    """Numbers of pods at which something may change: full CIDRs, ENIs and nodes, targets met."""
    goal, eni, cidr = subject.goal, subject.eni, subject.cidr
    edges = {0, cidr, eni, 2 * eni, subject.capacity}
    edges |= {round_up(goal.minimum, cidr), round_up(goal.warm, cidr)}
    edges |= {edge - goal.warm for edge in tuple(edges)}
    edges |= {edge + subject.elsewhere for edge in tuple(edges)}
    near = {edge + step for edge in edges for step in (0, 1)}
    return tuple(sorted(each for each in near if 0 <= each <= subject.scheduled))


def filled(node: NodeSetup, pods: int) -> Story:
    """The node starts, and pods come as fast as they are served; those left over come at last."""
    runner = Runner(node.world())
    told: list[Event] = []

    def tell(event: Event) -> None:
        happen(runner, event)
        told.append(event)

    tell(Start())
    here = waiting = 0
    while here < pods and runner.node is not None and waiting <= 2 * node.config.max_enis:
        free = sum(size(store).available for store in runner.node.stores)
        count = min(free, pods - here)
        if count:
            tell(PodsAdd(count=count, first=here + 1))
            here, waiting = here + count, 0
        else:
            tell(LoopPass())
            waiting += 1
    if here < pods:
        told = [*told[: len(told) - waiting], PodsAdd(count=pods - here, first=here + 1)]
    return tuple(told)


def fillings(subject: Subject) -> Iterator[Story]:
    """Pods come."""
    for pods in pod_counts(subject):
        yield filled(subject.node, pods)


def refusals(subject: Subject) -> Iterator[Story]:
    """Pods come, and the last of them expect to be served."""
    for story in fillings(subject):
        last = story[-1]
        if isinstance(last, PodsAdd):
            yield (*story[:-1], evolve(last, expect=Expect(reply={"refused": 0})))


GROWN_ENIS: Final = 3
"""That of the start, and one of each of two passes (R97); a larger target takes more of them."""


def drainings(subject: Subject) -> Iterator[Story]:
    """Pods come, the node is cordoned, and they go; what is released may come off any ENI first."""
    for pods in pod_counts(subject):
        if pods:
            story = filled(subject.node, pods)
            drained = (*story, LoopPass(), LoopPass(), Cordon(), PodsDel(count=pods))
            yield drained
            last = _youngest_eni(subject.node, drained)
            yield (*drained, LoopPass(choices=(ChoicePart(rule="R190", eni=last),)))
            if subject.usable_enis > GROWN_ENIS:
                grown = LoopPass(times=subject.usable_enis)
                yield (*story, grown, Cordon(), PodsDel(count=pods))


def thinnings(subject: Subject) -> Iterator[Story]:
    """Pods come, and of every prefix's but the last one's a single pod stays."""
    block = subject.config.block
    for pods in pod_counts(subject):
        told = [*filled(subject.node, pods), LoopPass(), LoopPass()]
        for first in range(1, pods + 1, block):
            last = min(first + block - 1, pods)
            if last > first:
                told.append(PodsDel(count=last - first, first=first + 1))
        yield tuple(told)


def _youngest_eni(node: NodeSetup, story: Story) -> str:
    runner = Runner(node.world())
    for event in story:
        happen(runner, event)
    return max(runner.ec2.enis, key=lambda eni: (len(eni.id), eni.id)).id


def at_rest(node: NodeSetup, story: Story, passes: int) -> Expect:
    """What the node owns after a story and so many passes."""
    runner = Runner(node.world())
    for event in (*story, LoopPass(times=passes)):
        happen(runner, event)
    stores = () if runner.node is None else runner.node.stores
    return Expect(
        enis=sum(len(store.enis) for store in stores),
        owned=sum(size(store).total for store in stores),
    )
