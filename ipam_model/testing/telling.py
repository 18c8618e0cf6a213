"""Living through a story."""

from collections.abc import Sequence

from ipam_model.daemon.procedure import Choice
from ipam_model.testing.events import RUNNING, Event
from ipam_model.testing.story import Story
from ipam_model.world import Runner, World


class Teller(Runner):
    """Runs a story: takes the choices it prescribes."""

    def __init__(self, world: World, choices: Sequence[int] = ()) -> None:
        super().__init__(world)
        self.choices = list(reversed(choices))

    def choose(self, choice: Choice) -> object:
        """The option that the next number takes; the first one when they are used up."""
        if not self.choices:
            return choice.options.first
        options = tuple(choice.options)
        return options[self.choices.pop() % len(options)]

    def happen(self, event: Event) -> object:
        """One event; a daemon that does not run takes only restarts, time and what others do."""
        if self.node is None and isinstance(event, RUNNING):
            return None
        return event.happen(self)


def tell(teller: Teller, story: Story) -> None:
    """The whole story, the daemon's first start included."""
    teller.start()
    for event in story.events:
        teller.happen(event)


def told(story: Story) -> Teller:
    """A started daemon after the whole story."""
    teller = Teller(story.world(), story.choices)
    tell(teller, story)
    return teller
