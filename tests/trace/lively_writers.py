"""Writers of traces that also let others act, and answer at random."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import IO

from attrs import evolve

from ipam_model import ec2, others
from ipam_model.addresses import format_short
from ipam_model.choosing import draw_option
from ipam_model.config import parse_settings_of
from ipam_model.daemon.init import Started
from ipam_model.daemon.procedure import Call, Choice
from ipam_model.ec2 import Ec2Eni
from ipam_model.requests import EniTags
from ipam_model.state import Network, Pod, PodKey
from ipam_model.trace.calls import expected_call
from ipam_model.trace.document import Json
from ipam_model.trace.write import TraceWriter
from ipam_model.world import World


class LivelyWriter(TraceWriter):
    """A trace writer that also records what others do."""

    def detach_eni(self, eni: Ec2Eni) -> None:
        """Somebody else detaches an ENI."""
        self.ec2 = others.detach_by_other(self.ec2, eni)
        self._external({"what": "detach_eni", "eni": eni.id}, {})

    def attach_eni(self, count: int, *, no_manage: bool, card: int = 0) -> None:
        """Somebody else attaches an ENI with addresses of the first subnet."""
        subnet = self.ec2.subnets[0]
        networks = self.grants.addresses(subnet, count + 1)
        used = {eni.device for eni in self.ec2.enis if eni.card == card}
        if networks is None or len(used) == self.ec2.limits.max_enis:
            return
        first, *rest = networks
        eni = Ec2Eni(
            id=self.grants.eni_id(self.ec2),
            device=next(number for number in range(len(used) + 1) if number not in used),
            card=card,
            subnet=subnet.id,
            primary_address=first.address,
            tags=EniTags("true" if no_manage else None),
        ).with_networks(rest)
        self.ec2 = others.attach_by_other(self.ec2, eni)
        shown: list[Json] = [format_short(network) for network in rest]
        change: dict[str, Json] = {"what": "attach_eni", "no_manage": no_manage}
        if self.by_card:
            change["card"] = card
        self._external(change, {"eni": eni.id, "ips": shown})

    def remove_network(self, eni: Ec2Eni, network: Network) -> None:
        """Somebody else takes an address or a prefix off an ENI."""
        key = "ip" if network.size == 1 else "prefix"
        self.ec2 = ec2.remove_networks(self.ec2, eni, (network,), self.now)
        self._external({"what": f"remove_{key}", "eni": eni.id, key: format_short(network)}, {})

    def add_network(self, eni: Ec2Eni, *, prefix: bool) -> None:
        """Somebody else assigns an address or a prefix to an ENI."""
        subnet = self.ec2.subnet(eni.subnet)
        if eni.slots_used() >= self.ec2.limits.ipv4_per_eni - 1:
            return
        granted = ec2.offer(self.ec2, subnet, 1, self.grants, prefixes=prefix)
        if granted is None:
            return
        key = "prefix" if prefix else "ip"
        self.ec2 = others.add_by_other(self.ec2, eni, granted)
        self._external({"what": f"add_{key}", "eni": eni.id}, {key: format_short(granted[0])})

    def set_free(self, subnet: str, free: int) -> None:
        """Others take or return addresses."""
        self.ec2 = others.set_free(self.ec2, subnet, free)
        self._event({"kind": "subnet_free", "subnet": subnet, "free": free}, {})

    def set_role(self, subnet: str, role: str) -> None:
        """Somebody changes a subnet's role tag."""
        self.ec2 = others.set_role(self.ec2, subnet, role)
        self._event({"kind": "subnet_tag", "subnet": subnet, "role": role}, {})

    def restart_with(self, env: Mapping[str, str], vanished: Sequence[str]) -> None:
        """A restart with another environment, some sandboxes being gone."""
        for sandbox in vanished:
            self.remove_sandbox(PodKey(sandbox))
        settings = parse_settings_of(self.config.version, env).settings
        config = evolve(self.config, settings=settings)
        reply: dict[str, Json] = {"ok": isinstance(self.start(config), Started)}
        gone: list[Json] = [*vanished]
        self._event({"kind": "restart", "env": dict(env), "vanished": gone}, reply)

    def _external(self, change: Mapping[str, Json], answer: dict[str, Json]) -> None:
        self._event({"kind": "external", **change}, answer)


class RandomWriter(LivelyWriter):
    """A trace writer whose daemon chooses at random."""

    def __init__(
        self, world: World, stream: IO[str], *, env: Mapping[str, str], rng: Random
    ) -> None:
        super().__init__(world, stream, env=env, trace_id="simulated")
        self._rng = rng
        self._pods_during_calls: list[str] | None = None
        """The sandboxes, while pods come and go inside calls."""

    def pool_update_with_pods(self, pods: list[str]) -> None:
        """A `tick` line with pod events inside its calls."""
        self._pods_during_calls = pods
        self.pool_update()
        self._pods_during_calls = None

    def answer(self, ask: Call) -> object:
        pods = self._pods_during_calls
        if pods is None or expected_call(ask.request) is None or self._rng.random() < 0.5:
            return super().answer(ask)
        self._pods_during_calls = None  # No further events inside the nested ones.
        during: list[Json] = [self._nested(pods)]
        answer = super().answer(ask)
        call = self._calls[-1]
        assert isinstance(call, dict)
        call["during"] = during
        self._pods_during_calls = pods
        return answer

    def _nested(self, pods: list[str]) -> dict[str, Json]:
        outer, self._calls = self._calls, []
        if pods and self._rng.random() < 0.4:
            kind, sandbox = "pod_del", pods.pop()
            reply = self.delete_pod(PodKey(sandbox))
        else:
            kind, sandbox = "pod_add", f"n{self._rng.randrange(10**6)}"
            reply = self.add_pod(Pod(PodKey(sandbox), name=sandbox))
            pods.append(sandbox)
        inner, self._calls = self._calls, outer
        event: dict[str, Json] = {"kind": kind, "sandbox": sandbox}
        shown = self.shown_delete(reply) if kind == "pod_del" else self.shown_add(reply)
        return {"event": event, "reply": shown, "ec2": inner}

    def choose(self, choice: Choice) -> object:
        return draw_option(choice, self._rng)
