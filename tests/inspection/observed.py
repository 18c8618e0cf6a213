"""Nodes of random stories as an operator sees them."""

from collections.abc import Callable

from attrs import frozen
from hypothesis import assume

from ipam_model.config import Config
from ipam_model.errors import InputError
from ipam_model.inspection import introspection
from ipam_model.inspection.json_text import Found, find
from ipam_model.inspection.reconstruction import Reconstruction, reconstruct
from ipam_model.inspection.write import introspection as written
from ipam_model.nodes import NodeSetup
from ipam_model.testing.happenings import event_lists
from ipam_model.testing.stories import stories
from ipam_model.testing.story import Story
from ipam_model.testing.telling import Teller, told

NODES = stories(events=event_lists(most=12))
"""Short stories: enough to have every kind of ENI and address in them."""

EPOCH = 1_772_355_600_000
"""2026-03-01T09:00:00Z."""


@frozen(kw_only=True)
class StorySetup(NodeSetup):
    """The node of a story, with its small prefixes."""

    story_config: Config

    @property
    def config(self) -> Config:
        return self.story_config


def setup_of(story: Story) -> StorySetup:
    return StorySetup(
        name="story",
        limits=story.config.limits,
        env={},
        max_pods=story.max_pods,
        story_config=story.config,
    )


def found(text: str) -> Found:
    return find("enis.json", text, introspection.recognise, "introspection output")


def running(story: Story) -> Teller:
    """The node at the end of a story in which the daemon runs then."""
    teller = told(story)
    assume(teller.node is not None)
    return teller


def observed(story: Story, teller: Teller, *, blanked: bool = True) -> Reconstruction:
    """The state that is reconstructed from what it shows."""
    text = written(teller.memory().stores, epoch=EPOCH, blanked=blanked)
    observation = introspection.read(found(text))
    return reconstruct(observation, setup_of(story), teller.now + EPOCH, cordoned=teller.cordoned)


def complaint(text: str) -> str | None:
    """What reading complains about; None if it reads."""
    try:
        introspection.read(found(text))
    except InputError as error:
        return str(error)
    return None


def inner(test: object) -> Callable[..., object]:
    """The function that Hypothesis runs on one example."""
    found: Callable[..., object] = test.hypothesis.inner_test  # type: ignore[attr-defined]  # untyped there
    return found
