"""A seeded random life of one node, written down by the model under test.

    python -m tools.mutants.simulation FOLDER [NAME ...]

writes the simulations of these names (all, if none is given) and prints each name once its file
is complete: `NAME`, or `NAME raises ERROR` if the model broke down in it.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import IO

from ipam_model.config import Config
from ipam_model.ec2 import Ec2, Ec2Eni, new_instance
from ipam_model.limits import InstanceLimits
from ipam_model.others import attach_by_other
from ipam_model.requests import EniTags, Ownership
from ipam_model.settings import parse_settings
from ipam_model.subnets import CounterSubnet, SubnetTags
from ipam_model.world import World
from tools.mutants.recorder import PodEvent, Recorder
from tools.mutants.scenarios import Scenario, find, names

HALF_PASS = 2_500
"""Milliseconds between pool update and reconcile."""
WAITS = (1_000, 5_000, 10_000, 25_000, 30_000, 60_000)


def simulate(scenario: Scenario, seed: int, stream: IO[str]) -> None:
    """Write one simulation."""
    _Simulation(scenario, seed, stream).run()


def first_world(scenario: Scenario) -> World:
    """The node before its daemon starts."""
    limits = InstanceLimits.simple(*scenario.limits)
    settings = parse_settings(scenario.env).settings
    return World(
        config=Config(settings=settings, limits=limits, trunk_compatible=scenario.trunk_compatible),
        ec2=_instance(scenario, limits),
        eni_config_subnet=scenario.eni_config,
        max_pods=scenario.max_pods,
    )


def _instance(scenario: Scenario, limits: InstanceLimits) -> Ec2:
    subnets = tuple(
        CounterSubnet(
            id=name,
            free=free + 1 - min(position, 1),
            tags=SubnetTags(role=role),
            first=0x0A010004 + position * 0x20000,
            reissue=scenario.reissue,
        )
        for position, (name, free, role) in enumerate(scenario.subnets)
    )
    instance = new_instance(limits, subnets)
    instance = _with_networks(
        instance, instance.enis[0], scenario.primary_addresses, scenario.primary_prefixes
    )
    for device, present in enumerate(scenario.present, 1):
        (primary,) = instance.subnet(present.subnet).offer_addresses(1) or ()
        owner = present.instance_id
        eni = Ec2Eni(
            id=f"eni-{instance.next_eni}",
            device=device,
            subnet=present.subnet,
            primary_address=primary.address,
            tags=EniTags(present.no_manage, None if owner is None else Ownership(owner)),
            trunk=present.trunk,
        )
        instance = attach_by_other(instance, eni)
        instance = _with_networks(instance, eni, present.addresses, present.prefixes)
    return Ec2(
        limits=limits,
        enis=instance.enis,
        subnets=instance.subnets,
        next_eni=instance.next_eni,
        imds_lag=scenario.lag,
    )


def _with_networks(instance: Ec2, eni: Ec2Eni, addresses: int, prefixes: int) -> Ec2:
    subnet = instance.subnet(eni.subnet)
    networks = subnet.offer_addresses(addresses) or ()
    subnet = subnet.take(networks)
    blocks = subnet.offer_prefixes(prefixes) or ()
    instance = instance.with_subnet(subnet.take(blocks))
    return instance.with_eni(eni.with_networks((*networks, *blocks)))


class _Simulation:
    def __init__(self, scenario: Scenario, seed: int, stream: IO[str]) -> None:
        self.scenario = scenario
        self.random = Random(f"{scenario.name} {seed}")
        self.next_pod = 1
        self.left = scenario.events
        self.recorder = Recorder(
            first_world(scenario),
            stream,
            env=scenario.env,
            trace_id=f"{scenario.name}-{seed}",
            random=self.random,
        )

    def run(self) -> None:
        """Start the daemon and let things happen."""
        self.recorder.init()
        while self.left > 0:
            if self.recorder.node is None:
                self._wait(self.random.choice(WAITS))
                self._spend()
                self.recorder.restart(env=self._any_env())
                continue
            self._phase()

    def _spend(self) -> None:
        self.left -= 1

    def _chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def _phase(self) -> None:
        """Go to some number of pods, then let the loop run for a while."""
        goal = self.random.randint(0, self._most_pods())
        for _ in range(self.random.choice((1, 2, 4, 8))):
            self._go_towards(goal)
            self._loop_pass()
            self._surprise()
            if self.recorder.node is None:
                return
        for _ in range(self.random.choice((0, 1, 2, 4, 8, 14, 20))):
            self._loop_pass()
            if self.left <= 0:
                return
        if self._chance(0.3):
            self._wait(self.random.choice(WAITS))

    def _go_towards(self, goal: int) -> None:
        """Some pods come or go; none comes any more once one was refused."""
        for _ in range(self.random.randint(1, 5)):
            running = len(self._pods())
            if running < goal:
                self._add()
                if len(self._pods()) == running:
                    break
            elif running > goal:
                self._delete()

    def _most_pods(self) -> int:
        enis, per_eni = self.scenario.limits
        prefixes = "ENABLE_PREFIX_DELEGATION" in self.scenario.env
        room = enis * (per_eni - 1) * (6 if prefixes else 1)
        return min(self.scenario.max_pods, room)

    # -- pods ------------------------------------------------------------------------------------

    def _pods(self) -> list[str]:
        """The pods that have an address."""
        node = self.recorder.node
        return [] if node is None else sorted(key.container for key in node.stores[0].holdings)

    def _add(self) -> None:
        self._spend()
        running = self._pods()
        if running and self._chance(0.06):
            self.recorder.pod_add(self.random.choice(running))
        elif self.scenario.odd_pods and self._chance(0.1):
            if self._chance(0.5):
                self.recorder.pod_add("")
            else:
                self.recorder.pod_add_to_several_cards("several")
        else:
            self.recorder.pod_add(self._new_pod())

    def _new_pod(self) -> str:
        name = f"p{self.next_pod}"
        self.next_pod += 1
        return name

    def _delete(self) -> None:
        self._spend()
        if self.scenario.odd_pods and self._chance(0.2):
            self.recorder.pod_del_without_object("p9000")
        elif self._chance(0.1):
            self.recorder.pod_del("p9001")
        else:
            self.recorder.pod_del(self.random.choice(self._pods()))

    def _inside(self) -> Iterator[PodEvent]:
        while self._chance(self.scenario.during):
            running = self._pods()
            if running and self._chance(0.5):
                yield "pod_del", self.random.choice(running)
            elif len(running) < self._most_pods():
                yield "pod_add", self._new_pod()

    # -- the loop --------------------------------------------------------------------------------

    def _loop_pass(self) -> None:
        recorder = self.recorder
        if self.scenario.during:
            recorder.inside = self._inside
        self._wait(HALF_PASS)
        if self.scenario.ticks:
            self._spend()
            recorder.pool_update()
            self._wait(HALF_PASS)
        self._spend()
        recorder.compare()
        recorder.inside = tuple

    def _wait(self, milliseconds: int) -> None:
        self.recorder.wait(milliseconds)

    # -- surprises -------------------------------------------------------------------------------

    def _surprise(self) -> None:
        scenario, recorder = self.scenario, self.recorder
        if scenario.faults and self._chance(0.4):
            call, code = self.random.choice(scenario.faults)
            recorder.fault(call, code, self.random.choice((1, 1, 2, 2, 3, 7)))
        if scenario.changes and self._chance(0.5):
            self._change(self.random.choice(scenario.changes))
        if scenario.cordons and self._chance(0.2):
            recorder.cordon(not recorder.cordoned)
        if self._chance(scenario.restarts):
            vanished = [pod for pod in self._pods() if self._chance(0.15)]
            recorder.restart(vanished=vanished, env=self._any_env())

    def _any_env(self) -> dict[str, str] | None:
        return self.random.choice(self.scenario.modes) if self.scenario.modes else None

    def _change(self, change: str) -> None:
        recorder, random = self.recorder, self.random
        enis = recorder.ec2.enis
        secondary = [eni for eni in enis if not eni.primary]
        subnet = random.choice(recorder.ec2.subnets)
        home = recorder.ec2.primary().subnet
        if change == "subnet_free":
            recorder.subnet_free(subnet.id, random.choice((0, 1, 4, 20, 60)))
        elif change == "subnet_tag":
            recorder.subnet_tag(subnet.id, random.choice(("", "0", "1")))
        elif change == "attach_eni" and len(enis) < self.scenario.limits[0]:
            recorder.attach(home, self._tags(), addresses=random.randint(0, 2), trunk=False)
        elif change == "attach_trunk" and len(enis) < self.scenario.limits[0]:
            if not any(eni.trunk for eni in enis):
                recorder.attach(home, EniTags(), addresses=0, trunk=True)
        elif change == "set_tags" and secondary:
            recorder.set_tags(random.choice(secondary), self._tags())
        elif change == "detach_eni" and secondary:
            recorder.detach(random.choice(secondary))
        elif change == "remove_cidr":
            eni = random.choice(enis)
            networks = eni.networks()[1:]
            if networks:
                recorder.remove_network(eni, random.choice(networks))
        elif change == "add_cidr":
            eni = random.choice(enis)
            if eni.slots_used() < self.scenario.limits[1] - 1:
                recorder.add_network(eni, prefix=self._chance(0.5))

    def _tags(self) -> EniTags:
        return EniTags(
            self.random.choice((None, None, "true", "false")),
            self.random.choice((None, Ownership.OWN, Ownership.OTHER)),
        )


def main(arguments: list[str]) -> int:
    """Write the simulations asked for."""
    folder = Path(arguments[0])
    for name in arguments[1:] or names():
        scenario, seed = find(name)
        with (folder / f"{name}.jsonl").open("w", encoding="utf-8") as stream:
            try:
                simulate(scenario, seed, stream)
            except Exception as error:  # noqa: BLE001 - whatever a broken model raises
                print(f"{name} raises {type(error).__name__}", flush=True)
                continue
        print(name, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
