"""Writing `ipam-trace/1`: what a simulated daemon did, in the form of the recordings.

`TraceWriter` is a `Runner` that keeps a log of the calls; each event method writes one line. The
states are complete on every line, which the delta coding of the format allows.
"""

import json
from collections.abc import Mapping, Sequence
from typing import IO, cast

from attrs import evolve

from ipam_model import ec2
from ipam_model.addresses import format_address, format_network, format_short
from ipam_model.daemon.init import Exited, Started
from ipam_model.daemon.pods import PodReply
from ipam_model.daemon.procedure import Call
from ipam_model.ec2 import Ec2Eni, Fault
from ipam_model.errors import InputError
from ipam_model.requests import (
    AllocENI,
    AssignIPv6Prefixes,
    AssignPrivateIpAddresses,
    AttachedEni,
    CreateENI,
    DescribeAllENIs,
    Described,
    Failed,
    GetAddressesFromEC2,
    GetAttachedENIs,
    GetIPv6Prefixes,
    IsSubnetExcluded,
)
from ipam_model.rules.timing import SECOND
from ipam_model.state import Network, Pod, PodKey
from ipam_model.subnets import Subnet
from ipam_model.trace import snapshot
from ipam_model.trace.calls import expected_call
from ipam_model.trace.dialect import Dialect, dialect_of
from ipam_model.trace.document import SCHEMA, Json
from ipam_model.trace.replies import pod_reply, reconcile_reply, tick_reply
from ipam_model.trace.results import missing_addresses
from ipam_model.trace.snapshot import AttachedShape, CidrShape, EniShape
from ipam_model.world import Runner, World


