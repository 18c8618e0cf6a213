"""From any run of a `Runner` to a scenario that replays it.

`Recorder` is mixed in before the runner that is to be recorded:

    class RecordedStory(Recorder, Story): ...

It notes every event, every choice that is not the first option, every grant of EC2 that is not the
next free one, pods that come and go inside calls, and what others do to EC2: each assignment to
`ec2`, `cordoned` or `eni_config_subnet` that is not an answer to the daemon, and what becomes of
pod objects.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from attrs import define, evolve, field

from ipam_model.addresses import format_address
from ipam_model.config import Config
from ipam_model.daemon.init import Exited, Started
from ipam_model.daemon.measure import Decision
from ipam_model.daemon.pods import PodReply
from ipam_model.daemon.procedure import Call, Choice
from ipam_model.daemon.reconcile import Reconciled
from ipam_model.ec2 import Ec2, Grants, Lingering, NextFree
from ipam_model.errors import InputError
from ipam_model.requests import DONE, Failed, PodObject, Request
from ipam_model.scenario.differences import differences
from ipam_model.scenario.document import (
    Advance,
    AwaitTrunk,
    CallPart,
    ChoicePart,
    Cordon,
    EniConfig,
    Event,
    Expect,
    Inside,
    PodAdd,
    PodDel,
    Reconcile,
    Scenario,
    Start,
    Terminate,
    Tick,
    Uncordon,
)
from ipam_model.scenario.prescription import call_name, describe_choice, texts
from ipam_model.scenario.setup import beginnings, describe, describe_pod_object
from ipam_model.settings.environment import environment_of
from ipam_model.state import Network, Pod, PodKey
from ipam_model.subnets import Subnet
from ipam_model.world import CrashedError, Runner


@define
class _Question:
    """A call or choice that is being answered."""

    before: list[Inside] = field(factory=list)
    after: list[Inside] = field(factory=list)
    granted: CallPart | None = None
    """What EC2 granted; `None` until it acts."""

    def note(self, event: Inside) -> None:
        """Something happens meanwhile."""
        (self.before if self.granted is None else self.after).append(event)


@define
class _Frame:
    """An event in progress."""

    calls: list[CallPart] = field(factory=list)
    choices: list[ChoicePart] = field(factory=list)
    asked: Counter[str] = field(factory=Counter)
    open: _Question | None = None


class Recorder(Runner):
    """Records whatever the runner does that it is mixed into."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:  # noqa: ANN401 - those of the other
        self._ready = False
        self._answering = False
        self._nesting: list[_Frame] = []
        self._happened: list[Event] = []
        super().__init__(*arguments, **keywords)
        self._present = dict(self.veths)
        self._gone = self.gone_pods
        self._branch = dict(self.branch_pods)
        self._began = self.world
        self._ready = True

    def happened(self) -> tuple[Event, ...]:
        """The events so far, and what they prescribe; one that ended in an error included."""
        if not self._nesting:
            self._note_pod_objects()
        return tuple(self._happened)

    def scenario(
        self, *, title: str = "", source: str = "", env: Mapping[str, str] | None = None
    ) -> Scenario:
        """The run so far as a scenario.

        `env` is the environment as it was written. Raises `InputError` if the run began with a
        daemon already started.
        """
        node, part = describe(self._began, env)
        events = (*beginnings(self._began), *self.happened())
        return Scenario(title=title, source=source, node=node, ec2=part, events=events)

    def expect(self, expected: Expect) -> None:
        """What must hold right after the last event, for a replay to check."""
        self._happened[-1] = evolve(self._happened[-1], expect=expected)

    # -- events ----------------------------------------------------------------------------------

    @contextmanager
    def _event(self, event: Event) -> Iterator[None]:
        outer = self._nesting[-1].open if self._nesting else None
        unknown = outer is None or len(self._nesting) > 1 or not isinstance(event, PodAdd | PodDel)
        if self._nesting and unknown:
            raise InputError(f"{event.kind} inside another event cannot be recorded")
        if isinstance(event, PodAdd | PodDel):
            self._told_existence(PodKey(event.pod, event.network, event.interface))
        self._note_pod_objects()
        frame = _Frame()
        self._nesting.append(frame)
        try:
            yield
        except InputError:
            self._nesting.pop()
            raise
        except BaseException:
            self._close(event, outer)
            raise
        self._close(event, outer)

    def _close(self, event: Event, outer: _Question | None) -> None:
        frame = self._nesting.pop()
        whole = evolve(event, calls=tuple(frame.calls), choices=tuple(frame.choices))
        if outer is None:
            self._happened.append(whole)
        else:
            assert isinstance(whole, PodAdd | PodDel), "nothing else was let in"
            outer.note(whole)
        self._present = dict(self.veths)

    def start(self, config: Config | None = None) -> Started | Exited:
        """Record a start, and which host veths are gone."""
        gone = [key for key in self._present if key not in self.veths]
        if any(key != PodKey(key.container) for key in gone):
            raise InputError("a vanished veth of another network cannot be recorded")
        if any(key in self.sandboxes for key in gone):
            raise InputError("a veth that vanished while its sandbox runs cannot be recorded")
        env: Mapping[str, str] | None = None
        if config is not None and config != self.config:
            if evolve(self.config, settings=config.settings) != config:
                raise InputError("a restart may change the environment and nothing else")
            env = environment_of(config.settings)
        vanished = tuple(sorted(key.container for key in gone))
        with self._event(Start(env=env, vanished=vanished)):
            return super().start(config)

    def add_pod(self, pod: Pod, *, multi: bool = False) -> PodReply:
        """Record a pod add."""
        key = pod.key
        event = PodAdd(
            pod=key.container,
            name=None if pod.name == key.container else pod.name,
            multi=multi,
            pod_object=key not in self.gone_pods,
            network=key.network,
            interface=key.interface,
        )
        with self._event(event):
            return super().add_pod(pod, multi=multi)

    def delete_pod(self, key: PodKey) -> PodReply:
        """Record a pod delete."""
        event = PodDel(
            pod=key.container,
            pod_object=key not in self.gone_pods,
            network=key.network,
            interface=key.interface,
        )
        with self._event(event):
            return super().delete_pod(key)

    def terminate(self) -> None:
        """Record the end of growth."""
        with self._event(Terminate()):
            super().terminate()

    def await_trunk(self) -> None:
        """Record a look for a trunk ENI."""
        with self._event(AwaitTrunk()):
            super().await_trunk()

    def tick(self) -> tuple[Decision, ...]:
        """Record a pool update."""
        with self._event(Tick()):
            return super().tick()

    def reconcile(self) -> Reconciled:
        """Record a reconcile."""
        with self._event(Reconcile()):
            return super().reconcile()

    def advance(self, milliseconds: int) -> None:
        """Record time that passes."""
        with self._event(Advance(ms=milliseconds)):
            super().advance(milliseconds)

    # -- what others do --------------------------------------------------------------------------

    def __setattr__(self, name: str, value: object) -> None:
        """Take note of changes to what surrounds the daemon."""
        watched = name in ("ec2", "cordoned", "eni_config_subnet") and self._ready
        before = getattr(self, name) if watched else None
        super().__setattr__(name, value)
        if watched and not self._answering and value != before:
            for event in self._told(name, before, value):
                self._note_event(event)

    def _told(self, name: str, before: object, value: object) -> tuple[Inside, ...]:
        if isinstance(value, Ec2):
            assert isinstance(before, Ec2)
            return differences(before, value, self.config, self.now)
        if name == "cordoned":
            return (Cordon() if value else Uncordon(),)
        assert value is None or isinstance(value, str)
        return (EniConfig(subnet=value),)

    def _told_existence(self, key: PodKey) -> None:
        """The event itself says whether the pod object exists."""
        self._gone = self._gone | {key} if key in self.gone_pods else self._gone - {key}

    def _note_pod_objects(self) -> None:
        """Note what became of pod objects; the mapping is changed in place, so nobody told."""
        if self._gone == self.gone_pods and self._branch == self.branch_pods:
            return
        changed = set(self._gone ^ self.gone_pods)
        changed |= {key for key, _ in self._branch.items() ^ self.branch_pods.items()}
        self._gone, self._branch = self.gone_pods, dict(self.branch_pods)
        for key in sorted(changed):
            known = self.branch_pods.get(key, PodObject())
            self._note_event(describe_pod_object(key, known, exists=key not in self.gone_pods))

    def _note_event(self, event: Inside) -> None:
        if not self._nesting:
            self._happened.append(event)
            return
        question = self._nesting[-1].open
        if question is None:
            raise InputError(f"{event.kind} during an event, but not in a call, is not recorded")
        question.note(event)

    # -- questions -------------------------------------------------------------------------------

    def choose(self, choice: Choice) -> object:
        """Record a choice unless it is the first option."""
        frame, nth = self._ask(choice.rule)
        question = frame.open = _Question()
        option = super().choose(choice)
        self._note_pod_objects()
        frame.open = None
        part = ChoicePart(rule=choice.rule, nth=nth)
        if option != choice.options.first:
            part = describe_choice(choice, option, nth)
        part = evolve(part, before=tuple(question.before))
        if part != ChoicePart(rule=choice.rule, nth=nth):
            frame.choices.append(part)
        return option

    def answer(self, ask: Call) -> object:
        """Record what is special about a call."""
        name = call_name(ask.request)
        frame, nth = self._ask(name)
        question = frame.open = _Question()
        crash: CrashedError | None = None
        try:
            answer = super().answer(ask)
        except CrashedError as error:
            answer, crash = DONE, error
        self._note_pod_objects()
        frame.open = None
        plain = CallPart(call=name, nth=nth)
        part = question.granted
        if part is None:
            if not isinstance(answer, Failed):
                raise InputError(f"{name} was answered by hand, which cannot be recorded")
            part = CallPart(call=name, fail=answer.code)
        part = evolve(
            part,
            nth=nth,
            before=tuple(question.before),
            after=tuple(question.after),
            # In an event inside the call the crash is recorded there.
            crash=crash is not None and not any(_crashes(each) for each in question.after),
        )
        if part != plain:
            frame.calls.append(part)
        if crash is not None:
            raise crash
        return answer

    def _ask(self, name: str) -> tuple[_Frame, int]:
        frame = self._nesting[-1]
        frame.asked[name] += 1
        return frame, frame.asked[name]

    def reply_to(self, request: Request[object]) -> object:
        """Record EC2's own choices in a call."""
        question = self._nesting[-1].open
        assert question is not None, "nobody is asking"
        self._note_pod_objects()
        usual = self.grants
        noted = self.grants = _NotedGrants(usual, call_name(request))
        self._answering = True
        try:
            return super().reply_to(request)
        finally:
            self._answering = False
            self.grants = usual
            question.granted = noted.part


