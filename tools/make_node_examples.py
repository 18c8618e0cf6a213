"""Writes `examples/nodes/`: what nodes of the model would show an operator.

    python -m tools.make_node_examples

Every file comes from a run of the model; the damaged ones are then damaged.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from ipam_model.inspection.instants import parse_instant
from ipam_model.inspection.write import checkpoint, introspection
from ipam_model.limits import Catalogue
from ipam_model.nodes import NodeSetup
from ipam_model.settings import shipped_defaults
from ipam_model.state import Cidr, Eni, Network, Pod, PodKey, Store
from ipam_model.world import Runner

FOLDER: Final = Path(__file__).resolve().parents[1] / "examples" / "nodes"
EPOCH: Final = parse_instant("2026-03-01T09:00:00Z")
"""When the daemon of every example starts."""


def node(instance_type: str, pods: int, gone: int, passes: int, **env: str) -> Runner:
    """A node to which `pods` came and from which the first `gone` went, `passes` ago."""
    setup = NodeSetup(
        name=instance_type,
        limits=Catalogue.bundled().get(instance_type),
        env={**shipped_defaults(), **env},
        max_pods=110,
    )
    runner = Runner(setup.world())
    runner.start()
    for number in range(pods):
        pod = Pod(PodKey(f"{number:064x}"), name=f"shop/cart-{number}")
        while not runner.add_pod(pod).success:
            runner.loop_pass()
    for _ in range(30):
        runner.loop_pass()
    for number in range(gone):
        runner.delete_pod(PodKey(f"{number:064x}"))
    for _ in range(passes):
        runner.loop_pass()
    return runner


def shown(runner: Runner, *, blanked: bool = True) -> str:
    """Its `/v1/enis`."""
    return introspection(runner.memory().stores, epoch=EPOCH, blanked=blanked)


def stored(runner: Runner) -> str:
    """Its checkpoint file."""
    entries = sorted(runner.checkpoint(0).entries, key=lambda entry: entry.address)
    return checkpoint(entries, epoch=EPOCH)


def pretty(text: str) -> str:
    """As `jq .` prints it."""
    return json.dumps(json.loads(text), indent=2) + "\n"


def warm_eni() -> str:
    """Secondary addresses, pods spread over three ENIs, four just gone."""
    return shown(node("m5.large", 12, 4, 2, WARM_ENI_TARGET="1"))


def warm_ip() -> str:
    """WARM_IP_TARGET with a surplus that has not been released yet."""
    return pretty(shown(node("m5.large", 20, 12, 0, WARM_IP_TARGET="2", MINIMUM_IP_TARGET="5")))


def prefixes() -> str:
    """Prefix mode, with an ENI that only WARM_PREFIX_TARGET keeps."""
    env = {"ENABLE_PREFIX_DELEGATION": "true", "WARM_PREFIX_TARGET": "1"}
    return pretty(shown(node("t3.small", 58, 55, 1, **env), blanked=False))


def two_cards() -> str:
    """Two network cards in one answer, the second one idle."""
    runner = node("p4d.24xlarge", 3, 0, 0, WARM_IP_TARGET="2")
    return with_second_card(runner, Cidr(Network(0x0A02FF02, 1), is_prefix=False))


def two_cards_prefixes() -> str:
    """The same in prefix mode: it never rests (R95)."""
    runner = node("p4d.24xlarge", 3, 0, 0, ENABLE_PREFIX_DELEGATION="true")
    return with_second_card(runner, Cidr(Network(0x0A030000, 16), is_prefix=True))


def with_second_card(runner: Runner, spare: Cidr) -> str:
    """The node's answer as if it had a second card with an ENI that holds one unused CIDR."""
    second = Eni("eni-21", False, 1, "subnet-a", 0, 0x0A02FF01, cidrs=(spare,))
    idle = Store(1, prefix_mode=spare.is_prefix, enis=(second,))
    return introspection((*runner.memory().stores, idle), epoch=EPOCH)


def with_headers() -> str:
    """What `curl -i` prints."""
    headers = (
        "HTTP/1.1 200 OK\r\nDate: Sun, 01 Mar 2026 09:10:00 GMT\r\nContent-Type: text/plain; "
        "charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    return headers + warm_eni() + "\n"


def truncated() -> str:
    """A terminal's scroll-back ended too early."""
    text = warm_ip()
    return text[: len(text) * 2 // 3]


def drifted() -> str:
    """After an ENI was removed by force: the counters went down twice (R24)."""
    document = json.loads(prefixes())
    document["0"]["TotalIPs"] -= 16
    return json.dumps(document, separators=(",", ":"))


def address_twice() -> str:
    """An address on two ENIs, and both give it to a pod (I1)."""
    document = json.loads(warm_ip())
    card = document["0"]
    first, *_, last = card["ENIs"].values()
    twice = next(iter(last["AvailableIPv4Cidrs"]))
    first["AvailableIPv4Cidrs"].popitem()
    first["AvailableIPv4Cidrs"][twice] = json.loads(
        json.dumps(last["AvailableIPv4Cidrs"][twice]).replace("shop", "blog")
    )
    card["AssignedIPs"] += 1
    return json.dumps(document, separators=(",", ":"))


def checkpoint_twice() -> str:
    """A checkpoint with which no start succeeds: an address stands in it twice."""
    document = json.loads(stored(node("m5.large", 4, 0, 0)))
    again = {**document["allocations"][0], "containerID": "f" * 64}
    document["allocations"].append(again)
    return json.dumps(document, separators=(",", ":"))


def version_1_9() -> str:
    """The form of v1.9: no cards, no names, no instants of assignment."""
    card = json.loads(shown(node("m5.large", 5, 1, 0), blanked=False))["0"]
    for eni in card["ENIs"].values():
        for key in ("IPv6Cidrs", "IsExcludedForPodIPs", "RouteTableID", "SubnetID"):
            del eni[key]
        for cidr in eni["AvailableIPv4Cidrs"].values():
            cidr["IPv4Addresses"] = cidr.pop("IPAddresses")
            del cidr["AddressFamily"]
            for address in cidr["IPv4Addresses"].values():
                del address["IPAMMetadata"], address["AssignedTime"]
    return json.dumps(card, separators=(",", ":"))


EXAMPLES: Final[Mapping[str, Callable[[], str]]] = {
    "warm-eni.json": warm_eni,
    "warm-ip.json": warm_ip,
    "prefixes.json": prefixes,
    "two-cards.json": two_cards,
    "two-cards-prefixes.json": two_cards_prefixes,
    "v1.9.json": version_1_9,
    "with-headers.txt": with_headers,
    "ipam.json": lambda: stored(node("m5.large", 12, 4, 2)),
    "damaged/truncated.json": truncated,
    "damaged/drifted.json": drifted,
    "damaged/address-twice.json": address_twice,
    "damaged/ipam-twice.json": checkpoint_twice,
}


def main() -> None:
    """Write every example."""
    for name, make in EXAMPLES.items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(make().encode())
        print(path.relative_to(FOLDER.parents[1]))


if __name__ == "__main__":
    main()
