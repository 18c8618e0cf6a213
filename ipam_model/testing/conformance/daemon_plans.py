"""Corners of the specification of a daemon, and what is drawn for each.

Nobody is told what to choose. What needs a feature that not every daemon has is in `feature_areas`.
"""

from typing import Final

from hypothesis import strategies as st

from ipam_model.conformance.subject import Feature
from ipam_model.testing.conformance.area import Drawing
from ipam_model.testing.conformance.daemon_stories import (
    COME,
    FEW_COME,
    FEW_GO,
    GO,
    LATER,
    PASSES,
    WAIT,
    Weighted,
    area_of,
    change_faults,
    nodes,
    others,
    plans_of,
)
from ipam_model.testing.conformance.feature_areas import FEATURE_AREAS
from ipam_model.testing.events import (
    Add,
    Cordon,
    Mend,
    Restart,
    SubnetHas,
    SubnetRole,
    Tick,
)
from ipam_model.testing.happenings import pod_events
from ipam_model.testing.weighing import weighted


def _anything(drawing: Drawing) -> tuple[Weighted, ...]:
    kinds: list[Weighted] = [
        (5, pod_events()),
        (1, st.just(Tick())),
        (2, WAIT),
        (3, PASSES),
        (1, st.builds(SubnetHas, st.sampled_from([500, 20, 5, 3, 1, 0]))),
    ]
    if drawing.has(Feature.RESTART):
        kinds.append((1, st.just(Restart())))
    if drawing.has(Feature.CORDON):
        kinds.append((1, st.builds(Cordon, st.booleans())))
    if drawing.has(Feature.FAULTS):
        kinds += [(1, change_faults()), (1, st.just(Mend()))]
    if drawing.has(Feature.RECONCILE):
        kinds.append((1, weighted(*others())))
    return tuple(kinds)


DAEMON_AREAS: Final = (
    area_of(
        "growth",
        "pods come, and the pool follows",
        lambda drawing: plans_of(
            drawing, nodes(drawing), (2, FEW_COME), (1, COME), (1, st.just(Tick())), (2, PASSES)
        ),
    ),
    area_of(
        "turnover",
        "pods come and go in waves, and ENIs with them",
        lambda drawing: plans_of(drawing, nodes(drawing), (1, COME), (1, GO), (2, PASSES)),
    ),
    area_of(
        "warm-ip",
        "the same under WARM_IP_TARGET and MINIMUM_IP_TARGET",
        lambda drawing: plans_of(
            drawing, nodes(drawing, warm_ip=True), (2, FEW_COME), (1, COME), (2, GO), (3, PASSES)
        ),
    ),
    area_of(
        "prefixes",
        "the same with prefixes of 16 addresses",
        lambda drawing: plans_of(
            drawing,
            st.one_of(
                nodes(drawing, prefix_modes=(True,)),
                nodes(drawing, prefix_modes=(True,), warm_ip=True),
            ),
            (2, COME),
            (1, GO),
            (1, FEW_GO),
            (2, PASSES),
        ),
        Feature.PREFIX_DELEGATION,
    ),
    area_of(
        "cooldown",
        "pods come again when addresses have just stopped cooling, or not quite",
        lambda drawing: plans_of(
            drawing,
            nodes(drawing, prefix_modes=(False,)),
            (2, COME),
            (2, GO),
            (3, pod_events()),
            (3, WAIT),
            (1, PASSES),
        ),
    ),
    area_of(
        "repeated-adds",
        "kubelet asks again for pods that are there, or that are gone",
        lambda drawing: plans_of(
            drawing,
            nodes(drawing),
            (3, st.builds(Add, st.sampled_from(("p1", "p2", "p3")))),
            (3, pod_events()),
            (1, PASSES),
            (1, WAIT),
        ),
    ),
    area_of(
        "zero-targets",
        "the same with targets of 0, which may oscillate",
        lambda drawing: plans_of(
            drawing, nodes(drawing, zero_targets=True), (2, FEW_COME), (2, FEW_GO), (3, PASSES)
        ),
        Feature.WARM_ENI_ZERO,
    ),
    area_of(
        "shortage",
        "the subnet runs out of addresses and has some again",
        lambda drawing: plans_of(
            drawing,
            nodes(drawing),
            (1, st.builds(SubnetHas, st.sampled_from([0, 1, 3, 500]))),
            (2, COME),
            (1, GO),
            (2, PASSES),
            two_subnets=(True, False),
        ),
    ),
    area_of(
        "faults",
        "calls that change something fail",
        lambda drawing: plans_of(
            drawing,
            nodes(drawing, zero_targets=True),
            (3, change_faults()),
            (2, COME),
            (2, GO),
            (3, PASSES),
        ),
        Feature.FAULTS,
    ),
    area_of(
        "restarts",
        "the daemon is restarted",
        lambda drawing: plans_of(
            drawing,
            nodes(drawing),
            (2, FEW_COME),
            (2, FEW_GO),
            (2, st.just(Restart())),
            (2, PASSES),
        ),
        Feature.RESTART,
    ),
    area_of(
        "others",
        "others take, give, attach and detach behind the daemon's back",
        lambda drawing: plans_of(
            drawing, nodes(drawing), (3, weighted(*others())), (2, FEW_COME), (1, GO), (3, LATER)
        ),
        Feature.RECONCILE,
    ),
    area_of(
        "excluded",
        "the primary's subnet gives no pod addresses, or no longer",
        lambda drawing: plans_of(
            drawing,
            nodes(drawing, discovery=(True,)),
            (1, st.builds(SubnetRole, st.sampled_from(("0", "")))),
            (2, st.just(Restart())),
            (2, FEW_COME),
            (1, FEW_GO),
            (2, PASSES),
            two_subnets=(True,),
            excluded=(True, False),
        ),
        Feature.RESTART,
        Feature.RECONCILE,
    ),
    area_of(
        "cordoned",
        "the node is cordoned and uncordoned while pods come and go",
        lambda drawing: plans_of(
            drawing,
            nodes(drawing, zero_targets=True),
            (2, st.builds(Cordon, st.booleans())),
            (1, COME),
            (2, GO),
            (3, PASSES),
        ),
        Feature.CORDON,
    ),
    area_of(
        "anything",
        "everything that the subject can do, at random",
        lambda drawing: plans_of(
            drawing,
            st.one_of(nodes(drawing, zero_targets=True), nodes(drawing, warm_ip=True)),
            *_anything(drawing),
            two_subnets=(True, False),
            excluded=(False, False, True),
        ),
    ),
    *FEATURE_AREAS,
)
"""What a daemon is checked for, in this order."""
