"""Stories that go on from where another one was: they end as if they had been told alone."""

import pytest

from ipam_model.errors import InputError
from ipam_model.linting.trial import Breaks, Disappoints, Stage, Story, Works, shows, simpler
from ipam_model.scenario.document import Expect, LoopPass, PodDel, PodsAdd, PodsDel, Start
from tests.linting.nodes import described

NODE = described("2x4", {"WARM_IP_TARGET": "1"})
STORY: Story = (
    Start(),
    PodsAdd(count=1),
    LoopPass(),
    PodsAdd(count=2, first=2, expect=Expect(reply={"refused": 0})),
    LoopPass(times=2, expect=Expect(ec2_calls=9)),
    PodsDel(count=1),
    LoopPass(),
)


@pytest.mark.parametrize("event", [None, *range(len(STORY))])
def test_a_story_ends_as_if_it_were_told_alone(event: int | None) -> None:
    stage = Stage(NODE)
    stage.remember(STORY)
    told = 0
    for story in (STORY, *simpler(STORY), STORY[:3]):
        if event is not None:
            stage.remember(STORY[:event])
        alone = Stage(NODE)
        try:
            expected = alone.tell(story)
        except InputError:
            with pytest.raises(InputError):
                stage.tell(story)
            continue
        assert stage.tell(story) == expected
        told += 1
    assert told > 3


def test_expectations_that_were_broken_before_stay_broken() -> None:
    broken: Story = (Start(), PodsAdd(count=9, expect=Expect(reply={"refused": 0})), LoopPass())
    stage = Stage(NODE)
    stage.remember(broken)
    assert stage.tell(broken[:2]).disappointed
    assert stage.tell((*broken, LoopPass())).disappointed
    assert not stage.tell(broken[:1]).disappointed


def test_a_story_is_remembered_as_far_as_it_makes_sense() -> None:
    senseless: Story = (LoopPass(), Start())
    works = Works(NODE, Disappoints(), None)
    works.remember(senseless)
    assert not works(senseless)
    assert not shows(NODE, (Start(), PodDel(pod="nobody")), Breaks(("P-L2",), "no finding"))
