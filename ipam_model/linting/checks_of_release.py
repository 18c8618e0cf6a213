"""What keeps addresses that nobody needs."""

from collections.abc import Iterator

from attrs import evolve

from ipam_model.linting.checks import Complaint, Demonstration, always, check, setting
from ipam_model.linting.finding import Severity
from ipam_model.linting.stories import at_rest, drainings, thinnings
from ipam_model.linting.subject import Subject
from ipam_model.linting.trial import Breaks, Disappoints, Story
from ipam_model.nodes import NodeSetup
from ipam_model.properties.aggregates import heeds_cordon, round_up
from ipam_model.scenario.document import Expect, LoopPass

LONG_AFTER = 40
"""Passes of the loop, 200 s: longer than the age and the cooldown that deletion waits for."""


def _without_veto(subject: Subject) -> NodeSetup:
    return evolve(subject.node, env={**subject.node.env, "WARM_PREFIX_TARGET": "0"})


def _vetoed(subject: Subject) -> Iterator[Story]:
    """Thinned nodes that expect as few ENIs as without the veto."""
    for story in thinnings(subject):
        enis = at_rest(_without_veto(subject), story, LONG_AFTER).enis
        yield (*story, LoopPass(times=LONG_AFTER, expect=Expect(enis=enis)))


@check(
    "warm-prefix-target-still-vetoes",
    Severity.WARNING,
    "WARM_PREFIX_TARGET, overridden by WARM_IP_TARGET or MINIMUM_IP_TARGET, still forbids to "
    "delete an idle ENI unless the others keep so many unassigned prefixes.",
    rules=("R136", "R137"),
    shown_by=Demonstration(stories=_vetoed, symptom=Disappoints(), contrast=_without_veto),
    remedies=always(setting(WARM_PREFIX_TARGET="0")),
)
def prefix_target_vetoes(subject: Subject) -> Complaint | None:
    """Pods may need a second ENI, and then spread thinly over the prefixes of the first ones."""
    goal, veto = subject.goal, subject.config.settings.warm_prefix_target
    enis = _most_enis(subject)
    if not (subject.config.prefix_mode and goal.governed and veto) or enis < 2:
        return None
    block, prefixes = subject.config.block, subject.config.slots * (enis - 1)
    spare = prefixes * (block - 1) >= round_up(goal.warm, block)
    if not spare or prefixes * block < round_up(goal.minimum, block):
        return None
    return Complaint(
        message=f"WARM_PREFIX_TARGET is {veto} and overridden, but an idle ENI is still kept for "
        f"ever unless the others have {veto} prefixes without pods",
        variable="WARM_PREFIX_TARGET",
    )


@check(
    "cordoned-node-keeps-its-enis",
    Severity.NOTE,
    "A cordoned node deletes no ENI, and where WARM_ENI_TARGET governs no address: a drained node "
    "keeps what it has until it is uncordoned or gone.",
    rules=("R51", "R130", "R134"),
    upstream=("#3263", "#2265"),
    shown_by=Demonstration(
        stories=drainings, symptom=Breaks(("P-L4",), "cordoned-node-keeps-its-enis")
    ),
    remedies=always(setting(AWS_MANAGE_ENIS_NON_SCHEDULABLE="true")),
)
def cordon_freezes_enis(subject: Subject) -> Complaint | None:
    """The cordon is heeded, and pods may need a second ENI, which would go otherwise."""
    if not heeds_cordon(subject.config) or _most_enis(subject) <= _floor_enis(subject):
        return None
    if not subject.most_pods or _never_goes(subject):  # Nothing is ever drained, or goes.
        return None
    return Complaint(
        message="a cordoned node deletes no ENI: after a drain it keeps all of them, with their "
        "addresses in WARM_ENI_TARGET mode, until it is uncordoned or gone",
        variable="AWS_MANAGE_ENIS_NON_SCHEDULABLE",
    )


def _never_goes(subject: Subject) -> bool:
    """A drained node's others have fewer prefixes than WARM_PREFIX_TARGET asks of them (R136)."""
    if not subject.config.prefix_mode:
        return False
    others = subject.config.slots * (_most_enis(subject) - 1)
    kept = subject.idle_target // subject.cidr
    return subject.config.settings.warm_prefix_target > min(others, kept)


def _most_enis(subject: Subject) -> int:
    """ENIs that pods and targets may want at once, and get: growth ends at max pods."""
    goal, end = subject.goal, subject.growth_ends_at
    if goal.governed:  # Without Wi the pool never grows beyond m (R110).
        wanted = max(subject.most_pods + goal.warm if goal.warm else 0, goal.minimum)
    elif subject.config.prefix_mode:
        wanted = round_up(subject.most_pods, subject.cidr) + goal.whole * subject.cidr
    else:
        wanted = round_up(subject.most_pods, subject.eni) + max(goal.whole, 1) * subject.eni
    enis = min(subject.usable_enis, -(-wanted // subject.eni))
    return enis if end is None else min(enis, -(-end // subject.eni))


def _floor_enis(subject: Subject) -> int:
    """ENIs that a drained node needs, and the primary one that stays anyway."""
    primary = not subject.config.settings.custom_networking
    return max(int(primary), -(-subject.idle_target // subject.eni))
