"""Living through a story."""

from ipam_model.testing.events import RUNNING, Event
from ipam_model.testing.steering import Steered
from ipam_model.testing.story import Story


class Teller(Steered):
    """Runs a story: takes the choices it prescribes."""

    def happen(self, event: Event) -> object:
        """One event; a daemon that does not run takes only restarts, time and what others do."""
        if self.node is None and isinstance(event, RUNNING):
            return None
        return self.let(event)


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
