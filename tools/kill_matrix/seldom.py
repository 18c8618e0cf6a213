"""The groups of stories for what others seldom reach: each was made for a wrong model."""

from typing import Final

from hypothesis import strategies as st

from ipam_model.requests import (
    AllocENI,
    AssignPrivateIpAddresses,
    Code,
    DescribeAllENIs,
    FreeENI,
    GetAddressesFromEC2,
    GetAttachedENIs,
    UnassignPrivateIpAddresses,
    WaitForENI,
)
from ipam_model.testing.events import (
    PODS,
    Add,
    Arrive,
    Break,
    Cordon,
    Delete,
    During,
    Leave,
    Loop,
    OthersAttach,
    OthersDetach,
    OthersGive,
    OthersTake,
    Reconcile,
    Restart,
    SubnetHas,
    SubnetRole,
)
from ipam_model.testing.happenings import pods_during
from ipam_model.testing.nodes import configs, configs_v1_7
from ipam_model.testing.stories import directed
from tools.kill_matrix.events import TrunkComes
from tools.kill_matrix.grouping import Ending, Group
from tools.kill_matrix.shaping import (
    COME,
    GO,
    LATER,
    ONE_OF_MANY,
    PASSES,
    PLAIN,
    PREFIXES,
    SINGLE,
    WITHOUT_BUGS,
    after,
    behind,
    governed,
    multi_nic,
    three_warm_prefixes,
    two_subnets,
    two_warm_enis,
    warm_ip,
    with_branch_enis,
    with_many_pods,
    with_room,
)

READS: Final = (GetAttachedENIs, DescribeAllENIs, GetAddressesFromEC2)
CALLS: Final = (
    (AssignPrivateIpAddresses,),
    (AllocENI,),
    (WaitForENI,),
    READS,
    (UnassignPrivateIpAddresses,),
    (FreeENI,),
)
"""At each of them a daemon may forget what pods do meanwhile."""

