"""Every number of the article, what it says, and how the same number is computed here.

`A1` to `A11` are the article's claims; a claim has as many rows as it has numbers. A row names the
numbers it accounts for as `line:number` of the article's text. What the article says is written
down here, because it is a fact about the article; everything else is computed.
"""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Final

from attrs import frozen

from ipam_model.config import Version
from ipam_model.settings import parse_settings
from tools.article.study import (
    BOTH,
    BURST,
    DEFAULT,
    IP_ONLY,
    MORE,
    SEEDS,
    SETTINGS,
    Setting,
    Stage,
    article_story,
    at,
    climb,
    drained,
    launched,
)

Value = int | str


def same(says: Value, computed: Value) -> bool:
    """The usual comparison."""
    return says == computed


@frozen(kw_only=True)
class Row:
    """One statement of the article."""

    claim: str
    says: str
    """What the article says, in other words than its own."""
    article: Value | None
    """Its number; `None` where it gives none."""
    computed: Callable[[Version], Value]
    numbers: str = ""
    """The numbers of the text that this row accounts for."""
    line: int | None = None
    """Where the text says it, if without a number."""
    why: str = ""
    """Why a version gives another number; must be there exactly if one does."""
    agrees: Callable[[Value, Value], bool] = same

    def accounted(self) -> tuple[tuple[int, str], ...]:
        """Line and number, in the order in which `numbers` lists them."""
        pairs = (entry.split(":") for entry in self.numbers.split())
        return tuple((int(line), number) for line, number in pairs)

    def lines(self) -> tuple[int, ...]:
        """Where the text says it."""
        found = {line for line, _ in self.accounted()}
        return tuple(sorted(found if self.line is None else found | {self.line}))

    def reproduced_by(self, version: Version) -> bool:
        """Whether the version gives the article's number."""
        return self.article is None or self.agrees(self.article, self.computed(version))


def split_of(primaries: int, secondaries: int | None) -> str:
    """Addresses of an ENI or a node, as the article writes them."""
    return "no such ENI" if secondaries is None else f"{primaries} + {secondaries}"


def on_eni(stage: Stage, position: int) -> str:
    """Primary and secondary addresses of one ENI."""
    return split_of(1, stage.secondaries_on(position))


def all_of(stage: Stage) -> str:
    """Primary and secondary addresses of a node."""
    return split_of(stage.primaries, stage.secondaries)


def spread(values: set[int] | frozenset[int]) -> str:
    """One number, or the least and the most."""
    low, high = min(values), max(values)
    return str(low) if low == high else f"{low}–{high}"


def burst(version: Version) -> tuple[Stage, Stage, Stage, Stage, Stage]:
    """The article's second experiment: 0, 3, 18, 23 and 0 pods."""
    empty, before, after, more, end = article_story(version, IP_ONLY)
    return empty, before, after, more, end


def primary_grows_by(version: Version) -> str:
    """Steps in which the primary ENI grows from its first addresses to its limit."""
    sizes = [stage.sizes[0] for stage in climb(version, BOTH, 30)]
    return spread({later - size for size, later in pairwise(sizes) if later > size})


def pods_beyond(version: Version, addresses: int) -> int:
    """The fewest pods with which the primary ENI has more than so many addresses."""
    return next(stage.pods for stage in climb(version, BOTH, 30) if stage.sizes[0] > addresses)


PASSES_PER_POD: Final = 3
"""Passes of the loop between two pods that come one by one: enough for the pool to follow."""


def serving_eni(version: Version, pod: int) -> str:
    """Which ENI, counted from 1, serves the n-th of pods that come one by one, in any order."""
    ranks = set()
    for seed in SEEDS:
        node = launched(version, BOTH.env, seed=seed)
        node.settle()
        for _ in range(pod):
            node.want(1)
            node.pass_by(PASSES_PER_POD)
        newest = node.store.holdings[node.running()[-1]]
        by_device = sorted(node.store.enis, key=lambda eni: eni.device)
        ranks.add([eni.id for eni in by_device].index(newest.eni) + 1)
    return spread(ranks)