class TraceWriter(Runner):
    """Runs a world and writes what happens, one event a line.

    Raises `InputError` for a world with pods that have branch ENIs: the format has no place for
    pod objects.
    """

    def __init__(
        self, world: World, stream: IO[str], *, env: Mapping[str, str], trace_id: str
    ) -> None:
        if world.branch_pods:
            pods = ", ".join(key.container for key, _ in world.branch_pods)
            raise InputError(f"a trace has no pod objects, so it cannot show branch ENIs: {pods}")
        super().__init__(world)
        self._stream = stream
        self.by_card = world.config.cards > 1
        """The trace tells the network cards apart."""
        self._ipv6 = world.config.ipv6
        self._dialect = evolve(dialect_of(world.config.version), by_card=self.by_card)
        self._seq = 0
        self._calls: list[Json] = []
        self._line(self._header(env, trace_id))

    # -- events ----------------------------------------------------------------------------------

    def init(self) -> None:
        """First start, or restart: an `init` or `restart` line."""
        outcome: Started | Exited = self.start()
        reply: dict[str, Json] = {"ok": isinstance(outcome, Started)}
        if isinstance(outcome, Exited):
            reply["error"] = outcome.reason.code
        self._event({"kind": "restart" if self._seq else "init"}, reply)

    def pod_add(self, sandbox: str, *, multi: bool = False) -> None:
        """A `pod_add` line; `multi` = the pod asks for an address on every managed card."""
        reply = self.add_pod(Pod(PodKey(sandbox), name=sandbox), multi=multi)
        event: dict[str, Json] = {"kind": "pod_add", "sandbox": sandbox}
        if multi:
            event["multi"] = True
        self._event(event, self.shown_add(reply))

    def pod_del(self, sandbox: str) -> None:
        """A `pod_del` line."""
        reply = self.delete_pod(PodKey(sandbox))
        self._event({"kind": "pod_del", "sandbox": sandbox}, self.shown_delete(reply))

    def shown_add(self, reply: PodReply) -> dict[str, Json]:
        """The reply to a pod add."""
        return pod_reply(reply, by_card=self.by_card)

    def shown_delete(self, reply: PodReply) -> dict[str, Json]:
        """The reply to a pod delete."""
        return pod_reply(reply, by_card=self.by_card, deleted=True)

    def pool_update(self) -> None:
        """A `tick` line."""
        self._event({"kind": "tick"}, tick_reply(self.tick(), by_card=self.by_card))

    def compare(self) -> None:
        """A `reconcile` line."""
        outcome = self.reconcile()
        self._event({"kind": "reconcile"}, reconcile_reply(outcome))

    def wait(self, milliseconds: int) -> None:
        """An `advance` line."""
        self.advance(milliseconds)
        self._event({"kind": "advance", "seconds": _seconds(milliseconds)}, {})

    def fault(self, call: str, code: str, times: int = 1) -> None:
        """An `ec2_fault` line."""
        self.ec2 = ec2.arm(self.ec2, Fault(call, code, times))
        self._event({"kind": "ec2_fault", "call": call, "code": code, "times": times}, {})

    def cordon(self, cordoned: bool) -> None:
        """A `cordon` or `uncordon` line."""
        self.cordoned = cordoned
        self._event({"kind": "cordon" if cordoned else "uncordon"}, {})

    # -- calls -----------------------------------------------------------------------------------

    def answer(self, ask: Call) -> object:
        """Answer from the environment and log the call."""
        request = ask.request
        entry = expected_call(request)
        if entry is None:
            return self.reply_to(request)
        answer = self.reply_to(request)
        if isinstance(request, AllocENI) and self.attempts:
            entry["attempts"] = [_attempt(*each) for each in self.attempts]
        result = self._result(request, answer)
        if result:
            entry["result"] = result
        self._calls.append(entry)
        return answer

    def _result(self, request: object, answer: object) -> dict[str, Json]:
        if isinstance(answer, Failed):
            return {"error": answer.code}
        match request:
            case DescribeAllENIs() | GetAttachedENIs():
                listed = answer.enis if isinstance(answer, Described) else answer
                shown = self._listed(cast(tuple[AttachedEni, ...], listed))
                stale = self.grants.lingering(self.ec2, self.now)
                if stale:
                    shown["stale"] = {eni: _by_kind(sorted(stale[eni])) for eni in sorted(stale)}
                if isinstance(answer, Described):
                    shown |= _described(answer)
                return shown
            case IsSubnetExcluded():
                return {"excluded": bool(answer)}
            case AssignPrivateIpAddresses() | GetAddressesFromEC2():
                assert isinstance(answer, tuple)
                key = "prefixes" if request.prefixes else "ips"
                return {key: [format_short(network) for network in answer]}
            case GetIPv6Prefixes() | AssignIPv6Prefixes():
                assert isinstance(answer, tuple)
                return {"prefixes": [format_short(network) for network in answer]}
            case AllocENI():
                eni = self.ec2.eni(str(answer))
                return {} if eni is None else _created(eni) | _granted(eni, request)
            case CreateENI():
                eni = self.ec2.eni(str(answer))
                return {} if eni is None else _created(eni)
        return {}

    def _listed(self, listed: tuple[AttachedEni, ...]) -> dict[str, Json]:
        shown: dict[str, Json] = {"enis": [eni.id for eni in listed]}
        seen = {eni.id: frozenset(eni.addresses) for eni in listed}
        missing = missing_addresses(self.ec2, seen)
        if missing:
            shown["missing"] = {
                eni: {"ips": [format_short(network) for network in sorted(networks)]}
                for eni, networks in missing.items()
            }
        return shown

    # -- lines -----------------------------------------------------------------------------------

    def _header(self, env: Mapping[str, str], trace_id: str) -> dict[str, Json]:
        header: dict[str, Json] = {
            "schema": SCHEMA,
            "id": trace_id,
            "models": self._dialect.models,
            "limits": {
                "max_enis": self.ec2.limits.max_enis,
                "ipv4_per_eni": self.ec2.limits.ipv4_per_eni,
            },
            "env": dict(env),
            "max_pods": self.max_pods,
            "subnets": [_subnet(subnet) for subnet in self.ec2.subnets],
            "attached": self._attached(),
        }
        arrivals = self.ec2.arrivals
        if arrivals.eni_lag or arrivals.address_lag:
            header["imds_new_lag_s"] = {
                "eni": _seconds(arrivals.eni_lag),
                "ips": _seconds(arrivals.address_lag),
            }
        if self.eni_config_subnet is not None:
            header["eni_config"] = {"subnet": self.eni_config_subnet}
        if self.ec2.imds_lag:
            header["imds_lag_s"] = _seconds(self.ec2.imds_lag)
        if self.by_card:
            header["network_cards"] = self.config.cards
        if self.config.settings.pod_eni:
            header["trunk_compatible"] = self.config.trunk_compatible
        return header

    def _event(self, event: dict[str, Json], reply: dict[str, Json]) -> None:
        self._line(
            {
                "seq": self._seq,
                "time": _seconds(self.now),
                "event": event,
                "reply": reply,
                "ec2": self._calls,
                "state": self._state(),
            }
        )
        self._seq += 1
        self._calls = []

    def _line(self, value: Mapping[str, Json]) -> None:
        self._stream.write(json.dumps(value, separators=(",", ":")) + "\n")

    def _attached(self) -> dict[str, Json]:
        ipv6 = self._ipv6
        shown = {eni.id: snapshot.shape_of_attached(eni) for eni in self.ec2.enis}
        return {eni: _attached(shape, self._dialect, ipv6=ipv6) for eni, shape in shown.items()}

    def _state(self) -> dict[str, Json]:
        state: dict[str, Json] = {
            "running": self.node is not None,
            "attached": self._attached(),
            "subnet_free": {subnet.id: subnet.free for subnet in self.ec2.subnets},
        }
        if self.node is None:
            return state
        dialect, cooldown = self._dialect, self.config.cooldown
        shapes = [
            snapshot.shape_of_eni(eni, self.now, cooldown, dialect, store.card)
            for store in self.node.stores
            for eni in store.enis
        ]
        stats = snapshot.stats_of_stores(self.node, self.now, self.config, dialect)
        clocks = snapshot.clocks_of(self.node, dialect)
        if dialect.counters:
            counters = snapshot.counters_of_stores(self.node)
            state["counters"] = self._per_store(counters, dialect.counters)
        state |= {
            "enis": [_eni(shape, dialect) for shape in sorted(shapes)],
            "stats": self._per_store(stats, dialect.stats),
            "clocks": {
                name: None if clock is None else _seconds(clock)
                for name, clock in zip(dialect.clocks, clocks, strict=True)
            },
            "released": {
                format_short(network): _seconds(expiry) for network, expiry in self.node.released
            },
        }
        return state

    def _per_store(self, numbers: snapshot.PerStore, names: tuple[str, ...]) -> Json:
        """The numbers of every store by card, or those of the only one."""
        told: list[tuple[int, Json]] = []
        told += [(card, dict(zip(names, each, strict=True))) for card, each in numbers]
        return {str(card): each for card, each in told} if self.by_card else told[0][1]


