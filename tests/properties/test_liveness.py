"""What is reached in the end, once nobody disturbs the daemon any more.

After any story EC2 answers again, its subnet has addresses, and the node is schedulable. It is then
left alone for as long as it may take to settle (`ticks_to_settle`), and as long again, which shows
whether it stays. Then all pods leave, and it is left alone once more, cordoned or not. The
properties after a quiet period are checked twice, and all others after every event; a violation
passes only in the circumstances of a finding.
"""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ipam_model.properties.evidence import Step
from ipam_model.properties.judging import Violation
from ipam_model.properties.pace import ticks_to_warm_target
from ipam_model.properties.warm_target import target_met
from ipam_model.rules import eligibility, timing
from ipam_model.rules import growth as growth_rules
from ipam_model.rules import shrink as shrink_rules
from ipam_model.testing.events import Arrive, Loop, OthersDetach, OthersTake, SubnetHas
from ipam_model.testing.happenings import card_events
from ipam_model.testing.nodes import configs, configs_v1_7
from ipam_model.testing.stories import directed, stories
from ipam_model.testing.story import Story
from ipam_model.testing.telling import tell
from tests.properties.refutation import assert_refuted
from tests.properties.watcher import Watcher, depart, undisturbed, watch_to_the_end
from tests.rules.scenes import PREFIXES, make_config, make_scene, warm

pytestmark = pytest.mark.unmeasured

ONE_CARD = stories()
CARDS = stories(
    config=configs(cards=(2, 3), ipv6=(False, False, True)),
    events=card_events(),
    sparse=(False, True),
)
V1_7 = stories(config=configs_v1_7())


def check(story: Story, cordoned: bool) -> None:
    watcher = watch_to_the_end(story, cordoned=cordoned)
    for name in watcher.judge.exercised:
        if name.startswith(("P-L", "P-M")):
            event(name)


@given(ONE_CARD, st.booleans())
def test_liveness_holds_whatever_happened_before(story: Story, cordoned: bool) -> None:
    check(story, cordoned)


@given(CARDS, st.booleans())
def test_liveness_holds_on_every_card(story: Story, cordoned: bool) -> None:
    check(story, cordoned)


@given(V1_7, st.booleans())
def test_liveness_holds_of_v1_7(story: Story, cordoned: bool) -> None:
    check(story, cordoned)


# -- the stated number of ticks ------------------------------------------------------------------


@pytest.mark.parametrize("enis", [1, 2, 3, 4, 5])
@pytest.mark.parametrize(
    "targets",
    [
        lambda enis: warm(eni=enis),
        lambda enis: warm(ip=3 * enis),
        lambda enis: warm(minimum=3 * enis),
        lambda enis: PREFIXES | warm(prefix=3 * enis),
    ],
    ids=["WARM_ENI_TARGET", "WARM_IP_TARGET", "MINIMUM_IP_TARGET", "WARM_PREFIX_TARGET"],
)
def test_P_M2_its_bound_for_a_calm_node_is_tight(
    enis: int, targets: Callable[[int], dict[str, str]]
) -> None:
    """A bare node, cordoned while it started, needs exactly MAX_ENI ticks for all its ENIs."""
    config = make_config(targets(enis), enis=enis, addresses=4)
    scene = make_scene(config, max_pods=1000)  # prefixes of four ENIs are more than the usual 110
    scene.cordoned = True
    watcher = Watcher(scene.world)
    watcher.start()
    watcher.cordoned = False
    assert ticks_to_warm_target(config, calm=True) == enis
    met = []
    for _ in range(enis):
        met.append(target_met(config, watcher.memory().store(0)))
        watcher.loop_pass()
    assert not any(met)
    assert target_met(config, watcher.memory().store(0))


# -- the properties can fail ---------------------------------------------------------------------

Patch = pytest.MonkeyPatch


def never_low(patch: Patch) -> None:
    patch.setattr(growth_rules, "too_low", lambda *_: False)