def free_counting_primaries(stage: Stage) -> int:
    """What the article calls free: every address without a pod, primary addresses too."""
    return stage.quantities.reserved - stage.quantities.assigned


def waited(stage: Stage, pods: int) -> str:
    """How many pods had to wait for pool updates."""
    late = pods - stage.served_at_once
    return "no pod waits" if not late else f"{late} wait for {stage.updates} pool update"


def released(setting: Setting) -> Row:
    """What is left when the pods are gone: the article says that it is given back, not how far."""
    return Row(
        claim="A10",
        says=f"{setting.name}, the pods gone: addresses reserved, and ENIs",
        article=None,
        line=69,
        computed=lambda version: " or ".join(
            f"{reserved} on {enis}" for enis, reserved in sorted(drained(version, setting))
        ),
    )


RESERVED: Final[Mapping[Setting, Mapping[int, int]]] = {
    DEFAULT: {1: 60, 3: 60},
    BOTH: {1: 20, 3: 20},
    IP_ONLY: {0: 10, 3: 13, 18: 28},
}
"""Addresses reserved, by pods, as the article gives them."""

PRIMARY: Final = "for the daemon no primary address counts towards WARM_IP_TARGET."
IGNORED: Final = "the daemon ignores WARM_ENI_TARGET beside WARM_IP_TARGET."
LAUNCH: Final = "seconds do not follow from the rules; the section on launch times says what does."

