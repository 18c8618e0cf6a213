"""Corners of the specification that not every daemon has: each area needs a feature."""

from typing import Final

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ipam_model.config import Config
from ipam_model.conformance.cloud import CHANGES, READS
from ipam_model.conformance.plan import DaemonPlan
from ipam_model.conformance.subject import Feature
from ipam_model.faults import OF_READING, OF_THE_HOST
from ipam_model.limits import InstanceLimits
from ipam_model.requests import (
    AllocENI,
    AssignPrivateIpAddresses,
    FreeENI,
    Sleep,
    UnassignPrivateIpAddresses,
)
from ipam_model.testing.conformance.area import Area, Drawing
from ipam_model.testing.conformance.daemon_stories import (
    COME,
    FEW_COME,
    FEW_GO,
    GO,
    LATER,
    PASSES,
    ROOMY,
    WHICH,
    Weighted,
    area_of,
    change_faults,
    nodes,
    others,
    plans_of,
)
from ipam_model.testing.events import (
    PODS,
    Add,
    BranchEni,
    Break,
    EniConfig,
    Event,
    OthersAttach,
    OthersTag,
    PodObjectGone,
    Reconcile,
    Restart,
    SwitchMode,
    Vanish,
)
from ipam_model.testing.faults import BREAKABLE
from ipam_model.testing.happenings import annotations, pods_during
from ipam_model.testing.nodes import as_v1_7
from ipam_model.testing.weighing import weighted

RESTART: Final = st.just(Restart())
KUBELET: Final = PODS[:4]
"""Pods that are special in some way."""


def _several_cards(config: Config, enis: int, cards: int) -> Config:
    limits = InstanceLimits.simple(enis, config.limits.ipv4_per_eni, cards=cards)
    settings = evolve(config.settings, multi_nic=True, max_eni=None)
    return evolve(config, limits=limits, settings=settings)


def with_several_cards(config: SearchStrategy[Config]) -> SearchStrategy[Config]:
    """Nodes with ENABLE_MULTI_NIC and two or three cards of two or three ENIs."""
    return st.builds(_several_cards, config, st.sampled_from((3, 2)), st.sampled_from((2, 2, 3)))


def _of_ipv6(config: Config) -> Config:
    settings = evolve(config.settings, ipv6=True, ipv4=False, prefix_delegation=True)
    return evolve(config, settings=settings)


def _with_branch_enis(config: Config) -> Config:
    return evolve(config, settings=evolve(config.settings, pod_eni=True))


def _with_custom_networking(config: Config) -> Config:
    return evolve(config, settings=evolve(config.settings, custom_networking=True))


def _without_provisioning(config: Config) -> Config:
    settings = evolve(config.settings, provisioning_disabled=True)
    return evolve(config, settings=settings)


def faults_of(names: frozenset[str], *, most: int = 2) -> SearchStrategy[Event]:
    """Calls of these names that fail once or a few times."""
    kinds = [(call, code) for call, codes in BREAKABLE if call in names for code in codes]
    return st.builds(
        lambda kind, times: Break(kind[0], kind[1], times),
        st.sampled_from(kinds),
        st.integers(1, most),
    )


def _any_tags(config: Config) -> Config:
    return evolve(config, settings=evolve(config.settings, manage_untagged_eni=False))


def _if(drawing: Drawing, feature: Feature, *kinds: Weighted) -> tuple[Weighted, ...]:
    return kinds if drawing.has(feature) else ()


WAITED_FOR: Final = (
    (AllocENI, AssignPrivateIpAddresses),
    (UnassignPrivateIpAddresses, FreeENI),
    (FreeENI,),
)
ANSWERED: Final = tuple(kind for kind in (*CHANGES, *READS) if kind is not Sleep)


def _meanwhile(drawing: Drawing) -> SearchStrategy[Event]:
    """A pod comes or goes while the daemon waits for EC2; while it reads if it reads as it should.

    One that waits for a call which seldom comes stays for the rest of the plan.
    """
    reads = [ANSWERED] if drawing.has(Feature.READ_FAULTS) else []
    return pods_during(CHANGES, *WAITED_FOR, *reads)


