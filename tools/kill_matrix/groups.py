"""The stories that judge a wrong model: fixed, the same on every machine, in groups.

Most are those of the general strategies; a group of its own is for what they seldom reach. A story
depends on nothing but its group: the model, wrong or not, has no say in what happens.
"""

from collections.abc import Callable
from enum import Enum
from functools import cache
from typing import Final, cast

from attrs import evolve, frozen
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ipam_model.config import Config
from ipam_model.requests import Code
from ipam_model.testing.events import (
    Add,
    Advance,
    Arrive,
    Break,
    Cordon,
    Event,
    Leave,
    Loop,
    OthersAttach,
    OthersDetach,
    OthersGive,
    OthersTake,
    Restart,
    SubnetHas,
    SubnetRole,
)
from ipam_model.testing.happenings import card_events, event_lists, instants, pod_events
from ipam_model.testing.nodes import configs, configs_v1_7
from ipam_model.testing.stories import directed, stories
from ipam_model.testing.story import Story
from tools.kill_matrix.events import AddAgain, Swap, Switch, TrunkComes, Vanish


class Ending(Enum):
    """What comes after a story."""

    NONE = "nothing"
    QUIET = "the node is left alone"
    STARVED = "it is left alone, and its subnet stays as it is"
    DRAINED = "its pods leave, and it is left alone"
    CORDONED = "it is cordoned, its pods leave, and it is left alone"


@frozen(kw_only=True)
class Group:
    """Stories of one kind, and how they end."""

    name: str
    what: str
    stories: SearchStrategy[Story]
    count: int
    endings: tuple[Ending, ...] = (Ending.NONE,)
    """In turn, one a story."""


@frozen
class Example:
    """One story of a group, with its ending."""

    group: str
    number: int
    story: Story
    ending: Ending

    def __str__(self) -> str:
        return f"{self.group} {self.number}"


SEVERAL: Final = st.integers(1, 12)
ONE_OF_MANY: Final = st.integers(0, 7)
PLAIN: Final = configs(zero_targets=False, special=False)
COME: Final = st.builds(Arrive, SEVERAL)
GO: Final = st.builds(Leave, SEVERAL)
PASSES: Final = st.builds(Loop, st.sampled_from([1, 2, 14]))
LATER: Final = st.just(Loop(14))
SPECIAL: Final = configs(zero_targets=False)


def event_of(kind: Callable[..., object], *drawn: SearchStrategy[int]) -> SearchStrategy[Event]:
    """Events that only this tool knows."""
    return cast("SearchStrategy[Event]", st.builds(kind, *drawn))


def governed(
    prefix_modes: tuple[bool, ...] = (False, True), discovery: tuple[bool, ...] = (True, False)
) -> SearchStrategy[Config]:
    """Plain nodes with a warm IP target."""

    def with_target(config: Config, warm: int, minimum: int) -> Config:
        settings = config.settings
        chosen = evolve(settings, warm_ip_target=warm, minimum_ip_target=minimum)
        return evolve(config, settings=chosen)

    plain = configs(
        prefix_modes=prefix_modes, discovery=discovery, zero_targets=False, special=False
    )
    return st.builds(with_target, plain, st.integers(0, 6), st.integers(1, 9))


def with_branch_enis(config: SearchStrategy[Config]) -> SearchStrategy[Config]:
    """Nodes with ENABLE_POD_ENI."""
    return config.map(lambda each: evolve(each, settings=evolve(each.settings, pod_eni=True)))


def with_custom_networking(config: SearchStrategy[Config]) -> SearchStrategy[Config]:
    """Nodes whose pods live in the subnet of an ENIConfig."""
    return config.map(
        lambda each: evolve(each, settings=evolve(each.settings, custom_networking=True))
    )


