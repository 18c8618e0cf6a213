"""Plans for a daemon out of stories: nodes, what happens to them, and what a subject is told.

A plan says what happens around the daemon. What it names (an ENI, an address that others take) is
there if the daemon does what the model does first.
"""

from collections.abc import Callable, Sequence
from typing import Final

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ipam_model.config import Config
from ipam_model.conformance.plan import DaemonPlan, plan_of
from ipam_model.conformance.subject import Calls, Feature
from ipam_model.limits import InstanceLimits
from ipam_model.rules.capacity import BLOCK
from ipam_model.scenario.document import Event as Told
from ipam_model.scenario.document import LoopPass, Reconcile
from ipam_model.testing.conformance.area import Area, Drawing
from ipam_model.testing.events import (
    Advance,
    Arrive,
    Break,
    Event,
    Leave,
    Loop,
    OthersAttach,
    OthersDetach,
    OthersGive,
    OthersTake,
)
from ipam_model.testing.faults import BREAKABLE
from ipam_model.testing.happenings import instants
from ipam_model.testing.nodes import configs
from ipam_model.testing.scenarios import RecordedTeller, with_passes
from ipam_model.testing.story import Story
from ipam_model.testing.telling import tell
from ipam_model.testing.weighing import weighted

MAX_PODS: Final = (110, 110, 110, 110, 110, 11, 6)
CHANGING: Final = (
    "AssignPrivateIpAddresses",
    "CreateNetworkInterface",
    "AttachNetworkInterface",
    "ModifyNetworkInterfaceAttribute",
    "UnassignPrivateIpAddresses",
    "FreeENI",
)
"""Calls that any daemon makes. Most read as they like: reads fail only for those that do not."""

Weighted = tuple[int, SearchStrategy[Event]]

SIZES: Final = ((3, 3), (4, 3), (3, 4), (4, 2), (2, 5), (3, 6))
"""ENIs, and addresses of each."""
ROOMY: Final = ((2, 8), (3, 7), (2, 10))
"""Sizes with which an ENI is seldom full."""

# -- nodes ---------------------------------------------------------------------------------------


def nodes(
    drawing: Drawing,
    *,
    prefix_modes: Sequence[bool] = (False, False, True),
    zero_targets: bool = False,
    discovery: Sequence[bool] = (True, False),
    warm_ip: bool = False,
    sizes: Sequence[tuple[int, int]] = SIZES,
) -> SearchStrategy[Config]:
    """Small nodes with prefixes of 16 addresses, as EC2 has them."""
    modes = prefix_modes if drawing.has(Feature.PREFIX_DELEGATION) else (False,)
    drawn = configs(
        prefix_modes=modes,
        discovery=discovery,
        zero_targets=zero_targets and drawing.has(Feature.WARM_ENI_ZERO),
        special=False,
        quirks=(drawing.quirks,),
    )
    overridden = st.booleans() if drawing.has(Feature.CORDON) else st.just(False)
    targets = st.tuples(st.integers(0, 7), st.integers(0, 9), st.integers(0, 2))
    return st.builds(
        _chosen,
        drawn,
        sizes=st.sampled_from(sizes),
        max_eni=st.sampled_from((None, None, None, None, 2)),
        cooldown=st.sampled_from((30, 0, 90)),
        overridden=overridden,
        targets=targets if warm_ip else st.none(),
    )


def _chosen(
    config: Config,
    *,
    sizes: tuple[int, int],
    max_eni: int | None,
    cooldown: int,
    overridden: bool,
    targets: tuple[int, int, int] | None,
) -> Config:
    """The same with room to grow; with prefixes targets are worth some of them."""
    enis, addresses = sizes
    settings = evolve(
        config.settings,
        ip_cooldown_period=cooldown,
        manage_enis_non_schedulable=overridden,
        max_eni=max_eni,
        warm_ip_target=0,
        minimum_ip_target=0,
    )
    if targets is not None:
        warm, minimum, more = targets
        if config.prefix_mode:
            warm, minimum = warm + BLOCK * more, minimum + BLOCK * more
        settings = evolve(settings, warm_ip_target=warm, minimum_ip_target=minimum)
    limits = InstanceLimits.simple(enis, min(addresses, 3) if config.prefix_mode else addresses)
    return evolve(config, settings=settings, limits=limits, block=BLOCK)


# -- what happens --------------------------------------------------------------------------------