FEATURE_AREAS: Final[tuple[Area[DaemonPlan], ...]] = (
    area_of(
        "switches",
        "restarts with prefix delegation turned on or off, while pods are there",
        lambda drawing: plans_of(
            drawing,
            st.one_of(nodes(drawing), nodes(drawing, warm_ip=True)),
            (2, st.just(SwitchMode())),
            (1, RESTART),
            (2, FEW_COME),
            (2, FEW_GO),
            (2, PASSES),
        ),
        Feature.RESTART,
        Feature.PREFIX_DELEGATION,
        Feature.RECONCILE,
    ),
    area_of(
        "unmanaged",
        "others attach and tag ENIs that are not to be managed",
        lambda drawing: plans_of(
            drawing,
            nodes(drawing).map(_any_tags),
            (2, st.builds(OthersAttach, st.booleans(), st.just(False))),
            (2, st.builds(OthersTag, WHICH, st.booleans(), st.booleans())),
            (1, RESTART),
            (2, FEW_COME),
            (1, GO),
            (3, LATER),
        ),
        Feature.RESTART,
        Feature.RECONCILE,
    ),
    area_of(
        "several-cards",
        "pods on several network cards, some with an address of each",
        lambda drawing: plans_of(
            drawing,
            with_several_cards(nodes(drawing, discovery=(False,))),
            (2, st.builds(Add, st.sampled_from(KUBELET), st.just(True))),
            (2, FEW_COME),
            (2, FEW_GO),
            (2, PASSES),
            *_if(drawing, Feature.RESTART, (1, RESTART)),
            *_if(
                drawing,
                Feature.RECONCILE,
                (1, st.builds(OthersAttach, st.booleans(), st.just(False), st.integers(0, 2))),
            ),
        ),
        Feature.SEVERAL_CARDS,
    ),
    area_of(
        "ipv6",
        "pods of an IPv6 node",
        lambda drawing: plans_of(
            drawing,
            nodes(drawing, prefix_modes=(True,)).map(_of_ipv6),
            (2, COME),
            (1, GO),
            (1, FEW_GO),
            (1, PASSES),
            (1, st.just(Reconcile())),
            *_if(drawing, Feature.RESTART, (2, RESTART)),
        ),
        Feature.IPV6,
        Feature.PREFIX_DELEGATION,
    ),
    area_of(
        "v1-7",
        "the daemon of v1.7",
        lambda drawing: plans_of(
            drawing,
            nodes(drawing, prefix_modes=(False,), discovery=(False,)).map(as_v1_7),
            (2, FEW_COME),
            (1, COME),
            (2, GO),
            (3, PASSES),
            *_if(drawing, Feature.RESTART, (1, RESTART)),
            *_if(drawing, Feature.RECONCILE, (1, weighted(*others()))),
        ),
        Feature.V1_7,
    ),
    area_of(
        "branch-enis",
        "a trunk ENI, and pods that ask for a branch ENI",
        lambda drawing: plans_of(
            drawing,
            nodes(drawing).map(_with_branch_enis),
            (2, st.builds(OthersAttach, st.just(False), st.just(True))),
            (2, st.builds(BranchEni, st.sampled_from(KUBELET), annotations())),
            (1, st.builds(PodObjectGone, st.sampled_from(KUBELET))),
            (2, st.builds(Add, st.sampled_from(KUBELET))),
            (2, COME),
            (2, GO),
            (3, PASSES),
            *_if(drawing, Feature.RESTART, (1, RESTART)),
        ),
        Feature.BRANCH_ENIS,
        Feature.RECONCILE,
    ),
    area_of(
        "custom-networking",
        "pods live in the subnet of an ENIConfig, which changes",
        lambda drawing: plans_of(
            drawing,
            nodes(drawing).map(_with_custom_networking),
            (1, st.builds(EniConfig, st.none() | st.integers(0, 1))),
            (2, FEW_COME),
            (1, COME),
            (2, GO),
            (3, PASSES),
            *_if(drawing, Feature.RESTART, (1, RESTART)),
            two_subnets=(True,),
            eni_config=True,
        ),
        Feature.CUSTOM_NETWORKING,
    ),
    area_of(
        "no-provisioning",
        "nothing is fetched or given back",
        lambda drawing: plans_of(
            drawing,
            nodes(drawing).map(_without_provisioning),
            (3, weighted(*others())),
            (2, FEW_COME),
            (2, FEW_GO),
            (2, LATER),
            *_if(drawing, Feature.RESTART, (1, RESTART)),
        ),
        Feature.NO_PROVISIONING,
        Feature.RECONCILE,
    ),
    area_of(
        "imds-lag",
        "the instance's metadata are behind: what left is still listed, what came is not yet",
        lambda drawing: plans_of(
            drawing,
            st.one_of(nodes(drawing), nodes(drawing, warm_ip=True)),
            (1, weighted(*others())),
            (2, COME),
            (2, GO),
            (3, PASSES),
            *_if(drawing, Feature.RESTART, (1, RESTART)),
            lags=(60_000, 300_000, 2_500),
        ),
        Feature.IMDS_LAG,
        Feature.RECONCILE,
    ),
    area_of(
        "reads",
        "reads of EC2 and of the instance's metadata fail",
        lambda drawing: plans_of(
            drawing,
            nodes(drawing),
            (3, faults_of(OF_READING)),
            (2, weighted(*others())),
            (2, FEW_COME),
            (1, GO),
            (3, LATER),
            *_if(drawing, Feature.RESTART, (1, RESTART)),
        ),
        Feature.READ_FAULTS,
        Feature.RECONCILE,
    ),
    area_of(
        "host",
        "calls of the host fail, and sandboxes vanish while the daemon is down",
        lambda drawing: plans_of(
            drawing,
            nodes(drawing),
            (3, faults_of(OF_THE_HOST)),
            (1, st.builds(Vanish, st.integers(1, 4))),
            (2, FEW_COME),
            (2, FEW_GO),
            (2, PASSES),
            (1, RESTART),
        ),
        Feature.HOST,
        Feature.RESTART,
    ),
    area_of(
        "pods-meanwhile",
        "pods come and go while the daemon waits for EC2's answer",
        lambda drawing: plans_of(
            drawing,
            weighted((1, nodes(drawing)), (2, nodes(drawing, warm_ip=True, sizes=ROOMY))),
            (6, _meanwhile(drawing)),
            (3, FEW_COME),
            (1, COME),
            (2, FEW_GO),
            (1, GO),
            (3, PASSES),
            (3, LATER),
            *_if(drawing, Feature.FAULTS, (1, change_faults())),
            *_if(drawing, Feature.RECONCILE, (1, weighted(*others()))),
        ),
        Feature.PODS_MEANWHILE,
    ),
)
"""What only some daemons are checked for."""