def back_off_for_ever(patch: Patch) -> None:
    patch.setattr(timing, "backing_off", lambda *_: True)


def no_new_eni(patch: Patch) -> None:
    patch.setattr(growth_rules, "new_eni_size", lambda *_: 0)


def never_due(patch: Patch) -> None:
    patch.setattr(timing, "reconcile_due", lambda *_: False)


def never_high(patch: Patch) -> None:
    patch.setattr(shrink_rules, "too_high", lambda *_: False)


def keep_every_eni(patch: Patch) -> None:
    patch.setattr(shrink_rules, "deletable", lambda *_: False)


def ignore_the_cordon(patch: Patch) -> None:
    patch.setattr(eligibility, "enis_frozen", lambda *_: False)


def nothing_need_be_left(patch: Patch) -> None:
    patch.setattr(shrink_rules, "enough_without", lambda *_: True)


PLAIN = configs(zero_targets=False, special=False)
FULL = directed(st.builds(Arrive, st.integers(1, 12)), st.just(Loop(2)), config=PLAIN)
SHORT = directed(
    st.builds(SubnetHas, st.sampled_from([0, 1])),
    st.builds(Arrive, st.integers(1, 12)),
    st.just(Loop(1)),
    config=PLAIN,
)
CHANGED = directed(
    st.builds(OthersTake, st.integers(0, 7)),
    st.builds(OthersDetach, st.integers(0, 3)),
    st.builds(Arrive, st.integers(1, 12)),
    st.just(Loop(2)),
    config=PLAIN,
)


class Listener(Watcher):
    """Looks at quiet periods alone, for violations of one property."""

    of = ""

    def on_step(self, step: Step) -> None:
        """Steps are not what is looked at."""

    def consider(self, violations: Sequence[Violation], when: str) -> None:
        new = [str(each) for each in violations if each.of == self.of and not each.known]
        assert not new, f"{new[0]} ({when})"


def listener(story: Story, of: str) -> Listener:
    watcher = Listener(story.world(), story.choices)
    watcher.of = of
    tell(watcher, story)
    return watcher


def settle(story: Story, of: str) -> None:
    watcher = listener(story, of)
    if undisturbed(watcher):
        watcher.left_alone()


def drain(story: Story, of: str, *, cordoned: bool = False) -> None:
    watcher = listener(story, of)
    if undisturbed(watcher):
        for _ in range(24):
            watcher.loop_pass()
        depart(watcher, cordoned=cordoned)
        watcher.left_alone()


def drain_cordoned(story: Story, of: str) -> None:
    drain(story, of, cordoned=True)


WRONG: list[
    tuple[Callable[[Patch], None], str, Callable[[Story, str], None], SearchStrategy[Story]]
] = [
    (never_low, "P-M2", settle, FULL),
    (back_off_for_ever, "P-M2", settle, SHORT),
    (no_new_eni, "P-M2", settle, FULL),
    (never_due, "P-L5", settle, CHANGED),
    (never_high, "P-M3", drain, FULL),
    (keep_every_eni, "P-M3", drain, FULL),
    (keep_every_eni, "P-L4", drain, FULL),
    (ignore_the_cordon, "P-M3", drain_cordoned, FULL),
    (nothing_need_be_left, "P-L2", settle, FULL),
    (nothing_need_be_left, "P-L1", settle, FULL),
]


@pytest.mark.parametrize(
    ("wrong", "of", "check_it", "drawn"), WRONG, ids=[f"{e[0].__name__}-{e[1]}" for e in WRONG]
)
def test_a_wrong_rule_is_caught(
    wrong: Callable[[Patch], None],
    of: str,
    check_it: Callable[[Story, str], None],
    drawn: SearchStrategy[Story],
    monkeypatch: Patch,
) -> None:
    """By the very property, though others may be violated first."""
    wrong(monkeypatch)
    assert_refuted(lambda story: check_it(story, of), drawn)
