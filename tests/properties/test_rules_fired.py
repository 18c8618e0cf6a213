"""Which rules a fixed sample of stories executes; the report of a run shows them."""

from hypothesis import HealthCheck, Phase, given, settings

from ipam_model.catalogue import catalogue
from ipam_model.firing import rules_fired
from ipam_model.testing.coverage import COVERAGE, summary
from ipam_model.testing.stories import wide_stories
from ipam_model.testing.story import Story
from ipam_model.testing.telling import told

STORIES = 80
"""Under watch they take three times as long as otherwise (`ipam_model.firing`)."""


def test_a_sample_of_stories_executes_most_rules() -> None:
    """The same stories on every run; the rest is for the tests of single rules."""

    @settings(
        max_examples=STORIES,
        phases=(Phase.generate,),
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(wide_stories())
    def tell(story: Story) -> None:
        told(story)

    with rules_fired() as fired:
        tell()
    COVERAGE.fired(fired, stories=STORIES)
    with_code = sum(1 for entry in catalogue().values() if entry.where)
    assert len(fired.rules) > 0.6 * with_code
    shown = [line for line in summary(COVERAGE) if line.startswith("rules: ")]
    assert shown[0].endswith(f" of {with_code} exercised by a sample of {STORIES} stories")