COME: Final = st.builds(Arrive, st.integers(1, 12))
GO: Final = st.builds(Leave, st.integers(1, 12))
FEW_COME: Final = st.builds(Arrive, st.integers(1, 3))
FEW_GO: Final = st.builds(Leave, st.integers(1, 3))
PASSES: Final = st.builds(Loop, st.sampled_from([1, 2, 13]))
LATER: Final = st.just(Loop(13))
WAIT: Final = st.builds(Advance, instants())
WHICH: Final = st.integers(0, 7)


def change_faults() -> SearchStrategy[Event]:
    """Calls that change something and fail once or a few times."""
    kinds = [(call, code) for call, codes in BREAKABLE if call in CHANGING for code in codes]
    return st.builds(
        lambda kind, times: Break(kind[0], kind[1], times),
        st.sampled_from(kinds),
        st.integers(1, 3),
    )


def others() -> tuple[Weighted, ...]:
    """What others do to the instance behind the daemon's back."""
    return (
        (1, st.builds(OthersTake, WHICH)),
        (1, st.builds(OthersGive, WHICH, st.just(False))),
        (1, st.builds(OthersDetach, WHICH)),
        (1, st.builds(OthersAttach, st.booleans(), st.just(False))),
    )


# -- plans ---------------------------------------------------------------------------------------


def plans_of(
    drawing: Drawing,
    config: SearchStrategy[Config],
    *kinds: Weighted,
    two_subnets: Sequence[bool] = (False,),
    excluded: Sequence[bool] = (False,),
    enforce_limits: Sequence[bool] = (True, False),
    lags: Sequence[int] = (0,),
    eni_config: bool = False,
) -> SearchStrategy[DaemonPlan]:
    """Plans of events of these kinds, so many that `steps` things happen."""
    # Lists of a fixed length get somewhere; to shrink, an event turns into nothing.
    nothing: SearchStrategy[Event | None] = st.none()
    one: SearchStrategy[Event | None] = weighted(*kinds)
    slots = st.lists(
        weighted((1, nothing), (8, one)), min_size=drawing.steps, max_size=drawing.steps
    )
    stories = st.builds(
        Story,
        config=config,
        max_pods=st.sampled_from(MAX_PODS),
        events=st.builds(_told_in_order, st.sampled_from(BEFORE), slots, st.sampled_from(AFTER)),
        choices=st.just(()),
        enforce_limits=st.sampled_from(enforce_limits),
        reissue=st.booleans(),
        second_subnet=st.sampled_from(two_subnets),
        excluded=st.sampled_from(excluded),
        imds_lag=st.sampled_from(lags),
        arrival_lag=st.sampled_from(lags),
        eni_config=st.just(eni_config),
    )
    reconciles = drawing.has(Feature.RECONCILE)
    own_ec2 = drawing.capabilities.calls is Calls.NONE
    return stories.map(lambda story: told(story, reconciles=reconciles, own_ec2=own_ec2))


BEFORE: Final[tuple[tuple[Event, ...], ...]] = ((), (), (Arrive(12), Loop(2)))
"""What may come first: a node at work."""
AFTER: Final[tuple[tuple[Event, ...], ...]] = (
    (),
    (Leave(12), Loop(13), Loop(13)),
    (Leave(5), Loop(13), Arrive(3)),
)
"""What may come last: pods leave, cool down, and what is not needed any more goes."""


def _told_in_order(
    before: tuple[Event, ...], slots: Sequence[Event | None], after: tuple[Event, ...]
) -> tuple[Event, ...]:
    return (*before, *(each for each in slots if each is not None), *after)


def told(story: Story, *, reconciles: bool = True, own_ec2: bool = False) -> DaemonPlan:
    """A story as a plan; without reconciles if the subject has none.

    A subject with an EC2 of its own is not asked for choices of EC2's that it cannot make.
    """
    if own_ec2:
        story = evolve(story, enforce_limits=True, reissue=False)
    teller = RecordedTeller(story.world())
    tell(teller, story)
    scenario = teller.scenario()
    events: Sequence[Told] = scenario.events
    if reconciles:
        events = with_passes(events)
    else:
        events = [each for each in events if not isinstance(each, Reconcile | LoopPass)]
    # Which suspected bugs there are is the judge's to say, not the plan's.
    node = evolve(scenario.node, no_quirks=())
    return plan_of(evolve(scenario, node=node, events=tuple(events)))


def area_of(
    name: str,
    what: str,
    plans: Callable[[Drawing], SearchStrategy[DaemonPlan]],
    *needs: Feature,
) -> Area[DaemonPlan]:
    """A corner of the specification; `needs`: without these features its plans are pointless."""
    return Area(name=name, what=what, plans=plans, needs=frozenset(needs))
