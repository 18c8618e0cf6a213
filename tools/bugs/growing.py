"""Targets not met, starvation, stuck states; loops, exhaustion and throttling."""

from typing import Final

from tools.bugs.bug import Bug, Known, Regression, Verdict, WrongModel

ONE_NODE: Final = "the model has one node, without limits on the rate of calls"

GROWING: Final = (
    Bug(
        section="A4",
        issues="#2896, #1700, PR #3752",
        symptom="cooling addresses count as available, and pods wait",
        checks=("P-L3",),
        evidence=(Known("cooling-counts-as-warm"), Regression("2896")),
    ),
    Bug(
        section="A4",
        issues="#1446, #1602, #1160",
        symptom="on a full node the cooldown blocks new pods",
        checks=("P-L3", "P-B4"),
        evidence=(
            WrongModel("cooldown-for-ever"),
            Regression("1446"),
        ),
        why="that it does so for 30 s is intended: how long a burst waits is for a bound to tell",
    ),
    Bug(
        section="A4",
        issues="#2650",
        symptom="MINIMUM_IP_TARGET alone: the node never grows past it",
        checks=("P-L3",),
        evidence=(Known("minimum-alone-is-a-ceiling"), Regression("2650")),
    ),
    Bug(
        section="A4",
        issues="#3685",
        symptom="the same in prefix mode: stuck at 32 addresses with 35 pods",
        checks=("P-L3",),
        evidence=(Known("minimum-alone-is-a-ceiling"), Regression("3685")),
    ),
    Bug(
        section="A4",
        issues="#2842",
        symptom="65 pods, one ENI with 48 addresses, and no second one",
        checks=("P-L3",),
        evidence=(Known("max-pods-stops-growth"),),
        verdict=Verdict.INEXPRESSIBLE,
        why="the report leaves the cause open; the finding, max pods that stops growth, is one "
        "that would explain it",
    ),
    Bug(
        section="A4",
        issues="PR #1512",
        symptom="WARM_IP_TARGET=240 in prefix mode never advances",
        checks=("P-L1",),
        evidence=(WrongModel("warm-prefix-gates-warm-ip"), Regression("1512")),
    ),
    Bug(
        section="A4",
        issues="#2908, PR #2954",
        symptom="an ENI whose subnet is full is tried again and again",
        checks=("P-L3",),
        evidence=(
            WrongModel("exhausted-subnet-never-left"),
            Regression("2908"),
            Regression("2908-other-subnet"),
        ),
    ),
    Bug(
        section="A4",
        issues="#1872, #1724, #1834, PR #1975",
        symptom="a target larger than one ENI: minutes of waiting for what cannot come",
        checks=("P-L7", "P-B4"),
        evidence=(WrongModel("target-larger-than-one-eni"), Regression("1872")),
        why="the minutes themselves are not modelled: a wait succeeds or times out",
    ),
    Bug(
        section="A4",
        issues="#525",
        symptom="warming starts a minute late",
        checks=("P-B4",),
        evidence=(WrongModel("warm-a-minute-late"),),
        why="P-M2 says within how many ticks a target is met from a store that is as EC2 has it; a "
        "bound in seconds is to come",
    ),
    Bug(
        section="A4",
        issues="#2265, PR #2296, PR #1927; #3263",
        symptom="unschedulable nodes neither gain nor release",
        checks=("P-L4",),
        evidence=(
            WrongModel("cordon-for-ever"),
            WrongModel("cordon-stops-releases"),
            Known("cordoned-node-keeps-its-enis"),
            Regression("2265"),
            Regression("3263"),
        ),
    ),
    Bug(
        section="A5",
        issues="#1775, #1451",
        symptom="WARM_ENI_TARGET=0: an ENI is created and freed for ever",
        checks=("P-L2",),
        evidence=(Known("warm-eni-target-zero"), Regression("1775")),
    ),
    Bug(
        section="A5",
        issues="#2807, PR #2744, PR #2810",
        symptom="an inner loop never ends at the ENI limit",
        checks=("P-L7",),
        evidence=(WrongModel("grow-until-satisfied"), Regression("2807")),
    ),
    Bug(
        section="A5",
        issues="#730, #1279",
        symptom="a rollout costs three calls and five addresses too many",
        checks=("P-B3", "P-B7"),
        evidence=(
            WrongModel("grow-twice"),
            WrongModel("existing-eni-always-filled"),
            Regression("730"),
        ),
        why="how many calls and addresses at most is for a bound to tell",
    ),
    Bug(
        section="A5",
        issues="#728",
        symptom="WARM_IP_TARGET is ignored, a whole ENI is taken",
        checks=("P-B2",),
        evidence=(
            WrongModel("warm-ip-ignored"),
            WrongModel("new-eni-always-filled"),
            Regression("728"),
        ),
        why="what is wasted at most is for a bound to tell",
    ),
    Bug(
        section="A5",
        issues="#933, PR #2368",
        symptom="a surplus is not returned after a change of the targets, or from several ENIs",
        checks=("P-L4",),
        evidence=(
            WrongModel("spread-surplus-kept"),
            WrongModel("surplus-from-every-eni"),
            WrongModel("other-kind-not-cleaned"),
            Regression("933"),
        ),
    ),
    Bug(
        section="A5",
        issues="#2294, #2017, #314, #114, #1635, #1409",
        symptom="the default warm ENI eats the subnet",
        checks=("P-B1", "P-B5"),
        evidence=(Regression("2294"),),
        verdict=Verdict.LATER,
        why="intended behaviour, and a question of bounds: worst case per node, demand of a fleet",
    ),
    Bug(
        section="A5",
        issues="#2793, karpenter #5658",
        symptom="80 to 100 addresses per node with at most 20 pods",
        checks=("P-B1",),
        evidence=(
            WrongModel("no-pod-cap"),
            WrongModel("max-pods-not-learned"),
            Regression("2793"),
        ),
        why="the worst case as a function of max pods is for a bound to tell",
    ),
    Bug(
        section="A5",
        issues="#2749, #1836, #1634, #2045, #3264, #3105",
        symptom="no prefix although addresses are free",
        checks=("P-L3",),
        evidence=(Regression("2749"), Regression("3105")),
        why="EC2 has no prefix to give, so no property blames the daemon; that another error code "
        "begins no back-off shows in the calls counted",
    ),
    Bug(
        section="A5",
        issues="#40; #1739, PR #1585, PR #1773",
        symptom="a full subnet is asked in every pass",
        checks=("P-B3",),
        evidence=(
            WrongModel("no-back-off"),
            Regression("1739"),
            Regression("1739-no-room"),
        ),
        why="the daemon of today does it on a node at its ENI limit",
    ),
    Bug(
        section="A5",
        issues="#420",
        symptom="one ENI per 15 s, up to 55 s for a burst",
        checks=("P-B4",),
        verdict=Verdict.LATER,
        why="time to serve a burst is for a bound to tell",
    ),
    Bug(
        section="A5",
        issues="#405",
        symptom="150 nodes at once: 15 minutes, RequestLimitExceeded",
        checks=("P-B3", "P-B4"),
        verdict=Verdict.INEXPRESSIBLE,
        why=ONE_NODE,
    ),
    Bug(
        section="A5",
        issues="#41, #617, #873, #887, #2730",
        symptom="throttled by describes, and by nodes that come and go",
        checks=("P-B3",),
        verdict=Verdict.LATER,
        why=f"{ONE_NODE}; calls per event of one node are for a bound to tell",
    ),
)