SELDOM: Final = (
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
    Group(
        name="eni-gone",
        what="ENIs are detached, with pods or idle, from a node that has several",
        stories=with_many_pods(
            after(
                directed(COME, LATER, config=with_room(two_warm_enis(SINGLE))),
                Arrive(4),
                Loop(14),
                OthersDetach(1),
                Loop(14),
                Arrive(2),
            )
        ),
        count=6,
        endings=(Ending.QUIET,),
    ),
    Group(
        name="reconcile-unanswered",
        what="nothing changes any more, and IMDS does not answer a reconcile",
        stories=with_many_pods(
            after(
                directed(COME, GO, PASSES, config=with_room(PLAIN)),
                Arrive(4),
                Loop(14),
                Loop(14),
                Break("GetAttachedENIs", "MetadataError", 1),
                Loop(14),
                Add("p9"),
            )
        ),
        count=6,
    ),
    Group(
        name="warm-ip-beyond-warm-prefix",
        what="a warm IP target asks for more prefixes than the warm prefix target",
        stories=with_many_pods(
            directed(
                st.builds(Arrive, st.integers(1, 3)),
                st.just(Loop(2)),
                config=with_room(warm_ip(governed((True,)), 9)),
            )
        ),
        count=4,
        endings=(Ending.QUIET,),
    ),
    Group(
        name="home-exhausted",
        what="the primary's subnet runs dry while its ENI has room, and another subnet has plenty",
        stories=with_many_pods(
            two_subnets(
                after(
                    directed(
                        st.just(Add("p9")),
                        LATER,
                        config=with_room(warm_ip(governed((False,), (True,)), 2), addresses=8),
                    ),
                    SubnetHas(0),
                    Arrive(3),
                    Loop(14),
                )
            )
        ),
        count=4,
        endings=(Ending.STARVED,),
    ),
    Group(
        name="not-attached",
        what="new ENIs cannot be attached",
        stories=with_many_pods(
            directed(
                st.just(Break("AttachNetworkInterface", Code.ATTACHMENT_LIMIT, 1)),
                COME,
                LATER,
                config=with_room(SINGLE),
            )
        ),
        count=6,
        endings=(Ending.QUIET,),
    ),
    Group(
        name="without-bugs-turnover",
        what="pods come and go on a node whose daemon has no suspected bug",
        stories=with_many_pods(
            directed(COME, GO, PASSES, config=with_room(WITHOUT_BUGS, addresses=6))
        ),
        count=8,
        endings=(Ending.NONE, Ending.QUIET),
    ),
    Group(
        name="every-card",
        what="several managed cards, a pod that asks for an address on each, and waves of others",
        stories=with_many_pods(
            after(
                directed(
                    COME,
                    GO,
                    PASSES,
                    st.just(Restart()),
                    config=with_room(
                        multi_nic(configs(cards=(2, 3), zero_targets=False, special=False))
                    ),
                ),
                OthersAttach(False, False, 1),
                Restart(),
                Loop(2),
                Add("p8", True),
            )
        ),
        count=8,
        endings=(Ending.NONE, Ending.QUIET),
    ),
    Group(
        name="ipv6",
        what="pods come and go on an IPv6 node, and its daemon is restarted",
        stories=directed(
            COME,
            GO,
            PASSES,
            st.just(Restart()),
            st.just(Reconcile()),
            config=configs(ipv6=(True,), zero_targets=False, special=False),
        ),
        count=6,
        endings=(Ending.NONE, Ending.QUIET),
    ),
    Group(
        name="v1.7-turnover",
        what="pods come and go on a node of v1.7 that has room, and its daemon is restarted",
        stories=with_many_pods(
            directed(
                COME,
                GO,
                PASSES,
                st.just(Restart()),
                st.just(Break("GetAttachedENIs", "MetadataError", 1)),
                config=with_room(configs_v1_7()),
            )
        ),
        count=8,
        endings=(Ending.NONE, Ending.QUIET),
    ),
    Group(
        name="imds-long-behind",
        what="IMDS lists for minutes what left, on a node whose daemon has no suspected bug",
        stories=behind(
            with_many_pods(
                directed(
                    st.builds(Arrive, st.integers(3, 6)),
                    st.builds(Leave, st.integers(3, 6)),
                    LATER,
                    config=with_room(warm_ip(WITHOUT_BUGS, 2), addresses=8),
                )
            ),
            left=300_000,
        ),
        count=8,
    ),
    Group(
        name="imds-long-behind-v1.7",
        what="in v1.7 IMDS lists for minutes what was released",
        stories=behind(
            with_many_pods(
                directed(
                    st.builds(Arrive, st.integers(3, 6)),
                    st.builds(Leave, st.integers(3, 6)),
                    LATER,
                    config=with_room(warm_ip(configs_v1_7(), 2), addresses=8),
                )
            ),
            left=300_000,
        ),
        count=8,
    ),
    Group(
        name="unconfirmed",
        what="IMDS and the store differ, and EC2 cannot be asked",
        stories=with_many_pods(
            after(
                directed(
                    st.builds(OthersGive, ONE_OF_MANY, st.just(False)),
                    st.builds(OthersTake, ONE_OF_MANY),
                    st.just(Break("GetIPv4sFromEC2", Code.THROTTLED, 2)),
                    LATER,
                    config=with_room(SINGLE, addresses=8),
                ),
                Arrive(4),
                Loop(14),
            )
        ),
        count=6,
    ),
    Group(
        name="surplus-spread",
        what="single pods go from several full ENIs, so that each has a little to spare",
        stories=with_many_pods(
            after(
                directed(
                    st.builds(Delete, st.sampled_from(PODS[:9])),
                    LATER,
                    config=with_room(warm_ip(SINGLE, 1)),
                ),
                *(Arrive(1), Loop(1)) * 9,
                Delete("p1"),
                Delete("p4"),
                Delete("p7"),
            )
        ),
        count=6,
        endings=(Ending.QUIET,),
    ),
    Group(
        name="quick-turnover",
        what="a few pods come and go in every tick, under a small warm IP target",
        stories=with_many_pods(
            after(
                directed(
                    st.builds(Arrive, st.integers(1, 2)),
                    st.builds(Leave, st.integers(1, 3)),
                    st.just(Loop(1)),
                    config=with_room(warm_ip(SINGLE, 1), addresses=8),
                ),
                *(Arrive(2), Loop(1)) * 5,
                *(Leave(2), Loop(1)) * 3,
            )
        ),
        count=6,
    ),
    Group(
        name="trunk-idle",
        what="pods come and go on a node with a trunk ENI, until an ENI is not needed",
        stories=with_many_pods(
            after(
                directed(COME, GO, LATER, config=with_branch_enis(with_room(SINGLE, enis=4))),
                TrunkComes(),
                Restart(),
                Arrive(9),
                Loop(2),
                Leave(9),
                Loop(14),
            )
        ),
        count=6,
    ),
    Group(
        name="large-enis",
        what="pods come and go on a node whose ENIs hold many addresses, under warm IP targets",
        stories=with_many_pods(
            directed(COME, GO, PASSES, config=with_room(governed(), addresses=16))
        ),
        count=6,
    ),
    Group(
        name="warm-prefixes",
        what="pods come and go on a node that keeps three prefixes free",
        stories=with_many_pods(
            directed(
                COME, GO, PASSES, config=with_room(three_warm_prefixes(PREFIXES), addresses=10)
            )
        ),
        count=6,
    ),
    Group(
        name="scraps",
        what="the subnet has one address left, and several are wanted",
        stories=with_many_pods(
            after(
                directed(st.just(SubnetHas(1)), COME, LATER, config=with_room(warm_ip(SINGLE, 6))),
                SubnetHas(1),
                Arrive(2),
                Loop(1),
            )
        ),
        count=6,
    ),
    Group(
        name="taken-while-down",
        what="others take and detach what pods use, and the daemon is restarted",
        stories=with_many_pods(
            after(
                directed(
                    COME,
                    st.builds(OthersTake, ONE_OF_MANY),
                    st.builds(OthersDetach, ONE_OF_MANY),
                    st.just(Restart()),
                    config=with_room(PLAIN),
                ),
                Arrive(4),
                OthersTake(0),
                Restart(),
            )
        ),
        count=6,
    ),
    Group(
        name="pods-during-calls",
        what="pods come or go while each kind of call is pending for the first time, and later",
        stories=with_many_pods(
            after(
                directed(
                    COME,
                    GO,
                    LATER,
                    pods_during(*CALLS),
                    config=with_room(warm_ip(PLAIN, 2)),
                ),
                During(0, Add("p7"), (AssignPrivateIpAddresses,)),
                During(0, Delete("p1"), (AllocENI,)),
                During(0, Delete("p2"), (WaitForENI,)),
                During(0, Add("p8"), READS),
                During(0, Add("p9"), (UnassignPrivateIpAddresses,)),
                During(0, Add("p10"), (FreeENI,)),
                *(Arrive(1), Loop(1)) * 6,
                Loop(14),
                Leave(9),
                *(Loop(14),) * 3,
            )
        ),
        count=6,
    ),
)
"""More are told after those of `general`, so that what they show is seen there first."""