ROWS: Final[tuple[Row, ...]] = (
    # -- the instance, and what is set ----------------------------------------------------------
    Row(
        claim="type",
        says="ENIs of an m3.2xlarge",
        article=4,
        computed=lambda version: launched(version, DEFAULT.env).ec2.limits.max_enis,
        numbers="27:four 49:4",
    ),
    Row(
        claim="type",
        says="addresses of each of its ENIs, the primary one included",
        article=30,
        computed=lambda version: launched(version, DEFAULT.env).ec2.limits.ipv4_per_eni,
        numbers="27:30 49:30",
    ),
    Row(
        claim="settings",
        says="WARM_ENI_TARGET where nobody sets it",
        article=1,
        computed=lambda _version: parse_settings({}).settings.warm_eni_target,
        numbers="41:1",
    ),
    Row(
        claim="settings",
        says="WARM_ENI_TARGET of the first two settings",
        article=1,
        computed=lambda v: spread(
            {launched(v, each.env).config.settings.warm_eni_target for each in (DEFAULT, BOTH)}
        ),
        numbers="49:1 62:1 77:1",
        agrees=lambda says, computed: str(says) == computed,
    ),
    Row(
        claim="settings",
        says="WARM_ENI_TARGET of the third setting",
        article=0,
        computed=lambda v: launched(v, IP_ONLY.env).config.settings.warm_eni_target,
        numbers="58:0 63:0 86:0",
    ),
    Row(
        claim="settings",
        says="WARM_IP_TARGET of the second and third setting",
        article=10,
        computed=lambda v: spread(
            {launched(v, each.env).config.settings.warm_ip_target for each in (BOTH, IP_ONLY)}
        ),
        numbers="43:10 47:10 49:10 86:10",
        agrees=lambda says, computed: str(says) == computed,
    ),
    Row(
        claim="settings",
        says="variables in which the third setting differs from the first",
        article=2,
        computed=lambda _version: len(set(IP_ONLY.env.items()) - set(DEFAULT.env.items())),
        numbers="69:two",
    ),
    # -- A1: the default ------------------------------------------------------------------------
    Row(
        claim="A1",
        says="default, at least one pod: ENIs attached",
        article=2,
        computed=lambda v: spread({at(v, DEFAULT, pods).quantities.enis for pods in (1, 29)}),
        numbers="78:1 78:2",
        agrees=lambda says, computed: str(says) == computed,
    ),
    Row(
        claim="A1",
        says="default, at least one pod: addresses reserved",
        article=60,
        computed=lambda v: at(v, DEFAULT, 1).quantities.reserved,
        numbers="29:60 78:60",
    ),
    Row(
        claim="A1",
        says="the same in primary and secondary addresses",
        article="2 + 58",
        computed=lambda v: all_of(at(v, DEFAULT, 1)),
        numbers="78:2 78:2 78:29",
    ),
    Row(
        claim="A1",
        says="primary ENI: primary and secondary addresses",
        article="1 + 29",
        computed=lambda v: on_eni(at(v, DEFAULT, 1), 0),
        numbers="31:1 31:1 31:29",
    ),
    Row(
        claim="A1",
        says="standby ENI: primary and secondary addresses",
        article="1 + 29",
        computed=lambda v: on_eni(at(v, DEFAULT, 1), 1),
        numbers="32:1 32:1 32:29",
    ),
    Row(
        claim="A1",
        says="default, no pod: addresses reserved",
        article=None,
        computed=lambda v: at(v, DEFAULT, 0).quantities.reserved,
    ),
    Row(
        claim="A1",
        says="default, a thirtieth pod: addresses reserved",
        article=None,
        computed=lambda v: at(v, DEFAULT, 30).quantities.reserved,
    ),
    # -- A11: the fleet -------------------------------------------------------------------------
    Row(
        claim="A11",
        says="addresses that a node with 5 to 7 pods needs, its primary one included, are at most",
        article=10,
        computed=lambda v: spread(
            {at(v, DEFAULT, pods).quantities.assigned + 1 for pods in (5, 7)}
        ),
        numbers="34:5 34:7 34:10",
        agrees=lambda says, computed: int(str(computed).split("–")[-1]) <= int(says),
    ),
    Row(
        claim="A11",
        says="idle addresses of such a node (owned, no pod), roughly",
        article=50,
        computed=lambda v: spread({at(v, DEFAULT, pods).quantities.idle for pods in (5, 7)}),
        numbers="36:50",
        agrees=lambda says, computed: all(
            abs(int(each) - int(says)) <= 5 for each in str(computed).split("–")
        ),
    ),
    # -- A2: both targets -----------------------------------------------------------------------
    Row(
        claim="A2",
        says="both targets, one pod: ENIs (a second one in standby)",
        article=2,
        computed=lambda v: at(v, BOTH, 1).quantities.enis,
        numbers="49:one 49:second",
        why=IGNORED,
    ),
    Row(
        claim="A2",
        says="both targets, one pod: addresses of the standby ENI",
        article=10,
        computed=lambda v: sum(at(v, BOTH, 1).sizes[1:]),
        numbers="49:10",
        why=IGNORED,
    ),
    Row(
        claim="A2",
        says="both targets, one pod: addresses reserved",
        article=20,
        computed=lambda v: at(v, BOTH, 1).quantities.reserved,
        numbers="51:20",
        why=f"{IGNORED} Left are the pod, 10 and the primary one.",
    ),
    Row(
        claim="A2",
        says="less than with the default",
        article=40,
        computed=lambda v: (
            at(v, DEFAULT, 1).quantities.reserved - at(v, BOTH, 1).quantities.reserved
        ),
        numbers="51:40",
        why="the daemon saves more, because it keeps no standby ENI.",
    ),
    Row(
        claim="A2",
        says="primary ENI: primary and secondary addresses",
        article="1 + 9",
        computed=lambda v: on_eni(at(v, BOTH, 1), 0),
        numbers="53:1 53:1 53:9",
        why=f"{PRIMARY} One pod and 10 free addresses are 11.",
    ),
    Row(
        claim="A2",
        says="standby ENI: primary and secondary addresses",
        article="1 + 9",
        computed=lambda v: on_eni(at(v, BOTH, 1), 1),
        numbers="54:1 54:1 54:9",
        why=IGNORED,
    ),
    # -- A3: growth -----------------------------------------------------------------------------
    Row(
        claim="A3",
        says="both targets, pods rise: the primary ENI grows in blocks of",
        article="10",
        computed=primary_grows_by,
        numbers="56:10",
        why="the daemon fetches what is short, here one address per pod.",
    ),
    Row(
        claim="A3",
        says="the pods with which the second block comes: the first number above 10",
        article=11,
        computed=lambda v: pods_beyond(v, 10),
        numbers="56:10",
        why="a block of 10 holds 9 pods, the primary address is inside; the next one comes with "
        "the ninth, or a tenth pod would wait for ever. The daemon has 11 from the start.",
    ),
    Row(
        claim="A3",
        says="the most addresses the primary ENI grows to",
        article=30,
        computed=lambda v: max(stage.sizes[0] for stage in climb(v, BOTH, 30)),
        numbers="56:30",
    ),
    Row(
        claim="A3",
        says="ENIs once a pod is on the second one (the 30th pod)",
        article=3,
        computed=lambda v: at(v, BOTH, 30).quantities.enis,
        numbers="56:third",
        why=IGNORED,
    ),
    Row(
        claim="A3",
        says="addresses of the second ENI when the third begins to serve (the 59th pod)",
        article=30,
        computed=lambda v: climb(v, BOTH, 59)[-1].sizes[1],
        numbers="56:30",
    ),
    Row(
        claim="A3",
        says="the ENI that serves that pod",
        article="3",
        computed=lambda v: serving_eni(v, 59),
        numbers="56:third",
        why="the daemon serves a pod from any ENI that has a free address.",
    ),
    # -- A4: no standby ENI ---------------------------------------------------------------------
    Row(
        claim="A4",
        says="WARM_IP_TARGET alone, no pod: primary and secondary addresses",
        article="1 + 9",
        computed=lambda v: all_of(at(v, IP_ONLY, 0)),
        numbers="67:1 67:1 67:9",
        why=PRIMARY,
    ),
    Row(
        claim="A4",
        says="less than with both targets (with a pod there, without one here)",
        article=10,
        computed=lambda v: (
            at(v, BOTH, 1).quantities.reserved - at(v, IP_ONLY, 0).quantities.reserved
        ),
        numbers="65:10",
        why="the daemon keeps no standby ENI with either, so only the pod makes a difference.",
    ),
    Row(
        claim="A4",
        says="addresses without a pod, primary one counted: kept at",
        article=10,
        computed=lambda v: free_counting_primaries(at(v, IP_ONLY, 3)),
        numbers="43:10 49:10",
        why=f"{PRIMARY} It keeps 10 besides.",
    ),
    # -- A8: the saving -------------------------------------------------------------------------
    Row(
        claim="A8",
        says="addresses saved per node (default with a pod, third setting without)",
        article=50,
        computed=lambda v: (
            at(v, DEFAULT, 1).quantities.reserved - at(v, IP_ONLY, 0).quantities.reserved
        ),
        numbers="69:50 103:50",
        why=PRIMARY,
    ),
    Row(
        claim="A8",
        says="the same with 3 pods in both",
        article=None,
        computed=lambda v: (
            at(v, DEFAULT, 3).quantities.reserved - at(v, IP_ONLY, 3).quantities.reserved
        ),
    ),
    Row(
        claim="A8",
        says="the same with 5 to 7 pods in both",
        article=None,
        computed=lambda v: spread(
            {
                at(v, DEFAULT, pods).quantities.reserved - at(v, IP_ONLY, pods).quantities.reserved
                for pods in (5, 7)
            }
        ),
    ),
    # -- A5: three pods -------------------------------------------------------------------------
    Row(
        claim="A5",
        says="third setting, pods that run before the burst",
        article=3,
        computed=lambda v: burst(v)[1].quantities.assigned,
        numbers="87:3",
    ),
    Row(
        claim="A5",
        says="addresses reserved then",
        article=13,
        computed=lambda v: burst(v)[1].quantities.reserved,
        numbers="87:13 87:13",
        why=f"{PRIMARY} Its secondary addresses are 13.",
    ),
    Row(
        claim="A5",
        says="primary and secondary addresses then",
        article="1 + 12",
        computed=lambda v: all_of(burst(v)[1]),
        numbers="87:1 87:1 87:12",
        why="the daemon has 13 secondary addresses; the article took the primary for one of them.",
    ),
    # -- A6: fifteen more -----------------------------------------------------------------------
    Row(
        claim="A6",
        says="pods that run before, and pods of the burst",
        article="3 + 15",
        computed=lambda v: f"{burst(v)[1].quantities.assigned} + {_arrived(burst(v), 2)}",
        numbers="93:3 93:15",
    ),
    Row(
        claim="A6",
        says="pods of the burst that the warm pool serves at once",
        article=10,
        computed=lambda v: burst(v)[2].served_at_once,
        numbers="93:10 93:10",
        why="the article contradicts its own 1 + 12: with 3 of the 12 taken, 9 are left.",
    ),
    Row(
        claim="A6",
        says="pods of the burst that the pool has to grow for",
        article=5,
        computed=lambda v: _arrived(burst(v), 2) - burst(v)[2].served_at_once,
        numbers="93:5",
        why="as above; with the primary address inside the target one pod more waits.",
    ),
    Row(
        claim="A6",
        says="addresses after the burst",
        article=28,
        computed=lambda v: burst(v)[2].quantities.reserved,
        numbers="93:28",
        why="the daemon has 28 secondary addresses, and the primary one.",
    ),
    Row(
        claim="A6",
        says="of these secondary ones",
        article=None,
        computed=lambda v: burst(v)[2].secondaries,
    ),
    Row(
        claim="A6",
        says="free addresses after the burst",
        article=10,
        computed=lambda v: burst(v)[2].quantities.idle,
        numbers="93:10 93:10",
        why="in the article's reckoning the primary address is the tenth; no pod can get it.",
    ),
    # -- A7: five more --------------------------------------------------------------------------
    Row(
        claim="A7",
        says="replicas after five more",
        article="15 + 5 = 20",
        computed=lambda v: (
            f"{_arrived(burst(v), 2)} + {_arrived(burst(v), 3)} = "
            f"{burst(v)[3].pods - burst(v)[1].pods}"
        ),
        numbers="97:20",
    ),
    Row(
        claim="A7",
        says="of the new pods the warm pool serves at once",
        article=5,
        computed=lambda v: burst(v)[3].served_at_once,
        numbers="97:five",
    ),
    Row(
        claim="A7",
        says="secondary addresses in use then",
        article=23,
        computed=lambda v: burst(v)[3].quantities.assigned,
        numbers="97:23",
    ),
    Row(
        claim="A7",
        says="addresses wanted without a pod, for which the primary ENI is too small",
        article=10,
        computed=lambda v: free_counting_primaries(burst(v)[3]),
        numbers="97:10",
        why=f"{PRIMARY} Besides 10 free ones there are two primaries.",
    ),
    Row(
        claim="A7",
        says="ENIs then (a secondary ENI is attached)",
        article=2,
        computed=lambda v: burst(v)[3].quantities.enis,
        line=97,
    ),
    Row(
        claim="A7",
        says="addresses per ENI then, primaries included",
        article=None,
        computed=lambda v: " + ".join(map(str, burst(v)[3].sizes)),
    ),
    # -- A9: launch times -----------------------------------------------------------------------
    Row(
        claim="A9",
        says="default, 15 pods: seconds until they run",
        article="19 s",
        computed=lambda v: waited(article_story(v, DEFAULT)[2], BURST),
        numbers="82:15 82:19 83:19",
        why=LAUNCH,
    ),
    Row(
        claim="A9",
        says="third setting, 15 pods: seconds until they run",
        article="19 s",
        computed=lambda v: waited(burst(v)[2], BURST),
        numbers="91:15 92:19",
        why=LAUNCH,
    ),
    Row(
        claim="A9",
        says="third setting, from 15 pods to 20: seconds until they run",
        article="20 s",
        computed=lambda v: waited(burst(v)[3], MORE),
        numbers="101:20 101:20 102:20",
        why=LAUNCH,
    ),
    Row(
        claim="A9",
        says="what attaching an ENI costs the new pods",
        article="1 s",
        computed=lambda v: f"{burst(v)[3].updates} pool updates",
        numbers="103:second",
        why="all five get an address of the warm pool before the ENI is attached.",
    ),
    # -- A10: release ---------------------------------------------------------------------------
    *map(released, SETTINGS),
)


def _arrived(stages: tuple[Stage, ...], position: int) -> int:
    """Pods that came in the step to this stage."""
    return stages[position].pods - stages[position - 1].pods
