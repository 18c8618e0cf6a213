"""A trace writer with everything the format knows: changes by others, pod events inside calls."""

from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import IO

from attrs import evolve

from ipam_model import ec2, others
from ipam_model.addresses import format_address, format_short
from ipam_model.choosing import draw_option
from ipam_model.daemon.init import Exited, Started
from ipam_model.daemon.procedure import Call, Choice
from ipam_model.ec2 import Ec2Eni
from ipam_model.requests import Described, EniTags
from ipam_model.state import Network, Pod, PodKey
from ipam_model.trace.calls import expected_call
from ipam_model.trace.document import Json
from ipam_model.trace.events import with_environment
from ipam_model.trace.replies import pod_reply
from ipam_model.trace.write import TraceWriter
from ipam_model.world import World

PodEvent = tuple[str, str]
"""`pod_add` or `pod_del`, and the sandbox."""


class Recorder(TraceWriter):
    """Runs a world with random choices and writes what happens."""

    def __init__(
        self,
        world: World,
        stream: IO[str],
        *,
        env: Mapping[str, str],
        trace_id: str,
        random: Random,
    ) -> None:
        self.random = random
        self.inside: Callable[[], Iterable[PodEvent]] = tuple
        """The pod events that happen inside the next call."""
        self._nesting = False
        super().__init__(world, stream, env=env, trace_id=trace_id)

    # -- choices and calls -----------------------------------------------------------------------

    def choose(self, choice: Choice) -> object:
        """Any option."""
        return draw_option(choice, self.random)

    def answer(self, ask: Call) -> object:
        """Answer from the environment, after the pod events inside the call."""
        during: list[Json] = []
        if not self._nesting and expected_call(ask.request) is not None:
            self._nesting = True
            outer = self._calls
            for kind, sandbox in self.inside():
                during.append(self._pod_inside(kind, sandbox))
            self._calls = outer
            self._nesting = False
        answer = super().answer(ask)
        if during:
            last = self._calls[-1]
            assert isinstance(last, dict)
            last["during"] = during
        return answer

    def _pod_inside(self, kind: str, sandbox: str) -> Json:
        self._calls = []
        key = PodKey(sandbox)
        add = kind == "pod_add"
        reply = self.add_pod(Pod(key, name=sandbox)) if add else self.delete_pod(key)
        shown: dict[str, Json] = {
            "event": {"kind": kind, "sandbox": sandbox},
            "reply": pod_reply(reply),
        }
        return shown | ({"ec2": self._calls} if self._calls else {})

    def _result(self, request: object, answer: object) -> dict[str, Json]:
        shown = super()._result(request, answer)
        if isinstance(answer, Described):
            shown.pop("no_manage", None)
            shown["tags"] = {eni: _tags(tags) for eni, tags in answer.tags.items()}
        return shown

    def _attached(self) -> dict[str, Json]:
        attached = super()._attached()
        for eni in self.ec2.enis:
            shown = attached[eni.id]
            assert isinstance(shown, dict)
            shown.pop("no_manage", None)
            shown["tags"] = _tags(eni.tags)
        return attached

    # -- events ----------------------------------------------------------------------------------

    def restart(
        self, *, vanished: Iterable[str] = (), env: Mapping[str, str] | None = None
    ) -> None:
        """A `restart` line."""
        gone = sorted(vanished)
        event: dict[str, Json] = {"kind": "restart"}
        if gone:
            event["vanished"] = list(gone)
            for sandbox in gone:
                self.remove_sandbox(PodKey(sandbox))
        config = self.config
        if env is not None:
            event["env"] = dict(env)
            config = with_environment(config, env)
        outcome = self.start(config)
        reply: dict[str, Json] = {"ok": isinstance(outcome, Started)}
        if isinstance(outcome, Exited):
            reply["error"] = outcome.reason.code
        self._event(event, reply)

    def pod_add_to_several_cards(self, sandbox: str) -> None:
        """A `pod_add` line with `multi`."""
        reply = self.add_pod(Pod(PodKey(sandbox), name=sandbox), multi=True)
        self._event({"kind": "pod_add", "sandbox": sandbox, "multi": True}, pod_reply(reply))

    def pod_del_without_object(self, sandbox: str) -> None:
        """A `pod_del` line of a pod whose object is gone."""
        key = PodKey(sandbox)
        self.gone_pods |= {key}
        reply = self.delete_pod(key)
        event: dict[str, Json] = {"kind": "pod_del", "sandbox": sandbox, "pod_object": False}
        self._event(event, pod_reply(reply))
        self.gone_pods -= {key}

    def subnet_free(self, subnet: str, free: int) -> None:
        """A `subnet_free` line."""
        self.ec2 = others.set_free(self.ec2, subnet, free)
        self._event({"kind": "subnet_free", "subnet": subnet, "free": free}, {})

    def subnet_tag(self, subnet: str, role: str) -> None:
        """A `subnet_tag` line."""
        self.ec2 = others.set_role(self.ec2, subnet, role)
        self._event({"kind": "subnet_tag", "subnet": subnet, "role": role}, {})

    def detach(self, eni: Ec2Eni) -> None:
        """Somebody else detaches an ENI."""
        self.ec2 = others.detach_by_other(self.ec2, eni)
        self._external("detach_eni", {"eni": eni.id}, {})

    def remove_network(self, eni: Ec2Eni, network: Network) -> None:
        """Somebody else takes an address or a prefix off an ENI."""
        self.ec2 = ec2.remove_networks(self.ec2, eni, (network,), self.now)
        kind = "ip" if network.size == 1 else "prefix"
        self._external(f"remove_{kind}", {"eni": eni.id, kind: format_short(network)}, {})

    def add_network(self, eni: Ec2Eni, *, prefix: bool) -> None:
        """Somebody else assigns an address or a prefix to an ENI."""
        subnet = self.ec2.subnet(eni.subnet)
        offered = subnet.offer_prefixes(1) if prefix else subnet.offer_addresses(1)
        if offered is None:
            return
        self.ec2 = others.add_by_other(self.ec2, eni, offered)
        kind = "prefix" if prefix else "ip"
        self._external(f"add_{kind}", {"eni": eni.id}, {kind: format_short(offered[0])})

    def attach(self, subnet_id: str, tags: EniTags, *, addresses: int, trunk: bool) -> None:
        """Somebody else attaches an ENI."""
        offered = self.ec2.subnet(subnet_id).offer_addresses(1 + addresses)
        if offered is None:
            return
        used = {each.device for each in self.ec2.enis}
        eni = Ec2Eni(
            id=f"eni-{self.ec2.next_eni}",
            device=min(set(range(len(used) + 1)) - used),
            subnet=subnet_id,
            primary_address=offered[0].address,
            tags=tags,
            trunk=trunk,
        ).with_networks(offered[1:])
        self.ec2 = others.attach_by_other(self.ec2, eni)
        arguments: dict[str, Json] = {"tags": _tags(tags)}
        if trunk:
            arguments["trunk"] = True
        ips: list[Json] = [format_address(address) for address in eni.addresses]
        self._external("attach_eni", arguments, {"eni": eni.id, "ips": ips})

    def set_tags(self, eni: Ec2Eni, tags: EniTags) -> None:
        """Somebody else replaces an ENI's tags."""
        self.ec2 = self.ec2.with_eni(evolve(eni, tags=tags))
        self._external("set_tags", {"eni": eni.id, "tags": _tags(tags)}, {})

    def _external(self, what: str, arguments: dict[str, Json], reply: dict[str, Json]) -> None:
        event: dict[str, Json] = {"kind": "external", "what": what}
        self._event(event | arguments, reply)


def _tags(tags: EniTags) -> dict[str, Json]:
    shown: dict[str, Json] = {}
    if tags.no_manage is not None:
        shown["no_manage"] = tags.no_manage
    if tags.instance_id is not None:
        shown["instance_id"] = tags.instance_id.value
    return shown