def _crashes(event: Inside) -> bool:
    return any(part.crash for part in event.calls)


class _NotedGrants:
    """Passes EC2's choices on, and keeps those that are not the usual ones."""

    def __init__(self, grants: Grants, call: str) -> None:
        self._grants = grants
        self._usual = NextFree()
        self._ipv6_prefixes: tuple[Network, ...] = ()
        self.part = CallPart(call=call)

    def addresses(self, subnet: Subnet, count: int) -> tuple[Network, ...] | None:
        """The addresses granted."""
        found = self._grants.addresses(subnet, count)
        if found is not None and found != self._usual.addresses(subnet, count):
            self.part = evolve(self.part, ips=texts(found))
        return found

    def prefixes(self, subnet: Subnet, count: int, block: int) -> tuple[Network, ...] | None:
        """The prefixes granted."""
        found = self._grants.prefixes(subnet, count, block)
        if found is not None and found != self._usual.prefixes(subnet, count, block):
            self.part = evolve(self.part, prefixes=texts(found))
        return found

    def primary(self, subnet: Subnet) -> Network | None:
        """The primary address of a new ENI."""
        found = self._grants.primary(subnet)
        if found is not None:
            usual = found == self._usual.primary(subnet)
            address = None if usual else format_address(found.address)
            self.part = evolve(self.part, primary=address)
        return found

    def eni_id(self, ec2: Ec2) -> str:
        """The id of a new ENI."""
        found = self._grants.eni_id(ec2)
        if found != self._usual.eni_id(ec2):
            self.part = evolve(self.part, eni=found)
        return found

    def ipv6_address(self, ec2: Ec2) -> Network:
        """The IPv6 address of a new ENI."""
        found = self._grants.ipv6_address(ec2)
        if found != self._usual.ipv6_address(ec2):
            self.part = evolve(self.part, ipv6=format_address(found.address))
        return found

    def ipv6_prefix(self, ec2: Ec2) -> Network:
        """An IPv6 prefix."""
        found = self._grants.ipv6_prefix(ec2)
        self._ipv6_prefixes = (*self._ipv6_prefixes, found)
        if found != self._usual.ipv6_prefix(ec2) or self.part.prefixes is not None:
            self.part = evolve(self.part, prefixes=texts(self._ipv6_prefixes))
        return found

    def listed(self, prefixes: tuple[Network, ...]) -> tuple[Network, ...]:
        """The order of an ENI's IPv6 prefixes."""
        found = self._grants.listed(prefixes)
        if found != self._usual.listed(prefixes):
            self.part = evolve(self.part, prefixes=texts(found))
        return found

    def trunk(self, trunks: tuple[str, ...]) -> str:
        """The trunk ENI named."""
        found = self._grants.trunk(trunks)
        if found != self._usual.trunk(trunks):
            self.part = evolve(self.part, trunk=found)
        return found

    def complaint(self, codes: tuple[str, ...]) -> str:
        """The reason named."""
        found = self._grants.complaint(codes)
        if found != self._usual.complaint(codes):
            self.part = evolve(self.part, reason=found)
        return found

    def lingering(self, ec2: Ec2, now: int) -> Lingering:
        """What IMDS still lists."""
        found = self._grants.lingering(ec2, now)
        if dict(found) != dict(self._usual.lingering(ec2, now)):
            stale = {eni: texts(sorted(networks)) for eni, networks in found.items()}
            self.part = evolve(self.part, stale=stale)
        return found
