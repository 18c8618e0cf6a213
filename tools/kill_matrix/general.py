"""The groups of stories that show most wrong models."""

from typing import Final

from attrs import evolve
from hypothesis import strategies as st

from ipam_model.requests import Code
from ipam_model.testing.events import (
    Advance,
    Arrive,
    Break,
    Leave,
    Loop,
    OthersAttach,
    OthersDetach,
    OthersGive,
    OthersTake,
    Restart,
    SubnetHas,
    SubnetRole,
    Vanish,
)
from ipam_model.testing.happenings import card_events, event_lists, instants, pod_events
from ipam_model.testing.nodes import configs, configs_v1_7
from ipam_model.testing.stories import directed, stories
from tools.kill_matrix.events import AddAgain, Swap, Switch, TrunkComes
from tools.kill_matrix.grouping import Ending, Group
from tools.kill_matrix.shaping import (
    COME,
    GO,
    LATER,
    ONE_OF_MANY,
    PASSES,
    PLAIN,
    SPECIAL,
    event_of,
    governed,
    lagging,
    two_subnets,
    with_branch_enis,
    with_custom_networking,
)

_GROUPS: Final = (
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
        count=40,
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
)

_AGAIN: Final = {"behind-its-back": 1, "settled": 5, "turnover": 4}
"""Groups that are told again with other stories, by the seed of these."""

GENERAL: Final = (
    *_GROUPS,
    *(
        evolve(each, name=f"{each.name}-again", what=f"{each.what}; others", count=24, seed=seed)
        for each in _GROUPS
        if (seed := _AGAIN.get(each.name)) is not None
    ),
)
