"""A data store written once more, plainly: loops over maps, whose order is asked for.

Nothing of the model is used. Who runs it tries every order, one run after the other.
"""

import ipaddress
from collections.abc import Callable, Iterator, Sequence
from itertools import permutations
from typing import Any, TypeVar

from attrs import define, field

from ipam_model.conformance import datastore_events as ev

T = TypeVar("T")
MINUTE = 60_000


@define
class Address:
    pod: str
    left: int | None = None


@define
class Pool:
    prefix: bool
    addresses: list[str]
    used: dict[str, Address] = field(factory=dict)

    def pods(self) -> dict[str, str]:
        return {ip: each.pod for ip, each in self.used.items() if each.pod}


@define
class Interface:
    device: int
    flags: tuple[bool, bool, bool]
    excluded: bool
    born: int
    pools: dict[str, Pool] = field(factory=dict)

    def pods(self) -> dict[str, str]:
        return {ip: pod for pool in self.pools.values() for ip, pod in pool.pods().items()}


@define
class NaiveStore:
    """One run: `order` decides in which order a map is gone through."""

    prefixes: bool
    cooldown: int
    order: Callable[[Sequence[Any]], list[Any]]
    now: int = 0
    enis: dict[str, Interface] = field(factory=dict)
    checkpoint: dict[str, str] = field(factory=dict)
    due: list[tuple[int, str, str]] = field(factory=list)
    running: bool = True

    def run(self, event: ev.DatastoreEvent) -> dict[str, Any]:
        if isinstance(event, ev.Recover):
            return self.recover()
        if isinstance(event, ev.Pass):
            self.wait(event.ms)
            return {}
        if not self.running:
            return {"success": False}
        reply: dict[str, Any] = getattr(self, event.kind)(event)
        return reply

    def cooling(self, address: Address) -> bool:
        return (
            not address.pod
            and address.left is not None
            and (self.now - address.left <= self.cooldown)
        )

    def add_eni(self, event: ev.AddEni) -> dict[str, Any]:
        if event.eni in self.enis:
            return {"success": False}
        flags = (event.primary, event.trunk, event.efa)
        self.enis[event.eni] = Interface(event.device, flags, event.excluded, self.now)
        return {"success": True}

    def exclude_eni(self, event: ev.ExcludeEni) -> dict[str, Any]:
        if event.eni in self.enis:
            self.enis[event.eni].excluded = event.excluded
        return {"success": event.eni in self.enis}

    def add_cidr(self, event: ev.AddCidr) -> dict[str, Any]:
        eni = self.enis.get(event.eni)
        if eni is None or event.cidr in eni.pools:
            return {"success": False}
        eni.pools[event.cidr] = Pool(
            not event.cidr.endswith("/32"), [str(ip) for ip in ipaddress.ip_network(event.cidr)]
        )
        return {"success": True}

    def del_cidr(self, event: ev.DelCidr) -> dict[str, Any]:
        eni = self.enis.get(event.eni)
        pool = eni.pools.get(event.cidr) if eni else None
        if eni is None or pool is None or (pool.pods() and not event.force):
            return {"success": False}
        for pod in pool.pods().values():
            del self.checkpoint[pod]
        del eni.pools[event.cidr]
        return {"success": True}

    def holder(self, pod: str) -> tuple[Interface, str, Pool, str] | None:
        for eni in self.enis.values():
            for cidr, pool in eni.pools.items():
                for ip, held in pool.pods().items():
                    if held == pod:
                        return eni, cidr, pool, ip
        return None

    def assign(self, event: ev.Assign) -> dict[str, Any]:
        found = self.holder(event.pod)
        if found:
            return {"success": True, "ip": found[3], "device": found[0].device}
        for eni in self.order([each for each in self.enis.values() if not each.excluded]):
            for pool in self.order([p for p in eni.pools.values() if p.prefix == self.prefixes]):
                ip = self.free(pool)
                if ip:
                    pool.used[ip] = Address(event.pod)
                    self.checkpoint[event.pod] = ip
                    return {"success": True, "ip": ip, "device": eni.device}
        return {"success": False}

    def free(self, pool: Pool) -> str:
        idle = [ip for ip, each in pool.used.items() if not each.pod and not self.cooling(each)]
        if idle:
            first: str = self.order(idle)[0]
            for ip in idle:
                del pool.used[ip]
            return first
        return next((ip for ip in pool.addresses if ip not in pool.used), "")

    def unassign(self, event: ev.Unassign) -> dict[str, Any]:
        found = self.holder(event.pod)
        if not found:
            return {"success": False}
        eni, cidr, pool, ip = found
        pool.used[ip] = Address("", self.now)
        del self.checkpoint[event.pod]
        if eni.excluded and not pool.pods():
            name = next(name for name, each in self.enis.items() if each is eni)
            self.due.append((self.now + 5_000, name, cidr))
        return {"success": True, "ip": ip, "device": eni.device}

    def remove_eni(self, event: ev.RemoveEni) -> dict[str, Any]:
        eni = self.enis.get(event.eni)
        if eni is None or (eni.pods() and not event.force):
            return {"success": False}
        for pod in eni.pods().values():
            del self.checkpoint[pod]
        del self.enis[event.eni]
        return {"success": True}

    def remove_unused_eni(self, event: ev.RemoveUnusedEni) -> dict[str, Any]:
        for name in self.order(list(self.enis)):
            if self.may_go(name, event):
                del self.enis[name]
                return {"success": True, "eni": name}
        return {"success": False, "eni": None}

    def may_go(self, name: str, event: ev.RemoveUnusedEni) -> bool:
        eni = self.enis[name]
        cools = any(self.cooling(a) for pool in eni.pools.values() for a in pool.used.values())
        if any(eni.flags) or self.now - eni.born < MINUTE or cools or eni.pods():
            return False
        rest = [each for key, each in self.enis.items() if key != name and not each.excluded]
        pools = [pool for each in rest for pool in each.pools.values()]
        served = [pool for pool in pools if pool.prefix == self.prefixes]
        total = sum(len(pool.addresses) for pool in served)
        warm = total - sum(len(pool.pods()) for pool in served)
        wanted, least = event.warm_ip, event.minimum_ip
        if self.prefixes:
            wanted, least = 16 * -(-wanted // 16), 16 * -(-least // 16)
        if warm < wanted or total < least:
            return False
        empty = sum(not pool.pods() for pool in pools)
        return not (self.prefixes and empty < event.warm_prefix)

    def stats(self, _event: ev.Stats) -> dict[str, Any]:
        every = [pool for eni in self.enis.values() for pool in eni.pools.values()]
        served = [
            pool
            for eni in self.enis.values()
            if not eni.excluded
            for pool in eni.pools.values()
            if pool.prefix == self.prefixes
        ]
        return {
            "success": True,
            "total": sum(len(pool.addresses) for pool in served),
            "assigned": sum(len(pool.pods()) for pool in served),
            "cooling": sum(self.cooling(a) for pool in served for a in pool.used.values()),
            "prefixes": sum(pool.prefix for pool in every),
            "free_prefixes": sum(pool.prefix and not pool.pods() for pool in every),
        }

    def freeable(self, event: ev.Freeable) -> dict[str, Any]:
        eni = self.enis.get(event.eni)
        if eni is None:
            return {"success": False}
        found = [
            cidr
            for cidr, pool in eni.pools.items()
            if not pool.pods() and not any(map(self.cooling, pool.used.values()))
        ]
        found.sort(key=lambda cidr: (ipaddress.ip_network(cidr)[0], -int(cidr.split("/")[1])))
        return {"success": True, "cidrs": found}

    def wait(self, ms: int) -> None:
        end = self.now + ms
        for each in sorted(self.due):
            when, name, cidr = each
            if when <= end:
                self.due.remove(each)
                eni = self.enis.get(name)
                pool = eni.pools.get(cidr) if eni else None
                if eni and pool and eni.excluded and not pool.pods():
                    del eni.pools[cidr]
        self.now = end

    def recover(self) -> dict[str, Any]:
        self.due.clear()
        self.running = True
        for eni in self.enis.values():
            eni.born = self.now
            for pool in eni.pools.values():
                pool.used.clear()
        kept = dict(self.checkpoint)
        for pod, ip in self.checkpoint.items():
            homes = [
                pool
                for eni in self.enis.values()
                for pool in eni.pools.values()
                if ip in pool.addresses
            ]
            if not homes:
                del kept[pod]
                continue
            home = self.order(homes)[0]
            if ip in home.used:
                self.running = False
                for eni in self.enis.values():
                    for pool in eni.pools.values():
                        pool.used.clear()
                return {"success": False}
            home.used[ip] = Address(pod)
        self.checkpoint = kept
        return {"success": True}

    def shown(self) -> object:
        """What is seen of it, in a form of its own."""
        if not self.running:
            return None
        return frozenset(
            (
                name,
                cidr,
                len(pool.addresses),
                frozenset(pool.pods().items()),
                frozenset(ip for ip, each in pool.used.items() if self.cooling(each)),
            )
            for name, eni in self.enis.items()
            for cidr, pool in [*eni.pools.items(), ("", Pool(False, []))]
        )


class Orders:
    """Hands out one order after the other until every one has been handed out."""

    def __init__(self) -> None:
        self._script: list[int] = []
        self._sizes: list[int] = []

    def __call__(self, items: Sequence[T]) -> list[T]:
        every = list(permutations(items))
        position = len(self._sizes)
        if position == len(self._script):
            self._script.append(0)
        self._sizes.append(len(every))
        return list(every[self._script[position]])

    def runs(self) -> Iterator[None]:
        while True:
            self._sizes = []
            yield
            del self._script[len(self._sizes) :]
            while self._script and self._script[-1] == self._sizes[len(self._script) - 1] - 1:
                self._script.pop()
            if not self._script:
                return
            self._script[-1] += 1
