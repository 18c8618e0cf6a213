"""Counters, limits, leaks and missed deletes."""

from typing import Final

from tools.bugs.bug import Bug, Known, Regression, TableCheck, Verdict, WrongModel

COUNTING: Final = (
    Bug(
        section="A2",
        issues="#2041, PR #2042",
        symptom="the total is wrong after a switch of prefix mode: subtracted twice",
        checks=("P-S4",),
        evidence=(
            WrongModel("deleted-cidr-subtracted-twice"),
            Known("counters-after-a-forced-removal"),
            Regression("2041"),
        ),
        why="the finding is a relative of it, by another path",
    ),
    Bug(
        section="A2",
        issues="#3544, PR #3568, PR #3660",
        symptom="the counter of unmanaged ENIs only grows, until no slot seems left",
        checks=("P-S4", "P-L3"),
        evidence=(WrongModel("unmanaged-counted-for-ever"), Regression("3544")),
    ),
    Bug(
        section="A2",
        issues="#547",
        symptom="more ENIs are asked for than the type allows",
        checks=("P-S5",),
        evidence=(
            WrongModel("always-room"),
            WrongModel("one-eni-too-many"),
            Known("asks-for-what-is-taken-unseen"),
            Regression("547"),
        ),
    ),
    Bug(
        section="A2",
        issues="#2309",
        symptom="a wrong row of the table of limits (d3en.12xlarge)",
        checks=("P-S5",),
        evidence=(TableCheck("tests/test_limits.py::test_the_bundled_limits_equal_their_source"),),
        verdict=Verdict.INEXPRESSIBLE,
        why="the daemon and EC2 of the model read the same row; that the table is as its source "
        "has it is tested, whether the source is right EC2 alone knows",
    ),
    Bug(
        section="A2",
        issues="#177",
        symptom="one address per ENI too many",
        checks=("P-S5",),
        evidence=(WrongModel("one-address-too-many"), Regression("177")),
    ),
    Bug(
        section="A2",
        issues="#989",
        symptom="a full request on an ENI that holds addresses already",
        checks=("P-S5",),
        evidence=(WrongModel("all-slots-free"), Regression("989")),
    ),
    Bug(
        section="A2",
        issues="#890, #18",
        symptom="max pods is 58, and there are 56 addresses",
        checks=("P-B6",),
        evidence=(Regression("890"),),
        verdict=Verdict.LATER,
        why="the formula counts two pods on the host network; a bound on max pods is to tell",
    ),
    Bug(
        section="A2",
        issues="#3094, PR #3250; #3238",
        symptom="a slot is kept for a trunk on types without one, or max pods ignores it",
        checks=("P-B6", "P-S5"),
        evidence=(
            WrongModel("trunk-slot-on-every-type"),
            WrongModel("trunk-slot-kept-beside-the-trunk"),
            Regression("3094"),
        ),
        why="that max pods ignores the slot is for a bound to tell",
    ),
    Bug(
        section="A3",
        issues="#69, #608, #690, #1223",
        symptom="a node dies between detach and delete, and ENIs stay behind",
        checks=("P-S8",),
        evidence=(
            WrongModel("created-eni-left-behind"),
            Known("leak-clean-up-is-off"),
            Regression("69"),
        ),
        why="a node that dies is an ENI that cannot be deleted: what other nodes clean up, and how "
        "many leak meanwhile, needs more than one node and a bound",
    ),
    Bug(
        section="A3",
        issues="#1939",
        symptom="DEL with an empty netns leaks the address",
        checks=("P-L6",),
        evidence=(WrongModel("deleted-pods-keep-their-address"),),
        why="the netns is the CNI plugin's, which is not modelled: what reaches the daemon is no "
        "DEL, or one that frees nothing",
    ),
    Bug(
        section="A3",
        issues="#1411",
        symptom="addresses are not freed after a change of the container runtime",
        checks=("P-L6",),
        evidence=(WrongModel("restart-revives-gone-pods"), Regression("1411")),
    ),
    Bug(
        section="A3",
        issues="#3109, PR #3113; #2352; #590",
        symptom="DEL is missed: 64 assigned for 59 pods until the restart",
        checks=("P-L6",),
        evidence=(WrongModel("restart-revives-gone-pods"), Regression("3109")),
        why="a missed DEL is repaired by the next start, as the property allows",
    ),
)
