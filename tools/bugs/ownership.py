"""Addresses with a wrong owner, lost or stolen."""

from typing import Final

from tools.bugs.bug import Bug, Known, Regression, WrongModel

OWNERSHIP: Final = (
    Bug(
        section="A1",
        issues="#3824, PR #3825",
        symptom="a prefix in use is released after failed adds to the data store",
        checks=("P-S6", "P-L5"),
        evidence=(
            Known("recent-release-forgets-a-pod"),
            WrongModel("unanswered-means-gone"),
            Regression("3824"),
        ),
        why="adds to the store cannot fail in the model: what follows from them is modelled, a "
        "prefix in use that the daemon takes for stale",
    ),
    Bug(
        section="A1",
        issues="#3887",
        symptom="a restart with stale metadata takes back an address that EC2 took away",
        checks=("P-S2",),
        evidence=(
            Known("stale-imds-at-restart"),
            WrongModel("vanished-addresses-kept"),
            Regression("3887"),
        ),
    ),
    Bug(
        section="A1",
        issues="#3019, PR #3033",
        symptom="metadata and data store are compared by count only",
        checks=("P-S1", "P-S6"),
        evidence=(WrongModel("compared-by-count"), Regression("3019")),
    ),
    Bug(
        section="A1",
        issues="#1967, PR #3821, #2834",
        symptom="metadata omits an ENI once; it comes back empty and is freed under its pods",
        checks=("P-S6", "P-L5"),
        evidence=(
            WrongModel("enis-set-up-again"),
            WrongModel("no-answer-means-no-eni"),
            Known("eni-omitted-by-imds-is-removed"),
            Regression("1967"),
        ),
        why="random stories have no metadata that omits an ENI; the scenario has, and the daemon "
        "of today deletes the ENI",
    ),
    Bug(
        section="A1",
        issues="#711",
        symptom="a duplicate pod address after a restart",
        checks=("P-S1",),
        evidence=(
            Known("forgotten-sandbox-shares-its-address"),
            WrongModel("restart-forgets-pods"),
            WrongModel("restart-forgets-one-pod"),
            WrongModel("restart-moves-pods"),
            Regression("711"),
        ),
    ),
    Bug(
        section="A1",
        issues="#732, PR #754; #391",
        symptom="addresses of a detached ENI are given to pods",
        checks=("P-S2",),
        evidence=(
            WrongModel("detached-enis-kept"),
            WrongModel("serve-from-freed-enis"),
            Regression("732"),
        ),
        why="until reconcile is due the daemon of today does it, too: P-S2 looks at what enters "
        "the store",
    ),
    Bug(
        section="A1",
        issues="#377",
        symptom="an address is detached behind the daemon's back, and never missed",
        checks=("P-L5", "P-L3"),
        evidence=(WrongModel("never-due"), Regression("377")),
    ),
    Bug(
        section="A1",
        issues="#66",
        symptom="a restart while an ENI is added loses it",
        checks=("P-L5", "P-S8"),
        evidence=(
            WrongModel("restart-loses-secondary-enis"),
            WrongModel("appearing-enis-ignored"),
            WrongModel("new-eni-not-set-up"),
            Regression("66"),
        ),
    ),
    Bug(
        section="A1",
        issues="#1204",
        symptom="addresses on the ENI never get into the data store",
        checks=("P-L5",),
        evidence=(
            WrongModel("granted-addresses-forgotten"),
            WrongModel("appearing-addresses-ignored"),
            Known("hidden-addresses-starve-growth"),
            Regression("1204"),
        ),
    ),
    Bug(
        section="A1",
        issues="#3753",
        symptom="a node's primary address is in the pool: 50 where 49 is the most",
        checks=("P-S3", "P-S5"),
        evidence=(
            WrongModel("pool-the-primary"),
            WrongModel("primary-pooled-by-reconcile"),
            WrongModel("primaries-counted"),
            Known("primary-address-in-the-pool-of-v1.7"),
            Regression("3753"),
        ),
    ),
    Bug(
        section="A1",
        issues="#2792, PR #2801",
        symptom="prefixes are put on the trunk ENI",
        checks=("P-S3",),
        evidence=(
            WrongModel("trunk-extended"),
            Known("trunk-serves-pods"),
            Regression("2792"),
        ),
    ),
    Bug(
        section="A1",
        issues="#59, PR #62; #2378, PR #2492",
        symptom="an address is used again at once",
        checks=("P-S7",),
        evidence=(
            WrongModel("no-cooldown"),
            WrongModel("cooldown-not-configurable"),
            Regression("59"),
        ),
    ),
    Bug(
        section="A1",
        issues="#1127, PR #1188",
        symptom="a restart forgets the cooldown",
        checks=("P-S7",),
        evidence=(Known("cooldown-forgotten-by-a-restart"), Regression("1127")),
    ),
    Bug(
        section="A1",
        issues="PR #2588",
        symptom="addresses just released are added again by reconcile",
        checks=("P-S2", "P-L2"),
        evidence=(
            WrongModel("released-addresses-taken-back"),
            WrongModel("releases-not-remembered"),
            WrongModel("imds-trusted"),
            Regression("2588"),
        ),
    ),
)