def _seconds(milliseconds: int) -> Json:
    whole, rest = divmod(milliseconds, SECOND)
    return milliseconds / SECOND if rest else whole


def _attempt(subnet: str, code: str | None) -> Json:
    return {"subnet": subnet, "error": code} if code else {"subnet": subnet}


def _subnet(subnet: Subnet) -> Json:
    shown: dict[str, Json] = {"id": subnet.id, "free": subnet.free}
    return shown | ({"role": subnet.tags.role} if subnet.tags.role else {})


def _by_kind(networks: Sequence[Network]) -> dict[str, Json]:
    return {
        "ips": [format_short(network) for network in networks if network.size == 1],
        "prefixes": [format_network(network) for network in networks if network.size != 1],
    }


def _described(answer: Described) -> dict[str, Json]:
    shown: dict[str, Json] = {} if answer.trunk is None else {"trunk": answer.trunk}
    foreign = sorted(eni for eni, tags in answer.tags.items() if tags.no_manage == "true")
    return shown | ({"no_manage": list(foreign)} if foreign else {})


def _created(eni: Ec2Eni) -> dict[str, Json]:
    return {
        "device": eni.device,
        "eni": eni.id,
        "primary": format_address(eni.primary_address),
        "subnet": eni.subnet,
    }


def _granted(eni: Ec2Eni, request: AllocENI) -> dict[str, Json]:
    if request.ipv6:
        first = eni.primary_ipv6
        return {} if first is None else {"ipv6": format_address(first)}
    networks = eni.prefixes if request.prefixes else tuple(Network(a, 1) for a in eni.addresses)
    key = "prefixes" if request.prefixes else "ips"
    return {key: [format_short(network) for network in networks]}


def _attached(shape: AttachedShape, dialect: Dialect, *, ipv6: bool) -> Json:
    ips: list[Json] = []
    ips.extend(sorted(format_address(address) for address in shape.ips))
    prefixes: list[Json] = []
    prefixes.extend(sorted(format_network(network) for network in shape.prefixes))
    shown: dict[str, Json] = {
        "primary": format_address(shape.primary),
        "subnet": shape.subnet,
        "device": shape.device,
        "ips": ips,
    }
    if dialect.prefixes:
        shown["prefixes"] = prefixes
    if dialect.by_card:
        shown["card"] = shape.card
    if ipv6 and shape.primary_ipv6 is not None:
        shown["primary_ipv6"] = format_address(shape.primary_ipv6)
    if shape.efa_only:
        shown["efa_only"] = True
    if shape.trunk:
        shown["trunk"] = True
    if shape.no_manage:
        shown["no_manage"] = True
    return shown


def _eni(shape: EniShape, dialect: Dialect) -> Json:
    shown: dict[str, Json] = {
        "id": shape.id,
        "primary": shape.primary,
        "device": shape.device,
        "subnet": shape.subnet,
        "created": _seconds(shape.created),
        "excluded": shape.excluded,
        "cidrs": [_cidr(cidr) for cidr in shape.cidrs],
    }
    if not dialect.subnets_of_enis:
        del shown["subnet"], shown["excluded"]
    if dialect.by_card:
        shown["card"] = shape.card
    return shown | ({"trunk": True} if shape.trunk else {})


def _cidr(shape: CidrShape) -> Json:
    shown: dict[str, Json] = {"cidr": format_network(shape.network)}
    if shape.assigned:
        shown["assigned"] = {format_address(address): pod for address, pod in shape.assigned}
    if shape.cooling:
        shown["cooling"] = [format_address(address) for address in shape.cooling]
    if shape.expired:
        shown["expired"] = [format_address(address) for address in shape.expired]
    return shown