def lagging(told: SearchStrategy[Story]) -> SearchStrategy[Story]:
    """Stories in which IMDS may be a minute behind."""
    return st.builds(
        lambda story, lag: evolve(story, imds_lag=lag), told, st.sampled_from([60_000, 0])
    )


def after(told: SearchStrategy[Story], *events: object) -> SearchStrategy[Story]:
    """Stories before which these events happen."""
    first = cast("tuple[Event, ...]", events)
    return told.map(lambda story: evolve(story, events=(*first, *story.events)))


def two_subnets(told: SearchStrategy[Story]) -> SearchStrategy[Story]:
    """Stories with a second subnet that is open to new ENIs."""
    return told.map(lambda story: evolve(story, second_subnet=True))


GROUPS: Final = (
    Group(
        name="anything",
        what="any events, faults, outsiders, choices; EC2 does not enforce its limits",
        stories=stories(events=event_lists(), enforce_limits=False, lags=(0, 0, 0, 60_000)),
        count=40,
    ),
    Group(
        name="turnover",
        what="pods come and go in waves on a plain node",
        stories=directed(COME, GO, PASSES, config=configs(special=False), enforce_limits=False),
        count=16,
    ),
    Group(
        name="warm-ip-turnover",
        what="the same with a warm IP target",
        stories=directed(COME, GO, PASSES, config=governed(), enforce_limits=False),
        count=20,
    ),
    Group(
        name="unwritten",
        what="the checkpoint cannot be written",
        stories=directed(
            st.just(Break("WriteCheckpoint", "EIO", 1)), pod_events(), st.just(Loop(1))
        ),
        count=14,
    ),
    Group(
        name="cooldown",
        what="pods come again when addresses have just stopped cooling, or not quite",
        stories=directed(
            st.builds(Arrive, st.integers(1, 12)),
            st.builds(Leave, st.integers(1, 12)),
            st.builds(Advance, instants()),
            event_of(AddAgain, ONE_OF_MANY),
        ),
        count=16,
    ),
    Group(
        name="excluded",
        what="the primary ENI's subnet gives no pod addresses",
        stories=directed(
            st.just(OthersAttach(no_manage=False, trunk=False)),
            st.builds(OthersGive, st.integers(0, 3), st.booleans()),
            LATER,
            st.just(Arrive(2)),
            st.builds(Leave, st.integers(1, 2)),
            st.just(Restart()),
            excluded=(True,),
            config=configs(special=False, discovery=(True,)),
        ),
        count=14,
    ),
    Group(
        name="excluded-later",
        what="the subnet of ENIs with pods is excluded, and the daemon restarted",
        stories=directed(
            st.builds(Arrive, st.integers(1, 4)),
            st.builds(Leave, st.integers(1, 2)),
            st.just(SubnetRole("0")),
            st.just(Restart()),
            PASSES,
            config=governed(discovery=(True,)),
        ),
        count=24,
        endings=(Ending.NONE, Ending.QUIET),
    ),
    Group(
        name="restarts",
        what="the daemon is restarted, also after pods went unnoticed",
        stories=directed(
            COME, GO, st.just(Restart()), event_of(Vanish, st.integers(1, 4)), PASSES, config=PLAIN
        ),
        count=12,
        endings=(Ending.NONE, Ending.QUIET),
    ),
    Group(
        name="switched",
        what="prefix delegation is switched on and off",
        stories=directed(COME, GO, event_of(Switch, st.integers(0, 1)), PASSES, config=PLAIN),
        count=8,
        endings=(Ending.NONE, Ending.QUIET),
    ),
    Group(
        name="failures",
        what="calls to EC2 and IMDS fail",
        stories=directed(
            st.just(Break("AttachNetworkInterface", Code.ATTACHMENT_LIMIT, 1)),
            st.just(Break("GetAttachedENIs", "MetadataError", 1)),
            st.just(Break("GetIPv4sFromEC2", Code.THROTTLED, 1)),
            st.just(Break("SetupENINetwork", "LinkError", 1)),
            st.just(Break("UnassignPrivateIpAddresses", Code.THROTTLED, 1)),
            st.builds(OthersGive, ONE_OF_MANY, st.booleans()),
            COME,
            GO,
            LATER,
            config=PLAIN,
        ),
        count=14,
        endings=(Ending.QUIET, Ending.NONE),
    ),
    Group(
        name="without-quirks",
        what="ENIs and addresses vanish, and the daemon has no suspected bug",
        stories=directed(
            st.builds(OthersDetach, st.integers(0, 3)),
            st.builds(OthersTake, ONE_OF_MANY),
            COME,
            GO,
            LATER,
            config=configs(zero_targets=False, quirks=(frozenset(),)),
        ),
        count=16,
    ),
    Group(
        name="warm-ip",
        what="the same on a node that is then left alone or drained",
        stories=directed(COME, GO, PASSES, config=governed()),
        count=9,
        endings=(Ending.QUIET, Ending.DRAINED, Ending.CORDONED),
    ),
    Group(
        name="warm-ip-prefixes",
        what="a few pods come at a time, under a warm IP target in prefix mode",
        stories=directed(
            st.builds(Arrive, st.integers(1, 2)), st.just(Loop(1)), config=governed((True,))
        ),
        count=8,
        endings=(Ending.QUIET,),
    ),
    Group(
        name="drained",
        what="pods come, and all go, some on a cordoned node",
        stories=directed(COME, st.just(Loop(2)), config=PLAIN),
        count=9,
        endings=(Ending.DRAINED, Ending.CORDONED, Ending.QUIET),
    ),
    Group(
        name="behind-its-back",
        what="others take, give and detach; IMDS may be stale",
        stories=lagging(
            directed(
                st.builds(OthersTake, ONE_OF_MANY),
                st.builds(OthersGive, ONE_OF_MANY, st.booleans()),
                st.builds(OthersDetach, st.integers(0, 3)),
                COME,
                PASSES,
                config=PLAIN,
            )
        ),
        count=10,
        endings=(Ending.QUIET, Ending.NONE),
    ),
    Group(
        name="swapped",
        what="others take an address and give another, so that the numbers agree",
        stories=directed(event_of(Swap, ONE_OF_MANY), COME, GO, LATER, config=PLAIN),
        count=5,
        endings=(Ending.QUIET,),
    ),
    Group(
        name="unmanaged",
        what="others attach ENIs, most of which are not to be managed",
        stories=directed(
            st.builds(OthersAttach, st.sampled_from([True, True, False]), st.just(False)),
            COME,
            LATER,
            config=configs(zero_targets=False),
        ),
        count=10,
        endings=(Ending.QUIET, Ending.NONE),
    ),
    Group(
        name="trunk",
        what="a trunk ENI is awaited, and may come",
        stories=directed(
            event_of(TrunkComes),
            COME,
            GO,
            st.just(Restart()),
            LATER,
            config=with_branch_enis(SPECIAL),
            enforce_limits=False,
        ),
        count=20,
        endings=(Ending.QUIET, Ending.NONE),
    ),
    Group(
        name="shortage",
        what="the subnet runs out of addresses and has some again",
        stories=two_subnets(
            directed(st.builds(SubnetHas, st.sampled_from([0, 1, 3])), COME, PASSES, config=PLAIN)
        ),
        count=6,
        endings=(Ending.QUIET,),
    ),
    Group(
        name="exhausted",
        what="the subnet has nothing left, for long",
        stories=two_subnets(
            directed(
                st.just(SubnetHas(0)),
                COME,
                LATER,
                config=configs(prefix_modes=(False,), zero_targets=False, special=False),
            )
        ),
        count=8,
        endings=(Ending.STARVED, Ending.NONE),
    ),
    Group(
        name="no-trunk",
        what="branch ENIs are on, on a type that cannot have a trunk ENI",
        stories=directed(
            COME,
            PASSES,
            config=with_branch_enis(PLAIN).map(
                lambda config: evolve(config, trunk_compatible=False)
            ),
        ),
        count=4,
        endings=(Ending.QUIET,),
    ),
    Group(
        name="custom-networking",
        what="pods live in other subnets than the node",
        stories=two_subnets(
            directed(
                COME,
                GO,
                st.builds(OthersTake, ONE_OF_MANY),
                PASSES,
                config=with_custom_networking(PLAIN),
            )
        ),
        count=6,
        endings=(Ending.QUIET, Ending.NONE),
    ),
    Group(
        name="settled",
        what="any events on a node that is then left alone or drained",
        stories=stories(
            config=configs(zero_targets=False), events=event_lists(most=10), excluded=(False,)
        ),
        count=9,
        endings=(Ending.QUIET, Ending.DRAINED, Ending.CORDONED),
    ),
    Group(
        name="cards",
        what="several network cards",
        stories=stories(
            config=configs(cards=(2, 3), zero_targets=False),
            events=card_events(),
            sparse=(True, False),
        ),
        count=8,
        endings=(Ending.NONE, Ending.QUIET),
    ),
    Group(
        name="v1.7",
        what="any events on a node of v1.7",
        stories=stories(config=configs_v1_7(), events=event_lists(most=10), excluded=(False,)),
        count=8,
        endings=(Ending.NONE, Ending.QUIET),
    ),
    Group(
        name="trunk-first",
        what="the trunk ENI comes before the pods",
        stories=after(directed(COME, PASSES, config=with_branch_enis(PLAIN)), TrunkComes()),
        count=8,
        endings=(Ending.QUIET,),
    ),
    Group(
        name="excluded-minimum",
        what="the subnet of an ENI with pods is excluded, under a warm IP target",
        stories=after(
            two_subnets(
                directed(st.just(Add("p1")), PASSES, config=governed((False,), discovery=(True,)))
            ),
            Arrive(3),
            SubnetRole("0"),
            Restart(),
        ),
        count=8,
        endings=(Ending.QUIET,),
    ),
    Group(
        name="idle-eni-gone",
        what="an idle ENI is detached from a node that has no suspected bug",
        stories=after(
            directed(
                COME,
                LATER,
                config=configs(zero_targets=False, special=False, quirks=(frozenset(),)),
            ),
            Arrive(2),
            Loop(1),
            OthersDetach(0),
            Loop(14),
        ),
        count=6,
        endings=(Ending.NONE, Ending.QUIET),
    ),
    Group(
        name="uncordoned",
        what="a node is cordoned while its pool is low, and uncordoned",
        stories=after(
            directed(COME, PASSES, config=PLAIN),
            Cordon(True),
            Arrive(12),
            Loop(2),
            Cordon(False),
        ),
        count=6,
        endings=(Ending.QUIET,),
    ),
    Group(
        name="unanswered",
        what="IMDS does not answer a reconcile, and then pods come",
        stories=after(
            directed(COME, PASSES, config=PLAIN),
            Arrive(3),
            Break("GetAttachedENIs", "MetadataError", 1),
            Loop(14),
            Loop(14),
            Arrive(6),
        ),
        count=6,
    ),
)
"""Every group, in the order in which they are told."""


@cache
def examples() -> tuple[Example, ...]:
    """Every story, the same ones on every run."""
    return tuple(example for group in GROUPS for example in _examples_of(group))


def _examples_of(group: Group) -> tuple[Example, ...]:
    drawn: list[Story] = []

    @settings(
        max_examples=group.count,
        phases=(Phase.generate,),
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(group.stories)
    def collect(story: Story) -> None:
        drawn.append(story)

    collect()
    endings = group.endings
    return tuple(
        Example(group.name, number, story, endings[number % len(endings)])
        for number, story in enumerate(drawn)
    )
