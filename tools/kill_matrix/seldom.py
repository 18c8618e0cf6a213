"""The groups of stories for what others seldom reach: each was made for a wrong model."""

from typing import Final

from hypothesis import strategies as st

from ipam_model.requests import Code
from ipam_model.testing.events import (
    Add,
    Arrive,
    Break,
    Cordon,
    Delete,
    Loop,
    OthersAttach,
    OthersDetach,
    Restart,
    SubnetHas,
    SubnetRole,
)
from ipam_model.testing.nodes import configs, configs_v1_7
from ipam_model.testing.stories import directed
from tools.kill_matrix.events import TrunkComes
from tools.kill_matrix.grouping import Ending, Group
from tools.kill_matrix.shaping import (
    COME,
    GO,
    LATER,
    PASSES,
    PLAIN,
    SINGLE,
    WITHOUT_BUGS,
    after,
    governed,
    two_subnets,
    with_branch_enis,
    with_many_pods,
    with_room,
)

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
                directed(COME, LATER, config=with_room(SINGLE, warm_eni_target=2)),
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
                config=with_room(
                    governed((True,)), warm_prefix_target=1, warm_ip_target=9, minimum_ip_target=0
                ),
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
                        config=with_room(
                            governed((False,), (True,)),
                            addresses=8,
                            warm_ip_target=2,
                            minimum_ip_target=0,
                        ),
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
        what="several managed cards, pods that ask for an address on each, and waves of others",
        stories=with_many_pods(
            after(
                directed(
                    st.builds(Add, st.sampled_from(["p8", "p9"]), st.just(True)),
                    st.builds(Delete, st.sampled_from(["p8", "p9"])),
                    COME,
                    PASSES,
                    st.just(Restart()),
                    config=with_room(
                        configs(cards=(2, 3), zero_targets=False, special=False), multi_nic=True
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
)
"""More are told after those of `general`, so that what they show is seen there first."""
