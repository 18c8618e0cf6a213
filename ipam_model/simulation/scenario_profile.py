"""The pods of a scenario document as a profile; everything else that happens in it is left out.

Reading a file needs the packages of the extra `scenarios`.
"""

from collections.abc import Iterator
from pathlib import Path

from ipam_model.errors import InputError
from ipam_model.rules.timing import LOOP_SLEEP, SECOND
from ipam_model.scenario.document import (
    Advance,
    AwaitTrunk,
    Event,
    Inside,
    LoopPass,
    PodAdd,
    PodDel,
    PodsAdd,
    PodsDel,
    Reconcile,
    Scenario,
    Start,
    Tick,
)
from ipam_model.scenario.reading import read_scenario
from ipam_model.simulation.profiles import LONGEST, Moment, Profile


def profile_of(scenario: Scenario, text: str) -> tuple[Profile, int]:
    """When its pods come and go, and how many of its events are about something else.

    Time counts from the first start of the daemon. A pass of the loop takes 5 s, as it does when
    calls take no time. Pods that an event names inside a call come and go at the event's instant;
    that pods ask again for an address they have, or leave twice, changes nothing.
    """
    moments: list[Moment] = []
    others = 0
    began: int | None = None
    now = scenario.node.clock_ms
    for event in scenario.events:
        now = now if event.at_ms is None else max(now, event.at_ms)
        if isinstance(event, Start) and began is None:
            began = now
        at = now - (now if began is None else began)
        found = [_change(each, at) for each in (*_inside(event), event)]
        moments += [moment for moment in found if moment is not None]
        if isinstance(event, Advance):
            now += event.ms
        elif isinstance(event, LoopPass):
            now += event.times * 2 * LOOP_SLEEP
        elif not isinstance(event, Start | Tick | Reconcile | AwaitTrunk) and found[-1] is None:
            others += 1
    return Profile(text=text, moments=tuple(moments)), others


def read_profile(path: Path, text: str) -> tuple[Profile, int]:
    """A scenario file as a profile called `text`, and how many of its events are left out.

    Raises `InputError` for a file that is not a scenario, and for one without pods.
    """
    scenario, source = read_scenario(path)
    profile, left_out = profile_of(scenario, text)
    if not profile.moments:
        raise InputError(f"{source.name}: no pod comes or goes in this scenario")
    if profile.end > LONGEST * SECOND:
        raise InputError(f"{source.name}: its pods come and go for more than a year")
    return profile, left_out


def _inside(event: Event) -> Iterator[Inside]:
    for part in event.calls:
        yield from (*part.before, *part.after)
    for choice in event.choices:
        yield from choice.before


def _change(event: Event | Inside, at: int) -> Moment | None:
    match event:
        case PodAdd():
            return Moment(at=at, coming=(event.pod,))
        case PodDel():
            return Moment(at=at, going=(event.pod,))
        case PodsAdd():
            return Moment(at=at, coming=_numbered(event))
        case PodsDel():
            return Moment(at=at, going=_numbered(event))
        case _:
            return None


def _numbered(event: PodsAdd | PodsDel) -> tuple[str, ...]:
    return tuple(f"p{event.first + each}" for each in range(event.count))
