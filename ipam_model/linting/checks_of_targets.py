"""Targets that strand pods, that never come to rest, or that cannot be met."""

from collections.abc import Iterator

from attrs import evolve

from ipam_model.config import Quirk
from ipam_model.inspection.counted import counted
from ipam_model.linting.checks import Complaint, Demonstration, Remedy, always, check, setting
from ipam_model.linting.finding import Severity
from ipam_model.linting.stories import at_rest, fillings
from ipam_model.linting.subject import HOST_NETWORK_PODS, Subject
from ipam_model.linting.trial import Breaks, Disappoints, Story
from ipam_model.properties.aggregates import round_up
from ipam_model.properties.pace import ticks_to_settle
from ipam_model.scenario.document import Expect, LoopPass, Start

SECONDARY_GRID = "1-3 ENIs of 2-4 addresses, targets 0-4, max pods 2-12"
PREFIX_GRID = "1-2 ENIs of 1-3 prefixes of 2 addresses, targets 0-7, max pods 2-13"


def _idle(subject: Subject) -> Iterator[Story]:
    """The node starts, and no pod comes."""
    del subject
    yield (Start(),)


def _running(subject: Subject) -> Iterator[Story]:
    """The daemon is to run."""
    del subject
    yield (Start(expect=Expect(reply={"ok": True})),)


# -- the daemon does not run ----------------------------------------------------------------------


def _room_for_pods(subject: Subject) -> Iterator[Remedy]:
    """More ENIs, or a primary one with pods; max pods as many as then fit, if that is needed."""
    for name, text in (
        ("MAX_ENI", None),
        ("ENABLE_POD_ENI", "false"),
        ("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "false"),
    ):
        if name not in subject.node.env:
            continue
        env = {key: old for key, old in subject.node.env.items() if key != name}
        if text is not None:
            env[name] = text
        fit = Subject(node=evolve(subject.node, env=env), peak=subject.peak).capacity
        yield Remedy(changes={name: text})
        yield Remedy(changes={name: text}, max_pods=fit + HOST_NETWORK_PODS)


@check(
    "no-eni-for-pods",
    Severity.ERROR,
    "With custom networking the primary ENI carries no pods, and the limits, MAX_ENI or the slot "
    "of the trunk ENI leave no other on card 0: the daemon exits at every start.",
    rules=("R48", "R50", "R66"),
    shown_by=Demonstration(stories=_running, symptom=Disappoints(), shrinks=False),
    remedies=_room_for_pods,
    of_exits=True,
)
def no_eni_for_pods(subject: Subject) -> Complaint | None:
    """No ENI of a card can have addresses for pods."""
    card = subject.starved
    if card is None:
        return None
    most = min(subject.config.max_enis, card.attachable)
    bearer = f"card {card.index}" if len(subject.cards) > 1 else "the node"
    kept = ", one of them kept for a trunk ENI" if most > 1 else ""
    return Complaint(
        message="with custom networking the primary ENI carries no pods, and there is no other: "
        f"{bearer} has {counted(most, 'ENI')} at most{kept}, and the daemon exits at every start",
        variable="AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG",
    )


# -- pods are stranded ---------------------------------------------------------------------------


@check(
    "minimum-alone-is-a-ceiling",
    Severity.ERROR,
    "MINIMUM_IP_TARGET without WARM_IP_TARGET: the pool grows to the minimum and never again, and "
    "further pods get no address.",
    rules=("R40", "R110"),
    upstream=("#2650", "#3685"),
    shown_by=Demonstration(
        stories=fillings,
        symptom=Breaks(("P-L3",), "minimum-alone-is-a-ceiling"),
        compared=f"{SECONDARY_GRID}; {PREFIX_GRID}",
    ),
    remedies=always(
        setting(WARM_IP_TARGET="1"), setting(WARM_IP_TARGET="1", WARM_PREFIX_TARGET="0")
    ),
)
def minimum_without_warm(subject: Subject) -> Complaint | None:
    """More pods may come than the minimum has addresses for, and there would be room."""
    goal = subject.goal
    if goal.warm or not goal.minimum:
        return None
    owned = round_up(goal.minimum, subject.cidr)
    served = owned + subject.elsewhere
    if owned >= subject.own_capacity or served >= subject.scheduled:
        return None
    pool = "the pool of card 0" if subject.elsewhere else "the pool"
    return Complaint(
        message=f"MINIMUM_IP_TARGET is {goal.minimum} without WARM_IP_TARGET: {pool} never grows "
        f"beyond {owned} addresses, and pod {served + 1} never gets one although the node could "
        f"serve {subject.most_pods}",
        variable="MINIMUM_IP_TARGET",
    )


# -- the pool never rests ------------------------------------------------------------------------


@check(
    "warm-eni-target-zero",
    Severity.ERROR,
    "WARM_ENI_TARGET 0 and pods that fill the ENIs: an ENI is attached because nothing is "
    "available, deleted because it is empty, and so on for ever.",
    rules=("R79", "R82", "R133"),
    upstream=("#1775", "#1451"),
    shown_by=Demonstration(
        stories=fillings,
        symptom=Breaks(("P-L2",), "warm-eni-target-zero", lasting=True),
        compared=SECONDARY_GRID,
    ),
    remedies=always(setting(WARM_ENI_TARGET="1")),
)
def no_warm_eni(subject: Subject) -> Complaint | None:
    """Pods can fill an ENI, or none is usable at first, and another one can come and go."""
    goal, custom = subject.goal, subject.config.settings.custom_networking
    if subject.config.prefix_mode or goal.governed or goal.whole:
        return None
    full = 0 if custom else subject.eni
    if subject.usable_enis < (1 if custom else 2) or full > subject.scheduled:
        return None
    if subject.growth_ends_at is not None and full >= subject.growth_ends_at:
        return None
    pods = f"with {full} pods" if full else "without pods"
    return Complaint(
        message=f"WARM_ENI_TARGET is 0: {pods} an ENI is attached and deleted again for ever, "
        "about once a minute",
        variable="WARM_ENI_TARGET",
    )


@check(
    "warm-prefix-target-zero",
    Severity.ERROR,
    "In prefix mode without any target a prefix is assigned because nothing is available, released "
    "because it is free, and so on for ever.",
    rules=("R81", "R132", "R146"),
    shown_by=Demonstration(
        stories=fillings,
        symptom=Breaks(("P-L2",), "warm-prefix-target-zero", lasting=True),
        compared=PREFIX_GRID,
    ),
    remedies=always(setting(WARM_PREFIX_TARGET="1")),
)
def no_warm_prefix(subject: Subject) -> Complaint | None:
    """Only a text such as `00` gets past the entry point (R47)."""
    if not subject.config.prefix_mode or subject.goal.governed or subject.goal.whole:
        return None
    if not subject.own_capacity or subject.growth_ends_at == 0:
        return None
    return Complaint(
        message="in prefix mode all targets are 0: an idle node assigns and releases a prefix for "
        "ever, and reconcile is never due",
        variable="WARM_PREFIX_TARGET",
    )


@check(
    "idle-card-flaps",
    Severity.ERROR,
    "On a card above 0 in prefix mode addresses are counted where prefixes are meant: its only "
    "prefix comes and goes, and reconcile is due on no card.",
    rules=("R76", "R94", "R95", "R146"),
    shown_by=Demonstration(
        stories=_idle, symptom=Breaks(("P-L2",), "idle-card-flaps", lasting=True)
    ),
    remedies=always(setting(ENABLE_MULTI_NIC="false"), setting(ENABLE_PREFIX_DELEGATION="false")),
)
def prefixes_on_other_cards(subject: Subject) -> Complaint | None:
    """Several cards are managed, in prefix mode, and may own anything."""
    config = subject.config
    if not (config.prefix_mode and config.settings.multi_nic and config.cards > 1):
        return None
    if not config.quirk(Quirk.UNCONVERTED_CARDS) or subject.growth_ends_at == 0:
        return None
    return Complaint(
        message=f"with ENABLE_MULTI_NIC in prefix mode the idle cards, {config.cards - 1} of them, "
        "assign and release a prefix for ever, and reconcile is never due",
        variable="ENABLE_MULTI_NIC",
    )


# -- targets that cannot be met ------------------------------------------------------------------


def _more_modest(subject: Subject) -> Iterator[Remedy]:
    """A target that an idle node can meet, of the same variable."""
    most = subject.own_capacity
    if subject.growth_ends_at is not None:
        most = min(most, subject.growth_ends_at)
    goal = subject.goal
    if not goal.governed:
        variable = "WARM_PREFIX_TARGET" if subject.config.prefix_mode else "WARM_ENI_TARGET"
        unit = subject.cidr if subject.config.prefix_mode else subject.eni
        for value in range(min(goal.whole - 1, max(1, -(-most // unit))), 0, -1):
            yield Remedy(changes={variable: str(value)})
        return
    for value in (most // subject.cidr * subject.cidr, most // 2, 5, 1):
        changes: dict[str, str | None] = {}
        if goal.warm > value:
            changes["WARM_IP_TARGET"] = str(value)
        if goal.minimum > value:
            changes["MINIMUM_IP_TARGET"] = str(value)
        if changes and value > 0:
            yield Remedy(changes=changes)


def _governing(subject: Subject) -> tuple[str, int]:
    """The variable of the largest target, and its value."""
    goal = subject.goal
    if goal.governed:
        return max(
            ("WARM_IP_TARGET", goal.warm), ("MINIMUM_IP_TARGET", goal.minimum), key=lambda e: e[1]
        )
    return ("WARM_PREFIX_TARGET" if subject.config.prefix_mode else "WARM_ENI_TARGET"), goal.whole


def _owning(subject: Subject, wanted: int) -> Iterator[Story]:
    passes = ticks_to_settle(subject.config)
    yield (Start(), LoopPass(times=passes, expect=Expect(owned=wanted)))


def _owning_the_target(subject: Subject) -> Iterator[Story]:
    return _owning(subject, subject.idle_target)


@check(
    "target-above-capacity",
    Severity.WARNING,
    "A warm or minimum target that is larger than the node: it is never met, and the node takes "
    "all the addresses it can from the start.",
    rules=("R3", "R4", "R33", "R87", "R110"),
    shown_by=Demonstration(
        stories=_owning_the_target, symptom=Disappoints(), shrinks=False, restated=True
    ),
    remedies=_more_modest,
)
def target_above_capacity(subject: Subject) -> Complaint | None:
    """An idle node can own less than the targets want."""
    if subject.idle_target <= subject.own_capacity:
        return None
    variable, value = _governing(subject)
    return Complaint(
        message=f"{variable} {value} wants {subject.idle_target} addresses, and the node can own "
        f"{subject.own_capacity}: the target is never met, and all of them are taken at once",
        variable=variable,
    )


@check(
    "max-pods-stops-growth",
    Severity.WARNING,
    "A pool that owns as many addresses as the node may have pods grows no more: a target above "
    "that is not met even on an idle node.",
    rules=("R79", "R80"),
    shown_by=Demonstration(
        stories=_idle,
        symptom=Breaks(("P-M2-beyond-max-pods",), "max-pods-stops-growth"),
        shrinks=False,
    ),
    remedies=_more_modest,
)
def max_pods_below_target(subject: Subject) -> Complaint | None:
    """An idle node stops growing before its target is met."""
    end = subject.growth_ends_at
    if end is None or subject.idle_target > subject.own_capacity:
        return None
    owned = at_rest(subject.node, (Start(),), subject.config.max_enis + 2).owned
    if owned is None or not end <= owned < subject.idle_target:
        return None
    variable, value = _governing(subject)
    return Complaint(
        message=f"{variable} {value} wants {subject.idle_target} addresses, but growth stops at "
        f"{owned}, because max pods is {end}",
        variable=variable,
    )


def _as_few_as_max_pods(subject: Subject) -> Iterator[Story]:
    unit = subject.cidr if subject.config.prefix_mode or subject.goal.governed else subject.eni
    return _owning(subject, round_up(subject.node.max_pods, unit))


@check(
    "reserves-beyond-max-pods",
    Severity.WARNING,
    "The request of one growth step is not capped by max pods: an idle node takes addresses that "
    "it can never give to a pod.",
    rules=("R80", "R107", "R108"),
    shown_by=Demonstration(
        stories=_as_few_as_max_pods,
        symptom=Disappoints(),
        shrinks=False,
        restated=True,
    ),
    remedies=_more_modest,
)
def reserves_beyond_max_pods(subject: Subject) -> Complaint | None:
    """An idle node owns more than max pods, by at least an ENI's worth, or a prefix."""
    unit = subject.cidr if subject.config.prefix_mode else subject.eni
    if subject.idle_target < subject.node.max_pods + unit:
        return None
    owned = at_rest(subject.node, (Start(),), subject.config.max_enis + 2).owned or 0
    if owned < subject.node.max_pods + unit:
        return None
    variable, value = _governing(subject)
    return Complaint(
        message=f"{variable} {value}: an idle node owns {owned} addresses, and may never have more "
        f"than {subject.node.max_pods} pods",
        variable=variable,
    )
